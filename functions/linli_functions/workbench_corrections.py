"""Corrections: the form comes filled in as it stands, and what was changed in it becomes the correction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from linli.errors import BadInput, LinliError, ManyFaults
from linli.forms import Mark, Widget, plain, read
from linli.matters import Matter
from linli_functions import workbench_readings as readings
from linli_functions.workbench_fields import (
    Input,
    Offers,
    Parsed,
    Section,
    Typed,
    all_faults,
    sections,
    shown_fields,
)
from linli_functions.workbench_sittings import Sitting

WHY = "why"


def correction_sections(
    form: type, typed: Typed, faults: Sequence[LinliError], offered: Offers
) -> list[Section]:
    """The reason for a correction, then the facts as they stand, to be changed. Personal fields are left out."""
    errors = tuple(fault.message for fault in faults if fault.where == WHY)
    why = Input(
        name=WHY,
        id=WHY,
        title="更正理由",
        hint="会公开：写明哪里错了、依据是什么",
        kind="line",
        mark=Mark.PUBLIC.value,
        required=True,
        values=tuple(typed.get(WHY, ())),
        errors=errors,
        most=120,
    )
    personal = {f"f.{field.name}" for field in shown_fields(form) if field.mark is Mark.PERSONAL}
    drawn = sections(form, typed, faults, offered)
    kept = [
        Section(each.title, each.hint, tuple(one for one in each.inputs if one.name not in personal))
        for each in drawn
    ]
    return [
        Section("为什么更正", "原来的内容保留在案，更正是新的一步。", (why,)),
        *(each for each in kept if each.inputs),
    ]


def correction_of(sitting: Sitting, slot: str, matter: Matter, parsed: Parsed) -> dict[str, Any]:
    """The facts of the correction: the fields that were changed against what stands, each with its new value.

    Raises `ManyFaults` for what cannot be read, `BadInput` where nothing was changed.
    """
    assert matter.state is not None, "a correction is of a stored matter"
    form = readings.actions_by_slot(sitting.service, matter)[slot].form
    faults = all_faults(form, parsed)
    reason = sitting.said(WHY)
    if not reason:
        faults.append(BadInput("请填写“更正理由”", where=WHY))
    if faults:
        raise ManyFaults(faults)
    before, now = matter.state.facts[slot], plain(read(form, parsed.facts))
    changes = []
    for field in shown_fields(form):
        was = before.get(field.name, msgspec.to_builtins(field.default))
        if field.widget is Widget.TEXT:
            was = readings.text_of(sitting.service, str(was))
        said, stood = msgspec.json.encode(now[field.name]).decode(), msgspec.json.encode(was).decode()
        if said != stood and field.mark is not Mark.PERSONAL:
            changes.append({"field": field.name, "value": said})
    if not changes:
        raise BadInput("还没有改动任何一项", cure="改好要更正的内容再提交")
    return {"slot": slot, "changes": changes, "reason": reason}
