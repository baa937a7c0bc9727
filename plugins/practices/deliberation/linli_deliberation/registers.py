"""What deliberation keeps for rules and other practices to ask: rejections, manuals in force, hearings held."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from msgspec import Struct

from linli.forms import day, line, number, yes_no
from linli.registers import Register

KEY_LENGTH = 140


class Rejection(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """That a body rejected something by its title, and the last day on which that holds."""

    id: Annotated[str, line("编号", max_length=KEY_LENGTH)]
    place: Annotated[str, line("地方", hint="区划代码", max_length=40)]
    item: Annotated[str, line("被否决的事项", max_length=80)]
    resolution: Annotated[str, line("决议编号", max_length=120)]
    until: Annotated[date, day("效力到")]


class ManualEntry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The manual of a place that is in force: its version, the day from which it holds, its matter."""

    place: Annotated[str, line("地方", hint="区划代码", max_length=40)]
    title: Annotated[str, line("名称", max_length=60)]
    version: Annotated[int, number("第几版", least=1, most=999)]
    since: Annotated[date, day("施行日期")]
    matter: Annotated[str, line("编号", max_length=80)]


class HearingEntry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A hearing with its report: how many opinions were heard, and whether it was said what became of them."""

    id: Annotated[str, line("编号", max_length=80)]
    place: Annotated[str, line("地方", hint="区划代码", max_length=40)]
    topic: Annotated[str, line("听证事项", max_length=80)]
    opinions: Annotated[int, number("意见", most=10_000)]
    answered: Annotated[bool, yes_no("已经说明采纳情况")] = False


REJECTIONS = Register("rejections", "被否决的事项", Rejection, key="id", place="place")
MANUALS = Register("manuals", "协商手册", ManualEntry, key="place", place="place")
HEARINGS = Register("hearings", "听证会", HearingEntry, key="id", place="place")


def rejection_key(place: str, item: str) -> str:
    """The key under which a rejection is found again: white space makes no difference, and no key holds a slash."""
    return f"{place}:{''.join(item.split()).replace('/', '／')}"
