"""诉求: what a resident asks for climbs the chain of bodies, hop by hop, until somebody solves it; the trace stays.

Whose it is to deal with (an office that took over another's work, an owners' committee, a property firm) rules say by
terms, each with its article.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from msgspec import Struct, structs

from linli.access.posts import COMMITTEE, STATION, STREET
from linli.errors import BadInput
from linli.forms import INTERNAL, choice, line, number, text
from linli.matters import Matter, State
from linli.posts import RESIDENT
from linli.procedures import Mention, Outcome, Procedure, Scene, Stage, to
from linli.rulebook import Judgement
from linli.terms import Combine, Term
from linli_bodies.judged import stopped
from linli_bodies.kinds import TITLES
from linli_bodies.posts import CONVENER, OWNERS_COMMITTEE, PARTY_ORG, PROPERTY_FIRM
from linli_bodies.registers import BODIES, KEY_LENGTH
from linli_bodies.vocabulary import asked_body, asked_seat

OPEN = Stage("open", "办理中", waits_for=("committee",))
SOLVED = Stage("solved", "已解决", final=True)
REFUSED = Stage("refused", "不能受理", final=True)

HEARERS = (COMMITTEE, STATION, CONVENER, OWNERS_COMMITTEE, PROPERTY_FIRM, PARTY_ORG, STREET)


class Concern(StrEnum):
    """What a demand is about."""

    MAINTENANCE_FUND = "maintenance_fund"
    SERVICE_QUALITY = "service_quality"
    COMMON_PROPERTY = "common_property"
    PARKING = "parking"
    DISPUTE = "dispute"
    FACILITY = "facility"
    SECURITY = "security"
    WELFARE = "welfare"
    INSURANCE = "insurance"
    COMMUNITY_BUILDING = "community_building"
    ORGANIZATIONS = "organizations"
    SOCIAL_WORK = "social_work"
    OTHER = "other"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The label that residents read."""
        return _CONCERN_TITLES[self]


_CONCERN_TITLES = {
    Concern.MAINTENANCE_FUND: "维修资金",
    Concern.SERVICE_QUALITY: "物业服务质量",
    Concern.COMMON_PROPERTY: "业主共有部分",
    Concern.PARKING: "停车",
    Concern.DISPUTE: "邻里纠纷",
    Concern.FACILITY: "公共设施",
    Concern.SECURITY: "治安",
    Concern.WELFARE: "救助和养老",
    Concern.INSURANCE: "社会保险和就业",
    Concern.COMMUNITY_BUILDING: "社区建设",
    Concern.ORGANIZATIONS: "社会组织",
    Concern.SOCIAL_WORK: "社会工作",
    Concern.OTHER: "其他",
}

OWNER: Term[str] = Term("demand.owner", "由谁办理", str, Combine.EXACTLY_ONE, words=TITLES)
APPRAISER: Term[str] = Term("demand.appraiser", "由谁评议", str, Combine.EXACTLY_ONE, words=TITLES)
OFFICE: Term[str] = Term("demand.office", "转到哪个部门", str, Combine.EXACTLY_ONE)


