"""The function of documents."""

from __future__ import annotations

from functools import cache
from typing import Any

from linli_functions.handlers import setting
from linli_functions.handlers.telling import telling


@telling("documents")
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one event of an HTTP API (payload 2.0)."""
    return dict(_adapter()(event, context))


@cache
def _adapter() -> Any:
    from linli_functions.api import document_ways, function_app
    from linli_functions.handlers.adapting import adapted

    service = setting.service()
    app = function_app(document_ways(), service.deployment, service, setting.identity())
    return adapted(app)
