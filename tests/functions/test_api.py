"""The JSON API as its callers meet it: reading, beginning, acting, and every way of being told no."""

import pytest

from linli.publication import HELD, publish, take_down
from linli.store import Commit, Row
from linli_functions.api import Limits
from linli_functions.bodies import JSON_LIMIT
from tests.functions.offices import APPLICATION, COMMUNITY, STREET, TOP, Office, application

JUDGE = f"moments/access.submit/judge?place={COMMUNITY}&on=2026-03-02"


@pytest.fixture
def office(tmp_path) -> Office:
    return Office(tmp_path)


def problem(answer, status):
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.json()


# Judging without an account


def test_anybody_may_have_facts_judged_and_nothing_is_stored(office):
    answer = office.client().post(JUDGE, json=APPLICATION)
    assert answer.json()["verdict"] == "admissible"
    assert {"rule", "verdict", "reason", "cure", "cites", "values"} <= set(answer.json()["findings"][0])
    assert office.service.store.matters() == []


def test_judging_follows_the_law_of_the_day_that_is_asked_for(office):
    late = {**APPLICATION, "starts": "2026-03-03"}
    told = office.client().post(JUDGE, json=late).json()
    assert told["verdict"] != "admissible"
    assert any(finding["cure"] for finding in told["findings"])


def test_every_fault_of_the_facts_is_named_at_once(office):
    told = problem(office.client().post(JUDGE, json={"title": 3, "starts": "soon", "colour": "red"}), 422)
    assert {fault["where"] for fault in told["faults"]} == {"title", "starts", "colour", "communities"}
    assert all(fault["message"] for fault in told["faults"])


def test_one_address_may_judge_only_so_often_and_is_told_when_to_come_again(tmp_path):
    office = Office(tmp_path, limits=Limits(judge_per_minute=6, judge_burst=2))
    client = office.client()
    assert [client.post(JUDGE, json=APPLICATION).status_code for _ in range(3)] == [200, 200, 429]
    refused = client.post(JUDGE, json=APPLICATION)
    assert refused.headers["retry-after"] == "10"
    assert "10 秒" in problem(refused, 429)["cure"]
    office.seconds = 10
    assert client.post(JUDGE, json=APPLICATION).status_code == 200


# Beginning and acting


def test_an_application_goes_its_way_from_post_to_post(office):
    matter = office.applied()
    assert (
        office.act("reviewer", matter, "review", {"duty": "entrusted", "nature": "service"}).status_code
        == 200
    )
    done = office.act("decider", matter, "admit", {"reason": "符合条件"})
    assert done.status_code == 200
    told = office.client().get(f"matters/{matter}/steps").json()["steps"]
    assert [step["action"] for step in told][:3] == ["submit", "review", "admit"]
    assert told[0]["actor"]["unit"] == "区卫健委"


def test_what_the_public_sees_holds_no_text_no_personal_field_and_no_pseudonym(office):
    matter = office.applied()
    for address in (f"matters/{matter}", f"matters/{matter}/steps"):
        everybody, inside = (office.client(who).get(address) for who in ("", "reviewer"))
        for hidden in ("doc:", "sealed:", office.service.desk.pseudonym("clerk", matter)):
            assert hidden not in everybody.text, (address, hidden)
        assert "doc:" in inside.text and "sealed:contact" in inside.text
        for answer in (everybody, inside):
            assert "13800138000" not in answer.text and "上门两次" not in answer.text


def test_what_waits_to_be_published_is_shown_and_what_was_taken_down_is_not(office):
    matter = office.applied()
    publish(office.service.desk)
    take_down(office.service.desk, matter, 1)
    office.act("reviewer", matter, "review", {"duty": "entrusted", "nature": "service"})
    for published in (False, True):
        if published:
            publish(office.service.desk)
        first, second = office.client().get(f"matters/{matter}/steps").json()["steps"]
        assert (first["facts"], first["taken_down"]) == ({}, "2026-03-02")
        assert (second["number"], second["facts"]["duty"]) == (2, "entrusted")
        assert APPLICATION["title"] not in office.client().get(f"matters/{matter}").text
    assert office.client("reviewer").get(f"matters/{matter}").json()["name"] == APPLICATION["title"]


