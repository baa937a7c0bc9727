"""Nobody sees or does what the service does not allow: signed in or not, forged or guessed."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from linli_functions.workbench import PAGES
from tests.workbench.offices import APPLICATION, COMMUNITY, DISTRICT, PHONE, SLUG, Office

NEW = "/new/access/submit"


def _filled(path: str, matter: str) -> str:
    parts = {"procedure": "access", "action": "submit", "matter": matter, "kind": "application"}
    parts |= {
        "hash": "0" * 64,
        "register": "stations",
        "key": "x",
        "number": "1",
        "field": "content",
        "audit": "a",
    }
    return re.sub(r"\{(\w+)\}", lambda found: parts[found[1]], path)


@pytest.mark.parametrize(("path", "methods"), [(path, methods) for path, _, methods in PAGES])
def test_no_page_opens_for_someone_who_is_not_signed_in(
    office: Office, path: str, methods: tuple[str, ...]
) -> None:
    browser = TestClient(office.app, base_url=f"http://testserver/{SLUG}/desk", follow_redirects=False)
    matter = office.apply()
    for method in methods:
        answer = browser.request(method, _filled(path, matter))
        assert answer.status_code == 303
        assert answer.headers["location"].startswith(f"/{SLUG}/desk/login")


@pytest.mark.parametrize("path", [path for path, _, methods in PAGES if "POST" in methods])
@pytest.mark.parametrize("token", ["", "forged"])
def test_no_form_is_taken_without_the_sessions_token(office: Office, path: str, token: str) -> None:
    matter = office.apply()
    before = office.service.store.head(matter), len(office.service.listed("access", DISTRICT))
    health = office.person("health")
    answer = health.browser.post(
        _filled(path, matter), data={**APPLICATION, "csrf": token, "do": "take", "key": "k"}
    )
    assert answer.status_code == 403
    assert "表单已过期" in answer.text
    assert before == (office.service.store.head(matter), len(office.service.listed("access", DISTRICT)))


def test_another_units_matter_is_as_if_there_were_none(office: Office) -> None:
    matter = office.apply("health")
    civil = office.person("civil")
    missing = civil.look("/matters/110101-2026-NOTTHERE")
    for path in (
        f"/matters/{matter}",
        f"/matters/{matter}/sheets/application",
        f"/matters/{matter}/do/retract",
    ):
        page = civil.look(path)
        assert page.status == 404
        assert "老年人健康档案更新" not in page.text
    assert civil.look(f"/matters/{matter}").visible() == missing.visible()
    assert matter not in civil.look("/list?procedure=access").text
    assert civil.look(f"/search?q={matter}").status == 404


def test_a_committee_sees_its_own_community_only(office: Office) -> None:
    matter = office.apply()
    office.admit(matter)
    committee = office.person("committee")
    assert committee.look(f"/matters/{matter}.{COMMUNITY}").status == 200
    assert committee.look(f"/matters/{matter}.110101007002").status == 404
    assert committee.look(f"/matters/{matter}").status == 404


def test_a_resident_sees_what_is_public_of_a_matter_that_a_resident_may_act_in(office: Office) -> None:
    matter = office.apply(**{"f.starts": "2026-03-12", "f.ends": "2026-08-31"})
    office.admit(matter)
    office.clock.day = office.clock.day.replace(month=5)
    page = office.person("resident").look(f"/matters/{matter}.{COMMUNITY}")
    assert page.status == 200
    assert "反映问题" in page.visible()
    assert "逐户更新健康档案" not in page.text
    assert "打印申请表" not in page.visible()
    assert PHONE not in page.text


def test_only_who_may_begin_gets_the_form(office: Office) -> None:
    assert office.person("reviewer").look(NEW).status == 403
    assert office.person("committee").look(NEW).status == 403


def test_a_place_outside_ones_own_is_refused(office: Office) -> None:
    page = office.person("health").look(f"{NEW}?place=110107011000")
    assert page.status == 403


def test_who_lost_the_post_sees_nothing_of_it(office: Office) -> None:
    matter = office.apply()
    administrator = office.person("administrator")
    health = office.person("health")
    assert health.look(f"/matters/{matter}").status == 200
    office.clock.day = office.clock.day.replace(day=20)
    form = administrator.look("/registers/appointments/entries/health")
    sent = {"csrf": form.value("csrf"), "since": "2026-03-20", "why": "调离"}
    administrator.post("/registers/appointments/entries/health/end", sent)
    assert health.look(f"/matters/{matter}").status == 404
    assert "现在没有任职" in health.look("/").visible()


def test_a_file_nobody_gave_this_person_cannot_be_referred_to(office: Office) -> None:
    secret = office.service.store.put_blob(b"%PDF-1.4 secret")
    page = office.person("health").send(NEW, APPLICATION | {"f.attachment.kept": secret}, "take")
    assert page.status == 422
    assert "不存在，或您不能查看" in page.visible()


def test_signing_in_leads_only_to_pages_of_the_workbench(office: Office) -> None:
    browser = TestClient(office.app, base_url=f"http://testserver/{SLUG}/desk", follow_redirects=False)
    for back in ("//evil.example/", "https://evil.example/", "/\\evil.example"):
        answer = browser.post("/login", data={"subject": "health", "back": back})
        assert answer.headers["location"] == f"/{SLUG}/desk/"
    cross = browser.post("/login", data={"subject": "health"}, headers={"sec-fetch-site": "cross-site"})
    assert cross.status_code == 403


def test_signing_out_ends_the_session(office: Office) -> None:
    health = office.person("health")
    page = health.look("/")
    health.post("/logout", {"csrf": page.value("csrf")})
    assert "选一个人登录" in health.look("/").visible()


def test_every_answer_carries_the_headers_that_keep_it_safe(office: Office) -> None:
    health = office.person("health")
    for path in ("/", "/login", "/nowhere", "/assets/desk.css", "/matters/none"):
        headers = health.browser.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "script-src" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
    assert health.browser.get("/").headers["cache-control"] == "no-store"


def test_what_is_typed_cannot_become_markup(office: Office) -> None:
    matter = office.apply(
        **{"f.title": "<img src=x onerror=alert(1)>", "f.content": "</span><script>1</script>"}
    )
    for path in (f"/matters/{matter}", "/", "/list", f"/matters/{matter}/sheets/application"):
        page = office.person("reviewer").look(path)
        assert "<img src=x" not in page.text
        assert "<script" not in page.text


def test_a_body_that_is_too_large_is_refused_before_it_is_read(office: Office) -> None:
    health = office.person("health")
    answer = health.browser.post(NEW, content=b"x", headers={"content-length": str(10**9)})
    assert answer.status_code == 413


def test_large_print_is_kept_in_the_browser(office: Office) -> None:
    health = office.person("health")
    assert '<html lang="zh-CN">' in health.look("/").text
    health.post("/large", {"back": "/drafts", "large": "1"})
    assert '<html lang="zh-CN" class="large">' in health.look("/").text


def test_a_page_that_is_not_there_says_so_to_a_bad_token_too(office: Office) -> None:
    browser = TestClient(office.app, base_url=f"http://testserver/{SLUG}/desk", raise_server_exceptions=False)
    answer = browser.get("/nowhere", headers={"authorization": "Bearer junk"})
    assert answer.status_code == 404
    assert "没有这个页面" in answer.text
