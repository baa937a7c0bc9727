"""席位: somebody takes a seat, leaves it, or the term ends by itself; each holding of a seat is one matter.

A seat is an entry of a register that holds no person; whoever sits there gets an appointment, from which roles follow.
Elections open matters of this procedure for those elected, so that the same rules judge everyone who takes a seat.
"""

from __future__ import annotations

from datetime import date

from msgspec import structs

from linli.access.posts import COMMITTEE, STREET
from linli.errors import BadInput, NotFound
from linli.forms import plain
from linli.matters import Matter, State
from linli.procedures import Appointing, EntryChange, Mention, Nothing, Outcome, Procedure, Scene, Stage, to
from linli.rulebook import Judgement
from linli.steps import DueBy
from linli_bodies.figures import CARRIES
from linli_bodies.judged import stopped, to_be_looked_at
from linli_bodies.keys import appointment_key, kind_of, place_of, seat_key
from linli_bodies.kinds import BodyKind, kind_on
from linli_bodies.posts import ELECTION_COMMITTEE, OWNERS_COMMITTEE, PARTY_ORG
from linli_bodies.registers import SEATS, Body, BodyTerm, Manner, Seat
from linli_bodies.seating import Plan, Planned
from linli_bodies.taking import (
    Leaving,
    LeavingAt,
    Reason,
    Release,
    Taking,
    TakingAt,
)
from linli_bodies.vocabulary import THE_BODY, THE_SEAT, THE_TERM
from linli_bodies.wording import day_of, reasons

SERVING = Stage("serving", "在任", usable=True)
TO_LOOK_AT = Stage("to_look_at", "待核对", waits_for=("street",), reopens=True)
RECALL_ASKED = Stage("recall_asked", "已提出罢免", usable=True)
LEFT = Stage("left", "已离任", final=True)
EXPIRED = Stage("expired", "任期届满", final=True)
REFUSED = Stage("refused", "不能就任", final=True)

SEATERS = (COMMITTEE, PARTY_ORG, OWNERS_COMMITTEE, ELECTION_COMMITTEE, STREET)


def _taking(state: State) -> dict[str, object]:
    return state.facts.get("taking") or state.facts.get("release") or {}


def _name(state: State) -> str:
    facts = _taking(state)
    titled = str(facts.get("title") or facts.get("body") or "")
    return f"{titled}第 {facts.get('seat')} 席" if facts else state.matter


def _lead(state: State, on: date) -> str:
    name, facts = _name(state), _taking(state)
    if state.stage_id in (SERVING.id, RECALL_ASKED.id):
        until = facts.get("until")
        asked = "，已有人联名要求罢免" if state.stage_id == RECALL_ASKED.id else ""
        return (
            f"{name}自{day_of(state.opened)}有人在任"
            + (f"，任期到{day_of(until)}" if until else "")
            + f"{asked}。"
        )
    if state.stage_id == EXPIRED.id:
        return f"{name}任期届满，自{day_of(state.since)}起空缺。"
    if state.stage_id == LEFT.id:
        reason = state.facts.get("leaving", state.facts.get("release", {})).get("reason", "")
        said = f"（{Reason(str(reason)).title}）" if reason else ""
        return f"{name}自{day_of(state.since)}空缺{said}。"
    if state.stage_id == REFUSED.id:
        return f"{name}没有就任：{reasons(state)}。"
    return f"{name}的就任正在核对。"


def _mentions(state: State) -> list[Mention]:
    body = str(_taking(state).get("body", ""))
    return [Mention(f"body/{body}", {"title": _name(state)})] if body else []


seat = Procedure(
    "seat",
    title="席位任职",
    stages=(SERVING, TO_LOOK_AT, RECALL_ASKED, LEFT, EXPIRED, REFUSED),
    lead=_lead,
    name=_name,
    describe="谁依据什么坐上一个席位、坐到哪一天、怎样离开；公布职务和来源，不公布姓名。",
    applicants=SEATERS,
    deciders=(STREET,),
    mentions=_mentions,
)


def _at_its_place(matter: Matter, form: Taking) -> TakingAt:
    return TakingAt(**structs.asdict(form), place=matter.place)


def _kind(scene: Scene, body: Body) -> BodyKind:
    found = kind_on(scene.brought("bodies_kinds"), body.kind, scene.decided)
    if found is None:
        raise BadInput(f"{day_of(scene.decided)}这里没有“{body.kind}”这类组织", where="body")
    return found


