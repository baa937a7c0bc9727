"""候选人、投票、移交: the second half of an election's table, from the candidates to the new term."""

from __future__ import annotations

from datetime import timedelta

from msgspec import structs

from linli.access.posts import STREET
from linli.calendar import Period, Unit, due
from linli.errors import BadInput
from linli.forms import plain
from linli.matters import Matter
from linli.procedures import Child, EntryChange, Nothing, Outcome, Scene, Stage, to
from linli.resolutions import Tally, asked_tally
from linli.rulebook import Judgement
from linli.steps import DueBy
from linli_bodies.balloting import (
    Annulment,
    AnnulmentAt,
    Candidate,
    Candidates,
    CandidatesAt,
    Count,
    CountAt,
    ElectionType,
    HandOver,
    Proxies,
    ProxiesAt,
    SeatUp,
)
from linli_bodies.counting import elected, left_over, miscounts
from linli_bodies.elections import (
    AGAIN,
    ANNULLED,
    CLOSED,
    DECLARED,
    INVALID,
    ITS_TERM,
    LISTED,
    RUNNERS,
    STANDING,
    TO_LOOK_AT,
    announced,
    election,
    faults,
    given_under,
    last_day_of_term,
    stay,
    voters_of,
)
from linli_bodies.figures import ELECTED_LEAST, HANDOVER_DAYS, TERM_YEARS
from linli_bodies.judged import stopped, to_be_looked_at
from linli_bodies.keys import place_of
from linli_bodies.posts import ELECTION_COMMITTEE
from linli_bodies.registers import TERMS, BodyTerm, Manner

THE_TALLY = asked_tally("election.tally", "平台上的计票结果", lambda facts: facts.tally)


def _candidates_at(matter: Matter, form: Candidates) -> CandidatesAt:
    notice = announced(matter)
    return CandidatesAt(
        **structs.asdict(form),
        body=notice.body,
        by_election=notice.by_election,
        up=notice.up,
        election_day=notice.election_day,
    )


@election.action(
    "stand",
    title="公布候选人",
    by=ELECTION_COMMITTEE,
    at=LISTED,
    form=Candidates,
    slot="candidates",
    judged=True,
    facts=_candidates_at,
    reads=CandidatesAt,
)
def stand(matter: Matter, form: Candidates, judgement: Judgement, scene: Scene) -> Outcome:
    """The candidates are final, each under a number; objections to the list have all been decided."""
    notice = announced(matter)
    numbers = [each.number for each in form.candidates]
    wrong = [
        BadInput(f"{number} 号写了两次", where="candidates")
        for number in sorted({n for n in numbers if numbers.count(n) > 1})
    ]
    posts = {each.post for each in notice.up}
    wrong += [
        BadInput(f"{each.number} 号的职务这次不选", where="candidates")
        for each in form.candidates
        if each.post not in posts
    ]
    assert matter.state is not None, "candidates follow the list"
    if any(each.what.startswith("ruling-") for each in matter.state.due):
        wrong.append(BadInput("对名单的异议还没有处理完", where="candidates", cure="先处理异议"))
    faults(wrong)
    return stay(matter) if stopped(judgement) else to(STANDING)


def _running(matter: Matter) -> tuple[Candidate, ...]:
    given = matter.facts("candidates", Candidates)
    return given.candidates if given else ()


def _proxies_at(matter: Matter, form: Proxies) -> ProxiesAt:
    notice = announced(matter)
    return ProxiesAt(
        **structs.asdict(form),
        type=notice.type,
        election_day=notice.election_day,
        candidates=_running(matter),
    )


@election.action(
    "proxies",
    title="公布委托投票",
    by=ELECTION_COMMITTEE,
    at=STANDING,
    form=Proxies,
    slot="proxies",
    judged=True,
    facts=_proxies_at,
    reads=ProxiesAt,
)
def proxies(matter: Matter, form: Proxies, judgement: Judgement, scene: Scene) -> Outcome:
    """Who votes for others who are away; what the rules refuse counts for nothing."""
    return stay(matter)


