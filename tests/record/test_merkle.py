from __future__ import annotations

import hashlib
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli import merkle
from linli.errors import BadInput, Corrupt
from linli.merkle import Frontier, Tree, append_tiles, leaf_hash, node_hash

# The eight entries and the roots of the test data that Certificate Transparency logs are checked with.
ENTRIES = [bytes.fromhex(entry) for entry in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


@cache
def leaves(size: int) -> tuple[bytes, ...]:
    return tuple(leaf_hash(number.to_bytes(4, "big")) for number in range(size))


def naive_root(hashes: tuple[bytes, ...]) -> bytes:
    """RFC 6962, section 2.1, word for word."""
    if len(hashes) <= 1:
        return hashes[0] if hashes else hashlib.sha256(b"").digest()
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return node_hash(naive_root(hashes[:split]), naive_root(hashes[split:]))


def naive_path(index: int, hashes: tuple[bytes, ...]) -> list[bytes]:
    if len(hashes) == 1:
        return []
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    if index < split:
        return [*naive_path(index, hashes[:split]), naive_root(hashes[split:])]
    return [*naive_path(index - split, hashes[split:]), naive_root(hashes[:split])]


def naive_consistency(old: int, hashes: tuple[bytes, ...], whole: bool = True) -> list[bytes]:
    if old == len(hashes):
        return [] if whole else [naive_root(hashes)]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    if old <= split:
        return [*naive_consistency(old, hashes[:split], whole), naive_root(hashes[split:])]
    return [*naive_consistency(old - split, hashes[split:], False), naive_root(hashes[:split])]


def stored(size: int) -> Tree:
    return Tree(size, append_tiles(0, leaves(size), lambda path: None).get)


def test_roots_are_those_of_the_known_vectors() -> None:
    frontier = Frontier()
    for entry, root in zip(ENTRIES, ROOTS, strict=True):
        frontier.append(leaf_hash(entry))
        assert frontier.root().hex() == root


def test_a_known_proof_comes_out_and_verifies() -> None:
    hashes = [leaf_hash(entry) for entry in ENTRIES]
    tree = Tree(8, append_tiles(0, hashes, lambda path: None).get)
    proof = tree.inclusion(5, 8)
    assert [hash.hex() for hash in proof] == [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]
    assert merkle.verify_inclusion(hashes[5], 5, 8, proof, bytes.fromhex(ROOTS[7]))


def test_an_empty_tree_has_the_hash_of_nothing() -> None:
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert Frontier().root().hex() == Tree(0, {}.get).root().hex() == empty


SIZES = st.integers(1, 700) | st.sampled_from([255, 256, 257, 511, 512, 513])


@settings(max_examples=40, deadline=None)
@given(SIZES, st.data())
def test_inclusion_proofs_are_those_of_the_reference_and_fit_nothing_else(
    size: int, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, size - 1))
    tree, hashes = stored(size), leaves(size)
    root = naive_root(hashes)
    proof = tree.inclusion(index)
    assert tree.root() == root
    assert proof == naive_path(index, hashes)
    assert merkle.verify_inclusion(hashes[index], index, size, proof, root)
    assert not merkle.verify_inclusion(leaf_hash(b"slipped in"), index, size, proof, root)
    assert not merkle.verify_inclusion(hashes[index], index, size, [*proof, root], root)
    assert not merkle.verify_inclusion(hashes[index], index, size, proof, hashes[index][::-1])
    if proof:
        assert not merkle.verify_inclusion(hashes[index], index, size, proof[:-1], root)
        other = data.draw(st.integers(0, size - 1).filter(lambda other: other != index))
        assert not merkle.verify_inclusion(hashes[index], other, size, proof, root)


@settings(max_examples=40, deadline=None)
@given(SIZES, st.data())
def test_consistency_proofs_are_those_of_the_reference_and_fit_nothing_else(
    size: int, data: st.DataObject
) -> None:
    old = data.draw(st.integers(1, size))
    tree, hashes = stored(size), leaves(size)
    root, old_root = naive_root(hashes), naive_root(hashes[:old])
    proof = tree.consistency(old)
    assert tree.root(old) == old_root
    assert proof == naive_consistency(old, hashes)
    assert merkle.verify_consistency(old, size, proof, old_root, root)
    assert not merkle.verify_consistency(old, size, proof, leaf_hash(b"rewritten"), root)
    assert not merkle.verify_consistency(old, size, proof, old_root, leaf_hash(b"rewritten"))
    assert not merkle.verify_consistency(old, size, [*proof, root], old_root, root)
    if proof:
        assert not merkle.verify_consistency(old, size, proof[:-1], old_root, root)


