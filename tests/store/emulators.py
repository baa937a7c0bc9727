"""DynamoDB and S3 on this machine: moto inside the process for one thread, ministack beside it for many.

ministack lives in an environment of its own, because it pins botocore; `.ci/run` makes it. Traffic goes to 127.0.0.1.
"""

from __future__ import annotations

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

from linli.store_dynamodb import DynamoStore
from linli.store_dynamodb_blobs import Bucket
from linli.store_dynamodb_calls import Patience, Wire
from linli.store_dynamodb_table import make_table
from linli_functions.cloud import CloudBucket, CloudWire, client, surroundings

REGION = "cn-north-1"
KEYS = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_EC2_METADATA_DISABLED": "true",
}
MINISTACK = Path(os.environ.get("LINLI_MINISTACK", Path.home() / ".cache/linli/ministack/bin/ministack"))
WITHOUT = f"ministack is not installed at {MINISTACK} (.ci/run installs it)"

_tables = count()


@contextmanager
def in_process() -> Iterator[str]:
    """moto in this process; yields its endpoint, which is none."""
    from moto import mock_aws

    with mock_aws():
        yield ""


@contextmanager
def beside(log: Path) -> Iterator[str]:
    """ministack in a process of its own; yields its endpoint."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, **KEYS, "BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port)}
    endpoint = f"http://127.0.0.1:{port}"
    with log.open("wb") as output:
        server = subprocess.Popen([MINISTACK], env=environment, stdout=output, stderr=output)
    try:
        _wait_for(f"{endpoint}/_ministack/health", server)
        yield endpoint
    finally:
        server.terminate()
        server.wait(10)


def _wait_for(address: str, server: subprocess.Popen[Any]) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        assert server.poll() is None, "ministack ended before it answered"
        try:
            with urllib.request.urlopen(address, timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise AssertionError("ministack did not answer within 30 seconds")


def new_table(endpoint: str, name: str = "") -> str:
    """The name of a new, empty table."""
    table = name or f"linli-{os.getpid()}-{next(_tables)}"
    make_table(CloudWire(REGION, endpoint), table)
    return table


def new_bucket(endpoint: str) -> str:
    """The name of a new bucket that keeps versions."""
    name = f"linli-{os.getpid()}-{next(_tables)}"
    s3 = client("s3", REGION, endpoint)
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    return name


def opened(
    endpoint: str,
    table: str,
    deployment: str = "contract",
    *,
    wire: Wire | None = None,
    bucket: Bucket | None = None,
    patience: Patience | None = None,
) -> DynamoStore:
    """The store of a deployment in a table that exists."""
    made = wire or CloudWire(REGION, endpoint)
    return DynamoStore(table, deployment, made, surroundings(), bucket=bucket, patience=patience)


def new_store(endpoint: str, deployment: str = "contract", **more: Any) -> DynamoStore:
    """An empty store in a table of its own."""
    return opened(endpoint, new_table(endpoint), deployment, **more)


def bucket_named(endpoint: str, name: str) -> CloudBucket:
    """A bucket as a store uses it."""
    return CloudBucket(name, REGION, endpoint, surroundings())


def bucket_of(endpoint: str) -> CloudBucket:
    """A new bucket as a store uses it."""
    return bucket_named(endpoint, new_bucket(endpoint))


def copy_of(endpoint: str, table: str) -> str:
    """The name of a new table that holds what another holds now."""
    wire, copy = CloudWire(REGION, endpoint), new_table(endpoint)
    asked: dict[str, Any] = {"TableName": table, "ConsistentRead": True}
    while True:
        found = wire.call("Scan", asked)
        items = found["Items"]
        for start in range(0, len(items), 25):
            puts = [{"PutRequest": {"Item": item}} for item in items[start : start + 25]]
            wire.call("BatchWriteItem", {"RequestItems": {copy: puts}})
        if not found.get("LastEvaluatedKey"):
            return copy
        asked["ExclusiveStartKey"] = found["LastEvaluatedKey"]


def noise(seed: int, size: int) -> bytes:
    """Bytes that no compression makes shorter, the same for the same seed."""
    return Random(seed).randbytes(size)
