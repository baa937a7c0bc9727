"""What national law says of compacts and charters: who makes them, with how many, what may not stand in them.

Hooks of the plugin ``national`` for the practice of compacts (`linli.plugins.Manifest.extends`). A rule that the law of
2018 and that of 1990 know alike stands once for each text. That of 2026 lets the representatives decide where they were
asked to, and has the party organisation talk it over first.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from linli.citations import NATION, Citation
from linli.findings import Finding, Verdict, not_applicable, refuse, require, review, satisfied, set_term
from linli.parameters import Setting
from linli.plugins import hook
from linli.resolutions import Resolution
from linli.rules import HAPPENED, Given, Rule, rule
from linli.shares import AT_LEAST_TWO_THIRDS, MORE_THAN_HALF, Share
from linli_compacts import (
    ASKED_ON,
    AT_ADOPTION,
    AT_DRAFT,
    AT_REQUEST,
    COMPACT_ASKED,
    CONSULTATION_DAYS,
    COVERED,
    DELEGATION,
    RESOLUTION,
    CompactFacts,
    RequestFacts,
    may_name_someone,
    resolved,
)
from linli_national.earlier import under
from linli_national.sources import (
    PERSONAL_INFORMATION_LAW,
    RESIDENTS_COMMITTEE_LAW_1990,
    RESIDENTS_COMMITTEE_LAW_2018,
    RESIDENTS_COMMITTEE_LAW_2026,
)

ASSEMBLY, REPRESENTATIVES = "residents_assembly", "representative_assembly"
TITLES = {ASSEMBLY: "居民会议", REPRESENTATIVES: "居民代表会议"}

MADE_1990 = RESIDENTS_COMMITTEE_LAW_1990.article(15, gist="居民公约由居民会议讨论制定，报区或街道备案")
MADE_2018 = RESIDENTS_COMMITTEE_LAW_2018.article(
    15, "居民公约由居民会议讨论制定", gist="居民公约由居民会议讨论制定，报区或街道备案"
)
MADE_2026 = RESIDENTS_COMMITTEE_LAW_2026.article(
    30,
    "居民会议制定或者修改居民自治章程、居民公约",
    gist="自治章程和居民公约由居民会议制定或修改，可以授权居民代表会议",
)
QUORUM_1990 = RESIDENTS_COMMITTEE_LAW_1990.article(9, gist="过半数出席才能开会，出席人过半数才能通过")
QUORUM_2018 = RESIDENTS_COMMITTEE_LAW_2018.article(
    9, "的过半数出席，才能举行", gist="居民会议要过半数出席，决定要出席人过半数通过"
)
QUORUM_2026 = RESIDENTS_COMMITTEE_LAW_2026.article(
    27, "应当经到会人员的过半数通过", gist="居民会议要过半数参加，决定要到会人过半数通过"
)
REPRESENTATIVES_2026 = RESIDENTS_COMMITTEE_LAW_2026.article(
    29, "应当有三分之二以上的组成人员参加方可召开", gist="居民代表会议要三分之二以上到会，到会过半数通过"
)
PARTY_FIRST = RESIDENTS_COMMITTEE_LAW_2026.article(
    30, "应当先经社区党组织研究讨论", gist="由居民会议或居民代表会议决定的重要事项，先经社区党组织研究讨论"
)
CONTENT_1990 = RESIDENTS_COMMITTEE_LAW_1990.article(15, gist="居民公约不得与宪法、法律、法规和国家政策抵触")
CONTENT_2018 = RESIDENTS_COMMITTEE_LAW_2018.article(
    15, "不得与宪法、法律、法规和国家的政策相抵触", gist="居民公约不得与宪法、法律、法规和国家政策抵触"
)
CONTENT_2026 = RESIDENTS_COMMITTEE_LAW_2026.article(
    31,
    "不得有侵犯居民的人身权利、民主权利和财产权利的内容",
    gist="章程和公约不得违反法律法规和公序良俗，不得侵犯居民的人身、民主和财产权利",
)
OBEYED_1990 = RESIDENTS_COMMITTEE_LAW_1990.article(15, gist="居民应当遵守居民公约，由居委会监督执行")
OBEYED_2018 = RESIDENTS_COMMITTEE_LAW_2018.article(
    15, "居民应当遵守居民会议的决议和居民公约", gist="居民应当遵守居民公约，由居委会监督执行"
)
OBEYED_2026 = RESIDENTS_COMMITTEE_LAW_2026.article(
    11, "组织实施居民自治章程、居民公约", gist="居委会组织实施自治章程和居民公约"
)
CONSENT = PERSONAL_INFORMATION_LAW.article(13, "取得个人的同意", gist="处理个人信息要有本人同意或法定理由")

# Words of what only a law may order, or nobody. They say where a person has to look, and decide nothing.
FORBIDDEN_WORDS = ("罚款", "没收", "扣押", "拘", "停水", "停电", "断水", "断电", "驱逐", "开除", "不得投诉")


def _by_assembly(facts: CompactFacts, resolution: Resolution | None) -> Finding:
    """The law of 1990 and that of 2018: nobody but the residents' assembly."""
    if not facts.kind.of_the_whole:
        return not_applicable("小区、胡同、院落的公约，这部法律没有规定由谁通过")
    wrong = resolved(facts, resolution)
    if wrong is not None or resolution is None:
        return wrong or refuse("没有决议")
    if resolution.body_kind != ASSEMBLY:
        return refuse(
            f"{facts.kind.title}要由居民会议制定，{resolution.body}不能通过", cure="召集居民会议讨论通过"
        )
    return satisfied(f"由{resolution.body}通过")


