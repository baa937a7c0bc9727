"""Standing actions against money procedures: what is stopped pays nothing, what goes lets go, nothing doubles."""

from __future__ import annotations

import pytest

from linli.books import check
from linli.errors import BadInput, Forbidden, WrongStage
from tests.funds.conftest import FundOffice, Open
from tests.funds.test_corrections import correct


def committed(office: FundOffice, payment: str) -> int:
    return office.store.balance(f"committed:{payment}")


def test_a_suspended_fund_promises_nothing_and_pays_nothing_that_was_promised(open_funds: Open) -> None:
    office = open_funds()
    office.give(1_000)
    approved, asked = office.ask(400).matter, office.ask(300).matter
    office.approve(approved)
    assert office.act("manager", "suspend", office.fund, "fund", reason="专项审计").stage == "open"
    told = office.act("treasurer", "pay", approved)
    assert told.stage == "committed" and told.judgement is not None
    assert [heard.reason for heard in told.judgement.adverse()] == ["“邻里互助基金”已经中止"]
    assert office.approve(asked).stage == "refused"
    assert office.ask(1).stage == "refused"
    assert office.give(10).stage == "received", "what comes in is taken in all the same"
    assert (committed(office, approved), office.held()) == (400, {("居民自筹", "非限定"): 610})
    assert office.stage(office.fund) == "suspended"
    office.act("manager", "resume", office.fund, "fund", reason="审计结束")
    assert office.act("treasurer", "pay", approved).stage == "ordered"
    assert check(office.store) == []


def test_a_suspended_fund_still_accounts_for_its_money(open_funds: Open) -> None:
    office = open_funds()
    office.act("manager", "suspend", office.fund, "fund", reason="专项审计")
    office.act("cashier", "disclose", office.fund, "fund", period="2026年第一季度")
    assert office.stage(office.fund) == "suspended"


def test_a_suspended_payment_is_not_paid_and_goes_on_where_it_stood(open_funds: Open) -> None:
    office = open_funds()
    office.give(1_000)
    payment = office.ask(400).matter
    office.approve(payment)
    office.act("manager", "suspend", payment, reason="核实账号")
    with pytest.raises(WrongStage):
        office.act("treasurer", "pay", payment)
    assert office.act("manager", "resume", payment, reason="核实完毕").stage == "committed"
    office.act("treasurer", "pay", payment)


def test_a_fund_with_money_is_not_voided(open_funds: Open) -> None:
    office = open_funds()
    office.give(1_000)
    with pytest.raises(BadInput, match="还有 10 元"):
        office.act("manager", "void", office.fund, "fund", reason="重复设立")
    empty = office.open_fund()
    assert office.act("manager", "void", empty, "fund", reason="重复设立").stage == "void"
    office.fund = empty
    assert office.give(1).stage == "refused"
    assert office.act("manager", "reopen", empty, "fund", reason="弄错了").stage == "open"
    assert office.give(1).stage == "received"


def test_an_approved_request_that_is_corrected_is_approved_anew(open_funds: Open) -> None:
    office = open_funds()
    office.fund = office.open_fund(yearly_fen=1_000)
    office.give(5_000)
    payment = office.ask(400).matter
    office.approve(payment)
    assert correct(office, payment, "payment", "request", amount_fen=900).stage == "awaiting"
    assert committed(office, payment) == 0
    assert office.store.balance(f"used:fund/{office.fund}/2026") == 0
    assert office.approve(payment).stage == "committed", "who approved before may approve the new request"
    assert committed(office, payment) == 900
    assert office.store.balance(f"used:fund/{office.fund}/2026") == 900
    assert check(office.store) == []


def test_whoever_corrects_a_request_does_not_approve_it(open_funds: Open) -> None:
    office = open_funds()
    office.give(1_000)
    payment = office.ask(400).matter
    correct(office, payment, "payment", "request", "both", amount_fen=500)
    with pytest.raises(Forbidden):
        office.approve(payment, "both")
    assert office.approve(payment).stage == "committed"


def test_a_correction_that_rules_refuse_stops_a_request_that_waits(open_funds: Open) -> None:
    office = open_funds()
    office.give(1_000)
    payment = office.ask(400).matter
    assert correct(office, payment, "payment", "request", amount_fen=1_001).stage == "refused"


