"""A deployment moves from one store to another, by an archive: everything that counts, nothing twice.

What was moved in part is opened by nobody but whoever moves it, and moving it again goes on where it stopped: steps,
versions and claims that are there stay, files and rows are put again. The keys of persons are wrapped anew where the
master key of the new place is another; nothing that they protect is opened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, Protocol

from msgspec import structs

from linli.archive import Blob, Claimed, Entry, Header, Indexed, Stepped, check_archive, read_archive
from linli.errors import BadInput, ClaimTaken, Corrupt, LinliError, Overdrawn
from linli.sequencing import read_head
from linli.store import Claim, Commit, EntryWrite, Names, Row, StepWrite, Store
from linli.store_capacity import SMALLEST, fits, row_slices, slices
from linli.vault import MasterKey
from linli.vault_store import KEYS

Rewrap = Callable[[str, bytes], bytes]
"""From a person and the wrapped key to the key as the new place wraps it."""


class Destination(Store, Protocol):
    """A store that notes what is being moved into it."""

    def moving(self) -> str:
        """What is being moved here, by the hash of its archive; empty where nothing is."""

    def set_moving(self, archive: str) -> None:
        """Note what is being moved here; empty: it has arrived."""


def rewrapped(old: MasterKey, new: MasterKey) -> Rewrap:
    """Unwrap with one master key and wrap with another."""
    return lambda person, wrapped: new.wrap(old.unwrap(wrapped, person), person)


def move_in(
    store: Destination,
    archive: Path,
    rewrap: Rewrap | None = None,
    bring_keys: Callable[[], object] = lambda: None,
) -> Header:
    """Fill an empty store from an archive, or go on filling it; returns the header of the archive.

    The archive is read to its end before anything is written. ``bring_keys`` is called when the store is noted as one
    that is being moved into, so that functions that wait for keys find it closed; where it raises, the note is taken
    back. Raises `BadInput` for the archive of another deployment and for a store that holds anything else, and
    `Corrupt` for a damaged archive and where the log does not come out as the header says.
    """
    header, digest = check_archive(archive)
    if header.deployment != store.deployment:
        said = f"文件是部署“{header.deployment}”的，这里是“{store.deployment}”"
        raise BadInput(said, where=str(archive), cure="用 --deployment 指明同一个部署")
    noted = store.moving()
    if noted and noted != digest:
        raise BadInput(
            "这里正在搬入另一个文件", where=str(archive), cure="用原来那个文件搬完，或换一个空的存储"
        )
    if not noted:
        if store.names() != Names() or store.matters(limit=1) or store.claims(limit=1):
            raise BadInput("存储不是空的，不能搬入", where=store.deployment, cure="换一个空的存储")
        store.set_moving(digest)
    try:
        bring_keys()
    except LinliError:
        store.set_moving(noted)
        raise
    for kind, frames in groupby(read_archive(archive), type):
        _FILL[kind](store, frames, rewrap)
    head, _ = read_head(store)
    if (head.size, head.root) != (header.leaves, header.root):
        raise Corrupt("搬入以后日志和搬出时不同", where=str(archive), cure="换一个空的存储，重新搬入")
    store.set_moving("")
    return header


def _header(store: Store, frames: Iterator[Any], rewrap: Rewrap | None) -> None:
    for _ in frames:
        pass


def _blobs(store: Store, frames: Iterator[Blob], rewrap: Rewrap | None) -> None:
    for blob in frames:
        store.put_blob(blob.data)


def _entries(store: Store, frames: Iterator[Entry], rewrap: Rewrap | None) -> None:
    """Versions in order; those of one entry one commit after the other."""
    waiting: dict[tuple[str, str], EntryWrite] = {}

    def commit() -> None:
        store.commit(Commit(entries=tuple(waiting.values())))
        waiting.clear()

    for frame in frames:
        name, entry = (frame.register, frame.key), EntryWrite(*structs.astuple(frame))
        if waiting and (name in waiting or not fits(Commit(entries=(*waiting.values(), entry)), SMALLEST)):
            commit()
        stands = store.entries(entry.register, [entry.key]).get(entry.key)
        if stands is None or stands.version < entry.version:
            waiting[name] = entry
    if waiting:
        commit()


def _claims(store: Store, frames: Iterator[Claimed], rewrap: Rewrap | None) -> None:
    for commit in slices((Commit(claims=(Claim(each.key, each.value),)) for each in frames), SMALLEST):
        left = list(commit.claims)
        while left:
            try:
                store.commit(Commit(claims=tuple(left)))
            except ClaimTaken:
                # Some of them came before an interruption; nobody else writes here.
                left = [each for each in left if store.claim(each.key) is None]
            else:
                break


def _steps(store: Store, frames: Iterator[Stepped], rewrap: Rewrap | None) -> None:
    """Steps in order; heads say what came before an interruption.

    Those that move no money go together, the others one by one, so that every account is opened and emptied as it was.
    """
    waiting: list[StepWrite] = []
    heads: dict[str, int] = {}
    for frame in frames:
        step = frame.write()
        if step.number <= heads.setdefault(step.matter, store.head(step.matter)):
            continue
        moves = any(each.postings for each in waiting)
        if waiting and (moves or step.postings or not fits(Commit(steps=(*waiting, step)), SMALLEST)):
            waiting = [] if _stood(store, waiting) else waiting
        waiting.append(step)
    if waiting:
        store.commit(Commit(steps=tuple(waiting)))


def _stood(store: Store, steps: list[StepWrite]) -> bool:
    """Whether steps could be committed; one that spends what a later one of its commit brings waits for that one."""
    try:
        store.commit(Commit(steps=tuple(steps)))
    except Overdrawn:
        return False
    return True


def _rows(store: Store, frames: Iterator[Indexed], rewrap: Rewrap | None) -> None:
    def written() -> Iterator[Row]:
        for frame in frames:
            value = frame.value
            if rewrap is not None and frame.index == KEYS:
                value = rewrap(frame.key, value)
            yield Row(frame.index, frame.key, value)

    for commit in row_slices(written(), store.capacity):
        store.commit(commit)


_FILL: dict[type, Callable[[Store, Iterator[Any], Rewrap | None], None]] = {
    Header: _header,
    Blob: _blobs,
    Entry: _entries,
    Claimed: _claims,
    Stepped: _steps,
    Indexed: _rows,
}
