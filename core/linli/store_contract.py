"""What every store must pass: the promises of `linli.store.Store` as tests that ship with the library.

Subclass `StoreContract` in a test module, give it ``make_store``, and let pytest collect it::

    class TestMyStore(StoreContract):
        def make_store(self) -> Store:
            return MyStore(...)  # empty, of a deployment named ``contract``
"""

# These are tests: they assert, and their names are their sentences.
# ruff: noqa: D102

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from linli.errors import BadInput, ClaimTaken, Conflict, LinliError, Overdrawn
from linli.ledger import Posting
from linli.store import (
    BalanceCondition,
    Claim,
    Commit,
    EntryCondition,
    EntryWrite,
    Names,
    Row,
    StepWrite,
    Store,
    StoredEntry,
    StoredPosting,
    StoredStep,
)
from linli.store_capacity import TooLarge
from linli.store_check import check

E = TypeVar("E", bound=LinliError)

BANK = "outside:bank"
FUND = "community:990101007001:fund"
COMMITTED = "community:990101007001:committed"


class StoreContract:
    """The tests. Each asks ``make_store`` for an empty store of a deployment named ``contract``."""

    def make_store(self) -> Store:
        """An empty store; the subclass says which."""
        raise NotImplementedError

    # Steps

    def test_steps_come_back_in_order(self) -> None:
        store = self.make_store()
        assert store.deployment == "contract"
        assert (store.head("m"), store.steps("m")) == (0, [])
        store.commit(Commit(steps=(step("m", 1), step("m", 2))))
        store.commit(Commit(steps=(step("m", 3),)))
        assert store.head("m") == 3
        assert store.steps("m") == [stored("m", 1), stored("m", 2), stored("m", 3)]
        assert store.steps("m", after=2) == [stored("m", 3)]
        assert store.steps("m", after=3) == []

    def test_a_step_must_be_the_next_of_its_matter(self) -> None:
        store = self.make_store()
        store.commit(Commit(steps=(step("m", 1),)))
        for number in (-1, 0, 1, 3):
            assert refused(Conflict, store, Commit(steps=(step("m", number),))).where == "m"
        refused(Conflict, store, Commit(steps=(step("new", 2),)))
        refused(Conflict, store, Commit(steps=(step("m", 2), step("m", 2))))
        assert (store.head("m"), store.head("new")) == (1, 0)

    def test_matters_are_paged_in_the_order_of_their_bytes(self) -> None:
        store = self.make_store()
        names = ["Z", "a", "é", "乙区", "\ufffd", "\U0001f600"]
        for name in reversed(names):
            store.commit(Commit(steps=(step(name, 1),)))
        assert store.matters() == names == sorted(names, key=str.encode)
        assert store.matters(limit=2) == ["Z", "a"]
        assert store.matters(after="a", limit=3) == ["é", "乙区", "\ufffd"]
        assert store.matters(after="b") == names[2:]
        assert store.matters(limit=0) == []
        assert store.matters(after="\U0001f600") == []

    def test_several_matters_commit_together(self) -> None:
        store = self.make_store()
        store.commit(Commit(steps=(step("parent", 1), step("child", 1))))
        refused(Conflict, store, Commit(steps=(step("parent", 2), step("child", 1))))
        assert (store.head("parent"), store.head("child")) == (1, 1)

    # Claims

    def test_a_claim_is_made_once_and_keeps_its_first_value(self) -> None:
        store = self.make_store()
        assert store.claim("vote/1") is None
        store.commit(Commit(claims=(Claim("vote/1", b"first"), Claim("vote/2"))))
        error = refused(ClaimTaken, store, Commit(claims=(Claim("vote/3"), Claim("vote/1", b"second"))))
        assert (error.key, error.value) == ("vote/1", b"first")
        assert [store.claim(f"vote/{number}") for number in (1, 2, 3)] == [b"first", b"", None]
        assert store.claims() == [Claim("vote/1", b"first"), Claim("vote/2")]
        assert store.claims(after="vote/1", limit=5) == [Claim("vote/2")]
        assert store.claims(limit=1) == [Claim("vote/1", b"first")]

    def test_one_commit_cannot_make_a_claim_twice(self) -> None:
        store = self.make_store()
        error = refused(ClaimTaken, store, Commit(claims=(Claim("k", b"1"), Claim("k", b"2"))))
        assert (error.value, store.claims()) == (b"1", [])

    def test_a_commit_whose_answer_was_lost_is_repeated_without_effect(self) -> None:
        store = self.make_store()
        paid = Commit(claims=(Claim("request/1", b"m/1"),), steps=(step("m", 1, Posting(BANK, FUND, 100)),))
        store.commit(paid)
        # The claim speaks before the step that is no longer the next: the repeat learns what was done.
        assert refused(ClaimTaken, store, paid).value == b"m/1"
        assert (store.head("m"), store.balance(FUND)) == (1, 100)

    # Registers

    def test_an_entry_is_written_as_the_version_after_the_one_that_stands(self) -> None:
        store = self.make_store()
        store.commit(Commit(entries=(EntryWrite("posts", "a", 1, b"one"),)))
        for version in (0, 1, 3):
            error = refused(Conflict, store, Commit(entries=(EntryWrite("posts", "a", version, b"x"),)))
            assert error.where == "posts/a"
        refused(Conflict, store, Commit(entries=(EntryWrite("posts", "new", 2, b"x"),)))
        store.commit(Commit(entries=(EntryWrite("posts", "a", 2, b"two"),)))
        assert store.entries("posts", ["a", "b", "a"]) == {"a": StoredEntry("posts", "a", 2, b"two")}
        assert store.entry_history("posts", "a") == [
            StoredEntry("posts", "a", 1, b"one"),
            StoredEntry("posts", "a", 2, b"two"),
        ]
        assert (store.entry_history("posts", "b"), store.entries("other", ["a"])) == ([], {})

    def test_a_register_is_paged_by_key_in_the_latest_versions(self) -> None:
        store = self.make_store()
        for key in ("c", "a", "b"):
            store.commit(Commit(entries=(EntryWrite("r", key, 1, b"1"), EntryWrite("other", key, 1, b"o"))))
        store.commit(Commit(entries=(EntryWrite("r", "b", 2, b"2"),)))
        assert [(found.key, found.version) for found in store.register("r")] == [("a", 1), ("b", 2), ("c", 1)]
        assert [found.key for found in store.register("r", after="a", limit=1)] == ["b"]
        assert store.register("none") == []

    def test_an_entry_that_has_moved_stops_the_commit(self) -> None:
        store = self.make_store()
        store.commit(Commit(entries=(EntryWrite("r", "a", 1, b""),)))
        for stale in (EntryCondition("r", "a", 0), EntryCondition("r", "a", 2), EntryCondition("r", "b", 1)):
            refused(Conflict, store, Commit(steps=(step("m", 1),), conditions=(stale,)))
        as_read = (EntryCondition("r", "a", 1), EntryCondition("r", "b", 0))
        # A condition speaks of what stood before the commit, also where the commit itself writes.
        store.commit(
            Commit(steps=(step("m", 1),), conditions=as_read, entries=(EntryWrite("r", "a", 2, b""),))
        )
        assert store.head("m") == 1

    # Rows

    def test_rows_are_written_replaced_and_deleted(self) -> None:
        store = self.make_store()
        store.commit(Commit(rows=(Row("i", "a", b"1"), Row("i", "b"), Row("j", "a", b"other"))))
        store.commit(Commit(rows=(Row("i", "a", b"2"), Row("i", "b", None), Row("i", "never", None))))
        assert (store.row("i", "a"), store.row("i", "b"), store.row("j", "a")) == (b"2", None, b"other")
        assert (store.rows("i"), store.rows("none")) == ([Row("i", "a", b"2")], [])
        store.commit(Commit(rows=(Row("i", "c", b"1"), Row("i", "c", None), Row("i", "c", b"last"))))
        assert store.row("i", "c") == b"last"

    def test_rows_lie_between_two_keys_that_are_not_among_them(self) -> None:
        store = self.make_store()
        store.commit(Commit(rows=tuple(Row("i", key) for key in ("2026-03", "2026-01", "2026-02", "号"))))
        assert [row.key for row in store.rows("i")] == ["2026-01", "2026-02", "2026-03", "号"]
        assert [row.key for row in store.rows("i", after="2026-01", until="2026-03")] == ["2026-02"]
        assert [row.key for row in store.rows("i", until="2026-02")] == ["2026-01"]
        assert [row.key for row in store.rows("i", after="2026-01", limit=2)] == ["2026-02", "2026-03"]
        assert store.rows("i", after="2026-02", until="2026-01") == []

    # Money

    def test_postings_move_what_accounts_hold(self) -> None:
        store = self.make_store()
        first = Posting(BANK, FUND, 1000, purpose="捐赠")
        back = Posting(FUND, BANK, 50, reverses="m/1/0")
        store.commit(Commit(steps=(step("m", 1, first, Posting(FUND, COMMITTED, 300)),)))
        store.commit(Commit(steps=(step("m", 2, back), step("n", 1, Posting(BANK, FUND, 7, "hours")))))
        assert store.balance(FUND) == 650
        assert store.balance(FUND, "hours") == 7
        assert (store.balance(BANK), store.balance(BANK, "hours"), store.balance("none")) == (-950, -7, 0)
        assert store.balances() == {(COMMITTED, "fen"): 300, (FUND, "fen"): 650, (FUND, "hours"): 7}
        assert list(store.balances()) == sorted(store.balances())
        assert store.balances(COMMITTED) == {(COMMITTED, "fen"): 300}
        assert store.balances("outside:") == {}
        in_order = [
            StoredPosting("m", 1, 0, first),
            StoredPosting("m", 1, 1, Posting(FUND, COMMITTED, 300)),
            StoredPosting("m", 2, 0, back),
            StoredPosting("n", 1, 0, Posting(BANK, FUND, 7, "hours")),
        ]
        assert list(store.postings()) == list(store.postings(FUND)) == in_order
        assert list(store.postings(COMMITTED)) == in_order[1:2]
        assert list(store.postings(BANK)) == [in_order[0], in_order[2], in_order[3]]
        assert list(store.postings("none")) == []

    def test_many_postings_of_an_account_keep_the_order_of_commit(self) -> None:
        store = self.make_store()
        for batch in range(8):
            step_ = step("m", batch + 1, *(Posting(BANK, FUND, 1 + n) for n in range(200)))
            store.commit(Commit(steps=(step_,)))
        places = [(found.number, found.ordinal) for found in store.postings(FUND)]
        assert places == [(found.number, found.ordinal) for found in store.postings()]
        assert places == [(number, ordinal) for number in range(1, 9) for ordinal in range(200)]

    def test_no_account_falls_below_zero(self) -> None:
        store = self.make_store()
        store.commit(Commit(steps=(step("m", 1, Posting(BANK, FUND, 1250)),)))
        too_much = Commit(steps=(step("m", 2, Posting(FUND, COMMITTED, 2501)),))
        error = refused(Overdrawn, store, too_much)
        assert error.where == FUND
        assert "12.50" in error.message
        assert "25.01" in error.message
        assert (
            refused(Overdrawn, store, Commit(steps=(step("m", 2, Posting("empty", FUND, 1)),))).where
            == "empty"
        )
        hours = Commit(steps=(step("m", 2, Posting(FUND, COMMITTED, 1, "hours")),))
        assert refused(Overdrawn, store, hours).where == FUND
        assert store.balances() == {(FUND, "fen"): 1250}
        store.commit(Commit(steps=(step("m", 2, Posting(FUND, COMMITTED, 1250)),)))
        assert store.balances() == {(COMMITTED, "fen"): 1250, (FUND, "fen"): 0}

    def test_postings_of_one_commit_are_netted_before_balances_are_judged(self) -> None:
        store = self.make_store()
        through = (Posting(FUND, COMMITTED, 500), Posting(BANK, FUND, 500))
        store.commit(Commit(steps=(step("m", 1, through[0]), step("n", 1, through[1]))))
        assert store.balances() == {(COMMITTED, "fen"): 500}
        assert (store.balance(FUND), len(list(store.postings(FUND)))) == (0, 2)
        error = refused(
            Overdrawn,
            store,
            Commit(steps=(step("m", 2, Posting(COMMITTED, FUND, 400), Posting(COMMITTED, BANK, 200)),)),
        )
        assert error.where == COMMITTED

    def test_a_balance_that_has_moved_stops_the_commit(self) -> None:
        store = self.make_store()
        store.commit(Commit(steps=(step("m", 1, Posting(BANK, FUND, 10)),)))
        for stale in (BalanceCondition(FUND, "fen", 9), BalanceCondition(FUND, "hours", 1)):
            assert refused(Conflict, store, Commit(steps=(step("m", 2),), balances=(stale,))).where == FUND
        as_read = (
            BalanceCondition(FUND, "fen", 10),
            BalanceCondition("none", "fen", 0),
        )
        store.commit(Commit(steps=(step("m", 2, Posting(FUND, BANK, 4)),), balances=as_read))
        assert store.balance(FUND) == 6

    def test_what_lies_outside_keeps_no_balance_to_hold_to(self) -> None:
        store = self.make_store()
        condition = BalanceCondition(BANK, "fen", 0)
        assert refused(BadInput, store, Commit(steps=(step("m", 1),), balances=(condition,))).where == BANK
        assert store.head("m") == 0

    def test_a_posting_that_cannot_be_is_refused(self) -> None:
        store = self.make_store()
        for posting in (
            Posting(BANK, FUND, 0),
            Posting(BANK, FUND, -5),
            Posting(BANK, FUND, True),
            Posting(BANK, FUND, 10**15 + 1),
            Posting(FUND, FUND, 5),
            Posting("", FUND, 5),
        ):
            refused(BadInput, store, Commit(steps=(step("m", 1, posting),)))
        assert (store.head("m"), store.balances(), list(store.postings())) == (0, {}, [])

    def test_an_account_that_would_hold_more_than_can_be_counted_is_refused(self) -> None:
        store = self.make_store()
        whole = tuple(Posting(BANK, FUND, 10**15) for _ in range(9223))
        store.commit(Commit(steps=(step("m", 1, *whole),)))
        assert (
            refused(BadInput, store, Commit(steps=(step("m", 2, Posting(BANK, FUND, 10**15)),))).where == FUND
        )
        assert store.balance(FUND) == 9223 * 10**15

    # Whole or not at all

    def test_a_commit_that_fails_in_its_last_part_leaves_nothing_of_the_first(self) -> None:
        store = self.make_store()
        store.commit(
            Commit(
                steps=(step("m", 1, Posting(BANK, FUND, 10)),),
                claims=(Claim("taken"),),
                entries=(EntryWrite("r", "a", 1, b"1"),),
                rows=(Row("i", "kept", b"1"),),
            )
        )
        before = contents(store)

        def attempt(
            number: int = 2, take: int = 1, version: int = 2, claim: str = "free", **more: object
        ) -> Commit:
            return Commit(
                steps=(step("new", 1), step("m", number, Posting(FUND, COMMITTED, take))),
                claims=(Claim("also free"), Claim(claim)),
                entries=(EntryWrite("r", "b", 1, b"new"), EntryWrite("r", "a", version, b"2")),
                rows=(Row("i", "kept", None), Row("i", "added", b"2")),
                **more,  # type: ignore[arg-type]
            )

        refused(ClaimTaken, store, attempt(claim="taken"))
        refused(Conflict, store, attempt(number=3))
        refused(Conflict, store, attempt(version=1))
        refused(Conflict, store, attempt(conditions=(EntryCondition("r", "b", 1),)))
        refused(Conflict, store, attempt(balances=(BalanceCondition(FUND, "fen", 11),)))
        refused(Overdrawn, store, attempt(take=11))
        assert contents(store) == before
        store.commit(attempt())
        assert contents(store) != before
        assert check(store) == []

    def test_a_taken_claim_speaks_before_a_conflict_and_a_conflict_before_an_overdraft(self) -> None:
        store = self.make_store()
        store.commit(Commit(steps=(step("m", 1),), claims=(Claim("k", b"v"),)))
        stale, poor = step("m", 1), step("n", 1, Posting(FUND, BANK, 1))
        refused(ClaimTaken, store, Commit(claims=(Claim("k"),), steps=(stale, poor)))
        assert type(refused(Conflict, store, Commit(steps=(poor, stale)))) is Conflict
        moved = Commit(steps=(poor,), balances=(BalanceCondition(FUND, "fen", 1),))
        assert type(refused(Conflict, store, moved)) is Conflict
        refused(Overdrawn, store, Commit(steps=(poor,)))

    def test_a_commit_is_as_large_as_the_capacity_and_no_larger(self) -> None:
        store = self.make_store()
        before = contents(store)
        most = store.capacity.writes - 1  # a commit of nothing but rows counts one write more
        rows = tuple(Row("i", f"{number:06}") for number in range(most + 1))
        refused(TooLarge, store, Commit(rows=rows))
        assert contents(store) == before
        store.commit(Commit(rows=rows[:most]))
        assert len(store.rows("i", limit=most + 1)) == most

    def test_values_come_back_whole_however_long_they_are(self) -> None:
        store = self.make_store()
        # Neither repeats itself, so that no compression helps; one is replaced by a short one, one is deleted.
        long, longer = (random.Random(n).randbytes(n) for n in (300_000, 700_000))  # noqa: S311
        written = StepWrite("m", 1, longer, b"s" * 16, b"l" * 32)
        store.commit(
            Commit(steps=(written,), claims=(Claim("k", long),), entries=(EntryWrite("r", "a", 1, long),))
        )
        store.commit(Commit(rows=(Row("i", "a", longer), Row("i", "b", long), Row("i", "c", b"short"))))
        assert store.steps("m")[0].body == longer
        assert store.claim("k") == store.claims()[0].value == long
        assert [row.value for row in store.rows("i")] == [longer, long, b"short"]
        store.commit(Commit(rows=(Row("i", "a", b"short"), Row("i", "b", None), Row("i", "c", longer))))
        assert [(row.key, row.value) for row in store.rows("i")] == [("a", b"short"), ("c", longer)]
        store.commit(Commit(entries=(EntryWrite("r", "a", 2, longer),)))
        assert [entry.body for entry in store.entry_history("r", "a")] == [long, longer]
        assert store.entries("r", ["a"])["a"].body == store.register("r")[0].body == longer

    def test_an_empty_commit_changes_nothing(self) -> None:
        store = self.make_store()
        before = contents(store)
        store.commit(Commit())
        assert contents(store) == before

    def test_eight_threads_spend_the_last_fen_once(self) -> None:
        store = self.make_store()
        store.commit(Commit(steps=(step("open", 1, Posting(BANK, FUND, 40)),)))

        def spend(thread: int) -> int:
            spent = 0
            for turn in range(10):
                try:
                    store.commit(Commit(steps=(step(f"m{thread}-{turn}", 1, Posting(FUND, COMMITTED, 1)),)))
                except Overdrawn:
                    continue
                spent += 1
            return spent

        with ThreadPoolExecutor(8) as threads:
            assert sum(threads.map(spend, range(8))) == 40
        assert (store.balance(FUND), store.balance(COMMITTED)) == (0, 40)
        assert len(store.matters()) == 41
        assert check(store) == []

    def test_eight_threads_cannot_write_the_same_step_or_claim(self) -> None:
        store = self.make_store()
        attempts: list[Callable[[int], Commit]] = [
            lambda thread: Commit(steps=(step("m", 1, Posting(BANK, FUND, 1 + thread)),)),
            lambda thread: Commit(claims=(Claim("once", bytes([thread])),)),
            lambda thread: Commit(entries=(EntryWrite("r", "a", 1, bytes([thread])),)),
        ]
        for attempt in attempts:
            with ThreadPoolExecutor(8) as threads:
                won = list(threads.map(lambda thread: committed(store, attempt(thread)), range(8)))  # noqa: B023
            assert sum(won) == 1
        assert [found.posting.amount for found in store.postings()] == [store.balance(FUND)]
        assert len(store.steps("m")) == len(store.claims()) == len(store.entry_history("r", "a")) == 1

    # Blobs

    def test_blobs_are_kept_by_hash_until_they_are_taken_down(self) -> None:
        store = self.make_store()
        digest = store.put_blob("附件".encode())
        assert digest == hashlib.sha256("附件".encode()).hexdigest() == store.put_blob("附件".encode())
        empty = store.put_blob(b"")
        assert (store.blob(digest), store.blob(empty), store.blob("0" * 64)) == ("附件".encode(), b"", None)
        store.delete_blob(digest)
        store.delete_blob(digest)
        assert (store.blob(digest), store.blob(empty)) == (None, b"")

    def test_a_store_names_what_it_has(self) -> None:
        store = self.make_store()
        assert store.names() == Names()
        digest = store.put_blob(b"1")
        rows = (Row("i", "a"), Row("j/x#", "b"), Row("unplaced", "c"), Row("gone", "d"))
        store.commit(
            Commit(rows=rows, entries=(EntryWrite("r%", "a", 1, b"{}"), EntryWrite("s", "b", 1, b"{}")))
        )
        store.commit(Commit(rows=(Row("gone", "d", None),), entries=(EntryWrite("s", "b", 2, b"{}"),)))
        assert store.names() == Names(("i", "j/x#", "unplaced"), ("r%", "s"), (digest,))
        store.delete_blob(digest)
        assert store.names().blobs == ()


