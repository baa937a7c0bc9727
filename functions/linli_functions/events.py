"""From an event of an HTTP API (payload format 2.0) to an answer, with no web framework between.

A function answers one event at a time: it needs no event loop, and what it does not import it does not wait for when
it starts. The ways, the visits, the refusals and the frame are the same that a server has (`linli_functions.routing`).
"""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from linli.errors import LinliError
from linli_functions.api_ways import VERSION, described
from linli_functions.bodies import too_large
from linli_functions.frames import frame, logger, noted
from linli_functions.problems import problem, refused, unexpected
from linli_functions.refusals import Malformed
from linli_functions.replies import Reply
from linli_functions.visits import Visit, Way, asked, caller_of

if TYPE_CHECKING:
    from linli.deployment import Deployment
    from linli.service import Service
    from linli_functions.identity import Identity

Event = dict[str, Any]


class Events:
    """The ways of one function of a deployment, under ``/<slug>/api/v1`` and nothing beside it."""

    def __init__(
        self,
        ways: Sequence[Way],
        deployment: Deployment,
        service: Service | None,
        identity: Identity,
        randomness: Callable[[int], bytes] = os.urandom,
    ) -> None:
        """Take the ways; ``randomness`` makes request ids."""
        self._deployment = deployment
        self._service = service
        self._identity = identity
        self._randomness = randomness
        self._prefix = f"/{deployment.slug}{VERSION}"
        self._ways: dict[int, list[tuple[list[str], Way]]] = {}
        for way in described(ways):
            parts = way.path.split("/")
            self._ways.setdefault(len(parts), []).append((parts, way))

    def __call__(self, event: Event, context: object = None) -> dict[str, Any]:
        """Answer one event; whatever goes wrong is an answer too."""
        request = self._randomness(8).hex()
        try:
            reply = self._reply(event)
        except LinliError as error:
            reply = problem(error, noted(request, error))
        except Exception:
            logger.exception("request %s failed", request)
            reply = unexpected(request)
        frame(reply.headers, request)
        return _told(reply, head=event["requestContext"]["http"]["method"] == "HEAD")

    def _reply(self, event: Event) -> Reply:
        http = event["requestContext"]["http"]
        way, path = self._found(http["method"], http["path"])
        if isinstance(way, Reply):
            return way
        headers = {name.lower(): value for name, value in event.get("headers", {}).items()}
        if event.get("cookies"):
            headers["cookie"] = "; ".join(event["cookies"])
        visit = Visit(
            deployment=self._deployment,
            held=self._service,
            caller=caller_of(way, self._identity, headers, self._deployment.slug),
            path=path,
            query=asked(parse_qsl(event.get("rawQueryString", ""), keep_blank_values=True)),
            headers=headers,
            address=http.get("sourceIp", ""),
            body=_body(event, way.limit) if way.method in ("POST", "PUT") else b"",
        )
        return way.answer(visit)

    def _found(self, method: str, path: str) -> tuple[Way | Reply, dict[str, str]]:
        """The way of a path and what the path names, or the answer where there is none."""
        if not path.startswith(self._prefix):
            return refused(404), {}
        parts = path[len(self._prefix) :].split("/")
        wanted = "GET" if method == "HEAD" else method
        allowed: set[str] = set()
        for template, way in self._ways.get(len(parts), ()):
            if all(
                said == known or (known[:1] == "{" and said)
                for known, said in zip(template, parts, strict=True)
            ):
                if way.method == wanted:
                    named = zip(template, parts, strict=True)
                    return way, {known[1:-1]: said for known, said in named if known[:1] == "{"}
                allowed.add(way.method)
        if not allowed:
            return refused(404), {}
        if "GET" in allowed:
            allowed.add("HEAD")
        return refused(405, {"allow": ", ".join(sorted(allowed))}), {}


def _body(event: Event, limit: int) -> bytes:
    """The body of an event; raises `TooLarge`, and `Malformed` for what says it is base64 and is not."""
    raw = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        body = raw.encode()
    else:
        if len(raw) > limit * 2:
            raise too_large(limit)
        try:
            body = base64.b64decode(raw, validate=True)
        except (binascii.Error, ValueError):
            raise Malformed("正文不是合格的 base64", where="正文", cure="检查网关的设置") from None
    if len(body) > limit:
        raise too_large(limit)
    return body


def _told(reply: Reply, *, head: bool) -> dict[str, Any]:
    """A reply as the gateway takes it: text as it is, anything else in base64."""
    body = b"" if head else reply.body
    text = reply.media.startswith("text/") or reply.media.endswith("json")
    return {
        "statusCode": reply.status,
        "headers": {name.decode("latin-1"): value.decode("latin-1") for name, value in reply.headers},
        "body": body.decode() if text else base64.b64encode(body).decode(),
        "isBase64Encoded": not text,
    }
