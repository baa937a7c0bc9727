"""The Merkle tree of the public log: RFC 6962 hashes, stored as tiles (C2SP tlog-tiles).

A tile is a file of up to 256 hashes of one level; each hash of a level above is the root of a full tile
below. The log can so lie on any static host, and a proof over millions of entries reads a handful of files,
never the tree. All functions are pure; where tiles come from is handed in as a :data:`ReadTile`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from linli.errors import BadInput, Corrupt

HASH_SIZE: Final = 32
"""Bytes of one hash."""

TILE_HEIGHT: Final = 8
"""Levels of the tree in one tile."""

TILE_WIDTH: Final = 1 << TILE_HEIGHT
"""Hashes of one level in a full tile."""

EMPTY_ROOT: Final = hashlib.sha256(b"").digest()
"""The root of a tree without entries."""

ReadTile = Callable[[str], bytes | None]
"""Returns the bytes of the tile at a path such as ``tile/0/x001/067``, or None when there is no such file."""

_MAX_ENTRY: Final = 0xFFFF


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of an entry; the prefix 0x00 keeps it from being taken for an inner node."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node over its two children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right edge of a growing tree: enough to append and to know the root, in a few dozen hashes.

    ``peaks`` are the roots of the perfect subtrees from left to right, one for each bit set in ``size``.
    """

    __slots__ = ("peaks", "size")

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        self.size = size
        self.peaks = list(peaks)
        if len(self.peaks) != size.bit_count():
            raise Corrupt(f"{size} 条记录的日志应有 {size.bit_count()} 个峰值哈希，得到 {len(self.peaks)} 个")

    def append(self, leaf: bytes) -> None:
        """Add the hash of one leaf; costs one node hash on average."""
        peaks = self.peaks
        size = self.size
        while size & 1:
            leaf = node_hash(peaks.pop(), leaf)
            size >>= 1
        peaks.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """Return the root over all leaves so far."""
        return _fold(self.peaks)


