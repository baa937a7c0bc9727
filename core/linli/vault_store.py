"""The vault's rows in the store of a deployment.

What is long, a document for example, lies in a blob of its own, and its row says which: a commit has no room for it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import msgspec
from msgspec import Struct

from linli.calendar import SHANGHAI
from linli.canonical import canonical
from linli.errors import ClaimTaken
from linli.store import Claim, Commit, Row, Store
from linli.vault import Ref, SealedRow

LONGEST_ROW = 256 * 1024
_ELSEWHERE = b"blob:"  # no sealed value begins so: its first byte is the version of the seal

KEYS, SEALED, READS, FORGOTTEN = "vault-keys", "vault", "vault-reads", "vault-forgotten"
ONLY_KEPT = "vault-only-kept"


class Read(Struct, frozen=True):
    """A line of the log of reads: who (a pseudonym) opened which field of whom, why and when; never what it said."""

    at: datetime
    reader: str
    person: str
    matter: str
    field: str
    reason: str


class StoreVaultRows:
    """Keys, sealed values and the log of reads as rows of a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def put_key(self, person: str, wrapped: bytes) -> None:
        """Keep a key unless there is one; who was forgotten starts anew with a key of a new generation."""
        generation = len(self._store.rows(FORGOTTEN, after=f"{person}/", until=f"{person}0"))
        try:
            claim = Claim(f"vault-key/{person}/{generation}")
            self._store.commit(Commit(claims=(claim,), rows=(Row(KEYS, person, wrapped),)))
        except ClaimTaken:
            return

    def key(self, person: str) -> bytes | None:
        """The wrapped key, or None."""
        return self._store.row(KEYS, person)

    def delete_key(self, person: str) -> None:
        """Delete the key and note that it was done, in one commit."""
        generation = len(self._store.rows(FORGOTTEN, after=f"{person}/", until=f"{person}0"))
        noted = Row(FORGOTTEN, f"{person}/{generation:06}")
        self._store.commit(Commit(rows=(Row(KEYS, person, None), noted)))

    def put(self, person: str, matter: str, field: str, cipher: bytes) -> None:
        """Keep a sealed value, in place of the one before."""
        key = f"{person}/{matter}/{field}"
        if len(cipher) <= LONGEST_ROW:
            self._store.commit(Commit(rows=(Row(SEALED, key, cipher),)))
            return
        before = self._store.row(SEALED, key)
        digest = self._store.put_blob(cipher)
        self._store.commit(Commit(rows=(Row(SEALED, key, _ELSEWHERE + digest.encode()),)))
        if before is not None and before.startswith(_ELSEWHERE) and _digest(before) != digest:
            self._store.delete_blob(_digest(before))

    def get(self, person: str, matter: str, field: str) -> bytes | None:
        """A sealed value, or None."""
        row = self._store.row(SEALED, f"{person}/{matter}/{field}")
        return None if row is None else self._whole(row)

    def rows(self, person: str) -> Iterator[SealedRow]:
        """All sealed values of a person."""
        after = f"{person}/"
        while batch := self._store.rows(SEALED, after=after, until=f"{person}0"):
            for row in batch:
                _, matter, field = row.key.rsplit("/", 2)
                yield SealedRow(Ref(person, matter, field), self._whole(row.value or b""))
            after = batch[-1].key

    def restrict(self, person: str, on: bool) -> None:
        """Note, or note no longer, that a person's values are only kept."""
        self._store.commit(Commit(rows=(Row(ONLY_KEPT, person, b"" if on else None),)))

    def restricted(self, person: str) -> bool:
        """Whether that is noted."""
        return self._store.row(ONLY_KEPT, person) is not None

    def log_read(self, reader: str, person: str, matter: str, field: str, reason: str, at: datetime) -> None:
        """Write down a read; the key is made unique so that two reads in one instant are two."""
        body = canonical(
            {"reader": reader, "person": person, "matter": matter, "field": field, "reason": reason}
        )
        key = f"{at.isoformat()}/{secrets.token_hex(4)}"
        self._store.commit(Commit(rows=(Row(READS, key, body),)))

    def _whole(self, row: bytes) -> bytes:
        """A sealed value, read from its blob where it lies in one; empty where that was deleted."""
        return self._store.blob(_digest(row)) or b"" if row.startswith(_ELSEWHERE) else row


def reads(
    store: Store, since: date, until: date, after: str = "", limit: int = 200
) -> list[tuple[str, Read]]:
    """The log of reads from a civil day to a day, both inclusive, oldest first, each with its key; after a key."""
    start, end = (_instant(day).isoformat() for day in (since, until + timedelta(days=1)))
    rows = store.rows(READS, max(after, start), end, limit)
    found = []
    for row in rows:
        told = msgspec.json.decode(row.value or b"", type=dict[str, str])
        found.append((row.key, Read(datetime.fromisoformat(row.key.rpartition("/")[0]), **told)))
    return found


def _instant(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI).astimezone(UTC)


def _digest(row: bytes) -> str:
    return row.removeprefix(_ELSEWHERE).decode()
