"""Figures of Beijing: which street is itself a community, with which systems; two periods of 西城 as examples."""

from __future__ import annotations

from datetime import date

from linli.access import NOTICE_WORKING_DAYS, REVIEW_WORKING_DAYS
from linli.parameters import Bound, Parameter
from linli_beijing.sources import BEIJING, LUGU, LUGU_ACCOUNT, XICHENG, XICHENG_ACCESS_2018

STREET_LEVEL_COMMUNITY: Parameter[bool] = Parameter(
    "beijing.street_level_community", "街道层级的社区", bool, Bound.DEFAULT
)
STREET_LEVEL_SYSTEMS: Parameter[tuple[str, ...]] = Parameter(
    "beijing.street_level_systems", "街道层级社区的体系", tuple, Bound.DEFAULT
)

REPORTED_2018 = XICHENG_ACCESS_2018.article("", gist="提前30个工作日书面申请，15个工作日内作出决定")

PARAMETERS = (
    STREET_LEVEL_COMMUNITY,
    STREET_LEVEL_SYSTEMS,
    STREET_LEVEL_COMMUNITY.at(BEIJING, False, since=date(1990, 1, 1), example=True),
    STREET_LEVEL_COMMUNITY.at(
        LUGU,
        True,
        since=date(2003, 7, 18),
        cites=LUGU_ACCOUNT.article("", "第一個街道層級的社區", gist="鲁谷社区是街道层级的社区"),
    ),
    STREET_LEVEL_SYSTEMS.at(BEIJING, (), since=date(1990, 1, 1), example=True),
    STREET_LEVEL_SYSTEMS.at(
        LUGU,
        ("社区党工委", "社区行政事务管理中心", "社区代表会议及其委员会"),
        since=date(2003, 7, 18),
        cites=LUGU_ACCOUNT.article("", "構建三個體系", gist="党的核心、行政事务管理机构、自治工作体系"),
    ),
    NOTICE_WORKING_DAYS.at(XICHENG, 30, since=date(2018, 7, 25), cites=REPORTED_2018, example=True),
    REVIEW_WORKING_DAYS.at(XICHENG, 15, since=date(2018, 7, 25), cites=REPORTED_2018, example=True),
)