def _free_seat(form: Taking, scene: Scene) -> tuple[Body, Planned]:
    """The body and what its seat is for; raises where there is none, or somebody sits there."""
    body, held = scene.given[THE_BODY], scene.given[THE_SEAT]
    if body is None:
        raise NotFound(f"没有编号为 {form.body} 的组织", where="body", cure="先成立组织，或改正编号")
    if not scene.places.within(place_of(form.body), scene.place):
        raise BadInput(f"“{body.title}”不在这里", where="body", cure=f"在 {place_of(form.body)} 办理")
    planned = Plan.read(body.plan).at(form.seat)
    if planned is None:
        said = f"“{body.title}”有 {body.seats} 个席位，没有第 {form.seat} 个"
        raise BadInput(said, where="seat", cure="改正席位，或先增加席位")
    if held is not None and held.held(scene.decided):
        said = f"“{body.title}”第 {form.seat} 席有人在任"
        raise BadInput(said, where="seat", cure="先办理原任的离任")
    if bool(form.who) == bool(form.holder):
        raise BadInput("要写明是谁，或由哪个单位出任，二者填一项", where="who")
    if form.sort and planned.sort and form.sort is not planned.sort:
        raise BadInput(f"这个席位是{planned.sort.title}的，填的是{form.sort.title}", where="sort")
    return body, planned


def _until(form: Taking, term: BodyTerm | None, scene: Scene) -> date | None:
    running = term is not None and term.holds(scene.decided)
    until = form.until or (term.until if term is not None and running else None)
    if until is not None and until < scene.decided:
        raise BadInput("任期的最后一天已经过了", where="until")
    return until


@seat.action(
    "fill",
    title="就任",
    by=SEATERS,
    form=Taking,
    slot="taking",
    judged=True,
    facts=_at_its_place,
    reads=TakingAt,
    uses=(THE_BODY, THE_SEAT, THE_TERM),
)
def fill(matter: Matter, form: Taking, judgement: Judgement, scene: Scene) -> Outcome:
    """Somebody takes a seat that is free, until the end of the term."""
    body, planned = _free_seat(form, scene)
    until = _until(form, scene.given[THE_TERM], scene)
    kept = {"title": f"{body.title}{planned.post.title}", "until": until.isoformat() if until else None}
    if stopped(judgement):
        return to(REFUSED, kept=kept)
    if to_be_looked_at(judgement):
        return to(TO_LOOK_AT, kept=kept)
    return _seated(matter, form, judgement, scene, kept)


def _seated(
    matter: Matter, form: Taking, judgement: Judgement, scene: Scene, kept: dict[str, str | None]
) -> Outcome:
    """The entries and appointments of whoever takes a seat, and of the seats that go with it."""
    body, planned = _free_seat(form, scene)
    until = _until(form, scene.given[THE_TERM], scene)
    filled = Seat(
        code=seat_key(body.code, form.seat),
        body=body.code,
        place=body.place,
        seat=form.seat,
        post=planned.post,
        filled=True,
        since=scene.decided,
        until=until,
        sort=form.sort or planned.sort,
        manner=form.manner,
        group=form.group,
        votes=form.votes,
        holder=form.holder,
        woman=form.woman,
        matter=matter.id,
    )
    seats = [filled, *(_carried(key, filled, scene) for key in judgement.term(CARRIES, ()))]
    made = [
        Appointing(
            id=appointment_key(each.code, head=bool(n)),
            who=form.who,
            post=role,
            place=each.place,
            until=until,
        )
        for each in seats
        for n, role in enumerate(_roles(scene, each))
        if form.who
    ]
    due = (DueBy("term", until, "", "任期届满", lapses_to=EXPIRED.id),) if until else ()
    entries = [EntryChange(SEATS.id, each.code, plain(each)) for each in seats]
    return to(SERVING, entries=entries, appointments=made, due=due, kept=kept)


def _roles(scene: Scene, seat: Seat) -> tuple[str, ...]:
    kind = kind_on(scene.brought("bodies_kinds"), kind_of(seat.body), scene.decided)
    return kind.roles(seat.post) if kind else ()


def _carried(body: str, leading: Seat, scene: Scene) -> Seat:
    """The head's seat of another body that goes with a seat: when the one changes hands, the other does."""
    kind = kind_on(scene.brought("bodies_kinds"), kind_of(body), scene.decided)
    if kind is None:
        raise BadInput(f"{day_of(scene.decided)}这里没有“{kind_of(body)}”这类组织", where="body")
    return structs.replace(
        leading,
        code=seat_key(body, 1),
        body=body,
        place=place_of(body),
        seat=1,
        post=kind.head,
        manner=Manner.EX_OFFICIO,
    )


