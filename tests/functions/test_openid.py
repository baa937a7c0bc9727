"""People who come from an issuer, over the workbench's pages: who gets in, who does not, what they may do."""

import base64
import hashlib
import logging
from urllib.parse import parse_qsl, unquote_plus, urlsplit

import pytest

from linli.registry import end_entry, find_register
from linli_functions.openid import AWAY_SECONDS, subject_of
from linli_functions.sessions import ENDED, clear_ended
from linli_functions.tokens import Claims
from linli_functions.workbench_login import ANSWERS_AT_ONCE
from tests.functions.arrivals import API, DESK, SECRET, SITE, SLUG, Arrivals
from tests.functions.issuers import CLIENT, RESIDENTS_CLIENT, issuer, rsa_key
from tests.functions.offices import COMMUNITY, OTHER_STREET, STREET, TODAY, application

SESSION = "__Secure-linli_session"


@pytest.fixture
def staff():
    with issuer() as known:
        yield known


@pytest.fixture
def residents():
    with issuer() as known:
        yield known


@pytest.fixture
def office(tmp_path, staff):
    return Arrivals(tmp_path, staff)


@pytest.fixture
def both(tmp_path, staff, residents):
    return Arrivals(tmp_path, staff, residents)


# Getting in


def test_the_login_page_leads_to_the_issuer_and_asks_for_no_password(both):
    page = both.browser().get(f"{DESK}/login?back=/list").text
    assert "工作人员登录" in page and "居民登录" in page
    assert f"{DESK}/login/staff/start?back=%2Flist" in page
    assert "password" not in page


def test_the_issuer_is_asked_for_a_code_with_a_challenge_a_state_and_a_nonce(office, staff):
    browser = office.browser()
    answer = browser.get(f"{DESK}/login/staff/start")
    address, _, query = answer.headers["location"].partition("?")
    asked = dict(parse_qsl(query))
    assert address == f"{staff.address}/authorize"
    assert asked["response_type"] == "code" and asked["client_id"] == CLIENT and asked["scope"] == "openid"
    assert asked["redirect_uri"] == f"{SITE}/{SLUG}/desk/login/staff/callback"
    assert asked["code_challenge_method"] == "S256"
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) == 43
    said = answer.headers["set-cookie"]
    assert said.startswith("linli_signin=") and f"Path=/{SLUG}/desk/login;" in said
    assert all(f"; {word}" in said for word in ("HttpOnly", "Secure", "SameSite=Lax", "Max-Age=600"))


def test_who_comes_back_with_a_code_is_signed_in_where_the_person_wanted_to_go(office, staff):
    browser = office.browser()
    asked = browser.start(back="/list?procedure=access")
    told = staff.id_claims(office.now.timestamp(), asked["nonce"])
    staff.tokens = {"id_token": staff.signed(told), "access_token": "a"}
    answer = browser.come_back(code="c", state=asked["state"])
    assert (answer.status_code, answer.headers["location"]) == (303, f"{DESK}/list?procedure=access")
    (form,) = staff.forms
    assert form["grant_type"] == "authorization_code" and form["code"] == "c"
    assert form["redirect_uri"] == asked["redirect_uri"] and "client_secret" not in form
    challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest())
    assert challenge.rstrip(b"=").decode() == asked["code_challenge"]
    scheme, _, basic = staff.headers[0]["authorization"].partition(" ")
    user, _, password = base64.b64decode(basic).decode().partition(":")
    assert (scheme, unquote_plus(user), unquote_plus(password)) == ("Basic", CLIENT, SECRET)
    page = browser.get(f"{DESK}/").text
    assert "王芳" in page and "区卫健委" in page


def test_the_session_is_out_of_reach_of_scripts_other_sites_and_plain_http(office):
    said = office.browser().arrive().headers.get_list("set-cookie")
    (session,) = [each for each in said if each.startswith(SESSION)]
    assert all(f"; {word}" in session for word in ("HttpOnly", "Secure", "SameSite=Lax", f"Path=/{SLUG}/"))
    assert f"; Max-Age={8 * 3600}" in session
    assert any(each.startswith("linli_signin=;") and "Max-Age=0" in each for each in said)


def test_a_session_ends_by_itself_after_its_hours(office):
    browser = office.browser()
    browser.arrive()
    office.later(hours=8, seconds=-1)
    assert browser.signed_in
    office.later(seconds=1)
    assert not browser.signed_in


