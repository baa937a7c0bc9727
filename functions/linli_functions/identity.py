"""Identity: who is asking. A seam, and the implementation that a demo uses.

People carry a session cookie, programs a bearer token. What someone may do is not decided here: it follows from the
register of appointments (`linli.service.Service.person`).

A form of the workbench::

    caller = identity.caller(request.headers, slug)  # None: show the sign-in page
    person = person_of(service, caller)
    # in the form: <input type="hidden" name="csrf" value="{{ caller.csrf }}">
    identity.check_csrf(caller, form["csrf"])  # raises Forbidden
"""

from __future__ import annotations

import hmac
import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec
from msgspec import Struct

from linli.appointments import Appointment, Person
from linli.errors import BadInput, Forbidden, LoadFault, NotFound
from linli.posts import RESIDENT
from linli_functions.refusals import NotSignedIn
from linli_functions.signing import fingerprint, sign, signed

if TYPE_CHECKING:  # a function that needs no store starts without what has one
    from linli.service import Service

SESSION_HOURS = 12
TOKEN_HOURS = 24
COOKIE = "linli_session"


class Caller(Struct, frozen=True):
    """Someone who is signed in at one deployment. ``csrf`` is empty for a program, which carries no cookie.

    ``home`` is the community in which the issuer of residents knows a resident to live, where it says so.
    """

    subject: str
    title: str = ""
    csrf: str = ""
    home: str = ""

    @property
    def program(self) -> bool:
        """Whether a bearer token spoke and not a session."""
        return not self.csrf


class Identity(Protocol):
    """Who a request comes from."""

    def caller(self, headers: Mapping[str, str], deployment: str) -> Caller | None:
        """Who is signed in at a deployment, by the headers of a request; None for nobody.

        Raises `NotSignedIn` for a token that is not valid; an old cookie is simply nobody.
        """

    def check_csrf(self, caller: Caller, token: str) -> None:
        """Raise `Forbidden` unless the token is that of the caller's session; programs need none."""


class Persona(Struct, frozen=True, forbid_unknown_fields=True):
    """A person of a demo: ``subject`` as the register of appointments names it, ``title`` as the page shows it."""

    subject: str
    title: str
    deployment: str
    hint: str = ""


class _Personas(Struct, frozen=True, forbid_unknown_fields=True):
    personas: tuple[Persona, ...]


def read_personas(path: Path) -> tuple[Persona, ...]:
    """The personas of a TOML file with ``[[personas]]`` tables; raises `LoadFault` naming the file and the key."""
    try:
        return msgspec.convert(tomllib.loads(path.read_text("utf-8")), _Personas).personas
    except (OSError, ValueError) as error:  # a ValidationError and a TOMLDecodeError are ValueErrors
        raise LoadFault(
            f"演示人员读不出来：{error}",
            where=str(path),
            cure="每人一张 [[personas]]：subject、title、deployment",
        ) from None


class _Pass(Struct, frozen=True, array_like=True):
    """What is signed: who, where, until when (seconds since 1970), and what makes it unlike every other."""

    subject: str
    title: str
    deployment: str
    until: int
    nonce: str


