"""What Beijing's account and regulations say of bodies: 一委三会一站, its layers, the chain to households, 四位一体.

The account tells of about 2009; its frame counts until the law of 2026, which adds a supervision committee and lets the
residents' assembly delegate. The name 六层联动 has seven layers: layers are rows, and a name is no count.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from msgspec import structs

from linli.findings import Finding, not_applicable, refuse, satisfied
from linli.plugins import hook
from linli.rules import HAPPENED, Given, Rule, rule
from linli_beijing.sources import ACCOUNT, BEIJING, COMMITTEE_MEASURES_1991, PROPERTY_REGULATION_2020
from linli_bodies import BodyKind, Frame, FrameRow, Power, Sort, kind_of
from linli_bodies.balloting import ElectionType, NominationAt, Nominator
from linli_bodies.duties import DutyAt
from linli_bodies.founding import FoundingAt
from linli_bodies.kinds import (
    BUILDING_HEAD,
    COMMUNITY_CONSULTATIVE_ASSEMBLY,
    ELECTION_COMMITTEE,
    JOINT_BRANCH,
    LANE_HEAD,
    PROPERTY_MANAGEMENT_COMMITTEE,
    RESIDENTS_ASSEMBLY_STANDING,
    SECTOR_DIRECTOR,
    SERVICE_STATION,
    SOCIAL_ORGANIZATIONS,
    STAKEHOLDERS,
    TITLES,
    VOLUNTEER_TEAM,
)
from linli_bodies.taking import TakingAt

LAYERS = ACCOUNT.article(
    "", "一委三會一站、五位一體、六層聯動", gist="一委、三会、一站五个组织，七个层面分工"
)
FOUR = ACCOUNT.article(
    "", "“四位一體”的共建機制", gist="社区党委领导下，党组织、居委会、业委会、物业共同承担责任"
)
JOINT = ACCOUNT.article("", "聯合黨支部", gist="居民党员、流动党员和物业在职党员组成联合党支部")
CHAIN = ACCOUNT.article("", "居民自治組織網絡", gist="从居民会议到居民家庭的自治组织网络")
MEMBERS = ACCOUNT.article("", "由社區居民會議常務會成員", gist="社区代表会议由四类成员组成")
STATION = ACCOUNT.article("", "設立社區服務站", gist="设立社区服务站，居委会与服务站职能分开")
NOMINATION_1991 = COMMITTEE_MEASURES_1991.article(
    13, "十人以上联合提名", gist="候选人由十名选民或者五名户代表联名提名"
)
# These hold for elections under the earlier law; from 2026 on the law itself lays down the same and more.
LAST_DAY_OF_OLD_LAW = date(2025, 12, 31)

KINDS = (
    SERVICE_STATION.by(STATION, title="社区服务站", does="办理公共服务"),
    COMMUNITY_CONSULTATIVE_ASSEMBLY.by(
        MEMBERS,
        sorts=(Sort.STANDING_MEMBER, Sort.UNIT, Sort.ORGANIZATION, Sort.FLOATING),
        does="民主议事协商、民主监督，可以提建议，不作决定",
    ),
    RESIDENTS_ASSEMBLY_STANDING.by(CHAIN),
    SOCIAL_ORGANIZATIONS.by(LAYERS),
    STAKEHOLDERS.by(LAYERS, title="社区单位和居民"),
    JOINT_BRANCH.by(JOINT),
    # The chain, each hanging on the one before.
    structs.replace(SECTOR_DIRECTOR.by(CHAIN), hangs_on=("residents_committee",)),
    structs.replace(LANE_HEAD.by(CHAIN), hangs_on=("sector_director",)),
    structs.replace(BUILDING_HEAD.by(CHAIN), hangs_on=("lane_head", "sector_director")),
    structs.replace(VOLUNTEER_TEAM.by(CHAIN), hangs_on=("building_head", "lane_head")),
    ELECTION_COMMITTEE.by(
        COMMITTEE_MEASURES_1991.article(11, "选举领导小组", gist="选举领导小组主持选举"),
        until=LAST_DAY_OF_OLD_LAW,
        title="选举领导小组",
    ),
    PROPERTY_MANAGEMENT_COMMITTEE.by(
        PROPERTY_REGULATION_2020.article(54, "七人以上单数", gist="物管会七人以上单数，业主代表不少于一半")
    ),
)

_LAYERS = (
    FrameRow("领导层", ("party_committee",), (Power.LEAD,)),
    FrameRow("决策层", ("residents_assembly",), (Power.DECIDE,)),
    FrameRow("咨议层", ("community_consultative_assembly",), (Power.ADVISE, Power.SUPERVISE)),
    FrameRow("执行层", ("residents_committee",), (Power.EXECUTE,)),
    FrameRow("公共管理服务层", ("service_station",), (Power.SERVE,)),
    FrameRow("协同层", ("social_organizations",), (Power.ASSIST,), required=False),
    FrameRow("参与层", ("stakeholders",), (Power.PARTICIPATE,), required=False),
)

FRAMES = (
    Frame(
        id="one-three-one",
        title="一委三会一站",
        name="六层联动",
        bodies="五位一体",
        rows=_LAYERS,
        since=ACCOUNT.since,
        place=BEIJING,
        cites=(LAYERS,),
    ),
    Frame(
        id="one-three-one-2026",
        title="一委三会一站（2026年起）",
        name="六层联动",
        rows=(
            *_LAYERS,
            FrameRow(
                "居民代表会议",
                ("representative_assembly",),
                (Power.SUPERVISE,),
                required=False,
                may_be_given=(Power.DECIDE,),
            ),
            FrameRow("监督层", ("affairs_supervision_committee",), (Power.SUPERVISE,)),
        ),
        since=date(2026, 1, 1),
        place=BEIJING,
        cites=(LAYERS,),
    ),
    Frame(
        id="four-in-one",
        title="四位一体（1+3）",
        use="duty",
        rows=(
            FrameRow("社区党组织", ("party_committee",), (Power.LEAD,)),
            FrameRow("居民委员会", ("residents_committee",)),
            FrameRow("业主委员会", ("owners_committee",), stand_in="residents_committee"),
            FrameRow("物业企业", ("property_firm",)),
        ),
        since=ACCOUNT.since,
        place=BEIJING,
        cites=(FOUR,),
    ),
)
PARTIES = tuple(row.kinds[0] for row in FRAMES[-1].rows)


@rule("duty.share", title="四方共同承担责任", cites=FOUR)
def all_four_share(duty: DutyAt, given: Given) -> Finding:
    """Party organisation, residents' committee, owners' committee and property firm bear a duty together."""
    there = {party.kind for party in duty.parties}
    missing = [TITLES[kind] for kind in PARTIES if kind not in there]
    if missing:
        return refuse(f"共同责任缺：{'、'.join(missing)}", cure="四方都要列上，没有成立的空着、由居委会代行")
    return satisfied()


@rule(
    "body.establish",
    title="物业管理委员会的人数",
    cites=PROPERTY_REGULATION_2020.article(
        54, "七人以上单数", gist="物管会七人以上单数，业主代表不少于二分之一"
    ),
)
def property_committees_are_odd_and_half_owners(founding: FoundingAt, given: Given) -> Finding:
    """Seven or more members, an odd number, at least half of them owners' representatives."""
    if founding.kind != "property_management_committee":
        return not_applicable()
    count = founding.seat_count
    if count < 7 or count % 2 == 0:
        return refuse(f"物管会由七人以上单数组成，填了 {count} 人", cure="改为七人以上的单数")
    owners = sum(plan.count for plan in founding.seats if plan.sort is Sort.OWNER)
    if owners * 2 < count:
        return refuse(f"{count} 人中业主代表 {owners} 人，不到一半", cure="增加业主代表")
    return satisfied()