@rule(*AT_ADOPTION, title="公约由居民会议制定", cites=MADE_2018, governed_by=HAPPENED, uses=(RESOLUTION,))
def residents_assembly_makes_it(facts: CompactFacts, given: Given) -> Finding:
    """A charter and a community's compact are made by the residents' assembly."""
    return _by_assembly(facts, given[RESOLUTION])


@rule(
    *AT_ADOPTION,
    title="公约由居民会议制定，或由它授权",
    cites=MADE_2026,
    governed_by=HAPPENED,
    uses=(RESOLUTION, DELEGATION),
)
def residents_assembly_makes_or_delegates_it(facts: CompactFacts, given: Given) -> Finding:
    """From 2026 the residents' assembly may leave it to the representatives, by a resolution that stands."""
    resolution = given[RESOLUTION]
    if resolution is None or resolution.body_kind != REPRESENTATIVES or not facts.kind.of_the_whole:
        return _by_assembly(facts, resolution)
    wrong = resolved(facts, resolution)
    if wrong is not None:
        return wrong
    if resolution.decided < RESIDENTS_COMMITTEE_LAW_2026.since:
        return refuse("2026年1月1日以前，居民代表会议不能通过公约", cure="召集居民会议讨论通过")
    delegation = given[DELEGATION]
    if delegation is None:
        return refuse(
            "居民代表会议通过公约，要有居民会议的授权", cure="填写居民会议授权决议的编号，或召集居民会议"
        )
    if delegation.body_kind != ASSEMBLY or not delegation.stands or delegation.place != facts.place:
        return refuse("授权决议不是本社区居民会议的有效决议", cure="填写居民会议授权决议的编号")
    if delegation.decided > resolution.decided:
        return refuse("授权在通过之后", cure="先由居民会议授权，再由居民代表会议通过")
    return satisfied(f"居民会议{delegation.decided.isoformat()}授权，由{resolution.body}通过")


def _enough(facts: CompactFacts, resolution: Resolution | None, quorums: dict[str, Share]) -> Finding:
    """Whether enough came and enough of them agreed, by the body that decided."""
    if resolution is None or resolution.body_kind not in quorums:
        return not_applicable()
    quorum, body = quorums[resolution.body_kind], TITLES[resolution.body_kind]
    base, present, agreed = resolution.base, resolution.present, resolution.votes_for
    if not base or present > base or agreed > present:
        return refuse(
            f"{body}的决议人数对不上：应到 {base}，实到 {present}，同意 {agreed}",
            cure="核对会议记录后重新登记决议",
        )
    if not quorum.met(present, base):
        return refuse(
            f"{body}应到 {base} {resolution.unit}，实到 {present} {resolution.unit}，不到{quorum.say()}",
            cure=f"至少 {quorum.least(base)} {resolution.unit}到会，重新表决",
        )
    if not present or not MORE_THAN_HALF.met(agreed, present):
        return refuse(
            f"到会 {present} {resolution.unit}，同意 {agreed} {resolution.unit}，没有过半数",
            cure="修改后重新表决",
        )
    return satisfied(f"应到 {base}，实到 {present}，同意 {agreed}")


@rule(*AT_ADOPTION, title="到会和同意都过半数", cites=QUORUM_2018, governed_by=HAPPENED, uses=(RESOLUTION,))
def enough_residents_decided(facts: CompactFacts, given: Given) -> Finding:
    """More than half of those entitled come, and more than half of those who came agree."""
    return _enough(facts, given[RESOLUTION], {ASSEMBLY: MORE_THAN_HALF})


@rule(
    *AT_ADOPTION,
    title="到会和同意的人数够",
    cites=(QUORUM_2026, REPRESENTATIVES_2026),
    governed_by=HAPPENED,
    uses=(RESOLUTION,),
)
def enough_residents_or_representatives_decided(facts: CompactFacts, given: Given) -> Finding:
    """An assembly needs more than half of the residents, the representatives two thirds of their members."""
    return _enough(facts, given[RESOLUTION], {ASSEMBLY: MORE_THAN_HALF, REPRESENTATIVES: AT_LEAST_TWO_THIRDS})


