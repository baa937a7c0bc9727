"""Rules of asking for money: in a closed list, or in public with licence, filing and a designated platform."""

from __future__ import annotations

from datetime import date, timedelta

from linli.findings import Finding, Verdict, not_applicable, refuse, require, satisfied
from linli.funds import (
    FILING_DAYS,
    FUND_OF,
    LATE_FILING_DAYS,
    CampaignPlan,
    FiledPlan,
    PledgeList,
)
from linli.rules import Given, rule
from linli_national.charity_sources import CHARITY_LAW_2024, FUNDRAISING_2024, KEPT_APART


@rule(
    "pledge.invite",
    title="通过互联网向公众募捐要有资格、备案和指定平台",
    cites=(
        CHARITY_LAW_2024.article(
            27, "应当在国务院民政部门指定的互联网公开募捐服务平台进行", gist="互联网公开募捐只在指定平台进行"
        ),
        CHARITY_LAW_2024.article(23, "公开募捐", gist="公开募捐的方式，包括通过互联网募捐"),
    ),
)
def online_collection_needs_a_licence(listed: PledgeList, given: Given) -> Finding:
    """Asking everybody by the internet is public fundraising."""
    if not listed.online:
        return not_applicable()
    wanted = {
        "公开募捐资格证书": listed.licence,
        "募捐方案备案": listed.filing,
        "指定的互联网募捐平台": listed.platform,
    }
    missing = [name for name, value in wanted.items() if not value]
    if missing:
        return refuse(
            f"通过互联网向公众募捐，缺：{'、'.join(missing)}", cure="补齐后再发起，或改为在名单内定向募捐"
        )
    return satisfied()


@rule(
    "pledge.invite",
    title="定向募捐由慈善组织在特定对象内进行",
    cites=CHARITY_LAW_2024.article(
        29,
        "应当在发起人、理事会成员和会员等特定对象的范围内进行",
        gist="定向募捐限于发起人、理事会成员和会员等特定对象",
    ),
)
def pledges_stay_inside_the_list(listed: PledgeList, given: Given) -> Finding:
    """Pledges are raised by a named charity among its founders, board and members."""
    if listed.online:
        return not_applicable()
    if not listed.charity or not listed.invited:
        return require("没有写明由哪个慈善组织募捐，或没有名单", cure="填慈善组织的名称和名单")
    if not listed.members_only:
        return refuse(
            "名单里有发起人、理事会成员和会员以外的单位",
            cure="从名单里去掉，或由有公开募捐资格的慈善组织公开募捐",
        )
    return satisfied(f"由{listed.charity}在名单内募捐")


@rule(
    "pledge.invite",
    title="认捐归开放的基金",
    cites=KEPT_APART,
    uses=(FUND_OF,),
)
def pledges_have_a_fund(listed: PledgeList, given: Given) -> Finding:
    """What is promised is for a fund that is open."""
    fund = given[FUND_OF]
    if fund is None or not fund.open:
        return refuse(f"没有编号为 {listed.fund} 的开放基金", cure="核对基金编号")
    return satisfied()


@rule("campaign.plan", title="募得的款项归入开放的基金", cites=KEPT_APART, uses=(FUND_OF,))
def campaign_has_a_fund(plan: CampaignPlan, given: Given) -> Finding:
    """What a campaign brings in belongs to a fund that is open, for one of its purposes."""
    fund = given[FUND_OF]
    if fund is None or not fund.open:
        return refuse(f"没有编号为 {plan.fund} 的开放基金", cure="核对基金编号")
    if plan.purpose and fund.purposes and plan.purpose not in fund.purpose_names:
        return refuse(f"“{fund.title}”没有“{plan.purpose}”这个用途", cure=f"改为：{fund.purposes}")
    return satisfied()


def _a_year_later(day: date) -> date:
    return date(day.year + 1, 3, 1) if (day.month, day.day) == (2, 29) else day.replace(year=day.year + 1)


@rule(
    "campaign.plan",
    title="公开募捐要有资格",
    cites=(
        CHARITY_LAW_2024.article(22, "应当取得公开募捐资格", gist="公开募捐应当取得公开募捐资格"),
        CHARITY_LAW_2024.article(22, "依法登记满一年", gist="登记满一年的慈善组织可以申请资格"),
    ),
)
def campaign_has_a_licence(plan: CampaignPlan, given: Given) -> Finding:
    """Only a charity with a licence asks the public, and it gets one a year after its registration at the earliest."""
    if not plan.licence:
        return refuse(
            "没有公开募捐资格证书", cure="与有公开募捐资格的慈善组织合作，由它开展（慈善法第二十六条）"
        )
    if plan.registered is not None and plan.starts < _a_year_later(plan.registered):
        return refuse("慈善组织登记不满一年，不能有公开募捐资格", cure="登记满一年、取得资格以后再开展")
    return satisfied(f"资格证书 {plan.licence}")


