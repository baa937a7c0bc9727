"""Rules of what comes into a fund: sources, receipts, agreements, opening balances, campaigns, other purposes."""

from __future__ import annotations

from datetime import timedelta

from linli.findings import Finding, not_applicable, refuse, require, satisfied
from linli.funds import (
    CAMPAIGN_OF,
    CHANGE_NOTICE_DAYS,
    DECIDED_DAY,
    DECIDED_YEAR,
    FUND_OF,
    RETURNED_SOURCES,
    SOURCES,
    Change,
    Channel,
    Contribution,
)
from linli.rules import Given, rule
from linli_national.charity_sources import (
    ACCOUNTED_FOR,
    CARRIED_OR_RETURNED,
    CHARITY_LAW_2024,
    KEPT_APART,
)


@rule("contribution.record", title="资金来源要说得清", cites=KEPT_APART, uses=(SOURCES,))
def source_is_known(contribution: Contribution, given: Given) -> Finding:
    """Money comes from one of the kinds of source that the place knows."""
    known = given[SOURCES]
    if contribution.source not in known:
        return refuse(
            f"“{contribution.source}”不是这里登记的资金来源", cure=f"改填其中一种：{'、'.join(known)}"
        )
    return satisfied(f"来源：{contribution.source}")


@rule("contribution.record", title="收入记到开放的基金和它的用途下", cites=KEPT_APART, uses=(FUND_OF,))
def fund_takes_it(contribution: Contribution, given: Given) -> Finding:
    """The fund is there and open, and the purpose that money is bound to is one of its own."""
    fund = given[FUND_OF]
    if fund is None or not fund.open:
        return refuse(f"没有编号为 {contribution.fund} 的开放基金", cure="核对基金编号，或先设立基金")
    if contribution.purpose and contribution.purpose not in fund.purpose_names:
        return refuse(
            f"“{fund.title}”没有“{contribution.purpose}”这个用途",
            cure=f"改为：{fund.purposes or '不限定用途'}，或另设基金",
        )
    return satisfied(f"记入“{fund.title}”")


@rule(
    "contribution.record",
    title="接受捐赠要开票据或作记录",
    cites=CHARITY_LAW_2024.article(
        38,
        "应当向捐赠人开具由财政部门统一监（印）制的捐赠票据",
        gist="接受捐赠开具捐赠票据，匿名或放弃的作记录",
    ),
)
def donation_has_a_receipt(contribution: Contribution, given: Given) -> Finding:
    """A donation has the number of its receipt, or a record that none was wanted; receipts are the charity's."""
    if contribution.channel is not Channel.DONATION:
        return not_applicable()
    if contribution.receipt or contribution.receipt_waived:
        return satisfied()
    return require("没有捐赠票据号码，也没有写明捐赠人匿名或不要票据", cure="填票据号码，或勾选已作记录")


@rule(
    "contribution.record",
    title="捐赠人要协议的，要签书面协议",
    cites=CHARITY_LAW_2024.article(
        39, "捐赠人要求签订书面捐赠协议的", gist="捐赠人要求签订书面捐赠协议的，应当签订"
    ),
)
def agreement_when_asked(contribution: Contribution, given: Given) -> Finding:
    """Where the donor asks for an agreement in writing there is one."""
    if not contribution.agreement_asked:
        return not_applicable()
    if contribution.agreement:
        return satisfied()
    return require("捐赠人要求签书面协议，还没有协议", cure="签好以后上传捐赠协议")


@rule(
    "contribution.record",
    title="不得指定利害关系人受益",
    cites=CHARITY_LAW_2024.article(
        40, "不得指定或者变相指定捐赠人的利害关系人作为受益人", gist="不得指定捐赠人的利害关系人作为受益人"
    ),
)
def donor_names_no_relative(contribution: Contribution, given: Given) -> Finding:
    """A donor does not name somebody close as the one who gains."""
    if contribution.beneficiary_related:
        return refuse("指定的受益人是捐赠人的利害关系人", cure="改为不指定受益人，由基金按章程确定")
    return satisfied()


@rule(
    "contribution.record",
    title="义卖前要有捐赠协议",
    cites=CHARITY_LAW_2024.article(
        37, "应当在举办活动前与慈善组织或者其他接受捐赠的人签订捐赠协议", gist="义卖等活动前签订捐赠协议"
    ),
)
def market_has_an_agreement(contribution: Contribution, given: Given) -> Finding:
    """What a market brings in was promised to the fund before the market."""
    if contribution.channel is not Channel.MARKET:
        return not_applicable()
    if contribution.agreed_before:
        return satisfied()
    return require("义卖收入没有写明活动前签过捐赠协议", cure="写明活动前已与接受捐赠的慈善组织签订协议")


@rule("contribution.record", title="期初余额要有依据", cites=ACCOUNTED_FOR, uses=(DECIDED_DAY,))
def opening_balance_has_a_basis(contribution: Contribution, given: Given) -> Finding:
    """What was there before the books began rests on a paper, and says on which day it was so."""
    if contribution.channel is not Channel.OPENING:
        return not_applicable()
    if not contribution.basis or contribution.as_of is None:
        return require(
            "期初余额没有依据，或者没有写明截至哪一天", cure="上传移交清单、审计报告或银行对账单，写明日期"
        )
    if contribution.as_of > given[DECIDED_DAY]:
        return refuse("期初余额的日期在今天之后", cure="填依据上写明的日期")
    return satisfied(f"截至 {contribution.as_of}")


