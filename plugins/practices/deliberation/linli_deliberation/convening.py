"""A meeting is asked for by enough of those entitled, and called by whoever may call it, in time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from linli.access.posts import COMMITTEE, STREET
from linli.errors import BadInput
from linli.matters import Matter
from linli.posts import RESIDENT
from linli.procedures import Notice, Once, Outcome, Scene, to
from linli.rulebook import Judgement
from linli.standing import Why
from linli.steps import DueBy
from linli_bodies.posts import REPRESENTATIVE
from linli_deliberation.citing import stop, with_article
from linli_deliberation.meeting import (
    ASKED,
    CALLED,
    CALLERS,
    CANCELLED,
    DEMANDED,
    INQUORATE,
    KEEPERS,
    NOT_CALLED,
    PRIVATE,
    convening_of,
    known_body,
    meeting,
    noted,
    pairs,
    signers,
    sitting_of,
    was_demanded,
)
from linli_deliberation.people import Seen, once_each, publication_of_one
from linli_deliberation.sittings import Asking, Basis, Convening, Demand, Sheet, Signature, Sitting
from linli_deliberation.vocabulary import BODY_OF_MEETING, LAST_MEETING, SIGN_LEAST, SIGNED

SIGNED_ALREADY = "您已经提议过，一人计一次"


def _demanded(matter: Matter) -> Demand:
    demand = matter.facts("demand", Demand)
    assert demand is not None, "a demand begins the matter"
    return demand


def _begun(matter: Matter, form: Demand) -> Asking:
    return Asking(demand=form, place=matter.place, signed=1 + form.signed_on_paper)


def _begun_on_paper(matter: Matter, form: Demand) -> Asking:
    return Asking(demand=form, place=matter.place, signed=form.signed_on_paper)


def _one_more(matter: Matter, form: Signature) -> Asking:
    demand = _demanded(matter)
    signed = signers(matter).count + 1 + demand.signed_on_paper
    return Asking(demand=demand, place=matter.place, signed=signed)


def _sheet(matter: Matter, form: Sheet) -> Asking:
    """The demand with all who have signed and those of the sheet who had not."""
    demand, before = _demanded(matter), signers(matter)
    more = before.newcomers(pairs(form))
    return Asking(
        demand=demand,
        place=matter.place,
        signed=before.count + len(more) + demand.signed_on_paper,
        named=tuple(line.who for line in form.lines),
    )


def _asked(judgement: Judgement, scene: Scene, *, single: bool = False, **more: Any) -> Outcome:
    """Where enough have signed the meeting has to be called; until then it waits for more."""
    if judgement.refused:
        stop(judgement, scene, "body")
    least = judgement.term(SIGN_LEAST)
    if least is None:
        raise BadInput(
            "这里没有规定由多少人提议可以召集这个会议", where="body", cure="核对组织编号和提议的方式"
        )
    signed = judgement.term(SIGNED, 0)
    if single:
        more["publication"], more["basis"] = publication_of_one(signed, least, PRIVATE)
    if judgement.incomplete or signed < least:
        return to(ASKED, **more)
    text = f"提议已经达到 {least}，应当召集会议"
    return to(DEMANDED, notices=Notice(COMMITTEE.id, scene.place, text), **more)


def _claims(judgement: Judgement, scene: Scene, each: Iterable[tuple[str, str]]) -> tuple[Once, ...]:
    said = with_article(SIGNED_ALREADY, judgement, SIGN_LEAST, scene)
    return once_each(scene.matter_id, "sign", each, said)


def _one(demand: Demand, scene: Scene, household: str) -> list[tuple[str, str]]:
    """Whoever acts, as one who signs."""
    before = Seen(by_household=demand.basis is Basis.HOUSEHOLDS)
    return before.newcomers([(scene.actor.person, household)])


def _households_named(demand: Demand, households: Iterable[str]) -> None:
    if demand.basis is Basis.HOUSEHOLDS and not all(households):
        raise BadInput("以户提议，每一户都要写户编号", where="household", cure="填写户编号")


@meeting.action(
    "demand",
    title="提议召集会议",
    by=(RESIDENT, REPRESENTATIVE),
    form=Demand,
    slot="demand",
    judged=True,
    facts=_begun,
    reads=Asking,
    uses=(BODY_OF_MEETING,),
)
def demand(matter: Matter, form: Demand, judgement: Judgement, scene: Scene) -> Outcome:
    """Someone asks that a body be called, and signs first."""
    known_body(form.body, scene)
    _households_named(form, [form.household])
    return _asked(judgement, scene, claims=_claims(judgement, scene, _one(form, scene, form.household)))


@meeting.action(
    "demand_on_paper",
    title="登记纸质提议",
    by=KEEPERS,
    form=Demand,
    slot="demand",
    judged=True,
    judged_as="demand",
    facts=_begun_on_paper,
    reads=Asking,
    uses=(BODY_OF_MEETING,),
)
def demand_on_paper(matter: Matter, form: Demand, judgement: Judgement, scene: Scene) -> Outcome:
    """A demand that was handed in on paper; whoever enters it is no signer."""
    known_body(form.body, scene)
    return _asked(judgement, scene)


@meeting.action(
    "sign",
    title="参加提议",
    by=(RESIDENT, REPRESENTATIVE),
    at=ASKED,
    form=Signature,
    slot="signature",
    judged=True,
    judged_as="demand",
    facts=_one_more,
    reads=Asking,
)
def sign(matter: Matter, form: Signature, judgement: Judgement, scene: Scene) -> Outcome:
    """One more asks for the meeting; each person and household once."""
    demand = _demanded(matter)
    _households_named(demand, [form.household])
    claims = _claims(judgement, scene, _one(demand, scene, form.household))
    return _asked(judgement, scene, single=True, claims=claims)


@meeting.action(
    "sign_on_paper",
    title="登记纸质签名",
    by=KEEPERS,
    at=ASKED,
    form=Sheet,
    slot="signatures",
    judged=True,
    judged_as="demand",
    facts=_sheet,
    reads=Asking,
)
def sign_on_paper(matter: Matter, form: Sheet, judgement: Judgement, scene: Scene) -> Outcome:
    """A sheet of signatures; who has signed already, online or on another sheet, is not counted again."""
    _households_named(_demanded(matter), [line.household for line in form.lines])
    claims = _claims(judgement, scene, signers(matter).newcomers(pairs(form)))
    return _asked(judgement, scene, claims=claims)


def _called(matter: Matter, form: Convening) -> Sitting:
    return Sitting(call=form, place=matter.place, demanded=was_demanded(matter))


def _calls(form: Convening, judgement: Judgement, scene: Scene) -> Outcome:
    known_body(form.body, scene)
    if form.held_on < scene.happened:
        raise BadInput("开会日期不能在通知以前", where="held_on")
    titles = [item.title for item in form.agenda]
    if len(set(titles)) != len(titles):
        raise BadInput("同一个议题写了两次", where="agenda", cure="每个议题写一行")
    if judgement.refused or judgement.incomplete:
        return to(NOT_CALLED)
    held = DueBy("meeting", form.held_on, COMMITTEE.id, "开会")
    said = " ".join(part for part in (form.held_on.isoformat(), form.hour, form.venue) if part)
    text = f"{said} 开会，共 {len(form.agenda)} 项议题"
    entry = noted(form, scene, next=form.held_on, next_matter=scene.matter_id)
    return to(CALLED, due=held, notices=Notice(RESIDENT.id, scene.place, text), entries=entry)


@meeting.action(
    "call",
    title="召集会议",
    by=CALLERS,
    form=Convening,
    slot="call",
    judged=True,
    facts=_called,
    reads=Sitting,
    uses=(BODY_OF_MEETING, LAST_MEETING),
)
def call(matter: Matter, form: Convening, judgement: Judgement, scene: Scene) -> Outcome:
    """A body is called by whoever may call it, with its agenda, on a day far enough ahead."""
    return _calls(form, judgement, scene)


@meeting.action(
    "call_again",
    title="召集（改期）",
    by=CALLERS,
    at=(DEMANDED, NOT_CALLED, CALLED, INQUORATE),
    form=Convening,
    slot="call",
    judged=True,
    judged_as="call",
    facts=_called,
    reads=Sitting,
    uses=(BODY_OF_MEETING, LAST_MEETING),
)
def call_again(matter: Matter, form: Convening, judgement: Judgement, scene: Scene) -> Outcome:
    """It is called on demand, or after a first call that did not stand, for another day or with another agenda."""
    return _calls(form, judgement, scene)


@meeting.action(
    "cancel",
    title="取消会议",
    by=(COMMITTEE, STREET),
    at=(NOT_CALLED, CALLED, INQUORATE),
    form=Why,
    slot="cancellation",
    facts=lambda matter, form: sitting_of(matter),
    reads=Sitting,
    uses=(LAST_MEETING,),
)
def cancel(matter: Matter, form: Why, judgement: Judgement | None, scene: Scene) -> Outcome:
    """The meeting does not take place; one that enough have asked for has to."""
    if was_demanded(matter):
        raise BadInput(
            "这次会议是依法提议的，应当召集，不能取消", where="reason", cure="要改日期，用“召集（改期）”"
        )
    return to(CANCELLED, entries=noted(convening_of(matter), scene))
