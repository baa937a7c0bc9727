"""时限: notice before work starts, the length of an admission, and the shorter path of an emergency.

No national text gives these figures. They are parameters, labelled as examples; because a text without a figure
cannot forbid, the rules that use them ask for completion and do not refuse.
"""

from __future__ import annotations

from linli.access import (
    AT_DECISION,
    AT_SUBMISSION,
    EMERGENCY_DAYS,
    NOTICE_WORKING_DAYS,
    TERM_MONTHS,
    WORKING_DAYS_AHEAD,
    AccessRequest,
    Duty,
)
from linli.findings import Finding, not_applicable, refuse, require, satisfied
from linli.rules import HAPPENED, Force, Given, rule
from linli_national.earlier import under
from linli_national.sources import BURDEN_REDUCTION_2015, EMERGENCY_LAW_2007, EMERGENCY_LAW_2024

ADMISSION = BURDEN_REDUCTION_2015.article("第一项", gist="建立社区工作准入制度，先审核后进入；期限由各地规定")
EMERGENCY_GIST = "发生突发事件时，居委会按当地政府的决定协助组织群众、维护秩序"


@rule(
    *AT_SUBMISSION,
    title="提前申请",
    cites=ADMISSION,
    governed_by=HAPPENED,
    uses=(NOTICE_WORKING_DAYS, WORKING_DAYS_AHEAD),
    # The number of days is a place's own choice, so a place may also depart from it by a published resolution.
    overridable=True,
)
def applied_in_time(request: AccessRequest, given: Given) -> Finding:
    """Work starts no sooner than the notice after the application; the law of the day of application counts."""
    if request.starts is None:
        return require("没有填写开始日期", cure="填写开始日期")
    ahead, notice = given[WORKING_DAYS_AHEAD], given[NOTICE_WORKING_DAYS]
    if ahead < notice:
        return require(
            f"申请到开始只有 {ahead} 个工作日，至少要提前 {notice} 个工作日",
            cure=f"把开始日期推后 {notice - ahead} 个工作日；确属应急的，走应急处置",
        )
    return satisfied(f"提前了 {ahead} 个工作日")


@rule(
    *AT_SUBMISSION,
    title="应急和应社区请求的，不受提前申请限制",
    cites=ADMISSION,
    governed_by=HAPPENED,
    force=Force.EXEMPTION,
    exempts=("national.access.submit.applied-in-time",),
)
def emergency_or_own_request_needs_no_notice(request: AccessRequest, given: Given) -> Finding:
    """An emergency does not wait, and a community that asks for help, or does its own work, needs no notice."""
    if request.emergency and request.temporary:
        return satisfied("涉及人身、财产或公共安全的临时应急事项")
    if request.requested_by_community:
        return satisfied("是社区自己提出的请求")
    if request.duty is Duty.SELF_GOVERNMENT:
        return satisfied("是居民自治事项")
    return not_applicable()


@rule(*AT_DECISION, title="一次准入有期限", cites=ADMISSION, uses=(TERM_MONTHS,))
def admission_has_an_end(request: AccessRequest, given: Given) -> Finding:
    """An admission has a first and a last day and lasts no longer than the term of the place."""
    if request.duty is Duty.SELF_GOVERNMENT:
        return not_applicable()
    if request.starts is None or request.ends is None:
        return require("没有填写开始或结束日期，准入不能没有期限", cure="填写开始日期和结束日期")
    if request.ends < request.starts:
        return require("结束日期早于开始日期", cure="改正结束日期")
    months = given[TERM_MONTHS]
    covered = (request.ends.year - request.starts.year) * 12 + request.ends.month - request.starts.month
    # The last day of a term is the day before the corresponding day: one year from 1 March ends on the last of
    # February, so a term that reaches the corresponding day is a day too long.
    if covered > months or (covered == months and request.ends.day >= request.starts.day):
        return require(
            f"一次准入最长 {months} 个月，申请的期限超过了",
            cure=f"缩短到 {months} 个月以内，到期确有需要的再申请续期",
        )
    return satisfied()


@rule(
    "access.emergency",
    title="应急先行只用于真正的临时应急",
    cites=EMERGENCY_LAW_2024.article("", gist=EMERGENCY_GIST),
)
def emergency_is_real(request: AccessRequest, given: Given) -> Finding:
    """The shorter path is for temporary work in an emergency of life, property or public safety."""
    if not request.emergency:
        return refuse("不是涉及人身、财产或公共安全的紧急情况，不能先行", cure="走普通申请")
    if not request.temporary:
        return refuse("长期工作不能走应急处置", cure="应急部分按临时事项申请，长期部分另走普通申请")
    return satisfied()


emergency_is_real_2007 = under(emergency_is_real, EMERGENCY_LAW_2007.article(55, gist=EMERGENCY_GIST), "2007")


@rule(
    "access.open",
    title="应急处置先行，经费事后结算",
    cites=EMERGENCY_LAW_2024.article("", gist=EMERGENCY_GIST),
    force=Force.EXEMPTION,
    exempts=(
        "national.access.open.assistance-comes-with-money-and-conditions",
        "national.access.open.assistance-is-paid-for",
    ),
)
def emergency_is_settled_afterwards(request: AccessRequest, given: Given) -> Finding:
    """Assistance in an emergency begins in the communities at once; its money is judged with the decision."""
    if request.emergency and request.temporary:
        return satisfied("临时应急事项先行，经费在补办审核时核定")
    return not_applicable()


emergency_is_settled_afterwards_2007 = under(
    emergency_is_settled_afterwards, EMERGENCY_LAW_2007.article(55, gist=EMERGENCY_GIST), "2007"
)


@rule("access.emergency", title="应急先行要短", cites=ADMISSION, governed_by=HAPPENED, uses=(EMERGENCY_DAYS,))
def emergency_is_short(request: AccessRequest, given: Given) -> Finding:
    """Work that went ahead of its review ends soon; what lasts longer applies in the ordinary way."""
    if request.starts is None or request.ends is None:
        return require("应急事项没有填写开始或结束日期", cure="填写开始日期和结束日期")
    days = (request.ends - request.starts).days + 1
    if days > given[EMERGENCY_DAYS]:
        return require(
            f"应急先行最长 {given[EMERGENCY_DAYS]} 天，这次要 {days} 天",
            cure=f"先按 {given[EMERGENCY_DAYS]} 天以内办理，之后的部分走普通申请",
        )
    return satisfied()


RULES = (
    applied_in_time,
    emergency_or_own_request_needs_no_notice,
    admission_has_an_end,
    emergency_is_real_2007,
    emergency_is_real,
    emergency_is_settled_afterwards_2007,
    emergency_is_settled_afterwards,
    emergency_is_short,
)