def test_a_step_that_was_held_back_is_not_shown(office):
    matter = office.applied()
    office.service.store.commit(Commit(rows=(Row(HELD, f"{matter}/000001", b"{}"),)))
    assert office.client().get(f"matters/{matter}").status_code == 404
    assert office.client("clerk").get(f"matters/{matter}").status_code == 200


def test_a_personal_field_is_opened_for_a_reason_that_is_logged(office):
    matter = office.applied()
    address = f"matters/{matter}/personal/1.contact"
    assert problem(office.client("reviewer").get(address), 422)["where"] == "reason"
    assert office.client("reviewer").get(f"{address}?reason=核实").json()["value"] == "张三 13800138000"
    assert office.client("other-unit").get(f"{address}?reason=核实").status_code == 403
    reads = office.service.store.rows("vault-reads")
    assert len(reads) == 1 and "核实" in reads[0].value.decode()


def test_the_same_call_with_the_same_key_has_effect_once(office):
    client, key = office.client("clerk"), office.key()
    first, second = (client.post("matters", json=application(), headers=key) for _ in range(2))
    assert first.json()["matter"] == second.json()["matter"]
    assert first.json()["code"] and not second.json()["code"], "the code is shown once"
    assert len(office.service.store.matters()) == 1


def test_the_same_key_with_another_content_is_a_conflict(office):
    client, key = office.client("clerk"), office.key()
    client.post("matters", json=application(), headers=key)
    told = problem(client.post("matters", json=application(title="另一件事"), headers=key), 409)
    assert told["where"] == "Idempotency-Key"


def test_two_people_may_use_the_same_key(office):
    key = {"idempotency-key": "1"}
    for who in ("clerk", "other-unit"):
        assert office.client(who).post("matters", json=application(), headers=key).status_code == 201
    assert len(office.service.store.matters()) == 2


@pytest.mark.parametrize("key", [None, " ", "x" * 201, "a\tb"])
def test_a_write_without_a_good_key_is_told_what_to_do(office, key):
    headers = {} if key is None else {"idempotency-key": key}
    told = problem(office.client("clerk").post("matters", json=application(), headers=headers), 422)
    assert told["where"] == "Idempotency-Key" and "Idempotency-Key" in told["cure"]
    assert office.service.store.matters() == []


def test_a_dry_run_says_what_would_come_of_it_and_stores_nothing(office):
    told = office.client("clerk").post("matters?dry_run=1", json=application()).json()
    assert (told["leads_to"], told["stored"]) == ("待审核", False)
    assert told["judgement"]["verdict"] == "admissible"
    assert office.service.store.matters() == []
    assert office.client("reviewer").post("matters?dry_run=1", json=application()).status_code == 403


def test_who_has_seen_an_older_state_is_told_to_look_again(office):
    matter = office.applied()
    client = office.client("reviewer")
    told = client.post(
        f"matters/{matter}/actions/review",
        json={"facts": {"duty": "entrusted", "nature": "service"}, "expected": 7},
        headers=office.key(),
    )
    assert problem(told, 409)["where"] == "expected"


def test_an_action_at_the_wrong_stage_says_where_the_matter_is(office):
    matter = office.applied()
    told = problem(office.act("decider", matter, "admit", {"reason": "x"}), 409)
    assert "待审核" in told["detail"]


def test_what_is_refused_by_rules_is_stored_and_explained(office):
    answer = office.begin("clerk", application(duty="prohibited"))
    assert answer.status_code == 201
    assert answer.json()["judgement"]["verdict"] == "refused"
    told = office.client().get(f"matters/{answer.json()['matter']}").json()
    assert told["stage"]["final"] and told["lead"].startswith("不予准入")


