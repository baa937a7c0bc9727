"""A log's signing key in a cloud's key service: it signs there and never leaves it.

The key is one of Ed25519 (key spec ``ECC_NIST_EDWARDS25519``, use ``SIGN_VERIFY``); a signature over the plain text
of a note is what every verifier of signed notes expects. The client is handed in, as in `linli.vault_kms`.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, Final, Protocol

from linli.errors import LoadFault
from linli.notes import VerifierKey
from linli.vault_kms import silent

_SPKI: Final = bytes.fromhex("302a300506032b6570032100")
"""What stands before the 32 bytes of an Ed25519 key in the form of RFC 8410."""


class SigningService(Protocol):
    """The two calls of a client of the key service (boto3's ``kms``) that are made."""

    def get_public_key(self, **asked: Any) -> dict[str, Any]:
        """Tell the public half of a key."""

    def sign(self, **asked: Any) -> dict[str, Any]:
        """Sign a message of at most 4,096 bytes."""


class KmsSigner:
    """Signs notes with a key of the key service, by its ARN; see `linli.notes.Signer`."""

    def __init__(self, client: SigningService, arn: str, name: str) -> None:
        """Take a client, the ARN of the key and the name under which it signs; nothing is asked yet."""
        self._client = client
        self._arn = arn
        self._name = name

    @cached_property
    def key(self) -> VerifierKey:
        """The public key that verifies what this signs; asked for once.

        :raises LoadFault: when it is no Ed25519 key.
        :raises KeyServiceSilent: when the service cannot be reached or refuses.
        """
        try:
            told = bytes(self._client.get_public_key(KeyId=self._arn)["PublicKey"])
        except Exception as error:  # the classes of a client's errors are its own
            raise silent(error, self._arn) from error
        if len(told) != len(_SPKI) + 32 or not told.startswith(_SPKI):
            cure = "用 ECC_NIST_EDWARDS25519、SIGN_VERIFY 另建一把"
            raise LoadFault("不是 Ed25519 签名密钥", where=self._arn, cure=cure)
        return VerifierKey(self._name, told[len(_SPKI) :])

    def sign(self, text: bytes) -> bytes:
        """Return the Ed25519 signature of the text, 64 bytes. Raises `KeyServiceSilent`."""
        try:
            told = self._client.sign(
                KeyId=self._arn, Message=text, MessageType="RAW", SigningAlgorithm="ED25519_SHA_512"
            )
        except Exception as error:
            raise silent(error, self._arn) from error
        return bytes(told["Signature"])