class Tree:
    """A stored tree of a given size, read tile by tile as hashes are asked for.

    Tiles that were read are kept with the inner hashes computed from them as long as the object lives, so
    many proofs from one object share the work. Every method raises :class:`Corrupt` when a tile is missing or
    of wrong length.
    """

    def __init__(self, size: int, read: ReadTile) -> None:
        self.size = size
        self._read = read
        self._tiles: dict[tuple[int, int], list[bytes]] = {}

    def root(self, size: int | None = None) -> bytes:
        """Return the root of the tree, or the one it had at an earlier size."""
        size = self._within(size)
        return self._range(0, size) if size else EMPTY_ROOT

    def frontier(self) -> Frontier:
        """Return the right edge, ready to append to."""
        return Frontier(self.size, self._peaks(0, self.size))

    def inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        """Return the proof that entry ``index`` (from 0) is in the tree: siblings, from the leaf upwards."""
        size = self._within(size)
        if not 0 <= index < size:
            raise BadInput(f"日志共 {size} 条，没有第 {index} 条（从 0 起）", where="index")
        path = []
        low, high = 0, size
        while high - low > 1:
            middle = low + _split(high - low)
            if index < middle:
                path.append(self._range(middle, high))
                high = middle
            else:
                path.append(self._range(low, middle))
                low = middle
        path.reverse()
        return path

    def consistency(self, old: int, size: int | None = None) -> list[bytes]:
        """Return the proof that the tree of ``old`` entries is a prefix of the one of ``size`` entries."""
        size = self._within(size)
        if not 0 <= old <= size:
            raise BadInput(f"旧日志有 {old} 条，不在 0 到 {size} 之间", where="old")
        if old in (0, size):
            return []
        path = []
        low, high = 0, size
        while old != high:
            middle = low + _split(high - low)
            if old <= middle:
                path.append(self._range(middle, high))
                high = middle
            else:
                path.append(self._range(low, middle))
                low = middle
        # On the left edge the verifier holds this hash already: it is the old root.
        if low:
            path.append(self._range(low, high))
        path.reverse()
        return path

    def _within(self, size: int | None) -> int:
        if size is None:
            return self.size
        if not 0 <= size <= self.size:
            raise BadInput(f"日志共 {self.size} 条，没有 {size} 条时的树", where="size")
        return size

    def _range(self, low: int, high: int) -> bytes:
        return _fold(self._peaks(low, high))

    def _peaks(self, low: int, high: int) -> list[bytes]:
        """Return the roots of the perfect subtrees over entries ``low`` to ``high``, left to right."""
        peaks = []
        while low < high:
            level = (high - low).bit_length() - 1
            peaks.append(self._node(level, low >> level))
            low += 1 << level
        return peaks

    def _node(self, level: int, index: int) -> bytes:
        """Return the root of the ``index``-th perfect subtree of ``2**level`` entries."""
        tile_level, inner = divmod(level, TILE_HEIGHT)
        tile_index, position = divmod(index << inner, TILE_WIDTH)
        # Inner hashes stand in a heap: node n has the children 2n and 2n+1, the hashes of the file start at
        # 256.
        return self._inner(self._tile(tile_level, tile_index), (TILE_WIDTH + position) >> inner)

    def _inner(self, heap: list[bytes], node: int) -> bytes:
        known = heap[node]
        if not known:
            known = heap[node] = node_hash(self._inner(heap, 2 * node), self._inner(heap, 2 * node + 1))
        return known

    def _tile(self, level: int, index: int) -> list[bytes]:
        heap = self._tiles.get((level, index))
        if heap is None:
            width = min(TILE_WIDTH, (self.size >> (TILE_HEIGHT * level)) - index * TILE_WIDTH)
            data = read_hashes(self._read, level, index, width)
            heap = [b""] * TILE_WIDTH + [data[at : at + HASH_SIZE] for at in range(0, len(data), HASH_SIZE)]
            self._tiles[level, index] = heap
        return heap


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof shows that the leaf hash is entry ``index`` of the tree with that size and root."""
    if not 0 <= index < size:
        return False
    node, last, computed = index, size - 1, leaf
    for sibling in proof:
        if not last:
            return False
        if node & 1 or node == last:
            computed = node_hash(sibling, computed)
            # A last node without a sibling rises unchanged until it is a right child.
            while node and not node & 1:
                node >>= 1
                last >>= 1
        else:
            computed = node_hash(computed, sibling)
        node >>= 1
        last >>= 1
    return not last and computed == root


def verify_consistency(old: int, size: int, proof: Sequence[bytes], old_root: bytes, root: bytes) -> bool:
    """Whether the proof shows that the tree of ``old`` entries was only appended to."""
    if not 0 <= old <= size:
        return False
    if old == size:
        return not proof and old_root == root
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    path = list(proof)
    if not old & (old - 1):
        path.insert(0, old_root)
    if not path:
        return False
    node, last = old - 1, size - 1
    while node & 1:
        node >>= 1
        last >>= 1
    computed_old = computed = path[0]
    for sibling in path[1:]:
        if not last:
            return False
        if node & 1 or node == last:
            computed_old = node_hash(sibling, computed_old)
            computed = node_hash(sibling, computed)
            while node and not node & 1:
                node >>= 1
                last >>= 1
        else:
            computed = node_hash(computed, sibling)
        node >>= 1
        last >>= 1
    return not last and computed_old == old_root and computed == root


def append_tiles(old_size: int, leaf_hashes: Sequence[bytes], read: ReadTile) -> dict[str, bytes]:
    """Return the tiles to write, by path, when leaf hashes are appended to a tree of ``old_size`` entries.

    Reads the one partial tile of each level that the new hashes continue. Full tiles come first in the order
    of the levels, so that a writer that stops half-way has written nothing that contradicts the tree.

    :raises Corrupt: when a partial tile is missing or has the wrong length.
    """
    written: dict[str, bytes] = {}
    data = b"".join(leaf_hashes)
    if len(data) != HASH_SIZE * len(leaf_hashes):
        raise BadInput(f"叶哈希须为 {HASH_SIZE} 字节", where="leaf_hashes")
    level, before = 0, old_size
    while data:
        index, width = divmod(before, TILE_WIDTH)
        if width:
            data = read_hashes(read, level, index, width) + data
        roots = []
        full = len(data) // (TILE_WIDTH * HASH_SIZE)
        for number in range(full):
            tile = data[number * TILE_WIDTH * HASH_SIZE : (number + 1) * TILE_WIDTH * HASH_SIZE]
            written[tile_path(level, index + number)] = tile
            roots.append(_full_tile_root(tile))
        rest = data[full * TILE_WIDTH * HASH_SIZE :]
        if rest:
            written[tile_path(level, index + full, len(rest) // HASH_SIZE)] = rest
        data = b"".join(roots)
        before >>= TILE_HEIGHT
        level += 1
    return written


def read_hashes(read: ReadTile, level: int, index: int, width: int) -> bytes:
    """Return the first ``width`` hashes of a tile; a partial tile that is gone is cut from the full one.

    :raises Corrupt: when neither file is there or its length is wrong.
    """
    path = tile_path(level, index, width)
    data = read(path)
    if data is None and width < TILE_WIDTH:
        path = tile_path(level, index)
        data = read(path)
        if data is not None and len(data) == TILE_WIDTH * HASH_SIZE:
            data = data[: width * HASH_SIZE]
    if data is None:
        raise Corrupt("日志缺少这个哈希文件", where=path, cure="从备份恢复，或由存储重建日志")
    if len(data) != width * HASH_SIZE:
        raise Corrupt(
            f"日志文件应为 {width * HASH_SIZE} 字节，实为 {len(data)}", where=path, cure="从备份恢复"
        )
    return data


def tile_path(level: int, index: int, width: int = TILE_WIDTH) -> str:
    """Return the path of a tile of hashes, such as ``tile/0/x001/067`` or ``tile/1/000.p/17``."""
    return f"tile/{level}/{_numbered(index, width)}"


def entries_path(index: int, width: int = TILE_WIDTH) -> str:
    """Return the path of a bundle of entries, such as ``tile/entries/000.p/3``."""
    return f"tile/entries/{_numbered(index, width)}"


def encode_entries(entries: Iterable[bytes]) -> bytes:
    """Return a bundle: each entry behind its length as two bytes, the higher first.

    :raises BadInput: for an entry of more than 65,535 bytes; commit to its hash instead.
    """
    bundle = bytearray()
    for entry in entries:
        if len(entry) > _MAX_ENTRY:
            raise BadInput(f"日志条目 {len(entry)} 字节，超过 {_MAX_ENTRY}", cure="只把它的哈希写入日志")
        bundle += len(entry).to_bytes(2, "big")
        bundle += entry
    return bytes(bundle)


def decode_entries(bundle: bytes) -> list[bytes]:
    """Return the entries of a bundle.

    :raises Corrupt: when the bundle ends inside an entry.
    """
    entries: list[bytes] = []
    at = 0
    while at < len(bundle):
        start = at + 2
        at = start + int.from_bytes(bundle[at:start], "big")
        if start > len(bundle) or at > len(bundle):
            raise Corrupt("日志条目文件在一条中间断开", where=f"第 {len(entries)} 条", cure="从备份恢复")
        entries.append(bundle[start:at])
    return entries


def _numbered(index: int, width: int) -> str:
    groups = [f"{index % 1000:03d}"]
    while index := index // 1000:
        groups.append(f"x{index % 1000:03d}")
    path = "/".join(reversed(groups))
    return path if width == TILE_WIDTH else f"{path}.p/{width}"


def _split(count: int) -> int:
    """Return the largest power of two below ``count``, where RFC 6962 splits a tree."""
    return 1 << ((count - 1).bit_length() - 1)


def _fold(peaks: Sequence[bytes]) -> bytes:
    if not peaks:
        return EMPTY_ROOT
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root


def _full_tile_root(data: bytes) -> bytes:
    # Level by level over joined bytes: about twice as fast as hashing pair by pair through node_hash.
    sha256 = hashlib.sha256
    while len(data) > HASH_SIZE:
        data = b"".join(
            [sha256(b"\x01" + data[at : at + 64]).digest() for at in range(0, len(data), 2 * HASH_SIZE)]
        )
    return data
