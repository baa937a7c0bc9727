"""Sending a build to a bucket far away: many files at a time, and in an order that readers can bear.

Pages and tiles go first; the checkpoint, which promises the tiles, goes when they are there; what nobody plans any more
goes last, when no page leads to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import BoundedSemaphore
from types import TracebackType

from linli_site.bucket import Bucket
from linli_site.log_files import CHECKPOINT

THREADS = 16
_WAITING = 64
"""So many files at most are held in memory until they are sent."""


class Sending:
    """A bucket that takes files at once and sends them meanwhile; `finish` returns when all are there.

    The bucket behind it is used by several threads, each with another file.
    """

    def __init__(self, bucket: Bucket, threads: int = THREADS) -> None:
        self._bucket = bucket
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="linli-sending")
        self._room = BoundedSemaphore(_WAITING)
        self._sent: list[Future[None]] = []
        self._last: dict[str, bytes] = {}
        self._gone: list[str] = []

    def get(self, address: str) -> bytes | None:
        """Return a file's content as it lies in the bucket."""
        return self._bucket.get(address)

    def put(self, address: str, content: bytes) -> None:
        """Begin to store a file; what goes wrong is raised by `finish`."""
        if address == CHECKPOINT:
            self._last[address] = content
            return
        self._room.acquire()
        future = self._pool.submit(self._bucket.put, address, content)
        future.add_done_callback(lambda _: self._room.release())
        self._sent.append(future)

    def delete(self, address: str) -> None:
        """Note a file that is to be taken away in the end."""
        self._gone.append(address)

    def list(self) -> Iterator[str]:
        """Yield the address of every file in the bucket."""
        return self._bucket.list()

    def finish(self) -> None:
        """Wait until all is stored, then take away what goes; raises what the bucket raised."""
        for future in self._sent:
            future.result()
        for address, content in self._last.items():
            self._bucket.put(address, content)
        list(self._pool.map(self._bucket.delete, self._gone))

    def __enter__(self) -> Sending:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(cancel_futures=True)
