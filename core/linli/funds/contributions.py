"""Money that comes in: donations, grants, appropriations, the proceeds of a market.

A contribution names one of the kinds of source that the place knows and, if it is bound, the purpose. The number of the
receipt is recorded and no receipt is printed here: receipts are the charity's. A donor who does not want to be named is
shown as 匿名; the name is personal data unless the donor agreed.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from msgspec import Struct

from linli.bookings import undone
from linli.calendar import Period, Unit, due
from linli.errors import BadInput
from linli.forms import INTERNAL, PERSONAL, PUBLIC, choice, document, line, money, text, yes_no
from linli.funds.accounts import fund_account, income
from linli.funds.posts import CLERK, MANAGER, TREASURER
from linli.funds.wording import contribution_lead, contribution_name
from linli.ledger import Posting
from linli.matters import VOID, WITHDRAWN_BY_APPLICANT, Matter
from linli.posts import RESIDENT
from linli.procedures import Outcome, Procedure, Scene, Stage, to
from linli.rulebook import Judgement
from linli.standing import Why
from linli.steps import DueBy, Publication

RECEIVED = Stage("received", "已入账", usable=True)
RETURNED = Stage("returned", "退回补正", waits_for=(CLERK.id,))
REFUSED = Stage("refused", "不能接受", final=True)
BOUNCED = Stage("bounced", "银行退回", final=True)

QUERY_WORKING_DAYS = 10


class Channel(StrEnum):
    """How money came."""

    DONATION = "donation"
    GRANT = "grant"
    APPROPRIATION = "appropriation"
    MARKET = "market"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The label that residents read."""
        return {"donation": "捐赠", "grant": "资助", "appropriation": "拨款", "market": "义卖收入"}[
            self.value
        ]


