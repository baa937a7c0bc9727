"""崇川: the list of powers, requests instead of orders, burdens by kind, and work that belongs to a department."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.systems.conftest import Open
from tests.systems.town import Denied, Told, Town, request

DAY = date(2026, 3, 2)
HOME, NEXT = "320613005002", "320613005003"
COMMITTEE = f"committee@{HOME}"
ASKED: dict[str, Any] = {
    "title": "代填企业用工报表",
    "asked_by": "某局",
    "asked_on": "2026-03-02",
    "kinds": ["report"],
}


@pytest.fixture
def town(open_town: Open) -> Town:
    """崇川 on the second of March 2026, with its list of powers."""
    opened = open_town("chongchuan", DAY, unit="崇川区民政局")
    opened.lists()
    return opened


def applied(town: Town, *communities: str, **more: Any) -> Told:
    return town.take("clerk", "submit", request(*(communities or (HOME,)), **more))


def admitted(town: Town, *communities: str, **more: Any) -> Told:
    told = applied(town, *communities, **more)
    assert told.stage == "under_review", told.adverse
    verified = {"duty": more.get("duty", "entrusted"), "nature": more.get("nature", "service")}
    town.take("reviewer", "review", verified, matter=told.matter)
    decided = town.take("decider", "admit", {"reason": "符合条件"}, matter=told.matter)
    assert decided.stage == "admitted", decided.adverse
    return decided


def refused(town: Town, **facts: Any) -> Told:
    return town.take(COMMITTEE, "record", {**ASKED, **facts}, procedure="refusal", place=HOME)


@pytest.mark.system("CC-20")
def test_a_committee_refuses_what_is_neither_listed_nor_admitted_and_its_page_says_so(town: Town) -> None:
    told = refused(town)
    assert told.stage == "recorded"
    assert "不在居委会职权清单上" in told.finding("committee-may-refuse-unlisted-work")["reason"]
    named = refused(town, item="CC-D03")
    assert named.stage == "recorded"
    assert "崇川区统计局自己的职责" in named.finding("committee-may-refuse-unlisted-work")["reason"]
    step = town.steps(told.matter)[0]
    assert (step["facts"]["title"], step["facts"]["asked_by"]) == ("代填企业用工报表", "某局")
    town.publish()
    said = town.place_page(HOME)
    row = "代填企业用工报表（清单 CC-D03） 某局 2026年3月2日 已记录 "
    assert row in said, "the department and the item"
    assert "第十条" in said.partition(row)[2].partition("检查说明")[0], "the article"
    assert "代填企业用工报表" not in town.place_page(NEXT)
    assert "居委会拒绝了某局要求的“代填企业用工报表”" in town.matter_page(told.matter)


@pytest.mark.system("CC-20")
def test_a_task_off_the_list_needs_an_approval_record_and_that_begins_with_its_basis(town: Town) -> None:
    told = applied(town, basis=None, title="楼道文化墙绘制")
    assert told.stage == "returned"
    assert "不在居委会职权清单上" in told.adverse
    town.publish()
    assert "这项工作不在居委会职权清单上，也没有写明依据" in town.matter_page(told.matter)


@pytest.mark.system("CC-20")
def test_with_an_approval_record_the_same_work_cannot_be_refused_while_it_runs(town: Town) -> None:
    (child,) = admitted(town).children
    town.clock.day = date(2026, 6, 15)
    told = refused(
        town, title="老年人健康档案更新", asked_by="崇川区民政局", asked_on="2026-06-15", admission=child
    )
    assert told.stage == "not_founded"
    town.publish()
    assert "居委会不能拒绝崇川区民政局要求的“老年人健康档案更新”" in town.matter_page(told.matter)


@pytest.mark.system("CC-20")
def test_what_stands_on_the_list_of_powers_is_not_refused(town: Town) -> None:
    told = refused(town, title="调解纠纷", item="CC-S01")
    assert told.stage == "not_founded"
    town.publish()
    assert "“调解民间纠纷”在居委会职权清单上，不在可以拒绝的范围" in town.matter_page(told.matter)


@pytest.mark.system("CC-21")
def test_an_order_to_a_committee_is_refused_when_it_is_submitted(town: Town) -> None:
    assert town.would("clerk", "submit", request(HOME, manner="order"))["leads_to"] == "不予准入"
    told = applied(town, manner="order")
    assert told.stage == "refused"
    assert told.finding("committee-takes-no-orders")["verdict"] == "refuse"
    town.publish()
    said = town.matter_page(told.matter)
    assert "政府部门不能向它下达指令，只能请求协助" in said
    assert "把提出方式改为“请求协助”" in said


@pytest.mark.system("CC-21")
def test_no_government_user_gets_an_order_past_the_rule_by_the_path_of_an_emergency(town: Town) -> None:
    facts = request(
        HOME, manner="order", temporary=True, emergency=True, starts="2026-03-02", ends="2026-03-06"
    )
    for who, place in (("clerk", town.place), ("street@320613005000", "320613005000")):
        told = town.take(who, "emergency", facts, place=place)
        assert told.stage == "refused"
        assert "只能请求协助" in told.adverse
    town.publish()
    assert "只能请求协助" in town.matter_page(told.matter)


@pytest.mark.system("CC-21")
def test_a_request_for_assistance_is_received(town: Town) -> None:
    told = applied(town, manner="assistance")
    assert told.stage == "under_review"
    assert told.finding("committee-takes-no-orders")["verdict"] == "satisfied"
    town.publish()
    said = town.matter_page(told.matter)
    assert "提出方式 请求协助" in said and "下达指令" not in said


@pytest.mark.system("CC-29")
def test_the_yearly_meter_counts_each_of_the_six_kinds_of_a_community(town: Town) -> None:
    admitted(town, HOME, NEXT, title="台账一", kinds=["task", "ledger"])
    admitted(town, HOME, title="台账二", kinds=["ledger"])
    admitted(town, HOME, title="季度报表", kinds=["report"])
    admitted(town, HOME, title="星级评比", kinds=["inspection"])
    badge = {"community": HOME, "need_fen": 1, "offered_fen": 1, "plates": 1}
    plate = admitted(town, HOME, title="驿站挂牌", kinds=["plate"], communities=[badge])
    admitted(town, HOME, title="灾后摸底", kinds=["survey"], temporary=True)
    assert town.get(f"matters/{plate.matter}")["facts"]["request"]["kinds"] == ["plate"]
    town.publish()
    said = town.place_page(HOME)
    assert "社区负担年度统计" in said
    counts = "承接任务 1 件、检查评比 1 件、台账 2 件、信息上报 2 件、挂牌 1 件、临时任务 1 件"
    assert f"2026 年经准入进入本社区的：{counts}" in said
    assert "2026 年经准入进入本社区的：承接任务 1 件、台账 1 件" in town.place_page(NEXT)


@pytest.mark.system("CC-29")
def test_the_meter_begins_anew_each_year(town: Town) -> None:
    admitted(town, title="去年的台账", kinds=["ledger"])
    town.clock.day = date(2027, 3, 1)
    admitted(town, title="今年的检查", kinds=["inspection"], starts="2027-06-01", ends="2027-11-30")
    town.publish()
    assert "2027 年经准入进入本社区的：检查评比 1 件" in town.place_page(HOME)


@pytest.mark.system("CC-29")
@pytest.mark.parametrize(
    ("burden", "wanted"),
    [
        ({"kinds": []}, "没有写明事项类型"),
        ({"kinds": ["task"], "plates": 1}, "事项类型里没有“挂牌”"),
        (
            {"kinds": ["task"], "data_collected": "老人姓名", "data_basis": "居民同意"},
            "没有台账、报表或普查调查",
        ),
    ],
)
def test_what_adds_a_burden_without_saying_its_kind_goes_back(
    town: Town, burden: dict[str, Any], wanted: str
) -> None:
    share = {"community": HOME, "need_fen": 1, "offered_fen": 1, "plates": burden.pop("plates", 0)}
    told = applied(town, communities=[share], **burden)
    assert told.stage == "returned"
    assert wanted in told.adverse
    town.publish()
    assert wanted in town.matter_page(told.matter)


@pytest.mark.system("CC-30")
def test_work_that_belongs_to_a_department_is_refused_with_the_department_named(town: Town) -> None:
    told = applied(town, item="CC-D03", title="企业用工数据上报", kinds=["report"])
    assert told.stage == "refused"
    assert "“企业经济数据统计上报”是崇川区统计局的职责，转给居委会属于错位" in told.adverse
    town.publish()
    said = town.matter_page(told.matter)
    assert "“企业经济数据统计上报”是崇川区统计局的职责，转给居委会属于错位" in said
    assert "由崇川区统计局自己办理" in said
    assert "企业用工数据上报" in " ".join(town.pages("access").values()), "found in the list of access too"


@pytest.mark.system("CC-30")
def test_overstepping_goes_to_review_and_absence_goes_back(town: Town) -> None:
    over = applied(town, item="CC-S01", duty="self_government", title="代为组织调解")
    assert over.stage == "under_review"
    assert over.finding("self-government-is-not-assigned")["verdict"] == "review"
    bare = {"staff": 0, "equipment": None, "training": None, "powers": None}
    absent = applied(town, need=0, offer=0, duty="assist", **bare)
    assert absent.stage == "returned"
    assert "没有任何支持" in absent.adverse
    town.publish()
    assert "由部门来布置可能越位" in town.matter_page(over.matter)
    assert "请求居委会协助，却没有任何支持" in town.matter_page(absent.matter)


@pytest.mark.system("CC-20")
def test_only_the_committee_of_the_community_refuses(town: Town) -> None:
    for who in ("clerk", f"committee@{NEXT}", "decider"):
        with pytest.raises(Denied) as caught:
            town.take(who, "record", ASKED, procedure="refusal", place=HOME)
        assert caught.value.status == 403
    town.publish()
    assert "代填企业用工报表" not in town.place_page(HOME)
