"""Tokens of an issuer: is it from there, for us, valid now? For id tokens of people and access tokens of programs.

Everything that a token says of itself is doubted: the algorithm is one that its key may use, the key comes from the
issuer's list and from nowhere that the token names, and time is the machine's with a minute of tolerance.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from linli_functions.issuer import ALGORITHMS, Issuer

LARGEST = 16 * 1024
"""The largest token, in characters."""
SKEW_SECONDS = 60
LONGEST_HOURS = 24
"""The longest life of an access token: whoever lost it has it no longer than that."""

_SHAPE = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
# A token that brings its own key, or says where one lies, is not to be answered by looking there (RFC 8725, 3.10).
_OWN_KEY = {"jku", "jwk", "x5u", "x5c"}
_HASHES = {"256": hashlib.sha256, "384": hashlib.sha384, "512": hashlib.sha512}


class Untrusted(Exception):
    """The token is not believed. ``reason`` is one word for the log; nothing of the token is in it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Claims(Struct, frozen=True):
    """What a token says. ``aud`` is a list even where the token names one; times are seconds since 1970."""

    iss: str
    sub: str
    aud: tuple[str, ...]
    exp: float
    iat: float
    nbf: float = 0
    azp: str = ""
    nonce: str = ""
    at_hash: str = ""
    client_id: str = ""
    scope: str = ""
    more: Mapping[str, Any] = {}

    def text(self, name: str) -> str:
        """A further claim that is a text; empty where there is none."""
        said = self.more.get(name, "") if name else ""
        return said if isinstance(said, str) else ""


def id_token(token: str, issuer: Issuer, client: str, nonce: str, access: str, now: datetime) -> Claims:
    """What an id token says (OpenID Connect Core, 3.1.3.7); raises `Untrusted`, and `IssuerSilent`.

    ``access`` is the access token that came with it, which ``at_hash`` is held against where it is given.
    """
    header, claims = _verified(token, issuer, now)
    if header.get("typ", "JWT").lower() not in ("jwt", "application/jwt"):
        raise Untrusted("typ")  # an access token is not taken for one, though signed by the same key
    if client not in claims.aud:
        raise Untrusted("aud")
    if (len(claims.aud) > 1 and not claims.azp) or (claims.azp and claims.azp != client):
        raise Untrusted("azp")
    if not nonce or not hmac.compare_digest(claims.nonce.encode(), nonce.encode()):
        raise Untrusted("nonce")
    if claims.at_hash and not hmac.compare_digest(
        claims.at_hash.encode(), _half_hash(str(header["alg"]), access).encode()
    ):
        raise Untrusted("at_hash")
    return claims


def access_token(token: str, issuer: Issuer, audience: str, scope: str, now: datetime) -> Claims:
    """What an access token of a program says (RFC 9068); raises `Untrusted`, and `IssuerSilent`."""
    header, claims = _verified(token, issuer, now)
    if header.get("typ", "").lower() not in ("at+jwt", "application/at+jwt"):
        raise Untrusted("typ")
    if audience not in claims.aud:
        raise Untrusted("aud")
    if not claims.client_id:
        raise Untrusted("client_id")
    if scope not in claims.scope.split(" "):
        raise Untrusted("scope")
    if claims.exp - claims.iat > LONGEST_HOURS * 3600:
        raise Untrusted("life")
    return claims


def _verified(token: str, issuer: Issuer, now: datetime) -> tuple[dict[str, Any], Claims]:
    """The header and the claims of a token that the issuer signed and that is valid now."""
    if len(token) > LARGEST:
        raise Untrusted("size")
    if not _SHAPE.fullmatch(token):
        raise Untrusted("shape")
    header = _header(token)
    key = issuer.key(str(header.get("kid", "")))
    if key is None:
        raise Untrusted("kid")
    if header["alg"] not in key.algorithms:
        raise Untrusted("alg")
    import jwt

    try:
        payload = jwt.PyJWS().decode(token, key.public, algorithms=[header["alg"]])
    except (jwt.exceptions.PyJWTError, RecursionError):
        raise Untrusted("signature") from None
    claims = _claims(payload)
    if claims.iss != issuer.address:
        raise Untrusted("iss")
    at = now.timestamp()
    if at >= claims.exp + SKEW_SECONDS:
        raise Untrusted("exp")
    if at < claims.nbf - SKEW_SECONDS:
        raise Untrusted("nbf")
    if at < claims.iat - SKEW_SECONDS or claims.iat > claims.exp:
        raise Untrusted("iat")
    return header, claims


def _header(token: str) -> dict[str, Any]:
    """The header, before anything is believed; raises `Untrusted` for one that no token of an issuer has."""
    part = token.partition(".")[0]
    try:
        header = msgspec.json.decode(urlsafe_b64decode(part + "=" * (-len(part) % 4)), type=dict[str, Any])
    except (ValueError, RecursionError):  # a DecodeError of msgspec and one of base64 are ValueErrors
        raise Untrusted("header") from None
    if any(not isinstance(header.get(name, ""), str) for name in ("alg", "kid", "typ")):
        raise Untrusted("header")
    if _OWN_KEY & header.keys():
        raise Untrusted("own key")
    if "crit" in header or "b64" in header:
        raise Untrusted("crit")
    if header.get("alg") not in {name for names in ALGORITHMS.values() for name in names}:
        raise Untrusted("alg")
    return header


def _claims(payload: bytes) -> Claims:
    try:
        told = msgspec.json.decode(payload, type=dict[str, Any])
        named = told.get("aud")
        told["aud"] = named if isinstance(named, list) else [named]
        known = set(Claims.__struct_fields__) - {"more"}
        mine = {name: value for name, value in told.items() if name in known}
        rest = {name: value for name, value in told.items() if name not in known}
        claims = msgspec.convert({**mine, "more": rest}, Claims)
    except (ValueError, RecursionError):
        raise Untrusted("claims") from None
    if not claims.sub:
        raise Untrusted("sub")
    return claims


def _half_hash(algorithm: str, access: str) -> str:
    # EdDSA with Ed25519 hashes by SHA-512; every other algorithm says in its name by which.
    hashed = _HASHES.get(algorithm[2:], hashlib.sha512)(access.encode()).digest()
    return urlsafe_b64encode(hashed[: len(hashed) // 2]).rstrip(b"=").decode()
