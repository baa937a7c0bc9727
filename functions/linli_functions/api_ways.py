"""The ways of the API, function by function; and how often one address may come."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct

from linli_functions import api_judge
from linli_functions.answers import PUBLIC_FOR_MINUTES, answer
from linli_functions.limits import TokenBuckets
from linli_functions.replies import Reply
from linli_functions.visits import Visit, Way

VERSION = "/api/v1"


class Limits(Struct, frozen=True):
    """How often one address may ask, a minute, and how many times at once."""

    judge_per_minute: int = 120
    judge_burst: int = 60
    receipts_per_minute: int = 10
    receipts_burst: int = 10


LIMITS = Limits()
Seconds = Callable[[], float]


def judge_ways(limits: Limits, seconds: Seconds) -> list[Way]:
    """The ways that need no store."""
    return api_judge.ways(TokenBuckets(limits.judge_per_minute, limits.judge_burst, seconds))


def matter_ways(limits: Limits, seconds: Seconds) -> list[Way]:
    """The ways to matters, drafts, receipts, registers, audits, and the keeping of personal data."""
    from linli_functions import api_audits, api_matters, api_privacy, api_registers

    buckets = TokenBuckets(limits.receipts_per_minute, limits.receipts_burst, seconds)
    return [*api_matters.ways(buckets), *api_registers.ways(), *api_audits.ways(), *api_privacy.ways()]


def document_ways() -> list[Way]:
    """The ways to documents."""
    from linli_functions import api_documents

    return api_documents.ways()


def described(ways: Sequence[Way]) -> list[Way]:
    """The ways, and one to the description of exactly these at ``/openapi.json``."""

    def description(visit: Visit) -> Reply:
        from linli_functions.openapi import openapi

        document = openapi(visit.deployment, ways, f"/{visit.deployment.slug}{VERSION}")
        return answer(document, cache=PUBLIC_FOR_MINUTES)

    way = Way(method="GET", path="/openapi.json", answer=description, title="接口说明")
    return [*ways, way]
