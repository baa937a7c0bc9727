"""What a store on DynamoDB costs on paper: calls, units and bytes of every act, from the sizes of the items themselves.

Units are counted as DynamoDB's documents define them: a transaction writes each item twice for every kilobyte begun; a
strongly consistent read is one unit for every four kilobytes begun, of an item, or of all that one query went through;
a condition in a transaction counts as a write. Nothing of it is timed, and no price is given: prices differ by region.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from msgspec import Struct

from linli.deployment import load
from linli.places import Level
from linli.publication import publish
from linli.service import Service
from linli.store_dynamodb_calls import Wire
from linli.store_dynamodb_layout import size_of
from linli.vault import Vault
from linli.vault_store import StoreVaultRows
from linli_functions.clocks import DemoClock
from linli_functions.cloud import CloudWire
from linli_functions.demo_build import counted, play_story
from linli_functions.demo_cast import SINCE
from linli_functions.direct import DirectWire
from linli_functions.keyring import LocalKeys
from linli_site.bucket import Memory
from linli_site.portal import Portal, WholeRecord, frame_of
from tests.access.conftest import INFRA, Office, request, staffed
from tests.funds.conftest import FundOffice
from tests.store import emulators

DAY, LATER = date(2026, 3, 2), date(2026, 6, 15)


class Cost(Struct):
    """Calls, read units, write units, the most writes of one transaction, bytes written."""

    calls: int = 0
    reads: int = 0
    writes: int = 0
    actions: int = 0
    written: int = 0
    largest: int = 0


class Meter:
    """A wire that counts what passes."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self.cost = Cost()

    def call(self, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Make the call and count it."""
        answer = self._wire.call(operation, arguments)
        self.cost.calls += 1
        match operation:
            case "TransactWriteItems":
                self.cost.actions = max(self.cost.actions, len(arguments["TransactItems"]))
                for action in arguments["TransactItems"]:
                    ((kind, told),) = action.items()
                    self._write(told.get("Item") or _after(told), 2, stored=kind in ("Put", "Update"))
            case "PutItem":
                self._write(arguments["Item"], 1, stored=True)
            case "GetItem":
                self.cost.reads += _units(size_of(answer.get("Item", {})), 4096)
            case "Query" | "Scan":
                self.cost.reads += _units(sum(size_of(item) for item in answer["Items"]), 4096)
            case "BatchGetItem":
                found = [item for items in answer["Responses"].values() for item in items]
                self.cost.reads += sum(_units(size_of(item), 4096) for item in found)
        return answer

    def close(self) -> None:
        """Let go of nothing."""

    def _write(self, item: dict[str, Any], times: int, *, stored: bool) -> None:
        size = size_of(item)
        self.cost.writes += times * _units(size, 1024)
        self.cost.written += size if stored else 0
        self.cost.largest = max(self.cost.largest, size)


def _after(told: dict[str, Any]) -> dict[str, Any]:
    """About the item that an update leaves: its key and the values that it was given."""
    return {**told["Key"], **told.get("ExpressionAttributeValues", {})}


def _units(size: int, each: int) -> int:
    return max(1, -(-size // each))


Row = tuple[str, Cost]


def of_access(folder: Path, meter: Meter, table: str) -> list[Row]:
    """An application for work on two communities, from its submission to the end of a child."""
    office = staffed(Office("chongchuan", DAY, folder, emulators.opened("", table, "chongchuan", wire=meter)))
    home, near = (place.code for place in office.deployment.places.below(office.top, Level.COMMUNITY)[:2])
    office.appoint("committee", "committee", home)
    office.appoint("street", "street", office.deployment.places[home].parent)
    publish(office.service.desk)
    rows: list[Row] = []
    facts = request(home, near, contact="13800138000")
    matter = _told(
        rows,
        meter,
        "access: submit (one personal field)",
        lambda: office.take("clerk", "access", "submit", facts, place=office.top, key="1").matter,
    )
    child = f"{matter}.{home}"
    verified = {"duty": "entrusted", "nature": "service"}

    def report() -> object:
        office.clock.day = LATER
        return office.take("committee", "access", "report", {"target": "完成"}, matter=child, key="r")

    def pay() -> object:
        return office.take("street", "access", "pay", {"amount_fen": 500_000}, matter=child, key="4")

    acts: list[tuple[str, Callable[[], object]]] = [
        (
            "access: review",
            lambda: office.take("reviewer", "access", "review", verified, matter=matter, key="2"),
        ),
        (
            "access: admit, with two children and the completing step",
            lambda: office.take("decider", "access", "admit", {"reason": "符合"}, matter=matter, key="3"),
        ),
        ("access: report", report),
        ("access: pay (two accounts)", pay),
        ("look at a matter", lambda: office.service.matter(matter)),
        ("what waits for a reviewer", lambda: office.service.waiting(office.service.person("reviewer"))),
        ("list a community's matters", lambda: office.service.listed("access", home)),
        ("publish the 8 steps of it and their positions", lambda: publish(office.service.desk)),
        ("publish when nothing waits", lambda: publish(office.service.desk)),
    ]
    for name, act in acts:
        _told(rows, meter, name, act)
    return rows


def of_funds(folder: Path, meter: Meter, table: str) -> list[Row]:
    """A fund that is given money and pays."""
    office = FundOffice("dongcheng", DAY, folder, emulators.opened("", table, "dongcheng", wire=meter))
    rows: list[Row] = []
    _told(rows, meter, "funds: record a contribution", lambda: office.give(5_000_000, "助老"))
    paid = _told(rows, meter, "funds: ask for a payment", lambda: office.ask(100_000, "助老").matter)
    _told(rows, meter, "funds: approve a payment", lambda: office.approve(paid))
    return rows


def of_street(folder: Path, meter: Meter, table: str) -> None:
    """Print what the two invented years of a street's demo cost, with a tick of the clock a day on which it acts."""
    found, clock = load(INFRA / "deployments" / "lugu.toml"), DemoClock(SINCE)
    keys = LocalKeys(folder, found.slug, os.urandom)
    store = emulators.opened("", table, found.slug, wire=meter)
    vault = Vault(StoreVaultRows(store), keys.master(), os.urandom)
    service = Service(found, store, vault, clock, os.urandom, keys.pseudonyms())
    meter.cost = Cost()
    play_story(service, folder, clock)
    cost, (matters, steps) = meter.cost, counted(service)
    print(
        f"{found.title}: {matters} matters, {steps} steps: {cost.calls:,} calls, {cost.reads:,} read and "
        f"{cost.writes:,} write units, {cost.written / 1e6:.1f} MB written; a step with its publication "
        f"{cost.reads / steps:.0f} read and {cost.writes / steps:.0f} write units"
    )
    stored = [size_of(item) for item in meter.call("Scan", {"TableName": table})["Items"]]
    meter.cost = Cost()
    pages = Memory()
    portal = Portal(found, WholeRecord(store), pages, frame_of(found))
    portal.build(clock.today())
    print(
        f"  stored {len(stored):,} items, {sum(stored) / 1e6:.1f} MB, the largest {max(stored):,} bytes; "
        f"a run of the portal reads {meter.cost.reads:,} units in {meter.cost.calls} calls; "
        f"the first writes {len(pages.files):,} files"
    )


def _told(rows: list[Row], meter: Meter, name: str, act: Callable[[], Any]) -> Any:
    meter.cost = Cost()
    answer = act()
    rows.append((name, meter.cost))
    return answer


def main() -> None:
    """Print the table."""
    os.environ.update(emulators.KEYS)
    print("What an act costs on DynamoDB, from the sizes of its items:")
    print(
        f"{'act':58s} {'calls':>6s} {'read':>6s} {'write':>6s} {'most in one':>12s} {'bytes':>8s} {'largest':>8s}"
    )
    largest = 0
    for of in (of_access, of_funds):
        with emulators.in_process(), tempfile.TemporaryDirectory() as folder:
            meter = Meter(CloudWire(emulators.REGION))
            for name, cost in of(Path(folder), meter, emulators.new_table("")):
                print(
                    f"{name:58s} {cost.calls:6d} {cost.reads:6d} {cost.writes:6d} {cost.actions:12d} "
                    f"{cost.written:8,d} {cost.largest:8,d}"
                )
                largest = max(largest, cost.largest)
    # Many calls: moto would take minutes for them.
    with tempfile.TemporaryDirectory() as folder, emulators.beside(Path(folder) / "log") as endpoint:
        meter = Meter(DirectWire("dynamodb", emulators.REGION, endpoint))
        of_street(Path(folder), meter, emulators.new_table(endpoint))
    print(f"The largest item had {largest:,} bytes; DynamoDB takes 400 KB.")


if __name__ == "__main__":
    main()
