"""Money that goes out: asked for, approved by as many as the amount needs, committed, ordered, cleared.

Whoever asked does not approve, nobody approves twice, and whoever has declared an interest does not approve. With the
last approval that is needed the money is committed: from the account of its source and purpose to the payment, and
every limit is drawn down in the same commit. Paying is a second step, with the state that the bank gives it. What is
corrected in a request that was approved is approved anew; what the bank has is no longer corrected but claimed back,
or, where only our own books were wrong, booked elsewhere (`linli.funds.claims`).
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated

from msgspec import Struct

from linli.bookings import Booked, held, last_from, undone
from linli.cash import moves_at_bank
from linli.errors import BadInput
from linli.forms import INTERNAL, PERSONAL, choice, document, line, money, number, text, yes_no
from linli.funds.accounts import (
    ACCOUNTED,
    KEPT_APART,
    committed,
    community_limit,
    fund_account,
    match_limit,
    payee,
    programme_limit,
    reward_limit,
    year_limit,
)
from linli.funds.contributions import Cleared
from linli.funds.posts import APPROVER, CLERK, MANAGER, TREASURER
from linli.funds.vocabulary import APPROVALS, COMMUNITY_LIMIT, MATCH_LIMIT, PROGRAMME_LIMIT, YEAR_LIMIT
from linli.funds.wording import payment_lead, payment_name
from linli.ledger import FEN, PIECES, Draw, Posting
from linli.matters import VOID, WITHDRAWN_BY_APPLICANT, Matter
from linli.procedures import Amendment, Notice, Outcome, Procedure, Scene, Stage, to
from linli.rulebook import Judgement
from linli.standing import Why

AWAITING = Stage("awaiting", "待批准", waits_for=(APPROVER.id,))
RETURNED = Stage("returned", "退回补正", waits_for=(CLERK.id,))
REFUSED = Stage("refused", "不能支出", final=True)
COMMITTED = Stage("committed", "已批准，待付款", waits_for=(TREASURER.id,))
ORDERED = Stage("ordered", "已提交银行", waits_for=(TREASURER.id,))
PAID = Stage("paid", "已付清", final=True)
CLAIMED = Stage("claimed", "已付出，正在追回", waits_for=(TREASURER.id,))


class PaymentKind(StrEnum):
    """What money is paid for."""

    GRANT = "grant"
    MATCH = "match"
    SERVICE = "service"
    REPAIR = "repair"
    REWARD = "reward"
    RELIEF = "relief"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The label that residents read."""
        return {
            "grant": "资助项目",
            "match": "配比资助",
            "service": "购买服务",
            "repair": "应急维修",
            "reward": "奖励",
            "relief": "帮扶",
        }[self.value]


class PaymentRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A payment out of one source and purpose of a fund. Money in fen; ``year`` is the budget year.

    ``payee`` goes out and is for units; a person's name belongs into ``payee_name``, which stays sealed.
    """

    fund: Annotated[str, line("基金编号", max_length=60)]
    source: Annotated[str, line("从哪种来源支出", max_length=40)]
    kind: Annotated[PaymentKind, choice("支出种类")]
    amount_fen: Annotated[int, money("金额", least=1, basis=ACCOUNTED)]
    reason: Annotated[str, line("用来做什么")]
    year: Annotated[int, number("预算年度", least=2000, most=2100)]
    purpose: Annotated[str, line("限定用途", hint="从非限定的钱里支出就空着", max_length=40)] = ""
    programme: Annotated[str, line("所属计划", max_length=40)] = ""
    payee: Annotated[str, line("收款单位", hint="付给个人的空着", max_length=60)] = ""
    payee_name: Annotated[str, line("收款人姓名和账号", PERSONAL)] = ""
    community: Annotated[str, line("用于哪个社区", hint="12 位区划代码", max_length=40)] = ""
    emergency: Annotated[bool, yes_no("应急维修", hint="公共部位出现险情，不修会危及安全")] = False
    shared_part: Annotated[bool, yes_no("是房屋公共部位")] = False
    estate_fund: Annotated[bool, yes_no("小区有可用的住宅专项维修资金")] = False
    project: Annotated[str, line("项目编号或名称", hint="配比资助填写", max_length=60)] = ""
    total_fen: Annotated[int, money("项目总预算", hint="配比资助填写")] = 0
    own_fen: Annotated[int, money("项目自筹的钱", hint="配比资助填写")] = 0
    own_proof: Annotated[str, document("自筹到账的凭证")] = ""
    proposal: Annotated[str, line("提案编号", hint="奖励填写", max_length=60)] = ""
    proposal_done: Annotated[bool, yes_no("提案已采纳并办成")] = False
    lead_signer: Annotated[bool, yes_no("收款人是提案的领衔人")] = False
    payee_related: Annotated[bool, yes_no("收款方或受益人与基金管理人员有利害关系")] = False
    voucher: Annotated[str, document("申请材料")] = ""
    remarks: Annotated[str, text("内部备注")] = ""


class Approval(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An approver's word, with the declaration that there is no interest in the payment."""

    no_interest: Annotated[bool, yes_no("我与收款方没有利害关系")]
    opinion: Annotated[str, text("意见")] = ""


