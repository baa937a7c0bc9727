"""A year of a book as files: for Excel (.xlsx and .csv), for programs (.json), for accountants (.beancount)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

import msgspec

from linli.accounts.reading import APART, Books
from linli.canonical import canonical
from linli.journals import Entry, Held, as_beancount, as_csv
from linli.ledger import FEN, OUTSIDE, Posting
from linli.pages import Reader
from linli.statements import KINDS, Book, apart, came, held, went
from linli.workbooks import Heading, Sheet, workbook

FORMATS = {
    "xlsx": "Excel 表格（.xlsx）",
    "csv": "逗号分隔的表格（.csv）",
    "json": "数据（.json）",
    "beancount": "复式记账（.beancount）",
}
"""The suffixes of the files of a year, and what readers call them."""

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


def content(books: Books, reader: Reader, book: str, year: str, suffix: str) -> bytes:
    """The bytes of a file of a year; ``suffix`` is one of `FORMATS`."""
    whole = books.read(reader, book, year)
    entries = list(books.journal(reader, book, year))
    return _WRITERS[suffix](books, reader, book, year, whole, entries)


_Writer = Callable[[Books, Reader, str, str, Book, list[Entry]], bytes]


def _csv(books: Books, reader: Reader, book: str, year: str, whole: Book, entries: list[Entry]) -> bytes:
    return as_csv(entries)


def _xlsx(books: Books, reader: Reader, book: str, year: str, whole: Book, entries: list[Entry]) -> bytes:
    lines = [
        (
            each.day,
            each.matter,
            each.about,
            each.number or None,
            each.action,
            books.words(book, each.posting.source),
            books.words(book, each.posting.destination),
            each.posting.amount,
            each.posting.purpose,
            each.posting.reverses,
        )
        for each in entries
    ]
    sums = [
        (title, label, amount)
        for title, amounts in (
            ("年初结余", _by_account(books, book, held(whole, year))),
            ("年初已安排", _titled(apart(whole, year))),
            ("收入", came(whole, year)),
            ("支出", went(whole, year)),
            ("年末结余", _by_account(books, book, held(whole))),
            ("年末已安排", _titled(apart(whole))),
        )
        for label, amount in amounts.items()
    ]
    return workbook([Sheet(f"{year}年账目", _JOURNAL, lines), Sheet("收支汇总", _SUMS, sums)])


def _json(books: Books, reader: Reader, book: str, year: str, whole: Book, entries: list[Entry]) -> bytes:
    told = {
        "book": f"{books.id}/{book}",
        "title": books.title(reader, book),
        "year": year,
        "unit": "fen",
        "opening": {"held": held(whole, year), "apart": apart(whole, year)},
        "came": came(whole, year),
        "went": went(whole, year),
        "closing": {"held": held(whole), "apart": apart(whole)},
        "entries": [
            {
                "day": each.day,
                "matter": each.matter,
                "step": each.number,
                "title": each.action,
                "about": each.about,
                **msgspec.to_builtins(each.posting),
            }
            for each in entries
        ],
    }
    return canonical(told) + b"\n"


def _beancount(
    books: Books, reader: Reader, book: str, year: str, whole: Book, entries: list[Entry]
) -> bytes:
    """With what was there at the beginning of the year as its first transactions, so that a year stands alone."""
    first = date(int(year), 1, 1)
    opening = [
        Entry(first, "", 0, 0, "年初结余", Posting(f"{OUTSIDE}opening", account, amount))
        for account, amount in _accounts(books, book, whole, year).items()
    ]
    kept = [Held(account, FEN, amount) for account, amount in _accounts(books, book, whole).items()]
    moved = [msgspec.structs.replace(each, posting=_gathered(each.posting)) for each in entries]
    return as_beancount([*opening, *moved], kept, f"{books.title(reader, book)} {year}").encode()


def _gathered(posting: Posting) -> Posting:
    """A posting whose accounts of matters are one account for each kind."""
    source, target = (_one_for_all(each) for each in (posting.source, posting.destination))
    return msgspec.structs.replace(posting, source=source, destination=target)


def _one_for_all(account: str) -> str:
    kind = account.partition(":")[0]
    return account if account.startswith(OUTSIDE) or kind in KINDS else kind


def _accounts(books: Books, book: str, whole: Book, before: str = "") -> dict[str, int]:
    own = {f"{books.id}:{book}{':' if part else ''}{part}": n for part, n in held(whole, before).items()}
    return own | apart(whole, before)


def _by_account(books: Books, book: str, amounts: Mapping[str, int]) -> dict[str, int]:
    prefix = f"{books.id}:{book}"
    return {books.words(book, f"{prefix}:{part}" if part else prefix): n for part, n in amounts.items()}


def _titled(amounts: Mapping[str, int]) -> dict[str, int]:
    return {APART.get(kind, kind): amount for kind, amount in amounts.items()}


_WRITERS: dict[str, _Writer] = {"csv": _csv, "xlsx": _xlsx, "json": _json, "beancount": _beancount}
