"""What one matter does to books, by its postings alone: what came, what went, what stands apart."""

from __future__ import annotations

from datetime import date

from linli.funds.contributions import contribution
from linli.funds.opening import fund
from linli.funds.payments import payment
from linli.ledger import Posting
from linli.matter_books import UNSHOWN, MatterBooks, Placed
from linli.procedures import Procedure
from linli.statements import OPENING
from linli.steps import Actor, Step

FUND = "110101-2026-FUND"
MATTER = "110101-2026-PAID"
MONEY = f"fund:{FUND}:居民自筹:非限定"
BOOK = f"fund/{FUND}"
PAYEE, COMMITTED, OWED = "outside:payee/服务社", f"committed:{MATTER}", f"receivable:{MATTER}"


def passed(procedure: Procedure, matter: str, *steps: tuple[Posting, ...]) -> MatterBooks:
    """A pass over steps of a matter, none of them public, each a day after the one before."""
    found = MatterBooks(matter, procedure, None, lambda account: "")
    for number, postings in enumerate(steps, 1):
        day = date(2026, 3, number)
        step = Step(
            matter=matter,
            number=number,
            procedure=procedure.id,
            version=1,
            action="x",
            place="110101000000",
            happened=day,
            decided=day,
            recorded=day,
            actor=Actor("a", "fund_clerk", "110101000000"),
            stage="x",
            postings=postings,
        )
        found.take(Placed(step, number, None))
    return found


def sums(found: MatterBooks, book: str = BOOK) -> dict[str, dict[str, int]]:
    """The sums of March without what came to nothing; what came less what went is what stands somewhere."""
    year = {name: {k: n for k, n in of.items() if n} for name, of in found.months[book]["2026-03"].items()}
    came, went, held, apart = (sum(year[name].values()) for name in ("came", "went", "held", "apart"))
    assert came - went == held + apart
    return year


PAID = ((Posting(MONEY, COMMITTED, 500),), (Posting(COMMITTED, PAYEE, 500),))
CLAIM = (Posting(PAYEE, OWED, 200),)


def test_what_is_claimed_back_stands_apart_until_it_comes() -> None:
    year = sums(passed(payment, MATTER, *PAID, CLAIM))
    assert (year["went"], year["apart"]) == ({UNSHOWN: 300}, {"receivable": 200})
    back = (Posting(OWED, PAYEE, 200), Posting(PAYEE, MONEY, 200))
    year = sums(passed(payment, MATTER, *PAID, CLAIM, back))
    assert (year["went"], year["apart"], year["held"]) == ({UNSHOWN: 300}, {}, {"居民自筹:非限定": -300})


def test_a_claim_that_is_written_off_was_spent_after_all() -> None:
    year = sums(passed(payment, MATTER, *PAID, CLAIM, (Posting(OWED, "outside:written-off", 200),)))
    assert (year["went"], year["apart"]) == ({UNSHOWN: 500}, {})


def test_what_is_owed_to_its_source_stands_apart_and_leaves_with_the_bank() -> None:
    owed = f"owed:{FUND}:居民自筹"
    closed = (Posting(MONEY, owed, 700),)
    year = sums(passed(fund, FUND, closed))
    assert (year["came"], year["went"], year["apart"]) == ({}, {}, {"owed": 700})
    year = sums(passed(fund, FUND, closed, (Posting(owed, "outside:source/居民自筹", 700),)))
    assert (year["went"], year["apart"]) == ({UNSHOWN: 700}, {})


def test_what_was_there_before_the_books_began_is_no_income() -> None:
    year = sums(passed(contribution, MATTER, (Posting("outside:opening/居民自筹", MONEY, 900),)))
    assert year["came"] == {OPENING: 900}


def test_what_one_fund_hands_to_another_left_the_one_and_came_to_the_other() -> None:
    other = "fund:110101-2026-ELSE:居民自筹:非限定"
    found = passed(fund, FUND, (Posting(MONEY, other, 400),))
    assert sums(found)["went"] == {UNSHOWN: 400}
    assert sums(found, "fund/110101-2026-ELSE")["came"] == {"居民自筹": 400}


def test_a_bounce_undoes_income_and_is_no_spending() -> None:
    came = Posting("outside:source/居民自筹", MONEY, 300)
    year = sums(passed(contribution, MATTER, (came,), (came.reversed(f"{MATTER}/1/0"),)))
    assert (year["came"], year["went"]) == ({}, {})
