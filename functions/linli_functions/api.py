"""The JSON API under ``/<slug>/api/v1``: the ways of judge, matters and documents, in one app or in one each.

Nothing here knows of access: what there is to do follows from the procedures, registers and moments of the deployment.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence

from msgspec import Struct
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount

from linli.deployment import Deployment
from linli.service import Service
from linli_functions import api_judge
from linli_functions.frames import Frame
from linli_functions.identity import Identity, Nobody
from linli_functions.limits import TokenBuckets
from linli_functions.openapi import openapi
from linli_functions.problems import refused
from linli_functions.views import PUBLIC_FOR_MINUTES, answer
from linli_functions.visits import Visit, Way, routes

VERSION = "/api/v1"


class Limits(Struct, frozen=True):
    """How often one address may ask, a minute, and how many times at once."""

    judge_per_minute: int = 120
    judge_burst: int = 60
    receipts_per_minute: int = 10
    receipts_burst: int = 10


LIMITS = Limits()
Seconds = Callable[[], float]


def api(
    service: Service, identity: Identity, limits: Limits = LIMITS, seconds: Seconds = time.monotonic
) -> Starlette:
    """The whole API of a deployment, to be mounted at ``/<slug>/api/v1``."""
    ways = [*judge_ways(limits, seconds), *matter_ways(limits, seconds), *document_ways()]
    return app_of(ways, service.deployment, service, identity)


def judge_ways(limits: Limits, seconds: Seconds) -> list[Way]:
    """The ways that need no store."""
    return api_judge.ways(TokenBuckets(limits.judge_per_minute, limits.judge_burst, seconds))


def matter_ways(limits: Limits, seconds: Seconds) -> list[Way]:
    """The ways to matters, drafts, receipts and registers."""
    from linli_functions import api_matters, api_registers

    buckets = TokenBuckets(limits.receipts_per_minute, limits.receipts_burst, seconds)
    return [*api_matters.ways(buckets), *api_registers.ways()]


def document_ways() -> list[Way]:
    """The ways to documents."""
    from linli_functions import api_documents

    return api_documents.ways()


def judge_app(
    deployment: Deployment, limits: Limits = LIMITS, seconds: Seconds = time.monotonic
) -> Starlette:
    """The function that judges, of a deployment without a store."""
    return prefixed(deployment, app_of(judge_ways(limits, seconds), deployment, None, Nobody()))


def matters_app(
    service: Service, identity: Identity, limits: Limits = LIMITS, seconds: Seconds = time.monotonic
) -> Starlette:
    """The function of matters."""
    ways = matter_ways(limits, seconds)
    return prefixed(service.deployment, app_of(ways, service.deployment, service, identity))


def documents_app(service: Service, identity: Identity) -> Starlette:
    """The function of documents."""
    return prefixed(service.deployment, app_of(document_ways(), service.deployment, service, identity))


def prefixed(deployment: Deployment, app: Starlette) -> Starlette:
    """An app under ``/<slug>/api/v1``, and nothing beside it."""
    return framed([Mount(f"/{deployment.slug}{VERSION}", app)])


def app_of(
    ways: Sequence[Way], deployment: Deployment, service: Service | None, identity: Identity
) -> Starlette:
    """An app of some ways, with the description of exactly these at ``/openapi.json``."""

    def described(visit: Visit) -> Response:
        document = openapi(deployment, ways, f"/{deployment.slug}{VERSION}")
        return answer(document, cache=PUBLIC_FOR_MINUTES)

    description = Way(method="GET", path="/openapi.json", answer=described, title="接口说明")
    return framed(list(routes([*ways, description], deployment, service, identity)))


def framed(routes: Sequence[BaseRoute]) -> Starlette:
    """An app with the frame around it and problems for what no route takes."""
    return Starlette(
        routes=routes,
        middleware=[Middleware(Frame, randomness=os.urandom)],
        exception_handlers={HTTPException: _not_routed},
    )


def _not_routed(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException), "registered for this exception"
    return refused(error.status_code, dict(error.headers or {}))
