"""Money that cannot be, through the API: refused with the reason and the article, nothing booked, nothing half done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.systems.test_funding import Fair
from tests.systems.test_funding import at as at
from tests.systems.test_funds import Open, Purse
from tests.systems.test_funds import open_purse as open_purse
from tests.systems.town import Denied

DONGCHENG = "dongcheng"
AMOUNTS = [0, -1, 1.5, 10**14, "很多", None, True]


@pytest.fixture
def purse(open_purse: Open) -> Purse:
    return open_purse(DONGCHENG)


def books(purse: Purse) -> object:
    """Everything that the ledger holds."""
    return purse.store.balances(), list(purse.store.postings())


@pytest.mark.parametrize("amount", AMOUNTS)
@pytest.mark.parametrize("what", ["give", "ask"])
def test_an_amount_that_is_none_is_refused_with_the_article(purse: Purse, what: str, amount: Any) -> None:
    fund = purse.fund()
    purse.give(fund, 10_000)
    before = books(purse)
    with pytest.raises(Denied) as denied:
        getattr(purse, what)(fund, amount)
    said = str(denied.value)
    assert "amount_fen" in said
    assert "慈善法第十二条" in said or not isinstance(amount, int) or isinstance(amount, bool)
    assert books(purse) == before


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"source": "彩票中奖"}, "来源"),
        ({"purpose": "环游世界"}, "用途"),
        ({"fund": "990101-2026-ZZZZZZZZ"}, "没有编号为"),
    ],
)
def test_income_of_an_unknown_source_purpose_or_fund_is_refused(
    purse: Purse, facts: dict[str, Any], said: str
) -> None:
    fund = purse.fund()
    before = books(purse)
    told = purse.take(
        "cashier",
        "record",
        {"fund": fund, "source": "居民自筹", "channel": "grant", "amount_fen": 100, **facts},
        procedure="contribution",
        place="",
    )
    assert told.stage == "refused" and said in told.adverse
    assert all(each["cites"] for each in told.judgement["findings"] if each["verdict"] == "refuse")
    assert books(purse) == before


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"amount": 10_001}, "只有 100 元，不够 100.01 元"),
        ({"purpose": "助老"}, "限定用于助老的钱只有 0 元"),
        ({"source": "政府购买"}, "政府购买"),
        ({"programme": "没有的项目"}, "没有的项目"),
        ({"year": 2025}, "2025"),
    ],
)
def test_a_payment_out_of_what_is_not_there_is_refused(
    purse: Purse, facts: dict[str, Any], said: str
) -> None:
    fund = purse.fund()
    purse.give(fund, 10_000)
    before = books(purse)
    told = purse.ask(fund, **{"amount": 100, **facts})
    assert told.stage == "refused" and said in told.adverse
    assert all(each["cites"] for each in told.judgement["findings"] if each["verdict"] == "refuse")
    assert books(purse) == before


def test_a_request_that_is_repeated_books_once(purse: Purse) -> None:
    fund = purse.fund()
    facts = {"fund": fund, "source": "居民自筹", "channel": "grant", "amount_fen": 700}
    first, second = (
        purse.take("cashier", "record", facts, procedure="contribution", key="one") for _ in range(2)
    )
    assert first.matter == second.matter
    assert purse.held(fund) == {"居民自筹:非限定": 700}


def test_money_that_was_given_for_one_thing_is_not_spent_on_another_though_it_is_left_over(
    purse: Purse,
) -> None:
    fund = purse.fund()
    purse.give(fund, 10_000, purpose="助老")
    purse.pay(purse.spend(fund, 4_000, purpose="助老").matter)
    told = purse.ask(fund, 1_000)
    assert told.stage == "refused"
    assert purse.held(fund) == {"居民自筹:助老": 6_000}


def test_a_tranche_is_not_paid_before_its_gate_nor_by_who_may_not(at: Callable[..., Fair]) -> None:
    fair = at("chongchuan")
    matter = fair.running()
    fair.take("treasurer", "pay", {"tranche": 1}, matter=matter)
    with pytest.raises(Denied, match="还没有进展报告和支出凭证"):
        fair.take("treasurer", "pay", {"tranche": 2}, matter=matter)
    with pytest.raises(Denied):
        fair.take("operator", "pay", {"tranche": 2}, matter=matter)
    with pytest.raises(Denied, match="利益关系"):
        fair.take(
            "operator", "evaluate", {"no_interest": False, "points": 92, "finding": "好"}, matter=matter
        )
