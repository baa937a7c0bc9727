"""Double entry: a posting moves a positive whole amount from one account to another.

Accounts are written as paths: ``outside:department/卫健委`` for what lies outside and keeps no balance, and
``community:990101007001:committed`` for what holds money. No account that holds something falls below zero, and an
allowance (money, plates, days) is an account that is drawn down in the same commit as what uses it.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from linli.errors import BadInput

OUTSIDE = "outside:"
OPENED = f"{OUTSIDE}allowance"
"""Where an allowance comes from when it is opened, and goes when it lapses."""
MARK = f"{OUTSIDE}mark"
"""Where marks come from: balances that say how far something has come and count nothing; pages leave them out."""
MOST = 10**15

FEN = "fen"
HOURS = "hours"
PIECES = "pieces"


class Posting(Struct, frozen=True, omit_defaults=True):
    """A movement of ``amount`` (whole fen, hours, pieces) of a commodity from ``source`` to ``destination``.

    ``reverses`` names the posting that this one corrects, as ``<matter>/<step number>/<ordinal>``.
    """

    source: str
    destination: str
    amount: int
    commodity: str = FEN
    purpose: str = ""
    reverses: str = ""

    def checked(self) -> Posting:
        """Return the posting itself, or raise `BadInput` for an amount or an account that cannot be."""
        if type(self.amount) is not int or not 0 < self.amount <= MOST:
            raise BadInput(f"金额必须是 1 到 {MOST} 之间的整数，不能是 {self.amount!r}", where=self.source)
        if not self.source or not self.destination or self.source == self.destination:
            raise BadInput("一笔账要有两个不同的账户", where=f"{self.source} → {self.destination}")
        return self

    def reversed(self, name: str) -> Posting:
        """The posting that undoes this one, naming it."""
        return Posting(self.destination, self.source, self.amount, self.commodity, self.purpose, name)


class Draw(Struct, frozen=True):
    """Use ``amount`` of an allowance whose limit is known from a parameter.

    The service opens the allowance up to ``limit`` in the same commit and moves ``amount`` from ``allowance:<name>``
    to ``used:<name>``; where less is left, nothing is committed. ``amount`` below zero gives back.
    """

    name: str
    limit: int
    amount: int
    commodity: str = PIECES


def is_outside(account: str) -> bool:
    """Whether an account lies outside and keeps no balance."""
    return account.startswith(OUTSIDE)


def owner_of(account: str) -> str:
    """The number of the matter, or the code of the place, that an account bears after its kind; empty without one."""
    return account.split(":")[1] if ":" in account else ""


def net(postings: Iterable[Posting]) -> dict[tuple[str, str], int]:
    """The change of each account that holds something, by (account, commodity); changes of zero are left out."""
    changes: dict[tuple[str, str], int] = {}
    for posting in postings:
        for account, sign in ((posting.source, -1), (posting.destination, 1)):
            if not is_outside(account):
                key = (account, posting.commodity)
                changes[key] = changes.get(key, 0) + sign * posting.amount
    return {key: change for key, change in changes.items() if change}
