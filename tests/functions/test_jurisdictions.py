"""No one reaches another jurisdiction's matters, drafts, documents, people or entries: every route, tried by everybody.

In one street lies a matter of every procedure, of which nothing is published, an entry in every register, drafts,
documents and personal fields; each holds words that stand nowhere else. Then people who hold *every* post there is, but
in another street, in one of its communities, or for another unit, and the public, ask every route for these things by
their right names, to read and to write. Rights only add up, so what nobody of them may, no holder of a single post may.

A route that is new is tried by itself. One that is addressed in a new way, takes a new kind of body, or is of no known
app fails the test until it is said here how to ask it.
"""

import io
import re
import zipfile
from datetime import date
from itertools import count
from typing import Any

import msgspec
import pytest
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from linli import indexing, registry
from linli.appointments import REGISTER as APPOINTMENTS
from linli.forms import Mark, Widget, fields
from linli.matters import Matter, state
from linli.posts import ADMINISTRATOR, PUBLISHER, RESIDENT
from linli.procedures import Reach
from linli.registers import Version, encode_version
from linli.service import Service
from linli.steps import Actor, Publication, Step, encode
from linli.store import Commit, EntryWrite, Row, StepWrite
from linli.store_memory import MemoryStore
from linli.vault import LocalMasterKey, Vault
from linli.vault_store import StoreVaultRows
from linli.writing import PEOPLE, about
from linli_functions.api import LIMITS, Limits, api, document_ways, framed, judge_ways, matter_ways
from linli_functions.api_matters import Act, Begin, DraftBody
from linli_functions.api_registers import EntryBody
from linli_functions.api_ways import described
from linli_functions.identity import DemoIdentity, Persona
from linli_functions.opening import House
from linli_functions.privacy import Forget
from linli_functions.serving import app as whole_app
from linli_functions.workbench import PAGES, workbench
from tests.functions.offices import NOW, TODAY, StandingClock, deployment, randomness

SLUG = "dongcheng"
TOP, OURS, OURS_BELOW = "110101000000", "110101007000", "110101007001"
THEIRS, THEIRS_BELOW = "110101006000", "110101006001"
UNIT, OTHER_UNIT = "丙局", "丁局"
API, DESK = f"/{SLUG}/api/v1", f"/{SLUG}/desk"
WORD = "机密"  # what stands nowhere else: this and four digits
INSIDER, STREET, COMMUNITY, UNIT_ONLY = "theirs-all", "ours-street", "ours-community", "ours-unit"
OUTSIDERS = ("", STREET, COMMUNITY, UNIT_ONLY)
REFUSED = {303, 401, 403, 404}


