"""Rules of what a fund pays: its year, its purposes, its limits, who approves, and what becomes of claims."""

from __future__ import annotations

from linli.findings import Finding, Verdict, not_applicable, refuse, require, satisfied, set_term, set_terms
from linli.funds import (
    APPROVALS,
    APPROVALS_LARGE,
    APPROVALS_SMALL,
    AT_PAYMENT,
    CARRY_OVER,
    DECIDED_YEAR,
    FUND_OF,
    LARGE_PAYMENT_FEN,
    MATCH_LIMIT,
    MATCH_MOST_FEN,
    MATCH_PERCENT,
    MATCHED,
    MONEY_HELD,
    OWN_PERCENT,
    PROGRAMME_LEFT_BEFORE,
    PROGRAMME_LIMIT,
    PROGRAMME_USED,
    PROGRAMME_USED_BEFORE,
    RETURNED_SOURCES,
    YEAR_LEFT_BEFORE,
    YEAR_LIMIT,
    YEAR_USED,
    YEAR_USED_BEFORE,
    PaymentKind,
    PaymentRequest,
    WriteOff,
    carried,
)
from linli.money import yuan
from linli.resolutions import asked_resolution
from linli.rules import Given, rule
from linli_national.charity_sources import (
    AS_AGREED,
    CARRIED_OR_RETURNED,
    CHARITY_LAW_2024,
    KEPT_APART,
    WHO_DECIDES,
)
from linli_national.funding_call import AGREEMENT

RESOLUTION = asked_resolution("funds.resolution", "核销的决议", lambda facts: facts.resolution)
MATCHING = AGREEMENT.article("配比", gist="配比的比例、上限和自筹的下限事先公布")


@rule(
    *AT_PAYMENT,
    title="从开放的基金里支出",
    cites=KEPT_APART,
    uses=(FUND_OF, DECIDED_YEAR),
    revision=2,
    changes=("programmes-known",),
)
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
    if (fund.programmes or request.programme) and request.programme not in fund.programme_limits:
        known = "、".join(fund.programme_limits)
        return refuse(
            f"“{request.programme or '没有写计划'}”不是“{fund.title}”下设的计划",
            cure=f"改为其中一个：{known}" if known else "这个基金没有下设计划，去掉计划名称",
        )
    return satisfied(f"从“{fund.title}”支出")


@rule(
    *AT_PAYMENT,
    title="限定用途的钱只用于限定的用途",
    cites=(AS_AGREED, KEPT_APART),
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
    cites=WHO_DECIDES,
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
    uses=(
        FUND_OF,
        CARRY_OVER,
        YEAR_USED,
        YEAR_USED_BEFORE,
        YEAR_LEFT_BEFORE,
        PROGRAMME_USED,
        PROGRAMME_USED_BEFORE,
        PROGRAMME_LEFT_BEFORE,
    ),
    revision=2,
    changes=("limits-carried",),
)
def yearly_limits_hold(request: PaymentRequest, given: Given) -> Finding:
    """What a fund and its programme may commit in a year is not passed; what was left before counts where carried."""
    fund = given[FUND_OF]
    if fund is None:
        return not_applicable()
    own = fund.programme_limits.get(request.programme, 0)
    carry, since, year = given[CARRY_OVER], fund.since, request.year
    used, left = given[YEAR_USED_BEFORE], given[YEAR_LEFT_BEFORE]
    whole = carried(fund.yearly_fen, used, left, carry_over=carry, since=since, year=year)
    used, left = given[PROGRAMME_USED_BEFORE], given[PROGRAMME_LEFT_BEFORE]
    part = carried(own, used, left, carry_over=carry, since=since, year=year)
    limits = (
        (YEAR_LIMIT, f"“{fund.title}”", whole if fund.yearly_fen else 0, given[YEAR_USED]),
        (PROGRAMME_LIMIT, f"“{request.programme}”", part if own else 0, given[PROGRAMME_USED]),
    )
    terms = {term: limit for term, _, limit, _ in limits if limit}
    if request.programme in fund.programme_limits and fund.yearly_fen:
        # A programme without a limit of its own is counted against the fund's, so that its sum is kept as well.
        terms.setdefault(PROGRAMME_LIMIT, whole)
    for _, title, limit, used in limits:
        if limit and used + request.amount_fen > limit:
            return refuse(
                f"{title}{request.year}年总额 {yuan(limit)}，已用 {yuan(used)}，这笔 {yuan(request.amount_fen)} 超出",
                cure=f"减到 {yuan(max(limit - used, 0))} 以内，或列入下一年度",
            )
    return set_terms(terms) if terms else satisfied("没有设每年的总额")


