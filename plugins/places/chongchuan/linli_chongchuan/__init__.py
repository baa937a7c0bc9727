"""The rules of Chongchuan, Nantong (南通市崇川区), as a place plugin of Linli."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from importlib import resources

from linli.checks import Check
from linli.citations import Source
from linli.places import Level, Place
from linli.plugins import PLACE, Manifest, hook
from linli.rules import Rule
from linli_chongchuan.access_rules import RULES
from linli_chongchuan.burdens import BURDEN_METER
from linli_chongchuan.funding_rules import FUNDING_RULES
from linli_chongchuan.sources import CHONGCHUAN, SOURCES


@hook
def linli_manifest() -> Manifest:
    """Say that this is a place plugin for Chongchuan on top of the national rules."""
    return Manifest(
        "chongchuan",
        "南通市崇川区",
        PLACE,
        place=CHONGCHUAN,
        requires=("national",),
        extends=("bodies", "deliberation"),
    )


@hook
def linli_sources() -> Iterable[Source]:
    """Register the account that the rules rest on."""
    return SOURCES


@hook
def linli_places() -> Iterable[Place]:
    """Register province, city, district, 19 streets and 182 communities."""
    table = resources.files(__name__).joinpath("places.csv").read_text("utf-8")
    return [
        Place(row["code"], Level(row["level"]), row["title"], row["parent"])
        for row in csv.DictReader(table.splitlines())
    ]


@hook
def access_rules() -> Iterable[Rule]:
    """Register the rules of 社区工作准入."""
    return RULES


@hook
def linli_checks() -> Iterable[Check]:
    """Register the yearly meter of burdens."""
    return [BURDEN_METER]


@hook
def funding_rules() -> Iterable[Rule]:
    """Register the rules of micro-projects."""
    return FUNDING_RULES
