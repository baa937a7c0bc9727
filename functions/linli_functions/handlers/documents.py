"""The function of documents."""

from __future__ import annotations

from functools import cache
from typing import Any

from linli_functions.api_ways import document_ways
from linli_functions.events import Events
from linli_functions.handlers import setting


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one event of an HTTP API (payload 2.0)."""
    return _adapter()(event, context)


@cache
def _adapter() -> Events:
    service = setting.service()
    return Events(document_ways(), service.deployment, service, setting.identity())
