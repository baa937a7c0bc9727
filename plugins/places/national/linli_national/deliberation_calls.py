"""Who may have a meeting called, who calls it, how long before: the law of each day.

The numbers are guarantees: they stand as ceilings, so that a place may ask for fewer and is refused at load where it
asks for more, and the rules that count them secure the call against whatever a lower text finds.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from linli.citations import NATION
from linli.findings import Finding, not_applicable, refuse, require, satisfied
from linli.parameters import Setting
from linli.rules import HAPPENED, Force, Given, rule
from linli.shares import Share
from linli_bodies import kind_of
from linli_deliberation import (
    BODY_OF_MEETING,
    CALL_BY_ADULTS,
    CALL_BY_GROUPS,
    CALL_BY_HOUSEHOLDS,
    CALL_BY_REPRESENTATIVES,
    DAYS_AHEAD,
    NOTICE_DAYS,
    OF_ALL_RESIDENTS,
    POSTS_OF_NAMED,
    REPRESENTATIVES_CALL,
    ROLL,
    TERM_OF_BODY,
    Asking,
    Basis,
    Sitting,
    enough_sign,
    live_here,
)
from linli_national.earlier import under
from linli_national.sources import (
    RESIDENTS_COMMITTEE_LAW_1990,
    RESIDENTS_COMMITTEE_LAW_2018,
    RESIDENTS_COMMITTEE_LAW_2026,
)

ASSEMBLY, REPRESENTATIVES, COMMITTEE = "residents_assembly", "representative_assembly", "residents_committee"
WITH_TERMS = (COMMITTEE, REPRESENTATIVES, "affairs_supervision_committee", "residents_assembly_standing")

DEMAND_1990 = RESIDENTS_COMMITTEE_LAW_1990.article(
    10, gist="五分之一以上居民或户、三分之一以上居民小组可以提议召集"
)
DEMAND_2018 = RESIDENTS_COMMITTEE_LAW_2018.article(
    10, "有五分之一以上的十八周岁以上的居民", gist="五分之一以上居民或户、三分之一以上居民小组可以提议召集"
)
DEMAND_2026 = RESIDENTS_COMMITTEE_LAW_2026.article(
    26,
    "有十分之一以上的年满十八周岁居民",
    gist="十分之一以上居民、户的代表或三分之一以上居民代表可以提议召集",
)
REPRESENTATIVES_DEMAND = RESIDENTS_COMMITTEE_LAW_2026.article(
    28, "有五分之一以上的居民代表提议", gist="五分之一以上居民代表可以提议召集居民代表会议"
)
NOTICE_2026 = RESIDENTS_COMMITTEE_LAW_2026.article(
    26, "应当提前十日通知居民", gist="召集居民会议提前十日通知，特殊情况可以临时通知"
)


def _settings() -> Iterator[Setting[Fraction] | Setting[int]]:
    fifth, third, tenth = Fraction(1, 5), Fraction(1, 3), Fraction(1, 10)
    for cite in (DEMAND_1990, DEMAND_2018):
        since, until = cite.source.since, cite.source.until
        for parameter, value in (
            (CALL_BY_ADULTS, fifth),
            (CALL_BY_HOUSEHOLDS, fifth),
            (CALL_BY_GROUPS, third),
        ):
            yield parameter.at(NATION, value, since=since, until=until, cites=cite)
    since = RESIDENTS_COMMITTEE_LAW_2026.since
    yield CALL_BY_ADULTS.at(NATION, tenth, since=since, cites=DEMAND_2026)
    yield CALL_BY_HOUSEHOLDS.at(NATION, tenth, since=since, cites=DEMAND_2026)
    yield CALL_BY_REPRESENTATIVES.at(NATION, third, since=since, cites=DEMAND_2026)
    yield REPRESENTATIVES_CALL.at(NATION, fifth, since=since, cites=REPRESENTATIVES_DEMAND)
    yield NOTICE_DAYS.at(NATION, 10, since=since, cites=NOTICE_2026)


CALL_SETTINGS = tuple(_settings())


@rule(
    "meeting.demand",
    title="十分之一以上的居民或户、三分之一以上的居民代表可以提议召集居民会议",
    cites=DEMAND_2026,
    governed_by=HAPPENED,
    uses=(ROLL, CALL_BY_ADULTS, CALL_BY_HOUSEHOLDS, CALL_BY_REPRESENTATIVES),
    force=Force.GUARANTEE,
    secures=True,
)
def residents_may_have_the_assembly_called(asking: Asking, given: Given) -> Finding:
    """One tenth of the adults or households, or one third of the representatives; no place may ask for more."""
    if kind_of(asking.demand.body) != ASSEMBLY:
        return not_applicable()
    roll = given[ROLL]
    bases = {
        Basis.ADULTS: (roll.adults if roll else 0, CALL_BY_ADULTS),
        Basis.HOUSEHOLDS: (roll.households if roll else 0, CALL_BY_HOUSEHOLDS),
        Basis.REPRESENTATIVES: (roll.representatives if roll else 0, CALL_BY_REPRESENTATIVES),
    }
    if asking.demand.basis not in bases:
        return refuse(f"{asking.demand.basis.title}不能提议召集居民会议", "由居民、户的代表或者居民代表提议")
    base, share = bases[asking.demand.basis]
    return enough_sign(asking, base, Share.at_least(given[share]))


@rule(
    "meeting.demand",
    title="五分之一以上的居民或户、三分之一以上的居民小组可以提议召集居民会议",
    cites=DEMAND_2018,
    governed_by=HAPPENED,
    uses=(ROLL, CALL_BY_ADULTS, CALL_BY_HOUSEHOLDS, CALL_BY_GROUPS),
    force=Force.GUARANTEE,
    secures=True,
)
def residents_could_have_the_assembly_called(asking: Asking, given: Given) -> Finding:
    """Under the text of 2018: one fifth of the adults or households, or one third of the groups."""
    if kind_of(asking.demand.body) != ASSEMBLY:
        return not_applicable()
    roll = given[ROLL]
    bases = {
        Basis.ADULTS: (roll.adults if roll else 0, CALL_BY_ADULTS),
        Basis.HOUSEHOLDS: (roll.households if roll else 0, CALL_BY_HOUSEHOLDS),
        Basis.GROUPS: (roll.groups if roll else 0, CALL_BY_GROUPS),
    }
    if asking.demand.basis not in bases:
        return refuse(f"{asking.demand.basis.title}不能提议召集居民会议", "由居民、户或者居民小组提议")
    base, share = bases[asking.demand.basis]
    return enough_sign(asking, base, Share.at_least(given[share]))


residents_could_have_the_assembly_called_1990 = under(
    residents_could_have_the_assembly_called, DEMAND_1990, "1990"
)


@rule(
    "meeting.demand",
    title="五分之一以上的居民代表可以提议召集居民代表会议",
    cites=REPRESENTATIVES_DEMAND,
    governed_by=HAPPENED,
    uses=(ROLL, REPRESENTATIVES_CALL),
    force=Force.GUARANTEE,
    secures=True,
)
def representatives_may_have_theirs_called(asking: Asking, given: Given) -> Finding:
    """One fifth of the representatives may have their own meeting called."""
    if kind_of(asking.demand.body) != REPRESENTATIVES:
        return not_applicable()
    if asking.demand.basis is not Basis.REPRESENTATIVES:
        return refuse(f"{asking.demand.basis.title}不能提议召集居民代表会议", "由居民代表提议")
    roll = given[ROLL]
    return enough_sign(
        asking, roll.representatives if roll else 0, Share.at_least(given[REPRESENTATIVES_CALL])
    )


@rule(
    "meeting.demand",
    title="提议的人是本社区的居民",
    cites=DEMAND_2026,
    governed_by=HAPPENED,
    uses=(POSTS_OF_NAMED,),
)
def signers_live_here(asking: Asking, given: Given) -> Finding:
    """Whoever signs on a sheet is a resident of the community."""
    posts = given[POSTS_OF_NAMED]
    return live_here(asking.named, posts, asking.place)


signers_live_here_2018 = under(signers_live_here, DEMAND_2018, "2018")
signers_live_here_1990 = under(signers_live_here, DEMAND_1990, "1990")


@rule(
    "meeting.call",
    title="居民会议、居民代表会议由居民委员会召集",
    cites=(
        RESIDENTS_COMMITTEE_LAW_2026.article(26, "居民会议由居民委员会召集", gist="居民会议由居民委员会召集"),
        RESIDENTS_COMMITTEE_LAW_2026.article(
            28, "居民代表会议由居民委员会召集", gist="居民代表会议由居民委员会召集"
        ),
    ),
    governed_by=HAPPENED,
)
def the_committee_calls(sitting: Sitting, given: Given) -> Finding:
    """The assembly and the representatives are called by the committee, whoever asked for it, and by nobody else."""
    if kind_of(sitting.call.body) not in (ASSEMBLY, REPRESENTATIVES):
        return not_applicable()
    if kind_of(sitting.call.convener) != COMMITTEE:
        return refuse(
            "居民会议和居民代表会议只能由居民委员会召集",
            "请居民委员会召集；居民或居民代表可以依法提议召集",
        )
    return satisfied("由居民委员会召集")


@rule(
    "meeting.call",
    title="居民会议由居民委员会召集",
    cites=RESIDENTS_COMMITTEE_LAW_2018.article(
        10, "居民会议由居民委员会召集和主持", gist="居民会议由居民委员会召集和主持"
    ),
    governed_by=HAPPENED,
)
def the_committee_calls_the_assembly(sitting: Sitting, given: Given) -> Finding:
    """Under the earlier texts only the assembly is in the law; it is called and led by the committee."""
    if kind_of(sitting.call.body) != ASSEMBLY:
        return not_applicable()
    if kind_of(sitting.call.convener) != COMMITTEE:
        return refuse("居民会议只能由居民委员会召集", "请居民委员会召集；居民可以依法提议召集")
    return satisfied("由居民委员会召集")


the_committee_calls_the_assembly_1990 = under(
    the_committee_calls_the_assembly,
    RESIDENTS_COMMITTEE_LAW_1990.article(10, gist="居民会议由居民委员会召集和主持"),
    "1990",
)


@rule(
    "meeting.call",
    title="召集居民会议提前十日通知",
    cites=NOTICE_2026,
    governed_by=HAPPENED,
    uses=(DAYS_AHEAD, NOTICE_DAYS),
)
def residents_are_told_in_time(sitting: Sitting, given: Given) -> Finding:
    """Ten days' notice; in special circumstances, which are stated, at short notice."""
    if kind_of(sitting.call.body) != ASSEMBLY:
        return not_applicable()
    ahead, least = given[DAYS_AHEAD], given[NOTICE_DAYS]
    if ahead >= least:
        return satisfied(f"提前 {ahead} 天通知")
    if sitting.call.special.strip():
        return satisfied(f"提前 {ahead} 天临时通知：{sitting.call.special}")
    return refuse(
        f"提前 {ahead} 天通知，少于 {least} 天",
        f"改到 {least} 天以后开会；有特殊情况要临时通知的，写明是什么情况",
    )


