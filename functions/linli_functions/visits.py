"""A visit: one request to one deployment, as the answers of the API see it.

An answer is a plain function ``(visit) -> Response``. It may block: it runs in a thread. Reading the body, finding out
who asks, and turning errors into problems is done around it, once, in `route`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, TypeVar

import msgspec
from msgspec import Struct
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from linli.appointments import Person
from linli.deployment import Deployment
from linli.errors import BadInput, LinliError
from linli.service import Service
from linli_functions.bodies import JSON_LIMIT, decode_json, read_body
from linli_functions.frames import request_id
from linli_functions.identity import Caller, Identity
from linli_functions.problems import problem
from linli_functions.refusals import NotSignedIn

T = TypeVar("T")

KEY_LENGTH = 200
PAGE = 200
SIGN_IN = "在工作台登录，或带上令牌：Authorization: Bearer <令牌>"


class Visit(Struct, frozen=True):
    """One request: its deployment, who asks, and its body. ``path`` and ``query`` hold what the address says.

    ``held`` is None in a function that works without a store.
    """

    deployment: Deployment
    held: Service | None
    caller: Caller | None
    path: dict[str, str]
    query: dict[str, str]
    headers: dict[str, str]
    address: str
    body: bytes = b""

    @property
    def service(self) -> Service:
        """The service of the deployment; only ways of functions that have a store ask for it."""
        assert self.held is not None, "this way needs a store"
        return self.held

    @property
    def visitor(self) -> Person | None:
        """The person who asks, with the appointments of today; None for the public."""
        return None if self.caller is None else self.service.person(self.caller.subject, self.caller.title)

    @property
    def person(self) -> Person:
        """The person who asks; raises `NotSignedIn` for the public."""
        found = self.visitor
        if found is None:
            raise NotSignedIn("请先登录", cure=SIGN_IN)
        return found

    def json(self, kind: type[T]) -> T:
        """The JSON body as a struct; raises `LinliError` for any other."""
        return decode_json(self.body, kind, self.headers.get("content-type", ""))

    def key(self) -> str:
        """The idempotency key; raises `BadInput` saying what to do where it is missing."""
        key = self.headers.get("idempotency-key", "").strip()
        if not key or len(key) > KEY_LENGTH or not key.isprintable():
            raise BadInput(
                "写入要带幂等键" if not key else f"幂等键要是 1 到 {KEY_LENGTH} 个可见字符",
                where="Idempotency-Key",
                cure="加请求头 Idempotency-Key，每件新事用一个新的随机值（例如 UUID）；重试时用原来的值",
            )
        return key

    def day(self, name: str) -> date | None:
        """A date of the query; raises `BadInput` for what is none."""
        written = self.query.get(name, "")
        if not written:
            return None
        try:
            return msgspec.convert(written, date)
        except msgspec.ValidationError:
            raise BadInput(f"“{written[:30]}”不是日期", where=name, cure="写成 2026-03-01") from None

    def limit(self) -> int:
        """How many items to answer, from the query: 1 to 200."""
        written = self.query.get("limit", str(PAGE))
        if not (
            written.isascii() and written.isdecimal() and 1 <= len(written) <= 3 and 1 <= int(written) <= PAGE
        ):
            raise BadInput(f"要填 1 到 {PAGE} 之间的整数", where="limit")
        return int(written)

    def flag(self, name: str) -> bool:
        """A yes or no of the query: ``1`` or ``true`` is yes."""
        written = self.query.get(name, "")
        if written not in ("", "0", "1", "true", "false"):
            raise BadInput("要填 1 或 0", where=name)
        return written in ("1", "true")


Answer = Callable[[Visit], Response]


class Way(Struct, frozen=True, kw_only=True):
    """A way into the API: method, path, the answer, and what `linli_functions.openapi` says of it.

    ``writes``: the answer changes something, so that the session's CSRF token and an idempotency key are needed.
    ``body`` is the struct of a JSON body, ``media`` the media type of any other.
    """

    method: str
    path: str
    answer: Answer
    title: str
    writes: bool = False
    signed_in: bool = False
    body: Any = None
    media: str = ""
    limit: int = JSON_LIMIT
    query: tuple[tuple[str, str], ...] = ()
    result: Any = None
    result_media: str = "application/json"
    status: int = 200


def routes(
    ways: Sequence[Way], deployment: Deployment, service: Service | None, identity: Identity
) -> list[Route]:
    """The ways as routes of one deployment."""
    return [Route(w.path, _endpoint(w, deployment, service, identity), methods=[w.method]) for w in ways]


def _endpoint(
    way: Way, deployment: Deployment, service: Service | None, identity: Identity
) -> Callable[[Request], Any]:
    async def endpoint(request: Request) -> Response:
        try:
            caller = identity.caller(request.headers, deployment.slug)
            # Who may not write is told so before a body is taken in.
            if way.signed_in and caller is None:
                raise NotSignedIn("请先登录", cure=SIGN_IN)
            if way.writes and caller is not None:
                identity.check_csrf(caller, request.headers.get("x-csrf-token", ""))
            visit = Visit(
                deployment=deployment,
                held=service,
                caller=caller,
                path={name: str(value) for name, value in request.path_params.items()},
                query=_query(request),
                headers=dict(request.headers),
                address=request.client.host if request.client else "",
                body=await read_body(request, way.limit) if way.method in ("POST", "PUT") else b"",
            )
            # A function answers one request at a time, so a thread would only cost; a server must not be held up.
            if "aws.event" in request.scope:
                return way.answer(visit)
            return await run_in_threadpool(way.answer, visit)
        except LinliError as error:
            return problem(error, request_id(request.scope, error))
        except ClientDisconnect:
            return Response(status_code=400)

    return endpoint


def _query(request: Request) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name in found:
            raise BadInput(f"{name} 写了两次", where=name)
        if not value.isprintable() or len(value) > 1000:
            raise BadInput("里面有不能用的字符，或太长", where=name)
        found[name] = value
    return found
