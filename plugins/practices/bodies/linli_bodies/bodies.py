"""组织: a body is set up, changed and dissolved; each body that came into being here is one matter with its story.

What the kind of a body lays down (where it can stand, on what it hangs, how many seats it has) is held to here, with
the article on which the kind rests. What places and the law ask beyond that is judged at ``body.establish``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from msgspec import structs

from linli.access.posts import COMMITTEE, STREET
from linli.errors import BadInput, LinliError, ManyFaults, NotFound
from linli.forms import plain
from linli.matters import Matter, State
from linli.procedures import Appointing, EntryChange, Mention, Outcome, Procedure, Scene, Stage, to
from linli.rulebook import Judgement
from linli_bodies.founding import Change, Ending, Founding, FoundingAt, SeatPlan
from linli_bodies.judged import stopped, to_be_looked_at
from linli_bodies.keys import appointment_key, body_key, kind_of, seat_key
from linli_bodies.kinds import BodyKind, kind_on
from linli_bodies.posts import PARTY_ORG
from linli_bodies.registers import BODIES, Body
from linli_bodies.seating import Plan, SeatPost
from linli_bodies.vocabulary import asked_body
from linli_bodies.wording import day_of, reasons

STANDING = Stage("standing", "已成立", usable=True)
TO_LOOK_AT = Stage("to_look_at", "待核对", waits_for=("street",), reopens=True)
REFUSED = Stage("refused", "不予成立", final=True)
ENDED = Stage("dissolved", "已撤销", final=True)

FOUNDERS = (COMMITTEE, PARTY_ORG, STREET)

SAME_BODY = asked_body(
    "body.same", "同一编号的组织", lambda found: body_key(found.place, found.kind, found.number)
)
BODY_ABOVE = asked_body("body.above", "上一级组织", lambda found: found.above)


def _name(state: State) -> str:
    facts = state.facts.get("founding", {})
    return str(facts.get("title") or facts.get("kind") or state.matter)


def _lead(state: State, on: date) -> str:
    name = _name(state)
    if state.stage_id == STANDING.id:
        seats = sum(int(plan.get("count", 1)) for plan in state.facts.get("founding", {}).get("seats", ()))
        return f"{name}自{day_of(state.opened)}成立" + (f"，设 {seats} 个席位。" if seats else "。")
    if state.stage_id == ENDED.id:
        return f"{name}自{day_of(state.since)}撤销。"
    if state.stage_id == REFUSED.id:
        return f"{name}没有成立：{reasons(state)}。"
    return f"{name}的成立正在核对。"


def _mentions(state: State) -> list[Mention]:
    facts = state.facts.get("founding", {})
    key = body_key(state.place, str(facts.get("kind", "")), int(facts.get("number", 1)))
    return [Mention(f"body/{key}", {"title": "成立"})]


body = Procedure(
    "body",
    title="组织",
    stages=(STANDING, TO_LOOK_AT, REFUSED, ENDED),
    lead=_lead,
    name=_name,
    describe="社区里的组织怎样成立、改变和撤销；谁可以坐在里面，见席位。",
    applicants=FOUNDERS,
    deciders=(STREET,),
    mentions=_mentions,
)


def _at_its_place(matter: Matter, form: Founding) -> FoundingAt:
    level = matter.places[matter.place].level
    return FoundingAt(**structs.asdict(form), place=matter.place, level=level)


def _kind(scene: Scene, id: str) -> BodyKind:
    """The kind as it is known here on the day; raises `BadInput`, naming those there are."""
    kinds = scene.brought("bodies_kinds")
    found = kind_on(kinds, id, scene.decided)
    if found is None:
        known = dict.fromkeys(f"{k.id}（{k.title}）" for k in kinds if k.known(scene.decided))
        raise BadInput(
            f"{day_of(scene.decided)}这里没有“{id}”这类组织", where="kind", cure=f"有：{'、'.join(known)}"
        )
    return found


def _misfits(kind: BodyKind, form: Founding, above: Body | None, scene: Scene) -> Iterator[LinliError]:
    """What does not fit the kind, each with the article on which the kind rests."""
    level, rests_on = scene.places[scene.place].level, f"（{kind.label()}）" if kind.cites else ""
    if level not in kind.levels:
        where = "、".join(each.title for each in kind.levels)
        yield BadInput(f"{kind.title}设在{where}，不能设在{level.title}{rests_on}", where="place")
    if form.above and above is None:
        yield NotFound(f"没有编号为 {form.above} 的组织", where="above")
    elif above is not None and kind.hangs_on and kind_of(form.above) not in kind.hangs_on:
        yield BadInput(f"{kind.title}不挂在“{above.title}”下面{rests_on}", where="above")
    count = sum(plan.count for plan in form.seats)
    if kind.gathers and count:
        yield BadInput(f"{kind.title}由全体参加，不设席位{rests_on}", where="seats")
    least, most = kind.seats
    if most and not kind.gathers and not least <= count <= most:
        wanted = f"{least} 个" if least == most else f"{least} 至 {most} 个"
        yield BadInput(f"{kind.title}应有{wanted}席位，填了 {count} 个{rests_on}", where="seats")


def planned(plans: tuple[SeatPlan, ...], head: SeatPost) -> Plan:
    """The seats that a form asks for, the head's first."""
    return Plan.of(((plan.post, plan.count, plan.sort) for plan in plans), head)


