"""What one may see of a matter: everybody what is published of it, those who may act in it the internal facts as well.

What goes out is decided in `linli.public_steps` and nowhere else; where the record has the matter already, the record
is shown, so that what was taken down stays down. Personal fields are in neither view: a step holds a reference to
them, and `linli.service.Service.personal` opens one at a time, for a reason that is logged.
"""

from __future__ import annotations

import logging
from datetime import date
from typing import Any

import msgspec

from linli.appointments import Person
from linli.errors import NotFound
from linli.indexing import step_key
from linli.matters import Matter, State
from linli.procedures import Procedure
from linli.public_steps import PublicMatter, PublicStep, public_matter, public_view, stage_title
from linli.publication import HELD
from linli.record import RECORD
from linli.sequencing import position_of
from linli.service import Service
from linli.steps import DueBy, Publication, Step
from linli_functions.answers import judgement_view

logger = logging.getLogger("linli")


class Seen(msgspec.Struct, frozen=True):
    """A matter as someone sees it: ``matter`` holds public steps only, unless ``internal``."""

    matter: Matter
    internal: bool
    published: PublicMatter | None = None


def seen(service: Service, matter_id: str, person: Person | None) -> Seen:
    """A matter as a person (None: the public) sees it.

    Raises `NotFound`, with the same words as for a matter that is not there, where nothing of it is public.
    """
    found = shown(service, service.matter(matter_id), person)
    if found is None:
        raise NotFound(f"没有编号为 {matter_id} 的事项", where="matter")
    return found


def shown(service: Service, matter: Matter, person: Person | None) -> Seen | None:
    """A matter that was read, as a person sees it; None where nothing of it is public."""
    if service.sees_internal(matter, person):
        return Seen(matter, True)
    published = published_of(service, matter)
    if not published.steps:
        return None
    today = service.clock.today()
    return Seen(public_matter(published, matter.procedure, today), False, published)


def published_of(service: Service, matter: Matter) -> PublicMatter:
    """What is published of a matter; a step that waits to be published is shown as it will be, one held back is not."""
    store, today = service.store, service.clock.today()
    stored = store.row(RECORD, f"matters/{matter.id}")
    told = msgspec.json.decode(stored, type=PublicMatter).steps if stored is not None else ()
    by_position = {step.log: step for step in told}
    numbers, steps = dict[int, int](), list[PublicStep]()
    for at, step in enumerate(matter.steps):
        gone = step.takedown is not None and step.takedown <= today
        position = position_of(store, matter.id, step.number) if by_position else None
        known = None if position is None else by_position.get(position)
        if known is None and (
            step.publication is not Publication.PUBLIC
            or gone
            or store.row(HELD, step_key(matter.id, step.number)) is not None
        ):
            continue
        numbers[step.number] = len(steps) + 1
        steps.append(
            known
            or public_view(
                step,
                matter.procedure,
                service.deployment,
                earlier=matter.steps[:at],
                number=numbers[step.number],
                corrects=numbers.get(step.corrects, 0),
            )
        )
    return PublicMatter(matter.id, matter.procedure.id, matter.place, tuple(steps))


def _told(procedure: Procedure, state: State, stage: str, on: date) -> dict[str, str]:
    """What a procedure calls a matter and the sentence it opens with.

    A procedure that cannot say it is a fault of its plugin, and is logged as one; those who work on the matter can
    still open it (a plugin that raises stops only its own decisions).
    """
    try:
        return {"name": procedure.name(state), "lead": procedure.lead(state, on)}
    except Exception:
        logger.exception("%s cannot tell what %s is", procedure.id, state.matter)
        return {"name": state.matter, "lead": stage}


def brief(service: Service, seen: Seen) -> dict[str, Any]:
    """A matter in a list."""
    matter, state, stage = seen.matter, seen.matter.state, seen.matter.stage
    assert state is not None and stage is not None, "a stored matter has a state and a stage"
    places = service.deployment.places
    return {
        "id": matter.id,
        "procedure": matter.procedure.id,
        "place": matter.place,
        "place_title": places.title(matter.place, since=service.deployment.place)
        or places[matter.place].title,
        **_told(matter.procedure, state, stage.title, service.clock.today()),
        "stage": {"id": stage.id, "title": stage.title, "usable": stage.usable, "final": stage.final},
        "opened": state.opened,
        "unit": state.unit,
        "due": [due_view(each) for each in state.due],
    }


def whole(service: Service, seen: Seen) -> dict[str, Any]:
    """A matter with its facts by slot."""
    state = seen.matter.state
    assert state is not None, "a stored matter has a state"
    return {
        **brief(service, seen),
        "procedure_title": seen.matter.procedure.title,
        "number": state.number,
        "since": state.since,
        "suspended": state.suspended,
        "parent": state.parent,
        "children": state.children,
        "facts": state.facts,
        "internal": seen.internal,
    }


def steps_view(service: Service, seen: Seen) -> list[dict[str, Any]]:
    """The steps of a matter as the person sees it, in order."""
    if seen.published is not None:
        return [_public_step(step) for step in seen.published.steps]
    return [_internal_step(service, seen.matter, step) for step in seen.matter.steps]


def _public_step(step: PublicStep) -> dict[str, Any]:
    actor = {
        "post": step.actor.post,
        "title": step.actor.title,
        "place": step.actor.place,
        "unit": step.actor.unit,
    }
    return {
        **_step(step),
        "title": step.title,
        "stage_title": step.stage_title,
        "actor": {**actor, "on_paper": step.actor.on_paper, "deputy": step.actor.deputy},
        "taken_down": step.taken_down,
    }


def _internal_step(service: Service, matter: Matter, step: Step) -> dict[str, Any]:
    actions = service.desk.actions(matter.procedure)
    return {
        **_step(step),
        "title": actions[step.action].title if step.action in actions else step.action,
        "stage_title": stage_title(matter.procedure, step.stage),
        "actor": msgspec.to_builtins(step.actor),
        "publication": step.publication.value,
    }


def _step(step: Step | PublicStep) -> dict[str, Any]:
    return {
        "number": step.number,
        "action": step.action,
        "happened": step.happened,
        "decided": step.decided,
        "recorded": step.recorded,
        "stage": step.stage,
        "basis": step.basis,
        "slot": step.slot,
        "facts": step.facts,
        "judgement": None if step.judgement is None else judgement_view(step.judgement),
        "due": [due_view(each) for each in step.due],
        "postings": [msgspec.to_builtins(each) for each in step.postings],
        "children": step.children,
        "corrects": step.corrects,
        "overrides": step.overrides,
        "rulebook": step.rulebook,
    }


def due_view(due: DueBy) -> dict[str, Any]:
    """Something that falls due."""
    return {
        "what": due.what,
        "title": due.title,
        "day": due.day,
        "post": due.post,
        "provisional": due.provisional,
        "lapses_to": due.lapses_to,
        "basis": due.basis,
    }
