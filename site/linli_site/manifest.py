"""What the last build knew: which page read what, with which answer, and the hash of what went out.

The manifest lies beside the published tree, never in it. It holds each question once, however many pages
asked it, because all pages of one build saw one record.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from datetime import date
from pathlib import Path

import msgspec

VERSION = 1


class Entry(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """One page of the tree as it went out."""

    address: str
    kind: int
    key: str
    part: str
    digest: str
    """The content hash; empty where what lies in the tree is in doubt."""
    marks: list[int]
    targets: list[int]


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The memory of a build. Numbers in it are positions in ``marks``, ``targets`` and ``kinds``."""

    today: date
    kinds: list[tuple[str, str]]
    """Id and fingerprint of each kind."""
    plans: list[list[int]]
    """What the plan of each kind read."""
    marks: list[tuple[str, str]]
    """Each question, with its answer on that day."""
    targets: list[str]
    pages: list[Entry]
    trusted: bool = True
    """False when a build began after this was saved and did not end: the tree is then compared by content."""
    version: int = VERSION

    def encode(self) -> bytes:
        """Return the manifest as compact JSON."""
        return msgspec.json.encode(self)

    def doubting(self, addresses: Collection[str]) -> Manifest:
        """Return the manifest of a tree in which these pages are not, or may not be, what was built."""
        pages = [
            msgspec.structs.replace(each, digest="") if each.address in addresses else each
            for each in self.pages
        ]
        return msgspec.structs.replace(self, pages=pages)

    @classmethod
    def decode(cls, content: bytes) -> Manifest | None:
        """Read a manifest back, or return ``None`` when it is of another version or no manifest."""
        try:
            found = msgspec.json.decode(content, type=cls)
        except msgspec.MsgspecError:
            return None
        return found if found.version == VERSION else None


class ManifestFile:
    """A manifest in a file, with a marker beside it while a build is under way.

    Use it as a context manager around everything that writes to the tree::

        with ManifestFile(path) as file:
            report, manifest = build(record, kinds, out, today, previous=file.manifest)
            file.save(manifest)
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.manifest: Manifest | None = None
        self._marker = path.with_name(path.name + ".open")

    def __enter__(self) -> ManifestFile:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if self.path.exists():
            self.manifest = Manifest.decode(self.path.read_bytes())
        if self._marker.exists() and self.manifest is not None:
            self.manifest = msgspec.structs.replace(self.manifest, trusted=False)
        self._marker.touch()
        return self

    def save(self, manifest: Manifest) -> None:
        """Keep ``manifest`` for the next build; the tree is as it says."""
        partial = self.path.with_name(self.path.name + ".partial")
        partial.write_bytes(manifest.encode())
        os.replace(partial, self.path)
        self._marker.unlink(missing_ok=True)

    def __exit__(self, *_: object) -> None:
        """Leave the marker where nothing was saved: the next build then trusts contents only."""
