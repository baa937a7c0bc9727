"""A clerk files an application, has it returned, completes it, and prints the sheet."""

from __future__ import annotations

import re
from datetime import date

from linli.drafts import drafts
from tests.workbench.offices import APPLICATION, COMMUNITY, DISTRICT, PHONE, SLUG, Office

NEW = "/new/access/submit"


def test_a_clerk_files_has_it_returned_completes_it_and_prints_the_sheet(office: Office) -> None:
    health = office.person("health")
    assert "提交申请" in health.look("/new").visible()

    blank = health.look(NEW)
    assert blank.status == 200
    assert blank.value("f.title") == ""

    receipt = health.send(NEW, APPLICATION, "take")
    assert "回执号（只显示这一次" in receipt.visible()
    matter = re.search(r'<dd class="id">([^<]+)</dd>', receipt.text)
    assert matter
    path = f"/matters/{matter[1]}"
    assert "正在办理" in health.look(path).visible()

    reviewer = office.person("reviewer")
    assert "老年人健康档案更新" in reviewer.look("/").visible()
    returned = reviewer.send(f"{path}/do/return", {"f.missing": "请补充培训安排的时间"}, "take")
    assert "已退回区卫健委补正：请补充培训安排的时间。" in returned.visible()

    form = health.look(f"{path}/do/complete")
    assert form.value("f.title") == "老年人健康档案更新"
    assert form.value("f.communities.0.community") == COMMUNITY
    assert form.value("f.communities.0.offered_fen") == "12,000"
    assert form.value("f.content") == "逐户更新健康档案。\n每季度一次。"
    assert form.checked("f.kinds") == ["task", "meeting"]
    assert PHONE not in form.text
    assert "空着就沿用" in form.visible()

    again = {name: value for name, value in APPLICATION.items() if name != "f.contact"}
    done = health.send(f"{path}/do/complete", again | {"f.training": "5月20日培训一次"}, "take")
    assert "已办理：补正后提交。" in done.visible()
    assert "5月20日培训一次" in done.visible()

    sheet = health.look(f"{path}/sheets/application")
    assert "社区工作准入申请表" in sheet.visible()
    assert "5月20日培训一次" in sheet.visible()
    assert "（盖章）" in sheet.visible()
    assert PHONE not in sheet.text


def test_what_was_given_as_personal_stays_readable_after_an_empty_completion(office: Office) -> None:
    matter = office.apply()
    office.person("reviewer").send(f"/matters/{matter}/do/return", {"f.missing": "请补充"}, "take")
    again = {name: value for name, value in APPLICATION.items() if name != "f.contact"}
    office.person("health").send(f"/matters/{matter}/do/complete", again, "take")
    page = office.person("reviewer").look(f"/matters/{matter}")
    assert PHONE not in page.text
    opened = office.person("reviewer").send(f"/matters/{matter}", {"reason": "核实联系方式"}, "")
    assert PHONE in opened.text


def test_a_personal_field_opens_only_for_a_reason_and_leaves_a_trace(office: Office) -> None:
    matter = office.apply()
    reviewer = office.person("reviewer")
    refused = reviewer.send(f"/matters/{matter}", {"reason": ""}, "")
    assert refused.status == 422
    assert "请写明为什么要看" in refused.visible()
    assert PHONE not in refused.text
    before = len(office.service.store.rows("vault-reads"))
    assert PHONE in reviewer.send(f"/matters/{matter}", {"reason": "核实联系方式"}, "").text
    assert len(office.service.store.rows("vault-reads")) == before + 1


def test_the_receipt_code_is_shown_once_and_finds_the_matter(office: Office) -> None:
    health = office.person("health")
    form = health.look(NEW)
    sent = {
        "csrf": form.value("csrf"),
        "key": form.value("key"),
        "place": DISTRICT,
        "do": "take",
        **APPLICATION,
    }
    first, second = health.post(NEW, sent), health.post(NEW, sent)
    code = re.search(r'<p class="code">([^<]+)</p>', first.text)
    assert code
    assert code[1] not in second.text
    assert "没有重复办理" in second.visible()
    assert len(office.service.listed("access", DISTRICT)) == 1
    assert "老年人健康档案更新" in health.look(f"/search?q={code[1]}").visible()


def test_what_was_typed_is_kept_when_something_is_wrong(office: Office) -> None:
    wrong = APPLICATION | {"f.communities.0.need_fen": "一万二", "f.persons": "两个", "f.title": ""}
    page = office.person("health").send(NEW, wrong, "take")
    assert page.status == 422
    assert "还不能提交，请改这 3 处" in page.visible()
    assert "请填写“事项名称”" in page.visible()
    assert page.value("f.communities.0.need_fen") == "一万二"
    assert page.value("f.persons") == "两个"
    assert page.value("f.content") == APPLICATION["f.content"]
    assert page.value("f.contact") == APPLICATION["f.contact"]
    assert page.value("f.communities.1.community") == APPLICATION["f.communities.1.community"]
    assert 'href="#f-communities-0-need_fen"' in page.text
    assert re.search(r'id="f-persons"[^>]*aria-invalid="true"', page.text)
    assert office.service.listed("access", DISTRICT) == []


def test_personal_data_in_a_public_line_is_refused_beside_the_field(office: Office) -> None:
    page = office.person("health").send(NEW, APPLICATION | {"f.targets": f"找 {PHONE}"}, "take")
    assert page.status == 422
    assert "“完成目标”里像是有个人信息（手机号）" in page.visible()
    assert office.service.listed("access", DISTRICT) == []


