"""The accounts of a book as files: for Excel (.xlsx and .csv), for programs (.json), for accountants (.beancount).

A year's files hold its months that are over; what is entered in a month that is not stands in the files ``current``, so
that a new entry writes that month only. Once a month its entries move into the files of its year.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

import msgspec
from msgspec import Struct

from linli.accounts.reading import APART, Books, is_over
from linli.canonical import canonical
from linli.journals import Entry, Held, as_beancount, as_csv
from linli.ledger import FEN, OUTSIDE, Posting
from linli.pages import Reader
from linli.statements import KINDS, Book, apart, came, held, went
from linli.workbooks import Heading, Sheet, workbook

CURRENT = "current"
FORMATS = {
    "xlsx": "Excel 表格（.xlsx）",
    "csv": "逗号分隔的表格（.csv）",
    "json": "数据（.json）",
    "beancount": "复式记账（.beancount）",
}
"""The suffixes of the files, and what readers call them."""

_JOURNAL = (
    Heading("日期", "day"),
    Heading("事项编号"),
    Heading("事项"),
    Heading("第几步", "number"),
    Heading("办理"),
    Heading("转出"),
    Heading("转入"),
    Heading("金额（元）", "fen"),
    Heading("用途"),
    Heading("冲销哪一笔"),
)
_SUMS = (Heading("项目"), Heading("名称"), Heading("金额（元）", "fen"))


class Part(Struct, frozen=True):
    """What a file tells: its months from the day ``first`` on, the book up to the last of them, and their entries."""

    title: str
    book: str
    first: date
    months: tuple[str, ...]
    whole: Book
    entries: tuple[Entry, ...]

    def opening(self, amounts: Callable[[Book, str], dict[str, int]]) -> dict[str, int]:
        """What was there before the first month."""
        return amounts(self.whole, self.months[0]) if self.months else amounts(self.whole, "")

    def sums(self, amounts: Callable[[Book, str], dict[str, int]]) -> dict[str, int]:
        """What came or went in the months together."""
        found: dict[str, int] = {}
        for month in self.months:
            for name, amount in amounts(self.whole, month).items():
                found[name] = found.get(name, 0) + amount
        return {name: amount for name, amount in sorted(found.items()) if amount}


def months_of(books: Books, reader: Reader, book: str, year: str) -> list[str]:
    """The months of a year that are over, or for `CURRENT` those with entries that are not."""
    if year != CURRENT:
        return [month for month in books.months(reader, book, year) if is_over(reader, month)]
    # Entries are dated by their decision, which never lies ahead: only the last months can still run.
    return [month for month in books.months(reader, book)[-2:] if not is_over(reader, month)]


def content(books: Books, reader: Reader, book: str, year: str, suffix: str) -> bytes:
    """The bytes of a file: of a year, or of the months that are not over yet; ``suffix`` is one of `FORMATS`."""
    months = tuple(months_of(books, reader, book, year))
    name = "未结束的月份" if year == CURRENT else f"{year}年"
    part = Part(
        f"{books.title(reader, book)} {name}",
        book,
        date.fromisoformat(f"{months[0]}-01") if months else date.min,
        months,
        _upto(books, reader, book, year, months),
        tuple(books.journal(reader, book, months)),
    )
    return _WRITERS[suffix](books, part)


def _upto(books: Books, reader: Reader, book: str, year: str, months: Sequence[str]) -> Book:
    """A book up to the end of the months, or to where they would begin if there are none."""
    if months:
        return books.by_months(reader, book, months[-1])
    return books.read(reader, book, "" if year == CURRENT else str(int(year) - 1))


def _csv(books: Books, part: Part) -> bytes:
    return as_csv(part.entries)


def _xlsx(books: Books, part: Part) -> bytes:
    lines = [
        (
            each.day,
            each.matter,
            each.about,
            each.number or None,
            each.action,
            books.words(part.book, each.posting.source),
            books.words(part.book, each.posting.destination),
            each.posting.amount,
            each.posting.purpose,
            each.posting.reverses,
        )
        for each in part.entries
    ]
    sums = [
        (title, label, amount)
        for title, amounts in (
            ("期初结余", _by_account(books, part.book, part.opening(held))),
            ("期初已安排", _titled(part.opening(apart))),
            ("收入", part.sums(came)),
            ("支出", part.sums(went)),
            ("期末结余", _by_account(books, part.book, held(part.whole))),
            ("期末已安排", _titled(apart(part.whole))),
        )
        for label, amount in amounts.items()
    ]
    return workbook([Sheet("账目", _JOURNAL, lines), Sheet("收支汇总", _SUMS, sums)])


def _json(books: Books, part: Part) -> bytes:
    told = {
        "book": f"{books.id}/{part.book}",
        "title": part.title,
        "months": part.months,
        "unit": "fen",
        "opening": {"held": part.opening(held), "apart": part.opening(apart)},
        "came": part.sums(came),
        "went": part.sums(went),
        "closing": {"held": held(part.whole), "apart": apart(part.whole)},
        "entries": [
            {
                "day": each.day,
                "matter": each.matter,
                "step": each.number,
                "title": each.action,
                "about": each.about,
                **msgspec.to_builtins(each.posting),
            }
            for each in part.entries
        ],
    }
    return canonical(told) + b"\n"


def _beancount(books: Books, part: Part) -> bytes:
    """With what was there before as the first transactions, so that a file stands alone."""
    opening = [
        Entry(part.first, "", 0, 0, "期初结余", Posting(f"{OUTSIDE}opening", account, amount))
        for account, amount in _accounts(books, part.book, part.opening(held), part.opening(apart)).items()
    ]
    closing = _accounts(books, part.book, held(part.whole), apart(part.whole))
    kept = [Held(account, FEN, amount) for account, amount in closing.items()]
    moved = [msgspec.structs.replace(each, posting=_gathered(each.posting)) for each in part.entries]
    return as_beancount([*opening, *moved], kept, part.title).encode()


def _gathered(posting: Posting) -> Posting:
    """A posting whose accounts of matters are one account for each kind."""
    source, target = (_one_for_all(each) for each in (posting.source, posting.destination))
    return msgspec.structs.replace(posting, source=source, destination=target)


def _one_for_all(account: str) -> str:
    kind = account.partition(":")[0]
    return account if account.startswith(OUTSIDE) or kind in KINDS else kind


def _accounts(books: Books, book: str, own: Mapping[str, int], others: Mapping[str, int]) -> dict[str, int]:
    named = {f"{books.id}:{book}{':' if part else ''}{part}": amount for part, amount in own.items()}
    return {**named, **others}


def _by_account(books: Books, book: str, amounts: Mapping[str, int]) -> dict[str, int]:
    prefix = f"{books.id}:{book}"
    return {books.words(book, f"{prefix}:{part}" if part else prefix): n for part, n in amounts.items()}


def _titled(amounts: Mapping[str, int]) -> dict[str, int]:
    return {APART.get(kind, kind): amount for kind, amount in amounts.items()}


_WRITERS: dict[str, Callable[[Books, Part], bytes]] = {
    "csv": _csv,
    "xlsx": _xlsx,
    "json": _json,
    "beancount": _beancount,
}


def file_links(books: Books, reader: Reader, book: str, year: str) -> Sequence[dict[str, str]]:
    """The files of a year, or of the months that are not over; none where they would be empty."""
    if not months_of(books, reader, book, year):
        return []
    return [
        {"text": title, "address": books.address(book, f"{year}.{suffix}")}
        for suffix, title in FORMATS.items()
    ]
