"""Rows 3 and 9: a commit against one bare insert a transaction, balances against summing in SQL."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter

ROOT = Path(__file__).resolve().parents[2]
if __name__ == "__main__" and str(ROOT) not in sys.path:  # also runs by its path
    sys.path.insert(0, str(ROOT))

from linli.ledger import Posting  # noqa: E402
from linli.store import Claim, Commit, Row, StepWrite  # noqa: E402
from linli.store_check import sqlite_faults, wrong_balances  # noqa: E402
from linli.store_sqlite import SqliteStore  # noqa: E402

ROUNDS = 15
COMMITS = 200
WARM_INSERTS, WARM_ROUNDS = 4500, 8
ACCOUNTS = 300
TRANSACTIONS = 100_000
BODY = b"x" * 800
SALT, LEAF = b"s" * 16, b"l" * 32


def main() -> None:
    """Print both rows."""
    with tempfile.TemporaryDirectory(prefix="linli-bench-") as folder:
        print_commit(Path(folder))
        print_balances(Path(folder))


def print_commit(folder: Path) -> None:
    """Row 3: read the head, then head, step, claim, two postings, two balances and two rows in one commit."""
    store = SqliteStore(folder / "commit.db", "bench")
    floor = one_insert_a_transaction(folder / "floor.db")
    store.commit(
        Commit(
            steps=(StepWrite("opening", 1, BODY, SALT, LEAF, (Posting("outside:bank", "fund:0", 10**12),)),)
        )
    )
    # The logs have reached their full length before time is taken: a file that grows is slower to sync, and
    # the bare insert would grow its log for much longer.
    floor(WARM_INSERTS)
    for round_ in range(WARM_ROUNDS):
        commit_matters(store, -1 - round_)
    peer = Eventsourcing.start()
    if peer:
        peer.rate(COMMITS)
    floors, commits, peers = [], [], []
    # Turn about, so that all meet the same neighbours on the disk.
    for round_ in range(ROUNDS):
        floors.append(COMMITS / seconds(partial(floor, COMMITS)))
        commits.append(COMMITS / seconds(partial(commit_matters, store, round_)))
        if peer:
            peers.append(peer.rate(COMMITS))
    store.close()
    of_floor = median(ours / bare for ours, bare in zip(commits, floors, strict=True))
    print(
        f"#3 commit on SQLite: {of_floor:.2f} of one-insert floor "
        f"({median(commits):,.0f}/s vs {median(floors):,.0f}/s; target 0.45)"
    )
    if peer:
        of_peer = median(ours / theirs for ours, theirs in zip(commits, peers, strict=True))
        print(
            f"#3 commit on SQLite: {of_peer:.2f} × eventsourcing "
            f"({median(commits):,.0f}/s vs {median(peers):,.0f}/s; target 1.8)"
        )
        peer.stop()
    else:
        print("#3 eventsourcing was not measured: LINLI_EVENTSOURCING names no Python that has it")


class Eventsourcing:
    """The peer in a Python of its own, so that it is no dependency: read-modify-save of one aggregate."""

    PROGRAM = """
import sys, tempfile, time
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

class Matter(Aggregate):
    @event("Opened")
    def __init__(self, body): self.steps = 1
    @event("Stepped")
    def step(self, body): self.steps += 1

