"""资本众筹会: pledges of units inside a closed list, raised by a named charity.

Only the list sees what was promised and what is aimed at: until the meeting is over nothing of it is published, and
then the result alone. A page that showed a target and what is missing would be public fundraising (慈善法 Art. 23, 27).
A pledge is no money: it is booked in a commodity of its own and honoured by a contribution. Where the target is missed
the pledges are released.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from msgspec import Struct

from linli.bookings import undone
from linli.errors import BadInput
from linli.forms import INTERNAL, day, document, line, money, rows, yes_no
from linli.funds.accounts import ACCOUNTED, KEPT_APART, PLEDGED
from linli.funds.posts import CLERK, MANAGER
from linli.funds.wording import pledge_lead, pledge_name
from linli.ledger import OUTSIDE, Posting
from linli.matters import VOID, Matter
from linli.procedures import Outcome, Procedure, Scene, Stage, to
from linli.rulebook import Judgement
from linli.standing import Why
from linli.steps import DueBy, Publication

GATHERING = Stage("gathering", "名单内认捐中")
RETURNED = Stage("returned", "退回补正", waits_for=(CLERK.id,))
REFUSED = Stage("refused", "不能发起", final=True)
MET = Stage("met", "认捐成立", final=True)
RELEASED = Stage("released", "认捐解除", final=True)

CLOSED_LIST = "定向募捐只在名单内进行，结束后公布结果"


class Invited(Struct, frozen=True, forbid_unknown_fields=True):
    """A unit on the list."""

    unit: Annotated[str, line("单位", INTERNAL, max_length=60)]


class PledgeList(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A meeting of invited units under a charity. ``target_fen`` is seen inside the list only; money in fen.

    ``online`` says that everybody is asked, by the internet: that is public fundraising and needs licence, filing and a
    designated platform.
    """

    title: Annotated[str, line("名称", max_length=60)]
    fund: Annotated[str, line("基金编号", max_length=60)]
    charity: Annotated[str, line("由哪个慈善组织募捐", max_length=60)] = ""
    purpose: Annotated[str, line("用途", max_length=40)] = ""
    target_fen: Annotated[int, money("目标", INTERNAL)] = 0
    ends: Annotated[date, day("认捐截止", INTERNAL)]
    invited: Annotated[tuple[Invited, ...], rows("名单", INTERNAL)] = ()
    members_only: Annotated[bool, yes_no("名单内都是发起人、理事会成员和会员", INTERNAL)] = False
    online: Annotated[bool, yes_no("通过互联网向公众募捐", INTERNAL)] = False
    licence: Annotated[str, line("公开募捐资格证书编号", INTERNAL, max_length=40)] = ""
    filing: Annotated[str, line("募捐方案备案编号", INTERNAL, max_length=40)] = ""
    platform: Annotated[str, line("指定的互联网募捐平台", INTERNAL, max_length=60)] = ""


