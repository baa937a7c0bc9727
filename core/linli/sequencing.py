"""Positions in the log: every step and every publication gets a place in one growing tree, once and for good.

A commit leaves a row in the index ``unplaced``; that row is what makes sequencing safe to repeat and to interrupt, and
a stream is only a wake-up. Positions 0, 1, 2 … are given in one commit with the tiles of the tree and its head, an
entry whose version lets only one of two sequencers through. A step never stands before one that it refers to: the
earlier steps of its matter, the parent's step that called for it, the children whose coming it reports.

======== ======================================= ====================================================
index    key                                     value
======== ======================================= ====================================================
unplaced ``<day>/<matter>/<number>[/<what>]``    the leaf data, 32 bytes; ``what`` names a publication
log      ``<position, 12 digits>``               `Placed`
placed   ``<matter>/<number>[/<what>]``          the position, 12 digits
tiles    ``tile/0/x001/067`` …                   the tiles of C2SP tlog-tiles
======== ======================================= ====================================================

The head is the entry ``head`` of the register ``log``: size, peaks and root (`Head`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

import msgspec
from msgspec import Struct

from linli.canonical import canonical
from linli.desk import SYSTEM, Desk
from linli.errors import Conflict, NotFound
from linli.indexing import UNPLACED, step_key
from linli.merkle import HASH_SIZE, Frontier, Tree, append_tiles, leaf_hash, tile_path
from linli.notes import Checkpoint, Signer, proof_text, sign_checkpoint, signers_of
from linli.store import Commit, EntryWrite, Row, Store

LOG, PLACED, TILES = "log", "placed", "tiles"
HEAD = "head"
STEP, PUBLICATION = "step", "publication"
ATTEMPTS = 8

# A leaf takes three writes. Beside them stand the head with the version before it, and at each of up to six levels of
# the tree a tile that was filled, the next, and the partial one that goes.
_BESIDE_LEAVES = 2 + 6 * 3

# The acts of the clock are its own; no batch of a parent called for them.
OWN_ACTS = frozenset({"settle", "redate"})


class Placed(Struct, frozen=True, omit_defaults=True):
    """A leaf of the log: the matter and step it belongs to, ``step`` or ``publication``, its leaf data as hex.

    ``what`` names the publication: ``body`` for the step as it was published, else the field of a reviewed text.
    """

    matter: str
    number: int
    kind: str
    leaf: str
    what: str = ""


class Head(Struct, frozen=True):
    """The end of the log: its size, the peaks of its tree and its root, as hex."""

    size: int = 0
    peaks: tuple[str, ...] = ()
    root: str = Frontier().root().hex()


class _Links(Struct, frozen=True):
    """What of a step says to which others it refers."""

    number: int
    action: str
    actor: dict[str, str | bool]
    slot: str = ""
    parent: str = ""
    children: tuple[str, ...] = ()

    @property
    def called_for(self) -> bool:
        """Whether a batch of the parent called for it."""
        return self.actor["person"] == SYSTEM and self.action not in OWN_ACTS and self.slot != "batch"


_Name = tuple[str, int, str]
_links = msgspec.json.Decoder(_Links)
_placed = msgspec.json.Decoder(Placed)
_head = msgspec.json.Decoder(Head)


def log_key(position: int) -> str:
    """The key of a position; sorts by number."""
    return f"{position:012}"


def placed_key(matter: str, number: int, what: str = "") -> str:
    """How the index ``placed`` names a step or a publication of it."""
    return f"{step_key(matter, number)}/{what}" if what else step_key(matter, number)


def unplaced_row(day: str, matter: str, number: int, leaf: bytes, what: str) -> Row:
    """The row that asks for a position for a publication."""
    return Row(UNPLACED, f"{day}/{placed_key(matter, number, what)}", leaf)


def sequence(desk: Desk, limit: int = 1000) -> int:
    """Give positions to what has none, at most ``limit`` leaves a call and no more than the store takes at once.

    Returns the number of leaves placed. However they are cut into calls, their order is the same: by the day, the
    matter and the number, and before each what it refers to. Another sequencer that was faster is no error: what it
    placed is left to it. Raises `Conflict` where others were faster again and again.
    """
    store = desk.store
    limit = min(limit, (store.capacity.writes - _BESIDE_LEAVES) // 3)
    for attempt in range(ATTEMPTS):
        head, version = read_head(store)
        rows = {_named(row.key): row for row in store.rows(UNPLACED, limit=limit)}
        order = list(islice(_ordered(store, rows), limit))
        if not order:
            return 0
        try:
            store.commit(_placing(store, head, version, order))
        except Conflict:
            if attempt + 1 == ATTEMPTS:
                raise
        else:
            return len(order)
    raise AssertionError("the loop returns or raises")


def read_head(store: Store) -> tuple[Head, int]:
    """The head of the log and the version of its entry (0: the log is empty)."""
    stored = store.entries(LOG, (HEAD,)).get(HEAD)
    return (_head.decode(stored.body), stored.version) if stored else (Head(), 0)


def read_placed(store: Store, position: int) -> Placed:
    """The leaf at a position; raises `NotFound`."""
    row = store.row(LOG, log_key(position))
    if row is None:
        raise NotFound(f"日志没有第 {position} 条（从 0 起）", where="position")
    return _placed.decode(row)


def log_rows(store: Store, start: int = 0, limit: int = 1000) -> list[tuple[int, Placed]]:
    """Leaves from a position on, in order."""
    after = log_key(start - 1) if start else ""
    return [(int(row.key), _placed.decode(row.value or b"")) for row in store.rows(LOG, after, limit=limit)]


def position_of(store: Store, matter: str, number: int, what: str = "") -> int | None:
    """The position of a step, or of a publication of it; None where it has none yet."""
    row = store.row(PLACED, placed_key(matter, number, what))
    return None if row is None else int(row)


def tree(store: Store) -> Tree:
    """The tree of the log as it stands, reading tiles as they are asked for."""
    head, _ = read_head(store)
    return Tree(head.size, lambda path: read_tile(store, path))


def read_tile(store: Store, path: str) -> bytes | None:
    """The hashes of a tile, or None; a partial one that has grown since is cut to the width that was asked for.

    Of a level that is being filled the store keeps one tile, so that a reader of an older tree finds a wider one.
    """
    data = store.row(TILES, path)
    stem, dot, width = path.partition(".p/")
    if data is not None or not dot:
        return data
    size = int(width) * HASH_SIZE
    wider = (row.value or b"" for row in store.rows(TILES, f"{stem}.p/", f"{stem}.p0", 2))
    kept = store.row(TILES, stem) or next((data for data in wider if len(data) >= size), None)
    return None if kept is None else kept[:size]


def checkpoint(store: Store, signer: Signer) -> str:
    """The signed promise of how long the log is and what its root is; the name of the key is the log's origin."""
    head, _ = read_head(store)
    return sign_checkpoint(
        Checkpoint(signer.key.name, head.size, bytes.fromhex(head.root)), *signers_of(signer)
    )


