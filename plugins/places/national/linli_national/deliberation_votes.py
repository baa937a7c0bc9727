"""Quorum, majorities, and whose a matter is to decide: in the exact words of the law of the day of the meeting.

过半数 is more than half; 三分之二以上 is two thirds or more. Owners count heads and areas, both.
"""

from __future__ import annotations

from datetime import date

from msgspec import structs

from linli.citations import NATION, Rank, Source
from linli.findings import Finding, not_applicable, refuse, require, satisfied
from linli.rules import Given, rule
from linli.shares import AT_LEAST_THREE_QUARTERS, AT_LEAST_TWO_THIRDS, MORE_THAN_HALF
from linli_bodies import kind_of
from linli_deliberation import (
    ACT_DAY,
    AT_QUORUM,
    DELEGATED,
    FORWARD_WORKING_DAYS,
    HEARING_NOTICE_DAYS,
    MINUTES_DAYS,
    OF_ALL_RESIDENTS,
    OF_OWNERS,
    PROPOSAL_MONTHS,
    Ballot,
    Basis,
    Conclusion,
    ItemKind,
    Sitting,
    majority,
    majority_of_area,
    quorum,
    quorum_of_area,
)
from linli_national.deliberation_calls import ASSEMBLY, COMMITTEE, REPRESENTATIVES
from linli_national.earlier import under
from linli_national.parameters import BEGINNING
from linli_national.sources import (
    RESIDENTS_COMMITTEE_LAW_1990,
    RESIDENTS_COMMITTEE_LAW_2018,
    RESIDENTS_COMMITTEE_LAW_2026,
)

OWNERS = "owners_assembly"
IN_THE_LAW = (ASSEMBLY, REPRESENTATIVES, COMMITTEE, OWNERS)

CIVIL_CODE_PROPERTY = Source(
    "civil-code-property-2021",
    "民法典（物权编）",
    Rank.LAW,
    since=date(2021, 1, 1),
    text="民法典-物权编.md",
)
RULES_OF_ORDER = Source(
    "deliberation-agreement",
    "社区议事规则",
    Rank.AGREEMENT,
    since=BEGINNING,
    note="示例：法律没有规定到会和通过人数的组织，按自己的议事规则；这里用最常见的写法，各地可以另行约定",
)
OWNERS_TAKE_PART = CIVIL_CODE_PROPERTY.article(
    278, "应当由专有部分面积占比三分之二以上的业主", gist="面积和人数都要三分之二以上的业主参与表决"
)
OWNERS_AGREE = CIVIL_CODE_PROPERTY.article(
    278, "决定前款其他事项", gist="重大事项要参与表决的四分之三以上同意，其他事项过半数"
)
OWN_QUORUM = RULES_OF_ORDER.article("到会和表决", gist="过半数成员到会，到会过半数同意（示例）")

# No national text gives these figures: every one is an example, at the loose end of its bound.
VOTE_SETTINGS = (
    MINUTES_DAYS.at(NATION, 15, since=BEGINNING, example=True),
    PROPOSAL_MONTHS.at(NATION, 6, since=BEGINNING, example=True),
    FORWARD_WORKING_DAYS.at(NATION, 30, since=BEGINNING, example=True),
    HEARING_NOTICE_DAYS.at(NATION, 3, since=BEGINNING, example=True),
)


@rule(
    *AT_QUORUM,
    title="居民会议要有过半数的居民或者户的代表参加",
    cites=RESIDENTS_COMMITTEE_LAW_2026.article(
        27, "或者户的代表的过半数参加", gist="全体十八周岁以上居民或者户的代表过半数参加"
    ),
)
def the_assembly_has_more_than_half(sitting: Sitting, given: Given) -> Finding:
    """More than half of all adults, or of the households by a representative each."""
    if kind_of(sitting.call.body) != ASSEMBLY:
        return not_applicable()
    if sitting.call.basis not in (Basis.ADULTS, Basis.HOUSEHOLDS):
        return refuse(f"居民会议不能按{sitting.call.basis.title}计数", "按十八周岁以上居民，或者按户计数")
    return quorum(sitting, MORE_THAN_HALF)


@rule(
    *AT_QUORUM,
    title="居民会议要有过半数的居民、户的代表或者小组代表出席",
    cites=RESIDENTS_COMMITTEE_LAW_2018.article(
        9, "居民小组选举的代表的过半数出席", gist="全体居民、户的代表或者小组选举的代表过半数出席"
    ),
)
def the_assembly_had_more_than_half(sitting: Sitting, given: Given) -> Finding:
    """Under the earlier texts groups may send two or three delegates each."""
    if kind_of(sitting.call.body) != ASSEMBLY:
        return not_applicable()
    if sitting.call.basis not in (Basis.ADULTS, Basis.HOUSEHOLDS, Basis.DELEGATES):
        return refuse(
            f"居民会议不能按{sitting.call.basis.title}计数", "按居民、按户，或者按小组选举的代表计数"
        )
    return quorum(sitting, MORE_THAN_HALF)


