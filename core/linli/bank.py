"""The bank's statement beside the books: what has cleared, what is still on its way, what came back, what nobody knows.

A statement is a .csv or .xlsx with five columns. A line belongs to the entry that it names; failing that to the one
entry of the same direction and amount within a few days. Where several would do, none is chosen: a person looks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum

from msgspec import Struct

from linli.cash import at_bank
from linli.errors import BadInput, LinliError, ManyFaults
from linli.journals import Entry
from linli.spreadsheets import Column, read_rows

COLUMNS = (
    Column("day", "日期", "date", required=True),
    Column("number", "流水号", "code", required=True),
    Column("memo", "摘要"),
    Column("came_fen", "收入", "money"),
    Column("went_fen", "支出", "money"),
)
NEAR_DAYS = 7
RETURNED = "退"


class BankState(StrEnum):
    """What the bank says of an entry in the books."""

    ORDERED = "ordered"
    CLEARED = "cleared"
    BOUNCED = "bounced"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The word that readers see."""
        return {"ordered": "在途", "cleared": "已到账", "bounced": "已退回"}[self.value]


class Line(Struct, frozen=True):
    """A line of a statement; ``amount`` in fen, above zero for what came in, below for what went out."""

    day: date
    number: str
    memo: str
    amount: int


class Reconciled(Struct, frozen=True):
    """How a statement and the books compare.

    ``states`` by the name of each entry that touches the bank; ``lines`` gives the line of what cleared. ``unclear``
    are lines that several entries would fit, with those entries' names; ``unknown`` lines that fit none.
    """

    states: dict[str, BankState]
    lines: dict[str, str]
    unclear: dict[str, tuple[str, ...]]
    unknown: tuple[Line, ...]

    @property
    def settled(self) -> bool:
        """Whether every line has its entry and every entry its line."""
        ordered = any(state is BankState.ORDERED for state in self.states.values())
        return not (ordered or self.unclear or self.unknown)


def read_statement(data: bytes, name: str) -> tuple[Line, ...]:
    """Read a statement, in the order of its rows; ``name`` ends in .csv or .xlsx.

    Raises `BadInput` for a file that is no statement and `ManyFaults` with every row that is wrong: a line has either
    an income or an expense above zero, and a number of its own.
    """
    table = read_rows(data, name, COLUMNS)
    faults: list[LinliError] = [
        BadInput(each.message, where=f"第 {each.row} 行 {each.column}") for each in table.errors
    ]
    found: dict[str, Line] = {}
    for row in table.rows:
        came, went = row.values["came_fen"] or 0, row.values["went_fen"] or 0
        day, number = row.values["day"], str(row.values["number"])
        assert isinstance(day, date) and isinstance(came, int) and isinstance(went, int), "as the columns say"
        if bool(came) == bool(went):
            faults.append(BadInput("收入和支出要填一个，只填一个", where=f"第 {row.number} 行"))
        if number in found:
            faults.append(BadInput(f"流水号 {number} 出现了两次", where=f"第 {row.number} 行"))
        found[number] = Line(day, number, str(row.values["memo"] or ""), came - went)
    if faults:
        raise ManyFaults(faults)
    return tuple(found.values())


def bank_amount(entry: Entry) -> int:
    """What an entry moves at the bank, in fen: above zero where money comes in, 0 where the bank has no part in it."""
    return at_bank(entry.posting)


def reconcile(
    entries: Iterable[Entry], statement: Sequence[Line], known: Mapping[str, str] = {}
) -> Reconciled:
    """Compare the books with a statement; the same input always gives the same answer.

    ``known`` are entries that an earlier statement has shown, with its line: they have cleared, and that line is no
    news where it comes again. An entry that a later one reverses, and the reversal itself, are what the bank sent back.
    """
    books = _Books(entries)
    states = dict.fromkeys(books.entries, BankState.ORDERED)
    lines = {name: line for name, line in known.items() if name in states}
    states.update(dict.fromkeys(lines, BankState.CLEARED))
    for entry in books.entries.values():
        if entry.posting.reverses in states:
            states[entry.name] = states[entry.posting.reverses] = BankState.BOUNCED
    shown = set(known.values())
    fresh = [line for line in statement if line.number not in shown]
    unclear: dict[str, tuple[str, ...]] = {}
    unknown: list[Line] = []
    # What names its entry goes first, so that no other line takes that entry's place.
    for line in sorted(fresh, key=lambda each: not books.named(each)):
        fitting = [name for name in books.named(line) or books.near(line) if name not in lines]
        if len(fitting) == 1:
            lines[fitting[0]] = line.number
            if states[fitting[0]] is BankState.ORDERED:
                states[fitting[0]] = BankState.CLEARED
        elif fitting:
            unclear[line.number] = tuple(sorted(fitting))
        elif not _sent_back(line, books, states):
            unknown.append(line)
    return Reconciled(states, lines, unclear, tuple(unknown))


class _Books:
    """The entries that the bank sees, by name and by amount."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries: dict[str, Entry] = {}
        self._of: dict[int, list[str]] = {}
        for entry in entries:
            amount = bank_amount(entry)
            if amount:
                self.entries[entry.name] = entry
                self._of.setdefault(amount, []).append(entry.name)

    def of(self, amount: int) -> list[str]:
        """The entries of an amount, in order of the books."""
        return self._of.get(amount, [])

    def named(self, line: Line) -> list[str]:
        """The entries whose matter the memo names, in the line's direction and amount."""
        return [name for name in self.of(line.amount) if self.entries[name].matter in line.memo]

    def near(self, line: Line) -> list[str]:
        """The entries of the line's direction and amount within a few days."""
        return [
            name
            for name in self.of(line.amount)
            if abs((self.entries[name].day - line.day).days) <= NEAR_DAYS
        ]


def _sent_back(line: Line, books: _Books, states: dict[str, BankState]) -> bool:
    """Whether a line gives back, in its own words, one payment that the books do not know to have bounced."""
    if line.amount <= 0 or RETURNED not in line.memo:
        return False
    sent = books.of(-line.amount)
    sent = [name for name in sent if books.entries[name].matter in line.memo] or sent
    sent = [
        name for name in sent if states[name] is not BankState.BOUNCED and books.entries[name].day <= line.day
    ]
    if len(sent) != 1:
        return False
    states[sent[0]] = BankState.BOUNCED
    return True