def step(matter: str, number: int, *postings: Posting) -> StepWrite:
    """A step to write, its bytes made from its name."""
    written = stored(matter, number)
    return StepWrite(matter, number, written.body, written.salt, written.leaf, postings)


def stored(matter: str, number: int) -> StoredStep:
    """What comes back of `step`."""
    body = f"{matter}/{number}".encode()
    return StoredStep(matter, number, body, hashlib.md5(body).digest(), hashlib.sha256(body).digest())  # noqa: S324


def refused(kind: type[E], store: Store, commit: Commit) -> E:
    """The error with which the store refuses the commit; fails where it does not."""
    try:
        store.commit(commit)
    except kind as error:
        return error
    raise AssertionError(f"{kind.__name__} was not raised")


def committed(store: Store, commit: Commit) -> bool:
    """Whether the store took the commit; a `Conflict` is a no."""
    try:
        store.commit(commit)
    except Conflict:
        return False
    return True


def contents(store: Store) -> object:
    """All that a test has put into a store, for comparing before and after."""
    return (
        [(matter, store.head(matter), store.steps(matter)) for matter in store.matters()],
        store.claims(),
        [store.entry_history(entry.register, entry.key) for entry in store.register("r")],
        store.rows("i"),
        store.balances(),
        list(store.postings()),
    )
