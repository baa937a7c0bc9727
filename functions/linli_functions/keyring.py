"""The keys of a deployment: files of the home folder on one machine, one secret of the cloud for functions.

=============== ================================= ====================================================
name            file below ``keys``               what it is for
=============== ================================= ====================================================
``pseudonyms``  ``<slug>.pseudonyms``             who acted, by a name that differs from matter to matter
``sessions``    ``sessions``, for all of a home   signs sessions and tokens
``log``         ``<slug>.log``                    signs the checkpoints of the log
``log-before``  ``<slug>.log-before``             signs them too, while the key before is still believed elsewhere
``vault``       ``<slug>.vault``                  wraps the keys of persons, unless a key service does
=============== ================================= ====================================================

In the cloud a secret of Secrets Manager holds them as a JSON object, each as base64 of 32 bytes; in the place of
``log`` may stand the ARN of a signing key of the key service. Beside them may lie the secrets of applications that are
registered with issuers (`CLIENT_SECRETS`). Keys are made or moved by `fill` and `fill_home`, which
never put one in the place of another.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from linli.errors import Conflict, LoadFault
from linli.keyfile import secret_file
from linli.vault import HeldMasterKey, LocalMasterKey, MasterKey

if TYPE_CHECKING:
    from linli.notes import Signer

Randomness = Callable[[int], bytes]

PSEUDONYMS, SESSIONS, LOG, VAULT = "pseudonyms", "sessions", "log", "vault"
LOG_BEFORE = "log-before"
NAMES = (PSEUDONYMS, SESSIONS, LOG, VAULT)
"""The keys that every deployment has; `LOG_BEFORE` is there only while the key of the log is being exchanged."""
CLIENT_SECRETS = {"staff": "client-secret", "residents": "client-secret-residents"}
"""Texts of the issuers, no keys of ours: nobody makes them or moves them. On one machine the environment has them."""
KEY_SIZE = 32
FOLDER = "keys"
SECRET_ARN = re.compile(r"arn:aws[a-z-]*:secretsmanager:([a-z0-9-]+):\d{12}:secret:[A-Za-z0-9/_+=.@-]+")

_SIGNING_ARN = re.compile(r"arn:aws[a-z-]*:kms:([a-z0-9-]+):\d{12}:(key|alias)/[A-Za-z0-9/_-]+")
_ATTEMPTS = 5
_WRONG = "机密的内容不是密钥"
_RIGHT = "应为一个 JSON 对象，每把密钥是 base64 写的 32 字节"


class Keyring(Protocol):
    """The keys of one deployment. Each is looked for when it is asked for."""

    def pseudonyms(self) -> bytes:
        """The secret of the pseudonyms."""

    def sessions(self) -> bytes:
        """The key that signs sessions and tokens."""

    def signer(self) -> Signer:
        """The signer of the public log."""

    def master(self) -> MasterKey:
        """The key that wraps the keys of persons, where no key service does."""

    def client_secrets(self) -> Mapping[str, str]:
        """The secrets of the applications registered with issuers, by door, as far as they lie with the keys."""


class LocalKeys:
    """Keys in files of a home folder, each made at first use with mode 0600."""

    def __init__(self, home: Path, slug: str, randomness: Randomness) -> None:
        """Take the folder and the deployment; a key that is made is made of ``randomness``."""
        self._folder = home / FOLDER
        self._slug = slug
        self._randomness = randomness

    def pseudonyms(self) -> bytes:
        """The secret of the pseudonyms."""
        return secret_file(self.file(PSEUDONYMS), self._made)

    def sessions(self) -> bytes:
        """The key that signs sessions and tokens. Delete the file to end all sessions."""
        return secret_file(self.file(SESSIONS), self._made)

    def signer(self) -> Signer:
        """The signer of the public log; its name, the log's origin, is ``linli/<slug>``."""
        from linli.notes import Handover, LocalSigner

        signer = LocalSigner.from_file(self.file(LOG), origin(self._slug), self._randomness)
        before = self.file(LOG_BEFORE)
        if not before.exists():
            return signer
        return Handover(signer, LocalSigner.from_file(before, origin(self._slug), self._randomness))

    def master(self) -> MasterKey:
        """The key that wraps the keys of persons."""
        return LocalMasterKey(self.file(VAULT), self._randomness)

    def client_secrets(self) -> dict[str, str]:
        """None: on one machine they come from the environment (`linli_functions.identities`)."""
        return {}

    def file(self, name: str) -> Path:
        """The file of a key."""
        return self._folder / (name if name == SESSIONS else f"{self._slug}.{name}")

    def held(self) -> dict[str, bytes]:
        """The keys that there are, by name, 32 bytes each; none is made. For moving a deployment elsewhere."""
        return {name: self._read(name) for name in (*NAMES, LOG_BEFORE) if self.file(name).exists()}

    def _read(self, name: str) -> bytes:
        stored = secret_file(self.file(name), _never)
        if name not in (LOG, LOG_BEFORE):
            return stored
        from linli.notes import read_private

        return read_private(stored.decode(errors="replace"), origin(self._slug), str(self.file(name)))

    def _made(self) -> bytes:
        return self._randomness(KEY_SIZE)


