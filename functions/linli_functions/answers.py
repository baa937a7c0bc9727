"""What every answer is made of: a value as JSON, and a judgement as JSON has it."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import msgspec

from linli_functions.replies import Reply

if TYPE_CHECKING:
    from linli.rulebook import Heard, Judgement

JSON = "application/json"
PRIVATE = "no-store"
PUBLIC_FOR_MINUTES = "public, max-age=300"


def answer(value: Any, status: int = 200, *, cache: str = PRIVATE, location: str = "") -> Reply:
    """A value as a JSON response; shares are ``"1/10"``, days ISO dates."""
    headers = {"cache-control": cache, **({"location": location} if location else {})}
    if cache != PRIVATE:  # what the public may keep is not what someone who signs in would get
        headers["vary"] = "Authorization, Cookie"
    return Reply(msgspec.json.encode(value, enc_hook=_plain), status, headers, JSON)


def judgement_view(judgement: Judgement) -> dict[str, Any]:
    """A judgement as JSON has it: verdict, findings with articles and values, terms by id."""
    return {
        "moment": judgement.moment,
        "verdict": judgement.verdict.value,
        "happened": judgement.dates.happened,
        "decided": judgement.dates.decided,
        "findings": [_heard(heard) for heard in judgement.findings],
        "terms": judgement.terms,
        "disputed": judgement.disputed,
    }


def _heard(heard: Heard) -> dict[str, Any]:
    told: dict[str, Any] = {
        "rule": heard.rule,
        "verdict": heard.verdict.value,
        "reason": heard.reason,
        "cure": heard.cure,
        "cites": [
            {"source": c.source, "article": c.article, "rank": c.rank, "since": c.since} for c in heard.cites
        ],
        "values": [{"name": v.name, "value": v.value, "since": v.since} for v in heard.values],
    }
    if heard.struck_by:  # it is shown and does not count; who reads it has to know
        told["struck_by"] = heard.struck_by
    return told


def _plain(value: Any) -> Any:
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")
