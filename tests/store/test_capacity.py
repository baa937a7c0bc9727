"""What a commit weighs, and how more than that is cut."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from linli.ledger import Posting
from linli.store import BalanceCondition, Capacity, Claim, Commit, EntryCondition, EntryWrite, Row
from linli.store_capacity import PART_BYTES, SMALLEST, fits, row_slices, slices, weigh
from linli.store_contract import BANK, FUND, step
from linli.store_dynamodb_layout import Layout
from linli.store_dynamodb_plan import Known, plan
from linli.store_refusals import net_changes

ROWS = st.lists(
    st.builds(Row, st.just("i"), st.integers(0, 30).map(str), st.binary(max_size=400)), max_size=80
)


@given(ROWS, st.integers(2, 20), st.integers(300, 2000))
def test_slices_hold_everything_in_order_and_each_fits_unless_it_is_a_single_row(
    rows: list[Row], writes: int, size: int
) -> None:
    capacity = Capacity(writes, size)
    parts = list(row_slices(rows, capacity))
    assert [row for part in parts for row in part.rows] == rows
    assert all(fits(part, capacity) or len(part.rows) == 1 for part in parts)


def test_what_belongs_together_is_not_cut() -> None:
    groups = [
        Commit(
            entries=(EntryWrite("r", str(n), 1, b""), EntryWrite("r.x", str(n), 1, b"")),
            rows=(Row("i", str(n)),),
        )
        for n in range(10)
    ]
    parts = list(slices(groups, Capacity(writes=7, bytes=10**6)))
    assert [len(part.entries) for part in parts] == [4] * 5
    assert [len(part.rows) for part in parts] == [2] * 5


def test_a_group_that_is_too_much_by_itself_comes_out_alone() -> None:
    large = Commit(rows=tuple(Row("i", str(n)) for n in range(9)))
    small = Commit(rows=(Row("i", "a"),))
    assert list(slices([small, large, small], Capacity(5, 10**6))) == [small, large, small]


def _all_kinds() -> Commit:
    return Commit(
        steps=(step("new", 1, Posting(BANK, FUND, 5)), step("old", 4), step("old", 5, Posting(FUND, "x", 2))),
        claims=(Claim("a"), Claim("b")),
        entries=(
            EntryWrite("r", "new", 1, b""),
            EntryWrite("r", "old", 3, b""),
            EntryWrite("r", "old", 4, b""),
        ),
        conditions=(EntryCondition("r", "old", 2), EntryCondition("r", "other", 0)),
        balances=(BalanceCondition("y", "fen", 0), BalanceCondition(FUND, "fen", 0)),
        rows=(Row("i", "a"), Row("i", "a", None), Row("i", "b", b"v" * (PART_BYTES + 1))),
    )


def test_no_commit_is_more_writes_in_a_table_than_it_weighs() -> None:
    standing = {("r", "old"): {"n": {"N": "2"}}}
    for commit in (
        _all_kinds(),
        Commit(rows=(Row("i", "a"),)),
        Commit(conditions=(EntryCondition("r", "a", 0),)),
        Commit(steps=(step("m", 1, *(Posting(BANK, f"fund:{n}", 1) for n in range(20))),)),
    ):
        planned = plan(Layout("d"), "t", commit, net_changes(commit), Known(standing), "0" * 30, 0)
        assert planned is not None
        keys = [_key(action) for action in planned.actions]
        assert len(keys) == len(set(keys)), "one transaction may not touch an item twice"
        assert len(planned.actions) <= weigh(commit).writes
        assert fits(commit, SMALLEST)


def _key(action: dict[str, dict[str, dict[str, object]]]) -> tuple[str, str]:
    ((_, told),) = action.items()
    key = told.get("Item") or told["Key"]
    return str(key["pk"]), str(key["sk"])