class CloudKeys:
    """Keys in a secret of Secrets Manager, read once. A key that is missing is never made here."""

    def __init__(self, secret: str, slug: str, randomness: Randomness) -> None:
        """Take the ARN of the secret; raises `LoadFault` where it is none."""
        self._secret = secret
        self._region = _region_of(secret)
        self._slug = slug
        self._randomness = randomness

    def pseudonyms(self) -> bytes:
        """The secret of the pseudonyms."""
        return self._key(PSEUDONYMS)

    def sessions(self) -> bytes:
        """The key that signs sessions and tokens."""
        return self._key(SESSIONS)

    def signer(self) -> Signer:
        """The signer of the public log: with the key in the secret, or with one of the key service."""
        from linli.notes import Handover

        signer = self._signer(LOG)
        return Handover(signer, self._signer(LOG_BEFORE)) if LOG_BEFORE in self._values else signer

    def _signer(self, name: str) -> Signer:
        found = _SIGNING_ARN.fullmatch(self._values.get(name, ""))
        if found is None:
            from linli.notes import LocalSigner

            return LocalSigner(origin(self._slug), self._key(name))
        from linli.notes_kms import KmsSigner
        from linli_functions.cloud import client

        return KmsSigner(client("kms", found[1], attempts=3), found[0], origin(self._slug))

    def master(self) -> MasterKey:
        """The key that wraps the keys of persons."""
        return HeldMasterKey(self._key(VAULT), self._randomness, self._secret)

    def held(self) -> dict[str, bytes]:
        """The keys that there are, by name; one of the key service is not among them, because it never leaves it."""
        kept = [name for name in (*NAMES, LOG_BEFORE) if name in self._values]
        return {name: self._key(name) for name in kept if not _SIGNING_ARN.fullmatch(self._values[name])}

    def client_secrets(self) -> dict[str, str]:
        """The secrets of the applications that are registered with issuers, by door, as far as they lie here."""
        found = {door: self._values.get(name, "") for door, name in CLIENT_SECRETS.items()}
        return {door: secret for door, secret in found.items() if secret}

    @cached_property
    def _values(self) -> dict[str, str]:
        values, _ = _read(self._secret, self._region)
        if not values:
            cure = "运行 linli deploy apply，它会补上缺的密钥"
            raise LoadFault("机密里还没有密钥", where=self._secret, cure=cure)
        return values

    def _key(self, name: str) -> bytes:
        if name not in self._values:
            cure = "运行 linli deploy apply，它会补上缺的密钥"
            raise LoadFault(f"机密里没有密钥“{name}”", where=self._secret, cure=cure)
        return _decoded(self._values[name], name, self._secret)


def origin(slug: str) -> str:
    """The name of a deployment's public log."""
    return f"linli/{slug}"


def fill(
    secret: str, given: Mapping[str, bytes] = {}, *, randomness: Randomness, names: tuple[str, ...] = NAMES
) -> tuple[str, ...]:
    """Set what is absent in a secret: a key that is given, else a new one; the names of those that were set.

    What is there stays as it is. Two who fill at once end with the same keys, because a version of the secret has one
    successor. Raises `Conflict` where another key than the one given is there already, and nothing is set then;
    `LoadFault` where there is no such secret or it holds something else.
    """
    from uuid import NAMESPACE_URL, uuid5  # a function that only reads need not wait for it

    region = _region_of(secret)
    for _ in range(_ATTEMPTS):
        values, version = _read(secret, region)
        for name in given.keys() & values.keys():
            if _decoded(values[name], name, secret) != given[name]:
                raise _other_key(name, secret)
        absent = tuple(dict.fromkeys(name for name in (*names, *given) if name not in values))
        if not absent:
            return ()
        for name in absent:
            values[name] = base64.b64encode(given.get(name) or randomness(KEY_SIZE)).decode()
        try:
            _call(
                secret,
                region,
                "PutSecretValue",
                SecretString=msgspec.json.encode(values).decode(),
                # A token may be used for one content only: so the version that was read has one successor.
                ClientRequestToken=str(uuid5(NAMESPACE_URL, f"{secret}#{version}")),
            )
        except _Taken:
            continue
        return absent
    cure = "看这个机密的 AWSCURRENT 版本是否被移回了旧的，再试"
    raise Conflict("有人同时在写这个机密", where=secret, cure=cure)


