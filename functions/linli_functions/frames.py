"""The frame around an app: security headers, a request id, and a 500 that tells nothing of the inside.

A pure ASGI middleware: it never reads a body and holds no answer back.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from linli_functions.problems import unexpected

logger = logging.getLogger("linli")

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

_ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-frame-options": "DENY",
}


class Frame:
    """Wrap an app."""

    def __init__(self, app: ASGIApp, randomness: Callable[[int], bytes]) -> None:
        """Wrap ``app``; ``randomness`` makes request ids."""
        self._app = app
        self._randomness = randomness

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        name = state.setdefault("request_id", self._randomness(8).hex())
        started = False

        async def framed(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for header, value in _ALWAYS.items():
                    headers.setdefault(header, value)
                headers.setdefault("x-request-id", name)
                if "cache-control" not in headers:  # what says nothing of itself is kept by nobody
                    headers["cache-control"] = "no-store"
                if headers.get("content-type", "").startswith("text/html"):
                    headers.setdefault("content-security-policy", CONTENT_POLICY)
            await send(message)

        try:
            await self._app(scope, receive, framed)
        except Exception:
            logger.exception("request %s failed", name)
            if not started:
                await unexpected(name)(scope, receive, framed)


def request_id(scope: Scope, error: Exception) -> str:
    """The id of a request; an error of the inside is logged under it."""
    name = str(scope.get("state", {}).get("request_id", ""))
    if getattr(error, "status", 500) >= 500:
        logger.error("request %s failed: %s", name, error, exc_info=error)
    return name
