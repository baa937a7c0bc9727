"""What the record says of money: a book for each fund and each call, kept up to date with what one matter changed.

All steps count that have a place in the log, published or not, so that a book's balances are those of the ledger. Of a
step that is withheld, held back or taken down there are the amounts on the book's own accounts and no word: nobody
can tell from a book who or what it was, and nobody can hide money by not publishing.

======== ============================== ========================================================================
index    key                            value
======== ============================== ========================================================================
booked   ``<matter>``                   `_Share`: what the matter adds to sums, and what the record shows of it
queues   ``<book>/<source>:<purpose>``  `_Queue`: what came and went under a source and a purpose, in order of the log
======== ============================== ========================================================================
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import takewhile

import msgspec
from msgspec import Struct, structs

from linli.canonical import canonical
from linli.desk import Desk
from linli.funds.tracing import Traced
from linli.ledger import owner_of
from linli.matter_books import UNSHOWN, Item, MatterBooks, Sums, placed
from linli.public_steps import PublicMatter, public_state
from linli.record import Sheet
from linli.sequencing import position_of
from linli.statements import Gift, Owing, Turnover, Use
from linli.steps import Step
from linli.store import Row

BOOKED, QUEUES = "booked", "queues"


class _Share(Struct, frozen=True, omit_defaults=True):
    """What one matter adds to books, by book, from its steps up to ``upto``; ``homes`` is by account."""

    upto: int = 0
    homes: dict[str, str] = {}
    months: dict[str, dict[str, Turnover]] = {}
    planned: dict[str, dict[str, Sums]] = {}
    owed: dict[str, dict[str, Sums]] = {}
    entries: tuple[str, ...] = ()
    queues: tuple[str, ...] = ()


class _Queue(Struct, frozen=True):
    """Everything that came to an account and went from it, in order of the log."""

    items: tuple[Item, ...] = ()


class PublicBooks:
    """Books being changed by a publish; `rows` are committed with it."""

    def __init__(self, desk: Desk, sheet: Sheet) -> None:
        self._desk = desk
        self._sheet = sheet
        self._shares: dict[str, _Share] = {}
        self._queues: dict[str, _Queue] = {}

    def count(self, steps: Sequence[Step], public: PublicMatter | None, upto: int = 0) -> None:
        """Bring books up to date with a matter: its steps up to a number, and what of it is public, if anything.

        Without a number as far as it was counted before: for a step that was taken down.
        """
        first = steps[0]
        before = self._share(first.matter)
        upto = max(upto, before.upto)
        if not before.entries and not any(step.postings for step in steps[:upto]):
            return
        found = MatterBooks(
            first.matter, self._desk.deployment.procedures[first.procedure], public, self._home
        )
        store = self._desk.store
        for each in placed(steps[:upto], public, lambda number: position_of(store, first.matter, number)):
            found.take(each)
        after = _Share(
            upto,
            found.homes,
            {book: {name: _turnover(sums) for name, sums in of.items()} for book, of in found.months.items()},
            found.planned,
            found.owed,
            tuple(found.entries),
            tuple(found.items),
        )
        self._shares[first.matter] = after
        for key in (*before.entries, *found.entries):
            self._sheet.set(key, found.entries.get(key))
        for book in before.months.keys() | after.months.keys():
            self._sum(book, found, before, after)
            for owner in before.owed.get(book, {}).keys() | after.owed.get(book, {}).keys():
                own = (before.owed.get(book, {}).get(owner, {}), after.owed.get(book, {}).get(owner, {}))
                day = max(found.last.get(book, {}).values(), default=None)
                self._owe(book, owner, *own, public if owner == first.matter else None, day)
        for queue in dict.fromkeys((*before.queues, *after.queues)):
            self._trace(queue, first.matter, found.items.get(queue, {}).values())

    def rows(self) -> list[Row]:
        """The rows that keep shares and queues."""
        rows = [Row(BOOKED, matter, canonical(share)) for matter, share in self._shares.items()]
        return rows + [Row(QUEUES, key, canonical(queue)) for key, queue in self._queues.items()]

    def _share(self, matter: str) -> _Share:
        known = self._shares.get(matter)
        if known is None:
            stored = self._desk.store.row(BOOKED, matter)
            known = msgspec.json.decode(stored, type=_Share) if stored else _Share()
        return known

    def _home(self, account: str) -> str:
        """The book whose money an account of another matter holds, or nothing."""
        return self._share(owner_of(account)).homes.get(account, "")

    def _sum(self, book: str, found: MatterBooks, before: _Share, after: _Share) -> None:
        """Add to the months and years of a book what a matter changed since it was counted last."""
        self._sheet.set(f"kept/{book}", {"book": book})
        was, now = before.months.get(book, {}), after.months.get(book, {})
        for month in was.keys() | now.keys():
            change = _moved(_moved(Turnover(), was.get(month, Turnover()), -1), now.get(month, Turnover()), 1)
            last = found.last.get(book, {}).get(month)
            self._change(f"months/{book}/{month}", change, last)
            self._change(f"books/{book}/{month[:4]}", change, last)
        plans = (before.planned.get(book, {}), after.planned.get(book, {}))
        for name in plans[0].keys() | plans[1].keys():
            raw = self._sheet.raw(f"planned/{book}/{name}")
            sums: Sums = msgspec.json.decode(raw, type=dict[str, int]) if raw else {}
            sums = _plus(_plus(sums, plans[0].get(name, {}), -1), plans[1].get(name, {}), 1)
            self._sheet.set(f"planned/{book}/{name}", sums or None)

    def _change(self, key: str, change: Turnover, last: date | None) -> None:
        raw = self._sheet.raw(key)
        known = msgspec.json.decode(raw, type=Turnover) if raw else Turnover()
        days = [day for day in (known.last, last) if day is not None]
        self._sheet.set(key, structs.replace(_moved(known, change, 1), last=max(days, default=None)))

    def _owe(
        self, book: str, owner: str, before: Sums, after: Sums, public: PublicMatter | None, day: date | None
    ) -> None:
        """Say what a matter holds of a book's money; under its number only where something of it is public."""
        if public is None:
            raw = self._sheet.raw(f"matters/{owner}")
            public = msgspec.json.decode(raw, type=PublicMatter) if raw else None
        named = f"owing/{book}/{owner}"
        nameless = f"owing/{book}/{position_of(self._desk.store, owner, 1) or 0:012}"
        raw = self._sheet.raw(named) or self._sheet.raw(nameless)
        known = msgspec.json.decode(raw, type=Owing) if raw else None
        amounts = _plus(_plus(known.amounts if known else {}, before, -1), after, 1)
        days = [each for each in (day, known.day if known else None) if each is not None]
        shown = Owing(max(days), amounts, UNSHOWN) if amounts and days else None
        if shown is not None and public is not None:
            state = public_state(public, public.steps[-1].recorded)
            name = self._desk.deployment.procedures[public.procedure].name(state)
            shown = Owing(shown.day, amounts, name, owner)
        self._sheet.set(named, shown if public is not None else None)
        self._sheet.set(nameless, shown if public is None else None)

    def _trace(self, key: str, matter: str, items: Iterable[Item]) -> None:
        """Exchange a matter's items in a queue, and show the gifts whose use that may have changed."""
        known = self._queues.get(key)
        if known is None:
            raw = self._desk.store.row(QUEUES, key)
            known = msgspec.json.decode(raw, type=_Queue) if raw else _Queue()
        others = [each for each in known.items if each.by.partition("/")[0] != matter]
        queue = tuple(sorted([*others, *items], key=lambda each: (each.position, each.by)))
        self._queues[key] = _Queue(queue)
        was, now = changed_gifts(key, known.items, queue)
        for name in was.keys() | now.keys():
            if was.get(name) != now.get(name):
                self._sheet.set(name, now.get(name))


