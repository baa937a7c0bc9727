"""No hot key, no scan, nothing that grows: what commits write and requests read, counted at the wire."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from linli.ledger import Posting
from linli.places import Level
from linli.store import Commit, EntryWrite, Row, StepWrite
from linli.store_contract import BANK, FUND, step
from linli.store_dynamodb_layout import Layout, size_of
from linli_functions.cloud import CloudWire
from tests.access.conftest import Office, request, staffed
from tests.faults.test_killed_anywhere import DAY, SLUG
from tests.store import emulators
from tests.store.faulty import Counting

Written = tuple[str, str]


def kind(pk: str) -> str:
    """What kind of partition it is."""
    return Layout(SLUG).parse(pk)[0]


@pytest.fixture
def wire(moto: str) -> Counting:
    return Counting(CloudWire(emulators.REGION, moto))


@pytest.fixture
def office(moto: str, wire: Counting, tmp_path: Path) -> Office:
    store = emulators.opened(moto, emulators.new_table(moto), SLUG, wire=wire)
    office = staffed(Office(SLUG, DAY, tmp_path, store))
    wire.transactions.clear()
    wire.calls.clear()
    return office


def applied(office: Office, count: int) -> None:
    """So many applications of different communities, submitted and reviewed."""
    communities = office.deployment.places.below(office.top, Level.COMMUNITY)
    for number in range(count):
        facts = request(communities[number].code)
        matter = office.take("clerk", "access", "submit", facts, place=office.top, key=f"s{number}").matter
        office.take(
            "reviewer",
            "access",
            "review",
            {"duty": "entrusted", "nature": "service"},
            matter=matter,
            key=f"r{number}",
        )


def test_no_item_is_written_by_the_commits_of_two_matters(office: Office, wire: Counting) -> None:
    applied(office, 4)
    writes: Counter[Written] = Counter()
    for transaction in wire.transactions:
        written = [(pk, sk) for action, pk, sk in transaction if action != "ConditionCheck"]
        assert len(written) == len(set(written))
        writes.update(written)
    shared = {key for key, count in writes.items() if count > 1}
    # A matter's own head and its own rows are written again by its next step; nothing belongs to two of them.
    assert {kind(pk) for pk, _ in shared} <= {"m", "r"}
    heads = office.store.matters()
    assert all(sum(name in f"{pk}/{sk}" for name in heads) == 1 for pk, sk in shared)


def test_a_commit_writes_few_items_to_any_partition(office: Office, wire: Counting) -> None:
    applied(office, 4)
    assert len(wire.transactions) == 8
    for transaction in wire.transactions:
        partitions = Counter(pk for action, pk, _ in transaction if action != "ConditionCheck")
        own = {pk: count for pk, count in partitions.items() if kind(pk) == "m"}
        assert max(own.values()) == 2  # a step and the head
        # A new matter stands in the list of its place and of every place above it: that is the most.
        assert max(count for pk, count in partitions.items() if pk not in own) <= 3


def test_what_every_commit_writes_is_spread_over_partitions(moto: str) -> None:
    counting = Counting(CloudWire(emulators.REGION, moto))
    store = emulators.new_store(moto, wire=counting)
    for number in range(40):
        store.commit(
            Commit(
                steps=(step(f"m{number}", 1, Posting(BANK, f"fund:{number}", 1)),),
                rows=(Row("unplaced", f"2026-03-02/m{number}/000001"),),
            )
        )
    busiest = Counter(pk for t in counting.transactions for _, pk, _ in t)
    for name in ("dir", "j"):
        spread = [pk for pk in busiest if Layout("contract").parse(pk)[0] == name]
        assert len(spread) >= 6, name
    unplaced = [pk for pk in busiest if Layout("contract").parse(pk)[:2] == ["r", "unplaced"]]
    assert len(unplaced) >= 6
    assert [row.key for row in store.rows("unplaced")] == sorted(
        f"2026-03-02/m{number}/000001" for number in range(40)
    )


def test_requests_never_scan_and_read_what_is_consistent(office: Office, wire: Counting) -> None:
    applied(office, 2)
    (matter, _) = office.store.matters()
    wire.calls.clear()
    wire.arguments.clear()
    office.service.matter(matter)
    office.service.waiting(office.service.person("decider"))
    office.service.listed("access", office.top)
    assert set(wire.calls) <= {"GetItem", "BatchGetItem", "Query", "TransactWriteItems"}
    for operation, asked in zip(wire.calls, wire.arguments, strict=True):
        if operation in ("GetItem", "Query"):
            assert asked["ConsistentRead"] is True
            assert "IndexName" not in asked


def test_items_stay_small_however_long_a_matter_lives(moto: str) -> None:
    """Two hundred steps, an entry in fifty versions, a fact that has grown: no item knows of it."""
    counting = Counting(CloudWire(emulators.REGION, moto))
    store = emulators.new_store(moto, wire=counting)
    for start in range(1, 200, 40):
        steps = tuple(
            StepWrite("m", number, b"%06d" % number * 300, b"s" * 16, b"l" * 32, (Posting(BANK, FUND, 1),))
            for number in range(start, start + 40)
        )
        store.commit(Commit(steps=steps))
    for version in range(1, 51):
        store.commit(Commit(entries=(EntryWrite("r", "a", version, b"v" * 500),)))
    store.commit(Commit(rows=(Row("record", "matters/m", bytes(range(256)) * 8000),)))
    largest = 0
    for asked in counting.arguments:
        for action in asked.get("TransactItems", ()):
            ((_, told),) = action.items()
            largest = max(largest, size_of(told.get("Item", {})))
    assert largest < 300_000
    assert len(store.steps("m")) == 200
    assert len(store.entry_history("r", "a")) == 50
    counting.calls.clear()
    store.commit(Commit(steps=(step("m", 201),)))
    assert counting.calls == ["TransactWriteItems"], "a step costs the same however many there are"


def test_a_reading_goes_on_from_page_to_page(moto: str) -> None:
    """Answers of more than a megabyte come in pages; nothing is left out between them."""
    store = emulators.new_store(moto)
    for number in range(12):
        store.commit(Commit(rows=(Row("i", f"{number:02}", emulators.noise(number, 200_000)),)))
    assert [row.key for row in store.rows("i")] == [f"{number:02}" for number in range(12)]
    assert [row.key for row in store.rows("i", "03", "09", 4)] == ["04", "05", "06", "07"]