def test_an_application_without_basic_sends_its_secret_in_the_form_and_a_public_one_none(
    office, staff, tmp_path
):
    staff.changes = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    office.browser().arrive()
    assert staff.forms[-1]["client_secret"] == SECRET and staff.forms[-1]["client_id"] == CLIENT
    (tmp_path / "other").mkdir()
    public = Arrivals(tmp_path / "other", staff)
    public.identity._entrances["staff"].secret = ""
    public.browser().arrive()
    assert "client_secret" not in staff.forms[-1] and staff.forms[-1]["client_id"] == CLIENT


# Who does not get in


def refused(browser, answer, words="没有完成"):
    assert answer.status_code == 400
    assert words in answer.text
    assert "重新登录" in answer.text or "再试一次" in answer.text
    assert not any(each.startswith(SESSION) for each in answer.headers.get_list("set-cookie"))
    assert not browser.signed_in


def test_an_answer_without_an_attempt_is_refused(office):
    browser = office.browser()
    refused(browser, browser.come_back(code="c", state="s"), "不是从这个浏览器开始的")


def test_an_answer_to_the_attempt_of_another_browser_is_refused(office):
    mine, other = office.browser(), office.browser()
    asked = other.start()
    mine.start()
    refused(mine, mine.come_back(code="c", state=asked["state"]))
    assert not office.staff.forms


@pytest.mark.parametrize("state", ["", "x", "状态"])
def test_a_missing_or_other_state_is_refused(office, state):
    browser = office.browser()
    browser.start()
    refused(browser, browser.come_back(code="c", state=state))
    assert not office.staff.forms


def test_an_answer_that_took_too_long_is_refused(office):
    browser = office.browser()
    asked = browser.start()
    office.later(seconds=AWAY_SECONDS)
    refused(browser, browser.come_back(code="c", state=asked["state"]))


def test_an_answer_is_taken_once_though_the_cookie_was_kept(office, staff):
    browser = office.browser()
    asked = browser.start()
    kept = browser.http.cookies.get("linli_signin")
    told = staff.id_claims(office.now.timestamp(), asked["nonce"])
    staff.tokens = {"id_token": staff.signed(told), "access_token": "a"}
    assert browser.come_back(code="c", state=asked["state"]).status_code == 303
    thief = office.browser()
    thief.http.cookies.set("linli_signin", kept, domain="river.example", path=f"{DESK}/login")
    refused(thief, thief.come_back(code="c", state=asked["state"]), "已经用过")
    assert len(staff.forms) == 1


def test_a_code_that_was_used_before_is_refused_by_the_issuer_and_said_so(office, staff):
    first = office.browser()
    asked = first.start()
    staff.tokens = {"id_token": staff.signed(staff.id_claims(office.now.timestamp(), asked["nonce"]))}
    assert first.come_back(code="once", state=asked["state"]).status_code == 303
    second = office.browser()
    asked = second.start()
    refused(second, second.come_back(code="once", state=asked["state"]), "没有接受这次登录")


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "other"},
        {"nonce": None},
        {"aud": "other"},
        {"iss": "https://evil.example"},
        {"exp": 1},
        {"sub": None},
        {"at_hash": "x"},
    ],
    ids=lambda claims: next(iter(claims)),
)
def test_an_id_token_that_does_not_fit_is_refused(office, staff, claims):
    browser = office.browser()
    asked = browser.start()
    told = staff.id_claims(office.now.timestamp(), asked["nonce"]) | claims
    told = {name: value for name, value in told.items() if value is not None}
    staff.tokens = {"id_token": staff.signed(told), "access_token": "a"}
    refused(browser, browser.come_back(code="c", state=asked["state"]), "没有通过核对")


def test_an_id_token_of_a_foreign_key_is_refused(office, staff):
    browser = office.browser()
    asked = browser.start()
    told = staff.id_claims(office.now.timestamp(), asked["nonce"])
    staff.tokens = {"id_token": staff.signed(told, key=rsa_key("foreign")), "access_token": "a"}
    refused(browser, browser.come_back(code="c", state=asked["state"]), "没有通过核对")


def test_an_answer_without_an_id_token_is_refused(office, staff):
    browser = office.browser()
    asked = browser.start()
    staff.tokens = {"access_token": "a"}
    refused(browser, browser.come_back(code="c", state=asked["state"]), "没有给出登录凭证")


