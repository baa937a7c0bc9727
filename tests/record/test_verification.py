"""Verification names what does not fit, and is silent about what is sound."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest

from linli.canonical import canonical
from linli.ledger import Posting
from linli.notes import LocalSigner
from linli.publication import publish, take_down
from linli.record import LogFact
from linli.reviewing import approve
from linli.sequencing import read_head, read_placed
from linli.steps import decode, encode, step_leaf
from linli.store import Claim, Commit, EntryWrite, Row, StoredPosting
from linli.store_sqlite import SqliteStore
from linli.verification import verify
from linli_cli.main import main
from linli_functions.clocks import SystemClock
from linli_functions.opening import open_service
from tests.record.town import NORTH, Town

SIGNER = LocalSigner("town.example/log", b"k" * 32)
INFRA = Path(__file__).parents[2] / "infra"


def working(town: Town) -> str:
    """A town with something of everything; the id of an admitted matter."""
    matter = town.take("asks", "submit", {**_request()}, place="990100000000", key="once").matter
    town.take("reviews", "review", {"duty": "entrusted", "nature": "service"}, matter=matter)
    town.take("decides", "admit", {"reason": "符合条件"}, matter=matter)
    town.refuse()
    town.note()
    person = town.service.person("publishes")
    day = town.clock.day + timedelta(days=9)
    approve(town.desk, person, matter, 1, "content", "公开版".encode(), basis="条例", takedown=day)
    publish(town.desk, SIGNER)
    return matter


def _request() -> dict[str, object]:
    from tests.record.town import REQUEST

    return REQUEST


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
def test_a_sound_deployment_has_no_faults_before_between_and_after_publishing(
    tmp_path: Path, kind: str
) -> None:
    store = SqliteStore(tmp_path / "town.sqlite", "town") if kind == "sqlite" else None
    town = Town(tmp_path, store)
    assert verify(town.desk) == []
    matter = working(town)
    assert verify(town.desk) == []
    town.submit()
    assert verify(town.desk) == []
    take_down(town.desk, matter, 2)
    publish(town.desk, SIGNER)
    assert verify(town.desk) == []
    town.store.close()


def spoil_body(town: Town, matter: str) -> None:
    stored = town.store.steps(matter)[0]
    body = stored.body.replace("健康档案更新".encode(), "健康档案更旧".encode())
    _steps(town).put(matter, [msgspec.structs.replace(stored, body=body), *town.store.steps(matter)[1:]])


def spoil_body_and_leaf(town: Town, matter: str) -> None:
    stored = town.store.steps(matter)[0]
    body = stored.body.replace("健康档案更新".encode(), "健康档案更旧".encode())
    forged = msgspec.structs.replace(stored, body=body, leaf=step_leaf(body, stored.salt))
    _steps(town).put(matter, [forged, *town.store.steps(matter)[1:]])


def make_unreadable(town: Town, matter: str) -> None:
    stored = town.store.steps(matter)[0]
    forged = msgspec.structs.replace(stored, body=b"{", leaf=step_leaf(b"{", stored.salt))
    _steps(town).put(matter, [forged, *town.store.steps(matter)[1:]])


def lose_a_step(town: Town, matter: str) -> None:
    _steps(town).put(matter, town.store.steps(matter)[:-1])


def lose_a_step_in_between(town: Town, matter: str) -> None:
    steps = town.store.steps(matter)
    _steps(town).put(matter, [steps[0], *steps[2:]])


def move_money(town: Town, matter: str) -> None:
    stored = town.store._postings[0]  # type: ignore[attr-defined]
    other = Posting(stored.posting.source, "community:990101002000", stored.posting.amount)
    forged = StoredPosting(stored.matter, stored.number, stored.ordinal, other)
    town.store._postings[0] = forged  # type: ignore[attr-defined]
    balances = town.store._balances  # type: ignore[attr-defined]
    balances[(stored.posting.destination, "fen")] -= stored.posting.amount
    balances[("community:990101002000", "fen")] = stored.posting.amount


def lose_a_posting(town: Town, matter: str) -> None:
    stored = town.store._postings.pop(0)  # type: ignore[attr-defined]
    town.store._balances[(stored.posting.destination, "fen")] -= stored.posting.amount  # type: ignore[attr-defined]


def lose_a_leaf(town: Town, matter: str) -> None:
    town.store.commit(Commit(rows=(Row("log", f"{3:012}", None),)))


def change_a_leaf(town: Town, matter: str) -> None:
    placed = msgspec.structs.replace(read_placed(town.store, 0), leaf="00" * 32)
    town.store.commit(Commit(rows=(Row("log", f"{0:012}", canonical(placed)),)))


def make_a_leaf_unreadable(town: Town, matter: str) -> None:
    town.store.commit(Commit(rows=(Row("log", f"{0:012}", b"{"),)))


def log_a_leaf_twice(town: Town, matter: str) -> None:
    row = town.store.row("log", f"{0:012}")
    town.store.commit(Commit(rows=(Row("log", f"{1:012}", row),)))


def forget_a_position(town: Town, matter: str) -> None:
    town.store.commit(Commit(rows=(Row("placed", f"{matter}/000001", None),)))


def change_a_tile(town: Town, matter: str) -> None:
    tile = town.store.rows("tiles")[0]
    town.store.commit(Commit(rows=(Row("tiles", tile.key, (tile.value or b"")[:-1] + b"\x00"),)))


def lose_a_tile(town: Town, matter: str) -> None:
    tile = town.store.rows("tiles")[0]
    town.store.commit(Commit(rows=(Row("tiles", tile.key, None),)))


def change_the_root(town: Town, matter: str) -> None:
    head, version = read_head(town.store)
    other = msgspec.structs.replace(head, root="0" * 64)
    town.store.commit(Commit(entries=(EntryWrite("log", "head", version + 1, canonical(other)),)))


def change_a_publication(town: Town, matter: str) -> None:
    row = town.store.row("publications", f"{matter}/000001") or b""
    changed = row.replace("健康档案更新".encode(), "健康档案更旧".encode())
    town.store.commit(Commit(rows=(Row("publications", f"{matter}/000001", changed),)))


def change_the_record(town: Town, matter: str) -> None:
    row = town.store.row("record", f"matters/{matter}") or b""
    changed = row.replace("健康档案更新".encode(), "健康档案更旧".encode())
    town.store.commit(Commit(rows=(Row("record", f"matters/{matter}", changed),)))


def change_a_text(town: Town, matter: str) -> None:
    key = f"texts/{matter}/000001/content"
    row = (town.store.row("record", key) or b"").replace("公开版".encode(), "改动版".encode())
    town.store.commit(Commit(rows=(Row("record", key, row),)))


def sign_another_root(town: Town, matter: str) -> None:
    fact = msgspec.json.decode(town.store.row("record", "log") or b"", type=LogFact)
    other = msgspec.structs.replace(fact, checkpoint=fact.checkpoint.replace(f"\n{fact.size}\n", "\n3\n"))
    town.store.commit(Commit(rows=(Row("record", "log", canonical(other)),)))


def claim_a_child_that_is_not_there(town: Town, matter: str) -> None:
    town.store.commit(Commit(claims=(Claim(f"batch/{matter}/3/{NORTH[:-1]}9"),)))


def wait_for_nothing(town: Town, matter: str) -> None:
    town.store.commit(Commit(rows=(Row("unplaced", "2026-03-02/nobody/000001", b"0" * 32),)))


def drop_from_the_lists_of_its_place(town: Town, matter: str) -> None:
    row = next(row for row in town.store.rows("matters") if row.key.endswith(f"/{matter}"))
    town.store.commit(Commit(rows=(Row("matters", row.key, None),)))


def drop_from_what_waits(town: Town, matter: str) -> None:
    later = town.take("asks", "submit", {**_request()}, place="990100000000", key="later").matter
    row = next(row for row in town.store.rows("waiting") if row.key.endswith(f"/{later}"))
    town.store.commit(Commit(rows=(Row("waiting", row.key, None),)))


def _steps(town: Town):  # type: ignore[no-untyped-def]
    return town.store._steps  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (spoil_body, "内容与叶哈希不符"),
        (spoil_body_and_leaf, "与步骤的叶哈希不符"),
        (make_unreadable, "步骤读不出来"),
        (lose_a_step, "没有这一步"),
        (lose_a_step_in_between, "步骤编号有缺漏"),
        (move_money, "与步骤里的不符"),
        (lose_a_posting, "有些账没有入账"),
        (lose_a_leaf, "第 3 条缺失"),
        (change_a_leaf, "与步骤的叶哈希不符"),
        (make_a_leaf_unreadable, "日志：有一条读不出来"),
        (log_a_leaf_twice, "同一条进了日志两次"),
        (forget_a_position, "日志里没有位置"),
        (change_a_tile, "与各条不符"),
        (lose_a_tile, "与各条不符"),
        (change_the_root, "根哈希与记录的不符"),
        (change_a_publication, "公开的内容与叶哈希不符"),
        (change_the_record, "公开记录里的内容与公开的不同"),
        (change_a_text, "公开的文本与叶哈希不符"),
        (sign_another_root, "检查点"),
        (claim_a_child_that_is_not_there, "没有对应的下级事项"),
        (wait_for_nothing, "没有这一条"),
        (drop_from_the_lists_of_its_place, "索引 matters 里没有它"),
        (drop_from_what_waits, "索引 waiting 里没有它"),
    ],
)
def test_whatever_is_spoilt_is_named(tmp_path: Path, spoil: Callable[[Town, str], None], said: str) -> None:
    town = Town(tmp_path)
    matter = working(town)
    assert verify(town.desk) == []
    spoil(town, matter)
    found = verify(town.desk)
    assert any(said in fault for fault in found), found


def test_no_more_faults_are_told_than_asked_for(tmp_path: Path) -> None:
    town = Town(tmp_path)
    matter = working(town)
    for spoil in (spoil_body, change_a_publication, change_the_root):
        spoil(town, matter)
    assert len(verify(town.desk, most=2)) == 2


def test_bytes_that_say_the_same_in_another_order_are_not_canonical(tmp_path: Path) -> None:
    town = Town(tmp_path)
    matter = working(town)
    stored = town.store.steps(matter)[0]
    body = json.dumps(json.loads(encode(decode(stored.body))), ensure_ascii=False).encode()
    forged = msgspec.structs.replace(stored, body=body)
    _steps(town).put(matter, [forged, *town.store.steps(matter)[1:]])
    assert any("不是规范字节" in fault for fault in verify(town.desk))


# The command


def test_the_command_proves_a_store_and_says_what_does_not_fit(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from linli.deployment import load

    deployment = load(INFRA / "deployments" / "dongcheng.toml")
    arguments = ["--infra", str(INFRA), "--deployment", "dongcheng", "verify", "--home", str(tmp_path)]
    assert main(arguments) == 2
    assert "没有存储" in capsys.readouterr().err
    service = open_service(deployment, tmp_path, SystemClock())
    publish(service.desk)
    service.store.close()
    assert main(arguments) == 0
    assert "全部相符" in capsys.readouterr().out
    store = SqliteStore(tmp_path / deployment.store, "dongcheng")
    day = date(2026, 1, 1).isoformat()
    store.commit(Commit(rows=(Row("unplaced", f"{day}/nobody/000001", b"0" * 32),)))
    store.close()
    assert main([*arguments, "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert "nobody" in told["dongcheng"]["faults"][0]
