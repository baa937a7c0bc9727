"""Where a project is named beside its own page: under its call and under its organisation, with a few values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

from linli.funding.vocabulary import AWARD_FEN, FINAL_SCORE, GRADE, PLACE_AMONG, WHY_NOT
from linli.matters import State
from linli.procedures import Mention

_PLAIN = re.compile(r"\w[\w-]*")


def plain(number: str) -> str:
    """A number of a call or of an organisation as part of keys and addresses: as it is, or what stands for it."""
    return number if _PLAIN.fullmatch(number) else f"x{blake2b(number.encode(), digest_size=8).hexdigest()}"


def grant_mentions(state: State) -> Sequence[Mention]:
    """What the pages of the call and of the organisation tell of a project; scores once it was decided."""
    request = state.facts.get("request", {})
    values: dict[str, Any] = {
        "code": str(request.get("code", "")),
        "call": str(request.get("call", "")),
        "theme": str(request.get("theme", "")),
        "asked_fen": sum(int(each.get("grant_fen", 0)) for each in request.get("budget", ())),
        "number": int(state.facts.get("numbering", {}).get("number", 0)),
    }
    decided = state.judgements.get("grant.award")
    if decided is not None:
        values |= {
            "score": str(decided.terms.get(FINAL_SCORE.id, "")),
            "place": decided.terms.get(PLACE_AMONG.id, 0),
            "award_fen": decided.terms.get(AWARD_FEN.id, 0),
            "why": str(decided.terms.get(WHY_NOT.id, "")),
        }
    evaluated = state.judgements.get("grant.evaluate")
    if evaluated is not None:
        values["grade"] = str(evaluated.terms.get(GRADE.id, ""))
    under = (("call", values["call"]), ("organization", values["code"]))
    return [Mention(f"{kind}/{plain(name)}", values) for kind, name in under if name]
