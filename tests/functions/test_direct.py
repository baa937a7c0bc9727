"""Calls straight over the wire: signed as botocore signs, with answers and failures as the store knows them."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from zlib import crc32

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st

from linli.store_dynamodb_calls import NoAnswer, Refused
from linli.store_refusals import StoreFailed
from linli_functions import direct
from linli_functions.direct import DirectWire, in_function, signed
from tests.store import emulators

KEY, SECRET = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
ENVIRONMENT = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET}
TOKENS = st.text("abcdefXYZ012+/=", min_size=1, max_size=40)


@given(
    body=st.binary(max_size=200),
    region=st.sampled_from(["cn-north-1", "cn-northwest-1", "eu-west-1"]),
    service=st.sampled_from(["dynamodb", "secretsmanager"]),
    token=st.none() | TOKENS,
    seconds=st.integers(1_700_000_000, 1_900_000_000),
)
def test_a_call_is_signed_as_botocore_signs_it(
    body: bytes, region: str, service: str, token: str | None, seconds: int
) -> None:
    headers = {
        "Content-Type": "application/x-amz-json-1.0",
        "Host": f"{service}.{region}.amazonaws.com.cn",
        "X-Amz-Target": "DynamoDB_20120810.GetItem",
    }
    at = datetime.fromtimestamp(seconds, UTC)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("botocore.auth.get_current_datetime", lambda **_: at.replace(tzinfo=None))
        theirs = AWSRequest("POST", f"https://{headers['Host']}/", dict(headers), body)
        SigV4Auth(Credentials(KEY, SECRET, token), service, region).add_auth(theirs)
    ours = dict(headers)
    if token:
        ours["X-Amz-Security-Token"] = token
    made = signed(ours, body, service, region, KEY, SECRET, at)
    assert made["X-Amz-Date"] == theirs.headers["X-Amz-Date"]
    assert made["Authorization"] == theirs.headers["Authorization"]


def test_where_a_service_is_called() -> None:
    def at(service: str, region: str = "", endpoint: str = "", **more: str) -> str:
        return DirectWire(service, region, endpoint, {**ENVIRONMENT, **more})._address.geturl()

    assert at("dynamodb", "cn-north-1") == "https://dynamodb.cn-north-1.amazonaws.com.cn"
    assert at("secretsmanager", AWS_REGION="eu-west-1") == "https://secretsmanager.eu-west-1.amazonaws.com"
    assert at("dynamodb", "eu-west-1", AWS_ENDPOINT_URL="http://127.0.0.1:1") == "http://127.0.0.1:1"
    named = {"AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_ENDPOINT_URL_DYNAMODB": "http://127.0.0.1:2"}
    assert at("dynamodb", "eu-west-1", **named) == "http://127.0.0.1:2"
    assert at("dynamodb", "eu-west-1", "http://127.0.0.1:3", **named) == "http://127.0.0.1:3"
    assert not in_function(ENVIRONMENT)
    assert in_function({**ENVIRONMENT, "AWS_LAMBDA_FUNCTION_NAME": "river-matters"})


def test_bytes_come_back_as_bytes_and_refusals_with_their_reasons(ministack: str) -> None:
    wire, table = DirectWire("dynamodb", emulators.REGION, ministack), emulators.new_table(ministack)
    item = {"pk": {"S": "a"}, "sk": {"S": "b"}, "data": {"B": b"\0\xff"}, "n": {"N": "1"}}
    item["list"] = {"L": [{"B": b"x"}, {"M": {"B": {"S": "a map may have a key of this name"}}}]}
    wire.call("PutItem", {"TableName": table, "Item": item})
    key = {"pk": item["pk"], "sk": item["sk"]}
    assert wire.call("GetItem", {"TableName": table, "Key": key})["Item"] == item
    put = {"TableName": table, "Item": item, "ConditionExpression": "attribute_not_exists(pk)"}
    with pytest.raises(Refused) as refused:
        wire.call("PutItem", put)
    assert (refused.value.code, refused.value.status) == ("ConditionalCheckFailedException", 400)
    with pytest.raises(Refused) as refused:
        wire.call("TransactWriteItems", {"TransactItems": [{"Put": put}]})
    assert refused.value.code == "TransactionCanceledException"
    assert refused.value.reasons == ("ConditionalCheckFailed",)
    with pytest.raises(Refused, match="ResourceNotFoundException"):
        wire.call("GetItem", {"TableName": "no-such-table", "Key": key})
    wire.close()


def test_without_credentials_nothing_is_sent() -> None:
    with pytest.raises(StoreFailed, match="没有访问凭证"):
        DirectWire("dynamodb", "cn-north-1", "http://127.0.0.1:1", {}).call("GetItem", {})


def answered(body: bytes, head: str = "200 OK", **headers: str) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {head}\r\nContent-Length: {len(body)}\r\n{lines}\r\n".encode() + body


def requested(connection: socket.socket) -> bool:
    """Read a request, which comes in pieces; whether there was one."""
    got = b""
    while not got.endswith(b"\r\n\r\n{}"):
        piece = connection.recv(65536)
        if not piece:
            return False
        got += piece
    return True


@contextmanager
def server(*answers: bytes | None) -> Iterator[tuple[DirectWire, list[int]]]:
    """A server with an answer for each request, None to hang up; and on which connection each request came."""
    seen: list[int] = []
    left = list(answers)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            connections = 0
            while left:
                connection, _ = listening.accept()
                connections += 1
                with connection:
                    while left and requested(connection):
                        seen.append(connections)
                        answer = left.pop(0)
                        if answer is None:
                            break
                        connection.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        wire = DirectWire("dynamodb", "cn-north-1", address, ENVIRONMENT)
        yield wire, seen
        wire.close()


@pytest.mark.parametrize(
    "answer",
    [
        None,
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
        answered(b"<html>"),
        answered(b"[]"),
        answered(b"<html>", "502 Bad Gateway"),
        answered(b'{"Item": {}}', **{"x-amz-crc32": "1"}),
    ],
)
def test_what_cannot_be_read_is_no_answer(answer: bytes | None) -> None:
    with server(answer) as (wire, _), pytest.raises(NoAnswer):
        wire.call("GetItem", {})


def test_who_does_not_answer_in_time_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(direct, "READ_SECONDS", 0.05)
    with server(b"", b"") as (wire, _), pytest.raises(NoAnswer, match="imeout"):
        wire.call("GetItem", {})
    closed = DirectWire("dynamodb", "cn-north-1", "http://127.0.0.1:9", ENVIRONMENT)
    with pytest.raises(NoAnswer):
        closed.call("GetItem", {})


def test_an_error_of_the_service_is_told_with_its_status() -> None:
    body = b'{"__type": "com.amazon.coral.service#InternalServerError:http", "Message": "sorry"}'
    with server(answered(body, "500 Internal Server Error")) as (wire, _), pytest.raises(Refused) as refused:
        wire.call("GetItem", {})
    error = refused.value
    assert (error.code, error.message, error.status) == ("InternalServerError", "sorry", 500)


def test_a_connection_is_used_again_unless_it_was_idle_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    checked: Callable[[bytes], Any] = lambda body: answered(body, **{"x-amz-crc32": str(crc32(body))})  # noqa: E731
    with server(*[checked(b'{"Item": {"a": {"B": "AAE="}}}')] * 3) as (wire, seen):
        assert wire.call("GetItem", {}) == {"Item": {"a": {"B": b"\0\x01"}}}
        wire.call("GetItem", {})
        monkeypatch.setattr(direct, "IDLE_SECONDS", -1.0)
        wire.call("GetItem", {})
        assert seen == [1, 1, 2]
