"""Facts about bodies that rules of any practice or place may ask for: a body, its seats, its term, its frame.

Each function makes an `linli.rules.Asked` under an id of the caller, because two rules may ask the same of different
facts. All of them may be used in an anonymous dry run: no register of bodies holds a person.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import msgspec

from linli.appointments import asked_posts
from linli.calendar import Period, Unit, WorkingCalendar, due
from linli.ledger import PIECES
from linli.registers import Register
from linli.rules import Asked, Balance, Derived, EntryFact
from linli_bodies.keys import seat_key
from linli_bodies.registers import (
    BODIES,
    CONSTITUENCIES,
    ELECTIONS,
    LAST_MEETINGS,
    PLACE_FRAMES,
    SEATS,
    TERMS,
    Body,
    BodyTerm,
    Constituency,
    Election,
    LastMeeting,
    Seat,
)


def asked_body(id: str, title: str, key: Callable[[Any], str]) -> Asked[Body | None]:
    """The body of the key that the facts name; None where there is none. An empty key asks for nothing."""
    return _one(id, title, BODIES, key, Body)


def asked_seat(id: str, title: str, key: Callable[[Any], str]) -> Asked[Seat | None]:
    """One seat by its key."""
    return _one(id, title, SEATS, key, Seat)


def asked_term(id: str, title: str, key: Callable[[Any], str]) -> Asked[BodyTerm | None]:
    """The term of the body of the key; whether it runs on a day says `BodyTerm.holds`."""
    return _one(id, title, TERMS, key, BodyTerm)


def asked_constituency(id: str, title: str, place: Callable[[Any], str]) -> Asked[Constituency | None]:
    """The numbers behind a quorum at a place."""
    return _one(id, title, CONSTITUENCIES, place, Constituency)


def asked_last_meeting(id: str, title: str, key: Callable[[Any], str]) -> Asked[LastMeeting | None]:
    """When a body met last."""
    return _one(id, title, LAST_MEETINGS, key, LastMeeting)


def asked_frame(id: str, title: str, place: Callable[[Any], str]) -> Asked[str]:
    """The id of the frame that a place has chosen, empty where it has chosen none."""
    return Asked(
        id,
        title,
        PLACE_FRAMES.id,
        _keys(place),
        lambda entries: next((str(e.values["frame"]) for e in entries if e.values), ""),
        public=True,
    )


def asked_bodies(id: str, title: str, keys: Callable[[Any], Sequence[str]]) -> Asked[tuple[str, ...]]:
    """Which of the bodies of the keys are there: a structure check inside a rule."""
    return Asked(
        id,
        title,
        BODIES.id,
        keys,
        lambda entries: tuple(e.key for e in entries if e.values),
        public=True,
    )


def asked_seats(
    id: str, title: str, body: Callable[[Any], str], most: int | Callable[[Any], int]
) -> Asked[tuple[Seat, ...]]:
    """The seats of a body among its first ``most``; whether one is held on a day says `Seat.held`.

    For committees: a commit holds a condition for each seat that was asked for, and a store takes a hundred of them.
    Not public: what is declared of those who sit there is counted and not shown.
    """

    def keys(facts: Any) -> Sequence[str]:
        found = body(facts)
        last = most if isinstance(most, int) else most(facts)
        return [seat_key(found, number) for number in range(1, last + 1)] if found else ()

    def value(entries: Sequence[EntryFact]) -> tuple[Seat, ...]:
        return tuple(msgspec.convert(e.values, Seat, str_keys=True) for e in entries if e.values)

    return Asked(id, title, SEATS.id, keys, value)


def _one(id: str, title: str, register: Register, key: Callable[[Any], str], form: type[Any]) -> Asked[Any]:
    def value(entries: Sequence[EntryFact]) -> Any:
        held = next((entry.values for entry in entries if entry.values), None)
        return None if held is None else msgspec.convert(held, form, str_keys=True)

    return Asked(id, title, register.id, _keys(key), value, public=True)


def _keys(key: Callable[[Any], str]) -> Callable[[Any], Sequence[str]]:
    def keys(facts: Any) -> Sequence[str]:
        found = key(facts)
        return (found,) if found else ()

    return keys


# What is asked where somebody takes or leaves a seat.
THE_BODY = asked_body("seat.the_body", "组织", lambda facts: facts.body)
THE_SEAT = asked_seat("seat.the_seat", "席位现况", lambda facts: seat_key(facts.body, facts.seat))
THE_TERM = asked_term("seat.the_term", "本届任期", lambda facts: facts.body)
POSTS_HELD = asked_posts("seat.posts_held", "现任的岗位", lambda facts: facts.who)
POSTS_EVER = asked_posts("seat.posts_ever", "担任过的岗位", lambda facts: facts.who, ever=True)

# What is asked in an election.
THE_ELECTION: Asked[Election | None] = _one(
    "election.the_election", "选举", ELECTIONS, lambda facts: facts.election, Election
)
REGISTERED = Balance(
    "election.registered",
    "已登记的选民",
    account=lambda facts: voters_account(facts.election),
    unit="人",
    public=True,
    commodity=PIECES,
)


def voters_account(election: str) -> str:
    """The account that counts who was registered for an election."""
    return f"voters:{election}"


def _act_day(facts: object, happened: date, decided: date, calendar: WorkingCalendar) -> date:
    return happened


def _days_after_listing(facts: Any, happened: date, decided: date, calendar: WorkingCalendar) -> int:
    """The fewest natural days of a period that, begun by the posting of the list, has not run out on the day."""
    listed: date = facts.listed
    days = max(1, (happened - listed).days - _LONGEST_REST)
    while due(listed, Period(days, Unit.NATURAL_DAYS), calendar).day < happened:
        days += 1
    return days


_LONGEST_REST = 12
"""No run of rest days is longer: a period that ends in one rolls on by fewer days than these."""

ACT_DAY: Derived[date] = Derived("bodies.act_day", "办理这一步的日期", _act_day)
DAYS_AFTER_LISTING: Derived[int] = Derived(
    "election.days_after_listing", "名单公布以后的天数（期满遇休假日顺延）", _days_after_listing, unit="天"
)
