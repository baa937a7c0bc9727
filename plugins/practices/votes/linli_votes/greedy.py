"""Greedy: the most supported project first, and each that still fits; one that does not fit is skipped."""

from __future__ import annotations

from linli_votes.elections import Election
from linli_votes.rounds import Outcome
from linli_votes.tallies import Tally
from linli_votes.walking import ranking, walk


def greedy(election: Election, counted: Tally) -> Outcome:
    """Fund by score from the highest down, skipping what does not fit."""
    return Outcome(walk(election, counted, ranking(election, counted, counted.score), election.budget))