def test_days_before_today_are_entered_from_paper_only(office):
    body = {**application(), "happened": "2026-02-20"}
    assert problem(office.begin("clerk", body), 422)["where"] == "happened"
    assert office.begin("clerk", {**body, "on_behalf_of": "paper"}).status_code == 201
    assert office.begin("clerk", {**body, "on_behalf_of": "张三"}).status_code == 422


def test_work_done_anyway_is_known_to_those_concerned_only(office):
    facts = {"title": "填表", "kinds": ["ledger"], "asked_by": "某局", "hours": 3}
    body = {"procedure": "burden", "action": "note", "place": COMMUNITY, "facts": facts}
    noted = office.begin("committee", body)
    assert noted.status_code == 201, noted.text
    matter = noted.json()["matter"]
    hidden = problem(office.client().get(f"matters/{matter}"), 404)
    absent = problem(office.client().get(f"matters/{matter[:-1]}"), 404)
    assert hidden["detail"].replace(matter, "") == absent["detail"].replace(matter[:-1], "")
    assert office.client("clerk").get(f"matters/{matter}").status_code == 404
    assert office.client("decider").get(f"matters/{matter}").status_code == 200
    assert office.client().get(f"matters?procedure=burden&place={COMMUNITY}").json()["matters"] == []
    assert (
        len(office.client("committee").get(f"matters?procedure=burden&place={COMMUNITY}").json()["matters"])
        == 1
    )


# Lists


def test_lists_go_on_after_the_last_one_seen(office):
    ids = [office.applied(title=f"第{n}件") for n in range(5)]
    client, found, after = office.client(), [], ""
    while True:
        page = client.get(f"matters?procedure=access&place={TOP}&limit=2&after={after}").json()
        found += [each["id"] for each in page["matters"]]
        after = page["after"]
        if not after:
            break
    assert sorted(found) == sorted(ids) and len(found) == len(ids)
    assert client.get(f"matters?procedure=access&place={STREET}").json()["matters"] == []


@pytest.mark.parametrize("query", ["procedure=x", "procedure=access&limit=0", "procedure=access&limit=999"])
def test_a_list_that_cannot_be_is_said_to_be_wrong(office, query):
    problem(office.client().get(f"matters?{query}"), 422)


def test_a_receipt_shows_how_far_a_case_is_and_nothing_else(office):
    begun = office.begin("clerk", application()).json()
    told = office.client().get(f"receipts/{begun['code'].lower().replace('-', ' ')}").json()
    assert told["id"] == begun["matter"] and told["stage"]["title"] == "待审核"
    assert not {"facts", "lead", "name", "unit"} & set(told)
    assert set(told["steps"][0]) == {"recorded", "stage_title"}


def test_receipt_codes_cannot_be_tried_out(tmp_path):
    office = Office(tmp_path, limits=Limits(receipts_per_minute=6, receipts_burst=3))
    client = office.client()
    tries = [client.get("receipts/0000-0000-0000-0000-0000").status_code for _ in range(5)]
    assert tries == [404, 404, 404, 429, 429]
    assert client.get("health").status_code == 200


# Drafts


def test_a_draft_is_its_writers_alone_and_becomes_the_matter(office):
    clerk, body = office.client("clerk"), {**application(), "facts": {"title": "半份"}}
    kept = clerk.post("drafts", json=body, headers=office.key())
    name = kept.json()["id"]
    assert clerk.get(f"drafts/{name}").json()["facts"] == {"title": "半份"}
    assert office.client("other-unit").get(f"drafts/{name}").status_code == 404
    assert clerk.put(f"drafts/{name}", json=application(), headers=office.key()).status_code == 200
    stolen = office.begin("other-unit", {**application(), "draft": name})
    assert stolen.status_code == 404
    taken = office.begin("clerk", {**application(), "draft": name})
    assert taken.json()["matter"] == name
    assert clerk.get("drafts").json()["drafts"] == []


def test_nobody_chooses_the_number_of_a_matter(office):
    assert office.begin("clerk", {**application(), "draft": "110101-2026-AAAAAAAA"}).status_code == 404
    assert office.service.store.matters() == []


