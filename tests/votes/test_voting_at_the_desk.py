"""Voting and entering paper ballots with a browser and no JavaScript: generated forms, as for everything else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from linli_functions.workbench import workbench
from linli_votes.sealing import public_of
from tests.votes.polls import PRIVATE, ROLL, SLUG, Polling, question
from tests.workbench import offices
from tests.workbench.offices import Office


@pytest.fixture
def polling(tmp_path: Path) -> Polling:
    return Polling(tmp_path)


@pytest.fixture
def office(polling: Polling, monkeypatch: pytest.MonkeyPatch) -> Office:
    town = polling.town
    app = Starlette(routes=[Mount(f"/{SLUG}/desk", workbench(town.service, town._identity))])
    monkeypatch.setattr(offices, "SLUG", SLUG)
    for who in (polling.resident, "clerk", "teller"):
        town._appoint(who)
    return Office(town.service, town.clock, app)  # type: ignore[arg-type]


def ballots(polling: Polling) -> int:
    return len(polling.town.store.rows("children"))


def test_a_resident_finds_the_poll_and_votes_by_ticking_boxes(polling: Polling, office: Office) -> None:
    poll = polling.announced()
    voter = office.person(polling.resident)
    home = voter.look("/")
    assert "用今年的微更新资金做什么" in home.visible()
    page = voter.look(f"/matters/{poll}")
    (path,) = re.findall(rf"/matters/{poll}/under/ballot/\w+", page.text)
    form = voter.look(path)
    assert re.findall(r'type="checkbox" name="f.choices" value="(\w+)"', form.text) == ["1", "2", "3"]
    assert "1. 凉亭" in form.visible() and "保密，不留存" in form.visible()
    assert "存草稿" not in form.visible()
    facts = {"f.number": "001", "f.code": polling.codes["001"], "f.choices": ["1", "3"]}
    tried = voter.send(path, facts, "try")
    assert tried.checked("f.choices") == ["1", "3"] and ballots(polling) == 0
    done = voter.send(path, facts, "take")
    assert "选票已经密封、投入票箱，不能更改" in done.visible()
    assert ballots(polling) == 1
    again = voter.send(path, {**facts, "f.choices": ["2"]}, "take")
    assert again.status == 422
    assert "编号 001 已经投过票（本次投票办法第二条" in again.visible()


def test_what_is_wrong_with_a_ballot_is_said_beside_it_and_nothing_typed_is_lost(
    polling: Polling, office: Office
) -> None:
    poll = polling.announced(paper="some", most=1)
    path = f"/matters/{poll}/under/ballot/approve"
    voter = office.person(polling.resident)
    facts = {"f.number": "001", "f.code": polling.codes["001"], "f.choices": ["1", "3"]}
    page = voter.send(path, facts, "take")
    assert page.status == 422
    assert "选了 2 项，最多选 1 项（本次投票办法第四条" in page.visible()
    assert page.checked("f.choices") == ["1", "3"]
    assert page.value("f.number") == "001"
    wrong = voter.send(path, {**facts, "f.code": "x", "f.choices": ["1"]}, "take")
    assert "编号或投票码不对（本次投票办法第二条" in wrong.visible()
    assert ballots(polling) == 0


def test_a_choice_of_one_is_a_list_to_choose_from(polling: Polling, office: Office) -> None:
    poll = polling.announce(question("同意", "不同意", "弃权"))
    path = f"/matters/{poll}/under/ballot/choose"
    voter = office.person(polling.resident)
    form = voter.look(path)
    assert re.findall(r'type="radio" name="f.choice" value="(\w+)"', form.text) == ["1", "2", "3"]
    done = voter.send(path, {"f.number": "001", "f.code": polling.codes["001"], "f.choice": "2"}, "take")
    assert "投入票箱" in done.visible()


def test_points_are_given_in_a_table_that_names_every_option(polling: Polling, office: Office) -> None:
    poll = polling.announced(paper="points", points=5, method="score")
    path = f"/matters/{poll}/under/ballot/give_points"
    voter = office.person(polling.resident)
    form = voter.look(path)
    assert [form.value(f"f.points.{at}.option") for at in range(3)] == ["1", "2", "3"]
    typed = {
        "f.number": "001",
        "f.code": polling.codes["001"],
        "f.points.rows": "4",
        **{f"f.points.{at}.option": str(at + 1) for at in range(3)},
        "f.points.0.points": "2",
        "f.points.2.points": "3",
    }
    assert "投入票箱" in voter.send(path, typed, "take").visible()
    polling.counted(poll)
    assert polling.result(poll).count.selected == ("3", "1")


def test_an_order_is_given_line_by_line(polling: Polling, office: Office) -> None:
    poll = polling.announced(paper="ranked", method="score")
    path = f"/matters/{poll}/under/ballot/rank"
    voter = office.person(polling.resident)
    form = voter.look(path)
    assert '<option value="2">2. 门灯</option>' in form.text
    typed = {
        "f.number": "001",
        "f.code": polling.codes["001"],
        "f.ranking.rows": "3",
        "f.ranking.0.option": "2",
        "f.ranking.1.option": "3",
    }
    assert "投入票箱" in voter.send(path, typed, "take").visible()


def test_a_clerk_enters_paper_ballots_and_is_told_of_a_number_entered_twice(
    polling: Polling, office: Office
) -> None:
    poll = polling.announced()
    clerk = office.person("clerk")
    page = clerk.look(f"/matters/{poll}")
    assert "录入纸质选票" in page.visible()
    path = f"/matters/{poll}/under/ballot/enter"
    entered = clerk.send(path, {"f.number": "001", "f.marks": "1，3"}, "take")
    assert entered.status == 200
    assert f'href="/{SLUG}/desk{path}">再录入纸质选票' in entered.text
    twice = clerk.send(path, {"f.number": "001", "f.marks": "2"}, "take")
    assert "编号 001 已经投过票" in twice.visible()
    assert "网上和纸质合在一起算" in twice.visible()
    assert twice.value("f.marks") == "2"
    spoiled = clerk.send(path, {"f.number": "002", "f.spoiled": "yes"}, "take")
    assert "投入票箱" in spoiled.visible()
    polling.close()
    late = clerk.send(
        path, {"f.number": "003", "f.marks": "2", "paper": "yes", "happened": "2026-03-08"}, "take"
    )
    assert "投入票箱" in late.visible()
    assert ballots(polling) == 3


def test_when_the_poll_is_over_the_form_is_gone_and_says_why(polling: Polling, office: Office) -> None:
    poll = polling.announced()
    polling.close()
    voter = office.person(polling.resident)
    assert "under/ballot" not in voter.look(f"/matters/{poll}").text
    refused = voter.look(f"/matters/{poll}/under/ballot/approve")
    assert refused.status == 403
    assert "已截止，等待开票" in refused.visible()


def test_the_notice_is_filled_in_at_the_desk(polling: Polling, office: Office) -> None:
    clerk = office.person("clerk")
    typed = {
        "f.question": "是否同意加装充电桩",
        "f.options.rows": "2",
        "f.options.0.id": "1",
        "f.options.0.title": "同意",
        "f.options.1.id": "2",
        "f.options.1.title": "不同意",
        "f.paper": "choose_one",
        "f.seats": "1",
        "f.opens": "2026-03-02",
        "f.closes": "2026-03-08",
        "f.electors": "每户一票",
        "f.roll": ROLL,
        "f.electorate": "9",
        "f.key": public_of(PRIVATE),
        "f.quorum": "majority",
        "f.passes": "two_thirds",
    }
    page = clerk.send("/new/poll/announce", {**typed, "f.seats": "5"}, "take")
    assert page.status == 422 and "要写明从这些选项里选出几项" in page.visible()
    done = clerk.send("/new/poll/announce", typed, "take")
    assert "正在投票，到2026年3月8日为止" in done.visible()
