"""Venture grants as funders, organisations and residents meet them: through the API, and on the pages of a project."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from linli.identifiers import uscc_check_character
from linli.places import Level
from tests.systems.town import Denied, Told, Town, deployment

OPENED = date(2026, 3, 9)
RUBRIC = ("need", "benefit", "feasibility", "sustainability")
Open = Callable[..., "Fair"]


def code(number: int) -> str:
    """A well-formed code of a made-up organisation."""
    body = f"52110101MJ{number:07d}"
    return body + uscc_check_character(body)


class Fair:
    """A town with everyone who takes part in a call, and ways through it by the API alone."""

    def __init__(self, slug: str, folder: Path, day: date = OPENED) -> None:
        loaded = deployment(slug)
        places = loaded.places
        self.home = next(iter(places.below(loaded.place, Level.COMMUNITY))).code
        street = str(places[self.home].parent)
        streets = [place.code for place in places.below(loaded.place, Level.STREET)] or [street]
        elsewhere = next((each for each in streets if each != street), loaded.place)
        self.top, self.street, self.street_title = loaded.place, street, places[street].title
        posts = {
            "funder": ("funder", self.top),
            "operator": ("grant_operator", self.top),
            "expert1": ("grant_expert", self.top),
            "expert2": ("grant_expert", self.top),
            "awarder": ("grant_decider", self.top),
            "treasurer": ("treasurer", self.top),
            "org": ("organization", self.top),
            "committee": ("committee", self.home),
            "supervision": ("affairs_supervision", self.home),
            "street": ("street", street),
            "other street": ("street", elsewhere),
        }
        people = {name: [post] for name, post in posts.items()}
        self.town = Town(slug, day, folder, people=people)
        self.enroll(code(1))

    def take(self, who: str, action: str, facts: dict[str, Any] | None = None, **more: Any) -> Told:
        """Act in a grant."""
        return self.town.take(who, action, facts, **{"procedure": "grant", **more})

    def enroll(self, number: str, **more: Any) -> None:
        """Enter an organisation into the register."""
        row: dict[str, Any] = {
            "code": number,
            "title": "邻里社工服务社",
            "place": self.top,
            "standing": "registered",
        }
        row |= {"since": "2020-05-01", "report_year": 2025, **more}
        self.town.imports("organizations", [row])

    def publish(self, **more: Any) -> str:
        """The number of a call."""
        facts = {
            "title": "公益创投征集",
            "programme": "venture_grant",
            "source": "福利彩票公益金",
            "budget_fen": 10_000_000,
            "opens": "2026-03-02",
            "closes": "2026-04-10",
            "cap_fen": 5_000_000,
            "rubric": [{"criterion": name, "points": 25} for name in RUBRIC],
            "reviewers": 2,
            "indicators": "服务人次",
            **more,
        }
        return self.town.take("funder", "publish", facts, procedure="call").matter

    def apply(self, call: str, who: str = "org", **more: Any) -> Told:
        """What became of an application."""
        facts = {
            "call": call,
            "title": "邻里互助",
            "code": code(1),
            "theme": "elderly",
            "need": "居民议事会第3号：独居老人需要陪伴",
            "target_group": "独居老人六十人",
            "goal": "每位老人每周有人上门",
            "plan": "逐楼结对",
            "actors": "社工和志愿者",
            "evaluation": "每季度回访",
            "budget": [{"name": "人员", "grant_fen": 3_000_001, "own_fen": 2_000_000}],
            "resources": [
                {"means": "department", "what": "经费"},
                {"means": "organization", "what": "社工两人"},
                {"means": "professionals", "what": "护士一人"},
            ],
            **more,
        }
        return self.take(who, "apply", facts, place=self.home)

    def scored(self, call: str, **more: Any) -> str:
        """The number of a project that two experts scored."""
        told = self.apply(call, **more)
        assert told.stage == "submitted", told.adverse
        told = self.take("operator", "qualify", {"number": 1}, matter=told.matter)
        assert told.stage == "scoring", told.adverse
        points = [{"criterion": name, "points": 22} for name in RUBRIC]
        for expert in ("expert1", "expert2"):
            sheet = {"no_interest": True, "points": points, "ground": "需求清楚，做法可行"}
            self.take(expert, "score", sheet, matter=told.matter)
        self.take("operator", "conclude", {}, matter=told.matter)
        return told.matter

    def running(self, **more: Any) -> str:
        """The number of a project that has its agreement."""
        matter = self.scored(self.publish(), **more)
        held = {"held": "2026-03-09", "form": "居民议事会", "persons": 23, "outcome": "同意"}
        self.take("committee", "discuss", held, matter=matter)
        assert self.take("awarder", "award", {"projects": 1}, matter=matter).stage == "notice"
        self.town.clock.day = date(2026, 4, 20)
        said = {"starts": "2026-04-20", "ends": "2027-04-19", "payee": "邻里社工服务社"}
        self.take("operator", "sign", said, matter=matter)
        return matter

    def evaluated(self, matter: str) -> None:
        """Pay the first tranche and evaluate the project at its end."""
        self.take("treasurer", "pay", {"tranche": 1}, matter=matter)
        said = {"no_interest": True, "points": 92, "finding": "服务到位"}
        self.take("operator", "evaluate", said, matter=matter)

    def page(self, matter: str) -> str:
        """The text of a matter's page, built today."""
        self.town.publish()
        return self.town.matter_page(matter)


