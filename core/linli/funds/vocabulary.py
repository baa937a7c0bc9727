"""The parameters, terms and asked figures of funds that places give values to and write rules with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import msgspec
from msgspec import Struct

from linli.calendar import WorkingCalendar
from linli.funds.accounts import UNRESTRICTED, community_limit, programme_limit, reward_limit, year_limit
from linli.parameters import Bound, Parameter, kept_years
from linli.rules import Asked, Balance, Derived, EntryFact
from linli.terms import Combine, Term

# A payment is judged when it is asked for and again with every approval: what has been used up since counts.
AT_PAYMENT = ("payment.submit", "payment.approve")
FUNDS = "funds.register"
SEPARATOR = "、"

CONTRIBUTION_KEPT_YEARS = kept_years("contribution")
PAYMENT_KEPT_YEARS = kept_years("payment")
SOURCES: Parameter[tuple[str, ...]] = Parameter("funds.sources", "资金来源的种类", tuple, Bound.DEFAULT)
PROGRAMMES: Parameter[tuple[str, ...]] = Parameter(
    "funds.programmes", "专项资金下的计划", tuple, Bound.DEFAULT
)
SPECIAL_FUND_FEN: Parameter[int] = Parameter(
    "funds.special_fund_fen", "专项资金每年的总额", int, Bound.CEILING, "分"
)
ALLOWANCE_FEN: Parameter[int] = Parameter(
    "funds.allowance_fen", "每个社区每年的额度", int, Bound.CEILING, "分"
)
CARRY_OVER: Parameter[bool] = Parameter("funds.carry_over", "没有用完的额度转到下一年", bool, Bound.DEFAULT)
REWARD_FEN: Parameter[int] = Parameter("funds.reward_fen", "一件提案的奖金", int, Bound.FIXED, "分")
LARGE_PAYMENT_FEN: Parameter[int] = Parameter(
    "funds.large_payment_fen", "大额支出从多少起", int, Bound.CEILING, "分"
)
APPROVALS_SMALL: Parameter[int] = Parameter(
    "funds.approvals_small", "一般支出要几人批准", int, Bound.FLOOR, "人"
)
APPROVALS_LARGE: Parameter[int] = Parameter(
    "funds.approvals_large", "大额支出要几人批准", int, Bound.FLOOR, "人"
)
DISCLOSURE_MONTHS: Parameter[int] = Parameter(
    "funds.disclosure_months", "至少多久公开一次收支", int, Bound.CEILING, "个月"
)

APPROVALS: Term[int] = Term("funds.approvals", "需要几人批准", int, Combine.LARGEST, "人")
YEAR_LIMIT: Term[int] = Term("funds.year_limit", "这一年的总额", int, Combine.SMALLEST, "分")
PROGRAMME_LIMIT: Term[int] = Term(
    "funds.programme_limit", "这个计划这一年的总额", int, Combine.SMALLEST, "分"
)
COMMUNITY_LIMIT: Term[int] = Term(
    "funds.community_limit", "这个社区这一年的额度", int, Combine.SMALLEST, "分"
)


class Fund(Struct, frozen=True, kw_only=True):
    """A fund as its register keeps it, by the number of the matter that opened it. Money in fen, 0: no limit.

    What a rule reads is recorded with its finding, and there only plain values have a place: ``purposes`` and
    ``programmes`` are lists as text, with `SEPARATOR` between and ``=`` before the yearly limit of a programme.
    """

    title: str
    place: str
    holder: str
    holder_kind: str
    since: date
    open: bool = True
    custodian: str = ""
    sub_account: str = ""
    purposes: str = ""
    programmes: str = ""
    special: bool = False
    yearly_fen: int = 0
    emergency_only: bool = False
    rewards: bool = False

    @property
    def purpose_names(self) -> tuple[str, ...]:
        """The purposes that money may be bound to."""
        return tuple(filter(None, self.purposes.split(SEPARATOR)))

    @property
    def programme_limits(self) -> dict[str, int]:
        """The programmes, with what each may commit in a year in fen; 0: only the fund's own limit."""
        pairs = (each.rsplit("=", 1) for each in self.programmes.split(SEPARATOR) if each)
        return {name: int(limit) for name, limit in pairs}


def _fund(entries: Sequence[EntryFact]) -> Fund | None:
    if not entries or not entries[0].version:
        return None
    return msgspec.convert(entries[0].values, Fund, str_keys=True)


FUND_OF: Asked[Fund | None] = Asked(
    "funds.fund_of",
    "所属基金",
    FUNDS,
    keys=lambda facts: (facts.fund,) if facts.fund else (),
    value=_fund,
    public=True,
)


def _year(facts: Any, happened: date, decided: date, calendar: WorkingCalendar) -> int:
    return decided.year


DECIDED_YEAR: Derived[int] = Derived("funds.decided_year", "决定的年份", _year)


def _account_of(facts: Any) -> str:
    """The account of facts as they are written, even where a part of it cannot be: such a one holds nothing."""
    return f"fund:{facts.fund}:{facts.source}:{facts.purpose or UNRESTRICTED}"


def _of_year(kind: str, title: str, prefix: str, name: Callable[[Any], str]) -> Balance:
    return Balance(f"funds.{kind}", title, lambda facts: f"{prefix}:{name(facts)}", public=True)


def _community(back: int) -> Callable[[Any], str]:
    return lambda facts: community_limit(facts.fund, facts.community, facts.year - back)


MONEY_HELD = Balance("funds.money_held", "这个来源和用途现有", _account_of, public=True)
YEAR_USED = _of_year("year_used", "这一年已用", "used", lambda facts: year_limit(facts.fund, facts.year))
PROGRAMME_USED = _of_year(
    "programme_used", "这个计划这一年已用", "used", lambda f: programme_limit(f.fund, f.programme, f.year)
)
COMMUNITY_USED = _of_year("community_used", "这个社区这一年已用", "used", _community(0))
COMMUNITY_LEFT = _of_year("community_left", "这个社区这一年还剩", "allowance", _community(0))
COMMUNITY_USED_BEFORE = _of_year("community_used_before", "这个社区上一年已用", "used", _community(1))
COMMUNITY_LEFT_BEFORE = _of_year("community_left_before", "这个社区上一年剩余", "allowance", _community(1))
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
    """What an allowance holds in a year, in fen: the yearly limit, and what was left of the year before.

    A year that nothing was drawn from is carried whole, if the fund was open in it. Nothing is carried twice: what is
    left of a year holds what was carried into it.
    """
    if not carry_over or since.year >= year:
        return limit
    untouched = used_before == 0 and left_before == 0
    return limit + (limit if untouched else left_before)