class Contribution(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Money that came in. ``fund`` is the number of the fund; ``purpose`` empty: not bound. Money in fen.

    ``donor`` goes out and is for units and for those who agreed to be named; ``donor_name`` stays sealed.
    """

    fund: Annotated[str, line("基金编号", max_length=60)]
    source: Annotated[str, line("来源种类", hint="按本地规定的种类填", max_length=40)]
    channel: Annotated[Channel, choice("方式")]
    amount_fen: Annotated[int, money("金额", least=1)]
    purpose: Annotated[str, line("限定用途", hint="不限定就空着", max_length=40)] = ""
    donor: Annotated[str, line("出资方", hint="单位，或同意公开的称呼；要匿名就空着", max_length=60)] = ""
    donor_name: Annotated[str, line("捐赠人姓名和联系方式", PERSONAL)] = ""
    receipt: Annotated[
        str, line("捐赠票据号码", hint="票据由慈善组织开具，这里只登记号码", max_length=40)
    ] = ""
    receipt_waived: Annotated[bool, yes_no("捐赠人匿名或不要票据，已作记录")] = False
    agreement_asked: Annotated[bool, yes_no("捐赠人要求签订书面协议")] = False
    agreement: Annotated[str, document("捐赠协议")] = ""
    agreed_before: Annotated[bool, yes_no("活动前已与慈善组织签订捐赠协议", hint="义卖、义集填写")] = False
    beneficiary_related: Annotated[bool, yes_no("指定的受益人是捐赠人的利害关系人")] = False
    remarks: Annotated[str, text("内部备注")] = ""


class Bounce(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why the bank gave money back."""

    reason: Annotated[str, line("退回原因")]


class Repurpose(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Another purpose for part of a contribution, in fen, with the donor's consent (慈善法 Art. 56)."""

    purpose: Annotated[str, line("改为什么用途", hint="不限定就空着", max_length=40)] = ""
    amount_fen: Annotated[int, money("金额", least=1)]
    consent: Annotated[str, document("捐赠人同意的书面材料")]
    reason: Annotated[str, line("变更理由", PUBLIC)]


class Question(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a donor asks about the use of the gift."""

    subject: Annotated[str, line("询问的内容", INTERNAL)]


class Reply(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer to a donor."""

    answer: Annotated[str, line("答复", PUBLIC)]


contribution = Procedure(
    "contribution",
    title="基金收入",
    stages=(RECEIVED, RETURNED, REFUSED, BOUNCED),
    lead=contribution_lead,
    name=contribution_name,
    describe="谁给了多少钱，限定做什么，用在了哪里。",
    applicants=(CLERK,),
    deciders=(MANAGER,),
)


def _received(form: Contribution, judgement: Judgement) -> Outcome:
    account = fund_account(form.fund, form.source, form.purpose)
    if judgement.refused:
        return to(REFUSED)
    if judgement.incomplete:
        return to(RETURNED)
    return to(RECEIVED, postings=Posting(income(form.source), account, form.amount_fen, purpose=form.purpose))


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
    """An entry that was wrong is undone by reversals, as long as the money is still there."""
    return to(VOID, postings=undone(matter))


@contribution.action("reopen", title="重新办理", by=MANAGER, at=REFUSED, form=Why, slot="reopen")
def reopen(matter: Matter, form: Why, judgement: Judgement | None, scene: Scene) -> Outcome:
    """What was refused may be completed after all."""
    return to(RETURNED)


@contribution.action("bounce", title="银行退回", by=TREASURER, at=RECEIVED, form=Bounce, slot="bounce")
def bounce(matter: Matter, form: Bounce, judgement: Judgement | None, scene: Scene) -> Outcome:
    """The bank did not clear it: what was booked is reversed; spent money cannot be."""
    return to(BOUNCED, postings=undone(matter))


@contribution.action(
    "repurpose",
    title="变更用途",
    by=MANAGER,
    at=RECEIVED,
    form=Repurpose,
    slot="repurpose",
    apart_from=("record",),
)
def repurpose(matter: Matter, form: Repurpose, judgement: Judgement | None, scene: Scene) -> Outcome:
    """With the donor's consent part of a gift is bound to another purpose."""
    given = matter.facts("contribution", Contribution)
    assert given is not None and matter.state is not None, "a booked contribution has facts"
    moved = sum(p.amount for p in matter.state.postings[1:])
    if form.amount_fen > given.amount_fen - moved:
        raise BadInput("变更的金额超过这笔收入没有变更过的部分", where="amount_fen")
    if not form.consent:
        raise BadInput(
            "变更捐赠协议约定的用途要有捐赠人同意", where="consent", cure="上传捐赠人同意的书面材料"
        )
    old = fund_account(given.fund, given.source, given.purpose)
    new = fund_account(given.fund, given.source, form.purpose)
    return to(
        RECEIVED, due=matter.state.due, postings=Posting(old, new, form.amount_fen, purpose=form.purpose)
    )


@contribution.action(
    "ask",
    title="捐赠人询问",
    by=(RESIDENT, CLERK),
    at=RECEIVED,
    form=Question,
    slot="question",
    publication=Publication.WITHHELD,
    basis="捐赠人的询问不公开",
)
def ask(matter: Matter, form: Question, judgement: Judgement | None, scene: Scene) -> Outcome:
    """A donor asks; the answer is due in ten working days."""
    assert matter.state is not None
    reckoned = due(scene.happened, Period(QUERY_WORKING_DAYS, Unit.WORKING_DAYS), scene.calendar)
    asked = DueBy("reply", reckoned.day, CLERK.id, "答复捐赠人", reckoned.provisional, "", reckoned.basis)
    return to(RECEIVED, due=(*matter.state.due, asked))


@contribution.action("reply", title="答复捐赠人", by=CLERK, at=RECEIVED, form=Reply, slot="reply")
def reply(matter: Matter, form: Reply, judgement: Judgement | None, scene: Scene) -> Outcome:
    """The donor is answered."""
    assert matter.state is not None
    left = tuple(each for each in matter.state.due if each.what != "reply")
    if len(left) == len(matter.state.due):
        raise BadInput("没有待答复的询问", where="reply")
    return to(RECEIVED, due=left)
