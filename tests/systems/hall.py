"""A community that deliberates: its bodies and numbers in the registers, its people, and ways to act by the API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from tests.systems.town import Denied, Told, Town

RESIDENTS = 12
REPRESENTATIVES = 6
ELSEWHERE = "elsewhere"


class Hall:
    """One community of a shipped deployment on a day that the test sets.

    People are ``committee``, ``convener``, ``party``, ``supervision``, ``street office``, ``resident1`` …, ``rep1`` …,
    and ``elsewhere``, a resident of another community.
    """

    def __init__(self, slug: str, home: str, day: date, folder: Path, other: str = "", **more: Any) -> None:
        self.home, self.street = home, home[:9] + "000"
        posts = {
            "committee": ("committee", home),
            "convener": ("convener", home),
            "party": ("party_org", home),
            "supervision": ("affairs_supervision", home),
            "street office": ("street", self.street),
            **{f"resident{n}": ("resident", home) for n in range(1, RESIDENTS + 1)},
            **{f"rep{n}": ("representative", home) for n in range(1, REPRESENTATIVES + 1)},
        }
        if other:
            posts[ELSEWHERE] = ("resident", other)
        people: Mapping[str, Sequence[tuple[str, str]]] = {name: [post] for name, post in posts.items()}
        self.town = Town(slug, day, folder, people={**people, **more.pop("people", {})}, **more)
        self.known = ("residents_assembly", "representative_assembly", "residents_committee")
        self.bodies(*self.known)

    def body(self, kind: str, place: str = "") -> str:
        """The key of a body."""
        return f"{place or self.home}:{kind}"

    def bodies(self, *kinds: str, place: str = "", **more: Any) -> None:
        """Enter bodies of some kinds at the community, or at another place."""
        at = place or self.home
        rows = [
            {"code": f"{at}:{kind}", "title": f"{kind_title(kind)}", "kind": kind, "place": at, **more}
            for kind in kinds
        ]
        self.town.imports("bodies", [{"since": "1990-01-01", **row} for row in rows])

    def roll(self, since: date | None = None, **numbers: int) -> None:
        """Enter the numbers of the community."""
        row = {"place": self.home, **numbers}
        self.town.imports("constituencies", [row], *([since] if since else []))

    def on(self, year: int, month: int, day: int) -> Hall:
        """Let another day come."""
        self.town.clock.day = date(year, month, day)
        return self

    def take(
        self, who: str, procedure: str, action: str, facts: dict[str, Any] | None = None, **more: Any
    ) -> Told:
        """Act; ``matter`` names the matter, without it one is begun at the community."""
        if "matter" not in more:
            more.setdefault("place", self.home)
        return self.town.take(who, action, facts, procedure=procedure, **more)

    def call(self, kind: str, held_on: str, *, who: str = "committee", matter: str = "", **more: Any) -> Told:
        """Call a meeting of a body of the community."""
        facts: dict[str, Any] = {
            "body": self.body(kind),
            "convener": self.body("residents_committee"),
            "basis": "members",
            "base": 95,
            "held_on": held_on,
            "agenda": [{"title": "楼门灯更新"}],
            **more,
        }
        if matter:
            return self.take(who, "meeting", "call_again", facts, matter=matter)
        return self.take(who, "meeting", "call", facts)

    def meeting(self, action: str, matter: str, who: str = "committee", **facts: Any) -> Told:
        """Act in a meeting."""
        return self.take(who, "meeting", action, facts, matter=matter)

    def page(self, address: str) -> str:
        """The text of a page, built today."""
        self.town.publish()
        return self.town.page(address)

    def meeting_page(self, matter: str) -> str:
        """The text of a meeting's page."""
        return self.page(f"meetings/{matter}.html")

    def entry(self, register: str, key: str) -> dict[str, Any]:
        """The values of an entry of a register, as the public reads them."""
        found: dict[str, Any] = self.town.get(f"registers/{register}/{key}")["values"]
        return found


def kind_title(kind: str) -> str:
    """What a body of a kind is called."""
    from linli_bodies.kinds import TITLES

    return TITLES[kind]


__all__ = ["ELSEWHERE", "Denied", "Hall"]
