"""A store written down in one file, whatever it lay in: to move a deployment from one kind of store to another.

The file is gzip over frames, each four bytes of length (big-endian) and so many bytes of MessagePack: first a `Header`,
then everything that the store keeps, then an `End` with the number of frames and the SHA-256 of all that came before
it. Files, entries, claims and rows lie in order of their names; steps lie so that each can be committed after those
before it, which is the order of the journal for steps that moved money. The same store gives the same bytes.

What is personal is in it as the store has it, sealed. Keys are not: they travel apart.
"""

from __future__ import annotations

import gzip
import hashlib
import struct
import zlib
from collections.abc import Iterable, Iterator
from itertools import chain, groupby
from pathlib import Path
from typing import IO, Any

import msgspec
from msgspec import Struct

from linli.errors import BadInput, Conflict, Corrupt, NotFound
from linli.ledger import Posting
from linli.sequencing import read_head
from linli.store import StepWrite, Store, StoredEntry

VERSION = 1
LONGEST_FRAME = 256 * 1024 * 1024
"""No frame is longer, in bytes: what says so is no archive."""

_LENGTH = struct.Struct(">I")
_PAGE = 500


class Header(Struct, frozen=True, tag="linli-archive", array_like=True):
    """Whose store it was, and its public log at that moment: so many leaves under this root (hexadecimal)."""

    version: int
    deployment: str
    leaves: int
    root: str


class Blob(Struct, frozen=True, tag="blob", array_like=True):
    """A file; its name is the SHA-256 of its bytes."""

    data: bytes


class Entry(Struct, frozen=True, tag="entry", array_like=True):
    """A version of a register entry."""

    register: str
    key: str
    version: int
    body: bytes


class Claimed(Struct, frozen=True, tag="claim", array_like=True):
    """A claim."""

    key: str
    value: bytes


class Stepped(Struct, frozen=True, tag="step", array_like=True):
    """A step with its postings."""

    matter: str
    number: int
    body: bytes
    salt: bytes
    leaf: bytes
    postings: tuple[tuple[str, str, int, str, str, str], ...] = ()

    def write(self) -> StepWrite:
        """The step as a store takes it."""
        postings = tuple(Posting(*each) for each in self.postings)
        return StepWrite(self.matter, self.number, self.body, self.salt, self.leaf, postings)


class Indexed(Struct, frozen=True, tag="row", array_like=True):
    """A row of an index."""

    index: str
    key: str
    value: bytes


class End(Struct, frozen=True, tag="end", array_like=True):
    """How many frames came before, and the SHA-256 of their bytes, lengths included (hexadecimal)."""

    frames: int
    sha256: str


Held = Blob | Entry | Claimed | Stepped | Indexed
_decoder = msgspec.msgpack.Decoder(Header | Blob | Entry | Claimed | Stepped | Indexed | End)


def write_archive(store: Store, out: IO[bytes]) -> Header:
    """Write a store down; returns what its header says.

    The store must stand still meanwhile. Raises `Conflict` where its log grew, and the file is to be thrown away.
    """
    head, _ = read_head(store)
    header = Header(VERSION, store.deployment, head.size, head.root)
    hashed, frames = hashlib.sha256(), 0
    with gzip.GzipFile(filename="", mode="wb", fileobj=out, mtime=0) as packed:
        for frame in chain((header,), _everything(store)):
            _put(packed, frame, hashed)
            frames += 1
        if read_head(store)[0] != head:
            raise Conflict("搬出的时候还有人在写", where=store.deployment, cure="先停止运行，再搬")
        _put(packed, End(frames, hashed.hexdigest()), hashed)
    return header


