"""The Method of Equal Shares, in whole numbers.

The budget is divided equally among the voters. A project is bought by its supporters: all pay the same, and
who has less left pays what is left. In every round the project is bought whose supporters pay least for what
they get. By *cost* a supporter gets the cost of a project, so the project with the most effective votes (cost
divided by the highest payment) comes first; by *cardinality* each project counts the same, so the lowest
payment comes first. Points weigh what a supporter gets and pays.

Balances are whole numbers of ``1/unit`` of the currency. Supporters with the same balance and points are one
class, so a round costs little; and as balances only fall, a project that was worse before than the best now
need not be looked at.

Source: Peters, Pierczyński, Skowron, Proportional Participatory Budgeting with Additive Utilities (2021).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from typing import NamedTuple

from linli_votes.elections import Amount, Election
from linli_votes.tallies import Tally
from linli_votes.ties import Order, tie_order

COST, CARDINALITY = "cost", "cardinality"


class Supporters(NamedTuple):
    """The ballots that support one project: their positions, how many cast each, and their points."""

    ballots: tuple[int, ...]
    numbers: tuple[int, ...]
    points: tuple[Amount, ...]
    total: Amount


class Purchase(NamedTuple):
    """A project that was bought, what one point of support paid, what then was left, and who was tied."""

    project: int
    price: Fraction
    paid: Amount
    tied: tuple[int, ...]


class Shares:
    """An election prepared for equal shares: who supports what. Reused for every endowment that is tried."""

    def __init__(self, election: Election, counted: Tally, utility: str = COST) -> None:
        """Sort the ballots by project."""
        self.election = election
        self.counted = counted
        self.utility = utility
        self.costs = [project.cost for project in election.projects]
        self.order: Sequence[Order] = tie_order(election, counted)
        self.voters = election.voters
        # Costs and endowments in whole numbers: cents where the file has cents.
        self.unit = lcm(*(Fraction(cost).denominator for cost in self.costs), 1)
        self.supporters = _supporters(election)

    def buy(self, endowment: Fraction) -> list[Purchase]:
        """The projects that are bought, in their order, when every voter begins with ``endowment``."""
        return _Market(self, endowment).run()

    def cost(self, purchases: Sequence[Purchase]) -> Amount:
        """What the projects bought cost together."""
        return sum(self.costs[each.project] for each in purchases)


def _supporters(election: Election) -> list[Supporters]:
    weighs = election.kind.has_points
    gathered: list[tuple[list[int], list[int], list[Amount]]] = [([], [], []) for _ in election.projects]
    for at, (ballot, number) in enumerate(election.weighed() if weighs else election.ballots):
        for place, choice in enumerate(ballot.choices):
            points = ballot.points[place] if weighs else 1
            if points > 0:
                ballots, numbers, given = gathered[choice]
                ballots.append(at)
                numbers.append(number)
                given.append(points)
    return [
        Supporters(
            tuple(ballots),
            tuple(numbers),
            tuple(given) if weighs else (),
            sum(a * b for a, b in zip(numbers, given, strict=True)) if weighs else sum(numbers),
        )
        for ballots, numbers, given in gathered
    ]


class _Market:
    """One run: balances by class of voters, and the projects that may still be bought."""

    def __init__(self, shares: Shares, endowment: Fraction) -> None:
        self.shares = shares
        self.unit = lcm(shares.unit, endowment.denominator)
        self.balances: list[int] = [endowment.numerator * (self.unit // endowment.denominator)]
        self.class_of = [0] * len(shares.election.ballots)
        self.spent: Amount = 0

    def run(self) -> list[Purchase]:
        shares, bought = self.shares, list[Purchase]()
        free = [
            at
            for at, (cost, those) in enumerate(zip(shares.costs, shares.supporters, strict=True))
            if cost == 0 and those.total
        ]
        for at in sorted(free, key=shares.order.__getitem__):
            bought.append(Purchase(at, Fraction(0), 0, ()))
        # The most that a project's worth can be: all its supporters paying alike.
        bounds: dict[int, Fraction] = {
            at: Fraction(those.total) * self._scale(at) / shares.costs[at]
            for at, those in enumerate(shares.supporters)
            if those.total and shares.costs[at] and not shares.election.projects[at].was_withdrawn
        }
        while bounds:
            best, worth = self._best(bounds)
            if not best:
                break
            winner, *tied = sorted(best, key=shares.order.__getitem__)
            del bounds[winner]
            price = self._scale(winner) / worth
            self._pay(winner, price)
            self.spent += shares.costs[winner]
            bought.append(Purchase(winner, price, self.spent, tuple(tied)))
        return bought

    def _scale(self, at: int) -> Fraction:
        return Fraction(self.shares.costs[at]) if self.shares.utility == COST else Fraction(1)

    def _best(self, bounds: dict[int, Fraction]) -> tuple[list[int], Fraction]:
        """The projects worth most, and what they are worth; bounds are brought up to date on the way."""
        best, worth = list[int](), Fraction(0)
        for at in sorted(bounds, key=bounds.__getitem__, reverse=True):
            if bounds[at] < worth:
                break
            now = self._worth(at)
            if now is None:
                del bounds[at]
                continue
            bounds[at] = now
            if now > worth:
                best, worth = [at], now
            elif now == worth:
                best.append(at)
        return best, worth

    def _worth(self, at: int) -> Fraction | None:
        """Utility for money of the last who pays in full, or None where the supporters cannot pay."""
        those = self.shares.supporters[at]
        balances = self.balances
        classes: dict[int, int] = {}
        for each, number in zip(map(self.class_of.__getitem__, those.ballots), those.numbers, strict=True):
            classes[each] = classes.get(each, 0) + number
        missing = self._whole(self.shares.costs[at])
        if those.points:
            return self._weighed_worth(at, missing)
        if sum(balances[each] * number for each, number in classes.items()) < missing:
            return None
        paying = sum(classes.values())
        for balance, number in sorted((balances[each], number) for each, number in classes.items()):
            if missing <= balance * paying:
                break
            missing -= balance * number
            paying -= number
        return Fraction(paying * self.unit, missing) * self._scale(at)

    def _weighed_worth(self, at: int, missing: int) -> Fraction | None:
        """The same where supporters give points: who has least for each point runs out first."""
        those = self.shares.supporters[at]
        classes: dict[tuple[int, Amount], int] = {}
        for ballot, number, points in zip(those.ballots, those.numbers, those.points, strict=True):
            key = self.class_of[ballot], points
            classes[key] = classes.get(key, 0) + number
        paying = [
            (Fraction(self.balances[each]) / points, self.balances[each], points, number)
            for (each, points), number in classes.items()
        ]
        if sum(balance * number for _, balance, _, number in paying) < missing:
            return None
        weight = sum(points * number for _, _, points, number in paying)
        rest: Amount = missing
        for each, balance, points, number in sorted(paying):
            if rest <= each * weight:
                break
            rest -= balance * number
            weight -= points * number
        return Fraction(weight * self.unit) / rest * self._scale(at)

    def _whole(self, money: Amount) -> int:
        whole = money * self.unit
        assert isinstance(whole, int) or whole.denominator == 1
        return int(whole)

    def _pay(self, at: int, price: Fraction) -> None:
        """Take from every supporter the price for its points, or all that it has."""
        those = self.shares.supporters[at]
        self._refine(price * self.unit, those.points)
        due = price * self.unit
        index = {balance: number for number, balance in enumerate(self.balances)}
        moved: dict[tuple[int, Amount], int] = {}
        for place, ballot in enumerate(those.ballots):
            points = those.points[place] if those.points else 1
            before = self.class_of[ballot], points
            after = moved.get(before)
            if after is None:
                balance = max(0, self._rest(self.balances[before[0]], due * points))
                after = index.setdefault(balance, len(self.balances))
                if after == len(self.balances):
                    self.balances.append(balance)
                moved[before] = after
            self.class_of[ballot] = after

    def _refine(self, due: Fraction, points: tuple[Amount, ...]) -> None:
        """Make the unit so small that every payment is a whole number of it."""
        finer = lcm(*((due * each).denominator for each in set(points))) if points else due.denominator
        if finer > 1:
            self.unit *= finer
            self.balances = [balance * finer for balance in self.balances]

    def _rest(self, balance: int, due: Fraction) -> int:
        rest = balance - due
        return -1 if rest < 0 else int(rest)