@pytest.mark.parametrize(
    ("error", "said"), [("access_denied", "没有同意登录"), ("server_error<script>", "没有让您登录")]
)
def test_what_the_issuer_refuses_is_said_without_its_words(office, error, said):
    browser = office.browser()
    asked = browser.start()
    answer = browser.come_back(error=error, error_description="<b>secret</b>", state=asked["state"])
    refused(browser, answer, said)
    assert "secret" not in answer.text and "server_error" not in answer.text


def test_an_answer_of_another_issuer_is_refused(office, staff):
    browser = office.browser()
    asked = browser.start()
    refused(browser, browser.come_back(code="c", state=asked["state"], iss="https://evil.example"))
    staff.changes = {"authorization_response_iss_parameter_supported": True}
    office.later(hours=1)
    asked = browser.start()
    refused(browser, browser.come_back(code="c", state=asked["state"]))
    assert not staff.forms


def test_an_answer_through_the_other_door_is_refused(both):
    browser = both.browser()
    asked = browser.start("residents")
    refused(browser, browser.come_back("staff", code="c", state=asked["state"]))
    assert not both.staff.forms


def test_an_answer_that_says_a_thing_twice_or_without_end_is_refused(office):
    browser = office.browser()
    asked = browser.start()
    address = f"{DESK}/login/staff/callback?state={asked['state']}&code=a&code=b"
    refused(browser, browser.get(address))
    refused(browser, browser.get(f"{DESK}/login/staff/callback?state={asked['state']}&code={'a' * 5000}"))


def test_a_door_that_is_none_is_not_there(office):
    assert office.browser().get(f"{DESK}/login/residents/start").status_code == 404


def test_an_issuer_that_is_silent_is_said_to_be_and_nobody_is_told_where(office, staff):
    staff.raw = {"/.well-known/openid-configuration": (500, {}, b"")}
    answer = office.browser().get(f"{DESK}/login/staff/start")
    assert answer.status_code == 503
    assert "现在连不上统一身份认证" in answer.text and "127.0.0.1" not in answer.text


def test_one_address_may_not_come_back_without_end(office):
    browser = office.browser()
    said = [browser.come_back(code="c", state="s").status_code for _ in range(ANSWERS_AT_ONCE + 1)]
    assert said == [400] * ANSWERS_AT_ONCE + [429]


@pytest.mark.parametrize(
    "back",
    [
        "//evil.example/",
        "https://evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "evil",
    ],
)
def test_nobody_is_sent_to_another_site(office, back):
    answer = office.browser().arrive(back=back)
    assert answer.headers["location"] == f"{DESK}/"


def test_what_was_taken_along_cannot_be_made_up_or_used_as_a_session(office):
    browser = office.browser()
    browser.start()
    away = browser.http.cookies.get("linli_signin")
    other = office.browser()
    other.http.cookies.set(SESSION, away, domain="river.example", path=f"/{SLUG}/")
    assert not other.signed_in
    other.http.cookies.set("linli_signin", away[:-2] + "AA", domain="river.example", path=f"{DESK}/login")
    refused(other, other.come_back(code="c", state="s"))


# Sessions


def session_of(browser):
    return browser.http.cookies.get(SESSION)


def test_signing_in_again_makes_a_new_session_and_ends_the_one_before(office):
    browser, kept = office.browser(), office.browser()
    browser.arrive()
    kept.http.cookies.set(SESSION, session_of(browser), domain="river.example", path=f"/{SLUG}/")
    assert kept.signed_in
    before = session_of(browser)
    browser.arrive("reviewer")
    assert session_of(browser) != before
    assert browser.signed_in and not kept.signed_in


def test_a_session_that_someone_else_planted_is_not_taken_beside_ones_own(office):
    mine, attacker = office.browser(), office.browser()
    attacker.arrive("other-unit")
    mine.arrive("clerk")
    headers = {"cookie": f"{SESSION}={session_of(attacker)}; {SESSION}={session_of(mine)}"}
    assert office.identity.caller(headers, SLUG) is None


