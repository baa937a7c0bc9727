"""Where a function puts the portal: the words of the variable ``LINLI_SITE``.

=============================================== ======================================================
``s3://river-site?region=cn-north-1``           a bucket of S3 that is the portal's alone
``s3://sites/river?region=cn-north-1``          … below ``river/`` in a bucket
``…&address=https://sq.example.gov.cn/river``   … with the address under which it is read, for board sheets
``…&receipts=https://…/receipts``               … with the address that looks up receipts
``…&endpoint=http://127.0.0.1:4566``            … on an emulator of this machine, for tests
=============================================== ======================================================
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

from msgspec import Struct

from linli.errors import BadInput

SITE = "LINLI_SITE"
SCHEME = "s3://"

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
_PREFIX = re.compile(r"[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*")
_LOCAL = {"127.0.0.1", "localhost", "::1"}


class SiteAddress(Struct, frozen=True):
    """A place in a bucket; the prefix is empty or ends in ``/``."""

    bucket: str
    prefix: str = ""
    region: str = ""
    address: str = ""
    receipts: str = ""
    endpoint: str = ""


_OPTIONS = ("region", "address", "receipts", "endpoint")


def read_site(said: str) -> SiteAddress:
    """What the words mean; raises `BadInput` saying what is wrong with them."""
    place, _, query = said.partition("?")
    if not place.startswith(SCHEME):
        raise BadInput(f"“{said}”不是公开页面的去处", where=SITE, cure="写成 s3://桶名/前缀?region=区域")
    bucket, _, prefix = place.removeprefix(SCHEME).partition("/")
    prefix = prefix.strip("/")
    try:
        pairs = parse_qsl(query, strict_parsing=True) if query else []
    except ValueError:
        raise BadInput(f"“{query}”读不懂", where=SITE, cure="写成 名称=值，用 & 连接") from None
    options = dict(pairs)
    if len(options) < len(pairs) or not set(options) <= set(_OPTIONS):
        cure = f"每项写一次，可以写的有：{'、'.join(_OPTIONS)}"
        raise BadInput(f"“{query}”里有写了两次的或不认识的", where=SITE, cure=cure)
    if not _BUCKET.fullmatch(bucket):
        raise BadInput(f"“{bucket}”不能作桶名", where=SITE, cure="3 到 63 个小写字母、数字、横线或点")
    if prefix and not _PREFIX.fullmatch(prefix):
        raise BadInput(f"“{prefix}”不能作前缀", where=SITE, cure="只用字母、数字、横线、下划线和斜线")
    found = SiteAddress(bucket, f"{prefix}/" if prefix else "", **options)
    if found.region and not _REGION.fullmatch(found.region):
        raise BadInput(f"“{found.region}”不是区域", where=SITE, cure="例如 cn-north-1")
    for name in ("address", "receipts", "endpoint"):
        _check_address(name, getattr(found, name))
    return found


def _check_address(name: str, address: str) -> None:
    parts = urlsplit(address)
    local = parts.scheme == "http" and parts.hostname in _LOCAL
    if address and not local and not (parts.scheme == "https" and parts.hostname):
        raise BadInput(f"{name} “{address}”不是 https 网址", where=SITE, cure="不加密的只能用于本机")
