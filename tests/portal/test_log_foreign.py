"""The log of a portal, verified by a library that others wrote (tlog-scales): note, tiles, entries, and how it grew."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from tlog_scales.backend import LocalBackend
from tlog_scales.reader import TilesReader
from tlog_scales.signing import Vkey
from tlog_scales.tlog import Checkpoint, ConsistencyProofInvalid, InclusionProofInvalid

from linli.notes import LocalSigner
from linli.publication import publish
from tests.portal.conftest import Town

SIGNER = LocalSigner("linli/chongchuan", b"5" * 32)


def laid_out(town: Town, folder: Path) -> Path:
    """A folder with the files of the log as they are published now."""
    town.portal.apply(publish(town.office.service.desk, SIGNER), town.office.clock.today())
    for address, content in town.files().items():
        if address.startswith("log/"):
            file = folder / address.removeprefix("log/")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
    return folder


def leaf(entry: bytes) -> bytes:
    return hashlib.sha256(b"\0" + entry).digest()


def test_a_foreign_reader_verifies_note_tiles_entries_and_growth(town: Town, tmp_path: Path) -> None:
    town.built()
    matter = town.submit()
    earlier = Checkpoint.from_text((laid_out(town, tmp_path / "then") / "checkpoint").read_text("utf-8"))
    for number in range(130):
        town.refuse(f"填表 {number}")
    folder = laid_out(town, tmp_path / "now")

    reader = TilesReader(LocalBackend(folder))
    signed = reader.get_checkpoint()
    signed.verify(Vkey.from_string((folder / "key").read_text("utf-8").strip()))
    assert (signed.origin, signed.size > 256) == ("linli/chongchuan", True)
    assert reader.calculate_root_hash() == signed.root_hash
    reader.get_consistency_proof(earlier.size, signed.size).check(earlier.root_hash, signed.root_hash)
    for at in (0, 1, 255, 256, signed.size - 1):
        reader.get_inclusion_proof(at, signed.size).check(leaf(reader.get_entry(at)), signed.root_hash)

    # A body as it is published is one of the entries.
    body = hashlib.sha256(first_body(town, matter)).digest()
    (at,) = (each for each in range(signed.size) if reader.get_entry(each) == body)
    reader.get_inclusion_proof(at, signed.size).check(leaf(body), signed.root_hash)

    # And it is a reader that refuses.
    with pytest.raises(InclusionProofInvalid):
        reader.get_inclusion_proof(at, signed.size).check(leaf(body + b" "), signed.root_hash)
    with pytest.raises(ConsistencyProofInvalid):
        reader.get_consistency_proof(earlier.size, signed.size).check(leaf(b"other"), signed.root_hash)
    with pytest.raises(Exception):  # noqa: B017 - whatever kind it raises
        signed.verify(Vkey.from_string(str(LocalSigner("linli/chongchuan", b"6" * 32).key)))
    tile = folder / "tile/0/000"
    tile.write_bytes(bytes(32) + tile.read_bytes()[32:])
    other = TilesReader(LocalBackend(folder))
    other.get_checkpoint()
    with pytest.raises(InclusionProofInvalid):
        other.get_inclusion_proof(1, signed.size).check(leaf(other.get_entry(1)), signed.root_hash)


def first_body(town: Town, matter: str) -> bytes:
    """The first step of a matter as its data file says it, in canonical JSON."""
    step = json.loads(town.page(f"matters/{matter}/matter.json"))["steps"][0]
    return json.dumps(step, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
