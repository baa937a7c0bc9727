"""Corrections: the form comes filled in as it stands, and what was changed in it becomes the correction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from linli.errors import BadInput, LinliError
from linli.forms import Mark
from linli.matters import Matter
from linli_functions import workbench_readings as readings
from linli_functions.workbench_fields import (
    Input,
    Offers,
    Parsed,
    Section,
    Typed,
    facts_of,
    sections,
    shown_fields,
    typed_of,
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
    """The facts of the correction: the fields that were changed against what stands, each with its new value."""
    assert matter.state is not None, "a correction is of a stored matter"
    action = readings.actions_by_slot(sitting.service, matter)[slot]
    before = typed_of(
        action.form, matter.state.facts[slot], lambda value: readings.text_of(sitting.service, value)
    )
    known = facts_of(action.form, before, Offers()).facts
    changes = []
    for field in shown_fields(action.form):
        if field.mark is Mark.PERSONAL or known.get(field.name) == parsed.facts.get(field.name):
            continue
        if field.name in {fault.where.partition(".")[0] for fault in parsed.faults}:
            continue
        if field.name in parsed.facts:
            value = parsed.facts[field.name]
        elif field.required:
            parsed.faults.append(BadInput(f"请填写“{field.title}”", where=field.name))
            continue
        else:
            value = msgspec.to_builtins(field.default)
        changes.append({"field": field.name, "value": msgspec.json.encode(value).decode()})
    reason = sitting.said(WHY)
    if not reason:
        parsed.faults.append(BadInput("请填写“更正理由”", where=WHY))
    if not changes and not parsed.faults:
        parsed.faults.append(BadInput("还没有改动任何一项", cure="改好要更正的内容再提交"))
    return {"slot": slot, "changes": changes, "reason": reason}
