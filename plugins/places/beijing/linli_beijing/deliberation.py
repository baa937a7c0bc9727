"""How Beijing deliberates: a decision on record for vital matters, hearings that are answered, units at the table.

The account names the city's rules of order without their text; owners' meetings follow the regulation on property
service.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Any

from linli.access import ADMINISTRATIVE_SHARE_PERCENT, carried
from linli.checks import Check, Remark, Survey
from linli.citations import Rank, Source
from linli.findings import Finding, not_applicable, refuse, require, satisfied
from linli.parameters import Setting
from linli.places import Level
from linli.plugins import hook
from linli.rules import HAPPENED, Given, Rule, rule
from linli.shares import Share
from linli_beijing.sources import ACCOUNT, ASSEMBLY_RULES, BEIJING, CONSULTATION_RULES
from linli_bodies import kind_of
from linli_deliberation import (
    DAYS_AHEAD,
    DELIBERATING,
    HEARING_DAYS_AHEAD,
    HEARING_NOTICE_DAYS,
    HEARING_OF_CASE,
    HEARING_OF_ITEM,
    MARGINAL_MEETINGS,
    OWNERS_CALL,
    OWNERS_NOTICE_DAYS,
    RESOLUTION_OF_CASE,
    ROLL,
    Answering,
    Asking,
    Ballot,
    Basis,
    Choice,
    Conclusion,
    Manner,
    Notified,
    Sitting,
    Stakeholder,
    deliberations,
    enough_sign,
    kinds_among,
    quarter_before,
)

PROPERTY_2020 = Source(
    "beijing-property-2020",
    "北京市物业管理条例",
    Rank.LOCAL_REGULATION,
    since=date(2020, 5, 1),
    place=BEIJING,
    text="北京市物业管理条例-2024.md",
    note="2020年5月1日施行，条文按2024年3月29日修正后的文本核对",
)
OWNERS_DEMAND = PROPERTY_2020.article(
    35, "经百分之二十以上业主提议", gist="百分之二十以上业主可以提议召开业主大会临时会议"
)
OWNERS_NOTICE = PROPERTY_2020.article(
    35, "业主委员会应当于会议召开十五日前通知全体业主", gist="业主大会会议十五日前通知并公示议题"
)
VITAL = ACCOUNT.article(
    "",
    "凡是與社區居民切身利益密切相關的事項,都要實行民主決策",
    gist="与居民切身利益密切相关的事项实行民主决策",
)
HEARINGS = ACCOUNT.article("", "廣泛實行社區民主聽證制度", gist="实行社区民主听证，听取居民对社区事务的意见")
UNITS = ACCOUNT.article(
    "",
    "建立起社區居委會與駐區單位共同參加的議事協商會議制度",
    gist="居委会与驻区单位共同参加议事协商会议，共享资源",
)
PARTICIPATORY = ACCOUNT.article(
    "",
    "確立了以項目運作為紐帶、以社會組織為載體",
    gist="以项目为纽带、组织为载体、协商为方法、自我管理为依托",
)
TWIN_GUARD = ACCOUNT.article(
    "", "有利于避免社區居委會的行政化和邊緣化", gist="既避免居委会行政化，也避免边缘化"
)

SETTINGS = (
    OWNERS_CALL.at(BEIJING, Fraction(1, 5), since=PROPERTY_2020.since, cites=OWNERS_DEMAND),
    OWNERS_NOTICE_DAYS.at(BEIJING, 15, since=PROPERTY_2020.since, cites=OWNERS_NOTICE),
    MARGINAL_MEETINGS.at(BEIJING, 1, since=ACCOUNT.since, example=True),
)


@rule(
    "consultation.implement",
    title="涉及切身利益的事，有民主决策的记录才能实施",
    cites=(VITAL, ASSEMBLY_RULES.article("", gist="规范居民会议民主决策的程序（据记述）")),
    uses=(RESOLUTION_OF_CASE,),
)
def vital_matters_were_decided(choice: Choice, given: Given) -> Finding:
    """What touches residents' vital interests is carried out only with a decision of theirs on record."""
    if not choice.vital:
        return not_applicable("不涉及居民切身利益")
    resolution = given[RESOLUTION_OF_CASE]
    if resolution is None:
        return refuse("没有居民会议或者居民代表会议的决定", "先提交会议表决，把决议编号写进决定")
    if not resolution.stands:
        return refuse(f"决议 {resolution.id} 没有通过，或者无效", "重新提交会议表决")
    return satisfied(f"{resolution.decided} 由{resolution.body}决定")


