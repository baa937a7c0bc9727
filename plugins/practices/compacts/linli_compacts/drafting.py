"""Drafting: a text is handed in, read by a person before anyone else sees it, and given to residents to speak to."""

from __future__ import annotations

from typing import Any

from linli.access.posts import COMMITTEE
from linli.calendar import Period, Unit, due
from linli.errors import BadInput
from linli.forms import plain
from linli.matters import Matter
from linli.posts import RESIDENT
from linli.procedures import Notice, Outcome, Scene, Stage, to
from linli.rulebook import Judgement
from linli.steps import DueBy, Publication
from linli_compacts.facts import CompactFacts
from linli_compacts.forms import Conclusion, Draft, Opinion, Review
from linli_compacts.kinds import Nature
from linli_compacts.procedure import (
    READERS,
    again,
    compact,
    draft_facts,
    happened,
    led,
    newest,
    refuse_unfit,
)
from linli_compacts.stages import FIRST, IN_FORCE, REVISION, TO_CORRECT, both
from linli_compacts.texts import in_force, texts_of
from linli_compacts.vocabulary import CONSULTATION_DAYS

# Where no text says how long residents may speak.
USUAL_DAYS = 7
CONSULTATION = "consultation"


def _as_it_stands(matter: Matter) -> dict[str, Any]:
    """The draft that was handed in last, for a form to begin with."""
    draft = matter.facts("draft", Draft)
    return plain(draft) if draft else {}


@compact.action(
    "draft",
    title="提交草案",
    by=COMMITTEE,
    form=Draft,
    slot="draft",
    judged=True,
    facts=draft_facts,
    reads=CompactFacts,
    hint="街道审查以后才公开征求意见",
)
def draft(matter: Matter, form: Draft, judgement: Judgement, scene: Scene) -> Outcome:
    """A text is handed in; with something missing it goes back, and nobody else sees it."""
    return _handed_in(matter, form, judgement, scene, FIRST)


@compact.action(
    "revise",
    title="提交修订草案",
    by=COMMITTEE,
    at=(IN_FORCE, TO_CORRECT),
    form=Draft,
    slot="draft",
    judged=True,
    judged_as="draft",
    facts=draft_facts,
    reads=CompactFacts,
    begins=_as_it_stands,
)
def revise(matter: Matter, form: Draft, judgement: Judgement, scene: Scene) -> Outcome:
    """A new text is handed in, which replaces the one in force once it is in force itself."""
    held = newest(matter).draft
    if form.kind is not held.kind:
        raise BadInput(f"这是{held.kind.title}，不能改成另一种", where="kind", cure="另立一份")
    if held.nature is Nature.COMPACT and form.nature is not Nature.COMPACT:
        raise BadInput("公约不能改回试行规则或协议", where="nature", cure="修订公约，或先废止它")
    return _handed_in(matter, form, judgement, scene, REVISION if in_force(texts_of(matter)) else FIRST)


@compact.action(
    "redraft",
    title="重新提交草案",
    by=COMMITTEE,
    at=both("returned"),
    form=Draft,
    slot="draft",
    judged=True,
    judged_as="draft",
    facts=draft_facts,
    reads=CompactFacts,
    begins=_as_it_stands,
)
def redraft(matter: Matter, form: Draft, judgement: Judgement, scene: Scene) -> Outcome:
    """A text that was sent back is handed in again."""
    revising = in_force(texts_of(matter)) is not None
    return _handed_in(matter, form, judgement, scene, REVISION if revising else FIRST)


def _handed_in(
    matter: Matter, form: Draft, judgement: Judgement, scene: Scene, rounds: dict[str, Stage]
) -> Outcome:
    refuse_unfit(matter, form, scene)
    if judgement.refused or judgement.incomplete:
        return to(rounds["returned"])
    return to(rounds["drafted"], notices=Notice("street", scene.place, f"《{form.title}》草案等待审查"))


@compact.action(
    "review",
    title="审查草案",
    by=READERS,
    at=both("drafted"),
    form=Review,
    slot="review",
    apart_from=("draft", "revise", "redraft"),
    begins=lambda matter: {"clauses": _as_it_stands(matter).get("clauses", [])},
    hint="逐条看有没有违反法律法规、侵犯居民权利的内容，有没有写人名",
)
def review(matter: Matter, form: Review, judgement: Judgement | None, scene: Scene) -> Outcome:
    """A person has read every clause. What breaks the law or names a person goes back and stays unpublished."""
    clauses = newest(matter).draft.clauses
    if form.clauses and form.clauses != clauses:
        raise BadInput("审查时不能改条文", where="clauses", cure="退回，写明要改哪一条")
    if not (form.lawful and form.no_names):
        if not form.reason:
            raise BadInput("退回要写明哪一条、为什么", where="reason")
        return to(again(matter, "returned"), kept={"clauses": ()})
    stage = again(matter, "consulting")
    days = scene.rulebook.value(CONSULTATION_DAYS, scene.decided, USUAL_DAYS)
    ends = due(scene.decided, Period(days, Unit.NATURAL_DAYS), scene.calendar)
    asked = DueBy(
        CONSULTATION, ends.day, COMMITTEE.id, "征求意见并公布采纳情况", ends.provisional, "", ends.basis
    )
    return led(
        matter,
        "review",
        form,
        stage,
        scene,
        due=asked,
        kept={"clauses": plain(newest(matter).draft)["clauses"]},
    )


@compact.action(
    "opinion",
    title="提意见",
    by=(RESIDENT, COMMITTEE),
    at=both("consulting"),
    form=Opinion,
    slot="opinion",
    publication=Publication.WITHHELD,
    basis="居民的意见只公布采纳情况",
)
def opinion(matter: Matter, form: Opinion, judgement: Judgement | None, scene: Scene) -> Outcome:
    """A resident says something of the draft; what becomes of it is published, who said it is not."""
    assert matter.stage is not None and matter.state is not None, "an opinion is given on an open matter"
    if not form.opinion:
        raise BadInput("请写意见", where="opinion")
    return to(matter.stage, due=matter.state.due)


@compact.action(
    "conclude",
    title="公布意见采纳情况",
    by=COMMITTEE,
    at=both("consulting"),
    form=Conclusion,
    slot="conclusion",
)
def conclude(matter: Matter, form: Conclusion, judgement: Judgement | None, scene: Scene) -> Outcome:
    """The time to speak is over; residents read what was taken up and why."""
    assert matter.state is not None, "a consultation is an open matter"
    open_until = next((each.day for each in matter.state.due if each.what == CONSULTATION), None)
    if open_until is not None and scene.decided <= open_until:
        raise BadInput(
            f"征求意见到 {open_until} 为止，还没有期满", where="decided", cure="期满以后再公布采纳情况"
        )
    stage = again(matter, "concluded")
    after, told = happened(matter, "conclude", form, stage, scene)
    return to(stage, entries=told, kept={"received": after[-1].opinions})


@compact.action("withdraw", title="撤回意见稿重写", by=COMMITTEE, at=both("consulting", "concluded"))
def withdraw(matter: Matter, form: object, judgement: Judgement | None, scene: Scene) -> Outcome:
    """The draft is written anew: what residents said asks for another text, which is read and shown again."""
    return led(matter, "withdraw", form, again(matter, "returned"), scene)
