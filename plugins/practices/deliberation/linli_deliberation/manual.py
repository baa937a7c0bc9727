"""协商手册: how consultation runs at a place, in five parts, with versions that every consultation cites."""

from __future__ import annotations

from typing import Annotated

from msgspec import Struct

from linli.access.posts import COMMITTEE, STREET
from linli.errors import BadInput
from linli.forms import PUBLIC, line, plain, text
from linli.matters import Matter
from linli.procedures import EntryChange, Once, Outcome, Procedure, Scene, Stage, to
from linli.rulebook import Judgement
from linli_deliberation.registers import MANUALS, ManualEntry
from linli_deliberation.wording import manual_lead, manual_name

INCOMPLETE = Stage("incomplete", "内容不全，不能公布", waits_for=(STREET.id, COMMITTEE.id))
IN_FORCE = Stage("in_force", "施行中", usable=True)


class ManualText(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The parts of a manual: what is consulted on, by whom, how, what becomes of results, how it is appraised."""

    title: Annotated[str, line("手册名称", max_length=60)]
    content: Annotated[str, text("协商内容", PUBLIC)] = ""
    participants: Annotated[str, text("协商主体", PUBLIC)] = ""
    methods: Annotated[str, text("协商方式", PUBLIC)] = ""
    results: Annotated[str, text("成果落实", PUBLIC)] = ""
    evaluation: Annotated[str, text("协商评价", PUBLIC)] = ""
    changed: Annotated[str, line("这一版改了什么", PUBLIC)] = ""

    def missing(self) -> list[str]:
        """The titles of the parts that are blank."""
        return [title for name, title in PARTS.items() if not getattr(self, name)]


PARTS = {
    "content": "协商内容",
    "participants": "协商主体",
    "methods": "协商方式",
    "results": "成果落实",
    "evaluation": "协商评价",
}

manual = Procedure(
    "manual",
    title="协商手册",
    registers=(MANUALS.id,),
    stages=(INCOMPLETE, IN_FORCE),
    lead=manual_lead,
    name=manual_name,
    describe="协商运行的手册：内容、主体、方式、成果落实、评价；每次协商写明用的是第几版。",
    applicants=(STREET, COMMITTEE),
    deciders=(STREET,),
    residents_object=False,
)


def versions(matter: Matter) -> int:
    """How many versions have been in force."""
    return sum(
        step.stage == IN_FORCE.id and step.slot == "text" and not step.corrects for step in matter.steps
    )


def _published(matter: Matter, form: ManualText, judgement: Judgement, scene: Scene) -> Outcome:
    if not form.title.strip():
        raise BadInput("手册没有名称", where="title")
    if judgement.refused or judgement.incomplete:
        if versions(matter):
            heard = judgement.adverse()[0]
            raise BadInput(heard.reason, where="content", cure=heard.cure)  # the version in force stays
        return to(INCOMPLETE)
    entry = ManualEntry(
        place=scene.place,
        title=form.title,
        version=versions(matter) + 1,
        since=scene.decided,
        matter=scene.matter_id,
    )
    claims = (
        Once(scene.place, "这里已经有协商手册", "修订原来的手册，不另立一本") if not versions(matter) else ()
    )
    return to(IN_FORCE, entries=EntryChange(MANUALS.id, scene.place, plain(entry)), claims=claims)


@manual.action(
    "issue", title="公布", by=(STREET, COMMITTEE), form=ManualText, slot="text", judged=True, reads=ManualText
)
def issue(matter: Matter, form: ManualText, judgement: Judgement, scene: Scene) -> Outcome:
    """A manual is issued with all its parts; a place has one."""
    return _published(matter, form, judgement, scene)


@manual.action(
    "revise",
    title="补全或修订",
    by=(STREET, COMMITTEE),
    at=(INCOMPLETE, IN_FORCE),
    form=ManualText,
    slot="text",
    judged=True,
    judged_as="issue",
    reads=ManualText,
)
def revise(matter: Matter, form: ManualText, judgement: Judgement, scene: Scene) -> Outcome:
    """A new version; earlier ones stay readable in the story of the matter."""
    return _published(matter, form, judgement, scene)
