"""The workbench of staff: what waits, forms for every action, matters, registers, printed sheets.

Server-rendered HTML that works without JavaScript. Nothing here is special to a procedure: pages and forms come from
the procedures and registers of the deployment, what someone may see and do from the service alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import cast

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from linli.errors import LinliError, NotFound
from linli.service import Service
from linli_functions import workbench_audits as audits
from linli_functions import workbench_bulk as bulk
from linli_functions import workbench_lists as lists
from linli_functions import workbench_matters as matters
from linli_functions import workbench_publication as publication
from linli_functions import workbench_registers as registers
from linli_functions import workbench_tasks as tasks
from linli_functions.identity import Identity, local_path, same_site
from linli_functions.workbench_login import login_routes
from linli_functions.workbench_privacy import privacy
from linli_functions.workbench_sittings import LARGE, Handler, Room, explain, read_form, route

# No script at all, no style but the two sheets: whatever slips into a page cannot run.
CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "content-security-policy": CONTENT_POLICY,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
}
ASSETS = {
    "linli.css": ("linli_site", "text/css; charset=utf-8"),
    "mark.svg": ("linli_site", "image/svg+xml"),
    "desk.css": ("linli_functions", "text/css; charset=utf-8"),
}

PAGES: tuple[tuple[str, Handler, tuple[str, ...]], ...] = (
    ("/", lists.home, ("GET",)),
    ("/new", tasks.begin, ("GET",)),
    ("/new/{procedure}/{action}", tasks.open_new, ("GET", "POST")),
    ("/matters/{matter}", matters.show, ("GET", "POST")),
    ("/matters/{matter}/do/{action}", tasks.open_action, ("GET", "POST")),
    ("/matters/{matter}/under/{procedure}/{action}", tasks.open_under, ("GET", "POST")),
    ("/matters/{matter}/documents/{hash}", matters.document, ("GET",)),
    ("/matters/{matter}/sheets/{kind}", matters.sheet, ("GET",)),
    ("/matters/{matter}/publish/{number}/{field}", publication.review_text, ("GET", "POST")),
    ("/publication", publication.review, ("GET",)),
    ("/audits", audits.audits, ("GET",)),
    ("/audits/{audit}/package.zip", audits.package, ("POST",)),
    ("/privacy", privacy, ("GET", "POST")),
    ("/bulk", bulk.bulk, ("GET", "POST")),
    ("/drafts", lists.my_drafts, ("GET", "POST")),
    ("/list", lists.listed, ("GET",)),
    ("/list.xlsx", lists.listed_xlsx, ("GET",)),
    ("/search", lists.search, ("GET",)),
    ("/notices", lists.notices, ("GET",)),
    ("/registers", registers.registers, ("GET",)),
    ("/registers/{register}", registers.look_up, ("GET",)),
    ("/registers/{register}/new", registers.edit, ("GET", "POST")),
    ("/registers/{register}/import", registers.import_file, ("GET", "POST")),
    ("/registers/{register}/template.xlsx", registers.template, ("GET",)),
    ("/registers/{register}/export.xlsx", registers.export, ("GET",)),
    ("/registers/{register}/entries/{key}", registers.entry, ("GET",)),
    ("/registers/{register}/entries/{key}/edit", registers.edit, ("GET", "POST")),
    ("/registers/{register}/entries/{key}/end", registers.end, ("POST",)),
)


def workbench(
    service: Service, identity: Identity, seconds: Callable[[], float] = time.monotonic
) -> Starlette:
    """The workbench of one deployment; it may be mounted anywhere and keeps its links below that path."""
    room = Room(service, identity)

    async def failed(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        said: LinliError = (
            NotFound("没有这个页面", cure="请从上面的导航重新进入") if status < 500 else LinliError("")
        )
        try:
            caller = identity.caller(request.headers, service.deployment.slug)
        except LinliError:  # a token that is none is no reason to fail while saying what failed
            caller = None
        return await run_in_threadpool(explain, room, request, said, caller)

    routes = [route(path, handler, *methods, room=room) for path, handler, methods in PAGES]
    routes += [
        *login_routes(room, seconds),
        Route("/large", _large(room), methods=["POST"]),
        Route("/assets/{name}", _asset, methods=["GET"]),
    ]
    return Starlette(
        routes=routes, exception_handlers={HTTPException: failed}, middleware=[Middleware(Guarded)]
    )


class Guarded:
    """Puts the security headers on every answer of the workbench."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                known = {name.lower() for name, _ in message["headers"]}
                more = [(n.encode(), v.encode()) for n, v in HEADERS.items() if n.encode() not in known]
                message = {**message, "headers": [*message["headers"], *more]}
            await send(message)

        await self._app(scope, receive, guarded)


def _large(room: Room) -> Handler:
    """Large print on or off, kept in the browser for a year."""

    async def endpoint(request: Request) -> Response:
        try:
            same_site(request.headers)
            typed, _ = await read_form(request)
        except LinliError as error:
            return await run_in_threadpool(explain, room, request, error)
        here = local_path("".join(typed.get("back", ())))
        root = request.scope.get("root_path", "")
        answer = RedirectResponse(root + here, 303)
        on = "".join(typed.get("large", ())) == "1"
        answer.set_cookie(
            LARGE, "1" if on else "0", 365 * 86400, path=root or "/", httponly=True, samesite="lax"
        )
        return answer

    return cast(Handler, endpoint)


@cache
def _read_asset(name: str) -> tuple[bytes, str]:
    package, media = ASSETS[name]
    return (files(package) / "assets" / name).read_bytes(), media


async def _asset(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in ASSETS:
        raise HTTPException(404)
    body, media = _read_asset(name)
    return Response(body, 200, {"content-type": media, "cache-control": "public, max-age=300"})
