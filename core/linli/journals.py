"""A journal: postings with the day and the step that caused each, and how other people's programs read it.

Beancount writes the same entries once more as transactions of its own, with an assertion for every balance that is
known, so that a program that is not ours does the sums again.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from msgspec import Struct

from linli.ledger import FEN, OUTSIDE, Posting
from linli.money import yuan_exact

ALLOWANCES = ("allowance:", "used:")

UNITS = {FEN: "元", "hours": "小时", "pieces": "件"}
"""What readers call a commodity; others go by their own name."""

HEADINGS = (
    "日期",
    "事项",
    "步骤",
    "序号",
    "转出账户",
    "转入账户",
    "金额",
    "单位",
    "用途",
    "冲销",
    "办理",
    "事由",
)


class Entry(Struct, frozen=True):
    """A posting in the journal: the day of the decision that caused it, that step, and its ordinal there (from 0).

    ``about`` is what the matter is called, where that is known.
    """

    day: date
    matter: str
    number: int
    ordinal: int
    action: str
    posting: Posting
    about: str = ""

    @property
    def name(self) -> str:
        """The name by which a reversal names it: ``<matter>/<step number>/<ordinal>``."""
        return f"{self.matter}/{self.number}/{self.ordinal}"


class Held(Struct, frozen=True):
    """What an account holds of a commodity: whole fen, hours, pieces."""

    account: str
    commodity: str
    amount: int


def amount_text(amount: int, commodity: str) -> str:
    """An amount for a table: yuan with two decimals for money, a whole number for the rest."""
    return yuan_exact(amount) if commodity == FEN else f"{amount:,}"


def as_csv(entries: Iterable[Entry]) -> bytes:
    """The journal as CSV that Excel opens with its Chinese as it is: UTF-8 with a mark, one heading row.

    Amounts carry no thousands separators. A text that a spreadsheet program would run as a formula is quoted by an
    apostrophe.
    """
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(HEADINGS)
    for each in entries:
        posting = each.posting
        texts = (posting.source, posting.destination)
        writer.writerow(
            [
                each.day.isoformat(),
                _inert(each.matter),
                each.number,
                each.ordinal,
                *map(_inert, texts),
                amount_text(posting.amount, posting.commodity).replace(",", ""),
                UNITS.get(posting.commodity, _inert(posting.commodity)),
                _inert(posting.purpose),
                _inert(posting.reverses),
                _inert(each.action),
                _inert(each.about),
            ]
        )
    return written.getvalue().encode("utf-8-sig")


def _inert(text: str) -> str:
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


# Beancount


def as_beancount(entries: Iterable[Entry], kept: Iterable[Held], title: str) -> str:
    """The journal in the language of beancount, with one assertion for each balance that is kept.

    An account's name is ASCII and begins each part with a capital, as beancount wants it; the account as the ledger
    writes it stands beside it as ``linli``. Entries are in order of their days.
    """
    ordered = sorted(entries, key=lambda each: each.day)
    kept = list(kept)
    accounts = {account for e in ordered for account in (e.posting.source, e.posting.destination)}
    names = _names(sorted(accounts | {held.account for held in kept}))
    first: dict[str, date] = {}
    for each in ordered:
        for account in (each.posting.source, each.posting.destination):
            first.setdefault(account, each.day)
    lines = [f'option "title" {_quoted(title)}', 'option "operating_currency" "CNY"', ""]
    for account in sorted(first, key=lambda name: (first[name], names[name])):
        lines += [f"{first[account]} open {names[account]}", f"  linli: {_quoted(account)}"]
    for each in ordered:
        lines += ["", *_transaction(each, names)]
    if ordered:
        lines.append("")
        after = ordered[-1].day + timedelta(days=1)
        for held in kept:
            lines.append(f"{after} balance {names[held.account]}  {_amount(held.amount, held.commodity)}")
    return "\n".join(lines) + "\n"


def _transaction(each: Entry, names: dict[str, str]) -> Iterator[str]:
    posting = each.posting
    yield f"{each.day} * {_quoted(each.action)} {_quoted(posting.purpose)}"
    yield f"  linli: {_quoted(each.name)}"
    if posting.reverses:
        yield f"  reverses: {_quoted(posting.reverses)}"
    yield f"  {names[posting.destination]}  {_amount(posting.amount, posting.commodity)}"
    yield f"  {names[posting.source]}  {_amount(-posting.amount, posting.commodity)}"


def _amount(amount: int, commodity: str) -> str:
    if commodity == FEN:
        return f"{yuan_exact(amount).replace(',', '')} CNY"
    return f"{amount} {_currency(commodity)}"


_PLAIN_CURRENCY = re.compile(r"[A-Z][A-Z0-9]{1,20}")
_PLAIN_PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")


def _currency(commodity: str) -> str:
    written = commodity.upper()
    # CNY stands for fen alone; what is not plain goes by its hash.
    plain = written.isascii() and _PLAIN_CURRENCY.fullmatch(written) is not None and written != "CNY"
    return written if plain and commodity.islower() else f"X{_hash(commodity).upper()}"


def _names(accounts: Iterable[str]) -> dict[str, str]:
    """A beancount name for each account, the same for the same account among others; no two share one."""
    found: dict[str, str] = {}
    taken: dict[str, str] = {}
    for account in accounts:
        root = "Equity" if account.startswith((OUTSIDE, *ALLOWANCES)) else "Assets"
        name = ":".join([root, *map(_part, re.split(r"[:/]", account))])
        if taken.setdefault(name, account) != account:
            name = f"{name}:X{_hash(account)}"
        found[account] = name
    return found


def _part(part: str) -> str:
    if part.isascii() and _PLAIN_PART.fullmatch(part):
        return part[0].upper() + part[1:]
    return f"X{_hash(part)}"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def _quoted(text: str) -> str:
    # Beancount knows \" and \\; a line break or another control character in a string is shown as a blank.
    shown = re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", " ", text)
    escaped = shown.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
