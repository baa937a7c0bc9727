"""What of a step may go out, and the matter that readers fold from it.

Only fields marked public leave, in tables too; a text or a document never does by itself, whatever its mark. Who acted
is a post, a place and a unit, never a pseudonym. Of what a rule read, figures with a text and facts whose asker is
public are shown. A step that is withheld, or given on request only, leaves no trace: public steps are counted anew, and
what it made fall due is left out of the steps after it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from msgspec import Struct, structs

from linli.deployment import Deployment
from linli.desk import PAPER
from linli.forms import Field, Mark, Widget, fields
from linli.ledger import Posting
from linli.matters import BUILT_IN_STAGES, Matter, State, state
from linli.parameters import Parameter
from linli.personal_data import Hit, scan
from linli.procedures import Action, Procedure
from linli.rulebook import Heard, Judgement
from linli.rules import Derived
from linli.standing import BATCH_DONE, standing_actions
from linli.steps import Actor, DueBy, Publication, Step

REDATE = "redate"
REDATE_TITLE = "重新确定时限"
BATCH = BATCH_DONE.slot


class PublicActor(Struct, frozen=True, omit_defaults=True):
    """Who acted: the post and its title, the place of the post, the unit. ``on_paper``: entered from paper."""

    post: str
    title: str
    place: str
    unit: str = ""
    on_paper: bool = False
    deputy: bool = False


class PublicStep(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A step as it is published. ``number`` counts the public steps of the matter from 1, ``corrects`` too.

    ``title`` is the action's. ``log`` is the position of the step's own leaf; the leaf of this body is another one
    (`linli.record`, ``published/…``). Of a step that was taken down there remain who, when and the stage.
    """

    matter: str
    number: int
    procedure: str
    version: int
    action: str
    title: str
    place: str
    happened: date
    decided: date
    recorded: date
    actor: PublicActor
    stage: str
    stage_title: str
    log: int
    slot: str = ""
    form: str = ""
    form_version: int = 1
    facts: dict[str, Any] = {}
    judgement: Judgement | None = None
    postings: tuple[Posting, ...] = ()
    due: tuple[DueBy, ...] = ()
    parent: str = ""
    children: tuple[str, ...] = ()
    corrects: int = 0
    overrides: dict[str, str] = {}
    suspended: bool = False
    basis: str = ""
    takedown: date | None = None
    taken_down: date | None = None
    rulebook: str = ""


class PublicMatter(Struct, frozen=True, omit_defaults=True):
    """A matter as it is published: enough to fold its state on any day with `public_state`."""

    id: str
    procedure: str
    place: str
    steps: tuple[PublicStep, ...]


def public_view(
    step: Step,
    procedure: Procedure,
    deployment: Deployment,
    *,
    earlier: Sequence[Step] = (),
    number: int = 0,
    corrects: int = 0,
    log: int = -1,
) -> PublicStep:
    """What of a step may go out; the caller has seen that its publication is ``PUBLIC``.

    ``earlier`` are the steps before it in the matter. ``number`` and ``corrects`` count public steps; ``log`` is the
    position of its leaf.
    """
    action = _action_of(step, procedure, earlier)
    actor = step.actor
    post = deployment.posts.get(actor.post)
    return PublicStep(
        matter=step.matter,
        number=number or step.number,
        procedure=step.procedure,
        version=step.version,
        action=step.action,
        title=_title(step, procedure),
        place=step.place,
        happened=step.happened,
        decided=step.decided,
        recorded=step.recorded,
        actor=PublicActor(
            actor.post,
            post.title if post else "系统",
            actor.place,
            actor.unit,
            actor.on_behalf_of == PAPER,
            actor.deputy,
        ),
        stage=step.stage,
        stage_title=stage_title(procedure, step.stage),
        log=log,
        slot=step.slot,
        form=step.form,
        form_version=step.form_version,
        facts=_facts_of(step, action),
        judgement=None
        if step.judgement is None
        else _public_judgement(step.judgement, public_uses(deployment)),
        postings=step.postings,
        due=tuple(_without_withheld(step, earlier)),
        parent=step.parent,
        children=step.children,
        corrects=corrects,
        overrides=step.overrides,
        suspended=step.suspended,
        basis=step.basis,
        takedown=step.takedown,
        rulebook=step.rulebook,
    )


def stub(step: PublicStep, on: date) -> PublicStep:
    """What remains of a published step after it was taken down on a day: who, when, and the stage."""
    return structs.replace(
        step, facts={}, judgement=None, postings=(), basis="", overrides={}, takedown=None, taken_down=on
    )


def public_state(matter: PublicMatter, on: date) -> State:
    """The state of a matter on a day as its public steps give it; raises ValueError before its first one."""
    return state([as_step(step) for step in matter.steps], on)