def test_every_log_continues_the_empty_one() -> None:
    tree = stored(3)
    assert tree.consistency(0) == []
    assert merkle.verify_consistency(0, 3, [], merkle.EMPTY_ROOT, tree.root())
    assert not merkle.verify_consistency(4, 3, [], tree.root(), tree.root())


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 300), max_size=6))
def test_appending_in_pieces_gives_the_tiles_of_appending_at_once(pieces: list[int]) -> None:
    store: dict[str, bytes] = {}
    size = 0
    frontier = Frontier()
    for piece in pieces:
        fresh = leaves(size + piece)[size:]
        store.update(append_tiles(size, fresh, store.get))
        for leaf in fresh:
            frontier.append(leaf)
        size += piece
    assert append_tiles(0, leaves(size), lambda path: None).items() <= store.items()
    tree = Tree(size, store.get)
    assert tree.root() == frontier.root() == naive_root(leaves(size))
    assert tree.frontier().peaks == frontier.peaks


def test_the_tiles_of_seventy_thousand_entries_are_those_of_the_specification() -> None:
    tiles = append_tiles(0, leaves(70_000), lambda path: None)
    assert len(tiles) == 273 + 1 + 1 + 1 + 1
    assert len(tiles["tile/0/272"]) == 8192
    assert len(tiles["tile/0/273.p/112"]) == 112 * 32
    assert len(tiles["tile/1/000"]) == 8192
    assert len(tiles["tile/1/001.p/17"]) == 17 * 32
    assert len(tiles["tile/2/000.p/1"]) == 32
    assert append_tiles(0, leaves(256), lambda path: None).keys() == {"tile/0/000", "tile/1/000.p/1"}


def test_a_proof_reads_a_handful_of_tiles() -> None:
    tiles = append_tiles(0, leaves(70_000), lambda path: None)
    read: list[str] = []

    def reading(path: str) -> bytes | None:
        read.append(path)
        return tiles.get(path)

    tree = Tree(70_000, reading)
    tree.inclusion(12_345)
    assert len(read) == len(set(read)) <= 5


@pytest.mark.parametrize(
    ("index", "width", "path"),
    [
        (0, 256, "tile/0/000"),
        (67, 256, "tile/0/067"),
        (1067, 256, "tile/0/x001/067"),
        (1234067, 256, "tile/0/x001/x234/067"),
        (1000000, 3, "tile/0/x001/x000/000.p/3"),
    ],
)
def test_a_path_is_written_in_groups_of_three(index: int, width: int, path: str) -> None:
    assert merkle.tile_path(0, index, width) == path
    assert merkle.entries_path(index, width) == path.replace("tile/0", "tile/entries")


def test_a_partial_tile_that_is_gone_is_cut_from_the_full_one() -> None:
    tiles = append_tiles(0, leaves(256), lambda path: None)
    assert Tree(200, tiles.get).root() == naive_root(leaves(200))


def test_a_missing_tile_is_named() -> None:
    with pytest.raises(Corrupt, match=r"tile/1/000"):
        Tree(300, {}.get).root()


def test_a_short_tile_is_named() -> None:
    with pytest.raises(Corrupt, match=r"tile/0/000\.p/2.*64"):
        append_tiles(2, leaves(1), lambda path: b"short")


def test_what_the_log_does_not_hold_cannot_be_proved() -> None:
    tree = stored(5)
    for ask in (
        lambda: tree.inclusion(5),
        lambda: tree.inclusion(0, 6),
        lambda: tree.consistency(6),
        lambda: tree.root(6),
    ):
        with pytest.raises(BadInput):
            ask()


def test_a_frontier_with_too_few_peaks_is_refused() -> None:
    with pytest.raises(Corrupt):
        Frontier(3, [leaf_hash(b"")])


@settings(max_examples=50, deadline=None)
@given(st.lists(st.binary(max_size=300), max_size=5))
def test_entries_come_out_of_a_bundle_as_they_went_in(entries: list[bytes]) -> None:
    bundle = merkle.encode_entries(entries)
    assert merkle.decode_entries(bundle) == entries
    if entries:
        with pytest.raises(Corrupt):
            merkle.decode_entries(bundle[:-1])


def test_a_bundle_prefixes_each_entry_with_its_length() -> None:
    assert merkle.encode_entries([b"a" * 258, b""]) == b"\x01\x02" + b"a" * 258 + b"\x00\x00"
    with pytest.raises(BadInput):
        merkle.encode_entries([b"a" * 65_536])
