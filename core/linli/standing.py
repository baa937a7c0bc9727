"""What every procedure has without asking: one table of actions over any matter.

``correct`` supersedes facts by a new step, ``suspend`` and ``resume`` stop the clock, ``void`` ends, ``reopen`` begins
again where the matter stood before, ``object`` (复议) asks for another look with a reply date, ``override`` sets aside
a rule that is marked overridable, by a resolution that is published. ``retract`` takes an application back.

Books follow the stage: what ends lets go of what it holds, and what goes back to a stage has its books as they stood
there (`linli.bookings`). What a correction does to them is worked out in `linli.retaking`.
"""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Struct

from linli.bookings import recalled
from linli.calendar import Period, Unit, due
from linli.errors import BadInput
from linli.forms import INTERNAL, PUBLIC, document, line, rows, text, yes_no
from linli.ledger import Posting
from linli.matters import BUILT_IN_STAGES, VOID, WITHDRAWN_BY_APPLICANT, Matter
from linli.parameters import Bound, Parameter
from linli.posts import RESIDENT
from linli.procedures import Action, EntryChange, Outcome, Procedure, Scene, Stage, to
from linli.rulebook import Judgement
from linli.steps import DueBy

OBJECTION_WORKING_DAYS: Parameter[int] = Parameter(
    "matters.objection_working_days", "复议答复时限", int, Bound.CEILING, "个工作日", "示例：法规没有统一规定"
)


class Why(Struct, frozen=True, forbid_unknown_fields=True):
    """A reason that is published."""

    reason: Annotated[str, line("理由", PUBLIC)]


class Changed(Struct, frozen=True, forbid_unknown_fields=True):
    """One field that is corrected: its name, and its value as JSON."""

    field: Annotated[str, line("字段", max_length=60)]
    value: Annotated[str, line("改成（JSON 值）", INTERNAL, max_length=2000)]


class Correction(Struct, frozen=True, forbid_unknown_fields=True):
    """Which facts are corrected and why. ``slot`` names the facts; a form's first step is called like its action."""

    slot: Annotated[str, line("更正哪一部分", max_length=40)]
    changes: Annotated[tuple[Changed, ...], rows("更正的内容", INTERNAL, most=50)]
    reason: Annotated[str, line("更正理由", PUBLIC)]


class Reopening(Struct, frozen=True, forbid_unknown_fields=True):
    """At which stage the matter goes on, and why."""

    stage: Annotated[str, line("回到哪个环节", max_length=40)]
    reason: Annotated[str, line("理由", PUBLIC)]


class Objection(Struct, frozen=True, forbid_unknown_fields=True):
    """What is objected to."""

    ground: Annotated[str, line("复议理由", INTERNAL)]
    details: Annotated[str, text("说明")] = ""


class Answer(Struct, frozen=True, forbid_unknown_fields=True):
    """The answer to an objection; where it is upheld the decision is taken again."""

    upheld: Annotated[bool, yes_no("复议成立")]
    reason: Annotated[str, line("答复", PUBLIC)]


class Override(Struct, frozen=True, forbid_unknown_fields=True):
    """Which rule is set aside, by which resolution. Only a rule marked overridable, never statute."""

    rule: Annotated[str, line("规则编号")]
    resolution: Annotated[str, document("决议文件", PUBLIC)]
    stage: Annotated[str, line("回到哪个环节", max_length=40)]
    reason: Annotated[str, line("理由", PUBLIC)]


def _kept(matter: Matter) -> dict[str, Any]:
    """Everything that a standing action leaves as it was."""
    assert matter.state is not None, "a standing action is taken on an open matter"
    return {"due": matter.state.due}


def _same(matter: Matter) -> Stage:
    assert matter.state is not None, "a standing action is taken on an open matter"
    return _stage(matter, matter.state.reached if matter.state.suspended else matter.state.stage_id)


def stages_again(matter: Matter) -> tuple[Stage, ...]:
    """The stages at which a matter may be taken up again, in the order of its procedure.

    Those at which it stood before, and those that are marked ``reopens``: no rule and nobody's decision is passed over
    by naming a stage that the matter never came to.
    """
    stood = {step.stage for step in matter.steps}
    return tuple(s for s in matter.procedure.stages.values() if s.reopens or s.id in stood)


def _again(matter: Matter, name: str) -> Stage:
    possible = stages_again(matter)
    stage = next((each for each in possible if each.id == name), None)
    if stage is None:
        known = "、".join(f"{each.id}（{each.title}）" for each in possible)
        raise BadInput(
            f"不能直接转到“{name}”这个环节",
            where="stage",
            cure=f"可以是：{known}；其他环节要按程序一步一步走到",
        )
    return stage


def _stage(matter: Matter, name: str) -> Stage:
    return matter.procedure.stages.get(name) or BUILT_IN_STAGES[name]


def _stay(matter: Matter, form: Any, judgement: Judgement | None, scene: Scene) -> Outcome:
    return to(_same(matter), **_kept(matter))


def _released(matter: Matter) -> tuple[Posting, ...]:
    """What a matter that ends early lets go of."""
    assert matter.state is not None, "a standing action is taken on an open matter"
    release = matter.procedure.release
    return tuple(release(matter.state)) if release else recalled(matter, 0)


