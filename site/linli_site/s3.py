"""A bucket in S3, or in anything that speaks it, in which two publishers never overwrite each other.

A write says what it replaces: the tag of the file that was seen when the bucket was looked at (``If-Match``), or that
there was none (``If-None-Match``). Whoever looks, then reads the record, then writes can therefore never put an older
page over a newer one: the other publisher's write has changed the tag, S3 refuses, and `Conflict` asks to begin anew.
Only `S3Bucket.look` and writes of one's own change what counts as seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import md5
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from linli.errors import Conflict
from linli.store_refusals import StoreFailed
from linli_site.bucket import content_type
from linli_site.log_files import CHECKPOINT

PAGE_SECONDS, FILE_SECONDS = 60, 3600
IMMUTABLE = "public, max-age=31536000, immutable"
OWN = ".linli/"
"""What begins so is the publisher's own and no file of the site."""

_REFUSED = {"PreconditionFailed", "ConditionalRequestConflict", "412", "409"}
_MISSING = {"NoSuchKey", "404", "NotFound"}


class S3Bucket:
    """Files below a prefix of an S3 bucket; ``client`` is botocore's client of S3, made by the caller.

    Several threads may put and delete at once, each other files. Raises `Conflict` where another publisher wrote since
    this one looked, `StoreFailed` where S3 does not do it.
    """

    def __init__(self, client: Any, bucket: str, prefix: str = "", page_size: int = 1000) -> None:
        """Take a client, the bucket's name, a prefix (empty, or ending in ``/``); a list asks for so many at once."""
        self._client = client
        self._bucket = bucket
        self._prefix = prefix
        self._page_size = page_size
        self._looked = False
        self.tags: dict[str, str] = {}
        """The tag of every file as it was seen or written, the publisher's own files too."""

    def look(self) -> None:
        """See which files there are. What is read of the record after this is at least as new as they are."""
        self._looked = True
        self.tags.clear()
        pages = self._client.get_paginator("list_objects_v2")
        asked = {"PageSize": self._page_size}
        try:
            for page in pages.paginate(Bucket=self._bucket, Prefix=self._prefix, PaginationConfig=asked):
                for each in page.get("Contents", ()):
                    self.tags[each["Key"].removeprefix(self._prefix)] = each["ETag"]
        except (ClientError, BotoCoreError) as error:
            raise self._failed(error, "") from error

    def get(self, address: str) -> bytes | None:
        """Return a file's content, or ``None`` when there is none. It is not seen by that."""
        try:
            return bytes(self._call("get_object", address)["Body"].read())
        except _Missing:
            return None

    def put(self, address: str, content: bytes) -> None:
        """Store a file in the place of the one that was seen, unless that says the same."""
        known = self.tags.get(address)
        # The tag of a file that was put whole is its MD5, but under some encryptions: then it is stored once more.
        if known == f'"{md5(content, usedforsecurity=False).hexdigest()}"':
            return
        condition = {"IfMatch": known} if known else {"IfNoneMatch": "*"}
        try:
            answer = self._call(
                "put_object",
                address,
                Body=content,
                ContentType=content_type(address),
                CacheControl=cache_control(address),
                **condition,
            )
        except _Missing as error:  # somebody took away what was seen
            raise self._beaten(address) from error
        self.tags[address] = answer["ETag"]

    def delete(self, address: str) -> None:
        """Take a file away, if it is the one that was seen."""
        known = self.tags.pop(address, None)
        try:
            self._call("delete_object", address, **({"IfMatch": known} if known else {}))
        except _Missing:
            return

    def list(self) -> Iterator[str]:
        """Yield the address of every file that was seen, but for the publisher's own."""
        if not self._looked:
            self.look()
        yield from (address for address in tuple(self.tags) if not address.startswith(OWN))

    def _call(self, operation: str, address: str, **arguments: Any) -> dict[str, Any]:
        key = self._prefix + address
        try:
            answer: dict[str, Any] = getattr(self._client, operation)(
                Bucket=self._bucket, Key=key, **arguments
            )
        except (ClientError, BotoCoreError) as error:
            if _code(error) in _MISSING:
                raise _Missing from error
            raise self._failed(error, address) from error
        return answer

    def _failed(self, error: Exception, address: str) -> Exception:
        if _code(error) in _REFUSED:
            return self._beaten(address)
        cure = "检查存储桶的名称和权限，稍后再试"
        return StoreFailed(f"对象存储没有完成：{_code(error)}", where=self._where(address), cure=cure)

    def _beaten(self, address: str) -> Conflict:
        cure = "重新读取记录后再发布"
        return Conflict("另一个发布者刚刚写过这个文件", where=self._where(address), cure=cure)

    def _where(self, address: str) -> str:
        return f"{self._bucket}/{self._prefix}{address}"


class _Missing(Exception):
    pass


def cache_control(address: str) -> str:
    """Return how long a file may be kept by those who fetched it.

    A tile that is full never changes. The checkpoint is asked for anew each time.
    """
    if address == CHECKPOINT or address.startswith(OWN):
        return "no-cache"
    if address.startswith("log/tile/") and ".p/" not in address:
        return IMMUTABLE
    return f"public, max-age={PAGE_SECONDS if address.endswith('.html') else FILE_SECONDS}"


def _code(error: Exception) -> str:
    answered = getattr(error, "response", None)
    return str(answered.get("Error", {}).get("Code", "")) if answered else type(error).__name__
