"""What rules and actions of funds ask for: the fund of a register, what accounts hold, how much of a limit is used."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import msgspec
from msgspec import Struct

from linli.calendar import WorkingCalendar
from linli.funds.accounts import (
    UNRESTRICTED,
    closed_years,
    community_limit,
    match_limit,
    programme_limit,
    reward_limit,
    year_limit,
)
from linli.funds.vocabulary import SEPARATOR
from linli.rules import Asked, Balance, Derived, EntryFact

FUNDS, CAMPAIGNS = "funds.register", "funds.campaigns"


class Fund(Struct, frozen=True, kw_only=True):
    """A fund as its register keeps it, by the number of the matter that opened it. Money in fen, 0: no limit.

    What a rule reads is recorded with its finding, and there only plain values have a place: ``purposes`` and
    ``programmes`` are lists as text, with `SEPARATOR` between and ``=`` before the yearly limit of a programme.
    ``closed_year`` is the last year whose books were closed, 0 for none.
    """

    title: str
    place: str
    holder: str
    holder_kind: str
    since: date
    open: bool = True
    suspended: bool = False
    closed_year: int = 0
    custodian: str = ""
    sub_account: str = ""
    purposes: str = ""
    programmes: str = ""
    special: bool = False
    yearly_fen: int = 0
    emergency_only: bool = False
    rewards: bool = False
    matching: bool = False

    @property
    def purpose_names(self) -> tuple[str, ...]:
        """The purposes that money may be bound to."""
        return tuple(filter(None, self.purposes.split(SEPARATOR)))

    @property
    def programme_limits(self) -> dict[str, int]:
        """The programmes, with what each may commit in a year in fen; 0: only the fund's own limit."""
        pairs = (each.rsplit("=", 1) for each in self.programmes.split(SEPARATOR) if each)
        return {name: int(limit) for name, limit in pairs}

    @property
    def open_year(self) -> int:
        """The year whose books are open: the one after the last that was closed."""
        return max(self.closed_year, self.since.year - 1) + 1


class Campaign(Struct, frozen=True, kw_only=True):
    """A campaign as its register keeps it, by the number of its matter; empty ``filing``: not filed yet."""

    title: str
    fund: str
    purpose: str
    starts: date
    ends: date
    filing: str = ""


def _one(form: type[Any]) -> Callable[[Sequence[EntryFact]], Any]:
    def value(entries: Sequence[EntryFact]) -> Any:
        held = next((entry.values for entry in entries if entry.values), None)
        return None if held is None else msgspec.convert(held, form, str_keys=True)

    return value


FUND_OF: Asked[Fund | None] = Asked(
    "funds.fund_of",
    "所属基金",
    FUNDS,
    keys=lambda facts: (facts.fund,) if facts.fund else (),
    value=_one(Fund),
    public=True,
)
CAMPAIGN_OF: Asked[Campaign | None] = Asked(
    "funds.campaign_of",
    "募捐活动",
    CAMPAIGNS,
    keys=lambda facts: (facts.campaign,) if facts.campaign else (),
    value=_one(Campaign),
    public=True,
)


def _year(facts: Any, happened: date, decided: date, calendar: WorkingCalendar) -> int:
    return decided.year


def _day(facts: Any, happened: date, decided: date, calendar: WorkingCalendar) -> date:
    return decided


DECIDED_YEAR: Derived[int] = Derived("funds.decided_year", "决定的年份", _year)
DECIDED_DAY: Derived[date] = Derived("funds.decided_day", "决定的日期", _day)


def _account_of(facts: Any) -> str:
    """The account of facts as they are written, even where a part of it cannot be: such a one holds nothing."""
    return f"fund:{facts.fund}:{facts.source}:{facts.purpose or UNRESTRICTED}"


def _of_year(kind: str, title: str, prefix: str, name: Callable[[Any], str]) -> Balance:
    return Balance(f"funds.{kind}", title, lambda facts: f"{prefix}:{name(facts)}", public=True)


def _fund_year(back: int) -> Callable[[Any], str]:
    return lambda facts: year_limit(facts.fund, facts.year - back)


def _programme(back: int) -> Callable[[Any], str]:
    return lambda facts: programme_limit(facts.fund, facts.programme, facts.year - back)


def _community(back: int) -> Callable[[Any], str]:
    return lambda facts: community_limit(facts.fund, facts.community, facts.year - back)


MONEY_HELD = Balance("funds.money_held", "这个来源和用途现有", _account_of, public=True)
YEAR_USED = _of_year("year_used", "这一年已用", "used", _fund_year(0))
YEAR_USED_BEFORE = _of_year("year_used_before", "上一年已用", "used", _fund_year(1))
YEAR_LEFT_BEFORE = _of_year("year_left_before", "上一年剩余", "allowance", _fund_year(1))
PROGRAMME_USED = _of_year("programme_used", "这个计划这一年已用", "used", _programme(0))
PROGRAMME_USED_BEFORE = _of_year("programme_used_before", "这个计划上一年已用", "used", _programme(1))
PROGRAMME_LEFT_BEFORE = _of_year("programme_left_before", "这个计划上一年剩余", "allowance", _programme(1))
COMMUNITY_USED = _of_year("community_used", "这个社区这一年已用", "used", _community(0))
COMMUNITY_LEFT = _of_year("community_left", "这个社区这一年还剩", "allowance", _community(0))
COMMUNITY_USED_BEFORE = _of_year("community_used_before", "这个社区上一年已用", "used", _community(1))
COMMUNITY_LEFT_BEFORE = _of_year("community_left_before", "这个社区上一年剩余", "allowance", _community(1))
MATCHED = _of_year(
    "matched", "这个项目已得的配比资助", "used", lambda facts: match_limit(facts.fund, facts.project)
)
CLOSED_YEAR = Balance(
    "funds.closed_year",
    "已经结账的年度",
    lambda facts: f"used:{closed_years(facts.fund)}",
    unit="年度",
    public=True,
    commodity="pieces",
)
REWARDED = Balance(
    "funds.rewarded",
    "这件提案已奖励",
    lambda facts: f"used:{reward_limit(facts.proposal)}",
    unit="次",
    public=True,
    commodity="pieces",
)


def carried(
    limit: int, used_before: int, left_before: int, *, carry_over: bool, since: date, year: int
) -> int:
    """What a limit holds in a year, in fen: the yearly limit, and what was left of the year before.

    A year that nothing was drawn from is carried whole, if the fund was open in it. Nothing is carried twice: what is
    left of a year holds what was carried into it.
    """
    if not carry_over or since.year >= year:
        return limit
    untouched = used_before == 0 and left_before == 0
    return limit + (limit if untouched else left_before)
