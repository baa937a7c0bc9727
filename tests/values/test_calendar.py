"""The calendar: which days are worked in China, and on which day a period ends."""

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.calendar import (
    CalendarEnded,
    DaysOff,
    Notice,
    Period,
    Unit,
    WorkingCalendar,
    chinese_date,
    civil_date,
    due,
    latest_before,
    period_phrase,
    read_notices,
    working_days_between,
    working_days_left,
)
from linli.errors import BadInput, LinliError

CALENDAR = WorkingCalendar.official()

# An invented notice: the real one for 2027 is loaded when it is issued.
NOTICE_2027 = """
[[notices]]
year = 2027
title = "示例：2027年部分节假日安排"
number = "示例〔2026〕1号"
issued = 2026-11-01
holidays = [
  { name = "元旦", first = 2026-12-31, last = 2027-01-02 },
  { name = "春节", first = 2027-02-05, last = 2027-02-12 },
]
working_weekends = [2026-12-27, 2027-02-14]
"""

covered_days = st.dates(date(2004, 1, 1), date(2024, 12, 31))
periods = st.builds(Period, st.integers(1, 200), st.sampled_from([Unit.WORKING_DAYS, Unit.NATURAL_DAYS]))


def working(amount: int) -> Period:
    return Period(amount, Unit.WORKING_DAYS)


def natural(amount: int) -> Period:
    return Period(amount, Unit.NATURAL_DAYS)


@pytest.mark.parametrize(
    ("day", "is_working"),
    [
        (date(2026, 2, 14), True),  # a Saturday worked for the Spring Festival
        (date(2026, 2, 15), False),
        (date(2026, 2, 23), False),  # a Monday, the last day of the Spring Festival
        (date(2026, 2, 24), True),
        (date(2026, 2, 28), True),  # a Saturday worked
        (date(2026, 3, 1), False),  # a plain Sunday
        (date(2025, 1, 26), True),  # a Sunday worked
        (date(2025, 10, 8), False),
        (date(2025, 10, 9), True),
        (date(2025, 10, 11), True),  # a Saturday worked
    ],
)
def test_days_are_worked_as_the_notices_say(day: date, is_working: bool) -> None:
    assert CALENDAR.is_working(day) is is_working


def test_past_the_last_notice_the_calendar_says_so_loudly() -> None:
    after = CALENDAR.last_official_day + timedelta(days=1)
    with pytest.raises(CalendarEnded, match="没有官方放假安排") as ended:
        CALENDAR.is_working(after)
    assert isinstance(ended.value, LinliError)
    with pytest.raises(CalendarEnded):
        CALENDAR.is_working(date(2003, 12, 31))


def test_five_working_days_span_the_spring_festival_and_count_a_worked_saturday() -> None:
    assert due(date(2026, 2, 12), working(5), CALENDAR).day == date(2026, 2, 26)


def test_the_day_of_the_event_is_not_counted() -> None:
    assert due(date(2026, 3, 2), working(1), CALENDAR).day == date(2026, 3, 3)
    assert due(date(2026, 3, 2), natural(1), CALENDAR).day == date(2026, 3, 3)


def test_an_end_on_a_holiday_rolls_on_to_the_next_day_that_is_none() -> None:
    end = due(date(2025, 9, 21), natural(10), CALENDAR)
    assert end.day == date(2025, 10, 9)
    assert "顺延" in end.basis and not end.provisional


def test_an_end_on_a_weekend_rolls_on_to_monday() -> None:
    assert due(date(2026, 3, 5), natural(2), CALENDAR).day == date(2026, 3, 9)


def test_an_end_on_a_worked_saturday_stays() -> None:
    end = due(date(2026, 2, 4), natural(10), CALENDAR)
    assert end.day == date(2026, 2, 14)
    assert "顺延" not in end.basis


def test_a_month_ends_on_the_corresponding_day() -> None:
    assert due(date(2026, 3, 10), Period(1, Unit.MONTHS), CALENDAR).day == date(2026, 4, 10)


def test_a_month_without_that_day_ends_on_its_last_day() -> None:
    assert due(date(2024, 1, 31), Period(1, Unit.MONTHS), CALENDAR).day == date(2024, 2, 29)


