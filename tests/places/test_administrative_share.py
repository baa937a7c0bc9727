"""锦江: an alarm when too much of what lies on a committee is administrative."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.checks import Remark
from linli_jinjiang.administrative_share import ADMINISTRATIVE_SHARE
from tests.places.surveys import MadeSurvey, at_work

WUFUQIAO = "510104030006"
ON = date(2026, 6, 1)
ADMINISTRATIVE = {"duty": "assist", "nature": "administrative"}
SELF_GOVERNMENT = {"duty": "self_government", "nature": "service"}


def look(items: list[dict[str, Any]], on: date = ON, **more: Any) -> list[Remark]:
    states = [at_work(WUFUQIAO, on, item, **more) for item in items]
    return list(ADMINISTRATIVE_SHARE.look(MadeSurvey(WUFUQIAO, on, {"access": states})))


def test_a_committee_with_nothing_to_do_gets_no_remark() -> None:
    assert look([]) == []


@pytest.mark.parametrize(
    ("administrative", "others", "alarm"), [(3, 7, False), (31, 69, True), (30, 70, False), (4, 9, True)]
)
def test_the_alarm_is_raised_above_the_limit_and_not_on_it(
    administrative: int, others: int, alarm: bool
) -> None:
    (remark,) = look([ADMINISTRATIVE] * administrative + [SELF_GOVERNMENT] * others)
    assert remark.alarm is alarm
    assert dict(remark.figures) == {"全部": administrative + others, "行政事务": administrative}
    assert ("超过警戒线 30%" in remark.text) is alarm


@given(st.integers(0, 60), st.integers(0, 60))
def test_more_self_government_never_raises_an_alarm(administrative: int, others: int) -> None:
    if administrative + others == 0:
        return
    (before,) = look([ADMINISTRATIVE] * administrative + [SELF_GOVERNMENT] * others)
    (after,) = look([ADMINISTRATIVE] * administrative + [SELF_GOVERNMENT] * (others + 1))
    assert before.alarm or not after.alarm


def test_what_landed_at_the_station_does_not_count() -> None:
    assert look([ADMINISTRATIVE], landing="station") == []


def test_what_has_ended_does_not_count() -> None:
    assert look([ADMINISTRATIVE], stage="expired") == []


def test_without_a_term_the_place_that_was_wanted_counts() -> None:
    assert look([{**ADMINISTRATIVE, "wanted": "station"}], landing="") == []
    assert len(look([{**ADMINISTRATIVE, "wanted": "committee"}], landing="")) == 1


def test_the_list_of_work_counts_with_what_was_admitted() -> None:
    listed = {
        "JJ-S01": SELF_GOVERNMENT,
        "JJ-X01": ADMINISTRATIVE,
        "JJ-E02": {"duty": "entrusted", "nature": "administrative"},
        "JJ-D01": {"duty": "prohibited", "nature": "administrative", "owner": "某局"},
    }
    (remark,) = ADMINISTRATIVE_SHARE.look(MadeSurvey(WUFUQIAO, ON, registers={"work_items": listed}))
    assert dict(remark.figures) == {"全部": 2, "行政事务": 1}
    assert remark.alarm


def test_before_the_first_station_the_national_example_is_the_limit() -> None:
    items = [ADMINISTRATIVE] * 4 + [SELF_GOVERNMENT] * 6
    (before,), (after,) = look(items, date(2008, 12, 4)), look(items, date(2008, 12, 5))
    assert not before.alarm
    assert after.alarm
