"""A visit: one request to one deployment, as the answers of the API see it.

An answer is a plain function ``(visit) -> Reply``. It may block: a server runs it in a thread. Reading the body,
finding out who asks, and turning errors into problems is done around it, in `linli_functions.routing`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from msgspec import Struct

from linli.errors import BadInput
from linli_functions.bodies import JSON_LIMIT, decode_json
from linli_functions.identity import person_of
from linli_functions.refusals import NotSignedIn
from linli_functions.replies import Reply

if TYPE_CHECKING:  # a function that needs no store starts without what has one
    from linli.appointments import Person
    from linli.deployment import Deployment
    from linli.service import Service
    from linli_functions.identity import Caller, Identity

T = TypeVar("T")

KEY_LENGTH = 200
PAGE = 200
SIGN_IN = "在工作台登录，或带上令牌：Authorization: Bearer <令牌>"


class Visit(Struct, frozen=True):
    """One request: its deployment, who asks, and its body. ``path`` and ``query`` hold what the address says.

    ``held`` is None in a function that works without a store.
    """

    deployment: Deployment
    held: Service | None
    caller: Caller | None
    path: dict[str, str]
    query: dict[str, str]
    headers: dict[str, str]
    address: str
    body: bytes = b""

    @property
    def service(self) -> Service:
        """The service of the deployment; only ways of functions that have a store ask for it."""
        assert self.held is not None, "this way needs a store"
        return self.held

    @property
    def visitor(self) -> Person | None:
        """The person who asks, with the appointments of today; None for the public."""
        return None if self.caller is None else person_of(self.service, self.caller)

    @property
    def person(self) -> Person:
        """The person who asks; raises `NotSignedIn` for the public."""
        found = self.visitor
        if found is None:
            raise NotSignedIn("请先登录", cure=SIGN_IN)
        return found

    def json(self, kind: type[T]) -> T:
        """The JSON body as a struct; raises `LinliError` for any other."""
        return decode_json(self.body, kind, self.headers.get("content-type", ""))

    def key(self) -> str:
        """The idempotency key; raises `BadInput` saying what to do where it is missing."""
        key = self.headers.get("idempotency-key", "").strip()
        if not key or len(key) > KEY_LENGTH or not key.isprintable():
            raise BadInput(
                "写入要带幂等键" if not key else f"幂等键要是 1 到 {KEY_LENGTH} 个可见字符",
                where="Idempotency-Key",
                cure="加请求头 Idempotency-Key，每件新事用一个新的随机值（例如 UUID）；重试时用原来的值",
            )
        return key

    def day(self, name: str) -> date | None:
        """A date of the query; raises `BadInput` for what is none."""
        written = self.query.get(name, "")
        if not written:
            return None
        try:
            return msgspec.convert(written, date)
        except msgspec.ValidationError:
            raise BadInput(f"“{written[:30]}”不是日期", where=name, cure="写成 2026-03-01") from None

    def limit(self) -> int:
        """How many items to answer, from the query: 1 to 200."""
        written = self.query.get("limit", str(PAGE))
        if not (
            written.isascii() and written.isdecimal() and 1 <= len(written) <= 3 and 1 <= int(written) <= PAGE
        ):
            raise BadInput(f"要填 1 到 {PAGE} 之间的整数", where="limit")
        return int(written)

    def flag(self, name: str) -> bool:
        """A yes or no of the query: ``1`` or ``true`` is yes."""
        written = self.query.get(name, "")
        if written not in ("", "0", "1", "true", "false"):
            raise BadInput("要填 1 或 0", where=name)
        return written in ("1", "true")


Answer = Callable[[Visit], Reply]


class Way(Struct, frozen=True, kw_only=True):
    """A way into the API: method, path, the answer, and what `linli_functions.openapi` says of it.

    ``writes``: the answer changes something, so that the session's CSRF token and an idempotency key are needed.
    ``body`` is the struct of a JSON body, ``media`` the media type of any other.
    """

    method: str
    path: str
    answer: Answer
    title: str
    writes: bool = False
    signed_in: bool = False
    body: Any = None
    media: str = ""
    limit: int = JSON_LIMIT
    query: tuple[tuple[str, str], ...] = ()
    result: Any = None
    result_media: str = "application/json"
    status: int = 200


def caller_of(way: Way, identity: Identity, headers: Mapping[str, str], slug: str) -> Caller | None:
    """Who comes this way, None for the public; who may not write is told so before a body is taken in.

    Raises `NotSignedIn`, and `Forbidden` for a write without the session's CSRF token.
    """
    caller = identity.caller(headers, slug)
    if way.signed_in and caller is None:
        raise NotSignedIn("请先登录", cure=SIGN_IN)
    if way.writes and caller is not None:
        identity.check_csrf(caller, headers.get("x-csrf-token", ""))
    return caller


def asked(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The query by name; raises `BadInput` for a name written twice and for what cannot be printed."""
    found: dict[str, str] = {}
    for name, value in pairs:
        if name in found:
            raise BadInput(f"{name} 写了两次", where=name)
        if not value.isprintable() or len(value) > 1000:
            raise BadInput("里面有不能用的字符，或太长", where=name)
        found[name] = value
    return found
