"""The rules of Shangcheng, Hangzhou (杭州市上城区), as a place plugin of Linli."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from importlib import resources
from typing import Any

from linli.citations import Source
from linli.parameters import Setting
from linli.places import Level, Place
from linli.plugins import PLACE, Manifest, hook
from linli.rules import Rule
from linli_shangcheng.access_rules import RULES
from linli_shangcheng.fund_rules import FUND_PARAMETERS, FUND_RULES
from linli_shangcheng.funding_rules import FUNDING_RULES
from linli_shangcheng.sources import SHANGCHENG, SOURCES


@hook
def linli_manifest() -> Manifest:
    """Say that this is a place plugin for Shangcheng on top of the national rules."""
    return Manifest(
        "shangcheng",
        "杭州市上城区",
        PLACE,
        place=SHANGCHENG,
        requires=("national",),
        extends=("bodies", "deliberation"),
    )


@hook
def linli_sources() -> Iterable[Source]:
    """Register the account that the rules rest on."""
    return SOURCES


@hook
def linli_places() -> Iterable[Place]:
    """Register province, city, district, 14 streets and 203 communities."""
    table = resources.files("linli_shangcheng").joinpath("places.csv").read_text("utf-8")
    return [
        Place(row["code"], Level(row["level"]), row["title"], row["parent"])
        for row in csv.DictReader(table.splitlines())
    ]


@hook
def access_rules() -> Iterable[Rule]:
    """Register the rules of 社区工作准入."""
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
def funding_rules() -> Iterable[Rule]:
    """Register the rules of venture grants."""
    return FUNDING_RULES