class Street:
    """A deployment with everything that one street could have, and clients for those who may not have it."""

    def __init__(self, folder: Any, slug: str = SLUG) -> None:
        rand = randomness(7)
        self.slug = slug
        self._words = count(1)
        self.store = MemoryStore(slug)
        vault = Vault(StoreVaultRows(self.store), LocalMasterKey(folder / f"{slug}.key", rand), rand)
        known = msgspec.structs.replace(deployment(SLUG), slug=slug)
        self.service = Service(known, self.store, vault, StandingClock(), rand, b"s" * 32)
        people = [Persona(each, f"演示：{each}", slug) for each in (INSIDER, STREET, COMMUNITY, UNIT_ONLY)]
        self.identity = DemoIdentity(people, b"k" * 32, lambda: NOW, rand, demo=True)
        free = Limits(10**6, 10**6, 10**6, 10**6)
        self.app = framed(
            [
                Mount(f"/{slug}/api/v1", api(self.service, self.identity, free)),
                Mount(f"/{slug}/desk", workbench(self.service, self.identity)),
            ]
        )
        self._appoint()
        self.matters = {id: self._matter(procedure) for id, procedure in known.procedures.items()}
        self.entries = {id: self._entry(register) for id, register in known.registers.items()}
        self.owner = self.service.desk.pseudonym(INSIDER, "drafts")
        self.drafts = self._drafts()
        self.documents = self._documents()

    def word(self) -> str:
        return f"{WORD}{next(self._words):04}"

    def _appoint(self) -> None:
        posts = {**self.service.deployment.posts, **{p.id: p for p in (ADMINISTRATOR, PUBLISHER, RESIDENT)}}
        held = [(INSIDER, THEIRS, UNIT), (INSIDER, THEIRS_BELOW, UNIT)]
        held += [(STREET, OURS, UNIT), (COMMUNITY, OURS_BELOW, UNIT)]
        rows = [(who, post, place, unit) for who, place, unit in held for post in posts]
        rows += [(UNIT_ONLY, id, TOP, OTHER_UNIT) for id, p in posts.items() if p.reach is Reach.OWN_UNIT]
        named = ("person", "post", "place", "unit")
        entries = [
            {"id": f"a{n}", "since": "2025-01-01", **dict(zip(named, row, strict=True))}
            for n, row in enumerate(rows)
        ]
        register = registry.find_register(self.service.desk, APPOINTMENTS)
        registry.write_entries(self.service.desk, register, entries, date(2025, 1, 1), "system")

    def _matter(self, procedure: Any) -> str:
        """A matter at their community, withheld: its facts hold a word in every field that can."""
        openers = procedure.openers() or [
            each for each in procedure.actions.values() if each.opens and not each.system
        ]
        opener = openers[0] if openers else next(iter(procedure.actions.values()))
        id = f"110101-2026-{procedure.id.upper().replace('_', '')}"
        facts = {
            each.name: self.sample(each) for each in fields(opener.form) if each.mark is not Mark.PERSONAL
        }
        step = Step(
            matter=id,
            number=1,
            procedure=procedure.id,
            version=procedure.version,
            action=opener.id,
            place=THEIRS_BELOW,
            happened=TODAY,
            decided=TODAY,
            recorded=TODAY,
            actor=Actor("theirs0000000000", "department", THEIRS, UNIT),
            stage=next(iter(procedure.stages)),
            slot=opener.slot,
            form=opener.form.__name__,
            facts=facts,
            publication=Publication.WITHHELD,
            basis="内部",
        )
        places = self.service.deployment.places
        empty = Matter(procedure, id, THEIRS_BELOW, (), None, places)
        after = Matter(procedure, id, THEIRS_BELOW, (step,), state((step,), TODAY), places)
        rows = [*indexing.opening_rows(step, places, TOP), *indexing.moving_rows(empty, after)]
        rows += indexing.step_rows(step, b"l" * 32, ())
        owner = about(id, "1.contact")
        rows.append(Row(PEOPLE, f"{id}/1.contact", owner.encode()))
        self.store.commit(
            Commit(steps=(StepWrite(id, 1, encode(step), b"s" * 16, b"l" * 32),), rows=tuple(rows))
        )
        self.service.desk.vault.seal(owner, id, "1.contact", self.word())
        return id

    def sample(self, field: Any) -> Any:
        """A value for a field, with a word of its own where it can hold one."""
        if field.options:
            first = field.options[0][0]
            return [first] if field.widget is Widget.CHOICES else first
        if field.widget in (Widget.NUMBER, Widget.MONEY):
            return max(field.limits[0] or 0, 1)
        simple = {Widget.DATE: "2026-03-01", Widget.YES_NO: False, Widget.PLACES: [THEIRS_BELOW]}
        if field.widget in simple:
            return simple[field.widget]
        if field.widget is Widget.ROWS:
            return [{each.name: self.sample(each) for each in field.columns}]
        if field.widget in (Widget.TEXT, Widget.DOCUMENT):
            hash = self.store.put_blob(self.word().encode())
            return f"doc:{hash}" if field.widget is Widget.TEXT else hash
        return self.word() if "str" in str(field.kind) else None

    def _entry(self, register: Any) -> str:
        """An entry at their street: whatever of it is not marked public, or all where the register is closed."""
        key = "their-entry"
        closed = not register.public
        values = {}
        for each in register.fields():
            secret = closed or each.mark is not Mark.PUBLIC
            values[each.name] = self.sample(each) if secret or each.options else _plain(each)
        values[register.key] = key
        if register.place:
            values[register.place] = THEIRS
        elif not closed:
            values = {name: value for name, value in values.items() if not str(value).startswith(WORD)}
        body = encode_version(Version(values, date(2025, 1, 1), date(2025, 1, 1), "theirs0000000000"))
        self.store.commit(Commit(entries=(EntryWrite(register.id, key, 1, body),)))
        return key

    def _drafts(self) -> list[str]:
        body = {"procedure": "access", "action": "submit", "place": THEIRS, "facts": {"title": self.word()}}
        answer = self.client(INSIDER).post(f"{API}/drafts", json=body, headers={"idempotency-key": "draft"})
        assert answer.status_code == 201, answer.text
        return [answer.json()["id"]]

    def _documents(self) -> list[str]:
        found = []
        for visibility in ("internal", "personal"):
            answer = self.client(INSIDER).post(
                f"{API}/documents",
                params={"name": "文件.txt", "matter": self.matters["access"], "visibility": visibility},
                content=self.word().encode(),
                headers={"idempotency-key": visibility},
            )
            assert answer.status_code == 201, answer.text
            found.append(answer.json()["hash"])
        return found

    def client(self, subject: str = "", slug: str = "") -> TestClient:
        """A program that acts as someone, or the public."""
        token = self.identity.token(subject, slug or self.slug) if subject else ""
        headers = {"authorization": f"Bearer {token}"} if token else {}
        return TestClient(self.app, base_url="http://street", headers=headers, follow_redirects=False)

    def browser(self, subject: str = "") -> tuple[TestClient, str]:
        """A browser of someone, and the token of its forms."""
        http = TestClient(self.app, base_url="http://street", follow_redirects=False)
        if not subject:
            return http, ""
        name, _, value = self.identity.sign_in(subject, self.slug).split(";")[0].partition("=")
        http.cookies.set(name, value)
        caller = self.identity.caller({"cookie": f"{name}={value}"}, self.slug)
        assert caller is not None
        return http, caller.csrf

    def snapshot(self) -> dict[str, Any]:
        """What is theirs, as the store has it."""
        return {
            "steps": {id: self.store.steps(id) for id in self.matters.values()},
            "listed": self.store.rows(indexing.MATTERS, f"{THEIRS}/", f"{THEIRS}0"),
            "below": self.store.rows(indexing.MATTERS, f"{THEIRS_BELOW}/", f"{THEIRS_BELOW}0"),
            "entries": {r: self.store.entries(r, (key,)) for r, key in self.entries.items()},
            "drafts": [row for row in self.store.rows("drafts") if row.key.startswith(self.owner)],
            "documents": [
                row for row in self.store.rows("documents") if row.key.startswith(tuple(self.documents))
            ],
            "keys": [row for row in self.store.rows("vault-keys") if not row.key.startswith("ours")],
            "kept": self.store.rows("vault-only-kept"),
            "reads": self.store.rows("vault-reads"),
        }


