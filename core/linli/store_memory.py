"""A store that lives as long as its process: for tests, dry runs and trying things out."""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator, Sequence
from threading import RLock
from typing import Generic, TypeVar

from linli.ledger import FEN, is_outside
from linli.store import Capacity, Claim, Commit, Names, Row, StoredEntry, StoredPosting, StoredStep
from linli.store_capacity import SMALLEST, must_fit
from linli.store_refusals import net_changes, refusal

V = TypeVar("V")


class MemoryStore:
    """The `Store` of a deployment in memory. One lock makes a commit whole for every thread.

    It takes no more at once than the smallest of all stores, so that what was tried here fits everywhere.
    """

    def __init__(self, deployment: str, capacity: Capacity = SMALLEST) -> None:
        self.deployment = deployment
        self.capacity = capacity
        self._lock = RLock()
        self._steps: _Ordered[list[StoredStep]] = _Ordered()
        self._claims: _Ordered[Claim] = _Ordered()
        self._registers: dict[str, _Ordered[list[StoredEntry]]] = {}
        self._rows: dict[str, _Ordered[Row]] = {}
        self._balances: dict[tuple[str, str], int] = {}
        self._postings: list[StoredPosting] = []
        self._postings_of: dict[str, list[StoredPosting]] = {}
        self._blobs: dict[str, bytes] = {}

    def commit(self, commit: Commit) -> None:
        """Write all of it or nothing; see `Store.commit`."""
        changes = net_changes(commit)
        must_fit(commit, self.capacity)
        with self._lock:
            # Everything that can be refused is refused here; what follows cannot fail half-way.
            refused = refusal(commit, changes, self)
            if refused is not None:
                raise refused
            for claim in commit.claims:
                self._claims.put(claim.key, claim)
            for entry in commit.entries:
                versions = self._registers.setdefault(entry.register, _Ordered())
                stored = StoredEntry(entry.register, entry.key, entry.version, entry.body)
                versions.put(entry.key, [*versions.get(entry.key, []), stored])
            for row in commit.rows:
                index = self._rows.setdefault(row.index, _Ordered())
                if row.value is None:
                    index.drop(row.key)
                else:
                    index.put(row.key, row)
            for key, change in changes.items():
                self._balances[key] = self._balances.get(key, 0) + change
            self._append(commit)

    def head(self, matter: str) -> int:
        """The number of the last step of a matter; 0 where there is none."""
        with self._lock:
            return len(self._steps.get(matter, []))

    def steps(self, matter: str, after: int = 0) -> list[StoredStep]:
        """The steps of a matter after a number, in order."""
        with self._lock:
            return self._steps.get(matter, [])[max(after, 0) :]

    def matters(self, after: str = "", limit: int = 1000) -> list[str]:
        """Ids of matters in order, after one."""
        with self._lock:
            return self._steps.keys(after, limit=limit)

    def claim(self, key: str) -> bytes | None:
        """The value of a claim, or None where it was never made."""
        with self._lock:
            claim = self._claims.find(key)
            return None if claim is None else claim.value

    def claims(self, after: str = "", limit: int = 1000) -> list[Claim]:
        """Claims in order of their keys."""
        with self._lock:
            return self._claims.page(after, limit=limit)

    def entries(self, register: str, keys: Sequence[str]) -> dict[str, StoredEntry]:
        """The entries that exist among the keys, in their latest version."""
        with self._lock:
            versions = self._registers.get(register, _Ordered())
            return {key: found[-1] for key in keys if (found := versions.find(key))}

    def register(self, register: str, after: str = "", limit: int = 1000) -> list[StoredEntry]:
        """Entries of a register in order of their keys, in their latest version."""
        with self._lock:
            return [found[-1] for found in self._registers.get(register, _Ordered()).page(after, limit=limit)]

    def entry_history(self, register: str, key: str) -> list[StoredEntry]:
        """All versions of an entry, oldest first."""
        with self._lock:
            return list(self._registers.get(register, _Ordered()).get(key, []))

    def rows(self, index: str, after: str = "", until: str = "", limit: int = 1000) -> list[Row]:
        """Rows of an index with ``after < key`` and, if given, ``key < until``, in order."""
        with self._lock:
            return self._rows.get(index, _Ordered()).page(after, until, limit)

    def row(self, index: str, key: str) -> bytes | None:
        """The value of one row, or None."""
        with self._lock:
            row = self._rows.get(index, _Ordered()).find(key)
            return None if row is None else row.value

    def balance(self, account: str, commodity: str = FEN) -> int:
        """What an account holds; an account that lies outside is summed."""
        with self._lock:
            if not is_outside(account):
                return self._balances.get((account, commodity), 0)
            return sum(
                posting.amount if posting.destination == account else -posting.amount
                for posting in (stored.posting for stored in self._postings_of.get(account, []))
                if posting.commodity == commodity
            )

    def balances(self, prefix: str = "") -> dict[tuple[str, str], int]:
        """What the accounts below a prefix hold, by (account, commodity), in order; emptied ones with 0."""
        with self._lock:
            return {key: self._balances[key] for key in sorted(self._balances) if key[0].startswith(prefix)}

    def postings(self, account: str = "") -> Iterator[StoredPosting]:
        """Postings in order of commit, of one account or of all."""
        with self._lock:
            found = self._postings_of.get(account, []) if account else self._postings
            return iter(found[:])

    def put_blob(self, data: bytes) -> str:
        """Keep bytes under their SHA-256 (hex), which is returned; twice is once."""
        digest = hashlib.sha256(data).hexdigest()
        with self._lock:
            self._blobs.setdefault(digest, bytes(data))
        return digest

    def blob(self, digest: str) -> bytes | None:
        """The bytes of that hash, or None where there are none or they were taken down."""
        with self._lock:
            return self._blobs.get(digest)

    def delete_blob(self, digest: str) -> None:
        """Take bytes down for good; where there are none, nothing happens."""
        with self._lock:
            self._blobs.pop(digest, None)

    def names(self) -> Names:
        """Indexes, registers and blobs that are there."""
        with self._lock:
            indexes = (index for index, rows in self._rows.items() if rows.keys(limit=1))
            return Names(tuple(sorted(indexes)), tuple(sorted(self._registers)), tuple(sorted(self._blobs)))

    def close(self) -> None:
        """Do nothing: there are no files to let go of."""

    def _append(self, commit: Commit) -> None:
        for step in commit.steps:
            stored = StoredStep(step.matter, step.number, step.body, step.salt, step.leaf)
            self._steps.put(step.matter, [*self._steps.get(step.matter, []), stored])
            for ordinal, posting in enumerate(step.postings):
                caused = StoredPosting(step.matter, step.number, ordinal, posting)
                self._postings.append(caused)
                for account in (posting.source, posting.destination):
                    self._postings_of.setdefault(account, []).append(caused)


class _Ordered(Generic[V]):
    """A dict whose keys can be paged in order. Code points sort as their UTF-8 bytes do."""

    def __init__(self) -> None:
        self._values: dict[str, V] = {}
        self._keys: list[str] = []

    def find(self, key: str) -> V | None:
        return self._values.get(key)

    def get(self, key: str, missing: V) -> V:
        return self._values.get(key, missing)

    def put(self, key: str, value: V) -> None:
        if key not in self._values:
            insort(self._keys, key)
        self._values[key] = value

    def drop(self, key: str) -> None:
        if self._values.pop(key, None) is not None:
            del self._keys[bisect_left(self._keys, key)]

    def keys(self, after: str = "", until: str = "", limit: int = 1000) -> list[str]:
        first = bisect_right(self._keys, after)
        last = bisect_left(self._keys, until) if until else len(self._keys)
        return self._keys[first : min(last, first + max(limit, 0))]

    def page(self, after: str = "", until: str = "", limit: int = 1000) -> list[V]:
        return [self._values[key] for key in self.keys(after, until, limit)]
