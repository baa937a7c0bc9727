"""A small town to try the record on: one district, one street, two communities, and rules made for the test."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

from linli.access import AT_DECISION, LISTED_ITEM, MINIMUM_COUNT, AccessRequest
from linli.checks import Check, Remark, Survey
from linli.citations import Rank, Source
from linli.deployment import Deployment, load
from linli.desk import Call, Desk, Receipt
from linli.findings import Finding, refuse, satisfied
from linli.parameters import Bound, Parameter, Setting
from linli.places import Level, Place
from linli.plugins import PLACE, Manifest, hook
from linli.registry import find_register, write_entries
from linli.rules import Given, Rule, rule
from linli.service import Service
from linli.store import Store
from linli.store_memory import MemoryStore
from linli.vault import LocalMasterKey, Vault
from linli.vault_store import StoreVaultRows

PROVINCE, DISTRICT, STREET = "990000000000", "990100000000", "990101000000"
NORTH, SOUTH = "990101001000", "990101002000"
PLACES = (
    Place(PROVINCE, Level.PROVINCE, "甲省", parent="000000000000"),
    Place(DISTRICT, Level.DISTRICT, "乙区", parent=PROVINCE),
    Place(STREET, Level.STREET, "丙街道", parent=DISTRICT),
    Place(NORTH, Level.COMMUNITY, "北社区", parent=STREET),
    Place(SOUTH, Level.COMMUNITY, "南社区", parent=STREET),
)
LAW = Source("town-law", "社区法", Rank.LAW, date(2000, 1, 1))
PRICE = Parameter("access.town_price_fen", "每人每天", int, Bound.FLOOR, "分")
START = date(2026, 3, 2)

DEPLOYMENT = f"""
slug = "town"
title = "乙区公开"
owner = "乙区人民政府"
place = "{DISTRICT}"
store = "town.sqlite"
jurisdictions = ["district.toml"]
notices = NOTICES
[plugins]
town = ""
"""
JURISDICTION = f'place = "{DISTRICT}"\ntitle = "乙区"\nplugins = ["town"]\n'


def paid(least: int = 0) -> Rule:
    """A rule that reads a parameter: what is offered pays for the days."""

    def is_paid(request: AccessRequest, given: Given) -> Finding:
        need = request.person_days * given[PRICE] + least
        if request.offered_fen < need:
            return refuse("安排的经费不够", cure=f"补足到 {need} 分")
        return satisfied(f"安排了 {request.offered_fen} 分")

    made = rule(*AT_DECISION, title="谁委托谁付费", cites=LAW.article(1), uses=(PRICE,))
    return made(is_paid)


def known() -> Rule:
    """A rule that asks a register: what is on the list bears its name."""

    def is_known(request: AccessRequest, given: Given) -> Finding:
        item = given[LISTED_ITEM]
        return satisfied(f"清单：{item.title}" if item else "不在清单上")

    return rule("access.submit", title="是否在清单上", cites=LAW.article(2), uses=(LISTED_ITEM,))(is_known)


def unrefused() -> Rule:
    """A committee may refuse everything."""

    def may_refuse(facts: Any, given: Given) -> Finding:
        return satisfied("没有准入")

    return rule("refusal.record", title="可以拒绝", cites=LAW.article(3))(may_refuse)


def look(survey: Survey) -> Iterable[Remark]:
    """How many pieces of work there are."""
    states = survey.states("access")
    stations = survey.entries("stations")
    yield Remark("本区的工作", figures=(("matters", len(states)), ("stations", len(stations))))


CHECK = Check("town.work", "工作有多少", Level.DISTRICT, (LAW.article(4),), look)


def plugin(rules: Sequence[Rule], price: int = 100, checks: Sequence[Check] = (CHECK,)) -> ModuleType:
    """The plugin of the town."""
    module = ModuleType("town")
    settings = [
        PRICE.at(DISTRICT, price, since=date(2000, 1, 1), cites=LAW.article(1)),
        MINIMUM_COUNT.at(DISTRICT, 3, since=date(2000, 1, 1), example=True),
    ]

    @hook
    def linli_manifest() -> Manifest:
        return Manifest("town", "乙区", PLACE, place=DISTRICT)

    @hook
    def linli_sources() -> Iterable[Source]:
        return [LAW]

    @hook
    def linli_places() -> Iterable[Place]:
        return PLACES

    @hook
    def linli_parameters() -> Iterable[Parameter[Any] | Setting[Any]]:
        return [PRICE, *settings]

    @hook
    def access_rules() -> Iterable[Rule]:
        return rules

    @hook
    def linli_checks() -> Iterable[Check]:
        return checks

    for each in (linli_manifest, linli_sources, linli_places, linli_parameters, access_rules, linli_checks):
        setattr(module, each.__name__, each)
    return module


def deployed(folder: Path, *rules: Rule, price: int = 100, notice: str = "") -> Deployment:
    """The town's deployment, with its own rules or those given, and the TOML of a notice on holidays, if any."""
    for name in ("deployments", "jurisdictions", "notices"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "jurisdictions" / "district.toml").write_text(JURISDICTION)
    path = folder / "deployments" / "town.toml"
    path.write_text(DEPLOYMENT.replace("NOTICES", '["next.toml"]' if notice else "[]"))
    (folder / "notices" / "next.toml").write_text(notice)
    return load(path, modules=[plugin(rules or (paid(), known(), unrefused()), price)])


