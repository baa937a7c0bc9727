"""公开募捐活动: planned, filed before it begins, disclosed while it runs and in full when it is over.

A campaign belongs to a charity with a licence. Its plan says what the law asks for (慈善法 Art. 24) and no target: what
is still missing is nobody's business but the charity's. Dates run by themselves: file ten days before the first day,
make public every three months where it lasts longer than six (every five days in an emergency), and all of it within
three months after the last day.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

from msgspec import Struct

from linli.calendar import Period, Unit, due, latest_before
from linli.errors import BadInput
from linli.forms import INTERNAL, PUBLIC, day, document, line, money, yes_no
from linli.funds.dues import stage_of, with_due
from linli.funds.figures import CAMPAIGNS
from linli.funds.posts import CLERK, MANAGER
from linli.funds.vocabulary import (
    DISCLOSURE_MONTHS,
    EMERGENCY_DISCLOSURE_DAYS,
    FILING_DAYS,
    FINAL_DISCLOSURE_MONTHS,
    LATE_FILING_DAYS,
    LONG_CAMPAIGN_MONTHS,
)
from linli.funds.wording import campaign_lead, campaign_name
from linli.matters import VOID, Matter
from linli.procedures import EntryChange, Outcome, Procedure, Scene, Stage, to
from linli.rulebook import Judgement
from linli.standing import Why
from linli.steps import DueBy

PREPARING = Stage("preparing", "准备中，待备案", waits_for=(CLERK.id,))
RETURNED = Stage("returned", "退回补正", waits_for=(CLERK.id,))
REFUSED = Stage("refused", "不能开展", final=True)
FILED = Stage("filed", "已备案", usable=True)
DISCLOSED = Stage("disclosed", "已结束并全面公开", final=True)


class CampaignPlan(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The plan of a campaign. It has no field for a target: none is published, and none is needed to account for it.

    ``registered`` is the day on which the charity was registered. ``partner`` is a unit without a licence that helps.
    """

    title: Annotated[str, line("活动名称", max_length=60)]
    fund: Annotated[str, line("募得款项归入的基金编号", max_length=60)]
    charity: Annotated[str, line("募捐的慈善组织", max_length=60)]
    registered: Annotated[date | None, day("慈善组织登记日期")] = None
    licence: Annotated[str, line("公开募捐资格证书编号", max_length=40)] = ""
    purpose: Annotated[str, line("募捐目的和款物用途", max_length=40)] = ""
    starts: Annotated[date, day("开始日期")]
    ends: Annotated[date, day("结束日期")]
    area: Annotated[str, line("募捐地域")] = ""
    leader: Annotated[str, line("活动负责人和办公地址", INTERNAL)] = ""
    ways: Annotated[str, line("接受捐赠方式")] = ""
    account: Annotated[str, line("银行账户", INTERNAL)] = ""
    beneficiaries: Annotated[str, line("受益人")] = ""
    cost_fen: Annotated[int, money("募捐成本")] = 0
    surplus: Annotated[str, line("剩余财产的处理")] = ""
    online: Annotated[bool, yes_no("通过互联网募捐")] = False
    platform: Annotated[str, line("指定的互联网公开募捐服务平台", max_length=60)] = ""
    partner: Annotated[str, line("合作方", hint="没有公开募捐资格的合作单位", max_length=60)] = ""
    partner_agreement: Annotated[str, document("与合作方的书面协议和评估")] = ""
    emergency: Annotated[bool, yes_no("为应对重大突发事件")] = False
    plan: Annotated[str, document("募捐方案", PUBLIC)] = ""