@rule(
    "hearing.announce",
    title="听证会提前公告，写明请谁参加",
    cites=HEARINGS,
    uses=(HEARING_DAYS_AHEAD, HEARING_NOTICE_DAYS),
)
def hearings_are_announced(facts: Notified, given: Given) -> Finding:
    """A hearing has notice and participants."""
    if not facts.announced.participants:
        return require("没有写明请谁参加", "写明请哪些居民、单位参加")
    ahead, least = given[HEARING_DAYS_AHEAD], given[HEARING_NOTICE_DAYS]
    if ahead < least:
        return refuse(f"提前 {ahead} 天公告，少于 {least} 天", f"改到 {least} 天以后举行")
    return satisfied(f"提前 {ahead} 天公告，请了 {len(facts.announced.participants)} 方")


@rule("hearing.respond", title="决定时逐条说明听证意见怎样采纳", cites=HEARINGS)
def every_opinion_is_answered(facts: Answering, given: Given) -> Finding:
    """The decision that follows a hearing says what became of each opinion."""
    left = facts.unanswered()
    if left:
        said = "、".join(str(number) for number in left)
        return require(f"第 {said} 条意见没有说明怎样采纳", "逐条写明采纳不采纳、为什么")
    return satisfied(f"{facts.opinions} 条意见都作了说明")


@rule("meeting.vote", title="听证过的议题，决定时说明意见怎样采纳", cites=HEARINGS, uses=(HEARING_OF_ITEM,))
def votes_use_what_was_heard(ballot: Ballot, given: Given) -> Finding:
    """A decision on what was heard states how the opinions were used."""
    if not ballot.item.hearing:
        return not_applicable()
    if given[HEARING_OF_ITEM] is None:
        return require(f"听证会 {ballot.item.hearing} 还没有公布报告", "先公布听证报告")
    if not ballot.count.use_of_opinions.strip():
        return require("没有说明听证意见怎样采纳", "写明听证意见怎样采纳")
    return satisfied("说明了听证意见怎样采纳")


@rule(
    "consultation.decide", title="听证过的事，决定时说明意见怎样采纳", cites=HEARINGS, uses=(HEARING_OF_CASE,)
)
def decisions_use_what_was_heard(choice: Choice, given: Given) -> Finding:
    """The same of a decision outside a meeting."""
    if not choice.decision.hearing:
        return not_applicable()
    if given[HEARING_OF_CASE] is None:
        return require(f"听证会 {choice.decision.hearing} 还没有公布报告", "先公布听证报告")
    if not choice.decision.use_of_opinions.strip():
        return require("没有说明听证意见怎样采纳", "写明听证意见怎样采纳")
    return satisfied("说明了听证意见怎样采纳")


@rule(
    "meeting.hold",
    title="议事协商会议有居委会和驻区单位参加",
    cites=(UNITS, CONSULTATION_RULES.article("", gist="居委会与驻区单位议事协商的规则（据记述）")),
)
def committee_and_units_consult(sitting: Sitting, given: Given) -> Finding:
    """A meeting for consulting together has the committee and at least one unit of the area."""
    if sitting.call.manner is not Manner.CO_CONSULTATION or not sitting.counted:
        return not_applicable()
    came = kinds_among(sitting.came, came=True)
    missing = [kind.title for kind in (Stakeholder.COMMITTEE, Stakeholder.UNIT) if kind not in came]
    if missing:
        return refuse(f"{'、'.join(missing)}没有到会", "请居委会和驻区单位都参加，或者改期")
    return satisfied("居委会和驻区单位都到会了")


@rule("meeting.conclude", title="议事协商会议写明共享的资源", cites=UNITS)
def shared_resources_are_listed(facts: Conclusion, given: Given) -> Finding:
    """The result of consulting together lists what is shared."""
    if facts.sitting.call.manner is not Manner.CO_CONSULTATION:
        return not_applicable()
    if not facts.minutes.resources:
        return require("没有写明共享的资源", "逐项写明哪个单位提供什么")
    return satisfied(f"共享 {len(facts.minutes.resources)} 项资源")


