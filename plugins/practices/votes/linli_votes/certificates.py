"""Count an election, and write down what anyone needs to count it again.

A certificate names the ballots and the projects by their hash, the method with its parameters, the rule for
ties and the ties it decided, the rounds by their hash, and the result. The hashes do not depend on the order
of the file and not on the voters' numbers, so that a published file, shuffled and without its numbers, has
the certificate of the original.
"""

from __future__ import annotations

from collections import Counter

from msgspec import Struct, structs

from linli.canonical import content_hash
from linli_votes.elections import Ballot, Election, Kind
from linli_votes.methods import Given, method_of
from linli_votes.numbers import written
from linli_votes.rounds import Outcome, Round
from linli_votes.tallies import differences, tally
from linli_votes.ties import TIE_RULE


class Tie(Struct, frozen=True):
    """Projects that stood equal: the one that went first, and the others."""

    first: str
    behind: tuple[str, ...]


class Certificate(Struct, frozen=True):
    """What was counted, how, and with what result; ``digest`` is the hash of everything else in it."""

    ballots: str
    projects: str
    voters: int
    method: str
    parameters: dict[str, str]
    tie_rule: str
    ties: tuple[Tie, ...]
    rounds: str
    selected: tuple[str, ...]
    reserve: tuple[str, ...]
    digest: str = ""


class Count(Struct, frozen=True):
    """A finished count, in the shape that `linli count --json` prints."""

    selected: tuple[str, ...]
    reserve: tuple[str, ...]
    method: str
    title: str
    rounds: tuple[Round, ...]
    certificate: Certificate
    remarks: tuple[str, ...]


def count(election: Election, method: str = "", given: Given | None = None) -> Count:
    """Count by the method named, or by the one that the file declares.

    Raises BadInput where the method is not known or lacks what it needs.
    """
    name, how = method_of(election, method)
    counted = tally(election)
    outcome = how.apply(election, counted, given or Given())
    remarks = (*election.remarks, *outcome.remarks, *differences(election, counted))
    certificate = certify(election, name, outcome)
    return Count(outcome.selected, outcome.reserve, name, how.title, outcome.rounds, certificate, remarks)


def certify(election: Election, method: str, outcome: Outcome) -> Certificate:
    """The certificate of an outcome."""
    bare = Certificate(
        ballots=ballots_hash(election),
        projects=projects_hash(election),
        voters=election.voters,
        method=method,
        parameters=dict(sorted(outcome.parameters.items())),
        tie_rule=TIE_RULE,
        ties=tuple(Tie(round.project, round.tied) for round in outcome.rounds if round.tied),
        rounds=content_hash(outcome.rounds),
        selected=outcome.selected,
        reserve=outcome.reserve,
    )
    return structs.replace(bare, digest=content_hash(bare))


def ballots_hash(election: Election) -> str:
    """The hash of all ballots by the ids of their choices, without order and without voters."""
    ids = [project.id for project in election.projects]
    ranks = election.kind is Kind.ORDINAL
    numbers = Counter[str]()
    for ballot, number in election.ballots:
        numbers[_line(ballot, ids, ranks)] += number
    return content_hash([election.kind.value, sorted(numbers.items())])


def projects_hash(election: Election) -> str:
    """The hash of the budget and of the projects with their costs."""
    costs = sorted((project.id, written(project.cost)) for project in election.projects)
    return content_hash([written(election.budget), costs])


def _line(ballot: Ballot, ids: list[str], ranks: bool) -> str:
    """The choices of a ballot as one text; an id holds no comma, and no points are written with a semicolon.

    Their order counts only where it ranks and no points say the same.
    """
    chosen = [ids[choice] for choice in ballot.choices]
    if ballot.points:
        given = sorted(zip(chosen, ballot.points, strict=True))
        return ";".join(f"{id},{written(points)}" for id, points in given)
    return ",".join(chosen if ranks else sorted(chosen))
