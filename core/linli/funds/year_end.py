"""The end of a year: what was not used is carried over, or has to be returned to where it came from.

Which kinds of source take their unused money back, and whether an unused limit is carried over, are parameters of the
place; what people gave stays with the fund. Closing moves what is to be returned out of reach, sending it is a second
step with the bank. Where money is returned, nothing of the next year comes into the fund or goes out of it before the
year is closed, so that no yuan can belong to both.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from msgspec import Struct

from linli.bookings import standing
from linli.calendar import Period, Unit, due
from linli.errors import BadInput
from linli.forms import document, number
from linli.funds.accounts import closed_years, income, owed, parts
from linli.funds.dues import stage_of, with_due
from linli.funds.opening import CLOSED, OPEN, SETTLED, closed_year, closings, entry, fund
from linli.funds.payments import Order
from linli.funds.posts import MANAGER, TREASURER
from linli.funds.vocabulary import LAPSE, RETURN_DAYS, RETURNED, UNUSED_LIMITS
from linli.ledger import MARK, OPENED, PIECES, Posting
from linli.matters import SUSPENDED, Matter
from linli.procedures import Outcome, Scene, to
from linli.rulebook import Judgement
from linli.rules import Holdings
from linli.standing import Why
from linli.steps import DueBy


class YearEnd(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which year is closed."""

    year: Annotated[int, number("年度", least=2000, most=2100)]
    report: Annotated[str, document("年度收支报告")] = ""


class FundYear(Struct, frozen=True, kw_only=True):
    """What rules see when a year of a fund is closed."""

    fund: str
    year: int


def _closing(matter: Matter, form: YearEnd) -> FundYear:
    return FundYear(fund=matter.id, year=form.year)


def _last(matter: Matter, form: Any) -> FundYear:
    return FundYear(fund=matter.id, year=closed_year(matter))


YEAR_MONEY = Holdings(
    "funds.year_money",
    "基金现有的钱和这一年没有用完的额度",
    lambda facts: (
        f"fund:{facts.fund}:",
        f"allowance:fund/{facts.fund}/{facts.year}",
        f"allowance:programme/{facts.fund}/",
        f"allowance:community/{facts.fund}/",
    ),
)
OWED_MONEY = Holdings("funds.owed_money", "应交回的钱", lambda facts: (f"owed:{facts.fund}:",))


@fund.action(
    "close_year",
    title="年终结账",
    by=MANAGER,
    at=(OPEN, CLOSED, SUSPENDED),
    form=YearEnd,
    slot="year_end",
    judged=True,
    facts=_closing,
    reads=FundYear,
    uses=(YEAR_MONEY,),
)
def close_year(matter: Matter, form: YearEnd, judgement: Judgement, scene: Scene) -> Outcome:
    """A year is closed, in the order of years; what rules say against it stands in the step, and nothing moves."""
    if judgement.refused or judgement.incomplete:
        return to(stage_of(matter), due=with_due(matter))
    postings = (
        _closed(matter, form.year),
        *_returned(matter.id, judgement.term(RETURNED, ()), scene),
        *(_lapsed(form.year, scene) if judgement.term(UNUSED_LIMITS) == LAPSE else ()),
    )
    sent = any(posting.destination.startswith("owed:") for posting in postings)
    return to(
        stage_of(matter),
        due=with_due(matter, _hand_back_by(scene)) if sent else with_due(matter),
        postings=postings,
        entries=entry(matter, scene, closed_year=form.year),
    )


def _closed(matter: Matter, year: int) -> Posting:
    """The year as a balance: what is dated into it meanwhile, by whoever enters it late, finds it closed."""
    last = f"used:{closed_years(matter.id)}"
    return Posting(MARK, last, year - closed_year(matter), PIECES, "年终结账")


def _returned(fund_id: str, sources: tuple[str, ...], scene: Scene) -> Iterator[Posting]:
    for (account, _), amount in sorted(scene.given[YEAR_MONEY].items()):
        named = parts(account)
        if named is not None and named[1] in sources:
            yield Posting(account, owed(fund_id, named[1]), amount, purpose=named[2])


def _lapsed(year: int, scene: Scene) -> Iterator[Posting]:
    for (account, commodity), amount in sorted(scene.given[YEAR_MONEY].items()):
        if account.startswith("allowance:") and account.endswith(f"/{year}"):
            yield Posting(account, OPENED, amount, commodity, "年终失效")


def _hand_back_by(scene: Scene) -> DueBy:
    days = Period(scene.rulebook.value(RETURN_DAYS, scene.decided, 30), Unit.NATURAL_DAYS)
    reckoned = due(scene.decided, days, scene.calendar)
    return DueBy(
        "hand_back", reckoned.day, TREASURER.id, "交回年终结余", reckoned.provisional, "", reckoned.basis
    )


@fund.action(
    "hand_back",
    title="交回年终结余",
    by=TREASURER,
    at=(OPEN, CLOSED, SETTLED, SUSPENDED),
    form=Order,
    slot="hand_back",
    facts=_last,
    uses=(OWED_MONEY,),
    apart_from=("close_year",),
)
def hand_back(matter: Matter, form: Order, judgement: Judgement | None, scene: Scene) -> Outcome:
    """What a source takes back is sent by the bank, by someone else than who closed the year."""
    postings = tuple(
        Posting(account, income(account.split(":", 2)[2]), amount, purpose="年终结余交回")
        for (account, _), amount in sorted(scene.given[OWED_MONEY].items())
    )
    if not postings:
        raise BadInput("没有应交回的结余", where="stage")
    return to(stage_of(matter), due=with_due(matter, without="hand_back"), postings=postings)


@fund.action(
    "hand_back_bounced",
    title="交回的结余被银行退回",
    by=TREASURER,
    at=(OPEN, CLOSED, SETTLED, SUSPENDED),
    form=Why,
    slot="hand_back_bounced",
)
def hand_back_bounced(matter: Matter, form: Why, judgement: Judgement | None, scene: Scene) -> Outcome:
    """The bank sent back what was last handed back: it waits to be sent again."""
    sent = [each for each in standing(matter) if each.posting.source.startswith(owed(matter.id, ""))]
    if not sent:
        raise BadInput("没有交回过结余", where="stage")
    last = [each for each in sent if each.number == sent[-1].number]
    reversals = tuple(each.posting.reversed(each.name) for each in reversed(last))
    return to(stage_of(matter), due=with_due(matter, _hand_back_by(scene)), postings=reversals)


@fund.action(
    "undo_year",
    title="撤销结账",
    by=MANAGER,
    at=(OPEN, CLOSED, SUSPENDED),
    form=Why,
    slot="undo_year",
)
def undo_year(matter: Matter, form: Why, judgement: Judgement | None, scene: Scene) -> Outcome:
    """The last year that was closed is open again, as long as nothing was handed back."""
    closed = closings(matter)
    if not closed:
        raise BadInput("没有结过账", where="stage")
    *earlier, last = closed
    booked = [each for each in standing(matter) if each.number == last.number]
    return to(
        stage_of(matter),
        due=with_due(matter, without="hand_back"),
        postings=tuple(each.posting.reversed(each.name) for each in reversed(booked)),
        entries=entry(matter, scene, closed_year=int(earlier[-1].facts["year"]) if earlier else 0),
    )