def fill_home(home: Path, slug: str, given: Mapping[str, bytes]) -> tuple[str, ...]:
    """Keep keys that are given in a home folder where they are absent; the names of those that were.

    Raises `Conflict` where another key is there already, and nothing is kept then.
    """
    keys = LocalKeys(home, slug, _none)
    there = keys.held()
    for name in given.keys() & there.keys():
        if there[name] != given[name]:
            raise _other_key(name, str(keys.file(name)))
    absent = tuple(name for name in given if name not in there)
    for name in absent:
        kept = given[name]
        if name in (LOG, LOG_BEFORE):
            from linli.notes import private_text

            kept = private_text(origin(slug), kept).encode()
        secret_file(keys.file(name), lambda content=kept: content)  # type: ignore[misc]
    return absent


class _Taken(Exception):
    """The version that was read has a successor already."""


def _read(secret: str, region: str) -> tuple[dict[str, str], str]:
    """What a secret holds, by name, and the id of that version; nothing and no id where it was never set."""
    try:
        told = _call(secret, region, "GetSecretValue")
    except _Unset:
        _call(secret, region, "DescribeSecret")  # no such secret is something else than no value yet
        return {}, ""
    if not told.get("SecretString") and not told.get("SecretBinary"):
        return {}, str(told["VersionId"])
    try:
        values = msgspec.json.decode(told.get("SecretString") or "", type=dict[str, str])
    except msgspec.MsgspecError:
        raise LoadFault(_WRONG, where=secret, cure=_RIGHT) from None
    return values, str(told["VersionId"])


class _Unset(Exception):
    """There is no secret of this name, or no value in it."""


def _call(secret: str, region: str, operation: str, **arguments: Any) -> dict[str, Any]:
    from linli.store_dynamodb_calls import NoAnswer, Refused
    from linli.vault_kms import KeyServiceSilent
    from linli_functions.cloud import wire_of

    asked = {"SecretId": secret, **arguments}
    try:
        try:
            return wire_of("secretsmanager", region).call(operation, asked)
        except NoAnswer:  # to ask twice is to ask once, even to write: see `fill`
            return wire_of("secretsmanager", region).call(operation, asked)
    except Refused as error:
        if error.code == "ResourceExistsException":
            raise _Taken from None
        if error.code == "ResourceNotFoundException" and operation == "GetSecretValue":
            raise _Unset from None
        if error.code == "ResourceNotFoundException":
            raise LoadFault("没有这个机密", where=secret, cure="检查 ARN 和区域") from None
        if error.code == "AccessDeniedException":
            cure = "检查角色的权限，以及加密机密的那把密钥的权限"
            raise LoadFault("没有读写这个机密的权限", where=secret, cure=cure) from None
        raise KeyServiceSilent(f"机密服务没有办成：{error.code}", where=secret, cure="请稍后重试") from error
    except NoAnswer as error:
        raise KeyServiceSilent("机密服务没有答复", where=secret, cure="检查网络和凭证，稍后重试") from error


def _region_of(secret: str) -> str:
    found = SECRET_ARN.fullmatch(secret)
    if found is None:
        cure = "写成 arn:aws-cn:secretsmanager:<区域>:<账号>:secret:<名称>"
        raise LoadFault("不是 Secrets Manager 机密的 ARN", where="LINLI_KEYS", cure=cure)
    return found[1]


def _decoded(text: str, name: str, secret: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_SIZE:
        raise LoadFault(f"密钥“{name}”不是 base64 写的 {KEY_SIZE} 字节", where=secret, cure=_RIGHT)
    return key


def _other_key(name: str, where: str) -> Conflict:
    cure = "确认要迁入的是同一个部署；换密钥会使已有的数据读不出来"
    return Conflict(f"已经有另一把密钥“{name}”", where=where, cure=cure)


def _never() -> bytes:
    raise AssertionError("a key is only read here")


def _none(size: int) -> bytes:
    raise AssertionError("no key is made here")
