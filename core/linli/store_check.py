"""Does a store still fit together? Heads and steps, balances and postings, blobs and their hashes."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterator
from heapq import merge
from itertools import chain, groupby, islice
from typing import Protocol, runtime_checkable

from linli.ledger import is_outside, net
from linli.store import Store

MOST_FAULTS = 1000
"""So many faults are reported; a store that has more is past reading them one by one."""

_PAGE = 1000

Balance = tuple[str, str, int]


@runtime_checkable
class Audited(Protocol):
    """A store that knows a better way to look itself over than through the interface."""

    def audit(self, most: int) -> list[str]:
        """Up to ``most`` faults, as the store stood at one moment."""


def check(store: Store, most: int = MOST_FAULTS) -> list[str]:
    """Readable faults in order, empty when the store is sound.

    Memory does not grow with the number of steps or postings. A store without an `Audited.audit` of its
    own is walked through the interface, which cannot list blobs and must not be written to meanwhile.
    """
    if isinstance(store, Audited):
        return store.audit(most)
    return list(islice(chain(unsound_matters(store), unsound_balances(store)), most))


def sqlite_faults(connection: sqlite3.Connection, most: int) -> list[str]:
    """Up to ``most`` faults of an SQLite store, of one moment if the connection is inside a transaction."""
    checks: tuple[Callable[[sqlite3.Connection], Iterator[str]], ...] = (
        broken_pages,
        gaps_in_steps,
        wrong_balances,
        stray_postings,
        gaps_in_entries,
        altered_blobs,
    )
    return list(islice(chain.from_iterable(check(connection) for check in checks), most))


def broken_pages(connection: sqlite3.Connection) -> Iterator[str]:
    """What SQLite finds wrong with the file itself and between its tables and their indexes."""
    for (message,) in connection.execute("PRAGMA integrity_check"):
        if message != "ok":
            yield f"存储文件：{message}"


def gaps_in_steps(connection: sqlite3.Connection) -> Iterator[str]:
    """Matters whose steps are not 1, 2, 3 … up to their head."""
    heads = connection.execute("SELECT matter, number, 0, 0, 0 FROM heads ORDER BY matter")
    steps = connection.execute(
        "SELECT matter, 0, min(number), max(number), count(*) FROM steps GROUP BY matter ORDER BY matter"
    )
    for matter, found in groupby(merge(heads, steps), key=lambda row: row[0]):
        head, first, last, count = (sum(values) for values in list(zip(*found, strict=True))[1:])
        if first != (1 if count else 0) or last != count:
            yield _gap(matter, count, first, last)
        elif head != last:
            yield f"事项 {matter}：记录停在第 {head} 步，实有 {last} 步"


def wrong_balances(connection: sqlite3.Connection) -> Iterator[str]:
    """Accounts whose balance is not the sum of their postings: three ordered streams, summed by SQLite."""
    given = connection.execute(
        "SELECT source, commodity, -sum(amount) FROM postings "
        "GROUP BY source, commodity ORDER BY source, commodity"
    )
    received = connection.execute(
        "SELECT destination, commodity, sum(amount) FROM postings "
        "GROUP BY destination, commodity ORDER BY destination, commodity"
    )
    # Turned round: an account is sound where everything adds up to nothing.
    held = connection.execute(
        "SELECT account, commodity, -amount, amount FROM balances ORDER BY account, commodity"
    )
    for (account, commodity), rows in groupby(
        merge(given, received, held, key=lambda row: row[:2]), key=lambda row: row[:2]
    ):
        if is_outside(account):
            continue
        holds, off = 0, 0
        for row in rows:
            off += row[2]
            holds += row[3] if len(row) > 3 else 0
        if off:
            yield _wrong_balance(account, commodity, holds, holds + off)


def stray_postings(connection: sqlite3.Connection) -> Iterator[str]:
    """Postings whose step is not there."""
    strays = connection.execute(
        "SELECT matter, number, ordinal FROM postings WHERE NOT EXISTS (SELECT 1 FROM steps "
        "WHERE steps.matter = postings.matter AND steps.number = postings.number) ORDER BY seq"
    )
    for matter, number, ordinal in strays:
        yield f"账目 {matter}/{number}/{ordinal}：没有对应的步骤"


def gaps_in_entries(connection: sqlite3.Connection) -> Iterator[str]:
    """Register entries whose earlier versions are not 1, 2, 3 … up to the one before the latest."""
    gaps = connection.execute(
        "SELECT register, key, max(latest), count(*), count(DISTINCT version), min(version), max(version) "
        "FROM (SELECT register, key, version, version AS latest FROM entries UNION ALL "
        "SELECT register, key, version, 0 FROM superseded) GROUP BY register, key ORDER BY register, key"
    )
    for register, key, latest, count, distinct, first, last in gaps:
        if not (first == 1 and latest == last == count == distinct):
            yield f"登记条目 {register}/{key}：版本有缺漏（现为第 {latest} 版，共存 {count} 版）"


def altered_blobs(connection: sqlite3.Connection) -> Iterator[str]:
    """Blobs that are not what their hash says; one is in memory at a time."""
    for digest, data in connection.execute("SELECT digest, data FROM blobs"):
        if hashlib.sha256(data).hexdigest() != digest:
            yield f"文件 {digest}：内容与哈希不符"


def unsound_matters(store: Store) -> Iterator[str]:
    """Matters whose steps are not 1, 2, 3 … up to their head, asked through the interface."""
    after = ""
    while page := store.matters(after, _PAGE):
        for matter in page:
            numbers = [step.number for step in store.steps(matter)]
            if numbers != list(range(1, len(numbers) + 1)):
                yield _gap(matter, len(numbers), numbers[0], numbers[-1])
            elif store.head(matter) != len(numbers):
                yield f"事项 {matter}：记录停在第 {store.head(matter)} 步，实有 {len(numbers)} 步"
        after = page[-1]


def unsound_balances(store: Store) -> Iterator[str]:
    """Accounts whose balance is not the sum of their postings, and postings without a step, asked as above."""
    sums = dict[tuple[str, str], int]()
    strays = list[str]()
    for stored in store.postings():
        for key, change in net((stored.posting,)).items():
            sums[key] = sums.get(key, 0) + change
        if not 0 < stored.number <= store.head(stored.matter) and len(strays) < MOST_FAULTS:
            strays.append(f"账目 {stored.matter}/{stored.number}/{stored.ordinal}：没有对应的步骤")
    balances = store.balances()
    for account, commodity in sorted(sums.keys() | balances.keys()):
        holds, owed = balances.get((account, commodity), 0), sums.get((account, commodity), 0)
        if holds != owed:
            yield _wrong_balance(account, commodity, holds, owed)
    yield from strays


def _gap(matter: str, count: int, first: int, last: int) -> str:
    return f"事项 {matter}：步骤编号有缺漏（共 {count} 步，编号 {first} 到 {last}）"


def _wrong_balance(account: str, commodity: str, holds: int, owed: int) -> str:
    return f"账户 {account}（{commodity}）：余额 {holds}，账目合计 {owed}"
