"""Several processes of several threads at one table: nothing lost, nothing doubled, money conserved."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from linli.errors import Conflict, LinliError, Overdrawn
from linli.ledger import Posting
from linli.store import Commit, EntryWrite, Row, Store
from linli.store_check import check
from linli.store_contract import BANK, COMMITTED, FUND, step
from linli_functions.cloud import CloudWire
from tests.store import emulators
from tests.store.committer import VOTERS
from tests.store.faulty import SomeCallsFail

CHILD = Path(__file__).with_name("committer.py")


def start(endpoint: str, table: str, *arguments: str) -> subprocess.Popen[str]:
    address = f"dynamodb:{table}?region={emulators.REGION}&endpoint={endpoint}"
    command = [sys.executable, str(CHILD), address, *arguments]
    environment = {**os.environ, **emulators.KEYS}
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )


def finished(children: list[subprocess.Popen[str]]) -> list[str]:
    said = [child.communicate(timeout=120) for child in children]
    assert [child.returncode for child in children] == [0] * len(children), said
    return [line for out, _ in said for line in out.split()]


def assert_whole(store: Store, acknowledged: set[str]) -> set[str]:
    """Every acknowledged commit is there once and whole, and so is every other one; return what is there."""
    assert check(store) == []
    kept = {claim.key.removeprefix("request/") for claim in store.claims(limit=10_000)}
    assert acknowledged <= kept
    # Each part of the commit by itself tells the same: nothing half-stored, nothing doubled.
    assert {name for name in store.matters(limit=10_000) if name != "open"} == kept
    assert {row.key for row in store.rows("all", limit=10_000)} == kept
    assert sorted(entry.key for entry in store.register("r", limit=10_000)) == sorted(kept)
    assert sorted(found.matter for found in store.postings(COMMITTED)) == sorted(kept)
    assert store.balance(COMMITTED) == len(kept)
    assert store.balance(FUND) == -store.balance(BANK) - len(kept)
    return kept


def test_two_processes_of_eight_threads_spend_the_last_fen_once(ministack: str) -> None:
    table = emulators.new_table(ministack)
    store = emulators.opened(ministack, table)
    store.commit(Commit(steps=(step("open", 1, Posting(BANK, FUND, 100)),)))
    acknowledged = finished([start(ministack, table, f"process{number}", "spend") for number in (1, 2)])
    assert len(acknowledged) == len(set(acknowledged)) == 100
    assert assert_whole(store, set(acknowledged)) == set(acknowledged)


def test_two_processes_of_eight_threads_give_each_voter_one_ballot(ministack: str) -> None:
    table = emulators.new_table(ministack)
    acknowledged = finished([start(ministack, table, f"process{number}", "vote") for number in (1, 2)])
    store = emulators.opened(ministack, table)
    assert sorted(line.rsplit("-", 1)[1] for line in acknowledged) == sorted(str(n) for n in range(VOTERS))
    assert sorted(store.matters()) == sorted(acknowledged)
    assert store.balance("used:ballots", "pieces") == len(store.claims()) == VOTERS
    assert check(store) == []


def test_a_killed_process_has_lost_and_doubled_nothing(ministack: str) -> None:
    table = emulators.new_table(ministack)
    acknowledged: set[str] = set()
    for round_ in range(4):
        with start(ministack, table, f"round{round_}") as child:
            assert child.stdout is not None
            for seen, line in enumerate(child.stdout):
                acknowledged.add(line.strip())
                if seen == round_ * 3:
                    child.kill()
        assert child.returncode == -signal.SIGKILL
    assert len(assert_whole(emulators.opened(ministack, table), acknowledged)) >= 4


def test_threads_behind_a_failing_network_lose_and_double_nothing(ministack: str) -> None:
    table = emulators.new_table(ministack)
    store = emulators.opened(ministack, table)
    store.commit(Commit(steps=(step("open", 1, Posting(BANK, FUND, 1000)),)))

    def work(thread: int) -> tuple[int, int]:
        wire = SomeCallsFail(CloudWire(emulators.REGION, ministack), thread)
        behind = emulators.opened(ministack, table, wire=wire)
        spent = counted = 0
        for turn in range(8):
            name = f"m{thread}-{turn}"
            behind.commit(
                Commit(steps=(step(name, 1, Posting(FUND, COMMITTED, thread + 1)),), rows=(Row("i", name),))
            )
            spent += thread + 1
            # A counter that everybody reads and writes: an update that was lost would show in the sum.
            while True:
                found = behind.entries("r", ["n"]).get("n")
                version, value = (found.version, int(found.body)) if found else (0, 0)
                try:
                    behind.commit(Commit(entries=(EntryWrite("r", "n", version + 1, b"%d" % (value + 1)),)))
                except Conflict:
                    continue
                counted += 1
                break
        return spent, counted

    with ThreadPoolExecutor(4) as threads:
        done = list(threads.map(work, range(4)))
    assert store.balance(COMMITTED) == sum(spent for spent, _ in done) == 1000 - store.balance(FUND)
    assert int(store.entries("r", ["n"])["n"].body) == sum(counted for _, counted in done) == 32
    assert [int(entry.body) for entry in store.entry_history("r", "n")] == list(range(1, 33))
    assert len(store.rows("i")) == 32
    assert check(store) == []


def test_what_is_refused_under_contention_is_refused_for_a_reason_that_stands(ministack: str) -> None:
    table = emulators.new_table(ministack)
    store = emulators.opened(ministack, table)
    store.commit(Commit(steps=(step("open", 1, Posting(BANK, FUND, 10)),)))

    def draw(thread: int) -> LinliError | None:
        try:
            emulators.opened(ministack, table).commit(
                Commit(steps=(step(f"m{thread}", 1, Posting(FUND, COMMITTED, 4)),))
            )
        except LinliError as error:
            return error
        return None

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(draw, range(8)))
    assert sum(answer is None for answer in answers) == 2
    assert {type(answer) for answer in answers if answer is not None} == {Overdrawn}
    assert {answer.where for answer in answers if answer is not None} == {FUND}
