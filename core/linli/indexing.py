"""The index rows that a commit writes with a step, so that no request ever scans.

======== ======================================== ==========================================
index    key                                      what for
======== ======================================== ==========================================
matters  ``<place>/<procedure>/<day>/<matter>``   lists by place, for the place and all above
units    ``<unit>/<procedure>/<day>/<matter>``    what a unit has applied for
waiting  ``<post>/<place>/<matter>``              what waits for whom
due      ``<day>/<matter>``                       what the clock has to look at
unplaced ``<day>/<matter>/<number>``              steps without a position in the log
outbox   ``<day>/<matter>/<number>/<ordinal>``    notices to deliver
receipts hash of the code                         follow a case without an account
batches  ``<matter>/<number>``                    children still to open
children ``<parent>/<matter>``                    what was opened under a matter
======== ======================================== ==========================================

The entry ``<matter>`` of the register ``above`` is kept at the number of the matter's last step where others are opened
under it: whoever opens one makes that number a condition.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from linli.canonical import canonical
from linli.matters import Matter, State
from linli.places import Places
from linli.procedures import Notice
from linli.steps import Step
from linli.store import Row

MATTERS, UNITS, WAITING, DUE, UNPLACED = "matters", "units", "waiting", "due", "unplaced"
OUTBOX, RECEIPTS, BATCHES, CHILDREN = "outbox", "receipts", "batches", "children"
ABOVE = "above"


def step_key(matter: str, number: int) -> str:
    """How an index names a step; sorts by number within a matter."""
    return f"{matter}/{number:06}"


def opening_rows(step: Step, places: Places, top: str) -> Iterator[Row]:
    """Rows that list a new matter at its place and at every place above it inside the deployment."""
    path = places.path(step.place)
    start = path.index(top) if top in path else 0
    tail = f"{step.procedure}/{step.happened.isoformat()}/{step.matter}"
    for place in path[start:]:
        yield Row(MATTERS, f"{place}/{tail}")
    if step.actor.unit:
        yield Row(UNITS, f"{step.actor.unit}/{tail}")
    if step.parent:
        yield Row(CHILDREN, f"{step.parent}/{step.matter}")


def waiting_keys(before: Matter, place: str) -> set[str]:
    """The keys under which a matter waits for posts."""
    stage = before.stage
    if stage is None or before.state is None:
        return set()
    posts = set(stage.waits_for) | {each.post for each in before.state.due if each.post}
    return {f"{post}/{place}/{before.id}" for post in posts}


def moving_rows(before: Matter, after: Matter) -> Iterator[Row]:
    """Rows of waiting and due that a step deletes and writes."""
    gone, come = waiting_keys(before, before.place), waiting_keys(after, after.place)
    for key in sorted(gone - come):
        yield Row(WAITING, key, None)
    for key in sorted(come):
        yield Row(WAITING, key, canonical({"stage": after.state.stage_id if after.state else ""}))
    due_before = {f"{day.isoformat()}/{before.id}" for day in _due_days(before.state)}
    due_after = {f"{day.isoformat()}/{after.id}" for day in _due_days(after.state)}
    for key in sorted(due_before - due_after):
        yield Row(DUE, key, None)
    for key in sorted(due_after - due_before):
        yield Row(DUE, key)


def _due_days(state: State | None) -> set[date]:
    return set() if state is None else {each.day for each in state.due}


def step_rows(step: Step, leaf: bytes, notices: Iterable[Notice]) -> Iterator[Row]:
    """Rows for the log and the outbox that every step writes."""
    key = f"{step.recorded.isoformat()}/{step_key(step.matter, step.number)}"
    yield Row(UNPLACED, key, leaf)
    for ordinal, notice in enumerate(notices):
        body = canonical(
            {"post": notice.post, "place": notice.place, "text": notice.text, "matter": step.matter}
        )
        yield Row(OUTBOX, f"{key}/{ordinal}", body)