def changed_gifts(
    key: str, before: Sequence[Item], after: Sequence[Item]
) -> tuple[dict[str, Gift], dict[str, Gift]]:
    """The gifts of a queue that may differ, as they were and as they are, by the key under which the record has them.

    What both queues begin with is the same. Behind it every gift may differ, and before it those that lie beside what
    was or is spent from there on.
    """
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, after, strict=False)))
    was, now = _Side(key, before), _Side(key, after)
    start = sum(-each.amount for each in before[:same] if each.amount < 0)
    moved = any(each.amount < 0 for each in (*before[same:], *after[same:]))
    end = max(was.traced.spent, now.traced.spent) if moved else start
    return was.gifts(same, start, end), now.gifts(same, start, end)


class _Side:
    """A queue as gifts and uses."""

    def __init__(self, key: str, items: Sequence[Item]) -> None:
        self._book, _, self._part = key.rpartition("/")
        self._items = items
        self._came = [each for each in items if each.amount > 0]
        self._went = [each for each in items if each.amount < 0]
        self.traced = Traced([e.amount for e in self._came], [-e.amount for e in self._went])

    def gifts(self, same: int, start: int, end: int) -> dict[str, Gift]:
        """The gifts behind the first ``same`` items, and those beside a stretch of what was spent."""
        first = sum(1 for each in self._items[:same] if each.amount > 0)
        places = {*self.traced.beside(start, end), *range(first, len(self._came))}
        return dict(self._gift(place) for place in sorted(places))

    def _gift(self, place: int) -> tuple[str, Gift]:
        each = self._came[place]
        source, _, purpose = self._part.partition(":")
        uses: list[Use] = []
        left = 0
        for portion in self.traced.portions(place):
            if portion.by is None:
                left = portion.amount
            else:
                user = self._went[portion.by]
                uses.append(Use(portion.amount, user.name, user.matter))
        gift = Gift(each.day, source, purpose, each.amount, each.name, each.matter, tuple(uses), left)
        return f"gifts/{self._book}/{each.day.year}/{each.position:012}-{self._part}", gift


def _turnover(sums: Mapping[str, Sums]) -> Turnover:
    came, went, held, apart = (_plus({}, sums[name], 1) for name in ("came", "went", "held", "apart"))
    return Turnover(came, went, held, apart)


def _moved(known: Turnover, other: Turnover, sign: int) -> Turnover:
    return Turnover(
        _plus(known.came, other.came, sign),
        _plus(known.went, other.went, sign),
        _plus(known.held, other.held, sign),
        _plus(known.apart, other.apart, sign),
    )


def _plus(sums: Mapping[str, int], other: Mapping[str, int], sign: int) -> Sums:
    """Sums with others added or taken away; what comes to nothing is left out."""
    found = dict(sums)
    for name, amount in other.items():
        found[name] = found.get(name, 0) + sign * amount
    return {name: amount for name, amount in found.items() if amount}