@rule("consultation.decide", title="参与式项目写明项目、组织、方法和依托", cites=PARTICIPATORY)
def participatory_cases_name_four(choice: Choice, given: Given) -> Finding:
    """A participatory case names its project, the organisation that carries it, its method, its self-management."""
    decision = choice.decision
    if not decision.participatory:
        return not_applicable()
    four = {
        "项目纽带": decision.project,
        "组织载体": decision.carrier,
        "协商方法": decision.method,
        "自我管理的依托": decision.self_management,
    }
    missing = [name for name, said in four.items() if not said.strip()]
    if missing:
        return require(f"参与式项目没有写明{'、'.join(missing)}", "四项都写明")
    return satisfied("，".join(f"{name}：{said}" for name, said in four.items()))


@rule(
    "meeting.demand",
    title="百分之二十以上业主可以提议召开业主大会",
    cites=OWNERS_DEMAND,
    governed_by=HAPPENED,
    uses=(ROLL, OWNERS_CALL),
)
def owners_may_have_theirs_called(asking: Asking, given: Given) -> Finding:
    """One fifth of the owners may have their meeting called."""
    if kind_of(asking.demand.body) != "owners_assembly":
        return not_applicable()
    if asking.demand.basis is not Basis.OWNERS:
        return refuse(f"{asking.demand.basis.title}不能提议召开业主大会", "由业主提议")
    roll = given[ROLL]
    return enough_sign(asking, roll.owners if roll else 0, Share.at_least(given[OWNERS_CALL]))


@rule(
    "meeting.call",
    title="业主大会会议十五日前通知",
    cites=OWNERS_NOTICE,
    governed_by=HAPPENED,
    uses=(DAYS_AHEAD, OWNERS_NOTICE_DAYS),
)
def owners_are_told_in_time(sitting: Sitting, given: Given) -> Finding:
    """Owners are told fifteen days before."""
    if kind_of(sitting.call.body) != "owners_assembly":
        return not_applicable()
    ahead, least = given[DAYS_AHEAD], given[OWNERS_NOTICE_DAYS]
    if ahead < least:
        return refuse(f"提前 {ahead} 天通知，少于 {least} 天", f"改到 {least} 天以后开会")
    return satisfied(f"提前 {ahead} 天通知")


def _look(survey: Survey) -> Iterable[Remark]:
    """Both dangers at once, where anything was ever put to the community or deliberated there."""
    if not any(survey.states(procedure) for procedure in ("access", *DELIBERATING)):
        return
    items, administrative = carried(survey)
    first, last = quarter_before(survey.on)
    acts = deliberations(survey, first, last)
    limit = survey.rulebook.value(ADMINISTRATIVE_SHARE_PERCENT, survey.on)
    least = int(survey.rulebook.value(MARGINAL_MEETINGS, last, 0))
    heavy = bool(items) and limit is not None and administrative * 100 > limit * items
    share = (
        f"行政事务 {administrative} 件，占 {administrative * 100 // items}%" if items else "没有登记的事务"
    )
    said = f"行政化：{share}" + (f"，超过警戒线 {limit}%" if heavy else "")
    period = f"{first.year}年第{(first.month + 2) // 3}季度"
    said += f"。边缘化：{period}自治议事 {acts} 次" + (
        f"，少于 {least} 次，有被边缘化的迹象" if acts < least else ""
    )
    figures = (("全部事务", items), ("行政事务", administrative), ("自治议事", acts))
    yield Remark(said, heavy or acts < least, figures)


TWIN = Check("beijing.twin-guard", "居委会的行政化和边缘化", Level.COMMUNITY, (TWIN_GUARD,), _look)

RULES = (
    vital_matters_were_decided,
    hearings_are_announced,
    every_opinion_is_answered,
    votes_use_what_was_heard,
    decisions_use_what_was_heard,
    committee_and_units_consult,
    shared_resources_are_listed,
    participatory_cases_name_four,
    owners_may_have_theirs_called,
    owners_are_told_in_time,
)


@hook
def linli_sources() -> Iterable[Source]:
    """The regulation on property service."""
    return [PROPERTY_2020]


@hook
def linli_parameters() -> Iterable[Setting[Any]]:
    """Owners' calls and notice; one act of self-government a quarter, as an example."""
    return SETTINGS


@hook
def deliberation_rules() -> Iterable[Rule]:
    """The rules of hearings, of consulting with units, of participatory cases and of owners' meetings."""
    return RULES


@hook
def linli_checks() -> Iterable[Check]:
    """The twin guard against too much administration and too little self-government."""
    return [TWIN]
