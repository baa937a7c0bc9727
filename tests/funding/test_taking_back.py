"""Void, withdraw, reopen, correct: whatever becomes of a call or a grant, its money follows and is never doubled."""

from __future__ import annotations

import json
from typing import Any

import pytest

from linli.errors import BadInput, Forbidden, Overdrawn
from linli.funding.procedure import call_account, committed, project_account
from linli.ledger import PIECES
from linli.store_check import check
from tests.funding.conftest import HOME, Fund, code, project
from tests.funding.test_grants import AWARD, finish

BUDGET = 20_000_000


def reopen(fund: Fund, matter: str, stage: str, procedure: str = "grant") -> Any:
    said = {"stage": stage, "reason": "评审有误"}
    return fund.take("awarder", procedure, "reopen", said, matter=matter)


def correct(
    fund: Fund, matter: str, slot: str, who: str = "awarder", procedure: str = "grant", **facts: Any
) -> Any:
    changes = [{"field": name, "value": json.dumps(value)} for name, value in facts.items()]
    said = {"slot": slot, "changes": changes, "reason": "登记有误"}
    return fund.take(who, procedure, "correct", said, matter=matter)


def sound(fund: Fund) -> bool:
    return check(fund.office.store) == []


def running_projects(fund: Fund) -> int:
    return fund.office.store.balance(f"used:projects/{code(1)}", PIECES)


def test_an_award_that_is_decided_anew_is_booked_once(fund: Fund) -> None:
    call = fund.publish()
    matter = fund.scored(call, 1, 30, 25, 15, 15)
    for _ in range(2):
        assert fund.award(matter, 1).stage == "notice"
        assert fund.balance(call_account(call)) == BUDGET - AWARD
        assert (fund.balance(committed(matter)), running_projects(fund)) == (AWARD, 1)
        assert reopen(fund, matter, "scored").stage == "scored"
        assert fund.balance(call_account(call)) == BUDGET
        assert (fund.balance(committed(matter)), running_projects(fund)) == (0, 0)
    assert sound(fund)


def test_a_withdrawn_project_lets_go_of_its_money_and_comes_back_with_it(fund: Fund) -> None:
    call = fund.publish()
    matter = fund.running(call)
    assert fund.take("org1", "grant", "retract", {"reason": "人手不足"}, matter=matter).stage == "retracted"
    assert (fund.balance(call_account(call)), running_projects(fund)) == (BUDGET, 0)
    reopen(fund, matter, "running")
    assert (fund.balance(call_account(call)), running_projects(fund)) == (BUDGET - AWARD, 1)
    assert fund.balance(committed(matter)) == AWARD
    fund.pay(matter, 1)
    assert sound(fund)


def test_what_was_paid_out_is_accounted_for_before_a_project_can_go(fund: Fund) -> None:
    matter = fund.running()
    fund.pay(matter, 1)
    for who, action in (("awarder", "void"), ("org1", "retract")):
        with pytest.raises(BadInput, match="没有决算或退回"):
            fund.take(who, "grant", action, {"reason": "停办"}, matter=matter)
    with pytest.raises(BadInput, match="银行已经收付了"):
        reopen(fund, matter, "scored")
    assert fund.balance(project_account(matter)) == 4_000_001


def test_a_settlement_that_is_done_again_is_booked_once(fund: Fund) -> None:
    matter = fund.running()
    finish(fund, matter)
    fund.pay(matter, 3)
    for spent in (3_000_000, 4_000_000):
        lines = [{"name": "人员", "spent_fen": spent}, {"name": "物资", "spent_fen": 1_000_000}]
        fund.take("org1", "grant", "settlement", {"spent": lines}, matter=matter)
        assert fund.balance("outside:use/为老服务") == spent + 1_000_000
        assert fund.balance(f"receivable:{matter}") == AWARD - spent - 1_000_000
        reopen(fund, matter, "evaluated")
        assert fund.balance(project_account(matter)) == AWARD
    assert sound(fund)


def test_a_settlement_that_is_corrected_is_booked_as_it_should_be(fund: Fund) -> None:
    matter = fund.running()
    finish(fund, matter)
    fund.pay(matter, 3)
    lines = [{"name": "人员", "spent_fen": 3_000_000}]
    fund.take("org1", "grant", "settlement", {"spent": lines}, matter=matter)
    correct(fund, matter, "settlement", "org1", spent=[{"name": "人员", "spent_fen": 2_500_000}])
    assert fund.balance("outside:use/为老服务") == 2_500_000
    assert fund.balance(f"receivable:{matter}") == AWARD - 2_500_000
    assert sound(fund)


