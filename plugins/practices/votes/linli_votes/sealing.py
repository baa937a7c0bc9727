"""Sealing: a ballot is closed with the public tally key and opened with the private one, which no store ever holds.

Every ballot gets a key of its own: X25519 between a key made for this one ballot and the tally key, HKDF-SHA256, and
AES-256-GCM. What is sealed is padded to one size for the whole poll, so that the size tells nothing, and bound to the
poll and to the number on the roll, so that a sealed ballot copied to another number does not open.

Keys and sealed ballots are written in base 32: letters and the digits 2 to 7, in which nothing looks like a phone
number. ``cryptography`` is loaded when something is sealed or opened, not before.
"""

from __future__ import annotations

import hashlib
from base64 import b32decode, b32encode
from binascii import Error

from linli.errors import BadInput, Corrupt

PUBLIC, PRIVATE = "linli-tally-", "linli-tally-private-"
_SIZE = 32
_CHECK = 4
_NONCE = bytes(12)  # each key seals one thing only, so that one nonce will do
_INFO = b"linli sealed ballot v1"


def new_private_key(randomness: bytes) -> str:
    """The text of a private tally key made of 32 random bytes."""
    if len(randomness) != _SIZE:
        raise ValueError(f"a key is made of {_SIZE} random bytes")
    return PRIVATE + _written(randomness)


def public_of(private: str) -> str:
    """The public tally key that belongs to a private one; raises `BadInput` for what is none."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    public = X25519PrivateKey.from_private_bytes(_read(private, PRIVATE)).public_key()
    return PUBLIC + _written(public.public_bytes_raw())


def public_key(text: str) -> bytes:
    """The bytes of a public tally key; raises `BadInput` for what is none, or was copied with a mistake."""
    if text.strip().startswith(PRIVATE):
        cure = "运行 linli poll key 密钥文件，填它显示的公钥"
        raise BadInput("这是计票密钥，不是公钥；密钥不能公布", where="key", cure=cure)
    return _read(text, PUBLIC)


def check_public_key(text: str) -> None:
    """Raise `BadInput` for a public tally key that something cannot be sealed with."""
    try:
        seal(text, b"", "", bytes(range(_SIZE)))
    except ValueError:  # a point of small order, to which everybody has the private key
        raise BadInput(
            "这个公钥不安全，不能用", where="key", cure="运行 linli poll key 生成一对新的"
        ) from None


def size_of(plain: int) -> int:
    """How many characters a sealed text of ``plain`` bytes has."""
    whole = _SIZE + plain + 16
    return -(-whole * 8 // 5)


def seal(public: str, plain: bytes, bound_to: str, entropy: bytes) -> str:
    """Seal bytes, already padded, so that only the private key opens them; ``entropy`` are 32 fresh random bytes."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    if len(entropy) != _SIZE:
        raise ValueError(f"sealing takes {_SIZE} random bytes")
    receiver = public_key(public)
    own = X25519PrivateKey.from_private_bytes(entropy)
    sender = own.public_key().public_bytes_raw()
    shared = own.exchange(X25519PublicKey.from_public_bytes(receiver))
    cipher = AESGCM(_key(shared, sender, receiver)).encrypt(_NONCE, plain, bound_to.encode())
    return _encoded(sender + cipher)


class Opener:
    """Opens what was sealed with the public key of a private one."""

    def __init__(self, private: str) -> None:
        """Take the private tally key; raises `BadInput` for what is none."""
        from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

        self._own = X25519PrivateKey.from_private_bytes(_read(private, PRIVATE))
        self._public = self._own.public_key().public_bytes_raw()
        self.public = PUBLIC + _written(self._public)

    def open(self, sealed: str, bound_to: str) -> bytes:
        """What was sealed; raises `Corrupt` where it was sealed with another key, moved or altered."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        data = _decoded(sealed)
        if data is None or len(data) < _SIZE + 16:
            raise Corrupt("密封的选票不完整", where=bound_to, cure="从备份恢复")
        sender, cipher = data[:_SIZE], data[_SIZE:]
        try:
            shared = self._own.exchange(X25519PublicKey.from_public_bytes(sender))
            return AESGCM(_key(shared, sender, self._public)).decrypt(_NONCE, cipher, bound_to.encode())
        except (InvalidTag, ValueError):
            raise Corrupt(
                "密封的选票打不开：被改动过，或者不是这一张", where=bound_to, cure="从备份恢复"
            ) from None


def _key(shared: bytes, sender: bytes, receiver: bytes) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(algorithm=SHA256(), length=32, salt=None, info=_INFO + sender + receiver).derive(shared)


def _written(key: bytes) -> str:
    """A key with four characters that tell whether it was copied whole."""
    return _encoded(key) + _encoded(hashlib.sha256(key).digest())[:_CHECK]


def _read(text: str, kind: str) -> bytes:
    text = text.strip()
    key = _decoded(text.removeprefix(kind)[:-_CHECK]) if text.startswith(kind) else None
    if key is None or len(key) != _SIZE or kind + _written(key) != text:
        what = "公钥" if kind == PUBLIC else "密钥"
        raise BadInput(f"不是完整的计票{what}", where="key", cure=f"原样复制以 {kind} 开头的一行")
    return key


def _encoded(data: bytes) -> str:
    return b32encode(data).decode().rstrip("=").lower()


def _decoded(text: str) -> bytes | None:
    try:
        return b32decode(text.upper() + "=" * (-len(text) % 8))
    except (Error, ValueError):
        return None