with tempfile.TemporaryDirectory() as folder:
    environment = {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": folder + "/peer.db"}
    application = Application(env=environment)
    for line in sys.stdin:
        matters = [Matter("x" * 800) for _ in range(int(line) // 2)]
        application.save(*matters)
        begin = time.perf_counter()
        for known in matters + matters:
            matter = application.repository.get(known.id)
            matter.step("x" * 800)
            application.save(matter)
        print(int(line) / (time.perf_counter() - begin), flush=True)
"""

    def __init__(self, python: str) -> None:
        self.process = subprocess.Popen(
            [python, "-c", self.PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    @classmethod
    def start(cls) -> Eventsourcing | None:
        """The peer, or None where the environment names no Python that has it."""
        python = os.environ.get("LINLI_EVENTSOURCING")
        return cls(python) if python else None

    def rate(self, commits: int) -> float:
        """Commits a second over so many."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(f"{commits}\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())

    def stop(self) -> None:
        """End it."""
        self.process.communicate()


def print_balances(folder: Path) -> None:
    """Row 9: 300 accounts after 100,000 transactions."""
    store = SqliteStore(folder / "balances.db", "bench")
    fill(store)
    connection = sqlite3.connect(folder / "balances.db", isolation_level=None)

    def sum_in_sql() -> dict[tuple[str, str], int]:
        return {
            (account, commodity): amount
            for account, commodity, amount in connection.execute(
                "SELECT account, commodity, sum(amount) FROM ("
                "SELECT source AS account, commodity, -amount AS amount FROM postings UNION ALL "
                "SELECT destination, commodity, amount FROM postings) GROUP BY account, commodity"
            )
            if not account.startswith("outside:")
        }

    def one_sum_in_sql() -> None:
        connection.execute("SELECT source, sum(amount) FROM postings NOT INDEXED GROUP BY source").fetchall()

    assert sum_in_sql() == store.balances()
    assert not list(wrong_balances(connection))
    sums = [seconds(sum_in_sql) for _ in range(ROUNDS)]
    one_sided = [seconds(one_sum_in_sql) for _ in range(ROUNDS)]
    reads = [seconds(store.balances) for _ in range(ROUNDS)]
    proofs = [seconds(lambda: list(wrong_balances(connection))) for _ in range(ROUNDS)]
    audits = [seconds(lambda: sqlite_faults(connection, 10)) for _ in range(ROUNDS)]
    connection.close()
    store.close()
    print(
        f"#9 balances of {ACCOUNTS} accounts after {TRANSACTIONS:,} transactions: "
        f"{median(reads) * 1000:.2f} ms (target 1 ms; SQL SUM {median(sums) * 1000:.0f} ms)"
    )
    print(
        f"#9 proof that balances equal the postings: {median(proofs) / median(sums):.2f} of the SQL SUM "
        f"({median(proofs) * 1000:.0f} ms vs {median(sums) * 1000:.0f} ms; target 2; one side of it alone "
        f"{median(one_sided) * 1000:.0f} ms, the whole check {median(audits) * 1000:.0f} ms)"
    )


def commit_matters(store: SqliteStore, round_: int) -> None:
    """New matters and second steps of matters, in turn."""
    for number in range(COMMITS // 2):
        name = f"110101007001-{round_}-{number:06}"
        for step in (1, 2):
            store.commit(
                Commit(
                    steps=(
                        StepWrite(
                            name,
                            store.head(name) + 1,
                            BODY,
                            SALT,
                            LEAF,
                            (
                                Posting("fund:0", f"community:{number % 50}:committed", 100),
                                Posting("outside:department/1", f"community:{number % 50}:committed", 5),
                            ),
                        ),
                    ),
                    claims=(Claim(f"request/{name}/{step}", LEAF),),
                    rows=(Row("stage", f"{step}/{name}"), Row("place", f"110101007001/{name}", SALT)),
                )
            )


def one_insert_a_transaction(path: Path) -> Callable[[int], None]:
    """The floor: the same body into a bare table, one insert a transaction, equally durable."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA wal_autocheckpoint = 4000")
    connection.execute("CREATE TABLE steps (seq INTEGER PRIMARY KEY, body BLOB)")

    def insert(times: int) -> None:
        for _ in range(times):
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO steps (body) VALUES (?)", (BODY,))
            connection.execute("COMMIT")

    return insert


def fill(store: SqliteStore) -> None:
    """100,000 transactions of one posting each between 300 accounts, a thousand a commit."""
    for account in range(ACCOUNTS):
        step = StepWrite(
            f"open-{account}", 1, b"", SALT, LEAF, (Posting("outside:bank", name(account), 10**9),)
        )
        store.commit(Commit(steps=(step,)))
    for batch in range(TRANSACTIONS // 1000):
        postings = (
            Posting(name(number * 7 % ACCOUNTS), name((number * 13 + 1) % ACCOUNTS), number % 97 + 1)
            for number in range(batch * 1000, batch * 1000 + 1000)
            if number * 7 % ACCOUNTS != (number * 13 + 1) % ACCOUNTS
        )
        steps = tuple(
            StepWrite(f"m{batch}", number, b"", SALT, LEAF, (posting,))
            for number, posting in enumerate(postings, start=1)
        )
        store.commit(Commit(steps=steps))


def name(account: int) -> str:
    """The path of an account."""
    return f"community:{110101007000 + account}:committed"


def seconds(work: Callable[[], object]) -> float:
    """How long it takes once."""
    begin = perf_counter()
    work()
    return perf_counter() - begin


if __name__ == "__main__":
    main()