def _results(matter: Matter) -> list[tuple[Candidate, SeatUp]]:
    """Who was elected in the votes so far, and is so still."""
    annulled = _annulled(matter)
    open_seats, won = list(announced(matter).up), list[tuple[Candidate, SeatUp]]()
    running = {each.number: each for each in _running(matter)}
    for count in given_under(matter, "count", Count):
        for number in map(int, filter(None, count.elected.split("、"))):
            if number in annulled:
                continue
            candidate = running[number]
            seat = next(each for each in open_seats if each.post is candidate.post)
            open_seats.remove(seat)
            won.append((candidate, seat))
    return won


def _annulled(matter: Matter) -> set[int]:
    """The candidates whose election does not count, who are not voted on again."""
    return {int(step.facts["number"]) for step in matter.steps if step.stage == ANNULLED.id and step.slot}


def _count_at(matter: Matter, form: Count) -> CountAt:
    notice, won = announced(matter), _results(matter)
    no_more = {candidate.number for candidate, _ in won} | _annulled(matter)
    return CountAt(
        **structs.asdict(form),
        body=notice.body,
        type=notice.type,
        by_election=notice.by_election,
        again=matter.stage is not None and matter.stage.id in (AGAIN.id, ANNULLED.id),
        up=tuple(left_over(notice.up, won)),
        candidates=tuple(each for each in _running(matter) if each.number not in no_more),
        seated_women=sum(candidate.woman for candidate, _ in won),
    )


def _agrees(form: Count, tally: Tally | None) -> None:
    """Raise where the figures are not those of the ballot that was held on the platform."""
    if not form.tally:
        return
    if tally is None:
        raise BadInput(f"没有编号为 {form.tally} 的计票结果", where="tally")
    if (tally.ballots, tally.electors) != (form.voted, form.whole):
        said = f"计票结果是 {tally.electors} 人中 {tally.ballots} 张票"
        raise BadInput(f"人数与计票结果不同：{said}", where="tally")
    wrong = [each.number for each in form.votes if tally.count_of(str(each.number)) != each.votes]
    if wrong:
        raise BadInput(f"{'、'.join(map(str, wrong))} 号的得票与计票结果不同", where="tally")


@election.action(
    "count",
    title="登记计票结果",
    by=ELECTION_COMMITTEE,
    at=(STANDING, AGAIN, ANNULLED, INVALID),
    form=Count,
    slot="count",
    judged=True,
    facts=_count_at,
    reads=CountAt,
    uses=(THE_TALLY,),
)
def count(matter: Matter, form: Count, judgement: Judgement, scene: Scene) -> Outcome:
    """Enough took part, and who has enough votes is elected; what is left is voted on again."""
    facts = _count_at(matter, form)
    faults(list(miscounts(form, facts.candidates, facts.up)))
    _agrees(form, scene.given[THE_TALLY])
    if scene.happened < announced(matter).election_day:
        raise BadInput(f"选举日是 {announced(matter).election_day}，还没有到", where="voted")
    if facts.type is ElectionType.DIRECT and form.whole != voters_of(matter):
        said = f"名单上的选民是 {voters_of(matter)} 人，填了 {form.whole} 人"
        raise BadInput(said, where="whole")
    if stopped(judgement):
        return to(INVALID, kept={"elected": "", "left": len(facts.up)})
    least = judgement.term(ELECTED_LEAST, form.least)
    if not least:
        said = "没有规定当选要多少票"
        raise BadInput(said, where="least", cure="填这个组织的章程规定的当选最低票数")
    seated = elected(facts.candidates, facts.up, form.votes, int(least))
    left = left_over(facts.up, seated)
    kept = {"elected": "、".join(str(candidate.number) for candidate, _ in seated), "left": len(left)}
    if to_be_looked_at(judgement):
        return to(TO_LOOK_AT, kept=kept)
    return _counted(matter, scene, AGAIN if left else DECLARED, kept)


def _counted(matter: Matter, scene: Scene, stage: Stage, kept: dict[str, object]) -> Outcome:
    days = scene.rulebook.value(HANDOVER_DAYS, scene.happened)
    if stage is AGAIN or days is None:
        return to(stage, kept=kept)
    until = due(scene.happened, Period(int(days), Unit.NATURAL_DAYS), scene.calendar)
    handover = DueBy(
        "handover",
        until.day,
        ELECTION_COMMITTEE.id,
        "移交工作",
        until.provisional,
        basis=until.basis,
    )
    return to(stage, due=handover, kept=kept)


