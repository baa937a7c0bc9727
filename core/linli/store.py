"""What a store keeps and promises.

A store belongs to one deployment. A `Commit` takes effect whole or not at all: steps that must be the next of their
matter, postings netted per account with balances that stay at or above zero, claims that must not exist yet, entries
and rows, all under conditions on what was read. Three stores keep this promise under one contract test
(`linli.store_contract`): memory, SQLite and DynamoDB.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from msgspec import Struct

from linli.ledger import Posting


class StepWrite(Struct, frozen=True):
    """A step to append: its matter, its number (the matter must stand at ``number - 1``), canonical bytes, salt, leaf.

    ``leaf`` is the 32-byte hash that goes to the log; ``salt`` (16 bytes) keeps it from being guessed.
    """

    matter: str
    number: int
    body: bytes
    salt: bytes
    leaf: bytes
    postings: tuple[Posting, ...] = ()


class StoredStep(Struct, frozen=True):
    """A step as it was committed."""

    matter: str
    number: int
    body: bytes
    salt: bytes
    leaf: bytes


class StoredPosting(Struct, frozen=True):
    """A posting with the step that caused it and its ordinal there (from 0)."""

    matter: str
    number: int
    ordinal: int
    posting: Posting


class Claim(Struct, frozen=True):
    """Something that may happen once: an idempotency key, one ballot of a voter."""

    key: str
    value: bytes = b""


class EntryWrite(Struct, frozen=True):
    """A register entry to write: ``version`` is the new one, one more than the version that must stand (0: none)."""

    register: str
    key: str
    version: int
    body: bytes


class StoredEntry(Struct, frozen=True):
    """A register entry in one version."""

    register: str
    key: str
    version: int
    body: bytes


class EntryCondition(Struct, frozen=True):
    """The entry must still stand at this version (0: there is none)."""

    register: str
    key: str
    version: int


class BalanceCondition(Struct, frozen=True):
    """The account must still hold exactly this much.

    What lies outside keeps no balance that a commit could hold to, so there is no such condition on it.
    """

    account: str
    commodity: str
    amount: int


class Row(Struct, frozen=True):
    """A row of an index; ``value`` None deletes it. Keys sort by their UTF-8 bytes."""

    index: str
    key: str
    value: bytes | None = b""


class Commit(Struct, frozen=True, kw_only=True):
    """One atomic write."""

    steps: tuple[StepWrite, ...] = ()
    claims: tuple[Claim, ...] = ()
    entries: tuple[EntryWrite, ...] = ()
    rows: tuple[Row, ...] = ()
    conditions: tuple[EntryCondition, ...] = ()
    balances: tuple[BalanceCondition, ...] = ()


class Capacity(Struct, frozen=True):
    """How much fits into one commit: so many writes, so many bytes; `linli.store_capacity` says how they count."""

    writes: int
    bytes: int


class Names(Struct, frozen=True):
    """What a store has to name: its indexes, its registers and the hashes of its blobs, each sorted."""

    indexes: tuple[str, ...] = ()
    registers: tuple[str, ...] = ()
    blobs: tuple[str, ...] = ()


class Store(Protocol):
    """A store of one deployment. Every method may be called from several threads at once."""

    deployment: str
    capacity: Capacity

    def commit(self, commit: Commit) -> None:
        """Write all of it or nothing.

        Raises `TooLarge`, before anything is written, for more than `capacity`; `BadInput` for a posting that
        cannot be and for a condition on an account that lies outside; `Conflict` where a step is not the next of
        its matter, an entry or a condition has moved; `ClaimTaken` with the value of the earlier claim; `Overdrawn`
        naming the account that would fall below zero.
        """

    def head(self, matter: str) -> int:
        """The number of the last step of a matter; 0 where there is none."""

    def steps(self, matter: str, after: int = 0) -> list[StoredStep]:
        """The steps of a matter after a number, in order."""

    def matters(self, after: str = "", limit: int = 1000) -> list[str]:
        """Ids of matters in order, after one; for checks and replay, not for requests."""

    def claim(self, key: str) -> bytes | None:
        """The value of a claim, or None where it was never made."""

    def claims(self, after: str = "", limit: int = 1000) -> list[Claim]:
        """Claims in order of their keys; for checks."""

    def entries(self, register: str, keys: Sequence[str]) -> dict[str, StoredEntry]:
        """The entries that exist among the keys, in their latest version."""

    def register(self, register: str, after: str = "", limit: int = 1000) -> list[StoredEntry]:
        """Entries of a register in order of their keys, in their latest version."""

    def entry_history(self, register: str, key: str) -> list[StoredEntry]:
        """All versions of an entry, oldest first."""

    def rows(self, index: str, after: str = "", until: str = "", limit: int = 1000) -> list[Row]:
        """Rows of an index with ``after < key`` and, if given, ``key < until``, in order."""

    def row(self, index: str, key: str) -> bytes | None:
        """The value of one row, or None."""

    def balance(self, account: str, commodity: str = "fen") -> int:
        """What an account holds; an account that lies outside is summed."""

    def balances(self, prefix: str = "") -> dict[tuple[str, str], int]:
        """What the accounts below a prefix hold, by (account, commodity), without those that lie outside."""

    def postings(self, account: str = "") -> Iterator[StoredPosting]:
        """Postings in order of commit, of one account or of all."""

    def put_blob(self, data: bytes) -> str:
        """Keep bytes under their SHA-256 (hex), which is returned; twice is once."""

    def blob(self, digest: str) -> bytes | None:
        """The bytes of that hash, or None where there are none or they were taken down."""

    def delete_blob(self, digest: str) -> None:
        """Take bytes down for good."""

    def names(self) -> Names:
        """Indexes, registers and blobs that are there; reads the whole store: for moving it, not for requests."""

    def close(self) -> None:
        """Let go of files and connections."""
