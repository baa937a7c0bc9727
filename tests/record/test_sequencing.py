"""Positions in the log: given once, in an order that nothing contradicts, provable with nobody's help."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.errors import Conflict, NotFound
from linli.indexing import UNPLACED
from linli.merkle import leaf_hash, verify_consistency, verify_inclusion
from linli.notes import LocalSigner, LogProof, verify_checkpoint
from linli.sequencing import (
    Head,
    checkpoint,
    log_rows,
    position_of,
    proof,
    read_head,
    read_placed,
    sequence,
    tree,
)
from linli.store import Capacity, Commit, Row
from linli.store_memory import MemoryStore
from linli.store_sqlite import SqliteStore
from tests.record.town import NORTH, SOUTH, Town


def order(town: Town) -> list[tuple[str, int]]:
    return [(placed.matter, placed.number) for _, placed in log_rows(town.store, limit=100_000)]


def sequence_all(town: Town, limit: int) -> int:
    total = 0
    while placed := sequence(town.desk, limit):
        total += placed
    return total


@pytest.mark.parametrize("limit", [1, 2, 3, 1000])
def test_a_step_never_stands_before_one_that_it_refers_to(tmp_path: Path, limit: int) -> None:
    town = Town(tmp_path)
    matter = town.admit()
    sequence_all(town, limit)
    placed = order(town)
    admitted, completed = (matter, 3), (matter, 4)
    for community in (NORTH, SOUTH):
        child = (f"{matter}.{community}", 1)
        assert placed.index(admitted) < placed.index(child) < placed.index(completed)
    assert [number for name, number in placed if name == matter] == [1, 2, 3, 4]


@pytest.mark.parametrize("limit", [1, 2, 1000])
def test_a_child_that_is_called_for_twice_stands_after_each_call(tmp_path: Path, limit: int) -> None:
    town = Town(tmp_path)
    matter = town.take(
        "asks",
        "emergency",
        {**TEMPORARY, "communities": [{"community": NORTH}]},
        place="990100000000",
    ).matter
    town.take("decides", "refuse", {"reason": "不是紧急情况"}, matter=matter)
    child = f"{matter}.{NORTH}"
    sequence_all(town, limit)
    placed = order(town)
    wanted = [(matter, 1), (child, 1), (matter, 2), (matter, 3), (child, 2), (matter, 4)]
    assert placed == wanted


TEMPORARY = {
    "title": "防汛值守",
    "duty": "assist",
    "nature": "service",
    "kinds": ["task"],
    "temporary": True,
    "emergency": True,
    "starts": "2026-03-02",
    "ends": "2026-03-10",
}


def test_every_step_has_one_position_and_none_is_left_waiting(tmp_path: Path) -> None:
    town = Town(tmp_path)
    matter = town.admit()
    town.refuse()
    assert sequence(town.desk) == 7
    assert sequence(town.desk) == 0
    assert town.store.rows(UNPLACED) == []
    assert len(set(order(town))) == 7
    assert [position for position, _ in log_rows(town.store)] == list(range(7))
    assert position_of(town.store, matter, 1) == 0
    assert position_of(town.store, matter, 9) is None
    with pytest.raises(NotFound):
        read_placed(town.store, 7)


def test_the_root_is_that_of_the_leaves_in_their_order_and_each_leaf_can_be_proved(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.admit()
    sequence(town.desk)
    head, version = read_head(town.store)
    grown = tree(town.store)
    assert (head.size, version) == (6, 1)
    assert grown.root().hex() == head.root
    for position, placed in log_rows(town.store):
        leaf = leaf_hash(bytes.fromhex(placed.leaf))
        assert verify_inclusion(leaf, position, head.size, grown.inclusion(position), grown.root())


def test_a_log_only_ever_grows(tmp_path: Path) -> None:
    town = Town(tmp_path)
    roots: list[Head] = [Head()]
    for _ in range(4):
        town.submit()
        sequence(town.desk)
        roots.append(read_head(town.store)[0])
    grown = tree(town.store)
    for head in roots:
        way = grown.consistency(head.size)
        assert verify_consistency(
            head.size, grown.size, way, bytes.fromhex(head.root), bytes.fromhex(roots[-1].root)
        )


@settings(max_examples=15, deadline=None)
@given(sizes=st.lists(st.integers(1, 300), min_size=1, max_size=5))
def test_tiles_hold_the_tree_however_the_leaves_came(sizes: list[int]) -> None:
    store = MemoryStore("town", Capacity(writes=1000, bytes=10**7))
    desk = _Bare(store)
    count = 0
    for size in sizes:
        rows = []
        for _ in range(size):
            leaf = count.to_bytes(32, "big")
            rows.append(Row(UNPLACED, f"2026-01-01/m-{count:06}/000001/body", leaf))
            rows.append(Row("placed", f"m-{count:06}/000001", b"0"))
            count += 1
        store.commit(Commit(rows=tuple(rows)))
        while sequence(desk, 100):  # type: ignore[arg-type]
            pass
        head, _ = read_head(store)
        assert (head.size, head.root) == (count, tree(store).root().hex())
    last = tree(store).inclusion(count - 1)
    assert verify_inclusion(leaf_hash(leaf), count - 1, count, last, tree(store).root())
    # Of a level that is still being filled there is one tile, not one for each width that it has had.
    partial = [row.key for row in store.rows("tiles") if ".p/" in row.key]
    assert len({path.split(".p/")[0] for path in partial}) == len(partial)


class _Bare:
    """A desk of which only the store is asked for."""

    def __init__(self, store: MemoryStore) -> None:
        self.store = store


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
def test_many_sequencers_at_once_give_no_position_twice(tmp_path: Path, kind: str) -> None:
    store = SqliteStore(tmp_path / "town.sqlite", "town") if kind == "sqlite" else MemoryStore("town")
    town = Town(tmp_path, store)
    for _ in range(12):
        town.submit()
    raised: list[BaseException] = []

    def work() -> None:
        try:
            while sequence(town.desk, 2):
                pass
        except Conflict:
            pass  # others were faster again and again: what is left is theirs, or the next call's
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sequence_all(town, 100)
    assert raised == []
    assert len(order(town)) == len(set(order(town))) == 12
    assert read_head(store)[0].root == tree(store).root().hex()
    store.close()


def test_a_tree_that_was_read_before_the_log_grew_can_still_be_proved(tmp_path: Path) -> None:
    town = Town(tmp_path)
    for _ in range(3):
        town.submit()
    sequence(town.desk)
    before = tree(town.store)
    for _ in range(3):
        town.submit()
    sequence(town.desk)
    head, _ = read_head(town.store)
    root = tree(town.store).root()
    assert (before.size, head.size) == (3, 6)
    assert verify_consistency(3, 6, tree(town.store).consistency(3), before.root(), root)
    leaf = leaf_hash(bytes.fromhex(read_placed(town.store, 1).leaf))
    assert verify_inclusion(leaf, 1, 3, before.inclusion(1), before.root())


class _StoppedStore:
    """A memory store that fails a commit, as a process that is killed before or after it."""

    def __init__(self, inner: MemoryStore, *, after: bool) -> None:
        self.inner, self.after, self.armed = inner, after, True

    def __getattr__(self, name: str) -> Callable[..., object]:
        return getattr(self.inner, name)  # type: ignore[no-any-return]

    def commit(self, commit: Commit) -> None:
        if not self.armed:
            self.inner.commit(commit)
            return
        self.armed = False
        if self.after:
            self.inner.commit(commit)
        raise KeyboardInterrupt


@pytest.mark.parametrize("after", [False, True])
def test_a_sequencer_that_was_killed_leaves_a_log_that_goes_on(tmp_path: Path, *, after: bool) -> None:
    town = Town(tmp_path)
    town.admit()
    with pytest.raises(KeyboardInterrupt):
        sequence(_Bare(_StoppedStore(town.store, after=after)))  # type: ignore[arg-type]
    assert sequence(town.desk) == (0 if after else 6)
    assert len(order(town)) == len(set(order(town))) == 6


def test_a_checkpoint_and_a_proof_hold_against_the_public_key_alone(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.admit()
    sequence(town.desk)
    signer = LocalSigner("town.example/log", b"k" * 32)
    signed = verify_checkpoint(checkpoint(town.store, signer), signer.key)
    assert (signed.size, signed.root.hex()) == (6, read_head(town.store)[0].root)
    written = proof(town.store, 4, signer)
    leaf = leaf_hash(bytes.fromhex(read_placed(town.store, 4).leaf))
    assert LogProof.parse(written).verify(leaf, signer.key).size == 6
