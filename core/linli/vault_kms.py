"""A master key in a cloud's key service: it wraps the keys of persons there and never leaves it.

The client is handed in, so that nothing here loads a cloud's library and any partition will do. What binds a wrapped
key to its person is written down by the service in its own log, so the person stands in it by a hash.
"""

from __future__ import annotations

import hashlib
from typing import Any, Protocol

from linli.errors import Corrupt, LinliError

_BINDING = "linli-vault-key"


class KeyService(Protocol):
    """The two calls of a client of the key service (boto3's ``kms``) that are made."""

    def encrypt(self, **asked: Any) -> dict[str, Any]:
        """Encrypt at most 4,096 bytes under a key."""

    def decrypt(self, **asked: Any) -> dict[str, Any]:
        """Decrypt what was encrypted."""


class KeyServiceSilent(LinliError):
    """The key service cannot be reached, or refuses this process."""

    code = "key-service-silent"
    status = 503


class KmsMasterKey:
    """A symmetric key of the key service, by its ARN; see `linli.vault.MasterKey`."""

    def __init__(self, client: KeyService, key: str) -> None:
        """Take a client and the ARN of the key; nothing is asked yet."""
        self._client = client
        self._key = key

    def wrap(self, key: bytes, person: str) -> bytes:
        """Return the key encrypted, bound to the person. Raises `KeyServiceSilent`."""
        try:
            told = self._client.encrypt(KeyId=self._key, Plaintext=key, EncryptionContext=_bound(person))
        except Exception as error:  # the classes of a client's errors are its own
            raise silent(error, "vault_key") from error
        return bytes(told["CiphertextBlob"])

    def unwrap(self, wrapped: bytes, person: str) -> bytes:
        """Return the key of the person.

        :raises Corrupt: when it was altered, belongs to someone else or was wrapped by another key.
        :raises KeyServiceSilent: when the service cannot be reached or refuses.
        """
        try:
            told = self._client.decrypt(
                KeyId=self._key, CiphertextBlob=wrapped, EncryptionContext=_bound(person)
            )
        except Exception as error:
            if _code(error) in ("InvalidCiphertextException", "IncorrectKeyException"):
                raise Corrupt(
                    "个人密钥无法解开：被改动过，或不是这把主密钥包的",
                    where=_bound(person)[_BINDING],
                    cure="核对部署文件里的 vault_key",
                ) from None
            raise silent(error, "vault_key") from error
        return bytes(told["Plaintext"])


def _bound(person: str) -> dict[str, str]:
    return {_BINDING: hashlib.sha256(f"{_BINDING}\0{person}".encode()).hexdigest()[:32]}


def _code(error: Exception) -> str:
    answered = getattr(error, "response", None)
    return str(answered.get("Error", {}).get("Code", "")) if isinstance(answered, dict) else ""


def silent(error: Exception, where: str) -> KeyServiceSilent:
    """What an error of a client of the key service means: the service said so, or nothing at all."""
    said = _code(error) or type(error).__name__
    return KeyServiceSilent(
        f"密钥服务没有办成：{said}", where=where, cure="检查网络、权限和密钥是否停用，再试"
    )
