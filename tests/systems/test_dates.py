"""Three pairs of dates, in 东城 and in 崇川: each decision gets the answer of the law of its own day.

Consent is asked for nationally until the end of 2025 and goes on in Beijing by its measures of 1991; that whoever
entrusts a task pays for it is national law from 2026.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.systems.conftest import Open
from tests.systems.town import Told, Town, request

BOTH_2025 = (date(2025, 11, 3), date(2025, 12, 31))
ACROSS = (date(2025, 12, 22), date(2026, 1, 4))
BOTH_2026 = (date(2026, 1, 5), date(2026, 1, 20))
NATIONAL_CONSENT = "national.access.admit.district-consents"
BEIJING_CONSENT = "beijing.access.admit.district-or-street-consents"
PAYS = "national.access.admit.entrusting-department-pays"
COMMUNITY = {"dongcheng": "110101002001", "chongchuan": "320613005002"}
ITEM = {"dongcheng": "DC-W03", "chongchuan": ""}


def decided(open_town: Open, slug: str, dates: tuple[date, date], **more: Any) -> tuple[Town, Told]:
    """Apply on one day, decide on the other, and publish."""
    applied, day = dates
    town = open_town(slug, applied)
    town.lists()
    told = town.take("clerk", "submit", request(COMMUNITY[slug], item=ITEM[slug], **more))
    assert told.stage == "under_review", told.adverse
    town.clock.day = day
    town.take("reviewer", "review", {"duty": "entrusted", "nature": "service"}, matter=told.matter)
    answer = town.take("decider", "admit", {"reason": "提请决定"}, matter=told.matter)
    assert (answer.judgement["happened"], answer.judgement["decided"]) == (
        applied.isoformat(),
        day.isoformat(),
    )
    town.publish()
    return town, answer


def refusing(told: Told) -> set[str]:
    return {finding["rule"] for finding in told.judgement["findings"] if finding["verdict"] == "refuse"}


@pytest.mark.parametrize(
    ("slug", "dates", "stage", "against"),
    [
        ("dongcheng", BOTH_2025, "refused", {NATIONAL_CONSENT, BEIJING_CONSENT}),
        ("dongcheng", ACROSS, "refused", {BEIJING_CONSENT}),
        ("dongcheng", BOTH_2026, "refused", {BEIJING_CONSENT}),
        ("chongchuan", BOTH_2025, "refused", {NATIONAL_CONSENT}),
        ("chongchuan", ACROSS, "admitted", set()),
        ("chongchuan", BOTH_2026, "admitted", set()),
    ],
)
def test_consent_is_asked_for_by_the_law_of_the_day_of_decision(
    open_town: Open, slug: str, dates: tuple[date, date], stage: str, against: set[str]
) -> None:
    town, told = decided(open_town, slug, dates, consent=None)
    assert (told.stage, refusing(told)) == (stage, against)
    said = town.matter_page(told.matter)
    assert ("没有经区政府或街道办事处同意并统一安排" in said) == (NATIONAL_CONSENT in against)
    assert ("在北京，部门要居委会协助的工作须经区政府或街道办事处同意" in said) == (
        BEIJING_CONSENT in against
    )
    applied, day = (f"{each.year}年{each.month}月{each.day}日" for each in dates)
    assert f"按{day}的规则判断，期限和手续按{applied}（申请当天）的规则" in said


@pytest.mark.parametrize(
    ("dates", "stage", "against"),
    [(BOTH_2025, "admitted", set()), (ACROSS, "refused", {PAYS}), (BOTH_2026, "refused", {PAYS})],
)
def test_who_entrusts_pays_from_2026_whenever_it_was_applied_for(
    open_town: Open, dates: tuple[date, date], stage: str, against: set[str]
) -> None:
    town, told = decided(open_town, "chongchuan", dates, need=300_000, offer=100_000)
    assert (told.stage, refusing(told)) == (stage, against)
    assert ("委托事项所需经费由委托部门承担" in town.matter_page(told.matter)) == bool(against)


def test_with_consent_and_money_the_same_work_is_admitted_on_every_pair_of_dates(open_town: Open) -> None:
    for slug in COMMUNITY:
        for dates in (BOTH_2025, ACROSS, BOTH_2026):
            town, told = decided(open_town, slug, dates)
            assert told.stage == "admitted", told.adverse
            assert "已准入" in town.matter_page(told.matter)


@pytest.mark.parametrize("slug", ["dongcheng", "chongchuan"])
def test_a_period_runs_by_the_law_of_the_day_of_its_act(open_town: Open, slug: str) -> None:
    town = open_town(slug, date(2025, 12, 22))
    town.lists()
    told = town.take("clerk", "submit", request(COMMUNITY[slug], item=ITEM[slug]))
    (due,) = town.get(f"matters/{told.matter}")["due"]
    town.clock.day = date(2026, 1, 4)
    assert town.get(f"matters/{told.matter}")["due"] == [due]
    heard = town.steps(told.matter)[0]["judgement"]
    assert heard["happened"] == "2025-12-22"
    town.publish()
    day = date.fromisoformat(due["day"])
    assert f"{day.year}年{day.month}月{day.day}日" in town.matter_page(told.matter)