def test_signing_out_ends_the_session_here_and_at_the_issuer(office, staff):
    browser, copy = office.browser(), office.browser()
    browser.arrive()
    copy.http.cookies.set(SESSION, session_of(browser), domain="river.example", path=f"/{SLUG}/")
    page = browser.http.post(f"{DESK}/logout", data={"csrf": browser.csrf()})
    assert page.status_code == 200 and "已经退出工作台" in page.text
    there = page.text.split('content="0; url=')[1].split('"')[0].replace("&amp;", "&")
    address, _, query = there.partition("?")
    asked = dict(parse_qsl(query))
    assert address == f"{staff.address}/end"
    assert asked["post_logout_redirect_uri"] == f"{SITE}/{SLUG}/desk/login"
    assert asked["client_id"] == CLIENT and asked["id_token_hint"].count(".") == 2
    assert not browser.signed_in
    assert not copy.signed_in, "a copy of the cookie is worth nothing once the person has left"


def test_signing_out_works_where_the_issuer_knows_no_end_of_sessions(office, staff):
    staff.changes = {"end_session_endpoint": ""}
    browser = office.browser()
    browser.arrive()
    answer = browser.http.post(f"{DESK}/logout", data={"csrf": browser.csrf()})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{DESK}/login")
    assert not browser.signed_in


def test_nobody_is_signed_out_by_a_form_of_another_site(office):
    browser = office.browser()
    browser.arrive()
    assert browser.http.post(f"{DESK}/logout", data={"csrf": "x"}).status_code == 403
    assert browser.signed_in


def test_forms_need_the_token_of_their_session_under_an_issuer_too(office):
    browser = office.browser()
    browser.arrive()
    body = {"procedure": "access", "action": "submit", "place": "110101000000", "facts": {}}
    headers = {"idempotency-key": "k"}
    answer = browser.http.post(f"{API}/matters", json=body, headers=headers)
    assert answer.status_code == 403
    answer = browser.http.post(
        f"{API}/matters", json=body, headers={**headers, "x-csrf-token": browser.csrf()}
    )
    assert answer.status_code == 422


def test_notes_of_ended_sessions_go_when_these_would_have_ended(office):
    browser = office.browser()
    browser.arrive()
    browser.http.post(f"{DESK}/logout", data={"csrf": browser.csrf()})
    store = office.service.store
    assert len(store.rows(ENDED)) == 2, "the session, and the attempt that led to it"
    clear_ended(store, TODAY)
    assert len(store.rows(ENDED)) == 2
    clear_ended(store, TODAY.replace(day=4))
    assert store.rows(ENDED) == []


# What they may do


def test_a_leaver_loses_the_post_the_same_day_within_one_session(office):
    administrator, reviewer = office.browser(), office.browser()
    administrator.arrive("administrator")
    reviewer.arrive("reviewer")
    clerk = office.browser()
    clerk.arrive("clerk")
    headers = {"idempotency-key": "k", "x-csrf-token": clerk.csrf()}
    assert clerk.http.post(f"{API}/matters", json=application(), headers=headers).status_code == 201
    assert len(reviewer.get(f"{API}/waiting").json()["matters"]) == 1
    headers = {"idempotency-key": "k", "x-csrf-token": administrator.csrf()}
    ended = administrator.http.delete(f"{API}/registers/appointments/2?why=left", headers=headers)
    assert ended.status_code == 204
    assert reviewer.signed_in
    assert reviewer.get(f"{API}/waiting").json()["matters"] == []
    assert "现在没有任职" in reviewer.get(f"{DESK}/").text


def test_a_deputy_has_the_post_on_its_dates_within_one_session(office):
    office.clock.day = TODAY.replace(month=2, day=1)
    clerk, deputy = office.browser(), office.browser()
    clerk.arrive("clerk")
    headers = {"idempotency-key": "k", "x-csrf-token": clerk.csrf()}
    clerk.http.post(f"{API}/matters", json=application(), headers=headers)
    deputy.arrive("deputy")
    assert deputy.signed_in
    seen = {}
    for month, day in ((2, 28), (3, 1), (3, 31), (4, 1)):
        office.clock.day = TODAY.replace(month=month, day=day)
        seen[(month, day)] = len(deputy.get(f"{API}/waiting").json()["matters"])
    assert seen == {(2, 28): 0, (3, 1): 1, (3, 31): 1, (4, 1): 0}


def test_who_has_no_post_is_told_the_name_to_give_to_the_administrator(office):
    browser = office.browser()
    browser.arrive("new colleague/7")
    page = browser.get(f"{DESK}/").text
    named = page.split('<span class="id">')[1].split("<")[0]
    assert named.startswith("hash:") and "colleague" not in named
    assert "告诉系统管理员登记" in page


