"""How often one address may ask: a token bucket each, with a bound on how many are remembered."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Callable

from linli_functions.refusals import TooMany

ADDRESSES = 10_000


class TokenBuckets:
    """A bucket of ``burst`` tokens for each address, filled again by ``per_minute`` tokens a minute.

    Of one process only: where functions run side by side, each has its own, and the gateway's limit holds for all.
    """

    def __init__(self, per_minute: int, burst: int, seconds: Callable[[], float]) -> None:
        """Make the buckets; ``seconds`` is a clock that never goes back."""
        self._rate = per_minute / 60
        self._burst = float(burst)
        self._seconds = seconds
        self._held: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, address: str) -> None:
        """Take one token; raises `TooMany` where there is none, saying how long to wait."""
        with self._lock:
            now = self._seconds()
            left, at = self._held.pop(address, (self._burst, now))
            left = min(self._burst, left + (now - at) * self._rate)
            enough = left >= 1
            self._held[address] = (left - 1 if enough else left, now)
            if len(self._held) > ADDRESSES:
                self._held.popitem(last=False)
        if not enough:
            raise TooMany(max(1, math.ceil((1 - left) / self._rate)))