class Pledge(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a unit on the list promises, in fen."""

    unit: Annotated[str, line("认捐单位", INTERNAL, max_length=60)]
    amount_fen: Annotated[int, money("认捐金额", INTERNAL, least=1, basis=ACCOUNTED)]
    letter: Annotated[str, document("认捐书")] = ""


pledge = Procedure(
    "pledge",
    title="资本众筹会",
    stages=(GATHERING, RETURNED, REFUSED, MET, RELEASED),
    lead=pledge_lead,
    name=pledge_name,
    describe="名单内的单位认捐；达不到目标，认捐全部解除。",
    deciders=(MANAGER,),
    residents_object=False,
    books_rest_on=KEPT_APART,
)


def _listed(matter: Matter) -> PledgeList:
    found = matter.facts("list", PledgeList)
    assert found is not None, "a meeting has a list"
    return found


def account(matter: str, unit: str) -> str:
    """Where a unit's promise stands."""
    return f"pledged:{matter}:{unit.replace(':', '：')}"


def promised(matter: Matter) -> dict[str, int]:
    """What each unit has promised, in fen; nothing after the pledges were released."""
    found: dict[str, int] = {}
    for posting in matter.state.postings if matter.state else ():
        for name, sign in ((posting.destination, 1), (posting.source, -1)):
            if name.startswith("pledged:"):
                unit = name.split(":", 2)[2]
                found[unit] = found.get(unit, 0) + sign * posting.amount
    return {unit: amount for unit, amount in found.items() if amount}


def _gathering(form: PledgeList, promised_fen: int) -> Outcome:
    """The list is open until its day; on the next morning it stands or falls by itself."""
    reached = MET if promised_fen >= form.target_fen else RELEASED
    end = DueBy("end", form.ends, CLERK.id, "认捐截止", lapses_to=reached.id)
    return to(GATHERING, due=end)


@pledge.action(
    "invite",
    title="发起认捐",
    by=CLERK,
    form=PledgeList,
    slot="list",
    judged=True,
    reads=PledgeList,
    publication=Publication.WITHHELD,
    basis=CLOSED_LIST,
)
def invite(matter: Matter, form: PledgeList, judgement: Judgement, scene: Scene) -> Outcome:
    """A charity invites the units of a list."""
    return invite_list(form, judgement, scene)


def invite_list(form: PledgeList, judgement: Judgement, scene: Scene) -> Outcome:
    """What comes of inviting: a list that is open, or one that rules stop."""
    if form.ends <= scene.decided:
        raise BadInput("截止日期要在今天之后", where="ends")
    if judgement.refused or judgement.incomplete:
        return to(REFUSED if judgement.refused else RETURNED)
    return _gathering(form, 0)


@pledge.action(
    "complete",
    title="补正后发起",
    by=CLERK,
    at=RETURNED,
    form=PledgeList,
    slot="list",
    judged=True,
    judged_as="invite",
    reads=PledgeList,
    publication=Publication.WITHHELD,
    basis=CLOSED_LIST,
)
def complete(matter: Matter, form: PledgeList, judgement: Judgement, scene: Scene) -> Outcome:
    """What was returned comes back complete."""
    return invite_list(form, judgement, scene)


@pledge.action("reopen", title="重新办理", by=MANAGER, at=REFUSED, form=Why, slot="reopen")
def reopen(matter: Matter, form: Why, judgement: Judgement | None, scene: Scene) -> Outcome:
    """What was refused may be completed after all; a meeting that is over stays over."""
    return to(RETURNED)


@pledge.action(
    "pledge",
    title="登记认捐",
    by=CLERK,
    at=GATHERING,
    form=Pledge,
    slot="pledge",
    publication=Publication.WITHHELD,
    basis=CLOSED_LIST,
)
def promise(matter: Matter, form: Pledge, judgement: Judgement | None, scene: Scene) -> Outcome:
    """A unit of the list promises an amount; whoever is not on it cannot."""
    listed = _listed(matter)
    if form.unit not in {each.unit for each in listed.invited}:
        raise BadInput(f"“{form.unit}”不在名单上", where="unit", cure="只登记名单内单位的认捐")
    total = sum(promised(matter).values()) + form.amount_fen
    posting = Posting(f"{OUTSIDE}pledger", account(matter.id, form.unit), form.amount_fen, PLEDGED)
    return to(GATHERING, due=_gathering(listed, total).due, postings=posting)


@pledge.action("conclude", title="结束认捐", by=(CLERK, MANAGER), at=GATHERING)
def conclude(matter: Matter, form: object, judgement: Judgement | None, scene: Scene) -> Outcome:
    """The meeting ends: the pledges stand, or all are released."""
    if sum(promised(matter).values()) >= _listed(matter).target_fen:
        return to(MET)
    return to(
        RELEASED,
        postings=undone(matter),
        publication=Publication.WITHHELD,
        basis="认捐未成立，只在名单内告知",
    )


@pledge.action(
    "settle",
    title="到期解除认捐",
    by=(),
    at=RELEASED,
    system=True,
    publication=Publication.WITHHELD,
    basis="认捐未成立，只在名单内告知",
)
def settle(matter: Matter, form: object, judgement: Judgement | None, scene: Scene) -> Outcome:
    """After the last day, with the target missed, what was promised is released."""
    return to(RELEASED, postings=undone(matter))


@pledge.action("void", title="作废", by=MANAGER, at=(GATHERING, MET), form=Why, slot="void")
def void(matter: Matter, form: Why, judgement: Judgement | None, scene: Scene) -> Outcome:
    """A meeting that should not have been is undone."""
    return to(VOID, postings=undone(matter))
