"""Meetings as residents meet them: asked for, called, held, voted, written down; the right law for each part."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from linli.clockwork import tick
from linli_votes.opening import open_and_count
from linli_votes.rolls import voter_key
from tests.systems.hall import ELSEWHERE, Denied, Hall
from tests.systems.town import Told
from tests.votes.polls import PRIVATE, ROLL
from tests.votes.polls import question as ballot_paper

YONGXING, WUFUQIAO = "510104018003", "510104030006"
SHIJIA, NEIWU = "110101007001", "110101007002"
SHUANGJINYUAN = "110107011001"
XIAOYING = "330102004051"
PARTY_MEETING = "party_joint_meeting"
ASSEMBLY, REPRESENTATIVES = "residents_assembly", "representative_assembly"
At = Callable[..., Hall]


@pytest.fixture
def at(tmp_path: Path) -> At:
    """Open the hall of a community."""

    def opened(home: str, day: date, **more: Any) -> Hall:
        prefix = {"5101": "jinjiang", "1101": "dongcheng", "3301": "shangcheng", "3206": "chongchuan"}
        slug = "lugu" if home.startswith("110107") else prefix[home[:4]]
        return Hall(slug, home, day, tmp_path, **more)

    return opened


# 永兴社区, 2009-09-18: what the account tells, and how it would come out with tallies that are examples.

PROJECTS = ("楼道照明改造", "雨污分流", "绿化补种", "修建第一休闲活动室", "修建第二休闲活动室")
YES = (70, 66, 58, 40, 33)


def yongxing(at: At) -> tuple[Hall, str]:
    """The representatives of 永兴 met: 81 of 120 (an example) were there, five projects were voted on."""
    hall = at(YONGXING, date(2009, 9, 8))
    hall.roll(representatives=120)
    agenda = [{"title": title, "kind": "project", "sponsor": "社区党委"} for title in PROJECTS]
    told = hall.call(
        REPRESENTATIVES, "2009-09-18", base=120, representatives=120, agenda=agenda, venue="社区会议室"
    )
    assert told.stage == "called", told.adverse
    hall.on(2009, 9, 18)
    told = hall.meeting("hold", told.matter, on_paper=81)
    assert told.stage == "held", told.adverse
    assert told.terms["meeting.quorum_least"] == 61
    for number, yes in enumerate(YES, 1):
        told = hall.meeting("vote", told.matter, item=number, votes_for=yes, votes_against=81 - yes)
        assert told.terms["meeting.pass_least"] == 41
    hall.meeting("conclude", told.matter, summary="5 个项目表决，3 个通过，两个活动室项目没有通过。")
    return hall, told.matter


def test_the_navigation_leads_to_the_meetings_that_are_called_and_to_every_place(at: At) -> None:
    hall = at(YONGXING, date(2009, 9, 8))
    assert "议事" in hall.page("index.html")
    assert "还没有开过会，也没有提案。" in hall.page("deliberation/index.html")
    hall.roll(representatives=120)
    agenda = [{"title": "安装休闲椅", "kind": "project", "sponsor": "社区党委"}]
    told = hall.call(REPRESENTATIVES, "2009-09-18", base=120, representatives=120, agenda=agenda)
    page = hall.page("deliberation/index.html")
    assert "有 1 次会议将要召开。" in page and "居民代表会议，2009年9月18日" in page
    hall.on(2009, 9, 18)
    hall.meeting("hold", told.matter, on_paper=81)
    page = hall.page("deliberation/index.html")
    assert "现在没有将要召开的会议，也没有正在办理的提案。" in page
    assert "永兴社区 1 0 2009年" in page


@pytest.mark.system("JJ-19")
def test_81_representatives_vote_on_five_projects_and_reject_two(at: At) -> None:
    hall, meeting = yongxing(at)
    page = hall.meeting_page(meeting)
    assert "到会 81 人，超过半数；5 个项目通过 3 个。" in page
    assert "4. 修建第一休闲活动室 没有通过 由社区党委提出。 同意 40 票，要 41 票，还差 1 票" in page
    adopted = [hall.entry("resolutions", f"{meeting}:{number}")["adopted"] for number in range(1, 6)]
    assert adopted == [True, True, True, False, False]
    assert "到会 81 人，超过半数；5 个项目通过 3 个" in hall.town.place_page(YONGXING)
    told = hall.town.matter_page(meeting)
    assert "什么会议：居民代表会议。由谁召集：居民委员会。" in told
    assert ":representative_assembly" not in told and ":residents_committee" not in told


@pytest.mark.system("JJ-19")
def test_what_was_rejected_cannot_be_funded_this_year_whatever_the_sponsor_wishes(at: At) -> None:
    people = {
        "funder": [("funder", "510104000000")],
        "org": [("organization", "510104000000")],
        "awarder": [("grant_decider", "510104000000")],
    }
    hall, meeting = yongxing_with(at, people)
    call = announced(hall, "2009-09-20")
    told = applied(hall, call, "修建第一休闲活动室")
    assert told.stage == "refused"
    assert "被居民代表会议否决" in told.adverse and "2009-12-31 以前不能资助" in told.adverse
    # The committee itself, which wanted it, fares no better; and another title for the same resolution does not help.
    assert applied(hall, call, "修建第一 休闲活动室", who="committee").stage == "refused"
    renamed = applied(hall, call, "邻里活动中心", resolution=f"{meeting}:4")
    assert "没有通过，或者无效" in renamed.adverse
    assert applied(hall, call, "楼道照明改造", resolution=f"{meeting}:1").stage == "submitted"
    assert "被居民代表会议否决" in hall.page(f"matters/{told.matter}/index.html")
    hall.on(2010, 1, 4)
    again = applied(hall, announced(hall, "2010-01-04"), "修建第一休闲活动室")
    assert again.stage == "submitted", again.adverse


def yongxing_with(at: At, people: dict[str, Any]) -> tuple[Hall, str]:
    """永兴 with people of the funding side."""
    opened = at

    def with_people(home: str, day: date) -> Hall:
        return opened(home, day, people=people)

    return yongxing(with_people)


def announced(hall: Hall, day: str) -> str:
    """The number of a call for micro grants that is open from a day on."""
    year = int(day[:4])
    facts = {
        "title": "社区公益微创投",
        "programme": "venture_grant",
        "source": "区级专项",
        "budget_fen": 10_000_000,
        "opens": day,
        "closes": f"{year + (year == 2009)}-03-31" if year == 2009 else f"{year}-03-31",
        "cap_fen": 2_000_000,
        "rubric": [
            {"criterion": c, "points": 25} for c in ("need", "benefit", "feasibility", "sustainability")
        ],
        "reviewers": 1,
        "micro": True,
        "indicators": "受益户数",
    }
    hall.on(*(int(part) for part in day.split("-")))
    return hall.town.take("funder", "publish", facts, procedure="call").matter


def applied(hall: Hall, call: str, title: str, who: str = "org", **more: Any) -> Told:
    """What became of an application for a project."""
    facts = {
        "call": call,
        "title": title,
        "code": "B-2009-001",
        "theme": "environment",
        "need": "居民代表会议的议题",
        "target_group": "全体居民",
        "goal": "改善公共空间",
        "plan": "三个月完工",
        "actors": "居民自治小组",
        "evaluation": "居民评议",
        "budget": [{"name": "材料", "grant_fen": 100_000, "own_fen": 100_000}],
        **more,
    }
    return hall.take(who, "grant", "apply", facts)


# The law of each day.


def test_a_meeting_called_in_december_and_held_in_january_is_judged_by_the_law_of_each_part(at: At) -> None:
    hall = at(SHIJIA, date(2025, 12, 29))
    hall.roll(adults=6500, households=3000)
    # In December nothing asks for ten days' notice, nor for the party organisation's word beforehand.
    told = hall.call(
        ASSEMBLY,
        "2026-01-05",
        basis="adults",
        base=6500,
        agenda=[{"title": "修订居民公约", "kind": "compact"}],
    )
    assert told.stage == "called", told.adverse
    rules = [found["rule"] for found in told.judgement["findings"]]
    assert not [rule for rule in rules if rule.endswith("residents-are-told-in-time")]
    hall.on(2026, 1, 5)
    told = hall.meeting("hold", told.matter, on_paper=3251)
    assert told.stage == "held", told.adverse
    assert (
        told.finding("the-assembly-has-more-than-half")["cites"][0]["source"]
        == "residents-committee-law-2026"
    )
    told = hall.meeting("vote", told.matter, item=1, votes_for=1626)
    assert told.finding("residents-matters-are-the-assemblys")["verdict"] == "satisfied"
    page = hall.meeting_page(told.matter)
    assert "《城市居民委员会组织法（2025年修订）》第二十七条" in page
    assert "按2025年12月29日的规则判断" in hall.town.matter_page(told.matter)


def test_called_a_week_later_the_same_call_is_refused_with_the_article(at: At) -> None:
    hall = at(SHIJIA, date(2026, 1, 5))
    hall.roll(adults=6500)
    told = hall.call(ASSEMBLY, "2026-01-12", basis="adults", base=6500)
    assert told.stage == "not_called"
    assert "提前 7 天通知，少于 10 天" in told.adverse
    assert told.finding("residents-are-told-in-time")["cites"][0]["article"] == "26"
    page = hall.meeting_page(told.matter)
    assert "这次会议的召集不成立：提前 7 天通知，少于 10 天。" in page
    assert "第二十六条" in page
    # Nothing is lost: it is called for a later day, or at short notice for a stated reason.
    again = hall.call(ASSEMBLY, "2026-01-16", matter=told.matter, basis="adults", base=6500)
    assert again.stage == "called", again.adverse


def test_in_special_circumstances_notice_may_be_short(at: At) -> None:
    hall = at(SHIJIA, date(2026, 1, 5))
    hall.roll(adults=6500)
    told = hall.call(ASSEMBLY, "2026-01-06", basis="adults", base=6500, special="主水管爆裂，要决定抢修办法")
    assert told.stage == "called", told.adverse


# Who may have a meeting called.


@pytest.mark.parametrize(("day", "enough"), [(date(2025, 12, 31), 1300), (date(2026, 1, 1), 650)])
def test_a_tenth_may_call_where_it_took_a_fifth_the_day_before(at: At, day: date, enough: int) -> None:
    hall = at(SHIJIA, day)
    hall.roll(adults=6500)
    facts = {"body": hall.body(ASSEMBLY), "basis": "adults", "topic": "电梯更新"}
    short = hall.take("committee", "meeting", "demand_on_paper", facts | {"signed_on_paper": enough - 1})
    assert short.stage == "asked"
    assert "还差 1 人" in short.adverse
    assert "还差 1 人就应当召集会议。" in hall.meeting_page(short.matter)
    told = hall.take("resident1", "meeting", "sign", matter=short.matter)
    assert told.stage == "demanded"
    assert "应当召集会议" in hall.meeting_page(short.matter)
    with pytest.raises(Denied, match="依法提议的，应当召集，不能取消"):
        called = hall.call(ASSEMBLY, "2026-01-20", matter=short.matter, basis="adults", base=6500)
        assert called.stage == "called", called.adverse
        hall.meeting("cancel", short.matter, reason="太麻烦")


def test_people_sign_once_online_or_on_paper_and_only_residents_sign(at: At) -> None:
    hall = at(SHIJIA, date(2026, 3, 2), other=NEIWU)
    hall.roll(adults=60)
    facts = {"body": hall.body(ASSEMBLY), "basis": "adults", "topic": "电梯更新"}
    demand = hall.take("resident1", "meeting", "demand", facts).matter
    with pytest.raises(
        Denied, match="一人计一次（《城市居民委员会组织法（2025年修订）》第二十六条）"
    ) as twice:
        hall.take("resident1", "meeting", "sign", matter=demand)
    assert twice.value.status == 409
    with pytest.raises(Denied, match="您的岗位不能在史家社区居委会办理") as elsewhere:
        hall.take(ELSEWHERE, "meeting", "sign", matter=demand)
    assert elsewhere.value.status == 403
    hall.take("resident2", "meeting", "sign", matter=demand)
    # A paper sheet: two of its four have signed already, one lives elsewhere.
    hall.town.get("procedures", ELSEWHERE)
    hall.town.get("procedures", "resident3")
    sheet = [{"who": name} for name in ("resident1", "resident2", "resident3", ELSEWHERE)]
    with pytest.raises(Denied, match=r"名单第 4 行的人不是本社区的居民（.*第二十六条"):
        hall.meeting("sign_on_paper", demand, lines=sheet)
    told = hall.meeting("sign_on_paper", demand, lines=sheet[:3])
    assert told.terms["meeting.signed"] == 3
    page = hall.meeting_page(demand)
    assert "已有 3 人提议，还差 3 人就应当召集会议。" in page
    with pytest.raises(Denied):
        hall.take("resident3", "meeting", "sign", matter=demand)
    hall.town.publish()
    assert not [said for said in hall.town.pages().values() if "resident3" in said]


# Who is there, and who votes: once each.


def in_session(at: At, **more: Any) -> tuple[Hall, str]:
    """The representatives of a community with nine members meet, six of them to check in or come on paper."""
    hall = at(SHIJIA, date(2026, 3, 2))
    told = hall.call(REPRESENTATIVES, "2026-03-10", base=9, representatives=8, online=True, **more)
    assert told.stage == "called", told.adverse
    hall.on(2026, 3, 10)
    return hall, told.matter


def test_people_are_counted_once_online_and_on_paper(at: At) -> None:
    hall, meeting = in_session(at)
    for name in ("rep1", "rep2", "rep3"):
        hall.meeting("check_in", meeting, name)
    with pytest.raises(Denied, match="您已经签到"):
        hall.meeting("check_in", meeting, "rep1")
    for name in ("rep4", "rep5"):
        hall.town.get("procedures", name)
    hall.meeting("check_in_on_paper", meeting, lines=[{"who": n} for n in ("rep3", "rep4", "rep5", "rep5")])
    told = hall.meeting("hold", meeting)
    assert told.stage == "inquorate"
    assert told.terms["meeting.present"] == 5
    assert "到会 5 人，还差 1 人，不够法定人数，不能作出决定。" in hall.meeting_page(meeting)
    told = hall.meeting("hold", meeting, on_paper=1)
    assert told.stage == "held", told.adverse
    assert told.terms["meeting.present"] == 6
    for name in ("rep1", "rep2", "rep3"):
        hall.meeting("cast", meeting, name, item=1, voice="for")
    with pytest.raises(Denied, match="一人计一次"):
        hall.meeting("cast", meeting, "rep1", item=1, voice="against")
    with pytest.raises(Denied, match="没有签到的人不能表决"):
        hall.meeting("cast", meeting, "rep6", item=1, voice="for")
    lines = [
        {"who": "rep1", "voice": "against"},
        {"who": "rep4", "voice": "for"},
        {"who": "rep5", "voice": "against"},
    ]
    hall.meeting("cast_on_paper", meeting, item=1, lines=lines)
    told = hall.meeting("vote", meeting, item=1, abstained=1)
    counted = [
        told.terms[f"meeting.{name}"] for name in ("votes_for", "votes_against", "abstained", "pass_least")
    ]
    assert counted == [4, 1, 1, 4]
    page = hall.meeting_page(meeting)
    assert "到会 6 人，达到三分之二以上；1 项议题通过 1 项。" in page
    steps = hall.town.get(f"matters/{meeting}/steps")["steps"]
    assert {"check_in", "check_in_on_paper", "cast", "cast_on_paper"} & {s["action"] for s in steps} == set()


def test_a_household_is_counted_once_whoever_comes_for_it(at: At) -> None:
    hall = at(SHIJIA, date(2026, 3, 2))
    hall.roll(households=5)
    told = hall.call(ASSEMBLY, "2026-03-12", basis="households", base=5)
    assert told.stage == "called", told.adverse
    hall.on(2026, 3, 12)
    hall.meeting("check_in", told.matter, "resident1", household="1-101")
    with pytest.raises(Denied, match="要写户编号"):
        hall.meeting("check_in", told.matter, "resident2")
    with pytest.raises(Denied, match="计一次"):
        hall.meeting("check_in", told.matter, "resident2", household="1-101")
    hall.meeting("check_in", told.matter, "resident3", household="1-102")
    held = hall.meeting("hold", told.matter)
    assert held.terms["meeting.present"] == 2 and "还差 1 户" in held.adverse


# What is void, and why.


def test_a_resolution_below_quorum_is_void_and_says_why(at: At) -> None:
    hall, meeting = in_session(at)
    told = hall.meeting("hold", meeting, on_paper=5)
    assert told.stage == "inquorate"
    hall.meeting("vote", meeting, item=1, votes_for=5)
    resolution = hall.entry("resolutions", f"{meeting}:1")
    assert resolution["adopted"] and "还差 1 人" in resolution["void"]
    page = hall.meeting_page(meeting)
    assert "这项决议无效：到会 5 人；应到 9 人，要三分之二以上，至少 6 人，还差 1 人" in page
    hall.meeting("conclude", meeting, summary="到会不足，没有作出决定。")
    assert "不能作出决定" in hall.meeting_page(meeting)


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("owners", "这件事由业主共同决定，不归这个会议决定（《民法典（物权编）》第二百七十八条）"),
        (
            "important",
            "居民会议没有授权居民代表会议决定这件事（《城市居民委员会组织法（2025年修订）》第三十条）",
        ),
    ],
)
def test_a_resolution_on_what_another_body_owns_is_void_with_the_article(
    at: At, kind: str, reason: str
) -> None:
    agenda = [{"title": "动用维修资金", "kind": kind}]
    hall, meeting = in_session(at, agenda=agenda, discussed_by_party="2026-02-20")
    hall.meeting("hold", meeting, on_paper=9)
    told = hall.meeting("vote", meeting, item=1, votes_for=9)
    assert told.judgement["verdict"] == "refused"
    assert hall.entry("resolutions", f"{meeting}:1")["void"] == reason
    assert f"这项决议无效：{reason}" in hall.meeting_page(meeting)


def test_the_representatives_may_decide_what_the_assembly_delegated(at: At) -> None:
    hall = at(SHIJIA, date(2026, 3, 2))
    hall.roll(adults=100)
    agenda = [{"title": "授权居民代表会议修订公约", "kind": "delegation"}]
    called = hall.call(ASSEMBLY, "2026-03-12", basis="adults", base=100, agenda=agenda)
    hall.on(2026, 3, 12)
    hall.meeting("hold", called.matter, on_paper=51)
    hall.meeting("vote", called.matter, item=1, votes_for=26)
    item = {"title": "修订居民公约", "kind": "compact", "delegated": f"{called.matter}:1"}
    later = hall.call(
        REPRESENTATIVES,
        "2026-03-20",
        base=9,
        representatives=8,
        agenda=[item],
        discussed_by_party="2026-03-11",
    )
    hall.on(2026, 3, 20)
    hall.meeting("hold", later.matter, on_paper=6)
    told = hall.meeting("vote", later.matter, item=1, votes_for=4)
    assert hall.entry("resolutions", f"{later.matter}:1")["adopted"], told.adverse
    assert hall.entry("resolutions", f"{later.matter}:1")["void"] == ""


def test_owners_need_two_thirds_of_heads_and_area_and_three_quarters_for_weighty_matters(at: At) -> None:
    hall = at(SHIJIA, date(2026, 3, 2))
    hall.bodies("owners_assembly", "owners_committee", place=f"{SHIJIA}-g01-c1")
    place = f"{SHIJIA}-g01-c1"
    facts = {
        "body": f"{place}:owners_assembly",
        "convener": f"{place}:owners_committee",
        "basis": "owners",
        "base": 300,
        "area_cm2": 300_000_000,
        "held_on": "2026-03-17",
        "agenda": [{"title": "筹集维修资金", "kind": "owners_weighty"}],
    }
    early = hall.take("convener", "meeting", "call", facts | {"held_on": "2026-03-16"}, place=place)
    assert "提前 14 天通知，少于 15 天" in early.adverse
    called = hall.take("convener", "meeting", "call", facts, place=place)
    assert called.stage == "called", called.adverse
    hall.on(2026, 3, 17)
    short = hall.meeting("hold", called.matter, "convener", on_paper=200, area_cm2=199_999_999)
    assert short.stage == "inquorate" and "面积" in short.adverse
    held = hall.meeting("hold", called.matter, "convener", on_paper=200, area_cm2=200_000_000)
    assert held.stage == "held", held.adverse
    hall.meeting("vote", called.matter, "convener", item=1, votes_for=150, area_for_cm2=149_999_999)
    assert not hall.entry("resolutions", f"{called.matter}:1")["adopted"]
    again = {"item": 1, "votes_for": 150, "area_for_cm2": 150_000_000}
    with pytest.raises(Denied, match="一次会议不重复表决"):
        hall.meeting("vote", called.matter, "convener", **again)
    with pytest.raises(Denied, match="要写明理由"):
        hall.meeting("recount", called.matter, "convener", **again)
    hall.meeting("recount", called.matter, "convener", **again, reason="漏计了一户的面积")
    assert hall.entry("resolutions", f"{called.matter}:1")["adopted"]
    page = hall.meeting_page(called.matter)
    assert "20,000 平方米" in page or "20,000" in page


# What cannot be.


def test_what_cannot_be_is_refused_with_the_reason_and_the_article(at: At) -> None:
    hall = at(SHIJIA, date(2026, 3, 2))
    zero = hall.call(ASSEMBLY, "2026-03-20", basis="adults", base=0)
    assert zero.stage == "not_called"
    assert "应到十八周岁以上居民是零" in zero.adverse
    assert zero.finding("the-assembly-has-more-than-half")["cites"][0]["article"] == "27"
    hall.roll(adults=0)
    facts = {"body": hall.body(ASSEMBLY), "basis": "adults", "topic": "电梯更新", "signed_on_paper": 5}
    with pytest.raises(Denied, match=r"没有十八周岁以上居民的数目.*第二十六条") as denied:
        hall.take("committee", "meeting", "demand_on_paper", facts)
    assert denied.value.status == 422
    called = hall.call(REPRESENTATIVES, "2026-03-10", base=9, representatives=8)
    hall.on(2026, 3, 10)
    more = hall.meeting("hold", called.matter, on_paper=10)
    assert more.stage == "inquorate" and "到会 10 人，多于应到 9 人" in more.adverse
    assert more.finding("the-representatives-are-two-thirds")["cites"][0]["article"] == "29"
    assert (
        hall.meeting("hold", called.matter, on_paper=9).stage == "held"
    )  # nothing is lost: it is counted again
    with pytest.raises(Denied, match=r"一共 10 票，多于到会 9 人（.*第二十九条") as votes:
        hall.meeting("vote", called.matter, item=1, votes_for=8, votes_against=2)
    assert votes.value.status == 422
    with pytest.raises(Denied, match="议程只有 1 项，没有第 2 项；没有通知的事项不能表决"):
        hall.meeting("vote", called.matter, item=2, votes_for=8)
    with pytest.raises(Denied, match="组织名册里没有"):
        hall.call("owners_assembly", "2026-03-20", basis="owners", base=5)
    with pytest.raises(Denied, match="不能只改数字"):
        changes = [{"field": "on_paper", "value": "5"}]
        hall.meeting("correct", called.matter, slot="attendance", changes=changes, reason="数错了")


def test_the_street_cannot_call_the_assembly(at: At) -> None:
    hall = at(SHIJIA, date(2026, 3, 2))
    hall.roll(adults=6500)
    told = hall.call(
        ASSEMBLY,
        "2026-03-20",
        who="street office",
        basis="adults",
        base=6500,
        convener=hall.body("street_office", hall.street),
    )
    assert told.stage == "not_called"
    assert "只能由居民委员会召集" in told.adverse


@pytest.mark.system("JJ-17")
def test_a_representative_acts_in_every_meeting_of_the_term_and_in_none_after_it(at: At) -> None:
    hall = at(WUFUQIAO, date(2009, 3, 2))
    term = {"body": hall.body(REPRESENTATIVES), "place": WUFUQIAO, "number": 1}
    hall.town.imports("body_terms", [term | {"since": "2019-01-01", "until": "2023-12-31"}], date(2019, 1, 1))
    first = None
    for held in (date(2019, 3, 20), date(2021, 6, 18), date(2023, 12, 20)):
        hall.town.clock.day = held
        told = hall.call(REPRESENTATIVES, held.isoformat(), base=9, representatives=8)
        assert told.stage == "called", told.adverse
        hall.meeting("check_in", told.matter, "rep1")
        first = first or told.matter
    hall.on(2024, 1, 2)
    over = hall.call(REPRESENTATIVES, "2024-01-20", base=9, representatives=8)
    assert over.stage == "not_called"
    assert "开会那天不在任期内" in over.adverse
    assert over.finding("the-body-is-in-its-term-2018")["cites"][0]["article"] == "8"
    assert "开会那天不在任期内" in hall.meeting_page(over.matter)


# What places add.


@pytest.mark.system("JJ-05")
def test_a_joint_meeting_has_member_units_and_minutes_and_its_resolutions_are_tracked(at: At) -> None:
    hall = at(WUFUQIAO, date(2026, 3, 2))
    hall.bodies(PARTY_MEETING, "party_committee")
    units = [{"kind": "unit", "who": "某小学"}, {"kind": "unit", "who": "某银行支行"}]
    facts = {"manner": "joint", "base": 3, "convener": hall.body("party_committee")}
    agenda = [{"title": "共用停车场"}, {"title": "暑期托管"}]
    none = hall.call(PARTY_MEETING, "2026-03-05", who="party", agenda=agenda, **facts)
    assert none.stage == "not_called" and "没有登记成员单位" in none.adverse
    told = hall.call(
        PARTY_MEETING, "2026-03-05", who="party", matter=none.matter, invited=units, agenda=agenda, **facts
    )
    assert told.stage == "called", told.adverse
    hall.on(2026, 3, 5)
    hall.meeting("hold", told.matter, on_paper=3, came=[{**unit, "came": True} for unit in units])
    for item in (1, 2):
        hall.meeting("vote", told.matter, item=item, votes_for=3)
    with pytest.raises(Denied, match="没有会议记录"):
        hall.meeting("conclude", told.matter, summary="两件事都定了。")
    hall.meeting("conclude", told.matter, summary="两件事都定了。", minutes="逐项讨论的记录。")
    hall.meeting("follow", told.matter, item=1, done=True, said="周末开放")
    page = hall.meeting_page(told.matter)
    assert "已办结 周末开放" in page and "某银行支行 到会" in page
    assert hall.meeting("follow", told.matter, item=2, done=True, said="七月开班").stage == "closed"


@pytest.mark.system("SC-09")
def test_each_resolution_of_the_association_names_executor_and_supervisor_and_they_differ(at: At) -> None:
    hall = at(XIAOYING, date(2026, 3, 2))
    hall.bodies("community_development_association")
    told = hall.call("community_development_association", "2026-03-05", base=15)
    assert told.stage == "called", told.adverse
    hall.on(2026, 3, 5)
    hall.meeting("hold", told.matter, on_paper=12)
    supervised = hall.meeting("vote", told.matter, item=1, votes_for=12, executor="某物业公司")
    assert "没有写明由谁执行、由谁监督" in supervised.adverse
    same = {"item": 1, "votes_for": 12, "executor": "某物业公司", "reason": "补填监督组织"}
    refused = hall.meeting("recount", told.matter, supervisor="某物业公司", **same)
    assert "执行和监督都是某物业公司" in refused.adverse
    assert "这项决议无效：执行和监督都是某物业公司" in hall.meeting_page(told.matter)
    hall.meeting("recount", told.matter, supervisor="居务监督委员会", **same)
    page = hall.meeting_page(told.matter)
    assert "由某物业公司执行，由居务监督委员会监督" in page
    assert hall.entry("resolutions", f"{told.matter}:1")["void"] == ""


@pytest.mark.system("DC-02")
def test_a_meeting_of_the_standing_council_is_what_its_last_meeting_is_counted_from(at: At) -> None:
    hall = at(SHIJIA, date(2026, 3, 2))
    council = "standing_representative_council"
    hall.bodies(council)
    told = hall.call(council, "2026-03-05", base=9)
    assert hall.entry("body_meetings", hall.body(council))["next"] == "2026-03-05"
    hall.on(2026, 3, 5)
    hall.meeting("hold", told.matter, on_paper=5)
    entry = hall.entry("body_meetings", hall.body(council))
    assert (entry["held"], entry["next"]) == ("2026-03-05", None)
    assert "到会 5 人，超过半数" in hall.meeting_page(told.matter)


@pytest.mark.system("BJ-24")
def test_a_co_consultation_has_the_committee_and_units_and_lists_what_is_shared(at: At) -> None:
    hall = at(SHUANGJINYUAN, date(2026, 3, 2))
    hall.bodies("community_forum")
    told = hall.call("community_forum", "2026-03-05", base=9, manner="co_consultation", agenda=[])
    assert told.stage == "called", told.adverse
    hall.on(2026, 3, 5)
    committee, school = {"kind": "committee", "came": True}, {"kind": "unit", "who": "某中学", "came": True}
    alone = hall.meeting("hold", told.matter, on_paper=7, came=[committee])
    assert alone.stage == "inquorate" and "辖区单位没有到会" in alone.adverse
    assert hall.meeting("hold", told.matter, on_paper=7, came=[committee, school]).stage == "held"
    with pytest.raises(Denied, match="没有写明共享的资源"):
        hall.meeting("conclude", told.matter, summary="操场周末开放。")
    shared = [{"who": "某中学", "what": "周末开放操场"}]
    assert hall.meeting("conclude", told.matter, summary="操场周末开放。", resources=shared).stage == "closed"
    page = hall.meeting_page(told.matter)
    assert "某中学 周末开放操场" in page and "辖区单位 某中学 到会" in page


@pytest.mark.system("BJ-22")
def test_a_hearing_has_notice_participants_statements_and_a_report_and_is_answered(at: At) -> None:
    hall = at(SHUANGJINYUAN, date(2026, 3, 2))
    facts = {
        "topic": "小区停车收费",
        "organizer": hall.body("residents_committee"),
        "held_on": "2026-03-03",
        "participants": [{"kind": "residents", "who": "有车和没车的居民"}, {"kind": "property_firm"}],
    }
    short = hall.take("committee", "hearing", "announce", facts)
    assert short.stage == "not_announced" and "提前 1 天公告，少于 3 天" in short.adverse
    told = hall.take(
        "committee", "hearing", "announce_again", facts | {"held_on": "2026-03-05"}, matter=short.matter
    )
    assert told.stage == "announced", told.adverse
    hall.on(2026, 3, 5)
    statements = [
        {"kind": "residents", "opinion": "夜间要给老人留车位"},
        {"kind": "property_firm", "opinion": "收费要够请保安"},
    ]
    hall.take("committee", "hearing", "hear", {"present": 31, "statements": statements}, matter=told.matter)
    hall.take("committee", "hearing", "report", {"summary": "多数赞成试行"}, matter=told.matter)
    # A decision that follows: at a meeting, it has to say how the opinions were used.
    agenda = [{"title": "小区停车收费", "hearing": told.matter}]
    meeting = hall.call(REPRESENTATIVES, "2026-03-10", base=9, representatives=8, agenda=agenda)
    hall.on(2026, 3, 10)
    hall.meeting("hold", meeting.matter, on_paper=6)
    silent = hall.meeting("vote", meeting.matter, item=1, votes_for=6)
    assert "没有说明听证意见怎样采纳" in silent.adverse
    said = "留出三个夜间车位"
    hall.meeting("recount", meeting.matter, item=1, votes_for=6, use_of_opinions=said, reason="补写采纳情况")
    assert "听证意见的采纳：留出三个夜间车位" in hall.meeting_page(meeting.matter)
    half = {"decision": "试行一年", "uses": [{"opinion": 1, "used": True, "why": "留出三个夜间车位"}]}
    back = hall.take("committee", "hearing", "respond", half, matter=told.matter)
    assert back.stage == "reported" and "第 2 条意见没有说明怎样采纳" in back.adverse
    full = {**half, "uses": [*half["uses"], {"opinion": 2, "used": False, "why": "先由停车费以外的收入支付"}]}
    assert hall.take("committee", "hearing", "respond", full, matter=told.matter).stage == "answered"
    page = hall.page(f"matters/{told.matter}/index.html")
    assert "试行一年。听到的 2 条意见，采纳了 1 条。" in page


# 德民社区 votes in secret: the practice of polls counts the ballots, and the meeting takes its figures from the count.

DEMIN = "320613001001"
LAMPS = "楼门灯更新"


def secretly(hall: Hall, *marks: str, question: str = LAMPS) -> str:
    """A poll whose window is 3 to 8 March, with these ballots from paper, counted on the 9th; its number."""
    notice = ballot_paper("同意", "反对", "弃权", question=question, opens="2026-03-03", electorate=5)
    roll = [{"id": voter_key(ROLL, str(n)), "place": DEMIN} for n in range(1, 6)]
    hall.town.imports("voters", roll)
    hall.on(2026, 3, 3)
    poll = hall.take("committee", "poll", "announce", notice).matter
    for number, mark in enumerate(marks, 1):
        hall.take("committee", "ballot", "enter", {"number": str(number), "marks": mark}, above=poll)
    hall.on(2026, 3, 9)
    tick(hall.town.service.desk)
    counted = open_and_count(hall.town.service, poll, PRIVATE, random.Random(5).shuffle)
    assert hall.take("teller", "poll", "count", counted.facts, matter=poll).stage == "counted"
    return poll


def test_an_item_is_decided_by_secret_ballot_and_its_figures_are_those_of_the_count(at: At) -> None:
    hall = at(DEMIN, date(2026, 2, 26), people={"teller": [("poll_teller", DEMIN[:9] + "000")]})
    agenda = [{"title": LAMPS, "kind": "project"}, {"title": "自行车棚", "kind": "project"}]
    called = {"base": 5, "representatives": 5, "agenda": agenda, "basis": "members"}
    told = hall.call(REPRESENTATIVES, "2026-03-09", special="灯坏了", **called)
    assert told.stage == "called", told.adverse
    meeting = told.matter
    poll = secretly(hall, "1", "1", "1", "2", "3")
    hall.meeting("hold", meeting, on_paper=5)
    figures = {"item": 1, "votes_for": 3, "votes_against": 1, "abstained": 1, "tally": poll}
    with pytest.raises(Denied, match="这里没有编号为"):
        hall.meeting("vote", meeting, **figures | {"tally": "320613-2026-NOSUCH11"})
    with pytest.raises(Denied, match="表决的是“楼门灯更新”，不是“自行车棚”"):
        hall.meeting("vote", meeting, **figures | {"item": 2})
    with pytest.raises(Denied, match="计票结果是同意 3 票，填了 4 票"):
        hall.meeting("vote", meeting, **figures | {"votes_for": 4, "abstained": 0})
    hall.meeting("vote", meeting, **figures)
    resolution = hall.entry("resolutions", f"{meeting}:1")
    assert (resolution["adopted"], resolution["votes_for"], resolution["abstained"]) == (True, 3, 1)
    page = hall.meeting_page(meeting)
    assert "用无记名投票表决，看计票结果。" in page
    assert LAMPS in hall.town.page(f"polls/{poll}.html")


def test_what_was_voted_on_openly_is_not_a_secret_ballot(at: At) -> None:
    hall = at(DEMIN, date(2026, 2, 26), people={"teller": [("poll_teller", DEMIN[:9] + "000")]})
    called = {"base": 5, "representatives": 5, "agenda": [{"title": LAMPS}]}
    meeting = hall.call(REPRESENTATIVES, "2026-03-09", special="灯坏了", **called).matter
    poll = secretly(hall, "1", "1", "1")
    hall.meeting("check_in", meeting, who="rep1")
    hall.meeting("hold", meeting, on_paper=4)
    hall.meeting("cast", meeting, who="rep1", item=1, voice="for")
    with pytest.raises(Denied, match="已经有人公开表决"):
        hall.meeting("vote", meeting, item=1, votes_for=3, tally=poll)
