"""社区基金 in the places of the catalogue: through the API, and as residents read it on the built pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.systems.town import Denied, Told, Town

DAY = date(2026, 3, 2)
YEAR = 2026
WU_FU_QIAO, BARE = "510104030006", "510104018001"

Open = Callable[..., "Purse"]


class Purse(Town):
    """A town with the people of its funds."""

    def fund(self, place: str = "", **more: Any) -> str:
        """Open a fund; returns its number."""
        told = self.opened(place, **more)
        assert told.stage == "open", told.adverse
        return told.matter

    def opened(self, place: str = "", **more: Any) -> Told:
        facts: dict[str, Any] = {
            "title": "邻里互助基金",
            "holder_kind": "foundation",
            "holder": "区社会组织发展基金会",
            "purposes": [{"name": "助老"}],
        }
        return self.take("manager", "open", {**facts, **more}, procedure="fund", place=place)

    def give(self, fund: str, amount: int, source: str = "居民自筹", place: str = "", **more: Any) -> Told:
        facts = {"fund": fund, "source": source, "channel": "grant", "amount_fen": amount}
        return self.take("cashier", "record", {**facts, **more}, procedure="contribution", place=place)

    def ask(self, fund: str, amount: int, place: str = "", **more: Any) -> Told:
        facts: dict[str, Any] = {
            "fund": fund,
            "source": "居民自筹",
            "kind": "grant",
            "amount_fen": amount,
            "reason": "重阳节慰问",
            "year": self.clock.today().year,
            "payee": "邻里社工服务社",
        }
        return self.take("cashier", "submit", {**facts, **more}, procedure="payment", place=place)

    def approve(self, payment: str, who: str = "approver") -> Told:
        return self.take(who, "approve", {"no_interest": True}, matter=payment, procedure="payment")

    def spend(self, fund: str, amount: int, **more: Any) -> Told:
        """Ask, approve and commit."""
        told = self.ask(fund, amount, **more)
        return self.approve(told.matter) if told.stage == "awaiting" else told

    def pay(self, payment: str) -> None:
        """Order a committed payment and see it cleared."""
        self.take("treasurer", "pay", matter=payment, procedure="payment")
        self.take("treasurer", "clear", matter=payment, procedure="payment")

    def held(self, fund: str) -> dict[str, int]:
        """What a fund holds, by source and purpose."""
        prefix = f"fund:{fund}:"
        found = self.store.balances(prefix).items()
        return {account.removeprefix(prefix): amount for (account, _), amount in found if amount}

    def fund_page(self, fund: str) -> str:
        """The text of a fund's page."""
        self.publish()
        return self.page(f"funds/{fund}.html")


@pytest.fixture
def open_purse(tmp_path: Path) -> Open:
    def opened(slug: str, day: date = DAY) -> Purse:
        top = Town(slug, day, tmp_path).place
        people = {
            "manager": [("fund_manager", top)],
            "cashier": [("fund_clerk", top)],
            "approver": [("fund_approver", top)],
            "second": [("fund_approver", top)],
            "both": [("fund_clerk", top), ("fund_approver", top)],
            "treasurer": [("fund_treasurer", top)],
            "storekeeper": [("storekeeper", top)],
        }
        return Purse(slug, day, tmp_path, people=people)

    return opened


@pytest.mark.system("CC-13")
def test_a_fund_for_organisations_grants_nothing_outside_its_purpose(open_purse: Open) -> None:
    town = open_purse("chongchuan")
    fund = town.fund(title="社会组织发展基金", purposes=[{"name": "社会组织发展"}])
    town.give(fund, 100_000_00, source="基金会资助", purpose="社会组织发展")
    outside = town.ask(fund, 1_000_00, source="基金会资助", purpose="道路绿化")
    assert outside.stage == "refused"
    assert "“道路绿化”不在“社会组织发展基金”的用途之内" in outside.adverse
    unbound = town.ask(fund, 1_000_00, source="基金会资助")
    assert unbound.stage == "refused", "money that is bound pays for nothing else"
    inside = town.spend(
        fund, 1_000_00, source="基金会资助", purpose="社会组织发展", reason="孵化一家社区社会组织"
    )
    assert inside.stage == "committed"
    said = town.fund_page(fund)
    assert "社会组织发展" in said and "孵化一家社区社会组织" in said
    assert "不在“社会组织发展基金”的用途之内" in town.matter_page(outside.matter)


