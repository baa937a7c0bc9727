"""听证会: announced, held, reported, and answered: whatever is decided afterwards says what became of each opinion."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from msgspec import Struct

from linli.access.posts import COMMITTEE, DEPARTMENT, STREET
from linli.calendar import WorkingCalendar
from linli.errors import BadInput
from linli.forms import PUBLIC, choice, day, line, number, plain, rows, text, yes_no
from linli.matters import Matter
from linli.posts import RESIDENT
from linli.procedures import EntryChange, Notice, Outcome, Procedure, Scene, Stage, to
from linli.rulebook import Judgement
from linli.rules import Derived
from linli.steps import DueBy
from linli_bodies.registers import BODIES
from linli_deliberation.meeting import KEEPERS
from linli_deliberation.registers import HEARINGS, HearingEntry
from linli_deliberation.stakeholders import Invited, Stakeholder
from linli_deliberation.wording import hearing_lead, hearing_name

NOT_ANNOUNCED = Stage("not_announced", "公告不合规定", waits_for=(COMMITTEE.id,))
ANNOUNCED = Stage("announced", "已公告", waits_for=(COMMITTEE.id,))
HEARD = Stage("heard", "已举行，待写报告", waits_for=(COMMITTEE.id,))
REPORTED = Stage("reported", "已公布报告，待说明采纳", waits_for=(COMMITTEE.id,))
ANSWERED = Stage("answered", "已说明采纳情况", final=True)


class Announced(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is heard, when and where, and who is asked to take part."""

    topic: Annotated[str, line("听证事项", max_length=80)]
    organizer: Annotated[str, line("由谁组织", hint="组织编号", max_length=100, names=BODIES.id)]
    held_on: Annotated[date, day("举行日期")]
    venue: Annotated[str, line("地点", max_length=60)] = ""
    participants: Annotated[tuple[Invited, ...], rows("请谁参加", most=60)] = ()
    plan: Annotated[str, text("听证的方案", PUBLIC)] = ""


class Statement(Struct, frozen=True, forbid_unknown_fields=True):
    """An opinion: of which side, and what it says; never of a named person."""

    kind: Annotated[Stakeholder, choice("哪一方")]
    opinion: Annotated[str, line("意见", max_length=200)]


