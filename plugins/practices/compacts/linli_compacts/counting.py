"""How many compacts of each kind are in force at a place: an indicator of the place itself, compared with no other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import msgspec

from linli.checks import Check, Remark, Survey
from linli.places import Level
from linli_compacts.kinds import Kind, Nature
from linli_compacts.registers import COMPACTS, CompactEntry


def counted(entries: Iterable[Mapping[str, Any]], on: date) -> dict[Kind, int]:
    """How many of each kind are in force on a day, in the order of the kinds; trials and agreements are no compacts."""
    held = [msgspec.convert(values, CompactEntry, str_keys=True) for values in entries]
    found = Counter(each.kind for each in held if each.nature is Nature.COMPACT and each.holds(on))
    return {kind: found[kind] for kind in Kind if found[kind]}


def said(counts: Mapping[Kind, int]) -> str:
    """The counts as a sentence has them: 社区居民公约 116 份、…."""
    return "、".join(f"{kind.title} {count} 份" for kind, count in counts.items())


def _look(survey: Survey) -> Iterable[Remark]:
    entries = [
        values
        for values in survey.entries(COMPACTS.id).values()
        if survey.places.within(str(values.get("place", "")), survey.place)
    ]
    counts = counted(entries, survey.on)
    if counts:
        figures = tuple((kind.title, count) for kind, count in counts.items())
        yield Remark(f"这里施行中的公约：{said(counts)}。", figures=figures)


CHECKS = tuple(
    Check(f"compacts.count.{level.value}", "公约的份数", level, (), _look)
    for level in (Level.DISTRICT, Level.STREET)
)
