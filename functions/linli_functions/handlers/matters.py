"""The function of matters, drafts, receipts and registers."""

from __future__ import annotations

import time
from functools import cache
from typing import Any

from linli_functions.handlers import setting
from linli_functions.handlers.telling import telling


@telling("matters")
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one event of an HTTP API (payload 2.0)."""
    return dict(_adapter()(event, context))


@cache
def _adapter() -> Any:
    from linli_functions.api import LIMITS, function_app, matter_ways
    from linli_functions.handlers.adapting import adapted

    service = setting.service()
    ways = matter_ways(LIMITS, time.monotonic)
    return adapted(function_app(ways, service.deployment, service, setting.identity()))
