"""The function of matters, drafts, receipts and registers."""

from __future__ import annotations

import time
from functools import cache
from typing import Any

from linli_functions.api_ways import LIMITS, matter_ways
from linli_functions.events import Events
from linli_functions.handlers import setting


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one event of an HTTP API (payload 2.0)."""
    return _adapter()(event, context)


@cache
def _adapter() -> Events:
    service = setting.service()
    return Events(matter_ways(LIMITS, time.monotonic), service.deployment, service, setting.identity())
