"""The published rule for ties: neither chance nor the order of entry decides.

Of projects that stand equal, the cheaper goes first, because more can then be done with what is left; of
equal cost, the one with more voters; and last the smaller project number, numbers read as numbers (2 before
10). It is the rule by which Equal Shares elections are held, and it is used for every method here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from linli_votes.elections import Amount, Election
from linli_votes.tallies import Tally

TIE_RULE = "费用低的在前；费用相同，投票人数多的在前；再相同，项目编号小的在前"
"""The rule as residents read it; part of every certificate."""

Order = tuple[Amount, int, tuple[tuple[int, int, str], ...], str]


def tie_order(election: Election, counted: Tally) -> Sequence[Order]:
    """For each project the key by which it goes before others that stand equal to it."""
    return [
        (project.cost, -votes, _natural(project.id), project.id)
        for project, votes in zip(election.projects, counted.votes, strict=True)
    ]


def _natural(id: str) -> tuple[tuple[int, int, str], ...]:
    """The id cut into numbers and text, so that numbers compare as numbers."""
    parts = re.findall(r"[0-9]+|[^0-9]+", id)
    return tuple((0, int(part), "") if part[0] in "0123456789" else (1, 0, part) for part in parts)