def public_matter(matter: PublicMatter, procedure: Procedure, on: date) -> Matter:
    """The matter as `linli.procedures` sees it, made of public steps only."""
    steps = tuple(as_step(step) for step in matter.steps)
    return Matter(procedure, matter.id, matter.place, steps, state(steps, on))


def as_step(public: PublicStep) -> Step:
    """A public step as the fold reads it; its actor has no pseudonym."""
    actor = public.actor
    return Step(
        matter=public.matter,
        number=public.number,
        procedure=public.procedure,
        version=public.version,
        action=public.action,
        place=public.place,
        happened=public.happened,
        decided=public.decided,
        recorded=public.recorded,
        actor=Actor("", actor.post, actor.place, actor.unit, PAPER if actor.on_paper else "", actor.deputy),
        stage=public.stage,
        slot=public.slot,
        form=public.form,
        form_version=public.form_version,
        facts=public.facts,
        judgement=public.judgement,
        postings=public.postings,
        due=public.due,
        parent=public.parent,
        children=public.children,
        corrects=public.corrects,
        overrides=public.overrides,
        suspended=public.suspended,
        rulebook=public.rulebook,
    )


def stage_title(procedure: Procedure, stage: str) -> str:
    """The title of a stage, one of the procedure's own or a built-in one."""
    known = procedure.stages.get(stage) or BUILT_IN_STAGES.get(stage)
    return known.title if known else stage


def public_facts(form: type, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The values of the fields of a form that go out by themselves; rows keep their public columns."""
    return _shown(fields(form), facts)


def personal_data(value: Any) -> list[Hit]:
    """Every piece of personal data in the strings of a value, keys included; positions count in all of them joined."""
    said: list[str] = []
    _gather(value, said)
    # One scan for all. NUL ends a number and is no white space, so that nothing is read across two strings.
    return list(scan("\x00".join(said)))


@lru_cache(maxsize=16)
def public_uses(deployment: Deployment) -> frozenset[str]:
    """The ids of what rules use that may be shown with a finding."""
    return frozenset(
        use.id
        for bound in deployment.rules
        for use in bound.rule.uses
        if isinstance(use, (Parameter, Derived)) or use.public
    )


@lru_cache(maxsize=64)
def _actions(procedure: Procedure) -> dict[str, Action]:
    return {**standing_actions(procedure), **procedure.actions}


def _action_of(step: Step, procedure: Procedure, earlier: Sequence[Step]) -> Action | None:
    """The action whose form the facts of a step fill; a correction fills the form of what it corrects."""
    if not step.slot or step.slot == BATCH:
        return None
    named = earlier[step.corrects - 1].action if 0 < step.corrects <= len(earlier) else step.action
    return _actions(procedure).get(named)


def _facts_of(step: Step, action: Action | None) -> dict[str, Any]:
    if step.slot == BATCH:
        return step.facts  # counts by stage, made by the service itself
    if action is None:
        return {}
    facts, version = dict(step.facts), step.form_version
    while version in action.upcasters:
        facts, version = action.upcasters[version](facts), version + 1
    return public_facts(action.form, facts)


def _title(step: Step, procedure: Procedure) -> str:
    if step.slot == BATCH:
        return BATCH_DONE.title
    if step.action == REDATE:
        return REDATE_TITLE
    action = _actions(procedure).get(step.action)
    return action.title if action else step.action


def _shown(known: Sequence[Field], facts: Mapping[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for field in known:
        if field.mark is not Mark.PUBLIC or field.widget in (Widget.TEXT, Widget.DOCUMENT):
            continue
        if field.name not in facts:
            continue
        value = facts[field.name]
        if field.columns and isinstance(value, (list, tuple)):
            value = [_shown(field.columns, row) for row in value]
        shown[field.name] = value
    return shown


def _public_judgement(judgement: Judgement, public: frozenset[str]) -> Judgement:
    return structs.replace(judgement, findings=tuple(_heard(each, public) for each in judgement.findings))


def _heard(heard: Heard, public: frozenset[str]) -> Heard:
    # A value with a day in force is a parameter: law, not data, even where its rule has gone since.
    shown = tuple(value for value in heard.values if value.since is not None or value.name in public)
    return heard if len(shown) == len(heard.values) else structs.replace(heard, values=shown)


def _without_withheld(step: Step, earlier: Sequence[Step]) -> Iterator[DueBy]:
    """What falls due after a step, without what a step that does not go out has brought."""
    hidden: set[DueBy] = set()
    before: set[DueBy] = set()
    for each in earlier:
        now = set(each.due)
        if each.publication is not Publication.PUBLIC:
            hidden |= now - before
        before = now
    yield from (due for due in step.due if due not in hidden)


def _gather(value: Any, said: list[str]) -> None:
    if isinstance(value, str):
        said.append(value)
    elif isinstance(value, Mapping):
        for key, each in value.items():
            said.append(str(key))
            _gather(each, said)
    elif isinstance(value, (list, tuple)):
        for each in value:
            _gather(each, said)