REPAIR = {
    "kind": "repair",
    "emergency": True,
    "shared_part": True,
    "source": "政府购买",
    "reason": "屋顶漏水抢修",
}


def emergency_fund(town: Purse, amount: int = 1_000_000_00) -> str:
    fund = town.fund(
        title="老旧住宅区应急维修专项资金",
        holder_kind="street",
        holder="锦江区政府",
        emergency_only=True,
        purposes=[],
    )
    town.give(fund, amount, source="政府购买", channel="appropriation")
    return fund


@pytest.mark.system("JJ-13")
def test_a_community_has_a_hundred_thousand_a_year_for_emergencies(open_purse: Open) -> None:
    town = open_purse("jinjiang")
    fund = emergency_fund(town)
    first = town.ask(fund, 60_000_00, community=BARE, **REPAIR)
    town.approve(first.matter)
    assert town.approve(first.matter, "second").stage == "committed"
    more = town.ask(fund, 40_000_01, community=BARE, **REPAIR)
    assert more.stage == "refused"
    assert "额度是 100,000 元，已用 60,000 元" in more.adverse
    assert town.spend(fund, 40_000_00, community=BARE, **REPAIR).stage == "committed"
    assert town.spend(fund, 10_000_00, community=WU_FU_QIAO, **REPAIR).stage == "committed", (
        "another community"
    )
    town.clock.day = date(2027, 1, 4)
    assert town.spend(fund, 10_000_00, community=BARE, **REPAIR).stage == "committed", "another year"
    said = town.fund_page(fund)
    assert "屋顶漏水抢修" in said and "60,000.00" in said
    assert "额度是 100,000 元" in town.matter_page(more.matter)


@pytest.mark.system("JJ-13")
@pytest.mark.parametrize(
    ("fact", "value", "said"),
    [
        ("emergency", False, "只用于应急维修"),
        ("shared_part", False, "不是房屋公共部位"),
        ("estate_fund", True, "应先用它"),
    ],
)
def test_what_is_no_emergency_of_shared_parts_is_refused(
    open_purse: Open, fact: str, value: bool, said: str
) -> None:
    town = open_purse("jinjiang")
    told = town.ask(emergency_fund(town), 1_000_00, community=BARE, **{**REPAIR, fact: value})
    assert told.stage == "refused" and said in told.adverse
    town.publish()
    assert said in town.matter_page(told.matter)


REWARD = {
    "kind": "reward",
    "payee": "",
    "reason": "奖励办成的提案",
    "proposal_done": True,
    "lead_signer": True,
}


@pytest.mark.system("JJ-21")
def test_a_proposal_that_was_done_is_rewarded_once(open_purse: Open) -> None:
    town = open_purse("jinjiang")
    fund = town.fund(rewards=True)
    town.give(fund, 10_000_00)
    first = town.ask(fund, 200_00, proposal="2026-017", **REWARD)
    waiting = town.ask(fund, 200_00, proposal="2026-017", **REWARD)
    assert (first.stage, waiting.stage) == ("awaiting", "awaiting")
    assert town.approve(first.matter).stage == "committed"
    second = town.ask(fund, 200_00, proposal="2026-017", **REWARD)
    assert second.stage == "refused"
    assert "提案 2026-017 已经奖励过一次" in second.adverse
    assert town.approve(waiting.matter).stage == "refused", "one that was asked for before is judged again"
    assert town.held(fund) == {"居民自筹:非限定": 9_800_00}
    assert "奖励办成的提案" in town.fund_page(fund) and "200.00" in town.page(f"funds/{fund}.html")
    assert "已经奖励过一次" in town.matter_page(second.matter)


