"""The clock: what has to happen because a day has come. Safe to run twice, and to run late.

States lapse by themselves, whether the clock ran or not (`linli.matters.state`). The clock does what has an effect
outside the matter: it settles what has run out, reminds of what is overdue, goes on with batches that were interrupted,
sets provisional dates anew once the holidays of their year are known, takes down what is to come down, and publishes.
Everything that must happen once is guarded by a claim in the same commit.

======================================== ==============================================================
claim                                    what happened
======================================== ==============================================================
``clock/settle/<matter>/<number>``       the matter that stood at that step was settled
``clock/overdue/<matter>/<what>/<day>``  whoever had to act by that day was reminded
======================================== ==============================================================

The last official day for which provisional dates were set anew is the entry ``calendar`` of the register ``clock``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import msgspec
from msgspec import Struct

from linli import indexing
from linli.batches import run_batches
from linli.canonical import canonical
from linli.deciding import Decided, decide, read_matter, scene_of
from linli.desk import SYSTEM, Call, Desk
from linli.errors import ClaimTaken, Conflict, NotFound, Overdrawn
from linli.intake import Intake
from linli.matters import BUILT_IN_STAGES, Matter, state
from linli.notes import Signer
from linli.procedures import Action, Nothing, Notice, Outcome
from linli.public_steps import BATCH, REDATE, REDATE_TITLE
from linli.publication import TAKEDOWNS, Published, publish, take_down
from linli.rulebook import Dates
from linli.steps import DueBy, Step
from linli.store import Claim, Commit, EntryWrite, Row
from linli.survey import publish_checks
from linli.writing import write

SETTLE = "settle"
CLOCK, CALENDAR = "clock", "calendar"
ATTEMPTS = 5
_PAGE = 500


class Ticked(Struct, kw_only=True):
    """What a tick did: matters settled, reminders sent, batches completed, dates set anew, bodies taken down."""

    settled: int = 0
    reminded: int = 0
    batches: int = 0
    redated: int = 0
    taken_down: int = 0
    published: Published


def _never(*_: object) -> Outcome:
    raise AssertionError("the clock writes this step itself")


REDATED = Action(id=REDATE, title=REDATE_TITLE, take=_never, by=(), system=True)


def tick(desk: Desk, signer: Signer | None = None) -> Ticked:
    """Do what has to be done by today, then publish. At least once, and nothing twice.

    What fails stops the tick and is raised; whatever was done before stays done, and the next tick goes on there.
    """
    ticked = Ticked(published=Published(changes={}, before={}))
    ticked.batches = run_batches(desk)
    _look_at_due(desk, ticked)
    _redate_known_years(desk, ticked)
    before = _take_down_due(desk, ticked)
    checks = publish_checks(desk, desk.clock.today())
    ticked.published = publish(desk, signer)
    _tell(desk, ticked.published, {**checks.before, **before})
    return ticked


def _tell(desk: Desk, published: Published, before: dict[str, bytes | None]) -> None:
    """Add facts that were changed beside the publish to what it tells a portal kept in memory."""
    for key, value in before.items():
        now = desk.store.row("record", key)
        known = published.before.get(key, value) if key not in before else value
        if now != known:
            published.before[key] = known
            published.changes[key] = None if now is None else msgspec.Raw(now)


def _look_at_due(desk: Desk, ticked: Ticked) -> None:
    """Everything whose day has passed; a row that needs no more looking at goes."""
    after, today = "", desk.clock.today()
    while rows := desk.store.rows(indexing.DUE, after, today.isoformat(), _PAGE):
        for row in rows:
            day, matter = row.key.split("/", 1)
            if _again(lambda m=matter: _settle(desk, m)):  # type: ignore[misc]
                ticked.settled += 1
            found = read_matter(desk, matter)
            if found.state is not None and found.state.suspended:
                continue  # its time does not run; it is looked at again once it goes on
            ticked.reminded += _remind(desk, found, date.fromisoformat(day))
            desk.store.commit(Commit(rows=(Row(indexing.DUE, row.key, None),)))
        after = rows[-1].key


def _again(act: Callable[[], bool]) -> bool:
    """Try again what somebody else was faster at: a step, or the money that one moves."""
    for attempt in range(ATTEMPTS):
        try:
            return act()
        except ClaimTaken:
            return False
        except (Conflict, Overdrawn):
            if attempt + 1 == ATTEMPTS:
                raise
    raise AssertionError("the loop returns or raises")


def _settle(desk: Desk, name: str) -> bool:
    """Settle a matter at whose stage its procedure can be settled, unless its last step did it."""
    matter = read_matter(desk, name)
    assert matter.state is not None and matter.stage is not None, "a stored matter has a state"
    action = matter.procedure.actions.get(SETTLE)
    if action is None or matter.stage.id not in {stage.id for stage in action.at}:
        return False
    if matter.steps[-1].action == SETTLE:
        return False
    call = Call(procedure=matter.procedure.id, action=SETTLE, matter=name)
    decided = decide(desk, call, None, name, unit=matter.state.unit)
    claim = Claim(f"clock/{SETTLE}/{name}/{matter.state.number}")
    desk.store.commit(write(desk, decided, call, SYSTEM, claims=(claim,)).commit)
    return True


def _remind(desk: Desk, matter: Matter, day: date) -> int:
    """A notice for each post that should have acted by a day and did not; once for each."""
    assert matter.state is not None, "a stored matter has a state"
    name = matter.id
    sent = 0
    for due in matter.state.due:
        if due.day != day or not due.post or due.lapses_to:
            continue
        title = matter.procedure.name(matter.state)
        notice = Notice(due.post, matter.place, f"“{title}”{due.title}的期限 {day} 已过：{name}")
        body = canonical({"post": notice.post, "place": notice.place, "text": notice.text, "matter": name})
        today = desk.clock.today().isoformat()
        key = f"{today}/{indexing.step_key(name, matter.state.number)}/overdue-{due.what}"
        claim = Claim(f"clock/overdue/{name}/{due.what}/{day}")
        try:
            desk.store.commit(Commit(claims=(claim,), rows=(Row(indexing.OUTBOX, key, body),)))
            sent += 1
        except ClaimTaken:
            continue
    return sent


# Provisional dates


def _redate_known_years(desk: Desk, ticked: Ticked) -> None:
    """Where a new notice is loaded, look at everything due in the years that it makes known."""
    last = desk.deployment.calendar.last_official_day
    stored = desk.store.entries(CLOCK, (CALENDAR,)).get(CALENDAR)
    known = msgspec.json.decode(stored.body, type=date) if stored else None
    if known is not None and known >= last:
        return
    after = "" if known is None else date(known.year, 12, 1).isoformat()
    # A period that crosses into a year now known may end a few days later than its provisional day.
    until = date(last.year + 1, 12, 31).isoformat()
    while rows := desk.store.rows(indexing.DUE, after, until, _PAGE):
        for row in rows:
            name = row.key.split("/", 1)[1]
            ticked.redated += _again(lambda n=name: _redate(desk, n))  # type: ignore[misc]
        after = rows[-1].key
    version = stored.version + 1 if stored else 1
    try:
        desk.store.commit(Commit(entries=(EntryWrite(CLOCK, CALENDAR, version, canonical(last)),)))
    except Conflict:
        return  # another clock has done the same


def _redate(desk: Desk, name: str) -> bool:
    """Set the provisional dates of a matter anew by a step, where they are other or no longer provisional."""
    matter = read_matter(desk, name)
    assert matter.state is not None, "a stored matter has a state"
    if not any(due.provisional for due in matter.state.due):
        return False
    dues = tuple(_reckoned_anew(desk, matter, due) if due.provisional else due for due in matter.state.due)
    if dues == matter.state.due:
        return False
    reached = matter.state.reached
    stage = matter.procedure.stages.get(reached) or BUILT_IN_STAGES[reached]
    today = desk.clock.today()
    decided = Decided(
        procedure=matter.procedure,
        action=REDATED,
        matter=matter,
        actor=desk.system_actor(matter.place),
        intake=Intake(Nothing(), {}, {}, {}),
        outcome=Outcome(stage=stage, due=dues),
        dates=Dates(today, today),
    )
    call = Call(procedure=matter.procedure.id, action=REDATE, matter=name)
    desk.store.commit(write(desk, decided, call, SYSTEM).commit)
    return True


def _reckoned_anew(desk: Desk, matter: Matter, due: DueBy) -> DueBy:
    """The due date as the step that brought it would set it with the calendar of today.

    An action is a pure function of what its step keeps, so it is asked once more; only the day, whether it is
    provisional, and its basis are taken from the answer.
    """
    step = next((each for each in matter.steps if any(_is_same(due, other) for other in each.due)), None)
    if step is None or step.slot == BATCH:
        return due
    earlier = matter.steps[: step.number - 1]
    then = state(earlier, step.recorded) if earlier else None
    before = Matter(matter.procedure, matter.id, matter.place, earlier, then, desk.places)
    action = desk.actions(matter.procedure).get(step.action)
    if action is None or step.corrects or action.uses:
        return due  # what it read is not kept with the step, so it cannot be asked once more
    scene = scene_of(desk, before, Dates(step.happened, step.decided), step.actor)
    outcome = action.take(before, _form_of(action, step), step.judgement, scene)
    anew = next((each for each in outcome.due if each.what == due.what), None)
    if anew is None:
        return due
    return msgspec.structs.replace(due, day=anew.day, provisional=anew.provisional, basis=anew.basis)


def _is_same(due: DueBy, other: DueBy) -> bool:
    """Whether two steps mean one date; the post that has to act may have changed hands."""
    return (due.what, due.day, due.basis) == (other.what, other.day, other.basis)


def _form_of(action: Action, step: Step) -> Any:
    return msgspec.convert(step.facts, action.form, str_keys=True) if step.slot else action.form()


# Taking down


def _take_down_due(desk: Desk, ticked: Ticked) -> dict[str, bytes | None]:
    """Take down what is to come down by today; the facts changed, as they were before."""
    before: dict[str, bytes | None] = {}
    for key in list(_due_takedowns(desk)):
        _, matter, number, what = key.split("/")
        try:
            changed = take_down(desk, matter, int(number), what)
        except NotFound:
            changed = {}  # it was held back and never went out
        before.update({name: value for name, value in changed.items() if name not in before})
        ticked.taken_down += bool(changed)
        desk.store.commit(Commit(rows=(Row(TAKEDOWNS, key, None),)))
    return before


def _due_takedowns(desk: Desk) -> Iterator[str]:
    after, until = "", f"{desk.clock.today().isoformat()}0"
    while rows := desk.store.rows(TAKEDOWNS, after, until, _PAGE):
        yield from (row.key for row in rows)
        after = rows[-1].key
