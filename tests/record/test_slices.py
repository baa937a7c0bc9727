"""What is more than a store takes at once is written in slices; interrupted anywhere, doing it again completes it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from linli.errors import ManyFaults
from linli.notes import LocalSigner
from linli.publication import publish, take_down
from linli.registry import find_register, write_entries
from linli.sequencing import log_rows, read_head
from linli.store import Capacity, Commit, Store
from linli.store_capacity import SMALLEST, TooLarge
from linli.store_memory import MemoryStore
from linli.survey import publish_checks
from linli.verification import verify
from tests.record.town import NORTH, SOUTH, Town

SIGNER = LocalSigner("town.example/log", b"k" * 32)
ROOMY = Capacity(writes=100_000, bytes=10**9)
NARROW = Capacity(writes=45, bytes=10**6)


class Interrupted(BaseException):
    """The process is gone."""


class Interrupting:
    """A store whose process is gone at the n-th commit."""

    def __init__(self, store: Store, at: int) -> None:
        self._store, self._left = store, at

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def commit(self, commit: Commit) -> None:
        self._left -= 1
        if self._left == 0:
            raise Interrupted
        self._store.commit(commit)


def worked(folder: Path, store: MemoryStore) -> tuple[Town, str]:
    """A town with something of everything, and a matter of it."""
    town = Town(folder, store)
    matter = town.admit()
    town.refuse()
    town.note()
    town.submit()
    return town, matter


def record_of(store: Store) -> list[tuple[str, bytes | None]]:
    return [(row.key, row.value) for row in store.rows("record", limit=10_000) if row.key != "log"]


def test_a_narrow_store_comes_to_the_same_record_and_log(tmp_path: Path) -> None:
    towns = [
        worked(tmp_path / str(capacity.writes), MemoryStore("town", capacity))
        for capacity in (ROOMY, SMALLEST, NARROW)
    ]
    for town, matter in towns:
        publish_checks(town.desk, town.clock.day)
        publish(town.desk, SIGNER)
        take_down(town.desk, matter, 1)
        publish(town.desk, SIGNER)
        assert verify(town.desk) == []
    roomy, *others = [town.store for town, _ in towns]
    for store in others:
        assert record_of(store) == record_of(roomy)
        assert log_rows(store) == log_rows(roomy)
        assert read_head(store)[0] == read_head(roomy)[0]


@pytest.mark.parametrize("act", ["publish", "take down"])
def test_interrupted_at_any_commit_it_goes_on_where_it_stopped(tmp_path: Path, act: str) -> None:
    at = 0
    while True:
        at += 1
        town, matter = worked(tmp_path, MemoryStore("town", NARROW))
        if act == "take down":
            publish(town.desk, SIGNER)
        whole = town.desk.store
        town.desk.store = Interrupting(whole, at)  # type: ignore[assignment]
        interrupted = False
        try:
            publish(town.desk, SIGNER) if act == "publish" else take_down(town.desk, matter, 1)
        except Interrupted:
            interrupted = True
        town.desk.store = whole
        if act == "take down":
            take_down(town.desk, matter, 1)
        publish(town.desk, SIGNER)
        assert verify(town.desk) == [], f"not sound after an interruption at commit {at}"
        if not interrupted:
            break
    assert at > (5 if act == "publish" else 1)


def stations(count: int) -> list[dict[str, Any]]:
    return [{"id": f"s{number:03}", "name": f"第 {number} 站", "communities": []} for number in range(count)]


def posts(count: int) -> list[dict[str, Any]]:
    return [
        {
            "id": f"p{number:03}",
            "person": f"n{number}",
            "post": "committee",
            "place": NORTH,
            "since": "2026-01-01",
        }
        for number in range(count)
    ]


def test_a_list_that_was_interrupted_is_handed_in_again(tmp_path: Path) -> None:
    rows = posts(60)
    for at in (1, 2):
        town = Town(tmp_path)
        register = find_register(town.desk, "appointments")
        whole = town.desk.store
        town.desk.store = Interrupting(whole, at)  # type: ignore[assignment]
        with pytest.raises(Interrupted):
            write_entries(town.desk, register, rows, date(2026, 1, 1), "test")
        town.desk.store = whole
        there = len(whole.register("appointments")) - 7
        assert there < 60 and (there > 0) == (at > 1)
        written = write_entries(town.desk, register, rows, date(2026, 1, 1), "test")
        assert (written.new, written.changed, written.same) == (60 - there, 0, there)
        assert {entry.version for entry in whole.register("appointments")} == {1}
        assert len(whole.rows("appointments")) == 67


def test_a_fault_in_the_last_row_of_a_long_list_writes_nothing(tmp_path: Path) -> None:
    town = Town(tmp_path)
    register = find_register(town.desk, "appointments")
    with pytest.raises(ManyFaults):
        write_entries(town.desk, register, [*posts(60), {"id": "x"}], date(2026, 1, 1), "test")
    assert len(town.store.register("appointments")) == 7


def test_a_step_that_cannot_fit_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    town = Town(tmp_path, MemoryStore("town", NARROW))
    town.store.capacity = Capacity(writes=5, bytes=10**6)
    with pytest.raises(TooLarge, match="最多写 5 项"):
        town.submit()
    assert town.store.matters() == []
    town.store.capacity = NARROW
    assert town.submit() in town.store.matters()


def test_terms_of_many_years_fit_into_the_commit_that_publishes_them(tmp_path: Path) -> None:
    """A term that was mistyped and then corrected moves as many sums as there can be."""
    town = Town(tmp_path)
    communities = [{"community": code, "need_fen": 50_000, "offered_fen": 50_000} for code in (NORTH, SOUTH)]
    town.admit(starts="2026-03-01", ends="2999-12-31", communities=communities)
    publish(town.desk, SIGNER)
    years = [row.key for row in town.store.rows("record", f"burden/{NORTH}/", f"burden/{NORTH}0")]
    assert years[0].endswith("/2026") and 10 <= len(years) <= 16
