"""A correction of what has moved money: the steps are taken again with the facts set right, the difference is booked.

An action is a pure function of what its step keeps, so a matter can be taken again from its first step: once with its
facts as they stand, once as they will stand. What differs between the two is what the correction does to the books and
to registers: postings that would not have been made are reversed by name, postings that are missing are made. Where a
later step could not have followed, the correction is refused, and what followed has to be undone first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from msgspec import Struct, structs

from linli.bookings import standing
from linli.errors import BadInput, LinliError
from linli.forms import has_secrets
from linli.ledger import Draw, Posting
from linli.matters import Matter, state
from linli.procedures import Action, EntryChange, Outcome, Scene
from linli.rulebook import Judgement
from linli.steps import DueBy, Step

CORRECT = "correct"

SceneOf = Callable[[Matter, Step, Action, Any], Scene]


class Facts(Struct, frozen=True):
    """The facts of a step as a correction sets them, and what rules say of them."""

    values: dict[str, Any]
    judgement: Judgement | None


class Retaken(Struct, frozen=True):
    """A matter taken again: its steps, the draws behind their postings, and what its registers say last, by key."""

    matter: Matter
    draws: Mapping[Posting, Draw]
    entries: Mapping[tuple[str, str], EntryChange]

    @property
    def stages(self) -> list[str]:
        """The stage after each step."""
        return [step.stage for step in self.matter.steps]

    @property
    def due(self) -> tuple[DueBy, ...]:
        """What is due after the last step."""
        return self.matter.steps[-1].due

    def postings(self) -> list[Posting]:
        """What stands in the books."""
        return [each.posting for each in standing(self.matter)]


class Difference(Struct, frozen=True):
    """What a correction does: reversals and postings, draws, entries; ``due`` None where it stays as it was."""

    postings: tuple[Posting, ...] = ()
    draws: tuple[Draw, ...] = ()
    entries: tuple[EntryChange, ...] = ()
    due: tuple[DueBy, ...] | None = None


def corrections(matter: Matter) -> dict[int, Facts]:
    """The facts that corrections have set, by the number of the step that they correct."""
    return {step.corrects: Facts(step.facts, step.judgement) for step in matter.steps if step.corrects}


def moves_books(matter: Matter) -> bool:
    """Whether a correction may have something to do besides superseding facts."""
    return bool(matter.procedure.registers) or any(step.postings for step in matter.steps)


def corrected(
    matter: Matter, number: int, facts: Facts, actions: Mapping[str, Action], scene: SceneOf
) -> Difference:
    """What correcting the facts of a step does to books, registers and dates.

    Raises `BadInput` where a step that followed could not have followed, or where its postings are gone already.
    """
    earlier = corrections(matter)
    try:
        was = taken_again(matter, earlier, actions, scene)
    except LinliError as error:
        # Steps of an earlier version that today's actions would not take: what they booked cannot be told apart.
        if not standing(matter):
            return Difference()
        raise BadInput("这件事的账不能重新推算，不能直接更正", where="changes", cure=_UNDO) from error
    try:
        would = taken_again(matter, {**earlier, number: facts}, actions, scene)
    except LinliError as error:
        raise BadInput(f"这样更正以后账就不成立了：{error.message}", where=error.where, cure=_UNDO) from error
    moved = bool(was.postings() or was.entries)
    for step, before, after in zip(matter.steps, was.stages, would.stages, strict=True):
        if before != after and moved:
            raise _cannot_follow(actions[step.action], facts)
        if before != after:
            return Difference()
    gone, come = _apart(was.postings(), would.postings())
    draws = tuple(would.draws[posting] for posting in come if posting in would.draws)
    return Difference(
        postings=(
            *_reversals(matter, gone),
            *(posting for posting in come if posting not in would.draws),
        ),
        draws=draws,
        entries=entries_apart(was.entries, would.entries),
        due=would.due if would.due != was.due else None,
    )


_UNDO = "先作废或撤销后面的步骤，再更正；或者作废以后重新登记"


def _cannot_follow(action: Action, facts: Facts) -> BadInput:
    reasons = [heard.reason for heard in facts.judgement.adverse()] if facts.judgement else []
    said = f"：{'；'.join(reasons)}" if reasons else ""
    return BadInput(f"这样更正以后，“{action.title}”就不成立了{said}", where="changes", cure=_UNDO)


def _apart(was: list[Posting], would: list[Posting]) -> tuple[list[Posting], list[Posting]]:
    """What is only in the one, and what is only in the other, each as often as it is."""
    gone = list(was)
    come = []
    for posting in would:
        if posting in gone:
            gone.remove(posting)
        else:
            come.append(posting)
    return gone, come


def _reversals(matter: Matter, gone: list[Posting]) -> list[Posting]:
    """The reversals of postings, each by the name of one that stands in the books and equals it."""
    stands = list(standing(matter))
    found = []
    for posting in reversed(gone):
        same = next((each for each in reversed(stands) if each.posting == posting), None)
        if same is None:
            raise BadInput("这笔账后来已经另行冲销，不能直接更正", where="changes", cure=_UNDO)
        stands.remove(same)
        found.append(same.posting.reversed(same.name))
    return found


def entries_apart(
    was: Mapping[tuple[str, str], EntryChange], would: Mapping[tuple[str, str], EntryChange]
) -> tuple[EntryChange, ...]:
    """What has to be set so that registers say the other; an entry that would not be there ends."""
    ended = (EntryChange(key[0], key[1], {}) for key in was if key not in would)
    return (*(change for key, change in would.items() if was.get(key) != change), *ended)


def taken_again(
    matter: Matter,
    facts: Mapping[int, Facts],
    actions: Mapping[str, Action],
    scene: SceneOf,
    until: int | None = None,
) -> Retaken:
    """Take the steps of a matter again, up to a number, with other facts for some; raises what an action raises.

    What the service wrote itself stays as it is. A correction only superseded facts: what it did to the books is in
    what the steps that it corrected do now.
    """
    steps: list[Step] = []
    draws: dict[Posting, Draw] = {}
    entries: dict[tuple[str, str], EntryChange] = {}
    for step in matter.steps[:until]:
        action = actions.get(step.action)
        if step.action == CORRECT:
            kept = steps[-1]
            step = structs.replace(step, slot="", facts={}, judgement=None, postings=())
            steps.append(structs.replace(step, stage=kept.stage, due=kept.due))
            continue
        if action is None or (action.system and not action.at) or has_secrets(action.form):
            steps.append(step)
            continue
        given = facts.get(step.number, Facts(step.facts, step.judgement))
        before = structs.replace(
            matter, steps=tuple(steps), state=state(steps, step.recorded) if steps else None
        )
        form = _form(action, step, given.values)
        try:
            outcome = action.take(before, form, given.judgement, scene(before, step, action, form))
        except LinliError:
            if not action.uses:
                raise
            steps.append(step)  # it rested on what it read then, which is not known any more
            continue
        drawn = [(_drawn(draw), draw) for draw in outcome.draws if draw.amount]
        draws.update(drawn)
        entries.update({(change.register, change.key): change for change in outcome.entries})
        steps.append(_again(step, given, outcome, tuple(posting for posting, _ in drawn)))
    last = state(steps, steps[-1].recorded) if steps else None
    return Retaken(structs.replace(matter, steps=tuple(steps), state=last), draws, entries)


def _again(step: Step, given: Facts, outcome: Outcome, drawn: tuple[Posting, ...]) -> Step:
    return structs.replace(
        step,
        facts={**given.values, **outcome.kept},
        judgement=given.judgement,
        stage=outcome.stage.id,
        due=outcome.due,
        postings=(*outcome.postings, *drawn),
    )


def _drawn(draw: Draw) -> Posting:
    left, used = f"allowance:{draw.name}", f"used:{draw.name}"
    if draw.amount < 0:
        return Posting(used, left, -draw.amount, draw.commodity)
    return Posting(left, used, draw.amount, draw.commodity)


def _form(action: Action, step: Step, values: Mapping[str, Any]) -> Any:
    """The form of a step; one of an older version is brought up to today's."""
    if not step.slot:
        return action.form()
    held, version = dict(values), step.form_version
    while version in action.upcasters:
        held, version = action.upcasters[version](dict(held)), version + 1
    return msgspec.convert(held, action.form, str_keys=True)