@rule(
    "contribution.record",
    title="募捐所得记到备案的活动",
    cites=CHARITY_LAW_2024.article(
        24, "应当在开展募捐活动前报慈善组织登记的民政部门备案", gist="募捐方案在开展活动前备案"
    ),
    uses=(CAMPAIGN_OF, DECIDED_DAY),
)
def campaign_is_on_file(contribution: Contribution, given: Given) -> Finding:
    """What is given to a campaign belongs to its fund, and to the days of a campaign that has begun."""
    if not contribution.campaign:
        return not_applicable()
    campaign = given[CAMPAIGN_OF]
    if campaign is None:
        return refuse(f"没有编号为 {contribution.campaign} 的募捐活动", cure="核对募捐活动编号")
    if contribution.fund != campaign.fund:
        return refuse(f"“{campaign.title}”募得的款项归入另一个基金", cure=f"改为基金 {campaign.fund}")
    if given[DECIDED_DAY] < campaign.starts:
        return refuse(f"“{campaign.title}”从 {campaign.starts} 开始", cure="开始以后再接受捐赠")
    if not campaign.filing:
        return require(f"“{campaign.title}”还没有备案", cure="先办募捐方案备案")
    return satisfied(f"备案编号 {campaign.filing}")


@rule(
    "contribution.record",
    title="要交回结余的来源，先结上一年的账",
    cites=CARRIED_OR_RETURNED,
    uses=(FUND_OF, DECIDED_YEAR, RETURNED_SOURCES),
)
def year_before_is_closed_first(contribution: Contribution, given: Given) -> Finding:
    """Where unused money goes back, the new year's money waits until the old year's is counted."""
    fund = given[FUND_OF]
    if fund is None or contribution.source not in given[RETURNED_SOURCES]:
        return not_applicable()
    if given[DECIDED_YEAR] <= fund.open_year:
        return satisfied()
    return refuse(f"“{fund.title}”{fund.open_year} 年度还没有结账", cure="先办“年终结账”")


@rule(
    "contribution.repurpose",
    "contribution.announce_change",
    title="改成的用途要是基金自己的用途",
    cites=KEPT_APART,
    uses=(FUND_OF,),
)
def new_purpose_is_one_of_the_fund(change: Change, given: Given) -> Finding:
    """Money can be bound only to a purpose that its fund has."""
    fund = given[FUND_OF]
    if fund is None:
        return not_applicable()
    if change.purpose and change.purpose not in fund.purpose_names:
        return refuse(
            f"“{fund.title}”没有“{change.purpose}”这个用途", cure=f"改为：{fund.purposes or '不限定用途'}"
        )
    return satisfied()


@rule(
    "contribution.repurpose",
    title="变更用途要捐赠人同意，或重新备案",
    cites=(
        CHARITY_LAW_2024.article(56, "应当征得捐赠人同意", gist="变更捐赠协议约定的用途，应当征得捐赠人同意"),
        CHARITY_LAW_2024.article(
            56, "应当报原备案的民政部门备案", gist="变更募捐方案规定的用途，报原备案的民政部门备案"
        ),
    ),
    uses=(CHANGE_NOTICE_DAYS, DECIDED_DAY),
)
def change_is_consented_or_filed(change: Change, given: Given) -> Finding:
    """A campaign's plan is filed anew; an agreement needs consent, or a notice that ran its days where there is one."""
    if change.campaign and not change.filing:
        return require("募捐方案规定的用途变了，还没有重新备案", cure="报原备案的民政部门备案，填备案编号")
    if change.consent or (change.campaign and not change.by_agreement):
        return satisfied()
    if not change.given_for and not change.by_agreement:
        return satisfied("捐赠时没有限定用途")
    if change.answered:
        return refuse("捐赠人不同意变更用途", cure="按原来的用途使用，或退还捐赠人")
    if change.announced is None or change.last_day is None:
        way = "，联系不到捐赠人的办“公告变更用途”" if given[CHANGE_NOTICE_DAYS] else ""
        return require("没有捐赠人同意的书面材料", cure=f"上传捐赠人的书面同意{way}")
    if given[DECIDED_DAY] <= change.last_day:
        return require(
            f"公告到 {change.last_day} 才期满", cure=f"{change.last_day + timedelta(days=1)} 起办理"
        )
    return satisfied(f"{change.announced} 起公告，期满没有联系到捐赠人，视为同意")


@rule(
    "contribution.announce_change",
    title="以公告代替同意，要地方有规定",
    cites=CHARITY_LAW_2024.article(
        56, "应当征得捐赠人同意", gist="变更捐赠协议约定的用途，应当征得捐赠人同意"
    ),
    uses=(CHANGE_NOTICE_DAYS,),
)
def notice_needs_a_local_text(change: Change, given: Given) -> Finding:
    """A notice stands for consent only where local law says so, and never against what a plan lays down."""
    days = given[CHANGE_NOTICE_DAYS]
    if not days:
        return refuse("这里没有以公告代替捐赠人同意的规定", cure="征得捐赠人同意")
    if change.campaign and not change.by_agreement:
        return refuse("募捐方案规定的用途，要报原备案的民政部门备案", cure="重新备案以后办“变更用途”")
    return satisfied(f"公告不少于 {days} 天")


INCOME_RULES = (
    source_is_known,
    fund_takes_it,
    donation_has_a_receipt,
    agreement_when_asked,
    donor_names_no_relative,
    market_has_an_agreement,
    opening_balance_has_a_basis,
    campaign_is_on_file,
    year_before_is_closed_first,
    new_purpose_is_one_of_the_fund,
    change_is_consented_or_filed,
    notice_needs_a_local_text,
)
