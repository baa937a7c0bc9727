"""What the practice of deliberation registers."""

from __future__ import annotations

from collections.abc import Iterable
from types import ModuleType
from typing import Any

from linli.pages import FileKind, PageKind, Panel
from linli.parameters import Parameter
from linli.plugins import PRACTICE, Manifest, hook
from linli.procedures import Procedure
from linli.registers import Register
from linli.terms import Term
from linli_deliberation import attending, convening, hookspecs, registers, vocabulary, voting
from linli_deliberation.calendar import CALENDAR
from linli_deliberation.consultation import consultation
from linli_deliberation.hearing import hearing
from linli_deliberation.manual import manual
from linli_deliberation.meeting import meeting
from linli_deliberation.open_space import open_space
from linli_deliberation.pages import KINDS, PANEL
from linli_deliberation.proposal import proposal
from linli_deliberation.task import task

# Importing them fills the table of meetings.
FILLED_BY = (convening, attending, voting)


@hook
def linli_manifest() -> Manifest:
    """The practice of deliberation, which rests on that of bodies."""
    return Manifest("deliberation", "议事和提案", PRACTICE, requires=("bodies",))


@hook
def linli_hookspecs() -> Iterable[ModuleType]:
    """The hook for rules of deliberation."""
    return [hookspecs]


@hook
def linli_parameters() -> Iterable[Parameter[Any]]:
    """The figures that places give values to."""
    return vocabulary.ALL_PARAMETERS


@hook
def linli_terms() -> Iterable[Term[Any]]:
    """What rules settle about meetings, proposals and consultations."""
    return vocabulary.ALL_TERMS


@hook
def linli_procedures() -> Iterable[Procedure]:
    """Meetings, proposals, consultation in five steps, tasks, manuals, hearings, open space."""
    return [meeting, proposal, consultation, task, manual, hearing, open_space]


@hook
def linli_registers() -> Iterable[Register]:
    """Rejections, manuals in force, hearings."""
    return [registers.REJECTIONS, registers.MANUALS, registers.HEARINGS]


@hook
def linli_pages() -> Iterable[PageKind | FileKind | Panel]:
    """Pages of meetings, proposals and consultations, what they say of a place, and its calendar."""
    return [*KINDS, CALENDAR, PANEL]
