"""What is done with a poll: set up, made public, closed by the clock, counted; voided or counted again."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from msgspec import Struct

from linli.errors import BadInput
from linli.forms import PUBLIC, choices, line, number, rows, yes_no
from linli.matters import VOID, Matter
from linli.posts import RESIDENT
from linli.procedures import EntryChange, Nothing, Outcome, Scene, to
from linli.resolutions import TALLIES
from linli.rulebook import Judgement
from linli.standing import Correction, Why
from linli.steps import DueBy
from linli_votes.checking import check
from linli_votes.notices import Channel, Notice
from linli_votes.procedure import (
    ANNOUNCED,
    CLOSED,
    COUNTED,
    FAILED,
    IN_BOX,
    OPEN,
    ORGANIZERS,
    PREPARED,
    PUT_ASIDE,
    TELLER,
    poll,
)
from linli_votes.results import Cast, Result, file_digest, grouped, marks_of, result_of

MOST_BALLOTS = 200_000
_DAY = timedelta(days=1)


class Boxes(Struct, frozen=True):
    """What the boxes of a poll are found by."""

    poll: str


class Box(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many ballots lie in the box when the poll is closed."""

    online: Annotated[int, number("网上投的选票", most=10_000_000)] = 0
    paper: Annotated[int, number("纸质选票", most=10_000_000)] = 0


