"""What Dongcheng's account says of bodies: four roles, standing council, very small bodies, commissioners, offices."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from linli.findings import Finding, Verdict, not_applicable, refuse, require, satisfied, set_term
from linli.parameters import Bound, Parameter, Setting
from linli.places import Level
from linli.plugins import hook
from linli.rules import Given, Rule, rule
from linli_bodies import BodyKind, Frame, FrameRow, Manner, Power, SeatPost
from linli_bodies.checks import MEETING_DAYS
from linli_bodies.demands import OFFICE, DemandAt
from linli_bodies.figures import GROUP_SIZE
from linli_bodies.founding import FoundingAt
from linli_bodies.groups import Division
from linli_bodies.kinds import (
    COMMUNITY_FORUM,
    GRID_FORUM,
    GRID_SELF_MANAGEMENT_GROUP,
    PARKING_COMMITTEE,
    PARTY_MEMBER_PARLOUR,
    REPRESENTATIVE_ASSEMBLY,
    SELF_MANAGEMENT_COMMITTEE,
    SERVICE_CENTRE_COMMITTEE,
    STAKEHOLDERS,
    STANDING_REPRESENTATIVE_COUNCIL,
)
from linli_bodies.offices import THE_OFFICE
from linli_bodies.taking import TakingAt
from linli_bodies.talents import PromotionAt, Tier
from linli_bodies.vocabulary import POSTS_EVER, POSTS_HELD
from linli_dongcheng.sources import ACCOUNT, DONGCHENG

ROLES = ACCOUNT.article("", "以街道工委為領導核心", gist="工委领导、办事处负责、居委会共治载体、各利益方参与")
COUNCIL = ACCOUNT.article("", "產生居民常務委員", gist="居民分组选代表，代表中产生常务委员，定期开会")
MICRO = ACCOUNT.article(
    "", "小微自治組織", gist="院落、停车、网格、邻里服务中心四种小微自治组织，制定自治章程"
)
FORUMS = ACCOUNT.article("", "搭建社區議事廳", gist="社区议事厅、网格议事会、党员会客厅")
COMMISSIONERS = ACCOUNT.article(
    "", "派正科級干部擔任", gist="三个街道试点，派正科级干部任社区专员，指导、协助居委会"
)
UNITS = ACCOUNT.article("", "社保所更名為政務服務中心", gist="六部一队四中心，原有机构并入")
LADDER = ACCOUNT.article("", "三級人才梯隊", gist="居民、社区工作者、专业机构三级人才")

COMMISSIONER = BodyKind(
    id="commissioner",
    title="社区专员",
    head=SeatPost.COMMISSIONER,
    seats=(1, 1),
    does="指导、协助居委会；可以提意见，没有表决权",
).by(COMMISSIONERS)

KINDS = (
    STANDING_REPRESENTATIVE_COUNCIL.by(COUNCIL),
    REPRESENTATIVE_ASSEMBLY.by(COUNCIL),
    SELF_MANAGEMENT_COMMITTEE.by(MICRO),
    PARKING_COMMITTEE.by(MICRO),
    GRID_SELF_MANAGEMENT_GROUP.by(MICRO),
    SERVICE_CENTRE_COMMITTEE.by(MICRO),
    COMMUNITY_FORUM.by(FORUMS),
    GRID_FORUM.by(FORUMS),
    PARTY_MEMBER_PARLOUR.by(FORUMS),
    STAKEHOLDERS.by(ROLES),
    COMMISSIONER,
)
MICRO_KINDS = (
    "self_management_committee",
    "parking_committee",
    "grid_self_management_group",
    "service_centre_committee",
)

FRAMES = (
    Frame(
        id="four-roles",
        title="社区协商共治体系",
        use="roles",
        rows=(
            FrameRow("领导核心", ("street_party_committee",), (Power.LEAD,), level=Level.STREET),
            FrameRow("责任主体", ("street_office",), (Power.EXECUTE,), level=Level.STREET),
            FrameRow("共治载体", ("residents_committee",), (Power.ASSIST,)),
            FrameRow("参与主体", ("stakeholders",), (Power.PARTICIPATE,)),
        ),
        since=ACCOUNT.since,
        place=DONGCHENG,
        cites=(ROLES,),
    ),
)

COMMISSIONER_STREETS: Parameter[tuple[str, ...]] = Parameter(
    "dongcheng.commissioner_streets", "试点社区专员的街道", tuple, Bound.DEFAULT
)
# From the section chief up, as the account has it; ranks below may not be sent.
RANKS = ("正科级", "副处级", "正处级")

PARAMETERS: tuple[Parameter[Any] | Setting[Any], ...] = (
    COMMISSIONER_STREETS,
    COMMISSIONER_STREETS.at(
        DONGCHENG,
        ("110101009000", "110101006000", "110101007000"),
        since=ACCOUNT.since,
        cites=COMMISSIONERS,
    ),
    # The account says that the council meets regularly and that groups are made by headcount: the figures are examples.
    MEETING_DAYS.at(DONGCHENG, ("standing_representative_council 90",), since=ACCOUNT.since, example=True),
    GROUP_SIZE.at(DONGCHENG, 40, since=ACCOUNT.since, example=True),
)


@rule("body.establish", title="小微自治组织要有自治章程", cites=MICRO)
def micro_bodies_have_a_charter(founding: FoundingAt, given: Given) -> Finding:
    """Each of the four kinds of very small bodies carries a charter."""
    if founding.kind not in MICRO_KINDS:
        return not_applicable()
    if not founding.charter:
        return refuse("没有自治章程", cure="先经协商制定自治章程，填它的编号")
    return satisfied()


@rule("grouping.divide", title="每个居民小组的人数", cites=COUNCIL, uses=(GROUP_SIZE,))
def groups_are_small(division: Division, given: Given) -> Finding:
    """Groups are made by headcount, and are no larger than the place says."""
    if division.size > given[GROUP_SIZE]:
        return refuse(
            f"每组 {division.size} 人，最多 {given[GROUP_SIZE]} 人", cure=f"改为 {given[GROUP_SIZE]} 人以内"
        )
    return satisfied()


@rule("seat.fill", title="常务委员从居民代表中产生", cites=COUNCIL, uses=(POSTS_HELD,))
def only_representatives_are_eligible(taking: TakingAt, given: Given) -> Finding:
    """Only elected representatives of residents can be standing members."""
    if taking.kind != "standing_representative_council":
        return not_applicable()
    if f"representative@{taking.body_place}" not in given[POSTS_HELD]:
        return refuse("不是本社区在任的居民代表，不能担任常务委员", cure="从居民代表中产生")
    return satisfied()


@rule("seat.fill", title="社区专员", cites=COMMISSIONERS, uses=(COMMISSIONER_STREETS,))
def commissioners_are_section_chiefs_of_pilot_streets(taking: TakingAt, given: Given) -> Finding:
    """A cadre of the rank of section chief, in a pilot street, sent and without a vote."""
    if taking.kind != COMMISSIONER.id:
        return not_applicable()
    street = f"{taking.body_place[:9]}000"
    if street not in given[COMMISSIONER_STREETS]:
        return refuse("这个街道不在社区专员的试点名单里", cure="等区里扩大试点")
    if taking.rank not in RANKS:
        return refuse(f"社区专员由正科级干部担任，填的职级是“{taking.rank or '没有填'}”", cure="派正科级干部")
    if taking.manner is not Manner.APPOINTED:
        return require("社区专员由街道委派", cure="产生方式选“委派”")
    if taking.votes:
        return require("社区专员在居民的会议上没有表决权", cure="把“有表决权”改为否")
    return satisfied()


@rule("demand.raise", title="原来的机构由谁接手", cites=UNITS, uses=(THE_OFFICE,))
def requests_follow_the_reform(demand: DemandAt, given: Given) -> Finding:
    """What is asked of a unit that was merged goes to the unit that took over its work."""
    if not demand.office:
        return not_applicable()
    office = given[THE_OFFICE]
    if office is None:
        return refuse(f"没有“{demand.office}”这个机构", cure="核对机构名册上的编号")
    if office.into:
        return set_term(OFFICE, office.into, f"{office.title}已并入，转到接手的机构")
    return set_term(OFFICE, office.code, f"由{office.title}办理")


@rule("talent.promote", title="平台运营人才要做过社区工作者", cites=LADDER, uses=(POSTS_EVER,))
def platform_talents_were_workers(promotion: PromotionAt, given: Given) -> Finding:
    """To rise to the second tier somebody has a record of being a community worker."""
    if promotion.to is not Tier.WORKER:
        return not_applicable()
    if not any(
        post.partition("@")[0] in ("station", "committee", "community_worker") for post in given[POSTS_EVER]
    ):
        return refuse("没有社区工作者的任职记录", cure="先在社区工作站或居委会任职，再升级")
    return satisfied()


@rule("talent.promote", title="个人不能升为专业机构", cites=LADDER, power=Verdict.REFUSE)
def people_are_no_institutions(promotion: PromotionAt, given: Given) -> Finding:
    """The third tier is professional bodies that are brought in; nobody rises into it, or falls back."""
    if promotion.to is not Tier.WORKER or promotion.source is not Tier.RESIDENT:
        return refuse("只能从第一层（居民）升到第二层（社区工作者）", cure="专业机构另行列入第三层")
    return satisfied()


RULES = (
    micro_bodies_have_a_charter,
    groups_are_small,
    only_representatives_are_eligible,
    commissioners_are_section_chiefs_of_pilot_streets,
    requests_follow_the_reform,
    platform_talents_were_workers,
    people_are_no_institutions,
)


@hook
def linli_parameters() -> Iterable[Parameter[Any] | Setting[Any]]:
    """Declare the pilot streets, and give the council and the groups their figures."""
    return PARAMETERS


@hook
def bodies_kinds() -> Iterable[BodyKind]:
    """Bring the bodies of the account."""
    return KINDS


@hook
def bodies_frames() -> Iterable[Frame]:
    """Bring the four roles of joint governance."""
    return FRAMES


@hook
def bodies_rules() -> Iterable[Rule]:
    """Register the rules on bodies, commissioners, offices and talents."""
    return RULES