def test_words_are_corrected_without_approving_again(open_funds: Open) -> None:
    office = open_funds()
    office.give(1_000)
    payment = office.ask(400).matter
    office.approve(payment)
    assert correct(office, payment, "payment", "request", reason="中秋节慰问").stage == "committed"
    office.act("treasurer", "pay", payment)
    assert correct(office, payment, "payment", "request", reason="国庆节慰问").stage == "ordered"


@pytest.mark.parametrize(("field", "value"), [("amount_fen", 300), ("payee", "另一家"), ("fund", "另一个")])
def test_what_the_bank_has_is_not_corrected_away(open_funds: Open, field: str, value: object) -> None:
    office = open_funds()
    office.give(1_000)
    payment = office.ask(400).matter
    office.approve(payment)
    office.act("treasurer", "pay", payment)
    with pytest.raises(BadInput, match="银行已经收到付款指令"):
        correct(office, payment, "payment", "request", **{field: value})
    office.act("treasurer", "bounce", payment, reason="账号有误")
    if field == "payee":
        assert correct(office, payment, "payment", "request", payee="另一家").stage == "awaiting"


def test_a_payment_that_was_booked_wrongly_is_booked_elsewhere_by_a_third_person(open_funds: Open) -> None:
    office = open_funds()
    office.give(1_000, "助老")
    office.give(300, "助学")
    payment = office.ask(400, "助老").matter
    office.approve(payment)
    office.act("treasurer", "pay", payment)
    office.act("treasurer", "clear", payment)
    with pytest.raises(BadInput, match="没有批准过它的基金负责人"):
        correct(office, payment, "payment", "request", "cashier", purpose="助学")
    with pytest.raises(BadInput, match="助学的钱只有 3 元"):
        correct(office, payment, "payment", "request", purpose="助学")
    office.give(200, "助学")
    assert correct(office, payment, "payment", "request", purpose="助学").stage == "paid"
    assert office.held() == {("居民自筹", "助老"): 1_000, ("居民自筹", "助学"): 100}
    assert office.store.balance("outside:payee/服务社") == 400
    named = [s.posting.reverses for s in office.store.postings() if s.posting.reverses]
    assert named == [f"{payment}/3/0", f"{payment}/2/0"]
    assert check(office.store) == []


def test_two_approvals_by_one_person_do_not_make_two(open_funds: Open) -> None:
    office = open_funds()
    office.give(100_000_000)
    payment = office.ask(5_000_000).matter
    office.approve(payment)
    correct(office, payment, "payment", "request", amount_fen=6_000_000)
    assert office.approve(payment).stage == "awaiting", "the first approval was of another request"
    with pytest.raises(Forbidden):
        office.approve(payment)
    assert office.approve(payment, "second").stage == "committed"


def test_a_voided_payment_is_not_voided_twice(open_funds: Open) -> None:
    office = open_funds()
    office.give(1_000)
    payment = office.ask(400).matter
    office.approve(payment)
    office.act("manager", "void", payment, reason="不再需要")
    with pytest.raises(WrongStage):
        office.act("manager", "void", payment, reason="不再需要")
    with pytest.raises(WrongStage):
        office.act("manager", "reopen", payment, reason="还要")
    assert office.held() == {("居民自筹", "非限定"): 1_000}


def test_a_refused_payment_that_is_taken_up_again_is_approved_from_the_beginning(open_funds: Open) -> None:
    office = open_funds()
    office.give(100_000_000)
    payment = office.ask(5_000_000).matter
    office.approve(payment)
    office.act("second", "refuse", payment, reason="依据不足")
    office.act("manager", "reopen", payment, reason="补了依据")
    facts = dict(office.service.matter(payment).state.facts["request"])  # type: ignore[union-attr]
    assert office.act("cashier", "complete", payment, **facts).stage == "awaiting"
    assert office.approve(payment).stage == "awaiting"
    assert office.approve(payment, "second").stage == "committed"
    assert committed(office, payment) == 5_000_000


def test_no_rule_of_the_law_is_set_aside_to_pay(open_funds: Open) -> None:
    office = open_funds()
    office.give(1_000)
    payment = office.ask(400).matter
    office.approve(payment)
    with pytest.raises(BadInput, match="不能变通"):
        said = {"rule": "national.payment.approve.yearly-limits-hold", "resolution": "doc:1"}
        office.act("manager", "override", payment, **said, stage="awaiting", reason="急用")
    assert committed(office, payment) == 400
