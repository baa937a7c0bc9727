"""Signing in and out at the workbench: by choosing a person in a demo, by going to an issuer everywhere else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol, cast, runtime_checkable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from linli.errors import LinliError, NotFound
from linli_functions.identity import Persona, local_path, same_site
from linli_functions.limits import TokenBuckets
from linli_functions.openid import LONGEST_ANSWER, Door
from linli_functions.refusals import SignInFailed
from linli_functions.workbench_sittings import Handler, Room, address, draw, explain, read_form

ANSWERS_PER_MINUTE, ANSWERS_AT_ONCE = 600, 300
"""How often one address may come back from an issuer, which is asked each time; a whole office may share an address."""


@runtime_checkable
class Demo(Protocol):
    """An identity that lets people be chosen on a page of ours."""

    def personas(self, deployment: str) -> list[Persona]:
        """Who can be chosen."""

    def sign_in(self, subject: str, deployment: str) -> str:
        """The value of ``Set-Cookie`` that signs someone in."""

    def sign_out(self, deployment: str) -> str:
        """The value of ``Set-Cookie`` that ends the session."""


@runtime_checkable
class Doors(Protocol):
    """An identity that sends people to an issuer; `linli_functions.openid.OpenIdentity` says what each does."""

    def doors(self) -> list[Door]:
        """The ways to sign in."""

    def begin(self, door: str, back: str) -> tuple[str, str]:
        """Where to send the browser, and its cookie."""

    def finish(
        self, door: str, query: Mapping[str, str], headers: Mapping[str, str]
    ) -> tuple[str, list[str]]:
        """The path to go back to, and cookies."""

    def gone_astray(self) -> str:
        """The cookie of an attempt that came to nothing."""

    def leave(self, headers: Mapping[str, str]) -> tuple[str, list[str]]:
        """Where the session is ended too, and cookies."""


def login_routes(room: Room, seconds: Callable[[], float]) -> list[Route]:
    """The routes by which people come and go; they need no session."""
    identity = room.identity
    routes = [
        Route("/login", _asked(room, _login), methods=["GET"]),
        Route("/logout", _logout(room), methods=["POST"]),
    ]
    if isinstance(identity, Demo):
        routes.append(Route("/login", _chosen(room, identity), methods=["POST"]))
    if isinstance(identity, Doors):
        buckets = TokenBuckets(ANSWERS_PER_MINUTE, ANSWERS_AT_ONCE, seconds)
        routes += [
            Route("/login/{door}/start", _asked(room, _start), methods=["GET"]),
            Route("/login/{door}/callback", _asked(room, _callback(buckets)), methods=["GET"]),
        ]
    return routes


def _asked(room: Room, answer: Callable[[Room, Request], Response]) -> Handler:
    """A page that needs no session; it may block, and what it refuses is explained."""

    def answered(request: Request) -> Response:
        try:
            return answer(room, request)
        except LinliError as error:
            page = explain(room, request, error)
            if isinstance(error, SignInFailed) and isinstance(room.identity, Doors):
                page.headers.append("set-cookie", room.identity.gone_astray())
            return page

    async def endpoint(request: Request) -> Response:
        return await run_in_threadpool(answered, request)

    return cast(Handler, endpoint)


def _login(room: Room, request: Request) -> Response:
    """The page on which people choose a way in."""
    identity, back = room.identity, local_path(request.query_params.get("back", "/"))
    personas = identity.personas(room.service.deployment.slug) if isinstance(identity, Demo) else []
    doors = identity.doors() if isinstance(identity, Doors) else []

    def to(path: str = "/", **query: str) -> str:
        return address(request, path, **query)

    shown = {"personas": personas, "doors": doors, "back": back, "person": None, "csrf": "", "to": to}
    return draw(room, request, "login.html", 200, **shown)


def _chosen(room: Room, demo: Demo) -> Handler:
    """Sign in the person who was chosen. The form has no token yet; the browser says whether it is ours."""

    async def endpoint(request: Request) -> Response:
        try:
            same_site(request.headers)
            typed, _ = await read_form(request)
            cookie = demo.sign_in("".join(typed.get("subject", ())), room.service.deployment.slug)
        except LinliError as error:
            return await run_in_threadpool(explain, room, request, error)
        return _go(request, local_path("".join(typed.get("back", ())) or "/"), [cookie])

    return cast(Handler, endpoint)


def _start(room: Room, request: Request) -> Response:
    """Send the browser to the issuer."""
    identity = cast(Doors, room.identity)
    there, cookie = identity.begin(request.path_params["door"], request.query_params.get("back", "/"))
    answer = RedirectResponse(there, 303)
    answer.headers.append("set-cookie", cookie)
    return answer


def _callback(buckets: TokenBuckets) -> Callable[[Room, Request], Response]:
    def finish(room: Room, request: Request) -> Response:
        """Take what the issuer sent the browser back with."""
        buckets.take(request.client.host if request.client else "")
        pairs = request.query_params.multi_items()
        query = dict(pairs)
        readable = all(each.isprintable() and len(each) <= LONGEST_ANSWER for each in query.values())
        if len(query) < len(pairs) or not readable:
            raise SignInFailed("统一身份认证的回答读不懂", cure="请从登录页重新登录")
        identity = cast(Doors, room.identity)
        back, cookies = identity.finish(request.path_params["door"], query, request.headers)
        return _go(request, back, cookies)

    return finish


def _logout(room: Room) -> Handler:
    """End the session here, then at the issuer, whose page is opened by a refresh.

    The page's policy lets a form lead nowhere but here, and browsers hold its redirects to that too.
    """

    def left(request: Request) -> Response:
        slug, identity = room.service.deployment.slug, room.identity
        if isinstance(identity, Demo):
            return _go(request, "/login", [identity.sign_out(slug)])
        if not isinstance(identity, Doors):
            raise NotFound("这里没有人登录", cure="请从登录页进入")
        there, cookies = identity.leave(request.headers)
        if not there:
            return _go(request, "/login", cookies)

        def to(path: str = "/", **query: str) -> str:
            return address(request, path, **query)

        answer = draw(room, request, "leaving.html", 200, there=there, person=None, csrf="", to=to)
        for cookie in cookies:
            answer.headers.append("set-cookie", cookie)
        return answer

    async def endpoint(request: Request) -> Response:
        try:
            caller = room.identity.caller(request.headers, room.service.deployment.slug)
            typed, _ = await read_form(request)
            if caller is not None:
                room.identity.check_csrf(caller, "".join(typed.get("csrf", ())))
            return await run_in_threadpool(left, request)
        except LinliError as error:
            return await run_in_threadpool(explain, room, request, error)

    return cast(Handler, endpoint)


def _go(request: Request, path: str, cookies: list[str]) -> Response:
    answer = RedirectResponse(request.scope.get("root_path", "") + path, 303)
    for cookie in cookies:
        answer.headers.append("set-cookie", cookie)
    return answer
