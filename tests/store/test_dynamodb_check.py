"""The check of a table names what does not fit, and is silent about what is sound."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest

from linli.ledger import Posting
from linli.store import Claim, Commit, EntryWrite, Row
from linli.store_check import check
from linli.store_contract import BANK, FUND, step
from linli.store_dynamodb import DynamoStore
from linli.store_dynamodb_layout import Key, Layout, keyed
from linli_functions.cloud import CloudWire
from tests.store import emulators

LONG = emulators.noise(3, 600_000)
DIGEST = hashlib.sha256(b"short").hexdigest()
LAYOUT = Layout("contract")


class Spoiled:
    """A table with something of everything, and hands to spoil it with."""

    def __init__(self) -> None:
        self.table = emulators.new_table("")
        self.wire = CloudWire(emulators.REGION)
        self.store: DynamoStore = emulators.opened("", self.table)
        self.store.commit(
            Commit(steps=(step("m", 1, Posting(BANK, FUND, 10)), step("m", 2)), claims=(Claim("c"),))
        )
        self.store.commit(Commit(entries=(EntryWrite("r", "a", 1, b"1"), EntryWrite("r", "a", 2, b"2"))))
        self.store.commit(Commit(rows=(Row("i", "long", LONG),)))
        self.store.put_blob(b"short")
        self.store.put_blob(LONG)

    def items(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.wire.call("Scan", {"TableName": self.table})["Items"]
        return found

    def drop(self, key: Key) -> None:
        self.wire.call("DeleteItem", {"TableName": self.table, "Key": keyed(key)})

    def put(self, item: dict[str, Any]) -> None:
        self.wire.call("PutItem", {"TableName": self.table, "Item": item})

    def one(self, kind: str) -> dict[str, Any]:
        return next(item for item in self.items() if LAYOUT.parse(item["pk"]["S"])[0] == kind)


def test_a_sound_table_has_no_faults(moto: str) -> None:
    spoiled = Spoiled()
    assert check(spoiled.store) == []
    emulators.opened(moto, spoiled.table, "other").commit(Commit(claims=(Claim("theirs"),)))
    assert check(spoiled.store) == [], "what another deployment keeps there is not looked at"


def no_name(spoiled: Spoiled) -> None:
    spoiled.drop(LAYOUT.named("m"))


def no_step(spoiled: Spoiled) -> None:
    spoiled.drop(LAYOUT.step("m", 2))


def no_earlier_version(spoiled: Spoiled) -> None:
    spoiled.drop(LAYOUT.version("r", "a", 1))


def other_balance(spoiled: Spoiled) -> None:
    spoiled.put({**spoiled.one("b"), "=fen": {"N": "11"}})


def other_movement(spoiled: Spoiled) -> None:
    spoiled.put({**spoiled.one("a"), "net": {"M": {"fen": {"N": "77"}}}})


def part_lost(spoiled: Spoiled) -> None:
    part = spoiled.one("p")
    spoiled.drop((part["pk"]["S"], part["sk"]["S"]))


def part_left_over(spoiled: Spoiled) -> None:
    spoiled.put({**keyed(LAYOUT.part("nobody", 0)), "v": {"B": b"x"}})


def other_bytes(spoiled: Spoiled) -> None:
    spoiled.put({**keyed(LAYOUT.blob(DIGEST)), "state": {"S": "here"}, "v": {"B": b"other"}})


def put_unfinished(spoiled: Spoiled) -> None:
    coming = {**keyed(LAYOUT.coming("0" * 64, "n")), "state": {"S": "coming"}, "of": {"S": "n"}}
    spoiled.put(coming)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (no_name, "目录里没有"),
        (no_step, "事项 m"),
        (no_earlier_version, "登记条目 r/a：版本有缺漏"),
        (other_balance, "余额 11，账目合计 10"),
        (other_movement, "逐笔合计 77"),
        (part_lost, "实有 2 段"),
        (part_left_over, "没有条目用到它"),
        (other_bytes, "内容与哈希不符"),
        (put_unfinished, "没有做完"),
    ],
)
def test_what_does_not_fit_is_named(moto: str, spoil: Callable[[Spoiled], None], said: str) -> None:
    spoiled = Spoiled()
    spoil(spoiled)
    found = check(spoiled.store)
    assert any(said in fault for fault in found), found
    assert len(check(spoiled.store, most=1)) == 1
