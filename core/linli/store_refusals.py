"""What a store answers when it does not commit: one wording, whichever store it is."""

from __future__ import annotations

from collections.abc import Iterator

from linli.errors import BadInput, ClaimTaken, Conflict, LinliError, Overdrawn
from linli.ledger import FEN, Posting
from linli.money import yuan
from linli.store import Commit

MOST_HELD = 2**63 - 1
"""The most that an account can hold: what every database counts in."""

_READ_AGAIN = "请重新读取后再办理"


class StoreFailed(LinliError):
    """The store could not read or write: the disk is full or broken, or others hold the file for too long.

    A commit that ends so has left nothing behind.
    """

    code = "store-failed"
    status = 503


def checked_postings(commit: Commit) -> Iterator[Posting]:
    """The postings of all steps in order; raises `BadInput` for one that cannot be."""
    for step in commit.steps:
        for posting in step.postings:
            yield posting.checked()


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


def overdrawn(account: str, commodity: str, holds: int, wanted: int) -> Overdrawn:
    """The account holds less than the commit takes from it, after netting."""
    return Overdrawn(
        f"余额不足：现有 {_amount(holds, commodity)}，需要 {_amount(wanted, commodity)}",
        where=account,
        cure="请先补足，或减少本次数额",
    )


def overfull(account: str, commodity: str) -> BadInput:
    """The account would hold more than can be counted."""
    return BadInput(
        f"余额会超过可以记录的上限 {_amount(MOST_HELD, commodity)}", where=account, cure="请核对数额"
    )


def _amount(amount: int, commodity: str) -> str:
    return yuan(amount) if commodity == FEN else f"{amount} {commodity}"
