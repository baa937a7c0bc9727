"""Who read which personal field, and forgetting a person: by the API, by the workbench, by the right post alone."""

import re
from datetime import timedelta

import msgspec
import pytest
from starlette.routing import Mount
from starlette.testclient import TestClient

from linli_functions.workbench import workbench
from tests.functions.offices import SUBJECTS, TODAY, Office

PHONE = "13800138000"
PLEA = "有人占道 联系 13911112222"


@pytest.fixture
def office(tmp_path):
    return Office(tmp_path)


@pytest.fixture
def matter(office):
    return office.applied()


def read(office, matter, subject="reviewer", reason="电话核实"):
    return office.client(subject).get(f"matters/{matter}/personal/1.contact", params={"reason": reason})


def forget(office, subject="administrator", **body):
    dry = {"dry_run": "1"} if body.pop("dry", False) else {}
    return office.client(subject).post("forgettings", json=body, params=dry, headers=office.key())


# Who read what


def test_every_read_is_told_with_who_when_what_and_why_and_never_with_what_it_said(office, matter):
    assert read(office, matter).json()["value"] == f"张三 {PHONE}"
    office.clock.day = TODAY + timedelta(days=1)
    read(office, matter, "clerk", "补充材料")
    answer = office.client("administrator").get(f"reads?since={TODAY}&until={TODAY + timedelta(days=1)}")
    told = answer.json()["reads"]
    assert [(r["reader"], r["matter"], r["title"], r["reason"]) for r in told] == [
        ("reviewer", matter, "联系人和电话", "电话核实"),
        ("clerk", matter, "联系人和电话", "补充材料"),
    ]
    assert told[0]["at"].startswith(f"{TODAY}T01:00:00") and "准入审核" in told[0]["posts"][0]
    assert PHONE not in answer.text and "张三" not in answer.text
    assert len(office.client("administrator").get("reads").json()["reads"]) == 1


def test_reads_are_told_page_by_page(office, matter):
    for number in range(5):
        read(office, matter, reason=f"第 {number} 次")
    client, seen, after = office.client("administrator"), [], ""
    while True:
        page = client.get("reads", params={"limit": 2, "after": after}).json()
        seen += [each["reason"] for each in page["reads"]]
        after = page["after"]
        if not after:
            break
    assert sorted(seen) == [f"第 {number} 次" for number in range(5)]


def test_a_read_that_was_refused_is_no_read(office, matter):
    assert read(office, matter, "other-place").status_code == 403
    assert read(office, matter, reason="").status_code == 422
    assert office.client("administrator").get("reads").json()["reads"] == []


@pytest.mark.parametrize("subject", [each for each in SUBJECTS if each != "administrator"])
def test_nobody_else_sees_the_log_or_forgets_anybody(office, matter, subject):
    assert office.client(subject).get("reads").status_code == 403
    assert forget(office, subject, matter=matter, why="x").status_code == 403
    assert forget(office, subject, matter=matter, why="x", dry=True).status_code == 403
    assert read(office, matter).status_code == 200


def test_the_public_is_asked_to_sign_in(office):
    assert office.client().get("reads").status_code == 401
    assert office.client().post("forgettings", json={}, headers=office.key()).status_code == 401


# Forgetting


def test_what_a_matter_that_goes_on_holds_is_not_deleted(office, matter):
    answer = forget(office, matter=matter, why="本人来函要求")
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:linli:problem:conflict")
    assert read(office, matter).status_code == 200


def test_what_a_finished_matter_holds_is_looked_at_and_then_deleted_for_good(office, matter):
    assert office.act("clerk", matter, "retract", {"reason": "不办了"}).status_code == 200
    (held,) = forget(office, matter=matter, dry=True).json()["held"]
    assert (held["fields"], held["finished"], held["kept_until"]) == (["1.contact"], True, None)
    assert read(office, matter).status_code == 200
    answer = forget(office, matter=matter, why="本人来函要求")
    assert answer.json() == {"done": "forgotten", "values": 1}
    assert read(office, matter).status_code == 410
    assert forget(office, matter=matter, dry=True).json()["held"][0]["fields"] == ["1.contact"]


