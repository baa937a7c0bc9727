"""A correction never leaves books and facts apart: what was booked is reversed by name and booked as it should be."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest

from linli.books import check
from linli.errors import BadInput, Forbidden, Overdrawn
from linli.ledger import PIECES
from tests.funds.conftest import FundOffice, Open


def correct(
    office: FundOffice, matter: str, procedure: str, slot: str, who: str = "manager", **facts: Any
) -> Any:
    changes = [{"field": name, "value": json.dumps(value)} for name, value in facts.items()]
    said = {"slot": slot, "changes": changes, "reason": "登记有误"}
    return office.take(who, procedure, "correct", said, matter=matter)


def amounts(office: FundOffice, matter: str) -> list[tuple[int, str]]:
    """What a matter booked, in order, with what it reverses."""
    return [
        (posting.amount, posting.reverses)
        for step in office.service.steps(matter)
        for posting in step.postings
    ]


def test_an_amount_that_was_entered_wrongly_is_reversed_and_booked_anew(open_funds: Open) -> None:
    office = open_funds()
    gift = office.give(1_000, "助老").matter
    told = correct(office, gift, "contribution", "contribution", amount_fen=600)
    assert told.stage == "received"
    assert amounts(office, gift) == [(1_000, ""), (1_000, f"{gift}/1/0"), (600, "")]
    assert office.held() == {("居民自筹", "助老"): 600}
    assert check(office.store) == []


def test_a_correction_of_a_correction_reverses_what_the_first_booked(open_funds: Open) -> None:
    office = open_funds()
    gift = office.give(1_000).matter
    correct(office, gift, "contribution", "contribution", amount_fen=600)
    correct(office, gift, "contribution", "contribution", purpose="助学")
    assert amounts(office, gift)[3:] == [(600, f"{gift}/2/1"), (600, "")]
    assert office.held() == {("居民自筹", "助学"): 600}
    assert check(office.store) == []


def test_what_does_not_concern_the_books_leaves_them_alone(open_funds: Open) -> None:
    office = open_funds()
    gift = office.give(1_000).matter
    correct(office, gift, "contribution", "contribution", donor="某商场")
    assert amounts(office, gift) == [(1_000, "")]


def test_money_that_is_spent_cannot_be_corrected_away(open_funds: Open) -> None:
    office = open_funds()
    gift = office.give(1_000).matter
    office.approve(office.ask(700).matter)
    with pytest.raises(Overdrawn, match="余额不足：现有 3 元，需要 4 元"):
        correct(office, gift, "contribution", "contribution", amount_fen=600)
    correct(office, gift, "contribution", "contribution", amount_fen=700)
    assert office.held() == {}
    assert check(office.store) == []


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [("source", "不明来源", "不是这里登记的资金来源"), ("purpose", "绿化", "没有“绿化”这个用途")],
)
def test_a_correction_that_the_rules_would_have_refused_is_refused(
    open_funds: Open, field: str, value: str, said: str
) -> None:
    office = open_funds()
    gift = office.give(1_000).matter
    with pytest.raises(BadInput, match=said):
        correct(office, gift, "contribution", "contribution", **{field: value})
    assert office.held() == {("居民自筹", "非限定"): 1_000}


def test_a_fund_that_is_corrected_is_corrected_in_its_register(open_funds: Open) -> None:
    office = open_funds()
    with pytest.raises(BadInput):
        correct(office, office.give(100).matter, "contribution", "contribution", purpose="助残")
    purposes = [{"name": "助老"}, {"name": "助残"}]
    correct(office, office.fund, "fund", "fund", purposes=purposes)
    assert office.give(100, "助残").stage == "received"
    assert office.give(100, "助学").stage == "refused"


def lot(office: FundOffice, **more: Any) -> str:
    office.appoint("storekeeper", "storekeeper")
    facts = {"item": "大米", "quantity": 40, "unit": "袋", "expires": "2026-06-30", **more}
    return office.take("storekeeper", "goods", "receive", facts, place=office.top).matter


def test_the_stock_of_a_lot_follows_its_corrected_quantity(open_funds: Open) -> None:
    office = open_funds()
    rice = lot(office)
    office.act("storekeeper", "hand_out", rice, "goods", quantity=15, use="困难家庭")
    correct(office, rice, "goods", "lot", quantity=30)
    assert office.store.balance(f"goods:{rice}", PIECES) == 15
    with pytest.raises(BadInput, match="库里只有 10"):
        correct(office, rice, "goods", "lot", quantity=10)
    correct(office, rice, "goods", "hand_out", quantity=5)
    assert office.store.balance(f"goods:{rice}", PIECES) == 25
    assert office.store.balance("outside:use/困难家庭", PIECES) == 5
    assert check(office.store) == []


def test_a_last_day_that_was_entered_wrongly_brings_the_lot_back(open_funds: Open) -> None:
    office = open_funds()
    rice = lot(office, expires="2026-03-10")
    office.clock.day = date(2026, 3, 20)
    assert office.stage(rice) == "expired"
    assert correct(office, rice, "goods", "lot", expires="2027-03-10").stage == "in_stock"
    office.clock.day += timedelta(days=30)
    office.act("storekeeper", "hand_out", rice, "goods", quantity=1, use="困难家庭")
    office.clock.day = date(2027, 3, 11)
    assert office.stage(rice) == "expired"


def test_whoever_enters_corrects_only_what_they_could_have_entered(open_funds: Open) -> None:
    office = open_funds()
    gift = office.give(1_000, "助老").matter
    office.act("manager", "repurpose", gift, "contribution", **CHANGE)
    with pytest.raises(Forbidden, match="变更用途"):
        correct(office, gift, "contribution", "repurpose", "cashier", amount_fen=1)
    correct(office, gift, "contribution", "repurpose", amount_fen=200)
    assert office.held() == {("居民自筹", "助老"): 800, ("居民自筹", "助学"): 200}
    correct(office, gift, "contribution", "contribution", "cashier", amount_fen=500)
    assert office.held() == {("居民自筹", "助老"): 300, ("居民自筹", "助学"): 200}
    with pytest.raises(BadInput, match="没有变更过的部分"):
        correct(office, gift, "contribution", "contribution", "cashier", amount_fen=199)
    assert check(office.store) == []


CHANGE = {"purpose": "助学", "amount_fen": 300, "reason": "老人食堂已有专款", "consent": "doc:1"}
