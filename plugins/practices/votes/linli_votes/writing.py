"""Write an election as a .pb file that shows no voter.

The ballots are shuffled by the randomness handed in and numbered anew; age, sex, place, way of voting and the
numbers the voters had are gone. A count of the written file has the same certificate as that of the original.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Collection, Iterable

from linli_votes.elections import Ballot, Election, Kind
from linli_votes.numbers import written
from linli_votes.tallies import tally

BEFORE_SELECTED = ("category", "beneficiaries", "target")
"""Columns that the format puts before ``selected``."""

NAMES_A_PERSON = frozenset({"proposer"})
"""Columns of PROJECTS that are not written, because they name a person."""

Shuffle = Callable[[list[Ballot]], None]
"""Puts a list into a random order in place, as ``random.SystemRandom().shuffle`` does."""


def write(election: Election, shuffle: Shuffle, selected: Collection[str] | None = None) -> str:
    """The text of the file; ``selected`` are the ids to mark as won, by default those of the election.

    Totals are those of the ballots.
    """
    out = io.StringIO()
    rows = csv.writer(out, delimiter=";", lineterminator="\n")
    voters = election.voters
    fixed = {
        "num_projects": str(len(election.projects)),
        "num_votes": str(voters),
        "budget": written(election.budget),
        "vote_type": election.kind.value,
        "rule": election.rule,
    }
    rows.writerows([["META"], ["key", "value"], *({**election.meta, **fixed}.items())])
    rows.writerow(["PROJECTS"])
    rows.writerows(_projects(election, selected))
    rows.writerow(["VOTES"])
    rows.writerows(_votes(election, shuffle))
    return out.getvalue()


def _projects(election: Election, selected: Collection[str] | None) -> Iterable[list[str]]:
    found = dict.fromkeys(column for project in election.projects for column in project.details)
    details = [column for column in found if column not in NAMES_A_PERSON]
    before = [column for column in details if column in BEFORE_SELECTED]
    after = [column for column in details if column not in BEFORE_SELECTED]
    counts_points = election.kind.has_points
    handed_in = not counts_points and any(project.score is not None for project in election.projects)
    scores = ["score"] if counts_points or handed_in else []
    yield ["project_id", "cost", "votes", *scores, "name", *before, "selected", *after]
    counted = tally(election)
    for at, project in enumerate(election.projects):
        won = project.selected if selected is None else int(project.id in selected)
        yield [
            *(project.id, written(project.cost), str(counted.votes[at])),
            *([written(counted.score[at])] if counts_points else []),
            *(["" if project.score is None else written(project.score)] if handed_in else []),
            project.name,
            *(project.details.get(column, "") for column in before),
            "" if won is None else str(won),
            *(project.details.get(column, "") for column in after),
        ]


def _votes(election: Election, shuffle: Shuffle) -> Iterable[list[str]]:
    ids = [project.id for project in election.projects]
    given = election.kind in (Kind.CUMULATIVE, Kind.SCORING) or any(
        ballot.points for ballot, _ in election.ballots
    )
    yield ["voter_id", "vote", *(["points"] if given else [])]
    cast = [ballot for ballot, number in election.ballots for _ in range(number)]
    shuffle(cast)
    for number, ballot in enumerate(cast, 1):
        points = [",".join(map(written, ballot.points))] if given else []
        yield [str(number), ",".join(ids[choice] for choice in ballot.choices), *points]