def _entered(matter: Matter, stage: Stage, scene: Scene) -> tuple[EntryChange, ...]:
    """What registers say from now on of a matter that comes to a stage."""
    enters = matter.procedure.enters
    return tuple(enters(matter, stage, scene)) if enters else ()


def _void(matter: Matter, form: Why, judgement: Judgement | None, scene: Scene) -> Outcome:
    return to(VOID, postings=_released(matter), entries=_entered(matter, VOID, scene))


def stood_last(matter: Matter, stage: str) -> int:
    """The number of the last step after which a matter stood at a stage; 0 where it never did."""
    return next((step.number for step in reversed(matter.steps) if step.stage == stage), 0)


def _reopen(matter: Matter, form: Reopening, judgement: Judgement | None, scene: Scene) -> Outcome:
    stage = _again(matter, form.stage)
    number = stood_last(matter, stage.id)
    # What was admitted goes on no longer than it was admitted for: its last day comes back with it.
    last_days = tuple(each for each in matter.steps[number - 1].due if each.lapses_to) if number else ()
    entries = _entered(matter, stage, scene)
    return to(stage, due=last_days, postings=recalled(matter, number), entries=entries)


def _retract(matter: Matter, form: Why, judgement: Judgement | None, scene: Scene) -> Outcome:
    entries = _entered(matter, WITHDRAWN_BY_APPLICANT, scene)
    return to(WITHDRAWN_BY_APPLICANT, postings=_released(matter), entries=entries)


def _object(matter: Matter, form: Objection, judgement: Judgement | None, scene: Scene) -> Outcome:
    days = scene.rulebook.value(OBJECTION_WORKING_DAYS, scene.happened, 15)
    reply = due(scene.happened, Period(days, Unit.WORKING_DAYS), scene.calendar)
    post = matter.procedure.deciders[0] if matter.procedure.deciders else None
    asked = DueBy(
        "answer", reply.day, post.id if post else "", "答复复议", reply.provisional, "", reply.basis
    )
    return to(_same(matter), due=(*_kept(matter)["due"], asked))


def _answer(matter: Matter, form: Answer, judgement: Judgement | None, scene: Scene) -> Outcome:
    assert matter.state is not None
    left = tuple(each for each in matter.state.due if each.what != "answer")
    if len(left) == len(matter.state.due):
        raise BadInput("这件事没有待答复的复议", where="answer")
    return to(_same(matter), due=left)


def _override(matter: Matter, form: Override, judgement: Judgement | None, scene: Scene) -> Outcome:
    bound = next((rule for rule in scene.rulebook.rules if rule.id == form.rule), None)
    if bound is None:
        raise BadInput(f"这里没有编号为 {form.rule} 的规则", where="rule")
    if not bound.rule.overridable:
        raise BadInput("这条规则不能变通；法律法规的规定不能用决议改变", where="rule")
    stage = _again(matter, form.stage)
    recalls = recalled(matter, stood_last(matter, stage.id))
    return to(stage, postings=recalls, entries=_entered(matter, stage, scene))


def _never(*_: Any) -> Outcome:
    raise AssertionError("the completing step of a batch is written by the batch itself")


BATCH_DONE = Action(id="batch_done", title="各社区办理完毕", take=_never, by=(), system=True, slot="batch")


def standing_actions(procedure: Procedure) -> dict[str, Action]:
    """The built-in actions as they stand in one procedure, by id."""
    open_stages = tuple(stage for stage in procedure.stages.values() if not stage.final)
    suspended = BUILT_IN_STAGES["suspended"]
    every = (*procedure.stages.values(), *BUILT_IN_STAGES.values())
    deciders, applicants = procedure.deciders, procedure.applicants
    table = (
        Action(
            id="correct", title="更正", take=_stay, by=(*deciders, *applicants), at=every, form=Correction
        ),
        Action(id="suspend", title="中止", take=_stay, by=deciders, at=open_stages, form=Why, slot="suspend"),
        Action(id="resume", title="恢复", take=_stay, by=deciders, at=(suspended,), form=Why, slot="resume"),
        Action(id="void", title="作废", take=_void, by=deciders, at=(*every,), form=Why, slot="void"),
        Action(
            id="reopen", title="重新办理", take=_reopen, by=deciders, at=every, form=Reopening, slot="reopen"
        ),
        Action(
            id="retract", title="撤回", take=_retract, by=applicants, at=open_stages, form=Why, slot="retract"
        ),
        Action(
            id="object",
            title="申请复议",
            take=_object,
            by=(*applicants, RESIDENT) if procedure.residents_object else applicants,
            at=tuple(procedure.stages.values()),
            form=Objection,
            slot="object",
        ),
        Action(
            id="answer",
            title="答复复议",
            when=lambda state: any(due.what == "answer" for due in state.due),
            take=_answer,
            by=deciders,
            at=every,
            form=Answer,
            slot="answer",
            apart_from=("object",),
        ),
        Action(
            id="override", title="变通", take=_override, by=deciders, at=every, form=Override, slot="override"
        ),
    )
    # Where nothing stays open nothing can be stopped, and where nothing is judged nothing can be set aside.
    judged = any(action.judged for action in procedure.actions.values())
    standing = (action for action in table if action.by and action.at and (judged or action.id != "override"))
    return {action.id: action for action in (*standing, BATCH_DONE)}