@rule(
    "meeting.call",
    title="届满的组织不能再开会作决定",
    cites=(
        RESIDENTS_COMMITTEE_LAW_2026.article(
            14, "届满应当及时举行换届选举", gist="居民委员会每届五年，届满及时换届"
        ),
        RESIDENTS_COMMITTEE_LAW_2026.article(
            13, "居民代表的任期与居民委员会的任期相同", gist="居民代表的任期与居民委员会相同"
        ),
    ),
    governed_by=HAPPENED,
    uses=(TERM_OF_BODY,),
)
def the_body_is_in_its_term(sitting: Sitting, given: Given) -> Finding:
    """A body whose term is over on the day of the meeting has to be elected anew before it decides."""
    if kind_of(sitting.call.body) not in WITH_TERMS:
        return not_applicable()
    term = given[TERM_OF_BODY]
    if term is None:
        return not_applicable("届次没有登记")
    if term.holds(sitting.call.held_on):
        return satisfied(f"第 {term.number} 届，任期到 {term.until}")
    return refuse(
        f"第 {term.number} 届的任期是 {term.since} 到 {term.until}，开会那天不在任期内", "先换届选举"
    )


the_body_is_in_its_term_2018 = under(
    the_body_is_in_its_term,
    RESIDENTS_COMMITTEE_LAW_2018.article(8, "居民委员会每届任期五年", gist="居民委员会每届任期五年"),
    "2018",
)


