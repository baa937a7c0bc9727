"""What national law says of meetings, asked where the practice of deliberation is locked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from linli.citations import Source
from linli.parameters import Setting
from linli.plugins import hook
from linli.rules import Rule
from linli_national.deliberation_calls import CALL_RULES, CALL_SETTINGS
from linli_national.deliberation_votes import DELIBERATION_SOURCES, VOTE_RULES, VOTE_SETTINGS


@hook
def linli_sources() -> Iterable[Source]:
    """The texts on owners, and the rules of order that stand in where no law speaks."""
    return DELIBERATION_SOURCES


@hook
def linli_parameters() -> Iterable[Setting[Any]]:
    """Who may have a meeting called, the days of notice, and example periods."""
    return (*CALL_SETTINGS, *VOTE_SETTINGS)


@hook
def deliberation_rules() -> Iterable[Rule]:
    """Calls, quorum, majorities, and whose a matter is."""
    return (*CALL_RULES, *VOTE_RULES)
