"""What a store answers when it does not commit: one wording, whichever store it is."""

from __future__ import annotations

from linli.errors import BadInput, ClaimTaken, Conflict, LinliError, LoadFault, Overdrawn
from linli.ledger import FEN, is_outside, net
from linli.money import yuan
from linli.store import Commit, Store

MOST_HELD = 2**63 - 1
"""The most that an account can hold: what every database counts in."""

_READ_AGAIN = "请重新读取后再办理"


class StoreFailed(LinliError):
    """The store could not read or write: the disk is full or broken, or others hold the file for too long.

    A commit that ends so has left nothing behind.
    """

    code = "store-failed"
    status = 503


class Unanswered(StoreFailed):
    """The store did not answer: a commit that ends so may have taken effect, or may not.

    Whoever repeats it with the same claim learns which.
    """

    code = "store-unanswered"
    status = 504


def net_changes(commit: Commit) -> dict[tuple[str, str], int]:
    """What a commit changes in each account that holds something, by (account, commodity).

    Raises `BadInput` for a posting that cannot be, and for a condition on an account that lies outside.
    """
    for condition in commit.balances:
        if is_outside(condition.account):
            raise BadInput(
                "外部账户没有余额，不能作为办理的依据", where=condition.account, cure="改用内部账户的余额"
            )
    return net(posting.checked() for step in commit.steps for posting in step.postings)


def refusal(commit: Commit, changes: dict[tuple[str, str], int], store: Store) -> LinliError | None:
    """Why a store as it stands does not take a commit, or None; ``changes`` are those of `net_changes`.

    A taken claim speaks before a conflict, and a conflict before an overdraft.
    """
    return (
        _refused_claim(commit, store)
        or _refused_step(commit, store)
        or _refused_entry(commit, store)
        or _refused_posting(commit, changes, store)
    )


def _refused_claim(commit: Commit, store: Store) -> LinliError | None:
    made = dict[str, bytes]()
    for claim in commit.claims:
        earlier = store.claim(claim.key)
        if earlier is None:
            earlier = made.get(claim.key)
        if earlier is not None:
            return claim_taken(claim.key, earlier)
        made[claim.key] = claim.value
    return None


def _refused_step(commit: Commit, store: Store) -> LinliError | None:
    heads = dict[str, int]()
    for step in commit.steps:
        head = heads[step.matter] if step.matter in heads else store.head(step.matter)
        if step.number != head + 1:
            return not_next(step.matter, head, step.number)
        heads[step.matter] = step.number
    return None


def _refused_entry(commit: Commit, store: Store) -> LinliError | None:
    def version(register: str, key: str) -> int:
        stored = store.entries(register, (key,)).get(key)
        return stored.version if stored else 0

    for condition in commit.conditions:
        stands = version(condition.register, condition.key)
        if condition.version != stands:
            return entry_moved(condition.register, condition.key, stands, condition.version)
    versions = dict[tuple[str, str], int]()
    for entry in commit.entries:
        name = (entry.register, entry.key)
        stands = versions[name] if name in versions else version(*name)
        if entry.version != stands + 1:
            return entry_moved(entry.register, entry.key, stands, entry.version - 1)
        versions[name] = entry.version
    return None


def _refused_posting(commit: Commit, changes: dict[tuple[str, str], int], store: Store) -> LinliError | None:
    for condition in commit.balances:
        holds = store.balance(condition.account, condition.commodity)
        if holds != condition.amount:
            return balance_moved(condition.account, condition.commodity, holds, condition.amount)
    for (account, commodity), change in changes.items():
        holds = store.balance(account, commodity)
        if holds + change < 0:
            return overdrawn(account, commodity, holds, -change)
        if holds + change > MOST_HELD:
            return overfull(account, commodity)
    return None


def claim_taken(key: str, value: bytes) -> ClaimTaken:
    """The claim was made before, with this value."""
    return ClaimTaken(f"“{key}”已经登记过，不能重复", key=key, value=value)


def not_next(matter: str, head: int, number: int) -> Conflict:
    """The step is not the next of its matter, which stands at ``head``."""
    return Conflict(f"事项已办到第 {head} 步，不能写入第 {number} 步", where=matter, cure=_READ_AGAIN)


def entry_moved(register: str, key: str, stands: int, wanted: int) -> Conflict:
    """The entry stands at another version than the commit was decided on (0: there is none)."""
    return Conflict(
        f"登记条目现为第 {stands} 版，办理时依据的是第 {wanted} 版",
        where=f"{register}/{key}",
        cure=_READ_AGAIN,
    )


def balance_moved(account: str, commodity: str, holds: int, wanted: int) -> Conflict:
    """The account holds another amount than the commit was decided on."""
    return Conflict(
        f"余额现为 {_amount(holds, commodity)}，办理时依据的是 {_amount(wanted, commodity)}",
        where=account,
        cure=_READ_AGAIN,
    )


def overdrawn(account: str, commodity: str, holds: int, wanted: int, basis: str = "") -> Overdrawn:
    """The account holds less than the commit takes from it, after netting."""
    return Overdrawn(
        f"余额不足：现有 {_amount(holds, commodity)}，需要 {_amount(wanted, commodity)}",
        where=account,
        cure="请先补足，或减少本次数额",
        basis=basis,
    )


def overfull(account: str, commodity: str) -> BadInput:
    """The account would hold more than can be counted."""
    return BadInput(
        f"余额会超过可以记录的上限 {_amount(MOST_HELD, commodity)}", where=account, cure="请核对数额"
    )


def _amount(amount: int, commodity: str) -> str:
    return yuan(amount) if commodity == FEN else f"{amount} {commodity}"


def not_arrived(where: str) -> LoadFault:
    """A store is being moved here, and nobody may work with half of it."""
    return LoadFault("存储还没有搬完", where=where, cure="再运行一次 linli move in，它会接着搬完")