@rule(
    "meeting.call",
    title="居民代表占居民代表会议组成人员的五分之四以上",
    cites=RESIDENTS_COMMITTEE_LAW_2026.article(
        28, "居民代表应当占居民代表会议组成人员的五分之四以上", gist="居民代表占组成人员五分之四以上"
    ),
    governed_by=HAPPENED,
)
def representatives_are_four_fifths(sitting: Sitting, given: Given) -> Finding:
    """At least four fifths of those who make up the representatives' meeting are representatives."""
    if kind_of(sitting.call.body) != REPRESENTATIVES:
        return not_applicable()
    members, representatives = sitting.call.base, sitting.call.representatives
    if not members:
        return not_applicable("应到是零")
    if representatives > members:
        return refuse(f"居民代表 {representatives} 人，多于组成人员 {members} 人", "核对人数")
    least = Share(4, 5).least(members)
    if representatives < least:
        missing = least - representatives
        return refuse(
            f"组成人员 {members} 人，居民代表 {representatives} 人，不到五分之四（{least} 人）",
            f"补选 {missing} 名居民代表，或者减少其他组成人员",
        )
    return satisfied(f"组成人员 {members} 人，居民代表 {representatives} 人")


@rule(
    "meeting.call",
    title="重要事项先经社区党组织研究讨论",
    cites=RESIDENTS_COMMITTEE_LAW_2026.article(
        30, "应当先经社区党组织研究讨论", gist="居民会议、居民代表会议决定的重要事项先经社区党组织研究讨论"
    ),
    governed_by=HAPPENED,
)
def the_party_discusses_first(sitting: Sitting, given: Given) -> Finding:
    """What is important to all residents is discussed by the community's party organisation first."""
    if kind_of(sitting.call.body) not in (ASSEMBLY, REPRESENTATIVES):
        return not_applicable()
    important = [item.title for item in sitting.call.agenda if item.kind in OF_ALL_RESIDENTS]
    if not important:
        return not_applicable("议程里没有重要事项")
    when = sitting.call.discussed_by_party
    if when is None or when > sitting.call.held_on:
        return require(f"“{important[0]}”还没有经社区党组织研究讨论", "请社区党组织研究讨论，再召集会议")
    return satisfied(f"社区党组织 {when} 研究讨论过")


