"""Setting a statement of the bank beside the books of a store, and recording what came of it.

The comparison itself is pure (`linli.bank`). What earlier statements have shown stands in the matters that keep them.
To record a comparison means steps like any others, taken by a person with the posts for them: payments and
contributions that the statement shows have cleared, what it sends back has bounced, and one matter of 银行对账 keeps
the statement.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from msgspec import Struct

from linli.appointments import Person
from linli.bank import BankState, Line, Reconciled, read_statement, reconcile
from linli.books import journal
from linli.desk import Call, Receipt
from linli.documents import Visibility, add_document
from linli.errors import BadInput, LinliError
from linli.journals import Entry
from linli.matters import VOID
from linli.service import Service

RECONCILIATION = "reconciliation"
_PAGE = 1000


class Compared(Struct, frozen=True):
    """A statement beside the books: its lines, the entries that the bank sees, and how they compare."""

    lines: tuple[Line, ...]
    entries: dict[str, Entry]
    found: Reconciled
    known: dict[str, str]

    @property
    def on_the_way(self) -> tuple[Entry, ...]:
        """Entries up to the last day of the statement that it does not show."""
        last = max(line.day for line in self.lines)
        ordered = (name for name, state in self.found.states.items() if state is BankState.ORDERED)
        return tuple(self.entries[name] for name in ordered if self.entries[name].day <= last)

    @property
    def fits(self) -> bool:
        """Whether every line has its entry. What is on its way at the end of a statement is no difference."""
        return not (self.bounced or self.found.unclear or self.found.unknown)

    @property
    def fresh(self) -> dict[str, str]:
        """The entries whose line this statement shows for the first time."""
        return {name: line for name, line in self.found.lines.items() if name not in self.known}

    @property
    def bounced(self) -> tuple[Entry, ...]:
        """Payments that the statement says came back and the books do not know to have bounced."""
        reversed_ = {entry.posting.reverses for entry in self.entries.values()}
        sent_back = (name for name, state in self.found.states.items() if state is BankState.BOUNCED)
        return tuple(
            self.entries[name]
            for name in sent_back
            if name not in reversed_ and not self.entries[name].posting.reverses
        )


class Told(Struct, frozen=True):
    """A step that was taken, or why it was not."""

    entry: Entry
    action: str
    refusal: str = ""


def known_lines(service: Service) -> dict[str, str]:
    """The entries that earlier statements have shown, with their lines."""
    found: dict[str, str] = {}
    after = ""
    while page := service.listed(RECONCILIATION, service.deployment.place, after, _PAGE):
        for name in page:
            kept = service.matter(name).state
            if kept is not None and kept.stage_id != VOID.id:
                rows = kept.facts["statement"].get("found", ())
                found.update({each["entry"]: each["line"] for each in rows})
        after = page[-1]
    return found


def compare(service: Service, data: bytes, name: str, funds: Sequence[str] = ()) -> Compared:
    """Read a statement and set it beside the books; ``funds`` (numbers) keep to those whose money lies in that account.

    Raises what `linli.bank.read_statement` raises, and `BadInput` for a statement without a line.
    """
    lines = read_statement(data, name)
    if not lines:
        raise BadInput("对账单里一行也没有", where=name)

    @lru_cache(maxsize=4096)
    def belongs(matter: str) -> bool:
        facts = service.matter(matter).state
        held = facts.facts.values() if facts else ()
        return matter in funds or any(each.get("fund") in funds or each.get("call") in funds for each in held)

    entries = [each for each in journal(service.store) if not funds or belongs(each.matter)]
    known = known_lines(service)
    found = reconcile(entries, lines, known)
    return Compared(lines, {each.name: each for each in entries if each.name in found.states}, found, known)


def record(
    service: Service, compared: Compared, data: bytes, name: str, *, account: str, place: str, person: Person
) -> tuple[Receipt, list[Told]]:
    """Record a comparison: the matter that keeps it, and the steps of payments and contributions that follow from it.

    The steps come first, each on its own; what cannot be taken (another stage, no post for it) is told and not taken.
    """
    told = list(_follow(service, compared, person))
    statement = add_document(service, data, name, Visibility.INTERNAL, person)
    facts = {
        "account": account,
        "since": min(line.day for line in compared.lines).isoformat(),
        "until": max(line.day for line in compared.lines).isoformat(),
        "lines": len(compared.lines),
        "found": [{"entry": entry, "line": line} for entry, line in sorted(compared.fresh.items())],
        "cleared": len(compared.fresh),
        "on_the_way": len(compared.on_the_way),
        "bounced": len(compared.bounced),
        "unclear": len(compared.found.unclear),
        "unknown": len(compared.found.unknown),
        "statement": f"doc:{statement.hash}",
    }
    call = Call(procedure=RECONCILIATION, action="record", facts=facts, place=place)
    return service.take(call, person), told


def _follow(service: Service, compared: Compared, person: Person) -> Iterator[Told]:
    """What the statement says of payments that were ordered and of money that was booked."""
    for name, line in sorted(compared.fresh.items()):
        entry = compared.entries[name]
        if compared.found.states[name] is BankState.CLEARED:
            yield from _taken(service, entry, "clear", {"line": line}, person)
    for entry in compared.bounced:
        yield from _taken(service, entry, "bounce", {"reason": "银行对账单上已经退回"}, person)


def _taken(
    service: Service, entry: Entry, action: str, facts: dict[str, str], person: Person
) -> Iterator[Told]:
    """Take a step where the matter offers it at its stage; the same statement again takes nothing twice."""
    matter = service.matter(entry.matter)
    if action not in {each.id for each in service.actions(matter)}:
        return
    call = Call(procedure=matter.procedure.id, action=action, facts=dict(facts), matter=matter.id)
    try:
        service.take(call, person)
    except LinliError as error:
        yield Told(entry, action, str(error))
    else:
        yield Told(entry, action)
