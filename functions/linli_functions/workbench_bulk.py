"""Bulk: one action with one form on several matters; each matter gets its own step and its own result."""

from __future__ import annotations

from typing import Any

from msgspec import Struct
from starlette.responses import Response

from linli.errors import BadInput, LinliError, ManyFaults, NotFound
from linli.matters import Matter
from linli.procedures import Action, Procedure
from linli.service import Call
from linli_functions import workbench_readings as readings
from linli_functions.workbench_fields import PREFIX, Offers, all_faults, facts_of, sections
from linli_functions.workbench_sittings import Sitting
from linli_functions.workbench_tasks import open_matter, take_files

MOST = 100


class Result(Struct, frozen=True):
    """What came of one matter: where it is now or would be, or why it stayed."""

    line: readings.Line
    said: str
    done: bool


def bulk(sitting: Sitting) -> Response:
    """The form of a bulk action over the chosen matters; a POST tries it or takes it, one matter after the other."""
    procedure, action = _action(sitting)
    chosen = sitting.many("m")
    if not chosen:
        raise BadInput("还没有选事项", where="m", cure="回到“待我办理”，在要一起办的事项前打勾")
    if len(chosen) > MOST:
        raise BadInput(f"一次最多办理 {MOST} 件", where="m", cure="分几次办理")
    matters = [open_matter(sitting, id) for id in chosen]
    typed = {name: list(values) for name, values in sitting.typed.items()}
    if sitting.request.method == "GET":
        return _form(sitting, procedure, action, matters, typed, [])
    faults = take_files(sitting, typed)
    parsed = facts_of(action.form, typed, Offers())
    faults += all_faults(action.form, parsed)
    if faults:
        return _form(sitting, procedure, action, matters, typed, faults)
    take = sitting.said("do") == "take"
    results = [_one(sitting, procedure, action, matter, parsed.facts, take) for matter in matters]
    if take:
        return sitting.page("bulk_done.html", procedure=procedure, action=action, results=results)
    return _form(sitting, procedure, action, matters, typed, [], results)


def _action(sitting: Sitting) -> tuple[Procedure, Action]:
    name, _, id = sitting.said("action").partition(".")
    procedure = sitting.service.deployment.procedures.get(name)
    action = sitting.service.desk.actions(procedure).get(id) if procedure else None
    if procedure is None or action is None or not action.bulk:
        raise NotFound("没有这个可以一起办的动作", where="action")
    return procedure, action


def _one(
    sitting: Sitting, procedure: Procedure, action: Action, matter: Matter, facts: dict[str, Any], take: bool
) -> Result:
    """Take the action on one matter, or try it; an error stays with that matter."""
    key = f"{sitting.said('key')}/{matter.id}" if take else ""
    call = Call(procedure=procedure.id, action=action.id, matter=matter.id, facts=facts, key=key)
    try:
        if not take:
            judgement, stage = sitting.service.dry_run(call, sitting.person)
            return Result(readings.line(sitting.room, matter), readings.preview(judgement, stage), True)
        receipt = sitting.service.take(call, sitting.person)
    except LinliError as error:
        faults = error.faults if isinstance(error, ManyFaults) else [error]
        said = "；".join(
            fault.message.rstrip("。") + (f"（{fault.cure}）" if fault.cure else "") for fault in faults
        )
        return Result(
            readings.line(sitting.room, matter),
            said if error.status < 500 else "系统出错，这一件没有办",
            False,
        )
    return Result(readings.line(sitting.room, sitting.service.matter(matter.id)), receipt.stage_title, True)


def _form(
    sitting: Sitting,
    procedure: Procedure,
    action: Action,
    matters: list[Matter],
    typed: dict[str, list[str]],
    faults: list[LinliError],
    results: list[Result] | None = None,
) -> Response:
    shown = sections(action.form, typed, faults, Offers())
    ids = {each.name.removeprefix(PREFIX): each.id for section in shown for each in section.inputs}
    return sitting.page(
        "bulk.html",
        422 if faults else 200,
        procedure=procedure,
        action=action,
        lines=[readings.line(sitting.room, matter) for matter in matters],
        sections=shown,
        faults=[(fault, ids.get(fault.where, "")) for fault in faults],
        results=results or [],
        key=sitting.service.desk.randomness(16).hex(),
    )