def read_archive(path: Path) -> Iterator[Header | Held]:
    """The header of an archive and everything in it, in order.

    Raises `NotFound` where there is no such file, `BadInput` for another version, and `Corrupt` for a file that is no
    archive, is cut short or was altered; that is known for certain when the last frame was read, so read it once before
    anything is done with it (`check_archive`).
    """
    hashed, ended = hashlib.sha256(), False
    for frames, raw in enumerate(_frames(path)):
        try:
            frame = _decoder.decode(raw)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise _damaged(path, "有一段读不出来") from error
        if isinstance(frame, Header) == bool(frames) or ended:
            raise _damaged(path, "段落的次序不对")
        if isinstance(frame, Header) and frame.version != VERSION:
            said = f"搬迁文件的版本是 {frame.version}，本程序使用版本 {VERSION}"
            raise BadInput(said, where=str(path), cure="用写它的 Linli 版本搬入，或换一个版本")
        if isinstance(frame, End):
            if (frame.frames, frame.sha256) != (frames, hashed.hexdigest()):
                raise _damaged(path, "内容和结尾的校验不符")
            ended = True  # the file is read to its own end, where gzip's check stands
            continue
        hashed.update(_LENGTH.pack(len(raw)) + raw)
        yield frame
    if not ended:
        raise _damaged(path, "没有结尾")


def check_archive(path: Path) -> tuple[Header, str]:
    """Read an archive to its end; returns its header and the SHA-256 of the file. Raises as `read_archive` does."""
    frames = read_archive(path)
    header = next(frames)
    assert isinstance(header, Header)
    for _ in frames:
        pass
    with path.open("rb") as file:
        return header, hashlib.file_digest(file, "sha256").hexdigest()


def _put(out: gzip.GzipFile, frame: Struct, hashed: Any) -> None:
    raw = msgspec.msgpack.encode(frame)
    whole = _LENGTH.pack(len(raw)) + raw
    hashed.update(whole)
    out.write(whole)


def _frames(path: Path) -> Iterator[bytes]:
    try:
        with gzip.open(path, "rb") as packed:
            while length := packed.read(_LENGTH.size):
                size = _LENGTH.unpack(length)[0]
                if size > LONGEST_FRAME:
                    raise _damaged(path, "有一段长得不可能")
                raw = packed.read(size)
                if len(raw) != size:
                    raise _damaged(path, "被截断")
                yield raw
    except FileNotFoundError:
        raise NotFound("没有这个文件", where=str(path)) from None
    except (EOFError, OSError, struct.error, zlib.error) as error:
        raise _damaged(path, "不是搬迁文件，或被截断") from error


def _damaged(path: Path, said: str) -> Corrupt:
    return Corrupt(f"搬迁文件损坏：{said}", where=str(path), cure="重新搬出，或重新复制这个文件")


def _everything(store: Store) -> Iterator[Held]:
    names = store.names()
    for digest in names.blobs:
        data = store.blob(digest)
        if data is not None:
            yield Blob(data)
    for register in names.registers:
        for entry in _entries(store, register):
            yield Entry(entry.register, entry.key, entry.version, entry.body)
    yield from _claims(store)
    yield from _steps(store)
    for index in names.indexes:
        yield from _rows(store, index)


def _entries(store: Store, register: str) -> Iterator[StoredEntry]:
    after = ""
    while page := store.register(register, after, _PAGE):
        for latest in page:
            yield from store.entry_history(register, latest.key)
        after = page[-1].key


def _claims(store: Store) -> Iterator[Claimed]:
    after = ""
    while page := store.claims(after, _PAGE):
        yield from (Claimed(claim.key, claim.value) for claim in page)
        after = page[-1].key


def _rows(store: Store, index: str) -> Iterator[Indexed]:
    after = ""
    while page := store.rows(index, after, limit=_PAGE):
        yield from (Indexed(index, row.key, row.value or b"") for row in page)
        after = page[-1].key


def _steps(store: Store) -> Iterator[Stepped]:
    """Every step once: those that moved money in the order of the journal, each after those before it in its matter."""
    told: dict[str, int] = {}

    def upto(matter: str, number: int, postings: Iterable[Posting] = ()) -> Iterator[Stepped]:
        moved = tuple(
            (each.source, each.destination, each.amount, each.commodity, each.purpose, each.reverses)
            for each in postings
        )
        for step in store.steps(matter, told.get(matter, 0)):
            if number and step.number > number:
                break
            its = moved if step.number == number else ()
            yield Stepped(step.matter, step.number, step.body, step.salt, step.leaf, its)
            told[matter] = step.number

    for (matter, number), stored in groupby(store.postings(), lambda each: (each.matter, each.number)):
        yield from upto(matter, number, [each.posting for each in stored])
    after = ""
    while page := store.matters(after, _PAGE):
        for matter in page:
            yield from upto(matter, 0)
        after = page[-1]
