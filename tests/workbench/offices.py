"""An office to try the workbench in: a real service with the shipped plugins, people with posts, a browser each."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from linli.deployment import Deployment, load
from linli.registry import find_register, write_entries
from linli.service import Service
from linli.store_memory import MemoryStore
from linli.vault import LocalMasterKey, Vault
from linli.vault_store import StoreVaultRows
from linli_functions.identity import DemoIdentity, Persona
from linli_functions.workbench import workbench

ROOT = Path(__file__).parents[2]
SLUG = "dongcheng"
DISTRICT, STREET, COMMUNITY, NEIGHBOUR = "110101000000", "110101007000", "110101007001", "110101007002"
MONDAY = date(2026, 3, 2)

PEOPLE = (
    ("health", "区卫健委经办人", "department", DISTRICT, "区卫健委"),
    ("civil", "区民政局经办人", "department", DISTRICT, "区民政局"),
    ("street", "街道经办人", "street", STREET, "朝阳门街道"),
    ("reviewer", "准入审核人", "access_reviewer", DISTRICT, ""),
    ("decider", "准入决定人", "access_decider", DISTRICT, ""),
    ("committee", "居委会", "committee", COMMUNITY, ""),
    ("administrator", "系统管理员", "administrator", DISTRICT, ""),
    ("publisher", "公开审核人", "publisher", DISTRICT, ""),
    ("resident", "居民", "resident", COMMUNITY, ""),
    ("org", "社会组织经办人", "organization", DISTRICT, "邻里社工服务社"),
    ("auditor", "审计人员", "auditor", DISTRICT, ""),
)

PHONE = "13800138000"

APPLICATION = {
    "f.title": "老年人健康档案更新",
    "f.communities.rows": "3",
    "f.communities.0.community": COMMUNITY,
    "f.communities.0.need_fen": "12,000",
    "f.communities.0.offered_fen": "12000.00",
    "f.communities.1.community": NEIGHBOUR,
    "f.communities.1.need_fen": "1.2万",
    "f.communities.1.offered_fen": "12000",
    "f.item": "A12",
    "f.basis": "国家基本公共卫生服务规范",
    "f.duty": "entrusted",
    "f.nature": "service",
    "f.kinds": ["task", "meeting"],
    "f.starts": "2026-06-01",
    "f.ends": "2026-11-30",
    "f.content": "逐户更新健康档案。\n每季度一次。",
    "f.targets": "档案更新率达到 90%",
    "f.persons": "2",
    "f.days": "２０",
    "f.staff": "2",
    "f.equipment": "平板电脑两台",
    "f.training": "开始前培训一次",
    "f.payment": "按完成情况",
    "f.powers": "健康档案查询",
    "f.consent": "东政函〔2026〕3号",
    "f.data_collected": "健康状况",
    "f.data_basis": "国家基本公共卫生服务规范",
    "f.contact": f"办公室 {PHONE}",
}


class Clock:
    """A clock that stands where it is put."""

    def __init__(self, day: date) -> None:
        self.day = day

    def today(self) -> date:
        return self.day

    def now(self) -> datetime:
        return datetime(self.day.year, self.day.month, self.day.day, 4, tzinfo=UTC)


def open_deployment() -> Deployment:
    return load(ROOT / "infra/deployments" / f"{SLUG}.toml")


def open_office(deployment: Deployment, folder: Path) -> Office:
    randomness = random.Random(7).randbytes
    store, clock = MemoryStore(SLUG), Clock(MONDAY)
    vault = Vault(StoreVaultRows(store), LocalMasterKey(folder / "key", randomness), randomness)
    service = Service(deployment, store, vault, clock, randomness, b"s" * 32)
    rows = [
        {"id": subject, "person": subject, "post": post, "place": place, "unit": unit, "since": "2025-01-01"}
        for subject, _, post, place, unit in PEOPLE
    ]
    register = find_register(service.desk, "appointments")
    write_entries(service.desk, register, rows, date(2025, 1, 1), "test")
    item = {
        "code": "A12",
        "title": "老年人健康档案",
        "place": DISTRICT,
        "duty": "entrusted",
        "nature": "service",
    }
    write_entries(service.desk, find_register(service.desk, "work_items"), [item], date(2025, 1, 1), "test")
    personas = [Persona(subject, title, SLUG) for subject, title, *_ in PEOPLE]
    identity = DemoIdentity(personas, b"k" * 32, Clock(MONDAY).now, randomness, demo=True)
    app = Starlette(routes=[Mount(f"/{SLUG}/desk", workbench(service, identity))])
    return Office(service, clock, app)


class Office:
    """A service, its clock, and the workbench mounted as `linli serve` mounts it."""

    def __init__(self, service: Service, clock: Clock, app: Starlette) -> None:
        self.service = service
        self.clock = clock
        self.app = app

    def person(self, subject: str) -> Clerk:
        clerk = Clerk(self)
        answer = clerk.browser.post("/login", data={"subject": subject})
        assert answer.status_code == 303, answer.text
        return clerk

    def apply(self, subject: str = "health", **changes: Any) -> str:
        """File an application; returns its number."""
        page = self.person(subject).send("/new/access/submit", APPLICATION | changes, "take")
        found = re.search(r"<dt>编号</dt><dd class=\"id\">([^<]+)</dd>", page.text)
        assert found, page.visible()
        return found[1]

    def review(self, matter: str) -> None:
        facts = {"f.duty": "entrusted", "f.nature": "service"}
        self.person("reviewer").send(f"/matters/{matter}/do/review", facts, "take")

    def admit(self, matter: str) -> None:
        self.review(matter)
        self.person("decider").send(f"/matters/{matter}/do/admit", {"f.reason": "依据和经费齐全"}, "take")


class Page:
    """An answer, as a person reads it."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.status: int = answer.status_code
        self.text: str = answer.text

    def visible(self) -> str:
        """The words of the page without its markup."""
        body = re.sub(r"<(style|head|script)\b.*?</\1>", " ", self.text, flags=re.S)
        return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body))).strip()

    def value(self, name: str) -> str:
        """What stands in a control of that name."""
        found = re.search(rf'<input[^>]*name="{re.escape(name)}"[^>]*>', self.text)
        if found:
            said = re.search(r'value="([^"]*)"', found[0])
            return unescape(said[1]) if said else ""
        area = re.search(rf'<textarea[^>]*name="{re.escape(name)}"[^>]*>\n?(.*?)</textarea>', self.text, re.S)
        if area:
            return unescape(area[1])
        select = re.search(rf'<select[^>]*name="{re.escape(name)}"[^>]*>(.*?)</select>', self.text, re.S)
        chosen = re.search(r'<option value="([^"]*)" selected', select[1]) if select else None
        return unescape(chosen[1]) if chosen else ""

    def checked(self, name: str) -> list[str]:
        """The boxes of that name that are ticked."""
        return re.findall(rf'name="{re.escape(name)}" value="([^"]*)" checked', self.text)


class Clerk:
    """Someone at a browser of their own, without JavaScript."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.browser = TestClient(
            office.app,
            base_url=f"http://testserver/{SLUG}/desk",
            follow_redirects=False,
            raise_server_exceptions=True,
        )

    def look(self, path: str) -> Page:
        answer = self.browser.get(path)
        while answer.status_code == 303:
            answer = self.browser.get("http://testserver" + answer.headers["location"])
        return Page(answer)

    def send(self, path: str, typed: dict[str, Any], do: str, files: dict[str, Any] | None = None) -> Page:
        """Open a form, type over what stands in its hidden fields, send it, follow where it leads."""
        page = self.look(path)
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
        kept = {name: value for name, value in hidden.items() if name not in ("back", "large")}
        return self.post(path, {**kept, **typed, "do": do}, files)

    def post(self, path: str, data: dict[str, Any], files: dict[str, Any] | None = None) -> Page:
        answer = self.browser.post(path, data=data, files=files)
        while answer.status_code == 303:
            answer = self.browser.get("http://testserver" + answer.headers["location"])
        return Page(answer)


Opened = Callable[[], Office]
