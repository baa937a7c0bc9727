"""The books of a store: balances, journal, a check, and exports that other people's programs read.

Nothing here is kept: the journal is the store's postings with the day and the title of the step that caused each, and
the exports are made of it. Beancount writes the same entries once more as transactions of its own, with an assertion
for every balance that the store keeps, so that a program that is not ours does the sums again.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from functools import lru_cache

from msgspec import Struct

from linli.errors import NotFound
from linli.ledger import FEN, OUTSIDE, Posting, is_outside, net
from linli.money import yuan_exact
from linli.steps import Step, decode
from linli.store import Store

ALLOWANCES = ("allowance:", "used:")

UNITS = {FEN: "元", "hours": "小时", "pieces": "件"}
"""What readers call a commodity; others go by their own name."""

HEADINGS = ("日期", "事项", "步骤", "序号", "转出账户", "转入账户", "金额", "单位", "用途", "冲销", "办理")


class Entry(Struct, frozen=True):
    """A posting in the journal: the day of the decision that caused it, that step, and its ordinal there (from 0)."""

    day: date
    matter: str
    number: int
    ordinal: int
    action: str
    posting: Posting

    @property
    def name(self) -> str:
        """The name by which a reversal names it: ``<matter>/<step number>/<ordinal>``."""
        return f"{self.matter}/{self.number}/{self.ordinal}"


class Held(Struct, frozen=True):
    """What an account holds of a commodity: whole fen, hours, pieces."""

    account: str
    commodity: str
    amount: int


def balances(store: Store, prefix: str = "") -> list[Held]:
    """What the accounts below a prefix hold, in order of their names, without those that are empty.

    Accounts that lie outside keep no balance and are not among them.
    """
    return [
        Held(account, commodity, amount)
        for (account, commodity), amount in store.balances(prefix).items()
        if amount
    ]


def journal(store: Store, account: str = "") -> Iterator[Entry]:
    """Every posting in order of commit, or those of one account; raises `NotFound` for one without a step."""

    @lru_cache(maxsize=256)
    def steps(matter: str) -> dict[int, Step]:
        return {stored.number: decode(stored.body) for stored in store.steps(matter)}

    for stored in store.postings(account):
        step = steps(stored.matter).get(stored.number)
        if step is None:
            steps.cache_clear()  # the matter may have gone on since it was read
            step = steps(stored.matter).get(stored.number)
        if step is None:
            name = f"{stored.matter}/{stored.number}/{stored.ordinal}"
            raise NotFound("这笔账没有对应的步骤", where=name, cure="运行 linli ledger check")
        yield Entry(step.decided, stored.matter, stored.number, stored.ordinal, step.action, stored.posting)


def check(store: Store) -> list[str]:
    """Every way in which the books do not add up, as sentences; empty where they do.

    Balances that are kept equal the sums of all postings; no account that holds something is below zero; each commodity
    is conserved; a reversal mirrors an earlier posting, and none is reversed twice.
    """
    sums: dict[tuple[str, str], int] = {}
    outside: dict[str, int] = {}
    known: dict[str, Posting] = {}
    reversed_by: dict[str, str] = {}
    faults: list[str] = []
    for stored in store.postings():
        posting, name = stored.posting, f"{stored.matter}/{stored.number}/{stored.ordinal}"
        for key, change in net((posting,)).items():
            sums[key] = sums.get(key, 0) + change
        for account, sign in ((posting.source, -1), (posting.destination, 1)):
            if is_outside(account):
                outside[posting.commodity] = outside.get(posting.commodity, 0) + sign * posting.amount
        faults.extend(_wrong_reversal(name, posting, known, reversed_by))
        known[name] = posting
    kept = store.balances()
    for account, commodity in sorted(sums.keys() | kept.keys()):
        holds, owed = kept.get((account, commodity), 0), sums.get((account, commodity), 0)
        if holds != owed:
            faults.append(f"账户 {account}（{commodity}）：余额 {holds}，账目合计 {owed}")
        if holds < 0:
            faults.append(f"账户 {account}（{commodity}）：余额为负 {holds}")
    for commodity in sorted({commodity for _, commodity in kept} | set(outside)):
        inside = sum(amount for (_, of), amount in kept.items() if of == commodity)
        if inside + outside.get(commodity, 0) != 0:
            faults.append(f"{commodity}：账内共 {inside}，账外共 {outside.get(commodity, 0)}，合起来不是零")
    return faults


def _wrong_reversal(
    name: str, posting: Posting, known: dict[str, Posting], reversed_by: dict[str, str]
) -> Iterator[str]:
    if not posting.reverses:
        return
    original = known.get(posting.reverses)
    if original is None:
        yield f"账目 {name}：所冲销的 {posting.reverses} 不在它之前"
    elif original.reversed(posting.reverses) != Posting(
        posting.source,
        posting.destination,
        posting.amount,
        posting.commodity,
        original.purpose,
        posting.reverses,
    ):
        yield f"账目 {name}：与所冲销的 {posting.reverses} 不是一来一回"
    elif posting.reverses in reversed_by:
        yield f"账目 {name}：{posting.reverses} 已经由 {reversed_by[posting.reverses]} 冲销过"
    else:
        reversed_by[posting.reverses] = name


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


Export = Callable[[Store, str], bytes]


def _beancount(store: Store, title: str) -> bytes:
    return as_beancount(journal(store), balances(store), title).encode()


def _csv(store: Store, title: str) -> bytes:
    return as_csv(journal(store))


EXPORTS: dict[str, Export] = {"beancount": _beancount, "csv": _csv}
"""How a store's books are written out, by format: ``(store, title) -> bytes``."""
