"""Nothing that was acknowledged is lost or doubled: killed processes, full and broken disks, races."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from linli.ledger import Posting
from linli.store import Claim, Commit
from linli.store_check import check
from linli.store_contract import BANK, COMMITTED, FUND, step
from linli.store_sqlite import SqliteStore

CHILD = Path(__file__).with_name("committer.py")
KILLS = 25

needs_strace = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


def start(path: Path, *arguments: str, tracer: tuple[str, ...] = ()) -> subprocess.Popen[str]:
    command = [*tracer, sys.executable, str(CHILD), str(path), *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def lines(child: subprocess.Popen[str]) -> Iterator[str]:
    assert child.stdout is not None
    for line in child.stdout:
        yield line.strip()


def assert_whole(path: Path, acknowledged: set[str]) -> set[str]:
    """Every acknowledged commit is there once and whole, and so is every other one; return what is there."""
    store = SqliteStore(path, "contract")
    try:
        assert check(store) == []
        kept = {claim.key.removeprefix("request/") for claim in store.claims(limit=100_000)}
        assert acknowledged <= kept
        # Each part of the commit by itself tells the same: nothing half-stored, nothing doubled.
        assert {name for name in store.matters(limit=100_000) if name != "open"} == kept
        assert {row.key for row in store.rows("all", limit=100_000)} == kept
        assert sorted(entry.key for entry in store.register("r", limit=100_000)) == sorted(kept)
        assert sorted(found.matter for found in store.postings(COMMITTED)) == sorted(kept)
        assert all(store.head(name) == 1 for name in kept)
        assert store.balance(COMMITTED) == len(kept)
        assert store.balance(FUND) == -store.balance(BANK) - len(kept)
    finally:
        store.close()
    return kept


def test_a_killed_process_has_lost_and_doubled_nothing(path: Path) -> None:
    acknowledged: set[str] = set()
    for round_ in range(KILLS):
        with start(path, f"round{round_}") as child:
            for seen, line in enumerate(lines(child)):
                acknowledged.add(line)
                if seen == round_ * 3:
                    child.kill()
        # What it printed before it died was read to the end: all of that was acknowledged.
        assert child.returncode == -signal.SIGKILL
        if round_ % 5 == 4:
            assert_whole(path, acknowledged)
    assert len(assert_whole(path, acknowledged)) >= sum(range(0, KILLS * 3, 3))


def killed_at(call: str, when: int, path: Path) -> tuple[set[str], bool]:
    """What a child acknowledged that was killed in its n-th call of that kind, and whether it came so far."""
    tracer = ("strace", "-f", "-qq", "-o", os.devnull, "-e", f"trace={call}", "-e")
    tracer += (f"inject={call}:signal=SIGKILL:when={when}",)
    with start(path, f"{call}{when}", "3", tracer=tracer) as child:
        return set(lines(child)), child.wait() != 0


@needs_strace
@pytest.mark.parametrize(("call", "whens"), [("pwrite64", range(1, 62, 6)), ("fdatasync", range(1, 4))])
def test_a_process_killed_in_a_disk_call_of_a_commit_has_half_stored_nothing(
    path: Path, call: str, whens: range
) -> None:
    SqliteStore(path, "contract").close()
    acknowledged: set[str] = set()
    kills = 0
    for when in whens:
        printed, killed = killed_at(call, when, path)
        acknowledged |= printed
        kills += killed
        assert_whole(path, acknowledged)
    assert kills >= 3


@needs_strace
@pytest.mark.parametrize(
    ("call", "when"),
    [("pwrite64", 1), ("pwrite64", 9), ("fdatasync", 1), ("fdatasync", 2), ("link", 1), ("fsync", 2)],
)
def test_a_process_killed_while_it_makes_the_store_leaves_none_or_a_whole_one(
    path: Path, call: str, when: int
) -> None:
    printed, killed = killed_at(call, when, path)
    assert (printed, killed) == (set(), True)
    # A file that has its name is a store; opening it, or making it now, succeeds.
    assert assert_whole(path, set()) == set()


@needs_strace
@pytest.mark.parametrize(
    ("calls", "error"), [("pwrite64", "ENOSPC"), ("pwrite64", "EIO"), ("fdatasync", "EIO")]
)
def test_a_disk_that_fails_for_a_while_costs_no_more_than_the_failed_commits(
    path: Path, calls: str, error: str
) -> None:
    SqliteStore(path, "contract").close()
    tracer = ("strace", "-f", "-qq", "-o", os.devnull, "-e", f"trace={calls}", "-e")
    tracer += (f"inject={calls}:error={error}:when=40..60+7",)
    with start(path, "a", "60", tracer=tracer) as child:
        said = list(lines(child))
    assert child.returncode == 0, child.stderr
    failed = {line.split()[1] for line in said if line.startswith("failed ")}
    acknowledged = {line for line in said if not line.startswith("failed ")}
    assert failed
    assert len(acknowledged) + len(failed) == 60
    # The child goes on after a failure, so the frames of what failed are overwritten for certain.
    assert assert_whole(path, acknowledged) == acknowledged


@needs_strace
def test_a_commit_that_failed_in_its_last_sync_does_not_come_back_after_a_kill(path: Path) -> None:
    SqliteStore(path, "contract").close()
    tracer = ("strace", "-f", "-qq", "-o", os.devnull, "-e", "trace=fdatasync", "-e")
    tracer += ("inject=fdatasync:error=EIO:when=5",)
    with start(path, "a", "1000", "die-on-failure", tracer=tracer) as child:
        said = list(lines(child))
    assert said[-1].startswith("failed ")
    assert assert_whole(path, set(said[:-1])) == set(said[:-1])


@needs_strace
def test_the_message_of_a_full_disk_says_so(path: Path) -> None:
    SqliteStore(path, "contract").close()
    tracer = ("strace", "-f", "-qq", "-o", os.devnull, "-e", "trace=pwrite64", "-e")
    tracer += ("inject=pwrite64:error=ENOSPC:when=30+",)
    with start(path, "a", "100", "die-on-failure", tracer=tracer) as child:
        said = list(lines(child))
    assert "磁盘已满" in said[-1]
    assert_whole(path, set(said[:-1]))


def test_two_processes_of_eight_threads_spend_the_last_fen_once(path: Path) -> None:
    store = SqliteStore(path, "contract")
    store.commit(Commit(steps=(step("open", 1, Posting(BANK, FUND, 100)),)))
    store.close()
    children = [start(path, f"process{number}", "spend") for number in (1, 2)]
    acknowledged = [line for child in children for line in child.communicate()[0].split()]
    assert [child.returncode for child in children] == [0, 0]
    assert len(acknowledged) == len(set(acknowledged)) == 100
    assert assert_whole(path, set(acknowledged)) == set(acknowledged)


def test_a_fork_shares_the_file_and_no_connection(path: Path) -> None:
    store = SqliteStore(path, "contract")
    store.commit(Commit(claims=(Claim("before"),)))
    child_said, child_says = os.pipe()
    parent_said, parent_says = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            store.commit(Commit(claims=(Claim("child, both open"),)))
            os.write(child_says, b".")
            os.read(parent_said, 1)
            # With locks inherited in belief only, the parent would have taken the log with it.
            store.commit(Commit(claims=(Claim("child, parent gone"),)))
            status = 0
        finally:
            os._exit(status)
    store.commit(Commit(claims=(Claim("parent"),)))
    os.read(child_said, 1)
    store.close()
    os.write(parent_says, b".")
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    reopened = SqliteStore(path, "contract")
    assert {claim.key for claim in reopened.claims()} == {
        "before",
        "parent",
        "child, both open",
        "child, parent gone",
    }
    assert check(reopened) == []
    reopened.close()


def test_a_fork_among_busy_threads_leaves_both_sides_able_to_go_on(path: Path) -> None:
    store = SqliteStore(path, "contract")
    forking = threading.Event()

    def be_busy(thread: int) -> int:
        number = 0
        while not forking.is_set():
            store.commit(Commit(claims=(Claim(f"{thread}/{number}"),)))
            assert store.claim(f"{thread}/{number}") == b""
            number += 1
        return number

    with ThreadPoolExecutor(4) as threads:
        busy = [threads.submit(be_busy, thread) for thread in range(4)]
        try:
            for number in range(5):
                child = os.fork()
                if child == 0:
                    status = 1
                    try:
                        store.commit(Commit(claims=(Claim(f"child/{number}"),)))
                        status = 0
                    finally:
                        os._exit(status)
                assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        finally:
            forking.set()
        made = sum(future.result() for future in busy)
    assert len(store.claims(limit=100_000)) == made + 5
    assert check(store) == []
    store.close()
