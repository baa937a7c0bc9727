"""What a posting moves at a bank, by the names of its accounts.

Most postings move money between accounts of ours: the bank sees nothing of them. What it sees is money that comes from
a source or goes to a payee, a tranche that is paid to a project, and money that comes back from whoever owed it.
"""

from __future__ import annotations

from linli.ledger import FEN, OUTSIDE, Posting, is_outside

SOURCE, PAYEE, USERS = f"{OUTSIDE}source/", f"{OUTSIDE}payee/", f"{OUTSIDE}users"
RECEIVABLE, PROJECT, COMMITTED = "receivable:", "project:", "committed:"
WRITTEN_OFF = f"{OUTSIDE}written-off"


def at_bank(posting: Posting) -> int:
    """What a posting moves at the bank in fen: above zero where money comes in, 0 where the bank has no part in it."""
    source, destination = posting.source, posting.destination
    if posting.commodity != FEN or WRITTEN_OFF in (source, destination):
        return 0
    if RECEIVABLE in (source[: len(RECEIVABLE)], destination[: len(RECEIVABLE)]):
        return _owed(posting)
    if source.startswith((SOURCE, PAYEE, USERS)):
        return posting.amount
    if destination.startswith((SOURCE, PAYEE, USERS)):
        return -posting.amount
    if source.startswith(COMMITTED) and destination.startswith(PROJECT):
        return -posting.amount
    if source.startswith(PROJECT) and destination.startswith(COMMITTED):
        return posting.amount
    return 0


def _owed(posting: Posting) -> int:
    """A claim is only written down; what the bank sees is that it is paid, and that such a payment is sent back."""
    paid = posting.source.startswith(RECEIVABLE) and _is_ours(posting.destination)
    sent_back = posting.destination.startswith(RECEIVABLE) and _is_ours(posting.source)
    return posting.amount if paid else -posting.amount if sent_back else 0


def _is_ours(account: str) -> bool:
    """Whether what is paid on a claim stays: in a fund, or with the funder whose money it was."""
    return (not is_outside(account) and not account.startswith(PROJECT)) or account.startswith(
        f"{OUTSIDE}funder/"
    )


def moves_at_bank(posting: Posting) -> bool:
    """Whether the bank has a part in a posting, so that no step of ours takes it back."""
    return at_bank(posting) != 0
