"""Casting a ballot: online by whoever has the number and its voting code, on paper by a clerk who enters it.

What a voter chose is secret (`linli.forms.SECRET`): it is held against the notice here, sealed with the tally key, and
forgotten. The step keeps the number, the channel by its action, and the sealed ballot.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

from msgspec import Struct

from linli.access.posts import COMMITTEE, STREET
from linli.calendar import chinese_date
from linli.errors import BadInput, WrongStage
from linli.forms import INTERNAL, PUBLIC, SECRET, choices, line, number, rows, yes_no
from linli.matters import Matter, State
from linli.posts import RESIDENT
from linli.procedures import EntryChange, Once, Outcome, Scene, to
from linli.rulebook import Judgement
from linli.steps import Publication
from linli_votes.articles import ELECTORS, FILLING, WINDOW, cited
from linli_votes.marks import SPOILED, Marks, checked, packed, read_marks
from linli_votes.notices import Channel, Notice, Paper
from linli_votes.polling import notice_of
from linli_votes.procedure import (
    CAST,
    CLOSED,
    OPEN,
    TAKEN_BACK,
    TELLER,
    ballot,
    put_in,
    taken_out,
)
from linli_votes.rolls import REVOKED, THE_VOTER, TIMES_REVOKED, Casting, Entitled, code_fits
from linli_votes.sealing import seal

SEALED_LENGTH = 20_000
BASIS = "选票保密，只公布开票结果"

_NUMBER = line("编号", INTERNAL, hint="名册上的编号，印在投票码的信上", max_length=12)
_CODE = line("投票码", SECRET, hint="印在信上的 12 个字母和数字", max_length=40)
_SEALED = line("sealed", INTERNAL, max_length=SEALED_LENGTH)


class Choose(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A ballot that names one option."""

    number: Annotated[str, _NUMBER]
    code: Annotated[str, _CODE]
    choice: Annotated[str, line("您选哪一项", SECRET, max_length=12)] = ""
    sealed: Annotated[str, _SEALED] = ""