@pytest.fixture
def at(tmp_path: Path) -> Open:
    """Open the fair of a deployment."""
    return lambda slug, day=OPENED: Fair(slug, tmp_path, day)


@pytest.mark.system("DC-20")
def test_a_group_that_is_only_filed_gets_a_micro_grant_through_its_sponsor(at: Open) -> None:
    fair = at("dongcheng")
    fair.enroll("B-2025-007", title="楼门互助队", standing="filed", sponsor=code(1), report_year=0)
    matter = fair.scored(fair.publish(micro=True), code="B-2025-007", title="楼门互助")
    held = {"held": "2026-03-09", "form": "居民议事会", "persons": 23, "outcome": "同意"}
    fair.take("committee", "discuss", held, matter=matter)
    assert fair.take("awarder", "award", {"projects": 1}, matter=matter).stage == "notice"
    assert "拟资助 30,000.01 元" in fair.page(matter)


@pytest.mark.system("DC-20")
def test_the_same_group_is_refused_without_a_sponsor_and_told_what_to_do(at: Open) -> None:
    fair = at("dongcheng")
    fair.enroll("B-2025-008", title="楼门互助队", standing="filed", report_year=0)
    matter = fair.apply(fair.publish(micro=True), code="B-2025-008").matter
    assert fair.take("operator", "qualify", {"number": 1}, matter=matter).stage == "refused"
    assert "找一个已登记的组织代管资金" in fair.page(matter)


@pytest.mark.system("DC-28")
def test_a_third_party_moves_a_project_through_four_stages_and_releases_no_money(at: Open) -> None:
    fair = at("dongcheng")
    matter = fair.running()  # received, concluded and signed by the operator
    fair.take("treasurer", "pay", {"tranche": 1}, matter=matter)
    said = {"no_interest": True, "points": 92, "finding": "服务到位"}
    assert fair.take("operator", "evaluate", said, matter=matter).stage == "evaluated"
    with pytest.raises(Denied) as denied:
        fair.take("operator", "pay", {"tranche": 2}, matter=matter)
    assert denied.value.status == 403
    moved = [step["action"] for step in fair.town.steps(matter) if step["actor"]["post"] == "grant_operator"]
    assert moved == ["qualify", "conclude", "sign", "evaluate"]
    assert (f"committed:{matter}", f"project:{matter}", 1_500_001) in fair.town.postings(matter)
    assert "第三方机构" in fair.page(matter)
    page = fair.town.page(f"projects/{matter}.html")
    assert "第 1 期 15,000.01 2026年4月20日 已拨付" in page
    assert "第 2 期 9,000.00 上次拨付以后还没有进展报告和支出凭证" in page
    assert "第 3 期 6,000.00 先拨付第 2 期" in page
    assert "88 分，第 1 名" in page and "结项评估 优 服务到位" in page


@pytest.mark.system("CC-17")
def test_a_micro_project_without_evaluation_is_not_set_up(at: Open) -> None:
    fair = at("chongchuan")
    told = fair.apply(fair.publish(micro=True), evaluation="")
    assert told.stage == "returned"
    assert "没有写评价，不能立项" in told.adverse
    assert "没有写评价，不能立项" in fair.page(told.matter)


