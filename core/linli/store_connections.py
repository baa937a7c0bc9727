"""Connections to one SQLite file: one writer behind a lock, one reader a thread, none across a fork.

SQLite keeps its file locks per process and believes after a fork that it still holds those of its parent.
A child could then write into a log that the parent has already removed. So every connection is closed before
the process forks and opened again on first use, on both sides
(https://www.sqlite.org/howtocorrupt.html, 2.6).
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote
from weakref import WeakSet

from linli.errors import BadInput, Corrupt
from linli.store_refusals import StoreFailed

_PATIENCE_SECONDS = 30.0
"""How long a connection waits for another process that writes."""

_WAL_PAGES = 8000
"""Pages in the log before they are moved into the file: 16 MB, so that few commits pay for moving them."""


class Connections:
    """The connections to one file, opened when first used.

    Errors of SQLite come out as `StoreFailed` or `Corrupt`.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writer = _Held(path)
        self._readers: WeakSet[_Held] = WeakSet()
        self._registering = threading.Lock()
        self._own = threading.local()
        self._closed = False
        self._still: list[_Held] = []
        with _all_lock:
            _all.add(self)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One write transaction: committed at the end of the block, rolled back if anything fails."""
        with _clear_errors(self.path), self._writer.lock:
            self._check_open()
            connection = self._writer.open(_prepare_writer)
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException as error:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                if isinstance(error, sqlite3.OperationalError):
                    _overwrite_what_failed(connection)
                raise

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The calling thread's own connection for reading."""
        held: _Held | None = getattr(self._own, "held", None)
        if held is None:
            held = self._own.held = self._register()
        with _clear_errors(self.path), held.lock:
            self._check_open()
            yield held.open(_prepare_reader)

    @contextmanager
    def apart(self) -> Iterator[sqlite3.Connection]:
        """A connection for long reading, closed at the end of the block; all of the block sees one moment."""
        held = self._register()
        with _clear_errors(self.path), held.lock:
            self._check_open()
            try:
                connection = held.open(_prepare_reader)
                connection.execute("BEGIN")
                yield connection
            finally:
                held.close()

    def checkpoint(self) -> None:
        """Move the log into the file and empty it, so far as no reader needs it."""
        with _clear_errors(self.path), self._writer.lock:
            self._check_open()
            self._writer.open(_prepare_writer).execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        """Close every connection after the calls under way; what comes later raises `StoreFailed`."""
        self._closed = True
        self.hold_still()
        self.go_on()

    def hold_still(self) -> None:
        """Wait for calls that are under way, close every connection and let no call begin."""
        self._writer.lock.acquire()
        self._registering.acquire()
        self._still = [self._writer, *self._readers]
        for held in self._still[1:]:
            held.lock.acquire()
        for held in self._still:
            held.close()

    def go_on(self) -> None:
        """Let calls begin again."""
        for held in self._still[1:]:
            held.lock.release()
        self._still = []
        self._registering.release()
        self._writer.lock.release()

    def _register(self) -> _Held:
        held = _Held(self.path)
        with self._registering:
            self._readers.add(held)
        return held

    def _check_open(self) -> None:
        if self._closed:
            raise StoreFailed("存储已经关闭", where=str(self.path), cure="请重新打开")


def connect(path: Path) -> sqlite3.Connection:
    """Open the file, which must exist, with the settings that every connection has."""
    return sqlite3.connect(
        f"file:{quote(str(path))}?mode=rw",
        uri=True,
        timeout=_PATIENCE_SECONDS,
        isolation_level=None,  # transactions are begun and ended by us, not guessed
        check_same_thread=False,  # a lock of ours stands before each connection
    )


class _Held:
    """A connection behind a lock. Whoever uses it has the lock."""

    def __init__(self, path: Path) -> None:
        self.lock = threading.RLock()
        self._path = path
        self._connection: sqlite3.Connection | None = None

    def open(self, prepare: Callable[[sqlite3.Connection], None]) -> sqlite3.Connection:
        if self._connection is None:
            connection = connect(self._path)
            try:
                prepare(connection)
            except BaseException:
                connection.close()
                raise
            self._connection = connection
        return self._connection

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def __del__(self) -> None:
        self.close()  # a thread has ended


_WRITER_CACHE_KIB = 32 * 1024


def _prepare_writer(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(f"PRAGMA wal_autocheckpoint = {_WAL_PAGES}")
    # What is deleted, a person's key or a document that was taken down, is overwritten with zeros.
    connection.execute("PRAGMA secure_delete = ON")
    # A commit touches a dozen tables by random keys; with SQLite's two megabytes every one of them would be read from
    # disk again once a store has grown.
    connection.execute(f"PRAGMA cache_size = -{_WRITER_CACHE_KIB}")


def _prepare_reader(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA query_only = ON")


def _overwrite_what_failed(connection: sqlite3.Connection) -> None:
    """Write over what a failed commit has left at the end of the log.

    Where only the last fsync failed, the frames of the commit are in the log, and a restart would take them
    for committed. The next frames overwrite them; these are the smallest that can be written. If this fails
    too, the next commit does it; until then a killed process may come back with the commit that was reported
    as failed, as with any answer that was lost. An idempotency claim makes the repetition safe.
    """
    try:
        connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'failed commits'")
    except sqlite3.Error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


@contextmanager
def _clear_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise explained(error, path) from error
    except (OverflowError, UnicodeEncodeError) as error:
        raise BadInput(
            f"无法存储这样的值：{error}", where=str(path), cure="请检查文字编码和数字大小"
        ) from error


def explained(error: sqlite3.Error, path: Path) -> StoreFailed | Corrupt:
    """Say in our words what SQLite reports, and what helps."""
    where = str(path)
    # The low byte is the kind of error, the rest its detail (https://www.sqlite.org/rescode.html).
    match getattr(error, "sqlite_errorcode", 0) & 0xFF:
        case sqlite3.SQLITE_FULL:
            return StoreFailed("磁盘已满，没有写入任何内容", where=where, cure="请腾出空间后重试")
        case sqlite3.SQLITE_IOERR:
            return StoreFailed(
                f"磁盘读写出错（{error.sqlite_errorname}），没有写入任何内容",
                where=where,
                cure="请检查磁盘后重试",
            )
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return StoreFailed("存储一直被其他进程占用", where=where, cure="请稍后重试")
        case sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM:
            return StoreFailed("存储文件打不开或不可写", where=where, cure="请检查路径和权限")
        case sqlite3.SQLITE_CONSTRAINT:
            return Corrupt(f"存储内容自相矛盾：{error}", where=where, cure="请运行 linli verify")
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return Corrupt("存储文件已损坏，或不是 Linli 的存储", where=where, cure="请从备份恢复")
        case _:
            return StoreFailed(f"存储出错：{error}", where=where)


_all: WeakSet[Connections] = WeakSet()
_all_lock = threading.Lock()
_forking: list[Connections] = []


def _before_fork() -> None:
    _all_lock.acquire()
    _forking.extend(_all)
    for connections in _forking:
        connections.hold_still()


def _after_fork() -> None:
    for connections in _forking:
        connections.go_on()
    _forking.clear()
    _all_lock.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork, after_in_parent=_after_fork, after_in_child=_after_fork)