class Day:
    """A clock that stands until it is set."""

    def __init__(self, day: date = START) -> None:
        self.day = day

    def today(self) -> date:
        return self.day

    def now(self) -> datetime:
        return datetime(self.day.year, self.day.month, self.day.day, 4, tzinfo=UTC)


APPOINTED = [
    {"id": "1", "person": "asks", "post": "department", "place": DISTRICT, "unit": "区卫健委"},
    {"id": "2", "person": "reviews", "post": "access_reviewer", "place": DISTRICT},
    {"id": "3", "person": "decides", "post": "access_decider", "place": DISTRICT},
    {"id": "4", "person": "north", "post": "committee", "place": NORTH},
    {"id": "5", "person": "south", "post": "committee", "place": SOUTH},
    {"id": "6", "person": "publishes", "post": "publisher", "place": DISTRICT},
    {"id": "7", "person": "street", "post": "street", "place": STREET},
]
REQUEST: dict[str, Any] = {
    "title": "健康档案更新",
    "communities": [
        {"community": NORTH, "need_fen": 50_000, "offered_fen": 50_000},
        {"community": SOUTH, "need_fen": 50_000, "offered_fen": 50_000},
    ],
    "duty": "entrusted",
    "nature": "service",
    "kinds": ["task", "ledger"],
    "starts": "2026-03-01",
    "ends": "2026-12-31",
    "content": "更新档案，联系张三",
    "persons": 2,
    "days": 20,
    "contact": "张三 13800138000",
}


class Town:
    """The town at work: a service, its clock and the people who act in it."""

    def __init__(
        self, folder: Path, store: Store | None = None, deployment: Deployment | None = None, seed: int = 7
    ) -> None:
        self.deployment = deployment or deployed(folder)
        self.store = store or MemoryStore("town")
        self.clock = Day()
        rand = Random(seed).randbytes
        vault = Vault(StoreVaultRows(self.store), LocalMasterKey(folder / "master.key", rand), rand)
        self.service = Service(self.deployment, self.store, vault, self.clock, rand, b"s" * 32)
        appointed = [{**each, "since": "2025-01-01"} for each in APPOINTED]
        write_entries(
            self.desk, find_register(self.desk, "appointments"), appointed, date(2025, 1, 1), "seed"
        )

    @property
    def desk(self) -> Desk:
        return self.service.desk

    def under(self, deployment: Deployment) -> Desk:
        """A desk over the same store with another deployment."""
        old = self.desk
        return Desk(deployment, old.store, old.vault, old.clock, old.randomness, b"s" * 32)

    def take(self, who: str, action: str, facts: dict[str, Any] | None = None, **more: Any) -> Receipt:
        call = Call(procedure=more.pop("procedure", "access"), action=action, facts=facts or {}, **more)
        return self.service.take(call, self.service.person(who))

    def submit(self, **facts: Any) -> str:
        return self.take("asks", "submit", {**REQUEST, **facts}, place=DISTRICT).matter

    def admit(self, **facts: Any) -> str:
        """An application that is admitted; its children lie in both communities."""
        matter = self.submit(**facts)
        self.take("reviews", "review", {"duty": "entrusted", "nature": "service"}, matter=matter)
        self.take("decides", "admit", {"reason": "符合条件"}, matter=matter)
        return matter

    def refuse(self, community: str = NORTH) -> str:
        facts = {"title": "填表", "asked_by": "区统计局", "asked_on": "2026-03-01", "kinds": ["report"]}
        who = "north" if community == NORTH else "south"
        return self.take(who, "record", facts, procedure="refusal", place=community).matter

    def note(self, *kinds: str, community: str = NORTH) -> str:
        who = "north" if community == NORTH else "south"
        facts = {"title": "补台账", "kinds": list(kinds) or ["ledger"]}
        return self.take(who, "note", facts, procedure="burden", place=community).matter
