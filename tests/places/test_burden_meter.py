"""崇川: the yearly meter of burdens counts six kinds in one community."""

from datetime import date

import pytest

from linli_chongchuan.burdens import BURDEN_METER, KINDS_OF_BURDEN, TEMPORARY
from tests.places.surveys import MadeSurvey, at_work

HONGDONG = "320613005002"
SURVEYED = date(2026, 12, 31)


def figures(*states: object) -> dict[str, int]:
    survey = MadeSurvey(HONGDONG, SURVEYED, {"access": states})  # type: ignore[dict-item]
    (remark,) = BURDEN_METER.look(survey)
    assert not remark.alarm
    return dict(remark.figures)


def test_the_meter_has_six_kinds() -> None:
    assert len([*KINDS_OF_BURDEN, TEMPORARY]) == 6


def test_nothing_admitted_is_said_in_words() -> None:
    (remark,) = BURDEN_METER.look(MadeSurvey(HONGDONG, SURVEYED))
    assert "没有" in remark.text
    assert set(dict(remark.figures).values()) == {0}


@pytest.mark.parametrize(
    ("request_", "counted"),
    [
        ({"kinds": ["task"]}, {"承接任务"}),
        ({"kinds": ["inspection"]}, {"检查评比"}),
        ({"kinds": ["ledger"]}, {"台账"}),
        ({"kinds": ["report"]}, {"信息上报"}),
        ({"kinds": ["survey"]}, {"信息上报"}),
        ({"kinds": ["report", "survey"]}, {"信息上报"}),
        ({"kinds": ["plate"]}, {"挂牌"}),
        ({"kinds": ["task"], "temporary": True}, {"承接任务", "临时任务"}),
        ({"kinds": ["ledger", "plate", "inspection"]}, {"台账", "挂牌", "检查评比"}),
        ({"kinds": ["meeting"]}, set()),
    ],
)
def test_an_item_counts_once_in_each_kind_that_it_lays(
    request_: dict[str, object], counted: set[str]
) -> None:
    found = figures(at_work(HONGDONG, date(2026, 3, 2), request_))
    assert {title for title, count in found.items() if count} == counted
    assert set(found.values()) <= {0, 1}


def test_only_what_came_in_the_year_counts() -> None:
    states = [at_work(HONGDONG, day, {"kinds": ["task"]}) for day in (date(2025, 12, 31), date(2026, 1, 1))]
    assert figures(*states)["承接任务"] == 1


def test_an_item_that_has_ended_still_burdened_its_year() -> None:
    assert figures(at_work(HONGDONG, date(2026, 1, 5), {"kinds": ["task"]}, stage="expired"))["承接任务"] == 1


def test_an_item_that_was_kept_out_does_not_count() -> None:
    assert (
        figures(at_work(HONGDONG, date(2026, 1, 5), {"kinds": ["task"]}, stage="not_here"))["承接任务"] == 0
    )
