"""Elections drawn by Hypothesis, and small ones written by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from hypothesis import strategies as st

from linli_votes.elections import Amount, Ballot, Election, Kind, Project


def election(
    costs: Mapping[str, Amount],
    ballots: Sequence[str],
    budget: Amount,
    kind: Kind = Kind.APPROVAL,
    **meta: str,
) -> Election:
    """An election by the ids and costs of projects; a ballot is written ``"a,b"`` or ``"a:3,b:1"``."""
    at = {id: position for position, id in enumerate(costs)}
    cast = []
    for text in ballots:
        parts = [part.partition(":") for part in text.split(",") if part]
        points = tuple(int(points) for _, colon, points in parts if colon)
        cast.append(Ballot(tuple(at[id] for id, _, _ in parts), points))
    rule = meta.pop("rule", "greedy")
    projects = tuple(Project(id, cost) for id, cost in costs.items())
    return Election(kind, rule, budget, projects, tuple(Counter(cast).items()), meta)


@st.composite
def elections(draw: st.DrawFn, kind: Kind = Kind.APPROVAL) -> Election:
    """A small election of this kind, with ties as often as not."""
    ids = draw(
        st.lists(st.sampled_from(["ab", "c", "10", "9", "x", "22", "5"]), min_size=1, max_size=6, unique=True)
    )
    costs = {id: draw(st.integers(1, 30)) for id in ids}
    ballots = []
    for _ in range(draw(st.integers(0, 12))):
        chosen = draw(st.lists(st.sampled_from(ids), max_size=len(ids), unique=True))
        if kind.has_points and kind is not Kind.ORDINAL:
            ballots.append(",".join(f"{id}:{draw(st.integers(1, 5))}" for id in chosen))
        else:
            ballots.append(",".join(chosen))
    return election(costs, ballots, draw(st.integers(1, 60)), kind)


def shuffled(election: Election, draw: st.DrawFn) -> Election:
    """The same election with its projects and ballots in another order."""
    order = draw(st.permutations(range(len(election.projects))))
    place = {old: new for new, old in enumerate(order)}
    ballots = [
        (Ballot(tuple(place[choice] for choice in ballot.choices), ballot.points), number)
        for ballot, number in draw(st.permutations(list(election.ballots)))
    ]
    projects = tuple(election.projects[old] for old in order)
    return Election(election.kind, election.rule, election.budget, projects, tuple(ballots), election.meta)


PAPER = """META
key;value
description;一次投票
budget;{budget}
vote_type;{vote_type}
rule;{rule}
num_projects;3
num_votes;3
{meta}PROJECTS
project_id;cost;name;selected
1;600;凉亭;1
2;800;"门口;灯";0
10;300;书架;1
VOTES
voter_id;vote;age;sex
甲;1,2;40;F
乙;1,10;35;M
丙;10;70;F
"""


def paper(budget: str = "1000", vote_type: str = "approval", rule: str = "greedy", meta: str = "") -> str:
    """A correct file of three projects and three ballots, with more lines for META."""
    return PAPER.format(budget=budget, vote_type=vote_type, rule=rule, meta=meta)
