"""开放空间: those who come propose topics, choose groups, write down what they found, and rank what is to be done."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec
from msgspec import Struct

from linli.access.posts import COMMITTEE, STREET
from linli.errors import BadInput
from linli.forms import PUBLIC, day, line, number, rows
from linli.matters import Matter
from linli.posts import RESIDENT
from linli.procedures import Notice, Once, Outcome, Procedure, Scene, Stage, to
from linli.rulebook import Judgement
from linli.steps import DueBy, Publication
from linli_bodies.posts import REPRESENTATIVE
from linli_deliberation.meeting import KEEPERS
from linli_deliberation.wording import open_space_lead, open_space_name

OPEN = Stage("open", "征集话题、选组")
TALKED = Stage("talked", "分组讨论完毕，待排序", waits_for=(COMMITTEE.id,))
RANKED = Stage("ranked", "已排出行动", final=True)


class Session(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A session: the question that it is about, when and where."""

    question: Annotated[str, line("主题", max_length=80)]
    held_on: Annotated[date, day("日期")]
    venue: Annotated[str, line("地点", max_length=60)] = ""


class Topic(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A topic that a participant proposes."""

    topic: Annotated[str, line("话题", max_length=80)]


class Group(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The group that somebody joins: that of a topic, by its number."""

    topic: Annotated[int, number("第几个话题", least=1, most=100)]


class Notes(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a group found. ``on_paper`` counts those in the group who did not join online."""

    topic: Annotated[int, number("第几个话题", least=1, most=100)]
    notes: Annotated[str, line("讨论记录", PUBLIC, max_length=500)]
    on_paper: Annotated[int, number("现场入组人数", most=10_000)] = 0


class ActionPoints(Struct, frozen=True, forbid_unknown_fields=True):
    """Something to be done, from which topic, and the points that participants gave it."""

    action: Annotated[str, line("行动", max_length=100)]
    topic: Annotated[int, number("出自第几个话题", least=1, most=100)]
    points: Annotated[int, number("得票", most=100_000)]


class Ranking(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All actions with their points, in any order: the page shows them by points."""

    actions: Annotated[tuple[ActionPoints, ...], rows("行动", most=200)]


open_space = Procedure(
    "open_space",
    title="开放空间",
    stages=(OPEN, TALKED, RANKED),
    lead=open_space_lead,
    name=open_space_name,
    describe="参加者提出话题、自己选组、分组记录，最后给行动排序。",
    applicants=(COMMITTEE,),
    deciders=(STREET,),
)


def topics(matter: Matter) -> list[str]:
    """The topics proposed, in order; their numbers count from 1."""
    return [str(step.facts["topic"]) for step in matter.steps if step.action == "propose"]


def noted(matter: Matter) -> dict[int, Notes]:
    """The notes of each group, by topic."""
    found = [msgspec.convert(s.facts, Notes, str_keys=True) for s in matter.steps if s.action == "note"]
    return {notes.topic: notes for notes in found}


def _known(matter: Matter, topic: int) -> None:
    count = len(topics(matter))
    if topic > count:
        raise BadInput(f"现在有 {count} 个话题，没有第 {topic} 个", where="topic")


@open_space.action("announce", title="发起", by=(*KEEPERS, STREET), form=Session, slot="session")
def announce(matter: Matter, form: Session, judgement: Judgement | None, scene: Scene) -> Outcome:
    """A session is announced with its question; the topics are the participants'."""
    if form.held_on < scene.happened:
        raise BadInput("日期不能在发起以前", where="held_on")
    held = DueBy("session", form.held_on, COMMITTEE.id, "举行开放空间")
    text = f"{form.held_on.isoformat()} 开放空间：{form.question}，欢迎提出话题"
    return to(OPEN, due=held, notices=Notice(RESIDENT.id, scene.place, text))


@open_space.action(
    "propose",
    title="提出话题",
    by=(RESIDENT, REPRESENTATIVE, *KEEPERS),
    at=OPEN,
    form=Topic,
    slot="topic",
)
def propose(matter: Matter, form: Topic, judgement: Judgement | None, scene: Scene) -> Outcome:
    """A participant puts a topic on the wall; the same one is not put there twice."""
    assert matter.state is not None
    if form.topic.strip() in topics(matter):
        raise BadInput("这个话题已经有了", where="topic", cure="选进它的小组")
    return to(OPEN, due=matter.state.due)


@open_space.action(
    "join",
    title="选组",
    by=(RESIDENT, REPRESENTATIVE),
    at=OPEN,
    form=Group,
    slot="group",
    publication=Publication.WITHHELD,
    basis="谁在哪一组是个人信息，只公布各组的记录",
)
def join(matter: Matter, form: Group, judgement: Judgement | None, scene: Scene) -> Outcome:
    """A participant chooses a group, one at a time."""
    assert matter.state is not None
    _known(matter, form.topic)
    once = Once(f"{scene.matter_id}/{form.topic}/{scene.actor.person}", "您已经在这一组里", "不用再选")
    return to(OPEN, due=matter.state.due, claims=once)


@open_space.action("note", title="登记小组记录", by=KEEPERS, at=OPEN, form=Notes, slot="notes")
def note(matter: Matter, form: Notes, judgement: Judgement | None, scene: Scene) -> Outcome:
    """A group's notes; with those of the last group the talking is over."""
    assert matter.state is not None
    _known(matter, form.topic)
    done = {*noted(matter), form.topic}
    if len(done) == len(topics(matter)):
        return to(TALKED)
    return to(OPEN, due=matter.state.due)


@open_space.action("rank", title="给行动排序", by=KEEPERS, at=TALKED, form=Ranking, slot="ranking")
def rank(matter: Matter, form: Ranking, judgement: Judgement | None, scene: Scene) -> Outcome:
    """The actions get their points; each comes from a topic that a group talked about."""
    if not form.actions:
        raise BadInput("没有登记行动", where="actions", cure="把各组提出的行动和得票逐条登记")
    for each in form.actions:
        _known(matter, each.topic)
    return to(RANKED)


def ranked(actions: tuple[ActionPoints, ...]) -> list[tuple[int, ActionPoints]]:
    """The actions by points, the most first, with their rank; equal points share a rank."""
    ordered = sorted(actions, key=lambda each: -each.points)
    return [(1 + sum(other.points > each.points for other in actions), each) for each in ordered]