class Heard(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who came and what was said."""

    present: Annotated[int, number("到会人数", least=1, most=100_000)]
    came: Annotated[tuple[Invited, ...], rows("各方", most=60)] = ()
    statements: Annotated[tuple[Statement, ...], rows("意见", most=300)] = ()


class Report(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The report on a hearing."""

    summary: Annotated[str, line("主要意见", PUBLIC)]
    report: Annotated[str, text("听证报告", PUBLIC)] = ""


class Use(Struct, frozen=True, forbid_unknown_fields=True):
    """What became of one opinion, by its number in the record of the hearing."""

    opinion: Annotated[int, number("第几条意见", least=1, most=300)]
    used: Annotated[bool, yes_no("采纳")]
    why: Annotated[str, line("怎样采纳，或为什么不采纳", max_length=200)]


class Answered(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The decision that follows a hearing, with what became of each opinion."""

    decision: Annotated[str, line("决定", PUBLIC)]
    uses: Annotated[tuple[Use, ...], rows("意见采纳情况", most=300)] = ()


class Notified(Struct, frozen=True, kw_only=True):
    """What rules see when a hearing is announced."""

    announced: Announced
    place: str


class Answering(Struct, frozen=True, kw_only=True):
    """What rules see of the decision: how many opinions there were, and what was said of them."""

    topic: str
    opinions: int
    answered: Answered

    def unanswered(self) -> list[int]:
        """The numbers of the opinions of which nothing was said."""
        said = {use.opinion for use in self.answered.uses if use.why.strip()}
        return [number for number in range(1, self.opinions + 1) if number not in said]


def _days_ahead(facts: Notified, happened: date, decided: date, calendar: WorkingCalendar) -> int:
    return (facts.announced.held_on - happened).days


HEARING_DAYS_AHEAD: Derived[int] = Derived(
    "hearing.days_ahead", "公告到举行之间的天数", _days_ahead, unit="天"
)

hearing = Procedure(
    "hearing",
    title="听证会",
    registers=(HEARINGS.id,),
    stages=(NOT_ANNOUNCED, ANNOUNCED, HEARD, REPORTED, ANSWERED),
    lead=hearing_lead,
    name=hearing_name,
    describe="公告、听证、报告，以及决定时怎样采纳听证的意见。",
    applicants=(COMMITTEE, DEPARTMENT),
    deciders=(STREET,),
)


def _notified(matter: Matter, form: Announced) -> Notified:
    return Notified(announced=form, place=matter.place)


def _announces(form: Announced, judgement: Judgement, scene: Scene) -> Outcome:
    if form.held_on < scene.happened:
        raise BadInput("举行日期不能在公告以前", where="held_on")
    if judgement.refused or judgement.incomplete:
        return to(NOT_ANNOUNCED)
    text = f"{form.held_on.isoformat()} 举行听证会：{form.topic}"
    held = DueBy("hearing", form.held_on, COMMITTEE.id, "举行听证会")
    return to(ANNOUNCED, due=held, notices=Notice(RESIDENT.id, scene.place, text))


@hearing.action(
    "announce",
    title="公告",
    by=(*KEEPERS, STREET, DEPARTMENT),
    form=Announced,
    slot="announced",
    judged=True,
    facts=_notified,
    reads=Notified,
)
def announce(matter: Matter, form: Announced, judgement: Judgement, scene: Scene) -> Outcome:
    """A hearing is announced with those who are asked to take part."""
    return _announces(form, judgement, scene)


@hearing.action(
    "announce_again",
    title="重新公告",
    by=(*KEEPERS, STREET, DEPARTMENT),
    at=(NOT_ANNOUNCED, ANNOUNCED),
    form=Announced,
    slot="announced",
    judged=True,
    judged_as="announce",
    facts=_notified,
    reads=Notified,
)
def announce_again(matter: Matter, form: Announced, judgement: Judgement, scene: Scene) -> Outcome:
    """It is announced anew, put right or for another day."""
    return _announces(form, judgement, scene)


@hearing.action("hear", title="登记听证", by=KEEPERS, at=ANNOUNCED, form=Heard, slot="heard")
def hear(matter: Matter, form: Heard, judgement: Judgement | None, scene: Scene) -> Outcome:
    """The hearing took place on the day announced, and its opinions are numbered as they stand."""
    announced = matter.facts("announced", Announced)
    assert announced is not None
    if scene.happened < announced.held_on:
        raise BadInput(f"听证会定在 {announced.held_on}，还没有举行", where="happened")
    if not form.statements:
        raise BadInput("没有登记意见", where="statements", cure="逐条登记各方的意见，没有意见的写明没有")
    return to(HEARD)


def _statements(matter: Matter) -> int:
    heard = matter.facts("heard", Heard)
    return len(heard.statements) if heard else 0


def _entry(matter: Matter, *, answered: bool) -> EntryChange:
    announced = matter.facts("announced", Announced)
    assert announced is not None
    entry = HearingEntry(
        id=matter.id,
        place=matter.place,
        topic=announced.topic,
        opinions=_statements(matter),
        answered=answered,
    )
    return EntryChange(HEARINGS.id, matter.id, plain(entry))


@hearing.action("report", title="公布报告", by=KEEPERS, at=HEARD, form=Report, slot="report")
def report(matter: Matter, form: Report, judgement: Judgement | None, scene: Scene) -> Outcome:
    """The report goes out; from here on a decision may rest on the hearing."""
    return to(REPORTED, entries=_entry(matter, answered=False))


def _answering(matter: Matter, form: Answered) -> Answering:
    announced = matter.facts("announced", Announced)
    assert announced is not None
    return Answering(topic=announced.topic, opinions=_statements(matter), answered=form)


@hearing.action(
    "respond",
    title="说明采纳情况",
    by=(*KEEPERS, STREET, DEPARTMENT),
    at=REPORTED,
    form=Answered,
    slot="answered",
    judged=True,
    facts=_answering,
    reads=Answering,
)
def respond(matter: Matter, form: Answered, judgement: Judgement, scene: Scene) -> Outcome:
    """The decision is published with what became of every opinion; where one is passed over it goes back."""
    numbers = [use.opinion for use in form.uses]
    over: list[Any] = [number for number in numbers if number > _statements(matter)]
    if over or len(set(numbers)) != len(numbers):
        raise BadInput(
            "意见的编号不对，或同一条写了两次", where="uses", cure=f"编号是 1 到 {_statements(matter)}"
        )
    if judgement.refused or judgement.incomplete:
        return to(REPORTED)
    return to(ANSWERED, entries=_entry(matter, answered=True))
