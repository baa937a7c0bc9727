"""Elections as residents and committees meet them: who votes, what is posted and for how long, who is elected."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from linli.clockwork import tick
from linli.deployment import load
from linli.errors import LoadFault
from linli.reviewing import approve
from linli_votes.opening import open_and_count
from linli_votes.rolls import voter_key
from tests.systems.town import INFRA, Denied, Town
from tests.votes.polls import COUNTING, OPENS, PRIVATE, ROLL, question

Open = Callable[..., Town]
HERE, STREET = "110101007001", "110101007000"
COMMITTEE, RUNNERS = f"{HERE}:residents_committee", f"{HERE}:election_committee"
SEATS = [{"post": "chair"}, {"post": "vice_chair"}, {"post": "member", "count": 3}]


@pytest.fixture
def town(open_town: Open) -> Town:
    people = {
        "street": [("street", STREET)],
        "party": [("party_org", HERE)],
        "elections": [("election_committee", HERE)],
        "migrant": [("resident", HERE)],
        "publisher": [("publisher", HERE)],
    }
    opened = open_town("dongcheng", date(2026, 4, 1), people=people)
    for kind, seats in (("residents_committee", SEATS), ("election_committee", [])):
        facts = {"kind": kind, "seats": seats}
        opened.take("street", "establish", facts, procedure="body", place=HERE)
    return opened


def announced(town: Town, **more: Any) -> str:
    facts = {"body": COMMITTEE, "type": "direct", "election_day": "2026-06-01", "committee": RUNNERS, **more}
    return town.take("elections", "announce", facts, procedure="election", place=HERE).matter


def register(town: Town, election: str, who: str, by: str = "elections", **more: Any) -> Any:
    facts = {"election": election, "who": who, "ground": "registered_here", "adult": True, **more}
    return town.take(by, "register", facts, procedure="registration", place=HERE)


def listed(town: Town, **more: Any) -> str:
    """An election of 100 voters whose list has been posted."""
    election = announced(town, **more)
    register(town, election, "migrant", by="migrant", ground="lives_here")
    town.take("elections", "book", {"voters": 99}, matter=election)
    town.clock.day = date(2026, 5, 12)
    posted = {"voters": 100, "names": "甲某\n乙某"}
    assert town.take("elections", "list", posted, matter=election).stage == "listed"
    return election


CANDIDATES = [
    {"number": 1, "post": "chair", "who": "c1", "relatives": "none"},
    {"number": 2, "post": "vice_chair", "who": "c2", "relatives": "none"},
    *(
        {"number": n, "post": "member", "who": f"c{n}", "relatives": "none", "woman": n == 3}
        for n in range(3, 7)
    ),
]


def standing(town: Town) -> str:
    election = listed(town)
    town.take("party", "nominate", {"post": "chair", "by": "party", "who": "c1"}, matter=election)
    assert town.take("elections", "stand", {"candidates": CANDIDATES}, matter=election).stage == "candidates"
    town.clock.day = date(2026, 6, 1)
    return election


def counted(town: Town, election: str, voted: int, *votes: int, **more: Any) -> Any:
    rows = [{"number": number, "votes": got} for number, got in enumerate(votes, 1)]
    count = {"whole": 100, "voted": voted, "votes": rows, "booth": True, **more}
    return town.take("elections", "count", count, matter=election)


@pytest.mark.system("BJ-20")
def test_whoever_lives_here_registers_like_anyone_else_and_every_type_of_election_is_known(town: Town):
    for kind in ("direct", "households", "representatives"):
        assert town.stage(announced(town, type=kind)) == "registering"
    election = announced(town)
    told = register(town, election, "migrant", by="migrant", ground="lives_here")
    assert told.stage == "registered"
    assert told.finding("everyone-who-lives-here-registers")["verdict"] == "satisfied"
    with pytest.raises(Denied, match="已经登记"):
        register(town, election, "migrant")
    with pytest.raises(Denied, match="没有这一项"):
        register(town, election, "other", months_of_residence=12)
    assert register(town, election, "young", adult=False).stage == "refused"
    town.publish()
    assert "正在登记选民，选举日是2026年6月1日" in town.matter_page(election)


@pytest.mark.system("BJ-20")
def test_a_place_that_asks_for_a_year_of_residence_does_not_load(tmp_path: Path):
    for folder in ("deployments", "jurisdictions"):
        (tmp_path / folder).mkdir()
        for file in (INFRA / folder).glob("*.toml"):
            (tmp_path / folder / file.name).write_text(file.read_text("utf-8"), "utf-8")
    file = tmp_path / "jurisdictions" / "110101007000-chaoyangmen.toml"
    asked = '\n[[parameters]]\nid = "registration.residence_months"\nvalue = 12\nsince = 2026-01-01\nexample = true\n'
    file.write_text(file.read_text("utf-8") + asked, "utf-8")
    with pytest.raises(LoadFault, match="登记选民要求的居住月数") as refused:
        load(tmp_path / "deployments" / "dongcheng.toml")
    assert "第十六条" in str(refused.value)


def test_the_list_is_posted_twenty_days_ahead_and_comes_down_on_the_day_of_the_vote(town: Town):
    election = announced(town)
    town.take("elections", "book", {"voters": 100}, matter=election)
    town.clock.day = date(2026, 5, 13)
    late = town.take("elections", "list", {"voters": 100, "names": "甲某"}, matter=election)
    assert (late.stage, "只提前 19 天公布" in late.adverse) == ("registering", True)
    town.clock.day = date(2026, 4, 1)
    election = listed(town)
    town._appoint("publisher")
    desk, publisher = town.service.desk, town.service.person("publisher")
    number = next(s["number"] for s in town.steps(election) if s["action"] == "list")
    names, last = "甲某、乙某".encode(), date(2026, 6, 1)
    approve(desk, publisher, election, number, "names", names, basis="", takedown=last)
    town.publish()
    page = town.matter_page(election)
    assert "甲某、乙某" in page and "第十七条" in page
    town.clock.day = last
    town.publish()
    assert "甲某" not in town.matter_page(election)


def test_objections_come_in_five_days_and_are_decided_before_candidates_stand(town: Town):
    election = listed(town)
    town.clock.day = date(2026, 5, 18)
    told = town.take("migrant", "challenge", {"what": "left_out", "details": "丙某没有登记"}, matter=election)
    assert told.judgement["verdict"] == "admissible", "the fifth day is a Sunday"
    with pytest.raises(Denied, match="异议还没有处理完"):
        town.take("elections", "stand", {"candidates": CANDIDATES}, matter=election)
    ruling = {"serial": 1, "upheld": True, "voters": 101, "reason": "补登一人"}
    town.take("elections", "rule", ruling, matter=election)
    town.clock.day = date(2026, 5, 19)
    late = town.take("migrant", "challenge", {"what": "mistake"}, matter=election)
    assert "异议要在 5 天内提出" in late.adverse
    town.publish()
    assert "丙某" not in town.matter_page(election)


def test_half_is_not_more_than_half_and_those_elected_take_their_seats_within_ten_days(town: Town):
    election = standing(town)
    invalid = counted(town, election, 50, 40, 40, 40, 40, 40, 10)
    assert (invalid.stage, "还差 1 人" in invalid.adverse) == ("invalid", True)
    with pytest.raises(Denied, match="多于投票的 51 人"):
        counted(town, election, 51, 52)
    with pytest.raises(Denied, match="填了 99 人"):
        counted(town, election, 51, 40, whole=99)
    assert counted(town, election, 51, 26, 26, 30, 29, 25, 2).stage == "again", (
        "25 of 51 is not more than half"
    )
    left = [{"number": 5, "votes": 20}, {"number": 6, "votes": 12}]
    second = {"whole": 100, "voted": 60, "votes": left, "booth": True}
    assert town.take("elections", "count", second, matter=election).stage == "declared"
    due = town.get(f"matters/{election}")["due"]
    assert [each["day"] for each in due] == ["2026-06-11"]
    done = {"inventory": True, "supervised": True}
    told = town.take("elections", "hand_over", done, matter=election)
    assert (told.stage, len(told.children)) == ("closed", 5)
    assert {town.stage(child) for child in told.children} == {"serving"}
    assert {"committee", "residents_committee_head"} <= town.service.person("c1").posts()
    town.publish()
    assert "共 5 个席位，5 个在任；第 1 届任期到2031年5月31日" in town.page(
        f"bodies/{HERE}/residents-committee/index.html"
    )
    town.clock.day = date(2031, 6, 1)
    assert town.stage(told.children[0]) == "expired"
    assert town.service.person("c1").posts() == set()


def test_a_member_is_recalled_by_petition_defence_and_vote_and_the_seat_is_filled_by_election(town: Town):
    election = standing(town)
    counted(town, election, 60, 40, 40, 40, 40, 40, 10)
    done = {"inventory": True, "supervised": True}
    seats = town.take("elections", "hand_over", done, matter=election).children
    member = next(seat for seat in seats if ".seat-seat4." in seat)
    asked = {"base": "residents", "whole": 100, "signers": 9, "why": "长期不履职"}
    few = town.take("migrant", "petition_recall", asked, matter=member)
    assert (few.stage, "还差 1 人" in few.adverse) == ("serving", True)
    assert (
        town.take("migrant", "petition_recall", {**asked, "signers": 10}, matter=member).stage
        == "recall_asked"
    )
    town.take("street", "defend", {"said": "本人放弃申辩"}, matter=member)
    vote = {"base": "residents", "whole": 100, "voted": 51, "in_favour": 26}
    assert town.take("elections", "recall_vote", vote, matter=member).stage == "left"
    assert town.service.person("c4").posts() == set()
    filled = {"body": COMMITTEE, "seat": 4, "manner": "appointed", "who": "x", "relatives": "none"}
    sent = town.take("street", "fill", filled, procedure="seat", place=HERE)
    assert (sent.stage, "不能委派" in sent.adverse) == ("refused", True)
    again = announced(town, by_election=True, up=[{"seat": 4}], election_day="2026-08-01")
    assert town.stage(again) == "registering"
    town.publish()
    assert "4 委员 空缺" in town.page(f"bodies/{HERE}/residents-committee/index.html")


@pytest.mark.parametrize(
    ("proxies", "said"),
    [
        ([{"who": "d", "principals": 4}], "超过 3 人"),
        ([{"who": "c1", "principals": 1}], "候选人接受了委托"),
    ],
)
def test_proxies_are_few_and_never_a_candidates(town: Town, proxies: list[dict[str, Any]], said: str):
    election = standing(town)
    told = town.take("elections", "proxies", {"proxies": proxies, "names": "甲—乙"}, matter=election)
    assert said in told.adverse


def test_who_was_elected_by_bribes_is_not_elected_and_the_seat_is_voted_on_again(town: Town):
    election = standing(town)
    assert counted(town, election, 60, 40, 40, 40, 40, 40, 10).stage == "declared"
    alleged = {"number": 4, "by": "bribes"}
    told = town.take("street", "annul", alleged, matter=election)
    assert (told.stage, "没有写明调查处理的决定" in told.adverse) == ("declared", True)
    found = {**alleged, "reference": "街道处理决定第1号"}
    with pytest.raises(Denied, match="6 号没有当选"):
        town.take("street", "annul", {**found, "number": 6}, matter=election)
    told = town.take("street", "annul", found, matter=election)
    assert told.stage == "annulled"
    assert told.finding("improper-means-annul-an-election")["cites"][0]["article"] == "22"
    with pytest.raises(Denied):
        town.take("elections", "hand_over", {"inventory": True, "supervised": True}, matter=election)
    town.publish()
    assert "查实有人以贿赂当选，4 号当选无效，1 个席位另行选举" in town.matter_page(election)
    again = {"whole": 100, "voted": 60, "booth": True}
    with pytest.raises(Denied, match="没有 4 号候选人"):
        town.take("elections", "count", {**again, "votes": [{"number": 4, "votes": 50}]}, matter=election)
    told = town.take("elections", "count", {**again, "votes": [{"number": 6, "votes": 20}]}, matter=election)
    assert told.stage == "declared"
    done = town.take("elections", "hand_over", {"inventory": True, "supervised": True}, matter=election)
    assert len(done.children) == 5
    assert town.service.person("c4").posts() == set()
    seat = next(child for child in done.children if ".seat-seat3." in child)
    late = {"reason": "annulled"}
    assert town.take("street", "leave", late, matter=seat).stage == "serving"
    left = town.take("street", "leave", {**late, "reference": "街道处理决定第2号"}, matter=seat)
    assert left.stage == "left" and "committee" not in town.service.person("c3").posts()


# 德民社区, where votes are held on the platform: the secret ballot is a poll, and the election takes its figures.

DEMIN = "320613001001"


def test_an_election_takes_its_figures_from_the_count_of_the_poll(open_town: Open) -> None:
    people = {
        "street": [("street", f"{DEMIN[:9]}000")],
        "elections": [("election_committee", DEMIN)],
        "teller": [("poll_teller", f"{DEMIN[:9]}000")],
    }
    town = open_town("chongchuan", date(2026, 2, 2), people=people)
    for kind, seats in (
        ("residents_committee", [{"post": "member", "count": 5}]),
        ("election_committee", []),
    ):
        facts = {"kind": kind, "seats": seats}
        town.take("street", "establish", facts, procedure="body", place=DEMIN)
    notice = {"body": f"{DEMIN}:residents_committee", "type": "direct", "election_day": "2026-03-09"}
    notice["committee"] = f"{DEMIN}:election_committee"
    election = town.take("elections", "announce", notice, procedure="election", place=DEMIN).matter
    town.take("elections", "book", {"voters": 9}, matter=election)
    names = {"voters": 9, "names": "甲某"}
    assert town.take("elections", "list", names, matter=election).stage == "listed"
    standing = [
        {"number": n, "post": "member", "who": f"c{n}", "relatives": "none", "woman": n == 1}
        for n in range(1, 7)
    ]
    assert town.take("elections", "stand", {"candidates": standing}, matter=election).stage == "candidates"

    town.imports("voters", [{"id": voter_key(ROLL, str(n)), "place": DEMIN} for n in range(1, 10)])
    town.clock.day = OPENS
    options = [f"{n}号候选人" for n in range(1, 7)]
    paper = question(*options, paper="some", most=5, seats=5, about=election)
    committee = f"committee@{DEMIN}"
    poll = town.take(committee, "announce", paper, procedure="poll", place=DEMIN).matter
    for number in range(1, 7):
        marks = "1,2,3,4,5" if number < 5 else "2,3,4,5,6"
        ballot = {"number": str(number), "marks": marks}
        town.take(committee, "enter", ballot, procedure="ballot", place=DEMIN, above=poll)
    town.clock.day = COUNTING
    tick(town.service.desk)
    opened = open_and_count(town.service, poll, PRIVATE, random.Random(5).shuffle)
    assert town.take("teller", "count", opened.facts, matter=poll).stage == "counted"

    got = {1: 4, 2: 6, 3: 6, 4: 6, 5: 6, 6: 2}
    count = {"whole": 9, "voted": 6, "booth": False, "tally": poll}
    count["votes"] = [{"number": number, "votes": votes} for number, votes in got.items()]
    wrong = [{"number": number, "votes": votes} for number, votes in (got | {6: 3, 1: 3}).items()]
    with pytest.raises(Denied, match="1、6 号的得票与计票结果不同"):
        town.take("elections", "count", count | {"votes": wrong}, matter=election)
    with pytest.raises(Denied, match="计票结果是 9 人中 6 张票"):
        town.take("elections", "count", count | {"voted": 7}, matter=election)
    told = town.take("elections", "count", count, matter=election)
    assert told.stage == "declared", told.adverse
    town.publish()
    assert "应到 9，投票 6，当选 5 人" in town.matter_page(election)
    assert poll in town.matter_page(election)
