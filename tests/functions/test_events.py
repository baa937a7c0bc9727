"""A function answers an event just as a server answers the request: same status, same headers, same body."""

import asyncio
import base64
import json

import pytest
from mangum import Mangum
from starlette.routing import Mount

from linli.errors import LinliError
from linli_functions.api import Limits, api, document_ways, framed, judge_ways, matter_ways
from linli_functions.bodies import JSON_LIMIT
from linli_functions.events import Events
from linli_functions.replies import Reply
from linli_functions.visits import Way
from tests.functions.offices import COMMUNITY, Office, application
from tests.functions.test_handlers import APPLICATION, event

PATHS = [
    ("GET", "/health", None, ""),
    ("HEAD", "/health", None, ""),
    ("GET", "/procedures/access", None, ""),
    ("GET", "/procedures/none", None, ""),
    ("GET", f"/places/{COMMUNITY}", None, ""),
    ("GET", "/places/", None, ""),
    ("GET", "/nothing", None, ""),
    ("PATCH", "/health", None, ""),
    ("DELETE", "/waiting", None, ""),
    ("GET", "/openapi.json", None, ""),
    ("GET", "/matters/none", None, ""),
    ("GET", "/matters", None, "procedure=access&limit=5"),
    ("GET", "/matters", None, "procedure=access&procedure=access"),
    ("GET", "/matters", None, "procedure=%00"),
    ("GET", "/matters", None, "procedure="),
    ("GET", "/waiting", None, ""),
    ("POST", "/matters", {"procedure": "access"}, ""),
    ("POST", "/moments/access.submit/judge", APPLICATION, f"place={COMMUNITY}&on=2026-03-02"),
    ("POST", "/moments/access.submit/judge", {"title": 1}, f"place={COMMUNITY}&on=2026-03-02"),
    ("POST", "/moments/access.submit/judge", "no", ""),
]


@pytest.fixture
def office(tmp_path) -> Office:
    return Office(tmp_path)


@pytest.fixture
def both(office):
    """The whole API behind events, and as an app behind an adapter for events."""
    limits = Limits()
    ways = [*judge_ways(limits, lambda: 0.0), *matter_ways(limits, lambda: 0.0), *document_ways()]
    service = office.service
    ours = Events(ways, service.deployment, service, office.identity)
    app = framed([Mount("/dongcheng/api/v1", api(service, office.identity, limits, lambda: 0.0))])
    return ours, Mangum(app, lifespan="off")


def told(answer):
    raw = base64.b64decode(answer["body"]) if answer["isBase64Encoded"] else answer["body"].encode()
    kept = {name: said for name, said in answer["headers"].items() if name != "x-request-id"}
    return answer["statusCode"], {**kept, "allow": set(kept.get("allow", "").split(", "))}, raw


@pytest.mark.parametrize(("method", "path", "body", "query"), PATHS)
@pytest.mark.parametrize("subject", ["", "clerk"])
def test_an_event_is_answered_as_the_request_would_be(both, office, subject, method, path, body, query):
    ours, theirs = both
    headers = {"authorization": f"Bearer {office.identity.token(subject, 'dongcheng')}"} if subject else {}
    sent = event(method, path, body, query=query, headers=headers)
    mine, other = told(ours(sent)), told(theirs(sent, None))
    if method == "HEAD":  # the adapter leaves it to the server to drop the body
        assert mine == (*other[:2], b"")
    else:
        assert mine == other


def test_what_is_begun_by_an_event_is_read_by_one(both, office):
    ours, _ = both
    headers = {
        "authorization": f"Bearer {office.identity.token('clerk', 'dongcheng')}",
        "idempotency-key": "a",
    }
    begun = ours(event("POST", "/matters", application(), headers=headers))
    assert begun["statusCode"] == 201
    again = ours(event("POST", "/matters", application(), headers=headers))
    assert json.loads(again["body"])["matter"] == json.loads(begun["body"])["matter"]
    assert ours(event("POST", "/matters", application()))["statusCode"] == 401


def test_a_method_that_is_not_there_is_refused_naming_all_that_are(both):
    ours, _ = both
    answer = ours(event("DELETE", "/matters"))
    assert (answer["statusCode"], answer["headers"]["allow"]) == (405, "GET, HEAD, POST")


def test_a_path_outside_the_deployment_is_not_found(both):
    ours, _ = both
    sent = event("GET", "/health")
    for path in ("/dongcheng/api/v1x/health", "/jinjiang/api/v1/health", "/health", ""):
        sent["requestContext"]["http"]["path"] = path
        assert ours(sent)["statusCode"] == 404


def test_a_body_that_is_too_large_or_no_base64_is_refused(both, office):
    ours, _ = both
    headers = {
        "authorization": f"Bearer {office.identity.token('clerk', 'dongcheng')}",
        "idempotency-key": "a",
    }
    large = event("POST", "/matters", binary=b"x" * (JSON_LIMIT + 1), headers=headers)
    assert ours(large)["statusCode"] == 413
    broken = {**large, "body": "§"}
    assert ours(broken)["statusCode"] == 400


def test_what_nobody_foresaw_tells_a_request_id_and_nothing_else(office):
    def fails(visit):
        raise RuntimeError("a secret of the inside")

    def refuses(visit):
        raise LinliError("a secret of the inside")

    ways = [
        Way(method="GET", path="/fails", answer=fails, title="坏"),
        Way(method="GET", path="/refuses", answer=refuses, title="坏"),
    ]
    ours = Events(ways, office.service.deployment, office.service, office.identity)
    for path in ("/fails", "/refuses"):
        answer = ours(event("GET", path))
        assert answer["statusCode"] == 500
        assert "secret" not in answer["body"]
        assert answer["headers"]["x-request-id"] in answer["body"]
        assert answer["headers"]["x-content-type-options"] == "nosniff"


def test_a_reply_sends_itself_with_its_length():
    sent = []

    async def send(message):
        sent.append(message)

    asyncio.run(Reply("好".encode(), 200, {"X-Name": "a"}, "text/plain; charset=utf-8")({}, None, send))
    start, body = sent
    assert dict(start["headers"]) == {
        b"x-name": b"a",
        b"content-length": b"3",
        b"content-type": b"text/plain; charset=utf-8",
    }
    assert body["body"].decode() == "好"
    assert b"content-length" not in dict(Reply(status=204).headers)
