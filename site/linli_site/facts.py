"""The record that pages read, and the reader that remembers what each page has read.

A page depends on exactly what it asked for. Each question leaves a *mark*, a short string that names it:

===============  ==========================================================
``=key``         the value of a fact, or that there is none
``?key``         only whether the fact exists
``*prefix``      which keys begin with the prefix
``/prefix``      which next segments follow the prefix
``@today``       the as-of day itself
``@2026-03-01``  only whether that day has been reached
===============  ==========================================================

Between two builds a mark either has the same answer or the pages that left it are built again.
"""

from __future__ import annotations

import os
from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from datetime import date
from functools import cache
from hashlib import blake2b
from tempfile import TemporaryFile
from typing import Any, Protocol, TypeVar, get_origin, overload

import msgspec

from linli.errors import NotFound

T = TypeVar("T")
ABSENT = "-"


def content_hash(content: bytes) -> str:
    """Return the hash by which contents are compared, 32 hexadecimal digits."""
    return blake2b(content, digest_size=16).hexdigest()


class Record(Protocol):
    """What may be published, as a flat mapping from keys to encoded values."""

    def raw(self, key: str) -> bytes | None:
        """Return the value's canonical JSON, or ``None`` when there is no such fact."""

    def hash(self, key: str) -> str | None:
        """Return the content hash of the value, or ``None`` when there is no such fact."""

    def keys(self, prefix: str) -> Sequence[str]:
        """Return the keys that begin with ``prefix``, sorted."""

    def children(self, prefix: str) -> Sequence[str]:
        """Return the distinct segments, up to the next ``/``, that follow ``prefix``, sorted."""


class OnDisk(MutableMapping[str, bytes]):
    """Values in a temporary file, their places in memory: for a record larger than memory should hold.

    Nothing is overwritten, so forked processes read while none writes. The file goes with the process.
    """

    def __init__(self) -> None:
        self._file = TemporaryFile(buffering=0)  # noqa: SIM115 - it lives as long as the record
        self._end = 0
        # One whole number a key, offset and length together: a tuple would cost three objects.
        self._places: dict[str, int] = {}

    def __getitem__(self, key: str) -> bytes:
        offset, length = divmod(self._places[key], 1 << 32)
        return os.pread(self._file.fileno(), length, offset)

    def __setitem__(self, key: str, value: bytes) -> None:
        left, at = memoryview(value), self._end
        while left:
            wrote = os.pwrite(self._file.fileno(), left, at)
            left, at = left[wrote:], at + wrote
        self._places[key] = (self._end << 32) + len(value)
        self._end = at

    def __delitem__(self, key: str) -> None:
        del self._places[key]

    def __contains__(self, key: object) -> bool:
        return key in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


