"""From an app to the handler of a function."""

from __future__ import annotations

from typing import Any

from starlette.applications import Starlette


def adapted(app: Starlette) -> Any:
    """The app behind mangum; problems are text like any other JSON, so that logs and tests can read them."""
    from mangum import Mangum
    from mangum.adapter import DEFAULT_TEXT_MIME_TYPES

    readable = [*DEFAULT_TEXT_MIME_TYPES, "application/problem+json"]
    return Mangum(app, lifespan="off", text_mime_types=readable)