def test_a_claim_of_a_post_is_not_believed(office):
    browser = office.browser()
    browser.arrive("nobody", roles=["administrator"], post="administrator", community=STREET)
    assert "现在没有任职" in browser.get(f"{DESK}/").text
    assert browser.get(f"{API}/registers/appointments").status_code == 403


def test_a_resident_acts_where_the_issuer_knows_the_resident_to_live(both):
    browser = both.browser()
    browser.arrive("r-1", "residents", community=COMMUNITY)
    page = browser.get(f"{DESK}/").text
    assert "居民" in page and "residents:" not in page
    assert both.residents.forms[-1]["client_id"] == RESIDENTS_CLIENT


@pytest.mark.parametrize("community", ["330102001001", "", "x", 110101007001, None])
def test_a_home_outside_or_of_no_sense_makes_nobody_a_resident(both, community):
    browser = both.browser()
    browser.arrive("r-1", "residents", community=community)
    assert "现在没有任职" in browser.get(f"{DESK}/").text


def test_a_resident_whom_the_issuer_does_not_know_is_entered_in_the_register(both):
    from linli.registry import write_entries

    desk = both.service.desk
    row = {
        "id": "r",
        "person": "residents:r-2",
        "post": "resident",
        "place": COMMUNITY,
        "since": "2026-01-01",
    }
    write_entries(desk, find_register(desk, "appointments"), [row], TODAY, "administrator")
    browser = both.browser()
    browser.arrive("r-2", "residents")
    assert "居民" in browser.get(f"{DESK}/").text
    end_entry(desk, find_register(desk, "appointments"), "r", TODAY, "administrator", "moved")
    assert "现在没有任职" in browser.get(f"{DESK}/").text


def test_a_resident_with_the_name_of_a_colleague_is_not_the_colleague(both):
    browser = both.browser()
    browser.arrive("administrator", "residents", community=COMMUNITY)
    assert browser.get(f"{API}/registers/appointments").status_code == 403


def test_a_colleague_cannot_be_named_like_a_resident_a_program_or_the_system():
    def called(sub, before=""):
        return subject_of(Claims("https://id.example", sub, (), 0, 0), before)

    for sub in ("residents:r-1", "client:tool", "system", "hash:00", "a/b", "a b", "x" * 61, "张三", "a\n"):
        assert called(sub).startswith("hash:"), sub
    assert called("clerk@example.cn") == "clerk@example.cn"
    assert called("r-1", "residents:") == "residents:r-1"
    assert called("residents:r-1", "residents:").startswith("residents:hash:")
    assert called("a/b") != called("a/c")
    assert len(called("x" * 300, "residents:")) <= 80


# Programs


def program(office, token):
    browser = office.browser()
    return browser.http.get(f"{API}/waiting", headers={"authorization": f"Bearer {token}"})


def test_a_program_brings_an_access_token_of_the_issuer(office, staff):
    token = staff.signed(staff.access_claims(office.now.timestamp(), sub="reviewer"), typ="at+jwt")
    assert program(office, token).status_code == 200


@pytest.mark.parametrize("scheme", ["bearer", "BEARER"])
def test_the_word_bearer_may_be_written_as_one_likes(office, staff, scheme):
    token = staff.signed(staff.access_claims(office.now.timestamp()), typ="at+jwt")
    headers = {"authorization": f"{scheme} {token}"}
    assert office.browser().http.get(f"{API}/waiting", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "changes", [{"aud": "x"}, {"scope": "x"}, {"exp": 1}, {"iss": "https://x"}], ids=lambda c: next(iter(c))
)
def test_a_token_that_does_not_fit_is_refused_without_saying_why(office, staff, changes, caplog):
    token = staff.signed(staff.access_claims(office.now.timestamp(), **changes), typ="at+jwt")
    answer = program(office, token)
    assert answer.status_code == 401 and answer.headers["www-authenticate"].startswith("Bearer")
    assert "令牌无效、已过期，或不是给本接口的" in answer.json()["detail"]
    assert f"token refused at {SLUG}: {next(iter(changes))}" in caplog.text


