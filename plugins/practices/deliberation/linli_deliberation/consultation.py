"""五民工作法: raised, discussed, decided, carried out, appraised; the five stand in order, and none is skipped.

What is decided is carried out by opening an application for a grant, a payment or a task: a matter of its own, whose
number the step names. An issue may also come from a department with its money (`entrust`): then the residents settle
it, and the department has no more to do than to appraise.
"""

from __future__ import annotations

from typing import Any

from linli.access import HandedDown
from linli.access.posts import COMMITTEE, DEPARTMENT, STREET
from linli.errors import BadInput
from linli.forms import plain
from linli.matters import Matter
from linli.places import Level
from linli.posts import RESIDENT
from linli.procedures import Child, Outcome, Procedure, Scene, Stage, to
from linli.rulebook import Judgement
from linli_bodies.posts import CONVENER, PARTY_ORG, REPRESENTATIVE
from linli_deliberation.cases import (
    Appraised,
    Choice,
    Decision,
    Discussed,
    Implementation,
    Opening,
    Raised,
    Round,
    Way,
    way_down,
)
from linli_deliberation.meeting import KEEPERS
from linli_deliberation.task import TaskOrder, task
from linli_deliberation.vocabulary import FORUM
from linli_deliberation.wording import consultation_lead, consultation_name

NOT_OPENED = Stage("not_opened", "不能开始", waits_for=(COMMITTEE.id, CONVENER.id))
RAISED = Stage("raised", "民提：待议", waits_for=(COMMITTEE.id, CONVENER.id))
NO_CONSENSUS = Stage("no_consensus", "民议：还没有共识", waits_for=(COMMITTEE.id, CONVENER.id))
DISCUSSED = Stage("discussed", "民议：达成共识，待决定", waits_for=(COMMITTEE.id, CONVENER.id))
NOT_DECIDED = Stage("not_decided", "民决：决定不成立", waits_for=(COMMITTEE.id, CONVENER.id))
DECIDED = Stage("decided", "民决：待实施", waits_for=(COMMITTEE.id, CONVENER.id))
IMPLEMENTING = Stage("implementing", "民办：实施中", usable=True)
APPRAISED = Stage("appraised", "民评：已评议", final=True)

consultation = Procedure(
    "consultation",
    title="五民协商",
    stages=(NOT_OPENED, RAISED, NO_CONSENSUS, DISCUSSED, NOT_DECIDED, DECIDED, IMPLEMENTING, APPRAISED),
    lead=consultation_lead,
    name=consultation_name,
    describe="民提、民议、民决、民办、民评，五步依次办理，一步不能少。",
    applicants=(RESIDENT, COMMITTEE, CONVENER),
    deciders=(STREET,),
)


def _opening(matter: Matter, form: Raised) -> Opening:
    street = matter.places.above(matter.place, Level.STREET)
    return Opening(
        raised=form,
        place=matter.place,
        street=street.code if street else "",
        path=way_down(matter.place, form.scope, matter.places),
    )


def _opens(form: Raised, judgement: Judgement, scene: Scene) -> Outcome:
    unknown = [code for code in form.scope if not scene.places.within(code, scene.place)]
    if unknown or not form.scope:
        title = scene.places[scene.place].title
        raise BadInput(
            f"涉及的地方 {'、'.join(unknown) or '没有填写'}不在{title}以内",
            where="scope",
            cure="填这里以内的网格、院落、楼栋，或在上一级提出",
        )
    return to(NOT_OPENED if judgement.refused or judgement.incomplete else RAISED)


@consultation.action(
    "raise",
    title="民提",
    by=(RESIDENT, REPRESENTATIVE, PARTY_ORG, *KEEPERS),
    form=Raised,
    slot="raised",
    judged=True,
    facts=_opening,
    reads=Opening,
)
def raise_issue(matter: Matter, form: Raised, judgement: Judgement, scene: Scene) -> Outcome:
    """Somebody wants an issue deliberated; the rules of the place say in which forum."""
    return _opens(form, judgement, scene)


@consultation.action(
    "raise_again",
    title="补正后民提",
    by=(RESIDENT, REPRESENTATIVE, PARTY_ORG, *KEEPERS),
    at=NOT_OPENED,
    form=Raised,
    slot="raised",
    judged=True,
    judged_as="raise",
    facts=_opening,
    reads=Opening,
)
def raise_again(matter: Matter, form: Raised, judgement: Judgement, scene: Scene) -> Outcome:
    """What could not be opened comes again, put right."""
    return _opens(form, judgement, scene)


@consultation.action(
    "entrust", title="经费下放，交居民协商", by=(), form=HandedDown, slot="handed", system=True
)
def entrust(matter: Matter, form: HandedDown, judgement: Judgement | None, scene: Scene) -> Outcome:
    """A department's service comes with its money, and the residents settle how it is used."""
    return to(RAISED)


def title_of(matter: Matter) -> str:
    """What a consultation is about."""
    assert matter.state is not None
    facts = matter.state.facts
    return str((facts.get("raised") or facts.get("handed") or {}).get("title", ""))


