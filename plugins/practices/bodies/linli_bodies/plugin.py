"""What the practice of bodies registers."""

from __future__ import annotations

from collections.abc import Iterable
from types import ModuleType
from typing import Any

from linli.checks import Check
from linli.pages import PageKind, Panel
from linli.parameters import Parameter
from linli.plugins import PRACTICE, Manifest, hook
from linli.procedures import Procedure
from linli.registers import Register
from linli.terms import Term
from linli_bodies import (
    ballots,
    bodies,
    checks,
    demands,
    duties,
    elections,
    figures,
    framing,
    groups,
    hookspecs,
    messages,
    offices,
    pages,
    recall,
    registers,
    registration,
    seats,
    talents,
)

# Importing them fills the tables of seats and elections.
FILLED_BY = (recall, ballots)


@hook
def linli_manifest() -> Manifest:
    """The practice of bodies."""
    return Manifest("bodies", "组织和席位", PRACTICE)


@hook
def linli_hookspecs() -> Iterable[ModuleType]:
    """The hooks that places answer: kinds of bodies, frames, rules."""
    return [hookspecs]


@hook
def linli_parameters() -> Iterable[Parameter[Any]]:
    """The figures that places give values to."""
    return [*_of(figures, Parameter), *_of(checks, Parameter)]


@hook
def linli_terms() -> Iterable[Term[Any]]:
    """What rules settle: lists of names and their days, votes that elect, who deals with a demand."""
    return [*_of(figures, Term), *_of(demands, Term)]


@hook
def linli_procedures() -> Iterable[Procedure]:
    """Bodies, seats, elections and what goes up and down between residents and their bodies."""
    return [
        bodies.body,
        seats.seat,
        framing.frame,
        groups.grouping,
        elections.election,
        registration.registration,
        demands.demand,
        messages.message,
        duties.duty,
        talents.talent,
    ]


@hook
def linli_registers() -> Iterable[Register]:
    """Bodies with seats and terms, the numbers behind a quorum, frames, elections, offices and responsibilities."""
    return [*_of(registers, Register), *_of(offices, Register)]


@hook
def linli_pages() -> Iterable[PageKind | Panel]:
    """The page of a body, and the bodies of a place on its page."""
    return [pages.BODY, pages.PLACE]


@hook
def linli_checks() -> Iterable[Check]:
    """What is missing at a place."""
    return checks.CHECKS


def _of(module: ModuleType, kind: type) -> list[Any]:
    return [value for value in vars(module).values() if isinstance(value, kind)]
