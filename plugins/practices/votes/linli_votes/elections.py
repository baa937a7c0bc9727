"""What is counted: projects with a cost, a budget, and ballots without voters.

Amounts and points are whole numbers where they can be and `Fraction` where a file has decimals; a float never
comes near a count. Equal ballots are kept once with their number, which is also what makes counting fast.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from fractions import Fraction

from msgspec import Struct

Amount = int | Fraction
"""An exact number: money in the election's currency, or points."""

WITHDRAWN_COST = 999_999_999
"""The cost by which Pabulib's files mark a project that was withdrawn after the vote."""


class Kind(StrEnum):
    """How a ballot is filled in, by the names that Pabulib uses."""

    APPROVAL = "approval"
    CHOOSE_ONE = "choose-1"
    ORDINAL = "ordinal"
    CUMULATIVE = "cumulative"
    SCORING = "scoring"

    @property
    def has_points(self) -> bool:
        """Whether a ballot of this kind weighs its choices by points or by rank."""
        return self not in (Kind.APPROVAL, Kind.CHOOSE_ONE)


class Project(Struct, frozen=True):
    """One project that can be chosen.

    ``votes``, ``score`` and ``selected`` are what the file says of it, where it says anything; a count never
    reads ``selected``. ``details`` holds the remaining columns as text.
    """

    id: str
    cost: Amount
    name: str = ""
    votes: int | None = None
    score: Amount | None = None
    selected: int | None = None
    details: Mapping[str, str] = {}

    @property
    def was_withdrawn(self) -> bool:
        """Whether the cost is the sign that the project was withdrawn."""
        return self.cost == WITHDRAWN_COST


class Ballot(Struct, frozen=True, gc=False):
    """The choices of a ballot as positions in `Election.projects`, best first where it ranks, and their points."""

    choices: tuple[int, ...]
    points: tuple[Amount, ...] = ()


class Election(Struct, frozen=True):
    """An election as it was read: ``ballots`` are different ballots, each with how many voters cast it.

    ``rule`` is the method the file declares. ``remarks`` are oddities that do not stop a count.
    """

    kind: Kind
    rule: str
    budget: Amount
    projects: tuple[Project, ...]
    ballots: tuple[tuple[Ballot, int], ...]
    meta: Mapping[str, str] = {}
    remarks: tuple[str, ...] = ()

    @property
    def voters(self) -> int:
        """The number of ballots cast, empty ones included."""
        return sum(number for _, number in self.ballots)

    def weighed(self) -> Iterator[tuple[Ballot, int]]:
        """Each different ballot with what it gives to each of its choices, and its number.

        A choice of an approval ballot gives one point. A ranked ballot without points of its own gives its
        last choice one point and each better one more, as Pabulib counts them.
        """
        for ballot, number in self.ballots:
            if ballot.points:
                yield ballot, number
            elif self.kind is Kind.ORDINAL:
                length = len(ballot.choices)
                yield Ballot(ballot.choices, tuple(range(length, 0, -1))), number
            else:
                yield Ballot(ballot.choices, (1,) * len(ballot.choices)), number


def exact(value: Amount) -> Amount:
    """The same number, whole where it is whole."""
    return value.numerator if isinstance(value, Fraction) and value.denominator == 1 else value
