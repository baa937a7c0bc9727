"""Places: the tree nation … district, street, community, grid cell, courtyard, building.

A place is known by its 12-digit statistical region code, below the community by the community's code with a local
suffix (``990101007001-g03``). Names repeat and places are recoded, so nothing is ever keyed on a name: a place has
dates and names its predecessors, and a recoded district keeps its matters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from enum import StrEnum

from msgspec import Struct

from linli.citations import NATION
from linli.errors import LoadFault, NotFound

CODE = re.compile(r"\d{12}(-[a-z0-9]{1,12})*\Z")


class Level(StrEnum):
    """The level of a place in the tree."""

    NATION = "nation"
    PROVINCE = "province"
    CITY = "city"
    DISTRICT = "district"
    STREET = "street"
    COMMUNITY = "community"
    NEIGHBOURHOOD = "neighbourhood"
    GRID_CELL = "grid_cell"
    COURTYARD = "courtyard"
    BUILDING = "building"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The word that residents read."""
        return _LEVEL_TITLES[self]


_LEVEL_TITLES = {
    Level.NATION: "全国",
    Level.PROVINCE: "省（直辖市）",
    Level.CITY: "市",
    Level.DISTRICT: "区",
    Level.STREET: "街道",
    Level.COMMUNITY: "社区",
    Level.NEIGHBOURHOOD: "邻里",
    Level.GRID_CELL: "网格",
    Level.COURTYARD: "院落",
    Level.BUILDING: "楼栋",
}


class Place(Struct, frozen=True):
    """One place, with the first and last day of its being and the codes that it took over from."""

    code: str
    level: Level
    title: str
    parent: str = ""
    since: date | None = None
    until: date | None = None
    predecessors: tuple[str, ...] = ()
    note: str = ""

    def exists(self, on: date) -> bool:
        """Whether the place is there on that day."""
        return (self.since is None or self.since <= on) and (self.until is None or on <= self.until)


class Places:
    """All places of a deployment, by code."""

    def __init__(self, places: Iterable[Place]) -> None:
        """Build the tree; raises `LoadFault` naming every double code and every missing parent."""
        self._by_code: dict[str, Place] = {NATION: Place(NATION, Level.NATION, "中华人民共和国")}
        faults: list[str] = []
        for place in places:
            if not CODE.match(place.code):
                faults.append(f"{place.code} 不是 12 位区划代码（可加本地后缀）")
            known = self._by_code.get(place.code)
            if known is not None and known != place:
                faults.append(f"{place.code} 重复：{known.title}、{place.title}")
            self._by_code[place.code] = place
        self._children: dict[str, list[Place]] = {}
        for place in self._by_code.values():
            if place.code == NATION:
                continue
            if place.parent not in self._by_code:
                faults.append(f"{place.code} {place.title} 的上级 {place.parent or '（空）'} 不存在")
            self._children.setdefault(place.parent, []).append(place)
        if faults:
            raise LoadFault("；".join(faults), where="places", cure="补上缺少的上级，或改正代码")
        self._paths: dict[str, tuple[str, ...]] = {}

    def __contains__(self, code: str) -> bool:
        return code in self._by_code

    def __iter__(self) -> Iterator[Place]:
        return iter(self._by_code.values())

    def __len__(self) -> int:
        return len(self._by_code)

    def __getitem__(self, code: str) -> Place:
        """The place of that code; raises `NotFound`."""
        try:
            return self._by_code[code]
        except KeyError:
            raise NotFound(
                f"没有代码为 {code} 的地方", cure="用 12 位统计用区划代码，例如 990101007001"
            ) from None

    def path(self, code: str) -> tuple[str, ...]:
        """Codes from the nation down to the place itself."""
        known = self._paths.get(code)
        if known is None:
            place = self[code]
            above = self.path(place.parent) if place.parent else ()
            known = self._paths[code] = (*above, code)
        return known

    def within(self, code: str, container: str) -> bool:
        """Whether a place lies in another or is that other; False for codes that are not known."""
        return code in self._by_code and container in self.path(code)

    def children(self, code: str) -> list[Place]:
        """The places directly below, by code."""
        return sorted(self._children.get(code, ()), key=lambda place: place.code)

    def below(self, code: str, level: Level) -> list[Place]:
        """All places of one level inside a place (itself included), by code."""
        if self[code].level is level:
            return [self[code]]
        found: list[Place] = []
        for child in self.children(code):
            found.extend([child] if child.level is level else self.below(child.code, level))
        return found

    def above(self, code: str, level: Level) -> Place | None:
        """The place of that level which contains the given one, if there is one."""
        return next((self[each] for each in self.path(code) if self[each].level is level), None)

    def title(self, code: str, *, since: str = "") -> str:
        """The full title below ``since``: 乙区丙街道丁社区."""
        path = self.path(code)
        start = path.index(since) + 1 if since in path else 0
        named = [self[each] for each in path[start:] if each != NATION]
        return "".join(place.title for place in named if place.title != "市辖区")
