"""锦江: no economic tasks, no unpaid work, items verified one by one, the first station, plates, and the way back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.systems.conftest import Open
from tests.systems.town import Denied, Told, Town, request

DAY = date(2026, 3, 2)
# 五福桥 was served by the first station of 双桂路街道; no station serves the other two.
SERVED, BARE, OTHER = "510104030006", "510104018001", "510104018002"
FIRST_STATION = date(2008, 12, 5)


@pytest.fixture
def town(open_town: Open) -> Town:
    """锦江 on the second of March 2026, with its list of work and its stations."""
    opened = open_town("jinjiang", DAY, unit="锦江区残疾人联合会")
    opened.lists()
    return opened


def applied(town: Town, community: str, **more: Any) -> Told:
    facts = {"title": "残疾人需求入户登记", "nature": "administrative", **more}
    return town.take("clerk", "submit", request(community, **facts))


def decided(town: Town, matter: str, duty: str = "entrusted", nature: str = "administrative") -> Told:
    town.take("reviewer", "review", {"duty": duty, "nature": nature}, matter=matter)
    return town.take("decider", "admit", {"reason": "符合条件"}, matter=matter)


def admitted(
    town: Town, community: str, duty: str = "entrusted", nature: str = "administrative", **more: Any
) -> str:
    told = applied(town, community, duty=duty, nature=nature, **more)
    assert told.stage == "under_review", told.adverse
    (child,) = decided(town, told.matter, duty, nature).children
    return child


@pytest.mark.system("JJ-01")
@pytest.mark.parametrize(
    ("theme", "title"), [("investment", "招商引资"), ("tax", "协税护税"), ("revenue", "经济创收")]
)
def test_an_economic_task_is_refused_by_the_district_and_by_the_nation(
    town: Town, theme: str, title: str
) -> None:
    told = applied(town, BARE, theme=theme)
    assert told.stage == "refused"
    assert told.finding("jinjiang.access.submit.economic-tasks-stay-out")["verdict"] == "refuse"
    national = told.finding("national.access.submit.no-economic-targets")
    assert national["verdict"] == "refuse"
    assert "2015" in national["cites"][0]["source"]
    town.publish()
    said = town.matter_page(told.matter)
    assert f"街道已经不承担经济职能，{title}任务不能布置给社区" in said
    assert f"“{title}”一类任务不得下达给社区" in said


@pytest.mark.system("JJ-01")
def test_an_economic_task_is_refused_elsewhere_by_the_nation_alone(open_town: Open) -> None:
    chongchuan = open_town("chongchuan", DAY)
    told = chongchuan.take("clerk", "submit", request("320613005002", theme="tax"))
    assert told.stage == "refused"
    against = {f["rule"] for f in told.judgement["findings"] if f["verdict"] == "refuse"}
    assert against == {"national.access.submit.no-economic-targets"}
    chongchuan.publish()
    assert "“协税护税”一类任务不得下达给社区" in chongchuan.matter_page(told.matter)


@pytest.mark.system("JJ-07")
def test_unpaid_work_outside_the_duty_is_rejected_where_there_is_no_station(town: Town) -> None:
    told = applied(town, BARE, need=0, offer=0)
    assert told.stage == "refused"
    assert "这项工作不是居委会的职责，又没有给每个社区安排经费" in told.adverse
    town.publish()
    said = town.matter_page(told.matter)
    assert "不予准入：这项工作不是居委会的职责" in said
    assert "给每个社区安排经费，或者由部门自己办理" in said, "the cure"


@pytest.mark.system("JJ-07")
def test_unpaid_work_outside_the_duty_is_rerouted_to_the_station_where_there_is_one(town: Town) -> None:
    told = applied(town, SERVED, need=0, offer=0)
    assert told.stage == "under_review", told.adverse
    assert told.terms["access.landing"] == "station"
    town.publish()
    assert "没有安排经费，改由社区公共服务站办理" in town.matter_page(told.matter)


@pytest.mark.system("JJ-07")
def test_an_approved_item_with_money_becomes_a_task_with_amount_and_end(town: Town) -> None:
    child = admitted(town, BARE, need=200_000, offer=200_000)
    assert ("outside:department/锦江区残疾人联合会", f"committed:{child}", 200_000) in town.postings(child)
    (end,) = [due for due in town.get(f"matters/{child}")["due"] if due["what"] == "end"]
    assert end["day"] == "2026-11-30"
    town.publish()
    said = town.matter_page(child)
    assert "2,000 元" in said and "2026年11月30日" in said
    row = "残疾人需求入户登记 已准入，尚未开始 锦江区残疾人联合会 2026年11月30日 2,000.00 居民委员会"
    assert row in town.place_page(BARE)


@pytest.mark.system("JJ-07")
def test_a_community_refuses_an_item_without_approval_and_it_is_recorded(town: Town) -> None:
    asked = {"title": "代填商户报表", "asked_by": "某局", "asked_on": "2026-03-02"}
    told = town.take(f"committee@{BARE}", "record", asked, procedure="refusal", place=BARE)
    assert told.stage == "recorded"
    assert town.stage(told.matter) == "recorded"
    town.publish()
    said = town.place_page(BARE).partition("居委会拒绝过的要求")[2]
    assert "代填商户报表 某局 2026年3月2日 已记录" in said and "第十条" in said


@pytest.mark.system("JJ-08")
@pytest.mark.parametrize(
    ("duty", "nature", "label"),
    [
        ("assist", "administrative", "行政事务"),
        ("self_government", "service", "自治事务"),
        ("entrusted", "administrative", "政府委托事务"),
    ],
)
def test_each_item_is_verified_as_one_of_three(town: Town, duty: str, nature: str, label: str) -> None:
    told = applied(town, BARE)
    verified = town.take("reviewer", "review", {"duty": duty, "nature": nature}, matter=told.matter)
    assert verified.stage == "reviewed"
    assert verified.finding("ambiguous-items-need-a-ground")["reason"] == f"核定为{label}"
    town.publish()
    assert f"核定为{label}" in town.matter_page(told.matter)


@pytest.mark.system("JJ-08")
def test_an_ambiguous_item_is_not_saved_without_the_reason_of_the_verifier(town: Town) -> None:
    told = applied(town, BARE)
    unclear = {"duty": "entrusted", "nature": "administrative", "ambiguous": True}
    with pytest.raises(Denied, match="界限不清，没有写核定理由") as caught:
        town.take("reviewer", "review", unclear, matter=told.matter)
    assert (caught.value.status, caught.value.problem["where"]) == (422, "ground")
    assert town.stage(told.matter) == "under_review"
    assert len(town.steps(told.matter)) == 1
    ground = "由部门出资，社区只通知到户，归为政府委托事务"
    assert (
        town.take("reviewer", "review", {**unclear, "ground": ground}, matter=told.matter).stage == "reviewed"
    )
    town.publish()
    assert ground in town.matter_page(told.matter)


@pytest.mark.system("JJ-08")
def test_an_item_that_fits_none_of_the_three_is_not_saved_without_a_reason_either(town: Town) -> None:
    told = applied(town, BARE)
    with pytest.raises(Denied, match="三类里归不进去"):
        town.take("reviewer", "review", {"duty": "assist", "nature": "service"}, matter=told.matter)
    with pytest.raises(Denied):
        town.take("reviewer", "review", {"nature": "service"}, matter=told.matter)
    town.publish()
    assert "待审核" in town.matter_page(told.matter)


@pytest.mark.system("JJ-09")
@pytest.mark.parametrize(
    ("day", "duty", "nature", "landing", "said"),
    [
        (date(2008, 12, 4), "entrusted", "administrative", "committee", "当时还没有社区公共服务站"),
        (date(2008, 12, 4), "self_government", "service", "committee", "当时还没有社区公共服务站"),
        (date(2008, 12, 5), "entrusted", "administrative", "station", "由社区公共服务站办理"),
        (date(2008, 12, 5), "assist", "administrative", "station", "由社区公共服务站办理"),
        (date(2008, 12, 5), "self_government", "service", "committee", "自治事务由居委会承担"),
    ],
)
def test_entries_from_paper_of_2008_land_where_their_day_says(
    town: Town, day: date, duty: str, nature: str, landing: str, said: str
) -> None:
    paper = {"on_behalf_of": "paper", "happened": "2008-11-10"}
    facts = request(
        SERVED,
        title="双桂路街道入户登记",
        duty=duty,
        nature=nature,
        starts="2008-12-22",
        ends="2009-06-30",
        consent="锦江区政府2008年第9号",
    )
    told = town.take("clerk", "submit", facts, **paper)
    assert told.stage == "under_review", told.adverse
    on_paper = {"on_behalf_of": "paper", "happened": day.isoformat(), "decided": day.isoformat()}
    town.take("reviewer", "review", {"duty": duty, "nature": nature}, matter=told.matter, **on_paper)
    admitted = town.take("decider", "admit", {"reason": "符合条件"}, matter=told.matter, **on_paper)
    assert admitted.terms["access.landing"] == landing
    (child,) = admitted.children
    opened = town.steps(child)[0]
    assert opened["judgement"]["terms"]["access.landing"] == landing
    assert opened["decided"] == day.isoformat()
    town.publish()
    assert said in town.matter_page(told.matter)
    assert said in town.matter_page(child)


@pytest.mark.system("JJ-09")
@pytest.mark.parametrize(("day", "landing"), [(date(2008, 12, 4), "committee"), (FIRST_STATION, "station")])
def test_at_the_time_itself_the_answers_were_the_same(open_town: Open, day: date, landing: str) -> None:
    town = open_town("jinjiang", day)
    town.lists()
    period = {"starts": "2008-12-29", "ends": "2009-06-30", "consent": "锦江区政府2008年第9号"}
    child = admitted(town, SERVED, **period)
    assert town.steps(child)[0]["judgement"]["terms"]["access.landing"] == landing
    town.publish()
    station = "行政事务和政府委托事务由社区公共服务站办理"
    assert (station in town.matter_page(child)) == (landing == "station")


@pytest.mark.system("JJ-09")
def test_the_first_station_and_the_street_that_is_no_more_are_shown(town: Town) -> None:
    station = town.get("registers/stations/JJ-ST-01")
    assert (station["since"], station["values"]["title"]) == ("2008-12-05", "双桂路街道社区公共服务站")
    town.publish()
    assert "2008年12月5日" in town.place_page("510104000000-shuangguilu")


def plates(count: int, **more: Any) -> dict[str, Any]:
    share = {"community": BARE, "need_fen": 100, "offered_fen": 100, "plates": count}
    return {"title": "党群驿站标识", "kinds": ["plate"], "communities": [share], **more}


@pytest.mark.system("JJ-11")
def test_a_plate_is_an_item_of_access(town: Town) -> None:
    untyped = applied(town, BARE, **plates(1, kinds=["task"]))
    assert untyped.stage == "returned"
    assert "申请里有新增牌子，事项类型里没有“挂牌”" in untyped.adverse
    child = admitted(town, BARE, **plates(1))
    assert town.get(f"matters/{child}")["facts"]["request"]["kinds"] == ["plate"]
    town.publish()
    assert "申请里有新增牌子，事项类型里没有“挂牌”" in town.matter_page(untyped.matter)
    assert "事项类型 挂牌" in town.matter_page(child)


@pytest.mark.system("JJ-11")
def test_plates_over_the_limit_are_refused_and_the_limit_is_marked_as_an_example(town: Town) -> None:
    assert applied(town, BARE, **plates(3)).stage == "under_review"
    told = applied(town, BARE, **plates(4))
    assert told.stage == "refused"
    (value,) = told.finding("plates-asked-stay-within-the-limit")["values"]
    assert (value["name"], value["value"], value["since"]) == ("access.plate_limit", 3, "2008-12-05")
    town.publish()
    assert "要在一个社区新增 4 块牌子，上限是 3 块" in town.matter_page(told.matter)
    rules = town.page(f"rules/{town.place}/figures.html")
    assert "一个社区最多挂牌" in rules and "示例" in rules


@pytest.mark.system("JJ-11")
def test_plates_that_hang_already_count(town: Town) -> None:
    first = admitted(town, BARE, **plates(2))
    assert town.stage(first) == "pending"
    second = admitted(town, BARE, **plates(2))
    assert town.stage(second) == "not_here"
    town.publish()
    said = town.matter_page(second)
    assert "社区已挂 2 块牌子，再加 2 块超过上限 3 块" in said
    assert "先摘掉不用的牌子" in said


@pytest.mark.system("JJ-14")
def test_the_share_of_administrative_items_is_shown_and_above_the_limit_raises_an_alarm(town: Town) -> None:
    town.publish()
    listed = "居委会承担的 7 件事里，行政事务 2 件，占 28%"
    assert listed in town.place_page(BARE)
    assert "警戒线" not in town.place_page(BARE)
    child = admitted(town, BARE, duty="assist")
    town.publish()
    assert listed in town.place_page(BARE), "what has not begun does not count"
    town.clock.day = date(2026, 6, 1)
    assert town.stage(child) == "active"
    town.publish()
    said = "居委会承担的 8 件事里，行政事务 3 件，占 37%，超过警戒线 30%"
    assert said in town.place_page(BARE)
    assert "警戒线" not in town.place_page(OTHER), "each community by itself"


@pytest.mark.system("JJ-14")
def test_what_the_station_takes_does_not_weigh_on_the_committee(town: Town) -> None:
    child = admitted(town, SERVED, duty="assist")
    town.clock.day = date(2026, 6, 1)
    assert town.stage(child) == "active"
    town.publish()
    assert "居委会承担的 7 件事里，行政事务 2 件，占 28%" in town.place_page(SERVED)


@pytest.mark.system("JJ-14")
def test_visits_mediation_and_opinions_are_the_committees_own(town: Town) -> None:
    owned = {e["key"]: e["values"]["duty"] for e in town.get("registers/work_items")["entries"]}
    assert [owned[code] for code in ("JJ-S01", "JJ-S02")] == ["self_government"] * 2
    town.publish()
    said = town.place_page(BARE)
    assert "走访居民、收集民意 自治" in said and "调解民间纠纷 自治" in said
