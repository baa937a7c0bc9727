from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.citations import Rank, Source
from linli.errors import BadInput, Conflict, Corrupt, Forbidden, NotFound
from linli.receipts import receipt_code, receipt_hash
from linli.vault import Forgotten, LocalMasterKey, MemoryVaultRows, Ref, Vault, pseudonym

NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
ARCHIVES = Source("archives-2020", "中华人民共和国档案法", Rank.LAW, date(2021, 1, 1))


@pytest.fixture
def rows() -> MemoryVaultRows:
    return MemoryVaultRows()


@pytest.fixture
def vault(rows: MemoryVaultRows, tmp_path: Path) -> Vault:
    random = Random(7)
    return Vault(rows, LocalMasterKey(tmp_path / "master.key", random.randbytes), random.randbytes)


def read(vault: Vault, ref: Ref) -> str:
    return vault.open(ref, reader="p-clerk", reason="核对联系方式", at=NOW)


def test_what_is_sealed_opens_again_and_the_read_is_logged(vault: Vault, rows: MemoryVaultRows) -> None:
    ref = vault.seal("person-1", "m-1", "phone", "13800000000")
    assert read(vault, ref) == "13800000000"
    assert rows.reads == [("p-clerk", ref, "核对联系方式", NOW)]


def test_no_row_holds_what_was_sealed(vault: Vault, rows: MemoryVaultRows) -> None:
    vault.seal("person-1", "m-1", "name", "张三")
    stored = b"".join([*rows.keys.values(), *rows.sealed.values()])
    assert "张三".encode() not in stored


def test_a_read_without_a_reader_a_reason_or_a_zone_is_refused(vault: Vault, rows: MemoryVaultRows) -> None:
    ref = vault.seal("person-1", "m-1", "phone", "13800000000")
    with pytest.raises(BadInput):
        vault.open(ref, reader=" ", reason="核对", at=NOW)
    with pytest.raises(BadInput):
        vault.open(ref, reader="p-clerk", reason="", at=NOW)
    with pytest.raises(BadInput, match="时区"):
        vault.open(ref, reader="p-clerk", reason="核对", at=NOW.replace(tzinfo=None))
    assert rows.reads == []


def test_a_read_that_cannot_be_logged_shows_nothing(vault: Vault, rows: MemoryVaultRows) -> None:
    ref = vault.seal("person-1", "m-1", "phone", "13800000000")

    def full(*_: object) -> None:
        raise OSError("disk full")

    rows.log_read = full  # type: ignore[method-assign]
    with pytest.raises(OSError, match="disk full"):
        read(vault, ref)


def test_a_value_that_was_moved_to_another_field_or_person_does_not_open(
    vault: Vault, rows: MemoryVaultRows
) -> None:
    ref = vault.seal("person-1", "m-1", "phone", "13800000000")
    other = vault.seal("person-1", "m-1", "name", "张三")
    rows.sealed[other] = rows.sealed[ref]
    with pytest.raises(Corrupt):
        read(vault, other)


def test_a_changed_byte_is_noticed(vault: Vault, rows: MemoryVaultRows) -> None:
    ref = vault.seal("person-1", "m-1", "phone", "13800000000")
    cipher = rows.sealed[ref]
    rows.sealed[ref] = cipher[:-1] + bytes([cipher[-1] ^ 1])
    with pytest.raises(Corrupt):
        read(vault, ref)


def test_the_key_of_one_person_does_not_serve_for_another(vault: Vault, rows: MemoryVaultRows) -> None:
    vault.seal("person-1", "m-1", "phone", "13800000000")
    rows.keys["person-2"] = rows.keys["person-1"]
    with pytest.raises(Corrupt):
        vault.seal("person-2", "m-1", "phone", "13900000000")


def test_nothing_sealed_is_not_the_same_as_forgotten(vault: Vault) -> None:
    with pytest.raises(NotFound) as caught:
        read(vault, Ref("person-1", "m-1", "phone"))
    assert not isinstance(caught.value, Forgotten)


def test_a_forgotten_person_cannot_be_read_and_others_can(vault: Vault, rows: MemoryVaultRows) -> None:
    refs = [vault.seal("person-1", "m-1", field, field) for field in ("phone", "name")]
    other = vault.seal("person-2", "m-1", "phone", "13900000000")
    assert vault.forget("person-1").unreadable == 2
    assert "person-1" not in rows.keys
    for ref in refs:
        with pytest.raises(Forgotten):
            read(vault, ref)
    assert read(vault, other) == "13900000000"


def test_who_comes_back_gets_a_new_key_and_the_old_stays_forgotten(vault: Vault) -> None:
    old = vault.seal("person-1", "m-1", "phone", "13800000000")
    vault.forget("person-1")
    new = vault.seal("person-1", "m-2", "phone", "13700000000")
    assert read(vault, new) == "13700000000"
    with pytest.raises(Forgotten):
        read(vault, old)


