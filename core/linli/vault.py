"""Personal data, apart from the record: encrypted with a key per person, every read logged.

A step is for ever and so carries no person, only a pseudonym that differs from matter to matter. What belongs
to the person lies here. To forget someone is to delete one key, after which the sealed rows (and their copies
in back-ups) are noise; back-ups of the *keys* must therefore be short-lived, which is for the deployment to
see to.

The vault decides nothing about who may read; it makes sure that each read has a reader, a reason and a trace.
``cryptography`` is loaded when something is first sealed or opened, not before.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import b32encode
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

from msgspec import Struct

from linli.citations import Citation
from linli.errors import BadInput, Conflict, Corrupt, Forbidden, NotFound
from linli.keyfile import secret_file

Randomness = Callable[[int], bytes]
"""Returns so many unpredictable bytes, as ``secrets.token_bytes`` does."""

_VERSION: Final = b"\x01"
_KEY_ID_SIZE: Final = 8
_NONCE_SIZE: Final = 12
_KEY_SIZE: Final = 32


class Forgotten(NotFound):
    """The person was forgotten: the key is deleted and what was sealed with it cannot be read by anyone."""

    code = "forgotten"
    status = 410


class OnlyKept(Forbidden):
    """A duty keeps what the person asked to have deleted: it is stored, and nobody opens it."""

    code = "only-kept"


class Ref(Struct, frozen=True):
    """Where a sealed value lies. It names the person by id, so it belongs in no step and on no page."""

    person: str
    matter: str
    field: str


class SealedRow(Struct, frozen=True):
    """One sealed value as it lies in the rows of a store."""

    ref: Ref
    cipher: bytes


class VaultRows(Protocol):
    """What the vault asks of a store. Neither keys nor rows are ever copied elsewhere by the vault."""

    def put_key(self, person: str, wrapped: bytes) -> None:
        """Keep the wrapped key of a person; where there is one already, keep that one and do nothing."""

    def key(self, person: str) -> bytes | None:
        """Return the wrapped key, or None when there is none (any more)."""

    def delete_key(self, person: str) -> None:
        """Delete the wrapped key for good."""

    def put(self, person: str, matter: str, field: str, cipher: bytes) -> None:
        """Keep a sealed value, in place of the one before."""

    def get(self, person: str, matter: str, field: str) -> bytes | None:
        """Return a sealed value, or None when there is none."""

    def rows(self, person: str) -> Iterable[SealedRow]:
        """Return all sealed values of a person."""

    def restrict(self, person: str, on: bool) -> None:
        """Note, or note no longer, that what is sealed for a person is only kept."""

    def restricted(self, person: str) -> bool:
        """Return whether that is noted."""

    def log_read(self, reader: str, person: str, matter: str, field: str, reason: str, at: datetime) -> None:
        """Write down who reads what and why; durable when this returns."""


class MasterKey(Protocol):
    """Wraps the keys of persons: a local file here, a key service elsewhere."""

    def wrap(self, key: bytes, person: str) -> bytes:
        """Return the key encrypted, bound to the person."""

    def unwrap(self, wrapped: bytes, person: str) -> bytes:
        """Return the key; raises Corrupt when it was altered or belongs to someone else."""


class HeldMasterKey:
    """A master key of 32 bytes that the process holds."""

    def __init__(self, key: bytes, randomness: Randomness, where: str = "") -> None:
        """Take the key and the name of where it was kept; raises `Corrupt` for one of another length."""
        if len(key) != _KEY_SIZE:
            raise Corrupt(f"主密钥应为 {_KEY_SIZE} 字节", where=where, cure="从备份恢复主密钥")
        self._key = key
        self._randomness = randomness

    def wrap(self, key: bytes, person: str) -> bytes:
        """Return the key encrypted with AES-256-GCM, bound to the person."""
        return _encrypt(self._key, key, _bound("key", person), self._randomness)

    def unwrap(self, wrapped: bytes, person: str) -> bytes:
        """Return the key of the person.

        :raises Corrupt: when it was altered, belongs to someone else or was wrapped by another master key.
        """
        key = _decrypt(self._key, wrapped, _bound("key", person))
        if key is None:
            raise Corrupt(
                "个人密钥无法解开：被改动过，或主密钥不是原来那一把",
                where=person,
                cure="从备份恢复主密钥",
            )
        return key


class LocalMasterKey(HeldMasterKey):
    """A master key in a file of this machine, made at first use with mode 0600."""

    def __init__(self, path: Path, randomness: Randomness) -> None:
        super().__init__(secret_file(path, lambda: randomness(_KEY_SIZE)), randomness, str(path))


class Forgetting(Struct, frozen=True):
    """What forgetting came to: how many sealed values were tried afterwards; none opened."""

    person: str
    unreadable: int


class Vault:
    """Seals and opens personal fields over the rows of a store."""

    def __init__(self, rows: VaultRows, master: MasterKey, randomness: Randomness) -> None:
        self._rows = rows
        self._master = master
        self._randomness = randomness

    def seal(self, person: str, matter: str, field: str, text: str) -> Ref:
        """Encrypt a value with the key of the person, keep it, and return where it lies.

        The value is bound to person, matter and field: moved elsewhere in the store it no longer opens.
        """
        for name, value in (("person", person), ("matter", matter), ("field", field)):
            if not value:
                raise BadInput("不得为空", where=name)
        ref = Ref(person, matter, field)
        key = self._key(person) or self._new_key(person)
        self._rows.put(person, matter, field, _encrypt(key, text.encode(), _bound_to(ref), self._randomness))
        return ref

    def open(self, ref: Ref, *, reader: str, reason: str, at: datetime) -> str:
        """Return a sealed value. The read is logged first, so that none goes unlogged.

        :raises BadInput: without a reader, a reason, or an instant with its zone.
        :raises NotFound: when nothing was ever sealed there.
        :raises Forgotten: when the person was forgotten since.
        :raises OnlyKept: when a duty keeps what the person asked to have deleted.
        :raises Corrupt: when the sealed value was altered or moved.
        """
        if not reader.strip() or not reason.strip():
            raise BadInput(
                "查看个人信息须写明查看人和理由", where="reader" if not reader.strip() else "reason"
            )
        if at.tzinfo is None:
            raise BadInput("查看时间须带时区", where="at")
        if self._rows.restricted(ref.person):
            raise OnlyKept(
                "此人已要求删除，依法保存期间只存不用，不能查看",
                where=f"{ref.matter} · {ref.field}",
                cure="确有法定检查需要的，由系统管理员写明理由后解除",
            )
        self._rows.log_read(reader, ref.person, ref.matter, ref.field, reason, at)
        cipher = self._rows.get(ref.person, ref.matter, ref.field)
        if cipher is None:
            raise NotFound("这里没有保存过个人信息", where=f"{ref.matter} · {ref.field}")
        return self._decrypted(ref, cipher)

    def held(self, person: str) -> list[Ref]:
        """Return where the values lie that can still be opened with the key of a person; none is opened or logged."""
        key = self._key(person)
        if key is None:
            return []
        return [row.ref for row in self._rows.rows(person) if _sealed_with(row.cipher) == _key_id(key)]

    def restrict(self, person: str, *, on: bool = True) -> None:
        """Let nobody open what is sealed for a person until it is allowed again; it stays where it is."""
        self._rows.restrict(person, on)

    def forget(self, person: str, held_by: Citation | None = None) -> Forgetting:
        """Delete the key of a person, then try every sealed value and see that none opens.

        ``held_by`` is the duty to keep that stands against it, where there is one.

        :raises Forbidden: when there is such a duty; the message cites it, and nothing is deleted.
        :raises Conflict: when a value still opens or a new key appeared meanwhile; forget again.
        """
        if held_by is not None:
            raise Forbidden(
                f"依《{held_by.source.title}》第{held_by.article}条须继续保存，现在不能删除",
                where=person,
                cure="保存期满后再办",
            )
        self._rows.delete_key(person)
        tried = 0
        for row in self._rows.rows(person):
            try:
                self._decrypted(row.ref, row.cipher)
            except Forgotten:
                tried += 1
            else:
                raise Conflict(
                    "密钥删除后仍有内容可读，可能同时又有登记", where=person, cure="再执行一次删除"
                )
        return Forgetting(person, tried)

    def _decrypted(self, ref: Ref, cipher: bytes) -> str:
        key = self._key(ref.person)
        # A person who comes back gets a new key; what an earlier one sealed stays forgotten.
        if key is None or _sealed_with(cipher) != _key_id(key):
            raise Forgotten("此人的个人信息已按规定删除，无法恢复", where=f"{ref.matter} · {ref.field}")
        text = _decrypt(key, cipher, _bound_to(ref))
        if text is None:
            raise Corrupt(
                "密文被改动过，或不是存在这里的", where=f"{ref.matter} · {ref.field}", cure="从备份恢复"
            )
        return text.decode()

    def _key(self, person: str) -> bytes | None:
        wrapped = self._rows.key(person)
        return None if wrapped is None else self._master.unwrap(wrapped, person)

    def _new_key(self, person: str) -> bytes:
        self._rows.put_key(person, self._master.wrap(self._randomness(_KEY_SIZE), person))
        # Someone else may have been first: the key that stands is the one to seal with.
        key = self._key(person)
        if key is None:
            raise Conflict("此人的密钥刚被删除", where=person, cure="确认后再登记")
        return key


class MemoryVaultRows:
    """The rows of a vault in memory, for tests and for trying things out. ``reads`` is the log of reads."""

    def __init__(self) -> None:
        self.keys: dict[str, bytes] = {}
        self.sealed: dict[Ref, bytes] = {}
        self.reads: list[tuple[str, Ref, str, datetime]] = []
        self.only_kept: set[str] = set()

    def put_key(self, person: str, wrapped: bytes) -> None:
        """Keep the wrapped key of a person unless there is one."""
        self.keys.setdefault(person, wrapped)

    def key(self, person: str) -> bytes | None:
        """Return the wrapped key, or None."""
        return self.keys.get(person)

    def delete_key(self, person: str) -> None:
        """Delete the wrapped key."""
        self.keys.pop(person, None)

    def put(self, person: str, matter: str, field: str, cipher: bytes) -> None:
        """Keep a sealed value."""
        self.sealed[Ref(person, matter, field)] = cipher

    def get(self, person: str, matter: str, field: str) -> bytes | None:
        """Return a sealed value, or None."""
        return self.sealed.get(Ref(person, matter, field))

    def rows(self, person: str) -> list[SealedRow]:
        """Return all sealed values of a person."""
        return [SealedRow(ref, cipher) for ref, cipher in self.sealed.items() if ref.person == person]

    def restrict(self, person: str, on: bool) -> None:
        """Note, or note no longer, that a person's values are only kept."""
        if on:
            self.only_kept.add(person)
        else:
            self.only_kept.discard(person)

    def restricted(self, person: str) -> bool:
        """Return whether that is noted."""
        return person in self.only_kept

    def log_read(self, reader: str, person: str, matter: str, field: str, reason: str, at: datetime) -> None:
        """Write down a read."""
        self.reads.append((reader, Ref(person, matter, field), reason, at))


