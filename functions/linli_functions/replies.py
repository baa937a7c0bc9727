"""A reply: a status, headers and a body that is whole. It needs no framework to be made, and is an ASGI app itself.

Starlette sends it like any response of its own; what answers need not import starlette to make one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # whoever makes an answer need not wait for starlette
    from starlette.types import Receive, Scope, Send

_WITHOUT_LENGTH = (204, 304)


class Reply:
    """What is answered; ``headers`` are pairs of bytes with names in lower case, as ASGI has them."""

    __slots__ = ("body", "headers", "media", "status")

    def __init__(
        self, body: bytes = b"", status: int = 200, headers: Mapping[str, str] | None = None, media: str = ""
    ) -> None:
        """Make a reply; its length and its media type, where it has one, become headers."""
        self.body = body
        self.status = status
        self.media = media
        told = [
            (name.lower().encode("latin-1"), said.encode("latin-1")) for name, said in (headers or {}).items()
        ]
        if status not in _WITHOUT_LENGTH:
            told.append((b"content-length", b"%d" % len(body)))
        if media:
            told.append((b"content-type", media.encode("latin-1")))
        self.headers = told

    def again(self) -> Reply:
        """The same, with headers of its own: those that a frame adds belong to one request."""
        copied = Reply.__new__(Reply)
        copied.body, copied.status, copied.media = self.body, self.status, self.media
        copied.headers = list(self.headers)
        return copied

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it; the server leaves the body out where it was asked for the head only."""
        await send({"type": "http.response.start", "status": self.status, "headers": list(self.headers)})
        await send({"type": "http.response.body", "body": self.body})
