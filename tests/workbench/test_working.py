"""The ways of an application through the posts: review, admission, what happens in communities, bulk, notes."""

from __future__ import annotations

import re

from tests.workbench.offices import APPLICATION, COMMUNITY, DISTRICT, NEIGHBOUR, Office


def test_the_decider_admits_for_some_communities_only(office: Office) -> None:
    matter = office.apply()
    office.review(matter)
    path = f"/matters/{matter}/do/admit"
    form = office.person("decider").look(path)
    assert re.findall(r'name="f.communities" value="(\d+)"', form.text) == [COMMUNITY, NEIGHBOUR]
    tried = office.person("decider").send(path, {"f.reason": "经费齐全", "f.communities": [COMMUNITY]}, "try")
    assert "规则都符合；提交后进入“已准入”。" in tried.visible()
    assert tried.checked("f.communities") == [COMMUNITY]
    done = office.person("decider").send(path, {"f.reason": "经费齐全", "f.communities": [COMMUNITY]}, "take")
    assert "已准入：从2026年6月1日到2026年11月30日" in done.visible()
    assert list(office.service.matter(matter).state.children) == [f"{matter}.{COMMUNITY}"]  # type: ignore[union-attr]


def test_the_page_of_a_child_shows_its_money_and_its_parent(office: Office) -> None:
    matter = office.apply()
    office.admit(matter)
    page = office.person("committee").look(f"/matters/{matter}.{COMMUNITY}")
    assert page.status == 200
    assert "区卫健委 → 本事项已安排的经费：12,000 元" in page.visible()
    assert f'href="/dongcheng/desk/matters/{matter}"' not in page.text


def test_money_is_paid_only_after_a_report_and_by_another(office: Office) -> None:
    matter = office.apply()
    office.admit(matter)
    child = f"/matters/{matter}.{COMMUNITY}"
    office.clock.day = office.clock.day.replace(month=7)
    early = office.person("street").send(f"{child}/do/pay", {"f.amount_fen": "3000"}, "take")
    assert early.status == 422
    assert "还没有完成目标的记录，不能付款" in early.visible()
    assert early.value("f.amount_fen") == "3000"
    office.person("committee").send(f"{child}/do/report", {"f.target": "第一季度更新完成"}, "take")
    paid = office.person("street").send(f"{child}/do/pay", {"f.amount_fen": "3,000.50"}, "take")
    assert "3,000.50 元" in paid.visible()
    assert office.service.store.balance(f"community:{COMMUNITY}") == 300_050


def test_who_applied_cannot_review(office: Office) -> None:
    matter = office.apply()
    assert "审核分类" not in office.person("health").look(f"/matters/{matter}").visible()
    refused = office.person("health").look(f"/matters/{matter}/do/review")
    assert refused.status == 403
    assert "可以办理的岗位：准入审核人" in refused.visible()


def test_an_action_at_the_wrong_stage_says_which_stage_it_is(office: Office) -> None:
    matter = office.apply()
    refused = office.person("decider").look(f"/matters/{matter}/do/admit")
    assert refused.status == 409
    assert "现在是“待审核”，不能“准予准入”" in refused.visible()


def test_someone_elses_step_in_between_is_noticed(office: Office) -> None:
    matter = office.apply()
    path = f"/matters/{matter}/do/return"
    reviewer = office.person("reviewer")
    form = reviewer.look(path)
    hidden = {name: form.value(name) for name in ("csrf", "key", "expected")}
    same = {name: value for name, value in APPLICATION.items() if name != "f.contact"}
    office.person("health").send(
        f"/matters/{matter}/do/correct", same | {"f.targets": "95%", "why": "写错了"}, "take"
    )
    page = reviewer.post(path, {**hidden, "f.missing": "请补充培训时间", "do": "take"})
    assert page.status == 422
    assert "这件事刚刚有了新的进展" in page.visible()
    assert page.value("f.missing") == "请补充培训时间"


def test_several_matters_are_reviewed_with_one_form_and_each_says_what_came_of_it(office: Office) -> None:
    first, second = office.apply(), office.apply(**{"f.title": "健康讲座"})
    reviewer = office.person("reviewer")
    assert "选中的一起办" in reviewer.look("/").visible()
    path = f"/bulk?action=access.review&m={first}&m={second}"
    facts = {"m": [first, second], "f.duty": "entrusted", "f.nature": "service"}
    tried = reviewer.send(path, facts, "try")
    assert tried.visible().count("提交后进入“待决定”") == 2
    done = reviewer.send(path, facts, "take")
    assert "办好了 2 件" in done.visible()
    assert [office.service.matter(id).stage.id for id in (first, second)] == ["reviewed", "reviewed"]  # type: ignore[union-attr]
    again = reviewer.send(path, facts, "take")
    assert "办好了 0 件，还有 2 件没有办" in again.visible()
    assert "现在是“待决定”，不能“审核分类”" in again.visible()


def test_a_bulk_form_with_a_mistake_takes_nothing(office: Office) -> None:
    matter = office.apply()
    page = office.person("reviewer").send(f"/bulk?action=access.review&m={matter}", {"m": [matter]}, "take")
    assert page.status == 422
    assert "请填写“核定的职责归属”" in page.visible()
    assert office.service.matter(matter).stage.id == "under_review"  # type: ignore[union-attr]


