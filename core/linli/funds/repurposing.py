"""Another purpose for what was given: with the donor's consent, a new filing, or, where the place has it, by notice.

慈善法 Art. 56: what a fundraising plan lays down is filed anew with the authority that has the plan; what an agreement
lays down needs the donor's consent. Where local law provides for a donor who cannot be found, the change is announced
for its days; a donor who speaks up in time ends it. Rules say which of the three a change needs.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from msgspec import Struct

from linli.bookings import held
from linli.calendar import Period, Unit, due
from linli.errors import BadInput
from linli.forms import INTERNAL, PUBLIC, document, line, money, yes_no
from linli.funds.accounts import ACCOUNTED, UNRESTRICTED, fund_account
from linli.funds.contributions import RECEIVED, Contribution, contribution
from linli.funds.dues import with_due
from linli.funds.posts import CLERK, MANAGER
from linli.funds.vocabulary import CHANGE_NOTICE_DAYS
from linli.ledger import Posting
from linli.matters import Matter
from linli.money import yuan
from linli.procedures import Outcome, Scene, to
from linli.rulebook import Judgement
from linli.steps import DueBy


class Repurpose(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Another purpose for part of a contribution, in fen, and what allows it."""

    purpose: Annotated[str, line("改为什么用途", hint="不限定就空着", max_length=40)] = ""
    amount_fen: Annotated[int, money("金额", least=1, basis=ACCOUNTED)]
    consent: Annotated[str, document("捐赠人同意的书面材料")] = ""
    filing: Annotated[str, line("变更后的募捐方案备案编号", hint="公开募捐来的填写", max_length=40)] = ""
    reason: Annotated[str, line("变更理由", PUBLIC)]


class ChangeNotice(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is announced because the donor cannot be reached."""

    purpose: Annotated[str, line("改为什么用途", hint="不限定就空着", max_length=40)] = ""
    amount_fen: Annotated[int, money("金额", least=1, basis=ACCOUNTED)]
    tried: Annotated[str, document("联系捐赠人的记录")]
    reason: Annotated[str, line("变更理由", PUBLIC)]


class DonorSays(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the donor answers to the notice."""

    agrees: Annotated[bool, yes_no("同意变更", INTERNAL)]
    letter: Annotated[str, document("捐赠人的书面意见")] = ""


class Change(Struct, frozen=True, kw_only=True):
    """What rules see of a change: the money as it was given, what it is to become, and what allows it.

    ``announced`` is the day of the notice that stands (None: there is none), ``last_day`` its last.
    ``answered`` says that the donor spoke up against it.
    """

    fund: str
    source: str
    given_for: str
    purpose: str
    amount_fen: int
    by_agreement: bool = False
    campaign: str = ""
    consent: str = ""
    filing: str = ""
    announced: date | None = None
    last_day: date | None = None
    answered: bool = False


def _given(matter: Matter) -> Contribution:
    given = matter.facts("contribution", Contribution)
    assert given is not None, "a booked contribution has facts"
    return given


def _notice(matter: Matter) -> tuple[date | None, date | None, bool]:
    """The notice that stands: its day, its last day, and whether the donor spoke up against it."""
    assert matter.state is not None, "a booked contribution has a state"
    announced, answered = None, False
    for step in matter.steps:
        said = step.judgement
        refused = said is not None and (said.refused or said.incomplete)
        if step.action == "announce_change" and not refused:
            announced, answered = step.happened, False
        elif step.action == "donor_says":
            answered = not step.facts.get("agrees")
        elif step.action == "repurpose" and not refused:
            announced = None
    last_day = next((each.day for each in matter.state.due if each.what == "change"), None)
    return announced, last_day if announced else None, answered


def _change(matter: Matter, form: Any) -> Change:
    given = _given(matter)
    announced, last_day, answered = _notice(matter)
    return Change(
        fund=given.fund,
        source=given.source,
        given_for=given.purpose,
        purpose=form.purpose,
        amount_fen=form.amount_fen,
        by_agreement=bool(given.agreement),
        campaign=given.campaign,
        consent=getattr(form, "consent", ""),
        filing=getattr(form, "filing", ""),
        announced=announced,
        last_day=last_day,
        answered=answered,
    )


def _still_unchanged(matter: Matter, form: Any) -> tuple[str, str]:
    """The accounts between which money moves; raises for more than is left under the purpose it was given for."""
    given = _given(matter)
    assert matter.state is not None, "a booked contribution has a state"
    old = fund_account(given.fund, given.source, given.purpose)
    left = held(matter.state.postings, old)
    if form.amount_fen > left:
        raise BadInput(f"这笔收入没有变更过的部分是 {yuan(left)}", where="amount_fen")
    if (form.purpose or UNRESTRICTED) == (given.purpose or UNRESTRICTED):
        raise BadInput("用途没有变", where="purpose")
    return old, fund_account(given.fund, given.source, form.purpose)


@contribution.action(
    "repurpose",
    title="变更用途",
    by=MANAGER,
    at=RECEIVED,
    form=Repurpose,
    slot="repurpose",
    judged=True,
    facts=_change,
    reads=Change,
    apart_from=("record", "take_over", "complete", "complete_opening"),
)
def repurpose(matter: Matter, form: Repurpose, judgement: Judgement, scene: Scene) -> Outcome:
    """Part of a gift is bound to another purpose, where rules find what allows it."""
    old, new = _still_unchanged(matter, form)
    if judgement.refused or judgement.incomplete:
        return to(RECEIVED, due=with_due(matter))
    posting = Posting(old, new, form.amount_fen, purpose=form.purpose)
    return to(RECEIVED, due=with_due(matter, without="change"), postings=posting)


@contribution.action(
    "announce_change",
    title="公告变更用途",
    by=MANAGER,
    at=RECEIVED,
    form=ChangeNotice,
    slot="change_notice",
    judged=True,
    facts=_change,
    reads=Change,
    apart_from=("record", "take_over", "complete", "complete_opening"),
)
def announce_change(matter: Matter, form: ChangeNotice, judgement: Judgement, scene: Scene) -> Outcome:
    """A donor who cannot be reached is asked in public; after the last day the change may be made."""
    _still_unchanged(matter, form)
    if judgement.refused or judgement.incomplete:
        return to(RECEIVED, due=with_due(matter))
    days = Period(scene.rulebook.value(CHANGE_NOTICE_DAYS, scene.happened), Unit.NATURAL_DAYS)
    last = due(scene.happened, days, scene.calendar)
    notice = DueBy("change", last.day, MANAGER.id, "公告变更用途期满", last.provisional, "", last.basis)
    return to(RECEIVED, due=with_due(matter, notice))


@contribution.action(
    "donor_says",
    title="登记捐赠人的意见",
    by=CLERK,
    at=RECEIVED,
    form=DonorSays,
    slot="donor_says",
    when=lambda state: any(each.what == "change" for each in state.due),
)
def donor_says(matter: Matter, form: DonorSays, judgement: Judgement | None, scene: Scene) -> Outcome:
    """The donor speaks up: against it, and the notice is over; for it, and the letter is the consent."""
    if _notice(matter)[0] is None:
        raise BadInput("没有正在公告的变更", where="agrees")
    return to(RECEIVED, due=with_due(matter, without="" if form.agrees else "change"))
