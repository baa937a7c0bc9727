"""上城: enforcement under the street, one station for many committees, and the three functions of a station."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.systems.conftest import Open
from tests.systems.town import Denied, Told, Town, request

# 小营街道's station X of the shipped list serves the first three; nobody serves the last.
A, B, C, ELSEWHERE = "330102004051", "330102004052", "330102004053", "330102018001"
STATION_X = "SC-ST-XY"
STAFF_OF_X = {"station-x": tuple(("station", code) for code in (A, B, C))}
INSURANCE: dict[str, Any] = {
    "item": "SC-G01",
    "title": "医保参保信息核对",
    "duty": "assist",
    "nature": "administrative",
    "responsible": ["上城区医疗保障局"],
    "station_function": "public_affairs",
}
STALLS: dict[str, Any] = {
    "title": "占道经营整治",
    "duty": "assist",
    "nature": "enforcement",
    "theme": "city_management",
    "responsible": ["上城区综合行政执法局"],
}


@pytest.fixture
def town(open_town: Open) -> Town:
    """上城 on the second of March 2026, with its list of work and its stations."""
    opened = open_town("shangcheng", date(2026, 3, 2), unit="上城区医疗保障局", people=STAFF_OF_X)
    opened.lists()
    return opened


def applied(town: Town, community: str, **more: Any) -> Told:
    return town.take("clerk", "submit", request(community, **more))


def decided(town: Town, told: Told, duty: str, nature: str) -> Told:
    assert told.stage == "under_review", told.adverse
    town.take("reviewer", "review", {"duty": duty, "nature": nature}, matter=told.matter)
    return town.take("decider", "admit", {"reason": "符合条件"}, matter=told.matter)


@pytest.mark.system("SC-02")
def test_an_enforcement_unit_is_managed_by_the_street(town: Town) -> None:
    told = decided(town, applied(town, A, **STALLS), "assist", "enforcement")
    assert told.stage == "admitted", told.adverse
    assert told.terms["access.manager"] == "street"
    assert told.terms["access.landing"] == "department"
    town.publish()
    said = town.matter_page(told.matter)
    assert "执法力量下移，由街道统一管理" in said
    assert "由上城区综合行政执法局依法承担" in said
    community = town.place_page(A)
    assert "现在没有经过准入、必须做的工作" in community
    assert "由主责部门自己办理、不要居委会做的： 占道经营整治" in community


@pytest.mark.system("SC-02")
def test_what_is_no_enforcement_is_not_put_under_the_street(town: Town) -> None:
    told = decided(town, applied(town, B, **INSURANCE), "assist", "administrative")
    assert "access.manager" not in told.terms
    town.publish()
    assert "执法力量下移" not in town.matter_page(told.matter)


@pytest.mark.system("SC-02")
@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"responsible": ["上城区综合行政执法局", "上城区市场监督管理局"]}, "执法类事项写了 2 个主责部门"),
        ({"wanted": "committee"}, "执法类事项不能落到居民委员会"),
    ],
)
def test_enforcement_lies_with_one_department_and_with_no_committee(
    town: Town, changed: dict[str, Any], reason: str
) -> None:
    told = applied(town, A, **STALLS | changed)
    assert told.stage == "refused"
    assert reason in told.adverse
    town.publish()
    assert reason in town.matter_page(told.matter)


@pytest.mark.system("SC-04")
def test_the_station_handles_the_item_for_one_of_its_committees_and_that_committee_sees_it(
    town: Town,
) -> None:
    told = decided(town, applied(town, B, **INSURANCE), "assist", "administrative")
    (child,) = told.children
    opened = town.steps(child)[0]["judgement"]
    assert opened["terms"]["access.landing"] == "station"
    (heard,) = [f for f in opened["findings"] if f["rule"].endswith("station-takes-public-service")]
    assert heard["reason"] == f"由公共服务站 {STATION_X} 承办"
    town.clock.day = date(2026, 6, 15)
    assert town.take("station-x", "report", {"target": "核对完毕"}, matter=child).stage == "active"
    assert town.get(f"matters/{child}", f"committee@{B}")["internal"] is True
    assert town.get(f"matters/{child}", f"committee@{A}")["internal"] is False
    town.publish()
    assert f"由公共服务站 {STATION_X} 承办" in town.matter_page(child)
    row = "医保参保信息核对 进行中 上城区医疗保障局 2026年11月30日 3,000.00 社区服务站"
    assert row in town.place_page(B) and row not in town.place_page(A)


@pytest.mark.system("SC-04")
def test_the_same_station_serves_all_three(town: Town) -> None:
    shares = [{"community": code, "need_fen": 100, "offered_fen": 100} for code in (A, B, C)]
    told = decided(town, applied(town, A, **INSURANCE, communities=shares), "assist", "administrative")
    assert len(told.children) == 3
    town.clock.day = date(2026, 6, 15)
    for child in told.children:
        assert town.take("station-x", "report", {"target": "核对完毕"}, matter=child).stage == "active"
    town.publish()
    said = town.matter_page(told.matter)
    assert f"由公共服务站 {STATION_X} 承办" in said


@pytest.mark.system("SC-04")
def test_a_station_that_serves_none_is_refused(town: Town) -> None:
    none = {"code": "SC-ST-0", "title": "不服务任何社区的站", "place": "330102004000", "serves": []}
    with pytest.raises(Denied) as caught:
        town.imports("stations", [none])
    assert caught.value.status == 422
    with pytest.raises(Denied) as missing:
        town.get("registers/stations/SC-ST-0")
    assert missing.value.status == 404
    town.publish()
    assert not [address for address, said in town.pages().items() if "不服务任何社区的站" in said]


@pytest.mark.system("SC-04")
def test_a_committee_has_exactly_one_station(town: Town) -> None:
    second = {"code": "SC-ST-2", "title": "第二个站", "place": "330102004000", "serves": [B]}
    with pytest.raises(Denied, match=f"{B} 已经属于 {STATION_X}"):
        town.imports("stations", [second])
    rows = town.get("registers/stations")["entries"]
    assert sum(B in row["values"]["serves"] for row in rows) == 1
    town.publish()
    assert not [address for address, said in town.pages().items() if "第二个站" in said]


@pytest.mark.system("SC-04")
def test_what_is_meant_for_a_station_is_not_admitted_where_none_serves(town: Town) -> None:
    told = decided(town, applied(town, ELSEWHERE, **INSURANCE, wanted="station"), "assist", "administrative")
    assert told.stage == "refused"
    town.publish()
    assert f"没有公共服务站服务社区 {ELSEWHERE}" in town.matter_page(told.matter)


@pytest.mark.system("SC-05")
@pytest.mark.parametrize(
    ("function", "title"),
    [("general_service", "综合服务"), ("public_affairs", "公共事务"), ("social_work", "社会工作")],
)
def test_an_item_at_a_station_carries_one_of_three_functions(town: Town, function: str, title: str) -> None:
    told = applied(town, B, **INSURANCE | {"station_function": function})
    assert told.stage == "under_review"
    assert told.finding("station-item-names-its-function")["reason"] == f"服务站职能：{title}"
    (child,) = decided(town, told, "assist", "administrative").children
    assert town.get(f"matters/{child}")["facts"]["request"]["station_function"] == function
    town.publish()
    assert title in town.matter_page(child)
    assert f"服务站职能：{title}" in town.matter_page(told.matter)


@pytest.mark.system("SC-05")
def test_an_item_at_a_station_without_or_with_another_function_is_not_received(town: Town) -> None:
    told = applied(town, B, **INSURANCE | {"station_function": None})
    assert told.stage == "returned"
    assert "在综合服务、公共事务、社会工作里选一项" in told.adverse
    with pytest.raises(Denied, match="station_function") as caught:
        applied(town, B, **INSURANCE | {"station_function": "tax_collection"})
    assert caught.value.status == 422
    town.publish()
    assert "服务站承办的事项没有写明职能" in town.matter_page(told.matter)
