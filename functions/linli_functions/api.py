"""The JSON API under ``/<slug>/api/v1``: the ways of judge, matters and documents, in one app or in one each.

Nothing here knows of access: what there is to do follows from the procedures, registers and moments of the deployment.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount

from linli.deployment import Deployment
from linli.service import Service
from linli_functions.api_ways import (
    LIMITS,
    VERSION,
    Limits,
    Seconds,
    described,
    document_ways,
    judge_ways,
    matter_ways,
)
from linli_functions.frames import Frame
from linli_functions.identity import Identity, Nobody
from linli_functions.problems import refused
from linli_functions.routing import routes
from linli_functions.visits import Way

__all__ = [
    "LIMITS",
    "VERSION",
    "Limits",
    "Seconds",
    "api",
    "document_ways",
    "framed",
    "function_app",
    "judge_ways",
    "matter_ways",
]


def api(
    service: Service, identity: Identity, limits: Limits = LIMITS, seconds: Seconds = time.monotonic
) -> Starlette:
    """The whole API of a deployment, to be mounted at ``/<slug>/api/v1``."""
    ways = [*judge_ways(limits, seconds), *matter_ways(limits, seconds), *document_ways()]
    return app_of(ways, service.deployment, service, identity)


def function_app(
    ways: Sequence[Way], deployment: Deployment, service: Service | None, identity: Identity
) -> Starlette:
    """The app of one function: some ways under ``/<slug>/api/v1``, and nothing beside them."""
    return prefixed(deployment, app_of(ways, deployment, service, identity))


def judge_app(
    deployment: Deployment, limits: Limits = LIMITS, seconds: Seconds = time.monotonic
) -> Starlette:
    """The function that judges, of a deployment without a store."""
    return function_app(judge_ways(limits, seconds), deployment, None, Nobody())


def prefixed(deployment: Deployment, app: Starlette) -> Starlette:
    """An app under ``/<slug>/api/v1``, and nothing beside it."""
    return framed([Mount(f"/{deployment.slug}{VERSION}", app)])


def app_of(
    ways: Sequence[Way], deployment: Deployment, service: Service | None, identity: Identity
) -> Starlette:
    """An app of some ways, with the description of exactly these at ``/openapi.json``."""
    return framed(list(routes(described(ways), deployment, service, identity)))


def framed(routes: Sequence[BaseRoute]) -> Starlette:
    """An app with the frame around it and problems for what no route takes."""
    return Starlette(
        routes=routes,
        middleware=[Middleware(Frame, randomness=os.urandom)],
        exception_handlers={HTTPException: _not_routed},
    )


def _not_routed(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException), "registered for this exception"
    reply = refused(error.status_code, dict(error.headers or {}))
    return Response(reply.body, reply.status, dict(error.headers or {}), reply.media)
