"""A district at work, with its shipped plugins and configuration, in memory on a day that the test sets."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from random import Random
from typing import Any

from linli.access.registers import STATIONS, WORK_ITEMS
from linli.appointments import Appointment, Person
from linli.deployment import Deployment, load
from linli.desk import Call, Receipt
from linli.registry import write_entries
from linli.service import Service
from linli.store_memory import MemoryStore
from linli.vault import LocalMasterKey, MemoryVaultRows, Vault

ROOT = Path(__file__).parents[2]
UNIT = "某局"
_LOADED: dict[str, Deployment] = {}


class SetClock:
    """A clock that stands still until it is set."""

    def __init__(self, day: date) -> None:
        self.day = day

    def today(self) -> date:
        return self.day

    def now(self) -> datetime:
        return datetime.combine(self.day, time(1), UTC)


class District:
    """The people of one district, each with one post, and what they do."""

    def __init__(self, slug: str, day: date, keys: Path) -> None:
        if slug not in _LOADED:
            _LOADED[slug] = load(ROOT / "infra" / "deployments" / f"{slug}.toml")
        random = Random(slug)
        self.deployment = _LOADED[slug]
        self.clock = SetClock(day)
        vault = Vault(
            MemoryVaultRows(), LocalMasterKey(keys / "master.key", random.randbytes), random.randbytes
        )
        self.service = Service(
            self.deployment, MemoryStore(slug), vault, self.clock, random.randbytes, b"s" * 32
        )

    def lists(self, *rows: dict[str, Any], since: date = date(2000, 1, 1)) -> None:
        """Enter items on the list of work."""
        write_entries(self.service.desk, WORK_ITEMS, rows, since, "test")

    def stations(self, *rows: dict[str, Any], since: date = date(2000, 1, 1)) -> None:
        """Enter stations, serving from a day on."""
        write_entries(self.service.desk, STATIONS, rows, since, "test")

    def person(self, post: str, place: str = "") -> Person:
        """Whoever holds a post, at the district unless a place is named."""
        place = place or self.deployment.place
        held = Appointment(
            id=post, person=f"{post}@{place}", post=post, place=place, since=date(1990, 1, 1), unit=UNIT
        )
        return Person(held.person, post, (held,))

    def apply(self, **facts: Any) -> Receipt:
        """A department submits an application."""
        place = self.deployment.place
        call = Call(procedure="access", action="submit", facts=facts, place=place)
        return self.service.take(call, self.person("department"))

    def act(self, action: str, matter: str, post: str, place: str = "", **facts: Any) -> Receipt:
        """Someone with a post acts in a matter of access."""
        call = Call(procedure="access", action=action, facts=facts, matter=matter)
        return self.service.take(call, self.person(post, place))

    def admit(self, matter: str, duty: str, nature: str, **verified: Any) -> Receipt:
        """The reviewer verifies and those who decide admit."""
        self.act("review", matter, "access_reviewer", duty=duty, nature=nature, **verified)
        return self.act("admit", matter, "access_decider", reason="同意")

    def refuse(self, community: str, **facts: Any) -> Receipt:
        """A committee refuses what a department asked of it."""
        call = Call(procedure="refusal", action="record", facts=facts, place=community)
        return self.service.take(call, self.person("committee", community))

    def admission(self, child: str) -> Mapping[str, Any]:
        """What the register of admissions says of the work in one community."""
        facts, _, _ = self.service.desk.figures({"access.admissions": (child,)}, {}, self.clock.today())
        return facts.entries[("access.admissions", child)].values
