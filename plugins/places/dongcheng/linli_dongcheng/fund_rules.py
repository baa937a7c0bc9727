"""东城区的社区基金: committees without an account of their own, funds that depend on government, a yearly million."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from linli.checks import Check, Remark, Survey
from linli.citations import Rank, Source
from linli.findings import Finding, not_applicable, refuse, require, satisfied
from linli.funding import PREFERRED_KINDS, Standing
from linli.funds import SPECIAL_FUND_FEN, FundOpening, Holder
from linli.money import yuan
from linli.places import Level
from linli.rules import Given, rule
from linli_dongcheng.sources import ACCOUNT, DONGCHENG

CENTRE_ACCOUNT = Source(
    "beijing-account-dongcheng",
    "社区管理困境整治分析（东城区社会组织指导服务中心）",
    Rank.ACCOUNT,
    since=date(2009, 1, 1),
    place=DONGCHENG,
    text="beijing.txt",
    note="记述北京市做法的文章，没有写明日期，这里从2009年1月1日起算",
)
YEARLY_MILLION = CENTRE_ACCOUNT.article(
    "", "每年100萬元的培育發展社會組織專項資金", gist="每年100万元培育发展社会组织专项资金"
)
PUBLIC_SERVICE_FIRST = CENTRE_ACCOUNT.article(
    "", "重點扶持公益服務類社會組織發展", gist="重点扶持公益服务类社会组织"
)
COUNTED = CENTRE_ACCOUNT.article(
    "",
    "全區登記注冊的各類社會組織達353個,在社區登記備案的社區社會組織達1700余支",
    gist="全区登记社会组织353个，社区备案1700余支",
)
FUND_SOURCES = (CENTRE_ACCOUNT,)
FUND_PARAMETERS = (
    SPECIAL_FUND_FEN.at(DONGCHENG, 100_000_000, since=CENTRE_ACCOUNT.since, cites=YEARLY_MILLION),
    PREFERRED_KINDS.at(DONGCHENG, ("公益服务类",), since=CENTRE_ACCOUNT.since, cites=PUBLIC_SERVICE_FIRST),
)

# From what share on a community's income counts as dependent; no text gives one, so it is an example.
DEPENDENT_PERCENT = 50
GOVERNMENT = "政府购买"


@rule("fund.open", title="专项资金每年一百万", cites=YEARLY_MILLION, uses=(SPECIAL_FUND_FEN,))
def special_fund_keeps_its_yearly_sum(opening: FundOpening, given: Given) -> Finding:
    """The special money for social organisations has a yearly sum, and it is within the figure."""
    if not opening.special:
        return not_applicable()
    limit = given[SPECIAL_FUND_FEN]
    if not 0 < opening.yearly_fen <= limit:
        return refuse(f"专项资金每年不超过 {yuan(limit)}", cure=f"把每年最多支出填为 {yuan(limit)} 以内")
    return satisfied(f"每年 {yuan(opening.yearly_fen)}")


@rule(
    "fund.open",
    title="居委会没有独立账户，要写明代管单位和子账户",
    cites=ACCOUNT.article(
        "", "還沒有獨立的賬戶和財權", gist="居委会自2017年有法人身份，但没有独立的账户和财权"
    ),
)
def committee_money_has_a_named_sub_account(opening: FundOpening, given: Given) -> Finding:
    """A committee is a legal person without an account: somebody named keeps its money in a named sub-account."""
    if opening.holder_kind is not Holder.COMMITTEE:
        return not_applicable()
    if opening.custodian and opening.sub_account:
        return satisfied(f"在{opening.custodian}的子账户“{opening.sub_account}”名下")
    return require("居委会没有独立的账户，没有写明由谁代管、放在哪个子账户", cure="填写代管单位和子账户名称")


FUND_RULES = (special_fund_keeps_its_yearly_sum, committee_money_has_a_named_sub_account)


def _look(survey: Survey) -> Iterable[Remark]:
    total = government = 0
    for state in survey.states("contribution"):
        facts = state.facts.get("contribution", {})
        if state.stage_id == "received":
            total += facts["amount_fen"]
            government += facts["amount_fen"] if facts["source"] == GOVERNMENT else 0
    if not total:
        return
    percent = 100 * government // total
    yield Remark(
        f"基金收入 {yuan(total)}，其中政府购买 {yuan(government)}，占 {percent}%",
        alarm=percent > DEPENDENT_PERCENT,
        figures=(("收入（分）", total), ("政府购买（分）", government)),
    )


FUNDS_DEPEND = Check(
    "dongcheng.funds-depend",
    "基金收入是不是只靠政府",
    Level.COMMUNITY,
    (
        ACCOUNT.article(
            "", "大多需要依賴社區、街道的經費支撐才能運營", gist="社区社会组织的经费大多依赖社区、街道"
        ),
    ),
    _look,
)


def _count(survey: Survey) -> Iterable[Remark]:
    standings = [each.get("standing") for each in survey.entries("organizations").values()]
    if not standings:
        return
    registered = standings.count(Standing.REGISTERED.value)
    filed = standings.count(Standing.FILED.value)
    yield Remark(
        f"社会组织名册里，登记的 {registered:,} 家，备案的 {filed:,} 家",
        figures=(("登记", registered), ("备案", filed)),
    )


ORGANIZATIONS_COUNTED = Check(
    "dongcheng.organizations-counted", "登记和备案了多少社会组织", Level.DISTRICT, (COUNTED,), _count
)
