"""The rules of Beijing (北京市), as a place plugin of Linli."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from importlib import resources
from typing import Any

from linli.citations import Source
from linli.parameters import Parameter, Setting
from linli.places import Level, Place
from linli.plugins import PLACE, Manifest, hook
from linli.rules import Rule
from linli.terms import Term
from linli_beijing import access_account, access_regulations, documents
from linli_beijing.funding_rules import FUNDING_RULES
from linli_beijing.parameters import PARAMETERS
from linli_beijing.sources import BEIJING, SOURCES


@hook
def linli_manifest() -> Manifest:
    """Say that this is a place plugin for Beijing on top of the national rules."""
    return Manifest(
        "beijing",
        "北京市",
        PLACE,
        place=BEIJING,
        requires=("national",),
        extends=("bodies", "compacts", "deliberation"),
    )


@hook
def linli_sources() -> Iterable[Source]:
    """Register Beijing's regulations, its account and the documents that the account names."""
    return SOURCES


@hook
def linli_places() -> Iterable[Place]:
    """Register the city, five districts, and the streets outside 东城 that the account tells of."""
    table = resources.files(__name__).joinpath("places.csv").read_text("utf-8")
    return [
        Place(row["code"], Level(row["level"]), row["title"], row["parent"])
        for row in csv.DictReader(table.splitlines())
    ]


@hook
def linli_parameters() -> Iterable[Parameter[Any] | Setting[Any]]:
    """Declare which streets are communities of their own, and give 西城's two periods as examples."""
    return PARAMETERS


@hook
def linli_terms() -> Iterable[Term[Any]]:
    """Declare who is heard and what a disclosure says."""
    return [documents.HEARD_BY, documents.DISCLOSURE]


@hook
def access_rules() -> Iterable[Rule]:
    """Register the rules of access."""
    return (*access_regulations.RULES, *access_account.RULES, *documents.RULES)


@hook
def funding_rules() -> Iterable[Rule]:
    """Register the rules of service projects."""
    return FUNDING_RULES
