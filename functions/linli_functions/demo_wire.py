"""A wire to the JSON API without a network: calls an app as a server would, and gives back its answer or its error."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

import msgspec
from msgspec import Struct
from starlette.types import ASGIApp, Message

from linli.errors import LinliError


class Problem(LinliError):
    """What the API said against a call: the message with every fault, the place and what helps."""

    code = "demo-problem"
    status = 422


class Answer(Struct, frozen=True):
    """The status and the body of an answer."""

    status: int
    body: bytes

    def json(self) -> Any:
        """The body as JSON values."""
        return msgspec.json.decode(self.body) if self.body else {}


class Wire:
    """An app and one event loop of its own; to be used by one thread at a time and closed."""

    def __init__(self, app: ASGIApp) -> None:
        """Take an app."""
        self._app = app
        self._loop = asyncio.new_event_loop()

    def close(self) -> None:
        """End the loop."""
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()

    def call(
        self,
        method: str,
        path: str,
        token: str = "",
        *,
        body: Any = None,
        query: Mapping[str, str] | None = None,
        key: str = "",
    ) -> Any:
        """Call a way of the API and return its JSON; raises `Problem` for any answer that is not a success.

        ``body`` is bytes as they are, or values to be sent as JSON; ``key`` the idempotency key of a write.
        """
        raw = body if isinstance(body, bytes) else b"" if body is None else msgspec.json.encode(body)
        media = b"application/octet-stream" if isinstance(body, bytes) else b"application/json"
        headers = [(b"host", b"demo"), (b"content-type", media), (b"content-length", str(len(raw)).encode())]
        if token:
            headers.append((b"authorization", f"Bearer {token}".encode()))
        if key:
            headers.append((b"idempotency-key", key.encode()))
        found = self._loop.run_until_complete(self._ask(method, path, urlencode(query or {}), headers, raw))
        if found.status >= 400:
            raise _problem(found)
        return found.json()

    async def _ask(
        self, method: str, path: str, query: str, headers: list[tuple[bytes, bytes]], raw: bytes
    ) -> Answer:
        status, parts, sent = 500, list[bytes](), False
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": quote(path).encode(),
            "root_path": "",
            "query_string": query.encode(),
            "headers": headers,
            "client": ("127.0.0.1", 0),
            "server": ("127.0.0.1", 0),
        }

        async def receive() -> Message:
            nonlocal sent
            if sent:
                return {"type": "http.disconnect"}
            sent = True
            return {"type": "http.request", "body": raw, "more_body": False}

        async def send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            elif message["type"] == "http.response.body":
                parts.append(message.get("body", b""))

        await self._app(scope, receive, send)
        return Answer(status, b"".join(parts))


def _problem(answer: Answer) -> Problem:
    told = answer.json()
    faults = "；".join(f"{each['where']} {each['message']}" for each in told.get("faults", ()))
    said = f"{answer.status} {told.get('detail', '')} {faults}".strip()
    return Problem(said, where=str(told.get("where", "")), cure=str(told.get("cure", "")))