def _plain(field: Any) -> Any:
    simple = {
        Widget.NUMBER: 1, Widget.MONEY: 1, Widget.DATE: "2026-03-01", Widget.YES_NO: False, Widget.ROWS: [],
        Widget.PLACES: [THEIRS_BELOW],
    }  # fmt: skip
    return simple.get(field.widget, "公开" if "str" in str(field.kind) else None)


@pytest.fixture(scope="module")
def street(tmp_path_factory):
    return Street(tmp_path_factory.mktemp("street"))


# How each part of an address, and each kind of body, is filled with what is theirs.


def fillings(street: Street, path: str) -> list[dict[str, str]]:
    """Every way of filling an address with names of what is theirs; fails for a part that is not known here."""
    names = set(re.findall(r"{(\w+)(?::\w+)?}", path))
    simple = {
        "draft": street.drafts,
        "hash": street.documents,
        "key": ["their-entry"],
        "audit": ["their-entry"],
        "register": list(street.entries),
        "code": [THEIRS, "AAAA-BBBB-CCCC-DDDD-EEEE"],
        "moment": list(street.service.deployment.moments),
        "kind": ["application", "approval"],
        "number": ["1"],
        "field": ["1.contact"],
        "name": ["desk.css"],
    }
    unknown = names - simple.keys() - {"matter", "procedure", "action"}
    assert not unknown, f"{path}: say here how {', '.join(sorted(unknown))} is filled with what is theirs"
    if "matter" in names or "procedure" in names:
        found = [
            {"matter": id, "procedure": procedure, "action": action}
            for procedure, id in street.matters.items()
            for action in (_actions(street, procedure) if "action" in names else [""])
        ]
    else:
        found = [{}]
    for name in sorted(names & simple.keys()):
        if name == "field" and "number" in names:
            found = [
                {**each, "field": field} for each in found for field in _texts(street, each["procedure"])
            ]
        else:
            found = [{**each, name: value} for each in found for value in simple[name]]
    return found


