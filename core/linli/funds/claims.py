"""Money that was paid out and comes back, or should: given back, claimed back, paid back, written off by decision.

What is claimed stands at ``receivable:<payment>`` until it is paid or written off. Whoever claims does not write off,
and nothing is written off without a decision on record. What comes back returns to the source and purpose that it came
from; limits stay drawn, since the year's money was used.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from msgspec import Struct

from linli.bookings import held, standing
from linli.cash import WRITTEN_OFF
from linli.errors import BadInput
from linli.forms import PUBLIC, day, document, line, money
from linli.funds.accounts import ACCOUNTED, payee, receivable
from linli.funds.dues import with_due
from linli.funds.payments import CLAIMED, PAID, PaymentRequest, commitment_of, payment
from linli.funds.posts import APPROVER, MANAGER, TREASURER
from linli.ledger import Posting
from linli.matters import Matter
from linli.money import yuan
from linli.procedures import Outcome, Scene, to
from linli.rulebook import Judgement
from linli.standing import Why
from linli.steps import DueBy


class Refund(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Money that a payee gave back, in fen; it returns to the source and purpose it came from."""

    amount_fen: Annotated[int, money("退回金额", least=1, basis=ACCOUNTED)]
    reason: Annotated[str, line("退回原因", PUBLIC)]


class Claim(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a payee has to pay back, in fen, why, and by which day."""

    amount_fen: Annotated[int, money("追回金额", least=1, basis=ACCOUNTED)]
    until: Annotated[date, day("要求退回的最后一天")]
    reason: Annotated[str, line("追回理由", hint="例如：没有按协议使用", max_length=120)]
    letter: Annotated[str, document("追回通知")] = ""


class PaidBack(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was paid back of a claim, in fen."""

    amount_fen: Annotated[int, money("退回金额", least=1, basis=ACCOUNTED)]


class WriteOff(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is given up of a claim, in fen, and the decision that says so: on record here, or as a document."""

    amount_fen: Annotated[int, money("核销金额", least=1, basis=ACCOUNTED)]
    resolution: Annotated[str, line("决议编号", hint="决议已登记在本系统的填写", max_length=120)] = ""
    decision: Annotated[str, document("理事会等决策机构的决定", PUBLIC)] = ""
    reason: Annotated[str, line("核销理由", PUBLIC)]


def _request(matter: Matter) -> PaymentRequest:
    request = matter.facts("request", PaymentRequest)
    assert request is not None, "a payment has a request"
    return request


def _outside(matter: Matter) -> str:
    return payee(_request(matter).payee)


def _back(matter: Matter) -> str:
    """Where the money came from: the account that the commitment drew on, whatever was corrected since."""
    return commitment_of(matter).posting.source


def paid_out(matter: Matter) -> int:
    """What the payee has of a payment and need not pay back, in fen."""
    assert matter.state is not None, "a payment that was made has a state"
    return held(matter.state.postings, _outside(matter))


def claimed(matter: Matter) -> int:
    """What the payee still has to pay back, in fen."""
    assert matter.state is not None, "a payment that was made has a state"
    return held(matter.state.postings, receivable(matter.id))


@payment.action("refund", title="收款方退款", by=TREASURER, at=PAID, form=Refund, slot="refund")
def refund(matter: Matter, form: Refund, judgement: Judgement | None, scene: Scene) -> Outcome:
    """What a payee gave back unasked returns to its source and purpose; limits stay drawn."""
    if form.amount_fen > paid_out(matter):
        raise BadInput("退回的比付出的多", where="amount_fen")
    purpose = commitment_of(matter).posting.purpose
    return to(PAID, postings=Posting(_outside(matter), _back(matter), form.amount_fen, purpose=purpose))


@payment.action("claim_back", title="追回", by=MANAGER, at=(PAID, CLAIMED), form=Claim, slot="claim")
def claim_back(matter: Matter, form: Claim, judgement: Judgement | None, scene: Scene) -> Outcome:
    """Money that was not used as agreed is claimed back (慈善法 Art. 60)."""
    if form.until < scene.happened:
        raise BadInput("最后一天要在今天以后", where="until")
    if form.amount_fen > paid_out(matter):
        raise BadInput(f"能追回的只有 {yuan(paid_out(matter))}", where="amount_fen")
    posting = Posting(_outside(matter), receivable(matter.id), form.amount_fen, purpose="追回")
    return to(
        CLAIMED, due=with_due(matter, DueBy("repay", form.until, TREASURER.id, "追回款项")), postings=posting
    )


def _after(matter: Matter, settled: int, *postings: Posting) -> Outcome:
    if claimed(matter) > settled:
        return to(CLAIMED, due=with_due(matter), postings=postings)
    return to(PAID, due=with_due(matter, without="repay"), postings=postings)


def _no_more_than_claimed(matter: Matter, amount: int) -> None:
    if amount > claimed(matter):
        raise BadInput(f"应追回的还有 {yuan(claimed(matter))}", where="amount_fen")


@payment.action(
    "repay",
    title="登记追回的款项",
    by=TREASURER,
    at=CLAIMED,
    form=PaidBack,
    slot="repayment",
    apart_from=("claim_back",),
)
def repay(matter: Matter, form: PaidBack, judgement: Judgement | None, scene: Scene) -> Outcome:
    """What was claimed came back, and returns to where it was paid from."""
    _no_more_than_claimed(matter, form.amount_fen)
    purpose = commitment_of(matter).posting.purpose
    settled = Posting(receivable(matter.id), _outside(matter), form.amount_fen, purpose="追回")
    came = Posting(_outside(matter), _back(matter), form.amount_fen, purpose=purpose)
    return _after(matter, form.amount_fen, settled, came)


@payment.action(
    "write_off",
    title="核销追不回的款项",
    by=APPROVER,
    at=CLAIMED,
    form=WriteOff,
    slot="write_off",
    judged=True,
    reads=WriteOff,
    apart_from=("submit", "complete", "claim_back", "repay", "pay"),
)
def write_off(matter: Matter, form: WriteOff, judgement: Judgement, scene: Scene) -> Outcome:
    """What will never come back is given up, by decision only."""
    _no_more_than_claimed(matter, form.amount_fen)
    if judgement.refused or judgement.incomplete:
        return to(CLAIMED, due=with_due(matter))
    posting = Posting(receivable(matter.id), WRITTEN_OFF, form.amount_fen, purpose="核销")
    return _after(matter, form.amount_fen, posting)


@payment.action("drop_claim", title="撤回追回", by=MANAGER, at=CLAIMED, form=Why, slot="drop_claim")
def drop_claim(matter: Matter, form: Why, judgement: Judgement | None, scene: Scene) -> Outcome:
    """A claim that was wrong is taken back, as long as nothing of it was paid or given up."""
    claims = [each for each in standing(matter) if each.posting.destination == receivable(matter.id)]
    if claimed(matter) < sum(each.posting.amount for each in claims):
        raise BadInput("已经追回或核销了一部分，不能撤回", where="stage")
    reversals = tuple(each.posting.reversed(each.name) for each in reversed(claims))
    return to(PAID, due=with_due(matter, without="repay"), postings=reversals)
