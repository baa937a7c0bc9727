"""What the form of a task offers to choose from, and what it begins with, where the form itself does not say it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from linli.forms import fields
from linli.matters import Matter
from linli.places import CODE, Level
from linli.record import StoreRecord
from linli.standing import Correction, Override, Reopening, stages_again
from linli_functions.workbench_fields import Offers, Option, offers
from linli_functions.workbench_sittings import Sitting

if TYPE_CHECKING:  # tasks are drawn with what is offered here
    from linli_functions.workbench_tasks import Task


def offered(sitting: Sitting, task: Task) -> Offers:
    """What the form of a task offers: the communities of the matter or of the place, and what its action offers."""
    places = sitting.service.deployment.places
    among: list[str] = []
    if (
        task.matter is not None
        and task.matter.state is not None
        and not task.slot
        and task.action.form is not Correction
    ):
        asked_again = task.matter.state.forms.get(task.action.slot, ("", 0))[0] == task.form.__name__
        if not asked_again:
            among = sorted(_codes(task.matter.state.facts))
            among = [code for code in among if code in places and places[code].level is Level.COMMUNITY]
    top = task.place
    for option in task.places:  # a form that may be opened at several places offers what lies in any of them
        top = option.value if places.within(top, option.value) else top
    found = offers(places, top, sitting.today, among)
    named = dict(_entries(sitting, task))
    if task.action.offers is not None:
        pairs = task.action.offers(acted_on(task))
        asked = {field: tuple(Option(*each) for each in options) for field, options in pairs.items()}
        return Offers(found.communities, found.places, named, asked=asked)
    if task.action.form not in (Reopening, Override):
        return Offers(found.communities, found.places, named)
    stages = tuple(Option(s.id, s.title) for s in (stages_again(task.matter) if task.matter else ()))
    rules = tuple(
        Option(bound.id, bound.rule.title)
        for bound in sitting.service.deployment.rulebook(task.place).rules
        if bound.rule.overridable and bound.moment.startswith(f"{task.procedure.id}.")
    )
    lines = {"stage": stages} | ({"rule": rules} if task.action.form is Override else {})
    return Offers(found.communities, found.places, lines)


def _entries(sitting: Sitting, task: Task) -> Iterator[tuple[str, tuple[Option, ...]]]:
    """For each field that names an entry of a register: the published entries of the place and below, by title."""
    record = StoreRecord(sitting.service.store)
    for field in fields(task.form):
        if not field.names:
            continue
        head = f"here/{task.place}/{field.names}/"
        options = []
        for key in record.keys(head):
            values = record.get(f"registers/{field.names}/{key[len(head) :]}")["versions"][-1]["values"]
            if values:
                options.append(Option(key[len(head) :], str(values.get("title", key[len(head) :]))))
        if options:
            yield field.name, tuple(sorted(options, key=lambda option: option.label))


def _codes(value: Any) -> set[str]:
    """Every code of a place that stands somewhere in facts."""
    if isinstance(value, str):
        return {value} if CODE.match(value) else set()
    if isinstance(value, Mapping):
        return {code for each in value.values() for code in _codes(each)}
    if isinstance(value, (list, tuple)):
        return {code for each in value for code in _codes(each)}
    return set()


def acted_on(task: Task) -> Matter:
    """The matter that a task is about, or the one that it would begin."""
    return task.matter or Matter(task.procedure, "", task.place, above=task.above)


def begun_with(task: Task) -> Mapping[str, Any]:
    """The facts that the form of a task begins with."""
    return task.action.begins(acted_on(task)) if task.action.begins is not None else {}
