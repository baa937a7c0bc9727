"""What every procedure has without asking, as far as a compact's texts need more: taking back, ending, correcting.

Whatever moves a text moves its entry in the registers in the same step.
"""

from __future__ import annotations

import msgspec
from msgspec import structs

from linli.access.posts import COMMITTEE
from linli.errors import BadInput
from linli.matters import BUILT_IN_STAGES, VOID, WITHDRAWN_BY_APPLICANT, Matter
from linli.procedures import Outcome, Scene, Stage, to
from linli.rulebook import Judgement
from linli.standing import Correction, Reopening, Why
from linli_compacts.procedure import READERS, compact, led
from linli_compacts.stages import ENDED, ENDING, IN_FORCE, STAGES, both
from linli_compacts.texts import DRAFTING, ENDS, entries, events, in_force, texts, texts_of

_OPEN = both("drafted", "returned", "consulting", "concluded", "adopted")
_CLOSED = (VOID, WITHDRAWN_BY_APPLICANT, ENDING, ENDED)


@compact.action("retract", title="撤回", by=COMMITTEE, at=_OPEN, form=Why, slot="retract")
def retract(matter: Matter, form: Why, judgement: Judgement | None, scene: Scene) -> Outcome:
    """A draft is given up; the text in force goes on."""
    revising = in_force(texts_of(matter)) is not None
    return led(matter, "retract", form, IN_FORCE if revising else WITHDRAWN_BY_APPLICANT, scene)


@compact.action("void", title="作废", by=READERS, at=STAGES, form=Why, slot="void")
def void(matter: Matter, form: Why, judgement: Judgement | None, scene: Scene) -> Outcome:
    """What should not have been entered ends; a text that was in force keeps its days."""
    return led(matter, "void", form, VOID, scene)


@compact.action(
    "reopen", title="重新办理", by=READERS, at=(*_CLOSED, IN_FORCE), form=Reopening, slot="reopen"
)
def reopen(matter: Matter, form: Reopening, judgement: Judgement | None, scene: Scene) -> Outcome:
    """What ended by mistake goes on where it stood; no other stage can be named."""
    ended = [number for number, step in enumerate(matter.steps) if step.action in ENDS]
    if not ended or ended[-1] == 0:
        raise BadInput("这份公约没有作废、撤回或废止，不用重新办理", where="stage")
    stood = _stage(matter, matter.steps[ended[-1] - 1].stage)
    if form.stage != stood.id:
        raise BadInput(
            f"不能直接转到“{form.stage}”", where="stage", cure=f"只能回到 {stood.id}（{stood.title}）"
        )
    before = events(matter)
    last = max(place for place, event in enumerate(before) if event.action in ENDS)
    after = texts([*before[:last], *before[last + 1 :]])
    due = matter.steps[ended[-1] - 1].due
    return to(stood, entries=entries(matter, texts(before), after, scene.decided), due=due)


@compact.action("correct", title="更正", by=(*READERS, COMMITTEE), at=(*STAGES, VOID), form=Correction)
def correct(matter: Matter, form: Correction, judgement: Judgement | None, scene: Scene) -> Outcome:
    """Facts of how a text came about are corrected; the text itself is changed by drafting it anew, or revising it."""
    assert matter.state is not None, "only an open matter is corrected"
    wrong = next(
        (step for step in reversed(matter.steps) if step.slot == form.slot and step.action != "correct"), None
    )
    if wrong is None or wrong.action in (*DRAFTING, "review"):
        raise BadInput("条文不能更正", where="slot", cure="没有公布的重新提交，公布了的修订")
    facts = dict(matter.state.facts[form.slot])
    for change in form.changes:
        facts[change.field] = _json(change.value)
    before = events(matter)
    place = next(at for at, event in enumerate(before) if event.number == wrong.number)
    after = texts([*before[:place], structs.replace(before[place], facts=facts), *before[place + 1 :]])
    stage = _stage(matter, matter.state.reached if matter.state.suspended else matter.state.stage_id)
    told = entries(matter, texts(before), after, scene.decided)
    return to(stage, entries=told, due=matter.state.due)


def _json(value: str) -> object:
    """A corrected value as the service reads it: JSON, or else the text as it stands."""
    try:
        return msgspec.json.decode(value.encode())
    except msgspec.DecodeError:
        return value


def _stage(matter: Matter, stage: str) -> Stage:
    return matter.procedure.stages.get(stage) or BUILT_IN_STAGES[stage]
