"""机构和职责: the units of a street and what went into them, and the table of who answers for which function."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Annotated, Any

import msgspec
from msgspec import Struct

from linli.access.posts import STREET
from linli.forms import choice, day, line
from linli.places import Level
from linli.posts import ADMINISTRATOR
from linli.registers import Register
from linli.rules import Asked, EntryFact


class OfficeSort(StrEnum):
    """What sort of unit it is."""

    DEPARTMENT = "department"
    TEAM = "team"
    CENTRE = "centre"
    OFFICE = "office"
    INSTITUTION = "institution"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The label that residents read."""
        return {
            "department": "部",
            "team": "队",
            "centre": "中心",
            "office": "科室",
            "institution": "事业单位",
        }[self.value]


class Office(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A unit of a street office; ``into`` is the unit that took over what it did, ``sources`` who sends staff to it."""

    code: Annotated[str, line("编号", max_length=60)]
    title: Annotated[str, line("名称", max_length=60)]
    place: Annotated[str, line("所在地方", hint="区划代码", max_length=40)]
    sort: Annotated[OfficeSort, choice("类别")]
    into: Annotated[str, line("并入哪个机构", hint="机构编号", max_length=60)] = ""
    sources: Annotated[str, line("人员来自", hint="用顿号分开", max_length=120)] = ""
    until: Annotated[date | None, day("最后一天")] = None


class Responsibility(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A function and the one unit that answers for it, at one of the levels of district, street and community."""

    code: Annotated[str, line("编号", max_length=60)]
    title: Annotated[str, line("职责", max_length=80)]
    place: Annotated[str, line("适用地方", hint="区划代码", max_length=40)]
    level: Annotated[Level, choice("层级")]
    owner: Annotated[str, line("责任主体", max_length=60)]


_BY_HAND = (STREET, ADMINISTRATOR)
OFFICES = Register("offices", "机构名册", Office, key="code", place="place", written_by=_BY_HAND)
RESPONSIBILITIES = Register(
    "responsibilities", "职责表", Responsibility, key="code", place="place", written_by=(ADMINISTRATOR,)
)


def _office(entries: Any) -> Office | None:
    held = next((each.values for each in entries if each.values), None)
    return None if held is None else msgspec.convert(held, Office, str_keys=True)


THE_OFFICE: Asked[Office | None] = Asked(
    "demand.the_office",
    "要找的部门",
    OFFICES.id,
    lambda facts: (facts.office,) if facts.office else (),
    _office,
    public=True,
)


def asked_owners(id: str, title: str, codes: Sequence[str]) -> Asked[tuple[str, ...]]:
    """Who answers for each of some functions, in their order; empty where nobody does."""

    def value(entries: Sequence[EntryFact]) -> tuple[str, ...]:
        return tuple(str(each.values.get("owner", "")) for each in entries)

    return Asked(id, title, RESPONSIBILITIES.id, lambda facts: codes, value, public=True)
