"""Ways as routes of starlette, for a server and for functions alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.routing import Route

from linli.deployment import Deployment
from linli.errors import LinliError
from linli.service import Service
from linli_functions.bodies import read_body
from linli_functions.frames import noted
from linli_functions.identity import Identity
from linli_functions.problems import problem
from linli_functions.replies import Reply
from linli_functions.visits import Visit, Way, asked, caller_of


def routes(
    ways: Sequence[Way], deployment: Deployment, service: Service | None, identity: Identity
) -> list[Route]:
    """The ways as routes of one deployment."""
    return [Route(w.path, _endpoint(w, deployment, service, identity), methods=[w.method]) for w in ways]


def _endpoint(
    way: Way, deployment: Deployment, service: Service | None, identity: Identity
) -> Callable[[Request], Any]:
    async def endpoint(request: Request) -> Reply:
        try:
            visit = Visit(
                deployment=deployment,
                held=service,
                caller=caller_of(way, identity, request.headers, deployment.slug),
                path={name: str(value) for name, value in request.path_params.items()},
                query=asked(request.query_params.multi_items()),
                headers=dict(request.headers),
                address=request.client.host if request.client else "",
                body=await read_body(request, way.limit) if way.method in ("POST", "PUT") else b"",
            )
            # A function answers one request at a time, so a thread would only cost; a server must not be held up.
            if "aws.event" in request.scope:
                return way.answer(visit)
            return await run_in_threadpool(way.answer, visit)
        except LinliError as error:
            return problem(error, noted(str(request.scope.get("state", {}).get("request_id", "")), error))
        except ClientDisconnect:
            return Reply(status=400)

    return endpoint
