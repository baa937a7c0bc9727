"""Two deployments in one process never read each other, even where their matters have the same numbers."""

import contextvars
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from linli.deployment import load
from linli.store_memory import MemoryStore
from linli_functions.opening import House
from linli_functions.serving import app
from tests.functions import offices
from tests.functions.offices import INFRA, TOP, Office, application

THREADS, ROUNDS = 8, 4
asked_for: contextvars.ContextVar[str] = contextvars.ContextVar("asked_for", default="")


class Spied:
    """A store that writes down for which deployment each of its methods was called."""

    def __init__(self, store: MemoryStore, seen: list[tuple[str, str, str]]) -> None:
        self.deployment = store.deployment
        self._store = store
        self._seen = seen

    def __getattr__(self, name):
        method = getattr(self._store, name)
        if not callable(method):  # what a store says of itself, like the most that one commit holds
            return method

        def called(*values, **named):
            if asked_for.get():
                self._seen.append((asked_for.get(), self.deployment, name))
            return method(*values, **named)

        return called


def spied_on(inner):
    """An app that says, for everything done while it answers, which deployment the address names."""

    async def outer(scope, receive, send):
        if scope["type"] == "http":
            asked_for.set(scope["path"].split("/")[1])
        await inner(scope, receive, send)

    return outer


@pytest.fixture
def twins(tmp_path, monkeypatch):
    """Two deployments of the same place, the same seed and so the same numbers, in one app with a spy."""
    infra = tmp_path / "infra"
    shutil.copytree(INFRA, infra)
    written = (INFRA / "deployments" / "dongcheng.toml").read_text("utf-8")
    (infra / "deployments" / "twin.toml").write_text(
        written.replace('slug = "dongcheng"', 'slug = "twin"').replace("dongcheng.sqlite", "twin.sqlite"),
        "utf-8",
    )
    loaded = {slug: load(infra / "deployments" / f"{slug}.toml") for slug in ("dongcheng", "twin")}
    monkeypatch.setattr(offices, "deployment", loaded.__getitem__)
    seen: list[tuple[str, str, str]] = []
    both = {slug: Office(tmp_path, slug=slug, store=Spied(MemoryStore(slug), seen)) for slug in loaded}
    house = House(office.service for office in both.values())
    return both, app(house, Everyone(both), tmp_path / "portals"), seen


class Everyone:
    """The identities of both offices, each asked for its own deployment."""

    def __init__(self, both):
        self._both = both

    def caller(self, headers, deployment):
        return self._both[deployment].identity.caller(headers, deployment)

    def check_csrf(self, caller, token):
        pass


def visit(both, whole, slug, number):
    """One clerk's round in one deployment: begin, look, list, wait, look at the twin's matter by its number."""
    office = both[slug]
    client = TestClient(
        spied_on(whole), base_url=f"http://house/{slug}/api/v1/", raise_server_exceptions=False
    )
    clerk = {"authorization": f"Bearer {office.identity.token('clerk', slug)}"}
    title = f"{slug} 的第 {number} 件"
    body = application(title=title)
    begun = client.post("matters", json=body, headers={**clerk, "idempotency-key": f"{slug}-{number}"})
    assert begun.status_code == 201, begun.text
    matter = begun.json()["matter"]
    assert client.get(f"matters/{matter}").json()["name"] == title
    assert client.get(f"matters/{matter}/steps", headers=clerk).json()["steps"][0]["facts"]["title"] == title
    listed = client.get(f"matters?procedure=access&place={TOP}").json()["matters"]
    assert {each["name"].split()[0] for each in listed} == {slug}
    reviewer = {"authorization": f"Bearer {office.identity.token('reviewer', slug)}"}
    assert {m["name"].split()[0] for m in client.get("waiting", headers=reviewer).json()["matters"]} == {slug}
    return matter


def test_eight_threads_in_two_deployments_read_nothing_of_the_other(twins):
    both, whole, seen = twins
    rounds = [(slug, number) for number in range(THREADS * ROUNDS // 2) for slug in both]
    with ThreadPoolExecutor(THREADS) as pool:
        matters = list(pool.map(lambda each: visit(both, whole, *each), rounds))
    by_slug = {slug: {m for (s, _), m in zip(rounds, matters, strict=True) if s == slug} for slug in both}
    assert by_slug["dongcheng"] & by_slug["twin"], "the numbers were meant to be the same"
    foreign = [each for each in seen if each[0] != each[1]]
    assert not foreign
    assert {each[0] for each in seen} == set(both)
    assert len(seen) > len(rounds) * 10


def test_a_token_or_session_of_one_deployment_is_nothing_in_the_other(twins):
    both, whole, _ = twins
    client = TestClient(whole, base_url="http://house/")
    token = {"authorization": f"Bearer {both['dongcheng'].identity.token('clerk', 'dongcheng')}"}
    assert client.get("dongcheng/api/v1/waiting", headers=token).status_code == 200
    assert client.get("twin/api/v1/waiting", headers=token).status_code == 401
    session = {"cookie": both["dongcheng"].identity.sign_in("clerk", "dongcheng").split(";")[0]}
    assert client.get("dongcheng/api/v1/waiting", headers=session).status_code == 200
    assert client.get("twin/api/v1/waiting", headers=session).status_code == 401


def test_the_same_idempotency_key_counts_once_in_each_deployment(twins):
    both, whole, _ = twins
    for slug in both:
        client = TestClient(whole, base_url=f"http://house/{slug}/api/v1/")
        clerk = {
            "authorization": f"Bearer {both[slug].identity.token('clerk', slug)}",
            "idempotency-key": "one",
        }
        answers = [client.post("matters", json=application(), headers=clerk) for _ in range(2)]
        assert [each.status_code for each in answers] == [201, 201]
        assert answers[0].json()["matter"] == answers[1].json()["matter"]


def test_the_index_names_every_deployment(twins, tmp_path: Path):
    _, whole, _ = twins
    page = TestClient(whole, base_url="http://house/").get("/").text
    assert 'href="dongcheng/"' in page and 'href="twin/"' in page
