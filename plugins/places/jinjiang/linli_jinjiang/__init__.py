"""The rules of Jinjiang, Chengdu (成都市锦江区), as a place plugin of Linli."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from linli.checks import Check
from linli.citations import Source
from linli.parameters import Parameter, Setting
from linli.places import Place
from linli.plugins import PLACE, Manifest, hook
from linli.rules import Rule
from linli_jinjiang.access_rules import RULES
from linli_jinjiang.administrative_share import ADMINISTRATIVE_SHARE
from linli_jinjiang.fund_rules import FUND_PARAMETERS, FUND_RULES
from linli_jinjiang.funding_rules import FUNDING_RULES
from linli_jinjiang.parameters import PARAMETERS
from linli_jinjiang.places import places
from linli_jinjiang.sources import JINJIANG, SOURCES


@hook
def linli_manifest() -> Manifest:
    """Say that this is a place plugin for Jinjiang on top of the national rules."""
    return Manifest(
        "jinjiang",
        "成都市锦江区",
        PLACE,
        place=JINJIANG,
        requires=("national",),
        extends=("bodies", "deliberation"),
    )


@hook
def linli_sources() -> Iterable[Source]:
    """Register the account that the rules rest on."""
    return SOURCES


@hook
def linli_places() -> Iterable[Place]:
    """Register province, city, district, streets and communities, with the street of the first station."""
    return places()


@hook
def linli_parameters() -> Iterable[Parameter[Any] | Setting[Any]]:
    """Give the limit of plates and the limit of administrative work examples, and funds the figures of the account."""
    return (*PARAMETERS, *FUND_PARAMETERS)


@hook
def access_rules() -> Iterable[Rule]:
    """Register the rules of 社区工作准入."""
    return RULES


@hook
def linli_checks() -> Iterable[Check]:
    """Register the check of the share of administrative work."""
    return [ADMINISTRATIVE_SHARE]


@hook
def fund_rules() -> Iterable[Rule]:
    """Register the rules of funds."""
    return FUND_RULES


@hook
def funding_rules() -> Iterable[Rule]:
    """Register the rule of paid services."""
    return FUNDING_RULES
