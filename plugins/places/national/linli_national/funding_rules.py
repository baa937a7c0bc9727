"""Who may apply to a call, and what may be bought by one.

The conditions for applicants are widely used and rest on no national text: they are examples that each announcement
takes over, and say so. What may be bought is the finance ministry's rule.
"""

from __future__ import annotations

from datetime import date

from linli.citations import Rank, Source
from linli.findings import Finding, not_applicable, refuse, require, satisfied
from linli.funding import (
    ACT_DAY,
    CONCURRENT_PROJECTS,
    REGISTERED_MONTHS,
    REPORT_YEARS,
    RUNNING_PROJECTS,
    THE_BAR,
    THE_CALL,
    THE_ORGANIZATION,
    Announcement,
    Candidacy,
    Mode,
    Standing,
)
from linli.rules import Given, rule
from linli_national.funding_call import AGREEMENT

SERVICE_PURCHASE_2020 = Source(
    "finance-order-102",
    "政府购买服务管理办法",
    Rank.RULE,
    since=date(2020, 3, 1),
    number="财政部令第102号",
    note="未存全文；第十条的内容见财政部门的公开答复",
)
CONDITIONS = AGREEMENT.article("申报条件", gist="登记满期或已备案有代管，年报合格，无严重失信，项目数有限")


@rule(
    "grant.qualify",
    title="登记满期，或者备案组织申报微创投",
    cites=CONDITIONS,
    uses=(THE_CALL, THE_ORGANIZATION, REGISTERED_MONTHS, ACT_DAY),
)
def applicant_may_receive_money(facts: Candidacy, given: Given) -> Finding:
    """A registered body of some age, or, in a micro grant, a filed one whose sponsor receives the money."""
    body, call, today = given[THE_ORGANIZATION], given[THE_CALL], given[ACT_DAY]
    if body is None:
        return refuse(f"社会组织名册里没有 {facts.request.code}", "先由登记机关或街道登入名册，再申报")
    if body.standing is Standing.FILED:
        if call is None or not call.micro:
            return refuse("只备案、没有登记的组织不能申报这次征集", "参加微创投征集，或者登记满期后申报")
        if not body.sponsor:
            return refuse("备案的组织没有代管单位，不能收款", "找一个已登记的组织代管资金，登入名册")
        return satisfied(f"已备案，由 {body.sponsor} 代管资金")
    months = given[REGISTERED_MONTHS]
    age = (today.year - body.since.year) * 12 + today.month - body.since.month - (today.day < body.since.day)
    if age < months:
        return refuse(f"到申报日登记满 {age} 个月，要满 {months} 个月", "登记满期以后申报")
    return satisfied()


@rule(
    "grant.qualify",
    title="年报合格，没有严重失信",
    cites=CONDITIONS,
    uses=(THE_ORGANIZATION, REPORT_YEARS, ACT_DAY),
)
def applicant_is_in_good_standing(facts: Candidacy, given: Given) -> Finding:
    """No serious bad record, and a passed annual report of late; a body younger than that has none yet."""
    body, today = given[THE_ORGANIZATION], given[ACT_DAY]
    if body is None:
        return not_applicable()
    if body.bad_record:
        return refuse("列入严重失信名单", "移出名单以后申报")
    earliest = today.year - given[REPORT_YEARS]
    if body.standing is Standing.REGISTERED and body.report_year < earliest and body.since.year < earliest:
        return refuse(f"{earliest} 年以来没有合格的年度报告", "补报年度报告，合格以后申报")
    return satisfied()


@rule("grant.qualify", title="没有在这个资助方的不得申报期内", cites=CONDITIONS, uses=(THE_BAR, ACT_DAY))
def applicant_is_not_barred(facts: Candidacy, given: Given) -> Finding:
    """Who failed a final evaluation does not apply to that funder again for some years."""
    bar = given[THE_BAR]
    if bar is not None and given[ACT_DAY] <= bar.until:
        return refuse(f"项目 {bar.grant} 结项不合格，到 {bar.until} 为止不能向这个资助方申报", "期满后申报")
    return satisfied()


@rule(
    "grant.qualify",
    title="同时实施的项目不超过上限",
    cites=CONDITIONS,
    uses=(RUNNING_PROJECTS, CONCURRENT_PROJECTS),
)
def projects_at_once_are_limited(facts: Candidacy, given: Given) -> Finding:
    """An organisation runs only so many projects at once."""
    running, most = given[RUNNING_PROJECTS], given[CONCURRENT_PROJECTS]
    if running >= most:
        return refuse(f"正在实施 {running} 个项目，最多 {most} 个", "结项一个以后再申报")
    return satisfied()


@rule(
    "call.publish",
    title="用工和岗位不能作为服务购买",
    cites=SERVICE_PURCHASE_2020.article(10, gist="招用人员、劳务派遣用工、设置公益性岗位，不能列入购买服务"),
)
def posts_are_not_bought(call: Announcement, given: Given) -> Finding:
    """Hiring, dispatched labour and public-welfare posts may not be bought; a defined service may."""
    if call.mode is not Mode.POST:
        return not_applicable()
    if call.service.strip():
        return satisfied("按写明的服务内容购买，岗位数只作计价")
    return refuse("购买的是岗位，没有写明服务内容", "改为购买项目，或者写明服务内容和要求")


@rule(
    "call.publish",
    title="购买岗位按人数和单价，购买项目写明指标",
    cites=AGREEMENT.article("购买方式", gist="岗位按人数乘单价计价，项目写明预算和指标"),
)
def purchase_is_priced(call: Announcement, given: Given) -> Finding:
    """A purchase of posts costs headcount times unit price, to the fen; a purchase of a project has indicators."""
    if call.mode is Mode.POST:
        price = call.headcount * call.unit_price_fen
        if not price or price != call.budget_fen:
            return require("总预算不等于岗位数乘以每个岗位的价格", "写明岗位数和单价，两者相乘等于总预算")
        return satisfied()
    if call.mode is Mode.PROJECT and not call.indicators.strip():
        return require("购买项目没有写绩效指标", "写明绩效指标")
    return satisfied()


FUNDING_RULES = (
    applicant_may_receive_money,
    applicant_is_in_good_standing,
    applicant_is_not_barred,
    projects_at_once_are_limited,
    posts_are_not_bought,
    purchase_is_priced,
)

FUNDING_SOURCES = (AGREEMENT, SERVICE_PURCHASE_2020)
