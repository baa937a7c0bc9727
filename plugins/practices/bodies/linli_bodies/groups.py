"""居民小组: the residents of a roll are divided into groups by number, and each group sends its representative.

The roll itself is kept on paper or elsewhere; here residents are numbers on it, from 1 on, and nobody is named.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from msgspec import Struct, structs

from linli.access.posts import COMMITTEE
from linli.errors import BadInput, NotFound
from linli.forms import INTERNAL, line, number, person, rows, yes_no
from linli.matters import Matter, State
from linli.procedures import Child, Mention, Outcome, Procedure, Scene, Stage, to
from linli.rulebook import Judgement
from linli_bodies.registers import BODIES, KEY_LENGTH, Manner
from linli_bodies.seating import Sort
from linli_bodies.vocabulary import asked_body

DIVIDED = Stage("divided", "已分组，待推选", waits_for=("committee",))
COMPLETE = Stage("complete", "各组都已推选", final=True)


class Group(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A group: the residents from one number of the roll to another, both included."""

    group: Annotated[int, number("小组", least=1, most=9999)]
    first: Annotated[int, number("从第几号", least=1)]
    last: Annotated[int, number("到第几号", least=1)]

    @property
    def residents(self) -> int:
        """How many there are."""
        return self.last - self.first + 1


class Division(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """So many residents are divided into groups of about so many, which send representatives to a body."""

    body: Annotated[str, line("推选到哪个会议", hint="组织编号", max_length=KEY_LENGTH, names=BODIES.id)]
    residents: Annotated[int, number("居民人数", least=1, most=100_000)]
    size: Annotated[int, number("每组大约多少人", least=1, most=10_000)]
    groups: Annotated[tuple[Group, ...], rows("分组", hint="不用填")] = ()


class Chosen(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A group has chosen its representative, who is one of its own."""

    group: Annotated[int, number("小组", least=1, most=9999)]
    resident: Annotated[int, number("居民名册上的第几号", INTERNAL, least=1)]
    who: Annotated[str, person("代表")]
    woman: Annotated[bool, yes_no("妇女", INTERNAL)] = False


THE_MEETING = asked_body("grouping.the_meeting", "推选到的会议", lambda facts: facts.body)


def divided(residents: int, size: int) -> tuple[Group, ...]:
    """Groups of at most ``size``, as equal as can be: everybody is in exactly one."""
    count = -(-residents // size)
    base, more = divmod(residents, count)
    groups, first = [], 1
    for serial in range(1, count + 1):
        last = first + base + (serial <= more) - 1
        groups.append(Group(group=serial, first=first, last=last))
        first = last + 1
    return tuple(groups)


def _division(matter: Matter) -> Division:
    given = matter.facts("division", Division)
    assert given is not None, "groups choose after they were made"
    return given


def _chosen(matter: Matter) -> set[int]:
    return {int(step.facts["group"]) for step in matter.steps if step.slot == "chosen"}


def _lead(state: State, on: date) -> str:
    facts = state.facts.get("division", {})
    groups = facts.get("groups", ())
    done = sum(each.action == "choose" for each in state.done)
    said = f"{facts.get('residents')} 名居民分成 {len(groups)} 个小组，每人在一个小组里"
    return f"{said}；已有 {done} 个小组推选了代表。"


grouping = Procedure(
    "grouping",
    title="居民小组和居民代表",
    stages=(DIVIDED, COMPLETE),
    lead=_lead,
    name=lambda state: "居民小组推选代表",
    describe="把居民按人数分成小组，每个小组推选代表。",
    applicants=(COMMITTEE,),
    deciders=(COMMITTEE,),
    mentions=lambda state: [
        Mention(f"body/{state.facts.get('division', {}).get('body', '')}", {"title": "居民小组推选代表"})
    ],
)


@grouping.action(
    "divide",
    title="划分居民小组",
    by=COMMITTEE,
    form=Division,
    slot="division",
    judged=True,
    uses=(THE_MEETING,),
)
def divide(matter: Matter, form: Division, judgement: Judgement, scene: Scene) -> Outcome:
    """The roll is divided by number; each group has a seat in the meeting."""
    body = scene.given[THE_MEETING]
    if body is None:
        raise NotFound(f"没有编号为 {form.body} 的组织", where="body")
    groups = divided(form.residents, form.size)
    if body.seats < len(groups):
        said = f"要分 {len(groups)} 个小组，“{body.title}”只有 {body.seats} 个席位"
        raise BadInput(said, where="size", cure="先增加席位，或调整每组人数")
    return to(DIVIDED, kept={"groups": [structs.asdict(each) for each in groups]})


@grouping.action("choose", title="登记小组推选的代表", by=COMMITTEE, at=DIVIDED, form=Chosen, slot="chosen")
def choose(matter: Matter, form: Chosen, judgement: Judgement | None, scene: Scene) -> Outcome:
    """A group's representative takes the group's seat; when all groups have one it is done."""
    division = _division(matter)
    group = next((each for each in division.groups if each.group == form.group), None)
    if group is None:
        raise BadInput(f"没有第 {form.group} 小组", where="group")
    if not group.first <= form.resident <= group.last:
        said = f"第 {form.group} 小组是 {group.first} 至 {group.last} 号，{form.resident} 号在别的小组"
        raise BadInput(said, where="resident", cure="代表要从本小组的居民里推选")
    before = _chosen(matter)
    if form.group in before:
        raise BadInput(f"第 {form.group} 小组已经推选了代表", where="group", cure="先办理原代表的离任")
    facts = {
        "body": division.body,
        "seat": form.group,
        "manner": Manner.ELECTED.value,
        "who": form.who,
        "sort": Sort.RESIDENT.value,
        "group": form.group,
        "woman": form.woman,
        "reference": matter.id,
    }
    seated = Child(matter.place, "fill", facts, procedure="seat", key=f"group{form.group}")
    complete = len(before) + 1 == len(division.groups)
    return to(COMPLETE if complete else DIVIDED, children=seated)
