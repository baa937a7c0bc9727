"""Keeping: what has to happen without anyone asking, while a house is served from one process.

A thread looks at each store: where the day has changed it lets the clock act, and where something waits to be published
it publishes and has the changed pages built. What waits is an index of the store, so it does not matter who wrote it:
the API, the workbench, the command line or another process.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, Protocol

from linli.indexing import UNPLACED
from linli.registry import STALE
from linli.service import Service

logger = logging.getLogger("linli")

LOOK_SECONDS = 0.5
"""How long between two looks; also how long several acts in a row are gathered into one publication."""


class Build(Protocol):
    """Builds the pages of a deployment's portal that a publication has changed; all of them where it is None."""

    def __call__(self, service: Service, published: Any) -> object:
        """Build; raises `LinliError` where the pages cannot go out as they are."""


Tick = Callable[[Service], object]
Publish = Callable[[Service], Any]


class Keeper:
    """Keeps the deployments of a house up to date, from `start` to `stop`."""

    def __init__(
        self,
        services: Iterable[Service],
        publish: Publish | None,
        tick: Tick | None = None,
        build: Build | None = None,
        pause: float = LOOK_SECONDS,
    ) -> None:
        """Take what there is to do; what is None is left out."""
        self._services = tuple(services)
        self._publish = publish
        self._tick = tick
        self._build = build
        self._pause = pause
        self._ticked: dict[str, date] = {}
        self._built: set[str] = set()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to look."""
        self._thread = threading.Thread(target=self._look, name="linli-keeper", daemon=True)
        self._thread.start()

    def stop(self, seconds: float = 10) -> None:
        """End after the work under way, at most so many seconds from now."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join(seconds)

    def _look(self) -> None:
        while not self._stopped.wait(self._pause):
            for service in self._services:
                if self._stopped.is_set():
                    return
                try:
                    self.keep(service)
                except Exception:  # one deployment's fault must not stop the others
                    logger.exception("keeping %s failed; it is tried again", service.deployment.slug)
                    self._stopped.wait(5)

    def keep(self, service: Service) -> bool:
        """Look at one deployment once; whether anything was done."""
        slug, today = service.deployment.slug, service.clock.today()
        new_day = self._ticked.get(slug) != today
        if new_day and self._tick is not None:
            self._tick(service)
        self._ticked[slug] = today
        first = slug not in self._built
        waits = any(service.store.rows(index, limit=1) for index in (UNPLACED, STALE))
        if not (new_day or first or waits):
            return False
        published = None
        if self._publish is not None:
            published = self._publish(service)
        if self._build is not None:
            # The first build looks at everything: pages may be missing that no change will ever touch.
            self._build(service, None if first or new_day else published)
        self._built.add(slug)
        return True
