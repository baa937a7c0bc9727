"""Blobs in a table and in a bucket: whole or not at all, once, and gone when they are taken down."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from linli.store_dynamodb import DynamoStore
from linli.store_dynamodb_blobs import Bucket
from linli.vault_store import StoreVaultRows
from linli_functions.cloud import CloudWire, client
from tests.store import emulators
from tests.store.faulty import FAULTS, Dying, EveryCallFailsFirst, Killed

LONG = emulators.noise(1, 700_000)
DIGEST = hashlib.sha256(LONG).hexdigest()


def remains(endpoint: str, table: str) -> list[str]:
    """The keys of everything in a table beside what it says of its version."""
    wire = CloudWire(emulators.REGION, endpoint)
    items = wire.call("Scan", {"TableName": table, "ConsistentRead": True})["Items"]
    return sorted(item["pk"]["S"] for item in items if item["sk"]["S"] != "meta")


def test_a_long_blob_lies_in_parts_and_all_of_them_go_with_it(moto: str) -> None:
    table = emulators.new_table(moto)
    store = emulators.opened(moto, table)
    assert store.put_blob(LONG) == store.put_blob(LONG) == DIGEST
    assert store.blob(DIGEST) == LONG
    assert len(remains(moto, table)) == 4
    store.delete_blob(DIGEST)
    assert store.blob(DIGEST) is None
    assert remains(moto, table) == []


def test_a_long_blob_in_a_bucket_leaves_no_version_behind(moto: str) -> None:
    name = emulators.new_bucket(moto)
    table, bucket = emulators.new_table(moto), emulators.bucket_named(moto, name)
    store = emulators.opened(moto, table, bucket=bucket)
    store.put_blob(LONG)
    s3 = client("s3", emulators.REGION, moto)
    (kept,) = s3.list_objects_v2(Bucket=name)["Contents"]
    assert kept["Key"].startswith(f"contract/{DIGEST}/")
    store.delete_blob(DIGEST)
    assert store.blob(DIGEST) is None
    versions = s3.list_object_versions(Bucket=name)
    assert not versions.get("Versions") and not versions.get("DeleteMarkers")
    assert remains(moto, table) == []


def test_a_short_blob_never_goes_to_the_bucket(moto: str) -> None:
    class Unused:
        def __getattr__(self, name: str) -> Callable[..., None]:
            raise AssertionError("a short blob lies in the table")

    store = emulators.new_store(moto, bucket=Unused())
    digest = store.put_blob(b"text")
    assert store.blob(digest) == b"text"
    store.delete_blob(digest)


@pytest.mark.parametrize("act", ["put", "delete"])
@pytest.mark.parametrize("with_bucket", [False, True], ids=["table", "bucket"])
def test_dying_at_any_call_hands_out_no_half_and_the_next_call_cleans_up(
    moto: str, act: str, with_bucket: bool
) -> None:
    at = 0
    while True:
        at += 1
        table = emulators.new_table(moto)
        bucket: Bucket | None = emulators.bucket_of(moto) if with_bucket else None
        sound = emulators.opened(moto, table, bucket=bucket)
        if act == "delete":
            sound.put_blob(LONG)
        dying = Dying(
            CloudWire(emulators.REGION, moto), at + 1, after=at % 2 == 0
        )  # after the call for the version
        try:
            behind = emulators.opened(moto, table, bucket=bucket, wire=dying)
            behind.put_blob(LONG) if act == "put" else behind.delete_blob(DIGEST)
            died = False
        except Killed:
            died = True
        assert sound.blob(DIGEST) in (None, LONG)
        assert sound.put_blob(LONG) == DIGEST
        assert sound.blob(DIGEST) == LONG
        sound.delete_blob(DIGEST)
        assert remains(moto, table) == [], f"something is left after dying at call {at}"
        if not died:
            break
    assert at >= 4


@pytest.mark.parametrize("fault", FAULTS)
def test_every_call_may_fail_once(moto: str, fault: str) -> None:
    table = emulators.new_table(moto)
    wire = EveryCallFailsFirst(CloudWire(emulators.REGION, moto), fault)
    store = emulators.opened(moto, table, wire=wire)
    store.put_blob(LONG)
    assert store.blob(DIGEST) == LONG
    store.delete_blob(DIGEST)
    assert remains(moto, table) == []


def test_many_who_put_and_delete_the_same_bytes_leave_a_whole_or_nothing(ministack: str) -> None:
    table = emulators.new_table(ministack)
    stores = [emulators.opened(ministack, table) for _ in range(4)]

    def work(number: int) -> None:
        store = stores[number]
        for turn in range(4):
            if (number + turn) % 3:
                store.put_blob(LONG)
            else:
                store.delete_blob(DIGEST)
            assert store.blob(DIGEST) in (None, LONG)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(work, range(4)))
    stores[0].put_blob(LONG)
    assert stores[1].blob(DIGEST) == LONG
    stores[2].delete_blob(DIGEST)
    assert stores[3].blob(DIGEST) is None


def test_those_who_put_the_same_bytes_at_once_all_have_them_afterwards(ministack: str) -> None:
    table = emulators.new_table(ministack)

    def put(number: int) -> bytes | None:
        store = emulators.opened(ministack, table)
        store.put_blob(LONG)
        return store.blob(DIGEST)

    with ThreadPoolExecutor(6) as threads:
        assert list(threads.map(put, range(6))) == [LONG] * 6
    emulators.opened(ministack, table).delete_blob(DIGEST)
    assert remains(ministack, table) == []


def test_what_is_sealed_and_long_lies_in_a_blob_and_is_replaced_whole(moto: str) -> None:
    table = emulators.new_table(moto)
    store: DynamoStore = emulators.opened(moto, table)
    rows = StoreVaultRows(store)
    sealed = [b"\x01" + emulators.noise(seed, 400_000) for seed in (1, 2)]
    rows.put("p", "m", "document", sealed[0])
    rows.put("p", "m", "note", b"\x01short")
    assert rows.get("p", "m", "document") == sealed[0]
    rows.put("p", "m", "document", sealed[1])
    assert rows.get("p", "m", "document") == sealed[1]
    assert store.blob(hashlib.sha256(sealed[0]).hexdigest()) is None
    assert [row.cipher for row in rows.rows("p")] == [sealed[1], b"\x01short"]
