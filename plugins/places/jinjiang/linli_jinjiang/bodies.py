"""What Jinjiang's account says of bodies: the secretary in the chair, standing representatives, no cross-posting."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from linli.findings import Finding, Verdict, not_applicable, refuse, require, satisfied, set_term
from linli.parameters import Setting
from linli.plugins import hook
from linli.rules import Given, Rule, rule
from linli_bodies import BodyKind, Manner, asked_bodies, body_key
from linli_bodies.checks import COVERED_LEVELS
from linli_bodies.figures import CARRIES
from linli_bodies.kinds import (
    ASSEMBLY_WORKING_COMMITTEE,
    PARTY_COMMITTEE,
    PARTY_JOINT_MEETING,
    REPRESENTATIVE_ASSEMBLY,
    REPRESENTATIVES_SUPERVISION_COMMITTEE,
    SERVICE_STATION,
)
from linli_bodies.taking import TakingAt
from linli_bodies.vocabulary import POSTS_EVER, POSTS_HELD, THE_TERM
from linli_jinjiang.sources import ACCOUNT, FIRST_STATION, JINJIANG

PARTY = ACCOUNT.article("", "普遍设立社区党委或党总支", gist="社区设党委或党总支，覆盖到院落、楼栋、单元")
CHAIR = ACCOUNT.article("", "由社区党组织书记担任社区居民代表会议工作委员会主任", gist="书记任工作委员会主任")
JOINT_MEETING = ACCOUNT.article("", "建立社区党建工作联席会", gist="建立社区党建工作联席会")
CROSSED = ACCOUNT.article("", "人员交叉任职", gist="党组织、居委会、社工站人员交叉任职，职能界线模糊")
STANDING = ACCOUNT.article("", "社区居民代表常任制", gist="居民代表在一届任期内常任")
EMPLOYED = ACCOUNT.article("", "社区工作站工作人员聘用管理办法", gist="工作站工作人员按聘用办法管理")
WATCHED = ACCOUNT.article("", "在社区居民代表委员会的监督下", gist="社区居民代表委员会监督提案和建议的办结")
STATION = ACCOUNT.article("", "首个社区公共服务站", gist="社区公共服务站承接政务性工作")

COMMITTEE, STATION_KIND, WORKING = "residents_committee", "service_station", "assembly_working_committee"

KINDS = (
    PARTY_COMMITTEE.by(PARTY, until=date(2025, 12, 31), title="社区党委（党总支）"),
    ASSEMBLY_WORKING_COMMITTEE.by(CHAIR),
    PARTY_JOINT_MEETING.by(JOINT_MEETING),
    REPRESENTATIVE_ASSEMBLY.by(STANDING),
    REPRESENTATIVES_SUPERVISION_COMMITTEE.by(WATCHED),
    SERVICE_STATION.by(STATION, since=FIRST_STATION, title="社区公共服务站"),
)

SETTINGS: tuple[Setting[Any], ...] = (
    COVERED_LEVELS.at(JINJIANG, ("courtyard",), since=ACCOUNT.since, cites=PARTY),
)


def _working_committee(taking: TakingAt) -> Sequence[str]:
    return (body_key(taking.body_place, WORKING),)


ITS_WORKING_COMMITTEE = asked_bodies(
    "jinjiang.working_committee", "居民代表会议工作委员会", _working_committee
)


@rule("seat.fill", title="书记任工作委员会主任", cites=CHAIR, uses=(POSTS_HELD,))
def the_secretary_chairs(taking: TakingAt, given: Given) -> Finding:
    """The chair of the working committee of the representatives' meeting is the community party secretary."""
    if taking.kind != WORKING or taking.seat != 1:
        return not_applicable()
    if f"party_committee_head@{taking.body_place}" not in given[POSTS_HELD]:
        return refuse("居民代表会议工作委员会主任由社区党组织书记担任", cure="由在任的社区党组织书记担任")
    return satisfied()


@rule(
    "seat.fill",
    title="书记更换，主任随之更换",
    cites=CHAIR,
    uses=(ITS_WORKING_COMMITTEE,),
    power=Verdict.SATISFIED,
)
def the_chair_goes_with_the_secretary(taking: TakingAt, given: Given) -> Finding:
    """When the secretary changes, the chair of the working committee changes."""
    if taking.kind != "party_committee" or taking.seat != 1:
        return not_applicable()
    bodies = given[ITS_WORKING_COMMITTEE]
    if not bodies:
        return satisfied("这里还没有居民代表会议工作委员会")
    return set_term(CARRIES, bodies, "书记同时担任居民代表会议工作委员会主任")


@rule(
    "seat.fill",
    title="居委会和服务站人员不交叉任职",
    cites=CROSSED,
    uses=(POSTS_HELD, POSTS_EVER),
    revision=2,
    changes=("crossed-posts",),
)
def committee_and_station_stay_apart(taking: TakingAt, given: Given) -> Finding:
    """Nobody sits in a residents' committee and works at a station at the same time.

    The party organisation is not meant: national law lets its leaders sit in the committee.
    """
    other = {COMMITTEE: "station", STATION_KIND: "committee"}.get(taking.kind)
    if other is None or not taking.who:
        return not_applicable()
    title = {"station": "社区公共服务站工作人员", "committee": "居委会成员"}[other]
    if any(post.partition("@")[0] == other for post in given[POSTS_HELD]):
        return refuse(f"现在是{title}，不能交叉任职", cure="先离开原来的岗位")
    if any(post.partition("@")[0] == other for post in given[POSTS_EVER]):
        return satisfied(f"以前是{title}，已经离开")
    return satisfied("没有担任过另一边的岗位")


@rule("seat.fill", title="服务站工作人员要有聘期", cites=EMPLOYED, since=FIRST_STATION)
def station_staff_have_a_term(taking: TakingAt, given: Given) -> Finding:
    """Whoever works at a station has an employment with a last day."""
    if taking.kind != STATION_KIND or not taking.who:
        return not_applicable()
    if taking.manner is not Manner.EMPLOYED:
        return refuse(f"服务站工作人员按聘用办法聘用，不能{taking.manner.title}", cure="产生方式选“聘用”")
    if taking.until is None:
        return require("没有填写聘期的最后一天", cure="填写聘期到哪天")
    return satisfied()


@rule("seat.fill", title="居民代表一届任期内常任", cites=STANDING, uses=(THE_TERM,))
def representatives_stand_for_a_term(taking: TakingAt, given: Given) -> Finding:
    """A representative is elected for a term and acts in every meeting of it."""
    if taking.kind != "representative_assembly":
        return not_applicable()
    if taking.manner not in (Manner.ELECTED, Manner.EX_OFFICIO):
        return refuse(f"居民代表由居民推选，不能{taking.manner.title}", cure="由居民小组推选")
    if taking.until is None and given[THE_TERM] is None:
        return require("没有任期", cure="填写任期到哪天，或先登记这一届的任期")
    return satisfied()


RULES = (
    the_secretary_chairs,
    the_chair_goes_with_the_secretary,
    committee_and_station_stay_apart,
    station_staff_have_a_term,
    representatives_stand_for_a_term,
)


@hook
def linli_parameters() -> Iterable[Setting[Any]]:
    """Say which places a party branch has to cover."""
    return SETTINGS


@hook
def bodies_kinds() -> Iterable[BodyKind]:
    """Bring the bodies of the account."""
    return KINDS


@hook
def bodies_rules() -> Iterable[Rule]:
    """Register who may sit where."""
    return RULES