the_assembly_had_more_than_half_1990 = under(
    the_assembly_had_more_than_half,
    RESIDENTS_COMMITTEE_LAW_1990.article(9, gist="全体居民、户的代表或者小组选举的代表过半数出席"),
    "1990",
)


@rule(
    *AT_QUORUM,
    title="居民代表会议要有三分之二以上的组成人员参加",
    cites=RESIDENTS_COMMITTEE_LAW_2026.article(
        29, "应当有三分之二以上的组成人员参加方可召开", gist="三分之二以上的组成人员参加方可召开"
    ),
)
def the_representatives_are_two_thirds(sitting: Sitting, given: Given) -> Finding:
    """Two thirds or more of those who make up the representatives' meeting."""
    if kind_of(sitting.call.body) != REPRESENTATIVES:
        return not_applicable()
    if sitting.call.basis is not Basis.MEMBERS:
        return refuse(f"居民代表会议不能按{sitting.call.basis.title}计数", "按全体组成人员计数")
    return quorum(sitting, AT_LEAST_TWO_THIRDS)


@rule(*AT_QUORUM, title="三分之二以上的业主参与表决", cites=OWNERS_TAKE_PART)
def owners_are_two_thirds(sitting: Sitting, given: Given) -> Finding:
    """Owners: two thirds or more of the heads."""
    if kind_of(sitting.call.body) != OWNERS:
        return not_applicable()
    if sitting.call.basis is not Basis.OWNERS:
        return refuse(f"业主大会不能按{sitting.call.basis.title}计数", "按业主人数和专有部分面积计数")
    return quorum(sitting, AT_LEAST_TWO_THIRDS)


@rule(*AT_QUORUM, title="专有部分面积三分之二以上的业主参与表决", cites=OWNERS_TAKE_PART)
def owners_hold_two_thirds(sitting: Sitting, given: Given) -> Finding:
    """Owners: two thirds or more of the area."""
    if kind_of(sitting.call.body) != OWNERS:
        return not_applicable()
    return quorum_of_area(sitting, AT_LEAST_TWO_THIRDS)


@rule(*AT_QUORUM, title="按议事规则，过半数成员到会", cites=OWN_QUORUM)
def other_bodies_have_more_than_half(sitting: Sitting, given: Given) -> Finding:
    """Bodies of which no law says how many have to come: more than half, as their own rules of order have it."""
    if kind_of(sitting.call.body) in IN_THE_LAW:
        return not_applicable()
    return quorum(sitting, MORE_THAN_HALF)


@rule(
    *AT_QUORUM,
    title="按议事规则，过半数居民代表到会",
    cites=OWN_QUORUM,
    until=RESIDENTS_COMMITTEE_LAW_2018.until,
)
def representatives_had_their_own_rules(sitting: Sitting, given: Given) -> Finding:
    """Until 2025 no law spoke of a representatives' meeting: it met by its own rules of order."""
    if kind_of(sitting.call.body) != REPRESENTATIVES:
        return not_applicable()
    return quorum(sitting, MORE_THAN_HALF)


@rule(
    "meeting.vote",
    title="居民会议的决定由到会人员过半数通过",
    cites=RESIDENTS_COMMITTEE_LAW_2026.article(27, "应当经到会人员的过半数通过", gist="到会人员过半数通过"),
)
def the_assembly_decides_by_more_than_half(ballot: Ballot, given: Given) -> Finding:
    """More than half of those present, not of those who voted."""
    if kind_of(ballot.body) != ASSEMBLY:
        return not_applicable()
    return majority(ballot, MORE_THAN_HALF)


the_assembly_decides_by_more_than_half_2018 = under(
    the_assembly_decides_by_more_than_half,
    RESIDENTS_COMMITTEE_LAW_2018.article(9, "由出席人的过半数通过", gist="出席人过半数通过"),
    "2018",
)
the_assembly_decides_by_more_than_half_1990 = under(
    the_assembly_decides_by_more_than_half,
    RESIDENTS_COMMITTEE_LAW_1990.article(9, gist="出席人过半数通过"),
    "1990",
)


