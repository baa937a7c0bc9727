"""A venture grant from the call to the last fen, through the service with the shipped plugins."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from linli.errors import BadInput, Forbidden, WrongStage
from linli.funding.procedure import call_account, committed, project_account, receivable
from linli.store_check import check
from tests.funding.conftest import HOME, TOP, Fund, announcement, code, organization, project, sheet

REPORT = {"done": "上门 300 次", "spent": [{"name": "人员", "spent_fen": 2_000_000}]}
AWARD = 8_000_001


def finish(fund: Fund, matter: str, points: int = 92) -> Any:
    """Go from the agreement to the final evaluation, with every tranche that may be paid before it."""
    fund.pay(matter, 1)
    fund.take("org1", "grant", "report", REPORT, matter=matter)
    fund.take(
        "street",
        "grant",
        "midterm",
        {"no_interest": True, "passed": True, "finding": "按计划"},
        matter=matter,
    )
    fund.pay(matter, 2)
    fund.take("org1", "grant", "report", REPORT, matter=matter)
    said = {"no_interest": True, "points": points, "finding": "完成"}
    return fund.take("street", "grant", "evaluate", said, matter=matter)


def test_a_call_sets_its_money_apart(fund: Fund) -> None:
    call = fund.publish()
    assert fund.balance(call_account(call)) == 20_000_000
    assert fund.office.stage(call) == "open"
    assert fund.office.stage(call, date(2026, 4, 11)) == "reviewing"


def test_a_grant_goes_from_application_to_closing_and_every_fen_is_accounted_for(fund: Fund) -> None:
    call = fund.publish()
    matter = fund.running(call)
    assert fund.balance(committed(matter)) == AWARD
    finish(fund, matter)
    fund.pay(matter, 3)
    assert (fund.balance(committed(matter)), fund.balance(project_account(matter))) == (0, AWARD)
    spent = [{"name": "人员", "spent_fen": 4_000_000}, {"name": "物资", "spent_fen": 3_000_000}]
    fund.take("org1", "grant", "settlement", {"spent": spent}, matter=matter)
    assert (fund.balance(project_account(matter)), fund.balance(receivable(matter))) == (0, 1_000_001)
    with pytest.raises(BadInput, match="居务监督委员会"):
        fund.take("funder", "grant", "close", {"reason": "完成"}, matter=matter)
    fund.take("supervision", "grant", "opine", {"satisfied": True, "opinion": "居民认可"}, matter=matter)
    with pytest.raises(BadInput, match="没有退回"):
        fund.take("funder", "grant", "close", {"reason": "完成"}, matter=matter)
    fund.take("treasurer", "grant", "repay", {"amount_fen": 1_000_001}, matter=matter)
    receipt = fund.take("funder", "grant", "close", {"reason": "完成"}, matter=matter)
    assert receipt.stage == "closed"
    fund.take("funder", "call", "close", {"reason": "全部结项"}, matter=call)
    assert fund.balance(call_account(call)) == 0
    assert fund.balance("outside:funder/区民政局") == -7_000_000
    assert check(fund.office.store) == []


def test_tranches_lose_no_fen_and_open_one_after_the_other(fund: Fund) -> None:
    matter = fund.running()
    with pytest.raises(BadInput, match="先拨付第 1 期"):
        fund.pay(matter, 2)
    fund.pay(matter, 1)
    assert fund.balance(project_account(matter)) == 4_000_001
    with pytest.raises(BadInput, match="已经拨付"):
        fund.pay(matter, 1)
    with pytest.raises(BadInput, match="进展报告"):
        fund.pay(matter, 2)
    fund.take("org1", "grant", "report", REPORT, matter=matter)
    with pytest.raises(BadInput, match="中期评估"):
        fund.pay(matter, 2)
    assert fund.balance(project_account(matter)) == 4_000_001


def test_a_failed_midterm_stops_payment_and_what_was_not_paid_goes_back(fund: Fund) -> None:
    call = fund.publish()
    matter = fund.running(call)
    fund.pay(matter, 1)
    said = {"no_interest": True, "passed": False, "finding": "没有开展服务"}
    assert fund.take("operator", "grant", "midterm", said, matter=matter).stage == "stopped"
    assert fund.balance(committed(matter)) == 0
    assert fund.balance(call_account(call)) == 20_000_000 - 4_000_001
    with pytest.raises(WrongStage):
        fund.pay(matter, 2)
    found = fund.office.service.matter(matter)
    assert found.state is not None
    assert "没有开展服务" in found.procedure.lead(found.state, fund.office.clock.day)


def test_a_failed_final_evaluation_withholds_the_last_tranche_and_bars_with_this_funder_only(
    fund: Fund,
) -> None:
    matter = fund.running()
    assert finish(fund, matter, 59).stage == "evaluated"
    with pytest.raises(BadInput, match="不拨末期款"):
        fund.pay(matter, 3)
    assert fund.balance(committed(matter)) == 0
    stored = fund.office.store.entries("funding.bars", (f"{code(1)}/区民政局",))
    assert b'"until":"2029-04-20"' in stored[f"{code(1)}/区民政局"].body
    assert fund.office.store.entries("funding.bars", (f"{code(1)}/其他资助方",)) == {}


@pytest.mark.parametrize(
    ("points", "grade"), [(90, "优"), (89, "良"), (75, "良"), (74, "合格"), (60, "合格"), (59, "不合格")]
)
def test_grades_follow_from_points(fund: Fund, points: int, grade: str) -> None:
    matter = fund.running()
    said = {"no_interest": True, "points": points, "finding": "完成"}
    receipt = fund.take("street", "grant", "evaluate", said, matter=matter)
    assert receipt.judgement is not None
    assert receipt.judgement.terms["grant.grade"] == grade


def test_two_grants_cannot_both_have_the_last_yuan(fund: Fund) -> None:
    call = fund.publish(budget_fen=10_000_000)
    first = fund.scored(call, 1, 20, 20, 20, 20)
    second = fund.scored(call, 2, 25, 20, 20, 20)
    assert fund.award(first, 2).stage == "lost"
    assert fund.award(second, 2).stage == "notice"
    assert fund.balance(call_account(call)) == 10_000_000 - AWARD
    found = fund.office.service.matter(first)
    assert found.state is not None
    lead = found.procedure.lead(found.state, fund.office.clock.day)
    assert "得 80 分，第 2 名" in lead and "用完" in lead


def test_no_project_is_decided_before_all_are_scored_and_none_can_be_forgotten(fund: Fund) -> None:
    call = fund.publish()
    one = fund.scored(call, 1, 20, 20, 20, 20)
    other = fund.apply(call, 2)
    fund.take("operator", "grant", "qualify", {"number": 2}, matter=other)
    with pytest.raises(BadInput, match="不止 1 个"):
        fund.award(one, 1)
    with pytest.raises(BadInput, match="2 还没有评审结果"):
        fund.award(one, 2)
    left_out = [{"number": 2, "reason": "申报单位撤回"}]
    assert fund.award(one, 2, left_out=left_out).stage == "notice"


def test_numbers_within_a_call_leave_no_gap_and_are_given_once(fund: Fund) -> None:
    call = fund.publish()
    one, two = fund.apply(call, 1), fund.apply(call, 2)
    with pytest.raises(BadInput, match="不能跳过"):
        fund.take("operator", "grant", "qualify", {"number": 2}, matter=one)
    fund.take("operator", "grant", "qualify", {"number": 1}, matter=one)
    with pytest.raises(BadInput, match="已经给了"):
        fund.take("operator", "grant", "qualify", {"number": 1}, matter=two)


def test_a_reviewer_scores_once_declares_no_interest_and_keeps_away_after_recusal(fund: Fund) -> None:
    matter = fund.apply(fund.publish())
    fund.take("operator", "grant", "qualify", {"number": 1}, matter=matter)
    with pytest.raises(BadInput, match="利益关系"):
        fund.take("expert1", "grant", "score", sheet(20, 20, 20, 20, no_interest=False), matter=matter)
    fund.take("expert1", "grant", "score", sheet(20, 20, 20, 20), matter=matter)
    with pytest.raises(Forbidden):
        fund.take("expert1", "grant", "score", sheet(30, 30, 20, 20), matter=matter)
    fund.take("expert2", "grant", "recuse", {"interest": "曾任该单位理事"}, matter=matter)
    with pytest.raises(Forbidden):
        fund.take("expert2", "grant", "score", sheet(30, 30, 20, 20), matter=matter)
    with pytest.raises(BadInput, match="至少要有 2 位"):
        fund.take("operator", "grant", "conclude", {}, matter=matter)


def test_highest_and_lowest_are_dropped_where_the_call_says_so(fund: Fund) -> None:
    call = fund.publish(trimmed=True, reviewers=3)
    matter = fund.apply(call)
    fund.take("operator", "grant", "qualify", {"number": 1}, matter=matter)
    for expert, points in (
        ("expert1", (30, 30, 20, 20)),
        ("expert2", (20, 20, 20, 11)),
        ("expert3", (0, 0, 0, 0)),
    ):
        fund.take(expert, "grant", "score", sheet(*points), matter=matter)
    fund.take("operator", "grant", "conclude", {}, matter=matter)
    receipt = fund.award(matter, 1)
    assert receipt.judgement.terms["grant.final_score"] == "71"


def test_a_bonus_counts_within_what_the_call_allows(fund: Fund) -> None:
    matter = fund.apply(fund.publish(bonus_most=10))
    fund.take("operator", "grant", "qualify", {"number": 1}, matter=matter)
    with pytest.raises(BadInput, match="最多加 10 分"):
        fund.take("funder", "grant", "bonus", {"points": 11, "ground": "配资"}, matter=matter)
    fund.take("funder", "grant", "bonus", {"points": 10, "ground": "配资"}, matter=matter)
    for expert in ("expert1", "expert2"):
        fund.take(expert, "grant", "score", sheet(15, 15, 10, 10), matter=matter)
    fund.take("operator", "grant", "conclude", {}, matter=matter)
    assert fund.award(matter, 1).judgement.terms["grant.final_score"] == "60"


def test_an_objection_stops_the_agreement_until_it_is_answered(fund: Fund) -> None:
    matter = fund.scored(fund.publish(), 1, 30, 25, 15, 15)
    fund.award(matter, 1)
    fund.take("resident", "grant", "object", {"ground": "同样内容已有资助"}, matter=matter)
    assert fund.office.stage(matter, date(2026, 3, 16)) == "notice"
    assert fund.office.stage(matter, date(2026, 3, 17)) == "contracting"
    fund.office.clock.day = date(2026, 3, 17)
    said = {"starts": "2026-04-20", "ends": "2027-04-19", "payee": "第1社工服务社"}
    with pytest.raises(BadInput, match="异议还没有答复"):
        fund.take("funder", "grant", "sign", said, matter=matter)
    fund.take("awarder", "grant", "answer", {"upheld": False, "reason": "内容不同"}, matter=matter)
    assert fund.take("funder", "grant", "sign", said, matter=matter).stage == "running"


def test_a_third_party_operator_moves_a_project_but_releases_no_money(fund: Fund) -> None:
    matter = fund.running()
    for post in ("operator", "street", "funder", "awarder"):
        with pytest.raises(Forbidden):
            fund.take(post, "grant", "pay", {"tranche": 1}, matter=matter)
    assert fund.balance(project_account(matter)) == 0


def test_whoever_evaluates_pays_nothing_even_with_both_posts(fund: Fund) -> None:
    fund.office.appoint("both", "treasurer")
    fund.office.appoint("both", "grant_operator")
    matter = fund.running()
    fund.pay(matter, 1)
    fund.take("org1", "grant", "report", REPORT, matter=matter)
    said = {"no_interest": True, "passed": True, "finding": "按计划"}
    fund.take("both", "grant", "midterm", said, matter=matter, as_post="grant_operator")
    with pytest.raises(Forbidden):
        fund.take("both", "grant", "pay", {"tranche": 2}, matter=matter, as_post="treasurer")


def test_the_street_of_another_place_cannot_evaluate(fund: Fund) -> None:
    matter = fund.running()
    said = {"no_interest": True, "passed": True, "finding": "按计划"}
    with pytest.raises(Forbidden):
        fund.take("other-street", "grant", "midterm", said, matter=matter)
    fund.take("street", "grant", "midterm", said, matter=matter)


def test_an_interested_evaluator_is_refused(fund: Fund) -> None:
    said = {"no_interest": False, "points": 100, "finding": "很好"}
    with pytest.raises(BadInput, match="不能评估"):
        fund.take("street", "grant", "evaluate", said, matter=fund.running())


def test_budget_lines_shift_freely_within_a_share_and_beyond_it_with_consent(fund: Fund) -> None:
    matter = fund.running()
    shift = {"source": "物资", "destination": "人员", "amount_fen": 800_000, "reason": "人手不够"}
    fund.take("org1", "grant", "shift", shift, matter=matter)
    with pytest.raises(BadInput, match="超过资助款的 10%"):
        fund.take("org1", "grant", "shift", {**shift, "amount_fen": 1}, matter=matter)
    fund.take("funder", "grant", "approve_shift", {**shift, "amount_fen": 1_000_000}, matter=matter)
    over = {"done": "上门", "spent": [{"name": "人员", "spent_fen": 5_800_001}]}
    with pytest.raises(BadInput, match="先办理预算调整"):
        fund.take("org1", "grant", "report", over, matter=matter)
    fund.take(
        "org1",
        "grant",
        "report",
        {**over, "spent": [{"name": "人员", "spent_fen": 5_800_000}]},
        matter=matter,
    )


def test_more_than_a_line_holds_cannot_be_shifted(fund: Fund) -> None:
    shift = {"source": "物资", "destination": "人员", "amount_fen": 4_000_002, "reason": "人手不够"}
    with pytest.raises(BadInput, match="只有"):
        fund.take("funder", "grant", "approve_shift", shift, matter=fund.running())


def test_a_settlement_cannot_spend_more_than_was_received(fund: Fund) -> None:
    matter = fund.running()
    finish(fund, matter)
    spent = [{"name": "人员", "spent_fen": 4_000_000}, {"name": "物资", "spent_fen": 4_000_001}]
    with pytest.raises(BadInput, match="只收到资助款"):
        fund.take("org1", "grant", "settlement", {"spent": spent}, matter=matter)


def test_another_organisation_cannot_act_in_a_project(fund: Fund) -> None:
    with pytest.raises(Forbidden):
        fund.take("org2", "grant", "report", REPORT, matter=fund.running())


def test_a_voided_award_gives_the_money_back_to_the_call(fund: Fund) -> None:
    call = fund.publish()
    matter = fund.scored(call, 1, 30, 25, 15, 15)
    fund.award(matter, 1)
    fund.take("awarder", "grant", "void", {"reason": "异议成立"}, matter=matter)
    assert fund.balance(call_account(call)) == 20_000_000
    assert fund.balance(committed(matter)) == 0


@pytest.mark.parametrize(
    ("more", "stage"),
    [
        ({"evaluation": " "}, "returned"),
        ({"goal": ""}, "returned"),
        ({"call": "nothing"}, "refused"),
        ({"budget": [{"name": "人员", "grant_fen": 10_000_001}]}, "refused"),
        ({"budget": [{"name": "人员", "grant_fen": 0, "own_fen": 5}]}, "returned"),
    ],
)
def test_an_application_that_does_not_fit_the_call_is_returned_or_refused(
    fund: Fund, more: dict[str, Any], stage: str
) -> None:
    facts = project(fund.publish()) | more
    assert fund.take("org1", "grant", "apply", facts, place=HOME).stage == stage


@pytest.mark.parametrize(("own", "stage"), [(6_666, "refused"), (6_667, "submitted")])
def test_the_share_of_the_whole_budget_is_compared_without_rounding(fund: Fund, own: int, stage: str) -> None:
    call = fund.publish(share_percent=60)
    budget = [{"name": "人员", "grant_fen": 10_000, "own_fen": own}]
    assert fund.take("org1", "grant", "apply", project(call, budget=budget), place=HOME).stage == stage


@pytest.mark.parametrize(("day", "stage"), [(date(2026, 4, 10), "submitted"), (date(2026, 4, 11), "refused")])
def test_applications_are_taken_up_to_the_last_day(fund: Fund, day: date, stage: str) -> None:
    call = fund.publish()
    fund.office.clock.day = day
    assert fund.take("org1", "grant", "apply", project(call), place=HOME).stage == stage


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"cap_fen": 50_000_001, "budget_fen": 90_000_000}, "单个项目上限"),
        ({"closes": "2026-03-01"}, "早于申报开始"),
        ({"rubric": []}, "评分标准"),
        ({"trimmed": True, "reviewers": 2}, "3 位专家"),
        ({"parts": [{"percent": 50}, {"percent": 49}]}, "100%"),
        ({"ties": ["budget"]}, "不在评分标准"),
    ],
)
def test_a_call_that_cannot_work_is_not_published(fund: Fund, more: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        fund.take("funder", "call", "publish", announcement(**more), place=TOP)


def test_an_organisation_with_a_wrong_code_does_not_come_into_the_register(fund: Fund) -> None:
    wrong = code(1)[:17] + ("0" if code(1)[17] != "0" else "1")
    with pytest.raises(BadInput, match="信用代码不对"):
        fund.office.enter("organizations", organization(1, code=wrong))
