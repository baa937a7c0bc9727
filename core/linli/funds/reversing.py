"""Undoing what a matter booked: a reversal for each posting that still stands, naming it."""

from __future__ import annotations

from linli.ledger import OUTSIDE, Posting
from linli.matters import Matter


def undone(matter: Matter) -> tuple[Posting, ...]:
    """The reversals of everything that a matter has booked and not reversed, the last first.

    A limit that was drawn down is given back; that it was opened stays, since others draw on it too.
    """
    named = {
        f"{matter.id}/{step.number}/{ordinal}": posting
        for step in matter.steps
        for ordinal, posting in enumerate(step.postings)
    }
    gone = {posting.reverses for posting in named.values() if posting.reverses}
    return tuple(
        posting.reversed(name)
        for name, posting in reversed(named.items())
        if not posting.reverses and name not in gone and posting.source != f"{OUTSIDE}allowance"
    )


def last_posting(matter: Matter, source: str) -> tuple[str, Posting]:
    """The last posting of a matter out of an account, and its name; the caller knows that there is one."""
    named = [
        (f"{matter.id}/{step.number}/{ordinal}", posting)
        for step in matter.steps
        for ordinal, posting in enumerate(step.postings)
        if posting.source == source and not posting.reverses
    ]
    return named[-1]
