"""What the core procedures of venture grants register, through the same hooks that plugins use."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from linli.audits import AUDITS
from linli.funding import applications, calls, projects, vocabulary
from linli.funding.call_page import ACCOUNTS, CALL, CANDIDATES, INDEX, PANEL
from linli.funding.fair import fair
from linli.funding.giving import GIVING
from linli.funding.organization_page import APPLICATIONS, ORGANIZATION
from linli.funding.procedure import call, grant
from linli.funding.project_page import PROJECTS
from linli.funding.registers import ORGANIZATIONS
from linli.pages import FileKind, PageKind, Panel
from linli.parameters import Parameter
from linli.plugins import CORE, Manifest, hook
from linli.procedures import Procedure
from linli.registers import Register
from linli.resolutions import RESOLUTIONS, TALLIES
from linli.terms import Term

# Importing them fills the tables of calls and grants.
FILLED_BY = (calls, applications, projects)


@hook
def linli_manifest() -> Manifest:
    """The core procedures of venture grants."""
    return Manifest("funding", "公益创投", CORE)


@hook
def linli_parameters() -> Iterable[Parameter[Any]]:
    """The figures that places give values to."""
    return [value for value in vars(vocabulary).values() if isinstance(value, Parameter)]


@hook
def linli_terms() -> Iterable[Term[Any]]:
    """What rules settle about a project."""
    return vocabulary.ALL_TERMS


@hook
def linli_procedures() -> Iterable[Procedure]:
    """Calls, grants and matching fairs."""
    return [call, grant, fair]


@hook
def linli_registers() -> Iterable[Register]:
    """Organisations, what those who decide hand in, and audits."""
    return [ORGANIZATIONS, RESOLUTIONS, TALLIES, AUDITS]


@hook
def linli_pages() -> Iterable[PageKind | FileKind | Panel]:
    """The list of calls, a page for each with its accounts and grant data, a page for each project and organisation."""
    return [INDEX, CALL, CANDIDATES, PROJECTS, ORGANIZATION, APPLICATIONS, GIVING, PANEL, *ACCOUNTS]