@rule(
    "meeting.call",
    title="应到数与居民底数一致",
    cites=RESIDENTS_COMMITTEE_LAW_2026.article(
        27,
        "居民会议应当有全体十八周岁以上的本社区居民",
        gist="居民会议按全体十八周岁以上居民或者户的代表计数",
    ),
    governed_by=HAPPENED,
    uses=(ROLL, BODY_OF_MEETING),
)
def the_base_is_that_of_the_roll(sitting: Sitting, given: Given) -> Finding:
    """The number of those entitled is that of the register of the place, so that no quorum is made smaller by hand."""
    call, roll = sitting.call, given[ROLL]
    bases = {Basis.ADULTS: roll.adults, Basis.HOUSEHOLDS: roll.households} if roll else {}
    known = bases.get(call.basis, 0)
    if kind_of(call.body) != ASSEMBLY:
        body = given[BODY_OF_MEETING]
        if call.basis is not Basis.MEMBERS or body is None or not body.seats:
            return not_applicable()
        known = body.seats
    if not known:
        return not_applicable("名册里没有登记底数")
    if call.base != known:
        return refuse(f"应到填的是 {call.base}，名册里是 {known}", "按名册填写，或者先更正名册")
    return satisfied(f"应到 {known}，与名册一致")


the_base_is_that_of_the_roll_2018 = under(
    the_base_is_that_of_the_roll,
    RESIDENTS_COMMITTEE_LAW_2018.article(
        9, "居民会议必须有全体十八周岁以上的居民", gist="居民会议按全体居民、户的代表或者小组代表计数"
    ),
    "2018",
)

CALL_RULES = (
    residents_may_have_the_assembly_called,
    residents_could_have_the_assembly_called,
    residents_could_have_the_assembly_called_1990,
    representatives_may_have_theirs_called,
    signers_live_here,
    signers_live_here_2018,
    signers_live_here_1990,
    the_committee_calls,
    the_committee_calls_the_assembly,
    the_committee_calls_the_assembly_1990,
    residents_are_told_in_time,
    the_body_is_in_its_term,
    the_body_is_in_its_term_2018,
    representatives_are_four_fifths,
    the_party_discusses_first,
    the_base_is_that_of_the_roll,
    the_base_is_that_of_the_roll_2018,
)