class DemoIdentity:
    """Signs in whoever chooses a persona. Refuses to be made outside demo mode.

    ``now`` is the machine's clock, never the demo's: setting the demo's day must not end every session.
    """

    def __init__(
        self,
        personas: Sequence[Persona],
        key: bytes,
        now: Callable[[], datetime],
        randomness: Callable[[int], bytes],
        *,
        demo: bool,
        secure: bool = False,
    ) -> None:
        """Take personas; ``secure`` marks the cookie for HTTPS only. Raises `LoadFault` unless ``demo`` is true.

        Nobody may be called like the system itself: what it does by itself stands under that name.
        """
        if not demo:
            raise LoadFault(
                "演示登录只能在演示模式下使用",
                where="identity",
                cure="演示用 --demo 启动；正式运行请接入统一身份认证",
            )
        from linli.desk import SYSTEM  # a function to which nobody signs in starts without it

        if any(each.subject == SYSTEM for each in personas):
            raise LoadFault(f"“{SYSTEM}”是系统自己的名字", where="subject", cure="换一个人员标识")
        self._personas = {(each.deployment, each.subject): each for each in personas}
        self._key = key
        self._now = now
        self._randomness = randomness
        self._secure = secure

    def personas(self, deployment: str) -> list[Persona]:
        """The personas that can be chosen at a deployment, in the order of the file."""
        return [each for each in self._personas.values() if each.deployment == deployment]

    def sign_in(self, subject: str, deployment: str, *, path: str = "") -> str:
        """The value of ``Set-Cookie`` that signs a persona in; raises `NotFound` for no such persona.

        The cookie goes to ``path`` and below, ``/<deployment>/`` where none is given.
        """
        session = sign(self._key, "session", self._pass(subject, deployment, SESSION_HOURS))
        return self._cookie(session, path or f"/{deployment}/", SESSION_HOURS * 3600)

    def sign_out(self, deployment: str, *, path: str = "") -> str:
        """The value of ``Set-Cookie`` that ends a session in the browser."""
        return self._cookie("", path or f"/{deployment}/", 0)

    def token(self, subject: str, deployment: str, hours: int = TOKEN_HOURS) -> str:
        """A bearer token for a program that acts as a persona; raises `NotFound` for no such persona."""
        if not 0 < hours <= 24 * 366:
            raise BadInput("有效期要在 1 小时到 366 天之间", where="hours")
        return sign(self._key, "bearer", self._pass(subject, deployment, hours))

    def caller(self, headers: Mapping[str, str], deployment: str) -> Caller | None:
        """Who is signed in at a deployment; see `Identity.caller`."""
        authorization = headers.get("authorization", "")
        if authorization:
            scheme, _, token = authorization.partition(" ")
            found = self._valid("bearer", token.strip(), deployment) if scheme.lower() == "bearer" else None
            if found is None:
                raise NotSignedIn(
                    "令牌无效或已过期", where="Authorization", cure="换一个新的令牌：Bearer <令牌>"
                )
            return Caller(found.subject, found.title)
        session = cookie_of(headers.get("cookie", ""))
        found = self._valid("session", session, deployment) if session else None
        if found is None:
            return None
        return Caller(found.subject, found.title, fingerprint(self._key, "csrf", session))

    def check_csrf(self, caller: Caller, token: str) -> None:
        """Raise `Forbidden` unless the token belongs to the caller's session; see `Identity.check_csrf`."""
        check_form(caller, token)

    def _pass(self, subject: str, deployment: str, hours: int) -> _Pass:
        persona = self._personas.get((deployment, subject))
        if persona is None:
            raise NotFound("没有这个演示人员", where="subject")
        until = int((self._now() + timedelta(hours=hours)).timestamp())
        return _Pass(subject, persona.title, deployment, until, self._randomness(12).hex())

    def _valid(self, purpose: str, text: str, deployment: str) -> _Pass | None:
        found = signed(self._key, purpose, text, _Pass)
        if found is None or found.deployment != deployment or found.until <= self._now().timestamp():
            return None
        # A persona that was taken out of the file is signed out with it.
        return found if (deployment, found.subject) in self._personas else None

    def _cookie(self, value: str, path: str, seconds: int) -> str:
        return set_cookie(COOKIE, value, path, seconds, secure=self._secure)


class Nobody:
    """The identity of a function that nobody signs in to: every caller is anonymous."""

    def caller(self, headers: Mapping[str, str], deployment: str) -> Caller | None:
        """Nobody; raises `NotSignedIn` for a token, so that a program is not mistaken for a visitor."""
        if headers.get("authorization"):
            raise NotSignedIn("这里不接受登录", where="Authorization", cure="去掉 Authorization 请求头")
        return None

    def check_csrf(self, caller: Caller, token: str) -> None:
        """Nobody has a session to forge."""


def check_form(caller: Caller, token: str) -> None:
    """Raise `Forbidden` unless a form brings the token of the caller's session; programs need none."""
    if not caller.program and not hmac.compare_digest(caller.csrf.encode(), token.encode()):
        raise Forbidden("表单已过期，或不是从本网站提交的", where="csrf", cure="请刷新页面后再提交")


def same_site(headers: Mapping[str, str]) -> None:
    """Raise `Forbidden` where a browser says that another site sent the form: for forms before there is a session."""
    if headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
        raise Forbidden("这个表单不是从本网站提交的", where="sec-fetch-site", cure="请从本网站的登录页进入")


def person_of(service: Service, caller: Caller) -> Person:
    """The person who asks, with the appointments of today; a resident whom the issuer knows to live here is one.

    What an issuer says only adds to the register of appointments: who is not known to it, but lives here, is entered.
    """
    person = service.person(caller.subject, caller.title)
    if not caller.home or not service.deployment.covers(caller.home):
        return person
    lives = Appointment(
        id="issuer",
        person=caller.subject,
        post=RESIDENT.id,
        place=caller.home,
        since=service.clock.today(),
    )
    return msgspec.structs.replace(person, appointments=(*person.appointments, lives))


def local_path(said: str) -> str:
    """A path of this site to go back to; ``/`` for what leads elsewhere or what a browser would read so."""
    own = said.startswith("/") and not said.startswith("//") and "\\" not in said and said.isprintable()
    return said if own else "/"


def set_cookie(name: str, value: str, path: str, seconds: int, *, secure: bool) -> str:
    """The value of ``Set-Cookie`` for a cookie that no script reads and no form of another site sends."""
    safe = "; Secure" if secure else ""
    return f"{name}={value}; Path={path}; Max-Age={seconds}; HttpOnly; SameSite=Lax{safe}"


def cookie_of(header: str, name: str = COOKIE) -> str:
    """The value of a cookie in a ``Cookie`` header; empty where there is none, or more than one of the name."""
    if name not in header:
        return ""
    found = [
        value for key, _, value in (each.strip().partition("=") for each in header.split(";")) if key == name
    ]
    return found[0] if len(found) == 1 else ""
