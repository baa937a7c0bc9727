"""Statements: the book of a fund or of a call as the record tells of it, and the sums that pages and files make of it.

A book's accounts lie within its *bounds*: the account under its own number, and what matters hold of its money
(committed, handed out, to be paid back). What crosses the bounds came or went; what moves inside them is neither. So
that in every year *what was there + what came − what went = what is there*, to the fen.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from msgspec import Struct

from linli.ledger import Posting

KINDS = ("fund", "call")
"""The kinds of accounts that have a book: ``fund:<number>:…`` and ``call:<number>``. A book is ``fund/<number>``."""

OPENING = "期初余额"
"""As which kind of source that counts which was there before a book began: it came, and it is nobody's income."""


class Turnover(Struct, frozen=True, omit_defaults=True):
    """What a year or a month changed in a book, in fen. ``last`` is the latest day of an entry.

    ``came`` by kind of source and ``went`` by use, net of what was given back; either may be below zero where something
    of an earlier period was undone. ``held`` is the change of the book's own accounts, by what follows its number in
    their names; ``apart`` that of what matters hold of its money, by kind of account (``committed``).
    """

    came: dict[str, int] = {}
    went: dict[str, int] = {}
    held: dict[str, int] = {}
    apart: dict[str, int] = {}
    last: date | None = None


class Book(Struct, frozen=True):
    """A book as periods tell it that follow each other: years (``2025``), then months of the next one (``2026-01``)."""

    periods: dict[str, Turnover] = {}

    @property
    def last(self) -> date | None:
        """The latest day of an entry."""
        return max((each.last for each in self.periods.values() if each.last), default=None)


class BookEntry(Struct, frozen=True, omit_defaults=True):
    """A step that moved money of a book: its day of decision, what was done, and the postings that touch the book.

    Of a step that is not published there are only the amounts on the book's own accounts: ``matter`` is empty.
    """

    day: date
    postings: tuple[Posting, ...]
    title: str = ""
    matter: str = ""
    number: int = 0
    name: str = ""


class Use(Struct, frozen=True, omit_defaults=True):
    """Part of a gift, in fen, with the matter that used it; ``matter`` is empty where that is not published."""

    amount: int
    name: str
    matter: str = ""


class Gift(Struct, frozen=True, omit_defaults=True):
    """What one matter brought under a source and a purpose, and what it was used for, first in first out.

    The uses and ``left`` add up to ``amount``.
    """

    day: date
    source: str
    purpose: str
    amount: int
    name: str
    matter: str = ""
    uses: tuple[Use, ...] = ()
    left: int = 0


class Owing(Struct, frozen=True, omit_defaults=True):
    """What a matter holds of a book's money, by kind of account, in fen."""

    day: date
    amounts: dict[str, int]
    name: str = ""
    matter: str = ""


def held(book: Book, before: str = "") -> dict[str, int]:
    """What the book's own accounts hold at the end, or at the beginning of a period; without those that are empty."""
    return _total([each.held for name, each in book.periods.items() if not before or name < before])


def apart(book: Book, before: str = "") -> dict[str, int]:
    """What matters hold of the book's money, by kind of account, at the end or at the beginning of a period."""
    return _total([each.apart for name, each in book.periods.items() if not before or name < before])


def came(book: Book, period: str = "") -> dict[str, int]:
    """What came by kind of source, in a period or in all."""
    return _total([each.came for name, each in book.periods.items() if period in ("", name)])


def income(book: Book, period: str = "") -> int:
    """What came in a period or in all, without what was there before the book began."""
    return sum(amount for kind, amount in came(book, period).items() if kind != OPENING)


def went(book: Book, period: str = "") -> dict[str, int]:
    """What went by use, in a period or in all."""
    return _total([each.went for name, each in book.periods.items() if period in ("", name)])


def _total(parts: list[dict[str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for part in parts:
        for name, amount in part.items():
            found[name] = found.get(name, 0) + amount
    return {name: amount for name, amount in sorted(found.items()) if amount}


class Flow(Struct, frozen=True):
    """Where money came from and what became of it, as pairs of a label and fen above zero; both sides add up alike."""

    sources: tuple[tuple[str, int], ...]
    uses: tuple[tuple[str, int], ...]


def flow(book: Book, titles: Mapping[str, str], year: str = "", left: str = "结余") -> Flow:
    """The flow of a year, or of the whole life of a book; ``titles`` say what kinds of accounts are called.

    ``left`` is what the own accounts still hold.

    What was undone of an earlier year stands on the other side: given back is a use, come back a source.
    """
    last = str(int(year) + 1) if year else ""
    before = sum(held(book, year).values()) + sum(apart(book, year).values()) if year else 0
    sources = [("以前年度结转", before)] if before else []
    uses: list[tuple[str, int]] = []
    for label, amount in _largest_first(came(book, year)):
        (sources if amount > 0 else uses).append((label if amount > 0 else f"退回：{label}", abs(amount)))
    for label, amount in _largest_first(went(book, year)):
        (uses if amount > 0 else sources).append((label if amount > 0 else f"收回：{label}", abs(amount)))
    for kind, amount in apart(book, last).items():
        (uses if amount > 0 else sources).append((titles.get(kind, kind), abs(amount)))
    rest = sum(held(book, last).values())
    if rest:
        uses.append((left, rest))
    return Flow(tuple(sources), tuple(uses))


def _largest_first(amounts: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(amounts.items(), key=lambda pair: (-pair[1], pair[0]))
