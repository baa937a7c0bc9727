"""The table itself: made for tests and trials, and checked before it is used.

A stack makes the table of a deployment in the cloud; what it must look like is `table_definition`.
"""

from __future__ import annotations

from typing import Any

from linli.errors import BadInput, LoadFault
from linli.store_dynamodb_calls import Refused, Table, Wire, explained
from linli.store_dynamodb_layout import SCHEMA, Layout, keyed, whole
from linli.store_refusals import not_arrived

TTL = "ttl"
"""The attribute by which DynamoDB drops the markers of commits; switch time to live on for it."""


def table_definition(name: str) -> dict[str, Any]:
    """What the table must be: two text keys, no index, paid by request."""
    return {
        "TableName": name,
        "KeySchema": [
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        "AttributeDefinitions": [
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
        ],
        "BillingMode": "PAY_PER_REQUEST",
    }


def make_table(wire: Wire, name: str) -> None:
    """Make an empty table; raises `BadInput` where there is one of that name."""
    try:
        wire.call("CreateTable", table_definition(name))
        wire.call(
            "UpdateTimeToLive",
            {"TableName": name, "TimeToLiveSpecification": {"Enabled": True, "AttributeName": TTL}},
        )
    except Refused as error:
        if error.code == "ResourceInUseException":
            raise BadInput("已经有这张表", where=name, cure="换一个名字，或直接使用它") from None
        raise explained(error, name) from error


def check_version(table: Table, layout: Layout, deployment: str, *, arriving: bool = False) -> None:
    """See that a deployment's items are of this version of the layout, writing that down where there are none yet.

    Raises `LoadFault` for another version, where there is no such table, and for a store that is being moved here,
    unless to whoever moves it (``arriving``).
    """
    key = layout.meta()
    found = table.get(key)
    if found is None:
        item = {**keyed(key), "schema": {"N": str(SCHEMA)}, "deployment": {"S": deployment}}
        table.put(item, "attribute_not_exists(pk)")
        found = table.get(key) or item
    if whole(found, "schema") != SCHEMA:
        raise LoadFault(
            f"存储的版本是 {whole(found, 'schema')}，本程序使用版本 {SCHEMA}",
            where=table.name,
            cure="请使用写入它的 Linli 版本",
        )
    if "moving" in found and not arriving:
        raise not_arrived(table.name)


def moving(table: Table, layout: Layout) -> str:
    """What is being moved here, by the hash of its archive; empty where nothing is."""
    found = table.get(layout.meta()) or {}
    return str(found["moving"]["S"]) if "moving" in found else ""


def set_moving(table: Table, layout: Layout, archive: str) -> None:
    """Note what is being moved here; empty: it has arrived."""
    changed = "SET moving = :archive" if archive else "REMOVE moving"
    asked: dict[str, Any] = {
        "TableName": table.name,
        "Key": keyed(layout.meta()),
        "UpdateExpression": changed,
    }
    if archive:
        asked["ExpressionAttributeValues"] = {":archive": {"S": archive}}
    table.call("UpdateItem", asked)
