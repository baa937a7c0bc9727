"""Who asks: sessions, tokens, CSRF, and what is not taken for either."""

from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.errors import Forbidden, LoadFault, NotFound
from linli_functions.identity import COOKIE, Caller, DemoIdentity, Nobody, Persona, read_personas, same_site
from linli_functions.refusals import NotSignedIn
from tests.functions.offices import randomness

START = datetime(2026, 3, 2, tzinfo=UTC)
PEOPLE = (Persona("clerk", "经办人", "river"), Persona("clerk", "另一人", "hill"))


class Watch:
    def __init__(self):
        self.now = START

    def __call__(self):
        return self.now


@pytest.fixture
def watch():
    return Watch()


@pytest.fixture
def identity(watch):
    return DemoIdentity(PEOPLE, b"k" * 32, watch, randomness(1), demo=True)


def session_of(set_cookie):
    cookie = SimpleCookie(set_cookie)
    return {"cookie": f"{COOKIE}={cookie[COOKIE].value}"}


def test_a_session_says_who_is_signed_in_at_its_own_deployment_only(identity):
    headers = session_of(identity.sign_in("clerk", "river"))
    found = identity.caller(headers, "river")
    assert (found.subject, found.title, found.program) == ("clerk", "经办人", False)
    assert identity.caller(headers, "hill") is None
    assert identity.caller({}, "river") is None


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(identity):
    said = identity.sign_in("clerk", "river")
    assert (
        "; HttpOnly" in said
        and "; SameSite=Lax" in said
        and "; Path=/river/" in said
        and "Max-Age=43200" in said
    )
    assert "Secure" not in said
    assert (
        DemoIdentity(PEOPLE, b"k", Watch(), randomness(1), demo=True, secure=True)
        .sign_in("clerk", "river")
        .endswith("; Secure")
    )


def test_a_session_ends_by_itself(identity, watch):
    headers = session_of(identity.sign_in("clerk", "river"))
    watch.now += timedelta(hours=12) - timedelta(seconds=1)
    assert identity.caller(headers, "river") is not None
    watch.now += timedelta(seconds=1)
    assert identity.caller(headers, "river") is None


def test_signing_out_leaves_an_empty_cookie_that_is_gone_at_once(identity):
    assert identity.sign_out("river").startswith(f"{COOKIE}=; Path=/river/; Max-Age=0")


def test_a_persona_that_was_taken_out_is_signed_out(identity, watch):
    headers = session_of(identity.sign_in("clerk", "river"))
    fewer = DemoIdentity(PEOPLE[1:], b"k" * 32, watch, randomness(1), demo=True)
    assert fewer.caller(headers, "river") is None


def test_a_token_speaks_for_a_program_and_a_wrong_one_is_said_to_be_wrong(identity, watch):
    token = identity.token("clerk", "river", hours=1)
    headers = {"authorization": f"Bearer {token}"}
    assert identity.caller(headers, "river").program
    for wrong in (f"Basic {token}", f"Bearer {token}x", "Bearer"):
        with pytest.raises(NotSignedIn):
            identity.caller({"authorization": wrong}, "river")
    with pytest.raises(NotSignedIn):
        identity.caller(headers, "hill")
    watch.now += timedelta(hours=1)
    with pytest.raises(NotSignedIn):
        identity.caller(headers, "river")


def test_a_session_is_no_token_and_a_token_no_session(identity):
    session = session_of(identity.sign_in("clerk", "river"))["cookie"].partition("=")[2]
    with pytest.raises(NotSignedIn):
        identity.caller({"authorization": f"Bearer {session}"}, "river")
    assert identity.caller({"cookie": f"{COOKIE}={identity.token('clerk', 'river')}"}, "river") is None


def test_a_form_needs_the_token_of_its_own_session(identity):
    one = identity.caller(session_of(identity.sign_in("clerk", "river")), "river")
    two = identity.caller(session_of(identity.sign_in("clerk", "river")), "river")
    identity.check_csrf(one, one.csrf)
    for wrong in (two.csrf, "", "é", one.csrf + "x"):
        with pytest.raises(Forbidden):
            identity.check_csrf(one, wrong)
    identity.check_csrf(Caller("clerk"), "")  # a program has no session to forge


@given(st.text(max_size=200))
def test_no_text_passes_for_a_session(text):
    identity = DemoIdentity(PEOPLE, b"k" * 32, Watch(), randomness(1), demo=True)
    assert identity.caller({"cookie": f"{COOKIE}={text}"}, "river") is None
    assert identity.caller({"cookie": text}, "river") is None


def test_a_session_signed_with_another_key_is_nobodys(identity, watch):
    other = DemoIdentity(PEOPLE, b"j" * 32, watch, randomness(1), demo=True)
    assert identity.caller(session_of(other.sign_in("clerk", "river")), "river") is None


def test_outside_demo_mode_there_is_no_choosing_of_personas():
    with pytest.raises(LoadFault, match="演示模式"):
        DemoIdentity(PEOPLE, b"k" * 32, Watch(), randomness(1), demo=False)


def test_nobody_is_called_like_the_system_itself():
    with pytest.raises(LoadFault, match="system"):
        DemoIdentity([Persona("system", "x", "river")], b"k" * 32, Watch(), randomness(1), demo=True)


def test_nobody_can_be_signed_in_where_there_is_no_identity():
    assert Nobody().caller({"cookie": "a=b"}, "river") is None
    with pytest.raises(NotSignedIn):
        Nobody().caller({"authorization": "Bearer x"}, "river")


def test_only_personas_can_be_signed_in(identity):
    with pytest.raises(NotFound):
        identity.sign_in("clerk", "sea")
    with pytest.raises(NotFound):
        identity.token("stranger", "river")


def test_the_sign_in_form_of_another_site_is_refused():
    same_site({"sec-fetch-site": "same-origin"})
    same_site({})
    with pytest.raises(Forbidden):
        same_site({"sec-fetch-site": "cross-site"})


def test_personas_are_read_from_a_file_and_a_wrong_one_names_its_key(tmp_path):
    good = tmp_path / "good.toml"
    good.write_text('[[personas]]\nsubject = "a"\ntitle = "甲"\ndeployment = "river"\n', "utf-8")
    assert read_personas(good) == (Persona("a", "甲", "river"),)
    bad = tmp_path / "bad.toml"
    bad.write_text('[[personas]]\nsubject = "a"\n', "utf-8")
    with pytest.raises(LoadFault, match="title"):
        read_personas(bad)
