"""The master key in a key service, against moto; in any partition, and with no person in what the service logs."""

import subprocess
import sys

import boto3
import pytest
from moto import mock_aws
from msgspec import structs

from linli.errors import Corrupt
from linli.issuers import KEY_ARN
from linli.vault import Forgotten, MemoryVaultRows, Vault
from linli.vault_kms import KeyServiceSilent, KmsMasterKey
from linli_functions.clocks import SystemClock
from linli_functions.opening import KEYS, open_service
from tests.functions.offices import deployment
from tests.record.test_vault import NOW, Random

REGION = "cn-northwest-1"


@pytest.fixture
def kms(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        yield boto3.client("kms", region_name=REGION)


@pytest.fixture
def arn(kms):
    return kms.create_key()["KeyMetadata"]["Arn"]


class Watched:
    """A client that keeps what it was asked."""

    def __init__(self, client):
        self.client = client
        self.asked = []

    def encrypt(self, **asked):
        self.asked.append(asked)
        return self.client.encrypt(**asked)

    def decrypt(self, **asked):
        self.asked.append(asked)
        return self.client.decrypt(**asked)


def test_the_key_of_a_chinese_region_has_the_partition_of_china(arn):
    assert arn.startswith("arn:aws-cn:kms:cn-northwest-1:") and KEY_ARN.fullmatch(arn)


def test_a_key_comes_back_as_it_was(kms, arn):
    master = KmsMasterKey(kms, arn)
    wrapped = master.wrap(b"k" * 32, "person-1")
    assert b"k" * 32 not in wrapped
    assert master.unwrap(wrapped, "person-1") == b"k" * 32


def test_a_key_of_someone_else_or_one_that_was_changed_is_corrupt(kms, arn):
    master = KmsMasterKey(kms, arn)
    wrapped = master.wrap(b"k" * 32, "person-1")
    with pytest.raises(Corrupt):
        master.unwrap(wrapped, "person-2")
    with pytest.raises(Corrupt):
        master.unwrap(wrapped[:-1] + bytes([wrapped[-1] ^ 1]), "person-1")


def test_another_key_opens_nothing(kms, arn):
    wrapped = KmsMasterKey(kms, arn).wrap(b"k" * 32, "person-1")
    other = kms.create_key()["KeyMetadata"]["Arn"]
    with pytest.raises((Corrupt, KeyServiceSilent)):
        KmsMasterKey(kms, other).unwrap(wrapped, "person-1")


def test_the_service_is_told_no_person(kms, arn):
    client = Watched(kms)
    master = KmsMasterKey(client, arn)
    master.unwrap(master.wrap(b"k" * 32, "residents:zhang"), "residents:zhang")
    assert len(client.asked) == 2
    assert "zhang" not in str([asked["EncryptionContext"] for asked in client.asked])


def test_a_vault_under_it_seals_opens_and_forgets(kms, arn):
    vault = Vault(MemoryVaultRows(), KmsMasterKey(kms, arn), Random(7).randbytes)
    ref = vault.seal("person-1", "m-1", "phone", "13800000000")
    assert vault.open(ref, reader="r", reason="核对", at=NOW) == "13800000000"
    assert vault.forget("person-1").unreadable == 1
    with pytest.raises(Forgotten):
        vault.open(ref, reader="r", reason="核对", at=NOW)


def test_a_service_that_refuses_is_silent_and_says_why_without_the_person(kms, arn):
    gone = KmsMasterKey(kms, arn[:-12] + "0" * 12)
    with pytest.raises(KeyServiceSilent, match="NotFoundException") as error:
        gone.wrap(b"k" * 32, "residents:zhang")
    assert "zhang" not in str(error.value) and error.value.status == 503


def test_a_deployment_that_names_a_key_wraps_with_it(kms, arn, tmp_path):
    service = open_service(
        structs.replace(deployment(), vault_key=arn), tmp_path, SystemClock(), Random(7).randbytes
    )
    ref = service.desk.vault.seal("person-1", "m-1", "phone", "13800000000")
    assert service.desk.vault.open(ref, reader="r", reason="核对", at=NOW) == "13800000000"
    service.store.close()
    assert not (tmp_path / KEYS / "dongcheng.vault").exists()


def test_neither_the_vault_nor_its_master_keys_load_a_clouds_library():
    code = "import sys, linli.vault, linli.vault_kms; sys.exit('boto3' in sys.modules or 'cryptography' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
