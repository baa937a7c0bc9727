"""How 崇川 deliberates: by the reach of an issue, with all stakeholders, deciding, doing and watching kept apart."""

from __future__ import annotations

from collections.abc import Iterable

from linli.findings import Finding, not_applicable, refuse, require, satisfied, set_term
from linli.places import Level
from linli.plugins import hook
from linli.rules import Given, Rule, rule
from linli_bodies import kind_of, place_of
from linli_bodies.kinds import TITLES
from linli_chongchuan.sources import ACCOUNT
from linli_deliberation import FORUM, CaseKind, Choice, Opening, Round, Stakeholder, forums, kinds_among

REACH = ACCOUNT.article(
    "",
    "涉及社区全体居民利益的项目一般需党群议事会研究讨论",
    gist="涉及全体居民的由党群议事会议，一个小区或更小的由邻里理事会主持",
)
STAKEHOLDERS = ACCOUNT.article(
    "",
    "居委会、物业公司、业委会、社会组织、居民、企业和商户的协商机制",
    gist="党组织、居委会、物业、业委会、社会组织、居民、企业、商户共同协商",
)
APART = ACCOUNT.article("", "社区决策、执行、监督机制", gist="决策、执行、监督由不同的主体承担")
COUNCIL = ACCOUNT.article(
    "", "邻里理事会要牵头协调处理小区事务", gist="邻里理事会处理本邻里的事务，调解纠纷，评议物业"
)

MASS_COUNCIL, NEIGHBOURHOOD_COUNCIL = "party_mass_council", "neighbourhood_council"
COUNCILS_HERE = forums("chongchuan.councils", "这里的议事机构", (NEIGHBOURHOOD_COUNCIL, MASS_COUNCIL))
OF_A_COUNCIL = (CaseKind.MEDIATION, CaseKind.PROPERTY_APPRAISAL, CaseKind.PROJECT)
EIGHT = (
    Stakeholder.PARTY,
    Stakeholder.COMMITTEE,
    Stakeholder.PROPERTY_FIRM,
    Stakeholder.OWNERS_COMMITTEE,
    Stakeholder.ORGANIZATION,
    Stakeholder.RESIDENTS,
    Stakeholder.FIRM,
    Stakeholder.SHOP,
)


@rule(
    "consultation.raise",
    title="全社区的事党群议事会议，小区的事邻里理事会议",
    cites=REACH,
    uses=(COUNCILS_HERE,),
)
def issues_go_by_their_reach(opening: Opening, given: Given) -> Finding:
    """What lies within one neighbourhood goes to its council; what reaches further to the party-mass council."""
    within = opening.smallest not in (Level.COMMUNITY, Level.STREET, Level.DISTRICT)
    wanted = NEIGHBOURHOOD_COUNCIL if within else MASS_COUNCIL
    found = next((key for key in given[COUNCILS_HERE] if kind_of(key) == wanted), None)
    if found is None:
        return require(f"这里还没有登记{TITLES[wanted]}", f"先登记{TITLES[wanted]}")
    reach = "在一个邻里以内" if within else "涉及全社区"
    return set_term(FORUM, found, f"事情{reach}，由{TITLES[wanted]}议")


@rule("consultation.raise", title="邻里理事会只管本邻里的事", cites=COUNCIL)
def a_council_keeps_to_its_own(opening: Opening, given: Given) -> Finding:
    """A council opens mediation, appraisal of property service and projects, for its own neighbourhood only."""
    convener = opening.raised.convener
    if kind_of(convener) != NEIGHBOURHOOD_COUNCIL:
        return not_applicable()
    if place_of(convener) not in [unit.code for unit in opening.path]:
        return refuse("这件事不在这个邻里以内", "由事情所在的邻里理事会召集，或者由居委会召集")
    if opening.raised.kind not in OF_A_COUNCIL:
        kinds = "、".join(kind.title for kind in OF_A_COUNCIL)
        return refuse(f"邻里理事会不受理“{opening.raised.kind.title}”", f"邻里理事会可以办：{kinds}")
    return satisfied("是本邻里的事")


@rule("consultation.discuss", title="登记八类利益相关方请了谁、来了谁", cites=STAKEHOLDERS)
def eight_stakeholders_are_listed(facts: Round, given: Given) -> Finding:
    """A session of the party-mass council says of each of the eight kinds whether it was invited and came."""
    if kind_of(facts.discussed.forum) != MASS_COUNCIL:
        return not_applicable()
    invited = kinds_among(facts.discussed.invited)
    missing = [kind.title for kind in EIGHT if kind not in invited]
    if missing:
        return require(f"没有登记{'、'.join(missing)}", "八类各方逐一登记：请了谁、来没来")
    came = kinds_among(facts.discussed.invited, came=True)
    absent = [kind.title for kind in EIGHT if kind not in came]
    return satisfied("八类都已邀请" + (f"，没有到会的：{'、'.join(absent)}" if absent else "，都到会了"))


@rule("consultation.discuss", title="在该议的机构议", cites=REACH)
def it_is_discussed_where_it_belongs(facts: Round, given: Given) -> Finding:
    """An issue is discussed in the council that its reach leads to."""
    if not facts.forum:
        return not_applicable()
    if facts.discussed.forum != facts.forum:
        return refuse(f"这件事由{TITLES[kind_of(facts.forum)]}议", "在规定的议事机构议")
    return satisfied()


@rule("consultation.decide", title="决策、执行、监督不能是同一个组织", cites=APART)
def deciding_doing_and_watching_are_apart(choice: Choice, given: Given) -> Finding:
    """The same body is not decider, executor and supervisor of one project."""
    decision = choice.decision
    named = (decision.decider.strip(), decision.executor.strip(), decision.supervisor.strip())
    if not all(named):
        return require("决策、执行、监督没有写全", "分别写明由谁决定、由谁执行、由谁监督")
    if len(set(named)) < len(named):
        twice = next(name for name in named if named.count(name) > 1)
        title = TITLES.get(kind_of(twice), twice)
        return refuse(f"{title}在决策、执行、监督里占了两项", "分别由不同的组织承担")
    return satisfied("决策、执行、监督是三个不同的组织")


RULES = (
    issues_go_by_their_reach,
    a_council_keeps_to_its_own,
    eight_stakeholders_are_listed,
    it_is_discussed_where_it_belongs,
    deciding_doing_and_watching_are_apart,
)


@hook
def deliberation_rules() -> Iterable[Rule]:
    """The rules of deliberation by reach."""
    return RULES
