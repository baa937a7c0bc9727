"""A town as residents and clerks meet it: a shipped deployment, its JSON API, its clock and its built pages.

Nothing is defined here that a deployment does not bring: rules, figures and places come from the plugins and from
infra, the lists of work and the stations from the tables beside the plugins. Everyone acts through the API with a
token of their own. Only the first administrator is appointed from outside, as whoever sets a deployment up does it.
"""

from __future__ import annotations

import csv
import io
import itertools
import random
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from linli.clockwork import tick
from linli.deployment import Deployment, load
from linli.places import Level
from linli.record import StoreRecord
from linli.registry import find_register, write_entries
from linli.service import Service
from linli.store import Store
from linli.store_memory import MemoryStore
from linli.vault import LocalMasterKey, Vault
from linli.vault_store import StoreVaultRows
from linli_functions.api import VERSION, Limits, api
from linli_functions.identity import DemoIdentity, Persona
from linli_functions.tables import row_of, table_fields
from linli_site.bucket import Memory
from linli_site.portal import Portal, frame_of

INFRA = Path(__file__).parents[2] / "infra"
LONG_AGO = date(1990, 1, 1)
NOBODYS_HURRY = Limits(10**6, 10**6, 10**6, 10**6)
_OFFICE = {
    "clerk": "department",
    "reviewer": "access_reviewer",
    "decider": "access_decider",
    "administrator": "administrator",
}
_LOCAL = {Level.STREET: ("street",), Level.COMMUNITY: ("committee", "station", "resident")}


@cache
def deployment(slug: str) -> Deployment:
    """A deployment as it is shipped; loading reads files only, so one will do for all tests."""
    return load(INFRA / "deployments" / f"{slug}.toml")


class SetClock:
    """A clock that stands where the test puts it."""

    def __init__(self, day: date) -> None:
        self.day = day

    def today(self) -> date:
        return self.day

    def now(self) -> datetime:
        return datetime.combine(self.day, time(1), UTC)


