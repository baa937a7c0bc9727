"""共同责任: several parties bear one duty together, and it is done when each of them has signed it off.

Which parties there are says a frame of the use ``duty`` (`linli_bodies.frames`). Where one of them does not exist, such
as the owners' committee of an estate that has none, its seat is vacant and the kind that stands in for it signs.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from msgspec import Struct, structs

from linli.access.posts import COMMITTEE, STREET
from linli.errors import BadInput
from linli.forms import line, rows, yes_no
from linli.matters import Matter, State
from linli.places import Level
from linli.procedures import Outcome, Procedure, Scene, Stage, to
from linli.rulebook import Judgement
from linli_bodies.frames import Frame, frame_on
from linli_bodies.judged import stopped
from linli_bodies.keys import body_key
from linli_bodies.kinds import TITLES, kind_on
from linli_bodies.posts import OWNERS_COMMITTEE, PARTY_ORG, PROPERTY_FIRM
from linli_bodies.vocabulary import asked_bodies

SIGNING = Stage("signing", "各方落实中", waits_for=("committee", "party_org"))
COMPLETE = Stage("complete", "各方都已落实", final=True)
REFUSED = Stage("refused", "不能这样约定", final=True)

PARTIES = (PARTY_ORG, COMMITTEE, OWNERS_COMMITTEE, PROPERTY_FIRM)


class Party(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One of those who bear the duty; ``by`` is the kind that acts for it as long as its seat is vacant."""

    kind: Annotated[str, line("类别", max_length=60)]
    vacant: Annotated[bool, yes_no("空缺", hint="不用填")] = False
    by: Annotated[str, line("由谁代行", hint="不用填", max_length=60)] = ""


class Duty(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is borne together, by which parties."""

    title: Annotated[str, line("事项", max_length=60)]
    parties: Annotated[tuple[Party, ...], rows("责任各方", most=10)]


class DutyAt(Duty, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A duty as rules see it: with its place, and the community in which that lies."""

    place: Annotated[str, line("地方", max_length=40)] = ""
    community: Annotated[str, line("社区", max_length=40)] = ""


class SignOff(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A party says that its part is done."""

    kind: Annotated[str, line("哪一方", max_length=60)]
    done: Annotated[str, line("落实情况")]


def _keys(duty: DutyAt) -> Sequence[str]:
    places = dict.fromkeys((duty.place, duty.community))
    return [body_key(place, party.kind) for party in duty.parties for place in places]


THERE = asked_bodies("duty.there", "有哪些组织", _keys)


def _lead(state: State, on: date) -> str:
    facts = state.facts.get("duty", {})
    parties, signed = facts.get("parties", ()), sum(each.action == "sign_off" for each in state.done)
    vacant = [TITLES.get(p["kind"], p["kind"]) for p in parties if p.get("vacant")]
    said = f"“{facts.get('title')}”由 {len(parties)} 方共同负责，{signed} 方已经落实"
    return said + (f"；{'、'.join(vacant)}空缺，由他方代行。" if vacant else "。")


duty = Procedure(
    "duty",
    title="共同责任",
    stages=(SIGNING, COMPLETE, REFUSED),
    lead=_lead,
    name=lambda state: str(state.facts.get("duty", {}).get("title", state.matter)),
    describe="几方共同负责的事：每一方都落实了才算完成。",
    applicants=PARTIES,
    deciders=(STREET,),
)


def _at_its_place(matter: Matter, form: Duty) -> DutyAt:
    community = matter.places.above(matter.place, Level.COMMUNITY)
    code = community.code if community else matter.place
    return DutyAt(**structs.asdict(form), place=matter.place, community=code)


def _frame(scene: Scene) -> Frame | None:
    return frame_on(scene.brought("bodies_frames"), scene.decided, use="duty")


@duty.action(
    "share",
    title="约定共同责任",
    by=PARTIES,
    form=Duty,
    slot="duty",
    judged=True,
    facts=_at_its_place,
    reads=DutyAt,
    uses=(THERE,),
)
def share(matter: Matter, form: Duty, judgement: Judgement, scene: Scene) -> Outcome:
    """A duty is shared; a party that does not exist has a vacant seat, and somebody acts for it."""
    frame, there = _frame(scene), {key.split(":")[1] for key in scene.given[THERE]}
    parties = []
    for party in form.parties:
        row = frame.row(party.kind) if frame else None
        vacant = party.kind not in there
        if vacant and (row is None or not row.stand_in):
            raise BadInput(
                f"这里没有{TITLES.get(party.kind, party.kind)}，也没有规定由谁代行", where="parties"
            )
        parties.append({"kind": party.kind, "vacant": vacant, "by": row.stand_in if vacant and row else ""})
    return to(REFUSED if stopped(judgement) else SIGNING, kept={"parties": parties})


@duty.action("sign_off", title="落实签字", by=PARTIES, at=SIGNING, form=SignOff, slot="sign_off")
def sign_off(matter: Matter, form: SignOff, judgement: Judgement | None, scene: Scene) -> Outcome:
    """Each party signs for itself, and whoever stands in for a vacant one for that."""
    given = matter.facts("duty", Duty)
    assert given is not None, "a duty is shared before it is signed off"
    party = next((each for each in given.parties if each.kind == form.kind), None)
    if party is None:
        raise BadInput(f"{TITLES.get(form.kind, form.kind)}不是责任方", where="kind")
    kind = kind_on(scene.brought("bodies_kinds"), party.by or party.kind, scene.decided)
    if kind is None or scene.actor.post not in kind.roles(kind.head):
        who = TITLES.get(party.by or party.kind, party.by or party.kind)
        raise BadInput(f"这一方要由{who}签字", where="kind")
    signed = {str(step.facts["kind"]) for step in matter.steps if step.slot == "sign_off"}
    if form.kind in signed:
        raise BadInput("这一方已经签字了", where="kind")
    everyone = {each.kind for each in given.parties}
    return to(COMPLETE if signed | {form.kind} == everyone else SIGNING)
