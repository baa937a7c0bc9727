"""A deployment moves from a file to a table and back, and nothing of its record changes."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from linli.archive import check_archive, write_archive
from linli.deployment import Deployment, load
from linli.errors import BadInput, Conflict, Corrupt, LoadFault, NotFound
from linli.ledger import Posting
from linli.moving import move_in
from linli.publication import publish
from linli.sequencing import checkpoint, read_head
from linli.store import Commit, Store
from linli.store_contract import step
from linli.store_memory import MemoryStore
from linli.store_sqlite import SqliteStore
from linli_cli.main import main
from linli_functions.clocks import SystemClock
from linli_functions.demo_build import build_deployment
from linli_functions.keyring import FOLDER as KEYS
from linli_functions.keyring import CloudKeys, Keyring, fill_home
from linli_functions.moving import moved_in, moved_out
from linli_functions.opening import log_signer, open_service
from tests.functions.offices import NOW, Office
from tests.store import emulators

INFRA = Path(__file__).parents[2] / "infra"
SLUG, DONGCHENG = "lugu", "dongcheng"
STORE, ITS_STORE = (load(INFRA / "deployments" / f"{slug}.toml").store for slug in (SLUG, DONGCHENG))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two years of a street, as the demo plays them, published."""
    folder = tmp_path_factory.mktemp("street")
    build_deployment(INFRA / "deployments" / f"{SLUG}.toml", folder)
    service = open_service(load(INFRA / "deployments" / f"{SLUG}.toml"), folder, SystemClock())
    with closing(service.store):
        publish(service.desk, log_signer(folder, SLUG))
        service.store.put_blob(b"x" * 600_000)
    return folder


Infra = Callable[..., Path]


@pytest.fixture
def infra(tmp_path: Path) -> Infra:
    """Makes a folder of configurations in which a deployment's file says something else."""

    def made(slug: str = SLUG, **said: str) -> Path:
        folder = tmp_path / f"infra-{len(list(tmp_path.iterdir()))}"
        shutil.copytree(INFRA, folder)
        file = folder / "deployments" / f"{slug}.toml"
        head, table, rest = file.read_text("utf-8").partition("\n[")
        lines = [line for line in head.splitlines() if line.partition(" ")[0] not in said]
        told = [f'{key} = "{value}"' for key, value in said.items()]
        file.write_text("\n".join([*lines, *told]) + table + rest, "utf-8")
        return folder

    return made


def linli(infra: Path, *words: object, slug: str = SLUG) -> int:
    return main(["--infra", str(infra), "--deployment", slug, *map(str, words)])


def contents(file: Path) -> dict[str, list[Any]]:
    """Every row of every table, but for the order in which steps of different matters came and what notes a move."""
    with closing(sqlite3.connect(file)) as connection:
        tables = ("heads", "balances", "claims", "entries", "superseded", "rows", "blobs")
        found = {table: sorted(connection.execute(f"SELECT * FROM {table}")) for table in tables}
        found["steps"] = sorted(connection.execute("SELECT matter, number, body, salt, leaf FROM steps"))
        found["postings"] = list(
            connection.execute(
                "SELECT matter, number, ordinal, source, destination, amount, commodity, purpose, reverses "
                "FROM postings ORDER BY seq"
            )
        )
    return found


def test_a_street_moves_into_the_cloud_and_back_without_losing_a_step(
    home: Path, infra: Infra, tmp_path: Path, ministack: str, capsys: pytest.CaptureFixture[str]
) -> None:
    table = emulators.new_table(ministack)
    here, cloud = infra(), infra(store=f"dynamodb:{table}?region={emulators.REGION}&endpoint={ministack}")
    assert linli(here, "move", "out", tmp_path / "1.linli", "--keys", tmp_path / "safe", "--home", home) == 0
    there = tmp_path / "there"
    capsys.readouterr()
    words = ("move", "in", tmp_path / "1.linli", "--keys", tmp_path / "safe", "--home", there, "--json")
    assert linli(cloud, *words) == 0
    told = json.loads(capsys.readouterr().out)
    before = SqliteStore(home / STORE, SLUG)
    with closing(before):
        head, signed = read_head(before)[0], checkpoint(before, log_signer(home, SLUG))
    assert told == {"slug": SLUG, "leaves": head.size, "root": head.root, "faults": []}
    after = open_service(load(cloud / "deployments" / f"{SLUG}.toml"), there, SystemClock())
    with closing(after.store):
        assert checkpoint(after.store, log_signer(there, SLUG)) == signed
    assert linli(cloud, "replay", "--home", there) == 0
    assert linli(cloud, "ledger", "check", "--home", there) == 0
    assert linli(cloud, "move", "out", tmp_path / "2.linli", "--home", there) == 0
    assert (tmp_path / "2.linli").read_bytes() == (tmp_path / "1.linli").read_bytes()
    back = tmp_path / "back"
    assert linli(here, "move", "in", tmp_path / "2.linli", "--keys", tmp_path / "safe", "--home", back) == 0
    came, was = contents(back / STORE), contents(home / STORE)
    assert [table for table in was if came[table] != was[table]] == []


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    folder = tmp_path / "office"
    folder.mkdir()
    store = SqliteStore(folder / ITS_STORE, DONGCHENG)
    made = Office(folder, store=store)
    made.applied()
    held = {"vault": (folder / f"{DONGCHENG}.key").read_bytes(), "pseudonyms": b"7" * 32}
    fill_home(folder, DONGCHENG, held)
    publish(made.service.desk, log_signer(folder, DONGCHENG))
    yield made
    store.close()


