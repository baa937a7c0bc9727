"""What Shangcheng's account says of bodies: the association, what hangs on it, one owner for each function."""

from __future__ import annotations

from collections.abc import Iterable

from linli.findings import Finding, not_applicable, refuse, require, review, satisfied, set_term
from linli.plugins import hook
from linli.rules import Given, Rule, rule
from linli_bodies import BodyKind
from linli_bodies.demands import OFFICE, Concern, DemandAt
from linli_bodies.founding import FoundingAt
from linli_bodies.kinds import (
    AFFAIRS_SUPERVISION_COMMITTEE,
    COMMUNITY_DEVELOPMENT_ASSOCIATION,
    SELF_GOVERNMENT_CARRIER,
    SERVICE_STATION,
)
from linli_bodies.offices import asked_owners
from linli_shangcheng.sources import ACCOUNT

ASSOCIATION = ACCOUNT.article(
    "", "多元主体共同参与的社区发展协会", gist="七类成员组成协会，议事、决策、执行、监督"
)
CARRIERS = ACCOUNT.article("", "单元的居民自治载体", gist="以协会为支点，小区、楼宇、院落设自治载体")
ONE_SECTION = ACCOUNT.article("", "三大业务合而为一", gist="社区建设、社会组织、社会工作由社区建设科统领")
STATION = ACCOUNT.article("", "优化社区公共服务站设置", gist="社区公共服务站，试行一站对多居")
SUPERVISION = ACCOUNT.article("", "居务监督委员会", gist="依托居委会和居务监督委员会监督服务成效")

KINDS = (
    COMMUNITY_DEVELOPMENT_ASSOCIATION.by(ASSOCIATION, does="议事、决策、执行、监督"),
    SELF_GOVERNMENT_CARRIER.by(CARRIERS),
    SERVICE_STATION.by(STATION, title="社区公共服务站"),
    AFFAIRS_SUPERVISION_COMMITTEE.by(SUPERVISION),
)
AREAS = (Concern.COMMUNITY_BUILDING, Concern.ORGANIZATIONS, Concern.SOCIAL_WORK)
AREA_OWNERS = asked_owners("shangcheng.area_owners", "三项业务的责任主体", [f"area-{each}" for each in AREAS])


@rule("body.establish", title="社区发展协会的七类成员", cites=ASSOCIATION)
def associations_have_seven_kinds(founding: FoundingAt, given: Given) -> Finding:
    """A development association has members of seven kinds; which are missing is said."""
    if founding.kind != COMMUNITY_DEVELOPMENT_ASSOCIATION.id:
        return not_applicable()
    missing = [sort.title for sort in COMMUNITY_DEVELOPMENT_ASSOCIATION.sorts if sort not in founding.sorts]
    if missing:
        return require(f"缺少：{'、'.join(missing)}", cure="为每一类成员设席位；暂时没有人的，席位空着")
    return satisfied()


@rule("body.establish", title="自治载体挂在一个协会下", cites=CARRIERS)
def carriers_hang_on_one_association(founding: FoundingAt, given: Given) -> Finding:
    """A carrier of self-government in an estate, a building or a courtyard has one association above it."""
    if founding.kind != SELF_GOVERNMENT_CARRIER.id:
        return not_applicable()
    if not founding.above:
        return refuse("没有写明挂在哪个社区发展协会", cure="填社区发展协会的编号")
    return satisfied()


@rule("demand.raise", title="三项业务一个科室统领", cites=ONE_SECTION, uses=(AREA_OWNERS,))
def one_owner_for_three_areas(demand: DemandAt, given: Given) -> Finding:
    """Community building, organisations and social work have one case owner."""
    if demand.concern not in AREAS:
        return not_applicable()
    named = given[AREA_OWNERS]
    owners = set(named)
    if owners == {""}:
        return require("职责表里没有写明这三项业务由谁负责", cure="在职责表里填写责任主体")
    if len(owners) != 1:
        return review("职责表里这三项业务的责任主体不是同一个", cure="改为同一个科室统领")
    return set_term(OFFICE, owners.pop(), "社区建设、社会组织、社会工作由一个科室统领")


RULES = (associations_have_seven_kinds, carriers_hang_on_one_association, one_owner_for_three_areas)


@hook
def bodies_kinds() -> Iterable[BodyKind]:
    """Bring the bodies of the account."""
    return KINDS


@hook
def bodies_rules() -> Iterable[Rule]:
    """Register who belongs to an association, what hangs on it, and who owns a case."""
    return RULES
