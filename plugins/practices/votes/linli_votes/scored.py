"""Ranking by a score that experts or voters gave, alone or together with the votes.

The score of a project is the sum of the points on the ballots; where ballots carry none, the column ``score``
that the file hands in, for example from an expert review.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from linli.errors import BadInput
from linli_votes.elections import Amount, Election
from linli_votes.numbers import written
from linli_votes.rounds import Outcome
from linli_votes.tallies import Tally
from linli_votes.walking import ranking, threshold_of, walk

EQUAL_WEIGHTS = (Fraction(1, 2), Fraction(1, 2))


def by_score(election: Election, counted: Tally) -> Outcome:
    """Fund by score, skipping what does not fit."""
    ranked = ranking(election, counted, _scores(election, counted))
    rounds = walk(election, counted, ranked, election.budget, threshold=threshold_of(election))
    return Outcome(rounds, _handed_in(election))


def by_score_and_vote(
    election: Election, counted: Tally, weights: tuple[Fraction, Fraction] = EQUAL_WEIGHTS
) -> Outcome:
    """Fund by score and votes together, each as a share of the best, by ``weights`` (score, votes).

    BadInput where a weight is negative or both are nothing.
    """
    if min(weights) < 0 or sum(weights) <= 0:
        raise BadInput("权重不能是负数，也不能都是零", where="--weights", cure="例如 --weights 60:40")
    scores = _shares(_scores(election, counted))
    votes = _shares(counted.votes)
    whole = sum(weights)
    worth = [
        (weights[0] * score + weights[1] * vote) / whole for score, vote in zip(scores, votes, strict=True)
    ]
    rounds = walk(election, counted, ranking(election, counted, worth), election.budget)
    parameters = {"weights": f"{weights[0] / whole}:{weights[1] / whole}", **_handed_in(election)}
    return Outcome(rounds, parameters)


def _handed_in(election: Election) -> dict[str, str]:
    """The scores that did not come from the ballots, as the certificate has to name them."""
    if election.kind.has_points:
        return {}
    named = sorted((project.id, written(project.score or 0)) for project in election.projects)
    return {"scores": "；".join(f"{id} {score}" for id, score in named)}


def _scores(election: Election, counted: Tally) -> Sequence[Amount]:
    if election.kind.has_points:
        return counted.score
    given = [project.score for project in election.projects]
    if any(score is None for score in given):
        raise BadInput("选票不打分，项目也没有 score", where="PROJECTS", cure="给每个项目补上 score 一列")
    return [score for score in given if score is not None]


def _shares(values: Sequence[Amount]) -> list[Fraction]:
    """Each value as a share of the highest; nothing where the highest is not above zero."""
    most = max(values, default=0)
    return [Fraction(value) / most if most > 0 else Fraction(0) for value in values]