@rule(
    "meeting.vote",
    title="居民代表会议的决定由到会组成人员过半数通过",
    cites=RESIDENTS_COMMITTEE_LAW_2026.article(
        29, "应当经到会组成人员的过半数通过", gist="到会组成人员过半数通过"
    ),
)
def the_representatives_decide_by_more_than_half(ballot: Ballot, given: Given) -> Finding:
    """More than half of the members present."""
    if kind_of(ballot.body) != REPRESENTATIVES:
        return not_applicable()
    return majority(ballot, MORE_THAN_HALF)


@rule(
    "meeting.vote",
    title="居民委员会少数服从多数",
    cites=RESIDENTS_COMMITTEE_LAW_2026.article(33, "应当实行少数服从多数的民主决策机制", gist="少数服从多数"),
)
def the_committee_decides_by_majority(ballot: Ballot, given: Given) -> Finding:
    """The minority gives way to the majority: more than half of those present."""
    if kind_of(ballot.body) != COMMITTEE:
        return not_applicable()
    return majority(ballot, MORE_THAN_HALF)


the_committee_decides_by_majority_2018 = under(
    the_committee_decides_by_majority,
    RESIDENTS_COMMITTEE_LAW_2018.article(11, "采取少数服从多数的原则", gist="少数服从多数"),
    "2018",
)
the_committee_decides_by_majority_1990 = under(
    the_committee_decides_by_majority,
    RESIDENTS_COMMITTEE_LAW_1990.article(11, gist="少数服从多数"),
    "1990",
)


@rule(
    *AT_QUORUM,
    title="居民委员会过半数成员到会",
    cites=OWN_QUORUM,
)
def the_committee_has_more_than_half(sitting: Sitting, given: Given) -> Finding:
    """No law says how many members of a committee have to come; more than half, as its own rules have it."""
    if kind_of(sitting.call.body) != COMMITTEE:
        return not_applicable()
    return quorum(sitting, MORE_THAN_HALF)


@rule("meeting.vote", title="参与表决的业主人数过半数（重大事项四分之三以上）同意", cites=OWNERS_AGREE)
def owners_agree_by_heads(ballot: Ballot, given: Given) -> Finding:
    """Raising money, rebuilding, another use of common parts: three quarters; everything else: more than half."""
    if kind_of(ballot.body) != OWNERS:
        return not_applicable()
    weighty = ballot.item.kind is ItemKind.OWNERS_WEIGHTY
    return majority(ballot, AT_LEAST_THREE_QUARTERS if weighty else MORE_THAN_HALF)


@rule("meeting.vote", title="参与表决的专有部分面积过半数（重大事项四分之三以上）同意", cites=OWNERS_AGREE)
def owners_agree_by_area(ballot: Ballot, given: Given) -> Finding:
    """The same of the area of those who take part."""
    if kind_of(ballot.body) != OWNERS:
        return not_applicable()
    weighty = ballot.item.kind is ItemKind.OWNERS_WEIGHTY
    return majority_of_area(ballot, AT_LEAST_THREE_QUARTERS if weighty else MORE_THAN_HALF)


@rule("meeting.vote", title="按议事规则，到会过半数同意", cites=OWN_QUORUM)
def other_bodies_decide_by_more_than_half(ballot: Ballot, given: Given) -> Finding:
    """Bodies of which no law says how they decide."""
    if kind_of(ballot.body) in IN_THE_LAW:
        return not_applicable()
    return majority(ballot, MORE_THAN_HALF)


@rule(
    "meeting.vote",
    title="按议事规则，居民代表会议到会过半数同意",
    cites=OWN_QUORUM,
    until=RESIDENTS_COMMITTEE_LAW_2018.until,
)
def representatives_decided_by_their_own_rules(ballot: Ballot, given: Given) -> Finding:
    """Until 2025 the representatives decided by their own rules of order."""
    if kind_of(ballot.body) != REPRESENTATIVES:
        return not_applicable()
    return majority(ballot, MORE_THAN_HALF)


@rule(
    "meeting.vote",
    title="业主共同决定的事项由业主决定",
    cites=CIVIL_CODE_PROPERTY.article(
        278, "下列事项由业主共同决定", gist="维修资金、改建、共有部分等事项由业主共同决定"
    ),
)
def owners_matters_are_the_owners(ballot: Ballot, given: Given) -> Finding:
    """Maintenance money, rebuilding, common parts: no assembly of residents can decide them for the owners."""
    if ballot.item.kind not in OF_OWNERS:
        return not_applicable()
    if kind_of(ballot.body) != OWNERS:
        return refuse("这件事由业主共同决定，不归这个会议决定", "提交业主大会表决")
    return satisfied("由业主大会表决")


