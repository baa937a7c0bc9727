"""The function that judges: it loads the deployment and opens no store."""

from __future__ import annotations

from functools import cache
from typing import Any

from linli_functions.handlers import setting
from linli_functions.handlers.telling import telling


@telling("judge")
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one event of an HTTP API (payload 2.0)."""
    return dict(_adapter()(event, context))


@cache
def _adapter() -> Any:
    from linli_functions.api import judge_app
    from linli_functions.handlers.adapting import adapted

    return adapted(judge_app(setting.deployment()))