@rule(
    "campaign.plan",
    title="募捐方案要写全",
    cites=CHARITY_LAW_2024.article(
        24, "募捐方案包括募捐目的、起止时间和地域", gist="募捐方案要写明的十项内容"
    ),
)
def plan_says_everything(plan: CampaignPlan, given: Given) -> Finding:
    """A plan says aim, days and area, who is in charge, how money is given, where it goes, what becomes of rests."""
    asked = {
        "募捐目的和款物用途": plan.purpose,
        "募捐地域": plan.area,
        "活动负责人和办公地址": plan.leader,
        "接受捐赠方式": plan.ways,
        "银行账户": plan.account,
        "受益人": plan.beneficiaries,
        "剩余财产的处理": plan.surplus,
    }
    missing = [name for name, value in asked.items() if not value.strip()]
    if missing:
        return require(f"募捐方案没有写：{'、'.join(missing)}", cure="补写以后再报备案")
    return satisfied()


@rule(
    "campaign.plan",
    title="互联网公开募捐在指定的平台进行",
    cites=CHARITY_LAW_2024.article(
        27, "应当在国务院民政部门指定的互联网公开募捐服务平台进行", gist="互联网公开募捐只在指定平台进行"
    ),
)
def campaign_uses_a_designated_platform(plan: CampaignPlan, given: Given) -> Finding:
    """A campaign on the internet runs on a platform that the ministry has named."""
    if not plan.online:
        return not_applicable()
    if not plan.platform:
        return refuse("没有写明指定的互联网公开募捐服务平台", cure="改在民政部指定的平台进行，并写明平台")
    return satisfied(f"平台：{plan.platform}")


@rule(
    "campaign.plan",
    title="合作募捐要评估合作方、签书面协议",
    cites=CHARITY_LAW_2024.article(
        26, "应当对合作方进行评估，依法签订书面协议", gist="对合作方进行评估，签订书面协议，收支纳入其账户"
    ),
)
def partner_is_bound_by_an_agreement(plan: CampaignPlan, given: Given) -> Finding:
    """A partner without a licence is evaluated and bound in writing, and collects nothing itself."""
    if not plan.partner:
        return not_applicable()
    if not plan.partner_agreement:
        return require("没有与合作方的评估和书面协议", cure="上传评估和协议，在方案里写明合作方")
    return satisfied()


@rule(
    "campaign.file",
    title="募捐方案提前备案",
    cites=(
        CHARITY_LAW_2024.article(
            24, "应当在开展募捐活动前报慈善组织登记的民政部门备案", gist="募捐方案在开展活动前备案"
        ),
        FUNDRAISING_2024.article(11, gist="在开展公开募捐活动十日前报送募捐方案备案"),
    ),
    uses=(FILING_DAYS,),
)
def plan_is_filed_before_it_begins(filed: FiledPlan, given: Given) -> Finding:
    """A campaign that starts on a day is filed ten days before it at the latest."""
    if filed.plan.emergency:
        return not_applicable()
    last = filed.plan.starts - timedelta(days=given[FILING_DAYS])
    if filed.filed > last:
        return refuse(
            f"{filed.plan.starts} 开始的募捐，最晚 {last} 报送备案，这次是 {filed.filed}",
            cure=f"开始日期改到 {filed.filed + timedelta(days=given[FILING_DAYS])} 或以后",
        )
    return satisfied(f"提前 {(filed.plan.starts - filed.filed).days} 天")


@rule(
    "campaign.file",
    title="应急募捐在开始后补办备案",
    cites=CHARITY_LAW_2024.article(
        73, "应当在活动开始后十日内补办备案手续", gist="应对重大突发事件的，开始后十日内补办备案"
    ),
    uses=(LATE_FILING_DAYS,),
    power=Verdict.SATISFIED,
)
def emergency_is_filed_soon_after(filed: FiledPlan, given: Given) -> Finding:
    """A campaign for a grave emergency may begin first and is filed within ten days; late it is filed all the same."""
    if not filed.plan.emergency:
        return not_applicable()
    last = filed.plan.starts + timedelta(days=given[LATE_FILING_DAYS])
    late = (filed.filed - last).days
    return satisfied(f"晚了 {late} 天" if late > 0 else "按时补办")


FUNDRAISING_RULES = (
    online_collection_needs_a_licence,
    pledges_stay_inside_the_list,
    pledges_have_a_fund,
    campaign_has_a_fund,
    campaign_has_a_licence,
    plan_says_everything,
    campaign_uses_a_designated_platform,
    partner_is_bound_by_an_agreement,
    plan_is_filed_before_it_begins,
    emergency_is_filed_soon_after,
)
