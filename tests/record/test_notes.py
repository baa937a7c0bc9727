from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from linli.errors import BadInput, LoadFault
from linli.merkle import Tree, append_tiles, leaf_hash
from linli.notes import (
    BadNote,
    Checkpoint,
    LocalSigner,
    LogProof,
    VerifierKey,
    open_note,
    sign_checkpoint,
    sign_note,
    verify_checkpoint,
)

# The key and the note that the specification gives as its example.
SPEC_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
SPEC_NOTE = (
    "This is an example message.\n\n— example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
SPEC_CHECKPOINT = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"

SIGNER = LocalSigner("example.cn/log", bytes(range(32)))
OTHER = LocalSigner("example.cn/witness", bytes(32))


def test_the_note_of_the_specification_verifies() -> None:
    key = VerifierKey.parse(SPEC_KEY)
    assert key.id.hex() == "530d903a"
    assert str(key) == SPEC_KEY
    assert open_note(SPEC_NOTE, [key]) == ("This is an example message.\n", [key])


def test_the_checkpoint_of_the_specification_reads_back() -> None:
    checkpoint = Checkpoint.parse(SPEC_CHECKPOINT)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert checkpoint.text() == SPEC_CHECKPOINT


def test_a_note_with_one_letter_changed_is_refused() -> None:
    with pytest.raises(BadNote, match="不符"):
        open_note(SPEC_NOTE.replace("an example", "no example"), [VerifierKey.parse(SPEC_KEY)])


def test_a_signature_of_an_unknown_key_is_passed_over() -> None:
    note = sign_note("邻里\n\n第二段\n", [OTHER, SIGNER])
    assert open_note(note, [SIGNER.key]) == ("邻里\n\n第二段\n", [SIGNER.key])
    assert open_note(note, [SIGNER.key, OTHER.key])[1] == [OTHER.key, SIGNER.key]
    with pytest.raises(BadNote, match="可信"):
        open_note(sign_note("邻里\n", [OTHER]), [SIGNER.key])


def test_a_key_of_the_same_name_and_another_id_is_unknown() -> None:
    impostor = LocalSigner("example.cn/log", bytes(32))
    with pytest.raises(BadNote, match="可信"):
        open_note(sign_note("邻里\n", [impostor]), [SIGNER.key])


@pytest.mark.parametrize(
    "note",
    [
        "",
        "text without signature\n",
        "text\n\n- example.cn/log AAAA\n",
        "text\n\n— example.cn/log !!!!\n",
        "text\n\n— example.cn/log AAAA\n",
        "text\twith tab\n\n— example.cn/log AAAAAAAA\n",
        SPEC_NOTE.rstrip("\n"),
    ],
)
def test_a_malformed_note_is_refused(note: str) -> None:
    with pytest.raises(BadNote):
        open_note(note, [SIGNER.key, VerifierKey.parse(SPEC_KEY)])


@pytest.mark.parametrize("text", ["no newline", "tab\t\n"])
def test_a_text_that_no_note_may_hold_is_not_signed(text: str) -> None:
    with pytest.raises(BadInput):
        sign_note(text, [SIGNER])


@pytest.mark.parametrize(
    "key", ["", "example.com/foo", SPEC_KEY.replace("530d903a", "530d903b"), SPEC_KEY[:-4], "a+00000000+!!"]
)
def test_a_verifier_key_that_does_not_fit_itself_is_refused(key: str) -> None:
    with pytest.raises(BadNote):
        VerifierKey.parse(key)


def test_a_signed_checkpoint_reads_back() -> None:
    checkpoint = Checkpoint("example.cn/log", 3, leaf_hash(b"root"))
    note = sign_checkpoint(checkpoint, SIGNER)
    assert verify_checkpoint(note, SIGNER.key) == checkpoint
    with pytest.raises(BadNote, match="应来自"):
        verify_checkpoint(note, SIGNER.key, origin="example.cn/another")


@pytest.mark.parametrize(
    "text",
    [
        "origin\n3\n",
        "origin\n03\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "origin\n-3\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "origin\n3\nCsUY\n",
        "\n3\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
    ],
)
def test_a_malformed_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(BadNote):
        Checkpoint.parse(text)


def proof_of(index: int, extra: bytes = b"") -> tuple[bytes, LogProof]:
    hashes = [leaf_hash(bytes([number])) for number in range(5)]
    tree = Tree(5, append_tiles(0, hashes, lambda path: None).get)
    note = sign_checkpoint(Checkpoint("example.cn/log", 5, tree.root()), SIGNER)
    return hashes[index], LogProof(index, tuple(tree.inclusion(index)), note, extra)


@pytest.mark.parametrize("extra", [b"", b"salt"])
def test_a_proof_reads_back_from_its_text_and_verifies_offline(extra: bytes) -> None:
    leaf, proof = proof_of(4, extra)
    assert LogProof.parse(proof.text()) == proof
    assert proof.text().startswith("c2sp.org/tlog-proof@v1\n")
    assert proof.verify(leaf, SIGNER.key).size == 5


def test_a_proof_of_another_entry_is_refused() -> None:
    _, proof = proof_of(2)
    with pytest.raises(BadNote, match="证明不成立"):
        proof.verify(leaf_hash(b"another"), SIGNER.key)


@pytest.mark.parametrize("cut", ["c2sp.org/tlog-proof@v1\n", "index 2\n"])
def test_a_proof_without_a_line_is_refused(cut: str) -> None:
    _, proof = proof_of(2)
    with pytest.raises(BadNote):
        LogProof.parse(proof.text().replace(cut, ""))


def test_a_key_file_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "log.key"
    first = LocalSigner.from_file(path, "example.cn/log", lambda count: bytes(range(count)))
    again = LocalSigner.from_file(path, "example.cn/log", lambda count: bytes(count))
    assert first.key == again.key == SIGNER.key
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["log.key"]


def test_a_key_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "log.key"
    LocalSigner.from_file(path, "example.cn/log", bytes)
    path.chmod(0o644)
    with pytest.raises(LoadFault, match="chmod 600"):
        LocalSigner.from_file(path, "example.cn/log", bytes)


def test_a_key_file_of_another_log_or_without_a_key_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "log.key"
    LocalSigner.from_file(path, "example.cn/log", bytes)
    with pytest.raises(LoadFault, match=r"example\.cn/log"):
        LocalSigner.from_file(path, "example.cn/another", bytes)
    path.write_text("nothing")
    with pytest.raises(LoadFault, match="不是签名私钥"):
        LocalSigner.from_file(path, "example.cn/log", bytes)


def test_cryptography_is_not_loaded_before_a_key_is_used() -> None:
    code = "import sys, linli.notes, linli.vault; sys.exit('cryptography' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