def _actions(street: Street, procedure: str) -> list[str]:
    """A few actions of a procedure, standing ones and its own; `test_permissions` tries every one."""
    every = list(street.service.desk.actions(street.service.deployment.procedures[procedure]))
    return list(dict.fromkeys([every[0], *every[len(every) // 2 :][:1], every[-1]]))


def _texts(street: Street, procedure: str) -> list[str]:
    step = street.service.steps(street.matters[procedure])[0]
    return [name for name, value in step.facts.items() if isinstance(value, str)][:2] or ["none"]


def body_of(kind: type, filled: dict[str, str]) -> dict[str, Any]:
    """What is sent for a struct; fails for one that is not known here."""
    values = {"place": THEIRS, "id": "their-entry", "code": "their-entry", "title": "改"}
    known: dict[type, dict[str, Any]] = {
        Begin: {"procedure": "access", "action": "submit", "place": THEIRS, "facts": {"title": "x"}},
        Act: {"facts": {"reason": "x"}},
        DraftBody: {"procedure": "access", "action": "submit", "place": THEIRS, "facts": {}},
        EntryBody: {"values": values},
        Forget: {"matter": filled.get("matter", next(iter(filled.values()), "x")), "why": "x"},
        dict: {},
    }
    assert kind in known, f"say here what is sent to a route that takes {kind}"
    return known[kind]


QUERY = {
    "place": THEIRS, "procedure": "access", "reason": "x", "why": "x", "since": "2026-01-01", "name": "a.csv",
    "on": "2026-03-02", "happened": "2026-03-02", "until": "2026-12-31", "limit": "50", "after": "",
    "dry_run": "0", "visibility": "internal", "matter": "",
}  # fmt: skip
NOT_IN_QUERY = {"until"}


def queries(street: Street, way: Any) -> dict[str, str]:
    """What is asked beside the address; fails for a name that is not known here."""
    unknown = {name for name, _ in way.query} - QUERY.keys()
    assert not unknown, f"{way.path}: say here what {', '.join(sorted(unknown))} is filled with"
    asked = {name: QUERY[name] for name, _ in way.query if QUERY[name] and name not in NOT_IN_QUERY}
    if any(name == "matter" for name, _ in way.query):
        asked["matter"] = street.matters["access"]
    return asked


def ways() -> list[Any]:
    still = float
    return described([*judge_ways(LIMITS, still), *matter_ways(LIMITS, still), *document_ways()])


def readable(answer: Any) -> str:
    """The text of an answer; of a workbook the text of every sheet in it."""
    if answer.content[:2] != b"PK":
        return answer.text + "".join(f"{name}: {value}" for name, value in answer.headers.items())
    with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
        return "".join(file.read(name).decode("utf-8", "replace") for name in file.namelist())


THINGS = {"matter", "draft", "hash"}
"""What is named by these is theirs alone: it is refused, and not shown in part."""


@pytest.mark.parametrize("way", ways(), ids=lambda way: f"{way.method} {way.path}")
@pytest.mark.parametrize("subject", OUTSIDERS, ids=lambda subject: subject or "public")
def test_no_way_of_the_api_leads_to_what_is_theirs(street, way, subject):
    client, before = street.client(subject), street.snapshot()
    for number, filled in enumerate(fillings(street, way.path)):
        path = re.sub(r"{(\w+)}", lambda found: filled[found[1]], way.path)  # noqa: B023
        more: dict[str, Any] = {"params": queries(street, way)}
        if way.writes:
            more["headers"] = {"idempotency-key": f"{subject}-{way.method}-{way.path}-{number}"}
        if way.media:
            more["content"] = b"code,place\ntheir-entry," + THEIRS.encode()
        elif way.body is not None:
            more["json"] = body_of(way.body if isinstance(way.body, type) else dict, filled)
        answer = client.request(way.method, API + path, **more)
        assert answer.status_code < 500, (path, answer.text)
        assert WORD not in readable(answer), (path, subject)
        assert INSIDER not in readable(answer), (path, subject)
        if THINGS & set(re.findall(r"{(\w+)}", way.path)):
            gone = (
                way.method == "DELETE" and answer.status_code == 204
            )  # a draft that is not one's own is no draft
            assert answer.status_code in REFUSED or gone, (path, subject, answer.status_code, answer.text)
    assert street.snapshot() == before


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page[0])
@pytest.mark.parametrize("subject", OUTSIDERS, ids=lambda subject: subject or "public")
def test_no_page_of_the_workbench_leads_to_what_is_theirs(street, page, subject):
    path, _, methods = page
    (browser, csrf), before = street.browser(subject), street.snapshot()
    for filled in fillings(street, path):
        address = DESK + re.sub(r"{(\w+)}", lambda found: filled[found[1]], path)  # noqa: B023
        asked = {"place": THEIRS, "procedure": "access", "q": street.matters["access"], "unit": UNIT}
        asked |= {
            "from": street.matters["access"],
            "m": street.matters["access"],
            "draft": street.drafts[0],
            "action": "review",
        }
        answers = [browser.get(address, params=asked)] if "GET" in methods else []
        if "POST" in methods:
            for do in ("take",) if "{action}" in path else ("take", "save", "delete", "look", "forget", ""):
                typed = {**asked, "csrf": csrf, "key": f"{address}{do}", "do": do, "why": "x", "reason": "x"}
                typed |= {"id": "their-entry", "code": "their-entry", "matter": street.matters["access"]}
                answers.append(browser.post(address, data={f"f.{n}": v for n, v in typed.items()} | typed))
        for answer in answers:
            assert answer.status_code < 500, (address, answer.text)
            told = readable(answer)
            assert WORD not in told, (address, subject)
            assert INSIDER not in told, (address, subject)
            if "{matter}" in path or "{hash}" in path:
                assert answer.status_code in REFUSED, (address, subject, answer.status_code)
    assert street.snapshot() == before


def test_what_was_hidden_is_there_for_those_whose_it_is(street):
    """Else the tests above would look for words that stand nowhere."""
    client = street.client(INSIDER)
    for id in street.matters.values():
        steps = client.get(f"{API}/matters/{id}/steps")
        has_words = WORD.encode() in b"".join(step.body for step in street.store.steps(id))
        assert (WORD in steps.text) == has_words, (id, steps.text)
    assert sum(WORD in client.get(f"{API}/matters/{id}/steps").text for id in street.matters.values()) > 5
    read = client.get(f"{API}/matters/{street.matters['access']}/personal/1.contact", params={"reason": "x"})
    assert WORD in read.text
    assert WORD in client.get(f"{API}/drafts/{street.drafts[0]}").text
    for hash in street.documents:
        assert WORD in client.get(f"{API}/documents/{hash}", params={"reason": "x"}).text
    assert INSIDER in client.get(f"{API}/registers/{APPOINTMENTS}").text
    assert INSIDER in readable(client.get(f"{API}/registers/{APPOINTMENTS}.xlsx"))
    browser, _ = street.browser(INSIDER)
    assert street.matters["access"] in browser.get(f"{DESK}/list", params={"procedure": "access"}).text


def test_lists_and_exports_of_registers_hold_their_own_streets_rows_only(street):
    told = street.client(STREET).get(f"{API}/registers/{APPOINTMENTS}").json()["entries"]
    places = {each["values"]["place"] for each in told}
    assert places == {OURS, OURS_BELOW}


@pytest.mark.parametrize("way", ways(), ids=lambda way: f"{way.method} {way.path}")
def test_nobody_of_another_deployment_is_anybody_here(street, tmp_path_factory, way):
    twin = _twin(tmp_path_factory)
    foreign = TestClient(
        street.app,
        base_url="http://street",
        headers={"authorization": f"Bearer {twin.identity.token(INSIDER, 'twin')}"},
        follow_redirects=False,
    )
    filled = fillings(street, way.path)[0]
    path = re.sub(r"{(\w+)}", lambda found: filled[found[1]], way.path)
    answer = foreign.request(way.method, API + path)
    assert answer.status_code == 401, (path, answer.text)
    session = twin.identity.sign_in(INSIDER, "twin").split(";")[0]
    visitor = TestClient(street.app, base_url="http://street", headers={"cookie": session})
    told = visitor.request(way.method, API + path, params=queries(street, way))
    assert WORD not in readable(told)
    assert not way.signed_in or told.status_code == 401


_twins: list[Street] = []


def _twin(factory: Any) -> Street:
    if not _twins:
        twin = Street.__new__(Street)
        people = [Persona(INSIDER, "另一处", "twin")]
        twin.identity = DemoIdentity(people, b"k" * 32, lambda: NOW, randomness(7), demo=True)
        _twins.append(twin)
    return _twins[0]


# Every route there is has been tried above, or is public and named here.

PUBLIC = {
    "/": "the index of deployments",
    f"/{SLUG}/receipts": "looking up a receipt by its code",
    f"/{SLUG}": "the portal: static files",
    f"/{SLUG}/desk/login": "signing in",
    f"/{SLUG}/desk/logout": "signing out",
    f"/{SLUG}/desk/large": "large print",
    f"/{SLUG}/desk/assets/{{name}}": "style sheets",
}


def test_every_route_that_is_served_is_tried_or_known_to_be_public(street, tmp_path):
    tried = {API + way.path for way in ways()} | {DESK + path for path, _, _ in PAGES}
    served = set(_served(whole_app(House([street.service]), street.identity, tmp_path).routes))
    assert served - tried - PUBLIC.keys() == set(), "try these routes, or say that they are public"
    assert tried <= served


def _served(routes: Any, above: str = "") -> Any:
    for route in routes:
        path = above + route.path
        if isinstance(route, Mount) and route.routes:
            yield from _served(route.routes, path)
        elif isinstance(route, (Route, Mount)):
            yield path
        else:
            raise AssertionError(f"{path}: a kind of route that is not looked into")
