"""Replies: what goes wrong tells nothing of the inside, and a reply sends itself whole."""

import asyncio

import pytest

from linli.errors import LinliError
from linli_functions.api import function_app
from linli_functions.handlers.adapting import adapted
from linli_functions.replies import Reply
from linli_functions.visits import Way
from tests.functions.offices import Office
from tests.functions.test_handlers import event


@pytest.fixture
def office(tmp_path) -> Office:
    return Office(tmp_path)


def test_what_nobody_foresaw_tells_a_request_id_and_nothing_else(office):
    def fails(visit):
        raise RuntimeError("a secret of the inside")

    def refuses(visit):
        raise LinliError("a secret of the inside")

    ways = [
        Way(method="GET", path="/fails", answer=fails, title="坏"),
        Way(method="GET", path="/refuses", answer=refuses, title="坏"),
    ]
    app = function_app(ways, office.service.deployment, office.service, office.identity)
    ours = adapted(app)
    for path in ("/fails", "/refuses"):
        answer = ours(event("GET", path), None)
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
