"""Signed notes, checkpoints and proofs as text (C2SP signed-note, tlog-checkpoint, tlog-proof).

A checkpoint says how long the log is and what its root is; signed, it is a promise that anyone can hold
against the log later with tools that are not ours. ``cryptography`` is loaded when a key is first used, not
before.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final, Protocol

from msgspec import Struct

from linli.errors import BadInput, Corrupt, LoadFault
from linli.keyfile import secret_file

ED25519: Final = 1
"""The signature type of plain Ed25519 signatures over the text of a note."""

_SIGNATURE_LINE: Final = re.compile(r"— (\S+) ([A-Za-z0-9+/]+={0,2})")
_MOST_SIGNATURES: Final = 64
_PROOF_HEADER: Final = "c2sp.org/tlog-proof@v1"


class BadNote(Corrupt):
    """A note, checkpoint or proof is malformed, or not signed by the key that is trusted."""

    code = "bad-note"


class VerifierKey(Struct, frozen=True):
    """The public half of a key that signs notes: its name and the 32 bytes of an Ed25519 public key."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        """The four bytes that, with the name, say which key signed."""
        return key_id(self.name, self.public)

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{_b64(bytes([ED25519]) + self.public)}"

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """Read a key written as ``name+id+base64``.

        :raises BadNote: when the text has another form, another algorithm, or an id that is not the key's.
        """
        name, _, rest = text.strip().partition("+")
        stated, _, material = rest.partition("+")
        data = _unb64(material, "公钥")
        if not name or len(data) != 33 or data[0] != ED25519:
            raise BadNote("不是 Ed25519 验证公钥", where=text[:80], cure="格式为 名称+编号+base64")
        key = cls(name, data[1:])
        if key.id.hex() != stated:
            raise BadNote(f"公钥编号应为 {key.id.hex()}，写的是 {stated}", where=name)
        return key


class Signer(Protocol):
    """Signs the text of notes; a key file here, a key service elsewhere."""

    @property
    def key(self) -> VerifierKey:
        """The public key that verifies what this signs."""

    def sign(self, text: bytes) -> bytes:
        """Return the Ed25519 signature of the text, 64 bytes."""


class LocalSigner:
    """Signs with an Ed25519 key held in memory."""

    def __init__(self, name: str, seed: bytes) -> None:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        _check_name(name)
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self._key = VerifierKey(name, self._private.public_key().public_bytes_raw())

    @classmethod
    def from_file(cls, path: Path, name: str, randomness: Callable[[int], bytes]) -> LocalSigner:
        """Take the key from a file, made at first use with mode 0600, in the form that other note tools read.

        :raises LoadFault: when the file holds no such key, or the key of another name.
        """
        _check_name(name)
        stored = secret_file(path, lambda: private_text(name, randomness(32)).encode())
        return cls(name, read_private(stored.decode(errors="replace"), name, str(path)))

    @property
    def key(self) -> VerifierKey:
        """The public key that verifies what this signs."""
        return self._key

    def sign(self, text: bytes) -> bytes:
        """Return the Ed25519 signature of the text, 64 bytes."""
        return self._private.sign(text)


class Handover:
    """A signer while its key is being exchanged: the key before signs as well, so that whoever knows only that one goes
    on verifying until the new one is known everywhere."""

    def __init__(self, signer: Signer, before: Signer) -> None:
        self._signer = signer
        self.before = before

    @property
    def key(self) -> VerifierKey:
        """The new public key."""
        return self._signer.key

    def sign(self, text: bytes) -> bytes:
        """Return the signature of the new key."""
        return self._signer.sign(text)


def signers_of(signer: Signer) -> tuple[Signer, ...]:
    """Return the signer and, while its key is being exchanged, the one before."""
    return (signer, signer.before) if isinstance(signer, Handover) else (signer,)


def signed_by(note: str) -> set[tuple[str, bytes]]:
    """Return name and id of every key that a note says it was signed by; nothing is verified."""
    lines = map(_SIGNATURE_LINE.fullmatch, note.rpartition("\n\n")[2].splitlines())
    return {(found[1], _unb64(found[2], "签名")[:4]) for found in lines if found is not None}


def key_id(name: str, public: bytes) -> bytes:
    """Return the four-byte id of an Ed25519 key under a name."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([ED25519]) + public).digest()[:4]


