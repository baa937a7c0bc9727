"""What a committee carries: the work that lies on it at one place, and how much of it is administrative.

Counted are the items on the list of work that are a committee's, and what was admitted, landed at the committee and may
be worked on that day. What landed at a station does not count. Nothing is compared with another community.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from linli.access.procedure import ACTIVE
from linli.access.request import Duty, Landing, Nature
from linli.access.vocabulary import LANDING
from linli.checks import Survey


def is_administrative(item: Mapping[str, Any]) -> bool:
    """Whether an item or application (as JSON values) is administrative work and no self-government."""
    return item.get("nature") == Nature.ADMINISTRATIVE and item.get("duty") != Duty.SELF_GOVERNMENT


def carried(survey: Survey) -> tuple[int, int]:
    """How many items lie on the committee of a place, and how many of them are administrative."""
    listed = [
        item
        for item in survey.entries("work_items").values()
        if item.get("duty") in (Duty.SELF_GOVERNMENT, Duty.ASSIST) and not item.get("owner")
    ]
    admitted = []
    for state in survey.states("access"):
        opened = state.judgements.get("access.open")
        if opened is None or state.stage_id != ACTIVE.id:
            continue
        request = state.facts.get("request", {})
        landing = opened.term(LANDING) or request.get("wanted") or Landing.COMMITTEE
        if landing == Landing.COMMITTEE:
            admitted.append(request)
    items = [*listed, *admitted]
    return len(items), sum(is_administrative(item) for item in items)
