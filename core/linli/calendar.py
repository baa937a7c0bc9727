"""Civil days in China: which of them are worked, and on which of them a period ends.

A civil day is a day in Asia/Shanghai. Working days come from the yearly notices of the State Council's
General Office: those up to its last year through the ``chinesecalendar`` package, later ones as `Notice`.
Periods follow 民法典 200 to 204 (text not held). Past the last official year a day can still be reckoned
with weekends alone, and is then marked provisional: it is set anew when the notice is loaded.
"""

from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections.abc import Sequence
from datetime import MAXYEAR, MINYEAR, date, datetime, timedelta, timezone
from enum import StrEnum
from functools import lru_cache

import msgspec

from linli.errors import BadInput, LinliError

# China has kept one offset and no summer time since 1991, so no time zone database is needed.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
"""The zone of every civil day."""

_DAY = timedelta(days=1)
_WEEKDAYS = "一二三四五六日"
_LONGEST_AMOUNT = 36_600


class CalendarEnded(LinliError):
    """A day was asked about for which no official calendar is known."""

    code = "calendar-ended"


class DaysOff(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One holiday of a notice, from its first to its last day off."""

    name: str
    first: date
    last: date


class Notice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A State Council notice on the holidays of one year, with its title, number and date of issue.

    It may reach into the last days of December before its year. A notice for a year that is known already
    amends it. Raises `BadInput` when it contradicts itself.
    """

    year: int
    title: str
    number: str
    issued: date
    holidays: tuple[DaysOff, ...]
    working_weekends: tuple[date, ...] = ()

    def __post_init__(self) -> None:
        off = self.days_off()
        for day in (*off, *self.working_weekends):
            if not date(self.year - 1, 12, 1) <= day <= date(self.year, 12, 31):
                raise BadInput(f"{self.number}：{day} 不属于 {self.year} 年的放假安排，请核对日期")
        for day in self.working_weekends:
            if day.weekday() < 5:
                raise BadInput(f"{self.number}：{day} 不是周末，不能列为调休上班日，请核对日期")
            if day in off:
                raise BadInput(f"{self.number}：{day} 同时列为放假和上班，请核对日期")

    def days_off(self) -> frozenset[date]:
        """Every day of every holiday of this notice; raises `BadInput` for one that ends before it begins."""
        for holiday in self.holidays:
            if not timedelta(0) <= holiday.last - holiday.first <= timedelta(days=31):
                raise BadInput(f"{self.number}：“{holiday.name}”的起止日期有误，请核对")
        return frozenset(
            holiday.first + timedelta(days=offset)
            for holiday in self.holidays
            for offset in range((holiday.last - holiday.first).days + 1)
        )


class _NoticeFile(msgspec.Struct, forbid_unknown_fields=True):
    notices: tuple[Notice, ...]


def read_notices(toml: str, name: str) -> tuple[Notice, ...]:
    """Read the ``[[notices]]`` of a TOML text; a `BadInput` about it names the file, ``name``."""
    try:
        return msgspec.toml.decode(toml, type=_NoticeFile).notices
    except (msgspec.DecodeError, ValueError, BadInput) as fault:
        raise BadInput(
            f"放假安排无法读取：{fault}", where=name, cure="对照国务院办公厅通知逐项填写"
        ) from fault


class WorkingCalendar(msgspec.Struct, frozen=True):
    """The working days of all years for which a notice is known; make one with `WorkingCalendar.official`."""

    first_year: int
    last_year: int
    holidays: frozenset[date]
    working_weekends: frozenset[date]

    @classmethod
    def official(cls, notices: Sequence[Notice] = ()) -> "WorkingCalendar":
        """Build the calendar from the package's years and the notices that follow them.

        Raises `BadInput` when a year between the last known one and a notice is missing.
        """
        return _official(tuple(notices))

    @property
    def last_official_day(self) -> date:
        """The last day that a notice covers. The next notice may still move a holiday into its December."""
        return date(self.last_year, 12, 31)

    def knows(self, day: date) -> bool:
        """Whether an official calendar covers this day."""
        return self.first_year <= day.year <= self.last_year

    def is_working(self, day: date) -> bool:
        """Whether the day is worked, some weekends are; raises `CalendarEnded` where no notice is known."""
        if not self.knows(day):
            raise CalendarEnded(
                f"{chinese_date(day)}没有官方放假安排：已知 {self.first_year} 年至 {self.last_year} 年",
                cure="载入国务院办公厅该年的放假通知",
            )
        return self.is_likely_working(day)

    def is_likely_working(self, day: date) -> bool:
        """Whether the day is worked as far as known: beyond the official years only weekends are free."""
        if day.weekday() < 5:
            return day not in self.holidays
        return day in self.working_weekends


@lru_cache(maxsize=16)
def _official(notices: tuple[Notice, ...]) -> WorkingCalendar:
    # Imported here: who never asks for a working day does not pay for the table.
    from chinese_calendar import holidays as listed_holidays
    from chinese_calendar import workdays as listed_workdays

    holidays, working = frozenset(listed_holidays), frozenset(listed_workdays)
    first_year, last_year = min(holidays).year, max(holidays).year
    for notice in sorted(notices, key=lambda notice: (notice.year, notice.issued)):
        if not first_year <= notice.year <= last_year + 1:
            raise BadInput(
                f"{notice.number}是 {notice.year} 年的，而已知年份是 {first_year} 至 {last_year} 年",
                cure="补上中间年份的通知",
            )
        off, on = notice.days_off(), frozenset(notice.working_weekends)
        holidays, working = (holidays | off) - on, (working | on) - off
        last_year = max(last_year, notice.year)
    return WorkingCalendar(first_year, last_year, holidays, working)


class Unit(StrEnum):
    """What a period is counted in."""

    WORKING_DAYS = "working_days"
    NATURAL_DAYS = "natural_days"
    MONTHS = "months"
    YEARS = "years"


class Period(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A length of time as a rule states it, at least one unit long; raises `BadInput` otherwise."""

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if not 1 <= self.amount <= _LONGEST_AMOUNT:
            raise BadInput(f"期间应为 1 至 {_LONGEST_AMOUNT} 之间的整数，不能是 {self.amount}")


class Due(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The day on which a period ends, with how it was reckoned, in Chinese.

    ``provisional`` is true when days beyond the last official calendar took part.
    """

    day: date
    provisional: bool
    basis: str


def due(start: date, period: Period, calendar: WorkingCalendar) -> Due:
    """Return the last day of a period that an event on ``start`` sets going.

    The day of the event is not counted (民法典 201). Months and years end on the corresponding day, or on
    the last day of a month that has none (202). An end on a rest day, weekends included, rolls on to the
    next day that is none (203). Text of these articles not held.
    """
    basis = [f"自{chinese_date(start)}的次日起算 {period_phrase(period)}（《民法典》第二百零一条）"]
    if period.unit is Unit.WORKING_DAYS:
        day = _working_day_after(start, period.amount, calendar)
    else:
        end = _shifted(start, period, 1)
        day = end if calendar.is_likely_working(end) else _working_day_after(end, 1, calendar)
        if day != end:
            basis.append(f"{chinese_date(end)}是休假日，顺延至{chinese_date(day)}（第二百零三条）")
    # Natural days need no calendar on the way, only at the end; a stretch of working days needs all of it.
    reckoned = (start, day) if period.unit is Unit.WORKING_DAYS else (end, day)
    return _due(day, basis, reckoned, calendar)


def latest_before(event: date, period: Period, calendar: WorkingCalendar) -> Due:
    """Return the last day on which something may be done that must be done a period before an event.

    The mirror of 民法典 201 and 202: the day of the event is not counted. For working days the answer is the
    n-th working day before the event. A natural day is not moved when it is a rest day: to roll it on would
    cut the period short.
    """
    basis = [f"自{chinese_date(event)}的前一日起倒算 {period_phrase(period)}（比照《民法典》第二百零一条）"]
    if period.unit is not Unit.WORKING_DAYS:
        return Due(_shifted(event, period, -1), provisional=False, basis=basis[0])
    day = _working_day_before(event, period.amount, calendar)
    return _due(day, basis, (day, event - _DAY), calendar)


def working_days_between(start: date, end: date, calendar: WorkingCalendar) -> int:
    """Count the working days after ``start`` up to and including ``end``; negative when ``end`` comes first.

    Raises `CalendarEnded` when a day on the way is not covered by an official calendar.
    """
    for day in (start, end):
        calendar.is_working(day)
    return _count(start, end, calendar)


def working_days_left(today: date, due_day: date, calendar: WorkingCalendar) -> int:
    """Count the working days that remain after today, the due day included; negative when it is overdue.

    Beyond the official calendar only weekends are left out, as in a provisional `Due`.
    """
    return _count(today, due_day, calendar)


def civil_date(instant: datetime) -> date:
    """Return the day in China on which an instant falls; raises `BadInput` for a time without a zone."""
    if instant.tzinfo is None:
        raise BadInput(f"时间 {instant.isoformat()} 没有时区，无法确定是哪一天", cure="使用 UTC 时间")
    return instant.astimezone(SHANGHAI).date()


def chinese_date(day: date) -> str:
    """Write a day as ``2026年11月22日（星期日）``."""
    return f"{day.year}年{day.month}月{day.day}日（星期{_WEEKDAYS[day.weekday()]}）"


def period_phrase(period: Period) -> str:
    """Write a period as a rule does: ``30 个工作日``, ``15 个自然日``, ``2 个月``, ``1 年``."""
    words = {
        Unit.WORKING_DAYS: "个工作日",
        Unit.NATURAL_DAYS: "个自然日",
        Unit.MONTHS: "个月",
        Unit.YEARS: "年",
    }
    return f"{period.amount} {words[period.unit]}"


def _due(day: date, basis: list[str], reckoned: tuple[date, date], calendar: WorkingCalendar) -> Due:
    provisional = not (calendar.knows(reckoned[0]) and calendar.knows(reckoned[1]))
    if provisional:
        basis.append(
            f"官方放假安排目前为 {calendar.first_year} 年至 {calendar.last_year} 年，"
            "其外暂按双休日推算，公布后重新确定"
        )
    return Due(day, provisional, "；".join(basis))


def _shifted(day: date, period: Period, direction: int) -> date:
    try:
        if period.unit is Unit.NATURAL_DAYS:
            return day + timedelta(days=direction * period.amount)
        months = period.amount * (12 if period.unit is Unit.YEARS else 1)
        year, month = divmod(day.year * 12 + day.month - 1 + direction * months, 12)
        return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
    except (OverflowError, ValueError) as fault:
        raise _out_of_range(day, period) from fault


def _out_of_range(day: date, period: Period) -> BadInput:
    return BadInput(f"{chinese_date(day)}加减 {period_phrase(period)}超出了日历的范围，请核对日期和期间")


# A year's working days, in order, turn "the n-th working day after" into arithmetic on at most a few tuples.
@lru_cache(maxsize=512)
def _working_days_of(calendar: WorkingCalendar, year: int) -> tuple[date, ...]:
    first, last = date(year, 1, 1), date(year, 12, 31)
    days = (first + timedelta(days=offset) for offset in range((last - first).days + 1))
    return tuple(day for day in days if calendar.is_likely_working(day))


def _working_day_after(start: date, amount: int, calendar: WorkingCalendar) -> date:
    year, place = start.year, bisect_right(_working_days_of(calendar, start.year), start) + amount - 1
    while place >= len(days := _working_days_of(calendar, year)):
        if year == MAXYEAR:
            raise _out_of_range(start, Period(amount, Unit.WORKING_DAYS))
        place -= len(days)
        year += 1
    return days[place]


def _working_day_before(event: date, amount: int, calendar: WorkingCalendar) -> date:
    year, place = event.year, bisect_left(_working_days_of(calendar, event.year), event) - amount
    while place < 0:
        if year == MINYEAR:
            raise _out_of_range(event, Period(amount, Unit.WORKING_DAYS))
        year -= 1
        place += len(_working_days_of(calendar, year))
    return _working_days_of(calendar, year)[place]


def _count(start: date, end: date, calendar: WorkingCalendar) -> int:
    if end < start:
        return -_count(end, start, calendar)
    whole_years = sum(len(_working_days_of(calendar, year)) for year in range(start.year, end.year))
    return (
        whole_years
        + bisect_right(_working_days_of(calendar, end.year), end)
        - bisect_right(_working_days_of(calendar, start.year), start)
    )
