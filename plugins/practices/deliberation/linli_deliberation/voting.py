"""Items are voted on, each person once; what was decided becomes a resolution, with why it may not count."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from linli.access.posts import STREET
from linli.errors import BadInput
from linli.forms import plain
from linli.intake import WHO
from linli.matters import Matter
from linli.posts import RESIDENT
from linli.procedures import EntryChange, Once, Outcome, Scene, Stage, to
from linli.resolutions import RESOLUTIONS, Resolution
from linli.rulebook import Judgement
from linli.standing import Correction
from linli.steps import Publication
from linli_bodies import kind_of
from linli_bodies.posts import REPRESENTATIVE
from linli_deliberation.citing import labels, stop
from linli_deliberation.meeting import (
    CLOSED,
    CONCLUDED,
    EVERY_STAGE,
    HELD,
    INQUORATE,
    KEEPERS,
    PRIVATE,
    attenders,
    convening_of,
    counts,
    followed,
    item_of,
    known_body,
    meeting,
    sitting_of,
    votes,
)
from linli_deliberation.registers import REJECTIONS, Rejection, rejection_key
from linli_deliberation.sittings import (
    Ballot,
    Cast,
    Conclusion,
    Count,
    ItemKind,
    Minutes,
    Progress,
    Voice,
    VotingSheet,
)
from linli_deliberation.vocabulary import BODY_OF_MEETING, PASS_AREA, PASS_LEAST, TALLY_OF_ITEM, VOTES_FOR

# The options of a secret ballot on an item, in this order, and the field of a count in which each is entered.
SECRET_OPTIONS = {"1": Voice.FOR, "2": Voice.AGAINST, "3": Voice.ABSTAIN}
VOTES_UNDER = {
    Voice.FOR: "votes_for",
    Voice.AGAINST: "votes_against",
    Voice.ABSTAIN: "abstained",
}
VOTED_ALREADY = "这一项您已经表决过，一人计一次"


def _votes_on(scene: Scene, item: int, people: list[str]) -> tuple[Once, ...]:
    return tuple(Once(f"{scene.matter_id}/vote/{item}/{who}", VOTED_ALREADY, "不用再办理") for who in people)


def _still_open(matter: Matter, item: int) -> None:
    item_of(matter, item)
    if item in counts(matter):
        raise BadInput(f"第 {item} 项已经清点，不能再投", where="item")


@meeting.action(
    "cast",
    title="表决",
    by=(RESIDENT, REPRESENTATIVE),
    at=HELD,
    form=Cast,
    slot="cast",
    publication=Publication.WITHHELD,
    basis=PRIVATE,
)
def cast(matter: Matter, form: Cast, judgement: Judgement | None, scene: Scene) -> Outcome:
    """Somebody who is there votes openly on an item, once."""
    assert matter.state is not None
    _still_open(matter, form.item)
    if scene.actor.person not in attenders(matter).people:
        raise BadInput("没有签到的人不能表决", where="item", cure="开会当天先签到")
    return to(HELD, due=matter.state.due, claims=_votes_on(scene, form.item, [scene.actor.person]))


@meeting.action(
    "cast_on_paper",
    title="登记纸质表决",
    by=KEEPERS,
    at=HELD,
    form=VotingSheet,
    slot="voting_sheet",
    publication=Publication.WITHHELD,
    basis=PRIVATE,
)
def cast_on_paper(matter: Matter, form: VotingSheet, judgement: Judgement | None, scene: Scene) -> Outcome:
    """Votes from paper; who has voted online is not counted again."""
    assert matter.state is not None
    _still_open(matter, form.item)
    here, voted = attenders(matter).people, votes(matter, form.item)
    people = [who for line in form.lines if (who := line.who.removeprefix(WHO)) not in voted]
    if missing := [who for who in people if who not in here]:
        raise BadInput(f"表决单上有 {len(missing)} 人没有签到", where="lines", cure="先登记他们的签到")
    claims = _votes_on(scene, form.item, list(dict.fromkeys(people)))
    return to(HELD, due=matter.state.due, claims=claims)


def _ballot(matter: Matter, form: Count) -> Ballot:
    """The votes on an item: those given one by one and those counted by hand."""
    given = list(votes(matter, form.item).values())
    item = item_of(matter, form.item)
    sitting = sitting_of(matter)
    judged = matter.judgement("meeting.hold")
    short = not quorate(matter) and judged is not None and bool(judged.adverse())
    return Ballot(
        sitting=sitting,
        item=item,
        count=form,
        votes_for=form.votes_for + given.count(Voice.FOR),
        votes_against=form.votes_against + given.count(Voice.AGAINST),
        abstained=form.abstained + given.count(Voice.ABSTAIN),
        inquorate=judged.adverse()[0].reason if short and judged else "",
    )


@meeting.action(
    "vote",
    title="清点表决",
    by=KEEPERS,
    at=(HELD, INQUORATE),
    form=Count,
    slot="count",
    judged=True,
    facts=_ballot,
    reads=Ballot,
    uses=(BODY_OF_MEETING, TALLY_OF_ITEM),
)
def vote(matter: Matter, form: Count, judgement: Judgement, scene: Scene) -> Outcome:
    """The votes on an item are counted: adopted, rejected, or void with the reason why it does not count."""
    if form.item in counts(matter):
        raise BadInput(
            f"第 {form.item} 项已经表决过，一次会议不重复表决", where="item", cure="数字有误的用“重新清点”"
        )
    return _counted(matter, form, judgement, scene)


@meeting.action(
    "recount",
    title="重新清点",
    by=KEEPERS,
    at=(HELD, INQUORATE, CONCLUDED, CLOSED),
    form=Count,
    slot="count",
    judged=True,
    judged_as="vote",
    facts=_ballot,
    reads=Ballot,
    uses=(BODY_OF_MEETING, TALLY_OF_ITEM),
)
def recount(matter: Matter, form: Count, judgement: Judgement, scene: Scene) -> Outcome:
    """Figures that were entered wrongly are set right, with the reason; the resolution is set anew with them."""
    if form.item not in counts(matter):
        raise BadInput(f"第 {form.item} 项还没有清点过", where="item", cure="用“清点表决”")
    if not form.reason:
        raise BadInput("重新清点要写明理由", where="reason", cure="写明哪个数字错了、依据什么更正")
    return _counted(matter, form, judgement, scene)


def _agrees(matter: Matter, form: Count, scene: Scene) -> None:
    """Raise `BadInput` where the figures of an item are not those of the secret ballot that was held on it."""
    item, tally = item_of(matter, form.item), scene.given[TALLY_OF_ITEM]
    if votes(matter, form.item):
        raise BadInput(f"第 {form.item} 项已经有人公开表决，不能再算无记名投票", where="tally")
    if tally is None or not scene.places.within(tally.place, scene.place):
        raise BadInput(f"这里没有编号为 {form.tally} 的计票结果", where="tally", cure="开票后再清点")
    if tally.question != item.title:
        raise BadInput(
            f"{form.tally} 表决的是“{tally.question}”，不是“{item.title}”",
            where="tally",
            cure="投票事项要和议题的名称一样",
        )
    for key, voice in SECRET_OPTIONS.items():
        counted, entered = tally.count_of(key) or 0, getattr(form, VOTES_UNDER[voice])
        if counted != entered:
            said = f"计票结果是{voice.title} {counted} 票，填了 {entered} 票"
            raise BadInput(said, where=VOTES_UNDER[voice], cure="照计票结果填写")


def _counted(matter: Matter, form: Count, judgement: Judgement, scene: Scene) -> Outcome:
    assert matter.state is not None and matter.stage is not None
    if form.tally:
        _agrees(matter, form, scene)
    ballot = _ballot(matter, form)
    if ballot.cast > ballot.sitting.present:
        stop(judgement, scene, "votes_for")
    resolution = resolution_of(scene.matter_id, form.item, ballot, judgement, scene)
    entries = [EntryChange(RESOLUTIONS.id, resolution.id, plain(resolution))]
    if ballot.item.kind is ItemKind.PROJECT and not resolution.void:
        entries.append(_rejection(resolution, convening_of(matter).held_on))
    return to(matter.stage, due=matter.state.due, entries=entries)


def resolution_of(matter: str, number: int, ballot: Ballot, judgement: Judgement, scene: Scene) -> Resolution:
    """What a body resolved on an item, as every other procedure may ask for it."""
    call = ballot.sitting.call
    void = _void(ballot, judgement, scene)
    least, area = judgement.term(PASS_LEAST), judgement.term(PASS_AREA)
    if least is None and not void:
        void = "这里没有规定这个会议多少人同意才算通过"
    enough = least is not None and ballot.votes_for >= least
    adopted = enough and (area is None or ballot.count.area_for_cm2 >= area)
    return Resolution(
        id=f"{matter}:{number}",
        place=ballot.sitting.place,
        body=known_body(call.body, scene).title,
        body_kind=kind_of(call.body),
        item=ballot.item.title,
        adopted=adopted,
        decided=scene.happened,
        about=ballot.item.about,
        base=call.base,
        present=ballot.sitting.present,
        votes_for=ballot.votes_for,
        votes_against=ballot.votes_against,
        abstained=ballot.abstained,
        unit=call.basis.unit,
        void=void,
    )


def _void(ballot: Ballot, judgement: Judgement, scene: Scene) -> str:
    """Why the resolution does not count: there was no quorum, or a rule speaks against it; empty where it counts."""
    if ballot.inquorate:
        return ballot.inquorate[:120]
    if judgement.refused or judgement.incomplete:
        heard = judgement.adverse()[0]
        cited = labels(heard, scene.rulebook)
        return f"{heard.reason}（{cited}）"[:120] if cited else heard.reason[:120]
    return ""


def _rejection(resolution: Resolution, on: date) -> EntryChange:
    """A project that was rejected stays so for the rest of the year; one that was adopted is rejected no more."""
    key = rejection_key(resolution.place, resolution.item)
    if resolution.adopted:
        return EntryChange(REJECTIONS.id, key, {})
    entry = Rejection(
        id=key,
        place=resolution.place,
        item=resolution.item,
        resolution=resolution.id,
        until=date(on.year, 12, 31),
    )
    return EntryChange(REJECTIONS.id, key, plain(entry))


def _concluded(matter: Matter, form: Minutes) -> Conclusion:
    return Conclusion(sitting=sitting_of(matter), minutes=form, voted=len(counts(matter)))


@meeting.action(
    "conclude",
    title="公布会议结果",
    by=KEEPERS,
    at=(HELD, INQUORATE),
    form=Minutes,
    slot="minutes",
    judged=True,
    facts=_concluded,
    reads=Conclusion,
)
def conclude(matter: Matter, form: Minutes, judgement: Judgement, scene: Scene) -> Outcome:
    """The meeting is written down, and its result goes out; what was adopted is followed from here on."""
    assert matter.stage is not None and matter.state is not None
    if judgement.refused or judgement.incomplete:
        stop(judgement, scene, "summary")
    missing = [n for n in range(1, len(convening_of(matter).agenda) + 1) if n not in counts(matter)]
    if missing and matter.stage is HELD and convening_of(matter).agenda:
        said = "、".join(str(n) for n in missing)
        raise BadInput(f"第 {said} 项议题还没有清点表决", where="summary", cure="逐项清点，或写明 0 票")
    return to(_after(matter, ()))


@meeting.action(
    "follow",
    title="登记决定的落实",
    by=KEEPERS,
    at=CONCLUDED,
    form=Progress,
    slot="progress",
)
def follow(matter: Matter, form: Progress, judgement: Judgement | None, scene: Scene) -> Outcome:
    """How a decision is being carried out; with the last one done the meeting is closed."""
    if form.item not in adopted(matter):
        raise BadInput(f"第 {form.item} 项没有通过，没有要落实的决定", where="item")
    return to(_after(matter, (form.item,) if form.done else ()))


def _after(matter: Matter, done: tuple[int, ...]) -> Stage:
    finished = {number for number, progress in followed(matter).items() if progress.done} | set(done)
    return CLOSED if set(adopted(matter)) <= finished else CONCLUDED


@meeting.action("correct", title="更正", by=(*KEEPERS, STREET), at=EVERY_STAGE, form=Correction)
def correct(matter: Matter, form: Correction, judgement: Judgement | None, scene: Scene) -> Outcome:
    """What was written wrongly is set right; what other figures follow from is counted again instead."""
    assert matter.state is not None and matter.stage is not None
    again = {"count": "重新清点", "attendance": "清点到会", "call": "召集（改期）"}
    if form.slot in again:
        raise BadInput(
            "这部分关系到会议和决议是否有效，不能只改数字", where="slot", cure=f"改办“{again[form.slot]}”"
        )
    return to(matter.stage, due=matter.state.due)


def adopted(matter: Matter) -> list[int]:
    """The numbers of the items that were validly adopted, by the last count on each."""
    found: dict[int, bool] = {}
    for step in matter.steps:
        if step.slot == "count" and step.judgement is not None:
            found[int(step.facts["item"])] = quorate(matter) and passed(step.facts, step.judgement)
    return [number for number, stands in sorted(found.items()) if stands]


def passed(facts: Mapping[str, Any], judged: Judgement) -> bool:
    """Whether a count on an item comes to an adoption to which no rule objects."""
    least, area = judged.term(PASS_LEAST), judged.term(PASS_AREA)
    if judged.refused or judged.incomplete or least is None:
        return False
    agreed = int(facts.get("area_for_cm2", 0))
    return bool(judged.term(VOTES_FOR, 0) >= least and (area is None or agreed >= area))


def quorate(matter: Matter) -> bool:
    """Whether the meeting could decide."""
    return any(step.stage == HELD.id for step in matter.steps)
