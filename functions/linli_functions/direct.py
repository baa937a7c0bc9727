"""Calls to the cloud's JSON services straight over the wire, for functions.

What botocore loads to make a client costs more time at a cold start than everything else together. DynamoDB and Secrets
Manager take a POST of JSON that names its operation in ``X-Amz-Target``, signed with Signature Version 4. Credentials
come from the environment, where every function has them and no process outlives them. Elsewhere, and for services that
speak otherwise, `linli_functions.cloud` goes through botocore; a test holds the signatures against botocore's.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import os
import time
from base64 import b64decode
from collections.abc import Mapping
from datetime import UTC, datetime
from threading import Lock
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from zlib import crc32

import msgspec

from linli.store_dynamodb_calls import NoAnswer, Refused
from linli.store_refusals import StoreFailed

CONNECT_SECONDS, READ_SECONDS = 2, 5
IDLE_SECONDS = 4.0
"""A connection that was idle for longer may be closed at the other end, and is not used again."""

Environment = Mapping[str, str]


class _Kind(NamedTuple):
    target: str
    media: str


KINDS = {
    "dynamodb": _Kind("DynamoDB_20120810", "application/x-amz-json-1.0"),
    "secretsmanager": _Kind("secretsmanager", "application/x-amz-json-1.1"),
}
_VARIABLES = {"dynamodb": "DYNAMODB", "secretsmanager": "SECRETS_MANAGER"}


def in_function(environment: Environment = os.environ) -> bool:
    """Whether this process is a function of the cloud, with credentials of its role in the environment."""
    return "AWS_LAMBDA_FUNCTION_NAME" in environment and "AWS_ACCESS_KEY_ID" in environment


class DirectWire:
    """Calls to one service in a region; a `linli.store_dynamodb_calls.Wire`. Several threads may call at once."""

    def __init__(
        self, service: str, region: str = "", endpoint: str = "", environment: Environment = os.environ
    ) -> None:
        """Take what `KINDS` has, a region (or that of the environment), and an endpoint for tests."""
        self._kind = KINDS[service]
        self._service = service
        self._region = (
            region or environment.get("AWS_REGION", "") or environment.get("AWS_DEFAULT_REGION", "")
        )
        named = (f"AWS_ENDPOINT_URL_{_VARIABLES[service]}", "AWS_ENDPOINT_URL")
        said = endpoint or next((environment[name] for name in named if environment.get(name)), "")
        suffix = ".cn" if self._region.startswith("cn-") else ""
        self._address = urlsplit(said or f"https://{service}.{self._region}.amazonaws.com{suffix}")
        self._environment = environment
        self._idle: list[tuple[float, http.client.HTTPConnection]] = []
        self._lock = Lock()

    def call(self, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Make one call, once. Raises `Refused`, `NoAnswer`, or `StoreFailed` where there are no credentials."""
        body = msgspec.json.encode(arguments)
        headers = {
            "Content-Type": self._kind.media,
            "Host": self._address.netloc,
            "X-Amz-Target": f"{self._kind.target}.{operation}",
        }
        status, said, told = self._sent(body, self._signed(headers, body))
        checked = said.get("x-amz-crc32")
        if checked is not None and int(checked) != crc32(told):
            raise NoAnswer("the answer was garbled on its way")
        try:
            answer: dict[str, Any] = msgspec.json.decode(told, type=dict[str, Any])
        except msgspec.MsgspecError:
            raise NoAnswer(f"an answer of status {status} that is no JSON") from None
        if status >= 300:
            raise _refused(status, answer)
        return _with_bytes(answer) if self._service == "dynamodb" else answer

    def close(self) -> None:
        """Close the connections that nobody uses."""
        with self._lock:
            idle, self._idle = self._idle, []
        for _, connection in idle:
            connection.close()

    def _signed(self, headers: dict[str, str], body: bytes) -> dict[str, str]:
        key = self._environment.get("AWS_ACCESS_KEY_ID", "")
        secret = self._environment.get("AWS_SECRET_ACCESS_KEY", "")
        if not key or not secret:
            raise StoreFailed("没有访问凭证", where=self._service, cure="在函数里检查它的角色")
        if token := self._environment.get("AWS_SESSION_TOKEN", ""):
            headers["X-Amz-Security-Token"] = token
        return signed(headers, body, self._service, self._region, key, secret, datetime.now(UTC))

    def _sent(self, body: bytes, headers: dict[str, str]) -> tuple[int, Mapping[str, str], bytes]:
        connection = self._connection()
        try:
            if connection.sock is None:
                connection.connect()
                connection.sock.settimeout(READ_SECONDS)  # type: ignore[attr-defined]
            connection.request("POST", "/", body, headers)
            answer = connection.getresponse()
            told = answer.read()
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            raise NoAnswer(f"{type(error).__name__}: {error}") from error
        with self._lock:
            self._idle.append((time.time(), connection))
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, told

    def _connection(self) -> http.client.HTTPConnection:
        # By the clock of the day: a function that is not called stands still, and so does every other clock in it.
        since = time.time() - IDLE_SECONDS
        with self._lock:
            while self._idle:
                used, connection = self._idle.pop()
                if since < used:
                    return connection
                connection.close()
        kind = http.client.HTTPSConnection if self._address.scheme == "https" else http.client.HTTPConnection
        return kind(self._address.hostname or "", self._address.port, timeout=CONNECT_SECONDS)


def signed(
    headers: Mapping[str, str], body: bytes, service: str, region: str, key: str, secret: str, now: datetime
) -> dict[str, str]:
    """The headers of a POST to ``/`` with its date and its signature (AWS Signature Version 4)."""
    stamp = now.strftime("%Y%m%dT%H%M%SZ")
    whole = {**headers, "X-Amz-Date": stamp}
    lower = {name.lower(): " ".join(value.split()) for name, value in whole.items()}
    names = ";".join(sorted(lower))
    lines = "".join(f"{name}:{lower[name]}\n" for name in sorted(lower))
    request = f"POST\n/\n\n{lines}\n{names}\n{hashlib.sha256(body).hexdigest()}"
    scope = f"{stamp[:8]}/{region}/{service}/aws4_request"
    text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
    made = f"AWS4{secret}".encode()
    for part in (stamp[:8], region, service, "aws4_request"):
        made = hmac.digest(made, part.encode(), "sha256")
    signature = hmac.new(made, text.encode(), "sha256").hexdigest()
    said = f"AWS4-HMAC-SHA256 Credential={key}/{scope}, SignedHeaders={names}, Signature={signature}"
    return {**whole, "Authorization": said}


def _refused(status: int, answer: Mapping[str, Any]) -> Refused:
    code = str(answer.get("__type") or answer.get("code") or "").rpartition("#")[2].partition(":")[0]
    message = str(answer.get("message") or answer.get("Message") or "")
    reasons = [str(each.get("Code") or "") for each in answer.get("CancellationReasons") or ()]
    return Refused(code, message, status, reasons)


def _with_bytes(value: Any) -> Any:
    """An answer of DynamoDB with its binary values as bytes."""
    if isinstance(value, dict):
        if len(value) == 1 and isinstance(coded := value.get("B"), str):
            return {"B": b64decode(coded)}
        return {name: _with_bytes(each) for name, each in value.items()}
    return [_with_bytes(each) for each in value] if isinstance(value, list) else value
