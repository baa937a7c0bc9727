"""Reading books from the record: sums by year, entries in order, accounts in a reader's words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec
from msgspec import Struct

from linli.journals import Entry
from linli.ledger import OUTSIDE
from linli.pages import Reader
from linli.statements import Book, BookEntry, Turnover

APART = {
    "committed": "已批准、待付款",
    "project": "已拨付、项目使用中",
    "receivable": "应收回",
    "owed": "应交回来源",
}
"""What readers call money that matters hold, by kind of account; others go by their own name."""


class Books(Struct, frozen=True):
    """One kind of books: ``id`` as accounts begin, ``folder`` where its pages lie, ``owner`` whose pages they are.

    ``index`` is the title and address of the list of them. ``titled`` gives the name of a book from the matter that
    opened it, as JSON values. ``own`` is what readers call an account that bears only the book's number, ``left`` what
    such accounts still hold.
    """

    id: str
    owner: str
    folder: str
    index: tuple[str, str]
    titled: Callable[[Mapping[str, Any]], str]
    own: str = "本账"
    left: str = "结余"

    def address(self, book: str, page: str = "") -> str:
        """Where a page of a book lies: its own, or one of those below it."""
        return f"{self.folder}/{book}/{page}" if page else f"{self.folder}/{book}.html"

    def title(self, reader: Reader, book: str) -> str:
        """What a book is called; by its number where the matter is not public."""
        matter = reader.get(f"matters/{book}")
        return (self.titled(matter) if matter else "") or book

    def read(self, reader: Reader, book: str, until: str = "") -> Book:
        """A book, or what of it lies before the end of a year."""
        names = reader.children(f"books/{self.id}/{book}/")
        wanted = [name for name in names if not until or name <= until]
        return Book({name: turnover_of(reader.get(f"books/{self.id}/{book}/{name}")) for name in wanted})

    def by_months(self, reader: Reader, book: str, until: str) -> Book:
        """What of a book lies before the end of a month: the years before, and the months of its year."""
        year = until[:4]
        years = [name for name in reader.children(f"books/{self.id}/{book}/") if name < year]
        found = {name: turnover_of(reader.get(f"books/{self.id}/{book}/{name}")) for name in years}
        for month in self.months(reader, book, year):
            if month <= until:
                found[month] = turnover_of(reader.get(f"months/{self.id}/{book}/{month}"))
        return Book(found)

    def months(self, reader: Reader, book: str, year: str = "") -> Sequence[str]:
        """The months with entries, of a year or of all, oldest first."""
        prefix = f"{year}-" if year else ""
        found = reader.children(f"sheets/entries/{self.id}/{book}/{prefix}")
        return [f"{prefix}{each}" for each in found]

    def sheets(self, reader: Reader, book: str, month: str) -> list[str]:
        """The numbers of the sheets of a month."""
        return list(reader.children(f"sheets/entries/{self.id}/{book}/{month}/"))

    def sheet(self, reader: Reader, book: str, month: str, number: str) -> list[BookEntry]:
        """The entries on a sheet, oldest first."""
        names = reader.get(f"sheets/entries/{self.id}/{book}/{month}/{number}") or ()
        keys = (f"entries/{self.id}/{book}/{month}/{name}" for name in names)
        return [entry_of(reader.get(key)) for key in keys]

    def latest(self, reader: Reader, book: str, most: int) -> list[BookEntry]:
        """The last entries, oldest first."""
        found: list[BookEntry] = []
        for month in reversed(self.months(reader, book)):
            for number in reversed(self.sheets(reader, book, month)):
                found = [*self.sheet(reader, book, month, number), *found]
                if len(found) >= most:
                    return found[-most:]
        return found

    def journal(self, reader: Reader, book: str, months: Iterable[str]) -> Iterator[Entry]:
        """The postings of some months in order, as journals have them."""
        for month in months:
            for key in reader.keys(f"entries/{self.id}/{book}/{month}/"):
                entry = entry_of(reader.get(key))
                for ordinal, posting in enumerate(entry.postings):
                    yield Entry(
                        entry.day, entry.matter, entry.number, ordinal, entry.title, posting, entry.name
                    )

    def words(self, book: str, account: str) -> str:
        """An account in the words of a reader of a book."""
        if account.startswith(OUTSIDE):
            return account.removeprefix(OUTSIDE).rpartition("/")[2] or "账外"
        kind, _, rest = account.partition(":")
        number, _, part = rest.partition(":")
        if kind == self.id and number == book:
            source, _, purpose = part.partition(":")
            return f"{source}（{purpose}）" if purpose else source or self.own
        return APART.get(kind) or part.replace(":", "、") or rest or kind


def turnover_of(value: Any) -> Turnover:
    """What a period changed, from JSON values."""
    return msgspec.convert(value, Turnover)


def entry_of(value: Any) -> BookEntry:
    """An entry from JSON values."""
    return msgspec.convert(value, BookEntry)


def this_year(reader: Reader, first: str) -> str:
    """The year of the as-of day, asked from a year on; a page that asks is rebuilt on New Year's Day only."""
    year = int(first)
    while reader.reached(date(year + 1, 1, 1)):
        year += 1
    return str(year)


def is_over(reader: Reader, month: str) -> bool:
    """Whether a month has ended; who asks is rebuilt on the morning after its last day."""
    year, number = int(month[:4]), int(month[5:])
    return reader.reached(date(year + number // 12, number % 12 + 1, 1))


def in_words(day: date) -> str:
    """A day as tables of accounts write it: 2026年3月2日."""
    return f"{day.year}年{day.month}月{day.day}日"