@rule(
    *AT_ADOPTION, title="先经社区党组织研究讨论", cites=PARTY_FIRST, governed_by=HAPPENED, uses=(RESOLUTION,)
)
def party_organisation_discusses_first(facts: CompactFacts, given: Given) -> Finding:
    """What the assemblies decide is first talked over by the party organisation of the community."""
    resolution = given[RESOLUTION]
    if not facts.kind.of_the_whole or resolution is None:
        return not_applicable()
    if resolution.decided < RESIDENTS_COMMITTEE_LAW_2026.since:
        return not_applicable("会议在2026年1月1日以前")
    if facts.discussed is None:
        return require("没有写社区党组织哪天研究讨论", cure="填写研究讨论的日期")
    if facts.discussed > resolution.decided:
        return refuse("社区党组织在会议之后才研究讨论", cure="先研究讨论，再提交会议决定")
    return satisfied()


def _word_found(facts: CompactFacts) -> tuple[str, str] | None:
    """The first clause with a word of what a compact cannot order, and the word."""
    for clause in facts.clauses:
        word = next((word for word in FORBIDDEN_WORDS if word in clause.text), None)
        if word is not None:
            return clause.topic, word
    return None


def _within_the_law(facts: CompactFacts) -> Finding:
    found = _word_found(facts)
    if found is None:
        return satisfied()
    topic, word = found
    return review(
        f"“{topic}”里有“{word}”：公约不能规定只有法律才能规定的处罚和强制", cure="改成劝导、协商或者依法处理"
    )


@rule(*AT_DRAFT, title="不抵触法律法规", cites=CONTENT_2018, governed_by=HAPPENED, power=Verdict.REVIEW)
def nothing_against_the_law(facts: CompactFacts, given: Given) -> Finding:
    """A person looks at a clause that orders what a compact cannot order."""
    return _within_the_law(facts)


@rule(
    *AT_DRAFT, title="不违法、不侵犯居民权利", cites=CONTENT_2026, governed_by=HAPPENED, power=Verdict.REVIEW
)
def nothing_against_the_law_or_rights(facts: CompactFacts, given: Given) -> Finding:
    """A person looks at a clause that orders what a compact cannot order."""
    return _within_the_law(facts)


@rule(*AT_DRAFT, title="不公布任何人的姓名", cites=CONSENT, governed_by=HAPPENED, power=Verdict.REVIEW)
def nobody_is_named(facts: CompactFacts, given: Given) -> Finding:
    """A person looks at a clause that seems to name somebody; the clause is told, the name is not repeated."""
    topics = [clause.topic for clause in facts.clauses if may_name_someone(clause.text)]
    if topics:
        return review(
            f"{'、'.join(f'“{topic}”' for topic in topics)}里像是写了人名", cure="改写成职务或“居民”"
        )
    return satisfied()


def _covered(facts: RequestFacts, given: Given) -> Finding:
    compact = given[COMPACT_ASKED]
    if compact is None:
        return refuse("公约名册里没有这一份", cure="核对公约编号")
    if not compact.holds(given[ASKED_ON]):
        return refuse(f"《{compact.title}》这一天没有施行", cure="等它施行以后再申请")
    if compact.covers(facts.vehicle):
        return set_term(COVERED, "covered", f"《{compact.title}》管到{facts.vehicle.title}")
    return set_term(
        COVERED,
        "no_rule",
        f"《{compact.title}》没有规定{facts.vehicle.title}，只管{compact.vehicles or '别的事'}",
    )


@rule(
    *AT_REQUEST,
    title="按施行中的公约办",
    cites=OBEYED_2018,
    governed_by=HAPPENED,
    uses=(COMPACT_ASKED, ASKED_ON),
)
def compact_in_force_covers_it(facts: RequestFacts, given: Given) -> Finding:
    """What is asked for under a compact is answered by what it says; on the rest it has no rule."""
    return _covered(facts, given)


@rule(
    *AT_REQUEST,
    title="居委会按施行中的公约办",
    cites=OBEYED_2026,
    governed_by=HAPPENED,
    uses=(COMPACT_ASKED, ASKED_ON),
)
def committee_goes_by_the_compact_in_force(facts: RequestFacts, given: Given) -> Finding:
    """What is asked for under a compact is answered by what it says; on the rest it has no rule."""
    return _covered(facts, given)


def _in_both(made: Rule, cites: Citation) -> tuple[Rule, Rule]:
    """A rule by the text of 2018, and as the text of 1990 had it."""
    return made, under(made, cites, "1990")


RULES = (
    *_in_both(residents_assembly_makes_it, MADE_1990),
    residents_assembly_makes_or_delegates_it,
    *_in_both(enough_residents_decided, QUORUM_1990),
    enough_residents_or_representatives_decided,
    party_organisation_discusses_first,
    *_in_both(nothing_against_the_law, CONTENT_1990),
    nothing_against_the_law_or_rights,
    nobody_is_named,
    *_in_both(compact_in_force_covers_it, OBEYED_1990),
    committee_goes_by_the_compact_in_force,
)


@hook
def linli_parameters() -> Iterable[Setting[Any]]:
    """How long residents are asked, as an example: no text says it."""
    return [CONSULTATION_DAYS.at(NATION, 7, since=date(1990, 1, 1), example=True)]


@hook
def compacts_rules() -> Iterable[Rule]:
    """Register the rules of compacts."""
    return RULES
