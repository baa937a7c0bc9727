"""Canonical bytes: one value, one sequence of bytes, for ever.

The bytes of a step are what is stored, hashed into the log and proved years later, so they follow RFC 8785
(JSON Canonicalization Scheme) in the part of it that Linli uses: sorted keys, no spaces, UTF-8, the shortest
escapes. Dates are ISO strings, fractions are ``"a/b"``, enums their value. Two departures, both on purpose:

* Floats are refused. Money is whole fen and shares are fractions; nothing here is approximately true.
* Integers are written exactly at any size, where RFC 8785 would round them to a double.

RFC 8785 orders keys by UTF-16 units and msgspec by UTF-8 bytes. The two orders differ only where a character
beyond U+FFFF meets one from U+E000 on, so a key with a character beyond U+FFFF is refused and the orders
agree.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import cache
from operator import attrgetter
from typing import Any

import msgspec
from msgspec import UNSET, Struct
from msgspec import inspect as types

from linli.errors import BadInput


def canonical(value: object) -> bytes:
    """Return the canonical JSON bytes of a struct or of plain values.

    A field whose annotation leaves no room for a float or a free key is trusted to hold what it says
    (msgspec checks that on the way in, mypy in our own code) and costs nothing more than writing it. All else
    is looked through first. A ``msgspec.Raw`` is taken as it is and must itself come from :func:`canonical`.

    :raises BadInput: for a float, a key that is not plain text, text that is not UTF-8, or an unknown type.
    """
    kind: Any = type(value)
    doubtful = _doubtful_part(kind)
    if doubtful is not None:
        _look_through(value, doubtful(value))
    try:
        return _encode(value)
    except (TypeError, UnicodeEncodeError) as error:
        _refuse_first_fault(value, "$")
        raise BadInput(f"无法写成规范字节：{error}", where=type(value).__name__) from error


def canonical_typed(value: Struct) -> bytes:
    """Return the canonical bytes of a struct without looking through its open parts.

    Only for a struct whose open parts were typed when they came in, as the facts of a step are: they are the values of
    a form, and `linli.forms` refuses a form with a field that could hold a float. Half the time of `canonical`.
    """
    return _encode(value)


def digest(data: bytes) -> str:
    """Return the SHA-256 of the bytes as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def content_hash(value: object) -> str:
    """Return the digest of the canonical bytes of a value; the errors are those of :func:`canonical`."""
    return hashlib.sha256(canonical(value)).hexdigest()


def _write_unknown(value: object) -> object:
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    raise TypeError(f"{type(value).__name__} 没有规范写法")


_encode = msgspec.json.Encoder(order="sorted", enc_hook=_write_unknown).encode
_pack = msgspec.msgpack.Encoder(enc_hook=_write_unknown).encode

# MessagePack starts every float with 0xCB, and UTF-8 every character beyond U+FFFF with 0xF0 to 0xF4. A
# packed value without these bytes can hold neither; a value with one of them may, and is then walked to be
# sure. JSON would not do for this: msgspec writes a NaN as null.
_SUSPECTS = tuple(bytes([lead]) for lead in (0xCB, 0xF0, 0xF1, 0xF2, 0xF3, 0xF4))


def _look_through(value: object, doubtful: object) -> None:
    """Raise BadInput when a float or a key out of order hides in the doubtful part of the value."""
    try:
        packed = _pack(doubtful)
    except (TypeError, OverflowError, UnicodeEncodeError):
        _refuse_first_fault(value, "$")
        return
    for suspect in _SUSPECTS:
        if suspect in packed:
            _refuse_first_fault(value, "$")
            return


def _refuse_first_fault(value: object, path: str) -> None:
    """Walk the value and raise BadInput naming the path of the first thing that has no canonical form."""
    if isinstance(value, float):
        raise BadInput(f"规范字节中不得有浮点数（{value!r}）", where=path, cure="改用整数或 Fraction")
    if isinstance(value, str):
        _refuse_broken_text(value, path)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if type(key) is not str:
                raise BadInput(f"键必须是文本，而不是 {type(key).__name__}", where=path, cure="先写成文本")
            _refuse_broken_text(key, path)
            if key and max(key) > "\uffff":
                raise BadInput(f"键 {key!r} 含有 U+FFFF 以外的字符，次序不定", where=path, cure="换一个键名")
            _refuse_first_fault(item, f"{path}.{key}")
    else:
        for name, item in _parts(value):
            _refuse_first_fault(item, f"{path}{name}")


def _refuse_broken_text(text: str, path: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise BadInput("文本含孤立的代理字符，不是 UTF-8", where=path, cure="重新录入这段文字") from None


def _parts(value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, Struct):
        for name in value.__struct_fields__:
            item = getattr(value, name)
            if item is not UNSET:
                yield f".{name}", item
    elif isinstance(value, list | tuple | set | frozenset):
        for index, item in enumerate(value):
            yield f"[{index}]", item


# What these types allow is written in one way only. A Raw is canonical already, by its contract above.
_PLAIN = (
    types.StrType,
    types.IntType,
    types.BoolType,
    types.NoneType,
    types.DateType,
    types.DateTimeType,
    types.BytesType,
    types.LiteralType,
    types.RawType,
)


@cache
def _doubtful_part(kind: Any) -> Callable[[Any], object] | None:
    """Return what takes the part out of a value whose annotations rule nothing out, if there is one."""
    if not issubclass(kind, Struct):
        return _whole
    try:
        info = types.type_info(kind)
    except (NameError, TypeError):  # An annotation that cannot be resolved proves nothing.
        return _whole
    assert isinstance(info, types.StructType)
    names = [field.name for field in info.fields if not _closed(field.type, {kind})]
    return attrgetter(*names) if names else None


def _whole(value: object) -> object:
    return value


def _closed(info: types.Type, seen: set[type]) -> bool:
    if isinstance(info, _PLAIN):
        return True
    if isinstance(info, types.StructType):
        if info.cls in seen:
            return True
        seen.add(info.cls)
        return all(_closed(field.type, seen) for field in info.fields)
    if isinstance(info, types.UnionType):
        return all(_closed(member, seen) for member in info.types)
    if isinstance(info, types.EnumType):
        return all(isinstance(member.value, str | int) for member in info.cls)
    if isinstance(info, types.TupleType):
        return all(_closed(member, seen) for member in info.item_types)
    if isinstance(info, types.ListType | types.VarTupleType | types.SetType | types.FrozenSetType):
        return _closed(info.item_type, seen)
    if isinstance(info, types.DictType):
        # Keys of a dict that is typed to the last are identifiers of ours (term ids, field names), which are ASCII.
        return isinstance(info.key_type, types.StrType) and _closed(info.value_type, seen)
    if isinstance(info, types.CustomType):
        return info.cls is Fraction
    return False
