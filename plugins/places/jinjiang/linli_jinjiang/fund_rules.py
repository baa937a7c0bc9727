"""锦江区的社区基金: 100,000 a community and year for emergency repair, and 200 yuan for a proposal that was done."""

from __future__ import annotations

from linli.findings import Finding, not_applicable, refuse, require, satisfied, set_term
from linli.funds import (
    ALLOWANCE_FEN,
    AT_PAYMENT,
    CARRY_OVER,
    COMMUNITY_LEFT_BEFORE,
    COMMUNITY_LIMIT,
    COMMUNITY_USED,
    COMMUNITY_USED_BEFORE,
    FUND_OF,
    REWARD_FEN,
    REWARDED,
    PaymentKind,
    PaymentRequest,
    carried,
)
from linli.money import yuan
from linli.rules import Given, rule
from linli_jinjiang.sources import ACCOUNT, JINJIANG

REPAIR = ACCOUNT.article(
    "",
    "率先实行一个社区每年10万元标准的老旧住宅区房屋公共应急维修专项资金",
    gist="每个社区每年十万元，用于老旧住宅区房屋公共部位的应急维修",
)
PRAISE = ACCOUNT.article("", "还给了200元奖金", gist="社区给办成的事发奖状和200元奖金")

FUND_PARAMETERS = (
    ALLOWANCE_FEN.at(JINJIANG, 10_000_000, since=ACCOUNT.since, cites=REPAIR),
    REWARD_FEN.at(JINJIANG, 20_000, since=ACCOUNT.since, cites=PRAISE),
)


@rule(*AT_PAYMENT, title="应急维修资金只用于应急", cites=REPAIR, uses=(FUND_OF,))
def emergency_money_is_for_emergencies(request: PaymentRequest, given: Given) -> Finding:
    """The money is for the shared parts of old estates in an emergency; an estate's own fund goes first."""
    fund = given[FUND_OF]
    if fund is None or not fund.emergency_only:
        return not_applicable()
    if request.kind is not PaymentKind.REPAIR or not request.emergency:
        return refuse("这笔资金只用于应急维修，这次不是应急", cure="走日常维修的渠道，或从别的资金支出")
    if not request.shared_part:
        return refuse("不是房屋公共部位，不能用应急维修资金", cure="由房屋所有人自己维修")
    if request.estate_fund:
        return refuse("小区有可用的住宅专项维修资金，应先用它", cure="先申请使用本小区的住宅专项维修资金")
    return satisfied("公共部位应急维修")


@rule(
    *AT_PAYMENT,
    title="每个社区每年的应急维修额度",
    cites=REPAIR,
    uses=(
        FUND_OF,
        ALLOWANCE_FEN,
        CARRY_OVER,
        COMMUNITY_USED,
        COMMUNITY_USED_BEFORE,
        COMMUNITY_LEFT_BEFORE,
    ),
)
def allowance_of_a_community_holds(request: PaymentRequest, given: Given) -> Finding:
    """A community has its allowance for a year; what was left of the year before comes on top where it is carried."""
    fund = given[FUND_OF]
    if fund is None or not fund.emergency_only:
        return not_applicable()
    if not request.community:
        return require("没有写明用于哪个社区", cure="填社区的 12 位代码")
    limit = carried(
        given[ALLOWANCE_FEN],
        given[COMMUNITY_USED_BEFORE],
        given[COMMUNITY_LEFT_BEFORE],
        carry_over=given[CARRY_OVER],
        since=fund.since,
        year=request.year,
    )
    used = given[COMMUNITY_USED]
    if used + request.amount_fen > limit:
        return refuse(
            f"这个社区{request.year}年的额度是 {yuan(limit)}，已用 {yuan(used)}，这笔 {yuan(request.amount_fen)} 超出",
            cure=f"减到 {yuan(max(limit - used, 0))} 以内，或另找资金",
        )
    return set_term(COMMUNITY_LIMIT, limit, f"额度 {yuan(limit)}，已用 {yuan(used)}")


@rule(*AT_PAYMENT, title="办成的提案奖励一次", cites=PRAISE, uses=(FUND_OF, REWARD_FEN, REWARDED))
def reward_is_paid_once(request: PaymentRequest, given: Given) -> Finding:
    """A proposal that was adopted and done is rewarded once, to its lead signer, from a fund that allows rewards."""
    if request.kind is not PaymentKind.REWARD:
        return not_applicable()
    fund, reward = given[FUND_OF], given[REWARD_FEN]
    if fund is not None and not fund.rewards:
        return refuse(f"“{fund.title}”不能用于奖励", cure="从可以用于奖励的基金支出")
    if not (request.proposal and request.proposal_done and request.lead_signer):
        return refuse(
            "奖励只给已采纳并办成的提案的领衔人", cure="填提案编号，写明已采纳并办成、收款人是领衔人"
        )
    if given[REWARDED]:
        return refuse(f"提案 {request.proposal} 已经奖励过一次", cure="同一件提案不再奖励")
    if request.amount_fen != reward:
        return refuse(
            f"一件提案奖励 {yuan(reward)}，不是 {yuan(request.amount_fen)}", cure=f"改为 {yuan(reward)}"
        )
    return satisfied(f"奖励 {yuan(reward)}")


FUND_RULES = (emergency_money_is_for_emergencies, allowance_of_a_community_holds, reward_is_paid_once)
