"""Words and sentences that the procedures of bodies share; they read public facts only."""

from __future__ import annotations

from datetime import date
from typing import Any

from linli.calendar import chinese_date
from linli.matters import State


def day_of(value: Any) -> str:
    """A day as a sentence has it: 2026年3月2日."""
    return chinese_date(date.fromisoformat(value) if isinstance(value, str) else value).split("（")[0]


def reasons(state: State) -> str:
    """The heaviest reason against, and its cure where there is one."""
    for judgement in reversed(list(state.judgements.values())):
        for heard in judgement.adverse():
            cure = f"（{heard.cure.rstrip('。')}）" if heard.cure else ""
            return heard.reason.rstrip("。") + cure
    return "见下方理由"