def test_a_draft_sent_twice_is_one_draft(office):
    clerk, key = office.client("clerk"), office.key()
    first, second = (clerk.post("drafts", json=application(), headers=key).json() for _ in range(2))
    assert first == second
    assert len(clerk.get("drafts").json()["drafts"]) == 1
    assert clerk.post("drafts", json=application(title="别的"), headers=key).status_code == 409
    assert clerk.delete(f"drafts/{first['id']}", headers=office.key()).status_code == 204
    assert clerk.get("drafts").json()["drafts"] == []


# What is sent


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 422),
        (b'{"procedure": "\xff"}', 400),
        (b'{"facts": {"title": ' + b"[" * 100_000, 400),
        (b'{"facts": {"title": NaN}}', 400),
        (b'{"procedure": "access", "colour": 1}', 422),
        (b'{"procedure": "' + b"x" * 100 + b'"}', 422),
    ],
    ids=["empty", "half", "array", "not utf-8", "deep", "NaN", "unknown field", "too long"],
)
def test_what_is_no_such_json_is_refused_and_says_why(office, body, status):
    headers = {**office.key(), "content-type": "application/json"}
    told = problem(office.client("clerk").post("matters", content=body, headers=headers), status)
    assert told["detail"]


def test_another_media_type_is_refused(office):
    headers = {**office.key(), "content-type": "text/xml"}
    problem(office.client("clerk").post("matters", content=b"{}", headers=headers), 415)


def test_a_body_that_says_it_is_too_large_is_refused_before_it_is_read(office):
    clerk = office.client("clerk")
    headers = {**office.key(), "content-type": "application/json"}
    problem(clerk.post("matters", content=b"x" * (JSON_LIMIT + 1), headers=headers), 413)
    untold = (b"x" * 65536 for _ in range(17))  # a body sent in pieces states no length
    problem(clerk.post("matters", content=untold, headers=headers), 413)


def test_a_session_writes_with_its_csrf_token_only(office):
    cookie = office.identity.sign_in("clerk", office.slug).split(";")[0]
    client = office.client()
    headers = {**office.key(), "cookie": cookie}
    told = problem(client.post("matters", json=application(), headers=headers), 403)
    assert told["where"] == "csrf"
    token = office.identity.caller({"cookie": cookie}, office.slug).csrf
    headers["x-csrf-token"] = token
    assert client.post("matters", json=application(), headers=headers).status_code == 201


# What is answered


def test_an_error_of_ours_tells_its_number_and_nothing_of_the_inside(office, monkeypatch, caplog):
    def broken(*_):
        raise RuntimeError("the password is swordfish")

    monkeypatch.setattr(office.service.store, "steps", broken)
    answer = office.client().get("matters/x")
    told = problem(answer, 500)
    assert "swordfish" not in answer.text and "RuntimeError" not in answer.text
    assert told["request_id"] == answer.headers["x-request-id"]
    assert told["request_id"] in caplog.text and "swordfish" in caplog.text


def test_private_answers_are_kept_by_nobody_and_every_answer_is_what_it_says(office):
    matter = office.applied()
    for who, address in [
        ("clerk", f"matters/{matter}"),
        ("clerk", "waiting"),
        ("", f"matters/{matter}"),
        ("", "none"),
    ]:
        headers = office.client(who).get(address).headers
        assert headers["cache-control"] == "no-store", address
        assert headers["x-content-type-options"] == "nosniff"
    assert office.client().get("procedures").headers["cache-control"] == "public, max-age=300"


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "nothing", 404), ("PATCH", "matters", 405)])
def test_what_no_route_takes_is_a_problem_too(office, method, path, status):
    problem(office.client().request(method, path), status)


def test_the_rules_that_judged_can_be_told_by_their_lock(office):
    assert office.client().get("health").json() == {
        "status": "ok",
        "deployment": "dongcheng",
        "lock": office.service.deployment.lock,
    }