def proof(store: Store, position: int, signer: Signer) -> str:
    """The text of a ``.tlog-proof`` file: that the leaf at a position is in the log. Raises `NotFound`."""
    read_placed(store, position)
    grown = tree(store)
    signed = sign_checkpoint(Checkpoint(signer.key.name, grown.size, grown.root()), *signers_of(signer))
    return proof_text(position, grown.inclusion(position), signed)


def _named(key: str) -> _Name:
    _, matter, number, *what = key.split("/")
    return matter, int(number), what[0] if what else ""


def _ordered(store: Store, rows: dict[_Name, Row]) -> Iterator[tuple[_Name, Row]]:
    """The rows, each after what it refers to; what is referred to and lies outside the page is drawn in."""
    steps: dict[str, list[_Links]] = {}
    done: set[_Name] = set()

    def links(matter: str) -> list[_Links]:
        if matter not in steps:
            steps[matter] = [_links.decode(stored.body) for stored in store.steps(matter)]
        return steps[matter]

    def is_placed(name: _Name) -> bool:
        return name in done or (name not in rows and store.row(PLACED, placed_key(*name)) is not None)

    for first in list(rows):
        stack, entered = [first], set[_Name]()
        while stack:
            name = stack[-1]
            if name in done:
                stack.pop()
                continue
            before = () if name in entered else _refers_to(name, links)
            entered.add(name)
            missing = [each for each in before if each not in entered and not is_placed(each)]
            if missing:
                stack.extend(missing)
                continue
            stack.pop()
            done.add(name)
            yield name, rows[name] if name in rows else _row_of(store, name)


def _refers_to(name: _Name, links: Callable[[str], list[_Links]]) -> Iterator[_Name]:
    matter, number, what = name
    if what:
        yield matter, number, ""
        return
    if number > 1:
        yield matter, number - 1, ""
    own = links(matter)
    step = own[number - 1]
    if step.parent and step.called_for:
        called = [each.number for each in own[: number - 1] if each.called_for]
        calls = [each.number for each in links(step.parent) if matter in each.children]
        if len(called) < len(calls):
            yield step.parent, calls[len(called)], ""
    if step.slot == "batch":
        call = next((each for each in reversed(own[: number - 1]) if each.children), None)
        for child in call.children if call else ():
            which = sum(child in each.children for each in own[: call.number if call else 0]) - 1
            called = [each.number for each in links(child) if each.called_for]
            if which < len(called):
                yield child, called[which], ""


def _row_of(store: Store, name: _Name) -> Row:
    matter, number, _ = name
    stored = store.steps(matter, number - 1)[0]
    recorded = msgspec.json.decode(stored.body, type=dict[str, object])["recorded"]
    return Row(UNPLACED, f"{recorded}/{step_key(matter, number)}", stored.leaf)


def _placing(store: Store, head: Head, version: int, order: Iterable[tuple[_Name, Row]]) -> Commit:
    """The commit that appends leaves to the log."""
    frontier = Frontier(head.size, [bytes.fromhex(peak) for peak in head.peaks])
    hashes: list[bytes] = []
    rows: list[Row] = []
    for (matter, number, what), row in order:
        leaf = row.value or b""
        position = log_key(frontier.size)
        kind = PUBLICATION if what else STEP
        rows.append(Row(LOG, position, canonical(Placed(matter, number, kind, leaf.hex(), what))))
        rows.append(Row(PLACED, placed_key(matter, number, what), position.encode()))
        rows.append(Row(UNPLACED, row.key, None))
        hashes.append(leaf_hash(leaf))
        frontier.append(hashes[-1])
    written = append_tiles(head.size, hashes, lambda path: read_tile(store, path))
    grown = set(_partial_tiles(frontier.size))
    rows.extend(Row(TILES, path, None) for path in _partial_tiles(head.size) if path not in grown)
    rows.extend(Row(TILES, path, data) for path, data in written.items())
    after = Head(frontier.size, tuple(peak.hex() for peak in frontier.peaks), frontier.root().hex())
    return Commit(rows=tuple(rows), entries=(EntryWrite(LOG, HEAD, version + 1, canonical(after)),))


def _partial_tiles(size: int) -> Iterator[str]:
    """The paths of the tiles that a tree of that size has not filled yet."""
    level = 0
    while size:
        index, width = divmod(size, 256)
        if width:
            yield tile_path(level, index, width)
        size, level = index, level + 1