def test_an_evaluation_that_is_corrected_lifts_the_bar_and_gives_the_last_tranche_back(fund: Fund) -> None:
    matter = fund.running()
    finish(fund, matter, 59)
    assert fund.balance(committed(matter)) == 0
    refused = fund.take(
        "org1", "grant", "apply", project(fund.publish(closes="2026-12-31")), place=HOME
    ).matter
    assert fund.take("operator", "grant", "qualify", {"number": 1}, matter=refused).stage == "refused"
    with pytest.raises(Forbidden):
        correct(fund, matter, "evaluation", "org1", points=95)
    correct(fund, matter, "evaluation", points=95)
    assert fund.balance(committed(matter)) == AWARD - fund.balance(project_account(matter)) > 0
    fund.pay(matter, 3)
    again = fund.apply(fund.publish(closes="2026-12-31"))
    assert fund.take("operator", "grant", "qualify", {"number": 1}, matter=again).stage == "scoring"
    assert sound(fund)


def test_who_was_awarded_what_cannot_be_corrected_into_something_else(fund: Fund) -> None:
    matter = fund.running()
    for facts in ({"code": code(2)}, {"budget": [{"name": "人员", "grant_fen": 1}]}):
        with pytest.raises(BadInput, match="不能再更正"):
            correct(fund, matter, "request", "org1", **facts)
    correct(fund, matter, "request", "org1", title="邻里互助（更名）")
    assert fund.balance(committed(matter)) == AWARD


def test_a_corrected_request_is_what_the_list_of_the_call_holds(fund: Fund) -> None:
    call = fund.publish()
    matter = fund.scored(call, 1, 30, 25, 15, 15)
    correct(fund, matter, "request", "org1", budget=[{"name": "人员", "grant_fen": 5_000_000, "own_fen": 0}])
    assert fund.award(matter, 1).stage == "notice"
    assert fund.balance(committed(matter)) == 5_000_000


def test_a_call_is_taken_back_whole_or_not_at_all(fund: Fund) -> None:
    call = fund.publish(closes="2026-12-31")
    matter = fund.running(call)
    for who, action in (("awarder", "void"), ("funder", "retract")):
        with pytest.raises(BadInput, match="已经有项目入选"):
            fund.take(who, "call", action, {"reason": "停办"}, matter=call)
    fund.take("awarder", "grant", "void", {"reason": "弄虚作假"}, matter=matter)
    assert fund.take("awarder", "call", "void", {"reason": "停办"}, matter=call).stage == "void"
    assert fund.balance(call_account(call)) == 0
    told = fund.take("org1", "grant", "apply", project(call), place=HOME)
    assert told.stage == "refused"
    assert reopen(fund, call, "open", "call").stage == "open"
    assert fund.balance(call_account(call)) == BUDGET
    fund.apply(call)
    assert sound(fund)


def test_the_budget_of_a_call_is_corrected_in_its_account_and_never_below_what_was_awarded(
    fund: Fund,
) -> None:
    call = fund.publish(cap_fen=8_000_001)
    fund.running(call)
    correct(fund, call, "call", "funder", "call", budget_fen=10_000_000)
    assert fund.balance(call_account(call)) == 10_000_000 - AWARD
    correct(fund, call, "call", "funder", "call", budget_fen=8_000_001)
    with pytest.raises((BadInput, Overdrawn)):
        correct(fund, call, "call", "funder", "call", budget_fen=8_000_000)
    assert fund.balance(call_account(call)) == 0
    assert sound(fund)


def test_a_tranche_that_the_bank_sent_back_is_released_again(fund: Fund) -> None:
    matter = fund.running()
    fund.pay(matter, 1)
    first = fund.balance(project_account(matter))
    fund.take("treasurer", "grant", "bounce", {"reason": "账号有误"}, matter=matter)
    assert (fund.balance(project_account(matter)), fund.balance(committed(matter))) == (0, AWARD)
    with pytest.raises(BadInput, match="先拨付第 1 期") as refused:
        fund.pay(matter, 2)
    assert refused.value.basis == "征集公告和资助协议：分期拨付，每期按约定的条件"
    with pytest.raises(BadInput, match="还没有拨付过"):
        fund.take("treasurer", "grant", "bounce", {"reason": "账号有误"}, matter=matter)
    fund.pay(matter, 1)
    fund.take("treasurer", "grant", "clear", {"line": "B-3"}, matter=matter)
    assert fund.balance(project_account(matter)) == first
    assert sound(fund)
