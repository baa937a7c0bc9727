"""The log among the files of the portal, verified by a reader who has the files, SHA-256, and no code of ours."""

import base64
import hashlib
import json
import random

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from linli.notes import LocalSigner, VerifierKey
from linli.publication import publish
from linli_site.bucket import Memory
from linli_site.log_files import tile_paths
from tests.portal.conftest import Town

KEY = "log.example"


def node(left: bytes, right: bytes) -> bytes:
    """A node of RFC 6962."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def leaf(entry: bytes) -> bytes:
    """A leaf of RFC 6962."""
    return hashlib.sha256(b"\x00" + entry).digest()


def root(leaves: list[bytes]) -> bytes:
    """The root over leaf hashes, as RFC 6962 splits them."""
    if len(leaves) == 1:
        return leaves[0]
    half = 1 << ((len(leaves) - 1).bit_length() - 1)
    return node(root(leaves[:half]), root(leaves[half:]))


class Reader:
    """Somebody who has fetched the files of a log."""

    def __init__(self, files: dict[str, bytes], key: str) -> None:
        note = files["log/checkpoint"].decode()
        text, _, signatures = note.partition("\n\n")
        origin, size, top = text.split("\n")
        trusted = VerifierKey.parse(key)
        line = next(line for line in signatures.splitlines() if line.startswith(f"— {trusted.name} "))
        signature = base64.b64decode(line.rpartition(" ")[2])
        assert signature[:4] == trusted.id and origin == trusted.name
        Ed25519PublicKey.from_public_bytes(trusted.public).verify(signature[4:], f"{text}\n".encode())
        self.files, self.size, self.root = files, int(size), base64.b64decode(top)

    def file(self, prefix: str, index: int, count: int) -> bytes:
        """A tile or a bundle, by its number."""
        group, width = f"{index:03}", min(256, count - index * 256)
        return self.files[
            f"log/tile/{prefix}/{group}" if width == 256 else f"log/tile/{prefix}/{group}.p/{width}"
        ]

    def entry(self, position: int) -> bytes:
        """The leaf data at a position."""
        bundle = self.file("entries", position // 256, self.size)
        entries = []
        while bundle:
            length = int.from_bytes(bundle[:2], "big")
            entries.append(bundle[2 : 2 + length])
            bundle = bundle[2 + length :]
        return entries[position % 256]

    def hashes(self, level: int) -> list[bytes]:
        """The hashes of a level of tiles."""
        count = self.size // 256**level
        tiles = b"".join(self.file(str(level), at, count) for at in range(-(-count // 256)))
        return [tiles[at : at + 32] for at in range(0, len(tiles), 32)]

    def verifies(self, position: int, entry: bytes) -> bool:
        """Whether an entry stands at a position, by an audit path from the tiles up to the signed root."""
        leaves = self.hashes(0)
        if leaf(entry) != leaves[position]:
            return False
        first, last, found = 0, self.size, leaf(entry)
        path = []
        while last - first > 1:  # from the root down: which half holds the leaf, and the root of the other
            half = 1 << ((last - first - 1).bit_length() - 1)
            if position < first + half:
                path.append((False, root(leaves[first + half : last])))
                last = first + half
            else:
                path.append((True, root(leaves[first : first + half])))
                first += half
        for on_the_left, other in reversed(path):
            found = node(other, found) if on_the_left else node(found, other)
        return found == self.root


@pytest.fixture
def signer() -> LocalSigner:
    return LocalSigner(KEY, random.Random(5).randbytes(32))


def published(town: Town, signer: LocalSigner) -> Reader:
    """What somebody reads after a publish into a portal that stands already."""
    town.portal.apply(publish(town.office.service.desk, signer), town.office.clock.today())
    return Reader(dict(town.files()), str(signer.key))


def test_a_published_step_is_verified_from_the_files_alone(town: Town, signer: LocalSigner) -> None:
    town.built()
    matter = town.submit()
    reader = published(town, signer)
    step = json.loads(reader.files[f"matters/{matter}/matter.json"])["steps"][0]
    body = json.dumps(step, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    digest = hashlib.sha256(body).digest()
    positions = [at for at in range(reader.size) if reader.entry(at) == digest]
    assert len(positions) == 1 and reader.verifies(positions[0], digest)
    assert digest.hex() in town.page(f"matters/{matter}/index.html")
    assert not reader.verifies(positions[0], hashlib.sha256(body + b" ").digest())


def test_a_log_of_more_than_one_tile_is_verified_from_the_files_alone(
    town: Town, signer: LocalSigner
) -> None:
    town.built()
    for number in range(140):
        town.refuse(f"填表 {number}")
    reader = published(town, signer)
    assert reader.size > 256
    assert all(reader.verifies(at, reader.entry(at)) for at in (0, 255, 256, reader.size - 1))
    assert reader.hashes(1) == [root(reader.hashes(0)[:256])]


def test_only_new_tiles_are_written_and_a_clean_build_writes_the_same(
    town: Town, signer: LocalSigner
) -> None:
    town.built()
    for number in range(140):
        town.refuse(f"填表 {number}")
    published(town, signer)
    town.refuse("再填一张表")
    report = town.portal.apply(publish(town.office.service.desk, signer), town.office.clock.today())
    written = [address for address in report.written if address.startswith("log/")]
    assert (
        len(written) == 3 and "log/checkpoint" in written
    )  # and one tile, one bundle: the level above stands
    clean = Memory()
    town.opened(clean).build(town.office.clock.today())
    assert clean.files == dict(town.files())


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 65_536, 70_000])
def test_every_leaf_lies_in_one_tile_and_one_bundle(size: int) -> None:
    paths = list(tile_paths(size))
    assert len(paths) == len(set(paths))

    def leaves(prefix: str) -> int:
        widths = [path.partition(".p/")[2] for path in paths if path.startswith(prefix)]
        return sum(int(width or 256) for width in widths)

    assert leaves("tile/0/") == leaves("tile/entries/") == size
