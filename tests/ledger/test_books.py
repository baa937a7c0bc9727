"""Balances, journal, check and exports over a store."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.books import balances, check, journal
from linli.errors import Overdrawn
from linli.journals import Held, as_beancount, as_csv
from linli.ledger import HOURS, Posting
from linli.store import StoredPosting
from tests.ledger.beancount import read
from tests.ledger.conftest import DAY, Books

SPONSOR, PEOPLE = "outside:source/辖区单位赞助", "outside:source/居民自筹"
FUND, HELD, PAYEE = "fund:f1:居民自筹:助老", "committed:p1", "outside:payee/某服务社"


def gave(books: Books, amount: int = 100_00, source: str = PEOPLE, to: str = FUND, **more: object) -> str:
    return books.post("c1", Posting(source, to, amount, purpose="助老", **more))  # type: ignore[arg-type]


def test_balances_are_what_the_store_keeps_without_the_empty_and_the_outside(books: Books) -> None:
    gave(books, 500)
    books.post("p1", Posting(FUND, HELD, 200))
    books.post("p1", Posting(HELD, PAYEE, 200))
    assert balances(books.store) == [Held(FUND, "fen", 300)]
    assert balances(books.store, "committed:") == []


def test_the_journal_names_the_step_and_the_day_of_each_posting(books: Books) -> None:
    name = books.post("c1", Posting(PEOPLE, FUND, 7), day=date(2026, 1, 5))
    (entry,) = journal(books.store)
    assert (entry.name, entry.day, entry.action, entry.posting.amount) == (
        name,
        date(2026, 1, 5),
        "record",
        7,
    )
    assert list(journal(books.store, SPONSOR)) == []


def test_sound_books_have_no_fault(books: Books) -> None:
    name = gave(books)
    books.post("c1", Posting(PEOPLE, FUND, 100_00, purpose="助老").reversed(name))
    assert check(books.store) == []


def test_money_that_is_not_there_cannot_be_posted(books: Books) -> None:
    gave(books, 100)
    with pytest.raises(Overdrawn):
        books.post("p1", Posting(FUND, HELD, 101))
    assert check(books.store) == []


@pytest.mark.parametrize(
    ("reversal", "said"),
    [
        (Posting(FUND, PEOPLE, 50, purpose="助老", reverses="c1/1/0"), "不是一来一回"),
        (Posting(FUND, SPONSOR, 100_00, purpose="助老", reverses="c1/1/0"), "不是一来一回"),
        (Posting(FUND, PEOPLE, 100_00, purpose="助老", reverses="c1/9/0"), "不在它之前"),
    ],
)
def test_a_reversal_that_does_not_mirror_what_it_names_is_found(
    books: Books, reversal: Posting, said: str
) -> None:
    gave(books)
    books.post("c2", reversal)
    (fault,) = check(books.store)
    assert said in fault and "c2/1/0" in fault


def test_a_posting_reversed_twice_is_found(books: Books) -> None:
    name = gave(books)
    gave(books)
    for matter in ("c2", "c3"):
        books.post(matter, Posting(PEOPLE, FUND, 100_00, purpose="助老").reversed(name))
    (fault,) = check(books.store)
    assert fault == "账目 c3/1/0：c1/1/0 已经由 c2/1/0 冲销过"


def test_a_balance_that_was_tampered_with_is_found(books: Books) -> None:
    gave(books, 100)
    books.store._balances[FUND, "fen"] = 99
    faults = check(books.store)
    assert f"账户 {FUND}（fen）：余额 99，账目合计 100" in faults
    assert any("合起来不是零" in fault for fault in faults)


def test_a_posting_that_vanished_is_found(books: Books) -> None:
    gave(books, 100)
    books.store._postings.clear()
    assert f"账户 {FUND}（fen）：余额 100，账目合计 0" in check(books.store)


def test_the_csv_opens_in_excel_with_its_chinese(books: Books) -> None:
    gave(books, 123_456)
    data = as_csv(journal(books.store))
    assert data.startswith(b"\xef\xbb\xbf")
    (row,) = csv.DictReader(io.StringIO(data.decode("utf-8-sig")))
    assert (row["日期"], row["金额"], row["单位"], row["转出账户"]) == (
        DAY.isoformat(),
        "1234.56",
        "元",
        PEOPLE,
    )


@pytest.mark.parametrize("purpose", ["=1+1", "+1", "-1", "@SUM(A1)"])
def test_no_cell_of_the_csv_is_a_formula(books: Books, purpose: str) -> None:
    books.post("c1", Posting(PEOPLE, FUND, 1, purpose=purpose))
    (row,) = csv.DictReader(io.StringIO(as_csv(journal(books.store)).decode("utf-8-sig")))
    assert row["用途"] == f"'{purpose}"


def exported(books: Books) -> str:
    return as_beancount(journal(books.store), balances(books.store), "乙区“测试”的账")


def test_beancount_reads_the_export_and_does_the_same_sums(
    books: Books, bean_check: Callable[[str], str]
) -> None:
    gave(books, 1_000_00)
    books.post("p1", Posting(FUND, HELD, 400_05, purpose='他说 "好"\\ \n换行'))
    books.post("p1", Posting(HELD, PAYEE, 400_05), day=date(2026, 5, 1))
    books.post("v1", Posting("outside:volunteers", "fund:f1:工时", 12, HOURS))
    text = exported(books)
    found = read(text)
    assert len(found.transactions) == 4
    assert all(sum(amount for _, amount, _ in legs) == 0 and len(legs) == 2 for legs in found.transactions)
    assert found.asserted == {key: amount for key, amount in found.sums.items() if key in found.asserted}
    assert sorted(found.asserted.values()) == [12, 599_95]
    assert f'"{FUND}"' in found.linli.values()
    assert bean_check(text) == ""


def test_beancount_notices_a_balance_that_is_not_the_sum(books: Books) -> None:
    gave(books, 100)
    books.store._balances[FUND, "fen"] = 99
    found = read(exported(books))
    assert any(found.sums[key] != amount for key, amount in found.asserted.items())


def test_two_accounts_never_share_a_name(books: Books) -> None:
    for account in ("fund:a", "fund:A", "fund/a", "fund:助老", "fund:助老　", "fund:助—老"):
        books.post("c1", Posting(PEOPLE, account, 1))
    found = read(exported(books))
    assert len(found.linli) == len(set(found.linli.values())) == 7


ACCOUNTS = st.sampled_from(
    [PEOPLE, SPONSOR, FUND, "fund:f1:辖区单位赞助:助老", HELD, PAYEE, "used:x", "小金库"]
)
MOVES = st.lists(
    st.tuples(
        ACCOUNTS,
        ACCOUNTS,
        st.integers(1, 10**9),
        st.sampled_from(["fen", "hours", "大米"]),
        st.text(max_size=8),
    ),
    max_size=12,
)


@given(MOVES)
@settings(max_examples=40, deadline=None)
def test_whatever_is_posted_the_books_add_up_and_the_export_is_beancount(
    moves: list[tuple[str, str, int, str, str]],
) -> None:
    books = Books()
    for number, (source, destination, amount, commodity, purpose) in enumerate(moves):
        if source == destination:
            continue
        try:
            books.post("m", Posting(source, destination, amount, commodity, purpose))
        except Overdrawn:
            assert books.store.balance(source, commodity) < amount, number
    assert check(books.store) == []
    found = read(exported(books))
    assert all(sum(amount for _, amount, _ in legs) == 0 for legs in found.transactions)
    assert all(found.sums[key] == amount for key, amount in found.asserted.items())
    stored: list[StoredPosting] = list(books.store.postings())
    assert len(found.transactions) == len(stored)
