"""Deciding: a call is read, permitted and judged, before anything is written. Reads, and writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec
from msgspec import Struct, structs

from linli.appointments import Person
from linli.bookings import undone
from linli.desk import Call, Desk
from linli.errors import BadInput, Conflict, LinliError, NotFound, WrongStage
from linli.forms import Mark, fields, has_secrets
from linli.indexing import ABOVE
from linli.intake import Intake, take_in
from linli.ledger import net
from linli.matters import Matter, state
from linli.permissions import permit, stays_apart
from linli.procedures import Action, Amendment, EntryChange, Nothing, Outcome, Procedure, Scene
from linli.retaking import Facts, SceneOf, corrected, corrections, entries_apart, moves_books, taken_again
from linli.rulebook import Dates, Judgement
from linli.rules import Balance, EntryFact, Holdings
from linli.standing import Correction, Override, Reopening, stood_last
from linli.steps import Actor, Step, decode
from linli.store import BalanceCondition, EntryCondition

ENTROPY = 32
"""So many random bytes an action with secrets is handed."""


class Decided(Struct, frozen=True, kw_only=True):
    """A call that may be written: what it sets (``slot``, ``form``, ``facts``), what rules said, what follows."""

    procedure: Procedure
    action: Action
    matter: Matter
    actor: Actor
    intake: Intake
    outcome: Outcome
    dates: Dates
    judgement: Judgement | None = None
    conditions: tuple[EntryCondition, ...] = ()
    balances: tuple[BalanceCondition, ...] = ()
    slot: str = ""
    form: type = Nothing
    corrects: int = 0
    overrides: dict[str, str] = {}


def find_action(desk: Desk, procedure: str, action: str) -> tuple[Procedure, Action]:
    """A procedure and one of its actions; raises `NotFound`, naming those there are."""
    found = desk.deployment.procedures.get(procedure)
    if found is None:
        known = "、".join(desk.deployment.procedures)
        raise NotFound(f"没有“{procedure}”这个程序", where="procedure", cure=f"有：{known}")
    actions = desk.actions(found)
    if action not in actions:
        raise NotFound(
            f"{found.title}没有“{action}”这个动作", where="action", cure=f"有：{'、'.join(actions)}"
        )
    return found, actions[action]


def read_steps(desk: Desk, matter: str) -> list[Step]:
    """The steps of a matter; raises `NotFound` where there is none."""
    stored = desk.store.steps(matter)
    if not stored:
        raise NotFound(f"没有编号为 {matter} 的事项", where="matter")
    return [decode(each.body) for each in stored]


def read_matter(desk: Desk, matter: str, on: date | None = None) -> Matter:
    """A matter with its state on a day (today if none is given)."""
    steps = read_steps(desk, matter)
    procedure = desk.deployment.procedures[steps[0].procedure]
    held = state(steps, on or desk.clock.today())
    return Matter(procedure, matter, steps[0].place, tuple(steps), held, desk.places)


def decide(desk: Desk, call: Call, person: Person | None, matter_id: str, *, unit: str = "") -> Decided:
    """Read, permit and judge a call.

    Without a person nobody is asked for permission: it is the service's own act for ``unit``, or an anonymous dry run
    of which nothing may be written.
    """
    procedure, action = find_action(desk, call.procedure, call.action)
    today = desk.clock.today()
    matter = _open_or_read(desk, procedure, action, call, matter_id)
    if person is None:
        actor = desk.system_actor(matter.place, unit)
    else:
        opened_by = matter.state.unit if matter.state else ""
        held = permit(person, action, matter.place, opened_by, desk.places, today, as_post=call.as_post)
        name = desk.pseudonym(person.subject, matter_id)
        actor = Actor(name, held.post, held.place, held.unit, call.on_behalf_of, bool(held.deputy_for))
        if matter.state is not None:
            stays_apart(matter.state, action, name, desk.actions(procedure))
    dates = _dates(call, action, matter, today)
    scene = scene_of(desk, matter, dates, actor)
    if action.form is Correction:
        return _correct(desk, call, procedure, action, matter, actor, dates, scene, person)
    intake = take_in(action.form, call.facts, lambda subject: desk.pseudonym(subject, matter.id))
    judgement, conditions, balances = judge(desk, procedure, action, matter, intake, dates)
    given, read_, balanced = _given(desk, action, matter, intake, dates)
    entropy = desk.randomness(ENTROPY) if has_secrets(action.form) else b""
    scene = structs.replace(scene, given=given, entropy=entropy)
    outcome = action.take(matter, intake.form, judgement, scene)
    if action.form in (Override, Reopening) and procedure.registers:
        said = {(each.register, each.key) for each in outcome.entries}
        then = (
            each for each in _entries_then(desk, matter, outcome) if (each.register, each.key) not in said
        )
        outcome = structs.replace(outcome, entries=(*outcome.entries, *then))
    return Decided(
        procedure=procedure,
        action=action,
        matter=matter,
        actor=actor,
        intake=intake,
        outcome=outcome,
        dates=dates,
        judgement=judgement,
        conditions=(*conditions, *read_, *_standing_still(matter)),
        balances=(*balances, *balanced),
        slot=action.slot,
        form=action.form,
        overrides={intake.form.rule: intake.form.resolution} if isinstance(intake.form, Override) else {},
    )


def judge(
    desk: Desk,
    procedure: Procedure,
    action: Action,
    matter: Matter,
    intake: Intake,
    dates: Dates,
    beside: Mapping[tuple[str, str], int] = {},
) -> tuple[Judgement | None, tuple[EntryCondition, ...], tuple[BalanceCondition, ...]]:
    """Judge the moment of an action, if it has one, with what was read as conditions for the commit.

    ``beside`` is added to what accounts hold, by account and commodity: what a correction takes back first.
    """
    if not action.judged:
        return None, (), ()
    facts = action.facts(matter, intake.form) if action.facts else intake.form
    rulebook = desk.deployment.rulebook(matter.place)
    moment = procedure.moment(action.id)
    ask = rulebook.ask(moment, facts, dates)
    figures, conditions, balances = desk.figures(
        ask.entries, ask.balances, dates.decided, lambda who: _named(desk, matter, intake, who)
    )
    if beside:
        held = {each: n + beside.get((each, ask.balances[each]), 0) for each, n in figures.balances.items()}
        figures = structs.replace(figures, balances=held)
    overrides = matter.state.overrides if matter.state else {}
    return rulebook.judge(moment, facts, dates, figures, overrides), conditions, balances


def _named(desk: Desk, matter: Matter, intake: Intake, who: str) -> str:
    """Who is meant by a pseudonym of the matter: somebody named just now, or in an earlier step."""
    return intake.people.get(who) or desk.subject(matter.id, who)


def _given(
    desk: Desk, action: Action, matter: Matter, intake: Intake, dates: Dates
) -> tuple[dict[Any, Any], tuple[EntryCondition, ...], tuple[BalanceCondition, ...]]:
    """What an action reads by itself, by the declared object, with what was read as conditions for the commit."""
    if not action.uses:
        return {}, (), ()
    facts = action.facts(matter, intake.form) if action.facts else intake.form
    entries: dict[str, tuple[str, ...]] = {}
    balances: dict[str, str] = {}
    given: dict[Any, Any] = {}
    held: list[BalanceCondition] = []
    for use in action.uses:
        if isinstance(use, Balance):
            balances[use.account(facts)] = use.commodity
        elif isinstance(use, Holdings):
            given[use], as_read = desk.held(use.prefixes(facts))
            held.extend(as_read)
        else:
            entries[use.register] = tuple(sorted({*entries.get(use.register, ()), *use.keys(facts)}))
    figures, conditions, still = desk.figures(
        entries, balances, dates.decided, lambda who: _named(desk, matter, intake, who)
    )
    for use in action.uses:
        if isinstance(use, Balance):
            given[use] = figures.balances[use.account(facts)]
        elif not isinstance(use, Holdings):
            nothing = (EntryFact(key, 0, {}) for key in use.keys(facts))
            given[use] = use.value([figures.entries.get((use.register, each.key), each) for each in nothing])
    return given, conditions, (*still, *held)


def _standing_still(matter: Matter) -> tuple[EntryCondition, ...]:
    """The condition that nothing has happened meanwhile in the matter above."""
    above = matter.above
    return () if above is None else (EntryCondition(ABOVE, above.id, above.steps[-1].number),)


def scene_of(desk: Desk, matter: Matter, dates: Dates, actor: Actor) -> Scene:
    """What surrounds an action."""
    return Scene(
        happened=dates.happened,
        decided=dates.decided,
        place=matter.place,
        places=desk.places,
        calendar=desk.deployment.calendar,
        rulebook=desk.deployment.rulebook(matter.place),
        unit=actor.unit or (matter.state.unit if matter.state else ""),
        matter_id=matter.id,
        actor=actor,
        answers=desk.deployment.answers(matter.place),
    )


def _open_or_read(desk: Desk, procedure: Procedure, action: Action, call: Call, matter_id: str) -> Matter:
    if action.opens:
        if call.matter:
            raise WrongStage(f"“{action.title}”用来开始一件新事项", where="matter", cure="不要填事项编号")
        above = _above(desk, procedure, call)
        place = call.place or (above.place if above else "")
        if not place:
            raise BadInput("要写明在哪里办理", where="place", cure="填 12 位区划代码")
        top = above.place if above else desk.deployment.place
        if not desk.places.within(place, top):
            raise NotFound(f"这里不管代码为 {place} 的地方", where="place")
        return Matter(procedure, matter_id, place, places=desk.places, above=above)
    if call.above:
        raise BadInput(f"“{action.title}”不是开始一件新事项", where="above", cure="不要填上级事项")
    if not call.matter:
        raise BadInput(f"“{action.title}”要写明是哪一件事项", where="matter")
    matter = read_matter(desk, call.matter)
    if matter.procedure.id != procedure.id:
        raise NotFound(f"{call.matter} 不是“{procedure.title}”的事项", where="matter")
    stage = matter.stage
    if stage is None or stage.id not in {each.id for each in action.at}:
        wanted = "、".join(each.title for each in action.at)
        now = stage.title if stage else ""
        raise WrongStage(
            f"现在是“{now}”，不能“{action.title}”", where="stage", cure=f"要在这些环节：{wanted}"
        )
    if call.expected is not None and call.expected != matter.steps[-1].number:
        raise Conflict("这件事刚刚有了新的进展", where="expected", cure="请刷新后再办理")
    if procedure.under and matter.state is not None:
        return structs.replace(matter, above=read_matter(desk, matter.state.parent))
    return matter


def _above(desk: Desk, procedure: Procedure, call: Call) -> Matter | None:
    """The matter under which a new one is opened, where its procedure asks for one."""
    if not procedure.under:
        if call.above:
            raise BadInput(f"“{procedure.title}”不属于别的事项", where="above", cure="不要填上级事项")
        return None
    wanted = desk.deployment.procedures[procedure.under]
    if not call.above:
        raise BadInput(f"要写明是哪一件“{wanted.title}”", where="above", cure="填它的事项编号")
    above = read_matter(desk, call.above)
    if above.procedure.id != wanted.id:
        raise NotFound(f"{call.above} 不是“{wanted.title}”的事项", where="above")
    return above


def _dates(call: Call, action: Action, matter: Matter, today: date) -> Dates:
    """The day of the act and the day of the decision; days before today only for what is entered from paper."""
    happened = call.happened or call.decided or today
    decided = call.decided or happened
    for name, day in (("happened", happened), ("decided", decided)):
        if day > today:
            raise BadInput("日期不能在今天之后", where=name)
        if day < today and not call.on_behalf_of:
            raise BadInput(
                "补录以前的日期，要注明是代为录入", where=name, cure="on_behalf_of 填 paper（纸质补录）"
            )
    if decided < happened:
        raise BadInput("决定不能早于行为", where="decided", cure=f"行为的日期是 {happened}")
    if matter.steps and decided < matter.steps[-1].decided:
        raise BadInput("不能早于上一步的日期", where="decided", cure=f"上一步是 {matter.steps[-1].decided}")
    if action.decides and matter.state is not None:
        act = matter.state.did(action.decides)
        happened = act.happened if act else happened
    return Dates(happened, decided)


def _correct(
    desk: Desk,
    call: Call,
    procedure: Procedure,
    action: Action,
    matter: Matter,
    actor: Actor,
    dates: Dates,
    scene: Scene,
    person: Person | None,
) -> Decided:
    """A correction: the facts of a slot with some fields set anew, judged again by the law of their own dates.

    Whoever may not decide corrects only what could be entered under a post of theirs; books and registers follow.
    """
    said = take_in(Correction, call.facts).form
    assert matter.state is not None, "only an open matter can be corrected"
    first = next(
        (step for step in reversed(matter.steps) if step.slot == said.slot and step.action != "correct"), None
    )
    if first is None:
        raise BadInput(
            f"没有“{said.slot}”这部分", where="slot", cure=f"可以更正：{'、'.join(matter.state.facts)}"
        )
    entered = desk.actions(procedure)[first.action]
    if person is not None:
        may = structs.replace(entered, by=(*procedure.deciders, *entered.by), system=False)
        permit(person, may, matter.place, matter.state.unit, desk.places, desk.clock.today())
    raw = dict(matter.state.facts[said.slot])
    secrets = {field.name for field in fields(entered.form) if field.mark is Mark.SECRET}
    for change in said.changes:
        if change.field in secrets:
            raise BadInput("保密的内容没有留存，不能更正", where=f"changes.{change.field}")
        try:
            raw[change.field] = msgspec.json.decode(change.value.encode())
        except msgspec.DecodeError:
            raw[change.field] = change.value
    intake = take_in(entered.form, raw, lambda subject: desk.pseudonym(subject, matter.id))
    then = Dates(first.happened, first.decided)
    judgement, conditions, balances = judge(
        desk, procedure, entered, matter, intake, then, net(undone(matter))
    )
    stays = action.take(matter, said, judgement, scene)
    amendment = Amendment(
        matter, said.slot, matter.facts(said.slot, entered.form), intake.form, judgement, scene
    )
    outcome = procedure.amends(amendment) if procedure.amends else None
    if outcome is None:
        outcome = _rebooked(desk, matter, first.number, Facts(intake.facts, judgement), stays)
    return Decided(
        procedure=procedure,
        action=action,
        matter=matter,
        actor=actor,
        intake=intake,
        outcome=outcome,
        dates=then if judgement else dates,
        judgement=judgement,
        conditions=conditions,
        balances=balances,
        slot=said.slot,
        form=entered.form,
        corrects=first.number,
    )


def _rebooked(desk: Desk, matter: Matter, number: int, facts: Facts, stays: Outcome) -> Outcome:
    """What a correction leads to: the stage stays, books, registers and dates become what the facts now say."""
    if not moves_books(matter):
        return stays
    found = corrected(matter, number, facts, desk.actions(matter.procedure), _scenes(desk))
    stage = stays.stage
    assert matter.state is not None, "only an open matter can be corrected"
    if found.due is not None and not matter.state.suspended:
        # A last day that was entered wrongly may have let the matter lapse; it lapses by the right one, if at all.
        stage = matter.procedure.stages.get(matter.state.reached, stage)
    return structs.replace(
        stays,
        stage=stage,
        due=stays.due if found.due is None else found.due,
        postings=found.postings,
        draws=found.draws,
        entries=found.entries,
    )


def _entries_then(desk: Desk, matter: Matter, outcome: Outcome) -> tuple[EntryChange, ...]:
    """What registers said when a matter last stood at the stage to which it goes back."""
    facts, actions = corrections(matter), desk.actions(matter.procedure)
    try:
        now = taken_again(matter, facts, actions, _scenes(desk))
        then = taken_again(matter, facts, actions, _scenes(desk), stood_last(matter, outcome.stage.id))
    except LinliError:
        return ()
    # What an action wrote that read accounts is not known any more, so what was true then is set in any case.
    ended = (change for change in entries_apart(now.entries, then.entries) if not change.values)
    return (*then.entries.values(), *ended)


def _scenes(desk: Desk) -> SceneOf:
    """The scene of a step that is taken again, with what its action reads as it stands now."""

    def scene(before: Matter, step: Step, action: Action, form: Any) -> Scene:
        dates = Dates(step.happened, step.decided)
        given, _, _ = _given(desk, action, before, Intake(form, {}, {}, {}), dates)
        return structs.replace(scene_of(desk, before, dates, step.actor), given=given)

    return scene
