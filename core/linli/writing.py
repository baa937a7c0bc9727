"""Writing: what was decided becomes one commit of step, postings, claims, entries and index rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from linli import indexing
from linli.appointments import REGISTER as APPOINTMENTS
from linli.appointments import Appointment
from linli.canonical import canonical
from linli.deciding import Decided
from linli.desk import NAMED, Call, Desk, Receipt
from linli.errors import ClaimTaken, Conflict
from linli.forms import Mark, fields, plain
from linli.intake import Intake
from linli.ledger import OPENED, Draw, Posting, net
from linli.matters import BUILT_IN_STAGES, Matter, state
from linli.posts import RESIDENT
from linli.procedures import Child, EntryChange, Once, Outcome
from linli.receipts import receipt_code, receipt_hash
from linli.registers import Version, encode_version
from linli.registry import Moved, appointee_writes, current, step_writes
from linli.steps import Step, encode, step_leaf
from linli.store import BalanceCondition, Claim, Commit, EntryWrite, Row, StepWrite
from linli.store_refusals import overdrawn

PEOPLE = "vault-people"


class Written(Struct, frozen=True):
    """A commit that is ready, and the receipt that holds once it is made."""

    commit: Commit
    receipt: Receipt
    step: Step


def about(matter: str, field: str) -> str:
    """Under whose key a value lies that somebody else wrote down: nobody's but its own."""
    return f"{matter}:{field}"


def child_id(parent: str, child: Child) -> str:
    """The id of a child of a matter; it ends with the child's place."""
    between = "-".join(part for part in (child.procedure, child.key) if part)
    return f"{parent}.{between}.{child.place}" if between else f"{parent}.{child.place}"


def once_key(desk: Desk, decided: Decided, once: Once) -> str:
    """The claim of something that may happen once within a procedure, or once for a person."""
    key = f"once/{decided.procedure.id}/{once.key}"
    if not once.who:
        return key
    return f"{key}/{desk.pseudonym(named(desk, decided, once.who), 'once')}"


def named(desk: Desk, decided: Decided, who: str) -> str:
    """Who is meant by a pseudonym: somebody named by the call itself, or by an earlier step of the matter."""
    person = decided.intake.people.get(who) or desk.subject(decided.matter.id, who)
    assert person, f"{decided.action.id} speaks of somebody whom no form of its matter named"
    return person