@rule(
    "seat.fill",
    title="物业管理委员会的主任",
    cites=PROPERTY_REGULATION_2020.article(54, "物业管理委员会主任由居民委员会", gist="主任由居委会代表担任"),
)
def the_residents_committee_chairs(taking: TakingAt, given: Given) -> Finding:
    """The chair of a property management committee is the residents' committee's."""
    if taking.kind != "property_management_committee" or taking.seat != 1:
        return not_applicable()
    if taking.sort is not Sort.COMMITTEE:
        return refuse("物管会主任由居委会代表担任", cure="由居委会派代表担任主任")
    return satisfied()


@rule(
    "election.nominate",
    title="谁可以提名（2026年以前）",
    cites=NOMINATION_1991,
    until=LAST_DAY_OF_OLD_LAW,
    governed_by=HAPPENED,
)
def ten_voters_or_five_households(nomination: NominationAt, given: Given) -> Finding:
    """Ten voters, or five household representatives where households elect, put a candidate forward."""
    if kind_of(nomination.body) != "residents_committee":
        return not_applicable()
    if nomination.by is Nominator.PARTY:
        return refuse("当时的办法由选民或者户代表联名提名", cure="由十名选民或者五名户代表联名")
    least = 5 if nomination.type is ElectionType.HOUSEHOLDS else 10
    if nomination.signers < least:
        return refuse(
            f"{nomination.signers} 人联名，要 {least} 人以上", cure=f"还差 {least - nomination.signers} 人"
        )
    return satisfied()


RULES = (
    all_four_share,
    property_committees_are_odd_and_half_owners,
    the_residents_committee_chairs,
    ten_voters_or_five_households,
)


@hook
def bodies_kinds() -> Iterable[BodyKind]:
    """Bring the bodies of the account, the chain to every household, and the committee of the property regulation."""
    return KINDS


@hook
def bodies_frames() -> Iterable[Frame]:
    """Bring the frame of the account, that of 2026, and those who bear a duty together."""
    return FRAMES


@hook
def bodies_rules() -> Iterable[Rule]:
    """Register the rules on bodies."""
    return RULES