class Opened(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The opened ballots of a poll, and what they come to.

    ``ballots`` are grouped and in the order of what they say. ``certificate`` and ``file`` are the SHA-256 of the
    certificate and of the file of ballots; the count is done again here and has to come to the same. ``on_roll`` is how
    many numbers the roll had. What follows from the rest is worked out, whatever is handed in.
    """

    ballots: Annotated[tuple[Cast, ...], rows("打开的选票", most=MOST_BALLOTS)]
    spoiled: Annotated[int, number("废票", most=10_000_000)] = 0
    online: Annotated[int, number("网上投的选票", most=10_000_000)] = 0
    paper: Annotated[int, number("纸质选票", most=10_000_000)] = 0
    revoked: Annotated[int, number("误录作废的选票", most=10_000_000)] = 0
    on_roll: Annotated[int, number("开票时名册上的编号", most=10_000_000)] = 0
    certificate: Annotated[str, line("计票证书", PUBLIC, max_length=64)]
    file: Annotated[str, line("选票文件摘要", PUBLIC, max_length=64)]
    received: Annotated[int, number("收到的选票", most=10_000_000)] = 0
    quorate: Annotated[bool, yes_no("达到参加人数")] = False
    selected: Annotated[tuple[str, ...], choices("入选")] = ()
    undecided: Annotated[tuple[str, ...], choices("并列")] = ()


def notice_of(matter: Matter) -> Notice:
    """The notice of a poll."""
    notice = matter.facts("poll", Notice)
    assert notice is not None, "a poll begins with its notice"
    return notice


@poll.action("set_up", title="拟定投票", by=ORGANIZERS, form=Notice, slot="poll")
def set_up(matter: Matter, form: Notice, judgement: Judgement | None, scene: Scene) -> Outcome:
    """An organiser drafts a poll; what does not fit together is refused at once."""
    check(form, scene.happened)
    return to(PREPARED)


@poll.action("revise", title="修改拟定的投票", by=ORGANIZERS, at=PREPARED, form=Notice, slot="poll")
def revise(matter: Matter, form: Notice, judgement: Judgement | None, scene: Scene) -> Outcome:
    """Before it is public the notice may be changed; afterwards nothing of it may."""
    check(form, scene.happened)
    return to(PREPARED)


@poll.action("correct", title="更正", by=ORGANIZERS, at=PREPARED, form=Correction)
def correct(matter: Matter, form: Correction, judgement: Judgement | None, scene: Scene) -> Outcome:
    """A correction, before the notice is public: whoever voted has voted on what stood there."""
    return to(PREPARED)


@poll.action("open", title="公布投票", by=ORGANIZERS, at=PREPARED, form=Nothing, slot="")
def make_public(matter: Matter, form: Nothing, judgement: Judgement | None, scene: Scene) -> Outcome:
    """The notice is made public; voting begins on the day that it names, or today where that has come."""
    return _opened(notice_of(matter), scene)


@poll.action(
    "announce",
    title="拟定并公布投票",
    by=ORGANIZERS,
    form=Notice,
    slot="poll",
    hint="公布后不能再改，有错只能作废重来",
)
def announce(matter: Matter, form: Notice, judgement: Judgement | None, scene: Scene) -> Outcome:
    """A poll is set up and made public at once, as other procedures do that put something to the vote."""
    return _opened(form, scene)


def _opened(notice: Notice, scene: Scene) -> Outcome:
    check(notice, scene.happened)
    counting = notice.counting or notice.closes + _DAY
    due = [
        DueBy("closes", notice.closes, RESIDENT.id, "投票", lapses_to=CLOSED.id),
        DueBy("count", counting, TELLER.id, "开票"),
    ]
    if scene.happened >= notice.opens:
        return to(OPEN, due=due)
    return to(ANNOUNCED, due=[DueBy("opens", notice.opens - _DAY, lapses_to=OPEN.id), *due])


def _boxes(matter: Matter, form: Any) -> Boxes:
    return Boxes(matter.id)


@poll.action(
    "settle",
    title="投票截止",
    by=(),
    at=CLOSED,
    form=Box,
    slot="box",
    facts=_boxes,
    uses=(*IN_BOX.values(),),
    system=True,
)
def settle(matter: Matter, form: Box, judgement: Judgement | None, scene: Scene) -> Outcome:
    """The clock closes the poll and writes down how many ballots lie in the box before anybody opens it."""
    assert matter.state is not None
    kept = {channel.value: scene.given[IN_BOX[channel]] for channel in Channel}
    return to(CLOSED, due=matter.state.due, kept=kept)


@poll.action(
    "count",
    title="登记开票结果",
    by=TELLER,
    at=CLOSED,
    form=Opened,
    facts=_boxes,
    uses=(*IN_BOX.values(), PUT_ASIDE),
    hint="由 linli poll count 打开选票并填好",
)
def count(matter: Matter, form: Opened, judgement: Judgement | None, scene: Scene) -> Outcome:
    """The opened ballots are counted again, held against the boxes and against what the teller's count came to."""
    notice = notice_of(matter)
    _complete(form, {channel: scene.given[IN_BOX[channel]] for channel in Channel}, scene.given[PUT_ASIDE])
    cast = _as_cast(notice, form.ballots)
    result = result_of(notice, cast, form.spoiled)
    for told, mine, title in (
        (form.certificate, result.count.certificate.digest, "计票证书"),
        (form.file, file_digest(result), "选票文件摘要"),
    ):
        if told != mine:
            raise BadInput(f"{title}与选票对不上：重新计票得到 {mine}", where="certificate", cure="重新开票")
    kept = {
        "received": result.received,
        "quorate": result.quorate,
        "selected": list(result.selected),
        "undecided": list(result.undecided),
    }
    tally = EntryChange(TALLIES.id, matter.id, _tally(matter, notice, result, scene))
    return to(COUNTED if result.quorate else FAILED, kept=kept, entries=tally)


def _complete(form: Opened, in_box: dict[Channel, int], put_aside: int) -> None:
    """Refuse a count that leaves out a ballot, or has one too many."""
    for channel, said in ((Channel.ONLINE, form.online), (Channel.PAPER, form.paper)):
        if said != in_box[channel]:
            raise BadInput(
                f"票箱里有{channel.title}选票 {in_box[channel]} 张，开票结果写了 {said} 张",
                where=channel.value,
                cure="重新开票，一张也不能少",
            )
    if form.revoked != put_aside:
        raise BadInput(f"误录作废的选票是 {put_aside} 张，写了 {form.revoked} 张", where="revoked")
    opened = sum(each.number for each in form.ballots) + form.spoiled
    if opened != form.online + form.paper:
        wrong = f"打开了 {opened} 张，票箱里有 {form.online + form.paper} 张"
        raise BadInput(wrong, where="ballots", cure="重新开票，一张也不能少")


def _as_cast(notice: Notice, ballots: tuple[Cast, ...]) -> tuple[Cast, ...]:
    """The ballots, if each is one that the notice allows and all are grouped and in order; raises `BadInput` else."""
    again = grouped((marks_of(notice, each), each.number) for each in ballots)
    if again != ballots:
        raise BadInput("选票没有按内容归并和排序", where="ballots", cure="用 linli poll count 开票")
    return ballots


def _tally(matter: Matter, notice: Notice, result: Result, scene: Scene) -> dict[str, Any]:
    """What the core knows of the count (`linli.resolutions.Tally`)."""
    scores = {round.project: round.score for round in result.count.rounds}
    return {
        "id": matter.id,
        "place": matter.place,
        "question": notice.question,
        "method": notice.method.title[:60],
        "counted": scene.happened.isoformat(),
        "ballots": result.valid,
        "electors": notice.electorate,
        "choices": [
            {
                "key": option.about or option.id,
                "count": int(scores[option.id]),
                "selected": option.id in result.selected,
            }
            for option in notice.options
        ],
        "certificate": result.count.certificate.digest,
    }


@poll.action("reopen", title="重新开票", by=TELLER, at=(COUNTED, FAILED), form=Why)
def count_again(matter: Matter, form: Why, judgement: Judgement | None, scene: Scene) -> Outcome:
    """A count is taken back and done again, for example after an objection that was upheld; the ballots stay."""
    counting = DueBy("count", scene.happened + _DAY, TELLER.id, "开票")
    return to(CLOSED, due=counting, entries=EntryChange(TALLIES.id, matter.id, {}))


@poll.action(
    "void", title="作废", by=ORGANIZERS, at=(PREPARED, ANNOUNCED, OPEN, CLOSED, COUNTED, FAILED), form=Why
)
def void(matter: Matter, form: Why, judgement: Judgement | None, scene: Scene) -> Outcome:
    """A poll that cannot stand is void, and nobody can rest on its result any more."""
    assert matter.state is not None
    counted = matter.state.stage_id in (COUNTED.id, FAILED.id)
    return to(VOID, entries=EntryChange(TALLIES.id, matter.id, {}) if counted else ())