def test_what_a_resident_gave_goes_with_the_resident_drafts_too(office, matter):
    # What residents hand in of themselves lies under their own key.
    desk = office.service.desk
    desk.vault.seal("resident", matter, "2.plea", PLEA)
    body = {"procedure": "access", "action": "submit", "place": "110101000000", "facts": {"contact": PLEA}}
    office.client("resident").post("drafts", json=body, headers=office.key())
    assert len(office.client("resident").get("drafts").json()["drafts"]) == 1
    assert forget(office, person="resident", why="本人要求").status_code == 409
    office.act("clerk", matter, "retract", {"reason": "不办了"})
    assert "任职" in forget(office, person="resident", why="本人要求").json()["detail"]
    ended = office.client("administrator").delete("registers/appointments/11?why=x", headers=office.key())
    assert ended.status_code == 204
    answer = forget(office, person="resident", why="本人要求")
    assert answer.json() == {"done": "forgotten", "values": 2}
    assert office.client("resident").get("drafts").json()["drafts"] == []
    assert forget(office, person="resident", dry=True).json()["held"] == []


def test_a_resident_who_acts_is_sealed_under_their_own_key_and_staff_is_not(office, matter):
    owners = {row.value.decode() for row in office.service.store.rows("vault-people")}
    assert owners == {f"{matter}:1.contact"}
    assert office.service.desk.vault.held("clerk") == []


@pytest.mark.parametrize(
    "body", [{}, {"person": "a", "matter": "b"}, {"person": "a/b"}, {"person": "a", "colour": "red"}]
)
def test_a_call_that_names_nobody_or_two_is_refused(office, body):
    assert forget(office, why="x", **body).status_code == 422


def test_forgetting_is_itself_kept_with_who_did_it_and_why(office, matter):
    office.act("clerk", matter, "retract", {"reason": "不办了"})
    forget(office, matter=matter, why="本人来函要求")
    (row,) = office.service.store.rows("forgettings")
    told = msgspec.json.decode(row.value)
    assert (told["done"], told["why"], told["values"]) == ("forgotten", "本人来函要求", 1)
    assert told["by"] == office.service.desk.pseudonym("administrator", "vault-readers")


# The workbench


@pytest.fixture
def desk(office):
    app = Mount(f"/{office.slug}/desk", workbench(office.service, office.identity))

    def browser(subject):
        http = TestClient(app, base_url=f"http://office/{office.slug}/desk", follow_redirects=True)
        name, _, value = office.identity.sign_in(subject, office.slug).split(";")[0].partition("=")
        http.cookies.set(name, value)
        return http

    return browser


def csrf(page):
    found = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert found
    return found[1]


def test_the_keeper_sees_the_log_and_deletes_on_a_page(office, matter, desk):
    read(office, matter)
    office.act("clerk", matter, "retract", {"reason": "不办了"})
    keeper = desk("administrator")
    page = keeper.get("/privacy")
    assert "个人信息" in keeper.get("/").text
    assert "电话核实" in page.text and "联系人和电话" in page.text and PHONE not in page.text
    page = keeper.post("/privacy", data={"csrf": csrf(page), "matter": matter, "do": "look"})
    assert "可以" in page.text and "1.contact" in page.text
    sent = {"csrf": csrf(page), "matter": matter, "fields": "1.contact", "why": "本人来函", "do": "forget"}
    page = keeper.post("/privacy", data=sent)
    assert "已经删除" in page.text and "本人来函" in page.text
    assert read(office, matter).status_code == 410


def test_the_page_is_for_nobody_else(office, matter, desk):
    for subject in ("clerk", "reviewer", "street-administrator", "resident"):
        browser = desk(subject)
        assert browser.get("/privacy").status_code == 403
        assert "/privacy" not in browser.get("/").text