@rule(
    "meeting.vote",
    title="涉及全体居民利益的事由居民会议决定，或者授权居民代表会议",
    cites=RESIDENTS_COMMITTEE_LAW_2026.article(
        30, "居民会议可以授权居民代表会议讨论决定上述事项", gist="居民会议决定重要事项，可以授权居民代表会议"
    ),
    uses=(DELEGATED,),
)
def residents_matters_are_the_assemblys(ballot: Ballot, given: Given) -> Finding:
    """Compacts, the yearly report, what is important to all: the assembly's, or by delegation the representatives'."""
    if ballot.item.kind not in OF_ALL_RESIDENTS:
        return not_applicable()
    kind = kind_of(ballot.body)
    if kind == ASSEMBLY:
        return satisfied("由居民会议决定")
    if kind != REPRESENTATIVES:
        return refuse(f"“{ballot.item.kind.title}”由居民会议决定，不归这个会议", "提交居民会议")
    resolution = given[DELEGATED]
    if resolution is None:
        return refuse("居民会议没有授权居民代表会议决定这件事", "提交居民会议，或者先由居民会议授权")
    if not resolution.stands or resolution.body_kind != ASSEMBLY or resolution.place != ballot.sitting.place:
        return refuse(f"{ballot.item.delegated} 不是本社区居民会议有效的授权", "写明居民会议授权的决议编号")
    return satisfied(f"居民会议 {resolution.decided} 授权")


@rule(
    "meeting.vote",
    title="涉及全体居民利益的重要问题提请居民会议决定",
    cites=RESIDENTS_COMMITTEE_LAW_2018.article(
        10, "居民委员会必须提请居民会议讨论决定", gist="涉及全体居民利益的重要问题必须提请居民会议决定"
    ),
)
def residents_matters_were_the_assemblys(ballot: Ballot, given: Given) -> Finding:
    """Under the earlier texts nobody else could decide them, and nothing could be delegated."""
    if ballot.item.kind not in OF_ALL_RESIDENTS:
        return not_applicable()
    if kind_of(ballot.body) != ASSEMBLY:
        return refuse(f"“{ballot.item.kind.title}”必须由居民会议决定，不归这个会议", "提交居民会议")
    return satisfied("由居民会议决定")


residents_matters_were_the_assemblys_1990 = under(
    residents_matters_were_the_assemblys,
    RESIDENTS_COMMITTEE_LAW_1990.article(10, gist="涉及全体居民利益的重要问题必须提请居民会议决定"),
    "1990",
)


@rule(
    "meeting.conclude",
    title="会议的结果及时公布",
    cites=(
        RESIDENTS_COMMITTEE_LAW_2026.article(
            34,
            "居民会议或者居民代表会议讨论决定的事项及其实施情况",
            gist="会议决定的事项和实施情况及时公布，不少于十五日",
        ),
    ),
    uses=(MINUTES_DAYS, ACT_DAY),
)
def results_are_posted(facts: Conclusion, given: Given) -> Finding:
    """What a meeting came to is posted in time; posting late is said and is no reason not to post."""
    if not facts.minutes.summary.strip():
        return require("没有写会议结果", "写一句会议结果，再公布")
    days = (given[ACT_DAY] - facts.sitting.call.held_on).days
    late = f"，超过 {given[MINUTES_DAYS]} 天的期限" if days > given[MINUTES_DAYS] else ""
    return satisfied(f"会后 {days} 天公布{late}")


results_were_posted = structs.replace(
    results_are_posted,
    slug="results-were-posted",
    cites=(RULES_OF_ORDER.article("会议结果", gist="会后公布会议结果（示例）"),),
    since=BEGINNING,
    until=RESIDENTS_COMMITTEE_LAW_2018.until,
)

VOTE_RULES = (
    the_assembly_has_more_than_half,
    the_assembly_had_more_than_half,
    the_assembly_had_more_than_half_1990,
    the_representatives_are_two_thirds,
    owners_are_two_thirds,
    owners_hold_two_thirds,
    other_bodies_have_more_than_half,
    representatives_had_their_own_rules,
    the_committee_has_more_than_half,
    the_assembly_decides_by_more_than_half,
    the_assembly_decides_by_more_than_half_2018,
    the_assembly_decides_by_more_than_half_1990,
    the_representatives_decide_by_more_than_half,
    the_committee_decides_by_majority,
    the_committee_decides_by_majority_2018,
    the_committee_decides_by_majority_1990,
    owners_agree_by_heads,
    owners_agree_by_area,
    other_bodies_decide_by_more_than_half,
    representatives_decided_by_their_own_rules,
    owners_matters_are_the_owners,
    residents_matters_are_the_assemblys,
    residents_matters_were_the_assemblys,
    residents_matters_were_the_assemblys_1990,
    results_are_posted,
    results_were_posted,
)
DELIBERATION_SOURCES = (CIVIL_CODE_PROPERTY, RULES_OF_ORDER)