class Filing(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """That the plan was filed with the authority: the number that it gave."""

    filing: Annotated[str, line("备案编号", max_length=40)]
    filed: Annotated[date, day("报送备案的日期")]


class FiledPlan(Struct, frozen=True, kw_only=True):
    """What rules see when a plan is filed: it, and the day on which it was handed in."""

    plan: CampaignPlan
    filed: date


class Account(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """That income and use were made public: up to when, and where."""

    period: Annotated[str, line("公开了哪一段时间的募捐和使用情况")]
    report: Annotated[str, document("公开的报告", PUBLIC)] = ""


campaign = Procedure(
    "campaign",
    title="公开募捐活动",
    stages=(PREPARING, RETURNED, REFUSED, FILED, DISCLOSED),
    lead=campaign_lead,
    name=campaign_name,
    describe="谁为什么募捐，从哪天到哪天，什么时候公开收支。",
    applicants=(CLERK,),
    deciders=(MANAGER,),
    registers=(CAMPAIGNS,),
)


def _plan(matter: Matter) -> CampaignPlan:
    plan = matter.facts("plan", CampaignPlan)
    assert plan is not None, "a campaign has a plan"
    return plan


def _entry(plan: CampaignPlan, scene: Scene, filing: str = "") -> EntryChange:
    values: dict[str, Any] = {
        "title": plan.title,
        "fund": plan.fund,
        "purpose": plan.purpose,
        "starts": plan.starts.isoformat(),
        "ends": plan.ends.isoformat(),
        "filing": filing,
    }
    return EntryChange(CAMPAIGNS, scene.matter_id, values)


def _file_by(plan: CampaignPlan, scene: Scene) -> DueBy:
    """The last day for filing: days before the first, or, in an emergency, days after it."""
    if plan.emergency:
        days = Period(scene.rulebook.value(LATE_FILING_DAYS, scene.happened, 10), Unit.NATURAL_DAYS)
        reckoned = due(plan.starts, days, scene.calendar)
    else:
        days = Period(scene.rulebook.value(FILING_DAYS, scene.happened, 10), Unit.NATURAL_DAYS)
        reckoned = latest_before(plan.starts, days, scene.calendar)
    title = "募捐方案报民政部门备案"
    return DueBy("file", reckoned.day, CLERK.id, title, reckoned.provisional, "", reckoned.basis)


def _next(plan: CampaignPlan, scene: Scene, since: date, *, emergency: bool) -> Iterator[DueBy]:
    """What has to be made public next, reckoned from a day: now and then while it runs, all of it when it is over."""
    if emergency:
        every = Period(scene.rulebook.value(EMERGENCY_DISCLOSURE_DAYS, scene.decided, 5), Unit.NATURAL_DAYS)
    else:
        every = Period(scene.rulebook.value(DISCLOSURE_MONTHS, scene.decided, 3), Unit.MONTHS)
    long = Period(scene.rulebook.value(LONG_CAMPAIGN_MONTHS, scene.decided, 6), Unit.MONTHS)
    lasts = plan.ends > due(plan.starts, long, scene.calendar).day
    reckoned = due(max(since, plan.starts), every, scene.calendar)
    if (emergency or lasts) and reckoned.day <= plan.ends:
        yield DueBy(
            "disclosure",
            reckoned.day,
            CLERK.id,
            "公开募捐和使用情况",
            reckoned.provisional,
            "",
            reckoned.basis,
        )
    months = Period(scene.rulebook.value(FINAL_DISCLOSURE_MONTHS, scene.decided, 3), Unit.MONTHS)
    whole = due(plan.ends, months, scene.calendar)
    yield DueBy("whole", whole.day, CLERK.id, "全面、详细公开募捐情况", whole.provisional, "", whole.basis)


def _planned(form: CampaignPlan, judgement: Judgement, scene: Scene) -> Outcome:
    if form.ends < form.starts:
        raise BadInput("结束日期早于开始日期", where="ends")
    if judgement.refused or judgement.incomplete:
        return to(REFUSED if judgement.refused else RETURNED)
    # In an emergency the money comes in before the filing, and is made public from the first days on.
    soon = tuple(_next(form, scene, form.starts, emergency=True)) if form.emergency else ()
    return to(PREPARING, due=(_file_by(form, scene), *soon), entries=_entry(form, scene))


@campaign.action(
    "plan", title="制定募捐方案", by=CLERK, form=CampaignPlan, slot="plan", judged=True, reads=CampaignPlan
)
def plan(matter: Matter, form: CampaignPlan, judgement: Judgement, scene: Scene) -> Outcome:
    """A charity plans to ask everybody; the day by which the plan has to be filed follows from the first day."""
    return _planned(form, judgement, scene)


@campaign.action(
    "complete",
    title="补正募捐方案",
    by=CLERK,
    at=(RETURNED, PREPARING),
    form=CampaignPlan,
    slot="plan",
    judged=True,
    judged_as="plan",
    reads=CampaignPlan,
)
def complete(matter: Matter, form: CampaignPlan, judgement: Judgement, scene: Scene) -> Outcome:
    """A plan is completed, or changed before it is filed: a later first day leaves time to file."""
    return _planned(form, judgement, scene)


def _filed(matter: Matter, form: Filing) -> FiledPlan:
    return FiledPlan(plan=_plan(matter), filed=form.filed)


@campaign.action(
    "file",
    title="登记备案",
    by=CLERK,
    at=PREPARING,
    form=Filing,
    slot="filing",
    judged=True,
    facts=_filed,
    reads=FiledPlan,
)
def file(matter: Matter, form: Filing, judgement: Judgement, scene: Scene) -> Outcome:
    """The plan is on file in time; what is filed too late keeps waiting for another first day."""
    if form.filed > scene.happened:
        raise BadInput("日期不能在今天之后", where="filed")
    if judgement.refused or judgement.incomplete:
        return to(PREPARING, due=with_due(matter))
    known = _plan(matter)
    dues = tuple(_next(known, scene, _disclosed(matter), emergency=_emergency(matter)))
    return to(FILED, due=dues, entries=_entry(known, scene, form.filing))


def _disclosed(matter: Matter) -> date:
    """The day from which the next disclosure is reckoned: the last one, or the first day of the campaign."""
    assert matter.state is not None, "a campaign that was planned has a state"
    last = matter.state.did("disclose")
    return last.happened if last else _plan(matter).starts


def _emergency(matter: Matter) -> bool:
    assert matter.state is not None, "a filed campaign has a state"
    return _plan(matter).emergency and matter.state.did("calm") is None


@campaign.action(
    "disclose", title="公开募捐情况", by=(CLERK, MANAGER), at=(PREPARING, FILED), form=Account, slot="account"
)
def disclose(matter: Matter, form: Account, judgement: Judgement | None, scene: Scene) -> Outcome:
    """What came in and what became of it was made public; the next time is due from today."""
    known, stage = _plan(matter), stage_of(matter)
    if scene.happened < known.starts:
        raise BadInput(f"募捐从 {known.starts} 开始，还没有可以公开的", where="period")
    if stage == PREPARING and not known.emergency:
        raise BadInput("还没有备案，不能开展募捐", where="period", cure="先办“登记备案”")
    dues = tuple(_next(known, scene, scene.happened, emergency=_emergency(matter)))
    file_by = tuple(each for each in with_due(matter) if each.what == "file")
    return to(stage, due=(*file_by, *dues))


@campaign.action(
    "calm",
    title="应急处置与救援阶段结束",
    by=MANAGER,
    at=FILED,
    form=Why,
    slot="calm",
    when=lambda state: bool(state.facts["plan"].get("emergency")) and state.did("calm") is None,
)
def calm(matter: Matter, form: Why, judgement: Judgement | None, scene: Scene) -> Outcome:
    """The emergency is over: what is due is due as in any campaign."""
    if not _emergency(matter):
        raise BadInput("这次募捐不在应急阶段", where="stage")
    return to(FILED, due=tuple(_next(_plan(matter), scene, _disclosed(matter), emergency=False)))


@campaign.action(
    "disclose_whole",
    title="全面公开募捐情况",
    by=(CLERK, MANAGER),
    at=FILED,
    form=Account,
    slot="whole_account",
)
def disclose_whole(matter: Matter, form: Account, judgement: Judgement | None, scene: Scene) -> Outcome:
    """After the last day everything is made public, in full and in detail."""
    if scene.happened <= _plan(matter).ends:
        raise BadInput(f"募捐到 {_plan(matter).ends} 才结束", where="period", cure="先办“公开募捐情况”")
    return to(DISCLOSED)


@campaign.action("void", title="作废", by=MANAGER, at=(PREPARING, RETURNED), form=Why, slot="void")
def void(matter: Matter, form: Why, judgement: Judgement | None, scene: Scene) -> Outcome:
    """A campaign that will not be is given up before it is filed."""
    known = stage_of(matter).id == PREPARING.id
    return to(VOID, entries=(EntryChange(CAMPAIGNS, matter.id, {}),) if known else ())
