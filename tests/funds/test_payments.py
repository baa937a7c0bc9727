"""Who may approve, how many it takes, what is committed and what the bank says."""

from __future__ import annotations

from datetime import date

import pytest

from linli.books import check
from linli.errors import BadInput, Forbidden, Overdrawn, WrongStage
from linli.ledger import Posting
from linli.store import Commit
from tests.funds.conftest import Open

LARGE = 5_000_000


def test_a_small_payment_takes_one_approval_and_a_large_one_two(open_funds: Open) -> None:
    office = open_funds()
    office.give(10 * LARGE)
    assert office.approve(office.ask(LARGE - 1).matter).stage == "committed"
    large = office.ask(LARGE).matter
    assert office.approve(large).stage == "awaiting"
    assert office.store.balance(f"committed:{large}") == 0
    assert office.approve(large, "second").stage == "committed"
    assert office.store.balance(f"committed:{large}") == LARGE


def test_nobody_approves_twice(open_funds: Open) -> None:
    office = open_funds()
    office.give(10 * LARGE)
    large = office.ask(LARGE).matter
    office.approve(large)
    with pytest.raises(Forbidden):
        office.approve(large)


def test_whoever_asked_does_not_approve(open_funds: Open) -> None:
    office = open_funds()
    office.give(1_000)
    with pytest.raises(Forbidden):
        office.approve(office.ask(500, who="both").matter, "both")


def test_whoever_has_declared_an_interest_does_not_approve(open_funds: Open) -> None:
    office = open_funds()
    office.give(1_000)
    payment = office.ask(500).matter
    with pytest.raises(BadInput, match="利害关系"):
        office.act("approver", "approve", payment, no_interest=False)
    office.act("approver", "recuse", payment, interest="亲属在收款单位任职")
    with pytest.raises(Forbidden):
        office.approve(payment)
    assert office.approve(payment, "second").stage == "committed"


def test_whoever_approved_does_not_pay(open_funds: Open) -> None:
    office = open_funds()
    office.appoint("approver", "fund_treasurer")
    office.give(1_000)
    payment = office.ask(500).matter
    office.approve(payment)
    with pytest.raises(Forbidden):
        office.act("approver", "pay", payment)


def test_two_payments_for_the_last_yuan_cannot_both_pass(open_funds: Open) -> None:
    office = open_funds()
    office.give(1_000)
    first, second = office.ask(1_000).matter, office.ask(1_000).matter
    assert office.approve(first).stage == "committed"
    assert office.approve(second).stage == "refused"
    assert office.held() == {}


def test_a_payment_that_the_bank_sent_back_waits_to_be_paid_again(open_funds: Open) -> None:
    office = open_funds()
    office.give(1_000)
    payment = office.ask(400).matter
    office.approve(payment)
    assert office.act("treasurer", "pay", payment).stage == "ordered"
    assert office.act("treasurer", "bounce", payment, reason="账号有误").stage == "committed"
    assert office.store.balance(f"committed:{payment}") == 400
    (reversal,) = [s.posting for s in office.store.postings() if s.posting.reverses]
    assert reversal.reverses == f"{payment}/3/0"
    office.act("treasurer", "pay", payment)
    assert office.act("treasurer", "clear", payment).stage == "paid"
    assert (office.store.balance(f"committed:{payment}"), office.held()) == (0, {("居民自筹", "非限定"): 600})
    assert check(office.store) == []


def test_voiding_gives_money_and_limit_back(open_funds: Open) -> None:
    office = open_funds()
    office.fund = office.open_fund(yearly_fen=1_000)
    office.give(5_000)
    payment = office.ask(1_000).matter
    office.approve(payment)
    assert office.ask(1).stage == "refused"
    office.act("manager", "void", payment, reason="不再需要")
    assert office.held() == {("居民自筹", "非限定"): 5_000}
    assert office.approve(office.ask(1_000).matter).stage == "committed"
    assert check(office.store) == []


def test_what_was_ordered_is_neither_voided_nor_taken_back(open_funds: Open) -> None:
    office = open_funds()
    office.give(1_000)
    payment = office.ask(400).matter
    office.approve(payment)
    with pytest.raises(WrongStage):
        office.act("cashier", "retract", payment, reason="弄错了")
    office.act("treasurer", "pay", payment)
    with pytest.raises(WrongStage):
        office.act("manager", "void", payment, reason="弄错了")


