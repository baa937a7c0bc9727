"""The log as files beside the pages, so that anyone can verify it with tools that are not ours (C2SP tlog-tiles).

=========================== =========================================================================
file                        content
=========================== =========================================================================
``log/checkpoint``          the signed checkpoint; there is none while nobody signs
``log/key``                 the key that verifies it, as the portal says; offices make it known elsewhere too
``log/tile/<level>/<n>``    a tile: up to 256 hashes of 32 bytes each
``log/tile/entries/<n>``    up to 256 entries, each 32 bytes of leaf data behind its length as two bytes
=========================== =========================================================================

The files are those of the log as the record tells of it, which may be shorter than the log of the store. What lies at
a path never changes, since the path of a tile that is not full yet names its width: a publish writes the few tiles
that are new, and takes away those that a wider one replaces. A checkpoint that somebody kept is held against a later
log by cutting the wider tile.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator

from linli.canonical import canonical
from linli.merkle import TILE_WIDTH, encode_entries, entries_path, tile_path
from linli.record import LogFact
from linli.sequencing import log_rows, read_tile
from linli.store import Store
from linli_site.facts import Reader
from linli_site.plan import FileKind, Kind, Page

CHECKPOINT = "log/checkpoint"
KEY = "log/key"
TILES = "tile/"
"""Keys of tiles as page kinds read them: the paths of C2SP, their content as base64."""
ENTRIES = "tile/entries/"


def kinds() -> list[Kind]:
    """Return the kinds of files of the log."""
    return [
        FileKind("site.checkpoint", _checkpoint_pages, _checkpoint, bare=True),
        FileKind("site.log-key", _key_pages, _key, bare=True),
        FileKind("site.log-tiles", _tile_pages, _tile, bare=True),
    ]


def tile_paths(size: int) -> Iterator[str]:
    """Yield the path of every tile and every bundle of entries of a log of ``size`` leaves, the newest of each only."""
    level, left = 0, size
    while left:
        full, width = divmod(left, TILE_WIDTH)
        for index in range(full):
            yield tile_path(level, index)
            if not level:
                yield entries_path(index)
        if width:
            yield tile_path(level, full, width)
            if not level:
                yield entries_path(full, width)
        left, level = full, level + 1


def tile_fact(store: Store, path: str) -> bytes | None:
    """Return a tile or a bundle as a fact: canonical JSON of its base64; None where the log is not that long."""
    if not path.startswith(ENTRIES):
        data = read_tile(store, path)
    else:
        index, width = _numbered(path.removeprefix(ENTRIES))
        rows = log_rows(store, index * TILE_WIDTH, width)
        leaves = [bytes.fromhex(placed.leaf) for _, placed in rows]
        data = encode_entries(leaves) if len(leaves) == width else None
    return None if data is None else canonical(base64.b64encode(data).decode())


def _numbered(path: str) -> tuple[int, int]:
    """The number of a tile and its width, read from the end of its path: ``x001/067``, ``000.p/17``."""
    number, partial, width = path.partition(".p/")
    index = 0
    for group in number.split("/"):
        index = index * 1000 + int(group.removeprefix("x"))
    return index, int(width) if partial else TILE_WIDTH


def _checkpoint_pages(reader: Reader) -> Iterable[Page]:
    log = reader.find("log", LogFact)
    return [Page(CHECKPOINT, "log")] if log and log.checkpoint else []


def _checkpoint(reader: Reader, page: Page) -> bytes:
    return reader.get("log", LogFact).checkpoint.encode()


def _key_pages(reader: Reader) -> Iterable[Page]:
    log = reader.find("log", LogFact)
    return [Page(KEY, "log")] if log and log.key else []


def _key(reader: Reader, page: Page) -> bytes:
    return f"{reader.get('log', LogFact).key}\n".encode()


def _tile_pages(reader: Reader) -> Iterable[Page]:
    log = reader.find("log", LogFact)
    return [Page(f"log/{path}", path) for path in tile_paths(log.size)] if log else []


def _tile(reader: Reader, page: Page) -> bytes:
    return base64.b64decode(reader.get(page.key, str))
