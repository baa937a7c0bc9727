"""A statement of the bank read and set beside the books."""

from __future__ import annotations

from datetime import date

import pytest

from linli.bank import COLUMNS, BankState, Line, read_statement, reconcile
from linli.books import journal
from linli.errors import BadInput, ManyFaults
from linli.ledger import Posting
from linli.spreadsheets import write_xlsx
from tests.ledger.conftest import Books

GIVEN = Posting("outside:source/居民自筹", "fund:f:居民自筹:助老", 100_00)
HELD = Posting("fund:f:居民自筹:助老", "committed:p1", 40_00)
SENT = Posting("committed:p1", "outside:payee/服务社", 40_00)
CSV = "日期,流水号,摘要,收入,支出\n2026-03-03,001,c1 捐款,100.00,\n2026-03-04,002,付服务社,,40\n"


def lines(text: str) -> tuple[Line, ...]:
    return read_statement(text.encode(), "bank.csv")


@pytest.fixture
def kept(books: Books) -> Books:
    books.post("c1", GIVEN)
    books.post("p1", HELD)
    books.post("p1", SENT)
    return books


def test_a_statement_reads_the_same_from_csv_and_xlsx() -> None:
    rows = [
        {"day": line.day, "number": line.number, "memo": line.memo, "came_fen": max(line.amount, 0) or None}
        | {"went_fen": max(-line.amount, 0) or None}
        for line in lines(CSV)
    ]
    assert read_statement(write_xlsx(COLUMNS, rows, "对账单"), "bank.xlsx") == lines(CSV)
    assert lines(CSV)[1] == Line(date(2026, 3, 4), "002", "付服务社", -40_00)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("2026-03-03,001,x,,", "只填一个"),
        ("2026-03-03,001,x,1,1", "只填一个"),
        ("2026-03-03,001,x,-1,", "负数"),
        ("2026-03-03,001,x,0.001,", "一分"),
        ("2026-13-03,001,x,1,", "日期"),
        ("2026-03-03,001,x,1,\n2026-03-03,001,x,2,", "出现了两次"),
    ],
)
def test_a_bad_row_is_named(row: str, said: str) -> None:
    with pytest.raises(ManyFaults, match=said) as caught:
        lines(f"日期,流水号,摘要,收入,支出\n{row}\n")
    assert "第" in str(caught.value)


def test_a_file_that_is_no_statement_is_refused() -> None:
    with pytest.raises(BadInput, match="缺少列"):
        lines("甲,乙\n1,2\n")


def test_what_the_bank_shows_has_cleared_and_the_rest_is_on_its_way(kept: Books) -> None:
    found = reconcile(journal(kept.store), lines(CSV))
    assert found.states == {"c1/1/0": BankState.CLEARED, "p1/2/0": BankState.CLEARED}
    assert (found.lines, found.settled) == ({"c1/1/0": "001", "p1/2/0": "002"}, True)
    half = reconcile(journal(kept.store), lines(CSV)[:1])
    assert (half.states["p1/2/0"], half.settled) == (BankState.ORDERED, False)


def test_a_line_that_nobody_knows_is_listed(kept: Books) -> None:
    stray = Line(date(2026, 3, 3), "009", "利息", 12)
    found = reconcile(journal(kept.store), (*lines(CSV), stray))
    assert (found.unknown, found.settled) == ((stray,), False)


def test_where_two_entries_would_do_none_is_chosen_unless_the_line_names_one(kept: Books) -> None:
    kept.post("c2", GIVEN)
    plain = Line(date(2026, 3, 3), "1", "捐款", 100_00)
    found = reconcile(journal(kept.store), (plain,))
    assert found.unclear == {"1": ("c1/1/0", "c2/1/0")}
    named = Line(date(2026, 3, 3), "2", "c2", 100_00)
    both = reconcile(journal(kept.store), (plain, named))
    assert (both.lines, both.unclear) == ({"c2/1/0": "2", "c1/1/0": "1"}, {})


def test_a_line_too_far_from_the_day_is_not_taken_for_the_entry(kept: Books) -> None:
    late = Line(date(2026, 3, 20), "1", "捐款", 100_00)
    assert reconcile(journal(kept.store), (late,)).unknown == (late,)


def test_what_the_bank_sent_back_has_bounced(kept: Books) -> None:
    back = Line(date(2026, 3, 6), "3", "p1 退汇", 40_00)
    found = reconcile(journal(kept.store), (*lines(CSV), back))
    assert (found.states["p1/2/0"], found.unknown) == (BankState.BOUNCED, ())
    kept.post("p1", SENT.reversed("p1/2/0"), day=date(2026, 3, 6))
    booked = reconcile(journal(kept.store), (*lines(CSV), back))
    assert booked.states["p1/2/0"] is booked.states["p1/3/0"] is BankState.BOUNCED
    assert booked.settled
