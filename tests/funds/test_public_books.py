"""The book that residents read is the ledger's, whatever is published, withheld or taken down."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from linli.canonical import canonical
from linli.publication import publish, take_down
from linli.record import RECORD, PublicMatter
from linli.statements import Book, BookEntry, Gift, Owing, Turnover, apart, came, flow, held, went
from linli.store import Commit, EntryWrite, Row, Store
from linli.verification import verify
from tests.funds.conftest import Open
from tests.funds.test_conservation import Money


def facts(store: Store, prefix: str, kind: Any) -> dict[str, Any]:
    """The facts of the record below a prefix, by key."""
    rows = store.rows(RECORD, prefix, f"{prefix}~")
    return {row.key: msgspec.json.decode(row.value or b"", type=kind) for row in rows}


def book_of(store: Store, fund: str) -> Book:
    years = facts(store, f"books/fund/{fund}/", Turnover)
    return Book({key.rpartition("/")[2]: year for key, year in years.items()})


def agrees(store: Store, fund: str) -> None:
    """Hold every fact of a fund's book against the ledger and against the others."""
    book = book_of(store, fund)
    prefix = f"fund:{fund}:"
    ledger = {name.removeprefix(prefix): n for (name, _), n in store.balances(prefix).items() if n}
    assert held(book) == ledger
    waiting = {name: n for (name, _), n in store.balances("committed:").items() if n}
    owing = facts(store, f"owing/fund/{fund}/", Owing)
    assert apart(book).get("committed", 0) == sum(waiting.values())
    assert sorted(each.amounts["committed"] for each in owing.values()) == sorted(waiting.values())
    assert sum(came(book).values()) - sum(went(book).values()) == sum(ledger.values()) + sum(waiting.values())
    for year in ("", *book.periods):
        drawn = flow(book, {}, year)
        assert sum(n for _, n in drawn.sources) == sum(n for _, n in drawn.uses)
        assert all(n > 0 for _, n in (*drawn.sources, *drawn.uses))
    by_month = Book(
        {k.rpartition("/")[2]: t for k, t in facts(store, f"months/fund/{fund}/", Turnover).items()}
    )
    assert (held(by_month), apart(by_month), came(by_month), went(by_month)) == (
        held(book),
        apart(book),
        came(book),
        went(book),
    )
    entries = facts(store, f"entries/fund/{fund}/", BookEntry)
    sums: dict[str, int] = {}
    for entry in entries.values():
        for posting in entry.postings:
            for account, sign in ((posting.source, -1), (posting.destination, 1)):
                if account.startswith(prefix):
                    part = account.removeprefix(prefix)
                    sums[part] = sums.get(part, 0) + sign * posting.amount
    assert {name: n for name, n in sums.items() if n} == ledger
    left: dict[str, int] = {}
    for gift in facts(store, f"gifts/fund/{fund}/", Gift).values():
        assert gift.amount == gift.left + sum(use.amount for use in gift.uses)
        part = f"{gift.source}:{gift.purpose}"
        left[part] = left.get(part, 0) + gift.left
    assert {name: n for name, n in left.items() if n} == ledger


class Published(Money):
    """The same fund, published now and then; steps are taken down again."""

    fresh = False

    @rule()
    def go_out(self) -> None:
        publish(self.office.service.desk)
        self.fresh = True
        agrees(self.office.store, self.office.fund)

    @rule(which=st.integers(0, 1000))
    @precondition(lambda self: self.fresh)
    def come_down(self, which: int) -> None:
        matters = sorted(facts(self.office.store, "matters/", PublicMatter))
        name = matters[which % len(matters)].removeprefix("matters/")
        number = 1 + which % published(self.office.store, name)
        take_down(self.office.service.desk, name, number)
        publish(self.office.service.desk)
        agrees(self.office.store, self.office.fund)

    @invariant()
    def the_books_say_what_happened(self) -> None:
        """The parent holds the ledger; here only what is published counts."""


def published(store: Store, matter: str) -> int:
    """How many steps of a matter went out."""
    raw = store.row(RECORD, f"matters/{matter}")
    return len(msgspec.json.decode(raw, type=PublicMatter).steps) if raw else 0


Published.TestCase.settings = settings(max_examples=15, stateful_step_count=25, deadline=None)
TestPublished = Published.TestCase


def test_a_gift_whose_step_comes_down_keeps_its_amount_and_loses_its_name(open_funds: Open) -> None:
    office = open_funds()
    gift = office.give(700_00, donor="某商场")
    payment = office.ask(300_00)
    office.approve(payment.matter)
    publish(office.service.desk)
    (before,) = facts(office.store, "gifts/", Gift).values()
    assert before.name == "某商场（居民自筹）" and before.uses[0].name == "慰问"
    take_down(office.service.desk, gift.matter, 1)
    publish(office.service.desk)
    agrees(office.store, office.fund)
    written = b"".join(row.value or b"" for row in office.store.rows(RECORD, "", "", 100_000))
    assert "某商场".encode() not in written
    (after,) = facts(office.store, "gifts/", Gift).values()
    assert (after.amount, after.left) == (700_00, 400_00)


def test_verification_names_a_book_that_is_not_the_ledgers(open_funds: Open) -> None:
    office = open_funds()
    office.give(700_00)
    assert verify(office.service.desk) == []
    publish(office.service.desk)
    assert verify(office.service.desk) == []
    key = f"books/fund/{office.fund}/2026"
    year = msgspec.json.decode(office.store.row(RECORD, key) or b"", type=Turnover)
    wrong = msgspec.structs.replace(year, held={"居民自筹:非限定": 900_00})
    office.store.commit(Commit(rows=(Row(RECORD, key, canonical(wrong)),)))
    (said,) = verify(office.service.desk)
    assert office.fund in said and "写的是 90000，账上是 70000" in said


def test_a_store_that_was_published_before_there_were_books_catches_up(open_funds: Open) -> None:
    office = open_funds()
    office.give(700_00)
    payment = office.ask(300_00).matter
    office.approve(payment)
    publish(office.service.desk)
    kept = {row.key: row.value for row in office.store.rows(RECORD, "", "", 100_000)}
    forget(office.store)
    publish(office.service.desk, limit=2)
    agrees(office.store, office.fund)
    assert {row.key: row.value for row in office.store.rows(RECORD, "", "", 100_000)} == kept


OF_BOOKS = ("books/", "entries/", "gifts/", "kept/", "months/", "owing/", "planned/")


def forget(store: Store) -> None:
    """Make a store what an older program left: no books, and a cursor that knows of none."""
    (cursor,) = store.entries("log", ("published",)).values()
    old = msgspec.json.decode(cursor.body)
    del old["counted"]
    rows = [
        Row(index, row.key, None)
        for index in (RECORD, "booked", "queues")
        for row in store.rows(index, "", "", 100_000)
        if index != RECORD
        or row.key.startswith(("books/", "entries/", "gifts/", "kept/", "months/", "owing/", "planned/"))
    ]
    entry = EntryWrite("log", "published", cursor.version + 1, msgspec.json.encode(old))
    store.commit(Commit(rows=tuple(rows), entries=(entry,)))
