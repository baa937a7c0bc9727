"""Money that was paid and comes back: given back, claimed, paid back, written off by decision."""

from __future__ import annotations

from datetime import date

import pytest

from linli.books import check
from linli.errors import BadInput, Forbidden, WrongStage
from tests.funds.conftest import FundOffice, Open

UNTIL = {"until": "2026-04-30", "reason": "没有按协议使用"}


@pytest.fixture
def office(open_funds: Open) -> FundOffice:
    office = open_funds()
    office.give(1_000, "助老")
    return office


def paid(office: FundOffice, amount: int = 400) -> str:
    payment = office.ask(amount, "助老").matter
    office.approve(payment)
    office.act("treasurer", "pay", payment)
    office.act("treasurer", "clear", payment, line="B-7")
    return payment


def owed(office: FundOffice, payment: str) -> int:
    return office.store.balance(f"receivable:{payment}")


def test_what_is_claimed_is_owed_until_it_is_paid_back_to_where_it_came_from(office: FundOffice) -> None:
    payment = paid(office)
    told = office.act("manager", "claim_back", payment, amount_fen=300, **UNTIL)
    assert (told.stage, [(each.what, each.day) for each in told.due]) == (
        "claimed",
        [("repay", date(2026, 4, 30))],
    )
    assert (owed(office, payment), office.store.balance("outside:payee/服务社")) == (300, 100)
    assert office.act("treasurer", "repay", payment, amount_fen=120).stage == "claimed"
    assert (owed(office, payment), office.held()) == (180, {("居民自筹", "助老"): 720})
    told = office.act("treasurer", "repay", payment, amount_fen=180)
    assert (told.stage, told.due, office.held()) == ("paid", (), {("居民自筹", "助老"): 900})
    assert check(office.store) == []


def test_no_more_is_claimed_or_paid_back_than_there_is(office: FundOffice) -> None:
    payment = paid(office)
    office.act("treasurer", "refund", payment, amount_fen=150, reason="结余")
    with pytest.raises(BadInput, match=r"能追回的只有 2\.50 元"):
        office.act("manager", "claim_back", payment, amount_fen=251, **UNTIL)
    office.act("manager", "claim_back", payment, amount_fen=200, **UNTIL)
    with pytest.raises(BadInput, match="能追回的只有"):
        office.act("manager", "claim_back", payment, amount_fen=51, **UNTIL)
    with pytest.raises(BadInput, match="应追回的还有 2 元"):
        office.act("treasurer", "repay", payment, amount_fen=201)
    with pytest.raises(WrongStage):
        office.act("treasurer", "refund", payment, amount_fen=1, reason="结余")


def test_a_claim_is_written_off_by_decision_only_and_not_by_who_claimed(office: FundOffice) -> None:
    payment = paid(office)
    office.appoint("manager", "fund_approver")
    office.act("manager", "claim_back", payment, amount_fen=300, **UNTIL)
    office.act("treasurer", "repay", payment, amount_fen=100)
    given_up = {"amount_fen": 200, "reason": "单位已注销"}
    with pytest.raises(Forbidden):
        office.act("manager", "write_off", payment, decision="doc:1", **given_up)
    told = office.act("second", "write_off", payment, **given_up)
    assert told.stage == "claimed" and told.judgement is not None
    assert [heard.reason for heard in told.judgement.adverse()] == ["没有决策机构的决定"]
    told = office.act("second", "write_off", payment, resolution="没有的决议", **given_up)
    assert owed(office, payment) == 200, "a resolution that is not on record decides nothing"
    assert office.act("second", "write_off", payment, decision="doc:1", **given_up).stage == "paid"
    assert (owed(office, payment), office.store.balance("outside:written-off")) == (0, 200)
    assert check(office.store) == []


def test_a_claim_that_was_wrong_is_dropped_by_a_reversal(office: FundOffice) -> None:
    payment = paid(office)
    office.act("manager", "claim_back", payment, amount_fen=300, **UNTIL)
    assert office.act("manager", "drop_claim", payment, reason="已按协议使用").stage == "paid"
    assert (owed(office, payment), office.store.balance("outside:payee/服务社")) == (0, 400)
    office.act("manager", "claim_back", payment, amount_fen=400, **UNTIL)
    office.act("treasurer", "repay", payment, amount_fen=1)
    with pytest.raises(BadInput, match="不能撤回"):
        office.act("manager", "drop_claim", payment, reason="已按协议使用")
    assert check(office.store) == []


def test_the_bank_may_send_a_payment_back_after_it_had_cleared(office: FundOffice) -> None:
    payment = paid(office)
    assert office.act("treasurer", "bounce", payment, reason="收款账户销户").stage == "committed"
    assert office.store.balance(f"committed:{payment}") == 400
    office.act("treasurer", "pay", payment)
    office.act("treasurer", "clear", payment)
    office.act("treasurer", "refund", payment, amount_fen=1, reason="结余")
    with pytest.raises(BadInput, match="不是银行退回"):
        office.act("treasurer", "bounce", payment, reason="收款账户销户")
    assert check(office.store) == []
