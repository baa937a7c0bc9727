"""A survey of one community, made by hand for tests of checks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from linli.access import LANDING
from linli.matters import Done, State
from linli.places import Places
from linli.rulebook import Dates, Judgement, Outcome, Rulebook
from linli.steps import Actor
from tests.rules.cases import rulebook

SYSTEM = Actor("p-1", "system", "")


@dataclass(frozen=True)
class MadeSurvey:
    """What a check may look at, handed in."""

    place: str
    on: date
    states_by_procedure: Mapping[str, Sequence[State]] = field(default_factory=dict)
    registers: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    places: Places = field(default_factory=lambda: Places([]))

    @property
    def rulebook(self) -> Rulebook:
        return rulebook(self.place)

    def entries(self, register: str) -> Mapping[str, Mapping[str, Any]]:
        return self.registers.get(register, {})

    def states(self, procedure: str) -> Sequence[State]:
        return self.states_by_procedure.get(procedure, ())


def at_work(
    place: str, opened: date, request: dict[str, Any], *, landing: str = "committee", stage: str = "active"
) -> State:
    """The matter of one community to which an item came."""
    terms = {LANDING.id: landing} if landing else {}
    judgement = Judgement("access.open", place, Dates.on(opened), Outcome.ADMISSIBLE, (), terms)
    return State(
        matter=f"a-1.{place}",
        procedure="access",
        version=1,
        place=place,
        number=1,
        opened=opened,
        opener=SYSTEM,
        stage_id=stage,
        reached=stage,
        since=opened,
        facts={"request": request},
        forms={"request": ("AccessRequest", 1)},
        judgements={"access.open": judgement},
        due=(),
        done=(Done("open", 1, SYSTEM, opened, opened, opened),),
    )
