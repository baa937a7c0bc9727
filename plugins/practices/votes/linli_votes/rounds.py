"""What a count leaves behind: one entry for each project that was looked at, with the reason."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from linli_votes.elections import Amount


class Verdict(StrEnum):
    """What became of a project."""

    CHOSEN = "chosen"
    RESERVE = "reserve"
    TOO_EXPENSIVE = "too_expensive"
    BELOW_THRESHOLD = "below_threshold"
    EXCLUDED = "excluded"
    STOPPED = "stopped"
    WITHDRAWN = "withdrawn"
    NOT_SUPPORTED = "not_supported"


class Round(Struct, frozen=True, omit_defaults=True):
    """One project and what became of it.

    ``left`` is what remains of the budget afterwards (of the part that the project draws on, where the
    budget is divided); ``price`` the most that one supporter pays, for equal shares. ``tied`` names the
    projects that stood equal and went behind by the rule for ties.
    """

    project: str
    verdict: Verdict
    reason: str
    cost: Amount
    votes: int
    score: Amount
    left: Amount = 0
    price: Amount | None = None
    tied: tuple[str, ...] = ()


class Outcome(Struct, frozen=True):
    """The result of a method: the rounds, the parameters it used, and remarks on how it came about."""

    rounds: tuple[Round, ...]
    parameters: dict[str, str] = {}
    remarks: tuple[str, ...] = ()

    @property
    def selected(self) -> tuple[str, ...]:
        """The ids of the chosen projects, in the order in which they were chosen."""
        return tuple(round.project for round in self.rounds if round.verdict is Verdict.CHOSEN)

    @property
    def reserve(self) -> tuple[str, ...]:
        """The ids of projects that the rule would pay from outside the budget."""
        return tuple(round.project for round in self.rounds if round.verdict is Verdict.RESERVE)
