"""What the own unit has applied for: how each application stands and why, what can be done, and doing it once more.

It is the same for every procedure: an organisation sees here what became of its projects, a department of its work.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from linli import indexing
from linli.matters import Matter
from linli.procedures import Action
from linli.registry import current
from linli_functions import workbench_readings as readings
from linli_functions.entries import visible
from linli_functions.workbench_sittings import Sitting

LATEST = 8
YEARS_BACK = 2


class Application(Struct, frozen=True, kw_only=True):
    """An application of the unit: a line of a list, the sentence that says how it stands, what may be done now."""

    line: readings.Line
    lead: str
    actions: tuple[Action, ...]
    again: str


class Profile(Struct, frozen=True, kw_only=True):
    """What a register says of the unit: the register's title, where the entry is, and its values in words."""

    register: str
    title: str
    address: str
    values: tuple[tuple[str, str], ...]


def applications(sitting: Sitting) -> list[Application]:
    """The last applications of the person's units, the newest first."""
    found = sorted(
        _matters(sitting), key=lambda m: (m.state.opened, m.id) if m.state else (sitting.today, m.id)
    )
    return [_application(sitting, matter) for matter in reversed(found[-LATEST:])]


def _application(sitting: Sitting, matter: Matter) -> Application:
    assert matter.state is not None, "a stored matter has a state"
    return Application(
        line=readings.line(sitting.room, matter),
        lead=matter.procedure.lead(matter.state, sitting.today),
        actions=tuple(sitting.service.available(matter, sitting.person)),
        again=copyable(sitting, matter),
    )


def _matters(sitting: Sitting) -> Iterator[Matter]:
    """What the units applied for in the last years, and the person sees from the inside."""
    since = f"{sitting.today.year - YEARS_BACK:04}-"
    for unit in sorted({held.unit for held in sitting.person.appointments if held.unit}):
        for procedure in sitting.service.deployment.procedures:
            prefix = f"{unit}/{procedure}/"
            rows = sitting.service.store.rows(indexing.UNITS, prefix + since, f"{prefix[:-1]}0")
            for row in rows[-LATEST:]:
                matter = sitting.service.matter(row.key.rsplit("/", 1)[1])
                if sitting.service.sees_internal(matter, sitting.person):
                    yield matter


def copyable(sitting: Sitting, matter: Matter) -> str:
    """The action with which someone may begin another matter like this one, or nothing.

    It is one that the person may begin, whose form is that of facts which this matter holds.
    """
    if matter.state is None:
        return ""
    forms = {form for form, _ in matter.state.forms.values()}
    for procedure, action, _ in sitting.service.openers(sitting.person):
        if procedure == matter.procedure.id and action.form.__name__ in forms:
            return action.id
    return ""


def slot_of(matter: Matter, form: type) -> str:
    """The slot in which a matter holds facts of a form, or nothing."""
    forms = matter.state.forms if matter.state else {}
    return next((slot for slot, (name, _) in forms.items() if name == form.__name__), "")


# What registers say of the unit


def profiles(sitting: Sitting, found: list[Application]) -> list[Profile]:
    """The entries of registers that the last applications name by their key, each once: one profile for all of them."""
    shown: dict[tuple[str, str], Profile] = {}
    for application in found:
        matter = sitting.service.matter(application.line.id)
        assert matter.state is not None, "a stored matter has a state"
        for facts in matter.state.facts.values():
            for register in sitting.service.deployment.registers.values():
                key = str(facts.get(register.key, "") or "")
                values = current(sitting.service.desk, register.id, key) if key else None
                if values and (register.id, key) not in shown:
                    shown[register.id, key] = _profile(sitting, register.id, key, values)
    return list(shown.values())


def _profile(sitting: Sitting, register: str, key: str, values: dict[str, Any]) -> Profile:
    known = sitting.service.deployment.registers[register]
    seen = visible(sitting.service, known, values, sitting.person)
    told = [
        (field.title, readings.words(sitting.room, field, seen[field.name]))
        for field in known.fields()
        if seen.get(field.name) not in (None, "", [], False, 0)
    ]
    return Profile(
        register=known.title,
        title=str(seen.get("title") or key),
        address=sitting.to(f"/registers/{register}/entries/{key}"),
        values=tuple((name, said) for name, said in told if said),
    )
