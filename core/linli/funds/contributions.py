"""Money that comes in: donations, grants, appropriations, the proceeds of a market, and what was there before.

A contribution names one of the kinds of source that the place knows and, if it is bound, the purpose. The number of the
receipt is recorded and no receipt is printed here: receipts are the charity's. A donor who does not want to be named is
shown as 匿名; the name is personal data unless the donor agreed.

What a fund held before its books began here comes in as an opening balance, once for each source and purpose, entered
by whoever answers for the fund and with the paper that it rests on: no bank statement will ever show it.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from msgspec import Struct

from linli.bookings import undone
from linli.cash import moves_at_bank
from linli.errors import BadInput
from linli.forms import INTERNAL, PERSONAL, choice, day, document, line, money, text, yes_no
from linli.funds.accounts import ACCOUNTED, KEPT_APART, fund_account, income, opening, opening_limit
from linli.funds.dues import with_due
from linli.funds.posts import CLERK, MANAGER, TREASURER
from linli.funds.wording import contribution_lead, contribution_name
from linli.ledger import PIECES, Draw, Posting
from linli.matters import VOID, WITHDRAWN_BY_APPLICANT, Matter
from linli.procedures import Outcome, Procedure, Scene, Stage, to
from linli.rulebook import Judgement
from linli.standing import Why

RECEIVED = Stage("received", "已入账", usable=True)
RETURNED = Stage("returned", "退回补正", waits_for=(CLERK.id,))
REFUSED = Stage("refused", "不能接受", final=True)
BOUNCED = Stage("bounced", "银行退回", final=True)


class Channel(StrEnum):
    """How money came."""

    DONATION = "donation"
    GRANT = "grant"
    APPROPRIATION = "appropriation"
    MARKET = "market"
    OPENING = "opening"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The label that residents read."""
        return {
            "donation": "捐赠",
            "grant": "资助",
            "appropriation": "拨款",
            "market": "义卖收入",
            "opening": "期初余额",
        }[self.value]


