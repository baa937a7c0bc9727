"""Gifts and what was there before: opening balances, other purposes by consent, filing or notice, donors' questions."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from linli.books import check
from linli.errors import BadInput, Forbidden, Overdrawn
from tests.funds.conftest import FundOffice, Open
from tests.funds.test_corrections import correct

PEOPLE = "居民自筹"


def opening(office: FundOffice, amount: int, who: str = "manager", **more: Any) -> Any:
    facts = {
        "fund": office.fund,
        "source": PEOPLE,
        "channel": "opening",
        "amount_fen": amount,
        "purpose": "助老",
        "basis": "doc:1",
        "as_of": "2025-12-31",
        **more,
    }
    return office.take(who, "contribution", "take_over", facts, place=office.top)


def test_what_a_fund_held_before_comes_in_once_with_the_paper_it_rests_on(open_funds: Open) -> None:
    office = open_funds()
    assert opening(office, 1_000, basis="").stage == "returned"
    told = opening(office, 1_000)
    assert told.stage == "received"
    assert office.held() == {(PEOPLE, "助老"): 1_000}
    assert office.store.balance(f"outside:opening/{PEOPLE}") == -1_000
    with pytest.raises(Overdrawn):
        opening(office, 1)
    assert opening(office, 500, purpose="").stage == "received", "another purpose has its own"
    office.act("manager", "void", told.matter, "contribution", reason="登记有误")
    assert opening(office, 900).stage == "received", "what was voided can be entered anew"
    assert office.held() == {(PEOPLE, "助老"): 900, (PEOPLE, "非限定"): 500}
    assert check(office.store) == []


def test_an_opening_balance_is_no_income_and_income_no_opening_balance(open_funds: Open) -> None:
    office = open_funds()
    with pytest.raises(BadInput, match="期初余额不是新的收入"):
        office.give(1_000, channel="opening")
    with pytest.raises(BadInput, match="这里只登记期初余额"):
        opening(office, 1_000, channel="grant")
    with pytest.raises(Forbidden):
        opening(office, 1_000, "cashier")
    matter = opening(office, 1_000).matter
    with pytest.raises(BadInput, match="期初余额不经过银行"):
        office.act("treasurer", "bounce", matter, "contribution", reason="退回")


def test_an_opening_balance_is_corrected_in_the_books(open_funds: Open) -> None:
    office = open_funds()
    matter = opening(office, 1_000).matter
    correct(office, matter, "contribution", "contribution", amount_fen=1_200)
    assert office.held() == {(PEOPLE, "助老"): 1_200}
    with pytest.raises(Overdrawn):
        opening(office, 1)
    assert check(office.store) == []


def test_what_the_bank_has_shown_is_not_voided(open_funds: Open) -> None:
    office = open_funds()
    gift = office.give(1_000).matter
    office.act("treasurer", "clear", gift, "contribution", line="B-1")
    with pytest.raises(BadInput, match="已经登记过到账"):
        office.act("treasurer", "clear", gift, "contribution", line="B-1")
    with pytest.raises(BadInput, match="银行对账单上有这笔钱"):
        office.act("manager", "void", gift, "contribution", reason="重复")
    assert office.act("treasurer", "bounce", gift, "contribution", reason="支票未兑付").stage == "bounced"
    assert office.held() == {}


CHANGE = {"purpose": "助学", "amount_fen": 300, "reason": "老人食堂已有专款"}


def adverse(told: Any) -> list[str]:
    return [heard.reason for heard in told.judgement.adverse()]


def test_money_is_not_bound_to_a_purpose_that_the_fund_does_not_have(open_funds: Open) -> None:
    office = open_funds()
    gift = office.give(1_000, "助老").matter
    told = office.act(
        "manager", "repurpose", gift, "contribution", consent="doc:1", **{**CHANGE, "purpose": "绿化"}
    )
    assert adverse(told) == ["“邻里互助基金”没有“绿化”这个用途"]
    assert office.held() == {(PEOPLE, "助老"): 1_000}


def test_whoever_entered_a_gift_does_not_change_its_purpose(open_funds: Open) -> None:
    office = open_funds()
    office.appoint("cashier", "fund_manager")
    gift = office.give(1_000, "助老").matter
    with pytest.raises(Forbidden):
        office.act("cashier", "repurpose", gift, "contribution", consent="doc:1", **CHANGE)


def test_where_no_local_text_says_so_a_notice_is_no_consent(open_funds: Open) -> None:
    office = open_funds("dongcheng")
    gift = office.give(1_000, "助老").matter
    told = office.act("manager", "announce_change", gift, "contribution", tried="doc:1", **CHANGE)
    assert adverse(told) == ["这里没有以公告代替捐赠人同意的规定"]
    assert told.due == ()


def test_a_donor_who_cannot_be_found_is_asked_in_public_for_sixty_days(open_funds: Open) -> None:
    office = open_funds("shangcheng")
    gift = office.give(1_000, "助老", source=PEOPLE).matter
    told = office.act("manager", "announce_change", gift, "contribution", tried="doc:1", **CHANGE)
    (notice,) = told.due
    assert (notice.what, notice.day) == ("change", date(2026, 5, 6)), "sixty days end on Labour Day's holiday"
    office.clock.day = notice.day
    told = office.act("manager", "repurpose", gift, "contribution", **CHANGE)
    assert adverse(told) == [f"公告到 {notice.day} 才期满"]
    assert office.held() == {(PEOPLE, "助老"): 1_000}
    office.clock.day = notice.day + timedelta(days=1)
    told = office.act("manager", "repurpose", gift, "contribution", **CHANGE)
    assert (adverse(told), told.due) == ([], ())
    assert office.held() == {(PEOPLE, "助老"): 700, (PEOPLE, "助学"): 300}
    told = office.act("manager", "repurpose", gift, "contribution", **CHANGE)
    assert adverse(told) == ["没有捐赠人同意的书面材料"], "a notice is for one change"
    assert check(office.store) == []


def test_a_donor_who_speaks_up_in_time_ends_the_notice(open_funds: Open) -> None:
    office = open_funds("shangcheng")
    gift = office.give(1_000, "助老").matter
    office.act("manager", "announce_change", gift, "contribution", tried="doc:1", **CHANGE)
    told = office.act("cashier", "donor_says", gift, "contribution", agrees=False, letter="doc:2")
    assert told.due == ()
    office.clock.day = date(2026, 6, 1)
    told = office.act("manager", "repurpose", gift, "contribution", **CHANGE)
    assert adverse(told) == ["捐赠人不同意变更用途"]
    assert office.held() == {(PEOPLE, "助老"): 1_000}


def test_every_question_of_a_donor_has_its_own_last_day_and_is_answered_in_turn(open_funds: Open) -> None:
    office = open_funds()
    gift = office.give(1_000).matter
    told = office.act("cashier", "ask", gift, "contribution", subject="用在了哪里")
    assert [each.day for each in told.due] == [date(2026, 3, 16)]
    office.clock.day = date(2026, 3, 4)
    told = office.act("cashier", "ask", gift, "contribution", subject="还剩多少")
    assert [each.day for each in told.due] == [date(2026, 3, 16), date(2026, 3, 18)]
    told = office.act("cashier", "reply", gift, "contribution", answer="用于慰问")
    assert [each.day for each in told.due] == [date(2026, 3, 18)]
    office.act("cashier", "reply", gift, "contribution", answer="还剩十元")
    with pytest.raises(BadInput, match="没有待答复的询问"):
        office.act("cashier", "reply", gift, "contribution", answer="没有了")


MATCH = {
    "kind": "match",
    "project": "G1",
    "total_fen": 10_000,
    "own_fen": 4_000,
    "own_proof": "doc:1",
}


def test_a_matching_fund_adds_to_own_money_up_to_its_share_over_all_payments(open_funds: Open) -> None:
    office = open_funds()
    office.fund = office.open_fund(matching=True)
    office.give(100_000)
    assert office.ask(1, kind="grant").stage == "refused"
    first, second = office.ask(4_000, **MATCH).matter, office.ask(2_001, **MATCH).matter
    office.approve(first)
    assert office.approve(second).stage == "refused", "together they pass sixty percent"
    assert office.approve(office.ask(2_000, **MATCH).matter).stage == "committed"
    assert office.ask(1, **MATCH).stage == "refused"
    assert office.ask(6_000, **{**MATCH, "project": "G2"}).stage == "awaiting"
    assert office.ask(100, **{**MATCH, "project": "G3", "own_fen": 3_999}).stage == "refused"
    assert office.store.balance(f"used:match/{office.fund}/G1") == 6_000
    assert check(office.store) == []
