"""Rules of the end of a year and of the end of a fund: what is carried over, what goes back, who gets the rest."""

from __future__ import annotations

from linli.findings import Finding, Verdict, not_applicable, refuse, require, satisfied, set_term, set_terms
from linli.funds import (
    CARRY,
    CARRY_OVER,
    CLOSED_YEAR,
    DECIDED_YEAR,
    FUND_OF,
    LAPSE,
    RETURNED,
    RETURNED_SOURCES,
    TAKES,
    UNUSED_LIMITS,
    Contribution,
    FundYear,
    Handing,
    PaymentRequest,
)
from linli.rules import Given, rule
from linli_national.charity_sources import ACCOUNTED_FOR, CARRIED_OR_RETURNED, CHARITY_LAW_2024


@rule("fund.close_year", title="年度过完，按顺序结账", cites=ACCOUNTED_FOR, uses=(FUND_OF, DECIDED_YEAR))
def years_are_closed_in_order(closing: FundYear, given: Given) -> Finding:
    """A year is closed once, when it is over, and after the one before it."""
    fund = given[FUND_OF]
    if fund is None:
        return refuse(f"没有编号为 {closing.fund} 的基金", cure="核对基金编号")
    if closing.year != fund.open_year:
        return refuse(f"该结的是 {fund.open_year} 年度", cure=f"改为 {fund.open_year} 年度")
    if closing.year >= given[DECIDED_YEAR]:
        return refuse(f"{closing.year} 年度还没有过完", cure=f"{closing.year + 1} 年 1 月 1 日起办理")
    return satisfied()


@rule(
    "fund.close_year",
    title="没有用完的钱和额度，结转、交回或失效",
    cites=CARRIED_OR_RETURNED,
    uses=(FUND_OF, RETURNED_SOURCES, CARRY_OVER),
    power=Verdict.SATISFIED,
)
def unused_is_carried_or_returned(closing: FundYear, given: Given) -> Finding:
    """Money of some kinds of source goes back and all other stays; what of a limit was not used is added or is gone."""
    if given[FUND_OF] is None:
        return not_applicable()
    back = given[RETURNED_SOURCES]
    said = f"{'、'.join(back)}交回，其余的钱转到下一年" if back else "钱全部转到下一年"
    return set_terms({RETURNED: back, UNUSED_LIMITS: CARRY if given[CARRY_OVER] else LAPSE}, said)


@rule(
    "contribution.record",
    "payment.submit",
    "payment.approve",
    title="结过的年度不再入账",
    cites=ACCOUNTED_FOR,
    uses=(FUND_OF, CLOSED_YEAR, DECIDED_YEAR),
)
def closed_year_stays_closed(asked: Contribution | PaymentRequest, given: Given) -> Finding:
    """What is entered late from paper goes into the year that is open, or the closing is undone first."""
    fund, closed = given[FUND_OF], given[CLOSED_YEAR]
    if fund is None or not closed:
        return not_applicable()
    if given[DECIDED_YEAR] > closed:
        return satisfied()
    return refuse(
        f"“{fund.title}”{closed} 年度已经结账",
        cure=f"记入 {closed + 1} 年并写明缘由；必须记入原来年度的，先撤销结账",
    )


SIMILAR_AIM = CHARITY_LAW_2024.article(
    58, "用于目的相同或者相近的其他慈善项目", gist="剩余财产按约定处理，没有约定的用于目的相同或相近的项目"
)


@rule("fund.hand_over", title="剩余财产按约定或用于目的相近的项目", cites=SIMILAR_AIM, uses=(FUND_OF,))
def rest_goes_to_a_similar_aim(handing: Handing, given: Given) -> Finding:
    """What is left of a fund goes to another one that is open, by a paper that says so."""
    fund = given[FUND_OF]
    if fund is None or not fund.open or fund.suspended or handing.fund == handing.giver:
        return refuse(f"没有编号为 {handing.fund} 的另一个开放的基金", cure="核对接收基金的编号")
    if not handing.basis:
        return require("没有写明按什么处理剩余财产", cure="上传捐赠协议、募捐方案的约定，或者理事会决议")
    return set_term(TAKES, fund.purpose_names, f"转入“{fund.title}”")


YEAR_RULES = (
    years_are_closed_in_order,
    unused_is_carried_or_returned,
    closed_year_stays_closed,
    rest_goes_to_a_similar_aim,
)
