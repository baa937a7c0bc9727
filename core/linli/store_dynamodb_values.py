"""Values in items: compressed where that helps, and in parts where they are too long for one item.

An item holds its value as ``v``, compressed as ``z``, or says in ``of`` and ``parts`` where its parts lie and how many.
Parts are never changed, and their name belongs to one commit: whoever replaces or deletes a value names the parts that
go with it in the same transaction, and whoever reads them finds all of them or sees that the item has changed.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable

from msgspec import Struct

from linli.store_capacity import PART_BYTES
from linli.store_dynamodb_layout import Item

_WORTH_PACKING = 256  # bytes; below that a compressed value is hardly shorter
_SAVES = 0.9


class Packed(Struct, frozen=True):
    """A value as it is written: the attributes of its item, and its parts, if it has any."""

    attributes: Item
    parts: tuple[bytes, ...] = ()


class PartsOf(Struct, frozen=True):
    """Where the parts of a value lie: their name, and how many there are."""

    name: str
    count: int


class PartsMissing(Exception):
    """A part that an item names is not there: the item was replaced while it was read."""


def pack(value: bytes, name: str) -> Packed:
    """A value for an item; ``name`` is the name of its parts, if it needs any."""
    attribute, held = "v", value
    if len(value) >= _WORTH_PACKING:
        packed = zlib.compress(value, 6)
        if len(packed) < len(value) * _SAVES:
            attribute, held = "z", packed
    if len(held) <= PART_BYTES:
        # An empty value is no attribute at all.
        return Packed({attribute: {"B": held}} if held else {})
    parts = tuple(held[start : start + PART_BYTES] for start in range(0, len(held), PART_BYTES))
    attributes: Item = {"of": {"S": name}, "parts": {"N": str(len(parts))}}
    if attribute == "z":
        attributes["packed"] = {"BOOL": True}
    return Packed(attributes, parts)


def parts_of(item: Item) -> PartsOf | None:
    """Where the parts of an item's value lie, or None where it has none."""
    return PartsOf(item["of"]["S"], int(item["parts"]["N"])) if "of" in item else None


def unpack(item: Item, read: Callable[[PartsOf], list[bytes]]) -> bytes:
    """The value of an item; ``read`` reads its parts. Raises `PartsMissing` where not all are there."""
    if "v" in item:
        return bytes(item["v"]["B"])
    if "z" in item:
        return zlib.decompress(item["z"]["B"])
    parts = parts_of(item)
    if parts is None:
        return b""
    found = read(parts)
    if len(found) != parts.count:
        raise PartsMissing
    joined = b"".join(found)
    return zlib.decompress(joined) if "packed" in item else joined


VALUE_ATTRIBUTES = ("v", "z", "of", "parts", "packed")
