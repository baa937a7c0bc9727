"""Tokens that are not believed, one by one: forged, expired, for others, or signed by what they bring along."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from hypothesis import given
from hypothesis import strategies as st

from linli_functions.issuer import Issuer as Known
from linli_functions.tokens import LARGEST, Untrusted, access_token, id_token
from tests.functions import issuers
from tests.functions.issuers import AUDIENCE, CLIENT, ec_key, ed_key, public, rsa_key

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
AT = NOW.timestamp()
NONCE, ACCESS = "n" * 43, "opaque-access-token"


def half_hash(text):
    hashed = hashlib.sha256(text.encode()).digest()
    return base64.urlsafe_b64encode(hashed[:16]).rstrip(b"=").decode()


class Told:
    """An issuer whose documents are handed over without HTTP."""

    def __init__(self, keys):
        self.told = issuers.Issuer("https://id.example")
        self.told.keys = keys
        self.seconds = 0.0
        self.known = Known(self.told.address, lambda: self.seconds, self._ask)

    def _ask(self, address, **_):
        self.told.asked.append(address)
        return 200, {"keys": self.told.keys} if address.endswith("/jwks") else self.told.discovery()


@pytest.fixture
def there():
    return Told([public(rsa_key("one"), "one")])


def check_id(there, token, **changes):
    asked = {"client": CLIENT, "nonce": NONCE, "access": ACCESS, "now": NOW} | changes
    return id_token(token, there.known, **asked)


def check_access(there, token, **changes):
    asked = {"audience": AUDIENCE, "scope": "linli", "now": NOW} | changes
    return access_token(token, there.known, **asked)


def refused(check, there, token, reason, **changes):
    with pytest.raises(Untrusted) as error:
        check(there, token, **changes)
    assert error.value.reason == reason


def test_an_id_token_says_who_it_is(there):
    token = there.told.signed(there.told.id_claims(AT, NONCE, at_hash=half_hash(ACCESS)))
    claims = check_id(there, token)
    assert (claims.sub, claims.text("name")) == ("clerk", "王芳")


def test_an_access_token_says_for_whom_it_acts(there):
    token = there.told.signed(there.told.access_claims(AT), typ="at+jwt")
    claims = check_access(there, token)
    assert (claims.sub, claims.client_id, claims.scope) == ("clerk", "tool", "linli")
    assert check_access(there, there.told.signed(there.told.access_claims(AT), typ="application/at+jwt"))


@pytest.mark.parametrize(
    ("key", "alg"),
    [(rsa_key("one"), "RS512"), (rsa_key("one"), "PS256"), (ec_key("e"), "ES256"), (ed_key("d"), "EdDSA")],
)
def test_every_kind_of_public_key_that_issuers_use_is_understood(key, alg):
    there = Told([public(key, "k")])
    token = there.told.signed(there.told.id_claims(AT, NONCE), key=key, alg=alg, kid="k")
    assert check_id(there, token).sub == "clerk"


CLAIMS = [
    ("another issuer", {"iss": "https://evil.example"}, "iss"),
    ("an issuer that only ends otherwise", {"iss": "https://id.example/"}, "iss"),
    ("another audience", {"aud": "other"}, "aud"),
    ("no audience", {"aud": None}, "claims"),
    ("several audiences without azp", {"aud": [CLIENT, "other"]}, "azp"),
    ("azp of another", {"aud": [CLIENT, "other"], "azp": "other"}, "azp"),
    ("expired", {"exp": int(AT) - 61}, "exp"),
    ("no end", {"exp": None}, "claims"),
    ("not yet valid", {"nbf": int(AT) + 61}, "nbf"),
    ("issued in the future", {"iat": int(AT) + 61, "exp": int(AT) + 600}, "iat"),
    ("issued after its end", {"iat": int(AT) + 30, "exp": int(AT) + 10}, "iat"),
    ("no time of issue", {"iat": None}, "claims"),
    ("no subject", {"sub": None}, "claims"),
    ("an empty subject", {"sub": ""}, "sub"),
    ("another nonce", {"nonce": "m" * 43}, "nonce"),
    ("no nonce", {"nonce": None}, "nonce"),
    ("another access token", {"at_hash": half_hash("another")}, "at_hash"),
    ("an end that is no number", {"exp": "soon"}, "claims"),
]


@pytest.mark.parametrize(("changes", "reason"), [c[1:] for c in CLAIMS], ids=[c[0] for c in CLAIMS])
def test_an_id_token_that_says_something_else_is_refused(there, changes, reason):
    refused(check_id, there, there.told.signed(there.told.id_claims(AT, NONCE, **changes)), reason)


PROGRAMS = [
    ("another issuer", {"iss": "https://evil.example"}, "iss"),
    ("another audience", {"aud": "https://other.example"}, "aud"),
    ("the audience of people", {"aud": CLIENT}, "aud"),
    ("expired", {"exp": int(AT) - 61, "iat": int(AT) - 100}, "exp"),
    ("not yet valid", {"nbf": int(AT) + 61}, "nbf"),
    ("no scope", {"scope": None}, "scope"),
    ("a scope that only begins so", {"scope": "linli-read openid"}, "scope"),
    ("no client", {"client_id": None}, "client_id"),
    ("valid for a week", {"exp": int(AT) + 7 * 86400}, "life"),
]


@pytest.mark.parametrize(("changes", "reason"), [c[1:] for c in PROGRAMS], ids=[c[0] for c in PROGRAMS])
def test_an_access_token_that_says_something_else_is_refused(there, changes, reason):
    token = there.told.signed(there.told.access_claims(AT, **changes), typ="at+jwt")
    refused(check_access, there, token, reason)


def test_clocks_may_differ_by_a_minute_and_no_more(there):
    late = there.told.signed(there.told.id_claims(AT, NONCE, exp=int(AT), nbf=int(AT) + 60))
    assert check_id(there, late).sub == "clerk"
    assert check_id(there, late, now=NOW + timedelta(seconds=59)).sub == "clerk"
    refused(check_id, there, late, "exp", now=NOW + timedelta(seconds=60))


def test_neither_kind_of_token_passes_for_the_other(there):
    access = there.told.signed(there.told.access_claims(AT, aud=[AUDIENCE], nonce=NONCE), typ="at+jwt")
    refused(check_id, there, access, "typ")
    plain = there.told.signed(there.told.access_claims(AT))
    refused(check_access, there, plain, "typ")


def unsigned(claims, **header):
    parts = [json.dumps(each).encode() for each in (header, claims)]
    return ".".join(base64.urlsafe_b64encode(each).rstrip(b"=").decode() for each in parts)


@pytest.mark.parametrize("alg", ["none", "None", "NONE", ""])
@pytest.mark.parametrize("end", [".", ".e30", ""])
def test_a_token_without_a_signature_is_refused(there, alg, end):
    with pytest.raises(Untrusted):
        check_id(there, unsigned(there.told.id_claims(AT, NONCE), alg=alg, kid="one") + end)


@pytest.mark.parametrize("alg", ["HS256", "HS384", "HS512"])
def test_the_public_key_is_no_shared_secret(there, alg):
    pem = (
        rsa_key("one")
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    head = unsigned(there.told.id_claims(AT, NONCE), alg=alg, kid="one")
    hashed = getattr(hashlib, alg.replace("HS", "sha"))
    mac = base64.urlsafe_b64encode(hmac.new(pem, head.encode(), hashed).digest()).rstrip(b"=").decode()
    refused(check_id, there, f"{head}.{mac}", "alg")


def test_a_key_of_someone_else_is_refused_under_the_name_of_ours(there):
    token = there.told.signed(there.told.id_claims(AT, NONCE), key=rsa_key("foreign"))
    refused(check_id, there, token, "signature")


def test_a_changed_byte_of_claims_or_signature_is_noticed(there):
    token = there.told.signed(there.told.id_claims(AT, NONCE))
    head, claims, mac = token.split(".")
    other = there.told.signed(there.told.id_claims(AT, NONCE, sub="administrator")).split(".")[1]
    refused(check_id, there, f"{head}.{other}.{mac}", "signature")
    refused(check_id, there, f"{head}.{claims}.{'A' * 20}{mac[20:]}", "signature")


def test_an_unknown_name_of_a_key_is_refused(there):
    refused(check_id, there, there.told.signed(there.told.id_claims(AT, NONCE), kid="two"), "kid")
    there.told.keys.append(public(ec_key("e"), "e"))
    there.seconds += 3600
    refused(check_id, there, there.told.signed(there.told.id_claims(AT, NONCE), kid=None), "kid")


def test_without_a_name_the_only_key_is_meant(there):
    assert check_id(there, there.told.signed(there.told.id_claims(AT, NONCE), kid=None)).sub == "clerk"


@pytest.mark.parametrize(
    "header",
    [
        {"jku": "https://evil.example/jwks"},
        {"x5u": "https://evil.example/cert"},
        {"jwk": public(rsa_key("foreign"), "one")},
        {"x5c": ["MIIB"]},
    ],
    ids=lambda header: next(iter(header)),
)
@pytest.mark.parametrize("key", ["one", "foreign"])
def test_a_key_that_a_token_brings_or_points_to_is_not_looked_at(there, header, key):
    token = there.told.signed(there.told.id_claims(AT, NONCE), key=rsa_key(key), **header)
    refused(check_id, there, token, "own key")
    assert not there.told.asked


def test_what_must_be_understood_and_is_not_is_refused(there):
    head = {"alg": "RS256", "kid": "one", "crit": ["exp"], "exp": 1}
    refused(check_id, there, unsigned(there.told.id_claims(AT, NONCE), **head) + ".e30", "crit")


def test_an_oversized_token_is_refused_before_it_is_read(there):
    refused(check_id, there, "a" * (LARGEST - 4) + ".b.cc", "size")
    refused(check_access, there, "a." * 10**6, "size")


@pytest.mark.parametrize(
    "token", ["", "a", "a.b", "a.b.c.d", "a.b.c", "é.b.c", "a b.c.d", "eyJ.e30.e30", "W10.e30.e30"]
)
def test_what_is_no_token_is_refused(there, token):
    with pytest.raises(Untrusted):
        check_id(there, token)


def test_a_header_that_nests_without_end_is_refused(there):
    deep = base64.urlsafe_b64encode(b'{"alg":' + b"[" * 9000).rstrip(b"=").decode()
    refused(check_id, there, f"{deep}.e30.e30", "header")


@given(st.text(max_size=200))
def test_no_text_passes_for_a_token(text):
    with pytest.raises(Untrusted):
        check_access(Told([public(rsa_key("one"), "one")]), text)


WEAK = [
    ("of 1024 bits", lambda: (rsa_key("small", 1024), public(rsa_key("small", 1024), "k"), "RS256")),
    ("for encrypting", lambda: (rsa_key("one"), public(rsa_key("one"), "k", use="enc"), "RS256")),
    ("for another algorithm", lambda: (rsa_key("one"), public(rsa_key("one"), "k", alg="RS512"), "RS256")),
    (
        "that tells its secret",
        lambda: (rsa_key("one"), public(rsa_key("one"), "k", d="AQAB"), "RS256"),
    ),
]


@pytest.mark.parametrize("made", [each[1] for each in WEAK], ids=[each[0] for each in WEAK])
def test_a_key_that_may_not_sign_signs_nothing(made):
    key, told, alg = made()
    there = Told([public(ec_key("e"), "e"), told])
    token = there.told.signed(there.told.id_claims(AT, NONCE), key=key, alg=alg, kid="k")
    with pytest.raises(Untrusted) as error:
        check_id(there, token)
    assert error.value.reason in ("kid", "alg")


def test_a_shared_secret_in_the_list_of_keys_signs_nothing():
    secret = base64.urlsafe_b64encode(b"s" * 32).rstrip(b"=").decode()
    there = Told([public(ec_key("e"), "e"), {"kty": "oct", "k": secret, "kid": "k", "alg": "HS256"}])
    token = jwt.encode(there.told.id_claims(AT, NONCE), b"s" * 32, "HS256", headers={"kid": "k"})
    refused(check_id, there, token, "alg")