def pseudonym(secret: bytes, person: str, matter: str) -> str:
    """Return what stands for a person in one matter: 16 letters and digits, another in every matter.

    Without the secret nobody can tell whether two of them are the same person, or try out a list of names.

    :raises BadInput: when the secret is shorter than 32 bytes.
    """
    if len(secret) < 32:
        raise BadInput("化名用的密钥至少 32 字节", where="secret")
    mac = hmac.digest(secret, _bound("pseudonym", person, matter), "sha256")
    return b32encode(mac[:10]).decode().lower()


def _encrypt(key: bytes, text: bytes, bound: bytes, randomness: Randomness) -> bytes:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = randomness(_NONCE_SIZE)
    return _VERSION + _key_id(key) + nonce + AESGCM(key).encrypt(nonce, text, bound)


def _decrypt(key: bytes, sealed: bytes, bound: bytes) -> bytes | None:
    """Return the text, or None when the seal does not hold."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    start = len(_VERSION) + _KEY_ID_SIZE
    nonce, cipher = sealed[start : start + _NONCE_SIZE], sealed[start + _NONCE_SIZE :]
    if sealed[:1] != _VERSION or len(cipher) < 16:
        return None
    try:
        return AESGCM(key).decrypt(nonce, cipher, bound)
    except InvalidTag:
        return None


def _sealed_with(sealed: bytes) -> bytes:
    return sealed[len(_VERSION) : len(_VERSION) + _KEY_ID_SIZE]


def _key_id(key: bytes) -> bytes:
    return hashlib.sha256(b"linli vault key\x00" + key).digest()[:_KEY_ID_SIZE]


def _bound_to(ref: Ref) -> bytes:
    return _bound("field", ref.person, ref.matter, ref.field)


def _bound(*parts: str) -> bytes:
    """Join parts so that no two lists of parts give the same bytes."""
    encoded = [part.encode() for part in parts]
    return b"".join(len(part).to_bytes(4, "big") + part for part in encoded)