@pytest.mark.system("CC-17")
def test_the_scorecard_of_micro_projects_has_four_criteria(at: Open) -> None:
    fair = at("chongchuan")
    with pytest.raises(Denied, match="微项目的评分标准缺可持续"):
        fair.publish(micro=True, rubric=[{"criterion": name, "points": 30} for name in RUBRIC[:3]])
    page = fair.page(fair.publish(micro=True))
    assert all(title in page for title in ("需求", "受益", "可行", "可持续"))


@pytest.mark.system("CC-19")
def test_care_for_the_elderly_without_a_department_is_an_incomplete_mix(at: Open) -> None:
    fair = at("chongchuan")
    told = fair.apply(fair.publish(), resources=[{"means": "community", "what": "活动室"}])
    assert told.stage == "returned"
    assert "资源组合不完整：为老服务缺政府部门" in fair.page(told.matter)


@pytest.mark.system("CC-19")
def test_a_parking_project_may_live_on_the_community_alone(at: Open) -> None:
    fair = at("chongchuan")
    told = fair.apply(fair.publish(), theme="parking", resources=[{"means": "community", "what": "空地"}])
    assert told.stage == "submitted", told.adverse
    assert "社区自有" in fair.page(told.matter)


@pytest.mark.system("JJ-16")
def test_a_paid_service_publishes_its_prices_and_its_income_is_the_communitys(at: Open) -> None:
    fair = at("jinjiang")
    prices = [{"service": "上门理发", "price_fen": 500}]
    matter = fair.running(paid=True, prices=prices)
    fair.take("committee", "income", {"service": "上门理发", "amount_fen": 4_500}, matter=matter)
    assert ("outside:users", f"community:{fair.home}", 4_500) in fair.town.postings(matter)
    page = fair.page(matter)
    assert "上门理发" in page and "5.00" in page
    with pytest.raises(Denied, match="公布的价目表里没有"):
        fair.take("committee", "income", {"service": "上门做饭", "amount_fen": 1}, matter=matter)


@pytest.mark.system("JJ-16")
def test_a_paid_service_without_a_price_list_is_returned(at: Open) -> None:
    fair = at("jinjiang")
    told = fair.apply(fair.publish(), paid=True)
    assert told.stage == "returned"
    assert "没有公布价目表" in fair.page(told.matter)


@pytest.mark.system("BJ-36")
def test_no_budget_is_approved_before_residents_took_part(at: Open) -> None:
    fair = at("lugu")
    matter = fair.scored(fair.publish())
    with pytest.raises(Denied, match="还没有居民参与讨论的记录"):
        fair.take("awarder", "award", {"projects": 1}, matter=matter)
    held = {"held": "2026-03-09", "form": "居民议事会", "persons": 23, "outcome": "同意"}
    fair.take("committee", "discuss", held, matter=matter)
    assert fair.take("awarder", "award", {"projects": 1}, matter=matter).stage == "notice"
    assert "居民已经参与讨论" in fair.page(matter)


@pytest.mark.system("BJ-36")
def test_a_service_project_cites_a_need(at: Open) -> None:
    fair = at("lugu")
    told = fair.apply(fair.publish(), need="")
    assert told.stage == "returned"
    assert "没有写回应哪一项居民需求" in fair.page(told.matter)


POSTS = {"mode": "post", "headcount": 4, "unit_price_fen": 2_500_000}


@pytest.mark.system("SC-06")
def test_posts_are_bought_by_headcount_and_price_until_the_last_of_february_2020(at: Open) -> None:
    fair = at("shangcheng", date(2020, 2, 29))
    dates = {"opens": "2020-02-01", "closes": "2020-04-01", "cap_fen": 5_000_000}
    with pytest.raises(Denied, match="总预算不等于岗位数乘以每个岗位的价格"):
        fair.publish(**{**POSTS, "headcount": 3}, **dates)
    assert "购买岗位" in fair.page(fair.publish(**POSTS, **dates))
    fair.town.clock.day = date(2020, 3, 1)
    with pytest.raises(Denied, match="没有写明服务内容"):
        fair.publish(**POSTS, **dates)


@pytest.mark.system("SC-06")
def test_a_defined_service_may_be_bought_today_and_a_project_has_indicators(at: Open) -> None:
    fair = at("shangcheng")
    page = fair.page(fair.publish(**POSTS, service="为六十位独居老人每周上门探访一次"))
    assert "每周上门探访" in page
    with pytest.raises(Denied, match="没有写绩效指标"):
        fair.publish(mode="project", indicators="")
    assert "购买项目" in fair.page(fair.publish(mode="project"))


