"""A process that commits until it is killed or done: prints the name of each commit once it is acknowledged.

    committer.py STORE NAME [COUNT | spend | vote] [die-on-failure]

STORE is the path of an SQLite file, or a table as `linli.store_address` writes it.

Each commit is a matter with a step, a claim, an entry, a row and a posting, so that a half would show.
"""

from __future__ import annotations

import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from linli.errors import ClaimTaken, Overdrawn
from linli.ledger import Posting
from linli.store import Claim, Commit, EntryWrite, Row, Store
from linli.store_address import SCHEME, read_address
from linli.store_contract import BANK, COMMITTED, FUND, step
from linli.store_refusals import StoreFailed
from linli.store_sqlite import SqliteStore
from linli_functions.opening import open_store

VOTERS = 24


def whole(name: str, *postings: Posting) -> Commit:
    return Commit(
        claims=(Claim(f"request/{name}"),),
        steps=(step(name, 1, *postings),),
        entries=(EntryWrite("r", name, 1, b"e" * 200),),
        rows=(Row("all", name, b"r" * 200),),
    )


def commit_in_turn(store: Store, name: str, count: int, die_on_failure: bool) -> None:
    for number in range(count):
        this = f"{name}-{number}"
        try:
            store.commit(whole(this, Posting(BANK, FUND, 2), Posting(FUND, COMMITTED, 1)))
        except StoreFailed as error:
            print(f"failed {this} {error}", flush=True)
            if die_on_failure:
                os.kill(os.getpid(), signal.SIGKILL)
        else:
            print(this, flush=True)


def spend(store: Store, name: str) -> None:
    def until_empty(thread: int) -> list[str]:
        done: list[str] = []
        while True:
            this = f"{name}-{thread}-{len(done)}"
            try:
                store.commit(whole(this, Posting(FUND, COMMITTED, 1)))
            except Overdrawn:
                return done
            done.append(this)

    with ThreadPoolExecutor(8) as threads:
        for done in threads.map(until_empty, range(8)):
            print(*done, sep="\n", flush=True)


def vote(store: Store, name: str) -> None:
    """Everybody casts the ballot of every voter; the ballot that counted is printed."""

    def cast(thread: int) -> list[str]:
        done: list[str] = []
        for number in range(VOTERS):
            voter = f"voter-{(number + thread * 7) % VOTERS}"
            ballot = step(f"{name}-{thread}-{voter}", 1, Posting(BANK, "used:ballots", 1, "pieces"))
            try:
                store.commit(Commit(claims=(Claim(f"ballot/{voter}", name.encode()),), steps=(ballot,)))
            except ClaimTaken:
                continue
            done.append(f"{name}-{thread}-{voter}")
        return done

    with ThreadPoolExecutor(8) as threads:
        for done in threads.map(cast, range(8)):
            print(*done, sep="\n", flush=True)


def opened(said: str) -> Store:
    if said.startswith(SCHEME):
        return open_store(read_address(said), "contract", Path())
    return SqliteStore(said, "contract")


def main() -> None:
    said, name, *rest = sys.argv[1:]
    store = opened(said)
    if rest[:1] == ["spend"]:
        spend(store, name)
    elif rest[:1] == ["vote"]:
        vote(store, name)
    else:
        commit_in_turn(store, name, int(rest[0]) if rest else 10**9, "die-on-failure" in rest)


if __name__ == "__main__":
    main()
