"""One order in the log, although functions write at the same time, and whether or not a stream wakes anybody."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

import msgspec
import pytest

from linli.errors import Conflict
from linli.indexing import UNPLACED
from linli.merkle import leaf_hash, verify_inclusion
from linli.notes import LocalSigner
from linli.publication import publish
from linli.sequencing import log_rows, read_head, sequence, tree
from linli.verification import verify
from linli_functions.cloud import CloudWire, client
from tests.record.town import Town
from tests.store import emulators

SIGNER = LocalSigner("town.example/log", b"k" * 32)
Placing = Callable[[Town], None]


def order(town: Town) -> list[tuple[str, int, str, str]]:
    return [
        (each.matter, each.number, each.what, each.leaf) for _, each in log_rows(town.store, limit=10_000)
    ]


def by_a_schedule(town: Town) -> None:
    """No stream: one function that comes by and does everything."""
    while sequence(town.desk):
        pass


def by_small_steps(town: Town) -> None:
    while sequence(town.desk, 1):
        pass


def by_two_at_once(town: Town) -> None:
    def work(_: int) -> None:
        try:
            while sequence(town.desk, 3):
                pass
        except Conflict:
            pass  # others were faster again and again

    with ThreadPoolExecutor(3) as threads:
        list(threads.map(work, range(3)))
    by_a_schedule(town)


@pytest.fixture(scope="module")
def written(ministack: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """A town whose steps have no position yet, several functions having written them at the same time."""
    folder = tmp_path_factory.mktemp("town")
    table = emulators.new_table(ministack)
    town = Town(folder, emulators.opened(ministack, table, "town"))
    towns = [
        Town(folder, emulators.opened(ministack, table, "town"), town.deployment, seed) for seed in (1, 2, 3)
    ]
    with ThreadPoolExecutor(3) as threads:
        list(threads.map(lambda each: [each.admit(), each.refuse(), each.note()], towns))
    assert len(town.store.rows(UNPLACED)) == 3 * 8
    return table, folder


def again(ministack: str, written: tuple[str, Path]) -> Town:
    """The same town over a copy of its table."""
    table, folder = written
    copy = emulators.copy_of(ministack, table)
    return Town(folder, emulators.opened(ministack, copy, "town"), seed=99)


@pytest.mark.parametrize("place", [by_small_steps, by_two_at_once], ids=lambda each: each.__name__)
def test_positions_are_those_of_a_schedule_however_they_come_about(
    ministack: str, written: tuple[str, Path], place: Placing
) -> None:
    town, scheduled = again(ministack, written), again(ministack, written)
    by_a_schedule(scheduled)
    place(town)
    assert order(town) == order(scheduled)
    assert read_head(town.store)[0] == read_head(scheduled.store)[0]
    assert town.store.rows(UNPLACED) == []


def test_a_stream_and_its_records_change_no_position(ministack: str, written: tuple[str, Path]) -> None:
    """Woken by every record of a real stream, in disorder and with some lost and some twice: the same positions."""
    town, scheduled = again(ministack, written), again(ministack, written)
    by_a_schedule(scheduled)
    for record in disordered(records_of(ministack, written[0])):
        if record["eventName"] == "INSERT":
            sequence(town.desk, 2)  # the record says that something waits, and not what
    by_a_schedule(town)
    assert order(town) == order(scheduled)


def records_of(endpoint: str, table: str) -> list[dict[str, str]]:
    """The records of a stream over a new table into which everything of another was written."""
    wire = CloudWire(emulators.REGION, endpoint)
    streamed = emulators.new_table(endpoint)
    wire.call(
        "UpdateTable",
        {
            "TableName": streamed,
            "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
        },
    )
    for item in wire.call("Scan", {"TableName": table})["Items"]:
        wire.call("PutItem", {"TableName": streamed, "Item": item})
    streams = client("dynamodbstreams", emulators.REGION, endpoint)
    arn = wire.call("DescribeTable", {"TableName": streamed})["Table"]["LatestStreamArn"]
    found: list[dict[str, str]] = []
    for shard in streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]:
        asked = {"StreamArn": arn, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
        iterator = streams.get_shard_iterator(**asked)["ShardIterator"]
        found.extend(streams.get_records(ShardIterator=iterator)["Records"])
    assert found
    return found


def disordered(records: list[dict[str, str]]) -> list[dict[str, str]]:
    chance = Random(5)
    kept = [record for record in records if chance.random() < 0.2]
    return chance.sample(kept, len(kept)) + kept[:3]


def test_no_step_stands_before_one_that_it_refers_to(ministack: str, written: tuple[str, Path]) -> None:
    town = again(ministack, written)
    by_two_at_once(town)
    at = {(matter, number): position for position, (matter, number, _, _) in enumerate(order(town))}
    for matter, number in at:
        assert number == 1 or at[matter, number - 1] < at[matter, number]
        parent, dot, _ = matter.partition(".")
        if dot:
            admitted, completed = (parent, 3), (parent, 4)
            assert at[admitted] < at[matter, number] < at[completed]
    grown, head = tree(town.store), read_head(town.store)[0]
    assert (head.size, head.root) == (24, grown.root().hex())
    for position, (_, _, _, leaf) in enumerate(order(town)):
        hashed = leaf_hash(bytes.fromhex(leaf))
        assert verify_inclusion(hashed, position, head.size, grown.inclusion(position), grown.root())


def test_two_publishers_at_once_publish_everything_once(ministack: str, written: tuple[str, Path]) -> None:
    town = again(ministack, written)

    def work(_: int) -> int:
        try:
            return publish(town.desk).steps
        except Conflict:
            return 0  # the other was faster again and again

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(work, range(2)))
    publish(town.desk, SIGNER)
    assert verify(town.desk) == []
    shown = [msgspec.json.decode(row.value or b"") for row in town.store.rows("publications")]
    changes = town.store.rows("record", "changes/", "changes0")
    assert len(shown) == len(changes) > 0
