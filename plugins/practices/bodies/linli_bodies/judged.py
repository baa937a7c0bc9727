"""Reading a judgement where the person who acts is the one who decides."""

from __future__ import annotations

from linli.rulebook import Judgement, Outcome


def stopped(judgement: Judgement) -> bool:
    """Whether a rule refuses, or something has to be completed first."""
    return judgement.refused or judgement.incomplete


def to_be_looked_at(judgement: Judgement) -> bool:
    """Whether a rule wants a person to look, or two rules disagree.

    Where no rule had anything to say, nobody else is asked: committees, party organisations, owners and streets fill
    the seats of their bodies themselves, and who does so is on record.
    """
    return judgement.verdict is Outcome.REVIEW and bool(judgement.adverse() or judgement.disputed)
