"""Signed texts: a payload and an HMAC-SHA256 over it, for cookies and tokens that this machine gave out itself.

Each use has its own purpose, which is part of what is signed, so that a session never passes for a token.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from typing import TypeVar

import msgspec

T = TypeVar("T")


def sign(key: bytes, purpose: str, payload: msgspec.Struct) -> str:
    """The payload as ASCII text that only the holder of the key can make."""
    body = _text(msgspec.json.encode(payload))
    return f"{body}.{_text(_mac(key, purpose, body))}"


def signed(key: bytes, purpose: str, text: str, kind: type[T]) -> T | None:
    """The payload of a signed text, or None where it was not signed with this key for this purpose."""
    body, dot, mac = text.partition(".")
    if not dot or not text.isascii() or not hmac.compare_digest(_text(_mac(key, purpose, body)), mac):
        return None
    try:
        data = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
        return msgspec.json.decode(data, type=kind)
    except (binascii.Error, msgspec.DecodeError):
        return None


def fingerprint(key: bytes, purpose: str, text: str) -> str:
    """A text that can be made of another only with the key: a CSRF token of a session."""
    return _text(_mac(key, purpose, text))


def _mac(key: bytes, purpose: str, body: str) -> bytes:
    return hmac.new(key, f"linli {purpose}\0{body}".encode(), hashlib.sha256).digest()


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
