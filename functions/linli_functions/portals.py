"""Portals from a folder: the static pages of a deployment, with the headers that a static host would set."""

from __future__ import annotations

import mimetypes
from html import escape
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from linli.deployment import Deployment
from linli_functions.opening import House

PAGES_SECONDS = 60
FILES_SECONDS = 3600

# Not every system knows these, and a page that is taken for something else is not shown.
for ending, media in {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".csv": "text/csv",
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json",
    ".xml": "application/xml",
    ".atom": "application/atom+xml",
}.items():
    mimetypes.add_type(media, ending)


def portal(deployment: Deployment, folder: Path) -> Mount:
    """The portal of a deployment at ``/<slug>/``; before it is built, a page that says so."""
    files = StaticFiles(directory=folder, html=True, check_dir=False)
    return Mount(f"/{deployment.slug}", _Cached(_Awaited(files, deployment, folder)))


def index(house: House) -> Route:
    """The page at ``/`` that names every deployment."""
    rows = "".join(
        f'<li><a href="{escape(slug)}/">{escape(service.deployment.title)}</a> '
        f"<small>{escape(service.deployment.owner)}</small> · "
        f'<a href="{escape(slug)}/desk/">工作台</a></li>'
        for slug, service in house.items()
    )
    page = _page("邻里", f"<h1>邻里</h1><p>按当地规则办理社区事务，并公开每一个决定。</p><ul>{rows}</ul>")

    async def shown(request: Request) -> Response:
        return HTMLResponse(page, headers={"cache-control": "no-cache"})

    return Route("/", shown)


class _Awaited:
    """A portal that may not be built yet."""

    def __init__(self, app: ASGIApp, deployment: Deployment, folder: Path) -> None:
        self._app = app
        self._folder = folder
        title = escape(deployment.title)
        self._page = _page(
            deployment.title,
            f"<h1>{title}</h1><p>公开页面还没有生成，请稍后刷新。</p>"
            '<p><a href="desk/">工作台</a> · <a href="api/v1/openapi.json">接口说明</a></p>',
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        if not path:  # links of a portal are relative to its folder
            await RedirectResponse(scope.get("root_path", "") + "/")(scope, receive, send)
            return
        if path == "/desk":  # typed without the last stroke: the workbench lies below
            await RedirectResponse(scope.get("root_path", "") + "/desk/")(scope, receive, send)
            return
        if path == "/" and not (self._folder / "index.html").is_file():
            answer = HTMLResponse(self._page, 503, {"retry-after": "5", "cache-control": "no-store"})
            await answer(scope, receive, send)
            return
        try:
            await self._app(scope, receive, send)
        except HTTPException as error:
            said = "没有这个页面" if error.status_code == 404 else "不能这样访问"
            page = _page(
                said, f'<h1>{said}</h1><p><a href="{escape(scope.get("root_path", ""))}/">回到首页</a></p>'
            )
            await HTMLResponse(page, error.status_code)(scope, receive, send)


class _Cached:
    """Says how long a file may be kept: pages for a minute, everything else for an hour; both are checked by ETag."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def cached(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] in (200, 304):
                headers = MutableHeaders(scope=message)
                page = headers.get("content-type", "").startswith("text/html")
                seconds = PAGES_SECONDS if page else FILES_SECONDS
                headers.setdefault("cache-control", f"public, max-age={seconds}")
            await send(message)

        await self._app(scope, receive, cached)


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="zh-CN"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title>"
        "<style>body{font:1.125rem/1.7 serif;max-width:40rem;margin:3rem auto;padding:0 1rem;color:#1b1b1b}"
        "a{color:#0b4f8a}li{margin:.5rem 0}</style>"
        f"<body><main>{body}</main></body></html>"
    )
