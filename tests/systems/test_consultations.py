"""Consultation as residents meet it: routed to its forum, five steps in order, by the manual, done and appraised."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.systems.hall import Denied, Hall
from tests.systems.test_funding import code
from tests.systems.town import Told, request

SHIJIA, SHUANGJINYUAN = "110101007001", "110107011001"
DEMIN, XIAOYING = "320613001001", "330102004051"
FIVE = {
    "content": "议与居民利益有关的事",
    "participants": "居民和利益相关方",
    "methods": "议事厅、网格议事会",
    "results": "由居委会落实",
    "evaluation": "居民评议",
}
At = Callable[..., Hall]


@pytest.fixture
def at(tmp_path: Path) -> At:
    """Open the hall of a community on 2 March 2026."""

    def opened(slug: str, home: str, **more: Any) -> Hall:
        return Hall(slug, home, date(2026, 3, 2), tmp_path, **more)

    return opened


@pytest.fixture
def shijia(at: At) -> Hall:
    """史家社区 with its four parts, its forums and a manual."""
    hall = at("dongcheng", SHIJIA)
    hall.bodies("community_forum", "party_member_parlour", "stakeholders")
    hall.bodies("street_party_committee", "street_office", place=hall.street)
    for grid in ("g01", "g02"):
        hall.bodies("grid_forum", place=f"{SHIJIA}-{grid}")
    hall.bodies("self_management_committee", place=f"{SHIJIA}-g01-c1")
    facts = {"title": "协商手册", **FIVE}
    assert hall.take("street office", "manual", "issue", facts, place=hall.street).stage == "in_force"
    return hall


def raised(hall: Hall, *scope: str, **more: Any) -> Told:
    """What became of an issue."""
    facts = {
        "title": "楼道堆物",
        "scope": [f"{hall.home}{each}" for each in scope] or [hall.home],
        "convener": hall.body("residents_committee"),
        **more,
    }
    return hall.take("committee", "consultation", "raise", facts)


def discussed(hall: Hall, matter: str, forum: str, **more: Any) -> Told:
    """A round of deliberation."""
    facts = {
        "forum": forum,
        "held_on": "2026-03-02",
        "present": 14,
        "invited": [{"kind": "residents", "came": True}, {"kind": "property_firm"}],
        "consensus": True,
        "said": "每周六一起清理",
        **more,
    }
    return hall.take("committee", "consultation", "discuss", facts, matter=matter)


def decided(hall: Hall, matter: str, **more: Any) -> Told:
    """A decision."""
    facts = {
        "plan": "每周六一起清理",
        "decider": hall.body("community_forum"),
        "executor": "楼门自治小组",
        "supervisor": "居务监督委员会",
        **more,
    }
    return hall.take("committee", "consultation", "decide", facts, matter=matter)


TASK = {"way": "task", "done_by": "2026-06-30"}


@pytest.mark.system("DC-01")
def test_without_the_committee_as_convener_the_carrier_is_missing(shijia: Hall) -> None:
    told = raised(shijia, convener=shijia.body("community_forum"))
    assert told.stage == "not_opened" and "缺少共治载体" in told.adverse
    told = raised(shijia)
    assert told.stage == "raised", told.adverse
    assert len(told.terms["consultation.parts"]) == 4
    assert "四方齐全：领导核心：街道党工委" in shijia.page(f"matters/{told.matter}/index.html")


@pytest.mark.system("DC-03")
def test_issues_go_to_the_forum_of_their_layer(shijia: Hall) -> None:
    forum = "consultation.forum"
    assert raised(shijia, "-g01").terms[forum] == f"{SHIJIA}-g01:grid_forum"
    assert raised(shijia, "-g01", "-g02").terms[forum] == f"{SHIJIA}:community_forum"
    assert raised(shijia, "-g01", party_concern=True).terms[forum] == f"{SHIJIA}:party_member_parlour"
    assert raised(shijia, "-g01-c1-b1").terms[forum] == f"{SHIJIA}-g01-c1:self_management_committee"
    told = raised(shijia, "-g02-b1")
    assert told.terms[forum] == f"{SHIJIA}-g02:grid_forum"
    assert "由网格议事会议" in shijia.page(f"matters/{told.matter}/index.html")


@pytest.mark.system("DC-04")
def test_five_steps_in_order_and_none_is_skipped(shijia: Hall) -> None:
    matter = raised(shijia, "-g01").matter
    with pytest.raises(Denied, match="现在是“民提：待议”，不能“民决”"):
        decided(shijia, matter)
    forum = f"{SHIJIA}-g01:grid_forum"
    assert discussed(shijia, matter, forum, consensus=False).stage == "no_consensus"
    with pytest.raises(Denied):
        decided(shijia, matter)
    assert discussed(shijia, matter, forum).stage == "discussed"
    assert decided(shijia, matter).stage == "decided"
    told = shijia.take("committee", "consultation", "implement", TASK, matter=matter)
    assert told.stage == "implementing"
    (task,) = told.children
    assert shijia.town.stage(task) == "running"
    appraised = {"score": 92, "asked": 30, "said": "比以前干净"}
    assert shijia.take("resident1", "consultation", "appraise", appraised, matter=matter).stage == "appraised"
    page = shijia.page(f"matters/{matter}/index.html")
    places = [page.index(f"2026年3月2日 {who} {step}") for who, step in (
        ("居民委员会", "民提"), ("居民委员会", "民议"), ("居民委员会", "民决"), ("居民委员会", "民办"), ("居民", "民评")
    )]  # fmt: skip
    assert places == sorted(places)
    assert "92 分，30 人参加评议" in page


def in_hand(hall: Hall) -> str:
    """An issue of 德民社区 that was discussed and decided, ready to be carried out; its number."""
    matter = raised(hall, "-n01").matter
    forum = f"{DEMIN}-n01:neighbourhood_council"
    eight = (
        "party",
        "committee",
        "property_firm",
        "owners_committee",
        "organization",
        "residents",
        "firm",
        "shop",
    )
    discussed(hall, matter, forum, invited=[{"kind": kind, "came": True} for kind in eight])
    told = decided(hall, matter, decider=forum)
    assert told.stage == "decided", told.adverse
    return matter


def linked(hall: Hall, consultation: str, opened: str, title: str) -> None:
    """Each of the two matters has its page, and the pages lead to each other."""
    above, below = hall.page(f"matters/{consultation}/index.html"), hall.town.matter_page(opened)
    assert title in above.split("由此办理的事项", 1)[1]
    assert "由此办理的事项已经开始" in above and "各社区办理完毕" not in above
    assert f"{DEMIN}-n01" not in above and "neighbourhood_council" not in above
    assert "属于：楼道堆物" in below
    files = hall.town._files
    assert f"../{opened}/index.html" in (files.get(f"matters/{consultation}/index.html") or b"").decode()
    assert f"../{consultation}/index.html" in (files.get(f"matters/{opened}/index.html") or b"").decode()


def test_what_was_decided_is_carried_out_by_a_grant(at: At) -> None:
    hall = demin_of(at, people={"funder": [("funder", "320613000000")]})
    org = {"code": code(1), "title": "邻里社工服务社", "place": "320613000000", "standing": "registered"}
    hall.town.imports("organizations", [{**org, "since": "2020-05-01", "report_year": 2025}])
    call = {
        "title": "公益创投征集",
        "programme": "venture_grant",
        "source": "福利彩票公益金",
        "budget_fen": 10_000_000,
        "opens": "2026-03-02",
        "closes": "2026-04-10",
        "cap_fen": 5_000_000,
        "rubric": [{"criterion": "need", "points": 100}],
        "reviewers": 2,
        "indicators": "服务人次",
    }
    called = hall.town.take("funder", "publish", call, procedure="call").matter
    matter = in_hand(hall)
    ask: dict[str, Any] = {"way": "grant", "call": called, "code": code(1), "theme": "environment"}
    with pytest.raises(Denied, match="申报公益创投项目还缺这一项") as lacking:
        hall.take("committee", "consultation", "implement", ask, matter=matter)
    assert lacking.value.problem["where"] == "budget"
    ask |= {"target_group": "全体居民", "evaluation": "居民回访"}
    ask |= {"budget": [{"name": "人员", "grant_fen": 3_000_001, "own_fen": 2_000_000}]}
    ask |= {
        "resources": [{"means": m, "what": "两人"} for m in ("department", "organization", "professionals")]
    }
    (grant,) = hall.take("committee", "consultation", "implement", ask, matter=matter).children
    assert hall.town.stage(grant) == "submitted"
    linked(hall, matter, grant, "公益创投项目：楼道堆物")


def test_what_was_decided_is_carried_out_by_a_payment(at: At) -> None:
    top = "320613000000"
    posts = {"manager": "fund_manager", "cashier": "fund_clerk", "approver": "fund_approver"}
    hall = demin_of(at, people={name: [(post, top)] for name, post in posts.items()})
    opening = {"title": "邻里互助基金", "holder_kind": "foundation", "holder": "区社会组织发展基金会"}
    opening |= {"purposes": []}
    fund = hall.town.take("manager", "open", opening, procedure="fund").matter
    gift = {"fund": fund, "source": "居民自筹", "channel": "grant", "amount_fen": 1_000_000}
    hall.town.take("cashier", "record", gift, procedure="contribution")
    matter = in_hand(hall)
    ask = {"way": "payment", "fund": fund, "source": "居民自筹", "amount_fen": 300_000, "payee": "某清洁公司"}
    with pytest.raises(Denied, match="从社区基金支出还缺这一项"):
        hall.take("committee", "consultation", "implement", ask | {"payee": ""}, matter=matter)
    (payment,) = hall.take("committee", "consultation", "implement", ask, matter=matter).children
    assert hall.town.stage(payment) == "awaiting"
    assert hall.town.take("approver", "approve", {"no_interest": True}, matter=payment).stage == "committed"
    linked(hall, matter, payment, "支出：楼道堆物")


@pytest.mark.system("DC-05")
def test_the_manual_has_five_parts_and_versions_that_consultations_cite(shijia: Hall) -> None:
    facts = {"title": "社区手册", **FIVE, "participants": ""}
    told = shijia.take("committee", "manual", "issue", facts)
    assert told.stage == "incomplete" and "手册缺协商主体" in told.adverse
    told = shijia.take("committee", "manual", "revise", facts | FIVE, matter=told.matter)
    assert told.stage == "in_force"
    assert raised(shijia).terms["consultation.manual"].startswith("社区手册第 1 版")
    shijia.take("committee", "manual", "revise", facts | FIVE | {"changed": "加一条"}, matter=told.matter)
    cited = raised(shijia)
    assert cited.terms["consultation.manual"].startswith("社区手册第 2 版（2026-03-02")
    assert "依据社区手册第 2 版" in shijia.page(f"matters/{cited.matter}/index.html")


@pytest.fixture
def demin(at: At) -> Hall:
    """德民社区 with its councils."""
    return demin_of(at)


def demin_of(at: At, **more: Any) -> Hall:
    """The same with more people."""
    hall = at("chongchuan", DEMIN, **more)
    hall.bodies("party_mass_council")
    hall.bodies("neighbourhood_council", place=f"{DEMIN}-n01")
    return hall


@pytest.mark.system("CC-05")
def test_the_reach_of_an_issue_leads_to_its_council(demin: Hall) -> None:
    everybody, estate = raised(demin, title="社区养老"), raised(demin, "-n01", title="停车难")
    assert everybody.terms["consultation.forum"] == f"{DEMIN}:party_mass_council"
    assert estate.terms["consultation.forum"] == f"{DEMIN}-n01:neighbourhood_council"
    assert "由邻里理事会议" in demin.page(f"matters/{estate.matter}/index.html")


@pytest.mark.system("CC-03")
def test_a_council_opens_cases_of_its_own_neighbourhood_only(demin: Hall) -> None:
    council = {"convener": f"{DEMIN}-n01:neighbourhood_council"}
    for kind in ("mediation", "property_appraisal", "project"):
        assert raised(demin, "-n01", kind=kind, **council).stage == "raised"
    told = raised(demin, "-n02", kind="project", **council)
    assert told.stage == "not_opened" and "不在这个邻里以内" in told.adverse
    assert "不在这个邻里以内" in demin.page(f"matters/{told.matter}/index.html")


@pytest.mark.system("CC-04")
def test_a_session_lists_the_eight_kinds_that_were_invited_and_came(demin: Hall) -> None:
    eight = [
        "party",
        "committee",
        "property_firm",
        "owners_committee",
        "organization",
        "residents",
        "firm",
        "shop",
    ]
    matter, forum = raised(demin).matter, f"{DEMIN}:party_mass_council"
    invited = [{"kind": kind, "came": kind != "shop"} for kind in eight]
    short = discussed(demin, matter, forum, invited=invited[:7])
    assert short.stage == "no_consensus" and "没有登记商户" in short.adverse
    assert discussed(demin, matter, forum, invited=invited).stage == "discussed"
    assert "八类都已邀请，没有到会的：商户" in demin.page(f"matters/{matter}/index.html")


@pytest.mark.system("CC-07")
def test_one_body_is_not_decider_executor_and_supervisor(demin: Hall) -> None:
    matter = raised(demin, "-n01").matter
    forum = f"{DEMIN}-n01:neighbourhood_council"
    discussed(demin, matter, forum)
    told = decided(demin, matter, decider=forum, executor=forum, supervisor=forum)
    assert told.stage == "not_decided" and "邻里理事会在决策、执行、监督里占了两项" in told.adverse
    assert "决定不成立" in demin.page(f"matters/{matter}/index.html")
    assert decided(demin, matter, decider=forum).stage == "decided"


@pytest.mark.system("BJ-21")
def test_a_vital_matter_is_not_carried_out_without_a_decision_on_record(at: At) -> None:
    hall = at("lugu", SHUANGJINYUAN)
    matter = raised(hall, title="加装电梯", vital=True).matter
    discussed(hall, matter, hall.body("community_forum"))
    decided(hall, matter)
    told = hall.take("committee", "consultation", "implement", TASK, matter=matter)
    assert told.stage == "decided" and "没有居民会议或者居民代表会议的决定" in told.adverse
    assert "没有居民会议或者居民代表会议的决定" in hall.page(f"matters/{matter}/index.html")


@pytest.mark.system("BJ-44")
def test_a_participatory_case_lists_all_four(at: At) -> None:
    hall = at("lugu", SHUANGJINYUAN)
    matter = raised(hall).matter
    discussed(hall, matter, hall.body("community_forum"))
    four = {"participatory": True, "project": "社区花园", "carrier": "花友汇", "self_management": "花园小组"}
    told = decided(hall, matter, **four)
    assert told.stage == "not_decided" and "没有写明协商方法" in told.adverse
    assert decided(hall, matter, **four, method="开放空间").stage == "decided"
    page = hall.page(f"matters/{matter}/index.html")
    assert "项目纽带：社区花园，组织载体：花友汇，协商方法：开放空间，自我管理的依托：花园小组" in page


@pytest.mark.system("BJ-43")
def test_an_open_space_has_topics_groups_notes_and_ranked_actions(at: At) -> None:
    hall = at("lugu", SHUANGJINYUAN)
    session = {"question": "院子里的空地怎样用", "held_on": "2026-03-10"}
    matter = hall.take("committee", "open_space", "announce", session).matter
    act = lambda who, action, **facts: hall.take(who, "open_space", action, facts, matter=matter)  # noqa: E731
    act("resident1", "propose", topic="种花")
    act("resident2", "propose", topic="停车")
    act("resident3", "join", topic=1)
    with pytest.raises(Denied, match="您已经在这一组里"):
        act("resident3", "join", topic=1)
    act("committee", "note", topic=1, notes="分片认领", on_paper=6)
    assert act("committee", "note", topic=2, notes="错峰停车", on_paper=4).stage == "talked"
    actions = [
        {"action": "错峰停车", "topic": 2, "points": 5},
        {"action": "认领花池", "topic": 1, "points": 9},
    ]
    assert act("committee", "rank", actions=actions).stage == "ranked"
    assert "排出 2 项行动，得票最多的是：认领花池。" in hall.page(f"matters/{matter}/index.html")


@pytest.mark.system("BJ-07")
def test_a_committee_that_deliberated_nothing_in_a_quarter_is_flagged(at: At) -> None:
    hall = at("lugu", SHUANGJINYUAN)
    raised(hall)
    hall.on(2026, 5, 4)
    hall.town.publish()
    said = hall.town.place_page(SHUANGJINYUAN)
    assert (
        "行政化：" in said and "边缘化：2026年第1季度自治议事 1 次" in said and "有被边缘化的迹象" not in said
    )
    hall.on(2026, 8, 3)
    hall.town.publish()
    said = hall.town.place_page(SHUANGJINYUAN)
    assert "2026年第2季度自治议事 0 次，少于 1 次，有被边缘化的迹象" in said


SERVICE = {"title": "楼道扶手", "nature": "service", "responsible": ["上城区民政局"], "need": 6_000_000}


@pytest.mark.system("SC-08")
def test_a_services_money_is_on_the_communitys_account_and_a_deliberation_opens(at: At) -> None:
    hall = at("shangcheng", XIAOYING, unit="上城区民政局")
    town = hall.town
    told = town.take("clerk", "submit", request(XIAOYING, offer=6_000_000, **SERVICE))
    assert told.stage == "under_review", told.adverse
    town.take("reviewer", "review", {"duty": "entrusted", "nature": "service"}, matter=told.matter)
    (child,) = town.take("decider", "admit", {"reason": "符合条件"}, matter=told.matter).children
    assert ("outside:department/上城区民政局", f"community:{XIAOYING}", 6_000_000) in [
        (p[0], p[1], p[2]) for p in town.postings(child)
    ]
    (opened,) = {name for step in town.steps(child) for name in step["children"]}
    assert town.stage(opened) == "raised"
    for action, facts in (("discuss", {}), ("decide", {}), ("implement", TASK)):
        with pytest.raises(Denied):
            town.take("clerk", action, facts, matter=opened, procedure="consultation")
    discussed(hall, opened, hall.body("residents_committee"))
    decided(hall, opened)
    spend = {**TASK, "amount_fen": 5_000_000}
    (task,) = hall.take("committee", "consultation", "implement", spend, matter=opened).children
    report = {"said": "装好了", "spent_fen": 4_000_000, "payee": "某五金厂"}
    hall.take("committee", "task", "report", report, matter=task)
    hall.take("supervision", "task", "accept", {"accepted": True, "said": "牢固"}, matter=task)
    assert town.store.balance(f"community:{XIAOYING}") == 2_000_000
    appraised = {"score": 90, "asked": 20, "said": "好用"}
    assert (
        town.take("clerk", "appraise", appraised, matter=opened, procedure="consultation").stage
        == "appraised"
    )
    assert "上城区民政局把“楼道扶手”的经费下放" not in hall.page(f"matters/{opened}/index.html")
    assert "已经办完并评议：90 分" in town.matter_page(opened)


@pytest.mark.system("SC-08")
def test_enforcement_has_one_department_and_never_lies_on_the_committee(at: At) -> None:
    hall = at("shangcheng", XIAOYING, unit="上城区民政局")
    two = ["上城区综合行政执法局", "上城区市场监督管理局"]
    stalls = {"title": "占道经营整治", "duty": "assist", "nature": "enforcement", "responsible": two}
    told = hall.town.take("clerk", "submit", request(XIAOYING, **stalls))
    assert told.stage == "refused" and "写了 2 个主责部门" in told.adverse
    told = hall.town.take(
        "clerk", "submit", request(XIAOYING, **stalls | {"responsible": two[:1], "wanted": "committee"})
    )
    assert told.stage == "refused" and "不能落到居民委员会" in told.adverse
    assert "写了 2 个主责部门" not in hall.page(f"matters/{told.matter}/index.html")
    assert "现在没有经过准入、必须做的工作" in hall.town.place_page(XIAOYING)
