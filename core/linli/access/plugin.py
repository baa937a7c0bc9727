"""What the core procedure of access registers, through the same hooks that plugins use."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from linli.access import applications, placements, vocabulary
from linli.access.notes import burden, refusal
from linli.access.pages import INDEX, LISTS, PANELS
from linli.access.procedure import access
from linli.access.registers import APPOINTEE_REGISTER, APPOINTMENT_REGISTER, STATIONS, WORK_ITEMS
from linli.pages import PageKind, Panel
from linli.parameters import Parameter, Setting
from linli.plugins import CORE, Manifest, hook
from linli.procedures import Procedure
from linli.registers import Register
from linli.standing import OBJECTION_WORKING_DAYS
from linli.terms import Term


@hook
def linli_manifest() -> Manifest:
    """The core procedure of access."""
    return Manifest("access", "社区工作准入", CORE)


@hook
def linli_parameters() -> Iterable[Parameter[Any] | Setting[Any]]:
    """The parameters that places give values to."""
    declared = [value for value in vars(vocabulary).values() if isinstance(value, Parameter)]
    return [*declared, OBJECTION_WORKING_DAYS]


@hook
def linli_terms() -> Iterable[Term[Any]]:
    """The terms that rules of access set."""
    return [vocabulary.LANDING, vocabulary.MANAGER, vocabulary.GUIDE, vocabulary.OPENS]


# Importing them fills the table of access.
FILLED_BY = (applications, placements)


@hook
def linli_procedures() -> Iterable[Procedure]:
    """Access, refusal and the note of burden."""
    return [access, refusal, burden]


@hook
def linli_registers() -> Iterable[Register]:
    """Lists of work, stations, appointments and those who hold them."""
    return [WORK_ITEMS, STATIONS, APPOINTMENT_REGISTER, APPOINTEE_REGISTER]


@hook
def linli_pages() -> Iterable[PageKind | Panel]:
    """Lists of applications, and what access says of a place."""
    return [INDEX, LISTS, *PANELS]
