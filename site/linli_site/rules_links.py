"""Where the rulebook's pages lie, for the pages that link to them."""

from __future__ import annotations

import re

from linli_site.derived import slug_of

_PLAIN = re.compile(r"[A-Za-z0-9_][\w.-]*")


def rule_address(id: str) -> str:
    """Return the address of a rule's page."""
    return f"rules/rule/{_name(id)}.html"


def source_address(id: str) -> str:
    """Return the address of the page of a text."""
    return f"sources/{_name(id)}.html"


def rulebook_address(place: str) -> str:
    """Return the address of a rulebook."""
    return f"rules/{place}/index.html"


def _name(id: str) -> str:
    return id if _PLAIN.fullmatch(id) and ".." not in id else slug_of(id)