@election.action("accept", title="结果核对属实", by=STREET, at=TO_LOOK_AT)
def accept(matter: Matter, form: Nothing, judgement: Judgement | None, scene: Scene) -> Outcome:
    """A person looked at what the rules wanted looked at, and the result stands."""
    last = given_under(matter, "count", Count)[-1]
    return _counted(matter, scene, AGAIN if last.left else DECLARED, {})


@election.action("repeat", title="要求另行选举", by=STREET, at=TO_LOOK_AT)
def repeat(matter: Matter, form: Nothing, judgement: Judgement | None, scene: Scene) -> Outcome:
    """A person looked, and what was voted on is voted on again."""
    return to(INVALID)


def _annulment_at(matter: Matter, form: Annulment) -> AnnulmentAt:
    return AnnulmentAt(**structs.asdict(form), body=announced(matter).body)


@election.action(
    "annul",
    title="认定当选无效",
    by=STREET,
    at=DECLARED,
    form=Annulment,
    slot="annulment",
    judged=True,
    facts=_annulment_at,
    reads=AnnulmentAt,
)
def annul(matter: Matter, form: Annulment, judgement: Judgement, scene: Scene) -> Outcome:
    """Whoever was elected by improper means is not elected, and the seat is voted on again.

    Who has already taken the seat leaves it in the matter of the seat (`linli_bodies.taking.Reason.ANNULLED`).
    """
    won = _results(matter)
    if form.number not in {candidate.number for candidate, _ in won}:
        raise BadInput(f"{form.number} 号没有当选", where="number")
    if stopped(judgement):
        return stay(matter, kept={"left": 0})
    still = [(candidate, up) for candidate, up in won if candidate.number != form.number]
    return to(ANNULLED, kept={"left": len(left_over(announced(matter).up, still))})


def _hand_over_at(matter: Matter, form: HandOver) -> _Closing:
    return _Closing(**structs.asdict(form), body=announced(matter).body)


class _Closing(HandOver, frozen=True, kw_only=True):
    """A handover with the body, so that its term can be read."""

    body: str = ""


@election.action(
    "hand_over",
    title="新一届就任并移交",
    by=RUNNERS,
    at=DECLARED,
    form=HandOver,
    slot="handover",
    facts=_hand_over_at,
    uses=(ITS_TERM,),
)
def hand_over(matter: Matter, form: HandOver, judgement: Judgement | None, scene: Scene) -> Outcome:
    """Those elected take their seats, a new term begins, and the work is handed over."""
    notice, term = announced(matter), scene.given[ITS_TERM]
    if not (form.inventory and form.supervised):
        raise BadInput("移交要清点完毕，并由街道办事处监督", where="inventory")
    if notice.by_election:
        if term is None or not term.holds(scene.decided):
            raise BadInput("本届任期已满，补选的成员不能就任", where="inventory", cure="办理换届选举")
        until, entries = term.until, list[EntryChange]()
    else:
        years = int(scene.rulebook.value(TERM_YEARS, scene.decided, 0))
        if not years:
            raise BadInput("没有规定任期", where="inventory", cure="在配置里给出 election.term_years")
        if term is not None and term.until >= scene.decided + timedelta(days=1) and term.matter != matter.id:
            raise BadInput(f"上一届的任期到 {term.until}，新一届还不能就任", where="inventory")
        until = last_day_of_term(scene.decided, years)
        begun = BodyTerm(
            body=notice.body,
            place=place_of(notice.body),
            number=notice.term_number,
            since=scene.decided,
            until=until,
            matter=matter.id,
        )
        entries = [EntryChange(TERMS.id, notice.body, plain(begun))]
    seats = [
        _seat(matter, notice.body, candidate, up, until.isoformat()) for candidate, up in _results(matter)
    ]
    return to(CLOSED, entries=entries, children=seats)


def _seat(matter: Matter, body: str, candidate: Candidate, up: SeatUp, until: str) -> Child:
    facts = {
        "body": body,
        "seat": up.seat,
        "manner": Manner.ELECTED.value,
        "who": candidate.who,
        "until": until,
        "lives_here": candidate.voter_here,
        "relatives": None if candidate.relatives is None else candidate.relatives.value,
        "woman": candidate.woman,
        "reference": matter.id,
    }
    return Child(matter.place, "fill", facts, procedure="seat", key=f"seat{up.seat}")