@pytest.mark.system("JJ-21")
@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"amount_fen": 300_00}, "一件提案奖励 200 元"),
        ({"proposal_done": False}, "已采纳并办成"),
        ({"lead_signer": False}, "领衔人"),
    ],
)
def test_a_reward_is_two_hundred_to_the_lead_signer_of_what_was_done(
    open_purse: Open, more: dict[str, Any], said: str
) -> None:
    town = open_purse("jinjiang")
    fund = town.fund(rewards=True)
    town.give(fund, 10_000_00)
    facts = {**REWARD, "proposal": "2026-017", **more}
    told = town.ask(fund, facts.pop("amount_fen", 200_00), **facts)
    assert told.stage == "refused" and said in told.adverse


@pytest.mark.system("JJ-21")
def test_a_fund_line_that_allows_no_rewards_pays_none(open_purse: Open) -> None:
    town = open_purse("jinjiang")
    fund = town.fund(rewards=False)
    town.give(fund, 10_000_00)
    told = town.ask(fund, 200_00, proposal="2026-017", **REWARD)
    assert told.stage == "refused" and "不能用于奖励" in told.adverse


FOUR = ("We创客计划", "好邻居基金", "社区伙伴计划", "社会工作发展计划")


def special_fund(town: Purse, *, yearly: int = 500_000_000, programmes: tuple[str, ...] = FOUR) -> Told:
    return town.opened(
        title="专项发展资金",
        holder_kind="street",
        holder="上城区",
        special=True,
        yearly_fen=yearly,
        programmes=[{"name": name} for name in programmes],
        purposes=[],
    )


def granted(town: Purse, fund: str, amount: int, programme: str) -> Told:
    told = town.ask(fund, amount, source="政府购买", programme=programme, reason=f"{programme}项目")
    while told.stage == "awaiting" and (
        who := ("second" if len(town.steps(told.matter)) > 1 else "approver")
    ):
        told = town.approve(told.matter, who)
    return told


@pytest.mark.system("SC-17")
def test_no_more_than_five_million_a_year_can_be_committed(open_purse: Open) -> None:
    town = open_purse("shangcheng")
    assert special_fund(town, yearly=500_000_100).stage == "refused"
    fund = special_fund(town).matter
    town.give(fund, 900_000_000, source="政府购买", channel="appropriation")
    assert granted(town, fund, 400_000_000, FOUR[0]).stage == "committed"
    over = granted(town, fund, 100_000_100, FOUR[1])
    assert over.stage == "refused"
    assert "总额 5,000,000 元，已用 4,000,000 元" in over.adverse
    assert granted(town, fund, 100_000_000, FOUR[1]).stage == "committed", "the last yuan"
    assert granted(town, fund, 1, FOUR[1]).stage == "refused"
    said = town.fund_page(fund)
    assert "每年最多支出" in said and "5,000,000 元" in said
    assert "总额 5,000,000 元，已用 4,000,000 元" in town.matter_page(over.matter)


@pytest.mark.system("SC-18")
def test_every_award_belongs_to_one_of_four_and_the_sums_add_up(open_purse: Open) -> None:
    town = open_purse("shangcheng")
    fifth = special_fund(town, programmes=(*FOUR, "第五计划"))
    assert fifth.stage == "refused" and "第五计划" in fifth.adverse
    fund = special_fund(town).matter
    town.give(fund, 500_000_000, source="政府购买", channel="appropriation")
    strange = town.ask(fund, 1_000_00, source="政府购买", programme="第五计划")
    assert strange.stage == "refused"
    assert "“第五计划”不是“专项发展资金”下设的计划" in strange.adverse
    assert town.ask(fund, 1_000_00, source="政府购买").stage == "refused", "an award without a programme"
    for number, name in enumerate(FOUR, 1):
        assert granted(town, fund, number * 1_000_00, name).stage == "committed"
    said = town.fund_page(fund)
    for number, name in enumerate(FOUR, 1):
        assert f"{name} {number},000.00" in said
    assert "合计 10,000.00" in said
    assert "不是“专项发展资金”下设的计划" in town.matter_page(strange.matter)


