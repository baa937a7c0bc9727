"""What national law says of bodies, who sits in them, and how they are elected: for the practice of bodies."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Any

from linli.citations import NATION
from linli.parameters import Setting
from linli.plugins import hook
from linli.rules import Rule
from linli_bodies import BodyKind, Frame
from linli_bodies import figures as of
from linli_national import bodies_elections, bodies_seats
from linli_national.bodies_known import FRAMES, KINDS
from linli_national.bodies_seats import RECALLERS
from linli_national.sources import (
    RESIDENTS_COMMITTEE_LAW_1990,
    RESIDENTS_COMMITTEE_LAW_2018,
    RESIDENTS_COMMITTEE_LAW_2026,
)

_1990, _2018, _2026 = (
    RESIDENTS_COMMITTEE_LAW_1990,
    RESIDENTS_COMMITTEE_LAW_2018,
    RESIDENTS_COMMITTEE_LAW_2026,
)


def _dated(parameter: Any, value: Any, *cites: Any) -> list[Setting[Any]]:
    """A figure as each text has it, as long as that text holds."""
    return [parameter.at(NATION, value, since=c.source.since, until=c.source.until, cites=c) for c in cites]


_SIZES = (
    _1990.article(7, "共五至九人", gist="居委会由五至九人组成"),
    _2018.article(7, "共五至九人", gist="居委会由五至九人组成"),
    bodies_seats.SIZE,
)
_SUFFRAGE = (
    _1990.article(8, "居住期限", gist="有没有选举权不看居住期限"),
    _2018.article(8, "居住期限", gist="有没有选举权不看居住期限"),
    bodies_elections.SUFFRAGE,
)

SETTINGS = (
    *_dated(of.COMMITTEE_LEAST, 5, *_SIZES),
    *_dated(of.COMMITTEE_MOST, 9, *_SIZES),
    *_dated(of.RESIDENCE_MONTHS, 0, *_SUFFRAGE),
    *_dated(of.WORKER_MONTHS, 6, bodies_elections.WORKERS),
    *_dated(of.LIST_DAYS, 20, bodies_elections.LIST),
    *_dated(of.CHALLENGE_DAYS, 5, bodies_elections.CHALLENGES),
    *_dated(of.RULING_DAYS, 3, bodies_elections.CHALLENGES),
    *_dated(of.NOMINATORS, 10, bodies_elections.NOMINATION),
    *_dated(of.PROXIES_MOST, 3, bodies_elections.PROXIES),
    *_dated(of.HANDOVER_DAYS, 10, _2026.article(25, "十日内完成工作移交", gist="新一届产生后十日内移交")),
    *_dated(of.RECALL_SHARE, Fraction(1, 10), RECALLERS),
    *_dated(of.RECALL_REPRESENTATIVES, Fraction(1, 3), RECALLERS),
    *_dated(of.TERM_YEARS, 3, _1990.article(8, gist="每届任期三年（2018年修正以前，文本未存）")),
    *_dated(
        of.TERM_YEARS,
        5,
        _2018.article(8, "每届任期五年", gist="每届任期五年"),
        _2026.article(14, "每届任期五年", gist="每届任期五年"),
    ),
    # The law has the result made known at once and does not say when the names come down: an example.
    of.RESULT_DAYS.at(NATION, 15, since=date(2026, 1, 1), example=True),
)


@hook
def linli_parameters() -> Iterable[Setting[Any]]:
    """Give the figures of committees, elections and recalls their values, each as long as its text holds."""
    return SETTINGS


@hook
def bodies_kinds() -> Iterable[BodyKind]:
    """Bring the bodies that the law knows."""
    return KINDS


@hook
def bodies_frames() -> Iterable[Frame]:
    """Bring what the law wants in every community."""
    return FRAMES


@hook
def bodies_rules() -> Iterable[Rule]:
    """Register the rules on seats and elections."""
    return (*bodies_seats.RULES, *bodies_elections.RULES)
