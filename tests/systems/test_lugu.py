"""鲁谷: a street that is itself a community, with three systems, and two ways back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.systems.conftest import Open
from tests.systems.town import Told, Town, request

HOME = "110107011001"
SYSTEMS = ("社区党工委", "社区行政事务管理中心", "社区代表会议及其委员会")
LISTED = {
    "code": "LG-01",
    "title": "邻里互助活动的组织",
    "place": "110107011000",
    "duty": "assist",
    "nature": "service",
}


@pytest.fixture
def town(open_town: Open) -> Town:
    """鲁谷 on the second of March 2026."""
    opened = open_town("lugu", date(2026, 3, 2), unit="石景山区城市管理委员会")
    opened.imports("work_items", [LISTED])
    return opened


def applied(town: Town, **more: Any) -> Told:
    return town.take("clerk", "submit", request(HOME, **{"duty": "assist", **more}))


def decided(town: Town, told: Told, nature: str) -> Told:
    assert told.stage == "under_review", told.adverse
    town.take("reviewer", "review", {"duty": "assist", "nature": nature}, matter=told.matter)
    return town.take("decider", "admit", {"reason": "符合条件"}, matter=told.matter)


@pytest.mark.system("BJ-15")
def test_a_street_level_community_has_three_systems(town: Town) -> None:
    told = decided(town, applied(town, item="LG-01", title="邻里互助活动", nature="service"), "service")
    used = {v["name"]: v for v in told.finding("social-affairs-return-to-self-government")["values"]}
    assert used["beijing.street_level_community"]["value"] is True
    assert used["beijing.street_level_systems"]["value"] == list(SYSTEMS)
    assert used["beijing.street_level_systems"]["since"] == "2003-07-18"
    town.publish()
    said = town.page(f"rules/{town.place}/figures.html")
    assert "街道层级社区的体系" in said and "、".join(SYSTEMS) in said
    assert "、".join(SYSTEMS) in town.matter_page(told.matter)


@pytest.mark.system("BJ-15")
@pytest.mark.parametrize(
    ("nature", "more"),
    [
        ("administrative", {"wanted": "department"}),
        ("enforcement", {"responsible": ["石景山区城市管理委员会"]}),
    ],
)
def test_an_item_of_approval_or_enforcement_is_returned_to_a_department(
    town: Town, nature: str, more: dict[str, Any]
) -> None:
    told = decided(town, applied(town, title="户外广告设置审批", nature=nature, **more), nature)
    assert told.stage == "admitted", told.adverse
    assert told.terms["access.landing"] == "department"
    town.publish()
    assert "审批和执法归位于政府部门" in town.matter_page(told.matter)


@pytest.mark.system("BJ-15")
@pytest.mark.parametrize("wanted", ["committee", "station"])
def test_approval_that_is_meant_for_the_community_is_refused(town: Town, wanted: str) -> None:
    item = {"item": "LG-01", "title": "户外广告设置审批", "nature": "administrative", "wanted": wanted}
    told = decided(town, applied(town, **item), "administrative")
    assert told.stage == "refused"
    assert "审批和执法职能归位于政府，不落到社区" in told.adverse
    town.publish()
    assert "改为由主管部门自己办理" in town.matter_page(told.matter)


@pytest.mark.system("BJ-15")
def test_an_item_of_social_management_goes_to_the_self_governing_bodies(town: Town) -> None:
    told = decided(town, applied(town, item="LG-01", title="邻里互助活动", nature="service"), "service")
    assert told.stage == "admitted", told.adverse
    assert told.terms["access.landing"] == "committee"
    (child,) = told.children
    assert town.steps(child)[0]["judgement"]["terms"]["access.landing"] == "committee"
    town.publish()
    assert "社会事务由社区自治组织承担（社区代表会议及其委员会）" in town.matter_page(child)
