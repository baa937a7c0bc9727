"""What a unit sees of its own applications: how each stands and why, its profile, and doing one once more."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from linli.auditing import audit_for, hand_over
from linli.deployment import Deployment
from linli.desk import Call
from linli.registry import find_register, write_entries
from tests.site.browser import chromium
from tests.systems.test_funding import RUBRIC, code
from tests.workbench.desk_browser import page_faults, served, sign_in
from tests.workbench.offices import COMMUNITY, DISTRICT, STREET, Office, open_office

UNIT = "邻里社工服务社"
POSTS = (
    ("funder", "funder"),
    ("operator", "grant_operator"),
    ("expert1", "grant_expert"),
    ("expert2", "grant_expert"),
    ("awarder", "grant_decider"),
)


class Venture:
    """An office with a call, in which the organisation ``org`` applied and lost."""

    def __init__(self, office: Office) -> None:
        self.office = office
        rows = [{"id": who, "person": who, "post": post, "place": DISTRICT} for who, post in POSTS]
        self.enter("appointments", *({**row, "since": "2020-01-01"} for row in rows))
        organization = {"code": code(1), "title": UNIT, "place": DISTRICT, "standing": "registered"}
        self.enter("organizations", {**organization, "since": "2020-05-01", "report_year": 2025})
        self.call = self.published()
        self.lost = self._lost()

    def enter(self, register: str, *rows: Mapping[str, Any]) -> None:
        desk = self.office.service.desk
        write_entries(desk, find_register(desk, register), rows, date(2020, 1, 1), "test")

    def take(self, who: str, procedure: str, action: str, facts: dict[str, Any], **more: Any) -> Any:
        service = self.office.service
        call = Call(procedure=procedure, action=action, facts=facts, **more)
        return service.take(call, service.person(who))

    def published(self) -> str:
        facts = {
            "title": "公益创投征集",
            "programme": "venture_grant",
            "source": "福利彩票公益金",
            "budget_fen": 5_000_000,
            "opens": "2026-03-02",
            "closes": "2026-04-10",
            "cap_fen": 5_000_000,
            "rubric": [{"criterion": name, "points": 25} for name in RUBRIC],
            "reviewers": 2,
            "indicators": "服务人次",
        }
        return str(self.take("funder", "call", "publish", facts, place=DISTRICT).matter)

    def _lost(self) -> str:
        facts = {
            "call": self.call,
            "title": "邻里互助",
            "code": code(1),
            "theme": "elderly",
            "need": "居民议事会第3号：独居老人需要陪伴",
            "target_group": "独居老人六十人",
            "goal": "每位老人每周有人上门",
            "plan": "逐楼结对",
            "actors": "社工和志愿者",
            "evaluation": "每季度回访",
            "budget": [{"name": "人员", "grant_fen": 3_000_000, "own_fen": 2_000_000}],
            "resources": [{"means": "department", "what": "经费"}, {"means": "organization", "what": "社工"}],
        }
        receipt = self.take("org", "grant", "apply", facts, place=COMMUNITY)
        matter = str(receipt.matter)
        assert receipt.stage == "submitted", [each.reason for each in receipt.judgement.adverse()]
        self.take("operator", "grant", "qualify", {"number": 1}, matter=matter)
        points = [{"criterion": name, "points": 10} for name in RUBRIC]
        for expert in ("expert1", "expert2"):
            sheet = {"no_interest": True, "points": points, "ground": "需求不够清楚"}
            self.take(expert, "grant", "score", sheet, matter=matter)
        self.take("operator", "grant", "conclude", {}, matter=matter)
        held = {"held": "2026-03-02", "form": "居民议事会", "persons": 23, "outcome": "同意"}
        self.take("committee", "grant", "discuss", held, matter=matter)
        assert self.take("awarder", "grant", "award", {"projects": 1}, matter=matter).stage == "lost"
        return matter


@pytest.fixture
def venture(deployment: Deployment, tmp_path: Path) -> Venture:
    return Venture(open_office(deployment, tmp_path))


def test_an_organisation_sees_its_score_and_the_reason_and_may_object(venture: Venture) -> None:
    home = venture.office.person("org").look("/")
    said = home.visible()
    assert "本单位申请的 邻里互助 未入选" in said
    assert "没有入选：得 40 分，第 1 名，得分没有达到入选线。" in said
    assert f'href="/dongcheng/desk/matters/{venture.lost}/do/object"' in home.text
    asked = {"f.ground": "评分有误"}
    venture.office.person("org").send(f"/matters/{venture.lost}/do/object", asked, "take")
    steps = venture.office.service.steps(venture.lost)
    assert steps[-1].action == "object"


def test_it_has_one_profile_for_all_calls(venture: Venture) -> None:
    said = venture.office.person("org").look("/").visible()
    assert f"社会组织名册：{UNIT}" in said and code(1) in said and "已登记" in said
    assert said.count("社会组织名册：") == 1


def test_it_applies_again_from_the_old_form_to_the_new_call(venture: Venture) -> None:
    org = venture.office.person("org")
    link = re.search(r'href="([^"]*/new/grant/apply\?from=[^"]*)"', org.look("/").text)
    assert link is not None
    path = link[1].removeprefix("/dongcheng/desk")
    form = org.look(path)
    assert form.value("f.title") == "邻里互助" and form.value("f.goal") == "每位老人每周有人上门"
    assert form.value("f.budget.0.grant_fen") == "30,000"
    assert form.value("f.call") == "", "last year's call is not this year's"
    assert "别的事项的编号没有照抄" in form.visible()
    second = venture.published()
    assert org.look(f"{path}&f.call={second}").value("f.call") == second, "a link may name the call"


def test_a_form_that_an_earlier_matter_never_filled_cannot_be_copied_from_it(venture: Venture) -> None:
    page = venture.office.person("health").look(f"/new/access/submit?from={venture.lost}")
    assert page.status in (403, 404)


def test_another_unit_sees_none_of_it(venture: Venture) -> None:
    said = venture.office.person("health").look("/").visible()
    assert "邻里互助" not in said and "社会组织名册：" not in said


def test_a_department_sees_its_own_work_the_same_way(venture: Venture) -> None:
    matter = venture.office.apply()
    home = venture.office.person("health").look("/")
    assert "本单位申请的 老年人健康档案更新" in home.visible()
    assert f"/new/access/submit?from={matter}" in home.text


# Auditors


def test_an_auditor_finds_the_audits_of_the_place_and_takes_a_package(venture: Venture) -> None:
    row = {
        "id": "2026-1",
        "title": "一季度审计",
        "place": STREET,
        "since": "2026-01-01",
        "until": "2026-03-31",
    }
    venture.enter("audits", row)
    auditor = venture.office.person("auditor")
    page = auditor.look("/audits")
    assert "一季度审计" in page.visible() and ">审计</a>" in page.text
    token = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert token is not None
    answer = auditor.browser.post("/audits/2026-1/package.zip", data={"csrf": token[1]})
    assert answer.status_code == 200 and answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert "账册.xlsx" in archive.namelist()
    assert "取走的记录" in auditor.look("/audits").visible()
    assert auditor.browser.post("/audits/2026-1/package.zip", data={}).status_code == 403, "without the token"


@pytest.mark.parametrize("who", ["health", "administrator", "org", "resident"])
def test_nobody_else_finds_an_audit_at_the_desk(venture: Venture, who: str) -> None:
    row = {
        "id": "2026-1",
        "title": "一季度审计",
        "place": STREET,
        "since": "2026-01-01",
        "until": "2026-03-31",
    }
    venture.enter("audits", row)
    clerk = venture.office.person(who)
    assert clerk.look("/audits").status == 403
    page = clerk.look("/")
    token = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert token is not None and ">审计</a>" not in page.text
    assert clerk.browser.post("/audits/2026-1/package.zip", data={"csrf": token[1]}).status_code == 404


def test_the_pages_of_units_and_auditors_are_accessible_and_fit_their_window(venture: Venture) -> None:
    row = {
        "id": "2026-1",
        "title": "一季度审计",
        "place": STREET,
        "since": "2026-01-01",
        "until": "2026-03-31",
    }
    venture.enter("audits", row)
    audit = audit_for(venture.office.service, "2026-1", None)
    hand_over(venture.office.service, audit, None)
    faults: list[str] = []
    with chromium() as browser, served(venture.office) as address:
        for subject, paths in {
            "org": ["/", f"/new/grant/apply?from={venture.lost}"],
            "auditor": ["/audits"],
        }.items():
            sign_in(browser, venture.office, subject)
            page = browser.new_page()
            for path in paths:
                page.goto(address + path)
                faults += page_faults(page, path)
    assert not faults, "\n".join(faults)
