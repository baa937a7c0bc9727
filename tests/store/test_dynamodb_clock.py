"""The clock over a table that functions share: called twice, at the same time, or killed, it does everything once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest

from linli.clockwork import tick
from linli.errors import Conflict
from linli.indexing import DUE, OUTBOX
from linli.sequencing import log_rows
from linli.store_dynamodb_calls import Wire
from linli.verification import verify
from linli_functions.cloud import CloudWire
from tests.record.town import NORTH, SOUTH, Town
from tests.store import emulators
from tests.store.faulty import Dying, Killed

DAY = date(2027, 1, 4)


class Switched:
    """A wire of a process that dies only once it is told at which call: at an odd one before it is made."""

    def __init__(self, wire: Wire) -> None:
        self._wire: Wire = wire

    def die(self, at: int) -> None:
        self._wire = Dying(self._wire, at, after=at % 2 == 0)

    def call(self, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        return self._wire.call(operation, arguments)

    def close(self) -> None:
        self._wire.close()


class Written:
    """A table in which two children of an admission have run out and a review is overdue."""

    def __init__(self, endpoint: str, folder: Path) -> None:
        self.endpoint, self.folder = endpoint, folder
        self.table = emulators.new_table(endpoint)
        town = Town(folder, emulators.opened(endpoint, self.table, "town"))
        self.deployment = town.deployment
        self.admitted, self.waiting = town.admit(), town.submit()

    def copied(self) -> str:
        """The name of a new table that holds the same."""
        return emulators.copy_of(self.endpoint, self.table)

    def town(self, table: str, seed: int, wire: Wire | None = None) -> Town:
        """The town as another process has it on the day."""
        store = emulators.opened(self.endpoint, table, "town", wire=wire)
        town = Town(self.folder, store, self.deployment, seed)
        town.clock.day = DAY
        return town

    def must_be_done_once(self, town: Town) -> None:
        """Assert that each deadline had its effect, and one only."""
        for community in (NORTH, SOUTH):
            child = f"{self.admitted}.{community}"
            assert [step.action for step in town.service.steps(child)] == ["open", "settle"]
            assert town.store.balance(f"committed:{child}") == 0
        notices = [row.key for row in town.store.rows(OUTBOX, limit=10_000) if "overdue" in row.key]
        assert len([key for key in notices if self.waiting in key]) == 1
        assert town.store.rows(DUE, "", DAY.isoformat()) == []
        bodies = [placed for _, placed in log_rows(town.store) if placed.kind == "publication"]
        assert len({(each.matter, each.number) for each in bodies}) == len(bodies) == 9
        assert verify(town.desk) == []


@pytest.fixture(scope="module")
def written(ministack: str, tmp_path_factory: pytest.TempPathFactory) -> Written:
    return Written(ministack, tmp_path_factory.mktemp("town"))


def test_two_clocks_at_once_do_everything_once(written: Written) -> None:
    table = written.copied()

    def work(seed: int) -> int:
        town = written.town(table, seed)
        try:
            return tick(town.desk).settled
        except Conflict:
            return 0  # others were faster again and again; the next tick goes on

    with ThreadPoolExecutor(3) as threads:
        settled = list(threads.map(work, (1, 2, 3)))
    town = written.town(table, 9)
    again = tick(town.desk)
    assert sum(settled) + again.settled >= 2
    written.must_be_done_once(town)
    after = tick(town.desk)
    assert (after.settled, after.reminded, after.published.steps) == (0, 0, 0)


def test_a_clock_killed_at_a_call_is_gone_on_with(written: Written) -> None:
    table, chance = written.copied(), Random(3)
    killed = 0
    for number in range(8):
        wire = Switched(CloudWire(emulators.REGION, written.endpoint))
        town = written.town(table, number, wire)
        wire.die(chance.randrange(1, 90))
        try:
            tick(town.desk)
        except Killed:
            killed += 1
    assert killed >= 5
    town = written.town(table, 99)
    tick(town.desk)
    written.must_be_done_once(town)
