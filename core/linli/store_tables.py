"""The tables of an SQLite store, and how its file comes into being."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from linli.errors import BadInput, Corrupt, LoadFault
from linli.store_connections import explained
from linli.store_refusals import StoreFailed, not_arrived

SCHEMA = 1
"""The version of the tables. A store of another version is not opened."""

_OLDEST_SQLITE = (3, 37, 0)  # for STRICT tables
_APPLICATION_ID = 0x4C696E6C

# Tables are STRICT, so that nothing but whole numbers is ever counted. Short rows that are looked up by their
# key lie in the key's own tree; steps and blobs are long and are appended. The indexes on postings hold the
# amount: an outside account, and the proof of all balances, are summed without touching a posting.
# Small pages: a commit touches a dozen, a little of each, and writes each to the log as a whole.
_TABLES = f"""
PRAGMA page_size = 2048;
BEGIN;
PRAGMA application_id = {_APPLICATION_ID};
CREATE TABLE meta (key TEXT PRIMARY KEY, value ANY) STRICT, WITHOUT ROWID;
CREATE TABLE heads (matter TEXT PRIMARY KEY, number INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE steps (
    seq INTEGER PRIMARY KEY, matter TEXT NOT NULL, number INTEGER NOT NULL,
    body BLOB NOT NULL, salt BLOB NOT NULL, leaf BLOB NOT NULL,
    UNIQUE (matter, number)
) STRICT;
CREATE TABLE postings (
    seq INTEGER PRIMARY KEY, matter TEXT NOT NULL, number INTEGER NOT NULL, ordinal INTEGER NOT NULL,
    source TEXT NOT NULL, destination TEXT NOT NULL, amount INTEGER NOT NULL CHECK (amount > 0),
    commodity TEXT NOT NULL, purpose TEXT NOT NULL, reverses TEXT NOT NULL
) STRICT;
CREATE INDEX postings_by_source ON postings (source, commodity, seq, amount);
CREATE INDEX postings_by_destination ON postings (destination, commodity, seq, amount);
CREATE TABLE balances (
    account TEXT NOT NULL, commodity TEXT NOT NULL, amount INTEGER NOT NULL CHECK (amount >= 0),
    PRIMARY KEY (account, commodity)
) STRICT, WITHOUT ROWID;
CREATE TABLE claims (key TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE entries (
    register TEXT NOT NULL, key TEXT NOT NULL, version INTEGER NOT NULL, body BLOB NOT NULL,
    PRIMARY KEY (register, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE superseded (
    register TEXT NOT NULL, key TEXT NOT NULL, version INTEGER NOT NULL, body BLOB NOT NULL,
    PRIMARY KEY (register, key, version)
) STRICT, WITHOUT ROWID;
CREATE TABLE rows (
    "index" TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL,
    PRIMARY KEY ("index", key)
) STRICT, WITHOUT ROWID;
CREATE TABLE blobs (digest TEXT NOT NULL UNIQUE, data BLOB NOT NULL) STRICT;
"""


def create(path: Path, deployment: str) -> None:
    """Make an empty store; where another process was first, its store stays.

    Raises `LoadFault` where SQLite is too old, `StoreFailed` where the folder cannot be written.
    """
    if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
        raise LoadFault(
            f"SQLite {sqlite3.sqlite_version} 太旧", cure="请使用带 SQLite 3.37 或更新版本的 Python"
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with (
            suppress(FileExistsError),
            whole_file(path) as unfinished,
            closing(sqlite3.connect(unfinished)) as connection,
        ):
            connection.executescript(_TABLES)
            connection.executemany(
                "INSERT INTO meta VALUES (?, ?)",
                [("schema", SCHEMA), ("deployment", deployment), ("failed commits", 0)],
            )
            connection.commit()
            connection.execute("PRAGMA journal_mode = WAL")
    except sqlite3.Error as error:
        raise explained(error, path) from error
    except OSError as error:
        raise StoreFailed(
            f"无法建立存储：{error.strerror}", where=str(path), cure="请检查路径、权限和磁盘空间"
        ) from error


def meta_of(connection: sqlite3.Connection, path: Path) -> dict[str, Any]:
    """What a store says of itself: version of the tables, deployment. Raises `Corrupt` for a file that is no store."""
    if connection.execute("PRAGMA application_id").fetchone()[0] != _APPLICATION_ID:
        raise Corrupt("文件不是 Linli 的存储", where=str(path), cure="请检查路径")
    return dict(connection.execute("SELECT key, value FROM meta"))


def check_owner(
    connection: sqlite3.Connection, path: Path, deployment: str, *, arriving: bool = False
) -> None:
    """Refuse a file that is no store, a store of other tables, and the store of another deployment.

    A store that is being moved here is refused too, unless to whoever moves it (``arriving``).
    """
    meta = meta_of(connection, path)
    schema = int(meta.get("schema", 0))
    if schema != SCHEMA:
        older = "先备份，再运行 linli upgrade --dry-run 和 linli upgrade"
        raise LoadFault(
            f"存储的版本是 {schema}，本程序使用版本 {SCHEMA}",
            where=str(path),
            cure=older if schema < SCHEMA else "请使用写入它的 Linli 版本，或更新的版本",
        )
    if meta.get("deployment") != deployment:
        raise LoadFault(
            f"存储属于部署“{meta.get('deployment')}”，不属于“{deployment}”",
            where=str(path),
            cure="请检查配置中的存储路径",
        )
    if meta.get("moving") and not arriving:
        raise not_arrived(str(path))


def back_up(connection: sqlite3.Connection, target: Path) -> None:
    """Write what the connection sees to a new file, whole or not at all.

    Raises `BadInput` where the file exists, `StoreFailed` where it cannot be written.
    """
    try:
        with whole_file(target) as unfinished, closing(sqlite3.connect(unfinished)) as copy:
            connection.backup(copy)
    except FileExistsError as error:
        raise BadInput("文件已经存在，备份不会覆盖它", where=str(target), cure="请换一个文件名") from error
    except OSError as error:
        raise StoreFailed(
            f"无法写备份：{error.strerror}", where=str(target), cure="请检查路径和磁盘空间"
        ) from error


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A file to fill, which gets its name when it is whole. Raises `FileExistsError` for a taken name."""
    if path.exists():
        raise FileExistsError(path)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    unfinished = Path(name)
    try:
        yield unfinished
        os.fsync(handle)
        os.link(unfinished, path)  # unlike a rename, never replaces a file
        _sync_folder(path.parent)
    finally:
        os.close(handle)
        unfinished.unlink()


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