def forum_of(matter: Matter) -> str:
    """The forum that the rules settled, empty where none did."""
    judged = matter.judgement("consultation.raise")
    return str(judged.term(FORUM, "")) if judged else ""


def _round(matter: Matter, form: Discussed) -> Round:
    return Round(title=title_of(matter), place=matter.place, forum=forum_of(matter), discussed=form)


@consultation.action(
    "discuss",
    title="民议",
    by=KEEPERS,
    at=(RAISED, NO_CONSENSUS),
    form=Discussed,
    slot="discussed",
    judged=True,
    facts=_round,
    reads=Round,
)
def discuss(matter: Matter, form: Discussed, judgement: Judgement, scene: Scene) -> Outcome:
    """A round of deliberation in the forum whose it is; it may take several until there is consensus."""
    if form.held_on > scene.happened:
        raise BadInput("议事日期不能在今天之后", where="held_on")
    agreed = form.consensus and not (judgement.refused or judgement.incomplete)
    return to(DISCUSSED if agreed else NO_CONSENSUS)


def choice_of(matter: Matter, decision: Decision, implementation: Implementation | None = None) -> Choice:
    """What rules see of a decision and of how it is carried out."""
    return Choice(
        title=title_of(matter),
        place=matter.place,
        raised=matter.facts("raised", Raised),
        decision=decision,
        implementation=implementation,
    )


@consultation.action(
    "decide",
    title="民决",
    by=KEEPERS,
    at=(DISCUSSED, NOT_DECIDED),
    form=Decision,
    slot="decision",
    judged=True,
    facts=choice_of,
    reads=Choice,
)
def decide(matter: Matter, form: Decision, judgement: Judgement, scene: Scene) -> Outcome:
    """The plan on which there was consensus; who decides, who carries it out and who watches are named."""
    return to(NOT_DECIDED if judgement.refused or judgement.incomplete else DECIDED)


def _carried_out(matter: Matter, form: Implementation) -> Choice:
    return choice_of(matter, _decision_of(matter), form)


def _decision_of(matter: Matter) -> Decision:
    decision = matter.facts("decision", Decision)
    assert decision is not None, "what is carried out was decided"
    return decision


@consultation.action(
    "implement",
    title="民办",
    by=KEEPERS,
    at=DECIDED,
    form=Implementation,
    slot="implementation",
    judged=True,
    facts=_carried_out,
    reads=Choice,
)
def implement(matter: Matter, form: Implementation, judgement: Judgement, scene: Scene) -> Outcome:
    """The plan is carried out by a grant, a payment or a task, each a matter of its own."""
    if judgement.refused or judgement.incomplete:
        return to(DECIDED)
    return to(IMPLEMENTING, children=_opened(matter, form, scene))


def _opened(matter: Matter, form: Implementation, scene: Scene) -> Child:
    """The matter that carries the plan out; what its form still lacks is said where it is missing."""
    title, decision = title_of(matter), _decision_of(matter)
    if form.way is Way.GRANT:
        _needed(form, "call", "code", "theme", "budget")
        facts: dict[str, Any] = {
            "call": form.call,
            "title": title,
            "code": form.code,
            "theme": form.theme,
            "need": f"{matter.id} {title}",
            "target_group": form.target_group,
            "goal": decision.plan,
            "plan": decision.plan,
            "actors": decision.executor,
            "evaluation": form.evaluation,
            "budget": [plain(each) for each in form.budget],
            "resources": [plain(each) for each in form.resources],
            "resolution": decision.resolution,
        }
        return Child(scene.place, "apply", facts, procedure="grant")
    if form.way is Way.PAYMENT:
        _needed(form, "fund", "source", "payee", "amount_fen")
        facts = {
            "fund": form.fund,
            "source": form.source,
            "kind": form.kind,
            "amount_fen": form.amount_fen,
            "reason": title,
            "year": scene.happened.year,
            "payee": form.payee,
            "community": scene.place,
        }
        return Child(scene.place, "submit", facts, procedure="payment")
    _needed(form, "done_by")
    assert form.done_by is not None
    order = TaskOrder(
        title=title,
        plan=decision.plan,
        executor=decision.executor,
        supervisor=decision.supervisor,
        done_by=form.done_by,
        amount_fen=form.amount_fen,
        basis=matter.id,
    )
    return Child(scene.place, "open", plain(order), procedure=task.id)


def _needed(form: Implementation, *names: str) -> None:
    missing = [name for name in names if not getattr(form, name)]
    if missing:
        raise BadInput(f"{form.way.title}还缺这一项", where=missing[0], cure="按选定的办法把相关各项填齐")


@consultation.action(
    "appraise",
    title="民评",
    by=(RESIDENT, REPRESENTATIVE, DEPARTMENT, *KEEPERS),
    at=IMPLEMENTING,
    form=Appraised,
    slot="appraised",
    judged=True,
    facts=lambda matter, form: form,
    reads=Appraised,
)
def appraise(matter: Matter, form: Appraised, judgement: Judgement, scene: Scene) -> Outcome:
    """Those concerned appraise the result, and what they said goes back into the work."""
    return to(IMPLEMENTING if judgement.refused or judgement.incomplete else APPRAISED)