@pytest.mark.system("SC-16")
def test_income_has_one_of_four_sources_and_the_sources_add_up_to_the_total(open_purse: Open) -> None:
    town = open_purse("shangcheng")
    fund = town.fund()
    sources = ("政府购买", "基金会资助", "辖区单位赞助", "居民自筹")
    for number, source in enumerate(sources, 1):
        assert town.give(fund, number * 1_000_00, source=source).stage == "received"
    unknown = town.give(fund, 1_000_00, source="不明来源")
    assert unknown.stage == "refused" and "“不明来源”不是这里登记的资金来源" in unknown.adverse
    payment = town.spend(fund, 500_00, source="辖区单位赞助").matter
    town.pay(payment)
    held = town.held(fund)
    assert held == {
        "政府购买:非限定": 1_000_00,
        "基金会资助:非限定": 2_000_00,
        "辖区单位赞助:非限定": 2_500_00,
        "居民自筹:非限定": 4_000_00,
    }
    said = town.fund_page(fund)
    assert "合计 9,500.00" in said
    assert all(source in said for source in sources)
    assert "结余 9,500.00" in said, "the picture's table has the same number"
    assert "不是这里登记的资金来源" in town.matter_page(unknown.matter)


@pytest.mark.system("BJ-37")
def test_the_centre_of_dongcheng_grants_a_million_a_year_and_no_more(open_purse: Open) -> None:
    town = open_purse("dongcheng")
    centre = {"title": "社会组织专项资金", "special": True, "holder_kind": "street", "holder": "东城区"}
    assert town.opened(**centre, yearly_fen=100_000_100).stage == "refused"
    fund = town.fund(**centre, yearly_fen=100_000_000)
    town.give(fund, 150_000_000, source="政府购买", channel="appropriation")
    over = town.ask(fund, 100_000_100, source="政府购买")
    assert over.stage == "refused" and "总额 1,000,000 元" in over.adverse
    whole = town.ask(fund, 100_000_000, source="政府购买", reason="培育公益服务类社会组织")
    town.approve(whole.matter)
    assert town.approve(whole.matter, "second").stage == "committed"
    said = town.fund_page(fund)
    assert "每年最多支出 1,000,000 元" in said and "培育公益服务类社会组织" in said
    assert "总额 1,000,000 元" in town.matter_page(over.matter)


@pytest.mark.system("BJ-42")
def test_a_donation_can_be_followed_to_what_it_was_used_for(open_purse: Open) -> None:
    town = open_purse("dongcheng")
    fund = town.fund()
    gift = {"channel": "donation", "purpose": "助老"}
    bare = town.give(fund, 300_00, **gift)
    assert bare.stage == "returned" and "没有捐赠票据号码" in bare.adverse
    named = town.give(fund, 300_00, source="辖区单位赞助", donor="某商场", receipt="0012345", **gift)
    silent = town.give(fund, 700_00, donor_name="隐去的一位居民", receipt_waived=True, **gift)
    assert (named.stage, silent.stage) == ("received", "received")
    payment = town.spend(fund, 500_00, purpose="助老", reason="给独居老人装扶手").matter
    town.pay(payment)
    said = town.fund_page(fund)
    assert "匿名（居民自筹） 助老 给独居老人装扶手 500.00" in said
    assert "匿名（居民自筹） 助老 还没有用 200.00" in said
    assert "某商场（辖区单位赞助） 助老 还没有用 300.00" in said
    assert "收到匿名的 700 元（居民自筹），限定用于助老" in town.matter_page(silent.matter)
    assert not [address for address, text in town.pages().items() if "隐去的一位居民" in text]
    assert not [address for address, text in town.pages().items() if "税务局监制" in text], (
        "numbers of receipts are recorded and no receipt is printed"
    )


