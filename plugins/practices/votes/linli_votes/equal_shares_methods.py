"""Equal shares as elections use it: alone, completed by *add 1*, and compared with greedy.

Equal shares alone often leaves money. *Add 1* raises every voter's endowment by one unit of the currency at a
time, beginning from the whole units of an equal share, until the projects bought would cost more than the
budget; the last outcome that did not is the result. *Comparison* then asks on how many ballots the greedy
outcome holds more (projects, or points) than that of equal shares; where these are the more, greedy wins.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from linli_votes.elections import Amount, Election, exact
from linli_votes.equal_shares import COST, Purchase, Shares
from linli_votes.greedy import greedy
from linli_votes.numbers import written
from linli_votes.rounds import Outcome, Round, Verdict
from linli_votes.tallies import Tally


def equal_shares(election: Election, counted: Tally, utility: str = COST) -> Outcome:
    """Buy with the equal share of every voter, and leave what is left."""
    shares = Shares(election, counted, utility)
    endowment = _equal_share(election)
    return _outcome(shares, endowment, shares.buy(endowment))


def equal_shares_add1(election: Election, counted: Tally, utility: str = COST) -> Outcome:
    """Buy with the highest endowment, raised one by one, at which the budget is kept."""
    shares = Shares(election, counted, utility)
    return _outcome(shares, *completed(shares))


def equal_shares_comparison(election: Election, counted: Tally, utility: str = COST) -> Outcome:
    """Equal shares without completion, or greedy where more voters are better off with it."""
    return compared(election, counted, equal_shares(election, counted, utility))


def equal_shares_add1_comparison(election: Election, counted: Tally, utility: str = COST) -> Outcome:
    """Equal shares completed by add 1, or greedy where more voters are better off with it."""
    return compared(election, counted, equal_shares_add1(election, counted, utility))


def completed(shares: Shares) -> tuple[Fraction, list[Purchase]]:
    """The highest endowment in whole steps at which the budget is kept, and what it buys."""
    election = shares.election
    endowment = _equal_share(election)
    bought = shares.buy(endowment)
    buyable = [
        at
        for at, those in enumerate(shares.supporters)
        if those.total and not election.projects[at].was_withdrawn
    ]
    everything = sum(shares.costs[at] for at in buyable)
    if everything <= election.budget:
        # No endowment buys too much, so the steps would go on until everything is bought. With the cost of
        # everything in hand every voter alone can pay for all that he supports.
        endowment = max(endowment, Fraction(everything))
        return endowment, shares.buy(endowment)
    step = Fraction(endowment.numerator // endowment.denominator)
    while len(bought) < len(buyable):
        step += 1
        more = shares.buy(step)
        if shares.cost(more) > election.budget:
            break
        endowment, bought = step, more
    return endowment, bought


def compared(election: Election, counted: Tally, outcome: Outcome) -> Outcome:
    """The outcome, or that of greedy where strictly more ballots hold more of what it funds."""
    other = greedy(election, counted)
    positions = {project.id: at for at, project in enumerate(election.projects)}
    ours = _positions(outcome.selected, positions)
    theirs = _positions(other.selected, positions)
    for_ours = for_theirs = 0
    for ballot, number in election.weighed() if election.kind.has_points else election.ballots:
        points: tuple[Amount, ...] = ballot.points or (1,) * len(ballot.choices)
        gain: Amount = 0
        for choice, worth in zip(ballot.choices, points, strict=True):
            gain += worth * ((choice in ours) - (choice in theirs))
        for_ours += number if gain > 0 else 0
        for_theirs += number if gain < 0 else 0
    said = f"均等份额法对 {for_ours} 人更好，按票数分配对 {for_theirs} 人更好"
    parameters = {
        **outcome.parameters,
        "better_with_equal_shares": str(for_ours),
        "better_with_greedy": str(for_theirs),
    }
    if for_theirs > for_ours:
        return Outcome(other.rounds, {**parameters, "taken": "greedy"}, (*outcome.remarks, f"{said}，取后者"))
    return Outcome(
        outcome.rounds, {**parameters, "taken": "equalshares"}, (*outcome.remarks, f"{said}，取前者")
    )


def _positions(ids: Iterable[str], positions: dict[str, int]) -> frozenset[int]:
    return frozenset(positions[id] for id in ids)


def _equal_share(election: Election) -> Fraction:
    return Fraction(election.budget) / max(election.voters, 1)


def _outcome(shares: Shares, endowment: Fraction, bought: list[Purchase]) -> Outcome:
    """The rounds: what was bought and for how much each, and what was not."""
    election, counted = shares.election, shares.counted
    rounds: list[Round] = []
    for purchase in bought:
        at = purchase.project
        project, most = election.projects[at], _most(shares, at)
        price = exact(purchase.price * most)
        rounds.append(
            Round(
                project.id,
                Verdict.CHOSEN,
                f"支持者每人最多付 {_roughly(price)}，凑足费用",
                project.cost,
                counted.votes[at],
                counted.score[at],
                election.budget - purchase.paid,
                price,
                tuple(election.projects[other].id for other in purchase.tied),
            )
        )
    left = election.budget - shares.cost(bought)
    taken = {purchase.project for purchase in bought}
    for at in sorted(set(range(len(election.projects))) - taken, key=shares.order.__getitem__):
        project = election.projects[at]
        if project.was_withdrawn:
            verdict, reason = Verdict.WITHDRAWN, "投票后撤回，不参加分配"
        elif not shares.supporters[at].total:
            verdict, reason = Verdict.NOT_SUPPORTED, "没有人支持"
        else:
            verdict, reason = Verdict.TOO_EXPENSIVE, "支持者手里剩下的份额合起来不够"
        rounds.append(
            Round(project.id, verdict, reason, project.cost, counted.votes[at], counted.score[at], left)
        )
    parameters = {"utility": shares.utility, "endowment": written(exact(endowment))}
    return Outcome(tuple(rounds), parameters)


def _most(shares: Shares, at: int) -> Amount:
    """The most points that one supporter gives."""
    points = shares.supporters[at].points
    return max(points) if points else 1


def _roughly(price: Amount) -> str:
    """A price to four places, said to be rounded where it is."""
    near = Fraction(round(Fraction(price) * 10_000), 10_000)
    return written(exact(near)) if near == price else f"约 {written(exact(near))}"
