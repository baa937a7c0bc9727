"""Blobs in the table, or in a bucket where they are large and there is one.

A short blob is one item. A long one lies in parts or in the bucket, under a name that belongs to one `put`. Before it
writes a part, a put leaves word of its name (*coming*); with one transaction that word turns into the blob. A delete
first says that what it found is *going*, so that no put can turn that word into a blob any more and begins anew. So
those who put and delete the same bytes at once never take away each other's, and what a process leaves half done when
it dies is never handed out and goes with the next delete of the same bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Protocol

from linli.errors import Conflict
from linli.store_capacity import PART_BYTES
from linli.store_dynamodb_calls import Refused, Table
from linli.store_dynamodb_commit import Stamps
from linli.store_dynamodb_layout import Item, Key, Layout, key_of, keyed, whole

COMING, HERE, GOING = "coming", "here", "going"
_ATTEMPTS = 8


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
            if found is not None and _state(found) == HERE:
                return digest
            if len(data) <= PART_BYTES:
                self._say(self._layout.blob(digest), HERE, {"v": {"B": data}} if data else {})
                return digest
            if found is not None:
                self._remove(digest, found)  # somebody's delete has not come to its end
            if self._put_long(digest, data):
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
        for found in list(self._table().query(self._layout.blob(digest)[0])):
            self._remove(digest, found)

    def _put_long(self, digest: str, data: bytes) -> bool:
        """Put bytes under a name of their own; False where a delete came in between."""
        name = self._stamps.next()
        coming = self._layout.coming(digest, name)
        parts = [data[start : start + PART_BYTES] for start in range(0, len(data), PART_BYTES)]
        where: Item = {"of": {"S": name}}
        if self._bucket is None:
            where["parts"] = {"N": str(len(parts))}
        self._say(coming, COMING, where)
        if self._bucket is not None:
            self._bucket.put(self._named(digest, name), data)
        else:
            for number, part in enumerate(parts):
                self._table().put({**keyed(self._layout.part(name, number)), "v": {"B": part}})
        if self._turned(self._layout.blob(digest), coming, where):
            return True
        # A delete came in between, or somebody else has put the same bytes: theirs will do. The name is ours alone, and
        # is in no blob, so that its bytes can go whoever else is about to delete them.
        self._clear(digest, where)
        self._table().delete(coming)
        return False

    def _turned(self, blob: Key, coming: Key, where: Item) -> bool:
        """Turn the word that bytes are coming into the blob; False where there is one, or the word is gone."""
        named = {"TableName": self._table().name}
        is_new = {"ConditionExpression": "attribute_not_exists(pk)"}
        is_coming = {
            "ConditionExpression": "#state = :coming",
            "ExpressionAttributeNames": {"#state": "state"},
            "ExpressionAttributeValues": {":coming": {"S": COMING}},
        }
        put = {**named, "Item": {**keyed(blob), "state": {"S": HERE}, **where}, **is_new}
        gone = {**named, "Key": keyed(coming), **is_coming}
        asked = {"TransactItems": [{"Put": put}, {"Delete": gone}], "ClientRequestToken": where["of"]["S"]}
        try:
            self._table().call("TransactWriteItems", asked)
        except Refused:
            # Or it is done, and only the answer was lost.
            stands = self._table().get(blob)
            return stands is not None and stands.get("of") == where["of"] and _state(stands) == HERE
        return True

    def _remove(self, digest: str, found: Item) -> None:
        """Delete an item and the bytes that it names, unless it is no longer what was found."""
        key = key_of(found)
        if "of" not in found:
            self._table().delete(key)
            return
        same = ("#of = :of", {":of": found["of"]}, {"#of": "of"})
        going: Item = {each: found[each] for each in ("of", "parts") if each in found}
        if self._table().put({**keyed(key), "state": {"S": GOING}, **going}, *same):
            self._clear(digest, going)
            self._table().delete(key, *same)

    def _clear(self, digest: str, where: Item) -> None:
        name = where["of"]["S"]
        if "parts" not in where and self._bucket is not None:
            self._bucket.delete(self._named(digest, name))
        for number in range(whole(where, "parts")):
            self._table().delete(self._layout.part(name, number))

    def _item(self, digest: str) -> Item | None:
        return self._table().get(self._layout.blob(digest))

    def _say(self, key: Key, state: str, where: Item) -> None:
        self._table().put({**keyed(key), "state": {"S": state}, **where})

    def _named(self, digest: str, name: str) -> str:
        return f"{self._layout.deployment}/{digest}/{name}"


def _state(item: Item) -> str:
    return str(item["state"]["S"])
