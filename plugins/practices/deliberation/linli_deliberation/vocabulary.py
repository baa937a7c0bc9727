"""The parameters, terms and asked facts of deliberation that places give values to and write rules with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

import msgspec

from linli.appointments import APPOINTEES
from linli.calendar import WorkingCalendar
from linli.parameters import Bound, Parameter
from linli.resolutions import asked_resolution, asked_tally
from linli.rules import Asked, Derived, EntryFact
from linli.terms import Combine, Term
from linli_bodies import (
    asked_bodies,
    asked_body,
    asked_constituency,
    asked_last_meeting,
    asked_term,
    place_of,
)
from linli_deliberation.registers import HEARINGS, MANUALS, REJECTIONS, HearingEntry, ManualEntry, Rejection
from linli_deliberation.sittings import Asking, Ballot, Sitting

# The moments at which a quorum is named: when a meeting is called, as a preview, and when those present are counted.
AT_QUORUM = ("meeting.call", "meeting.hold")

# Shares of those who may have a meeting called. Ceilings: a place may ask for fewer and never for more.
CALL_BY_ADULTS: Parameter[Fraction] = Parameter(
    "meeting.call_by_adults", "提议召集居民会议的居民比例", Fraction, Bound.CEILING
)
CALL_BY_HOUSEHOLDS: Parameter[Fraction] = Parameter(
    "meeting.call_by_households", "提议召集居民会议的户的代表比例", Fraction, Bound.CEILING
)
CALL_BY_GROUPS: Parameter[Fraction] = Parameter(
    "meeting.call_by_groups", "提议召集居民会议的居民小组比例", Fraction, Bound.CEILING
)
CALL_BY_REPRESENTATIVES: Parameter[Fraction] = Parameter(
    "meeting.call_by_representatives", "提议召集居民会议的居民代表比例", Fraction, Bound.CEILING
)
REPRESENTATIVES_CALL: Parameter[Fraction] = Parameter(
    "meeting.representatives_call", "提议召集居民代表会议的居民代表比例", Fraction, Bound.CEILING
)
OWNERS_CALL: Parameter[Fraction] = Parameter(
    "meeting.owners_call", "提议召开业主大会会议的业主比例", Fraction, Bound.CEILING
)
NOTICE_DAYS: Parameter[int] = Parameter("meeting.notice_days", "开会前提前通知", int, Bound.FLOOR, "天")
OWNERS_NOTICE_DAYS: Parameter[int] = Parameter(
    "meeting.owners_notice_days", "业主大会会议提前通知", int, Bound.FLOOR, "天"
)
MINUTES_DAYS: Parameter[int] = Parameter(
    "meeting.minutes_days", "会后公布结果的期限", int, Bound.CEILING, "天"
)
SIGNERS_LEAST: Parameter[int] = Parameter(
    "proposal.signers_least", "联名提案至少几人", int, Bound.DEFAULT, "人"
)
PROPOSAL_MONTHS: Parameter[int] = Parameter(
    "proposal.months", "提案受理后办结的期限", int, Bound.CEILING, "个月"
)
FORWARD_WORKING_DAYS: Parameter[int] = Parameter(
    "proposal.forward_working_days", "转办单位答复的期限", int, Bound.CEILING, "个工作日"
)
HEARING_NOTICE_DAYS: Parameter[int] = Parameter(
    "hearing.notice_days", "听证会提前公告", int, Bound.FLOOR, "天"
)
MARGINAL_MEETINGS: Parameter[int] = Parameter(
    "deliberation.least_in_quarter", "一个季度至少几次议事", int, Bound.FLOOR, "次"
)

# What rules settle about a meeting. The texts that hold are combined so that the strictest wins.
SIGNED: Term[int] = Term("meeting.signed", "已经提议", int, Combine.LARGEST)
SIGN_LEAST: Term[int] = Term("meeting.sign_least", "提议达到多少就要召集", int, Combine.SMALLEST)
SIGN_BASE: Term[int] = Term("meeting.sign_base", "一共有", int, Combine.LARGEST)
QUORUM_LEAST: Term[int] = Term("meeting.quorum_least", "到会至少", int, Combine.LARGEST)
QUORUM_AREA: Term[int] = Term(
    "meeting.quorum_area", "到会业主专有部分面积至少", int, Combine.LARGEST, "平方厘米"
)
QUORUM_WORDS: Term[tuple[str, ...]] = Term("meeting.quorum_words", "到会的要求", tuple, Combine.UNION)
PASS_LEAST: Term[int] = Term("meeting.pass_least", "通过至少要同意", int, Combine.LARGEST)
PASS_AREA: Term[int] = Term("meeting.pass_area", "同意业主专有部分面积至少", int, Combine.LARGEST, "平方厘米")
PRESENT: Term[int] = Term("meeting.present", "到会", int, Combine.LARGEST)
VOTES_FOR: Term[int] = Term("meeting.votes_for", "同意", int, Combine.LARGEST)
VOTES_AGAINST: Term[int] = Term("meeting.votes_against", "反对", int, Combine.LARGEST)
ABSTAINED: Term[int] = Term("meeting.abstained", "弃权", int, Combine.LARGEST)

# What rules settle about a proposal: of which kind it is, how many signed, how many have to.
PROPOSAL_KIND: Term[str] = Term(
    "proposal.kind",
    "按提案还是建议办理",
    str,
    Combine.EXACTLY_ONE,
    words={"proposal": "提案", "suggestion": "建议"},
)
SIGNERS: Term[int] = Term("proposal.signers", "联名", int, Combine.LARGEST, "人")
SIGNERS_NEEDED: Term[int] = Term("proposal.signers_needed", "至少联名", int, Combine.LARGEST, "人")

# What rules settle about a consultation: where it is deliberated, by which manual, who plays which part.
FORUM: Term[str] = Term("consultation.forum", "在哪里议", str, Combine.EXACTLY_ONE)
MANUAL: Term[str] = Term("consultation.manual", "依据的协商手册", str, Combine.EXACTLY_ONE)
PARTS: Term[tuple[str, ...]] = Term("consultation.parts", "参与协商的各方", tuple, Combine.UNION)

ALL_PARAMETERS = tuple(value for value in list(vars().values()) if isinstance(value, Parameter))
ALL_TERMS = tuple(value for value in list(vars().values()) if isinstance(value, Term))


def _body_of_meeting(facts: Sitting | Ballot | Asking) -> str:
    if isinstance(facts, Ballot):
        return facts.body
    return facts.demand.body if isinstance(facts, Asking) else facts.call.body


BODY_OF_MEETING = asked_body("meeting.body", "开会的组织", _body_of_meeting)
TERM_OF_BODY = asked_term("meeting.term_of_body", "开会的组织的届次", _body_of_meeting)
ROLL = asked_constituency(
    "meeting.roll", "居民底数", lambda facts: place_of(_body_of_meeting(facts)) or facts.place
)
LAST_MEETING = asked_last_meeting("meeting.last_meeting", "最近和下一次会议", lambda facts: facts.call.body)
TALLY_OF_ITEM = asked_tally("meeting.tally", "无记名投票的计票结果", lambda ballot: ballot.count.tally)
DELEGATED = asked_resolution("meeting.delegated", "居民会议授权的决议", lambda ballot: ballot.item.delegated)


def _posts(entries: Sequence[EntryFact]) -> tuple[tuple[str, ...], ...]:
    return tuple(
        tuple(sorted(f"{each['post']}@{each['place']}" for each in entry.values.get("held", ())))
        for entry in entries
    )


# What the people on a sheet of signatures hold, as ``<post>@<place>``, one tuple for each of them in order.
POSTS_OF_NAMED: Asked[tuple[tuple[str, ...], ...]] = Asked(
    "deliberation.posts_of_named", "名单上的人在哪里任职或居住", APPOINTEES, lambda facts: facts.named, _posts
)


def _one(form: type[Any]) -> Callable[[Sequence[EntryFact]], Any]:
    def value(entries: Sequence[EntryFact]) -> Any:
        held = next((entry.values for entry in entries if entry.values), None)
        return None if held is None else msgspec.convert(held, form, str_keys=True)

    return value


def asked_rejection(id: str, title: str, key: Callable[[Any], str]) -> Asked[Rejection | None]:
    """The rejection of a thing of that title at a place, under `rejection_key`; an empty key asks for nothing."""
    return Asked(
        id,
        title,
        REJECTIONS.id,
        lambda facts: (found,) if (found := key(facts)) else (),
        _one(Rejection),
        public=True,
    )


HEARING_OF_ITEM: Asked[HearingEntry | None] = Asked(
    "meeting.hearing",
    "议题的听证会",
    HEARINGS.id,
    lambda ballot: (ballot.item.hearing,) if ballot.item.hearing else (),
    _one(HearingEntry),
    public=True,
)
HEARING_OF_CASE: Asked[HearingEntry | None] = Asked(
    "consultation.hearing",
    "这件事的听证会",
    HEARINGS.id,
    lambda facts: (facts.decision.hearing,) if facts.decision.hearing else (),
    _one(HearingEntry),
    public=True,
)
RESOLUTION_OF_CASE = asked_resolution(
    "consultation.resolution", "决定这件事的决议", lambda facts: facts.decision.resolution
)


def forums(id: str, title: str, kinds: Sequence[str]) -> Asked[tuple[str, ...]]:
    """The bodies of some kinds that there are on the way from the community down to where an issue lies.

    They come from the smallest place up, and at one place in the order of ``kinds``.
    """
    return asked_bodies(id, title, lambda opening: opening.bodies(kinds))


MANUAL_IN_FORCE: Asked[ManualEntry | None] = Asked(
    "consultation.manual_in_force",
    "协商手册",
    MANUALS.id,
    lambda opening: [
        code for code in (*(unit.code for unit in reversed(opening.path)), opening.street) if code
    ],
    _one(ManualEntry),
    public=True,
)


def _days_ahead(sitting: Sitting, happened: date, decided: date, calendar: WorkingCalendar) -> int:
    """Days between the call and the meeting, the day of the call not counted; negative where it is past."""
    return (sitting.call.held_on - happened).days


DAYS_AHEAD: Derived[int] = Derived("meeting.days_ahead", "通知到开会之间的天数", _days_ahead, unit="天")


def _day(facts: object, happened: date, decided: date, calendar: WorkingCalendar) -> date:
    return happened


ACT_DAY: Derived[date] = Derived("deliberation.act_day", "办理这一步的日期", _day)
