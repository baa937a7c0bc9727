"""How many voters support each project, and with how many points."""

from __future__ import annotations

from msgspec import Struct

from linli_votes.elections import Amount, Election, exact
from linli_votes.numbers import amount


class Tally(Struct, frozen=True):
    """Votes and score by position of the project; for approval ballots the two are the same."""

    votes: tuple[int, ...]
    score: tuple[Amount, ...]


def tally(election: Election) -> Tally:
    """Add up the ballots.

    Points a ballot does not give count as ``default_score`` where the file sets one (kind scoring).
    """
    votes = [0] * len(election.projects)
    for ballot, number in election.ballots:
        for choice in ballot.choices:
            votes[choice] += number
    if not election.kind.has_points:
        return Tally(tuple(votes), tuple(votes))
    score: list[Amount] = [0] * len(election.projects)
    for ballot, number in election.weighed():
        for choice, points in zip(ballot.choices, ballot.points, strict=True):
            score[choice] += points * number
    default = amount(election.meta.get("default_score", "")) or 0
    if default:
        voters = election.voters
        score = [points + default * (voters - cast) for points, cast in zip(score, votes, strict=True)]
    return Tally(tuple(votes), tuple(map(exact, score)))


def differences(election: Election, counted: Tally) -> tuple[str, ...]:
    """Where the totals that the file publishes are not those of its ballots, in words.

    The count follows the ballots, because only they can be counted again.
    """
    found = []
    for project, votes, score in zip(election.projects, counted.votes, counted.score, strict=True):
        if project.votes is not None and project.votes != votes:
            found.append(f"项目 {project.id}：文件写 {project.votes} 票，选票中数出 {votes} 票")
        if election.kind.has_points and project.score is not None and project.score != score:
            found.append(f"项目 {project.id}：文件写 {project.score} 分，选票中数出 {score} 分")
    return tuple(found)