def test_what_a_payee_gives_back_returns_to_its_purpose(open_funds: Open) -> None:
    office = open_funds()
    office.give(1_000, "助老")
    payment = office.ask(400, "助老").matter
    office.approve(payment)
    office.act("treasurer", "pay", payment)
    office.act("treasurer", "clear", payment)
    with pytest.raises(BadInput, match="退回的比付出的多"):
        office.act("treasurer", "refund", payment, amount_fen=401, reason="结余")
    office.act("treasurer", "refund", payment, amount_fen=150, reason="结余")
    assert office.held() == {("居民自筹", "助老"): 750}
    with pytest.raises(BadInput):
        office.act("treasurer", "refund", payment, amount_fen=251, reason="结余")


def test_money_of_one_purpose_pays_for_no_other(open_funds: Open) -> None:
    office = open_funds()
    office.give(1_000, "助老")
    assert office.ask(1, "助学").stage == "refused"
    assert office.ask(1).stage == "refused"
    assert office.ask(1, "助老", source="政府购买").stage == "refused"


def test_a_change_of_purpose_needs_the_donors_consent(open_funds: Open) -> None:
    office = open_funds()
    gift = office.give(1_000, "助老").matter
    change = {"purpose": "助学", "amount_fen": 300, "reason": "老人食堂已有专款"}
    told = office.act("manager", "repurpose", gift, "contribution", consent="", **change)
    assert told.stage == "received" and told.judgement is not None
    assert [heard.cure for heard in told.judgement.adverse()] == ["上传捐赠人的书面同意"]
    assert office.held() == {("居民自筹", "助老"): 1_000}
    office.act("manager", "repurpose", gift, "contribution", consent="doc:1", **change)
    assert office.held() == {("居民自筹", "助老"): 700, ("居民自筹", "助学"): 300}
    with pytest.raises(BadInput, match="没有变更过的部分"):
        office.act(
            "manager", "repurpose", gift, "contribution", consent="doc:1", **{**change, "amount_fen": 701}
        )


def test_an_entry_that_was_spent_cannot_be_undone(open_funds: Open) -> None:
    office = open_funds()
    gift = office.give(1_000).matter
    office.approve(office.ask(1).matter)
    with pytest.raises(Overdrawn):
        office.act("treasurer", "bounce", gift, "contribution", reason="支票未兑付")
    assert office.held() == {("居民自筹", "非限定"): 999}


def test_a_closed_fund_takes_and_pays_nothing(open_funds: Open) -> None:
    office = open_funds()
    office.give(1_000)
    office.act("manager", "close", office.fund, "fund", reason="并入区级基金")
    assert office.give(1).stage == "refused"
    assert office.ask(1).stage == "refused"


def test_disclosure_falls_due_every_three_months(open_funds: Open) -> None:
    office = open_funds()
    state = office.service.matter(office.fund).state
    assert state is not None
    assert [(due.what, due.day) for due in state.due] == [("disclosure", date(2026, 6, 2))]
    office.clock.day = date(2026, 5, 6)
    told = office.act("cashier", "disclose", office.fund, "fund", period="2026年3月至4月")
    assert [due.day for due in told.due] == [date(2026, 8, 6)]


def test_what_was_left_of_a_year_is_carried_only_where_the_place_says_so(open_funds: Open) -> None:
    from linli.funds import carried

    since = date(2025, 5, 1)
    assert carried(100, 60, 40, carry_over=False, since=since, year=2026) == 100
    assert carried(100, 60, 40, carry_over=True, since=since, year=2026) == 140
    assert carried(100, 0, 0, carry_over=True, since=since, year=2026) == 200, "a year without a payment"
    assert carried(100, 0, 0, carry_over=True, since=date(2026, 1, 1), year=2026) == 100, "a new fund"


@pytest.mark.parametrize("amount", [0, -1, 1.5, 10**14, "很多"])
def test_no_amount_that_is_none_comes_in(open_funds: Open, amount: object) -> None:
    office = open_funds()
    with pytest.raises(BadInput):
        office.give(amount)  # type: ignore[arg-type]
    assert office.held() == {}


def test_the_store_itself_lets_no_fund_fall_below_zero(open_funds: Open) -> None:
    from linli.store import StepWrite

    office = open_funds()
    office.give(1_000)
    account = f"fund:{office.fund}:居民自筹:非限定"
    step = StepWrite("x", 1, b"{}", b"s" * 16, b"l" * 32, (Posting(account, "outside:payee/x", 1_001),))
    with pytest.raises(Overdrawn):
        office.store.commit(Commit(steps=(step,)))
