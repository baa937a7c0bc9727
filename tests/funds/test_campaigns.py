"""Campaigns: filed ten days before they begin, made public on their days, and never a target."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from linli.errors import BadInput
from linli.funds.campaigns import CampaignPlan
from tests.funds.conftest import FundOffice, Open

PLAN = {
    "title": "暖冬行动",
    "charity": "区慈善协会",
    "registered": "2020-05-01",
    "licence": "53330000",
    "purpose": "助老",
    "starts": "2026-03-12",
    "ends": "2026-12-31",
    "area": "全区",
    "leader": "某负责人，某路一号",
    "ways": "现场和转账",
    "account": "尾号1234",
    "beneficiaries": "独居老人",
    "surplus": "用于同类项目",
}


def plan(office: FundOffice, **more: Any) -> Any:
    facts = {**PLAN, "fund": office.fund, **more}
    return office.take("cashier", "campaign", "plan", facts, place=office.top)


def file(office: FundOffice, matter: str, day: str = "2026-03-02") -> Any:
    return office.act("cashier", "file", matter, "campaign", filing="A1", filed=day)


def days(told: Any) -> dict[str, date]:
    return {each.what: each.day for each in told.due}


def adverse(told: Any) -> list[str]:
    return [heard.reason for heard in told.judgement.adverse()]


def test_a_campaign_that_starts_on_a_day_is_filed_ten_days_before(open_funds: Open) -> None:
    office = open_funds()
    told = plan(office)
    assert days(told) == {"file": date(2026, 3, 2)}
    assert file(office, told.matter).stage == "filed"
    late = plan(office, starts="2026-03-11")
    assert days(late) == {"file": date(2026, 3, 1)}
    told = file(office, late.matter)
    assert (told.stage, adverse(told)) == (
        "preparing",
        ["2026-03-11 开始的募捐，最晚 2026-03-01 报送备案，这次是 2026-03-02"],
    )
    facts = {**PLAN, "fund": office.fund, "starts": "2026-03-12"}
    office.act("cashier", "complete", late.matter, "campaign", **facts)
    assert file(office, late.matter).stage == "filed", "a later first day leaves time to file"


def test_a_long_campaign_is_made_public_every_three_months_and_whole_at_the_end(open_funds: Open) -> None:
    office = open_funds()
    matter = plan(office).matter
    told = file(office, matter)
    assert days(told) == {"disclosure": date(2026, 6, 12), "whole": date(2027, 3, 31)}
    with pytest.raises(BadInput, match="还没有可以公开的"):
        office.act("cashier", "disclose", matter, "campaign", period="三月")
    office.clock.day = date(2026, 6, 10)
    told = office.act("cashier", "disclose", matter, "campaign", period="三月至六月")
    assert days(told)["disclosure"] == date(2026, 9, 10)
    with pytest.raises(BadInput, match="才结束"):
        office.act("cashier", "disclose_whole", matter, "campaign", period="全部")
    office.clock.day = date(2026, 10, 9)
    told = office.act("cashier", "disclose", matter, "campaign", period="七月至九月")
    assert days(told) == {"whole": date(2027, 3, 31)}, "the next time would be after the end"
    office.clock.day = date(2027, 1, 4)
    assert office.act("cashier", "disclose_whole", matter, "campaign", period="全部").stage == "disclosed"


def test_a_short_campaign_is_made_public_when_it_is_over(open_funds: Open) -> None:
    office = open_funds()
    told = file(office, plan(office, ends="2026-09-11").matter)
    assert days(told) == {"whole": date(2026, 12, 11)}


def test_in_an_emergency_money_is_made_public_every_five_days_and_filed_within_ten(open_funds: Open) -> None:
    office = open_funds()
    told = plan(office, starts="2026-03-02", ends="2026-04-02", emergency=True)
    assert days(told) == {
        "file": date(2026, 3, 12),
        "disclosure": date(2026, 3, 9),
        "whole": date(2026, 7, 2),
    }, "the fifth day is a Saturday and rolls on"
    office.clock.day = date(2026, 3, 9)
    told = office.act("cashier", "disclose", told.matter, "campaign", period="头七天")
    assert days(told)["disclosure"] == date(2026, 3, 16)
    assert "file" in days(told)
    office.clock.day = date(2026, 3, 12)
    told = file(office, told.matter, "2026-03-12")
    assert (told.stage, days(told)["disclosure"]) == ("filed", date(2026, 3, 16))
    told = office.act("manager", "calm", told.matter, "campaign", reason="救援结束")
    assert days(told) == {"whole": date(2026, 7, 2)}


def test_what_is_given_to_a_campaign_is_for_its_fund_in_its_days(open_funds: Open) -> None:
    office = open_funds()
    matter = plan(office).matter
    gift = {"channel": "donation", "receipt": "001", "campaign": matter}
    assert office.give(100, "助老", **gift).stage == "refused", "it has not begun"
    file(office, matter)
    office.clock.day = date(2026, 3, 12)
    assert office.give(100, "助老", **gift).stage == "received"
    office.fund = office.open_fund()
    assert office.give(100, "助老", **gift).stage == "refused"
    assert office.give(100, "助老", **{**gift, "campaign": "K9"}).stage == "refused"


def test_what_a_plan_lays_down_is_changed_by_a_new_filing(open_funds: Open) -> None:
    office = open_funds()
    matter = plan(office).matter
    file(office, matter)
    office.clock.day = date(2026, 3, 12)
    gift = office.give(100, "助老", channel="donation", receipt="001", campaign=matter).matter
    change = {"purpose": "助学", "amount_fen": 100, "reason": "对象减少"}
    told = office.act("manager", "repurpose", gift, "contribution", **change)
    assert adverse(told) == ["募捐方案规定的用途变了，还没有重新备案"]
    told = office.act("manager", "repurpose", gift, "contribution", filing="A2", **change)
    assert adverse(told) == []
    assert office.held() == {("居民自筹", "助学"): 100}


@pytest.mark.parametrize(
    ("more", "stage", "said"),
    [
        ({"licence": ""}, "refused", "没有公开募捐资格证书"),
        ({"online": True}, "refused", "没有写明指定的互联网公开募捐服务平台"),
        ({"partner": "某服务社"}, "returned", "没有与合作方的评估和书面协议"),
        ({"beneficiaries": "", "area": ""}, "returned", "募捐方案没有写：募捐地域、受益人"),
    ],
)
def test_a_plan_that_the_law_does_not_allow_goes_no_further(
    open_funds: Open, more: dict[str, Any], stage: str, said: str
) -> None:
    told = plan(open_funds(), **more)
    assert (told.stage, adverse(told)) == (stage, [said])


def test_a_campaign_has_no_field_for_a_target() -> None:
    assert not [name for name in CampaignPlan.__struct_fields__ if "target" in name or "goal" in name]