def sign_note(text: str, signers: Iterable[Signer]) -> str:
    """Return the note: the text (ending in a newline), an empty line, one line for each signature.

    :raises BadInput: when the text does not end in a newline or holds other control characters.
    """
    if not text.endswith("\n") or _has_controls(text):
        raise BadInput("签名文本须以换行结尾，且不含其他控制字符", where="text")
    data = text.encode()
    lines = [f"— {signer.key.name} {_b64(signer.key.id + signer.sign(data))}\n" for signer in signers]
    if not lines:
        raise BadInput("至少要有一个签名", where="signers")
    return f"{text}\n{''.join(lines)}"


def open_note(note: str, keys: Iterable[VerifierKey]) -> tuple[str, list[VerifierKey]]:
    """Return the text of a note and the trusted keys that signed it; unknown keys are passed over.

    :raises BadNote: when the note is malformed, unsigned by a trusted key, or a signature does not verify.
    """
    body, gap, tail = note.rpartition("\n\n")
    if not gap or not tail.endswith("\n") or _has_controls(note):
        raise BadNote("不是签名文本：缺少空行或签名行")
    text = f"{body}\n"
    trusted = {(key.name, key.id): key for key in keys}
    lines = tail[:-1].split("\n")
    if len(lines) > _MOST_SIGNATURES:
        raise BadNote(f"签名多于 {_MOST_SIGNATURES} 个")
    signed: list[VerifierKey] = []
    for line in lines:
        match = _SIGNATURE_LINE.fullmatch(line)
        if match is None or "+" in match[1]:
            raise BadNote("签名行的格式不对", where=line[:80])
        signature = _unb64(match[2], "签名")
        if len(signature) < 5:
            raise BadNote("签名太短", where=line[:80])
        key = trusted.get((match[1], signature[:4]))
        if key is None:
            continue
        if not _verifies(key, signature[4:], text.encode()):
            raise BadNote("签名与文本不符", where=key.name, cure="重新下载；仍不符则文本被改动过")
        if key not in signed:
            signed.append(key)
    if not signed:
        raise BadNote("没有可信密钥的签名", cure="核对验证公钥是否为公布的那一个")
    return text, signed


