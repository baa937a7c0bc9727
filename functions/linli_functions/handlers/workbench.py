"""The function of the workbench: the only one that draws pages."""

from __future__ import annotations

from functools import cache
from typing import Any

from linli_functions.handlers import setting
from linli_functions.handlers.telling import telling


@telling("workbench")
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one event of an HTTP API (payload 2.0)."""
    return dict(_adapter()(event, context))


@cache
def _adapter() -> Any:
    from starlette.routing import Mount

    from linli_functions.api import framed
    from linli_functions.handlers.adapting import adapted
    from linli_functions.workbench import workbench

    desk = workbench(setting.service(), setting.identity())
    app = framed([Mount(f"/{setting.deployment().slug}/desk", desk)])
    return adapted(app)
