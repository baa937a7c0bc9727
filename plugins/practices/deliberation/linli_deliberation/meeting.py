"""The table of meetings: asked for, called, held, voted, written down, and what was decided is followed.

Each part is judged by the law of its own day: the call by that of the day of the call, quorum and votes by that of the
meeting. People who sign, check in or vote are counted once each, online or on paper, by the pseudonym that they have in
the matter; only the counts go out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import structs

from linli.access.posts import COMMITTEE, STREET
from linli.errors import BadInput
from linli.forms import plain
from linli.intake import WHO
from linli.matters import Matter
from linli.procedures import EntryChange, Procedure, Scene, Stage
from linli_bodies import Body, LastMeeting, place_of
from linli_bodies.posts import CONVENER, PARTY_ORG
from linli_bodies.registers import LAST_MEETINGS
from linli_deliberation.people import Seen, seen
from linli_deliberation.registers import REJECTIONS
from linli_deliberation.sittings import (
    AgendaItem,
    Attendance,
    Basis,
    Cast,
    Convening,
    Count,
    Demand,
    Progress,
    Sheet,
    Sitting,
    Voice,
    VotingSheet,
)
from linli_deliberation.vocabulary import BODY_OF_MEETING, LAST_MEETING
from linli_deliberation.wording import meeting_lead, meeting_name

ASKED = Stage("asked", "征集提议")
DEMANDED = Stage("demanded", "应当召集", waits_for=(COMMITTEE.id, CONVENER.id))
NOT_CALLED = Stage("not_called", "召集不成立", waits_for=(COMMITTEE.id, CONVENER.id))
CALLED = Stage("called", "已通知，待开会")
HELD = Stage("held", "开会")
INQUORATE = Stage("inquorate", "到会不足")
CONCLUDED = Stage("concluded", "已散会，决定执行中")
CLOSED = Stage("closed", "已办结", final=True)
CANCELLED = Stage("cancelled", "取消", final=True)

EVERY_STAGE = (ASKED, DEMANDED, NOT_CALLED, CALLED, HELD, INQUORATE, CONCLUDED, CLOSED, CANCELLED)

CALLERS = (COMMITTEE, CONVENER, PARTY_ORG, STREET)
KEEPERS = (COMMITTEE, CONVENER)
PRIVATE = "谁提议、谁到会、谁怎样投票是个人信息，只公布人数"

meeting = Procedure(
    "meeting",
    title="会议",
    registers=(REJECTIONS.id,),
    stages=EVERY_STAGE,
    lead=meeting_lead,
    name=meeting_name,
    describe="谁提议、谁召集、到会多少、表决结果、会议记录和决定的落实。",
    applicants=KEEPERS,
    deciders=(STREET,),
    residents_object=True,
)


def convening_of(matter: Matter) -> Convening:
    """How a meeting that was called was called."""
    call = matter.facts("call", Convening)
    assert call is not None, "a meeting at this stage was called"
    return call


def given(matter: Matter, slot: str, form: type) -> list[tuple[str, object]]:
    """Every form given under a slot, corrections applied, in order, with the pseudonym of whoever gave it."""
    found: dict[int, tuple[str, dict[str, object]]] = {}
    for step in matter.steps:
        if step.slot == slot:
            number = step.corrects or step.number
            giver = found[number][0] if step.corrects else step.actor.person
            found[number] = (giver, step.facts)
    return [(giver, msgspec.convert(facts, form, str_keys=True)) for giver, facts in found.values()]


def signers(matter: Matter) -> Seen:
    """Who has asked for the meeting so far."""
    demand = matter.facts("demand", Demand)
    by_household = demand is not None and demand.basis is Basis.HOUSEHOLDS
    first = matter.steps[0] if matter.steps else None
    begun = [(first.actor.person, demand.household)] if first and demand and first.action == "demand" else []
    return seen([*begun, *_each(matter, "signature", "signatures")], by_household=by_household)


def attenders(matter: Matter) -> Seen:
    """Who has checked in so far, online or on a sheet."""
    by_household = convening_of(matter).basis is Basis.HOUSEHOLDS
    return seen(_each(matter, "check_in", "sheet"), by_household=by_household)


def _each(matter: Matter, single: str, sheet: str) -> Iterator[tuple[str, str]]:
    """Person and household of every signature or check-in, in the order in which they came."""
    for step in matter.steps:
        if step.slot == single:
            yield step.actor.person, str(step.facts.get("household", ""))
        elif step.slot == sheet:
            yield from pairs(msgspec.convert(step.facts, Sheet, str_keys=True))


def pairs(sheet: Sheet) -> list[tuple[str, str]]:
    """The lines of a sheet as persons and households."""
    return [(line.who, line.household) for line in sheet.lines]


def votes(matter: Matter, item: int) -> dict[str, Voice]:
    """The open votes on an item by person; the first that somebody gave counts."""
    found: dict[str, Voice] = {}
    for step in matter.steps:
        if step.slot == "cast":
            vote = msgspec.convert(step.facts, Cast, str_keys=True)
            if vote.item == item:
                found.setdefault(step.actor.person, vote.voice)
        elif step.slot == "voting_sheet":
            sheet = msgspec.convert(step.facts, VotingSheet, str_keys=True)
            for line in sheet.lines if sheet.item == item else ():
                found.setdefault(line.who.removeprefix(WHO), line.voice)
    return found


def sitting_of(matter: Matter, attendance: Attendance | None = None) -> Sitting:
    """What rules see of a meeting: as it was called, and who is there where that is counted."""
    counted = attendance or matter.facts("attendance", Attendance)
    call = convening_of(matter)
    if counted is None:
        return Sitting(call=call, place=matter.place, demanded=was_demanded(matter))
    return Sitting(
        call=call,
        place=matter.place,
        demanded=was_demanded(matter),
        counted=True,
        present=attenders(matter).count + counted.on_paper,
        area_present_cm2=counted.area_cm2,
        came=counted.came,
    )


def was_demanded(matter: Matter) -> bool:
    """Whether enough have asked for the meeting."""
    return any(step.stage == DEMANDED.id for step in matter.steps)


def counts(matter: Matter) -> dict[int, Count]:
    """The last count on each item that was voted on."""
    return {count.item: count for _, count in given(matter, "count", Count) if isinstance(count, Count)}


def followed(matter: Matter) -> dict[int, Progress]:
    """The last progress reported on each item."""
    return {p.item: p for _, p in given(matter, "progress", Progress) if isinstance(p, Progress)}


def item_of(matter: Matter, number: int) -> AgendaItem:
    """The item of the agenda under a number; raises `BadInput` for one that was not announced."""
    agenda = convening_of(matter).agenda
    if number > len(agenda):
        raise BadInput(
            f"议程只有 {len(agenda)} 项，没有第 {number} 项；没有通知的事项不能表决",
            where="item",
            cure="按通知的议程表决，新的事项另行召集",
        )
    return agenda[number - 1]


def noted(call: Convening, scene: Scene, **more: Any) -> EntryChange:
    """What the register of bodies keeps of this meeting: when its body meets next, or met last."""
    known: LastMeeting = scene.given[LAST_MEETING] or LastMeeting(body=call.body, place=place_of(call.body))
    if known.next_matter == scene.matter_id:
        known = structs.replace(known, next=None, next_matter="")
    return EntryChange(LAST_MEETINGS.id, call.body, plain(structs.replace(known, **more)))


def known_body(key: str, scene: Scene) -> Body:
    """The body of a meeting, which has to stand in the register and lie at the place; raises `BadInput`."""
    body: Body | None = scene.given[BODY_OF_MEETING]
    if body is None or not scene.places.within(body.place, scene.place):
        title = scene.places[scene.place].title
        raise BadInput(f"{title}的组织名册里没有 {key}", where="body", cure="从名册里选，或者先登记这个组织")
    return body
