"""The accounts of funds, and the names of the limits that are drawn down.

Money stands at ``fund:<fund>:<source>:<purpose>``, so that a balance by source and one by purpose are sums of the same
accounts. What is promised to a payee stands at ``committed:<payment>``, what a payee has to pay back at
``receivable:<payment>``, what has to be returned to its source at ``owed:<fund>:<source>``, goods at ``goods:<lot>``.
Money that is bound to no purpose stands under `UNRESTRICTED`.
"""

from __future__ import annotations

from linli.errors import BadInput
from linli.ledger import OUTSIDE

UNRESTRICTED = "非限定"
PLEDGED = "pledged-fen"
"""The commodity of what was promised: it is no money until it comes."""

ACCOUNTED = "慈善法第十二条：执行国家统一的会计制度，依法进行会计核算"
"""On what it rests that only real amounts are booked."""
KEPT_APART = "慈善法第五十四条：登记造册，严格管理，专款专用"
"""On what it rests that no account of a fund is overdrawn."""

_PARTS = 4


def fund_account(fund: str, source: str, purpose: str) -> str:
    """Where money of a fund stands; raises `BadInput` for a part that would be read as two."""
    purpose = purpose or UNRESTRICTED
    for where, part in (("fund", fund), ("source", source), ("purpose", purpose)):
        if not part or ":" in part or "/" in part:
            raise BadInput("不能空着，也不能有冒号和斜线", where=where)
    return f"fund:{fund}:{source}:{purpose}"


def parts(account: str) -> tuple[str, str, str] | None:
    """Fund, source and purpose of an account, or None for one that is no fund's."""
    split = account.split(":")
    return (split[1], split[2], split[3]) if len(split) == _PARTS and split[0] == "fund" else None


def committed(payment: str) -> str:
    """Where the money of a payment stands between approval and the bank."""
    return f"committed:{payment}"


def income(source: str) -> str:
    """Where money of a kind of source comes from."""
    return f"{OUTSIDE}source/{source}"


def payee(name: str) -> str:
    """Where money goes; a person is not named in an account."""
    return f"{OUTSIDE}payee/{name.replace(':', '：') or '个人'}"


def opening(source: str) -> str:
    """Where money comes from that was there before the books began."""
    return f"{OUTSIDE}opening/{source}"


def owed(fund: str, source: str) -> str:
    """Where money stands that has to be returned to its source, until the bank has sent it."""
    return f"owed:{fund}:{source}"


def receivable(payment: str) -> str:
    """What a payee has to pay back."""
    return f"receivable:{payment}"


def lot(matter: str) -> str:
    """Where the goods of a lot stand."""
    return f"goods:{matter}"


def year_limit(fund: str, year: int) -> str:
    """The limit on what a fund commits in a year."""
    return f"fund/{fund}/{year}"


def programme_limit(fund: str, programme: str, year: int) -> str:
    """The limit on what a programme of a fund commits in a year."""
    return f"programme/{fund}/{programme}/{year}"


def community_limit(fund: str, community: str, year: int) -> str:
    """The allowance of a community in a year out of a fund."""
    return f"community/{fund}/{community}/{year}"


def match_limit(fund: str, project: str) -> str:
    """What a project may get of a fund to match its own money, over all years."""
    return f"match/{fund}/{project}"


def opening_limit(fund: str, source: str, purpose: str) -> str:
    """The one opening balance of a source and a purpose of a fund."""
    return f"opening/{fund}/{source}/{purpose or UNRESTRICTED}"


def closed_years(fund: str) -> str:
    """What stands at this limit is the last year of a fund whose books were closed."""
    return f"closed-year/{fund}"


def reward_limit(proposal: str) -> str:
    """The one reward of a proposal, out of whichever fund."""
    return f"reward/{proposal}"
