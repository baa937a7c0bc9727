"""Upgrading the tables of an SQLite store from one version to the next, tried before it is done.

`UPGRADES` has for each version the function that makes the next one of it. A store is upgraded as a whole in one
transaction: a fault anywhere leaves it as it was. Nothing upgrades a store in passing; a store of an older version is
refused until someone has asked for this.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

from msgspec import Struct

from linli.errors import LoadFault
from linli.store_connections import explained
from linli.store_tables import SCHEMA, meta_of

Upgrade = Callable[[sqlite3.Connection], None]

UPGRADES: Mapping[int, tuple[str, Upgrade]] = {}
"""For a version: what changes, in a sentence for the administrator, and the function that changes it."""


class Upgraded(Struct, frozen=True):
    """What an upgrade did, or would do: the version before and after, and what changes, in order."""

    before: int
    after: int
    changes: tuple[str, ...]


def upgrade(
    path: Path,
    *,
    dry_run: bool,
    upgrades: Mapping[int, tuple[str, Upgrade]] = UPGRADES,
    wanted: int = SCHEMA,
) -> Upgraded:
    """Bring a store to the version of this program, in one transaction that a dry run rolls back at its end.

    A dry run does all of the work, so that a store that cannot be upgraded is found before anybody relies on it. The
    store must not be open elsewhere: SQLite's lock is held from the first look to the end.

    Raises `LoadFault` for a file that is no store, for one that a newer program wrote, and where a step is missing.
    """
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("BEGIN EXCLUSIVE")
            before = int(meta_of(connection, path)["schema"])
            changes = tuple(_step(upgrades, version, path)[0] for version in range(before, wanted))
            if before > wanted:
                said = f"存储的版本是 {before}，本程序使用版本 {wanted}"
                raise LoadFault(said, where=str(path), cure="请使用写入它的 Linli 版本，或更新的版本")
            for version in range(before, wanted):
                _step(upgrades, version, path)[1](connection)
            connection.execute("UPDATE meta SET value = ? WHERE key = 'schema'", (wanted,))
            broken = connection.execute("PRAGMA integrity_check").fetchall()
            if broken != [("ok",)]:
                raise LoadFault(f"升级后的存储不完好：{broken[0][0]}", where=str(path), cure="从备份恢复")
            connection.execute("ROLLBACK" if dry_run else "COMMIT")
    except sqlite3.Error as error:
        raise explained(error, path) from error
    return Upgraded(before, wanted, changes)


def _step(upgrades: Mapping[int, tuple[str, Upgrade]], version: int, path: Path) -> tuple[str, Upgrade]:
    found = upgrades.get(version)
    if found is None:
        said = f"不知道怎样从版本 {version} 升级"
        raise LoadFault(said, where=str(path), cure="先用中间的 Linli 版本升级")
    return found
