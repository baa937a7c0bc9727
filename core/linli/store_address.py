"""Where a deployment's store lies: the words that stand as ``store`` in its configuration.

====================================== ==============================================================
``river.sqlite``                       an SQLite file of this name in the home folder
``dynamodb:river``                     the DynamoDB table ``river``
``dynamodb:river?region=cn-north-1``   … in a region; else in the one that the machine is set to
``dynamodb:river?bucket=river-files``  … with a bucket of S3 for files that are long
``…&endpoint=http://127.0.0.1:4566``   … on an emulator of this machine, for tests
====================================== ==============================================================
"""

from __future__ import annotations

import re
from pathlib import PurePath
from urllib.parse import parse_qsl, urlsplit

from msgspec import Struct

from linli.errors import BadInput

SCHEME = "dynamodb:"

_TABLE = re.compile(r"[A-Za-z0-9_.-]{3,255}")
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_LOCAL = {"127.0.0.1", "localhost", "::1"}


class FileAddress(Struct, frozen=True):
    """An SQLite file in the home folder."""

    name: str


class TableAddress(Struct, frozen=True):
    """A DynamoDB table; no region means that of the machine, no bucket that long files lie in the table too."""

    table: str
    region: str = ""
    bucket: str = ""
    endpoint: str = ""


def read_address(said: str) -> FileAddress | TableAddress:
    """What the words mean; raises `BadInput` saying what is wrong with them."""
    if not said.startswith(SCHEME):
        if not said or PurePath(said).name != said:
            raise BadInput(f"“{said}”不是文件名", where="store", cure="只写文件名，不带目录")
        return FileAddress(said)
    table, _, query = said.removeprefix(SCHEME).partition("?")
    _must_match(_TABLE, table, "表名", "3 到 255 个字母、数字、横线、下划线或点")
    try:
        pairs = parse_qsl(query, strict_parsing=True) if query else []
    except ValueError:
        raise BadInput(f"“{query}”读不懂", where="store", cure="写成 名称=值，用 & 连接") from None
    options = dict(pairs)
    known = TableAddress.__struct_fields__[1:]
    for name in options:
        if name not in known:
            raise BadInput(f"没有“{name}”这一项", where="store", cure=f"可以写的有：{'、'.join(known)}")
    if len(options) < len(pairs):
        raise BadInput("同一项写了两次", where="store", cure="去掉一个")
    address = TableAddress(table, **options)
    if address.region:
        _must_match(_REGION, address.region, "区域", "例如 cn-north-1")
    if address.bucket:
        _must_match(_BUCKET, address.bucket, "桶名", "3 到 63 个小写字母、数字、横线或点")
    if address.endpoint:
        _check_endpoint(address.endpoint)
    return address


def _must_match(pattern: re.Pattern[str], said: str, what: str, cure: str) -> None:
    if not pattern.fullmatch(said):
        raise BadInput(f"“{said}”不能作{what}", where="store", cure=cure)


def _check_endpoint(endpoint: str) -> None:
    """What goes over the wire is personal data: without encryption it goes to this machine only."""
    parts = urlsplit(endpoint)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadInput(f"“{endpoint}”不是地址", where="store", cure="例如 http://127.0.0.1:4566")
    if parts.scheme == "http" and parts.hostname not in _LOCAL:
        raise BadInput("不加密的连接只能用于本机", where="store", cure="改用 https")
