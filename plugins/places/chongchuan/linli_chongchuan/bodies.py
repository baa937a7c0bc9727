"""What Chongchuan's account says of bodies: the older and the later frame, the neighbourhood and its council."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from linli.findings import Finding, Verdict, not_applicable, refuse, satisfied, set_term, set_terms
from linli.places import Level
from linli.plugins import hook
from linli.rules import Given, Rule, rule
from linli_bodies import BodyKind, Frame, FrameRow, Manner, Power
from linli_bodies.demands import APPRAISER, OWNER, Concern, DemandAt
from linli_bodies.kinds import (
    COMMUNITY_OFFICE,
    NEIGHBOURHOOD_COUNCIL,
    PARTY_BRANCH,
    PARTY_GROUP,
    PARTY_MASS_COUNCIL,
    SERVICE_STATION,
)
from linli_bodies.taking import TakingAt
from linli_chongchuan.sources import ACCOUNT, CHONGCHUAN

OLDER = ACCOUNT.article("", "一委一居一站一办", gist="党委、居委会、服务站、办公室的架构")
LATER = ACCOUNT.article("", "邻里自理、街坊共治", gist="以邻里为单元的治理模式")
BRANCH = ACCOUNT.article("", "单元设置党支部或党小组", gist="邻里设党支部或党小组")
COUNCIL = ACCOUNT.article(
    "", "由居民选举或推荐产生的邻里理事会", gist="邻里理事会协调处理小区事务、调解、评议物业"
)
THREE = ACCOUNT.article("", "业委会、物业公司、邻里理事会要各司其职", gist="业委会、物业、邻里理事会各司其职")
MASS = ACCOUNT.article("", "党群议事会和评议会", gist="以邻里为单元设置党群议事会")
# The account gives no day for the older frame; it names it before the later one.
OLDER_SINCE = date(2008, 1, 1)

KINDS = (
    SERVICE_STATION.by(OLDER, since=OLDER_SINCE),
    COMMUNITY_OFFICE.by(OLDER, since=OLDER_SINCE),
    NEIGHBOURHOOD_COUNCIL.by(COUNCIL, does="协调处理小区事务，调解矛盾，评议物业，服务居民"),
    PARTY_BRANCH.by(BRANCH, title="邻里党支部"),
    PARTY_GROUP.by(BRANCH, title="邻里党小组"),
    PARTY_MASS_COUNCIL.by(MASS),
)

FRAMES = (
    Frame(
        id="one-one-one-one",
        title="一委一居一站一办",
        rows=(
            FrameRow("党委", ("party_committee",), (Power.LEAD,)),
            FrameRow("居委会", ("residents_committee",), (Power.EXECUTE,)),
            FrameRow("服务站", ("service_station",), (Power.SERVE,)),
            FrameRow("办公室", ("community_office",), (Power.SERVE,)),
        ),
        since=OLDER_SINCE,
        place=CHONGCHUAN,
        cites=(OLDER,),
    ),
    Frame(
        id="neighbourhoods",
        title="邻里自理、街坊共治",
        rows=(
            FrameRow("党委", ("party_committee",), (Power.LEAD,)),
            FrameRow("居委会", ("residents_committee",), (Power.EXECUTE,)),
            FrameRow("服务站", ("service_station",), (Power.SERVE,)),
            FrameRow("党群议事会", ("party_mass_council",), (Power.ADVISE,), required=False),
        ),
        since=ACCOUNT.since,
        place=CHONGCHUAN,
        cites=(LATER,),
    ),
    Frame(
        id="neighbourhood",
        title="邻里",
        level=Level.NEIGHBOURHOOD,
        rows=(
            FrameRow("党支部或党小组", ("party_branch", "party_group"), (Power.LEAD,)),
            FrameRow("邻里理事会", ("neighbourhood_council",), (Power.DECIDE, Power.EXECUTE)),
        ),
        since=ACCOUNT.since,
        place=CHONGCHUAN,
        cites=(BRANCH, COUNCIL),
    ),
)


@rule("seat.fill", title="邻里理事由本邻里居民选举或推荐", cites=COUNCIL)
def councillors_live_in_the_neighbourhood(taking: TakingAt, given: Given) -> Finding:
    """A neighbourhood council is elected or recommended by the residents of the neighbourhood, out of them."""
    if taking.kind != "neighbourhood_council":
        return not_applicable()
    if not taking.lives_here:
        return refuse("不是本邻里的居民，不能担任邻里理事", cure="从本邻里的居民中选举或推荐")
    if taking.manner not in (Manner.ELECTED, Manner.RECOMMENDED):
        return refuse(f"邻里理事由居民选举或推荐产生，不能{taking.manner.title}", cure="由居民选举或推荐")
    return satisfied()


@rule("demand.raise", title="业委会、物业、邻里理事会各管什么", cites=THREE, power=Verdict.SATISFIED)
def each_of_the_three_has_its_matters(demand: DemandAt, given: Given) -> Finding:
    """An estate's matter belongs to one of the three; the quality of service is appraised by the council."""
    if demand.concern in (Concern.MAINTENANCE_FUND, Concern.COMMON_PROPERTY):
        return set_term(OWNER, "owners_committee", f"{demand.concern.title}由业主共同决定，业委会办理")
    if demand.concern is Concern.SERVICE_QUALITY:
        terms = {OWNER: "property_firm", APPRAISER: "neighbourhood_council"}
        return set_terms(terms, "物业服务质量由物业公司负责，邻里理事会评议")
    if demand.concern in (Concern.DISPUTE, Concern.PARKING):
        return set_term(OWNER, "neighbourhood_council", f"{demand.concern.title}由邻里理事会牵头协调")
    return not_applicable()


RULES = (councillors_live_in_the_neighbourhood, each_of_the_three_has_its_matters)


@hook
def bodies_kinds() -> Iterable[BodyKind]:
    """Bring the bodies of both frames."""
    return KINDS


@hook
def bodies_frames() -> Iterable[Frame]:
    """Bring the older frame, the later one, and that of a neighbourhood."""
    return FRAMES


@hook
def bodies_rules() -> Iterable[Rule]:
    """Register who may sit in a neighbourhood's council, and whose an estate's matters are."""
    return RULES