class DictRecord:
    """A record of encoded values by key, decoded only when a page asks.

    ``values`` holds them: a plain dict, or :class:`OnDisk` for a large deployment.
    """

    def __init__(
        self,
        facts: Mapping[str, object] | Iterable[tuple[str, object]] = (),
        values: MutableMapping[str, bytes] | None = None,
    ) -> None:
        self._encoder = msgspec.json.Encoder(order="deterministic")
        self._values = {} if values is None else values
        for key, value in facts.items() if isinstance(facts, Mapping) else facts:
            self._values[key] = self._encoder.encode(value)
        self._sorted = sorted(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def encode(self, value: object) -> bytes:
        """Return the canonical JSON under which ``value`` would be kept."""
        return self._encoder.encode(value)

    def raw(self, key: str) -> bytes | None:
        """Return the value's canonical JSON, or ``None`` when there is no such fact."""
        return self._values.get(key)

    def hash(self, key: str) -> str | None:
        """Return the content hash of the value, or ``None`` when there is no such fact."""
        value = self._values.get(key)
        return None if value is None else content_hash(value)

    def keys(self, prefix: str) -> Sequence[str]:
        """Return the keys that begin with ``prefix``, sorted."""
        start = bisect_left(self._sorted, prefix)
        # No key of the record contains the last code point, so it closes the range of a prefix.
        return self._sorted[start : bisect_left(self._sorted, prefix + "\U0010ffff", start)]

    def children(self, prefix: str) -> Sequence[str]:
        """Return the distinct segments, up to the next ``/``, that follow ``prefix``, sorted."""
        found = []
        at = bisect_left(self._sorted, prefix)
        while at < len(self._sorted) and self._sorted[at].startswith(prefix):
            segment = self._sorted[at][len(prefix) :].partition("/")[0]
            found.append(segment)
            # Jump over everything below this segment ("0" is the character after "/").
            if self._sorted[at] == prefix + segment:
                at += 1
            else:
                at = bisect_left(self._sorted, f"{prefix}{segment}0", at)
        return sorted(set(found))

    def put(self, key: str, value: bytes | None) -> bytes | None:
        """Set the canonical JSON of one fact (``None`` takes it away) and return what was there before."""
        before = self._values.get(key)
        if value is None:
            if before is not None:
                del self._values[key]
                del self._sorted[bisect_left(self._sorted, key)]
        else:
            self._values[key] = value
            if before is None:
                insort(self._sorted, key)
        return before


class Decoded:
    """What was decoded last, so that facts which page after page reads are decoded once.

    A value is handed out again only while its bytes are the same. Frozen structs and tuples are shared, anything
    that a page could change is decoded anew for each. One thread at a time.
    """

    def __init__(self, most: int = 256) -> None:
        """Keep at most so many values, those asked for last."""
        self._most = most
        self._values: dict[tuple[str, Any], tuple[bytes, Any]] = {}

    def value(self, key: str, raw: bytes, kind: Any) -> Any:
        """Return the fact ``key``, whose canonical JSON is ``raw``, as ``kind``."""
        decode, shared = _decoder(kind)
        if not shared:
            return decode(raw)
        known = self._values.pop((key, kind), None)
        if known is None or known[0] != raw:
            known = (raw, decode(raw))
            if len(self._values) >= self._most:
                del self._values[next(iter(self._values))]
        self._values[key, kind] = known
        return known[1]


@cache
def _decoder(kind: Any) -> tuple[Callable[[bytes], Any], bool]:
    """What decodes a kind of value, and whether a value of that kind may be shared."""
    frozen = isinstance(kind, type) and issubclass(kind, msgspec.Struct) and kind.__struct_config__.frozen
    return msgspec.json.Decoder(kind).decode, frozen or get_origin(kind) is tuple


class Reader:
    """A page's view of the record: every question is answered and remembered in ``marks``."""

    __slots__ = ("_decoded", "_record", "_today", "marks")

    def __init__(self, record: Record, today: date, decoded: Decoded | None = None) -> None:
        """Read a record on the as-of day; ``decoded`` is shared by those who read one after another."""
        self._record = record
        self._today = today
        self._decoded = decoded or Decoded()
        self.marks: set[str] = set()

    @overload
    def get(self, key: str) -> Any: ...
    @overload
    def get(self, key: str, kind: type[T]) -> T: ...
    def get(self, key: str, kind: Any = Any) -> Any:
        """Return the fact ``key`` decoded as ``kind``.

        Raises:
            NotFound: there is no such fact; use :meth:`find` where absence is an answer.
        """
        self.marks.add("=" + key)
        raw = self._record.raw(key)
        if raw is None:
            raise NotFound("公开记录中没有这一项", where=key, cure="若它可以不存在，请用 find")
        return self._decoded.value(key, raw, kind)

    @overload
    def find(self, key: str) -> Any: ...
    @overload
    def find(self, key: str, kind: type[T]) -> T | None: ...
    def find(self, key: str, kind: Any = Any) -> Any:
        """Return the fact ``key`` decoded as ``kind``, or ``None`` when there is none."""
        self.marks.add("=" + key)
        raw = self._record.raw(key)
        return None if raw is None else self._decoded.value(key, raw, kind)

    def has(self, key: str) -> bool:
        """Say whether there is a fact ``key``, whatever its value."""
        self.marks.add("?" + key)
        return self._record.raw(key) is not None

    def keys(self, prefix: str) -> Sequence[str]:
        """Return the keys that begin with ``prefix``, sorted."""
        self.marks.add("*" + prefix)
        return self._record.keys(prefix)

    def children(self, prefix: str) -> Sequence[str]:
        """Return the distinct segments, up to the next ``/``, that follow ``prefix``, sorted."""
        self.marks.add("/" + prefix)
        return self._record.children(prefix)

    def today(self) -> date:
        """Return the as-of day. A page that asks is built again every day."""
        self.marks.add("@today")
        return self._today

    def reached(self, day: date) -> bool:
        """Say whether ``day`` has come. A page that asks is built again when it has, and not before."""
        self.marks.add("@" + day.isoformat())
        return self._today >= day

    def current(self, dated: Iterable[tuple[date, T]]) -> T | None:
        """Return the value whose day was reached last, or ``None`` when none was; any order will do."""
        best: tuple[date, T] | None = None
        for since, value in dated:
            if self.reached(since) and (best is None or since >= best[0]):
                best = (since, value)
        return None if best is None else best[1]


def answer(record: Record, today: date, mark: str) -> str:
    """Return the present answer to the question that ``mark`` names, as a short comparable string."""
    sign, what = mark[0], mark[1:]
    if sign == "=":
        return record.hash(what) or ABSENT
    if sign == "?":
        return "1" if record.raw(what) is not None else "0"
    if sign == "*":
        return content_hash("\n".join(record.keys(what)).encode())
    if sign == "/":
        return content_hash("\n".join(record.children(what)).encode())
    if mark == "@today":
        return today.isoformat()
    return "1" if today >= date.fromisoformat(what) else "0"


def spoken(mark: str) -> str:
    """Return a clause that says what changed when the answer to ``mark`` did."""
    sign, what = mark[0], mark[1:]
    if sign == "=":
        return f"{what} changed"
    if sign == "?":
        return f"{what} came or went"
    if sign in "*/":
        return f"what lies under {what} changed"
    return "the day changed" if mark == "@today" else f"{what} was reached"