def write(
    desk: Desk,
    decided: Decided,
    call: Call,
    subject: str,
    *,
    parent: str = "",
    claims: tuple[Claim, ...] = (),
) -> Written:
    """Make the commit of a decision; texts and personal fields are kept before it, for a step must never miss them."""
    matter, outcome, action = decided.matter, decided.outcome, decided.action
    number = matter.steps[-1].number + 1 if matter.steps else 1
    opened = matter.state
    above = matter.above.id if matter.above is not None else ""
    postings, drawn_from = moved(desk, outcome, decided.procedure.books_rest_on)
    step = Step(
        matter=matter.id,
        number=number,
        procedure=decided.procedure.id,
        version=opened.version if opened else decided.procedure.version,
        action=action.id,
        place=matter.place,
        happened=decided.dates.happened,
        decided=decided.dates.decided,
        recorded=desk.clock.today(),
        actor=decided.actor,
        stage=outcome.stage.id,
        slot=decided.slot,
        form=decided.form.__name__ if decided.slot else "",
        form_version=action.form_version,
        facts=_facts(decided) if decided.slot else {},
        judgement=decided.judgement,
        postings=postings,
        due=outcome.due,
        parent=opened.parent if opened else parent or above,
        children=tuple(child_id(matter.id, child) for child in outcome.children),
        corrects=decided.corrects,
        overrides=decided.overrides,
        suspended=action.id == "suspend" or bool(opened and opened.suspended and action.id != "resume"),
        publication=outcome.publication or action.publication,
        basis=outcome.basis or action.basis,
        takedown=outcome.takedown,
        rulebook=desk.deployment.lock,
    )
    appointed = _appointed(desk, decided, step)
    entries, index = _entries(desk, (*outcome.entries, *appointed), step)
    if desk.stands_above(decided.procedure):
        entries.append(EntryWrite(indexing.ABOVE, step.matter, number, canonical(number)))
    _keep(desk, decided.intake, subject, step)
    body, salt = encode(step), desk.randomness(16)
    leaf = step_leaf(body, salt)
    steps = (*matter.steps, step)
    after = Matter(decided.procedure, matter.id, matter.place, steps, state(steps, step.recorded))
    code = receipt_code(desk.randomness) if number == 1 and not parent else ""
    rows = list(indexing.step_rows(step, leaf, outcome.notices))
    if number == 1:
        rows.extend(indexing.opening_rows(step, desk.places, desk.deployment.place))
        if code:
            rows.append(Row(indexing.RECEIPTS, receipt_hash(code), matter.id.encode()))
    rows.extend(indexing.moving_rows(matter, after))
    rows.extend(index)
    rows.extend(Row(index, key) for index, key in outcome.rows)
    rows.extend(Row(index, key, None) for index, key in outcome.drop_rows)
    if outcome.children:
        rows.append(Row(indexing.BATCHES, indexing.step_key(matter.id, number), canonical(outcome.children)))
    if call.draft:
        rows.append(Row("drafts", f"{desk.pseudonym(subject, 'drafts')}/{call.draft}", None))
    rows.extend(
        Row(NAMED, f"{matter.id}/{who}", named.encode()) for who, named in decided.intake.people.items()
    )
    written = {(entry.register, entry.key) for entry in entries}
    commit = Commit(
        steps=(StepWrite(matter.id, number, body, salt, leaf, step.postings),),
        claims=(*claims, *(Claim(once_key(desk, decided, once)) for once in outcome.claims)),
        entries=tuple(entries),
        rows=tuple(rows),
        conditions=tuple(c for c in decided.conditions if (c.register, c.key) not in written),
        balances=(*decided.balances, *drawn_from),
    )
    stage = decided.procedure.stages.get(step.stage) or BUILT_IN_STAGES[step.stage]
    receipt = Receipt(
        matter=matter.id,
        number=number,
        stage=step.stage,
        stage_title=stage.title,
        judgement=decided.judgement,
        due=step.due,
        children=step.children,
        code=code,
        hangs=tuple(_hanging(matter)) if action.id in ("correct", "void", "override", "reopen") else (),
    )
    return Written(commit, receipt, step)


def _facts(decided: Decided) -> dict[str, Any]:
    """The facts of a step: what was handed in, and what the action worked out itself."""
    kept = decided.outcome.kept
    if not kept:
        return decided.intake.facts
    known = {field.name for field in fields(decided.form) if field.mark is not Mark.SECRET}
    assert kept.keys() <= known, (
        f"{decided.action.id} keeps {kept.keys() - known}, which its form may not hold"
    )
    return {**decided.intake.facts, **kept}


def once_more(desk: Desk, taken: ClaimTaken, decided: Decided) -> Conflict:
    """What the caller is told who was second at something that may happen once."""
    made = (once for once in decided.outcome.claims if once_key(desk, decided, once) == taken.key)
    once = next(made, None)
    return taken if once is None else Conflict(once.said, where=decided.action.id, cure=once.cure)


def _keep(desk: Desk, intake: Intake, subject: str, step: Step) -> None:
    """Keep texts as blobs, and seal personal fields under the key of the resident who gave them of themselves.

    What staff wrote down of somebody, or entered from paper, has a key of its own: it neither goes with the clerk who
    leaves, nor stays when the person it tells of asks for it to go.
    """
    own = step.actor.post == RESIDENT.id and not step.actor.on_behalf_of
    for data in intake.texts.values():
        desk.store.put_blob(data)
    for name, value in intake.personal.items():
        field = f"{step.number}.{name}"
        owner = subject if own else about(step.matter, field)
        desk.vault.seal(owner, step.matter, field, value)
        person = Row(PEOPLE, f"{step.matter}/{field}", owner.encode())
        desk.store.commit(Commit(rows=(person,)))


