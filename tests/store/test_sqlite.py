"""What is particular to SQLite: the file, its owner, back-ups, and a check that finds what is wrong."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from linli.errors import BadInput, Corrupt, LoadFault
from linli.ledger import Posting
from linli.store import Claim, Commit, EntryWrite, StepWrite, StoredPosting
from linli.store_check import check
from linli.store_contract import BANK, COMMITTED, FUND, contents, step
from linli.store_memory import MemoryStore
from linli.store_sqlite import SqliteStore, StoreFailed


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@pytest.fixture
def store(path: Path) -> Iterator[SqliteStore]:
    store = SqliteStore(path, "contract")
    yield store
    store.close()


def fill(store: SqliteStore | MemoryStore) -> None:
    store.commit(
        Commit(
            steps=(
                step("m", 1, Posting(BANK, FUND, 1000)),
                step("m", 2, Posting(FUND, COMMITTED, 300)),
                step("n", 1),
            ),
            claims=(Claim("k", b"v"),),
            entries=(EntryWrite("r", "a", 1, b"1"), EntryWrite("r", "a", 2, b"2")),
        )
    )


def change(path: Path, *statements: str) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        for statement in statements:
            connection.execute(statement)
    connection.close()


def test_a_store_is_found_again_as_it_was_left(path: Path) -> None:
    store = SqliteStore(path, "contract")
    fill(store)
    before = contents(store)
    store.close()
    assert os.listdir(path.parent) == [path.name]
    reopened = SqliteStore(str(path), "contract")
    assert contents(reopened) == before
    reopened.close()


def test_the_store_of_another_deployment_is_not_opened(path: Path) -> None:
    SqliteStore(path, "dongcheng").close()
    with pytest.raises(LoadFault, match=r"dongcheng.*chongchuan"):
        SqliteStore(path, "chongchuan")


def test_a_store_of_other_tables_is_not_opened(path: Path) -> None:
    SqliteStore(path, "contract").close()
    change(path, "UPDATE meta SET value = 2 WHERE key = 'schema'")
    with pytest.raises(LoadFault, match="版本是 2"):
        SqliteStore(path, "contract")


@pytest.mark.parametrize("content", [b"", b"no database at all" * 400])
def test_a_file_that_is_no_store_is_not_opened(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(Corrupt, match="不是 Linli 的存储"):
        SqliteStore(path, "contract")
    assert path.read_bytes() == content


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreFailed, match="无法建立存储"):
        SqliteStore(tmp_path / "file" / "store.db", "contract")


def test_threads_that_open_one_new_store_at_once_share_it(path: Path) -> None:
    together = threading.Barrier(8)

    def open_and_commit(number: int) -> None:
        together.wait()
        store = SqliteStore(path, "contract")
        store.commit(Commit(claims=(Claim(str(number)),)))
        store.close()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(open_and_commit, range(8)))
    store = SqliteStore(path, "contract")
    assert [claim.key for claim in store.claims()] == list("01234567")
    store.close()


def test_a_closed_store_says_so(store: SqliteStore) -> None:
    store.close()
    store.close()
    with pytest.raises(StoreFailed, match="已经关闭"):
        store.head("m")
    with pytest.raises(StoreFailed, match="已经关闭"):
        store.commit(Commit())


def test_text_that_no_file_can_hold_is_bad_input(store: SqliteStore) -> None:
    with pytest.raises(BadInput):
        store.commit(Commit(claims=(Claim("fine"), Claim("\ud800"))))
    assert store.claims() == []


def test_readers_see_whole_commits_only(store: SqliteStore) -> None:
    done = threading.Event()

    def write() -> None:
        for number in range(1, 201):
            store.commit(
                Commit(steps=(step("a", number, Posting(BANK, FUND, 2), Posting(FUND, COMMITTED, 1)),))
            )
        done.set()

    with ThreadPoolExecutor(1) as threads:
        writing = threads.submit(write)
        while not done.is_set() and not writing.done():
            held = store.balances()
            assert held.get((FUND, "fen"), 0) == held.get((COMMITTED, "fen"), 0)
        writing.result()
    assert store.balance(FUND) == 200


@pytest.mark.parametrize("account", ["", FUND])
def test_an_iterator_of_postings_keeps_to_its_moment(store: SqliteStore, account: str) -> None:
    fill(store)
    postings = store.postings(account)
    next(postings)
    store.commit(Commit(steps=(step("later", 1, Posting(BANK, FUND, 1)),)))
    assert len(list(postings)) == 1
    assert len(list(store.postings(account))) == 3


def test_bytes_that_were_taken_down_are_in_no_file(store: SqliteStore, path: Path) -> None:
    secret = "居民张三的身份证复印件".encode() * 300
    digest = store.put_blob(secret)
    other = store.put_blob(b"other" * 3000)
    assert any(secret[:900] in file.read_bytes() for file in path.parent.iterdir())
    store.delete_blob(digest)
    assert not any(secret[:33] in file.read_bytes() for file in path.parent.iterdir())
    assert (store.blob(digest), store.blob(other)) == (None, b"other" * 3000)
    assert store.put_blob(secret) == digest
    assert store.blob(digest) == secret


def test_a_backup_is_a_store_of_its_own(store: SqliteStore, tmp_path: Path) -> None:
    fill(store)
    before = contents(store)
    store.backup(tmp_path / "backup.db")
    store.commit(Commit(steps=(step("later", 1),)))
    backup = SqliteStore(tmp_path / "backup.db", "contract")
    assert contents(backup) == before != contents(store)
    assert check(backup) == []
    backup.close()


def test_a_backup_replaces_nothing(store: SqliteStore, tmp_path: Path) -> None:
    (tmp_path / "taken.db").write_bytes(b"precious")
    with pytest.raises(BadInput, match="不会覆盖"):
        store.backup(tmp_path / "taken.db")
    with pytest.raises(StoreFailed, match="无法写备份"):
        store.backup(tmp_path / "missing" / "backup.db")
    assert (tmp_path / "taken.db").read_bytes() == b"precious"
    assert not [name for name in os.listdir(tmp_path) if name.startswith(".")]


def test_a_backup_among_writers_is_sound(store: SqliteStore, tmp_path: Path) -> None:
    done = threading.Event()

    def write() -> None:
        number = 0
        while not done.is_set():
            number += 1
            store.commit(Commit(steps=(step("m", number, Posting(BANK, FUND, 1)),)))

    with ThreadPoolExecutor(1) as threads:
        writing = threads.submit(write)
        try:
            for number in range(3):
                store.backup(tmp_path / f"backup{number}.db")
        finally:
            done.set()
        writing.result()
    for number in range(3):
        backup = SqliteStore(tmp_path / f"backup{number}.db", "contract")
        assert check(backup) == []
        assert backup.balance(FUND) == backup.head("m")
        backup.close()


def test_a_sound_store_has_no_faults(store: SqliteStore) -> None:
    assert check(store) == []
    fill(store)
    store.put_blob(b"x")
    assert check(store) == []


FAULTS = [
    ("UPDATE balances SET amount = 701 WHERE amount = 700", f"账户 {FUND}（fen）：余额 701，账目合计 700"),
    ("DELETE FROM balances WHERE amount = 300", f"账户 {COMMITTED}（fen）：余额 0，账目合计 300"),
    ("INSERT INTO balances VALUES ('forged', 'fen', 5)", "账户 forged（fen）：余额 5，账目合计 0"),
    ("UPDATE postings SET amount = 999 WHERE seq = 1", f"账户 {FUND}（fen）：余额 700，账目合计 699"),
    ("UPDATE heads SET number = 3 WHERE matter = 'm'", "事项 m：记录停在第 3 步，实有 2 步"),
    ("DELETE FROM heads WHERE matter = 'n'", "事项 n：记录停在第 0 步，实有 1 步"),
    ("INSERT INTO heads VALUES ('ghost', 1)", "事项 ghost：记录停在第 1 步，实有 0 步"),
    (
        "UPDATE steps SET number = 5 WHERE matter = 'm' AND number = 2",
        "事项 m：步骤编号有缺漏（共 2 步，编号 1 到 5）",
    ),
    ("UPDATE postings SET matter = 'gone' WHERE seq = 2", "账目 gone/2/0：没有对应的步骤"),
    ("DELETE FROM superseded", "登记条目 r/a：版本有缺漏（现为第 2 版，共存 1 版）"),
    ("DELETE FROM entries", "登记条目 r/a：版本有缺漏（现为第 0 版，共存 1 版）"),
    ("UPDATE blobs SET data = x'00'", "内容与哈希不符"),
]


@pytest.mark.parametrize(("statement", "fault"), FAULTS)
def test_the_check_names_what_does_not_fit(
    store: SqliteStore, path: Path, statement: str, fault: str
) -> None:
    fill(store)
    store.put_blob(b"x")
    change(path, statement)
    assert fault in check(store)[0]


def test_the_check_finds_an_index_that_differs_from_its_table(store: SqliteStore, path: Path) -> None:
    fill(store)
    change(
        path,
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_schema SET sql = replace(sql, '(source', '(destination') "
        "WHERE name = 'postings_by_source'",
    )
    reopened = SqliteStore(path, "contract")
    assert check(reopened)[0].startswith("存储文件：")
    reopened.close()


def test_the_check_reports_no_more_than_is_asked(store: SqliteStore, path: Path) -> None:
    fill(store)
    change(path, "UPDATE heads SET number = 9", "UPDATE balances SET amount = 1")
    assert len(check(store)) == 4
    assert check(store, most=3) == check(store)[:3]


def test_the_check_walks_a_store_that_knows_no_better_way() -> None:
    store = MemoryStore("contract")
    fill(store)
    assert check(store) == []
    store._balances[FUND, "fen"] = 1
    store._postings.append(StoredPosting("gone", 1, 0, Posting(BANK, FUND, 5)))
    assert check(store) == [f"账户 {FUND}（fen）：余额 1，账目合计 705", "账目 gone/1/0：没有对应的步骤"]


def test_long_steps_and_many_matters_come_back(store: SqliteStore) -> None:
    long = StepWrite("long", 1, os.urandom(300_000), b"s" * 16, b"l" * 32)
    many = tuple(step(f"m{number:04}", 1) for number in range(1500))
    store.commit(Commit(steps=(long, *many)))
    assert store.steps("long")[0].body == long.body
    first = store.matters()
    assert len(first) == 1000
    assert len(store.matters(after=first[-1])) == 501