def test_more_rows_come_without_losing_what_was_typed(office: Office) -> None:
    page = office.person("health").send(
        NEW, {"f.title": "健康档案", "f.communities.rows": "3"}, "more:communities"
    )
    assert page.status == 200
    assert page.value("f.title") == "健康档案"
    assert "f.communities.5.community" in page.text
    assert "f.communities.6.community" not in page.text


def test_the_dry_run_says_why_it_would_go_back_and_stores_nothing(office: Office) -> None:
    page = office.person("health").send(NEW, APPLICATION | {"f.basis": "", "f.consent": ""}, "try")
    assert page.status == 200
    assert "这样会被退回，因为" in page.visible()
    assert "怎样补正" in page.visible()
    assert page.value("f.title") == "老年人健康档案更新"
    assert office.service.listed("access", DISTRICT) == []


def test_the_dry_run_says_why_it_would_be_refused(office: Office) -> None:
    page = office.person("health").send(NEW, APPLICATION | {"f.theme": "tax"}, "try")
    assert "这样会不予通过，因为" in page.visible()


def test_a_draft_is_kept_for_its_writer_alone_and_gone_once_filed(office: Office) -> None:
    health = office.person("health")
    kept = health.send(NEW, {"f.title": "健康档案", "f.contact": PHONE}, "save")
    assert "草稿存好了" in kept.visible()
    [draft] = drafts(office.service.desk, office.service.person("health"))
    assert "提交申请" in health.look("/drafts").visible()
    opened = health.look(f"{NEW}?draft={draft.id}")
    assert opened.value("f.title") == "健康档案"
    assert opened.value("f.contact") == PHONE
    assert office.person("civil").look(f"{NEW}?draft={draft.id}").status == 404
    health.send(f"{NEW}?draft={draft.id}", APPLICATION, "take")
    assert drafts(office.service.desk, office.service.person("health")) == []
    assert office.service.listed("access", DISTRICT) == [draft.id]


def test_last_years_matter_is_copied_with_its_dates_moved_on(office: Office) -> None:
    matter = office.apply()
    page = office.person("health").look(f"{NEW}?from={matter}")
    assert page.value("f.title") == "老年人健康档案更新"
    assert page.value("f.starts") == "2027-06-01"
    assert page.value("f.ends") == "2027-11-30"
    assert page.value("f.contact") == ""
    assert office.person("civil").look(f"{NEW}?from={matter}").status == 404


def test_a_paper_form_is_entered_with_the_day_on_it(office: Office) -> None:
    page = office.person("health").send(NEW, APPLICATION | {"paper": "yes", "happened": "2026-02-09"}, "take")
    matter = re.search(r'<dd class="id">([^<]+)</dd>', page.text)
    assert matter
    [step] = office.service.steps(matter[1])
    assert (step.happened, step.recorded) == (date(2026, 2, 9), date(2026, 3, 2))
    assert "纸质件补录，2026年3月2日录入" in office.person("health").look(f"/matters/{matter[1]}").visible()


def test_a_day_before_today_without_paper_is_not_taken(office: Office) -> None:
    office.person("health").send(NEW, APPLICATION | {"happened": "2026-02-09"}, "take")
    [matter] = office.service.listed("access", DISTRICT)
    assert office.service.steps(matter)[0].happened == date(2026, 3, 2)


def test_a_correction_changes_only_what_was_changed_and_says_why(office: Office) -> None:
    matter = office.apply()
    path = f"/matters/{matter}/do/correct"
    health = office.person("health")
    form = health.look(path)
    assert form.value("f.targets") == "档案更新率达到 90%"
    same = {name: value for name, value in APPLICATION.items() if name != "f.contact"}
    nothing = health.send(path, same | {"why": "写错了"}, "take")
    assert "还没有改动任何一项" in nothing.visible()
    no_reason = health.send(path, same | {"f.targets": "更新率 95%"}, "take")
    assert no_reason.status == 422
    assert no_reason.value("f.targets") == "更新率 95%"
    done = health.send(path, same | {"f.targets": "更新率 95%", "why": "目标写错了"}, "take")
    assert "更新率 95%" in done.visible()
    step = office.service.steps(matter)[-1]
    assert (step.action, step.corrects, step.facts["targets"]) == ("correct", 1, "更新率 95%")
    assert PHONE in office.person("reviewer").send(f"/matters/{matter}", {"reason": "核实联系方式"}, "").text


def test_an_attachment_is_kept_and_handed_back_to_those_who_see_the_matter(office: Office) -> None:
    files = {"f.attachment": ("方案.pdf", b"%PDF-1.4 plan", "application/pdf")}
    office.person("health").send(NEW, APPLICATION, "take", files)
    [matter] = office.service.listed("access", DISTRICT)
    digest = office.service.steps(matter)[0].facts["attachment"]
    got = office.person("reviewer").browser.get(f"/matters/{matter}/documents/{digest}")
    assert got.content == b"%PDF-1.4 plan"
    assert got.headers["content-disposition"].startswith("attachment")
    assert office.person("civil").look(f"/matters/{matter}/documents/{digest}").status == 404


def test_a_file_that_lies_about_its_type_is_refused_beside_the_field(office: Office) -> None:
    files = {"f.attachment": ("方案.pdf", b"<script>alert(1)</script>", "application/pdf")}
    page = office.person("health").send(NEW, APPLICATION, "take", files)
    assert page.status == 422
    assert page.value("f.title") == "老年人健康档案更新"
    assert office.service.listed("access", DISTRICT) == []


def test_every_page_of_a_deployment_stays_below_its_mount(office: Office) -> None:
    matter = office.apply()
    for path in ("/", "/new", NEW, f"/matters/{matter}", "/list"):
        page = office.person("health").look(path)
        for target in re.findall(r'(?:href|action|src)="([^"#]+)"', page.text):
            assert target.startswith(f"/{SLUG}/desk/"), (path, target)
