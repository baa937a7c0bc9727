"""Signing in with issuers that others wrote, over real HTTP: the certified one of npm, and one of PyPI."""

import base64
from datetime import UTC, datetime, timedelta
from urllib.parse import quote_plus, urlencode

import httpx2
import pytest

from linli_functions.issuer import AGAIN_SECONDS
from linli_functions.sessions import clear_ended
from tests.functions import issuers
from tests.functions.arrivals import API, DESK, SITE, SLUG, Arrivals
from tests.functions.issuers import AUDIENCE
from tests.functions.peers import Visitor, certified, free_port, of_pypi

HOME = f"{SITE}/{SLUG}"


@pytest.fixture(scope="module", params=["rsa", "ec"])
def provider(request):
    with certified(free_port(), request.param, HOME, AUDIENCE) as address:
        yield address


@pytest.fixture
def office(tmp_path, provider):
    return _office(tmp_path, provider)


def _office(folder, address):
    office = Arrivals(folder, issuers.Issuer(address))
    office.now = datetime.now(UTC)  # real tokens end by the real clock
    return office


def sign_in(browser, visitor, subject):
    """From the login page to the issuer, through its pages, and back."""
    there = browser.get(f"{DESK}/login/staff/start?back=/list").headers["location"]
    back = visitor.go(there, {"login": subject, "password": "x", "sub": subject})
    assert back.startswith(f"{HOME}/desk/login/staff/callback?"), back
    return back, browser.http.get(back.removeprefix(SITE))


def test_a_colleague_signs_in_with_the_certified_provider(office, provider):
    browser = office.browser()
    with Visitor(provider) as visitor:
        _, answer = sign_in(browser, visitor, "reviewer")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{DESK}/list")
    page = browser.get(f"{DESK}/").text
    assert "王芳" in page and "准入审核" in page
    assert browser.get(f"{API}/waiting").status_code == 200


def test_neither_side_takes_an_answer_twice(office, provider):
    browser, thief = office.browser(), office.browser()
    with Visitor(provider) as visitor:
        there = browser.get(f"{DESK}/login/staff/start").headers["location"]
        kept = browser.http.cookies.get("linli_signin")
        back = visitor.go(there, {"login": "reviewer", "password": "x"}).removeprefix(SITE)
    assert browser.http.get(back).status_code == 303
    thief.http.cookies.set("linli_signin", kept, domain="river.example", path=f"{DESK}/login")
    assert "已经用过" in thief.http.get(back).text
    # And where this side had forgotten, the issuer has not: a code is given for tokens once.
    clear_ended(office.service.store, office.now.date() + timedelta(days=7))
    thief.http.cookies.set("linli_signin", kept, domain="river.example", path=f"{DESK}/login")
    answer = thief.http.get(back)
    assert answer.status_code == 400 and "没有接受这次登录" in answer.text


def test_who_refuses_at_the_issuer_comes_back_without_a_session(office, provider):
    browser = office.browser()
    there = browser.get(f"{DESK}/login/staff/start").headers["location"]
    with Visitor(provider) as visitor:
        page = visitor.open(visitor.open(there).headers["location"])
        back = visitor.go(f"{page.url}/abort", {})
    assert back.startswith(f"{HOME}/desk/login/staff/callback?error=access_denied")
    answer = browser.http.get(back.removeprefix(SITE))
    assert answer.status_code == 400 and "没有同意登录" in answer.text
    assert not browser.signed_in


def test_signing_out_ends_the_session_at_the_certified_provider_too(office, provider):
    browser = office.browser()
    with Visitor(provider) as visitor:
        sign_in(browser, visitor, "reviewer")
        again = browser.get(f"{DESK}/login/staff/start").headers["location"]
        answer = visitor.open(again)
        assert answer.headers["location"].startswith(HOME), "the issuer knows the person without asking"
        page = browser.http.post(f"{DESK}/logout", data={"csrf": browser.csrf()}).text
        there = page.split('content="0; url=')[1].split('"')[0].replace("&amp;", "&")
        assert visitor.go(there, {"logout": "yes"}) == f"{HOME}/desk/login"
        answer = visitor.open(again)
        assert not answer.headers["location"].startswith(HOME), "the issuer asks again who it is"
    assert not browser.signed_in


def token_of(provider, **asked):
    secret = base64.b64encode(f"tool:{quote_plus('tool-secret')}".encode()).decode()
    form = {"grant_type": "client_credentials", "scope": "linli", "resource": AUDIENCE, **asked}
    answer = httpx2.post(f"{provider}/token", data=form, headers={"authorization": f"Basic {secret}"})
    assert answer.status_code == 200, answer.text
    return answer.json()["access_token"]


def program(office, token):
    headers = {"authorization": f"Bearer {token}"}
    return office.browser().http.get(f"{API}/waiting", headers=headers)


def test_a_program_brings_an_access_token_of_the_certified_provider(office, provider):
    token = token_of(provider)
    assert program(office, token).json() == {"matters": []}
    assert program(office, token[:-8] + "AAAAAAAA").status_code == 401
    office.later(seconds=300 + 61)
    assert program(office, token).status_code == 401


def test_a_token_of_the_certified_provider_without_the_scope_is_refused(office, provider):
    assert program(office, token_of(provider, scope="")).status_code == 401


def test_a_new_key_of_the_certified_provider_is_found_and_the_old_one_ends(tmp_path):
    port = free_port()
    with certified(port, "first", HOME, AUDIENCE) as address:
        office = _office(tmp_path, address)
        old = token_of(address)
        assert program(office, old).status_code == 200
    office.seconds += AGAIN_SECONDS
    with certified(port, "second", HOME, AUDIENCE) as address:
        assert program(office, token_of(address)).status_code == 200
        assert program(office, old).status_code == 401


def test_the_certified_provider_has_no_faults(office):
    assert office.identity._entrances["staff"].issuer.faults() == []


@pytest.mark.filterwarnings("ignore")
def test_a_colleague_signs_in_with_the_provider_of_pypi(tmp_path):
    with of_pypi() as address, Visitor(address) as visitor:
        office = _office(tmp_path, address)
        browser = office.browser()
        _, answer = sign_in(browser, visitor, "reviewer")
        assert answer.status_code == 303, answer.text
        assert "准入审核" in browser.get(f"{DESK}/").text
        tokens = {"authorization": f"Bearer {urlencode({'a': 'b'})}"}
        assert browser.http.get(f"{API}/waiting", headers=tokens).status_code == 401