class Killed(BaseException):
    """The process dies."""


class Dying:
    """A store that dies at its n-th write, before or after it took effect."""

    def __init__(self, store: Any, at: int, *, after: bool) -> None:
        self._store, self._left, self._after = store, at, after

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._store, name)
        if name not in ("commit", "put_blob", "set_moving"):
            return found

        def dying(*given: Any) -> Any:
            self._left -= 1
            if self._left == 0 and not self._after:
                raise Killed
            answer = found(*given)
            if self._left == 0:
                raise Killed
            return answer

        return dying


@pytest.mark.parametrize("after", [False, True], ids=["before-the-write", "after-the-write"])
def test_a_move_that_was_cut_short_goes_on_and_nobody_works_with_half_of_it(
    office: Office, tmp_path: Path, after: bool
) -> None:
    source = tmp_path / "office" / ITS_STORE
    archive = tmp_path / "a.linli"
    with closing(SqliteStore(source, DONGCHENG)) as store, archive.open("wb") as out:
        write_archive(store, out)
    for at in range(1, 1000):
        target = tmp_path / f"{at}.sqlite3"
        dead = SqliteStore(target, DONGCHENG, arriving=True)
        try:
            move_in(Dying(dead, at, after=after), archive)
        except Killed:
            dead.close()
        else:
            dead.close()
            break
        if not (at == 1 and not after) and dead_half(target):
            with pytest.raises(LoadFault, match="还没有搬完"):
                SqliteStore(target, DONGCHENG)
        again = SqliteStore(target, DONGCHENG, arriving=True)
        if again.moving() or at == 1:
            move_in(again, archive)
        again.close()
        assert contents(target) == contents(source)
        SqliteStore(target, DONGCHENG).close()
    assert at > 5


def dead_half(target: Path) -> bool:
    """Whether the file still notes that something is being moved there."""
    with closing(SqliteStore(target, DONGCHENG, arriving=True)) as store:
        return bool(store.moving())


def test_what_is_in_the_way_or_not_its_own_is_refused_before_anything_is_written(
    office: Office, infra: Infra, tmp_path: Path, home: Path
) -> None:
    own = load(INFRA / "deployments" / f"{DONGCHENG}.toml")
    here = tmp_path / "office"
    archive, keys = tmp_path / "a.linli", tmp_path / "safe"
    moved_out(own, here, archive, keys)
    with pytest.raises(BadInput, match="不是空的"):
        moved_in(own, here, archive)
    with pytest.raises(BadInput, match="已经在那里"):
        moved_out(own, here, archive)
    with pytest.raises(BadInput, match="不能和存储放在一起"):
        moved_out(own, here, keys / "b.linli", keys)
    with pytest.raises(NotFound, match="没有存储"):
        moved_out(own, tmp_path / "nobody", tmp_path / "b.linli")
    with pytest.raises(NotFound, match="个人信息将打不开"):
        moved_in(own, tmp_path / "new", archive)
    street = load(INFRA / "deployments" / f"{SLUG}.toml")
    with pytest.raises(BadInput, match="文件是部署“dongcheng”的，这里是“lugu”"):
        moved_in(street, home, archive)
    another = tmp_path / "another"
    fill_home(another, DONGCHENG, {"pseudonyms": b"1" * 32})
    with pytest.raises(Conflict, match="另一把密钥"):
        moved_in(own, another, archive, keys)
    assert linli(infra(), "move", "in", tmp_path / "nothing", "--home", home) == 2
    with pytest.raises(BadInput, match="正在搬入另一个文件"):
        begun = SqliteStore(tmp_path / "begun.sqlite3", DONGCHENG, arriving=True)
        with closing(begun):
            begun.set_moving("another")
            move_in(begun, archive)


def test_keys_come_when_the_store_is_closed_to_those_who_wait_for_them(
    office: Office, tmp_path: Path
) -> None:
    archive, seen = tmp_path / "a.linli", list[str]()
    with archive.open("wb") as out:
        write_archive(office.service.store, out)
    target = SqliteStore(tmp_path / "t.sqlite3", DONGCHENG, arriving=True)

    def refused() -> None:
        seen.append(target.moving())
        raise Conflict("another key")

    with closing(target):
        with pytest.raises(Conflict):
            move_in(target, archive, None, refused)
        assert seen == [check_archive(archive)[1]]
        assert target.moving() == "" and target.matters() == []
        move_in(target, archive, None, lambda: seen.append(target.moving()))
        assert seen[0] == seen[1]


