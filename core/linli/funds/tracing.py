"""Where a gift went: what came in first under a source and a purpose is taken to be spent first."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct


class Portion(Struct, frozen=True):
    """Part of what came in (``given``, a matter), spent by ``spent``, or still there (""); ``amount`` in fen."""

    given: str
    spent: str
    amount: int


def trace(came: Sequence[tuple[str, int]], went: Sequence[tuple[str, int]]) -> list[Portion]:
    """Match what came in with what went out, in order; amounts are above zero and no more went out than came in.

    Every fen that came in stands in exactly one portion, so that the portions of a gift add up to it.
    """
    found: list[Portion] = []
    leaving = list(went)
    for given, amount in came:
        left = amount
        while left and leaving:
            spent, wanted = leaving.pop(0)
            part = min(left, wanted)
            found.append(Portion(given, spent, part))
            left -= part
            if part < wanted:
                leaving.insert(0, (spent, wanted - part))
        if left:
            found.append(Portion(given, "", left))
    return found