@rule(*AT_PAYMENT, "payment.pay", title="中止的基金不能支出", cites=KEPT_APART, uses=(FUND_OF,))
def suspended_fund_pays_nothing(request: PaymentRequest, given: Given) -> Finding:
    """A fund that was suspended promises nothing and pays nothing, not even what was approved before."""
    fund = given[FUND_OF]
    if fund is None:
        return not_applicable()
    if fund.suspended:
        return refuse(f"“{fund.title}”已经中止", cure="等基金恢复以后再办")
    return satisfied()


@rule(
    *AT_PAYMENT,
    title="要交回结余的来源，先结上一年的账",
    cites=CARRIED_OR_RETURNED,
    uses=(FUND_OF, DECIDED_YEAR, RETURNED_SOURCES),
)
def old_year_is_counted_first(request: PaymentRequest, given: Given) -> Finding:
    """Where unused money goes back, nothing is spent in the new year before the old year's is counted."""
    fund = given[FUND_OF]
    if fund is None or request.source not in given[RETURNED_SOURCES]:
        return not_applicable()
    if given[DECIDED_YEAR] <= fund.open_year:
        return satisfied()
    return refuse(f"“{fund.title}”{fund.open_year} 年度还没有结账", cure="先办“年终结账”")


@rule(
    *AT_PAYMENT,
    title="配比资助按自筹的钱和约定的比例",
    cites=MATCHING,
    uses=(FUND_OF, MATCH_PERCENT, MATCH_MOST_FEN, OWN_PERCENT, MATCHED),
)
def grant_matches_own_money(request: PaymentRequest, given: Given) -> Finding:
    """A matching grant is at most a share of the whole budget and a sum, and the project brings its own share."""
    fund = given[FUND_OF]
    if fund is None:
        return not_applicable()
    if request.kind is not PaymentKind.MATCH:
        if fund.matching:
            return refuse(f"“{fund.title}”只用于配比资助", cure="支出种类改为配比资助，或从别的基金支出")
        return not_applicable()
    if not (request.project and request.total_fen and request.own_proof):
        return require(
            "配比资助没有写明项目、总预算，或没有自筹到账的凭证", cure="填项目和总预算，上传自筹到账的凭证"
        )
    total, own = request.total_fen, request.own_fen
    if own * 100 < given[OWN_PERCENT] * total:
        need = -(-given[OWN_PERCENT] * total // 100)
        return refuse(
            f"自筹 {yuan(own)}，不到总预算 {yuan(total)} 的 {given[OWN_PERCENT]}%",
            cure=f"自筹至少 {yuan(need)}",
        )
    most = min(given[MATCH_PERCENT] * total // 100, given[MATCH_MOST_FEN], total - own)
    matched = given[MATCHED]
    if matched + request.amount_fen > most:
        return refuse(
            f"这个项目最多配比 {yuan(most)}，已配比 {yuan(matched)}，这笔 {yuan(request.amount_fen)} 超出",
            cure=f"减到 {yuan(max(most - matched, 0))} 以内",
        )
    return set_term(MATCH_LIMIT, most, f"自筹 {yuan(own)}，最多配比 {yuan(most)}")


@rule(
    "payment.write_off",
    title="核销要有决定",
    cites=(
        WHO_DECIDES,
        CHARITY_LAW_2024.article(
            60, "要求受益人返还财产", gist="没有按协议使用的，有权解除协议并要求返还财产"
        ),
    ),
    uses=(RESOLUTION,),
)
def write_off_is_decided(asked: WriteOff, given: Given) -> Finding:
    """What cannot be got back is given up by a decision: one on record that stands, or one that is handed in."""
    if asked.resolution:
        resolution = given[RESOLUTION]
        if resolution is None or not resolution.stands:
            return refuse(f"决议 {asked.resolution} 没有登记，或者没有通过", cure="先由决策机构作出决议")
        return satisfied(f"{resolution.body}{resolution.decided}决议")
    if not asked.decision:
        return require("没有决策机构的决定", cure="填决议编号，或上传理事会等决策机构的决定")
    return satisfied()


PAYMENT_RULES = (
    fund_pays_in_its_year,
    restricted_money_keeps_its_purpose,
    managers_do_not_pay_their_own,
    more_approve_what_is_large,
    yearly_limits_hold,
    suspended_fund_pays_nothing,
    old_year_is_counted_first,
    grant_matches_own_money,
    write_off_is_decided,
)
