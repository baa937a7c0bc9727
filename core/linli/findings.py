"""What a rule answers.

A rule returns one `Finding`, made by one of the six functions below. The rulebook adds to it which rule it was,
what it rests on and which values it read (`rulebook.Heard`).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct


class Verdict(StrEnum):
    """What one rule says of one case."""

    SATISFIED = "satisfied"
    REQUIRE = "require"
    REVIEW = "review"
    REFUSE = "refuse"
    NOT_APPLICABLE = "not_applicable"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The word in the box that residents read."""
        return _TITLES[self]


_TITLES = {
    Verdict.SATISFIED: "符合",
    Verdict.REQUIRE: "需要补充",
    Verdict.REVIEW: "待人工审核",
    Verdict.REFUSE: "不符合",
    Verdict.NOT_APPLICABLE: "不适用",
}

# Precedence among findings: refuse, require, review.
SEVERITY = {
    Verdict.NOT_APPLICABLE: 0,
    Verdict.SATISFIED: 1,
    Verdict.REVIEW: 2,
    Verdict.REQUIRE: 3,
    Verdict.REFUSE: 4,
}


class Finding(Struct, frozen=True):
    """The answer of a rule: a verdict, a reason a resident understands, what would cure it, terms it sets.

    ``terms`` holds pairs of a term's id and its value, in the order set.
    """

    verdict: Verdict
    reason: str = ""
    cure: str = ""
    terms: tuple[tuple[str, Any], ...] = ()


_SATISFIED = Finding(Verdict.SATISFIED)
_NOT_APPLICABLE = Finding(Verdict.NOT_APPLICABLE)


def satisfied(reason: str = "") -> Finding:
    """The case meets the rule. For an exemption: the exemption holds."""
    return Finding(Verdict.SATISFIED, reason) if reason else _SATISFIED


def not_applicable(reason: str = "") -> Finding:
    """The rule has nothing to say of this case."""
    return Finding(Verdict.NOT_APPLICABLE, reason) if reason else _NOT_APPLICABLE


def refuse(reason: str, cure: str = "") -> Finding:
    """The case breaks the rule and cannot be admitted as it stands; ``cure`` says what would change that."""
    return Finding(Verdict.REFUSE, reason, cure)


def require(reason: str, cure: str) -> Finding:
    """Something is missing; the case goes back for completion."""
    return Finding(Verdict.REQUIRE, reason, cure)


def review(reason: str, cure: str = "") -> Finding:
    """A person has to look at this."""
    return Finding(Verdict.REVIEW, reason, cure)


def set_terms(terms: Mapping[Any, Any], reason: str = "") -> Finding:
    """The case is met and the rule sets terms of it: ``{TERM: value}`` with `linli.terms.Term` keys."""
    return Finding(
        Verdict.SATISFIED, reason, "", tuple((term.id, term.check(v)) for term, v in terms.items())
    )


def set_term(term: Any, value: Any, reason: str = "") -> Finding:
    """The case is met and the rule sets one term of it."""
    return set_terms({term: value}, reason)
