"""What the public was shown of a matter, kept until anything that it rests on has moved.

It rests on the steps of the matter, on what is published of it, on what is held back, and on the day. All four are
looked up at every request, so that what is answered from here is what would be made anew. Only what was made for
nobody in particular is kept; who signs in is never answered from here.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from linli_functions.replies import Reply

if TYPE_CHECKING:
    from linli.service import Service
    from linli_functions.visits import Visit

MATTERS = 512
"""How many answers one process keeps; with what is published of it, a matter of a dozen steps takes some 20 KB."""

Stamp = tuple[date, int, bytes | None, tuple[Any, ...]]


class ShownOnce:
    """Answers to the public about single matters, the last ones asked for."""

    def __init__(self, most: int = MATTERS) -> None:
        """Keep at most so many."""
        self._most = most
        self._kept: OrderedDict[str, tuple[Stamp, Reply]] = OrderedDict()
        self._lock = threading.Lock()

    def reply(self, visit: Visit, make: Callable[[Visit], Reply]) -> Reply:
        """What ``make`` answers about the matter that the path names; kept only where the public asks.

        Raises what ``make`` raises, and keeps nothing then.
        """
        if visit.caller is not None:
            return make(visit)
        matter = visit.path["matter"]
        stamp = _stamp(visit.service, matter)
        with self._lock:
            known = self._kept.get(matter)
            if known is not None and known[0] == stamp:
                self._kept.move_to_end(matter)
                return known[1].again()
        made = make(visit)
        # What moved while it was made may be in it or not: then it is answered, and not kept.
        if _stamp(visit.service, matter) == stamp:
            with self._lock:
                self._kept[matter] = (stamp, made.again())
                if len(self._kept) > self._most:
                    self._kept.popitem(last=False)
        return made


def _stamp(service: Service, matter: str) -> Stamp:
    """What an answer to the public rests on; it differs whenever the answer may."""
    from linli.indexing import step_key
    from linli.publication import HELD
    from linli.record import RECORD

    store = service.store
    return (
        service.clock.today(),
        store.head(matter),
        store.row(RECORD, f"matters/{matter}"),
        tuple(store.rows(HELD, step_key(matter, 0), f"{matter}0")),
    )
