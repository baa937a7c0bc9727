"""Where the built tree goes: a folder or memory here, an object store behind the same four calls."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from linli.errors import BadInput

_TYPES = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "svg": "image/svg+xml",
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "xml": "application/atom+xml; charset=utf-8",
    "png": "image/png",
    "ico": "image/x-icon",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def content_type(address: str) -> str:
    """Return the media type that a server should announce for ``address``."""
    if address == "log/checkpoint":  # a name that its format prescribes
        return _TYPES["txt"]
    return _TYPES.get(address.rpartition(".")[2], "application/octet-stream")


class Bucket(Protocol):
    """Files by address. A file is seen whole or not at all."""

    def get(self, address: str) -> bytes | None:
        """Return a file's content, or ``None`` when there is none."""

    def put(self, address: str, content: bytes) -> None:
        """Store a file, replacing what was there in one go."""

    def delete(self, address: str) -> None:
        """Take a file away; nothing happens when there is none."""

    def list(self) -> Iterator[str]:
        """Yield the address of every file, in any order."""


class Memory:
    """A bucket in memory, for tests and previews."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def get(self, address: str) -> bytes | None:
        """Return a file's content, or ``None`` when there is none."""
        return self.files.get(address)

    def put(self, address: str, content: bytes) -> None:
        """Store a file, replacing what was there."""
        self.files[address] = content

    def delete(self, address: str) -> None:
        """Take a file away; nothing happens when there is none."""
        self.files.pop(address, None)

    def list(self) -> Iterator[str]:
        """Yield the address of every file."""
        yield from tuple(self.files)


class Folder:
    """A bucket that is a folder. Files appear by rename, so a reader never sees half of one."""

    # Written under this name first; names that begin with a dot are never addresses of pages.
    _PARTIAL = ".partial"

    def __init__(self, root: Path) -> None:
        self.root = root
        self._known: set[str] = set()

    def get(self, address: str) -> bytes | None:
        """Return a file's content, or ``None`` when there is none."""
        try:
            with open(self._path(address), "rb", buffering=0) as file:
                return file.readall()
        except FileNotFoundError:
            return None

    def put(self, address: str, content: bytes) -> None:
        """Store a file, replacing what was there in one go."""
        path = self._path(address)
        folder = path.rpartition("/")[0]
        if folder not in self._known:
            self._make(folder, address)
        # The process id keeps the two processes of a large build apart.
        partial = f"{folder}/{self._PARTIAL}-{os.getpid()}"
        try:
            self._write(partial, content)
        except FileNotFoundError:  # someone removed the empty folder that we knew
            self._make(folder, address)
            self._write(partial, content)
        os.rename(partial, path)

    def delete(self, address: str) -> None:
        """Take a file away, and the folders that are empty without it."""
        path = self._path(address)
        try:
            os.unlink(path)
        except FileNotFoundError:
            return
        root, folder = str(self.root), os.path.dirname(path)
        while folder != root:
            try:
                os.rmdir(folder)
            except OSError:
                break
            self._known.discard(folder)
            folder = os.path.dirname(folder)

    def list(self) -> Iterator[str]:
        """Yield the address of every file; what was left half-written by a dead process is removed."""
        waiting = [(str(self.root), "")]
        while waiting:
            folder, prefix = waiting.pop()
            try:
                entries = list(os.scandir(folder))
            except FileNotFoundError:
                continue
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append((entry.path, f"{prefix}{entry.name}/"))
                elif entry.name.startswith(self._PARTIAL):
                    os.unlink(entry.path)
                else:
                    yield prefix + entry.name

    def _path(self, address: str) -> str:
        segments = address.split("/")
        if (
            not address
            or "\\" in address
            or "\0" in address
            or any(part in ("", ".", "..") for part in segments)
        ):
            raise BadInput("地址不在站点文件夹之内", where=address, cure="只用不含 .. 的相对路径")
        return f"{self.root}/{address}"

    def _make(self, folder: str, address: str) -> None:
        above, _, _ = folder.rpartition("/")
        if above in self._known:
            # What lies above is known to be inside, and what we make ourselves is no link.
            with suppress(FileExistsError, FileNotFoundError):
                os.mkdir(folder)
                self._known.add(folder)
                return
        os.makedirs(folder, exist_ok=True)
        # A link inside the tree must not lead the files out of it.
        root = os.path.realpath(self.root)
        if os.path.commonpath((root, os.path.realpath(folder))) != root:
            raise BadInput("地址经符号链接指向站点文件夹之外", where=address, cure="删去该符号链接")
        self._known.add(folder)
        if len(folder) > len(str(self.root)) + 1:
            self._known.add(above)

    @staticmethod
    def _write(path: str, content: bytes) -> None:
        # os.open spares the four calls that open() makes to set up a buffer which one write does not need.
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o666)
        try:
            left = memoryview(content)
            while left:
                left = left[os.write(file, left) :]
        finally:
            os.close(file)
