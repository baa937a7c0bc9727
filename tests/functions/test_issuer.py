"""What an issuer publishes, over real HTTP: bounded in time, size and place, kept, renewed when keys change."""

import threading
import time

import pytest

from linli_functions import fetching
from linli_functions.fetching import Unreachable, ask
from linli_functions.issuer import AGAIN_SECONDS, KEPT_SECONDS, STALE_SECONDS, Issuer
from linli_functions.refusals import IssuerSilent
from tests.functions.issuers import ec_key, issuer, public, rsa_key

JSON = {"content-type": "application/json"}
DISCOVERY = "/.well-known/openid-configuration"


class Watch:
    seconds = 0.0

    def __call__(self):
        return self.seconds


@pytest.fixture
def there():
    with issuer() as known:
        yield known


@pytest.fixture
def watch():
    return Watch()


@pytest.fixture
def known(there, watch):
    return Issuer(there.address, watch)


def test_nothing_is_fetched_until_it_is_needed_and_then_once_an_hour(there, known, watch):
    assert there.asked == []
    for _ in range(3):
        assert known.key("one") is not None
        assert known.discovery().token_endpoint == f"{there.address}/token"
    assert there.asked == [DISCOVERY, "/jwks"]
    watch.seconds += KEPT_SECONDS
    assert known.key("one") is not None
    assert there.asked == [DISCOVERY, "/jwks"] * 2


def test_a_new_key_is_found_at_once_and_the_old_one_is_gone(there, known, watch):
    assert known.key("one") is not None
    watch.seconds += AGAIN_SECONDS
    there.keys = [public(ec_key("two"), "two")]
    assert known.key("two") is not None
    assert known.key("one") is None
    assert there.asked.count("/jwks") == 2


def test_names_that_are_made_up_cost_the_issuer_one_look_a_minute(there, known, watch):
    assert known.key("one") is not None
    for minute in range(3):
        watch.seconds += AGAIN_SECONDS
        for number in range(50):
            assert known.key(f"made up {minute} {number}") is None
    assert there.asked.count("/jwks") == 4


def test_many_at_once_fetch_once(there, known):
    found = []
    threads = [threading.Thread(target=lambda: found.append(known.key("one"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(found) and len(found) == 8
    assert there.asked == [DISCOVERY, "/jwks"]


def test_what_was_known_stands_for_a_day_where_it_cannot_be_renewed(there, known, watch):
    assert known.key("one") is not None
    there.raw = {DISCOVERY: (500, JSON, b"{}"), "/jwks": (500, JSON, b"{}")}
    watch.seconds += STALE_SECONDS - 1
    assert known.key("one") is not None
    assert known.discovery().issuer == there.address
    watch.seconds += AGAIN_SECONDS
    with pytest.raises(IssuerSilent):
        known.key("one")
    with pytest.raises(IssuerSilent):
        known.discovery()


def test_an_issuer_that_is_back_is_heard_again_after_a_minute(there, known, watch):
    there.raw = {"/jwks": (503, JSON, b"{}")}
    with pytest.raises(IssuerSilent):
        known.key("one")
    there.raw = {}
    with pytest.raises(IssuerSilent):
        known.key("one")
    watch.seconds += AGAIN_SECONDS
    assert known.key("one") is not None


WRONG = [
    ("says it is another", {"issuer": "https://other.example"}, {}, "不是配置里写的 issuer"),
    ("has no token endpoint", {"token_endpoint": None}, {}, "缺少"),
    ("sends codes over http", {"token_endpoint": "http://id.example/token"}, {}, "https"),
    ("keeps keys in a file", {"jwks_uri": "file:///etc/passwd"}, {}, "https"),
    ("is no JSON", {}, {DISCOVERY: (200, {"content-type": "text/html"}, b"<html>")}, "不是 JSON"),
    ("is broken JSON", {}, {DISCOVERY: (200, JSON, b"{")}, "不是合格的 JSON"),
    ("is not there", {}, {DISCOVERY: (404, JSON, b"{}")}, "404"),
    ("leads elsewhere", {}, {DISCOVERY: (302, {"location": "http://169.254.169.254/"}, b"")}, "转到了别处"),
    ("is too large", {}, {DISCOVERY: (200, JSON, b" " * (fetching.LIMIT + 1))}, "太大"),
    ("has no keys", {}, {"/jwks": (200, JSON, b'{"keys": []}')}, "没有能用的公钥"),
    ("has no list of keys", {}, {"/jwks": (200, JSON, b"[]")}, "公钥列表"),
    ("knows no PKCE", {"code_challenge_methods_supported": ["plain"]}, {}, "PKCE"),
    ("signs with a shared secret", {"id_token_signing_alg_values_supported": ["HS256"]}, {}, "签名算法"),
]


@pytest.mark.parametrize(("changes", "raw", "said"), [w[1:] for w in WRONG], ids=[w[0] for w in WRONG])
def test_an_issuer_that_cannot_be_used_is_told_with_what_is_wrong(there, known, changes, raw, said):
    there.changes, there.raw = changes, raw
    (fault,) = known.faults()
    assert said in fault


def test_an_issuer_that_can_be_used_has_no_faults(known):
    assert known.faults() == []


def test_an_issuer_that_is_not_there_is_silent(watch):
    with issuer() as gone:
        address = gone.address
    with pytest.raises(IssuerSilent) as error:
        Issuer(address, watch).discovery()
    assert address not in str(error.value)


def test_keys_of_a_wrong_kind_are_passed_over(there, known):
    there.keys = [
        {"kty": "oct", "k": "c2VjcmV0", "kid": "s"},
        {"kty": "RSA", "kid": "x"},
        "no key",
        *there.keys,
    ]
    assert known.key("one") is not None
    assert known.key("s") is None and known.key("x") is None


def test_a_list_of_keys_without_end_is_refused(there, known):
    there.keys = [public(rsa_key("one"), str(number)) for number in range(101)]
    with pytest.raises(IssuerSilent):
        known.key("1")


def test_a_slow_answer_is_not_waited_for(there):
    there.wait = 1.0
    began = time.monotonic()
    with pytest.raises(Unreachable, match="time-out"):
        ask(f"{there.address}{DISCOVERY}", seconds=0.2)
    assert time.monotonic() - began < 0.9


@pytest.mark.parametrize(
    "address",
    [
        "http://id.example/",
        "ftp://id.example/",
        "file:///etc/passwd",
        "https://user:pass@id.example/",
        "https://id.example/#a",
        "https://",
        "//id.example",
        "https://id.example:port/",
        "https://id.example\\@evil.example/",
        "",
    ],
)
def test_other_addresses_are_not_asked(address):
    with pytest.raises(Unreachable, match="address"):
        ask(address)
