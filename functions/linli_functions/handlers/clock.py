"""The function of the clock: called once a day or oftener, it does what falls due without anyone asking."""

from __future__ import annotations

from typing import Any

from linli_functions.handlers import setting
from linli_functions.handlers.telling import telling

FIGURES = {
    "settled": "Settled",
    "reminded": "Reminded",
    "taken_down": "TakenDown",
    "documents": "DocumentsGone",
}


@telling("clock", FIGURES)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Let the clock act and publish, then take down documents that are kept no longer, and notes of ended sessions.

    What changes for readers comes onto the pages by the function that publishes.
    """
    from linli.clockwork import tick
    from linli.documents import take_down_expired
    from linli_functions.sessions import clear_ended

    service = setting.service()
    done = tick(service.desk, setting.keys().signer())
    clear_ended(service.store, service.clock.today())
    return {
        "day": service.clock.today().isoformat(),
        "settled": done.settled,
        "reminded": done.reminded,
        "taken_down": done.taken_down,
        "documents": len(take_down_expired(service)),
    }
