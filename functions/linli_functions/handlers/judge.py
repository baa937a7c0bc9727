"""The function that judges: it loads the deployment and opens no store."""

from __future__ import annotations

import time
from functools import cache
from typing import Any

from linli_functions.api_ways import LIMITS, judge_ways
from linli_functions.events import Events
from linli_functions.handlers import setting


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one event of an HTTP API (payload 2.0)."""
    return _adapter()(event, context)


@cache
def _adapter() -> Events:
    from linli_functions.identity import Nobody

    return Events(judge_ways(LIMITS, time.monotonic), setting.deployment(), None, Nobody())
