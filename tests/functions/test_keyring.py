"""The keys of a deployment: files of a home folder, or a secret of the cloud, made once and never exchanged."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from moto import mock_aws

from linli.errors import Conflict, LoadFault
from linli.notes import Checkpoint, sign_checkpoint, signers_of, verify_checkpoint
from linli.notes_kms import KmsSigner
from linli.vault_kms import KeyServiceSilent
from linli_functions import cloud, keyring
from linli_functions.identities import identity_of
from linli_functions.keyring import LOG, LOG_BEFORE, NAMES, VAULT, CloudKeys, LocalKeys, fill, fill_home
from tests.store.emulators import REGION


def chance(seed: int) -> Any:
    return random.Random(seed).randbytes


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch, aws_keys: None) -> Iterator[Any]:
    with mock_aws():
        monkeypatch.setattr(cloud, "_clients", {})
        yield boto3.client("secretsmanager", region_name=REGION)


@pytest.fixture
def secret(secrets: Any) -> str:
    return str(secrets.create_secret(Name="river-keys", SecretString="{}")["ARN"])


def said(secrets: Any, secret: str) -> dict[str, str]:
    return dict(json.loads(secrets.get_secret_value(SecretId=secret)["SecretString"]))


def test_a_secret_is_filled_once_and_read_as_files_are(secrets: Any, secret: str, tmp_path: Path) -> None:
    assert fill(secret, randomness=chance(1)) == NAMES
    before = said(secrets, secret)
    assert fill(secret, randomness=chance(2)) == ()
    assert said(secrets, secret) == before
    keys = CloudKeys(secret, "river", chance(3))
    assert {len(each) for each in (keys.pseudonyms(), keys.sessions())} == {32}
    assert keys.master().unwrap(keys.master().wrap(b"k" * 32, "p"), "p") == b"k" * 32
    assert str(keys.signer().key).startswith("linli/river+")


def test_a_deployment_moves_to_the_cloud_and_back_with_its_keys(secret: str, tmp_path: Path) -> None:
    home = LocalKeys(tmp_path / "a", "river", chance(1))
    home.pseudonyms(), home.sessions(), home.master(), home.signer()
    assert set(home.held()) == set(NAMES)
    assert fill(secret, home.held(), randomness=chance(2)) == NAMES
    away = CloudKeys(secret, "river", chance(3))
    assert away.held() == home.held()
    assert str(away.signer().key) == str(home.signer().key)
    assert away.master().unwrap(home.master().wrap(b"k" * 32, "p"), "p") == b"k" * 32
    assert fill_home(tmp_path / "b", "river", away.held()) == NAMES
    for name in NAMES:
        one, other = home.file(name), LocalKeys(tmp_path / "b", "river", chance(4)).file(name)
        assert one.read_bytes() == other.read_bytes() and other.stat().st_mode & 0o777 == 0o600
    assert fill_home(tmp_path / "b", "river", away.held()) == ()


def test_another_key_is_never_put_over_one_that_is_there(secrets: Any, secret: str, tmp_path: Path) -> None:
    fill(secret, randomness=chance(1), names=(VAULT,))
    before = said(secrets, secret)
    with pytest.raises(Conflict, match="vault"):
        fill(secret, {VAULT: b"x" * 32, LOG: b"y" * 32}, randomness=chance(2))
    assert said(secrets, secret) == before
    LocalKeys(tmp_path, "river", chance(1)).master()
    with pytest.raises(Conflict, match="vault"):
        fill_home(tmp_path, "river", {VAULT: b"x" * 32, LOG: b"y" * 32})
    assert not LocalKeys(tmp_path, "river", chance(1)).file(LOG).exists()


def test_two_who_fill_at_once_end_with_the_same_keys(
    secrets: Any, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = keyring._read
    seen: list[str] = []

    def read_then_beaten(secret: str, region: str) -> Any:
        found = read(secret, region)
        if not seen:
            seen.append("beaten")
            assert fill(secret, randomness=chance(1)) == NAMES
        return found

    monkeypatch.setattr(keyring, "_read", read_then_beaten)
    assert fill(secret, randomness=chance(2)) == ()
    rand = chance(1)
    assert said(secrets, secret) == {name: base64.b64encode(rand(32)).decode() for name in NAMES}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{}", "还没有密钥"),
        ("", "不是密钥"),
        ("not json", "不是密钥"),
        ('["a"]', "不是密钥"),
        ('{"pseudonyms": 5}', "不是密钥"),
        ('{"log": "AAAA"}', "没有密钥“pseudonyms”"),
        ('{"pseudonyms": "AAAA"}', "不是 base64 写的 32 字节"),
        ('{"pseudonyms": "密钥"}', "不是 base64 写的 32 字节"),
    ],
)
def test_a_secret_without_the_key_is_refused_in_clear_words(
    secrets: Any, secret: str, content: str, words: str
) -> None:
    if content:
        secrets.put_secret_value(SecretId=secret, SecretString=content)
    else:
        secrets.put_secret_value(SecretId=secret, SecretBinary=b"\0\1")
    with pytest.raises(LoadFault, match=words) as refused:
        CloudKeys(secret, "river", chance(1)).pseudonyms()
    assert content in ("", "{}") or content not in str(refused.value)


def test_the_secret_of_an_application_lies_with_the_keys(
    secrets: Any, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(secret, randomness=chance(1))
    keys = CloudKeys(secret, "river", chance(2))
    assert keys.client_secrets() == LocalKeys(Path("nowhere"), "river", chance(1)).client_secrets() == {}
    told = {**said(secrets, secret), "client-secret": "s3cret of staff"}
    secrets.put_secret_value(SecretId=secret, SecretString=json.dumps(told))
    again = CloudKeys(secret, "river", chance(2))
    assert again.client_secrets() == {"staff": "s3cret of staff"}
    assert set(again.held()) == set(NAMES)  # it is the issuer's, and moves with nobody
    asked: dict[str, Any] = {}
    monkeypatch.setattr("linli_functions.openid.OpenIdentity", lambda *told: asked.update(secrets=told[2]))
    service = SimpleNamespace(deployment=SimpleNamespace(identity=object(), slug="river"), store=None)
    environment = {
        "LINLI_CLIENT_SECRET_RIVER_RESIDENTS": "of residents",
        "LINLI_CLIENT_SECRET_RIVER": "older",
    }
    identity_of(service, b"k" * 32, environment, again.client_secrets())  # type: ignore[arg-type]
    assert asked["secrets"] == {"staff": "s3cret of staff", "residents": "of residents"}


def test_a_secret_that_is_not_there_or_was_never_set(secrets: Any, secret: str) -> None:
    with pytest.raises(LoadFault, match="没有这个机密"):
        CloudKeys(secret.replace("river", "stream"), "river", chance(1)).sessions()
    with pytest.raises(LoadFault, match="没有这个机密"):
        fill(secret.replace("river", "stream"), randomness=chance(1))
    unset = str(secrets.create_secret(Name="unset")["ARN"])
    with pytest.raises(LoadFault, match="还没有密钥"):
        CloudKeys(unset, "river", chance(1)).sessions()
    assert fill(unset, randomness=chance(1)) == NAMES
    for arn in ("", "river-keys", "arn:aws:s3:::bucket"):
        with pytest.raises(LoadFault, match="LINLI_KEYS"):
            CloudKeys(arn, "river", chance(1))


def test_the_key_of_a_log_is_exchanged_while_the_one_before_signs_too(
    secrets: Any, secret: str, tmp_path: Path
) -> None:
    home = LocalKeys(tmp_path, "river", chance(1))
    before = home.signer().key
    home.file(LOG).rename(home.file(LOG_BEFORE))
    note = sign_checkpoint(Checkpoint("linli/river", 3, b"r" * 32), *signers_of(home.signer()))
    for key in (before, home.signer().key):
        assert verify_checkpoint(note, key).size == 3
    assert home.signer().key != before
    fill(secret, home.held(), randomness=chance(2))
    away = CloudKeys(secret, "river", chance(3))
    assert away.held()[LOG_BEFORE] == home.held()[LOG_BEFORE]
    assert [each.key for each in signers_of(away.signer())] == [home.signer().key, before]


class KeyService:
    """The two calls of the key service, as its reference describes them, with a key that stays here."""

    def __init__(self, *, refuses: bool = False) -> None:
        self.private = Ed25519PrivateKey.from_private_bytes(b"s" * 32)
        self.refuses = refuses
        self.asked: list[dict[str, Any]] = []

    def get_public_key(self, **asked: Any) -> dict[str, Any]:
        self.asked.append(asked)
        public = self.private.public_key()
        return {"PublicKey": public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)}

    def sign(self, **asked: Any) -> dict[str, Any]:
        self.asked.append(asked)
        if self.refuses:
            raise RuntimeError("gone")
        return {"Signature": self.private.sign(asked["Message"])}


ARN = f"arn:aws-cn:kms:{REGION}:123456789012:key/6fdc0f0c"


def test_a_log_is_signed_by_the_key_service_as_by_a_file() -> None:
    service = KeyService()
    signer = KmsSigner(service, ARN, "linli/river")
    note = sign_checkpoint(Checkpoint("linli/river", 3, b"r" * 32), signer)
    assert verify_checkpoint(note, signer.key).size == 3
    assert len([asked for asked in service.asked if "Message" not in asked]) == 1
    with pytest.raises(KeyServiceSilent, match="RuntimeError"):
        KmsSigner(KeyService(refuses=True), ARN, "linli/river").sign(b"x")


def test_what_the_key_service_is_asked_is_what_it_takes() -> None:
    from botocore.session import Session
    from botocore.validate import ParamValidator

    service = KeyService()
    signer = KmsSigner(service, ARN, "linli/river")
    signer.sign(b"text"), signer.key
    model = Session().create_client("kms", region_name=REGION).meta.service_model
    for asked in service.asked:
        operation = model.operation_model("Sign" if "Message" in asked else "GetPublicKey")
        assert not ParamValidator().validate(asked, operation.input_shape).has_errors()
    assert "ED25519_SHA_512" in model.shape_for("SigningAlgorithmSpec").enum
    assert "ECC_NIST_EDWARDS25519" in model.shape_for("KeySpec").enum


def test_a_key_of_another_kind_signs_nothing(secrets: Any) -> None:
    kms = boto3.client("kms", region_name=REGION)
    made = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["Arn"]
    with pytest.raises(LoadFault, match="不是 Ed25519"):
        _ = KmsSigner(kms, made, "linli/river").key


def test_the_secret_may_name_a_key_of_the_key_service(secrets: Any, secret: str) -> None:
    fill(secret, randomness=chance(1), names=("pseudonyms", "sessions"))
    secrets.put_secret_value(SecretId=secret, SecretString=json.dumps({**said(secrets, secret), "log": ARN}))
    keys = CloudKeys(secret, "river", chance(1))
    assert isinstance(keys.signer(), KmsSigner)
    assert set(keys.held()) == {"pseudonyms", "sessions"}
    assert fill(secret, randomness=chance(2), names=("log",)) == ()
