"""A bucket in S3, or in anything that speaks it, in which two publishers never overwrite each other.

A write says what it replaces: the tag of the file that was seen (``If-Match``), or that there was none
(``If-None-Match``). Whoever lists the bucket, then reads the record, then writes can therefore never put an older page
over a newer one: the other publisher's write has changed the tag, S3 refuses, and `Conflict` asks to begin anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from linli.errors import Conflict
from linli.store_refusals import StoreFailed
from linli_site.bucket import content_type
from linli_site.log_files import CHECKPOINT

PAGE_SECONDS, FILE_SECONDS = 60, 3600
IMMUTABLE = "public, max-age=31536000, immutable"

_REFUSED = {"PreconditionFailed", "ConditionalRequestConflict", "412", "409"}
_MISSING = {"NoSuchKey", "404", "NotFound"}


class S3Bucket:
    """Files below a prefix of an S3 bucket; ``client`` is a boto3 client of S3, made by the caller.

    Raises `Conflict` where another publisher wrote since this one looked, `StoreFailed` where S3 does not do it.
    """

    def __init__(self, client: Any, bucket: str, prefix: str = "", page_size: int = 1000) -> None:
        """Take a client, the bucket's name, a prefix (empty, or ending in ``/``); a list asks for so many at once."""
        self._client = client
        self._bucket = bucket
        self._prefix = prefix
        self._page_size = page_size
        self._tags: dict[str, str] = {}

    def get(self, address: str) -> bytes | None:
        """Return a file's content, or ``None`` when there is none; what was read is what a write may replace."""
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=self._prefix + address)
        except self._client.exceptions.ClientError as error:
            if _code(error) in _MISSING:
                self._tags.pop(address, None)
                return None
            raise self._failed(error, address) from error
        self._tags[address] = answer["ETag"]
        content: bytes = answer["Body"].read()
        return content

    def put(self, address: str, content: bytes) -> None:
        """Store a file in the place of the one that was seen."""
        known = self._tags.get(address)
        condition = {"IfMatch": known} if known else {"IfNoneMatch": "*"}
        try:
            answer = self._client.put_object(
                Bucket=self._bucket,
                Key=self._prefix + address,
                Body=content,
                ContentType=content_type(address),
                CacheControl=cache_control(address),
                **condition,
            )
        except self._client.exceptions.ClientError as error:
            raise self._failed(error, address) from error
        self._tags[address] = answer["ETag"]

    def delete(self, address: str) -> None:
        """Take a file away, if it is the one that was seen."""
        known = self._tags.pop(address, None)
        condition = {"IfMatch": known} if known else {}
        try:
            self._client.delete_object(Bucket=self._bucket, Key=self._prefix + address, **condition)
        except self._client.exceptions.ClientError as error:
            if _code(error) not in _MISSING:
                raise self._failed(error, address) from error

    def list(self) -> Iterator[str]:
        """Yield the address of every file, and remember which file it is."""
        self._tags.clear()
        pages = self._client.get_paginator("list_objects_v2")
        try:
            asked = {"PageSize": self._page_size}
            for page in pages.paginate(Bucket=self._bucket, Prefix=self._prefix, PaginationConfig=asked):
                for each in page.get("Contents", ()):
                    address = each["Key"].removeprefix(self._prefix)
                    self._tags[address] = each["ETag"]
                    yield address
        except self._client.exceptions.ClientError as error:
            raise self._failed(error, "") from error

    def _failed(self, error: Any, address: str) -> Exception:
        where = f"{self._bucket}/{self._prefix}{address}"
        if _code(error) in _REFUSED:
            return Conflict("另一个发布者刚刚写过这个文件", where=where, cure="重新读取记录后再发布")
        return StoreFailed(
            f"对象存储没有完成：{_code(error)}", where=where, cure="检查存储桶的名称和权限，稍后再试"
        )


def cache_control(address: str) -> str:
    """Return how long a file may be kept by those who fetched it.

    A tile that is full never changes. The checkpoint is asked for anew each time.
    """
    if address == CHECKPOINT:
        return "no-cache"
    if address.startswith("log/tile/") and ".p/" not in address:
        return IMMUTABLE
    return f"public, max-age={PAGE_SECONDS if address.endswith('.html') else FILE_SECONDS}"


def _code(error: Any) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))
