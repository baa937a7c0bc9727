"""What Beijing says of compacts: filed with the street, and a parking compact belongs to a parking committee.

Hooks of the plugin ``beijing`` for the practice of compacts.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from linli.citations import Rank, Source
from linli.findings import Finding, not_applicable, refuse, satisfied
from linli.plugins import hook
from linli.rules import HAPPENED, Given, Rule, rule
from linli_beijing.sources import BEIJING, COMMITTEE_MEASURES_1991
from linli_compacts import (
    AT_DRAFT,
    AT_FILING,
    COMMITTEE_BODY,
    CompactFacts,
    Kind,
    Nature,
    Office,
)

PARKING_REGULATION = Source(
    "beijing-parking-2018",
    "北京市机动车停车条例",
    Rank.LOCAL_REGULATION,
    since=date(2018, 5, 1),
    place=BEIJING,
    text="北京市机动车停车条例-2024.md",
    note="2018年3月30日通过，2018年5月1日施行，2021年、2024年修正；所存的是2024年的文本",
)
FILED = COMMITTEE_MEASURES_1991.article(
    18, "居民公约须报街道办事处", gist="居民公约要报街道办事处（乡镇政府）备案"
)
SELF_GOVERNED = PARKING_REGULATION.article(
    30, "可以成立停车自治组织", gist="小区停车的自治，由居委会指导下成立的停车自治组织自己管理"
)
PARKING_COMMITTEE = "parking_committee"


@rule(*AT_FILING, title="报街道办事处备案", cites=FILED, governed_by=HAPPENED)
def compact_is_filed_with_the_street(facts: CompactFacts, given: Given) -> Finding:
    """A compact of residents goes to the street's office."""
    if not facts.kind.of_the_whole:
        return not_applicable()
    if facts.office is not Office.STREET:
        return refuse("北京的居民公约要报街道办事处备案", cure="向街道办事处备案")
    return satisfied()


@rule(
    *AT_DRAFT,
    "compact.adopt",
    title="停车自治公约属于一个停车自管会",
    cites=SELF_GOVERNED,
    governed_by=HAPPENED,
    uses=(COMMITTEE_BODY,),
)
def parking_compact_has_its_committee(facts: CompactFacts, given: Given) -> Finding:
    """A parking compact is that of exactly one parking committee, which is there."""
    if facts.kind is not Kind.PARKING or facts.nature is not Nature.COMPACT:
        return not_applicable()
    if not facts.committee:
        return refuse("没有写停车自管会", cure="先成立停车自管会，再填写它在组织名册里的编号")
    body = given[COMMITTEE_BODY]
    if body is None or body.kind != PARKING_COMMITTEE:
        return refuse("组织名册里没有这个停车自管会", cure="先成立停车自管会，再填写它在组织名册里的编号")
    return satisfied(f"属于{body.title}")


@hook
def linli_sources() -> Iterable[Source]:
    """Register the regulation on parking."""
    return [PARKING_REGULATION]


@hook
def compacts_rules() -> Iterable[Rule]:
    """Register the rules of compacts."""
    return [compact_is_filed_with_the_street, parking_compact_has_its_committee]