class Recusal(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An interest in the payment; whoever declares it no longer approves it."""

    interest: Annotated[str, line("有什么利害关系", INTERNAL)]


class Order(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The order to the bank; the number is that of the bank's statement."""

    order: Annotated[str, line("银行指令编号", INTERNAL, max_length=40)] = ""


# What those who approve agreed to. The rest of a request (what it is for, in words) may be corrected at any time.
APPROVED = ("fund", "kind", "amount_fen", "year", "payee", "payee_name", "project", "proposal")
# Under what it is booked: that our own books had it wrong can be put right even when the bank has paid.
BOOKED_UNDER = ("source", "purpose", "programme", "community")


def _amended(amendment: Amendment) -> Outcome | None:
    """A request that was corrected is approved anew; what the bank has can only be booked elsewhere."""
    state, before, after = amendment.matter.state, amendment.before, amendment.after
    if amendment.slot != "request" or state is None:
        return None
    stage = payment.stages.get(state.reached)
    changed = [name for name in (*APPROVED, *BOOKED_UNDER) if getattr(before, name) != getattr(after, name)]
    if stage is None or stage in (RETURNED, REFUSED):
        return None
    if not changed:
        return to(stage, due=state.due)
    if stage == AWAITING and amendment.judgement is not None:
        return _asked(amendment.judgement, amendment.scene)
    if stage == COMMITTED:
        return to(AWAITING, postings=undone(amendment.matter))
    if set(changed) & set(APPROVED) or stage == CLAIMED:
        raise BadInput(
            "银行已经收到付款指令，这些内容不能更正",
            where="changes",
            cure="付错的，办“追回”或“收款方退款”；银行退回以后可以更正",
        )
    return _booked_elsewhere(amendment, stage)


def _booked_elsewhere(amendment: Amendment, stage: Stage) -> Outcome:
    """A payment that was made is booked under another source or purpose, by somebody who had no part in it."""
    matter, after, judgement = amendment.matter, amendment.after, amendment.judgement
    assert matter.state is not None and judgement is not None, "a payment that was made was judged"
    actor = amendment.scene.actor
    had_part = {
        each.actor.person for each in matter.state.done if each.action in ("submit", "complete", "approve")
    }
    if actor.post != MANAGER.id or actor.person in had_part:
        raise BadInput("付过的款改记来源和用途，要由没有经办、没有批准过它的基金负责人办理", where="changes")
    if judgement.refused or judgement.incomplete:
        heard = judgement.adverse()[0]
        raise BadInput(heard.reason, where="changes", cure=heard.cure)
    sent = last_from(matter, committed(matter.id)).posting
    if held(matter.state.postings, sent.destination) < sent.amount:
        raise BadInput("收款方退回过一部分，不能改记", where="changes")
    money = fund_account(after.fund, after.source, after.purpose)
    again = (
        Posting(money, committed(matter.id), sent.amount, purpose=after.purpose),
        Posting(committed(matter.id), sent.destination, sent.amount, purpose=after.purpose),
    )
    return to(
        stage,
        due=matter.state.due,
        postings=(*undone(matter), *again),
        draws=tuple(_draws(after, judgement)),
    )


payment = Procedure(
    "payment",
    title="基金支出",
    stages=(AWAITING, RETURNED, REFUSED, COMMITTED, ORDERED, PAID, CLAIMED),
    lead=payment_lead,
    name=payment_name,
    describe="从哪个基金、哪种来源支出，谁批准，付给谁。",
    applicants=(CLERK,),
    deciders=(MANAGER,),
    at_bank=moves_at_bank,
    amends=_amended,
    books_rest_on=KEPT_APART,
)


def _asked(judgement: Judgement, scene: Scene) -> Outcome:
    if judgement.refused:
        return to(REFUSED)
    if judgement.incomplete:
        return to(RETURNED)
    return to(AWAITING, notices=Notice(APPROVER.id, scene.place, f"有一笔支出待批准：{scene.matter_id}"))


def _request(matter: Matter) -> PaymentRequest:
    request = matter.facts("request", PaymentRequest)
    assert request is not None, "a payment has a request"
    return request


@payment.action(
    "submit",
    title="申请支出",
    by=CLERK,
    form=PaymentRequest,
    slot="request",
    judged=True,
    reads=PaymentRequest,
)
def submit(matter: Matter, form: PaymentRequest, judgement: Judgement, scene: Scene) -> Outcome:
    """A payment is asked for; what a rule refuses goes no further."""
    fund_account(form.fund, form.source, form.purpose)  # raises for what no account can bear
    return _asked(judgement, scene)


@payment.action(
    "complete",
    title="补正后申请",
    by=CLERK,
    at=RETURNED,
    form=PaymentRequest,
    slot="request",
    judged=True,
    judged_as="submit",
    reads=PaymentRequest,
)
def complete(matter: Matter, form: PaymentRequest, judgement: Judgement, scene: Scene) -> Outcome:
    """What was returned comes back complete."""
    fund_account(form.fund, form.source, form.purpose)
    return _asked(judgement, scene)


@payment.action(
    "approve",
    title="批准",
    by=APPROVER,
    at=AWAITING,
    form=Approval,
    slot="approval",
    judged=True,
    facts=lambda matter, form: _request(matter),
    reads=PaymentRequest,
    apart_from=("submit", "complete", "correct", "recuse", "approve"),
    afresh=("complete", "correct", "reopen"),
)
def approve(matter: Matter, form: Approval, judgement: Judgement, scene: Scene) -> Outcome:
    """One of those who approve does so; with the last that is needed the money is committed and limits drawn down."""
    if not form.no_interest:
        raise BadInput("与收款方有利害关系的人不能批准", where="no_interest", cure="改办“申报利害关系并回避”")
    if judgement.refused or judgement.incomplete:
        return to(REFUSED if judgement.refused else RETURNED)
    request = _request(matter)
    if approvals(matter) + 1 < judgement.term(APPROVALS, 1):
        return to(AWAITING)
    money = fund_account(request.fund, request.source, request.purpose)
    return to(
        COMMITTED,
        postings=Posting(money, committed(matter.id), request.amount_fen, purpose=request.purpose),
        draws=tuple(_draws(request, judgement)),
        notices=Notice(TREASURER.id, scene.place, f"有一笔支出待付款：{matter.id}"),
    )


def approvals(matter: Matter) -> int:
    """How many have approved the request as it stands; what came before it was asked for anew does not count."""
    assert matter.state is not None, "a payment that was asked for has a state"
    count = 0
    for done in matter.state.done:
        if done.action in ("submit", "complete", "reopen", "correct"):
            count = 0
        count += done.action == "approve"
    return count


def _draws(request: PaymentRequest, judgement: Judgement) -> Iterator[Draw]:
    """Every limit that the rules set is drawn down with the commitment, so that two cannot both have the last yuan."""
    amount, year = request.amount_fen, request.year
    limits = (
        (YEAR_LIMIT, year_limit(request.fund, year)),
        (PROGRAMME_LIMIT, programme_limit(request.fund, request.programme, year)),
        (COMMUNITY_LIMIT, community_limit(request.fund, request.community, year)),
        (MATCH_LIMIT, match_limit(request.fund, request.project)),
    )
    for term, name in limits:
        limit = judgement.term(term)
        if limit is not None:
            yield Draw(name, limit, amount, FEN)
    if request.kind is PaymentKind.REWARD:
        yield Draw(reward_limit(request.proposal), 1, 1, PIECES)


@payment.action(
    "recuse",
    title="申报利害关系并回避",
    by=APPROVER,
    at=AWAITING,
    form=Recusal,
    slot="recusal",
    apart_from=("approve",),
)
def recuse(matter: Matter, form: Recusal, judgement: Judgement | None, scene: Scene) -> Outcome:
    """An approver with an interest stands aside, on record."""
    return to(AWAITING)


@payment.action(
    "refuse",
    title="不批准",
    by=APPROVER,
    at=AWAITING,
    form=Why,
    slot="refusal",
    apart_from=("submit", "complete", "correct", "recuse", "approve"),
)
def refuse(matter: Matter, form: Why, judgement: Judgement | None, scene: Scene) -> Outcome:
    """One who approves says no; nothing was committed."""
    return to(REFUSED)


@payment.action(
    "pay",
    title="提交银行付款",
    by=TREASURER,
    at=COMMITTED,
    form=Order,
    slot="order",
    judged=True,
    facts=lambda matter, form: _request(matter),
    reads=PaymentRequest,
    apart_from=("submit", "complete", "correct", "approve"),
)
def pay(matter: Matter, form: Order, judgement: Judgement, scene: Scene) -> Outcome:
    """What was committed leaves the books for the bank, unless the fund has been stopped meanwhile."""
    if judgement.refused or judgement.incomplete:
        return to(COMMITTED)
    commitment = commitment_of(matter).posting
    paid = Posting(
        committed(matter.id), payee(_request(matter).payee), commitment.amount, purpose=commitment.purpose
    )
    return to(ORDERED, postings=paid)


def commitment_of(matter: Matter) -> Booked:
    """The posting that committed the money of a payment."""
    request = _request(matter)
    return last_from(matter, fund_account(request.fund, request.source, request.purpose))


@payment.action("clear", title="银行已付", by=TREASURER, at=ORDERED, form=Cleared, slot="clear")
def clear(matter: Matter, form: Cleared, judgement: Judgement | None, scene: Scene) -> Outcome:
    """The bank's statement shows the payment."""
    return to(PAID)


@payment.action("bounce", title="银行退回", by=TREASURER, at=(ORDERED, PAID), form=Why, slot="bounce")
def bounce(matter: Matter, form: Why, judgement: Judgement | None, scene: Scene) -> Outcome:
    """The bank sent it back, perhaps days later: the posting is reversed, and the money waits to be paid again."""
    assert matter.state is not None, "a payment that was ordered has a state"
    sent = last_from(matter, committed(matter.id))
    if held(matter.state.postings, sent.posting.destination) < sent.posting.amount:
        raise BadInput("收款方已经退回过一部分，不是银行退回", where="reason", cure="办“收款方退款”")
    return to(COMMITTED, postings=sent.posting.reversed(sent.name))


@payment.action("void", title="作废", by=MANAGER, at=(AWAITING, RETURNED, COMMITTED), form=Why, slot="void")
def void(matter: Matter, form: Why, judgement: Judgement | None, scene: Scene) -> Outcome:
    """A payment that was not ordered is let go: money and limits go back. What was ordered waits for the bank."""
    return to(VOID, postings=undone(matter))


@payment.action("retract", title="撤回", by=CLERK, at=(AWAITING, RETURNED), form=Why, slot="retract")
def retract(matter: Matter, form: Why, judgement: Judgement | None, scene: Scene) -> Outcome:
    """Whoever asked takes it back before it is committed."""
    return to(WITHDRAWN_BY_APPLICANT)


@payment.action("reopen", title="重新办理", by=MANAGER, at=REFUSED, form=Why, slot="reopen")
def reopen(matter: Matter, form: Why, judgement: Judgement | None, scene: Scene) -> Outcome:
    """What was refused may be asked for again, and is approved from the beginning."""
    return to(RETURNED)
