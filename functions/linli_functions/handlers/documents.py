"""The function of documents."""

from __future__ import annotations

from functools import cache
from typing import Any

from linli_functions.handlers import setting


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one event of an HTTP API (payload 2.0)."""
    return dict(_adapter()(event, context))


@cache
def _adapter() -> Any:
    from mangum import Mangum

    from linli_functions.api import documents_app

    return Mangum(documents_app(setting.service(), setting.identity()), lifespan="off")
