"""社区基金的全国规则: purposes, receipts, agreements, fundraising and ratios by the charity law of 2024."""

from __future__ import annotations

from datetime import date
from typing import Any

from linli.citations import NATION, Rank, Source
from linli.findings import Finding, Verdict, not_applicable, refuse, require, satisfied, set_term, set_terms
from linli.funds import (
    APPROVALS,
    APPROVALS_LARGE,
    APPROVALS_SMALL,
    AT_PAYMENT,
    CARRY_OVER,
    DECIDED_YEAR,
    DISCLOSURE_MONTHS,
    FUND_OF,
    LARGE_PAYMENT_FEN,
    MONEY_HELD,
    PROGRAMME_LIMIT,
    PROGRAMME_USED,
    SOURCES,
    YEAR_LIMIT,
    YEAR_USED,
    Channel,
    CharityKind,
    CharityYear,
    Contribution,
    PaymentKind,
    PaymentRequest,
    PledgeList,
)
from linli.money import yuan
from linli.parameters import Setting
from linli.rules import Force, Given, rule

CHARITY_LAW_2024 = Source(
    "charity-law-2024",
    "慈善法（2023年修正）",
    Rank.LAW,
    since=date(2024, 9, 5),
    text="慈善法-2024-09-05.md",
)
RATIOS_2016 = Source(
    "minfa-2016-189",
    "关于慈善组织开展慈善活动年度支出和管理费用的规定",
    Rank.NORMATIVE_DOCUMENT,
    since=date(2016, 10, 11),
    number="民发〔2016〕189号",
    note="未存全文；比例和二十万元以下不适用比例的规定，见公开转载；2023年修法后可能另有新规定",
)
FUND_SOURCES = (CHARITY_LAW_2024, RATIOS_2016)

BEGINNING = date(1990, 1, 1)
FUND_SETTINGS: tuple[Setting[Any], ...] = (
    SOURCES.at(NATION, ("政府购买", "基金会资助", "辖区单位赞助", "居民自筹"), since=BEGINNING, example=True),
    LARGE_PAYMENT_FEN.at(NATION, 5_000_000, since=BEGINNING, example=True),
    APPROVALS_SMALL.at(NATION, 1, since=BEGINNING, example=True),
    APPROVALS_LARGE.at(NATION, 2, since=BEGINNING, example=True),
    CARRY_OVER.at(NATION, False, since=BEGINNING, example=True),
    DISCLOSURE_MONTHS.at(
        NATION,
        3,
        since=CHARITY_LAW_2024.since,
        cites=CHARITY_LAW_2024.article(
            79, "至少每三个月公开一次募捐情况", gist="公开募捐超过六个月的，至少每三个月公开一次"
        ),
    ),
)

