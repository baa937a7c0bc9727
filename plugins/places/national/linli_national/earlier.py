"""A rule as it stood under an earlier text of the same law."""

from __future__ import annotations

from msgspec import structs

from linli.citations import Citation
from linli.rules import Rule


def under(rule: Rule, cites: Citation, suffix: str) -> Rule:
    """The same rule resting on an earlier article: in force as long as that text was, with its own id.

    One rule that cited both texts would cite an article that no longer holds; two rules let a judgement of an old
    case name the article of its day.
    """
    return structs.replace(
        rule,
        slug=f"{rule.slug}-{suffix}",
        cites=(cites,),
        since=cites.source.since,
        until=cites.source.until,
    )
