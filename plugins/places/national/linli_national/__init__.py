"""The rules of national law (全国), as a place plugin of Linli."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from linli.citations import NATION, Source
from linli.parameters import Setting
from linli.places import Level, Place
from linli.plugins import PLACE, Manifest, hook
from linli.rules import Rule
from linli.terms import Term
from linli_national import access_money, access_substance, access_time, disclosure, refusal
from linli_national.fund_rules import FUND_RULES, FUND_SETTINGS, FUND_SOURCES
from linli_national.funding_call import FUNDING_CALL_RULES, FUNDING_SETTINGS
from linli_national.funding_rules import FUNDING_RULES, FUNDING_SOURCES
from linli_national.keeping import KEEPING_SETTINGS, KEEPING_SOURCES
from linli_national.parameters import SETTINGS
from linli_national.sources import SOURCES


@hook
def linli_manifest() -> Manifest:
    """Say what the plugin is."""
    return Manifest("national", "全国", PLACE, place=NATION, extends=("bodies", "compacts", "deliberation"))


@hook
def linli_sources() -> Iterable[Source]:
    """Register the national texts."""
    return (*SOURCES, *FUND_SOURCES, *FUNDING_SOURCES, *KEEPING_SOURCES)


@hook
def linli_places() -> Iterable[Place]:
    """Register the nation, under which everything else lies."""
    return [Place(NATION, Level.NATION, "中华人民共和国")]


@hook
def linli_parameters() -> Iterable[Setting[Any]]:
    """Give the figures of access and of funds a national value or example."""
    return (*SETTINGS, *FUND_SETTINGS, *FUNDING_SETTINGS, *KEEPING_SETTINGS)


@hook
def linli_terms() -> Iterable[Term[Any]]:
    """Declare how long help given to government is posted."""
    return [disclosure.DISCLOSED_DAYS]


@hook
def access_rules() -> Iterable[Rule]:
    """Register the rules of access."""
    return (
        *access_money.RULES,
        *access_substance.RULES,
        *access_time.RULES,
        *disclosure.RULES,
        *refusal.RULES,
    )


@hook
def fund_rules() -> Iterable[Rule]:
    """Register the rules of funds."""
    return FUND_RULES


@hook
def funding_rules() -> Iterable[Rule]:
    """Register what a call binds to, who may apply, and what may be bought."""
    return (*FUNDING_CALL_RULES, *FUNDING_RULES)
