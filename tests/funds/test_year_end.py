"""The end of a year and of a fund: carried over, handed back, lapsed, handed over to a similar aim."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from linli.books import check
from linli.errors import BadInput, Forbidden
from tests.funds.conftest import FundOffice, Open

GOVERNMENT, PEOPLE = "政府购买", "居民自筹"


@pytest.fixture
def office(open_funds: Open) -> FundOffice:
    """上城 in March 2026: what government gave and was not used goes back there at the end of a year."""
    office = open_funds("shangcheng")
    office.fund = office.open_fund(yearly_fen=10_000)
    office.give(8_000, source=GOVERNMENT)
    office.give(500, "助老", source=GOVERNMENT)
    office.give(3_000)
    return office


def close(office: FundOffice, year: int) -> Any:
    return office.act("manager", "close_year", office.fund, "fund", year=year)


def reasons(told: Any) -> list[str]:
    return [heard.reason for heard in told.judgement.adverse()]


def test_what_government_gave_and_was_not_used_goes_back_and_what_people_gave_stays(
    office: FundOffice,
) -> None:
    spent = office.ask(2_000, source=GOVERNMENT).matter
    office.approve(spent)
    office.clock.day = date(2027, 1, 4)
    told = close(office, 2026)
    assert reasons(told) == []
    assert office.held() == {(PEOPLE, "非限定"): 3_000}
    owed = f"owed:{office.fund}:{GOVERNMENT}"
    assert office.store.balance(owed) == 6_500
    assert office.store.balance(f"committed:{spent}") == 2_000, "what was promised stays promised"
    assert [(each.what, each.day) for each in told.due if each.what == "hand_back"] == [
        ("hand_back", date(2027, 2, 3))
    ]
    with pytest.raises(Forbidden):
        office.act("manager", "hand_back", office.fund, "fund")
    office.act("treasurer", "hand_back", office.fund, "fund", order="2027-001")
    assert office.store.balance(owed) == 0
    assert office.store.balance(f"outside:source/{GOVERNMENT}") == -2_000
    with pytest.raises(BadInput, match="没有应交回的结余"):
        office.act("treasurer", "hand_back", office.fund, "fund")
    assert check(office.store) == []


def test_what_the_bank_sent_back_waits_to_be_handed_back_again(office: FundOffice) -> None:
    office.clock.day = date(2027, 1, 4)
    close(office, 2026)
    for _ in range(2):
        office.act("treasurer", "hand_back", office.fund, "fund", order="2027-001")
        told = office.act("treasurer", "hand_back_bounced", office.fund, "fund", reason="账号有误")
        assert office.store.balance(f"owed:{office.fund}:{GOVERNMENT}") == 8_500
        assert "hand_back" in [each.what for each in told.due]
    assert check(office.store) == []


def test_an_unused_limit_lapses_and_the_new_year_has_its_own(office: FundOffice) -> None:
    office.approve(office.ask(1_000).matter)
    left = f"allowance:fund/{office.fund}/2026"
    assert office.store.balance(left) == 9_000
    office.clock.day = date(2027, 1, 4)
    close(office, 2026)
    assert office.store.balance(left) == 0
    assert office.ask(2_001).stage == "refused", "there are 2,000 left"
    assert office.approve(office.ask(2_000).matter).stage == "committed"
    assert office.store.balance(f"allowance:fund/{office.fund}/2027") == 8_000
    assert check(office.store) == []


def test_nothing_of_the_new_year_moves_before_the_old_one_is_closed(office: FundOffice) -> None:
    waiting = office.ask(100, source=GOVERNMENT).matter
    office.clock.day = date(2027, 1, 4)
    assert office.give(100, source=GOVERNMENT).stage == "refused"
    assert office.ask(100, source=GOVERNMENT).stage == "refused"
    assert office.approve(waiting).stage == "refused"
    assert office.give(100).stage == "received", "what people give does not wait"
    assert office.approve(office.ask(100).matter).stage == "committed"
    close(office, 2026)
    assert office.give(100, source=GOVERNMENT).stage == "received"


@pytest.mark.parametrize(
    ("year", "day", "said"),
    [
        (2026, date(2026, 12, 31), "2026 年度还没有过完"),
        (2025, date(2027, 1, 4), "该结的是 2026 年度"),
        (2027, date(2027, 1, 4), "该结的是 2026 年度"),
    ],
)
def test_years_are_closed_one_after_the_other_when_they_are_over(
    office: FundOffice, year: int, day: date, said: str
) -> None:
    office.clock.day = day
    told = close(office, year)
    assert reasons(told) == [said]
    assert office.held()[GOVERNMENT, "非限定"] == 8_000, "nothing has moved"


def test_a_year_is_closed_once(office: FundOffice) -> None:
    office.clock.day = date(2027, 1, 4)
    close(office, 2026)
    assert reasons(close(office, 2026)) == ["该结的是 2027 年度"]


def test_a_closing_that_was_wrong_is_undone_until_the_money_is_handed_back(office: FundOffice) -> None:
    office.clock.day = date(2027, 1, 4)
    close(office, 2026)
    before = {(GOVERNMENT, "非限定"): 8_000, (GOVERNMENT, "助老"): 500, (PEOPLE, "非限定"): 3_000}
    office.act("manager", "undo_year", office.fund, "fund", reason="漏记一笔支出")
    assert office.held() == before
    assert reasons(close(office, 2026)) == []
    office.act("treasurer", "hand_back", office.fund, "fund")
    with pytest.raises(Exception, match="余额不足"):
        office.act("manager", "undo_year", office.fund, "fund", reason="漏记一笔支出")
    assert check(office.store) == []


def test_what_is_entered_late_from_paper_does_not_go_into_a_year_that_is_closed(office: FundOffice) -> None:
    office.clock.day = date(2027, 1, 4)
    late = {
        "fund": office.fund,
        "source": PEOPLE,
        "channel": "grant",
        "amount_fen": 70,
    }
    said = {"happened": date(2026, 12, 30), "decided": date(2026, 12, 30), "on_behalf_of": "paper"}

    def enter() -> Any:
        return office.take("cashier", "contribution", "record", late, place=office.top, **said)

    assert enter().stage == "received", "the year is open"
    close(office, 2026)
    told = enter()
    assert (told.stage, reasons(told)) == ("refused", ["“邻里互助基金”2026 年度已经结账"])
    held = office.held()
    office.act("manager", "undo_year", office.fund, "fund", reason="补登一笔")
    told = enter()
    assert told.stage == "received", reasons(told)
    assert reasons(close(office, 2026)) == []
    assert office.held() == {**held, (PEOPLE, "非限定"): held[PEOPLE, "非限定"] + 70}
    assert check(office.store) == []


def test_elsewhere_everything_is_carried_over(open_funds: Open) -> None:
    office = open_funds("dongcheng")
    office.give(8_000, source=GOVERNMENT)
    office.clock.day = date(2027, 1, 4)
    assert office.ask(100, source=GOVERNMENT).stage == "awaiting", "nobody has to wait"
    assert reasons(close(office, 2026)) == []
    assert office.held() == {(GOVERNMENT, "非限定"): 8_000}
    with pytest.raises(BadInput, match="没有应交回的结余"):
        office.act("treasurer", "hand_back", office.fund, "fund")


def test_a_place_may_say_that_unused_limits_are_carried_over(open_carrying: Open) -> None:
    office = open_carrying("dongcheng")
    office.fund = office.open_fund(yearly_fen=10_000)
    office.give(100_000)
    office.approve(office.ask(4_000).matter)
    office.clock.day = date(2027, 1, 4)
    close(office, 2026)
    assert office.store.balance(f"allowance:fund/{office.fund}/2026") == 6_000
    assert office.ask(16_001).stage == "refused"
    assert office.approve(office.ask(16_000).matter).stage == "committed"
    assert check(office.store) == []


def test_what_is_left_of_a_fund_goes_to_the_same_or_a_similar_purpose(open_funds: Open) -> None:
    office = open_funds()
    office.give(1_000, "助老")
    office.give(500, "助学")
    office.give(30)
    old, new = office.fund, office.open_fund(purposes=[{"name": "助老"}, {"name": "青少年"}])
    with pytest.raises(Exception, match="现在是“开放”"):
        office.act("manager", "hand_over", old, "fund", to=new, basis="doc:1", reason="并入")
    told = office.act("manager", "close", old, "fund", reason="并入")
    assert [(each.what, each.title, each.day) for each in told.due] == [
        ("disclosure", "全面公开收支", date(2026, 6, 2))
    ]
    with pytest.raises(BadInput, match=r"还有 15\.30 元"):
        office.act("cashier", "disclose", old, "fund", period="全部")
    told = office.act("manager", "hand_over", old, "fund", to=new, reason="并入")
    assert reasons(told) == ["没有写明按什么处理剩余财产"]
    with pytest.raises(BadInput, match="接收的基金没有“助学”这个用途"):
        office.act("manager", "hand_over", old, "fund", to=new, basis="doc:1", reason="并入")
    similar = [{"purpose": "助学", "becomes": "青少年"}]
    office.act("manager", "hand_over", old, "fund", to=new, basis="doc:1", similar=similar, reason="并入")
    assert office.held() == {}
    office.fund = new
    assert office.held() == {(PEOPLE, "助老"): 1_000, (PEOPLE, "青少年"): 500, (PEOPLE, "非限定"): 30}
    assert office.act("cashier", "disclose", old, "fund", period="全部").stage == "settled"
    assert check(office.store) == []


def test_bound_money_is_never_handed_over_unbound(open_funds: Open) -> None:
    office = open_funds()
    office.give(1_000, "助老")
    old, new = office.fund, office.open_fund(purposes=[])
    office.act("manager", "close", old, "fund", reason="并入")
    similar = [{"purpose": "助老", "becomes": "非限定"}]
    with pytest.raises(BadInput):
        office.act("manager", "hand_over", old, "fund", to=new, basis="doc:1", similar=similar, reason="并入")
