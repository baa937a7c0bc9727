"""Who is there: people check in online or stand on paper sheets and are counted once; then the meeting can decide."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from linli.errors import BadInput, Conflict
from linli.matters import Matter
from linli.posts import RESIDENT
from linli.procedures import Outcome, Scene, to
from linli.rulebook import Judgement
from linli.steps import DueBy, Publication
from linli_bodies.posts import REPRESENTATIVE
from linli_deliberation.meeting import (
    CALLED,
    HELD,
    INQUORATE,
    KEEPERS,
    PRIVATE,
    attenders,
    convening_of,
    meeting,
    noted,
    pairs,
    sitting_of,
)
from linli_deliberation.people import once_each
from linli_deliberation.sittings import Attendance, Basis, CheckIn, Convening, Sheet, Sitting
from linli_deliberation.vocabulary import LAST_MEETING, MINUTES_DAYS

HERE_ALREADY = "您已经签到，一人（一户）计一次"
DEFAULT_MINUTES_DAYS = 7
"""An example, where no text of a place says when the result of a meeting has to be posted."""


def _on_the_day(call: Convening, scene: Scene) -> None:
    if scene.happened != call.held_on:
        raise BadInput(
            f"通知的开会日期是 {call.held_on}，不是 {scene.happened}",
            where="happened",
            cure="在开会当天办理；补录的写明那一天；改期的重新召集",
        )


def _households_named(call: Convening, households: Iterable[str]) -> None:
    if call.basis is Basis.HOUSEHOLDS and not all(households):
        raise BadInput("这次会议按户计数，要写户编号", where="household", cure="填写户编号")


@meeting.action(
    "check_in",
    title="签到",
    by=(RESIDENT, REPRESENTATIVE),
    at=CALLED,
    form=CheckIn,
    slot="check_in",
    publication=Publication.WITHHELD,
    basis=PRIVATE,
)
def check_in(matter: Matter, form: CheckIn, judgement: Judgement | None, scene: Scene) -> Outcome:
    """Somebody is there, online or at the door."""
    assert matter.state is not None
    call = convening_of(matter)
    _on_the_day(call, scene)
    _households_named(call, [form.household])
    new = attenders(matter).newcomers([(scene.actor.person, form.household)])
    if not new:
        raise Conflict(HERE_ALREADY, where="check_in", cure="不用再办理")
    return to(CALLED, due=matter.state.due, claims=once_each(scene.matter_id, "attend", new, HERE_ALREADY))


@meeting.action(
    "check_in_on_paper",
    title="登记纸质签到",
    by=KEEPERS,
    at=CALLED,
    form=Sheet,
    slot="sheet",
    publication=Publication.WITHHELD,
    basis=PRIVATE,
)
def check_in_on_paper(matter: Matter, form: Sheet, judgement: Judgement | None, scene: Scene) -> Outcome:
    """A sheet of those who came; who has checked in online is not counted again."""
    assert matter.state is not None
    call = convening_of(matter)
    _on_the_day(call, scene)
    _households_named(call, [line.household for line in form.lines])
    new = attenders(matter).newcomers(pairs(form))
    return to(CALLED, due=matter.state.due, claims=once_each(scene.matter_id, "attend", new, HERE_ALREADY))


def _present(matter: Matter, form: Attendance) -> Sitting:
    return sitting_of(matter, form)


@meeting.action(
    "hold",
    title="清点到会",
    by=KEEPERS,
    at=(CALLED, INQUORATE),
    form=Attendance,
    slot="attendance",
    judged=True,
    facts=_present,
    reads=Sitting,
    uses=(LAST_MEETING,),
)
def hold(matter: Matter, form: Attendance, judgement: Judgement, scene: Scene) -> Outcome:
    """Those present are counted, and the meeting can decide or it cannot."""
    call = convening_of(matter)
    _on_the_day(call, scene)
    if judgement.refused or judgement.incomplete:
        return to(INQUORATE)
    days = int(scene.rulebook.value(MINUTES_DAYS, scene.happened, DEFAULT_MINUTES_DAYS))
    post = DueBy("minutes", call.held_on + timedelta(days=days), KEEPERS[0].id, "公布会议结果")
    entry = noted(call, scene, held=call.held_on, matter=scene.matter_id)
    return to(HELD, due=post, entries=entry)