class Denied(Exception):
    """The API did not do what it was asked: the status, and what the problem says with every fault."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.problem = problem
        faults = [f"{each['where']} {each['message']}" for each in problem.get("faults", ())]
        super().__init__(
            "；".join([f"{status} {problem.get('where', '')} {problem.get('detail', '')}", *faults])
        )


class Told:
    """What the API answered to an act."""

    def __init__(self, answer: Mapping[str, Any]) -> None:
        self.matter: str = answer["matter"]
        self.stage: str = answer["stage"]
        self.children: list[str] = answer["children"]
        self.judgement: Mapping[str, Any] = answer["judgement"] or {}

    @property
    def terms(self) -> Mapping[str, Any]:
        """What rules set, by term."""
        return self.judgement.get("terms", {})

    @property
    def adverse(self) -> str:
        """The reasons against, with their cures."""
        against = [
            f for f in self.judgement.get("findings", ()) if f["verdict"] in ("refuse", "require", "review")
        ]
        return "；".join(f"{f['reason']}（{f['cure']}）" for f in against if not f.get("struck_by"))

    def finding(self, rule: str) -> Mapping[str, Any]:
        """The finding of the one rule whose id ends so."""
        (found,) = [f for f in self.judgement["findings"] if f["rule"].endswith(rule)]
        return found


class Town:
    """One deployment on a day that the test sets, with clerk ``clerk`` of a department and everyone else by post.

    People are called by post and place: ``reviewer``, ``decider``, ``administrator``, ``clerk``, and
    ``committee@<code>``, ``station@<code>``, ``resident@<code>``, ``street@<code>``.
    """

    def __init__(
        self,
        slug: str,
        day: date,
        folder: Path,
        *,
        unit: str = "某局",
        people: Mapping[str, Sequence[tuple[str, str]]] | None = None,
        store: Store | None = None,
    ) -> None:
        """Open it. ``unit`` is the clerk's; ``people`` are more of them, by name, with posts and places."""
        self.slug = slug
        self.deployment = deployment(slug)
        self.place = self.deployment.place
        self.clock = SetClock(day)
        self.store: Store = MemoryStore(slug) if store is None else store
        randomness = random.Random(slug).randbytes
        vault = Vault(
            StoreVaultRows(self.store), LocalMasterKey(folder / f"{slug}.key", randomness), randomness
        )
        self.service = Service(self.deployment, self.store, vault, self.clock, randomness, b"s" * 32)
        self._unit = unit
        self._posts = {name: [(post, self.place)] for name, post in _OFFICE.items()}
        for level, posts in _LOCAL.items():
            for place in self.deployment.places.below(self.place, level):
                self._posts |= {f"{post}@{place.code}": [(post, place.code)] for post in posts}
        self._posts |= {name: list(posts) for name, posts in (people or {}).items()}
        personas = [Persona(name, name, slug) for name in self._posts]
        now = datetime(2026, 1, 1, tzinfo=UTC)
        self._identity = DemoIdentity(personas, b"k" * 32, lambda: now, randomness, demo=True)
        mounted = Mount(f"/{slug}{VERSION}", api(self.service, self._identity, NOBODYS_HURRY))
        self._client = TestClient(Starlette(routes=[mounted]), base_url=f"http://town/{slug}{VERSION}/")
        self._numbers = itertools.count(1)
        self._appointed = {"administrator"}
        self._files = Memory()
        register = find_register(self.service.desk, "appointments")
        write_entries(self.service.desk, register, self._appointments("administrator"), LONG_AGO, "system")

    # The API

    def get(self, path: str, who: str = "", **query: str) -> Any:
        """Read as someone, or as the public."""
        return self._answered("GET", path, who, params=query)

    def take(
        self,
        who: str,
        action: str,
        facts: Mapping[str, Any] | None = None,
        *,
        matter: str = "",
        place: str = "",
        procedure: str = "access",
        key: str = "",
        **more: Any,
    ) -> Told:
        """Act as someone: in a matter, or begin one at a place; the same ``key`` repeats a request. Raises `Denied`."""
        body: dict[str, Any] = {"facts": dict(facts or {}), **more}
        if matter:
            return Told(self._answered("POST", f"matters/{matter}/actions/{action}", who, key=key, json=body))
        body |= {"procedure": procedure, "action": action, "place": place or self.place}
        return Told(self._answered("POST", "matters", who, key=key, json=body))

    def would(self, who: str, action: str, facts: Mapping[str, Any], **more: Any) -> Mapping[str, Any]:
        """What would come of an act, which is not stored."""
        body = {"procedure": "access", "action": action, "place": self.place, "facts": dict(facts), **more}
        found: Mapping[str, Any] = self._answered("POST", "matters", who, json=body, params={"dry_run": "1"})
        return found

    def draft(self, who: str, action: str, facts: Mapping[str, Any]) -> str:
        """Save a draft of an application."""
        body = {"procedure": "access", "action": action, "place": self.place, "facts": dict(facts)}
        return str(self._answered("POST", "drafts", who, json=body)["id"])

    def imports(self, register: str, rows: Sequence[Mapping[str, Any]], since: date = LONG_AGO) -> None:
        """Hand in a table of a register as the administrator, in the form of its template."""
        fields = table_fields(find_register(self.service.desk, register))
        written = io.StringIO()
        writer = csv.writer(written)
        writer.writerow([field.title for field in fields])
        for row in rows:
            cells = row_of(fields, row)
            writer.writerow([cells.get(field.name, "") for field in fields])
        query = {"name": f"{register}.csv", "since": since.isoformat()}
        data = written.getvalue().encode()
        self._answered("POST", f"registers/{register}/import", "administrator", params=query, content=data)

    def lists(self) -> None:
        """Import the lists of work and the stations that lie beside the plugins, each from its own day."""
        for manifest in self.deployment.plugins:
            folder = self.deployment.plugins.folder(manifest.id)
            assert folder is not None
            for register in ("work_items", "stations"):
                if not (folder / f"{register}.toml").is_file():
                    continue
                known = {field.name for field in find_register(self.service.desk, register).fields()}
                (rows,) = tomllib.loads((folder / f"{register}.toml").read_text("utf-8")).values()
                by_day: dict[date, list[dict[str, Any]]] = {}
                for row in rows:
                    by_day.setdefault(row.get("since", LONG_AGO), []).append(
                        {name: value for name, value in row.items() if name in known}
                    )
                for since, table in sorted(by_day.items()):
                    self.imports(register, table, since)

    def stage(self, matter: str) -> str:
        """Where a matter stands today, as the public reads it."""
        return str(self.get(f"matters/{matter}")["stage"]["id"])

    def steps(self, matter: str, who: str = "") -> list[dict[str, Any]]:
        """The steps of a matter, as the public or someone reads them."""
        found: list[dict[str, Any]] = self.get(f"matters/{matter}/steps", who)["steps"]
        return found

    def postings(self, matter: str) -> list[tuple[str, str, int]]:
        """The money and goods that moved in a matter, from where to where."""
        found = [p for step in self.steps(matter) for p in step["postings"]]
        return [(p["source"], p["destination"], p["amount"]) for p in found]

    def download(self, path: str, who: str = "") -> bytes:
        """A file that someone takes home. Raises `Denied`."""
        if who:
            self._appoint(who)
        headers = {"authorization": f"Bearer {self._identity.token(who, self.slug)}"} if who else {}
        response = self._client.get(path, headers=headers)
        if response.status_code >= 400:
            raise Denied(response.status_code, response.json())
        return bytes(response.content)

    # The pages

    def publish(self) -> None:
        """Let the clock do what it does on a day, publish, and build the portal."""
        tick(self.service.desk)
        portal = Portal(self.deployment, StoreRecord(self.store), self._files, frame_of(self.deployment))
        portal.build(self.clock.today())

    def page(self, address: str) -> str:
        """The text of a built page as a reader sees it, in one line."""
        found = self._files.get(address)
        assert found is not None, f"there is no page {address}"
        return read(found.decode())

    def matter_page(self, matter: str) -> str:
        """The text of a matter's page."""
        return self.page(f"matters/{matter}/index.html")

    def place_page(self, code: str) -> str:
        """The text of a place's page."""
        return self.page("index.html" if code == self.place else f"places/{code}/index.html")

    def pages(self, folder: str = "") -> dict[str, str]:
        """The text of every built page in a folder, by address."""
        found = (address for address in self._files.list() if address.endswith(".html"))
        return {address: self.page(address) for address in found if address.startswith(folder)}

    def _answered(self, method: str, path: str, who: str, *, key: str = "", **more: Any) -> Any:
        headers = {}
        if who:
            self._appoint(who)
            headers["authorization"] = f"Bearer {self._identity.token(who, self.slug)}"
        if method != "GET":
            headers["idempotency-key"] = key or f"town-{next(self._numbers)}"
        response = self._client.request(method, path, headers=headers, **more)
        if response.status_code >= 400:
            raise Denied(response.status_code, response.json())
        return response.json() if response.content else None

    def _appoint(self, who: str) -> None:
        if who not in self._appointed:
            self._appointed.add(who)
            self.imports("appointments", self._appointments(who))

    def _appointments(self, who: str) -> list[dict[str, Any]]:
        rows = []
        for number, (post, place) in enumerate(self._posts[who], 1):
            row = {"id": f"{who}-{number}", "person": who, "post": post, "place": place}
            unit = {"unit": self._unit} if post == "department" else {}
            rows.append({**row, **unit, "since": LONG_AGO.isoformat()})
        return rows


def read(html: str) -> str:
    """The text of a page, with white space made single; what a browser does not show is left out."""
    reader = _Reader()
    reader.feed(html)
    return re.sub(r"\s+", " ", "".join(reader.said)).strip()


class _Reader(HTMLParser):
    _UNSEEN = ("script", "style", "title", "template")
    _APART = ("td", "th", "li", "p", "dt", "dd", "summary", "caption", "option")

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: Iterable[tuple[str, str | None]]) -> None:
        self._unseen += tag in self._UNSEEN

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in self._UNSEEN
        if tag in self._APART:
            self.said.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.said.append(data)


def request(*communities: str, need: int = 300_000, offer: int = 300_000, **more: Any) -> dict[str, Any]:
    """A complete application for communities; ``need`` and ``offer`` in fen each. What is None is left out."""
    facts: dict[str, Any] = {
        "title": "老年人健康档案更新",
        "communities": [{"community": c, "need_fen": need, "offered_fen": offer} for c in communities],
        "basis": "国家基本公共卫生服务规范",
        "duty": "entrusted",
        "nature": "service",
        "kinds": ["task"],
        "starts": "2026-06-01",
        "ends": "2026-11-30",
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
        **more,
    }
    return {name: value for name, value in facts.items() if value is not None}