@pytest.mark.parametrize("authorization", ["Bearer", "Bearer x", "Basic dXNlcjpwYXNz", "x", "Bearer a.b.c d"])
def test_what_is_no_token_is_refused(office, authorization):
    answer = office.browser().http.get(f"{API}/waiting", headers={"authorization": authorization})
    assert answer.status_code == 401


def test_an_id_token_is_no_access_token(office, staff):
    token = staff.signed(staff.id_claims(office.now.timestamp(), "n", sub="reviewer"))
    assert program(office, token).status_code == 401


def test_a_program_that_acts_for_itself_is_not_the_person_of_its_name(office, staff):
    told = staff.access_claims(office.now.timestamp(), sub="administrator", client_id="administrator")
    answer = office.browser().http.get(
        f"{API}/registers/appointments",
        headers={"authorization": f"Bearer {staff.signed(told, typ='at+jwt')}"},
    )
    assert answer.status_code == 403


def test_a_token_of_the_residents_issuer_opens_nothing(both):
    told = both.residents.access_claims(both.now.timestamp(), sub="reviewer")
    token = both.residents.signed(told, typ="at+jwt", key=rsa_key("two"), kid="one")
    assert program(both, token).status_code == 401
    told["iss"] = both.staff.address
    assert program(both, both.residents.signed(told, typ="at+jwt", key=rsa_key("two"))).status_code == 401


def test_where_no_audience_is_named_programs_are_not_let_in(tmp_path, staff):
    office = Arrivals(tmp_path, staff)
    office.identity._table = type(office.identity._table)(
        address=SITE, issuer=staff.address, client_id=CLIENT
    )
    token = staff.signed(staff.access_claims(office.now.timestamp()), typ="at+jwt")
    assert program(office, token).status_code == 401


def test_a_program_does_not_get_to_the_pages_of_the_workbench(office, staff):
    token = staff.signed(staff.access_claims(office.now.timestamp(), sub="reviewer"), typ="at+jwt")
    answer = office.browser().http.get(f"{DESK}/", headers={"authorization": f"Bearer {token}"})
    assert answer.status_code == 303 and "/login" in answer.headers["location"]


# Logs


def test_no_line_of_the_log_holds_a_token_a_secret_or_a_person(both, staff, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.WARNING, "httpx2")  # the browser of this test, not the office
    browser = both.browser()
    browser.arrive("clerk-77", name="王芳芳")
    session, csrf = session_of(browser), browser.csrf()
    headers = {"idempotency-key": "k", "x-csrf-token": csrf}
    browser.http.post(f"{API}/matters", json=application(contact="李四 13800138000"), headers=headers)
    token = staff.signed(staff.access_claims(both.now.timestamp(), sub="person-88", aud="x"), typ="at+jwt")
    program(both, token)
    asked = browser.start()
    browser.come_back(code="code-99", state=asked["state"])
    browser.come_back(code="code-99", state="other")
    both.residents.raw = {"/.well-known/openid-configuration": (500, {}, b"")}
    browser.get(f"{DESK}/login/residents/start")
    browser.http.post(f"{DESK}/logout", data={"csrf": csrf})
    ours = [each.getMessage() for each in caplog.records if each.name.startswith("linli")]
    assert len(ours) >= 4, "the refusals were meant to be told to the log"
    told = caplog.text + "".join(capfd.readouterr())
    secrets = [
        "clerk-77",
        "person-88",
        "王芳芳",
        "李四",
        "13800138000",
        session,
        csrf,
        token,
        "code-99",
        SECRET,
    ]
    secrets += [asked["state"], asked["nonce"], both.identity._key.decode()]
    assert [each for each in secrets if each in told] == []


def test_other_streets_are_as_closed_to_who_came_from_an_issuer(office):
    browser = office.browser()
    browser.arrive("street-administrator")
    row = {"values": {"code": "S1", "title": "站", "place": OTHER_STREET, "serves": ["110101006001"]}}
    headers = {"idempotency-key": "k", "x-csrf-token": browser.csrf()}
    assert browser.http.put(f"{API}/registers/stations/S1", json=row, headers=headers).status_code == 403


def test_addresses_of_the_issuer_keep_what_they_hold(office, staff):
    staff.changes = {"authorization_endpoint": f"{staff.address}/authorize?tenant=1"}
    answer = office.browser().get(f"{DESK}/login/staff/start")
    asked = dict(parse_qsl(urlsplit(answer.headers["location"]).query))
    assert asked["tenant"] == "1" and asked["client_id"] == CLIENT