def test_work_done_anyway_is_noted_in_one_click_and_two_answers(office: Office) -> None:
    committee = office.person("committee")
    assert 'href="/dongcheng/desk/new/burden/note"' in committee.look("/").text
    form = committee.look("/new/burden/note")
    assert form.text.index("做了什么") < form.text.index("<details")
    done = committee.send("/new/burden/note", {"f.title": "填了一张报表", "f.kinds": ["report"]}, "take")
    assert "回执" in done.visible()
    [note] = office.service.listed("burden", COMMUNITY)
    assert office.service.steps(note)[0].facts["kinds"] == ["report"]


def test_a_committee_refuses_what_was_never_admitted(office: Office) -> None:
    typed = {"f.title": "上街清理小广告", "f.asked_by": "区城管委", "f.asked_on": "2026-03-01"}
    page = office.person("committee").send("/new/refusal/record", typed, "take")
    assert "居委会拒绝了区城管委要求的“上街清理小广告”" in page.visible()


def test_an_admitted_matter_is_suspended_objected_to_answered_and_voided(office: Office) -> None:
    matter = office.apply()
    path = f"/matters/{matter}/do"
    office.person("health").send(f"{path}/object", {"f.ground": "分类不当"}, "take")
    answered = office.person("decider").send(
        f"{path}/answer", {"f.upheld": "no", "f.reason": "分类无误"}, "take"
    )
    assert "已办理：答复复议" in answered.visible()
    office.person("decider").send(f"{path}/suspend", {"f.reason": "等待核实"}, "take")
    assert "这件事已中止" in office.person("health").look(f"/matters/{matter}").visible()
    office.person("decider").send(f"{path}/resume", {"f.reason": "核实完毕"}, "take")
    reopen = office.person("decider").look(f"{path}/reopen")
    assert '<option value="under_review">待审核</option>' in reopen.text
    office.person("decider").send(f"{path}/void", {"f.reason": "重复申请"}, "take")
    assert "这件事已作废" in office.person("health").look(f"/matters/{matter}").visible()


def test_what_waits_says_how_many_working_days_are_left(office: Office) -> None:
    matter = office.apply()
    line = office.person("reviewer").look("/").visible()
    due = office.service.matter(matter).state.due[0]  # type: ignore[union-attr]
    assert f"{due.day.year}年{due.day.month}月{due.day.day}日" in line
    assert "个工作日" in line
    office.clock.day = office.clock.day.replace(month=12)
    late = office.person("reviewer").look("/").visible()
    assert "已经超过期限" in late


def test_the_lists_narrow_by_stage_and_go_out_as_a_spreadsheet(office: Office) -> None:
    first, second = office.apply(), office.apply(**{"f.title": "健康讲座"})
    office.review(second)
    decider = office.person("decider")
    assert "健康讲座" in decider.look("/list?procedure=access").visible()
    narrowed = decider.look("/list?procedure=access&stage=reviewed").text
    assert second in narrowed
    assert first not in narrowed
    assert "没有您能看到的" in decider.look("/list?procedure=access&year=2020").visible()
    sheet = decider.browser.get("/list.xlsx?procedure=access")
    assert sheet.content.startswith(b"PK")


def test_notices_go_to_the_posts_they_are_meant_for(office: Office) -> None:
    matter = office.apply()
    assert matter in office.person("reviewer").look("/notices").text
    assert matter not in office.person("committee").look("/notices").text


def test_the_approval_sheet_leaves_room_for_opinions_and_seals(office: Office) -> None:
    matter = office.apply()
    office.admit(matter)
    sheet = office.person("decider").look(f"/matters/{matter}/sheets/approval").visible()
    for part in ("审批表", "按规则判断", "办理经过", "准入审核人意见", "准入决定人意见", "（盖章）"):
        assert part in sheet


def test_a_publisher_reviews_a_text_before_it_goes_out(office: Office) -> None:
    matter = office.apply()
    publisher = office.person("publisher")
    assert "工作内容和要求" in publisher.look("/publication").visible()
    path = f"/matters/{matter}/publish/1/content"
    with_phone = {"redacted": "联系 13800138000", "basis": "政府信息公开条例", "takedown": "2028-01-01"}
    refused = publisher.send(path, with_phone, "")
    assert refused.status == 422
    assert refused.value("redacted") == "联系 13800138000"
    publisher.send(path, with_phone | {"redacted": "逐户更新健康档案。"}, "")
    assert "已经审核" in publisher.look(path).visible()
    assert office.person("health").look("/publication").status == 403
    assert office.service.listed("access", DISTRICT) == [matter]


def test_what_no_longer_waits_is_not_shown_as_waiting(office: Office) -> None:
    matter = office.apply(**{"f.starts": "2026-03-12", "f.ends": "2026-08-31"})
    office.admit(matter)
    office.clock.day = office.clock.day.replace(month=5)
    child = f"{matter}.{COMMUNITY}"
    office.person("committee").send(f"/matters/{child}/do/complain", {"f.subject": "上门次数太多"}, "take")
    assert child in office.person("decider").look("/").text
    office.clock.day = office.clock.day.replace(month=12)
    assert child not in office.person("decider").look("/").text