def test_a_duty_to_keep_forbids_forgetting_and_is_cited(vault: Vault) -> None:
    ref = vault.seal("person-1", "m-1", "phone", "13800000000")
    with pytest.raises(Forbidden, match="《中华人民共和国档案法》第13条"):
        vault.forget("person-1", ARCHIVES.article(13))
    assert read(vault, ref) == "13800000000"


def test_a_key_that_does_not_go_away_is_reported(vault: Vault, rows: MemoryVaultRows) -> None:
    vault.seal("person-1", "m-1", "phone", "13800000000")
    rows.delete_key = lambda person: None  # type: ignore[method-assign]
    with pytest.raises(Conflict, match="再执行"):
        vault.forget("person-1")


def test_the_key_that_was_first_stands(vault: Vault, rows: MemoryVaultRows, tmp_path: Path) -> None:
    first: dict[str, bytes] = {}
    keep = rows.put_key

    def someone_else_is_faster(person: str, wrapped: bytes) -> None:
        master = LocalMasterKey(tmp_path / "master.key", Random(1).randbytes)
        first[person] = master.wrap(b"k" * 32, person)
        keep(person, first[person])
        keep(person, wrapped)

    rows.put_key = someone_else_is_faster  # type: ignore[method-assign]
    ref = vault.seal("person-1", "m-1", "phone", "13800000000")
    assert rows.keys == first
    assert read(vault, ref) == "13800000000"


def test_the_master_key_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    wrapped = LocalMasterKey(path, Random(1).randbytes).wrap(b"k" * 32, "person-1")
    assert path.stat().st_mode & 0o777 == 0o600
    assert LocalMasterKey(path, Random(2).randbytes).unwrap(wrapped, "person-1") == b"k" * 32


def test_a_pseudonym_differs_from_matter_to_matter_and_stays_within_one() -> None:
    secret = bytes(range(32))
    here, there = pseudonym(secret, "person-1", "m-1"), pseudonym(secret, "person-1", "m-2")
    assert here == pseudonym(secret, "person-1", "m-1")
    assert (
        len({here, there, pseudonym(secret, "person-2", "m-1"), pseudonym(bytes(32), "person-1", "m-1")}) == 4
    )
    assert len(here) == 16 and here.isalnum() and here == here.lower()


def test_person_and_matter_do_not_run_into_each_other() -> None:
    assert pseudonym(bytes(32), "ab", "c") != pseudonym(bytes(32), "a", "bc")


def test_a_short_secret_makes_no_pseudonym() -> None:
    with pytest.raises(BadInput):
        pseudonym(b"short", "person-1", "m-1")


CODES = st.binary(min_size=12, max_size=12).map(lambda data: receipt_code(lambda count: data[:count]))
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@given(CODES)
def test_a_receipt_code_reads_as_people_write_it(code: str) -> None:
    assert len(code) == 24 and [len(group) for group in code.split("-")] == [4] * 5
    sloppy = code.lower().replace("0", "o").replace("1", "l").replace("-", " ")
    assert receipt_hash(sloppy) == receipt_hash(code)


@given(CODES, st.integers(0, 19), st.sampled_from(ALPHABET))
def test_a_wrong_character_in_a_receipt_code_is_noticed(code: str, at: int, character: str) -> None:
    plain = code.replace("-", "")
    wrong = plain[:at] + character + plain[at + 1 :]
    if wrong != plain:
        with pytest.raises(BadInput, match="抄错"):
            receipt_hash(wrong)


@given(CODES, st.integers(0, 19), st.integers(0, 19))
def test_two_swapped_characters_in_a_receipt_code_are_noticed(code: str, one: int, other: int) -> None:
    swapped = list(code.replace("-", ""))
    swapped[one], swapped[other] = swapped[other], swapped[one]
    if swapped != list(code.replace("-", "")):
        with pytest.raises(BadInput, match="抄错"):
            receipt_hash("".join(swapped))


@pytest.mark.parametrize("code", ["", "7K3M", "UUUU-UUUU-UUUU-UUUU-UUUU", "7K3M-Q2XR-9D0A-VH5T-E8WC-0"])
def test_what_is_no_receipt_code_is_refused(code: str) -> None:
    with pytest.raises(BadInput):
        receipt_hash(code)


def test_codes_use_all_the_randomness_they_can_hold() -> None:
    random = Random(3)
    codes = {receipt_code(random.randbytes) for _ in range(1000)}
    assert len(codes) == 1000
    for bit in range(95):
        flipped = receipt_code(lambda count, bit=bit: (1 << bit).to_bytes(count, "big"))  # type: ignore[misc]
        assert flipped != receipt_code(bytes)
