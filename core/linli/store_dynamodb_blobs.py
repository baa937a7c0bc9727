"""Blobs in the table, or in a bucket where they are large and there is one.

A short blob is one item. A long one lies in parts or in the bucket, under a name that belongs to one `put`; its item
says where, and how far it is: *coming* while the bytes are written, *here*, or *going*. Every change of the item holds
to the name that was read, so that two who put or delete the same bytes at once do not take away each other's. What a
process leaves half done when it dies is never handed out, and goes with the next put or delete of the same bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Protocol

from linli.errors import Conflict
from linli.store_capacity import PART_BYTES
from linli.store_dynamodb_calls import Table
from linli.store_dynamodb_commit import Stamps
from linli.store_dynamodb_layout import Item, Layout, keyed, whole

COMING, HERE, GOING = "coming", "here", "going"
_ATTEMPTS = 8
_SAME = "#of = :of"


class Bucket(Protocol):
    """Where large blobs lie, by their name; calls are safe to repeat."""

    def put(self, name: str, data: bytes) -> None:
        """Keep bytes under a name, in place of those before."""

    def get(self, name: str) -> bytes | None:
        """The bytes of a name, or None."""

    def delete(self, name: str) -> None:
        """Delete the bytes of a name, if there are any, in every version that the bucket keeps."""


class Blobs:
    """The blobs of a deployment."""

    def __init__(
        self, table: Callable[[], Table], layout: Layout, stamps: Stamps, bucket: Bucket | None
    ) -> None:
        self._table = table
        self._layout = layout
        self._stamps = stamps
        self._bucket = bucket

    def put(self, data: bytes) -> str:
        """Keep bytes under their SHA-256 (hex), which is returned; twice is once."""
        digest = hashlib.sha256(data).hexdigest()
        for _ in range(_ATTEMPTS):
            found = self._item(digest)
            if _state(found) == HERE:
                return digest
            if len(data) <= PART_BYTES:
                self._table().put(self._written(digest, HERE, {"v": {"B": data}} if data else {}))
                return digest
            if self._put_long(digest, data, found):
                return digest
        raise Conflict("这份文件正被别人同时存入和删除", where=digest, cure="请稍后重试")

    def get(self, digest: str) -> bytes | None:
        """The bytes of that hash, or None where there are none or they were taken down."""
        found = self._item(digest)
        if found is None or _state(found) != HERE:
            return None
        if "of" not in found:
            return bytes(found["v"]["B"]) if "v" in found else b""
        name = found["of"]["S"]
        if "parts" not in found:
            return self._bucket.get(self._named(digest, name)) if self._bucket else None
        parts = [bytes(item["v"]["B"]) for item in self._table().query(self._layout.parts(name))]
        # Fewer than there should be: they are being taken down at this moment.
        return b"".join(parts) if len(parts) == whole(found, "parts") else None

    def delete(self, digest: str) -> None:
        """Take bytes down for good; where there are none, nothing happens."""
        for _ in range(_ATTEMPTS):
            found = self._item(digest)
            if found is None:
                return
            if "of" not in found:
                self._table().delete(self._layout.blob(digest))
                return
            if self._say(digest, GOING, _where(found), found):
                self._clear(digest, found)
                self._table().delete(self._layout.blob(digest), *_holding_to(found))
        if self._item(digest) is not None:
            raise Conflict("这份文件正被别人同时存入和删除", where=digest, cure="请稍后重试")

    def _put_long(self, digest: str, data: bytes, found: Item | None) -> bool:
        """Put bytes beside the item; whether they are there, by us or by somebody else."""
        name = self._stamps.next()
        where: Item = {"of": {"S": name}}
        parts = [data[start : start + PART_BYTES] for start in range(0, len(data), PART_BYTES)]
        if self._bucket is None:
            where["parts"] = {"N": str(len(parts))}
        if not self._say(digest, COMING, where, found):
            return False
        if found is not None:
            self._clear(digest, found)
        if self._bucket is not None:
            self._bucket.put(self._named(digest, name), data)
        else:
            for number, part in enumerate(parts):
                self._table().put({**keyed(self._layout.part(name, number)), "v": {"B": part}})
        if self._say(digest, HERE, where, where):
            return True
        # Not ours any more; or it is, and only the answer was lost.
        stands = self._item(digest)
        if stands is not None and _state(stands) == HERE and stands["of"] == where["of"]:
            return True
        self._clear(digest, where)
        return False

    def _clear(self, digest: str, where: Item) -> None:
        """Delete the bytes that an item names."""
        name = where["of"]["S"]
        if "parts" not in where and self._bucket is not None:
            self._bucket.delete(self._named(digest, name))
        for number in range(whole(where, "parts")):
            self._table().delete(self._layout.part(name, number))

    def _item(self, digest: str) -> Item | None:
        return self._table().get(self._layout.blob(digest))

    def _say(self, digest: str, state: str, where: Item, before: Item | None) -> bool:
        """Write down a state if the item is still the one that was read; whether it was."""
        return self._table().put(self._written(digest, state, where), *_holding_to(before))

    def _written(self, digest: str, state: str, where: Item) -> Item:
        return {**keyed(self._layout.blob(digest)), "state": {"S": state}, **where}

    def _named(self, digest: str, name: str) -> str:
        return f"{self._layout.deployment}/{digest}/{name}"


def _state(item: Item | None) -> str:
    return str(item["state"]["S"]) if item else ""


def _where(item: Item) -> Item:
    return {name: item[name] for name in ("of", "parts") if name in item}


def _holding_to(before: Item | None) -> tuple[str, Item, dict[str, str]]:
    """The condition that an item is still the one that was read, with its values and names."""
    if before is None:
        return "attribute_not_exists(pk)", {}, {}
    return _SAME, {":of": before["of"]}, {"#of": "of"}