class Approve(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A ballot that names several options."""

    number: Annotated[str, _NUMBER]
    code: Annotated[str, _CODE]
    choices: Annotated[tuple[str, ...], choices("您选哪几项", SECRET)] = ()
    sealed: Annotated[str, _SEALED] = ""


class Place(Struct, frozen=True, forbid_unknown_fields=True):
    """A place in an order."""

    option: Annotated[str, line("选项", max_length=12)]


class Rank(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A ballot that sets options in order."""

    number: Annotated[str, _NUMBER]
    code: Annotated[str, _CODE]
    ranking: Annotated[tuple[Place, ...], rows("按喜欢的次序排列", SECRET, "第一行是最喜欢的", most=200)] = ()
    sealed: Annotated[str, _SEALED] = ""


class Given(Struct, frozen=True, forbid_unknown_fields=True):
    """Points given to an option."""

    option: Annotated[str, line("选项", max_length=12)]
    points: Annotated[int, number("分数", most=1000)] = 0


class GivePoints(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A ballot that gives points."""

    number: Annotated[str, _NUMBER]
    code: Annotated[str, _CODE]
    points: Annotated[tuple[Given, ...], rows("给各项打分", SECRET, most=200)] = ()
    sealed: Annotated[str, _SEALED] = ""


class Entered(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A paper ballot, entered by a clerk."""

    number: Annotated[str, line("编号", INTERNAL, hint="纸质票或信封上的编号", max_length=12)]
    marks: Annotated[
        str, line("票面", SECRET, hint="选项编号，例如 1,3；排序按次序写；打分写 1:3,2:2", max_length=3000)
    ] = ""
    spoiled: Annotated[bool, yes_no("这是废票", SECRET)] = False
    sealed: Annotated[str, _SEALED] = ""


def _above(matter: Matter) -> tuple[Matter, Notice]:
    above = matter.above
    assert above is not None and above.state is not None, "a ballot lies under its poll"
    return above, notice_of(above)


def _casting(matter: Matter, form: Any) -> Casting:
    above, notice = _above(matter)
    return Casting(above.id, notice.roll, form.number.strip())


def _put(matter: Matter, form: Any, marks: Marks, channel: Channel, scene: Scene) -> Outcome:
    """Seal the marks and put them into the box; a number that has voted is told so."""
    above, notice = _above(matter)
    who = form.number.strip()
    times = scene.given[TIMES_REVOKED]
    sealed = seal(notice.key, packed(notice, marks), f"{above.id}/{who}", scene.entropy)
    once = Once(
        f"{above.id}/{who}" + (f"/{times}" if times else ""),
        cited(f"编号 {who} 已经投过票", ELECTORS),
        "一个编号只投一次，网上和纸质合在一起算；如果不是本人投的，请马上告诉计票人",
    )
    return to(
        CAST,
        claims=once,
        postings=put_in(above.id, channel),
        kept={"sealed": sealed, "number": who},
    )


def _wrong_time(notice: Notice, above: Matter, cure: str) -> WrongStage:
    stage = above.stage.title if above.stage else ""
    said = f"现在是“{stage}”，不能投票；投票从{_day(notice.opens)}到{_day(notice.closes)}"
    return WrongStage(cited(said, WINDOW), where="number", cure=cure)


def _day(day: Any) -> str:
    return chinese_date(day).split("（")[0]


def _online(matter: Matter, form: Any, scene: Scene, mark: Callable[[Notice], Marks]) -> Outcome:
    """A voter casts a ballot: within the window, with the code of the number, marked as the notice allows."""
    above, notice = _above(matter)
    if above.state is None or above.state.stage_id != OPEN.id:
        raise _wrong_time(notice, above, "截止前收到的纸质票，由居委会注明日期补录")
    if Channel.ONLINE not in notice.channels:
        raise BadInput(cited("这次投票只用纸质票", WINDOW), where="number", cure="请到公告写明的地方投纸质票")
    who, entitled = form.number.strip(), scene.given[THE_VOTER]
    if not code_fits(entitled, notice.roll, who, form.code):
        raise BadInput(
            cited("编号或投票码不对", ELECTORS),
            where="code",
            cure="对照信上的编号和投票码重新填写；信丢了可以到居委会投纸质票",
        )
    return _put(matter, form, mark(notice), Channel.ONLINE, scene)


def _voting_on(paper: Callable[[Paper], bool]) -> Callable[[State], bool]:
    """Whether a ballot of this kind can be cast online in a poll as it stands."""

    def when(above: State) -> bool:
        notice = above.facts.get("poll", {})
        online = Channel.ONLINE.value in notice.get("channels", [each.value for each in Channel])
        return above.stage_id == OPEN.id and online and paper(Paper(str(notice.get("paper"))))

    return when


def _pairs(matter: Matter) -> list[tuple[str, str]]:
    _, notice = _above(matter)
    return [(option.id, f"{option.id}. {option.title}") for option in notice.options]


def _offered(field: str) -> Callable[[Matter], Mapping[str, Sequence[tuple[str, str]]]]:
    return lambda matter: {field: _pairs(matter)}


def _fitting(notice: Notice, *papers: Paper) -> None:
    if notice.paper not in papers:
        said = f"这次投票是“{notice.paper.title}”，这张选票不是"
        raise BadInput(cited(said, FILLING), where="choices", cure="用这次投票的选票")


@ballot.action(
    "choose",
    title="投票",
    by=RESIDENT,
    form=Choose,
    facts=_casting,
    uses=(THE_VOTER, TIMES_REVOKED),
    when=_voting_on(lambda paper: paper is Paper.CHOOSE_ONE),
    offers=_offered("choice"),
    publication=Publication.WITHHELD,
    basis=BASIS,
)
def choose(matter: Matter, form: Choose, judgement: Judgement | None, scene: Scene) -> Outcome:
    """One option, or none where the notice lets voters abstain."""

    def mark(notice: Notice) -> Marks:
        _fitting(notice, Paper.CHOOSE_ONE)
        return checked(notice, [form.choice] if form.choice else [])

    return _online(matter, form, scene, mark)


@ballot.action(
    "approve",
    title="投票",
    by=RESIDENT,
    form=Approve,
    facts=_casting,
    uses=(THE_VOTER, TIMES_REVOKED),
    when=_voting_on(lambda paper: paper in (Paper.APPROVAL, Paper.SOME)),
    offers=_offered("choices"),
    publication=Publication.WITHHELD,
    basis=BASIS,
)
def approve(matter: Matter, form: Approve, judgement: Judgement | None, scene: Scene) -> Outcome:
    """Several options, as many as the notice allows."""

    def mark(notice: Notice) -> Marks:
        _fitting(notice, Paper.APPROVAL, Paper.SOME)
        return checked(notice, form.choices)

    return _online(matter, form, scene, mark)


@ballot.action(
    "rank",
    title="投票",
    by=RESIDENT,
    form=Rank,
    facts=_casting,
    uses=(THE_VOTER, TIMES_REVOKED),
    when=_voting_on(lambda paper: paper is Paper.RANKED),
    offers=_offered("ranking.option"),
    publication=Publication.WITHHELD,
    basis=BASIS,
)
def rank(matter: Matter, form: Rank, judgement: Judgement | None, scene: Scene) -> Outcome:
    """Options in order, the best first."""

    def mark(notice: Notice) -> Marks:
        _fitting(notice, Paper.RANKED)
        return checked(notice, [each.option for each in form.ranking])

    return _online(matter, form, scene, mark)


@ballot.action(
    "give_points",
    title="投票",
    by=RESIDENT,
    form=GivePoints,
    facts=_casting,
    uses=(THE_VOTER, TIMES_REVOKED),
    when=_voting_on(lambda paper: paper is Paper.POINTS),
    offers=_offered("points.option"),
    begins=lambda matter: {"points": [{"option": id, "points": 0} for id, _ in _pairs(matter)]},
    publication=Publication.WITHHELD,
    basis=BASIS,
)
def give_points(matter: Matter, form: GivePoints, judgement: Judgement | None, scene: Scene) -> Outcome:
    """Points for options, within what each voter has to give."""

    def mark(notice: Notice) -> Marks:
        _fitting(notice, Paper.POINTS)
        return checked(notice, [each.option for each in form.points], [each.points for each in form.points])

    return _online(matter, form, scene, mark)


def _takes_paper(above: State) -> bool:
    channels = above.facts.get("poll", {}).get("channels", [each.value for each in Channel])
    return above.stage_id in (OPEN.id, CLOSED.id) and Channel.PAPER.value in channels


@ballot.action(
    "enter",
    title="录入纸质选票",
    by=(COMMITTEE, STREET),
    form=Entered,
    facts=_casting,
    uses=(THE_VOTER, TIMES_REVOKED),
    when=_takes_paper,
    publication=Publication.WITHHELD,
    basis=BASIS,
    hint="截止以后补录的，在“代为录入纸质件”里写明收到的日期",
)
def enter(matter: Matter, form: Entered, judgement: Judgement | None, scene: Scene) -> Outcome:
    """A clerk enters a paper ballot that came in within the window, until the box is opened."""
    above, notice = _above(matter)
    if above.state is None or above.state.stage_id not in (OPEN.id, CLOSED.id):
        raise _wrong_time(notice, above, "开票以后收到的纸质票不计")
    if Channel.PAPER not in notice.channels:
        raise BadInput(cited("这次投票不用纸质票", WINDOW), where="number", cure="请在网上投票")
    if not notice.opens <= scene.happened <= notice.closes:
        said = (
            f"纸质票要在{_day(notice.opens)}到{_day(notice.closes)}之间收到，这一张是{_day(scene.happened)}"
        )
        cure = "截止前收到的，注明是照纸质件补录，写上收到的日期"
        raise BadInput(cited(said, WINDOW), where="number", cure=cure)
    entitled: Entitled = scene.given[THE_VOTER]
    if not entitled.listed:
        who = form.number.strip()
        raise BadInput(cited(f"名册里没有编号 {who}", ELECTORS), where="number", cure="核对票上的编号")
    if form.spoiled and form.marks.strip():
        raise BadInput("废票不填票面", where="marks", cure="空着，或去掉“这是废票”")
    marks = SPOILED if form.spoiled else read_marks(notice, form.marks)
    return _put(matter, form, marks, Channel.PAPER, scene)


class Reason(Struct, frozen=True, forbid_unknown_fields=True):
    """Why a ballot is taken back."""

    reason: Annotated[str, line("理由", PUBLIC, hint="例如：编号看错，应为 0021")]


def _number_of(matter: Matter, form: Any) -> Casting:
    above, notice = _above(matter)
    assert matter.state is not None
    cast = next(iter(matter.state.facts.values()))
    return Casting(above.id, notice.roll, str(cast["number"]))


@ballot.action(
    "take_back",
    title="作废误录的选票",
    by=TELLER,
    at=CAST,
    form=Reason,
    facts=_number_of,
    uses=(TIMES_REVOKED,),
    when=lambda state: state.did("enter") is not None,
    apart_from=("enter",),
    publication=Publication.WITHHELD,
    basis=BASIS,
)
def take_back(matter: Matter, form: Reason, judgement: Judgement | None, scene: Scene) -> Outcome:
    """A paper ballot entered under a wrong number is put aside before the box is opened; the number may vote again.

    A ballot that a voter cast online stays: nobody but the voter knows what it says.
    """
    above, _ = _above(matter)
    assert matter.state is not None
    if matter.state.did("enter") is None:
        raise BadInput("网上投的选票不能作废", where="reason", cure="只有误录的纸质票可以作废")
    if above.state is None or above.state.stage_id not in (OPEN.id, CLOSED.id):
        raise WrongStage("已经开票，不能再作废选票", where="stage", cure="先把投票退回“重新开票”")
    who = str(matter.state.facts["enter"]["number"])
    times = {"times": scene.given[TIMES_REVOKED] + 1}
    return to(
        TAKEN_BACK,
        postings=taken_out(above.id, Channel.PAPER),
        entries=EntryChange(REVOKED, f"{above.id}/{who}", times),
    )