@pytest.mark.system("SC-19")
def test_a_grant_is_matched_to_a_need(at: Open) -> None:
    fair = at("shangcheng")
    call = fair.publish()
    told = fair.apply(call, need="  ")
    assert told.stage == "returned"
    assert "没有写回应哪一项居民需求" in fair.page(told.matter)
    assert "独居老人需要陪伴" in fair.page(fair.apply(call).matter)


@pytest.mark.system("SC-24")
@pytest.mark.parametrize(
    ("programme", "title"),
    [("venture_grant", "公益创投"), ("capacity_building", "能力建设"), ("resource_matching", "资源对接")],
)
def test_the_district_runs_three_kinds_of_programmes(at: Open, programme: str, title: str) -> None:
    fair = at("shangcheng")
    page = fair.page(fair.publish(programme=programme, title="二〇二六年征集"))
    assert f"类别 {title}" in page


@pytest.mark.system("SC-24")
def test_there_is_no_fourth_kind(at: Open) -> None:
    with pytest.raises(Denied, match="只能选：公益创投、能力建设、资源对接"):
        at("shangcheng").publish(programme="festival")


@pytest.mark.system("SC-25")
def test_a_project_is_supervised_by_the_street_in_which_it_lies(at: Open) -> None:
    fair = at("shangcheng")
    matter = fair.running()
    said = {"no_interest": True, "passed": True, "finding": "进展正常"}
    with pytest.raises(Denied) as denied:
        fair.take("other street", "midterm", said, matter=matter)
    assert denied.value.status == 403
    fair.take("street", "midterm", said, matter=matter)
    page = fair.page(matter)
    assert fair.street_title in page and "进展正常" in page


@pytest.mark.system("SC-26")
def test_a_project_cannot_close_without_the_supervision_committee(at: Open) -> None:
    fair = at("shangcheng")
    matter = fair.running()
    fair.evaluated(matter)
    spent = [{"name": "人员", "spent_fen": 1_500_001}]
    fair.take("org", "settlement", {"spent": spent}, matter=matter)
    with pytest.raises(Denied, match="还没有居务监督委员会的意见"):
        fair.take("funder", "close", {"reason": "完成"}, matter=matter)
    fair.take("supervision", "opine", {"satisfied": True, "opinion": "居民认可"}, matter=matter)
    assert fair.take("funder", "close", {"reason": "完成"}, matter=matter).stage == "closed"
    page = fair.page(matter)
    assert "居民认可" in page and "已经结项" in page


FAIR = {
    "title": "公益相亲会",
    "needs": [
        {"name": "需求甲", "by": "第一社区", "choices": "服务一、服务二"},
        {"name": "需求乙", "by": "第二社区", "choices": "服务一"},
        {"name": "需求丙", "by": "第三社区", "choices": "服务一、服务二"},
    ],
    "offers": [
        {"name": "服务一", "by": "某社工服务社", "choices": "需求丙、需求甲、需求乙"},
        {"name": "服务二", "by": "某助老中心", "choices": "需求丙、需求甲"},
        {"name": "服务三", "by": "某合唱团", "choices": "需求甲"},
    ],
}


@pytest.mark.system("SC-21")
def test_needs_and_offers_that_rank_each_other_are_matched_and_the_others_listed(at: Open) -> None:
    fair = at("shangcheng")
    matter = fair.town.take("street", "enter", FAIR, procedure="fair", place=fair.street).matter
    assert fair.town.take("street", "match", {}, matter=matter).stage == "matched"
    page = fair.page(matter)
    assert "配成 2 对：需求丙配服务一、需求甲配服务二。" in page
    assert "没有配成的：需求乙、服务三。" in page


@pytest.mark.system("SC-21")
def test_a_fair_takes_no_name_that_nobody_brought(at: Open) -> None:
    fair = at("shangcheng")
    wrong = {**FAIR, "needs": [{"name": "需求甲", "by": "第一社区", "choices": "服务九"}]}
    with pytest.raises(Denied, match="不在名单上的：服务九"):
        fair.town.take("street", "enter", wrong, procedure="fair", place=fair.street)
