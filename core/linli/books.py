"""The books of a store: balances, journal, a check, and exports that other people's programs read.

Nothing here is kept: the journal is the store's postings with the day and the title of the step that caused each, and
the exports are made of it (`linli.journals`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache

from linli.errors import NotFound
from linli.journals import Entry, Held, as_beancount, as_csv
from linli.ledger import Posting, is_outside, net
from linli.steps import Step, decode
from linli.store import Store


def balances(store: Store, prefix: str = "") -> list[Held]:
    """What the accounts below a prefix hold, in order of their names, without those that are empty.

    Accounts that lie outside keep no balance and are not among them.
    """
    return [
        Held(account, commodity, amount)
        for (account, commodity), amount in store.balances(prefix).items()
        if amount
    ]


def journal(store: Store, account: str = "") -> Iterator[Entry]:
    """Every posting in order of commit, or those of one account; raises `NotFound` for one without a step."""

    @lru_cache(maxsize=256)
    def steps(matter: str) -> dict[int, Step]:
        return {stored.number: decode(stored.body) for stored in store.steps(matter)}

    for stored in store.postings(account):
        step = steps(stored.matter).get(stored.number)
        if step is None:
            steps.cache_clear()  # the matter may have gone on since it was read
            step = steps(stored.matter).get(stored.number)
        if step is None:
            name = f"{stored.matter}/{stored.number}/{stored.ordinal}"
            raise NotFound("这笔账没有对应的步骤", where=name, cure="运行 linli ledger check")
        yield Entry(step.decided, stored.matter, stored.number, stored.ordinal, step.action, stored.posting)


def check(store: Store) -> list[str]:
    """Every way in which the books do not add up, as sentences; empty where they do.

    Balances that are kept equal the sums of all postings; no account that holds something is below zero; each commodity
    is conserved; a reversal mirrors an earlier posting, and none is reversed twice.
    """
    sums: dict[tuple[str, str], int] = {}
    outside: dict[str, int] = {}
    known: dict[str, Posting] = {}
    reversed_by: dict[str, str] = {}
    faults: list[str] = []
    for stored in store.postings():
        posting, name = stored.posting, f"{stored.matter}/{stored.number}/{stored.ordinal}"
        for key, change in net((posting,)).items():
            sums[key] = sums.get(key, 0) + change
        for account, sign in ((posting.source, -1), (posting.destination, 1)):
            if is_outside(account):
                outside[posting.commodity] = outside.get(posting.commodity, 0) + sign * posting.amount
        faults.extend(_wrong_reversal(name, posting, known, reversed_by))
        known[name] = posting
    kept = store.balances()
    for account, commodity in sorted(sums.keys() | kept.keys()):
        holds, owed = kept.get((account, commodity), 0), sums.get((account, commodity), 0)
        if holds != owed:
            faults.append(f"账户 {account}（{commodity}）：余额 {holds}，账目合计 {owed}")
        if holds < 0:
            faults.append(f"账户 {account}（{commodity}）：余额为负 {holds}")
    for commodity in sorted({commodity for _, commodity in kept} | set(outside)):
        inside = sum(amount for (_, of), amount in kept.items() if of == commodity)
        if inside + outside.get(commodity, 0) != 0:
            faults.append(f"{commodity}：账内共 {inside}，账外共 {outside.get(commodity, 0)}，合起来不是零")
    return faults


def _wrong_reversal(
    name: str, posting: Posting, known: dict[str, Posting], reversed_by: dict[str, str]
) -> Iterator[str]:
    if not posting.reverses:
        return
    original = known.get(posting.reverses)
    if original is None:
        yield f"账目 {name}：所冲销的 {posting.reverses} 不在它之前"
    elif original.reversed(posting.reverses) != Posting(
        posting.source,
        posting.destination,
        posting.amount,
        posting.commodity,
        original.purpose,
        posting.reverses,
    ):
        yield f"账目 {name}：与所冲销的 {posting.reverses} 不是一来一回"
    elif posting.reverses in reversed_by:
        yield f"账目 {name}：{posting.reverses} 已经由 {reversed_by[posting.reverses]} 冲销过"
    else:
        reversed_by[posting.reverses] = name


Export = Callable[[Store, str], bytes]


def _beancount(store: Store, title: str) -> bytes:
    return as_beancount(journal(store), balances(store), title).encode()


def _csv(store: Store, title: str) -> bytes:
    return as_csv(journal(store))


EXPORTS: dict[str, Export] = {"beancount": _beancount, "csv": _csv}
"""How a store's books are written out, by format: ``(store, title) -> bytes``."""