@pytest.mark.parametrize("cut", [0, 1, 10, 500, -1, -20])
def test_a_file_that_was_cut_short_is_refused_before_anything_is_written(
    office: Office, tmp_path: Path, cut: int
) -> None:
    archive = tmp_path / "a.linli"
    with archive.open("wb") as out:
        write_archive(office.service.store, out)
    archive.write_bytes(archive.read_bytes()[:cut])
    target = SqliteStore(tmp_path / "t.sqlite3", DONGCHENG, arriving=True)
    with closing(target), pytest.raises(Corrupt, match="损坏"):
        move_in(target, archive)
    assert not dead_half(tmp_path / "t.sqlite3")


def test_a_file_in_which_a_byte_changed_is_refused(office: Office, tmp_path: Path) -> None:
    archive = tmp_path / "a.linli"
    with archive.open("wb") as out:
        write_archive(office.service.store, out)
    whole = archive.read_bytes()
    for at in range(0, len(whole), max(1, len(whole) // 60)):
        if at in range(4, 10):
            continue  # gzip's own time, flags and system, which say nothing of the content
        archive.write_bytes(whole[:at] + bytes([whole[at] ^ 0x10]) + whole[at + 1 :])
        with pytest.raises(Corrupt):
            check_archive(archive)


def test_steps_that_only_together_keep_an_account_above_zero_arrive(tmp_path: Path) -> None:
    """A commit is netted: its second step may bring what its first one spends."""
    store: Store = MemoryStore("river")
    for number in range(60):
        spends = step(f"a{number:02}", 1, Posting("fund:x", "outside:shop", 5, "fen", "", ""))
        brings = step(f"b{number:02}", 1, Posting("outside:bank", "fund:x", 5, "fen", "", ""))
        filler = tuple(step(f"c{number:02}-{n}", 1) for n in range(number % 7))
        store.commit(Commit(steps=(*filler, spends, brings)))
    archive = tmp_path / "a.linli"
    with archive.open("wb") as out:
        write_archive(store, out)
    with closing(SqliteStore(tmp_path / "t.sqlite3", "river", arriving=True)) as target:
        move_in(target, archive)
        assert list(target.postings()) == list(store.postings())
        assert target.balances() == store.balances()


def test_nobody_may_write_while_a_store_is_moved_out(office: Office, tmp_path: Path) -> None:
    store = office.service.store

    class Busy:
        def __getattr__(self, name: str) -> Any:
            return getattr(store, name)

        def names(self) -> Any:
            office.applied()
            publish(office.service.desk)
            return store.names()

    with (tmp_path / "a.linli").open("wb") as out, pytest.raises(Exception, match="还有人在写"):
        write_archive(Busy(), out)


def test_keys_move_into_a_secret_and_those_of_persons_are_wrapped_by_the_key_service(
    office: Office, infra: Infra, tmp_path: Path, moto: str
) -> None:
    import boto3

    where = {"region_name": emulators.REGION}
    ref = office.service.desk.vault.seal("clerk", "m", "f", "张三")
    arn = str(boto3.client("kms", **where).create_key()["KeyMetadata"]["Arn"])
    secret = str(
        boto3.client("secretsmanager", **where).create_secret(Name="river", SecretString="{}")["ARN"]
    )
    cloud = load(infra(DONGCHENG, vault_key=arn) / "deployments" / f"{DONGCHENG}.toml")
    own = load(INFRA / "deployments" / f"{DONGCHENG}.toml")
    was, away, back = (tmp_path / name for name in ("office", "cloud", "back"))

    def read(at: Deployment, folder: Path, keys: Keyring | None = None) -> str:
        opened = open_service(at, folder, SystemClock(), keys=keys)
        with closing(opened.store):
            assert opened.desk.pseudonym("clerk", "m") == office.service.desk.pseudonym("clerk", "m")
            return opened.desk.vault.open(ref, reader="me", reason="试", at=NOW)

    moved_out(own, was, tmp_path / "1.linli", tmp_path / "safe")
    moved_in(cloud, away, tmp_path / "1.linli", tmp_path / "safe", secret)
    ring = CloudKeys(secret, DONGCHENG, os.urandom)
    assert read(cloud, away, ring) == "张三"
    assert not (away / KEYS).exists()
    moved_out(cloud, away, tmp_path / "2.linli", tmp_path / "safe2", secret)
    (tmp_path / "safe2" / KEYS / f"{DONGCHENG}.vault").unlink()
    with pytest.raises(NotFound, match="个人信息将打不开"):
        moved_in(own, back, tmp_path / "2.linli", tmp_path / "safe2")
    moved_in(own, back, tmp_path / "2.linli", tmp_path / "safe", vault_from=arn)
    assert read(own, back) == "张三"
    signer = log_signer(was, DONGCHENG)
    assert checkpoint(office.service.store, signer) == checkpoint(
        office.service.store, log_signer(back, DONGCHENG)
    )
