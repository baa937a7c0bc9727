"""Memory and SQLite keep the same promises."""

from __future__ import annotations

from pathlib import Path

import pytest

from linli.store import Store
from linli.store_contract import StoreContract
from linli.store_memory import MemoryStore
from linli.store_sqlite import SqliteStore


class TestMemoryStore(StoreContract):
    def make_store(self) -> Store:
        return MemoryStore("contract")


class TestSqliteStore(StoreContract):
    @pytest.fixture(autouse=True)
    def folder(self, tmp_path: Path) -> None:
        self.path = tmp_path / "store.db"

    def make_store(self) -> Store:
        return SqliteStore(self.path, "contract")
