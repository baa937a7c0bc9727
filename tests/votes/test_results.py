"""A result follows from the notice and the opened ballots alone, and the published file counts to the same."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.errors import BadInput
from linli.forms import read as read_form
from linli_cli.main import main
from linli_votes.certificates import count
from linli_votes.marks import Marks, checked
from linli_votes.notices import Notice, Paper
from linli_votes.reading import read
from linli_votes.results import (
    Cast,
    Result,
    file_digest,
    file_of,
    given_of,
    grouped,
    marks_of,
    options_of,
    result_of,
)
from tests.votes.polls import notice, question
from tests.votes.test_notices import FINE

NOTICES = [read_form(Notice, facts) for facts in FINE]


def result(facts: dict[str, Any], *ballots: str, spoiled: int = 0) -> Result:
    """Count ballots written as a clerk types them."""
    held: Notice = read_form(Notice, facts)
    from linli_votes.marks import read_marks

    return result_of(held, grouped((read_marks(held, each), 1) for each in ballots), spoiled)


@st.composite
def polls(draw: st.DrawFn) -> tuple[Notice, tuple[Cast, ...]]:
    """A notice that fits, and ballots that it allows."""
    held = draw(st.sampled_from(NOTICES))
    opened: list[tuple[Marks, int]] = []
    for _ in range(draw(st.integers(0, 12))):
        ids = draw(st.lists(st.sampled_from(held.ids), unique=True, max_size=held.ceiling))
        points = [draw(st.integers(1, 3)) for _ in ids] if held.paper is Paper.POINTS else []
        try:
            opened.append((checked(held, ids, points), 1))
        except BadInput:
            continue
    return held, grouped(opened)


@given(polls())
def test_a_count_of_the_published_file_has_the_certificate_of_the_poll(drawn):
    held, cast = drawn
    counted = result_of(held, cast, 0)
    again = count(read(file_of(counted)), given=given_of(held))
    assert again.certificate == counted.count.certificate
    assert again.selected == counted.count.selected


@given(polls(), st.randoms())
def test_neither_file_nor_result_depend_on_the_order_in_which_ballots_are_opened(drawn, chance):
    held, cast = drawn
    opened = [(marks_of(held, each), 1) for each in cast for _ in range(each.number)]
    chance.shuffle(opened)
    assert grouped(opened) == cast
    mixed = list(cast)
    random.Random(1).shuffle(mixed)
    assert file_digest(result_of(held, mixed, 0)) == file_digest(result_of(held, cast, 0))


@pytest.mark.parametrize("at", range(len(NOTICES)))
def test_the_command_that_is_printed_reproduces_the_certificate(at, tmp_path, capsys):
    held = NOTICES[at]
    points = [4, 3] if held.paper is Paper.POINTS else []
    cast = grouped((checked(held, held.ids[: min(n, held.ceiling)], points[:n]), 1) for n in (1, 1, 2))
    counted = result_of(held, cast, 0)
    (tmp_path / "ballots.pb").write_bytes(file_of(counted))
    words = ["count", str(tmp_path / "ballots.pb"), *options_of(held).split()]
    assert main(words) == 0
    assert counted.count.certificate.digest in capsys.readouterr().out


def test_costs_are_exact_to_the_fen_in_the_file():
    options = [{"id": "1", "title": "甲", "cost_fen": 3}, {"id": "2", "title": "乙", "cost_fen": 100_001}]
    counted = result(notice(options=options, budget_fen=100_004), "1,2", "2")
    election = read(file_of(counted))
    assert [str(project.cost * 100) for project in election.projects] == ["3", "100001"]
    assert counted.selected == ("2", "1")


def test_without_a_quorum_nothing_is_selected_and_the_file_marks_nothing_as_won():
    counted = result(notice(quorum="majority", electorate=4), "1", "1")
    assert (counted.quorate, counted.selected) == (False, ())
    assert counted.count.selected == ("1",)
    assert all(project.selected == 0 for project in read(file_of(counted)).projects)
    assert result(notice(quorum="half", electorate=4), "1", "1").quorate


def test_spoiled_ballots_take_part_and_are_not_counted():
    counted = result(notice(quorum="majority", electorate=4), "1", "2", spoiled=1)
    assert counted.quorate
    assert (counted.received, counted.valid) == (3, 2)


@pytest.mark.parametrize(
    ("passes", "whole", "votes", "passed"),
    [
        ("majority", "taking_part", 5, False),
        ("majority", "taking_part", 6, True),
        ("half", "taking_part", 5, True),
        ("two_thirds", "taking_part", 6, False),
        ("two_thirds", "taking_part", 7, True),
        ("majority", "electorate", 7, False),
        ("majority", "electorate", 8, True),
    ],
)
def test_an_option_passes_with_its_exact_share(passes, whole, votes, passed):
    facts = question("同意", "不同意", passes=passes, whole=whole, electorate=15)
    counted = result(facts, *["1"] * votes, *["2"] * (10 - votes))
    assert ("1" in counted.selected) == passed


def test_options_that_tie_for_the_last_seat_are_voted_on_again_where_the_notice_says_so():
    facts = question("甲", "乙", "丙", "丁", seats=2, paper="some", most=2, tied="again")
    counted = result(facts, "1,2", "1,3", "1,4", "2", "3")
    assert (counted.selected, counted.undecided) == (("1",), ("2", "3"))
    by_rule = result({**facts, "tied": "by_rule"}, "1,2", "1,3", "1,4", "2", "3")
    assert (by_rule.selected, by_rule.undecided) == (("1", "2"), ())
    assert by_rule.count.certificate.ties
    alone = result(facts, "1,2", "1,2")
    assert (alone.selected, alone.undecided) == (("1", "2"), ())


def test_scores_of_experts_are_in_the_file_and_in_the_certificate():
    options = [
        {"id": "1", "title": "甲", "cost_fen": 50, "score": 90},
        {"id": "2", "title": "乙", "cost_fen": 60, "score": 30},
    ]
    facts = notice(options=options, budget_fen=60, method="score-and-vote", score_weight=60, vote_weight=40)
    counted = result(facts, "2", "2", "2", "1")
    assert counted.selected == ("1",)
    assert counted.count.certificate.parameters["scores"] == "1 90；2 30"
    other = result({**facts, "options": [{**options[0], "score": 91}, options[1]]}, "2", "2", "2", "1")
    assert other.count.certificate.digest != counted.count.certificate.digest


def test_exclusive_options_are_named_in_the_file():
    facts = notice(method="greedy-exclusive", exclusive=[{"options": "1,3"}])
    counted = result(facts, "1,3", "1", "2")
    assert counted.selected == ("1",)
    assert read(file_of(counted)).meta["comment"] == "#1: projects 1, 3 are mutually exclusive"


def test_what_nobody_chose_is_not_selected_though_money_is_left():
    counted = result(notice(), "1", "1")
    assert counted.selected == ("1",)
    seats = result(question("甲", "乙", "丙", seats=2), "1", "1")
    assert seats.selected == ("1",)


def test_the_poznan_rule_marks_a_project_that_could_be_paid_from_outside():
    options = [
        {"id": "1", "title": "甲", "cost_fen": 500},
        {"id": "2", "title": "乙", "cost_fen": 600},
    ]
    counted = result(notice(options=options, budget_fen=1000, method="greedy-custom"), "1,2", "1")
    assert (counted.selected, counted.count.reserve) == (("1",), ("2",))