def moved(
    desk: Desk, outcome: Outcome, basis: str = ""
) -> tuple[tuple[Posting, ...], tuple[BalanceCondition, ...]]:
    """The postings of an outcome with those of its draws, and what they rest on.

    Raises `BadInput` for a posting that cannot be and `Overdrawn` where an account holds less than is taken from it:
    so the decision itself, and a dry run, say it before the store does, with the ``basis`` that it rests on.
    """
    drawn, conditions = _drawn(desk, outcome.draws)
    postings = (*(posting.checked() for posting in outcome.postings), *drawn)
    for (account, commodity), change in net(postings).items():
        if change < 0:
            holds = desk.store.balance(account, commodity)
            if holds + change < 0:
                raise overdrawn(account, commodity, holds, -change, basis)
    return postings, conditions


def _drawn(desk: Desk, draws: tuple[Draw, ...]) -> tuple[tuple[Posting, ...], tuple[BalanceCondition, ...]]:
    """The postings of draws: open the allowance up to its limit, then use it; a negative amount gives back.

    What was read to open an allowance is a condition of the commit, so that two who open it at once do not both.
    """
    postings: list[Posting] = []
    conditions: list[BalanceCondition] = []
    for draw in draws:
        left, used = f"allowance:{draw.name}", f"used:{draw.name}"
        if draw.amount < 0:
            postings.append(Posting(used, left, -draw.amount, draw.commodity))
            continue
        held = {account: desk.store.balance(account, draw.commodity) for account in (left, used)}
        opened = sum(held.values())
        if opened < draw.limit:
            postings.append(Posting(OPENED, left, draw.limit - opened, draw.commodity))
            conditions += [
                BalanceCondition(account, draw.commodity, amount) for account, amount in held.items()
            ]
        if draw.amount:
            postings.append(Posting(left, used, draw.amount, draw.commodity))
    return tuple(postings), tuple(conditions)


def _appointed(desk: Desk, decided: Decided, step: Step) -> Iterator[EntryChange]:
    """The appointments that a step makes or ends, as entries; only here does a pseudonym become a person again."""
    for each in decided.outcome.appointments:
        if not each.who:
            if current(desk, APPOINTMENTS, each.id):
                yield EntryChange(APPOINTMENTS, each.id, {})
            continue
        values = Appointment(
            id=each.id,
            person=named(desk, decided, each.who),
            post=each.post,
            place=each.place,
            since=step.decided,
            until=each.until,
            unit=each.unit,
        )
        yield EntryChange(APPOINTMENTS, each.id, plain(values))


def _entries(desk: Desk, changes: tuple[EntryChange, ...], step: Step) -> tuple[list[EntryWrite], list[Row]]:
    """The entries that a step sets. Those of registers with a form are checked, and published where that is allowed."""
    writes: list[EntryWrite] = []
    rows: list[Row] = []
    moved: list[Moved] = []
    for change in changes:
        since = change.since or step.decided
        register = desk.deployment.registers.get(change.register)
        if register is not None:
            by = step.actor.person
            if register.id == APPOINTMENTS:
                before = current(desk, register.id, change.key)
                moved.append(Moved(change.key, before, change.values, since))
            set_, index = step_writes(desk, register, change.key, change.values, since, by, step.action)
            writes += set_
            rows += index
            continue
        stored = desk.store.entries(change.register, (change.key,)).get(change.key)
        version = Version(change.values, since, step.recorded, step.actor.person, step.action)
        number = stored.version + 1 if stored else 1
        writes.append(EntryWrite(change.register, change.key, number, encode_version(version)))
    writes += appointee_writes(desk, moved, step.actor.person, step.action)
    return writes, rows


def _hanging(matter: Matter) -> Iterator[str]:
    """What hangs on a matter: its children and the postings made in it, by name."""
    if matter.state is None:
        return
    yield from matter.state.children
    for step in matter.steps:
        for ordinal, posting in enumerate(step.postings):
            yield f"{matter.id}/{step.number}/{ordinal} {posting.source} → {posting.destination} {posting.amount}"