class Contribution(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Money that came in. ``fund`` is the number of the fund; ``purpose`` empty: not bound. Money in fen.

    ``donor`` goes out and is for units and for those who agreed to be named; ``donor_name`` stays sealed. ``campaign``
    is the number of the campaign that it was given to. ``basis`` and ``as_of`` are for an opening balance: the paper
    that it rests on, and the day on which it was so.
    """

    fund: Annotated[str, line("基金编号", max_length=60)]
    source: Annotated[str, line("来源种类", hint="按本地规定的种类填", max_length=40)]
    channel: Annotated[Channel, choice("方式")]
    amount_fen: Annotated[int, money("金额", least=1, basis=ACCOUNTED)]
    purpose: Annotated[str, line("限定用途", hint="不限定就空着", max_length=40)] = ""
    donor: Annotated[str, line("出资方", hint="单位，或同意公开的称呼；要匿名就空着", max_length=60)] = ""
    donor_name: Annotated[str, line("捐赠人姓名和联系方式", PERSONAL)] = ""
    campaign: Annotated[str, line("募捐活动编号", hint="向公开募捐活动捐的填写", max_length=60)] = ""
    receipt: Annotated[
        str, line("捐赠票据号码", hint="票据由慈善组织开具，这里只登记号码", max_length=40)
    ] = ""
    receipt_waived: Annotated[bool, yes_no("捐赠人匿名或不要票据，已作记录")] = False
    agreement_asked: Annotated[bool, yes_no("捐赠人要求签订书面协议")] = False
    agreement: Annotated[str, document("捐赠协议")] = ""
    agreed_before: Annotated[bool, yes_no("活动前已与慈善组织签订捐赠协议", hint="义卖、义集填写")] = False
    beneficiary_related: Annotated[bool, yes_no("指定的受益人是捐赠人的利害关系人")] = False
    basis: Annotated[str, document("期初余额的依据", hint="移交清单、审计报告、银行对账单")] = ""
    as_of: Annotated[date | None, day("期初余额截至", hint="登记期初余额时填写")] = None
    remarks: Annotated[str, text("内部备注")] = ""


class Bounce(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why the bank gave money back."""

    reason: Annotated[str, line("退回原因")]


class Cleared(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The line of the bank's statement that shows it."""

    line: Annotated[str, line("银行流水号", INTERNAL, max_length=40)] = ""


contribution = Procedure(
    "contribution",
    title="基金收入",
    stages=(RECEIVED, RETURNED, REFUSED, BOUNCED),
    lead=contribution_lead,
    name=contribution_name,
    describe="谁给了多少钱，限定做什么，用在了哪里。",
    applicants=(CLERK,),
    deciders=(MANAGER,),
    at_bank=moves_at_bank,
    books_rest_on=KEPT_APART,
)


def _received(form: Contribution, judgement: Judgement) -> Outcome:
    account = fund_account(form.fund, form.source, form.purpose)
    if judgement.refused:
        return to(REFUSED)
    if judgement.incomplete:
        return to(RETURNED)
    if form.channel is not Channel.OPENING:
        return to(
            RECEIVED, postings=Posting(income(form.source), account, form.amount_fen, purpose=form.purpose)
        )
    return to(
        RECEIVED,
        postings=Posting(opening(form.source), account, form.amount_fen, purpose=form.purpose),
        draws=Draw(opening_limit(form.fund, form.source, form.purpose), 1, 1, PIECES),
    )


def _comes_in(form: Contribution) -> None:
    if form.channel is Channel.OPENING:
        raise BadInput("期初余额不是新的收入", where="channel", cure="由基金负责人办“登记期初余额”")


def _was_there(form: Contribution) -> None:
    if form.channel is not Channel.OPENING:
        raise BadInput("这里只登记期初余额", where="channel", cure="新的收入由经办人办“登记收入”")


@contribution.action(
    "record",
    title="登记收入",
    by=CLERK,
    form=Contribution,
    slot="contribution",
    judged=True,
    reads=Contribution,
)
def record(matter: Matter, form: Contribution, judgement: Judgement, scene: Scene) -> Outcome:
    """Money came in and is booked under its source and purpose."""
    _comes_in(form)
    return _received(form, judgement)


@contribution.action(
    "take_over",
    title="登记期初余额",
    by=MANAGER,
    form=Contribution,
    slot="contribution",
    judged=True,
    judged_as="record",
    reads=Contribution,
    hint="使用本系统以前就有的钱，每种来源和用途登记一次",
)
def take_over(matter: Matter, form: Contribution, judgement: Judgement, scene: Scene) -> Outcome:
    """What a fund held before its books began here."""
    _was_there(form)
    return _received(form, judgement)


@contribution.action(
    "complete",
    title="补正后登记",
    by=CLERK,
    at=RETURNED,
    form=Contribution,
    slot="contribution",
    judged=True,
    judged_as="record",
    reads=Contribution,
)
def complete(matter: Matter, form: Contribution, judgement: Judgement, scene: Scene) -> Outcome:
    """What was returned comes back complete."""
    _comes_in(form)
    return _received(form, judgement)


@contribution.action(
    "complete_opening",
    title="补正后登记期初余额",
    by=MANAGER,
    at=RETURNED,
    form=Contribution,
    slot="contribution",
    judged=True,
    judged_as="record",
    reads=Contribution,
)
def complete_opening(matter: Matter, form: Contribution, judgement: Judgement, scene: Scene) -> Outcome:
    """An opening balance that was returned comes back complete."""
    _was_there(form)
    return _received(form, judgement)


@contribution.action(
    "retract",
    title="撤回",
    by=CLERK,
    at=RETURNED,
    form=Why,
    slot="retract",
    hint="已入账的不能撤回，只能作废",
)
def retract(matter: Matter, form: Why, judgement: Judgement | None, scene: Scene) -> Outcome:
    """What was not booked yet can be taken back."""
    return to(WITHDRAWN_BY_APPLICANT)


@contribution.action("void", title="作废", by=MANAGER, at=(RECEIVED, RETURNED), form=Why, slot="void")
def void(matter: Matter, form: Why, judgement: Judgement | None, scene: Scene) -> Outcome:
    """An entry that was wrong is undone by reversals, as long as the money is still there and no bank has shown it."""
    assert matter.state is not None, "a contribution that was entered has a state"
    if matter.state.did("clear") is not None:
        raise BadInput(
            "银行对账单上有这笔钱，不能当作没有收到",
            where="stage",
            cure="登记有误的，办“更正”；银行退回的，办“银行退回”",
        )
    return to(VOID, postings=undone(matter))


@contribution.action("reopen", title="重新办理", by=MANAGER, at=REFUSED, form=Why, slot="reopen")
def reopen(matter: Matter, form: Why, judgement: Judgement | None, scene: Scene) -> Outcome:
    """What was refused may be completed after all."""
    return to(RETURNED)


@contribution.action(
    "clear",
    title="银行已到账",
    by=TREASURER,
    at=RECEIVED,
    form=Cleared,
    slot="clear",
    when=lambda state: state.did("clear") is None,
)
def clear(matter: Matter, form: Cleared, judgement: Judgement | None, scene: Scene) -> Outcome:
    """The bank's statement shows the money."""
    assert matter.state is not None, "a contribution that was booked has a state"
    given = matter.facts("contribution", Contribution)
    if given is not None and given.channel is Channel.OPENING:
        raise BadInput("期初余额不经过银行", where="line")
    if matter.state.did("clear") is not None:
        raise BadInput("已经登记过到账", where="line")
    return to(RECEIVED, due=with_due(matter))


@contribution.action("bounce", title="银行退回", by=TREASURER, at=RECEIVED, form=Bounce, slot="bounce")
def bounce(matter: Matter, form: Bounce, judgement: Judgement | None, scene: Scene) -> Outcome:
    """The bank did not clear it: what was booked is reversed; spent money cannot be."""
    given = matter.facts("contribution", Contribution)
    if given is not None and given.channel is Channel.OPENING:
        raise BadInput("期初余额不经过银行", where="reason", cure="登记有误的，办“更正”或“作废”")
    return to(BOUNCED, postings=undone(matter))
