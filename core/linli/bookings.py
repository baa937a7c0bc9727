"""What a matter has booked, and how it is taken back: by postings that name what they reverse.

Nothing that was booked is ever changed. Whatever ends, takes up again or corrects a matter leaves its books as they
should stand, by reversals of what goes and by new postings of what comes again.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from linli.errors import BadInput
from linli.ledger import FEN, OPENED, Posting
from linli.matters import Matter
from linli.money import yuan


class Booked(Struct, frozen=True):
    """A posting of a matter: by which step, and the name by which a reversal names it."""

    name: str
    number: int
    posting: Posting


def booked(matter: Matter) -> tuple[Booked, ...]:
    """Everything that a matter has booked, in order."""
    return tuple(
        Booked(f"{matter.id}/{step.number}/{ordinal}", step.number, posting)
        for step in matter.steps
        for ordinal, posting in enumerate(step.postings)
    )


def standing(matter: Matter, until: int | None = None) -> tuple[Booked, ...]:
    """What stands of it after a step (its number; None: the last): neither reversed by then nor a reversal itself.

    That an allowance was opened is left out: others draw on it too.
    """
    known = [each for each in booked(matter) if until is None or each.number <= until]
    gone = {each.posting.reverses for each in known}
    return tuple(
        each
        for each in known
        if not each.posting.reverses and each.name not in gone and each.posting.source != OPENED
    )


def undone(matter: Matter) -> tuple[Posting, ...]:
    """The reversals of everything that stands, the last first. A limit that was drawn down is given back."""
    return back_to(matter, 0)


def back_to(matter: Matter, number: int) -> tuple[Posting, ...]:
    """The postings that bring the books of a matter back to where they stood after a step (0: before the first).

    What was booked since is reversed, the last first; what was reversed since is booked anew.
    """
    now, then = standing(matter), standing(matter, number)
    stands, stood = {each.name for each in now}, {each.name for each in then}
    new = [each for each in now if each.name not in stood]
    missing = [each for each in then if each.name not in stands]
    for each in list(missing):  # what was reversed and booked again is there
        same = next((other for other in new if other.posting == each.posting), None)
        if same is not None:
            new.remove(same)
            missing.remove(each)
    reversals = tuple(each.posting.reversed(each.name) for each in reversed(new))
    return (*reversals, *(each.posting for each in missing))


def recalled(matter: Matter, number: int) -> tuple[Posting, ...]:
    """As `back_to`; raises `BadInput` where money moved at a bank since, which no step of ours takes back."""
    at_bank = matter.procedure.at_bank
    since = [each for each in standing(matter) if each.number > number]
    moved = [each.posting for each in since if at_bank is not None and at_bank(each.posting)]
    if moved:
        total = sum(posting.amount for posting in moved if posting.commodity == FEN)
        raise BadInput(
            f"这之后银行已经收付了 {yuan(total)}，不能当作没有发生",
            where="stage",
            cure="按程序办理退款、追回或退回，再办这一步",
        )
    return back_to(matter, number)


def last_from(matter: Matter, source: str) -> Booked:
    """The last posting that stands out of an account; the caller knows that there is one."""
    return [each for each in standing(matter) if each.posting.source == source][-1]


def held(postings: Iterable[Posting], account: str, commodity: str = FEN) -> int:
    """What postings leave on an account."""
    return sum(
        posting.amount if posting.destination == account else -posting.amount
        for posting in postings
        if posting.commodity == commodity and account in (posting.source, posting.destination)
    )