MEETING = {
    "title": "春风众筹会",
    "charity": "区社会组织发展基金会",
    "purpose": "助老",
    "target_fen": 77_777_00,
    "ends": "2026-03-20",
    "members_only": True,
    "invited": [{"unit": "甲公司"}, {"unit": "乙公司"}],
}


def meeting(town: Purse, fund: str, **more: Any) -> Told:
    return town.take("cashier", "invite", {**MEETING, "fund": fund, **more}, procedure="pledge")


def promise(town: Purse, matter: str, unit: str, amount: int) -> Told:
    return town.take(
        "cashier", "pledge", {"unit": unit, "amount_fen": amount}, matter=matter, procedure="pledge"
    )


def pledged(town: Purse, matter: str) -> int:
    return sum(town.store.balances(f"pledged:{matter}:").values())


@pytest.mark.system("SC-22")
def test_pledges_of_a_closed_list_are_released_where_the_target_is_missed(open_purse: Open) -> None:
    town = open_purse("shangcheng")
    matter = meeting(town, town.fund()).matter
    promise(town, matter, "甲公司", 30_000_00)
    promise(town, matter, "乙公司", 20_000_00)
    with pytest.raises(Denied, match="“丙公司”不在名单上"):
        promise(town, matter, "丙公司", 1_00)
    assert pledged(town, matter) == 50_000_00
    town.clock.day = date(2026, 3, 21)
    town.publish()
    assert pledged(town, matter) == 0
    assert town.service.matter(matter).stage.id == "released"  # type: ignore[union-attr]


@pytest.mark.system("SC-22")
def test_pledges_stand_where_the_target_is_met(open_purse: Open) -> None:
    town = open_purse("shangcheng")
    matter = meeting(town, town.fund()).matter
    promise(town, matter, "甲公司", 77_777_00)
    told = town.take("cashier", "conclude", matter=matter, procedure="pledge")
    assert told.stage == "met"
    assert pledged(town, matter) == 77_777_00
    town.publish()
    assert "资本众筹会的认捐已经成立" in town.matter_page(matter)


@pytest.mark.system("SC-22")
@pytest.mark.parametrize("amount", [30_000_00, 77_777_00])
def test_no_public_page_shows_a_target_or_what_is_missing(open_purse: Open, amount: int) -> None:
    town = open_purse("shangcheng")
    matter = meeting(town, town.fund()).matter
    promise(town, matter, "甲公司", amount)
    missing = f"{(77_777_00 - amount) // 100:,}"
    for day in (date(2026, 3, 2), date(2026, 3, 21)):
        town.clock.day = day
        town.publish()
        for address, text in town.pages().items():
            assert "77,777" not in text and "7777700" not in text, address
            assert missing == "0" or missing not in text, address
            assert "甲公司" not in text, address
    for path in (f"matters/{matter}", f"matters/{matter}/steps"):
        try:
            answer = str(town.get(path))
        except Denied as denied:
            assert denied.status == 404
        else:
            assert "7777700" not in answer and "甲公司" not in answer


@pytest.mark.system("SC-22")
def test_an_online_collection_needs_licence_filing_and_platform(open_purse: Open) -> None:
    town = open_purse("shangcheng")
    fund = town.fund()
    told = meeting(town, fund, online=True)
    assert told.stage == "refused"
    assert "缺：公开募捐资格证书、募捐方案备案、指定的互联网募捐平台" in told.adverse
    partly = meeting(town, fund, online=True, licence="53330000", filing="A1")
    assert partly.stage == "refused" and "缺：指定的互联网募捐平台" in partly.adverse
    whole = meeting(town, fund, online=True, licence="53330000", filing="A1", platform="某指定平台")
    assert whole.stage == "gathering"


