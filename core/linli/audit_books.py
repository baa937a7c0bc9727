"""The books that an audit looks at: the accounts of a place and below, and every posting that touched them.

An account belongs to the matter, or to the place, whose number it bears. The postings of an account are whole whoever
caused them and wherever, so that what was there, what came and what went is what is there, to the fen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from msgspec import Struct

from linli import indexing
from linli.deciding import read_steps
from linli.desk import Desk
from linli.funds.accounts import PLEDGED
from linli.journals import Entry
from linli.ledger import OUTSIDE, owner_of
from linli.places import CODE
from linli.steps import Step
from linli.store import StoredPosting

_PAGE = 1000
_LIMITS = ("allowance:", "used:", OUTSIDE)


class Posted(Struct, frozen=True):
    """A posting with the step that caused it."""

    entry: Entry
    step: Step


class Moved(Struct, frozen=True):
    """What one account of a commodity held before a period, what came and went in it, and what was left.

    ``later`` is what moved after the period; ``now`` what the store keeps today. ``agrees`` says that they add up.
    """

    account: str
    commodity: str
    before: int
    came: int
    went: int
    later: int
    now: int

    @property
    def after(self) -> int:
        """What was left at the end of the period."""
        return self.before + self.came - self.went

    @property
    def agrees(self) -> bool:
        """Whether the journal sums to the balance that is kept."""
        return self.after + self.later == self.now


class AuditBooks:
    """The accounts at a place and below, with their postings, read once."""

    def __init__(self, desk: Desk, place: str) -> None:
        """Read what lies at the place."""
        self._desk = desk
        self._place = place
        self._steps: dict[str, dict[int, Step]] = {}
        self.matters = tuple(self._matters())
        self._owners = frozenset(self.matters)
        self.accounts = tuple(self._accounts())
        self.posted = tuple(self._posted())

    def steps(self, matter: str) -> dict[int, Step]:
        """The steps of a matter by number."""
        if matter not in self._steps:
            self._steps[matter] = {step.number: step for step in read_steps(self._desk, matter)}
        return self._steps[matter]

    def within(self, since: date, until: date) -> list[Posted]:
        """What was posted by decisions of a period, both ends included, in order."""
        return [each for each in self.posted if since <= each.step.decided <= until]

    def moved(self, since: date, until: date) -> list[Moved]:
        """Every account with what moved it, in order of the names; those that never held anything are left out."""
        sums: dict[tuple[str, str], list[int]] = {}
        for each in self.posted:
            posting, day = each.entry.posting, each.step.decided
            for account, sign in ((posting.source, -1), (posting.destination, 1)):
                if not self.owns(account):
                    continue
                held = sums.setdefault((account, posting.commodity), [0, 0, 0, 0])
                if day < since:
                    held[0] += sign * posting.amount
                elif day > until:
                    held[3] += sign * posting.amount
                else:
                    held[1 if sign > 0 else 2] += posting.amount
        balance = self._desk.store.balance
        return [
            Moved(account, of, before, came, went, later, balance(account, of))
            for (account, of), (before, came, went, later) in sorted(sums.items())
        ]

    def owns(self, account: str) -> bool:
        """Whether an account is one of the place's."""
        if account.startswith(_LIMITS) or ":" not in account:
            return False
        owner = owner_of(account)
        if CODE.match(owner):
            return owner in self._desk.places and self._desk.places.within(owner, self._place)
        return owner in self._owners

    def _matters(self) -> Iterator[str]:
        """Every matter of the place and below; the index holds each under the place and under every place above it."""
        for procedure in self._desk.deployment.procedures:
            prefix = f"{self._place}/{procedure}/"
            after = prefix
            while rows := self._desk.store.rows(indexing.MATTERS, after, f"{prefix[:-1]}0", _PAGE):
                yield from (row.key.rsplit("/", 1)[1] for row in rows)
                after = rows[-1].key

    def _accounts(self) -> Iterator[str]:
        """The accounts that hold or held something; promises of a closed list are no money and stay there."""
        known = (name for (name, of) in self._desk.store.balances() if of != PLEDGED)
        yield from dict.fromkeys(name for name in known if self.owns(name))

    def _posted(self) -> list[Posted]:
        found: dict[tuple[str, int, int], Posted] = {}
        for account in self.accounts:
            for each in self._desk.store.postings(account):
                key = (each.matter, each.number, each.ordinal)
                if key not in found and each.posting.commodity != PLEDGED:
                    found[key] = self._with_step(each)
        return sorted(found.values(), key=lambda e: (e.step.decided, e.step.recorded, e.entry.name))

    def _with_step(self, stored: StoredPosting) -> Posted:
        step = self.steps(stored.matter)[stored.number]
        entry = Entry(step.decided, stored.matter, stored.number, stored.ordinal, step.action, stored.posting)
        return Posted(entry, step)


def sums_agree(moved: Iterable[Moved]) -> bool:
    """Whether every account's journal sums to its balance."""
    return all(each.agrees for each in moved)