KEPT_APART = CHARITY_LAW_2024.article(
    54, "登记造册，严格管理，专款专用", gist="募集的财产登记造册、严格管理、专款专用"
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


@rule(*AT_PAYMENT, title="从开放的基金里支出", cites=KEPT_APART, uses=(FUND_OF, DECIDED_YEAR))
def fund_pays_in_its_year(request: PaymentRequest, given: Given) -> Finding:
    """The fund is there and open, the programme is one of its own, and the year is the one that runs."""
    fund = given[FUND_OF]
    if fund is None or not fund.open:
        return refuse(f"没有编号为 {request.fund} 的开放基金", cure="核对基金编号")
    if request.year != given[DECIDED_YEAR]:
        return refuse(
            f"预算年度是 {request.year}，决定的年份是 {given[DECIDED_YEAR]}",
            cure=f"改为 {given[DECIDED_YEAR]} 年度",
        )
    if fund.programmes and request.programme not in fund.programme_limits:
        return refuse(
            f"“{request.programme or '没有写计划'}”不是“{fund.title}”下设的计划",
            cure=f"改为其中一个：{'、'.join(fund.programme_limits)}",
        )
    return satisfied(f"从“{fund.title}”支出")


@rule(
    *AT_PAYMENT,
    title="限定用途的钱只用于限定的用途",
    cites=(
        CHARITY_LAW_2024.article(
            56, "按照募捐方案或者捐赠协议使用捐赠财产", gist="按照募捐方案或者捐赠协议使用捐赠财产"
        ),
        KEPT_APART,
    ),
    uses=(FUND_OF, MONEY_HELD),
)
def restricted_money_keeps_its_purpose(request: PaymentRequest, given: Given) -> Finding:
    """A payment names the purpose it is for; only money of that source and purpose pays it, as far as there is any."""
    fund = given[FUND_OF]
    if fund is None:
        return not_applicable()
    if request.purpose and request.purpose not in fund.purpose_names:
        return refuse(f"“{request.purpose}”不在“{fund.title}”的用途之内", cure=f"用途限于：{fund.purposes}")
    held = given[MONEY_HELD]
    if held < request.amount_fen:
        kind = f"限定用于{request.purpose}" if request.purpose else "不限定用途"
        return refuse(
            f"{request.source}里{kind}的钱只有 {yuan(held)}，不够 {yuan(request.amount_fen)}",
            cure="减少金额，或改从另一种来源支出；改变用途先征得捐赠人同意",
        )
    return satisfied(f"这个来源和用途有 {yuan(held)}")


@rule(
    *AT_PAYMENT,
    title="收款方不得是管理人员的利害关系人",
    cites=CHARITY_LAW_2024.article(
        59, "不得指定或者变相指定慈善组织管理人员的利害关系人作为受益人", gist="管理人员的利害关系人不得受益"
    ),
)
def managers_do_not_pay_their_own(request: PaymentRequest, given: Given) -> Finding:
    """Nobody close to those who manage the fund gains by it."""
    if request.payee_related:
        return refuse("收款方或受益人与基金管理人员有利害关系", cure="换一个没有利害关系的收款方")
    return satisfied()


@rule(
    *AT_PAYMENT,
    title="按金额确定几人批准",
    cites=CHARITY_LAW_2024.article(
        12, "明确决策、执行、监督等方面的职责权限", gist="明确决策、执行、监督的职责权限"
    ),
    uses=(LARGE_PAYMENT_FEN, APPROVALS_SMALL, APPROVALS_LARGE),
    power=Verdict.SATISFIED,
)
def more_approve_what_is_large(request: PaymentRequest, given: Given) -> Finding:
    """How many have to approve follows from the amount; that of a reward is laid down, and one will do."""
    if request.kind is PaymentKind.REWARD:
        return not_applicable()
    large = request.amount_fen >= given[LARGE_PAYMENT_FEN]
    needed = given[APPROVALS_LARGE] if large else given[APPROVALS_SMALL]
    return set_term(APPROVALS, needed, f"{yuan(request.amount_fen)}，要 {needed} 人批准")


@rule(
    *AT_PAYMENT,
    title="不超过基金和计划每年的总额",
    cites=KEPT_APART,
    uses=(FUND_OF, YEAR_USED, PROGRAMME_USED),
)
def yearly_limits_hold(request: PaymentRequest, given: Given) -> Finding:
    """What a fund and its programme may commit in a year is not passed."""
    fund = given[FUND_OF]
    if fund is None:
        return not_applicable()
    programme = fund.programme_limits.get(request.programme, 0)
    limits = (
        (YEAR_LIMIT, f"“{fund.title}”", fund.yearly_fen, given[YEAR_USED]),
        (PROGRAMME_LIMIT, f"“{request.programme}”", programme, given[PROGRAMME_USED]),
    )
    terms = {term: limit for term, _, limit, _ in limits if limit}
    if request.programme in fund.programme_limits and fund.yearly_fen:
        # A programme without a limit of its own is counted against the fund's, so that its sum is kept as well.
        terms.setdefault(PROGRAMME_LIMIT, fund.yearly_fen)
    for _, title, limit, used in limits:
        if limit and used + request.amount_fen > limit:
            return refuse(
                f"{title}{request.year}年总额 {yuan(limit)}，已用 {yuan(used)}，这笔 {yuan(request.amount_fen)} 超出",
                cure=f"减到 {yuan(max(limit - used, 0))} 以内，或列入下一年度",
            )
    return set_terms(terms) if terms else satisfied("没有设每年的总额")


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


SMALL_MANAGEMENT_FEN = 20_000_000


@rule(
    "charity_year.file",
    title="公开募捐的基金会每年支出不低于七成",
    cites=CHARITY_LAW_2024.article(
        61,
        "不得低于上一年总收入的百分之七十或者前三年收入平均数额的百分之七十",
        gist="年度支出不低于收入的百分之七十",
    ),
)
def foundation_spends_seventy_percent(year: CharityYear, given: Given) -> Finding:
    """A foundation that may raise publicly spends 70 % of last year's income, or of the mean of three years."""
    if year.kind is not CharityKind.PUBLIC_FOUNDATION:
        return not_applicable()
    bases = [year.income_fen, *([year.income_mean_fen] if year.income_mean_fen else [])]
    if any(10 * year.spent_fen >= 7 * base for base in bases) or year.reported:
        return satisfied()
    need = -(-7 * min(bases) // 10)
    return refuse(
        f"支出 {yuan(year.spent_fen)}，低于收入的百分之七十（{yuan(need)}）",
        cure="报告登记机关并向社会说明原因，或增加慈善活动支出",
    )


@rule(
    "charity_year.file",
    title="公开募捐的基金会管理费用不超过一成",
    cites=CHARITY_LAW_2024.article(
        61, "年度管理费用不得超过当年总支出的百分之十", gist="年度管理费用不超过当年总支出的百分之十"
    ),
)
def foundation_manages_on_ten_percent(year: CharityYear, given: Given) -> Finding:
    """A foundation that may raise publicly spends at most 10 % of its whole expense on management."""
    if year.kind is not CharityKind.PUBLIC_FOUNDATION:
        return not_applicable()
    if 10 * year.management_fen <= year.total_fen or year.reported:
        return satisfied()
    return refuse(
        f"管理费用 {yuan(year.management_fen)}，超过总支出的百分之十",
        cure=f"减到 {yuan(year.total_fen // 10)} 以内，或报告登记机关并向社会说明",
    )


def _bands(year: CharityYear) -> tuple[int, int]:
    """What the notice asks of an association or service body: spending and management, in percent."""
    assets = year.net_assets_fen
    if assets >= 1_000_000_000:
        return 6, 13
    if assets >= 500_000_000:
        return 7, 14
    return 8, 15 if assets >= 100_000_000 else 20


@rule(
    "charity_year.file",
    title="社会团体、社会服务机构的年度支出比例",
    cites=RATIOS_2016.article("第九条", gist="按上年末净资产分档，年度支出不低于净资产的百分之六至八"),
)
def body_spends_by_its_assets(year: CharityYear, given: Given) -> Finding:
    """An association without licence spends by its assets; the smallest also half of last year's income."""
    if year.kind is not CharityKind.ASSOCIATION:
        return not_applicable()
    percent, _ = _bands(year)
    need = -(-percent * year.net_assets_fen // 100)
    if year.net_assets_fen < 100_000_000:
        need = max(need, -(-year.income_fen // 2))
    if year.spent_fen >= need:
        return satisfied(f"支出不低于 {yuan(need)}")
    return refuse(
        f"慈善活动支出 {yuan(year.spent_fen)}，低于 {yuan(need)}",
        cure=f"再支出 {yuan(need - year.spent_fen)}",
    )


@rule(
    "charity_year.file",
    title="社会团体、社会服务机构的管理费用比例",
    cites=RATIOS_2016.article("第九条", gist="按上年末净资产分档，管理费用不超过总支出的百分之十三至二十"),
)
def body_manages_by_its_assets(year: CharityYear, given: Given) -> Finding:
    """An association without licence spends on management what its band allows."""
    if year.kind is not CharityKind.ASSOCIATION:
        return not_applicable()
    _, percent = _bands(year)
    if 100 * year.management_fen <= percent * year.total_fen:
        return satisfied()
    return refuse(
        f"管理费用超过总支出的百分之{percent}", cure=f"减到 {yuan(percent * year.total_fen // 100)} 以内"
    )


@rule(
    "charity_year.file",
    title="管理费用不满二十万元的不看比例",
    cites=RATIOS_2016.article("第十一条", gist="年度管理费用低于二十万元的，不受比例限制"),
    force=Force.EXEMPTION,
    exempts=("national.charity_year.file.body-manages-by-its-assets",),
)
def small_management_is_waived(year: CharityYear, given: Given) -> Finding:
    """Management below 200,000 yuan is not held against the ratio."""
    if year.management_fen < SMALL_MANAGEMENT_FEN:
        return satisfied(f"管理费用 {yuan(year.management_fen)}，不满 20 万元")
    return not_applicable()


FUND_RULES = (
    source_is_known,
    fund_takes_it,
    donation_has_a_receipt,
    agreement_when_asked,
    donor_names_no_relative,
    market_has_an_agreement,
    fund_pays_in_its_year,
    restricted_money_keeps_its_purpose,
    managers_do_not_pay_their_own,
    more_approve_what_is_large,
    yearly_limits_hold,
    online_collection_needs_a_licence,
    pledges_stay_inside_the_list,
    pledges_have_a_fund,
    foundation_spends_seventy_percent,
    foundation_manages_on_ten_percent,
    body_spends_by_its_assets,
    body_manages_by_its_assets,
    small_management_is_waived,
)
