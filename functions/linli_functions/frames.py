"""The frame around every answer: security headers, a request id, and a 500 that tells nothing of the inside.

`Frame` puts it around an app as pure ASGI middleware: it never reads a body and holds no answer back.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from linli_functions.problems import unexpected

if TYPE_CHECKING:  # whoever makes an answer need not wait for starlette
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

logger = logging.getLogger("linli")

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

_ALWAYS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"cache-control", b"no-store"),  # what says nothing of itself is kept by nobody
)
_POLICY = (b"content-security-policy", CONTENT_POLICY.encode())

Headers = list[tuple[bytes, bytes]]


def frame(headers: Headers, request: str) -> None:
    """Add what every answer carries and this one does not say otherwise; names are in lower case."""
    said = dict(headers)
    headers.extend(pair for pair in _ALWAYS if pair[0] not in said)
    if b"x-request-id" not in said:
        headers.append((b"x-request-id", request.encode()))
    if said.get(b"content-type", b"").startswith(b"text/html") and _POLICY[0] not in said:
        headers.append(_POLICY)


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
        known: str | None = state.get("request_id")  # where this app stands inside a framed one
        name = state["request_id"] = known or self._randomness(8).hex()
        started = False

        async def framed(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                if known is None:
                    headers = [
                        (bytes(header).lower(), bytes(value)) for header, value in message.get("headers", ())
                    ]
                    frame(headers, name)
                    message["headers"] = headers
            await send(message)

        try:
            await self._app(scope, receive, framed)
        except Exception:
            logger.exception("request %s failed", name)
            if not started:
                await unexpected(name)(scope, receive, framed)


def noted(name: str, error: Exception) -> str:
    """The id of a request; an error of the inside is logged under it."""
    if getattr(error, "status", 500) >= 500:
        logger.error("request %s failed: %s", name, error, exc_info=error)
    return name