class Checkpoint(Struct, frozen=True):
    """The state of a log: who keeps it (``origin``), its number of entries, its root hash (32 bytes)."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """Return the three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{_b64(self.root)}\n"

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Read the text of a checkpoint; lines after the third are let be.

        :raises BadNote: when a line is missing or malformed.
        """
        lines = text.split("\n")
        if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
            raise BadNote("检查点须有来源、条数、根哈希三行", where=text[:80])
        origin, size, root = lines[:3]
        if not re.fullmatch(r"0|[1-9][0-9]*", size):
            raise BadNote("检查点的条数不是十进制整数", where=size[:40])
        digest = _unb64(root, "根哈希")
        if len(digest) != 32:
            raise BadNote("检查点的根哈希不是 32 字节", where=root[:80])
        return cls(origin, int(size), digest)


def sign_checkpoint(checkpoint: Checkpoint, *signers: Signer) -> str:
    """Return the checkpoint as a signed note. The caller sees to it that the log only ever grows."""
    if not checkpoint.origin or "\n" in checkpoint.origin:
        raise BadInput("检查点的来源须为非空的一行", where="origin")
    return sign_note(checkpoint.text(), signers)


def verify_checkpoint(
    note: str, key: VerifierKey, *others: VerifierKey, origin: str | None = None
) -> Checkpoint:
    """Return the checkpoint in a note that one of the keys signed; ``origin`` defaults to the name of the first.

    :raises BadNote: when the signature, the form or the origin is wrong.
    """
    text, _ = open_note(note, [key, *others])
    checkpoint = Checkpoint.parse(text)
    expected = key.name if origin is None else origin
    if checkpoint.origin != expected:
        raise BadNote(f"检查点来自 {checkpoint.origin}，应来自 {expected}")
    return checkpoint


class LogProof(Struct, frozen=True):
    """What it takes to check offline that an entry is in a log: index, siblings, signed checkpoint."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: str
    extra: bytes = b""

    def text(self) -> str:
        """Return the proof as the text of a ``.tlog-proof`` file."""
        extra = f"extra {_b64(self.extra)}\n" if self.extra else ""
        hashes = "".join(f"{_b64(hash)}\n" for hash in self.path)
        return f"{_PROOF_HEADER}\n{extra}index {self.index}\n{hashes}\n{self.checkpoint}"

    @classmethod
    def parse(cls, text: str) -> LogProof:
        """Read a proof; nothing in it is verified yet, and ``extra`` never is.

        :raises BadNote: when a line is missing or malformed.
        """
        head, gap, checkpoint = text.partition("\n\n")
        lines = head.split("\n")
        if not gap or lines.pop(0) != _PROOF_HEADER:
            raise BadNote(f"不是日志证明：首行应为 {_PROOF_HEADER}")
        extra = b""
        if lines and lines[0].startswith("extra "):
            extra = _unb64(lines.pop(0).removeprefix("extra "), "附加数据")
        index = re.fullmatch(r"index (0|[1-9][0-9]*)", lines.pop(0)) if lines else None
        if index is None:
            raise BadNote("日志证明缺少 index 行")
        path = tuple(_unb64(line, "证明哈希") for line in lines)
        if any(len(hash) != 32 for hash in path):
            raise BadNote("证明哈希不是 32 字节")
        return cls(int(index[1]), path, checkpoint, extra)

    def verify(self, leaf: bytes, key: VerifierKey, *, origin: str | None = None) -> Checkpoint:
        """Return the checkpoint that holds the leaf hash at this index.

        :raises BadNote: when the checkpoint is not the log's or the path does not lead to its root.
        """
        from linli.merkle import verify_inclusion

        checkpoint = verify_checkpoint(self.checkpoint, key, origin=origin)
        if not verify_inclusion(leaf, self.index, checkpoint.size, self.path, checkpoint.root):
            raise BadNote(f"证明不成立：第 {self.index} 条与检查点的根哈希不符")
        return checkpoint


def proof_text(index: int, path: Sequence[bytes], checkpoint: str, extra: bytes = b"") -> str:
    """Return the text of a ``.tlog-proof`` file for an entry and its inclusion proof."""
    return LogProof(index, tuple(path), checkpoint, extra).text()


def _verifies(key: VerifierKey, signature: bytes, data: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


def private_text(name: str, seed: bytes) -> str:
    """Return a private key of 32 bytes in the form that other note tools read."""
    public = LocalSigner(name, seed).key.public
    return f"PRIVATE+KEY+{name}+{key_id(name, public).hex()}+{_b64(bytes([ED25519]) + seed)}\n"


def read_private(text: str, name: str, where: str) -> bytes:
    """Return the 32 bytes of a private key that was written so.

    :raises LoadFault: when the text is no such key, or the key of another name.
    """
    prefix = "PRIVATE+KEY+"
    stated, _, rest = text.strip().removeprefix(prefix).partition("+")
    try:
        seed = base64.b64decode(rest.partition("+")[2], validate=True)
    except (binascii.Error, ValueError):
        seed = b""
    if not text.startswith(prefix) or len(seed) != 33 or seed[0] != ED25519:
        raise LoadFault("不是签名私钥文件", where=where, cure="从备份恢复私钥")
    if stated != name:
        cure = "检查日志名称与密钥文件是否配对"
        raise LoadFault(f"私钥属于 {stated}，不是 {name}", where=where, cure=cure)
    return seed[1:]


def _check_name(name: str) -> None:
    if not name or "+" in name or any(character.isspace() for character in name):
        raise BadInput(
            "密钥名称不得为空，不得含空白或加号", where=name, cure="用不带协议的网址，如 example.cn/log"
        )


def _has_controls(text: str) -> bool:
    return any(character < " " and character != "\n" for character in text)


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _unb64(text: str, what: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadNote(f"{what}不是 base64", where=text[:80]) from None
