"""The rules of Dongcheng, Beijing (北京市东城区), as a place plugin of Linli."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from importlib import resources
from typing import Any

from linli.checks import Check
from linli.citations import Source
from linli.parameters import Setting
from linli.places import Level, Place
from linli.plugins import PLACE, Manifest, hook
from linli.rules import Rule
from linli_dongcheng.access_rules import RULES
from linli_dongcheng.fund_rules import (
    FUND_PARAMETERS,
    FUND_RULES,
    FUND_SOURCES,
    FUNDS_DEPEND,
    ORGANIZATIONS_COUNTED,
)
from linli_dongcheng.sources import DONGCHENG, SOURCES


@hook
def linli_manifest() -> Manifest:
    """Say that this is a place plugin for Dongcheng on top of the rules of the nation and of Beijing."""
    return Manifest(
        "dongcheng",
        "北京市东城区",
        PLACE,
        place=DONGCHENG,
        requires=("national", "beijing"),
        extends=("bodies", "compacts", "deliberation"),
    )


@hook
def linli_sources() -> Iterable[Source]:
    """Register the account that the rules rest on."""
    return (*SOURCES, *FUND_SOURCES)


@hook
def linli_places() -> Iterable[Place]:
    """Register 17 streets and 169 communities; the district itself comes with Beijing."""
    table = resources.files(__name__).joinpath("places.csv").read_text("utf-8")
    return [
        Place(row["code"], Level(row["level"]), row["title"], row["parent"])
        for row in csv.DictReader(table.splitlines())
    ]


@hook
def access_rules() -> Iterable[Rule]:
    """Register the labels of items."""
    return RULES


@hook
def linli_parameters() -> Iterable[Setting[Any]]:
    """Give the figures of funds."""
    return FUND_PARAMETERS


@hook
def fund_rules() -> Iterable[Rule]:
    """Register the rules of funds."""
    return FUND_RULES


@hook
def linli_checks() -> Iterable[Check]:
    """Register the checks of where the income of funds comes from and of how many organisations there are."""
    return [FUNDS_DEPEND, ORGANIZATIONS_COUNTED]
