"""Memory, SQLite and DynamoDB keep the same promises."""

from __future__ import annotations

from pathlib import Path

import pytest

from linli.store import Store
from linli.store_contract import StoreContract
from linli.store_memory import MemoryStore
from linli.store_sqlite import SqliteStore
from linli_functions.direct import DirectWire
from tests.store import emulators


class TestMemoryStore(StoreContract):
    def make_store(self) -> Store:
        return MemoryStore("contract")


class TestSqliteStore(StoreContract):
    @pytest.fixture(autouse=True)
    def folder(self, tmp_path: Path) -> None:
        self.path = tmp_path / "store.db"

    def make_store(self) -> Store:
        return SqliteStore(self.path, "contract")


class TestDynamoStoreOnMoto(StoreContract):
    """moto loses updates when several threads write, so that what needs them is left to ministack."""

    test_eight_threads_spend_the_last_fen_once = None  # type: ignore[assignment]
    test_eight_threads_cannot_write_the_same_step_or_claim = None  # type: ignore[assignment]

    @pytest.fixture(autouse=True)
    def emulator(self, moto: str) -> None:
        self.endpoint = moto

    def make_store(self) -> Store:
        return emulators.new_store(self.endpoint)


class TestDynamoStoreOnMinistack(StoreContract):
    @pytest.fixture(autouse=True)
    def emulator(self, ministack: str) -> None:
        self.endpoint = ministack

    def make_store(self) -> Store:
        return emulators.new_store(self.endpoint)


class TestDynamoStoreWithBucket(StoreContract):
    """As functions use it: straight over the wire, and long files in a bucket."""

    @pytest.fixture(autouse=True)
    def emulator(self, ministack: str) -> None:
        self.endpoint = ministack

    def make_store(self) -> Store:
        wire = DirectWire("dynamodb", emulators.REGION, self.endpoint)
        return emulators.new_store(self.endpoint, wire=wire, bucket=emulators.bucket_of(self.endpoint))
