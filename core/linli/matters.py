"""Matters: the state on a day as a pure fold over steps.

``state(steps, on)`` reads nothing but the steps: an admission that has run out is unusable on the next morning even
if no clock ran.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from linli.ledger import Posting
from linli.places import Places
from linli.procedures import Procedure, Stage
from linli.rulebook import Judgement
from linli.steps import Actor, DueBy, Step

VOID = Stage("void", "已作废", final=True)
SUSPENDED = Stage("suspended", "已中止")
WITHDRAWN_BY_APPLICANT = Stage("retracted", "申请人撤回", final=True)
LAPSED = Stage("lapsed", "逾期失效", final=True)

BUILT_IN_STAGES = {stage.id: stage for stage in (VOID, SUSPENDED, WITHDRAWN_BY_APPLICANT, LAPSED)}

T = TypeVar("T")


class Done(Struct, frozen=True):
    """That an action was taken: by whom, when, in which step."""

    action: str
    number: int
    actor: Actor
    happened: date
    decided: date
    recorded: date


class State(Struct, frozen=True, kw_only=True):
    """A matter on a day.

    ``stage_id`` is the stage that counts on that day; ``reached`` the stage of the last step, which differs when
    something has lapsed since. ``facts`` are JSON values by slot, corrections applied.
    """

    matter: str
    procedure: str
    version: int
    place: str
    number: int
    opened: date
    opener: Actor
    stage_id: str
    reached: str
    since: date
    facts: dict[str, dict[str, Any]]
    forms: dict[str, tuple[str, int]]
    judgements: dict[str, Judgement]
    due: tuple[DueBy, ...]
    done: tuple[Done, ...]
    parent: str = ""
    children: tuple[str, ...] = ()
    suspended: bool = False
    postings: tuple[Posting, ...] = ()
    overrides: dict[str, str] = {}

    def did(self, action: str) -> Done | None:
        """The last time an action was taken, or None."""
        return next((done for done in reversed(self.done) if done.action == action), None)

    @property
    def unit(self) -> str:
        """The unit that opened the matter."""
        return self.opener.unit


def state(steps: Sequence[Step], on: date) -> State:
    """Fold the steps recorded up to and including a day, and let lapse what has lapsed by then.

    Raises ValueError where there is no step by that day.
    """
    known = [step for step in steps if step.recorded <= on]
    if not known:
        raise ValueError(f"no step by {on}")
    first = known[0]
    facts: dict[str, dict[str, Any]] = {}
    forms: dict[str, tuple[str, int]] = {}
    judgements: dict[str, Judgement] = {}
    done: list[Done] = []
    children: list[str] = []
    postings: list[Posting] = []
    overrides: dict[str, str] = {}
    stage, since, due, suspended = first.stage, first.happened, first.due, False
    for step in known:
        lapse = _lapsed(due, step.recorded, suspended)
        if lapse is not None:
            stage, since = lapse.lapses_to, lapse.day
        if step.slot:
            facts[step.slot] = step.facts
            forms[step.slot] = (step.form, step.form_version)
        if step.judgement is not None:
            judgements[step.judgement.moment] = step.judgement
        if step.stage != stage:
            stage, since = step.stage, step.decided
        due = step.due
        suspended = step.suspended
        children.extend(step.children)
        postings.extend(step.postings)
        overrides = {**overrides, **step.overrides}
        done.append(Done(step.action, step.number, step.actor, step.happened, step.decided, step.recorded))
    reached = stage
    lapse = _lapsed(due, on, suspended)
    if lapse is not None:
        stage, since = lapse.lapses_to, lapse.day
        due = tuple(each for each in due if each.day >= on)
    return State(
        matter=first.matter,
        procedure=first.procedure,
        version=first.version,
        place=first.place,
        number=known[-1].number,
        opened=first.happened,
        opener=first.actor,
        stage_id=SUSPENDED.id if suspended and stage == reached else stage,
        reached=reached,
        since=since,
        facts=facts,
        forms=forms,
        judgements=judgements,
        due=due,
        done=tuple(done),
        parent=first.parent,
        children=tuple(children),
        suspended=suspended,
        postings=tuple(postings),
        overrides=overrides,
    )


def _lapsed(due: Iterable[DueBy], on: date, suspended: bool) -> DueBy | None:
    """The last due day that has passed and moves the matter by itself; while suspended nothing lapses."""
    if suspended:
        return None
    passed = [each for each in due if each.lapses_to and each.day < on]
    return max(passed, key=lambda each: each.day) if passed else None


NOWHERE = Places(())


class Matter(Struct, frozen=True):
    """A matter as an action sees it: its procedure, its steps, its state on the day of the action.

    ``places`` is the tree of the deployment, for facts that depend on what lies in what.
    ``above`` is the matter under which it lies, for a procedure whose matters do (`Procedure.under`).
    """

    procedure: Procedure
    id: str
    place: str
    steps: tuple[Step, ...] = ()
    state: State | None = None
    places: Places = NOWHERE
    above: Matter | None = None

    @property
    def stage(self) -> Stage | None:
        """The stage that counts, or None for a matter that is not opened yet."""
        if self.state is None:
            return None
        return self.procedure.stages.get(self.state.stage_id) or BUILT_IN_STAGES[self.state.stage_id]

    def facts(self, slot: str, form: type[T]) -> T | None:
        """The facts of a slot as a struct of its form, or None where the slot is empty."""
        held = None if self.state is None else self.state.facts.get(slot)
        if held is None or self.state is None:
            return None
        version = self.state.forms[slot][1]
        upcasters = next(
            (a.upcasters for a in self.procedure.actions.values() if a.slot == slot and a.upcasters), {}
        )
        while version in upcasters:
            held, version = upcasters[version](dict(held)), version + 1
        return msgspec.convert(held, form, str_keys=True)

    def judgement(self, moment: str) -> Judgement | None:
        """The last judgement of a moment."""
        return None if self.state is None else self.state.judgements.get(moment)
