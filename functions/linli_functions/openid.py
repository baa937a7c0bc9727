"""Signing in with an issuer of OpenID Connect: authorisation code with PKCE, state and nonce.

An issuer says who somebody is, and nothing of what they may do: that is for the register of appointments. Staff come
through one door and residents through another, each with an issuer or an application of its own, so that nobody who
came through the one is taken for somebody of the other. Programs bring access tokens of the staff's issuer.

A browser that goes to an issuer takes a signed cookie along, which holds what its answer must fit: the door, the
state, the nonce and the secret half of the code challenge. Without it, or with another, an answer is worth nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

from msgspec import Struct

from linli.configuration import IdentityTable, IssuerTable
from linli.errors import NotFound
from linli.store import Store
from linli_functions.fetching import Unreachable, ask
from linli_functions.identity import Caller, check_form, cookie_of, local_path, set_cookie
from linli_functions.issuer import Ask, Discovery, Issuer
from linli_functions.refusals import IssuerSilent, NotSignedIn, SignInFailed
from linli_functions.sessions import Sessions, use_up, used_up
from linli_functions.signing import sign, signed
from linli_functions.tokens import Claims, Untrusted, access_token, id_token

logger = logging.getLogger("linli")

STAFF, RESIDENTS = "staff", "residents"
AWAY_SECONDS = 600
"""How long somebody may take at the issuer."""
AWAY = "linli_signin"
HINT = "linli_hint"
LONGEST_ANSWER = 4096
LONGEST_HINT = 3500
"""A browser keeps about 4,000 characters of a cookie."""
NAME_LENGTH = 40

_PLAIN = re.compile(r"[A-Za-z0-9._@|:=+~-]{1,60}")
_OWN_WORDS = ("system", f"{RESIDENTS}:", "client:", "hash:")
_BEGIN_AGAIN = "请从登录页重新登录；浏览器要允许本网站使用 Cookie"
_TELL = "请回登录页再试一次；还是不行，请把时间告诉系统管理员"


class Door(Struct, frozen=True):
    """A way to sign in: its id, its words on the login page."""

    id: str
    title: str


class _Away(Struct, frozen=True, array_like=True):
    """What is signed and taken along to the issuer."""

    deployment: str
    door: str
    state: str
    nonce: str
    verifier: str
    back: str
    until: int


class _Entrance:
    """A door with what stands behind it."""

    def __init__(self, door: Door, table: IdentityTable | IssuerTable, secret: str, issuer: Issuer) -> None:
        self.door = door
        self.table = table
        self.secret = secret
        self.issuer = issuer
        self.place_claim = table.place_claim if isinstance(table, IssuerTable) else ""


class OpenIdentity:
    """The identity of one deployment whose people come from issuers of OpenID Connect."""

    def __init__(
        self,
        deployment: str,
        table: IdentityTable,
        secrets: Mapping[str, str],
        key: bytes,
        store: Store,
        now: Callable[[], datetime],
        randomness: Callable[[int], bytes],
        seconds: Callable[[], float],
        ask: Ask = ask,
    ) -> None:
        """Take the deployment's table, the secrets of its applications by door, and the key that signs cookies.

        ``now`` is the machine's clock, by which tokens and sessions end; ``seconds`` one that never goes back. An
        application without a secret is a public one: PKCE alone protects its codes.
        """
        self._deployment = deployment
        self._table = table
        self._key = key
        self._store = store
        self._now = now
        self._randomness = randomness
        self._ask = ask
        self._address = table.address.rstrip("/")
        self._path = urlsplit(self._address).path + "/"
        self._secure = self._address.startswith("https:")
        self._sessions = Sessions(
            deployment,
            key,
            store,
            now,
            randomness,
            path=self._path,
            secure=self._secure,
            hours=table.session_hours,
        )
        tables: dict[str, IdentityTable | IssuerTable] = {STAFF: table}
        if table.residents is not None:
            tables[RESIDENTS] = table.residents
        usual = {STAFF: "工作人员登录", RESIDENTS: "居民登录"}
        self._entrances = {
            id: _Entrance(
                Door(id, each.title or usual[id]),
                each,
                secrets.get(id, ""),
                Issuer(each.issuer, seconds, ask),
            )
            for id, each in tables.items()
        }

    # Who asks

    def caller(self, headers: Mapping[str, str], deployment: str) -> Caller | None:
        """Who is signed in, by a bearer token or a session; see `linli_functions.identity.Identity.caller`."""
        assert deployment == self._deployment, "each deployment has an identity of its own"
        authorization = headers.get("authorization", "")
        if authorization:
            return self._program(authorization)
        return self._sessions.caller(headers)

    def check_csrf(self, caller: Caller, token: str) -> None:
        """Raise `Forbidden` unless the token belongs to the caller's session."""
        check_form(caller, token)

    def _program(self, authorization: str) -> Caller:
        scheme, _, token = authorization.partition(" ")
        if not self._table.audience:
            raise NotSignedIn("这里不接受程序的令牌", where="Authorization", cure="去掉 Authorization 请求头")
        try:
            if scheme.lower() != "bearer":
                raise Untrusted("scheme")
            claims = access_token(
                token.strip(),
                self._entrances[STAFF].issuer,
                self._table.audience,
                self._table.scope,
                self._now(),
            )
        except Untrusted as error:
            logger.warning("token refused at %s: %s", self._deployment, error.reason)
            raise NotSignedIn(
                "令牌无效、已过期，或不是给本接口的",
                where="Authorization",
                cure="向统一身份认证取一个新的令牌：Bearer <令牌>",
            ) from None
        # A program that acts for itself must never pass for the person who happens to have its name.
        return Caller(subject_of(claims, "client:" if claims.sub == claims.client_id else ""))

    # Signing in

    def doors(self) -> list[Door]:
        """The ways to sign in, staff's first."""
        return [each.door for each in self._entrances.values()]

    def begin(self, door: str, back: str) -> tuple[str, str]:
        """The issuer's address to send a browser to, and the value of ``Set-Cookie`` that it takes along.

        Raises `NotFound` for no such door, `IssuerSilent`.
        """
        entrance = self._entrance(door)
        discovery = entrance.issuer.discovery()
        state, nonce, verifier = (_text(self._randomness(32)) for _ in range(3))
        until = int(self._now().timestamp()) + AWAY_SECONDS
        away = _Away(self._deployment, door, state, nonce, verifier, local_path(back), until)
        asked = {
            "response_type": "code",
            "client_id": entrance.table.client_id,
            "redirect_uri": self._callback(door),
            "scope": " ".join(entrance.table.scopes),
            "state": state,
            "nonce": nonce,
            "code_challenge": _text(hashlib.sha256(verifier.encode()).digest()),
            "code_challenge_method": "S256",
        }
        cookie = set_cookie(
            AWAY, sign(self._key, "away", away), self._login_path, AWAY_SECONDS, secure=self._secure
        )
        return _with(discovery.authorization_endpoint, asked), cookie

    def finish(
        self, door: str, query: Mapping[str, str], headers: Mapping[str, str]
    ) -> tuple[str, list[str]]:
        """The path to go back to, and the values of ``Set-Cookie``, for an answer that an issuer sent.

        Raises `SignInFailed`, telling the log why; `IssuerSilent`; `NotFound` for no such door.
        """
        entrance = self._entrance(door)
        away = self._away(door, query, headers)
        # Whatever comes of it, the same answer is not taken twice; the issuer takes a code once too.
        use_up(self._store, away.state, away.until)
        discovery = entrance.issuer.discovery()
        if query.get("iss", entrance.issuer.address) != entrance.issuer.address or (
            discovery.authorization_response_iss_parameter_supported and "iss" not in query
        ):
            raise self._failed("iss of the answer")  # RFC 9207: an answer of another issuer, mixed in
        if "error" in query:
            refused = query["error"] == "access_denied"
            said = "您或统一身份认证没有同意登录" if refused else "统一身份认证没有让您登录"
            raise self._failed("the issuer refused", said, _TELL)
        code = query.get("code", "")
        if not 0 < len(code) <= LONGEST_ANSWER:
            raise self._failed("no code")
        told = self._exchanged(entrance, discovery, door, code, away.verifier)
        try:
            claims = id_token(
                told["id_token"],
                entrance.issuer,
                entrance.table.client_id,
                away.nonce,
                told["access_token"],
                self._now(),
            )
        except Untrusted as error:
            raise self._failed(
                f"id token: {error.reason}", "统一身份认证给出的登录凭证没有通过核对", _TELL
            ) from None
        session = self._sessions.begin(self._person(entrance, claims), headers)
        cookies = [session, self.gone_astray()]
        if len(told["id_token"]) <= LONGEST_HINT:
            # It spares the person a question when signing out, and goes nowhere but there.
            hint = set_cookie(HINT, told["id_token"], self._leave_path, self._seconds, secure=self._secure)
            cookies.append(hint)
        return away.back, cookies

    def gone_astray(self) -> str:
        """The value of ``Set-Cookie`` that takes away what a browser took along to the issuer."""
        return set_cookie(AWAY, "", self._login_path, 0, secure=self._secure)

    def leave(self, headers: Mapping[str, str]) -> tuple[str, list[str]]:
        """End a session: the issuer's address where it is ended too (empty for none), and values of ``Set-Cookie``.

        A session is ended here even where the issuer cannot be reached.
        """
        caller = self._sessions.caller(headers)
        cookies = [
            self._sessions.end(headers),
            set_cookie(HINT, "", self._leave_path, 0, secure=self._secure),
        ]
        resident = caller is not None and caller.subject.startswith(f"{RESIDENTS}:")
        entrance = self._entrances[RESIDENTS if resident and RESIDENTS in self._entrances else STAFF]
        try:
            end = entrance.issuer.discovery().end_session_endpoint
        except IssuerSilent:
            end = ""
        if caller is None or not end:
            return "", cookies
        asked = {
            "client_id": entrance.table.client_id,
            "post_logout_redirect_uri": f"{self._address}/desk/login",
        }
        hint = cookie_of(headers.get("cookie", ""), HINT)
        return _with(end, {**asked, **({"id_token_hint": hint} if hint else {})}), cookies

    @property
    def _login_path(self) -> str:
        return f"{self._path}desk/login"

    @property
    def _leave_path(self) -> str:
        return f"{self._path}desk/logout"

    @property
    def _seconds(self) -> int:
        return self._table.session_hours * 3600

    def _callback(self, door: str) -> str:
        return f"{self._address}/desk/login/{door}/callback"

    def _entrance(self, door: str) -> _Entrance:
        if door not in self._entrances:
            raise NotFound("没有这个登录入口", where="door", cure="请从登录页进入")
        return self._entrances[door]

    def _away(self, door: str, query: Mapping[str, str], headers: Mapping[str, str]) -> _Away:
        """What this browser took along, if an answer fits it; raises `SignInFailed`."""
        text = cookie_of(headers.get("cookie", ""), AWAY)
        away = signed(self._key, "away", text, _Away) if text else None
        said = "登录不是从这个浏览器开始的，或者用时太长"
        if away is None or away.deployment != self._deployment or away.door != door:
            raise self._failed("no attempt", said, _BEGIN_AGAIN)
        if away.until <= self._now().timestamp():
            raise self._failed("too late", said, _BEGIN_AGAIN)
        if not hmac.compare_digest(away.state.encode(), query.get("state", "").encode()):
            raise self._failed("state", said, _BEGIN_AGAIN)
        if used_up(self._store, away.state, away.until):
            raise self._failed("replayed", "这次登录已经用过", _BEGIN_AGAIN)
        return away

    def _exchanged(
        self, entrance: _Entrance, discovery: Discovery, door: str, code: str, verifier: str
    ) -> dict[str, str]:
        """The tokens that the issuer gives for a code."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._callback(door),
            "code_verifier": verifier,
        }
        headers: dict[str, str] = {}
        client, secret = entrance.table.client_id, entrance.secret
        if secret and "client_secret_basic" in discovery.token_endpoint_auth_methods_supported:
            pair = f"{quote_plus(client)}:{quote_plus(secret)}".encode()
            headers["authorization"] = f"Basic {b64encode(pair).decode()}"
        else:
            form |= {"client_id": client, **({"client_secret": secret} if secret else {})}
        try:
            status, told = self._ask(discovery.token_endpoint, form=form, headers=headers)
        except Unreachable as error:
            logger.warning("issuer not reached: %s", error.reason)
            raise IssuerSilent("现在连不上统一身份认证", cure="请过几分钟从登录页再试") from None
        if status != 200 or not isinstance(told, dict):
            raise self._failed(f"token endpoint: {status}", "统一身份认证没有接受这次登录", _TELL)
        tokens = {name: _string(told.get(name)) for name in ("id_token", "access_token")}
        if not tokens["id_token"]:
            raise self._failed("no id token", "统一身份认证没有给出登录凭证", _TELL)
        return tokens

    def _person(self, entrance: _Entrance, claims: Claims) -> Caller:
        title = "".join(each for each in claims.text(entrance.table.name_claim) if each.isprintable())
        before = f"{RESIDENTS}:" if entrance.door.id == RESIDENTS else ""
        home = claims.text(entrance.place_claim)
        return Caller(subject_of(claims, before), title.strip()[:NAME_LENGTH], home=home[:40])

    def _failed(
        self, reason: str, said: str = "统一身份认证的回答不完整", cure: str = _BEGIN_AGAIN
    ) -> SignInFailed:
        logger.warning("sign-in refused at %s: %s", self._deployment, reason)
        return SignInFailed(said, cure=cure)


def subject_of(claims: Claims, before: str) -> str:
    """How a person or a program is called in the register of appointments: what the issuer says, where it is plain.

    What is long, holds other characters, or begins like a word of our own, is called by a hash instead.
    """
    plain = _PLAIN.fullmatch(claims.sub) and not claims.sub.startswith(_OWN_WORDS)
    hashed = hashlib.sha256(f"{claims.iss}\0{claims.sub}".encode()).hexdigest()[:40]
    return before + (claims.sub if plain else f"hash:{hashed}")


def _with(address: str, asked: Mapping[str, str]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"


def _string(said: Any) -> str:
    return said if isinstance(said, str) else ""


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