def test_a_year_from_the_leap_day_ends_on_the_last_of_february() -> None:
    assert due(date(2024, 2, 29), Period(1, Unit.YEARS), CALENDAR).day == date(2025, 2, 28)


def test_months_run_over_the_end_of_the_year() -> None:
    assert due(date(2025, 11, 28), Period(2, Unit.MONTHS), CALENDAR).day == date(2026, 1, 28)


def test_past_the_official_calendar_a_due_day_is_provisional_and_says_why() -> None:
    end = due(date(2026, 12, 25), working(10), CALENDAR)
    assert end.provisional
    assert "公布后重新确定" in end.basis
    assert end.day == date(2027, 1, 8)


def test_a_due_day_inside_the_official_calendar_is_final() -> None:
    assert not due(date(2026, 12, 17), working(10), CALENDAR).provisional


def test_a_notice_extends_the_calendar_and_makes_the_due_day_final() -> None:
    extended = WorkingCalendar.official(read_notices(NOTICE_2027, "notices.toml"))
    assert extended.last_official_day == date(2027, 12, 31)
    end = due(date(2026, 12, 25), working(10), extended)
    assert not end.provisional
    # 27 December is worked, 31 December and 1 January are not, nor are two weekends.
    assert end.day == date(2027, 1, 11)
    assert not extended.is_working(date(2026, 12, 31))
    assert extended.is_working(date(2027, 2, 14))


def test_a_year_may_not_be_left_out() -> None:
    new_year = DaysOff("元旦", date(2029, 1, 1), date(2029, 1, 1))
    notice = Notice(2029, "示例", "示例〔2028〕1号", date(2028, 11, 1), (new_year,))
    with pytest.raises(BadInput, match="2029"):
        WorkingCalendar.official([notice])


@pytest.mark.parametrize(
    ("old", "new", "hint"),
    [
        ("working_weekends = [2026-12-27", "working_weekends = [2026-12-28", "不是周末"),
        ("working_weekends = [2026-12-27", "working_weekends = [2027-01-02", "同时列为"),
        ("last = 2027-02-12", "last = 2027-02-01", "起止日期有误"),
        ("last = 2027-02-12", "last = 2028-02-01", "起止日期有误"),
        ("2027-02-14]", "2028-02-13]", "不属于 2027 年"),
        ("title =", "titel =", "titel"),
        ("year = 2027", "year = 二〇二七", "notices.toml"),
    ],
)
def test_a_notice_that_contradicts_itself_is_refused_with_its_file(old: str, new: str, hint: str) -> None:
    with pytest.raises(BadInput, match=hint) as refused:
        read_notices(NOTICE_2027.replace(old, new), "notices.toml")
    assert "notices.toml" in str(refused.value)


def test_thirty_working_days_before_an_event_are_the_thirtieth_working_day_before_it() -> None:
    event = date(2026, 4, 1)
    latest = latest_before(event, working(30), CALENDAR)
    # 22 in March, 28 February and four more days after the festival, then 14, 13 and 12 February.
    assert latest.day == date(2026, 2, 12)
    assert due(latest.day, working(30), CALENDAR).day == event


def test_natural_days_before_an_event_are_not_moved_by_a_rest_day() -> None:
    assert latest_before(date(2026, 3, 11), natural(10), CALENDAR).day == date(2026, 3, 1)


def test_a_month_before_an_event_is_the_corresponding_day() -> None:
    assert latest_before(date(2026, 3, 31), Period(1, Unit.MONTHS), CALENDAR).day == date(2026, 2, 28)


def test_working_days_left_count_today_out_and_the_due_day_in() -> None:
    assert working_days_left(date(2026, 3, 2), date(2026, 3, 4), CALENDAR) == 2
    assert working_days_left(date(2026, 3, 4), date(2026, 3, 4), CALENDAR) == 0
    assert working_days_left(date(2026, 3, 5), date(2026, 3, 4), CALENDAR) == -1


def test_working_days_between_needs_an_official_calendar() -> None:
    with pytest.raises(CalendarEnded):
        working_days_between(date(2026, 12, 1), date(2027, 1, 10), CALENDAR)


def test_a_period_of_nothing_is_refused() -> None:
    with pytest.raises(BadInput, match="期间"):
        natural(0)


