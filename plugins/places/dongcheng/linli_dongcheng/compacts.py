"""公约在东城: what a courtyard's and a self-management compact speak of, and who agrees on those of small units.

Hooks of the plugin ``dongcheng`` for the practice of compacts. The account tells what the residents of two courtyards
wrote down; here these are what a text of the kind has to have.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from importlib import resources
from typing import Any

from linli.findings import Finding, not_applicable, refuse, satisfied
from linli.parameters import Setting
from linli.places import Level, Place
from linli.plugins import hook
from linli.rules import HAPPENED, Given, Rule, rule
from linli_compacts import (
    AT_ADOPTION,
    AT_TEXT,
    RESOLUTION,
    SMALL_BODIES,
    TOPICS,
    CompactFacts,
    Kind,
    Nature,
    complete,
    resolved,
)
from linli_dongcheng.sources import ACCOUNT, DONGCHENG

SELF_MANAGEMENT = ACCOUNT.article(
    "",
    "物業管理方式、業主共同管理的權利和責任、物業的使用和維護以及違約責任等進行了詳細規制",
    gist="自管公约写明性质、人员架构、管理规则、议事规则、物业管理方式、共同管理的权利和责任、使用和维护、违约责任",
)
COURTYARD = ACCOUNT.article(
    "",
    "針對鄰里互助、公共衛生、投放垃圾、參與街道歷史風貌保護工作等方面予以明確約定",
    gist="小院公约约定邻里互助、公共卫生、投放垃圾、参与历史风貌保护四个方面",
)
SMALL_UNITS = ACCOUNT.article(
    "",
    "通過協商制定居民公約和自治章程來保障維護自治成果",
    gist="院落自管会、停车自管会、网格自治小组、邻里服务中心自管会等通过协商制定公约和章程",
)

SELF_MANAGEMENT_TOPICS = (
    "性质",
    "人员架构",
    "管理规则",
    "议事规则",
    "物业管理方式",
    "共同管理的权利和责任",
    "使用和维护",
    "违约责任",
)
COURTYARD_TOPICS = ("邻里互助", "公共卫生", "投放垃圾", "历史风貌保护")
# Who agrees on the compact of a small unit: the self-governing bodies that the account names, and the assemblies of
# those whom it binds.
WHO_MAY = (
    "grid_self_management_group",
    "owners_assembly",
    "parking_committee",
    "representative_assembly",
    "residents_assembly",
    "self_management_committee",
    "service_centre_committee",
)

PARAMETERS = (
    TOPICS[Kind.SELF_MANAGEMENT].at(
        DONGCHENG, SELF_MANAGEMENT_TOPICS, since=ACCOUNT.since, cites=SELF_MANAGEMENT
    ),
    TOPICS[Kind.COURTYARD].at(DONGCHENG, COURTYARD_TOPICS, since=ACCOUNT.since, cites=COURTYARD),
    SMALL_BODIES.at(DONGCHENG, WHO_MAY, since=ACCOUNT.since, cites=SMALL_UNITS),
)


@rule(
    *AT_TEXT,
    title="自管公约写明八项内容",
    cites=SELF_MANAGEMENT,
    governed_by=HAPPENED,
    uses=(TOPICS[Kind.SELF_MANAGEMENT],),
)
def self_management_compact_is_complete(facts: CompactFacts, given: Given) -> Finding:
    """A self-management compact says how the body is made up, how the place is run, and what a breach leads to."""
    if facts.kind is not Kind.SELF_MANAGEMENT or facts.nature is not Nature.COMPACT:
        return not_applicable()
    topics: tuple[str, ...] = given[TOPICS[Kind.SELF_MANAGEMENT]]
    return complete(facts, topics)


@rule(
    *AT_TEXT,
    title="小院公约就写四个方面",
    cites=COURTYARD,
    governed_by=HAPPENED,
    uses=(TOPICS[Kind.COURTYARD],),
)
def courtyard_compact_keeps_to_its_topics(facts: CompactFacts, given: Given) -> Finding:
    """A courtyard's compact speaks of exactly the four topics, and of each."""
    if facts.kind is not Kind.COURTYARD or facts.nature is not Nature.COMPACT:
        return not_applicable()
    topics: tuple[str, ...] = given[TOPICS[Kind.COURTYARD]]
    return complete(facts, topics, exactly=True)


@rule(
    *AT_ADOPTION,
    title="小单元的公约由它的居民商定",
    cites=SMALL_UNITS,
    governed_by=HAPPENED,
    uses=(RESOLUTION, SMALL_BODIES),
)
def small_compact_is_agreed_by_its_residents(facts: CompactFacts, given: Given) -> Finding:
    """The compact of an estate, a lane, a courtyard or a building is agreed by a body of those whom it binds."""
    if facts.kind.of_the_whole:
        return not_applicable()
    resolution = given[RESOLUTION]
    wrong = resolved(facts, resolution)
    if wrong is not None or resolution is None:
        return wrong or refuse("没有决议")
    if resolution.body_kind not in given[SMALL_BODIES]:
        return refuse(f"{resolution.body}不能通过{facts.kind.title}", cure="由自管会或者业主、居民的会议通过")
    return satisfied(f"由{resolution.body}通过")


RULES = (
    self_management_compact_is_complete,
    courtyard_compact_keeps_to_its_topics,
    small_compact_is_agreed_by_its_residents,
)


@hook
def linli_places() -> Iterable[Place]:
    """Register the courtyards and the building that have compacts of their own."""
    table = resources.files("linli_dongcheng").joinpath("units.csv").read_text("utf-8")
    return [
        Place(row["code"], Level(row["level"]), row["title"], row["parent"], note=row["note"])
        for row in csv.DictReader(table.splitlines())
    ]


@hook
def linli_parameters() -> Iterable[Setting[Any]]:
    """Give the topics and the bodies."""
    return PARAMETERS


@hook
def compacts_rules() -> Iterable[Rule]:
    """Register the rules of compacts."""
    return RULES
