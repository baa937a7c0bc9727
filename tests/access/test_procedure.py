"""The procedure of access, from draft to the last day, through the service with the shipped plugins."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from linli.desk import Call
from linli.drafts import draft, drafts, save_draft
from linli.errors import BadInput, Conflict, Forbidden, ManyFaults, WrongStage
from linli.places import Level
from linli.registers import decode_version
from linli.store_check import check
from tests.access.conftest import Office, request

DAY = date(2026, 3, 2)
HOME, NEXT = "320613001001", "320613001002"
Open = Callable[..., Office]


@pytest.fixture
def office(open_office: Open) -> Office:
    """崇川 on the second of March 2026, with the people of two communities."""
    opened = open_office("chongchuan", DAY)
    codes = [place.code for place in opened.deployment.places.below(opened.top, Level.COMMUNITY)][:2]
    opened.home, opened.near = codes
    opened.appoint("committee", "committee", codes[0])
    opened.appoint("street", "street", opened.deployment.places[codes[0]].parent)
    opened.appoint("resident", "resident", codes[0])
    return opened


def submitted(office: Office, *communities: str, **more: Any) -> str:
    """The number of a new application that waits for review."""
    codes = communities or (office.home,)
    receipt = office.take("clerk", "access", "submit", request(*codes, **more), place=office.top)
    assert receipt.stage == "under_review", [heard.reason for heard in receipt.judgement.adverse()]  # type: ignore[union-attr]
    return receipt.matter


def admitted(office: Office, *communities: str, **more: Any) -> tuple[str, tuple[str, ...]]:
    """The number of an admitted application and of its children."""
    matter = submitted(office, *communities, **more)
    office.take("reviewer", "access", "review", {"duty": "entrusted", "nature": "service"}, matter=matter)
    receipt = office.take("decider", "access", "admit", {"reason": "符合条件"}, matter=matter)
    assert receipt.stage == "admitted", [heard.reason for heard in receipt.judgement.adverse()]  # type: ignore[union-attr]
    return matter, receipt.children


def test_an_application_goes_from_submission_to_work_in_every_community(office: Office) -> None:
    matter, children = admitted(office, office.home, office.near)
    assert len(children) == 2
    assert {office.stage(child) for child in children} == {"pending"}
    assert {office.stage(child, date(2026, 6, 1)) for child in children} == {"active"}
    assert {office.stage(child, date(2027, 5, 31)) for child in children} == {"active"}
    assert {office.stage(child, date(2027, 6, 1)) for child in children} == {"expired"}
    assert office.service.matter(matter).state.facts["batch"] == {"stages": {"pending": 2}}  # type: ignore[union-attr]
    assert check(office.store) == []


def test_the_money_is_committed_to_each_community_in_the_commit_that_opens_its_matter(office: Office) -> None:
    _, children = admitted(office, office.home, office.near, offer=1_500_000)
    for child in children:
        assert office.store.balance(f"committed:{child}") == 1_500_000
    assert office.store.balance("outside:department/区卫健委") == -3_000_000


def test_payment_is_released_only_against_a_target_that_was_met(office: Office) -> None:
    _, (child,) = admitted(office)
    office.clock.day = date(2026, 6, 15)
    with pytest.raises(BadInput, match="还没有完成目标"):
        office.take("street", "access", "pay", {"amount_fen": 600_000}, matter=child)
    office.take("committee", "access", "report", {"target": "更新率百分之四十五"}, matter=child)
    office.take("street", "access", "pay", {"amount_fen": 600_000}, matter=child)
    assert office.store.balance(f"committed:{child}") == 600_000
    assert office.store.balance(f"community:{office.home}") == 600_000


def test_more_than_was_committed_cannot_be_paid(office: Office) -> None:
    _, (child,) = admitted(office)
    office.clock.day = date(2026, 6, 15)
    office.take("committee", "access", "report", {"target": "全部完成"}, matter=child)
    with pytest.raises(Exception, match="committed:"):
        office.take("street", "access", "pay", {"amount_fen": 1_200_001}, matter=child)
    assert office.store.balance(f"committed:{child}") == 1_200_000


def test_admission_may_be_for_some_communities_only(office: Office) -> None:
    matter = submitted(office, office.home, office.near)
    office.take("reviewer", "access", "review", {"duty": "entrusted", "nature": "service"}, matter=matter)
    said = {"reason": "另一个社区已有同类工作", "communities": [office.home]}
    receipt = office.take("decider", "access", "admit", said, matter=matter)
    assert receipt.children == (f"{matter}.{office.home}",)


def test_what_a_rule_refuses_cannot_be_admitted(office: Office) -> None:
    matter = submitted(office, need=1_200_000, offer=1_100_000)
    office.take("reviewer", "access", "review", {"duty": "entrusted", "nature": "service"}, matter=matter)
    receipt = office.take("decider", "access", "admit", {"reason": "想准入"}, matter=matter)
    assert receipt.stage == "refused"
    assert receipt.children == ()
    lead = office.service.matter(matter).procedure.lead(office.service.matter(matter).state, DAY)  # type: ignore[arg-type]
    assert lead.startswith("不予准入：") and "12,000 元" in lead


def test_an_application_is_returned_completed_and_decided(office: Office) -> None:
    matter = submitted(office)
    office.take("reviewer", "access", "return", {"missing": "请写明培训安排"}, matter=matter)
    assert office.stage(matter) == "returned"
    with pytest.raises(Forbidden):
        office.take("other-clerk", "access", "complete", request(office.home), matter=matter)
    office.take("clerk", "access", "complete", request(office.home, training="培训两次"), matter=matter)
    assert office.stage(matter) == "under_review"
    office.take("reviewer", "access", "review", {"duty": "entrusted", "nature": "service"}, matter=matter)
    assert (
        office.take("decider", "access", "refuse", {"reason": "本年度已安排同类工作"}, matter=matter).stage
        == "refused"
    )


def test_the_same_person_never_applies_and_decides(office: Office) -> None:
    office.appoint("both", "department", unit="区卫健委")
    office.appoint("both", "access_reviewer")
    receipt = office.take("both", "access", "submit", request(office.home), place=office.top)
    with pytest.raises(Forbidden, match="同一个人"):
        office.take(
            "both", "access", "review", {"duty": "entrusted", "nature": "service"}, matter=receipt.matter
        )


def test_no_post_acts_outside_its_place_unit_or_time(office: Office) -> None:
    matter = submitted(office)
    with pytest.raises(Forbidden, match="准入审核人"):
        office.take("clerk", "access", "review", {"duty": "entrusted", "nature": "service"}, matter=matter)
    office.appoint("leaver", "access_reviewer", until="2026-03-01")
    with pytest.raises(Forbidden):
        office.take("leaver", "access", "review", {"duty": "entrusted", "nature": "service"}, matter=matter)
    office.appoint("elsewhere", "committee", office.near)
    _, (child,) = admitted(office)
    office.clock.day = date(2026, 6, 15)
    with pytest.raises(Forbidden):
        office.take("elsewhere", "access", "report", {"target": "完成"}, matter=child)


def test_a_deputy_acts_within_the_dates_and_the_step_says_so(office: Office) -> None:
    office.appoint("deputy", "access_reviewer", since="2026-03-02", until="2026-03-06", deputy_for="reviewer")
    matter = submitted(office)
    office.take("deputy", "access", "review", {"duty": "entrusted", "nature": "service"}, matter=matter)
    assert office.service.steps(matter)[-1].actor.deputy
    office.clock.day = date(2026, 3, 7)
    with pytest.raises(Forbidden):
        office.take("deputy", "access", "return", {"missing": "再补"}, matter=submitted(office))


def test_work_leaves_a_community_after_a_complaint_and_what_is_left_of_the_money_goes_back(
    office: Office,
) -> None:
    _, (child,) = admitted(office)
    office.clock.day = date(2026, 6, 15)
    office.take("resident", "access", "complain", {"subject": "反复要求填同一张表"}, matter=child)
    assert any(due.what == "complaint" for due in office.service.matter(child).state.due)  # type: ignore[union-attr]
    office.take("decider", "access", "exit", {"ground": "居民普遍反映重复填报"}, matter=child)
    assert office.stage(child) == "exited"
    assert office.store.balance(f"committed:{child}") == 0
    assert office.store.balance("outside:department/区卫健委") == 0


def test_a_renewal_is_judged_by_the_rules_of_its_day_and_runs_on(office: Office) -> None:
    _, (child,) = admitted(office)
    office.clock.day = date(2027, 5, 20)
    facts = {"ends": "2028-05-31", "need_fen": 1_000_000, "offered_fen": 1_000_000}
    receipt = office.take("decider", "access", "renew", facts, matter=child)
    assert receipt.stage == "active", [heard.reason for heard in receipt.judgement.adverse()]  # type: ignore[union-attr]
    assert office.stage(child, date(2028, 5, 31)) == "active"
    assert office.stage(child, date(2028, 6, 1)) == "expired"
    poor = {**facts, "ends": "2029-05-31", "offered_fen": 1}
    office.clock.day = date(2028, 5, 20)
    refused = office.take("decider", "access", "renew", poor, matter=child)
    assert refused.judgement is not None and refused.judgement.refused
    assert office.stage(child, date(2028, 6, 1)) == "expired"


def emergency(office: Office, **more: Any) -> Any:
    facts = request(
        office.home,
        **{
            "temporary": True,
            "emergency": True,
            "starts": "2026-03-02",
            "ends": "2026-03-10",
            "title": "暴雪后清理通道",
            **more,
        },
    )
    return office.take(
        "street", "access", "emergency", facts, place=office.deployment.places[office.home].parent
    )


def test_an_emergency_begins_at_once_and_is_admitted_afterwards(office: Office) -> None:
    receipt = emergency(office)
    assert receipt.stage == "emergency", [heard.reason for heard in receipt.judgement.adverse()]
    assert [office.stage(child) for child in receipt.children] == ["active"]
    office.take("decider", "access", "admit", {"reason": "情况属实"}, matter=receipt.matter)
    assert office.stage(receipt.matter) == "admitted"
    assert office.stage(receipt.children[0]) == "active"


def test_an_emergency_that_is_refused_afterwards_ends_in_the_community(office: Office) -> None:
    receipt = emergency(office)
    office.take("decider", "access", "refuse", {"reason": "不属于紧急情况"}, matter=receipt.matter)
    assert office.stage(receipt.children[0]) == "exited"


def test_an_emergency_that_nobody_reviews_in_time_is_over_by_itself(office: Office) -> None:
    receipt = emergency(office)
    review = next(due for due in receipt.due if due.what == "review")
    assert office.stage(receipt.matter, review.day) == "emergency"
    assert (
        office.stage(receipt.matter, date(review.day.year, review.day.month, review.day.day + 1)) == "expired"
    )


def test_a_committee_refuses_work_that_was_never_admitted_and_it_is_on_record(office: Office) -> None:
    facts = {"title": "代收保险费", "asked_by": "某保险公司", "asked_on": "2026-03-01", "kinds": ["task"]}
    receipt = office.take("committee", "refusal", "record", facts, place=office.home)
    assert receipt.stage == "recorded"


def test_a_committee_cannot_refuse_what_is_admitted_and_in_force(office: Office) -> None:
    _, (child,) = admitted(office)
    office.clock.day = date(2026, 6, 15)
    facts = {
        "title": "健康档案",
        "asked_by": "区卫健委",
        "asked_on": "2026-06-15",
        "kinds": ["task"],
        "admission": child,
    }
    assert office.take("committee", "refusal", "record", facts, place=office.home).stage == "not_founded"
    office.clock.day = date(2027, 6, 1)
    facts["asked_on"] = "2027-06-01"
    assert office.take("committee", "refusal", "record", facts, place=office.home).stage == "recorded"


def test_work_done_anyway_is_noted_with_three_answers_and_withheld(office: Office) -> None:
    facts = {"title": "临时填报三张表", "kinds": ["report"], "asked_by": "某部门"}
    receipt = office.take("committee", "burden", "note", facts, place=office.home)
    assert office.service.steps(receipt.matter)[0].publication == "withheld"


def test_suspend_resume_void_and_reopen(office: Office) -> None:
    matter = submitted(office)
    office.take("decider", "access", "suspend", {"reason": "等待上级文件"}, matter=matter)
    assert office.stage(matter) == "suspended"
    with pytest.raises(WrongStage, match="已中止"):
        office.take("reviewer", "access", "review", {"duty": "entrusted", "nature": "service"}, matter=matter)
    office.take("decider", "access", "resume", {"reason": "文件已到"}, matter=matter)
    assert office.stage(matter) == "under_review"
    office.take("decider", "access", "void", {"reason": "重复提交"}, matter=matter)
    assert office.stage(matter) == "void"
    office.take("decider", "access", "reopen", {"stage": "under_review", "reason": "误作废"}, matter=matter)
    assert office.stage(matter) == "under_review"


@pytest.mark.parametrize("stage", ["admitted", "active", "emergency", "reviewed", "suspended", "void", "x"])
def test_what_a_rule_refused_is_not_admitted_by_reopening_it_further_on(office: Office, stage: str) -> None:
    facts = request(office.home, duty="prohibited")
    matter = office.take("clerk", "access", "submit", facts, place=office.top).matter
    assert office.stage(matter) == "refused"
    with pytest.raises(BadInput, match="不能直接转到"):
        office.take("decider", "access", "reopen", {"stage": stage, "reason": "重新考虑"}, matter=matter)
    assert office.stage(matter) == "refused"
    office.take("decider", "access", "reopen", {"stage": "returned", "reason": "让部门补正"}, matter=matter)
    assert office.stage(matter) == "returned"


def test_reopening_a_task_that_has_run_out_gives_it_no_further_day(office: Office) -> None:
    _, (child,) = admitted(office)
    office.clock.day = date(2028, 6, 1)
    assert office.stage(child) == "expired"
    office.take("decider", "access", "reopen", {"stage": "pending", "reason": "还想用"}, matter=child)
    assert office.stage(child) == "expired"


def test_a_decision_is_not_taken_before_the_act_that_it_decides(office: Office) -> None:
    days = {"happened": date(2026, 2, 20), "decided": date(2026, 2, 10), "on_behalf_of": "paper"}
    with pytest.raises(BadInput, match="决定不能早于行为"):
        office.take("clerk", "access", "submit", request(office.home), place=office.top, **days)


def test_voiding_a_task_lets_go_of_its_money(office: Office) -> None:
    _, (child,) = admitted(office)
    receipt = office.take("decider", "access", "void", {"reason": "文件撤销"}, matter=child)
    assert office.store.balance(f"committed:{child}") == 0
    assert any("committed:" in line for line in receipt.hangs)


def test_an_admission_that_was_voided_is_none_until_it_is_taken_up_again(office: Office) -> None:
    _, (child,) = admitted(office)

    def admission() -> dict[str, Any]:
        entry = office.store.entries("access.admissions", [child])[child]
        return dict(decode_version(entry.body).values)

    before = admission()
    assert before["usable"] is True
    office.take("decider", "access", "void", {"reason": "文件撤销"}, matter=child)
    assert admission() == {**before, "usable": False, "landing": ""}
    office.take("decider", "access", "reopen", {"stage": "pending", "reason": "误作废"}, matter=child)
    assert admission() == before
    matter = submitted(office)
    office.take("decider", "access", "void", {"reason": "重复提交"}, matter=matter)
    assert office.store.entries("access.admissions", [matter]) == {}, "what was never admitted is not in it"


def test_a_correction_supersedes_by_a_new_step_and_judges_again_by_the_law_of_its_own_day(
    office: Office,
) -> None:
    matter = submitted(office)
    office.clock.day = date(2026, 3, 5)
    changes = [{"field": "duty", "value": '"prohibited"'}]
    said = {"slot": "request", "changes": changes, "reason": "填错了职责归属"}
    receipt = office.take("clerk", "access", "correct", said, matter=matter)
    assert receipt.judgement is not None and receipt.judgement.dates.happened == DAY
    assert receipt.judgement.refused
    first, second = office.service.steps(matter)
    assert (first.facts["duty"], second.facts["duty"], second.corrects) == ("entrusted", "prohibited", 1)


def test_an_objection_gets_a_reply_date_and_an_answer_by_someone_else(office: Office) -> None:
    matter = submitted(office)
    office.take("decider", "access", "refuse", {"reason": "与现有工作重复"}, matter=matter)
    office.take("clerk", "access", "object", {"ground": "对象不同，不重复"}, matter=matter)
    due = office.service.matter(matter).state.due  # type: ignore[union-attr]
    assert [each.what for each in due] == ["answer"]
    office.take(
        "decider", "access", "answer", {"upheld": True, "reason": "复议成立，重新办理"}, matter=matter
    )
    assert office.service.matter(matter).state.due == ()  # type: ignore[union-attr]
    office.take("decider", "access", "reopen", {"stage": "under_review", "reason": "复议成立"}, matter=matter)


def test_statute_cannot_be_set_aside_by_a_resolution(office: Office) -> None:
    matter = submitted(office)
    rule = "national.access.admit.entrusting-department-pays"
    said = {"rule": rule, "resolution": "a" * 64, "stage": "reviewed", "reason": "会议决定"}
    with pytest.raises(BadInput, match="不能用决议改变"):
        office.take("decider", "access", "override", said, matter=matter)


def test_an_applicant_retracts_an_application(office: Office) -> None:
    matter = submitted(office)
    assert (
        office.take("clerk", "access", "retract", {"reason": "任务取消"}, matter=matter).stage == "retracted"
    )


def test_the_same_call_with_the_same_key_has_effect_once(office: Office) -> None:
    facts = request(office.home)
    first = office.take("clerk", "access", "submit", facts, place=office.top, key="k1")
    again = office.take("clerk", "access", "submit", facts, place=office.top, key="k1")
    assert again.matter == first.matter
    assert (first.code != "", again.code) == (True, "")
    with pytest.raises(Conflict, match="幂等键"):
        office.take("clerk", "access", "submit", {**facts, "title": "另一件"}, place=office.top, key="k1")
    assert office.service.by_receipt(first.code) == first.matter


def test_whoever_has_seen_an_older_state_has_to_look_again(office: Office) -> None:
    matter = submitted(office)
    office.take("reviewer", "access", "return", {"missing": "培训安排"}, matter=matter)
    with pytest.raises(Conflict, match="刷新"):
        office.take("clerk", "access", "complete", request(office.home), matter=matter, expected=1)


def test_an_entry_from_paper_keeps_its_own_days_and_says_so(office: Office) -> None:
    facts = request(office.home)
    with pytest.raises(BadInput, match="代为录入"):
        office.take("clerk", "access", "submit", facts, place=office.top, happened=date(2026, 2, 10))
    receipt = office.take(
        "clerk", "access", "submit", facts, place=office.top, happened=date(2026, 2, 10), on_behalf_of="paper"
    )
    step = office.service.steps(receipt.matter)[0]
    assert (step.happened, step.recorded, step.actor.on_behalf_of) == (date(2026, 2, 10), DAY, "paper")


def test_a_draft_holds_what_was_typed_and_is_nobody_elses(office: Office) -> None:
    clerk, other = office.service.person("clerk"), office.service.person("other-clerk")
    call = Call(
        procedure="access",
        action="submit",
        place=office.top,
        facts={"title": "只写了一半", "contact": "13800138000"},
    )
    saved = save_draft(office.service.desk, call, clerk)
    assert draft(office.service.desk, saved.id, clerk).facts["title"] == "只写了一半"
    assert drafts(office.service.desk, other) == []
    facts = request(office.home)
    receipt = office.take("clerk", "access", "submit", facts, place=office.top, draft=saved.id)
    assert receipt.matter == saved.id
    assert drafts(office.service.desk, clerk) == []


def test_every_fault_of_a_form_is_said_at_once(office: Office) -> None:
    facts = {"title": "x" * 100, "communities": [], "persons": -1, "starts": "明天", "nonsense": 1}
    with pytest.raises(ManyFaults) as caught:
        office.take("clerk", "access", "submit", facts, place=office.top)
    assert {fault.where for fault in caught.value.faults} >= {"title", "persons", "starts", "nonsense"}


def test_personal_data_never_reaches_a_step(office: Office) -> None:
    facts = request(office.home, contact="王小明 13800138000")
    receipt = office.take("clerk", "access", "submit", facts, place=office.top)
    body = office.store.steps(receipt.matter)[0].body.decode()
    assert "13800138000" not in body and "王小明" not in body
    reviewer = office.service.person("reviewer")
    matter = office.service.matter(receipt.matter)
    assert office.service.personal(matter, "1.contact", reviewer, "电话核实") == "王小明 13800138000"
    assert len(office.store.rows("vault-reads")) == 1
    stranger = office.appoint("stranger", "committee", office.near)
    with pytest.raises(Forbidden):
        office.service.personal(matter, "1.contact", stranger, "好奇")


def test_personal_data_in_a_public_line_is_refused_with_the_field(office: Office) -> None:
    with pytest.raises(ManyFaults, match="手机号") as caught:
        submitted(office, targets="有事打 13800138000")
    assert caught.value.faults[0].where == "targets"
    assert office.service.listed("access", office.top) == []


def test_what_waits_for_whom_follows_the_stage(office: Office) -> None:
    matter = submitted(office)
    assert office.service.waiting(office.service.person("reviewer")) == [matter]
    assert office.service.waiting(office.service.person("clerk")) == []
    office.take("reviewer", "access", "return", {"missing": "培训安排"}, matter=matter)
    assert office.service.waiting(office.service.person("reviewer")) == []
    assert office.service.waiting(office.service.person("clerk")) == [matter]
    assert office.service.waiting(office.service.person("other-clerk")) == []


def test_a_batch_that_was_cut_off_goes_on_where_it_stopped(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    from linli import batches, service

    codes = [place.code for place in office.deployment.places.below(office.top, Level.COMMUNITY)][:5]
    matter = submitted(office, *codes)
    office.take("reviewer", "access", "review", {"duty": "entrusted", "nature": "service"}, matter=matter)
    real, taken = batches._take_child, []

    def dies_at_the_third(*args: Any) -> None:
        if len(taken) == 2:
            raise KeyboardInterrupt
        taken.append(args)
        real(*args)

    monkeypatch.setattr(batches, "_take_child", dies_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        office.take("decider", "access", "admit", {"reason": "符合条件"}, matter=matter)
    monkeypatch.setattr(batches, "_take_child", real)
    assert [office.store.head(f"{matter}.{code}") for code in codes] == [1, 1, 0, 0, 0]
    assert service.run_batches(office.service.desk) == 1
    assert [office.store.head(f"{matter}.{code}") for code in codes] == [1] * 5
    assert service.run_batches(office.service.desk) == 0
    assert check(office.store) == []


def test_an_admission_of_another_community_does_not_bind_this_one(office: Office) -> None:
    _, (child,) = admitted(office, office.near)
    office.clock.day = date(2026, 6, 15)
    facts = {"title": "健康档案", "asked_by": "区卫健委", "asked_on": "2026-06-15", "admission": child}
    assert office.take("committee", "refusal", "record", facts, place=office.home).stage == "recorded"