class Demand(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody asks for, of whom (an office, where one is named), and which body hears it first."""

    subject: Annotated[str, line("诉求", max_length=60)]
    concern: Annotated[Concern, choice("关于什么")] = Concern.OTHER
    body: Annotated[
        str, line("先反映到哪里", hint="组织编号，例如楼门院长", max_length=KEY_LENGTH, names=BODIES.id)
    ] = ""
    office: Annotated[str, line("要找的部门", hint="部门编号，可以是原来的部门", max_length=60)] = ""
    details: Annotated[str, text("详细情况", INTERNAL)] = ""


class DemandAt(Demand, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A demand as rules see it."""

    place: Annotated[str, line("地方", max_length=40)] = ""


class Hop(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """It goes one body up the chain, because it could not be solved here."""

    why: Annotated[str, line("为什么上报")]
    source: Annotated[str, line("从哪里", hint="不用填", max_length=60)] = ""
    to: Annotated[str, line("到哪里", hint="不用填", max_length=60)] = ""
    key: Annotated[str, line("组织编号", hint="不用填", max_length=KEY_LENGTH)] = ""


class HopAt(Hop, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A hop with the body from which it starts and the one to which that hangs."""

    body: Annotated[str, line("组织", max_length=KEY_LENGTH, names=BODIES.id)] = ""


class Assignment(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whoever holds a seat is to deal with it."""

    body: Annotated[str, line("组织", hint="组织编号", max_length=KEY_LENGTH, names=BODIES.id)]
    seat: Annotated[int, number("第几个席位", least=1, most=999)]


class Solution(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How it was solved."""

    how: Annotated[str, line("怎样解决")]


HERE = asked_body("demand.here", "现在的组织", lambda facts: facts.body)
ITS_SEAT = asked_seat("demand.its_seat", "席位现况", lambda facts: f"{facts.body}@{facts.seat:03}")


def _lead(state: State, on: date) -> str:
    facts = state.facts.get("demand", {})
    hops = sum(each.action == "climb" for each in state.done)
    climbed = f"，逐级上报了 {hops} 次" if hops else ""
    if state.stage_id == SOLVED.id:
        how = str(state.facts.get("solution", {}).get("how", "")).rstrip("。")
        return f"“{facts.get('subject')}”已经解决{climbed}：{how}。"
    now = state.facts.get("hop", {}).get("to")
    said = f"“{facts.get('subject')}”正在办理{climbed}" + (f"，现在到了{now}" if now else "")
    judged = state.judgements.get("demand.raise")
    owner, appraiser = (judged.term(OWNER, ""), judged.term(APPRAISER, "")) if judged else ("", "")
    if owner:
        said += f"，由{TITLES.get(owner, owner)}负责"
    return said + (f"，由{TITLES.get(appraiser, appraiser)}评议。" if appraiser else "。")


demand = Procedure(
    "demand",
    title="居民诉求",
    stages=(OPEN, SOLVED, REFUSED),
    lead=_lead,
    name=lambda state: str(state.facts.get("demand", {}).get("subject", state.matter)),
    describe="居民的诉求沿着自治组织网络逐级上报，直到有人解决；每一级都有记录。",
    applicants=(RESIDENT, *HEARERS),
    deciders=(STREET,),
    mentions=lambda state: [
        Mention(f"body/{state.facts.get('demand', {}).get('body', '')}", {"title": "居民诉求"})
    ],
)


def _at_its_place(matter: Matter, form: Demand) -> DemandAt:
    return DemandAt(**structs.asdict(form), place=matter.place)


@demand.action(
    "raise",
    title="反映诉求",
    by=(RESIDENT, *HEARERS),
    form=Demand,
    slot="demand",
    judged=True,
    facts=_at_its_place,
    reads=DemandAt,
    uses=(HERE,),
)
def raise_demand(matter: Matter, form: Demand, judgement: Judgement, scene: Scene) -> Outcome:
    """A demand begins where it is heard first."""
    if form.body and scene.given[HERE] is None:
        raise BadInput(f"没有编号为 {form.body} 的组织", where="body")
    return to(REFUSED if stopped(judgement) else OPEN)


def _where(matter: Matter) -> str:
    """The body at which a demand is now."""
    assert matter.state is not None, "a demand that climbs was raised"
    hop = matter.state.facts.get("hop", {})
    return str(hop.get("key") or matter.state.facts["demand"].get("body", ""))


def _hop_at(matter: Matter, form: Hop) -> HopAt:
    return HopAt(**structs.asdict(form), body=_where(matter))


@demand.action(
    "climb", title="上报一级", by=HEARERS, at=OPEN, form=Hop, slot="hop", facts=_hop_at, uses=(HERE,)
)
def climb(matter: Matter, form: Hop, judgement: Judgement | None, scene: Scene) -> Outcome:
    """What cannot be solved here goes to the one body above."""
    here = scene.given[HERE]
    if here is None:
        raise BadInput("没有写明在哪个组织", where="why", cure="反映时写明先到哪里")
    if not here.above:
        raise BadInput(f"{here.title}上面没有组织了", where="why", cure="由它解决，或转交街道办理")
    return to(OPEN, kept={"source": here.title, "to": _titled(here.above), "key": here.above})


def _titled(body: str) -> str:
    return TITLES.get(body.split(":")[1], body) if ":" in body else body


@demand.action(
    "assign",
    title="指定经办席位",
    by=HEARERS,
    at=OPEN,
    form=Assignment,
    slot="assignment",
    judged=True,
    uses=(ITS_SEAT,),
)
def assign(matter: Matter, form: Assignment, judgement: Judgement, scene: Scene) -> Outcome:
    """Whoever holds the seat deals with it; a vacant seat, or one whose term is over, gets no work."""
    held = scene.given[ITS_SEAT]
    if held is None or not held.held(scene.decided):
        raise BadInput(
            f"{form.body} 第 {form.seat} 席没有人在任（任期或聘期已满），不能交办",
            where="seat",
            cure="交给在任的人，或先续聘",
        )
    return to(OPEN)


@demand.action("solve", title="解决", by=HEARERS, at=OPEN, form=Solution, slot="solution")
def solve(matter: Matter, form: Solution, judgement: Judgement | None, scene: Scene) -> Outcome:
    """Somebody along the chain solved it."""
    return to(SOLVED)
