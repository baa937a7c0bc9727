"""Where a gift went: what came in first under a source and a purpose is taken to be spent first.

Think of all that came as one line, each gift a stretch of it, and of all that was spent as another beside it. A gift
was used by what lies beside its stretch. So what a gift was used for is found by two searches, and a change at the end
of the lines touches few gifts, however many there are.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from msgspec import Struct


class Portion(Struct, frozen=True):
    """Part of a gift, in fen: spent by the item at ``by`` among those that took, or still there (None)."""

    amount: int
    by: int | None = None


class Traced:
    """What came and what went under a source and a purpose, by amounts above zero, each in order.

    No more went than came. Every fen that came stands in exactly one portion.
    """

    def __init__(self, came: Sequence[int], went: Sequence[int]) -> None:
        """Lay the amounts end to end."""
        self.came_ends = list(accumulate(came))
        self.went_ends = list(accumulate(went))

    @property
    def spent(self) -> int:
        """How much went in all."""
        return self.went_ends[-1] if self.went_ends else 0

    def portions(self, gift: int) -> Iterator[Portion]:
        """The portions of the gift at a place among those that came, in order; they add up to it."""
        at, end = (self.came_ends[gift - 1] if gift else 0), self.came_ends[gift]
        by = bisect_right(self.went_ends, at)
        while at < end and by < len(self.went_ends):
            upto = min(end, self.went_ends[by])
            yield Portion(upto - at, by)
            at, by = upto, by + 1
        if at < end:
            yield Portion(end - at)

    def beside(self, start: int, end: int) -> range:
        """The places of the gifts that lie beside a stretch of what was spent."""
        return range(bisect_right(self.came_ends, start), self._holding(end))

    def _holding(self, end: int) -> int:
        """One more than the place of the last gift that begins before ``end``."""
        return min(bisect_right(self.came_ends, end - 1) + 1, len(self.came_ends)) if end > 0 else 0
