"""A house served from one machine: portals from folders, the keeper that publishes, and the end of it all."""

import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from linli.errors import LoadFault
from linli.publication import publish
from linli_functions.api_ways import LIMITS
from linli_functions.keeping import Keeper
from linli_functions.limits import ADDRESSES, TokenBuckets
from linli_functions.opening import House
from linli_functions.refusals import TooMany
from linli_functions.serving import app, demo_identity, serve
from tests.functions.offices import INFRA, TODAY, Office


@pytest.fixture
def office(tmp_path) -> Office:
    return Office(tmp_path)


@pytest.fixture
def portals(tmp_path) -> Path:
    folder = tmp_path / "portals" / "dongcheng"
    (folder / "matters").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>首页</title>", "utf-8")
    (folder / "matters" / "index.html").write_text("<!doctype html><title>事项</title>", "utf-8")
    (folder / "feed.xml").write_text("<feed/>", "utf-8")
    (folder / "tile").write_bytes(b"\x00\x01")
    (tmp_path / "portals" / "secret.txt").write_text("not of this portal", "utf-8")
    return tmp_path / "portals"


def client(office, portals):
    house = House([office.service])
    return TestClient(app(house, office.identity, portals), base_url="http://house/", follow_redirects=False)


@pytest.mark.parametrize(
    ("path", "media"),
    [
        ("dongcheng/", "text/html; charset=utf-8"),
        ("dongcheng/matters/", "text/html; charset=utf-8"),
        ("dongcheng/feed.xml", "application/xml"),
        ("dongcheng/tile", "application/octet-stream"),
    ],
)
def test_files_of_a_portal_come_with_their_type_and_how_long_they_keep(office, portals, path, media):
    answer = client(office, portals).get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == media
    assert (
        answer.headers["cache-control"] == f"public, max-age={60 if media.startswith('text/html') else 3600}"
    )
    assert ("content-security-policy" in answer.headers) == media.startswith("text/html")
    again = client(office, portals).get(path, headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304


def test_the_address_of_a_portal_ends_with_a_slash_because_its_links_are_relative(office, portals):
    answer = client(office, portals).get("dongcheng")
    assert (answer.status_code, answer.headers["location"]) == (307, "http://house/dongcheng/")


def test_the_workbench_is_found_without_the_last_slash(office, portals):
    answer = client(office, portals).get("dongcheng/desk")
    assert (answer.status_code, answer.headers["location"]) == (307, "/dongcheng/desk/")


@pytest.mark.parametrize(
    "path",
    [
        "dongcheng/../secret.txt",
        "dongcheng/%2e%2e/secret.txt",
        "dongcheng/..%2fsecret.txt",
        "dongcheng/none.html",
    ],
)
def test_nothing_outside_the_folder_of_a_portal_is_served(office, portals, path):
    answer = client(office, portals).get(path)
    assert answer.status_code == 404
    assert "not of this portal" not in answer.text


def test_a_portal_that_is_not_built_yet_says_so(office, tmp_path):
    answer = client(office, tmp_path / "empty").get("dongcheng/")
    assert answer.status_code == 503 and "稍后" in answer.text and answer.headers["retry-after"] == "5"


class Diary:
    """Fakes of what a keeper calls, with the order of the calls."""

    def __init__(self):
        self.calls = []

    def tick(self, service):
        self.calls.append("tick")

    def publish(self, service):
        self.calls.append("publish")
        return publish(service.desk)

    def build(self, service, published):
        self.calls.append("build all" if published is None else "build changed")


def test_a_keeper_publishes_and_builds_when_something_waits_and_rests_otherwise(office):
    diary = Diary()
    keeper = Keeper([office.service], diary.publish, diary.tick, diary.build)
    assert keeper.keep(office.service)
    assert diary.calls == ["tick", "publish", "build all"]
    diary.calls.clear()
    assert not keeper.keep(office.service)
    office.applied()
    assert keeper.keep(office.service)
    assert diary.calls == ["publish", "build changed"]
    assert not keeper.keep(office.service)


def test_a_keeper_lets_the_clock_act_on_a_new_day(office):
    diary = Diary()
    keeper = Keeper([office.service], diary.publish, diary.tick, diary.build)
    keeper.keep(office.service)
    diary.calls.clear()
    office.clock.day = TODAY + timedelta(days=1)
    assert keeper.keep(office.service)
    assert diary.calls == ["tick", "publish", "build all"]


def test_a_keeper_whose_build_failed_tries_it_again(office):
    def failing(service, published):
        raise LoadFault("no templates")

    keeper = Keeper([office.service], lambda service: publish(service.desk), None, failing)
    for _ in range(2):
        with pytest.raises(LoadFault):
            keeper.keep(office.service)


def test_a_demo_is_not_opened_to_other_machines_by_accident(office, tmp_path, monkeypatch):
    monkeypatch.delenv("LINLI_DEMO_OPEN", raising=False)
    with pytest.raises(LoadFault, match="LINLI_DEMO_OPEN"):
        serve(House([office.service]), "0.0.0.0", 0, tmp_path, True, identity=office.identity)
    with pytest.raises(LoadFault, match="演示模式"):
        demo_identity([], tmp_path, demo=False)


def test_a_proxy_is_named_by_its_address(office, tmp_path):
    with pytest.raises(LoadFault, match="不是地址"):
        serve(
            House([office.service]),
            "127.0.0.1",
            0,
            tmp_path,
            False,
            identity=office.identity,
            behind=["proxy"],
        )


def test_a_bucket_fills_again_and_forgets_the_oldest_addresses():
    now = [0.0]
    buckets = TokenBuckets(60, 2, lambda: now[0])
    buckets.take("a")
    buckets.take("a")
    with pytest.raises(TooMany) as refused:
        buckets.take("a")
    assert refused.value.after == 1
    buckets.take("b")
    now[0] = 1
    buckets.take("a")
    for number in range(ADDRESSES):
        buckets.take(str(number))
    assert len(buckets._held) == ADDRESSES


@pytest.mark.parametrize(
    ("behind", "forwarded", "limited"),
    [
        ([], "10.0.0.{}", True),  # nobody's word is believed
        (["--behind", "127.0.0.1"], "10.0.0.{}", False),  # the proxy's is
        (["--behind", "127.0.0.1"], "10.0.0.{}, 192.0.2.7", True),  # and not what the caller told the proxy
    ],
    ids=["alone", "behind-a-proxy", "forged"],
)
def test_a_served_house_answers_and_ends_on_a_signal_with_its_requests_done(
    tmp_path, behind, forwarded, limited
):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    code = (
        "import sys; from linli_cli.main import main; "
        f"sys.exit(main(['--infra', {str(INFRA)!r}, '--deployment', 'dongcheng', 'serve', "
        f"'--home', {str(tmp_path)!r}, '--port', '{port}', '--day', '2026-03-02', *{behind!r}]))"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True)
    try:
        health = _health(f"http://127.0.0.1:{port}/dongcheng/api/v1/health", process)
        assert b'"status":"ok"' in health
        address = f"http://127.0.0.1:{port}/dongcheng/api/v1/receipts/0000-0000-0000-0000-0000"
        asked = [_status(address, forwarded.format(number)) for number in range(LIMITS.receipts_burst + 5)]
        assert (429 in asked) is limited
        process.send_signal(signal.SIGTERM)
        process.wait(60)
    finally:
        process.kill()
        process.stderr.close()
    assert process.returncode in (0, -signal.SIGTERM)


def _status(address, forwarded):
    try:
        with urllib.request.urlopen(
            urllib.request.Request(address, headers={"x-forwarded-for": forwarded}), timeout=10
        ) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def _health(address, process):
    """Ask until there is an answer or the process has ended."""
    while process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return answer.read()
        except OSError:
            time.sleep(0.2)
    raise AssertionError(process.stderr.read())
