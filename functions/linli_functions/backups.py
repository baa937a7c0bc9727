"""Back-ups of stores while they are written to, and putting one back.

A back-up is a folder: each store as it stood at one moment, and ``backup.json``, which says of each how many leaves its
log had, the root, and the hash of the file. Keys are copied only where a folder of their own is named: who has both the
stores and the keys has the personal data.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from linli.deployment import Deployment
from linli.errors import BadInput, Corrupt, NotFound
from linli.notes import Checkpoint
from linli.sequencing import read_head
from linli.store_check import check
from linli.store_sqlite import SqliteStore
from linli_functions.opening import KEYS, store_file

MANIFEST = "backup.json"
CHECKPOINT = Path("log") / "checkpoint"
_CHUNK = 1 << 20


class Copied(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One store in a back-up: its file, the file's SHA-256 (hexadecimal) and size in bytes, its log at that moment."""

    slug: str
    file: str
    sha256: str
    size: int
    leaves: int
    root: str


class Backup(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What ``backup.json`` holds: when it was made (UTC), and of what."""

    made: datetime
    stores: tuple[Copied, ...]


class Restored(Struct, frozen=True, kw_only=True):
    """A store that was put back: where the one before it went, and how many leaves readers have seen beyond it."""

    copied: Copied
    aside: str = ""
    unseen: int = 0


def back_up(
    deployments: Iterable[Deployment], home: Path, target: Path, made: datetime, keys: Path | None = None
) -> Backup:
    """Copy every store of the home folder into a new folder, and the keys into another; readers and writers go on.

    Each copy is opened and checked before it counts. Raises `BadInput` where a folder is taken or the keys would lie
    with the stores, `Corrupt` where a copy is not sound.
    """
    _new_folder(target)
    if keys is not None:
        if target.resolve() == keys.resolve() or target.resolve() in keys.resolve().parents:
            raise BadInput(
                "密钥不能和存储的备份放在一起", where=str(keys), cure="换一个文件夹，最好是另一台设备"
            )
        _new_folder(keys)
    copied = [_copy(deployment, home, target) for deployment in deployments]
    backup = Backup(made=made, stores=tuple(copied))
    _write(target / MANIFEST, msgspec.json.format(msgspec.json.encode(backup)))
    if keys is not None:
        for file in sorted((home / KEYS).iterdir()):
            _write(keys / file.name, file.read_bytes(), mode=0o600)
    return backup


def read_backup(source: Path) -> Backup:
    """What a back-up says of itself; raises `NotFound` or `Corrupt`."""
    try:
        return msgspec.json.decode((source / MANIFEST).read_bytes(), type=Backup)
    except FileNotFoundError:
        raise NotFound("这个文件夹里没有备份", where=str(source), cure=f"要有 {MANIFEST}") from None
    except msgspec.MsgspecError as error:
        raise Corrupt(f"{MANIFEST} 读不出来：{error}", where=str(source)) from None


def restore(
    deployments: Iterable[Deployment],
    source: Path,
    home: Path,
    portal: Path,
    *,
    replace: bool = False,
    stamp: str = "",
) -> list[Restored]:
    """Put the stores of a back-up into the home folder; the process that serves them must have ended.

    Everything is checked before anything is touched. A store that is there stays unless ``replace`` is said; then it is
    set aside as ``<store>.<stamp>``. ``portal`` is where the portals lie: a log that is shorter than what readers have
    seen there is put back all the same, and told. Raises `BadInput` and `Corrupt` for what stops all of it.
    """
    backup = read_backup(source)
    by_slug = {deployment.slug: deployment for deployment in deployments}
    wanted = [copied for copied in backup.stores if copied.slug in by_slug]
    if not wanted:
        raise NotFound(
            "备份里没有这些部署的存储",
            where=str(source),
            cure=f"有：{'、'.join(c.slug for c in backup.stores)}",
        )
    for copied in wanted:
        store = store_file(by_slug[copied.slug], home)
        if _sha256(source / copied.file) != copied.sha256:
            raise Corrupt("备份的文件与备份时不同", where=str(source / copied.file), cure="用另一份备份")
        if store.exists() and not replace:
            raise BadInput("存储已经在那里", where=str(store), cure="确实要换掉它：--replace，原来的会另存")
    home.mkdir(parents=True, exist_ok=True)
    return [_put_back(copied, by_slug[copied.slug], source, home, portal, stamp) for copied in wanted]


def _copy(deployment: Deployment, home: Path, target: Path) -> Copied:
    store = SqliteStore(store_file(deployment, home), deployment.slug)
    file = target / f"{deployment.slug}.sqlite3"
    try:
        store.backup(file)
    finally:
        store.close()
    copy = SqliteStore(file, deployment.slug)
    try:
        faults = check(copy)
        head, _ = read_head(copy)
    finally:
        copy.close()
    if faults:
        raise Corrupt(f"备份不完好：{faults[0]}", where=str(file), cure="运行 linli verify，看存储本身")
    return Copied(
        slug=deployment.slug,
        file=file.name,
        sha256=_sha256(file),
        size=file.stat().st_size,
        leaves=head.size,
        root=head.root,
    )


def _put_back(
    copied: Copied, deployment: Deployment, source: Path, home: Path, portal: Path, stamp: str
) -> Restored:
    store, aside = store_file(deployment, home), ""
    if store.exists():
        aside = f"{store.name}.{stamp}"
        for suffix in ("", "-wal", "-shm"):
            old = store.with_name(store.name + suffix)
            if old.exists():
                os.replace(old, store.with_name(aside + suffix))
    unfinished = store.with_name(f".{store.name}.restoring")
    shutil.copyfile(source / copied.file, unfinished)
    os.replace(unfinished, store)
    seen = _seen(portal / deployment.slug / CHECKPOINT)
    return Restored(copied=copied, aside=aside, unseen=max(0, seen - copied.leaves))


def _seen(checkpoint: Path) -> int:
    """How many leaves the checkpoint that readers have seen stands for; 0 where there is none."""
    try:
        return Checkpoint.parse(checkpoint.read_text("utf-8").partition("\n\n")[0] + "\n").size
    except FileNotFoundError:
        return 0


def _new_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        raise BadInput(
            "文件夹已经在那里，备份不会写到里面", where=str(folder), cure="换一个名字，例如带上日期"
        ) from None


def _write(path: Path, data: bytes, mode: int = 0o644) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sha256(path: Path) -> str:
    hashed = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            hashed.update(chunk)
    return hashed.hexdigest()
