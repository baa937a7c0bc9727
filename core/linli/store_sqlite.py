"""The embedded store: one SQLite file a deployment, durable when `commit` returns.

A commit is one ``BEGIN IMMEDIATE`` transaction in WAL mode with ``synchronous=FULL``. Threads and
processes may share the file; a process may be killed at any moment. See `linli.store_connections` for
failures and forks.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from heapq import merge
from operator import itemgetter
from pathlib import Path
from typing import Any

from linli.ledger import FEN, Posting, is_outside
from linli.store import Capacity, Claim, Commit, Names, Row, StepWrite, StoredEntry, StoredPosting, StoredStep
from linli.store_capacity import must_fit
from linli.store_check import sqlite_faults
from linli.store_connections import Connections
from linli.store_refusals import (
    StoreFailed,
    balance_moved,
    claim_taken,
    entry_moved,
    net_changes,
    not_next,
    overdrawn,
    overfull,
)
from linli.store_tables import back_up, check_owner, create

__all__ = ["SqliteStore", "StoreFailed"]

_PAGE = 500

CAPACITY = Capacity(writes=50_000, bytes=2**30)
_UNWEIGHED = 2000  # fewer writes than that are nowhere near the capacity, and weighing costs time

_POSTINGS = """
SELECT seq, matter, number, ordinal, source, destination, amount, commodity, purpose, reverses FROM postings
"""


class SqliteStore:
    """The `Store` of a deployment in one SQLite file, which is made when there is none.

    Raises `LoadFault` for the store of another deployment or of another version of the tables, `Corrupt` for
    a file that is no store, and, from every method, `StoreFailed` where the disk fails.
    """

    def __init__(self, path: str | Path, deployment: str, *, arriving: bool = False) -> None:
        """Open or make the file; ``arriving`` is for `linli.moving`, which alone opens what has not arrived whole."""
        self.deployment = deployment
        self.capacity = CAPACITY
        # Absolute, because connections are opened later, and the working directory may change.
        self.path = Path(path).absolute()
        if not self.path.exists():
            create(self.path, deployment)
        self._connections = Connections(self.path)
        try:
            with self._connections.reading() as connection:
                check_owner(connection, self.path, deployment, arriving=arriving)
        except BaseException:
            self.close()
            raise

    def commit(self, commit: Commit) -> None:
        """Write all of it or nothing; see `Store.commit`. When it returns, the disk has it.

        Raises `StoreFailed` where the disk is full or broken.
        """
        changes = net_changes(commit)
        if len(commit.rows) + len(commit.entries) + len(commit.steps) > _UNWEIGHED:
            must_fit(commit, self.capacity)
        with self._connections.writing() as connection:
            _make_claims(connection, commit)
            _append_steps(connection, commit.steps)
            _write_entries(connection, commit)
            _check_balances(connection, commit)
            _post(connection, commit.steps, changes)
            if commit.rows:
                _write_rows(connection, commit.rows)

    def head(self, matter: str) -> int:
        """The number of the last step of a matter; 0 where there is none."""
        found = self._one("SELECT number FROM heads WHERE matter = ?", matter)
        return found[0] if found else 0

    def steps(self, matter: str, after: int = 0) -> list[StoredStep]:
        """The steps of a matter after a number, in order."""
        return [
            StoredStep(*found)
            for found in self._many(
                "SELECT matter, number, body, salt, leaf FROM steps "
                "WHERE matter = ? AND number > ? ORDER BY number",
                matter,
                after,
            )
        ]

    def matters(self, after: str = "", limit: int = 1000) -> list[str]:
        """Ids of matters in order, after one."""
        return [
            matter
            for (matter,) in self._many(
                "SELECT matter FROM heads WHERE matter > ? ORDER BY matter LIMIT ?", after, max(limit, 0)
            )
        ]

    def claim(self, key: str) -> bytes | None:
        """The value of a claim, or None where it was never made."""
        found = self._one("SELECT value FROM claims WHERE key = ?", key)
        return found[0] if found else None

    def claims(self, after: str = "", limit: int = 1000) -> list[Claim]:
        """Claims in order of their keys."""
        return [
            Claim(*found)
            for found in self._many(
                "SELECT key, value FROM claims WHERE key > ? ORDER BY key LIMIT ?", after, max(limit, 0)
            )
        ]

    def entries(self, register: str, keys: Sequence[str]) -> dict[str, StoredEntry]:
        """The entries that exist among the keys, in their latest version, all of one moment."""
        found = {}
        with self._connections.reading() as connection:
            connection.execute("BEGIN")
            try:
                for key in keys:
                    for values in connection.execute(
                        "SELECT register, key, version, body FROM entries WHERE register = ? AND key = ?",
                        (register, key),
                    ):
                        found[key] = StoredEntry(*values)
            finally:
                connection.execute("COMMIT")
        return found

    def register(self, register: str, after: str = "", limit: int = 1000) -> list[StoredEntry]:
        """Entries of a register in order of their keys, in their latest version."""
        return [
            StoredEntry(*found)
            for found in self._many(
                "SELECT register, key, version, body FROM entries WHERE register = ? AND key > ? "
                "ORDER BY key LIMIT ?",
                register,
                after,
                max(limit, 0),
            )
        ]

    def entry_history(self, register: str, key: str) -> list[StoredEntry]:
        """All versions of an entry, oldest first."""
        return [
            StoredEntry(*found)
            for found in self._many(
                "SELECT register, key, version, body FROM superseded WHERE register = ?1 AND key = ?2 "
                "UNION ALL SELECT register, key, version, body FROM entries "
                "WHERE register = ?1 AND key = ?2 ORDER BY version",
                register,
                key,
            )
        ]

    def rows(self, index: str, after: str = "", until: str = "", limit: int = 1000) -> list[Row]:
        """Rows of an index with ``after < key`` and, if given, ``key < until``, in order."""
        bounds, values = ('"index" = ? AND key > ?', [index, after])
        if until:
            bounds, values = (f"{bounds} AND key < ?", [*values, until])
        query = f'SELECT "index", key, value FROM rows WHERE {bounds} ORDER BY key LIMIT ?'  # noqa: S608 (constants)
        return [Row(*found) for found in self._many(query, *values, max(limit, 0))]

    def row(self, index: str, key: str) -> bytes | None:
        """The value of one row, or None."""
        found = self._one('SELECT value FROM rows WHERE "index" = ? AND key = ?', index, key)
        return found[0] if found else None

    def balance(self, account: str, commodity: str = FEN) -> int:
        """What an account holds; an account that lies outside is summed."""
        with self._connections.reading() as connection:
            return _holds(connection, account, commodity)

    def balances(self, prefix: str = "") -> dict[tuple[str, str], int]:
        """What the accounts below a prefix hold, by (account, commodity), in order; emptied ones with 0."""
        # What begins with the prefix lies together behind it; the row that ends it is read and dropped.
        found = dict[tuple[str, str], int]()
        with self._connections.reading() as connection:
            accounts = connection.execute(
                "SELECT account, commodity, amount FROM balances WHERE account >= ? "
                "ORDER BY account, commodity",
                (prefix,),
            )
            for account, commodity, amount in accounts:
                if not account.startswith(prefix):
                    break
                found[account, commodity] = amount
            accounts.close()
        return found

    def postings(self, account: str = "") -> Iterator[StoredPosting]:
        """Postings in order of commit, of one account or of all, as they stood when the first was read.

        Reads some hundreds at a time, whatever the number.
        """
        (last,) = self._one("SELECT coalesce(max(seq), 0) FROM postings") or (0,)
        if not account:
            found: Iterable[Any] = self._paged(
                f"{_POSTINGS} WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?", last
            )
        else:
            found = merge(
                *(
                    self._paged(
                        f"{_POSTINGS} WHERE {side} = ? AND commodity = ? AND seq > ? AND seq <= ? "
                        "ORDER BY seq LIMIT ?",
                        last,
                        account,
                        commodity,
                    )
                    for side in ("source", "destination")
                    for (commodity,) in self._many(
                        f"SELECT DISTINCT commodity FROM postings WHERE {side} = ?",  # noqa: S608 (a constant)
                        account,
                    )
                ),
                key=itemgetter(0),
            )
        for _, matter, number, ordinal, *posting in found:
            yield StoredPosting(matter, number, ordinal, Posting(*posting))

    def put_blob(self, data: bytes) -> str:
        """Keep bytes under their SHA-256 (hex), which is returned; twice is once."""
        digest = hashlib.sha256(data).hexdigest()
        with self._connections.writing() as connection:
            connection.execute(
                "INSERT INTO blobs (digest, data) VALUES (?, ?) ON CONFLICT DO NOTHING", (digest, data)
            )
        return digest

    def blob(self, digest: str) -> bytes | None:
        """The bytes of that hash, or None where there are none or they were taken down."""
        found = self._one("SELECT data FROM blobs WHERE digest = ?", digest)
        return found[0] if found else None

    def delete_blob(self, digest: str) -> None:
        """Take bytes down for good, in the file and its log; where there are none, nothing happens."""
        with self._connections.writing() as connection:
            connection.execute("DELETE FROM blobs WHERE digest = ?", (digest,))
        self._connections.checkpoint()

    def names(self) -> Names:
        """Indexes, registers and blobs that are there."""

        def distinct(query: str) -> tuple[str, ...]:
            return tuple(name for (name,) in self._many(query))

        return Names(
            distinct('SELECT DISTINCT "index" FROM rows ORDER BY 1'),
            distinct("SELECT DISTINCT register FROM entries ORDER BY 1"),
            distinct("SELECT digest FROM blobs ORDER BY 1"),
        )

    def moving(self) -> str:
        """What is being moved here, by the hash of its archive; empty where nothing is."""
        found = self._one("SELECT value FROM meta WHERE key = 'moving'")
        return str(found[0]) if found else ""

    def set_moving(self, archive: str) -> None:
        """Note what is being moved here; empty: it has arrived."""
        with self._connections.writing() as connection:
            connection.execute("INSERT OR REPLACE INTO meta VALUES ('moving', ?)", (archive,))

    def backup(self, path: str | Path) -> None:
        """Write the store as it stands to a new file while others go on; it is there whole or not at all.

        Raises `BadInput` where the file exists. To restore, put the file in the place of the store.
        """
        with self._connections.apart() as connection:
            back_up(connection, Path(path).absolute())

    def audit(self, most: int) -> list[str]:
        """Up to ``most`` faults of the store, for `linli.store_check.check`."""
        with self._connections.apart() as connection:
            return sqlite_faults(connection, most)

    def close(self) -> None:
        """Let go of files and connections after the calls under way; later calls raise `StoreFailed`."""
        self._connections.close()

    def _one(self, query: str, *values: Any) -> tuple[Any, ...] | None:
        with self._connections.reading() as connection:
            found: list[tuple[Any, ...]] = connection.execute(query, values).fetchall()
        return found[0] if found else None

    def _many(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with self._connections.reading() as connection:
            return connection.execute(query, values).fetchall()

    def _paged(self, query: str, last: int, *values: Any) -> Iterator[tuple[Any, ...]]:
        # No cursor stays open between pages: a forgotten iterator would keep the log from shrinking.
        after = 0
        while page := self._many(query, *values, after, last, _PAGE):
            yield from page
            after = page[-1][0]


def _make_claims(connection: sqlite3.Connection, commit: Commit) -> None:
    for claim in commit.claims:
        made = connection.execute("INSERT OR IGNORE INTO claims VALUES (?, ?)", (claim.key, claim.value))
        if not made.rowcount:
            [(value,)] = connection.execute("SELECT value FROM claims WHERE key = ?", (claim.key,))
            raise claim_taken(claim.key, value)


def _append_steps(connection: sqlite3.Connection, steps: tuple[StepWrite, ...]) -> None:
    for step in steps:
        if step.number == 1:
            moved = connection.execute("INSERT OR IGNORE INTO heads VALUES (?, 1)", (step.matter,))
        else:
            moved = connection.execute(
                "UPDATE heads SET number = ?1 WHERE matter = ?2 AND number = ?1 - 1",
                (step.number, step.matter),
            )
        if not moved.rowcount:
            stands = connection.execute(
                "SELECT number FROM heads WHERE matter = ?", (step.matter,)
            ).fetchall()
            raise not_next(step.matter, stands[0][0] if stands else 0, step.number)
        connection.execute(
            "INSERT INTO steps (matter, number, body, salt, leaf) VALUES (?, ?, ?, ?, ?)",
            (step.matter, step.number, step.body, step.salt, step.leaf),
        )


def _write_entries(connection: sqlite3.Connection, commit: Commit) -> None:
    for condition in commit.conditions:
        stands = _version(connection, condition.register, condition.key)
        if condition.version != stands:
            raise entry_moved(condition.register, condition.key, stands, condition.version)
    for entry in commit.entries:
        stands = _version(connection, entry.register, entry.key)
        if entry.version != stands + 1:
            raise entry_moved(entry.register, entry.key, stands, entry.version - 1)
        connection.execute(
            "INSERT INTO superseded SELECT * FROM entries WHERE register = ? AND key = ?",
            (entry.register, entry.key),
        )
        connection.execute(
            "INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?)",
            (entry.register, entry.key, entry.version, entry.body),
        )


def _check_balances(connection: sqlite3.Connection, commit: Commit) -> None:
    for condition in commit.balances:
        holds = _holds(connection, condition.account, condition.commodity)
        if holds != condition.amount:
            raise balance_moved(condition.account, condition.commodity, holds, condition.amount)


def _post(
    connection: sqlite3.Connection, steps: tuple[StepWrite, ...], changes: dict[tuple[str, str], int]
) -> None:
    for (account, commodity), change in changes.items():
        if change < 0:
            drawn = connection.execute(
                "UPDATE balances SET amount = amount - ?1 "
                "WHERE account = ?2 AND commodity = ?3 AND amount >= ?1",
                (-change, account, commodity),
            )
            if not drawn.rowcount:
                raise overdrawn(account, commodity, _holds(connection, account, commodity), -change)
        else:
            try:
                connection.execute(
                    "INSERT INTO balances VALUES (?, ?, ?) "
                    "ON CONFLICT DO UPDATE SET amount = amount + excluded.amount",
                    (account, commodity, change),
                )
            except (sqlite3.IntegrityError, OverflowError) as error:
                raise overfull(account, commodity) from error
    for step in steps:
        for ordinal, posting in enumerate(step.postings):
            connection.execute(
                "INSERT INTO postings (matter, number, ordinal, source, destination, amount, commodity, "
                "purpose, reverses) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    step.matter,
                    step.number,
                    ordinal,
                    posting.source,
                    posting.destination,
                    posting.amount,
                    posting.commodity,
                    posting.purpose,
                    posting.reverses,
                ),
            )


def _write_rows(connection: sqlite3.Connection, rows: tuple[Row, ...]) -> None:
    for row in rows:
        if row.value is None:
            connection.execute('DELETE FROM rows WHERE "index" = ? AND key = ?', (row.index, row.key))
        else:
            connection.execute(
                "INSERT OR REPLACE INTO rows VALUES (?, ?, ?)", (row.index, row.key, row.value)
            )


def _version(connection: sqlite3.Connection, register: str, key: str) -> int:
    found = connection.execute(
        "SELECT version FROM entries WHERE register = ? AND key = ?", (register, key)
    ).fetchall()
    return found[0][0] if found else 0


def _holds(connection: sqlite3.Connection, account: str, commodity: str) -> int:
    if is_outside(account):
        query = (
            "SELECT coalesce((SELECT sum(amount) FROM postings WHERE destination = ?1 AND commodity = ?2), 0)"
            " - coalesce((SELECT sum(amount) FROM postings WHERE source = ?1 AND commodity = ?2), 0)"
        )
    else:
        query = "SELECT amount FROM balances WHERE account = ? AND commodity = ?"
    found = connection.execute(query, (account, commodity)).fetchall()
    return found[0][0] if found else 0
