"""All hooks of Linli, in one place.

Plugins are asked once, when a deployment is loaded: hooks register what a plugin brings, and no hook runs inside a
decision. Every hook returns an iterable of one documented type (`linli_manifest` returns one value). Write a hook as a
module function marked with ``linli.plugins.hook``::

    from linli.plugins import hook


    @hook
    def linli_parameters():
        return [NOTICE_WORKING_DAYS.at("990102000000", 30, since=date(2018, 7, 1), cites=YIQU_2018)]
"""

from __future__ import annotations

from collections.abc import Iterable
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pluggy

from linli.checks import Check
from linli.citations import Source
from linli.pages import FileKind, PageKind, Panel
from linli.parameters import Parameter, Setting
from linli.places import Place
from linli.procedures import Procedure
from linli.registers import Register
from linli.rules import Rule
from linli.terms import Term

if TYPE_CHECKING:  # linli.plugins reads this module, so it may not need it to be loaded
    from linli.plugins import Manifest

hookspec = pluggy.HookspecMarker("linli")


@hookspec(firstresult=True)
def linli_manifest() -> Manifest | None:
    """Say what the plugin is: its id, title, kind, the place its rules hold at, what it requires.

    Example::

        @hook
        def linli_manifest():
            return Manifest("yiqu", "甲省乙区", PLACE, place="990102000000", requires=("national",))
    """


@hookspec
def linli_sources() -> Iterable[Source]:
    """Register the texts that the plugin's rules and parameters cite.

    Example::

        @hook
        def linli_sources():
            return [
                Source("yiqu-access-2018", "乙区社区工作准入办法", Rank.NORMATIVE_DOCUMENT, date(2018, 7, 1))
            ]
    """


@hookspec
def linli_places() -> Iterable[Place]:
    """Register places: the streets and communities of the plugin's area, historic ones with their dates.

    Example::

        @hook
        def linli_places():
            return [Place("990102007000", Level.STREET, "丙街道", parent="990102000000")]
    """


@hookspec
def linli_parameters() -> Iterable[Parameter[Any] | Setting[Any]]:
    """Declare parameters, and give parameters values at places.

    Example::

        @hook
        def linli_parameters():
            return [PLATES, PLATES.at("990104000000", 3, since=date(2008, 12, 5), example=True)]
    """


@hookspec
def linli_terms() -> Iterable[Term[Any]]:
    """Declare terms that rules of the plugin set.

    Example::

        @hook
        def linli_terms():
            return [Term("access.guide", "业务指导", str, Combine.EXACTLY_ONE)]
    """


@hookspec
def access_rules() -> Iterable[Rule]:
    """Register rules of the core procedure 社区工作准入: moments ``access.…``, ``refusal.…`` and ``burden.…``.

    Example::

        @hook
        def access_rules():
            return [entrusting_department_pays]
    """


@hookspec
def funding_rules() -> Iterable[Rule]:
    """Register rules of the core procedures of venture grants: moments ``call.…`` and ``grant.…``.

    Example::

        @hook
        def funding_rules():
            return [registered_for_a_year]
    """


@hookspec
def fund_rules() -> Iterable[Rule]:
    """Register rules of the core procedures 社区基金: moments of funds, contributions, payments and pledges.

    Example::

        @hook
        def fund_rules():
            return [restricted_money_keeps_its_purpose]
    """


@hookspec
def linli_rules() -> Iterable[Rule]:
    """Register rules of procedures of a practice that brings no hook of its own for them.

    Example::

        @hook
        def linli_rules():
            return [quorum_of_the_assembly]
    """


@hookspec
def linli_procedures() -> Iterable[Procedure]:
    """Register procedures. They get forms, API, command line, schema, dry run and pages without more code.

    Example::

        @hook
        def linli_procedures():
            return [booking]
    """


@hookspec
def linli_registers() -> Iterable[Register]:
    """Register registers: typed records with dates and history, imported from spreadsheets.

    Example::

        @hook
        def linli_registers():
            return [Register("stations", "社区公共服务站", Station, key="code")]
    """


@hookspec
def linli_checks() -> Iterable[Check]:
    """Register checks and indicators over registers and matters as a whole; never a ranking of communities.

    Example::

        @hook
        def linli_checks():
            return [administrative_share]
    """


@hookspec
def linli_pages() -> Iterable[PageKind | FileKind | Panel]:
    """Register kinds of pages and of files of the portal, and panels of its pages of places.

    Example::

        @hook
        def linli_pages():
            return [PageKind("access.list", "准入事项", plan, context, "access/list.html", "linli.access")]
    """


@hookspec
def linli_hookspecs() -> Iterable[ModuleType]:
    """Specify hooks of a practice's own: modules of functions marked with `hookspec`, named ``<plugin id>_…``.

    Other plugins answer them as they answer the hooks of this file. A hook that returns an iterable of `Rule` brings
    rules; what others return is read by actions through ``scene.brought("<hook>")``.

    Example::

        @hook
        def linli_hookspecs():
            return [linli_river.hookspecs]
    """
