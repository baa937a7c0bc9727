"""What stays due while a matter goes on, and the stage at which it goes on."""

from __future__ import annotations

from linli.matters import Matter
from linli.procedures import Stage
from linli.steps import DueBy


def with_due(matter: Matter, *new: DueBy, without: str = "") -> tuple[DueBy, ...]:
    """What a matter has due, with some more and without one kind."""
    assert matter.state is not None, "an open matter has a state"
    gone = {without, *(each.what for each in new)}
    return (*(each for each in matter.state.due if each.what not in gone), *new)


def stage_of(matter: Matter) -> Stage:
    """The stage that a matter has reached, suspended or not."""
    assert matter.state is not None, "an open matter has a state"
    return matter.procedure.stages[matter.state.reached]