def test_a_period_beyond_the_end_of_time_is_refused() -> None:
    for period in (natural(400), working(400), Period(2, Unit.YEARS)):
        with pytest.raises(BadInput, match="超出"):
            due(date(9999, 1, 1), period, CALENDAR)
        with pytest.raises(BadInput, match="超出"):
            latest_before(date(1, 2, 1), period, CALENDAR)


def test_days_and_periods_are_written_in_chinese() -> None:
    assert chinese_date(date(2026, 11, 22)) == "2026年11月22日（星期日）"
    assert period_phrase(working(30)) == "30 个工作日"
    assert period_phrase(Period(2, Unit.MONTHS)) == "2 个月"


def test_an_instant_falls_on_its_day_in_china() -> None:
    assert civil_date(datetime(2025, 12, 31, 16, 0, tzinfo=UTC)) == date(2026, 1, 1)
    assert civil_date(datetime(2025, 12, 31, 15, 59, tzinfo=UTC)) == date(2025, 12, 31)
    with pytest.raises(BadInput, match="时区"):
        civil_date(datetime(2026, 1, 1))  # noqa: DTZ001  (the missing zone is what is tried)


@settings(max_examples=300)
@given(covered_days, periods)
def test_a_due_day_is_a_working_day_after_the_event(start: date, period: Period) -> None:
    end = due(start, period, CALENDAR)
    assert end.day > start
    assert CALENDAR.is_working(end.day)
    assert not end.provisional


@settings(max_examples=300)
@given(covered_days, covered_days, periods)
def test_a_later_event_is_never_due_earlier(one: date, other: date, period: Period) -> None:
    first, second = sorted([one, other])
    assert due(first, period, CALENDAR).day <= due(second, period, CALENDAR).day


@settings(max_examples=200)
@given(
    covered_days, st.integers(1, 199), st.sampled_from([Unit.WORKING_DAYS, Unit.NATURAL_DAYS, Unit.MONTHS])
)
def test_a_longer_period_is_never_due_earlier(start: date, amount: int, unit: Unit) -> None:
    shorter = due(start, Period(amount, unit), CALENDAR).day
    assert shorter <= due(start, Period(amount + 1, unit), CALENDAR).day


@settings(max_examples=200)
@given(covered_days, st.integers(1, 200))
def test_counting_to_the_due_day_gives_the_period_back(start: date, amount: int) -> None:
    assert working_days_between(start, due(start, working(amount), CALENDAR).day, CALENDAR) == amount


@settings(max_examples=200)
@given(st.dates(date(2006, 1, 1), date(2024, 12, 31)), st.integers(1, 200))
def test_what_was_done_on_the_latest_day_is_in_time_and_a_day_later_is_not(event: date, amount: int) -> None:
    latest = latest_before(event, working(amount), CALENDAR).day
    # The working days from the day of the act up to the eve of the event.
    eve = event - timedelta(days=1)
    assert working_days_between(latest - timedelta(days=1), eve, CALENDAR) == amount
    assert working_days_between(latest, eve, CALENDAR) == amount - 1


@settings(max_examples=100)
@given(st.dates(date(2004, 1, 1), date(2026, 12, 31)))
def test_working_days_agree_with_the_package_they_come_from(day: date) -> None:
    import chinese_calendar

    assert CALENDAR.is_working(day) == chinese_calendar.is_workday(day)


@settings(max_examples=100)
@given(covered_days, st.integers(0, 400))
def test_counting_working_days_agrees_with_looking_at_each(start: date, length: int) -> None:
    end = start + timedelta(days=length)
    each = sum(CALENDAR.is_working(start + timedelta(days=offset)) for offset in range(1, length + 1))
    assert working_days_between(start, end, CALENDAR) == each
    assert working_days_between(end, start, CALENDAR) == -each


def test_the_table_of_holidays_is_loaded_only_when_a_calendar_is_made() -> None:
    code = "import sys, linli.calendar; print('chinese_calendar' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_the_basis_of_a_due_day_reads_as_a_clerk_would_write_it() -> None:
    assert due(date(2026, 3, 5), natural(2), CALENDAR).basis == (
        "自2026年3月5日（星期四）的次日起算 2 个自然日（《民法典》第二百零一条）；"
        "2026年3月7日（星期六）是休假日，顺延至2026年3月9日（星期一）（第二百零三条）"
    )
