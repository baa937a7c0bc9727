"""A street's worth of people and one service for a district, with the shipped plugins and configuration."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from linli import registry
from linli.appointments import Person
from linli.deployment import Deployment, load
from linli.desk import Call, Receipt
from linli.service import Service
from linli.store import Store
from linli.store_memory import MemoryStore
from linli.vault import LocalMasterKey, Vault
from linli.vault_store import StoreVaultRows

INFRA = Path(__file__).resolve().parents[2] / "infra"


class SetClock:
    """A clock that stands where the test puts it."""

    def __init__(self, day: date) -> None:
        self.day = day

    def today(self) -> date:
        return self.day

    def now(self) -> datetime:
        return datetime.combine(self.day, time(4), UTC)


@cache
def deployment(slug: str) -> Deployment:
    """A shipped deployment, loaded once."""
    return load(INFRA / "deployments" / f"{slug}.toml")


class Office:
    """A service with people appointed, and short ways to act as one of them."""

    def __init__(
        self, slug: str, day: date, folder: Path, store: Store | None = None, loaded: Deployment | None = None
    ) -> None:
        self.deployment = loaded or deployment(slug)
        self.clock = SetClock(day)
        self.store = store or MemoryStore(slug)
        randomness = random.Random(slug).randbytes
        vault = Vault(StoreVaultRows(self.store), LocalMasterKey(folder / slug, randomness), randomness)
        self.service = Service(self.deployment, self.store, vault, self.clock, randomness, b"s" * 32)
        self.top = self.deployment.place
        self.home = self.near = ""
        self._count = 0

    def appoint(self, person: str, post: str, place: str = "", **more: Any) -> Person:
        """Give someone a post, at the top place unless another is named."""
        self._count += 1
        row = {"id": f"a{self._count}", "person": person, "post": post, "place": place or self.top}
        row |= {"since": "2000-01-01", **more}
        register = registry.find_register(self.service.desk, "appointments")
        registry.write_entries(self.service.desk, register, [row], date(2000, 1, 1), "test")
        return self.service.person(person)

    def take(
        self, who: str, procedure: str, action: str, facts: dict[str, Any] | None = None, **more: Any
    ) -> Receipt:
        """Take an action as someone."""
        call = Call(procedure=procedure, action=action, facts=facts or {}, **more)
        return self.service.take(call, self.service.person(who))

    def enter(self, register: str, *rows: dict[str, Any]) -> None:
        """Write entries of a register, in force since long ago."""
        found = registry.find_register(self.service.desk, register)
        registry.write_entries(self.service.desk, found, rows, date(2000, 1, 1), "test")

    def stage(self, matter: str, on: date | None = None) -> str:
        """The stage of a matter on a day."""
        found = self.service.matter(matter, on).stage
        assert found is not None
        return found.id


def staffed(office: Office) -> Office:
    """The usual people: a department, a reviewer, a decider, a street, and the committee of one community."""
    office.appoint("clerk", "department", unit="区卫健委")
    office.appoint("other-clerk", "department", unit="区教委")
    office.appoint("reviewer", "access_reviewer")
    office.appoint("decider", "access_decider")
    office.appoint("administrator", "administrator")
    return office


@pytest.fixture
def open_office(tmp_path: Path) -> Iterator[Callable[..., Office]]:
    """Open an office for a deployment on a day."""

    def opened(slug: str, day: date, store: Store | None = None) -> Office:
        return staffed(Office(slug, day, tmp_path, store))

    yield opened


CHONGCHUAN = ("320613001001", "320613001002")


def request(*communities: str, **more: Any) -> dict[str, Any]:
    """A complete application for the given communities; ``need`` and ``offer`` in fen each."""
    need, offer = more.pop("need", 1_200_000), more.pop("offer", 1_200_000)
    shares = [{"community": code, "need_fen": need, "offered_fen": offer} for code in communities]
    facts: dict[str, Any] = {
        "title": "老年人健康档案更新",
        "communities": shares,
        "basis": "国家基本公共卫生服务规范",
        "duty": "entrusted",
        "nature": "service",
        "kinds": ["task"],
        "starts": "2026-06-01",
        "ends": "2027-05-31",
        "content": "入户更新六十五岁以上老人的健康档案",
        "targets": "更新率百分之九十",
        "persons": 2,
        "days": 20,
        "staff": 2,
        "equipment": "平板电脑两台",
        "training": "开始前培训一次",
        "payment": "按完成情况",
        "powers": "健康档案查询",
        "consent": "区政府同意，2026年第3号",
    }
    return {**facts, **more}
