"""Two short procedures of a community: refusing work that was never admitted, and noting work done anyway."""

from __future__ import annotations

from datetime import date

from msgspec import structs

from linli.access.posts import COMMITTEE, DECIDER
from linli.access.refusal import BurdenNote, Refusal, RefusalAt
from linli.matters import Matter, State
from linli.procedures import Notice, Outcome, Procedure, Scene, Stage, to
from linli.rulebook import Judgement
from linli.steps import Publication

RECORDED = Stage("recorded", "已记录", final=True)
NOT_FOUNDED = Stage("not_founded", "不能拒绝", final=True)
TO_LOOK_AT = Stage("to_look_at", "待核对", waits_for=("access_decider",), reopens=True)


def _refusal_lead(state: State, on: date) -> str:
    facts = state.facts.get("refusal", {})
    asked = f"{facts.get('asked_by', '有部门')}要求的“{facts.get('title', '')}”"
    if state.stage_id == RECORDED.id:
        return f"居委会拒绝了{asked}：这项工作没有经过准入。"
    if state.stage_id == NOT_FOUNDED.id:
        heard = [h for j in state.judgements.values() for h in j.adverse()]
        return f"居委会不能拒绝{asked}：{heard[0].reason.rstrip('。') if heard else '这项工作已经准入'}。"
    return f"居委会拒绝了{asked}，区里正在核对。"


refusal = Procedure(
    "refusal",
    title="居委会拒绝",
    stages=(RECORDED, NOT_FOUNDED, TO_LOOK_AT),
    lead=_refusal_lead,
    name=lambda state: str(state.facts.get("refusal", {}).get("title", state.matter)),
    describe="没有经过准入的工作，居委会可以拒绝；拒绝记录在案。",
    applicants=(COMMITTEE,),
    deciders=(DECIDER,),
)


def _at_its_community(matter: Matter, form: Refusal) -> RefusalAt:
    return RefusalAt(**structs.asdict(form), community=matter.place)


@refusal.action(
    "record",
    title="拒绝并记录",
    by=COMMITTEE,
    form=Refusal,
    slot="refusal",
    judged=True,
    facts=_at_its_community,
    reads=RefusalAt,
)
def record(matter: Matter, form: Refusal, judgement: Judgement, scene: Scene) -> Outcome:
    """The committee refuses; where an admission is in force it cannot."""
    if judgement.refused:
        return to(NOT_FOUNDED)
    notice = Notice("access_decider", scene.place, f"居委会拒绝了未经准入的工作：{form.title}")
    return to(RECORDED if judgement.verdict == "admissible" else TO_LOOK_AT, notices=notice)


@refusal.action("uphold", title="核对属实", by=DECIDER, at=TO_LOOK_AT)
def uphold(matter: Matter, form: object, judgement: Judgement | None, scene: Scene) -> Outcome:
    """The district looked and found no admission."""
    return to(RECORDED)


burden = Procedure(
    "burden",
    title="未经准入的工作",
    stages=(RECORDED,),
    lead=lambda state, on: "社区记下了一件未经准入、已经做了的工作。",
    name=lambda state: "未经准入的工作",
    describe="没有经过准入却已经做了的工作，二十秒记一笔；只汇总公布。",
    applicants=(COMMITTEE,),
    deciders=(DECIDER,),
)


@burden.action(
    "note",
    title="记一笔",
    by=COMMITTEE,
    form=BurdenNote,
    slot="note",
    publication=Publication.WITHHELD,
    basis="只按类型和年份汇总公布",
)
def note(matter: Matter, form: BurdenNote, judgement: Judgement | None, scene: Scene) -> Outcome:
    """Work that was asked for and done anyway."""
    return to(RECORDED)
