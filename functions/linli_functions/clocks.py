"""Clocks: where the service gets its days from. Civil days are Asia/Shanghai, instants UTC."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from linli.calendar import civil_date


def instant() -> datetime:
    """The instant now, in UTC: the one place of the functions that reads the machine's clock."""
    return datetime.now(UTC)


class SystemClock:
    """The machine's clock."""

    def today(self) -> date:
        """The civil day in Asia/Shanghai."""
        return civil_date(self.now())

    def now(self) -> datetime:
        """The instant, in UTC."""
        return instant()


class DemoClock:
    """A clock that starts at a demo's as-of day and runs on with the machine's; its day can be set.

    The time of day is the machine's, so that a day of the demo ends when a day ends.
    """

    def __init__(self, as_of: date, now: Callable[[], datetime] = instant) -> None:
        """Start at a day; ``now`` is the clock that it runs with."""
        self._machine = now
        self._lock = threading.Lock()
        self._ahead = timedelta()
        self.set_day(as_of)

    def set_day(self, day: date) -> None:
        """Make it that day now; from there it runs on."""
        with self._lock:
            self._ahead = timedelta(days=(day - civil_date(self._machine())).days)

    def today(self) -> date:
        """The civil day in Asia/Shanghai."""
        return civil_date(self.now())

    def now(self) -> datetime:
        """The instant, in UTC."""
        with self._lock:
            return self._machine() + self._ahead
