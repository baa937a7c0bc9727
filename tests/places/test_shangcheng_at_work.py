"""上城: stations that serve many committees, their functions, and enforcement, through the service."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from linli.errors import LinliError
from tests.places.districts import District

A, B, C, ELSEWHERE = "330102004051", "330102004052", "330102004053", "330102018001"
STATION = {"code": "SC-ST-XY", "title": "小营街道公共服务站", "place": "330102004000", "serves": [A, B, C]}
INSURANCE: dict[str, Any] = {
    "title": "医保参保信息核对",
    "communities": [{"community": B, "need_fen": 150_000, "offered_fen": 150_000}],
    "basis": "城乡居民医保经办规程",
    "duty": "assist",
    "nature": "administrative",
    "kinds": ["task"],
    "starts": "2026-04-01",
    "ends": "2026-12-31",
    "responsible": ["上城区医疗保障局"],
    "station_function": "public_affairs",
}
STALLS: dict[str, Any] = {
    "title": "占道经营整治",
    "communities": [{"community": A}],
    "basis": "市容管理规定",
    "nature": "enforcement",
    "theme": "city_management",
    "kinds": ["task"],
    "starts": "2026-04-01",
    "ends": "2026-12-31",
    "responsible": ["上城区综合行政执法局"],
}


@pytest.fixture
def shangcheng(tmp_path: Path) -> District:
    return District("shangcheng", date(2026, 3, 2), tmp_path)


def test_the_station_that_serves_a_community_handles_its_item(shangcheng: District) -> None:
    shangcheng.stations(STATION)
    (child,) = shangcheng.admit(shangcheng.apply(**INSURANCE).matter, "assist", "administrative").children
    assert shangcheng.admission(child)["landing"] == "station"
    assert shangcheng.service.matter(child).place == B


def test_a_station_that_serves_none_is_refused(shangcheng: District) -> None:
    with pytest.raises(LinliError, match="至少要服务一个社区"):
        shangcheng.stations(STATION | {"serves": []})


def test_a_community_has_exactly_one_station(shangcheng: District) -> None:
    shangcheng.stations(STATION)
    with pytest.raises(LinliError):
        shangcheng.stations(STATION | {"code": "SC-ST-2", "serves": [B]})


def test_an_item_at_a_station_carries_one_of_its_functions(shangcheng: District) -> None:
    shangcheng.stations(STATION)
    without = {key: value for key, value in INSURANCE.items() if key != "station_function"}
    assert shangcheng.apply(**without).stage == "returned"
    assert shangcheng.apply(**INSURANCE).stage == "under_review"


def test_what_is_meant_for_a_station_is_not_admitted_where_there_is_none(shangcheng: District) -> None:
    share = {"community": ELSEWHERE, "need_fen": 1, "offered_fen": 1}
    applied = shangcheng.apply(**INSURANCE | {"wanted": "station", "communities": [share]})
    assert shangcheng.admit(applied.matter, "assist", "administrative").stage == "refused"


def test_enforcement_lies_with_one_department_and_the_street_manages_the_unit(shangcheng: District) -> None:
    admitted = shangcheng.admit(shangcheng.apply(**STALLS).matter, "prohibited", "enforcement")
    assert admitted.stage == "refused", "what is barred from communities is not admitted"
    admitted = shangcheng.admit(shangcheng.apply(**STALLS).matter, "assist", "enforcement", ambiguous=False)
    assert admitted.judgement is not None
    assert admitted.judgement.terms["access.manager"] == "street"
    assert admitted.judgement.terms["access.landing"] == "department"


def test_a_second_department_for_enforcement_is_refused(shangcheng: District) -> None:
    two = STALLS | {"responsible": ["上城区综合行政执法局", "上城区市场监督管理局"]}
    assert shangcheng.apply(**two).stage == "refused"


def test_the_money_of_a_service_goes_down_to_the_community(shangcheng: District) -> None:
    bath = INSURANCE | {
        "title": "老年人助浴",
        "nature": "service",
        "station_function": None,
        "communities": [{"community": A, "need_fen": 6_000_000, "offered_fen": 6_000_000}],
    }
    (child,) = shangcheng.admit(shangcheng.apply(**bath).matter, "assist", "service").children
    assert shangcheng.admission(child)["landing"] == "committee"
    assert shangcheng.service.store.balance(f"community:{A}") == 6_000_000
