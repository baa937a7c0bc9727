"""锦江: applications, decisions and refusals through the service, with the shipped plugins and configuration."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from linli.desk import Call
from linli.errors import BadInput
from tests.places.districts import District

WUFUQIAO, SHUANGGUI = "510104030006", "510104030009"
STATION = {
    "code": "JJ-ST-01",
    "title": "双桂路街道社区公共服务站",
    "place": "510104000000-shuangguilu",
    "serves": [WUFUQIAO],
}
REGISTRATION: dict[str, Any] = {
    "title": "残疾人需求入户登记",
    "communities": [{"community": WUFUQIAO, "need_fen": 200_000, "offered_fen": 200_000}],
    "basis": "残疾人服务状况调查通知",
    "duty": "entrusted",
    "nature": "administrative",
    "kinds": ["task"],
    "starts": "2026-04-01",
    "ends": "2026-06-30",
    "responsible": ["锦江区残疾人联合会"],
}


@pytest.fixture
def jinjiang(tmp_path: Path) -> District:
    return District("jinjiang", date(2026, 3, 2), tmp_path)


def test_an_economic_task_is_refused_when_it_is_submitted(jinjiang: District) -> None:
    assert jinjiang.apply(**REGISTRATION | {"theme": "investment"}).stage == "refused"


def test_unpaid_work_outside_the_duty_is_refused(jinjiang: District) -> None:
    unpaid = REGISTRATION | {"communities": [{"community": WUFUQIAO}]}
    assert jinjiang.apply(**unpaid).stage == "refused"


def test_unpaid_work_outside_the_duty_is_rerouted_to_the_station(jinjiang: District) -> None:
    jinjiang.stations(STATION)
    receipt = jinjiang.apply(**REGISTRATION | {"communities": [{"community": WUFUQIAO}]})
    assert receipt.stage == "under_review"
    assert receipt.judgement is not None
    assert receipt.judgement.terms["access.landing"] == "station"


def test_an_admitted_item_becomes_a_task_with_amount_and_end(jinjiang: District) -> None:
    applied = jinjiang.apply(**REGISTRATION)
    admitted = jinjiang.admit(applied.matter, "entrusted", "administrative")
    (child,) = admitted.children
    assert jinjiang.admission(child)["ends"] == "2026-06-30"
    assert jinjiang.service.store.balance(f"committed:{child}") == 200_000


def test_a_committee_refuses_what_was_not_admitted_and_it_is_on_record(jinjiang: District) -> None:
    refused = jinjiang.refuse(WUFUQIAO, title="代填报表", asked_by="某局", asked_on="2026-03-02")
    assert refused.stage == "recorded"
    assert len(jinjiang.service.steps(refused.matter)) == 1


def test_a_committee_cannot_refuse_what_was_admitted(jinjiang: District) -> None:
    applied = jinjiang.apply(**REGISTRATION)
    (child,) = jinjiang.admit(applied.matter, "entrusted", "administrative").children
    refused = jinjiang.refuse(
        WUFUQIAO, title="残疾人需求入户登记", asked_by="某局", asked_on="2026-04-02", admission=child
    )
    assert refused.stage == "not_founded"


def test_an_ambiguous_item_is_not_saved_without_the_reason_of_the_verifier(jinjiang: District) -> None:
    applied = jinjiang.apply(**REGISTRATION)
    with pytest.raises(BadInput, match="界限不清"):
        jinjiang.admit(applied.matter, "entrusted", "administrative", ambiguous=True)
    assert jinjiang.service.matter(applied.matter).state.stage_id == "under_review"  # type: ignore[union-attr]
    assert jinjiang.admit(
        applied.matter, "entrusted", "administrative", ambiguous=True, ground="由部门出资"
    ).children


@pytest.mark.parametrize(
    ("day", "duty", "nature", "landing"),
    [
        (date(2008, 12, 4), "entrusted", "administrative", "committee"),
        (date(2008, 12, 5), "entrusted", "administrative", "station"),
        (date(2008, 12, 5), "self_government", "service", "committee"),
    ],
)
def test_work_lands_where_the_day_says(
    tmp_path: Path, day: date, duty: str, nature: str, landing: str
) -> None:
    jinjiang = District("jinjiang", day, tmp_path)
    jinjiang.stations(STATION, since=date(2008, 12, 5))
    period = {"starts": "2008-12-22", "ends": "2009-06-30", "consent": "锦江区政府2008年第9号"}
    applied = jinjiang.apply(**REGISTRATION | period | {"duty": duty, "nature": nature})
    (child,) = jinjiang.admit(applied.matter, duty, nature).children
    assert jinjiang.admission(child)["landing"] == landing


def test_each_community_gets_its_own_landing_where_only_some_have_a_station(jinjiang: District) -> None:
    jinjiang.stations(STATION)
    shares = [{"community": code, "need_fen": 100, "offered_fen": 100} for code in (WUFUQIAO, SHUANGGUI)]
    applied = jinjiang.apply(**REGISTRATION | {"communities": shares})
    children = jinjiang.admit(applied.matter, "entrusted", "administrative").children
    assert [jinjiang.admission(child)["landing"] for child in children] == ["station", "committee"]


def test_a_department_that_wants_the_committee_does_not_get_past_the_station(jinjiang: District) -> None:
    jinjiang.stations(STATION)
    applied = jinjiang.apply(**REGISTRATION | {"wanted": "committee"})
    (child,) = jinjiang.admit(applied.matter, "entrusted", "administrative").children
    assert jinjiang.admission(child)["landing"] == "station"


def plates(number: int, community: str = WUFUQIAO) -> dict[str, Any]:
    share = {"community": community, "need_fen": 100, "offered_fen": 100, "plates": number}
    return REGISTRATION | {"kinds": ["plate"], "communities": [share]}


def hang(jinjiang: District, number: int) -> str:
    (child,) = jinjiang.admit(jinjiang.apply(**plates(number)).matter, "entrusted", "administrative").children
    state = jinjiang.service.matter(child).state
    assert state is not None
    return state.stage_id


def test_more_plates_than_the_limit_are_refused_at_once(jinjiang: District) -> None:
    assert jinjiang.apply(**plates(4)).stage == "refused"


def test_plates_that_hang_already_count_against_the_limit(jinjiang: District) -> None:
    assert [hang(jinjiang, 2), hang(jinjiang, 1)] == ["pending", "pending"]
    assert hang(jinjiang, 1) == "not_here"


def test_an_emergency_does_not_wait_for_its_money(jinjiang: District) -> None:
    flood = REGISTRATION | {
        "title": "积水转移群众",
        "duty": "assist",
        "communities": [{"community": WUFUQIAO}],
        "staff": 4,
        "temporary": True,
        "emergency": True,
        "starts": "2026-03-02",
        "ends": "2026-03-08",
    }
    call = Call(procedure="access", action="emergency", facts=flood, place=jinjiang.deployment.place)
    begun = jinjiang.service.take(call, jinjiang.person("department"))
    assert begun.stage == "emergency"
    (child,) = begun.children
    state = jinjiang.service.matter(child).state
    assert state is not None
    assert state.stage_id == "active"


def test_plates_that_come_down_make_room(jinjiang: District) -> None:
    (child,) = jinjiang.admit(jinjiang.apply(**plates(3)).matter, "entrusted", "administrative").children
    assert hang(jinjiang, 1) == "not_here"
    jinjiang.act("exit", child, "access_decider", ground="居民反映牌子名不副实")
    assert hang(jinjiang, 1) == "pending"
