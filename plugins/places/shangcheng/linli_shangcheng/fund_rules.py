"""上城区的社区基金: four kinds of source, and five million a year for four programmes."""

from __future__ import annotations

from linli.findings import Finding, not_applicable, refuse, satisfied
from linli.funds import (
    CHANGE_NOTICE_DAYS,
    PROGRAMMES,
    RETURNED_SOURCES,
    SOURCES,
    SPECIAL_FUND_FEN,
    FundOpening,
)
from linli.money import yuan
from linli.rules import Given, rule
from linli_shangcheng.sources import ACCOUNT, CHARITY_ZHEJIANG_2018, SHANGCHENG

FUND_PARAMETERS = (
    SOURCES.at(
        SHANGCHENG,
        ("政府购买", "基金会资助", "辖区单位赞助", "居民自筹"),
        since=ACCOUNT.since,
        cites=ACCOUNT.article(
            "", "以政府购买、基金会资助、辖区单位赞助和居民自筹等方式组团", gist="社区基金账户有四种来源"
        ),
    ),
    PROGRAMMES.at(
        SHANGCHENG,
        ("We创客计划", "好邻居基金", "社区伙伴计划", "社会工作发展计划"),
        since=ACCOUNT.since,
        cites=ACCOUNT.article(
            "", "设立We创客计划、好邻居基金、社区伙伴计划、社会工作发展计划", gist="专项资金下设四个孵化载体"
        ),
    ),
    SPECIAL_FUND_FEN.at(
        SHANGCHENG,
        500_000_000,
        since=ACCOUNT.since,
        cites=ACCOUNT.article("", "每年拨付500万元专项发展资金", gist="每年拨付500万元专项发展资金"),
    ),
    # The account does not say what becomes of what was not used; that it goes back is an example.
    RETURNED_SOURCES.at(SHANGCHENG, ("政府购买",), since=ACCOUNT.since, example=True),
    CHANGE_NOTICE_DAYS.at(
        SHANGCHENG,
        60,
        since=CHARITY_ZHEJIANG_2018.since,
        cites=CHARITY_ZHEJIANG_2018.article(
            18, "公告时间不得少于六十日", gist="联系不到捐赠人的，变更用途公告不少于六十日，期满视为同意"
        ),
    ),
)


@rule(
    "fund.open",
    title="专项发展资金每年五百万，下设四个计划",
    cites=ACCOUNT.article(
        "", "每年拨付500万元专项发展资金", gist="每年500万元专项发展资金，设立四个孵化载体"
    ),
    uses=(PROGRAMMES, SPECIAL_FUND_FEN),
)
def special_fund_has_four_programmes(opening: FundOpening, given: Given) -> Finding:
    """The special fund has a yearly sum within the figure, and programmes by the names that there are."""
    if not opening.special:
        return not_applicable()
    limit, known = given[SPECIAL_FUND_FEN], given[PROGRAMMES]
    if not 0 < opening.yearly_fen <= limit:
        return refuse(f"专项发展资金每年不超过 {yuan(limit)}", cure=f"把每年最多支出填为 {yuan(limit)} 以内")
    named = [each.name for each in opening.programmes]
    strange = [name for name in named if name not in known]
    if strange or not named:
        return refuse(
            f"“{'、'.join(strange) or '没有写计划'}”不在专项发展资金的四个计划之内",
            cure=f"计划只能是：{'、'.join(known)}",
        )
    return satisfied(f"每年 {yuan(opening.yearly_fen)}，{len(named)} 个计划")


FUND_RULES = (special_fund_has_four_programmes,)
