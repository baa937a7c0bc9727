"""The function that publishes: called by a schedule or woken by a stream, it publishes everything that waits."""

from __future__ import annotations

from typing import Any

from linli_functions.handlers import setting


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Publish; the event says nothing, because what waits is an index of the store."""
    from linli.publication import publish

    service = setting.service()
    signer = setting.keys().signer()
    done = publish(service.desk, signer)
    return {"placed": done.placed, "steps": done.steps, "withheld": done.withheld, "held": list(done.held)}
