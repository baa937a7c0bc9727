"""Backing up while others write, restoring, upgrading: commands over a store that a real office filled."""

import json
import shutil
import sqlite3
import threading
from pathlib import Path

import pytest

from linli.errors import BadInput, Corrupt, LoadFault, NotFound
from linli.publication import publish
from linli.store_sqlite import SqliteStore
from linli.store_upgrades import upgrade
from linli_cli.main import main
from linli_functions.backups import back_up, read_backup, restore
from linli_functions.opening import log_signer
from tests.functions.offices import NOW, Office, deployment

SLUG, STORE = "dongcheng", "dongcheng.sqlite3"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def store(home: Path) -> SqliteStore:
    return SqliteStore(home / deployment(SLUG).store, SLUG)


@pytest.fixture
def office(home: Path, store: SqliteStore) -> Office:
    return Office(home, store=store)


def linli(*words: object) -> int:
    return main(["--deployment", SLUG, *map(str, words)])


def told(capsys: pytest.CaptureFixture[str], *words: object) -> dict[str, object]:
    capsys.readouterr()
    assert linli(*words, "--json") == 0
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def published(office: Office, home: Path) -> None:
    publish(office.service.desk, log_signer(home, SLUG))


def test_what_was_backed_up_comes_back_whole(
    office: Office, store: SqliteStore, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    matter = office.applied()
    published(office, home)
    assert linli("backup", tmp_path / "copy", "--keys", tmp_path / "safe", "--home", home) == 0
    office.applied()  # after the copy: lost with the store
    store.close()
    shutil.rmtree(home)
    found = told(capsys, "restore", tmp_path / "copy", "--home", home)
    assert found == {
        SLUG: {
            "leaves": read_backup(tmp_path / "copy").stores[0].leaves,
            "aside": "",
            "unseen": 0,
            "faults": [],
        }
    }
    again = SqliteStore(home / deployment(SLUG).store, SLUG)
    assert again.matters() == [matter]
    again.close()
    assert [file.stat().st_mode & 0o777 for file in (tmp_path / "safe").iterdir()] == [0o600]


def test_a_copy_made_among_writers_is_one_moment(
    office: Office, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            office.applied()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            assert linli("backup", tmp_path / f"copy{number}", "--home", home) == 0
    finally:
        stop.set()
        writer.join()
    for number in range(3):
        found = told(capsys, "restore", tmp_path / f"copy{number}", "--home", tmp_path / f"home{number}")
        assert found[SLUG]["faults"] == []  # type: ignore[index]


def test_a_store_that_is_there_is_set_aside_and_never_lost(
    office: Office, store: SqliteStore, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    office.applied()
    linli("backup", tmp_path / "copy", "--home", home)
    office.applied()
    store.close()
    assert linli("restore", tmp_path / "copy", "--home", home) == 2
    assert "--replace" in capsys.readouterr().err
    aside = told(capsys, "restore", tmp_path / "copy", "--home", home, "--replace")[SLUG]["aside"]  # type: ignore[index]
    old, new = SqliteStore(home / aside, SLUG), SqliteStore(home / deployment(SLUG).store, SLUG)
    assert (len(old.matters()), len(new.matters())) == (2, 1)


def test_a_log_shorter_than_what_readers_have_seen_is_said(
    office: Office, store: SqliteStore, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    office.applied()
    published(office, home)
    linli("backup", tmp_path / "copy", "--home", home)
    office.applied()
    published(office, home)
    fact = json.loads(store.row("record", "log") or b"{}")
    shown = home / "portal" / SLUG / "log"
    shown.mkdir(parents=True)
    (shown / "checkpoint").write_text(fact["checkpoint"], "utf-8")
    store.close()
    found = told(capsys, "restore", tmp_path / "copy", "--home", home, "--replace")[SLUG]
    assert found["unseen"] == fact["size"] - read_backup(tmp_path / "copy").stores[0].leaves > 0  # type: ignore[index]


def test_a_damaged_copy_is_refused_before_anything_is_touched(
    office: Office, store: SqliteStore, home: Path, tmp_path: Path
) -> None:
    office.applied()
    back_up([deployment(SLUG)], home, tmp_path / "copy", NOW)
    store.close()
    file = tmp_path / "copy" / STORE
    data = bytearray(file.read_bytes())
    data[-100] ^= 1
    file.write_bytes(data)
    before = {path.name: path.read_bytes() for path in home.iterdir() if path.is_file()}
    with pytest.raises(Corrupt):
        restore([deployment(SLUG)], tmp_path / "copy", home, home / "portal", replace=True, stamp="x")
    assert {path.name: path.read_bytes() for path in home.iterdir() if path.is_file()} == before


def test_a_copy_goes_into_a_new_folder_and_keys_never_beside_it(
    office: Office, home: Path, tmp_path: Path
) -> None:
    (tmp_path / "taken").mkdir()
    with pytest.raises(BadInput, match="已经在那里"):
        back_up([deployment(SLUG)], home, tmp_path / "taken", NOW)
    with pytest.raises(BadInput, match="不能和存储"):
        back_up([deployment(SLUG)], home, tmp_path / "copy", NOW, tmp_path / "copy" / "keys")


@pytest.mark.parametrize("text", [None, "{", '{"made": 3}'])
def test_a_folder_without_a_back_up_is_told(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "backup.json").write_text(text, "utf-8")
    with pytest.raises(NotFound if text is None else Corrupt):
        read_backup(tmp_path)


# Upgrading


def _wider(connection: sqlite3.Connection) -> None:
    connection.execute("ALTER TABLE heads ADD COLUMN note TEXT")


def _breaks(connection: sqlite3.Connection) -> None:
    _wider(connection)
    connection.execute("INSERT INTO nowhere VALUES (1)")


STEPS = {
    1: ("步骤表多一列", _wider),
    2: ("再多一列", lambda c: c.execute("ALTER TABLE heads ADD COLUMN more TEXT")),
}


def columns(path: Path) -> list[str]:
    connection = sqlite3.connect(path)
    found = [row[1] for row in connection.execute("PRAGMA table_info(heads)")]
    connection.close()
    return found


def test_a_dry_run_does_everything_and_keeps_nothing(store: SqliteStore) -> None:
    store.close()
    tried = upgrade(store.path, dry_run=True, upgrades=STEPS, wanted=3)  # type: ignore[arg-type]
    assert (tried.before, tried.after, tried.changes) == (1, 3, ("步骤表多一列", "再多一列"))
    assert columns(store.path) == ["matter", "number"]
    assert upgrade(store.path, dry_run=False, upgrades=STEPS, wanted=3) == tried  # type: ignore[arg-type]
    assert columns(store.path) == ["matter", "number", "note", "more"]


def test_a_newer_store_is_refused_with_what_to_do(store: SqliteStore) -> None:
    store.close()
    upgrade(store.path, dry_run=False, upgrades=STEPS, wanted=3)  # type: ignore[arg-type]
    with pytest.raises(LoadFault, match="更新的版本"):
        SqliteStore(store.path, SLUG)
    with pytest.raises(LoadFault, match="更新的版本"):
        upgrade(store.path, dry_run=False)


def test_an_older_store_is_refused_until_it_is_upgraded(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.close()
    monkeypatch.setattr("linli.store_tables.SCHEMA", 2)
    with pytest.raises(LoadFault, match="linli upgrade --dry-run"):
        SqliteStore(store.path, SLUG)


def test_an_upgrade_that_fails_half_way_leaves_the_store_as_it_was(store: SqliteStore) -> None:
    store.close()
    with pytest.raises(Exception, match="nowhere"):
        upgrade(store.path, dry_run=False, upgrades={1: ("坏的", _breaks)}, wanted=2)
    assert columns(store.path) == ["matter", "number"]


def test_a_step_that_is_missing_is_told(store: SqliteStore) -> None:
    store.close()
    with pytest.raises(LoadFault, match="不知道怎样从版本 1 升级"):
        upgrade(store.path, dry_run=True, upgrades={}, wanted=2)


def test_the_store_of_today_needs_no_upgrade(
    office: Office, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told(capsys, "upgrade", "--dry-run", "--home", home) == {
        SLUG: {"before": 1, "after": 1, "changes": []}
    }
