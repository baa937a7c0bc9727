"""选举: announced, voters registered and listed, candidates named, counted in public, handed over; one matter each.

Who may vote, how many must, and how many votes elect, rules of law and place say at the moments ``election.…``. Names
are never in a step: lists of them lie in the vault and go out where and as long as a rule says that they are posted.
Those elected take their seats by matters of the procedure of seats, so that the rules on seats judge each of them.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, TypeVar

import msgspec
from msgspec import structs

from linli.access.posts import COMMITTEE, STREET
from linli.calendar import Period, Unit, due
from linli.errors import BadInput, ManyFaults, NotFound
from linli.forms import plain
from linli.ledger import OUTSIDE, PIECES, Posting
from linli.matters import Matter, State
from linli.posts import RESIDENT
from linli.procedures import EntryChange, Mention, Outcome, Procedure, Scene, Stage, to
from linli.rulebook import Judgement
from linli.steps import DueBy
from linli_bodies.balloting import (
    Book,
    Challenge,
    ChallengeAt,
    ElectionNotice,
    ElectionNoticeAt,
    Fraud,
    Nomination,
    NominationAt,
    Ruling,
    SeatUp,
    VoterList,
    VoterListAt,
)
from linli_bodies.figures import RULING_DAYS
from linli_bodies.judged import stopped
from linli_bodies.keys import place_of
from linli_bodies.posts import ELECTION_COMMITTEE, PARTY_ORG, REPRESENTATIVE
from linli_bodies.registers import ELECTIONS, Body, Election
from linli_bodies.seating import Plan
from linli_bodies.vocabulary import asked_body, asked_term, voters_account
from linli_bodies.wording import day_of, reasons

REGISTERING = Stage("registering", "选民登记", waits_for=("election_committee",))
LISTED = Stage("listed", "选民名单已公布", waits_for=("election_committee",))
STANDING = Stage("candidates", "候选人已公布", waits_for=("election_committee",))
AGAIN = Stage("again", "待另行选举", waits_for=("election_committee",))
ANNULLED = Stage("annulled", "当选无效，待另行选举", waits_for=("election_committee",))
TO_LOOK_AT = Stage("to_look_at", "结果待核对", waits_for=("street",))
INVALID = Stage("invalid", "投票人数不够，选举无效", waits_for=("election_committee",))
DECLARED = Stage("declared", "已选出，待移交", waits_for=("election_committee",))
CLOSED = Stage("closed", "已移交", final=True)
REFUSED = Stage("refused", "不能这样选举", final=True)

T = TypeVar("T")
RUNNERS = (ELECTION_COMMITTEE, STREET)

ITS_BODY = asked_body("election.its_body", "要选举的组织", lambda facts: facts.body)
ITS_TERM = asked_term("election.its_term", "本届任期", lambda facts: facts.body)


def announced(matter: Matter) -> ElectionNotice:
    """What the election was announced as, with the seats that are up."""
    given = matter.facts("notice", ElectionNotice)
    assert given is not None, "an election begins with its announcement"
    return given


def given_under(matter: Matter, slot: str, form: type[T]) -> list[T]:
    """Every form that was given under a slot, corrections applied, in the order of the steps."""
    found: dict[int, dict[str, Any]] = {}
    for step in matter.steps:
        if step.slot == slot:
            found[step.corrects or step.number] = step.facts
    return [msgspec.convert(facts, form, str_keys=True) for facts in found.values()]


def stay(matter: Matter, **more: Any) -> Outcome:
    """Where the election stands, with what is due there."""
    assert matter.stage is not None and matter.state is not None, "an election that goes on is open"
    return to(matter.stage, **{"due": matter.state.due, **more})


def _name(state: State) -> str:
    return str(state.facts.get("notice", {}).get("title") or state.matter)


def _lead(state: State, on: date) -> str:
    notice, name = state.facts.get("notice", {}), _name(state)
    day = day_of(notice["election_day"]) if notice.get("election_day") else ""
    counted = state.facts.get("count", {})
    if state.stage_id in (DECLARED.id, CLOSED.id, AGAIN.id) and counted:
        seats = len(str(counted.get("elected", "")).split("、")) if counted.get("elected") else 0
        left = f"，还有 {counted['left']} 个席位另行选举" if counted.get("left") else ""
        closed = "，已经移交" if state.stage_id == CLOSED.id else ""
        return f"{name}：应到 {counted['whole']}，投票 {counted['voted']}，当选 {seats} 人{left}{closed}。"
    if state.stage_id == ANNULLED.id:
        found = state.facts["annulment"]
        means = Fraud(found["by"]).title
        return (
            f"{name}：查实有人以{means}当选，{found['number']} 号当选无效，{found['left']} 个席位另行选举。"
        )
    if state.stage_id == INVALID.id:
        return f"{name}：投票 {counted.get('voted')}，不够法定人数，选举无效，要重新投票。"
    if state.stage_id == REFUSED.id:
        return f"{name}不能这样选举：{reasons(state)}。"
    if state.stage_id == REGISTERING.id:
        return f"{name}正在登记选民，选举日是{day}。"
    voters = state.facts.get("list", {}).get("voters")
    return f"{name}：选民 {voters} 人，选举日是{day}。"


def _mentions(state: State) -> list[Mention]:
    body = str(state.facts.get("notice", {}).get("body", ""))
    return [Mention(f"body/{body}", {"title": _name(state)})] if body else []


election = Procedure(
    "election",
    title="选举",
    stages=(REGISTERING, LISTED, STANDING, AGAIN, ANNULLED, TO_LOOK_AT, INVALID, DECLARED, CLOSED, REFUSED),
    lead=_lead,
    name=_name,
    describe="居委会和其他组织的换届、补选：登记、公布名单、提名、投票、计票、移交。",
    applicants=RUNNERS,
    deciders=(STREET,),
    mentions=_mentions,
)


def entry(matter_id: str, notice: ElectionNotice, **more: Any) -> EntryChange:
    """How far the election has come, for the procedures around it."""
    row = Election(
        code=matter_id,
        title=notice.title,
        body=notice.body,
        place=place_of(notice.body),
        type=notice.type.value,
        election_day=notice.election_day,
        **more,
    )
    return EntryChange(ELECTIONS.id, matter_id, plain(row))


def _at_its_place(matter: Matter, form: ElectionNotice) -> ElectionNoticeAt:
    return ElectionNoticeAt(**structs.asdict(form), place=matter.place)


def _seats_up(form: ElectionNotice, body: Body) -> tuple[SeatUp, ...]:
    plan = Plan.read(body.plan)
    numbers = [each.seat for each in form.up] or list(range(1, len(plan.seats) + 1))
    if form.by_election and not form.up:
        raise BadInput("补选要写明补哪几个席位", where="up")
    if not numbers:
        raise BadInput(f"“{body.title}”没有席位安排，没有可选的席位", where="body", cure="先登记席位")
    missing = [number for number in numbers if plan.at(number) is None]
    if missing or len(set(numbers)) != len(numbers):
        raise BadInput(f"“{body.title}”有 {body.seats} 个席位，核对要选的席位", where="up")
    return tuple(SeatUp(seat=number, post=plan.seats[number - 1].post) for number in numbers)


@election.action(
    "announce",
    title="公告选举",
    by=RUNNERS,
    form=ElectionNotice,
    slot="notice",
    judged=True,
    facts=_at_its_place,
    reads=ElectionNoticeAt,
    uses=(ITS_BODY, ITS_TERM),
)
def announce(matter: Matter, form: ElectionNotice, judgement: Judgement, scene: Scene) -> Outcome:
    """An election is announced; voters can register from then on."""
    body, term = scene.given[ITS_BODY], scene.given[ITS_TERM]
    if body is None:
        raise NotFound(f"没有编号为 {form.body} 的组织", where="body", cure="先成立组织")
    if form.election_day <= scene.happened:
        raise BadInput("选举日要在公告以后", where="election_day")
    if form.by_election and (term is None or not term.holds(form.election_day)):
        raise BadInput("本届任期已满，不能补选", where="by_election", cure="办理换届选举")
    up = _seats_up(form, body)
    title = form.title or f"{body.title}{'补选' if form.by_election else f'第 {form.term_number} 届选举'}"
    notice = structs.replace(form, up=up, title=title)
    kept = {"up": plain(notice)["up"], "title": title}
    if stopped(judgement):
        return to(REFUSED, kept=kept)
    return to(REGISTERING, entries=entry(scene.matter_id, notice, registering=True), kept=kept)


# Voters: registered one by one (procedure of registrations) or in the book, listed, and the list objected to.


@election.action("book", title="登记选民册（纸质）", by=ELECTION_COMMITTEE, at=REGISTERING, form=Book)
def book(matter: Matter, form: Book, judgement: Judgement | None, scene: Scene) -> Outcome:
    """So many were registered on paper; who they are stands on the list alone."""
    came = Posting(
        f"{OUTSIDE}registration", voters_account(matter.id), form.voters, PIECES, purpose="选民登记"
    )
    return stay(matter, postings=came)


def _list_at(matter: Matter, form: VoterList) -> VoterListAt:
    notice = announced(matter)
    return VoterListAt(
        **structs.asdict(form),
        election=matter.id,
        body=notice.body,
        election_day=notice.election_day,
        by_election=notice.by_election,
    )


@election.action(
    "list",
    title="公布选民名单",
    by=ELECTION_COMMITTEE,
    at=REGISTERING,
    form=VoterList,
    slot="list",
    judged=True,
    facts=_list_at,
    reads=VoterListAt,
)
def list_voters(matter: Matter, form: VoterList, judgement: Judgement, scene: Scene) -> Outcome:
    """The list is posted in time; registration ends."""
    if stopped(judgement):
        return stay(matter)
    closed = entry(matter.id, announced(matter), registering=False, voters=form.voters)
    return to(LISTED, entries=closed)


def _challenge_at(matter: Matter, form: Challenge) -> ChallengeAt:
    assert matter.state is not None, "a list that is objected to was posted"
    posted = matter.state.did("list")
    assert posted is not None, "a list that is objected to was posted"
    return ChallengeAt(**structs.asdict(form), listed=posted.happened)


@election.action(
    "challenge",
    title="对名单提出异议",
    by=(RESIDENT, ELECTION_COMMITTEE, COMMITTEE),
    at=(LISTED, STANDING),
    form=Challenge,
    slot="challenge",
    judged=True,
    facts=_challenge_at,
    reads=ChallengeAt,
)
def challenge(matter: Matter, form: Challenge, judgement: Judgement, scene: Scene) -> Outcome:
    """Somebody objects in time; the election committee has to decide soon."""
    serial = len(given_under(matter, "challenge", Challenge)) + 1
    kept = {"serial": serial}
    if stopped(judgement):
        return stay(matter, kept=kept)
    assert matter.state is not None, "a list that is objected to was posted"
    days = scene.rulebook.value(RULING_DAYS, scene.happened)
    if days is None:
        return stay(matter, kept=kept)
    until = due(scene.happened, Period(int(days), Unit.NATURAL_DAYS), scene.calendar)
    answer = DueBy(
        f"ruling-{serial}",
        until.day,
        ELECTION_COMMITTEE.id,
        f"处理第 {serial} 件异议",
        until.provisional,
        basis=until.basis,
    )
    return stay(matter, due=(*matter.state.due, answer), kept=kept)


@election.action(
    "rule", title="处理异议", by=ELECTION_COMMITTEE, at=(LISTED, STANDING), form=Ruling, slot="ruling"
)
def rule_on_challenge(matter: Matter, form: Ruling, judgement: Judgement | None, scene: Scene) -> Outcome:
    """The election committee decides on an objection, and the decision is published."""
    assert matter.state is not None, "a list that is objected to was posted"
    if not any(each.what == f"ruling-{form.serial}" for each in matter.state.due):
        raise BadInput(f"没有第 {form.serial} 件待处理的异议", where="serial")
    left = tuple(each for each in matter.state.due if each.what != f"ruling-{form.serial}")
    corrected = entry(matter.id, announced(matter), registering=False, voters=form.voters)
    return stay(matter, due=left, entries=corrected)


def voters_of(matter: Matter) -> int:
    """How many voters are on the list as it stands after objections."""
    rulings = given_under(matter, "ruling", Ruling)
    listed = matter.facts("list", VoterList)
    return rulings[-1].voters if rulings else listed.voters if listed else 0


def _nomination_at(matter: Matter, form: Nomination) -> NominationAt:
    notice = announced(matter)
    return NominationAt(**structs.asdict(form), body=notice.body, type=notice.type)


@election.action(
    "nominate",
    title="提名",
    by=(PARTY_ORG, RESIDENT, REPRESENTATIVE, ELECTION_COMMITTEE),
    at=(REGISTERING, LISTED),
    form=Nomination,
    slot="nomination",
    judged=True,
    facts=_nomination_at,
    reads=NominationAt,
)
def nominate(matter: Matter, form: Nomination, judgement: Judgement, scene: Scene) -> Outcome:
    """Somebody is put forward; what the rules refuse is on record and counts for nothing."""
    notice = announced(matter)
    if form.post not in {each.post for each in notice.up}:
        raise BadInput(f"这次不选{form.post.title}", where="post")
    return stay(matter)


def first_day_after_term(day: date, years: int) -> date:
    """The day on which a term of so many years is over."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return date(day.year + years, 3, 1)


def last_day_of_term(day: date, years: int) -> date:
    """The last day of a term of so many years that begins on a day."""
    return first_day_after_term(day, years) - timedelta(days=1)


def faults(found: list[Any]) -> None:
    """Raise all faults at once, if there are any."""
    if found:
        raise ManyFaults(found)
