"""A district's office to try the functions on: one deployment with people in their posts, and clients that ask."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from starlette.routing import Mount
from starlette.testclient import TestClient

from linli import registry
from linli.deployment import Deployment, load
from linli.service import Service
from linli.store import Store
from linli.store_memory import MemoryStore
from linli.vault import LocalMasterKey, Vault
from linli.vault_store import StoreVaultRows
from linli_functions.api import Limits, api, framed
from linli_functions.identity import DemoIdentity, Persona

INFRA = Path(__file__).parents[2] / "infra"
TODAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
TOP = "110101000000"
STREET = "110101007000"
COMMUNITY = "110101007001"
OTHER_STREET = "110101006000"

# id, subject, post, place, unit, since, until, deputy for
POSTS: tuple[tuple[str, ...], ...] = (
    ("1", "clerk", "department", TOP, "区卫健委", "2025-01-01", "", ""),
    ("2", "reviewer", "access_reviewer", TOP, "", "2025-01-01", "", ""),
    ("3", "decider", "access_decider", TOP, "", "2025-01-01", "", ""),
    ("4", "administrator", "administrator", TOP, "", "2025-01-01", "", ""),
    ("5", "committee", "committee", COMMUNITY, "", "2025-01-01", "", ""),
    ("6", "other-unit", "department", TOP, "区民政局", "2025-01-01", "", ""),
    ("7", "other-place", "access_reviewer", OTHER_STREET, "", "2025-01-01", "", ""),
    ("8", "leaver", "access_reviewer", TOP, "", "2025-01-01", "2026-03-01", ""),
    ("9", "deputy", "access_reviewer", TOP, "", "2026-03-01", "2026-03-31", "reviewer"),
    ("10", "street-administrator", "administrator", STREET, "", "2025-01-01", "", ""),
    ("11", "resident", "resident", COMMUNITY, "", "2025-01-01", "", ""),
)
SUBJECTS = (*dict.fromkeys(row[1] for row in POSTS), "nobody-special")

APPLICATION: dict[str, Any] = {
    "title": "老年人健康档案更新",
    "communities": [{"community": COMMUNITY, "need_fen": 1_200_000, "offered_fen": 1_200_000}],
    "basis": "基本公共卫生服务规范",
    "duty": "entrusted",
    "nature": "service",
    "kinds": ["task", "ledger"],
    "starts": "2026-06-01",
    "ends": "2027-05-31",
    "content": "更新档案，上门两次",
    "targets": "档案更新率 90%",
    "persons": 2,
    "days": 20,
    "staff": 2,
    "equipment": "平板两台",
    "training": "一次",
    "payment": "按完成情况",
    "powers": "健康档案查询",
    "consent": "东政函〔2026〕3号",
    "contact": "张三 13800138000",
    "data_collected": "健康信息",
    "data_basis": "基本公共卫生服务规范",
}


class StandingClock:
    """A clock that stands still until it is set."""

    def __init__(self, day: date = TODAY) -> None:
        self.day = day

    def today(self) -> date:
        return self.day

    def now(self) -> datetime:
        return datetime(self.day.year, self.day.month, self.day.day, 1, tzinfo=UTC)


@cache
def deployment(slug: str = "dongcheng") -> Deployment:
    """A deployment as it is shipped; loading reads files only, so that one will do for all tests."""
    return load(INFRA / "deployments" / f"{slug}.toml")


def randomness(seed: int) -> Callable[[int], bytes]:
    return random.Random(seed).randbytes


class Office:
    """A service with people in their posts, and its API."""

    def __init__(
        self,
        folder: Path,
        *,
        slug: str = "dongcheng",
        store: Store | None = None,
        limits: Limits | None = None,
        seed: int = 7,
        posts: tuple[tuple[str, ...], ...] = POSTS,
    ) -> None:
        self.clock = StandingClock()
        rand = randomness(seed)
        held = store if store is not None else MemoryStore(slug)
        vault = Vault(StoreVaultRows(held), LocalMasterKey(folder / f"{slug}.key", rand), rand)
        self.service = Service(deployment(slug), held, vault, self.clock, rand, b"%d" % seed * 32)
        self.seconds = 0.0
        people = [Persona(subject, f"演示：{subject}", slug) for subject in SUBJECTS]
        self.identity = DemoIdentity(people, b"k" * 32, lambda: NOW, rand, demo=True)
        generous = Limits(
            judge_per_minute=10**6, judge_burst=10**6, receipts_per_minute=600, receipts_burst=100
        )
        self.slug = slug
        self.base = f"/{slug}/api/v1"
        api_app = api(self.service, self.identity, limits or generous, lambda: self.seconds)
        self.app = framed([Mount(self.base, api_app)])
        self._keys = 0
        names = ("id", "person", "post", "place", "unit", "since", "until", "deputy_for")
        rows = [{n: v for n, v in zip(names, row, strict=True) if v} for row in posts]
        register = registry.find_register(self.service.desk, "appointments")
        registry.write_entries(self.service.desk, register, rows, date(2025, 1, 1), "system")

    def client(self, subject: str = "") -> TestClient:
        """A client of a program that acts as someone, or of the public."""
        headers = {"authorization": f"Bearer {self.identity.token(subject, self.slug)}"} if subject else {}
        return TestClient(
            self.app, base_url=f"http://office{self.base}/", headers=headers, raise_server_exceptions=False
        )

    def key(self) -> dict[str, str]:
        """A header with a new idempotency key."""
        self._keys += 1
        return {"idempotency-key": f"key-{self._keys}"}

    def begin(self, subject: str, body: Mapping[str, Any], **more: Any) -> Any:
        """Begin a matter."""
        return self.client(subject).post("matters", json=body, headers=self.key(), **more)

    def act(self, subject: str, matter: str, action: str, facts: Mapping[str, Any] | None = None) -> Any:
        """Act in a matter."""
        return self.client(subject).post(
            f"matters/{matter}/actions/{action}", json={"facts": facts or {}}, headers=self.key()
        )

    def applied(self, **changes: Any) -> str:
        """The id of a new application."""
        answer = self.begin("clerk", application(**changes))
        assert answer.status_code == 201, answer.text
        return str(answer.json()["matter"])


def application(**changes: Any) -> dict[str, Any]:
    """The body that begins an application."""
    return {"procedure": "access", "action": "submit", "place": TOP, "facts": {**APPLICATION, **changes}}