@seat.action(
    "confirm",
    title="核对属实",
    by=STREET,
    at=TO_LOOK_AT,
    facts=lambda matter, form: taken(matter),
    uses=(THE_BODY, THE_SEAT, THE_TERM),
)
def confirm(matter: Matter, form: Nothing, judgement: Judgement | None, scene: Scene) -> Outcome:
    """A person looked, and the seat may be taken."""
    judged = matter.judgement("seat.fill")
    assert judged is not None, "what waits to be looked at was judged"
    return _seated(matter, taken(matter), judged, scene, {})


@seat.action("decline", title="不能就任", by=STREET, at=TO_LOOK_AT)
def decline(matter: Matter, form: Nothing, judgement: Judgement | None, scene: Scene) -> Outcome:
    """A person looked, and the seat may not be taken."""
    return to(REFUSED)


def taken(matter: Matter) -> Taking:
    """What the holding of a seat began with."""
    given = matter.facts("taking", Taking)
    assert given is not None, "the holding of a seat begins with its taking"
    return given


def vacated(matter: Matter, scene: Scene) -> Outcome:
    """The seat is vacant from the day on, and so are those that went with it; what came with them ends."""
    form, judged = taken(matter), matter.judgement("seat.fill")
    carried = judged.term(CARRIES, ()) if judged else ()
    keys = [seat_key(form.body, form.seat), *(seat_key(body, 1) for body in carried)]
    seats = [_empty(key, scene, matter.id) for key in keys]
    left = [Appointing(id=appointment_key(key, head=head)) for key in keys for head in (False, True)]
    return to(LEFT, entries=seats, appointments=left)


def _empty(key: str, scene: Scene, matter: str) -> EntryChange:
    body, _, number = key.rpartition("@")
    held = scene.given.get(THE_BODY)
    planned = Plan.read(held.plan).at(int(number)) if held is not None and held.code == body else None
    kind = kind_on(scene.brought("bodies_kinds"), kind_of(body), scene.decided)
    post = planned.post if planned else kind.head if kind else None
    assert post is not None, "a seat was filled in a body of a known kind"
    vacant = Seat(
        code=key,
        body=body,
        place=place_of(body),
        seat=int(number),
        post=post,
        filled=False,
        since=scene.decided,
        matter=matter,
    )
    return EntryChange(SEATS.id, key, plain(vacant))


def _leaving(matter: Matter, form: Leaving) -> LeavingAt:
    began = taken(matter)
    return LeavingAt(**structs.asdict(form), body=began.body, seat=began.seat, manner=began.manner)


@seat.action(
    "leave",
    title="离任",
    by=SEATERS,
    at=(SERVING, RECALL_ASKED),
    form=Leaving,
    slot="leaving",
    judged=True,
    facts=_leaving,
    reads=LeavingAt,
    uses=(THE_BODY,),
)
def leave(matter: Matter, form: Leaving, judgement: Judgement, scene: Scene) -> Outcome:
    """The seat falls vacant, where the rules let it; else whoever sits there stays."""
    if stopped(judgement):
        assert matter.stage is not None and matter.state is not None, "a seat that is left was held"
        return to(matter.stage, due=matter.state.due)
    return vacated(matter, scene)


@seat.action(
    "release",
    title="登记空缺",
    by=SEATERS,
    form=Release,
    slot="release",
    facts=lambda matter, form: form,
    uses=(THE_BODY, THE_SEAT),
    hint="席位是导入的、没有任职事项时用",
)
def release(matter: Matter, form: Release, judgement: Judgement | None, scene: Scene) -> Outcome:
    """A seat that was entered by hand falls vacant."""
    held = scene.given[THE_SEAT]
    if held is None or not held.held(scene.decided):
        raise BadInput(f"{form.body} 第 {form.seat} 席没有人在任", where="seat")
    if held.matter:
        raise BadInput("这个席位有任职事项", where="seat", cure=f"在事项 {held.matter} 里办理离任")
    key = seat_key(form.body, form.seat)
    left = [Appointing(id=appointment_key(key, head=head)) for head in (False, True)]
    return to(LEFT, entries=_empty(key, scene, matter.id), appointments=left)
