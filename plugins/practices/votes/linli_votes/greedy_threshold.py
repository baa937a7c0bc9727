"""Greedy with a threshold: only projects with a least score take part."""

from __future__ import annotations

from linli.errors import BadInput
from linli_votes.elections import Amount, Election
from linli_votes.numbers import written
from linli_votes.rounds import Outcome
from linli_votes.tallies import Tally
from linli_votes.walking import ranking, threshold_of, walk


def greedy_threshold(election: Election, counted: Tally, threshold: Amount | None = None) -> Outcome:
    """Fund by score, skipping what does not fit, among projects that reach the threshold.

    The threshold is the one handed in, or ``min_project_score_threshold`` of the file; BadInput where there
    is neither.
    """
    least = threshold_of(election) if threshold is None else threshold
    if least is None:
        raise BadInput(
            "文件没有写门槛",
            where="min_project_score_threshold",
            cure="在 META 里补上，或用 --threshold 指明",
        )
    ranked = ranking(election, counted, counted.score)
    rounds = walk(election, counted, ranked, election.budget, threshold=least)
    return Outcome(rounds, {"threshold": written(least)})