@pytest.mark.system("SC-23")
def test_goods_leave_the_store_by_lot_until_they_expire_and_never_below_nothing(open_purse: Open) -> None:
    town = open_purse("shangcheng")
    lot = {"item": "大米", "quantity": 40, "unit": "袋", "expires": "2026-06-30", "donor": "某粮店"}
    matter = town.take("storekeeper", "receive", lot, procedure="goods").matter
    hand = {"quantity": 15, "use": "困难家庭"}
    town.take("storekeeper", "hand_out", hand, matter=matter, procedure="goods")
    with pytest.raises(Denied, match="库里只有 25，不能发 26"):
        town.take("storekeeper", "hand_out", {**hand, "quantity": 26}, matter=matter, procedure="goods")
    assert town.store.balance(f"goods:{matter}", "pieces") == 25
    town.publish()
    said = town.matter_page(matter)
    assert "某粮店捐赠，还剩 25 袋，可以用到2026年6月30日" in said and "困难家庭" in said
    town.clock.day = date(2026, 7, 1)
    with pytest.raises(Denied) as caught:
        town.take("storekeeper", "hand_out", hand, matter=matter, procedure="goods")
    assert caught.value.status == 409
    town.publish()
    assert "已经过期，还剩 25 袋" in town.matter_page(matter)
    told = town.take("storekeeper", "write_off", {"reason": "过期"}, matter=matter, procedure="goods")
    assert told.stage == "written_off"
    assert town.store.balance(f"goods:{matter}", "pieces") == 0


@pytest.mark.system("SC-23")
def test_what_a_market_brings_in_goes_to_the_named_fund(open_purse: Open) -> None:
    town = open_purse("shangcheng")
    fund = town.fund(title="义集基金")
    unagreed = town.give(fund, 1_234_50, channel="market", donor="邻里义集")
    assert unagreed.stage == "returned" and "活动前签过捐赠协议" in unagreed.adverse
    agreed = town.give(fund, 1_234_50, channel="market", donor="邻里义集", agreed_before=True)
    assert agreed.stage == "received"
    assert town.held(fund) == {"居民自筹:非限定": 1_234_50}
    said = town.fund_page(fund)
    assert "邻里义集（居民自筹）" in said and "1,234.50" in said


CHAOYANGMEN_COMMUNITY = "110101007001"


@pytest.mark.system("DC-30", part="d")
def test_a_committee_without_an_account_keeps_its_fund_in_a_named_sub_account(open_purse: Open) -> None:
    town = open_purse("dongcheng")
    committee = {"title": "史家社区微基金", "holder_kind": "committee", "holder": "社区居委会"}
    bare = town.opened(CHAOYANGMEN_COMMUNITY, **committee)
    assert bare.stage == "returned"
    assert "居委会没有独立的账户" in bare.adverse
    kept = {**committee, "custodian": "街道办事处", "sub_account": "社区微基金专户"}
    fund = town.fund(CHAOYANGMEN_COMMUNITY, **kept)
    said = town.fund_page(fund)
    assert "街道办事处，“社区微基金专户”" in said
    assert "史家社区微基金" in town.place_page(CHAOYANGMEN_COMMUNITY)
    assert "没有独立的账户" in town.matter_page(bare.matter)


@pytest.mark.system("DC-30", part="c")
@pytest.mark.parametrize(("own", "percent"), [(1_000_00, 90), (9_000_00, 50)])
def test_a_community_whose_funds_depend_on_government_is_told_so(
    open_purse: Open, own: int, percent: int
) -> None:
    town = open_purse("dongcheng")
    place = CHAOYANGMEN_COMMUNITY
    fund = town.fund(place)
    town.give(fund, 9_000_00, source="政府购买", channel="appropriation", place=place)
    town.give(fund, own, source="居民自筹", place=place)
    town.publish()
    (found,) = [
        check
        for check in msgspec.json.decode(town.store.row("record", f"checks/{place}") or b"[]")
        if check["check"] == "dongcheng.funds-depend"
    ]
    (remark,) = found["remarks"]
    assert f"占 {percent}%" in remark["text"]
    assert remark.get("alarm", False) is (percent > 50)
    assert f"占 {percent}%" in town.place_page(place)
