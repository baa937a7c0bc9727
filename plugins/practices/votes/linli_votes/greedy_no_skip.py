"""Greedy without skipping: the first project that does not fit ends the distribution."""

from __future__ import annotations

from linli_votes.elections import Election
from linli_votes.numbers import written
from linli_votes.rounds import Outcome
from linli_votes.tallies import Tally
from linli_votes.walking import ranking, threshold_of, walk


def greedy_no_skip(election: Election, counted: Tally) -> Outcome:
    """Fund by score until one does not fit; projects below a threshold of the file do not end it."""
    least = threshold_of(election)
    ranked = ranking(election, counted, counted.score)
    rounds = walk(election, counted, ranked, election.budget, stops=True, threshold=least)
    return Outcome(rounds, {} if least is None else {"threshold": written(least)})
