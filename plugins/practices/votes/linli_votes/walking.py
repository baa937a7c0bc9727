"""Walk down a list of projects, best first, and fund what can be funded: the ground of the greedy methods."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from linli_votes.elections import Amount, Election
from linli_votes.numbers import amount, written
from linli_votes.rounds import Round, Verdict
from linli_votes.tallies import Tally
from linli_votes.ties import tie_order

Ranked = Sequence[tuple[int, tuple[str, ...]]]
"""Positions of projects, the worthiest first, each with the ids of equal ones that go behind it."""

Barred = Callable[[int, Sequence[int]], str]
"""Says why a project may not join those chosen so far, or nothing."""


def ranking(election: Election, counted: Tally, worth: Sequence[Amount]) -> Ranked:
    """The positions of projects, the worthiest first, each with the equal ones that the tie rule put behind."""
    order = tie_order(election, counted)
    ranked = sorted(range(len(worth)), key=lambda at: (-worth[at], order[at]))
    found: list[tuple[int, tuple[str, ...]]] = []
    for place, at in enumerate(ranked):
        behind = place + 1
        while behind < len(ranked) and worth[ranked[behind]] == worth[at]:
            behind += 1
        found.append((at, tuple(election.projects[other].id for other in ranked[place + 1 : behind])))
    return found


def walk(
    election: Election,
    counted: Tally,
    ranked: Ranked,
    budget: Amount,
    *,
    stops: bool = False,
    threshold: Amount | None = None,
    barred: Barred | None = None,
) -> tuple[Round, ...]:
    """Fund projects in this order as long as money is left.

    ``stops``: the first that does not fit ends the walk; otherwise it is skipped. ``threshold``: the least
    score that a project needs. A project that is withdrawn, barred or below the threshold is passed over and
    never ends the walk.
    """
    rounds: list[Round] = []
    chosen: list[int] = []
    left, ended_by = budget, ""
    for at, tied in ranked:
        project = election.projects[at]
        score = counted.score[at]
        against = barred(at, chosen) if barred else ""
        if project.was_withdrawn:
            verdict, reason = Verdict.WITHDRAWN, "投票后撤回，不参加分配"
        elif threshold is not None and score < threshold:
            verdict = Verdict.BELOW_THRESHOLD
            reason = f"得 {written(score)}，不到 {written(threshold)} 的门槛"
        elif against:
            verdict, reason = Verdict.EXCLUDED, against
        elif ended_by:
            verdict, reason = Verdict.STOPPED, f"项目 {ended_by} 放不下，按规则到此为止"
        elif project.cost <= left:
            verdict, reason = Verdict.CHOSEN, f"剩余预算 {written(left)} 够用"
            left -= project.cost
            chosen.append(at)
        else:
            verdict, reason = Verdict.TOO_EXPENSIVE, f"剩余预算 {written(left)} 不够"
            ended_by = project.id if stops else ""
        rounds.append(
            Round(project.id, verdict, reason, project.cost, counted.votes[at], score, left, tied=tied)
        )
    return tuple(rounds)


def threshold_of(election: Election) -> Amount | None:
    """The least score that the file asks of a project, where it does."""
    return amount(election.meta.get("min_project_score_threshold", ""))
