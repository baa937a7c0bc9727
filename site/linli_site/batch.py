"""Draw many pages, in this process or in several, and hold them back until all of them are found good.

Nothing is written before every page is drawn, inspected and its links are checked, and yet ten thousand pages
are never in memory at once: each process keeps what it drew in a temporary file, and on the word of the build
copies from there to the bucket what has changed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess
from tempfile import SpooledTemporaryFile
from typing import Protocol, TypeVar

import msgspec

from linli_site.bucket import Bucket
from linli_site.facts import Record
from linli_site.plan import Kind, Page
from linli_site.render import Drawn, Renderer, Shared

SPOOL_BYTES = 4 << 20
"""What a process keeps in memory before its spool goes to disk; one changed fact stays far below."""

PART = 256
"""So many pages a child tells of at once."""

T = TypeVar("T")
Job = tuple[Kind, Page]


class Batch(Protocol):
    """Pages drawn and held back."""

    drawn: list[Drawn]
    """What was drawn, in the order of the jobs, without the contents."""

    def publish(self, addresses: Collection[str]) -> None:
        """Put the pages at these addresses into the bucket."""

    def close(self) -> None:
        """Drop what was held back."""


class Here:
    """A batch drawn in this process."""

    def __init__(
        self, jobs: Sequence[Job], renderer: Renderer, record: Record, today: date, out: Bucket
    ) -> None:
        self._out = out
        self._spool = SpooledTemporaryFile(max_size=SPOOL_BYTES)  # noqa: SIM115 - closed by close()
        self._sizes: list[int] = []
        self.drawn = []
        shared = Shared()
        for kind, page in jobs:
            drawn = renderer.draw(kind, page, record, today)
            self._spool.write(drawn.content)
            self._sizes.append(len(drawn.content))
            self.drawn.append(shared.kept(drawn))

    def publish(self, addresses: Collection[str]) -> None:
        """Put the pages at these addresses into the bucket."""
        self._spool.seek(0)
        for drawn, size in zip(self.drawn, self._sizes, strict=True):
            content = self._spool.read(size)
            if drawn.address in addresses:
                self._out.put(drawn.address, content)

    def close(self) -> None:
        """Drop what was held back."""
        self._spool.close()


class Forked:
    """A batch drawn by forked processes, which share the loaded templates and the record with this one.

    The bucket is used by all of them at once; a :class:`~linli_site.bucket.Folder` allows that.
    """

    def __init__(
        self, jobs: Sequence[Job], draw_here: Callable[[Sequence[Job]], Here], processes: int
    ) -> None:
        context = get_context("fork")
        self._children: list[tuple[ForkProcess, Connection]] = []
        for number in range(processes):
            ours, theirs = context.Pipe()
            share = jobs[number::processes]
            # A child that kept our ends of the pipes would never learn that we have gone.
            inherited = [*(end for _, end in self._children), ours]
            child = context.Process(target=_work, args=(theirs, inherited, draw_here, share), daemon=True)
            child.start()
            theirs.close()
            self._children.append((child, ours))
        shared = Shared()
        shares = [[shared.kept(each) for each in _told(ours)] for _, ours in self._children]
        self.drawn = [shares[at % processes][at // processes] for at in range(len(jobs))]

    def publish(self, addresses: Collection[str]) -> None:
        """Put the pages at these addresses into the bucket."""
        wanted = msgspec.msgpack.encode(sorted(addresses))
        for _, ours in self._children:
            ours.send_bytes(wanted)
        faults = [fault for _, ours in self._children if (fault := _receive(ours, str))]
        if faults:
            raise OSError("; ".join(faults))

    def close(self) -> None:
        """Drop what was held back and wait for the processes to end."""
        for child, ours in self._children:
            ours.close()
            child.join()


def _told(ours: Connection) -> Iterator[Drawn]:
    """Yield what a child tells of the pages that it drew."""
    while part := _receive(ours, list[Drawn]):
        yield from part


def _receive(ours: Connection, kind: type[T]) -> T:
    try:
        return msgspec.msgpack.decode(ours.recv_bytes(), type=kind)
    except EOFError:
        raise OSError("a process that drew pages ended early; its error stands above") from None


def _work(
    theirs: Connection,
    inherited: Sequence[Connection],
    draw_here: Callable[[Sequence[Job]], Here],
    jobs: Sequence[Job],
) -> None:
    for end in inherited:
        end.close()
    batch = draw_here(jobs)
    # In parts, so that neither side ever holds all of it twice; an empty one ends it.
    for at in range(0, len(batch.drawn) + PART, PART):
        theirs.send_bytes(msgspec.msgpack.encode(batch.drawn[at : at + PART]))
    try:
        wanted = msgspec.msgpack.decode(theirs.recv_bytes(), type=set[str])
    except EOFError:  # the build found faults and goes no further
        return
    try:
        batch.publish(wanted)
        theirs.send_bytes(msgspec.msgpack.encode(""))
    except OSError as error:
        theirs.send_bytes(msgspec.msgpack.encode(f"{type(error).__name__}: {error}"))


def can_fork() -> bool:
    """Say whether this system can share loaded templates with further processes."""
    return hasattr(os, "fork")
