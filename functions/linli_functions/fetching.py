"""Asking another server for JSON: with a time, a size and a target that are bounded, and no redirect followed.

An issuer's documents decide whom this site believes, so they come by https, or from this machine, and from nowhere
that an answer points to.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

import msgspec

from linli.issuers import address_fault

SECONDS = 5.0
"""How long one question may take, from the first byte to the last."""
LIMIT = 2**18
"""The largest answer, in bytes."""


class Unreachable(Exception):
    """No usable answer came. ``reason`` is one word for the log; nothing of the question or the answer is in it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def ask(
    address: str,
    *,
    form: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    seconds: float = SECONDS,
) -> tuple[int, Any]:
    """The status and the JSON of an answer to GET, or with a ``form`` to POST; raises `Unreachable`."""
    from http.client import HTTPException

    if address_fault(address.partition("?")[0]):
        raise Unreachable("address")
    try:
        status, media, body = _exchange(address, form, headers or {}, seconds)
    except TimeoutError:
        raise Unreachable("time-out") from None
    except (OSError, HTTPException, ValueError):  # an ssl.SSLError is an OSError
        raise Unreachable("connection") from None
    if 300 <= status < 400:
        raise Unreachable("redirect")
    if media.partition(";")[0].strip().lower() not in ("application/json", "application/jwk-set+json"):
        raise Unreachable("media")
    try:
        return status, msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Unreachable("json") from None


def _exchange(
    address: str, form: Mapping[str, str] | None, headers: Mapping[str, str], seconds: float
) -> tuple[int, str, bytes]:
    import ssl
    from http.client import HTTPConnection, HTTPSConnection

    parts = urlsplit(address)
    assert parts.hostname is not None, "an address without a host was refused"
    until = time.monotonic() + seconds
    connection = (
        HTTPConnection(parts.hostname, parts.port, timeout=seconds)
        if parts.scheme == "http"
        else HTTPSConnection(
            parts.hostname, parts.port, timeout=seconds, context=ssl.create_default_context()
        )
    )
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        told = {"accept": "application/json", **headers}
        if form is None:
            connection.request("GET", target, headers=told)
        else:
            told["content-type"] = "application/x-www-form-urlencoded"
            connection.request("POST", target, urlencode(form), told)
        answer = connection.getresponse()
        body = b""
        # Each read has the time that is left: a server that drips a byte a second is not waited for.
        while part := answer.read1(2**16):
            body += part
            left = until - time.monotonic()
            if len(body) > LIMIT:
                raise Unreachable("size")
            if left <= 0:
                raise TimeoutError
            if connection.sock is not None:
                connection.sock.settimeout(left)
        return answer.status, answer.headers.get("content-type", ""), body
    finally:
        connection.close()
