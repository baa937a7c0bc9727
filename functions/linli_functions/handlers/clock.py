"""The function of the clock: called once a day or oftener, it does what falls due without anyone asking."""

from __future__ import annotations

from typing import Any

from linli_functions.handlers import setting


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Let the clock act and publish, then take down documents that are kept no longer, and notes of ended sessions."""
    from linli.clockwork import tick
    from linli.documents import take_down_expired
    from linli_functions.sessions import clear_ended

    service = setting.service()
    signer = setting.keys().signer()
    tick(service.desk, signer)
    clear_ended(service.store, service.clock.today())
    return {"day": service.clock.today().isoformat(), "documents": len(take_down_expired(service))}