@body.action(
    "establish",
    title="成立组织",
    by=FOUNDERS,
    form=Founding,
    slot="founding",
    judged=True,
    facts=_at_its_place,
    reads=FoundingAt,
    uses=(SAME_BODY, BODY_ABOVE),
)
def establish(matter: Matter, form: Founding, judgement: Judgement, scene: Scene) -> Outcome:
    """A body begins, with its seats, all of them vacant."""
    kind = _kind(scene, form.kind)
    key = body_key(scene.place, kind.id, form.number)
    faults = list(_misfits(kind, form, scene.given[BODY_ABOVE], scene))
    if scene.given[SAME_BODY] is not None:
        faults.append(BadInput(f"{key} 已经有了", where="number", cure="同类的第二个，编号填 2"))
    if faults:
        raise ManyFaults(faults)
    kept = {"title": form.title or kind.title}
    if stopped(judgement):
        return to(REFUSED, kept=kept)
    if to_be_looked_at(judgement):
        return to(TO_LOOK_AT, kept=kept)
    return _begin(form, kind, key, scene, kept)


def _begin(form: Founding, kind: BodyKind, key: str, scene: Scene, kept: dict[str, str]) -> Outcome:
    plan = planned(form.seats, kind.head)
    entry = Body(
        code=key,
        title=form.title or kind.title,
        kind=kind.id,
        place=scene.place,
        since=scene.decided,
        above=form.above,
        seats=len(plan.seats),
        plan=plan.write(),
        charter=form.charter,
        serves=form.serves,
    )
    return to(STANDING, entries=EntryChange(BODIES.id, key, plain(entry)), kept=kept)


@body.action("confirm", title="核对属实", by=STREET, at=TO_LOOK_AT)
def confirm(matter: Matter, form: object, judgement: Judgement | None, scene: Scene) -> Outcome:
    """A person looked, and the body may begin."""
    given = matter.facts("founding", Founding)
    assert given is not None, "a body's matter begins with its founding"
    kind = _kind(scene, given.kind)
    return _begin(given, kind, body_key(scene.place, kind.id, given.number), scene, {})


@body.action("decline", title="不予成立", by=STREET, at=TO_LOOK_AT, form=Ending, slot="ending")
def decline(matter: Matter, form: Ending, judgement: Judgement | None, scene: Scene) -> Outcome:
    """A person looked, and the body may not begin."""
    return to(REFUSED)


def _key_of(matter: Matter) -> str:
    given = matter.facts("founding", Founding)
    assert given is not None, "a body's matter begins with its founding"
    return body_key(matter.place, given.kind, given.number)


class _Standing(Change, frozen=True, kw_only=True):
    """A change with the key of the body, so that the entry can be read."""

    body: str = ""


THIS_BODY = asked_body("body.this", "这个组织", lambda facts: facts.body)
NEW_ABOVE = asked_body("body.new_above", "新的上一级组织", lambda facts: facts.above)


@body.action(
    "change",
    title="变更",
    by=FOUNDERS,
    at=STANDING,
    form=Change,
    slot="change",
    facts=lambda matter, form: _Standing(**structs.asdict(form), body=_key_of(matter)),
    uses=(THIS_BODY, NEW_ABOVE),
)
def change(matter: Matter, form: Change, judgement: Judgement | None, scene: Scene) -> Outcome:
    """Another name, charter or body above, or more seats."""
    now = scene.given[THIS_BODY]
    if now is None:
        raise NotFound("名册里已经没有这个组织", where="body", cure="核对组织名册")
    kind = _kind(scene, now.kind)
    if form.above:
        checked = Founding(kind=now.kind, above=form.above)
        misfits = [m for m in _misfits(kind, checked, scene.given[NEW_ABOVE], scene) if m.where == "above"]
        if misfits:
            raise ManyFaults(misfits)
    plan = Plan.read(now.plan).plus(planned(form.more, kind.head))
    after = structs.replace(
        now,
        title=form.title or now.title,
        above=form.above or now.above,
        charter=form.charter or now.charter,
        serves=form.serves or now.serves,
        seats=len(plan.seats),
        plan=plan.write(),
    )
    return to(STANDING, entries=EntryChange(BODIES.id, now.code, plain(after)))


@body.action(
    "dissolve",
    title="撤销",
    by=STREET,
    at=STANDING,
    form=Ending,
    slot="ending",
    facts=lambda matter, form: _Standing(basis=form.basis, body=_key_of(matter)),
    uses=(THIS_BODY,),
)
def dissolve(matter: Matter, form: Ending, judgement: Judgement | None, scene: Scene) -> Outcome:
    """A body ends with its seats, and whoever sat there loses what came with it."""
    now = scene.given[THIS_BODY]
    keys = [seat_key(now.code, number) for number in range(1, now.seats + 1)] if now else []
    left = [Appointing(id=appointment_key(key, head=head)) for key in keys for head in (False, True)]
    return to(ENDED, entries=EntryChange(BODIES.id, _key_of(matter), {}), appointments=left)
