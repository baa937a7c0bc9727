"""What one matter did to books: a single pass over its steps in order, pure but for the positions it looks up.

An account belongs to a book when it bears the book's number, or when it bears the matter's own number and its first
money came from that book. A posting between two such accounts moves money inside the book; any other crosses its
bounds. What goes back to where it came from in the same matter undoes what it did, and is no income and no use.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date

from msgspec import Struct

from linli.forms import fields
from linli.funds.wording import giver
from linli.ledger import FEN, OUTSIDE, Posting, owner_of
from linli.personal_data import scan
from linli.procedures import Procedure
from linli.public_steps import PublicMatter, PublicStep, public_state
from linli.statements import KINDS, OPENING, BookEntry
from linli.steps import Step

UNSHOWN = "没有公开的办理"
_LIMITS = (OUTSIDE, "allowance:", "used:")

Sums = dict[str, int]


class Placed(Struct, frozen=True):
    """A step with its position in the log and, where it is public, how it is shown."""

    step: Step
    position: int
    public: PublicStep | None


class Item(Struct, frozen=True):
    """What a matter brought to an account (above zero) or took from it; ``position`` is that of the first such step.

    ``by`` tells items apart; ``matter`` is empty where nothing of it is public.
    """

    by: str
    position: int
    day: date
    amount: int
    name: str
    matter: str = ""


class MatterBooks:
    """The pass. What it found stands in its attributes, by book first."""

    def __init__(
        self,
        matter: str,
        procedure: Procedure,
        public: PublicMatter | None,
        home_elsewhere: Callable[[str], str],
    ) -> None:
        """Begin; ``home_elsewhere`` names the book whose money an account of another matter holds, or nothing."""
        self._matter = matter
        self._procedure = procedure
        self._elsewhere = home_elsewhere
        self._state = public_state(public, public.steps[-1].recorded) if public else None
        self.name = procedure.name(self._state) if self._state else UNSHOWN
        self.homes: dict[str, str] = {}
        self.months: dict[str, dict[str, dict[str, Sums]]] = {}
        self.planned: dict[str, dict[str, Sums]] = {}
        self.owed: dict[str, dict[str, Sums]] = {}
        self.entries: dict[str, BookEntry] = {}
        self.items: dict[str, dict[str, Item]] = {}
        self.last: dict[str, dict[str, date]] = {}
        self._given: dict[tuple[str, str], tuple[int, str]] = {}
        self._taken: dict[tuple[str, str], tuple[int, str]] = {}

    def take(self, each: Placed) -> None:
        """Take in the next step."""
        touched: dict[str, list[Posting]] = {}
        for posting in each.step.postings:
            if posting.commodity != FEN:
                continue
            source = self._book_of(posting.source)
            target = self._book_of(posting.destination) or self._new_home(posting.destination, source)
            for book in dict.fromkeys(filter(None, (source, target))):
                touched.setdefault(book, []).append(posting)
                self._move(each, posting, book, source, target)
        for book, postings in touched.items():
            self._enter(each, book, postings)

    def _book_of(self, account: str) -> str:
        """The book within whose bounds an account lies, or nothing."""
        kind, _, rest = account.partition(":")
        if account.startswith(_LIMITS) or not rest:
            return ""
        if kind in KINDS:
            return f"{kind}/{rest.partition(':')[0]}"
        return self.homes.get(account) or self._elsewhere(account)

    def _new_home(self, account: str, source: str) -> str:
        """An account of this matter belongs to the book from which money first came to it.

        What is claimed back comes from outside: it belongs to the one book that the matter has to do with.
        """
        if account.startswith(_LIMITS) or owner_of(account) != self._matter:
            return ""
        home = source or (next(iter(self.months)) if len(self.months) == 1 else "")
        if home:
            self.homes[account] = home
        return home

    # Sums

    def _move(self, each: Placed, posting: Posting, book: str, source: str, target: str) -> None:
        months = self.months.setdefault(book, {})
        month = months.setdefault(
            each.step.decided.isoformat()[:7], {"came": {}, "went": {}, "held": {}, "apart": {}}
        )
        for account, there, sign in ((posting.source, source, -1), (posting.destination, target, 1)):
            if there == book:
                self._hold(each, month, book, account, sign * posting.amount)
        if source == target:
            self._plan(posting, book)
        elif target == book:
            rest = self._undo(self._taken, (book, posting.source), posting.amount, month["went"])
            if rest:
                kind = self._source(each, posting)
                _add(month["came"], kind, rest)
                self._note(self._given, (book, posting.source), rest, kind)
        else:
            rest = self._undo(self._given, (book, posting.destination), posting.amount, month["came"])
            if rest:
                use = self._use(each)
                _add(month["went"], use, rest)
                self._note(self._taken, (book, posting.destination), rest, use)

    @staticmethod
    def _undo(
        done: dict[tuple[str, str], tuple[int, str]], key: tuple[str, str], amount: int, sums: Sums
    ) -> int:
        """Take back what was done between a book and an account, as far as it goes; return what is left of it."""
        standing, label = done.get(key, (0, ""))
        back = min(standing, amount)
        if back:
            _add(sums, label, -back)
            done[key] = (standing - back, label)
        return amount - back

    @staticmethod
    def _note(
        done: dict[tuple[str, str], tuple[int, str]], key: tuple[str, str], amount: int, label: str
    ) -> None:
        done[key] = (done.get(key, (0, ""))[0] + amount, label)

    def _hold(self, each: Placed, month: Mapping[str, Sums], book: str, account: str, change: int) -> None:
        kind, _, rest = account.partition(":")
        if kind not in KINDS:
            _add(month["apart"], kind, change)
            _add(self.owed.setdefault(book, {}).setdefault(owner_of(account), {}), kind, change)
            return
        part = rest.partition(":")[2]
        _add(month["held"], part, change)
        if part:
            self._queue(each, book, part, change)

    def _queue(self, each: Placed, book: str, part: str, change: int) -> None:
        """Add to what the matter brought or took; each step of a fund itself stands for itself."""
        own = self._matter == book.partition("/")[2]
        by = f"{self._matter}/{each.step.number}" if own else self._matter
        items = self.items.setdefault(f"{book}/{part}", {})
        known = items.get(by)
        if self._state is None or (own and each.public is None):
            name = UNSHOWN
        elif own and each.public is not None:
            name = each.public.title
        else:
            name = giver(self._state) or self.name
        items[by] = Item(
            by,
            known.position if known else each.position,
            known.day if known else each.step.decided,
            (known.amount if known else 0) + change,
            name,
            "" if name == UNSHOWN else self._matter,
        )

    def _plan(self, posting: Posting, book: str) -> None:
        """Money that is set aside for a matter, or let go again, counts for the budget year that the matter names."""
        out, back = (each.partition(":")[0] in KINDS for each in (posting.source, posting.destination))
        if out == back or self._state is None:
            return
        facts = next((held for held in self._state.facts.values() if held.get("year")), None)
        if facts is not None:
            sums = self.planned.setdefault(book, {}).setdefault(str(facts["year"]), {})
            _add(sums, str(facts.get("programme", "")), posting.amount if out else -posting.amount)

    # Words

    def _source(self, each: Placed, posting: Posting) -> str:
        """The kind of source of what came: the one that the account names, else where it came from."""
        if posting.source.startswith(f"{OUTSIDE}opening/"):
            return OPENING
        kind, _, rest = posting.destination.partition(":")
        named = rest.split(":")[1:2] if kind in KINDS else []
        if named and (each.public is not None or not any(scan(named[0]))):
            return named[0]
        if each.public is None:
            return UNSHOWN
        return posting.source.removeprefix(OUTSIDE).rpartition("/")[2] or each.public.title

    def _use(self, each: Placed) -> str:
        """What money went for: the kind that the matter's form names, else what was done."""
        if each.public is None or self._state is None:
            return UNSHOWN
        for slot, held in self._state.facts.items():
            if held.get("kind"):
                return self._option(slot, str(held["kind"])) or each.public.title
        return each.public.title

    def _option(self, slot: str, value: str) -> str:
        """The title of a choice called ``kind`` in the form of a slot."""
        forms = (action.form for action in self._procedure.actions.values() if action.slot == slot)
        options = (dict(field.options) for form in forms for field in fields(form) if field.name == "kind")
        return next((found[value] for found in options if value in found), "")

    # Entries

    def _enter(self, each: Placed, book: str, postings: Sequence[Posting]) -> None:
        day, public = each.step.decided, each.public
        last = self.last.setdefault(book, {})
        month = day.isoformat()[:7]
        last[month] = max(day, last.get(month, day))
        key = f"entries/{book}/{month}/{day.day:02}-{each.position:012}"
        if public is None:
            self.entries[key] = BookEntry(day, tuple(self._bare(each, book) for each in postings), UNSHOWN)
        else:
            self.entries[key] = BookEntry(
                day, tuple(postings), public.title, self._matter, public.number, self.name
            )

    def _bare(self, posting: Posting, book: str) -> Posting:
        """A posting with nothing in it but the amount and the book's own account."""
        source = self._bare_account(posting.source, book)
        return Posting(
            source, self._bare_account(posting.destination, book), posting.amount, posting.commodity
        )

    def _bare_account(self, account: str, book: str) -> str:
        kind = account.partition(":")[0]
        if self._book_of(account) != book:
            return OUTSIDE
        if kind not in KINDS:
            return kind
        return book.replace("/", ":") if any(scan(account)) else account


def placed(
    steps: Sequence[Step], public: PublicMatter | None, position: Callable[[int], int | None]
) -> Iterator[Placed]:
    """The steps that moved something, with their positions and what is shown of them."""
    shown = {each.log: each for each in public.steps} if public else {}
    for step in steps:
        if not step.postings:
            continue
        at = position(step.number)
        assert at is not None, "a step is counted when it has its position"
        told = shown.get(at)
        yield Placed(step, at, None if told is None or told.taken_down else told)


def _add(sums: Sums, name: str, amount: int) -> None:
    sums[name] = sums.get(name, 0) + amount
