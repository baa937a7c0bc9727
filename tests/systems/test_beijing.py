"""Beijing, tried in 东城: labels, station and committee apart, what is fixed, the whole chain, money, projects."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.systems.conftest import Open
from tests.systems.town import Denied, Told, Town, request

DAY = date(2026, 3, 2)
# 朝阳门街道: the first community gets a station here, the second has none.
SERVED, BARE = "110101007001", "110101007002"
STREET = "street@110101007000"
STATION = {"code": "DC-T1", "title": "朝阳门街道社区服务站", "place": "110101007000", "serves": [SERVED]}
UNIT = "东城区卫生健康委员会"
NOTHING_ASSIGNED = "现在没有经过准入、必须做的工作"
RECORDS = {"item": "DC-W03", "title": "居民健康档案信息更新"}


@pytest.fixture
def town(open_town: Open) -> Town:
    """东城 on the second of March 2026, with its list of work and one station."""
    opened = open_town("dongcheng", DAY, unit=UNIT)
    opened.lists()
    opened.imports("stations", [STATION])
    return opened


def applied(town: Town, community: str = BARE, **more: Any) -> Told:
    return town.take("clerk", "submit", request(community, **{**RECORDS, **more}))


def decided(town: Town, matter: str, duty: str = "entrusted", nature: str = "service") -> Told:
    town.take("reviewer", "review", {"duty": duty, "nature": nature}, matter=matter)
    return town.take("decider", "admit", {"reason": "符合条件"}, matter=matter)


def admitted(town: Town, community: str = BARE, **more: Any) -> str:
    told = applied(town, community, **more)
    assert told.stage == "under_review", told.adverse
    done = decided(town, told.matter, more.get("duty", "entrusted"), more.get("nature", "service"))
    assert done.stage == "admitted", done.adverse
    (child,) = done.children
    return child


# DC-27


@pytest.mark.system("DC-27")
def test_an_unlabelled_item_cannot_be_assigned(town: Town) -> None:
    told = applied(town, duty=None)
    assert told.stage == "returned"
    assert told.finding("every-item-is-labelled")["verdict"] == "require"
    with pytest.raises(Denied) as caught:
        town.take("decider", "admit", {"reason": "想准入"}, matter=told.matter)
    assert caught.value.status == 409
    with pytest.raises(Denied):
        town.take("reviewer", "review", {"nature": "service"}, matter=told.matter)
    town.publish()
    said = town.matter_page(told.matter)
    assert "没有标明是自治、协助、委托还是禁入，不能交给社区" in said
    assert NOTHING_ASSIGNED in town.place_page(BARE)


@pytest.mark.system("DC-27")
@pytest.mark.parametrize(
    ("item", "duty", "nature", "label", "stage"),
    [
        ("DC-Z04", "self_government", "service", "自治", "under_review"),
        ("DC-X07", "assist", "service", "协助", "under_review"),
        ("DC-W03", "entrusted", "service", "委托", "under_review"),
        ("DC-J04", "prohibited", "administrative", "禁入", "refused"),
    ],
)
def test_every_item_carries_one_of_four_labels(
    town: Town, item: str, duty: str, nature: str, label: str, stage: str
) -> None:
    told = applied(town, item=item, duty=duty, nature=nature)
    assert told.stage == stage, told.adverse
    assert told.finding("every-item-is-labelled")["reason"] == f"标明为{label}"
    town.publish()
    assert f"标明为{label}" in town.matter_page(told.matter)


@pytest.mark.system("DC-27")
def test_the_list_itself_takes_no_item_without_a_label_and_shows_every_label(town: Town) -> None:
    bare = {"code": "DC-Q01", "title": "没有标注的事项", "place": town.place}
    with pytest.raises(Denied, match="第 2 行"):
        town.imports("work_items", [bare])
    entries = {e["key"]: e["values"] for e in town.get("registers/work_items", limit="200")["entries"]}
    assert "DC-Q01" not in entries
    assert len(entries) == 25 and all(values["duty"] for values in entries.values())
    town.publish()
    said = town.place_page(BARE)
    for line in ("制定和执行居民公约 自治", "协助做好优抚对象走访 协助", "居民健康档案信息更新 委托"):
        assert line in said
    assert "清单上写明不进社区的 5 项" in said and "拆除违法建设" in said
    assert "没有标注的事项" not in said


@pytest.mark.system("DC-27")
def test_a_label_that_differs_from_the_list_goes_to_a_person(town: Town) -> None:
    told = applied(town, duty="assist")
    assert told.stage == "under_review"
    assert told.finding("label-agrees-with-the-list")["verdict"] == "review"
    town.publish()
    assert "申请标为协助，清单上“居民健康档案信息更新”标为委托" in town.matter_page(told.matter)


# BJ-01


@pytest.mark.system("BJ-01")
def test_a_public_service_meant_for_the_committee_is_refused_where_there_is_a_station(town: Town) -> None:
    told = decided(town, applied(town, SERVED, wanted="committee").matter)
    assert told.stage == "refused"
    assert told.finding("public-service-goes-to-the-station")["verdict"] == "refuse"
    town.publish()
    said = town.matter_page(told.matter)
    assert "这里已经设了社区服务站，公共服务事项不再交给居委会" in said
    assert "居委会对服务站的工作进行监督" in said


@pytest.mark.system("BJ-01")
def test_the_station_takes_the_item_and_the_committee_supervises_it(town: Town) -> None:
    child = admitted(town, SERVED)
    assert town.steps(child)[0]["judgement"]["terms"]["access.landing"] == "station"
    town.clock.day = date(2026, 6, 15)
    seen = town.get(f"matters/{child}", f"committee@{SERVED}")
    assert seen["internal"] is True
    told = town.take(f"committee@{SERVED}", "complain", {"subject": "服务站没有按时上门"}, matter=child)
    assert told.stage == "active"
    (asked,) = [due for due in town.get(f"matters/{child}", "decider")["due"] if due["what"] == "complaint"]
    assert asked["post"] == "access_decider"
    with pytest.raises(Denied) as caught:
        town.take(f"committee@{BARE}", "complain", {"subject": "别处的事"}, matter=child)
    assert caught.value.status == 403
    town.publish()
    assert "公共服务由社区服务站办理，居委会监督" in town.matter_page(child)


@pytest.mark.system("BJ-01")
def test_without_a_station_the_committee_assists_and_self_government_is_always_its_own(town: Town) -> None:
    child = admitted(town, BARE, wanted="committee")
    assert town.steps(child)[0]["judgement"]["terms"]["access.landing"] == "committee"
    own = admitted(town, SERVED, item="DC-Z04", duty="self_government", title="便民服务")
    assert town.steps(own)[0]["judgement"]["terms"]["access.landing"] == "committee"
    town.publish()
    assert "这里还没有服务站，由居委会协助办理" in town.matter_page(child)
    assert "居民自治事项由居委会办理" in town.matter_page(own)


# BJ-02


@pytest.mark.system("BJ-02")
@pytest.mark.parametrize(
    ("empty", "column"),
    [
        ({"persons": 0, "staff": 0}, "定人（所需人数或派出人员）"),
        ({"need": 0, "offer": 0}, "定钱（测算或安排经费）"),
        ({"content": None}, "定事（工作内容）"),
    ],
)
def test_a_task_with_an_empty_column_cannot_be_approved(
    town: Town, empty: dict[str, Any], column: str
) -> None:
    assisted = {"item": "DC-X07", "duty": "assist"}
    told = decided(town, applied(town, **assisted, **empty).matter, "assist")
    assert (told.stage, told.children) == ("returned", [])
    assert f"三定没有填全：{column}" in told.finding("tasks-staff-and-money-are-fixed")["reason"]
    town.publish()
    said = town.matter_page(told.matter)
    assert f"三定没有填全：{column}" in said and "填全才能批准" in said
    full = town.take("clerk", "complete", request(BARE, **RECORDS | assisted), matter=told.matter)
    assert full.stage == "under_review"
    assert decided(town, told.matter, "assist").stage == "admitted"


# BJ-03


@pytest.mark.system("BJ-03")
def test_an_application_goes_from_draft_to_active_to_expired(town: Town) -> None:
    facts = request(BARE, **RECORDS)
    draft = town.draft("clerk", "submit", facts)
    with pytest.raises(Denied) as caught:
        town.get(f"matters/{draft}")
    assert caught.value.status == 404, "a draft is no matter yet"
    told = town.take("clerk", "submit", facts, draft=draft)
    assert (told.matter, told.stage) == (draft, "under_review")
    reviewed = town.take("reviewer", "review", {"duty": "entrusted", "nature": "service"}, matter=told.matter)
    assert reviewed.stage == "reviewed"
    admitted = town.take("decider", "admit", {"reason": "符合条件"}, matter=told.matter)
    assert admitted.stage == "admitted"
    (child,) = admitted.children
    passed = []
    for day in (DAY, date(2026, 5, 31), date(2026, 6, 1), date(2026, 11, 30), date(2026, 12, 1)):
        town.clock.day = day
        town.publish()
        passed.append((town.stage(child), town.get(f"matters/{child}")["stage"]["usable"]))
        title = town.get(f"matters/{child}")["stage"]["title"]
        assert title in town.matter_page(child)
    assert passed == [
        ("pending", False),
        ("pending", False),
        ("active", True),
        ("active", True),
        ("expired", False),
    ]
    said = town.matter_page(told.matter)
    for word in ("提交申请", "审核分类", "准予准入"):
        assert word in said
    assert "2026年12月1日起社区可以不再做这项工作" in town.matter_page(child)


@pytest.mark.system("BJ-03")
def test_an_application_is_rejected_or_withdrawn_by_whoever_applied(town: Town) -> None:
    rejected = applied(town)
    town.take("reviewer", "review", {"duty": "entrusted", "nature": "service"}, matter=rejected.matter)
    told = town.take("decider", "refuse", {"reason": "本年度已有同类工作"}, matter=rejected.matter)
    assert told.stage == "refused"
    withdrawn = applied(town, title="计划取消的工作")
    assert town.take("clerk", "retract", {"reason": "任务取消"}, matter=withdrawn.matter).stage == "retracted"
    with pytest.raises(Denied):
        town.take("decider", "admit", {"reason": "晚了"}, matter=withdrawn.matter)
    town.publish()
    assert "本年度已有同类工作" in town.matter_page(rejected.matter)
    assert "撤回了申请" in town.matter_page(withdrawn.matter)


@pytest.mark.system("BJ-03")
def test_work_is_withdrawn_from_a_community_before_its_term(town: Town) -> None:
    child = admitted(town)
    town.clock.day = date(2026, 6, 15)
    town.take(f"resident@{BARE}", "complain", {"subject": "反复上门"}, matter=child)
    assert town.take("decider", "exit", {"ground": "居民反映重复上门"}, matter=child).stage == "exited"
    assert (f"committed:{child}", f"outside:department/{UNIT}", 300_000) in town.postings(child)
    town.publish()
    assert "已退出社区，自2026年6月15日起不再要求社区做这项工作：居民反映重复上门" in town.matter_page(child)


@pytest.mark.system("BJ-03")
@pytest.mark.parametrize("when", ["before it begins", "after it was withdrawn", "after its last day"])
def test_an_item_that_is_not_active_cannot_be_assigned(town: Town, when: str) -> None:
    child = admitted(town)
    if when == "after it was withdrawn":
        town.clock.day = date(2026, 6, 15)
        town.take("decider", "exit", {"ground": "文件撤销"}, matter=child)
    if when == "after its last day":
        town.clock.day = date(2026, 12, 1)
    else:
        with pytest.raises(Denied) as caught:
            town.take(f"committee@{BARE}", "report", {"target": "完成"}, matter=child)
        assert caught.value.status == 409
    with pytest.raises(Denied) as caught:
        town.take(STREET, "pay", {"amount_fen": 1}, matter=child)
    assert caught.value.status in (409, 422)
    asked = {"title": RECORDS["title"], "asked_by": UNIT, "asked_on": town.clock.day.isoformat()}
    told = town.take(
        f"committee@{BARE}", "record", {**asked, "admission": child}, procedure="refusal", place=BARE
    )
    assert told.stage == "recorded"
    town.publish()
    assert f"居委会拒绝了{UNIT}要求的“{RECORDS['title']}”" in town.matter_page(told.matter)
    assert "居委会有权拒绝" in town.matter_page(told.matter)


@pytest.mark.system("BJ-03")
def test_an_item_that_is_active_can_be_assigned_and_not_be_refused(town: Town) -> None:
    child = admitted(town)
    town.clock.day = date(2026, 6, 15)
    assert (
        town.take(f"committee@{BARE}", "report", {"target": "更新率百分之九十"}, matter=child).stage
        == "active"
    )
    asked = {"title": RECORDS["title"], "asked_by": UNIT, "asked_on": "2026-06-15", "admission": child}
    told = town.take(f"committee@{BARE}", "record", asked, procedure="refusal", place=BARE)
    assert told.stage == "not_founded"
    town.publish()
    assert "进行中" in town.matter_page(child)
    assert "不能按未准入拒绝" in town.matter_page(told.matter)


# BJ-04


@pytest.mark.system("BJ-04")
@pytest.mark.parametrize(
    ("lack", "stage", "said"),
    [
        ({"need": 300_000, "offer": 299_999}, "refused", "有 1 个社区的经费少于测算，费没有随事转"),
        ({"need": 0, "offer": 300_000}, "refused", "有社区的经费没有测算"),
        ({"powers": None}, "returned", "没有写明一并下放哪些权限"),
    ],
)
def test_without_costed_need_full_offer_and_powers_there_is_no_approval(
    town: Town, lack: dict[str, Any], stage: str, said: str
) -> None:
    told = decided(town, applied(town, **lack).matter)
    assert (told.stage, told.children) == (stage, [])
    assert said in told.adverse
    town.publish()
    assert said in town.matter_page(told.matter)
    assert NOTHING_ASSIGNED in town.place_page(BARE)


@pytest.mark.system("BJ-04")
def test_what_is_offered_is_committed_to_the_community_when_the_work_becomes_active(town: Town) -> None:
    told = applied(town, need=300_000, offer=300_000)
    town.clock.day = date(2026, 6, 1)
    (child,) = decided(town, told.matter).children
    assert town.stage(child) == "active"
    assert town.postings(child) == [(f"outside:department/{UNIT}", f"committed:{child}", 300_000)]
    assert town.store.balance(f"committed:{child}") == 300_000
    town.publish()
    said = town.matter_page(child)
    assert f"3,000.00 元：从{UNIT}到本事项预留经费" in said
    assert "一并下放的权限 健康档案查询" in said
    assert f"居民健康档案信息更新 进行中 {UNIT} 2026年11月30日 3,000.00 居民委员会" in town.place_page(BARE)


# BJ-05


def paid(town: Town, child: str, fen: int) -> Told:
    return town.take(STREET, "pay", {"amount_fen": fen}, matter=child)


@pytest.mark.system("BJ-05")
def test_a_temporary_task_is_a_project_paid_only_against_its_target(town: Town) -> None:
    facts = {"temporary": True, "starts": "2026-06-01", "ends": "2026-06-10", "targets": "走访三百户"}
    told = applied(town, need=300_000, offer=300_000, **facts)
    town.clock.day = date(2026, 6, 1)
    (child,) = decided(town, told.matter).children
    project = town.get(f"matters/{child}")["facts"]["request"]
    assert (project["targets"], project["payment"], project["temporary"]) == (
        "走访三百户",
        "按完成情况",
        True,
    )
    with pytest.raises(Denied, match="还没有完成目标的记录，不能付款"):
        paid(town, child, 300_000)
    town.take(f"committee@{BARE}", "report", {"target": "走访三百户"}, matter=child)
    with pytest.raises(Denied):
        paid(town, child, 300_001)
    paid(town, child, 300_000)
    assert (f"committed:{child}", f"community:{BARE}", 300_000) in town.postings(child)
    assert (town.store.balance(f"committed:{child}"), town.store.balance(f"community:{BARE}")) == (0, 300_000)
    town.publish()
    said = town.matter_page(child)
    assert "临时项目" in said
    assert "走访三百户" in said
    assert "按目标付款" in said


@pytest.mark.system("BJ-05")
def test_a_long_term_task_is_paid_year_by_year_each_against_its_own_target(town: Town) -> None:
    facts = {
        "starts": "2026-06-01",
        "ends": "2026-11-30",
        "payment": "按年付款",
        "targets": "更新率百分之九十",
    }
    told = applied(town, "110101002001", **facts)
    town.clock.day = date(2026, 6, 1)
    (child,) = decided(town, told.matter).children
    committee, street = "committee@110101002001", "street@110101002000"
    town.take(committee, "report", {"target": "更新率百分之九十"}, matter=child)
    town.take(street, "pay", {"amount_fen": 300_000}, matter=child)
    town.clock.day = date(2026, 11, 20)
    again = {"ends": "2027-05-31", "need_fen": 200_000, "offered_fen": 200_000, "reason": "继续更新"}
    renewed = town.take("decider", "renew", again, matter=child)
    assert renewed.stage == "active", renewed.adverse
    assert "长期项目，按年付款" in renewed.finding("every-task-is-a-project")["reason"]
    with pytest.raises(Denied, match="这一期还没有完成目标的记录"):
        town.take(street, "pay", {"amount_fen": 200_000}, matter=child)
    town.clock.day = date(2027, 5, 20)
    town.take(committee, "report", {"target": "第二年更新率百分之九十"}, matter=child)
    town.take(street, "pay", {"amount_fen": 200_000}, matter=child)
    moved = [p for p in town.postings(child) if p[1] == "community:110101002001"]
    assert [amount for _, _, amount in moved] == [300_000, 200_000]
    town.publish()
    said = town.matter_page(child)
    assert "长期项目，按年付款" in said
    assert "第二年更新率百分之九十" in said


@pytest.mark.system("BJ-05")
@pytest.mark.parametrize("missing", ["targets", "payment"])
def test_a_task_without_target_or_payment_is_no_project(town: Town, missing: str) -> None:
    told = decided(town, applied(town, **{missing: None}).matter)
    assert told.stage == "returned"
    assert "按项目管理还缺" in told.adverse
    town.publish()
    assert "按项目管理还缺" in town.matter_page(told.matter)


# BJ-14


@pytest.mark.system("BJ-14")
def test_a_task_at_the_station_is_managed_by_the_street_and_guided_by_the_department(town: Town) -> None:
    child = admitted(town, SERVED)
    terms = town.steps(child)[0]["judgement"]["terms"]
    assert terms["access.landing"] == "station"
    assert (terms["access.manager"], terms["access.guide"]) == ("street", "department")
    elsewhere = admitted(town, BARE)
    assert "access.manager" not in town.steps(elsewhere)[0]["judgement"]["terms"]
    town.publish()
    assert "街道办事处管理，申请部门作业务指导" in town.matter_page(child)
    assert "街道办事处管理，申请部门作业务指导" not in town.matter_page(elsewhere)


# BJ-46


DOCUMENTS = {
    "beijing-community-measures-trial": "北京市社区管理办法（试行）",
    "beijing-community-worker-measures-trial": "北京市社区工作者管理办法（试行）",
    "beijing-residents-assembly-rules": "北京市居民会议规则",
    "beijing-consultation-meeting-rules": "北京市社区议事协商会议规则",
    "beijing-disclosure-opinions": "北京市健全完善社区居务公开制度的指导意见",
}


@pytest.mark.system("BJ-46")
def test_rules_cite_each_of_the_five_documents_by_id_and_the_sources_page_shows_them(town: Town) -> None:
    service = decided(town, applied(town, SERVED).matter)
    own = applied(town, BARE, item="DC-Z04", duty="self_government", title="便民服务")
    assembly = decided(town, own.matter, "self_government")
    heard = [
        f for told in (service, assembly) for f in told.judgement["findings"] if f["verdict"] == "satisfied"
    ]
    cited = {cite["source"] for finding in heard for cite in finding["cites"]}
    assert set(DOCUMENTS) <= cited
    town.publish()
    listed = town.page("sources/index.html")
    said = town.matter_page(service.matter) + town.matter_page(assembly.matter)
    for id, title in DOCUMENTS.items():
        assert title in listed and title in said
        assert "未存全文" in town.page(f"sources/{id}.html"), "that nobody here has read it is said"
