"""What the practice of compacts registers."""

from __future__ import annotations

from collections.abc import Iterable
from types import ModuleType
from typing import Any

from linli.checks import Check
from linli.pages import FileKind, PageKind, Panel
from linli.parameters import Parameter, Setting
from linli.plugins import PRACTICE, Manifest, hook
from linli.procedures import Procedure
from linli.registers import Register
from linli.terms import Term

# Importing them fills the table of compacts.
from linli_compacts import adopting, drafting, hookspecs, standing  # noqa: F401
from linli_compacts.counting import CHECKS
from linli_compacts.pages import PAGES
from linli_compacts.procedure import compact
from linli_compacts.registers import COMPACTS, TEXTS
from linli_compacts.requests import compact_request
from linli_compacts.vocabulary import CONSULTATION_DAYS, COVERED, SMALL_BODIES, TOPICS


@hook
def linli_manifest() -> Manifest:
    """The practice of compacts, on top of bodies: a compact is adopted by one."""
    return Manifest("compacts", "公约和章程", PRACTICE, requires=("bodies",))


@hook
def linli_hookspecs() -> Iterable[ModuleType]:
    """What places may bring."""
    return [hookspecs]


@hook
def linli_parameters() -> Iterable[Parameter[Any] | Setting[Any]]:
    """The figures that places give values to."""
    return [CONSULTATION_DAYS, SMALL_BODIES, *TOPICS.values()]


@hook
def linli_terms() -> Iterable[Term[Any]]:
    """Whether a compact covers what is asked for."""
    return [COVERED]


@hook
def linli_registers() -> Iterable[Register]:
    """The compacts, and their texts."""
    return [COMPACTS, TEXTS]


@hook
def linli_procedures() -> Iterable[Procedure]:
    """A compact, and what is asked for under one."""
    return [compact, compact_request]


@hook
def linli_checks() -> Iterable[Check]:
    """How many there are of each kind."""
    return CHECKS


@hook
def linli_pages() -> Iterable[PageKind | FileKind | Panel]:
    """A page for each compact, lists by kind and place, what compacts say of a place."""
    return PAGES
