"""The greedy methods, each against what it promises."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from linli.errors import BadInput
from linli_votes.certificates import count
from linli_votes.elections import WITHDRAWN_COST, Election, Kind, Project
from linli_votes.greedy_exclusive import exclusive_sets
from linli_votes.methods import METHODS, Given
from linli_votes.rounds import Verdict
from linli_votes.tallies import tally
from tests.votes.drawn import election, elections, shuffled

THREE = {"a": 60, "b": 50, "c": 30}
# a 3 votes, b 2, c 1
BALLOTS = ["a,b,c", "a,b", "a"]


def verdicts(counted) -> dict[str, Verdict]:
    return {round.project: round.verdict for round in counted.rounds}


def test_greedy_skips_what_does_not_fit():
    assert count(election(THREE, BALLOTS, 100)).selected == ("a", "c")


def test_without_skipping_the_first_that_does_not_fit_ends_it():
    counted = count(election(THREE, BALLOTS, 100), "greedy-no-skip")
    assert counted.selected == ("a",)
    assert verdicts(counted)["c"] is Verdict.STOPPED


def test_a_project_below_the_threshold_takes_no_part():
    counted = count(election(THREE, BALLOTS, 200, min_project_score_threshold="2"), "greedy-threshold")
    assert counted.selected == ("a", "b")
    assert verdicts(counted)["c"] is Verdict.BELOW_THRESHOLD


def test_a_threshold_handed_in_goes_before_that_of_the_file():
    given = Given(threshold=3)
    of_file = election(THREE, BALLOTS, 200, min_project_score_threshold="2")
    assert count(of_file, "greedy-threshold", given).selected == ("a",)


def test_a_threshold_rule_without_a_threshold_is_refused():
    with pytest.raises(BadInput, match="门槛"):
        count(election(THREE, BALLOTS, 200), "greedy-threshold")


def test_a_project_below_the_threshold_does_not_end_a_walk_without_skipping():
    costs = {"a": 60, "b": 500, "c": 30}
    counted = count(
        election(costs, ["a,c", "a,c", "b", "a"], 100, min_project_score_threshold="2"), "greedy-no-skip"
    )
    assert set(counted.selected) == {"a", "c"}


def test_a_withdrawn_project_is_passed_over_and_ends_nothing():
    costs = {"a": WITHDRAWN_COST, "b": 50, "c": 30}
    counted = count(election(costs, BALLOTS, 100), "greedy-no-skip")
    assert counted.selected == ("b", "c")
    assert verdicts(counted)["a"] is Verdict.WITHDRAWN


def test_of_projects_that_exclude_each_other_the_best_supported_is_funded():
    counted = count(election(THREE, BALLOTS, 200), "greedy-exclusive", Given(exclusive=(frozenset("ab"),)))
    assert counted.selected == ("a", "c")
    assert verdicts(counted)["b"] is Verdict.EXCLUDED


def test_a_project_that_does_not_fit_excludes_nobody():
    counted = count(election(THREE, BALLOTS, 55), "greedy-exclusive", Given(exclusive=(frozenset("ab"),)))
    assert counted.selected == ("b",)


def test_an_exclusive_set_with_an_unknown_project_is_refused():
    with pytest.raises(BadInput, match="互斥"):
        count(election(THREE, BALLOTS, 55), "greedy-exclusive", Given(exclusive=(frozenset("az"),)))


def test_a_comment_that_names_exclusive_projects_is_followed():
    said = "#1: In the small pool, projects a and b were treated by the city as mutually exclusive. #2: More."
    counted = count(election(THREE, BALLOTS, 200, comment=said), "greedy-exclusive")
    assert counted.selected == ("a", "c")


def test_a_comment_that_names_no_project_makes_no_set_and_the_count_says_so():
    said = "#1: It happens that two (or more) projects are mutually exclusive, meaning the same location."
    held = election(THREE, BALLOTS, 200, comment=said)
    assert exclusive_sets(held) == ()
    assert any("互斥" in remark for remark in count(held, "greedy-exclusive").remarks)


def test_projects_with_the_same_label_in_the_column_exclude_each_other():
    held = election(THREE, BALLOTS, 200)
    labelled = tuple(
        Project(p.id, p.cost, details={"exclusive": "空地" if p.id in "bc" else ""}) for p in held.projects
    )
    held = Election(held.kind, held.rule, held.budget, labelled, held.ballots)
    assert count(held, "greedy-exclusive").selected == ("a", "b")


def test_in_poznan_a_project_that_is_four_fifths_paid_is_reserve_and_no_winner():
    counted = count(election(THREE, BALLOTS, 100, unit="Poznań"), "greedy-custom")
    assert counted.selected == ("a",)
    assert counted.reserve == ("b",)
    assert count(election(THREE, BALLOTS, 99, unit="Poznań"), "greedy-custom").reserve == ()


def test_in_poznan_only_the_first_that_does_not_fit_can_be_reserve():
    counted = count(
        election({"a": 60, "b": 90, "c": 41}, BALLOTS, 100, comment="at least 80% of"), "greedy-custom"
    )
    assert (counted.selected, counted.reserve) == (("a",), ())


FITTING = "Fund additional projects that fit within leftover budget ordered by score"
PARTIALLY = "Partially fund one additional project with highest score"


def divided(**meta: str) -> Election:
    """In the north a (60), b (50) and d (10), in the south c (30) and e (25), in the order of their votes."""
    costs = {"a": 60, "b": 50, "c": 30, "d": 10, "e": 25}
    held = election(costs, ["a,b,c,d,e", "a,b,c,d", "a,b,c", "a,b", "a"], 150, **meta)
    projects = tuple(
        Project(p.id, p.cost, details={"neighborhood": "北" if p.id in "abd" else "南"})
        for p in held.projects
    )
    return Election(held.kind, "greedy-custom", held.budget, projects, held.ballots, held.meta)


PARTS = {"neighborhoods": "北,南", "budget_per_neighborhood": "100,50"}


def test_a_budget_divided_by_neighbourhood_is_spent_part_by_part_until_one_does_not_fit():
    assert set(count(divided(**PARTS)).selected) == {"a", "c"}


def test_where_leftovers_go_to_what_fits_the_rest_of_the_whole_budget_is_spent_by_votes():
    assert count(divided(**PARTS, leftover_budget=FITTING)).selected == ("a", "c", "b", "d")


def test_where_leftovers_go_to_one_project_in_part_the_best_left_out_is_reserve():
    counted = count(divided(**PARTS, leftover_budget=PARTIALLY))
    assert (set(counted.selected), counted.reserve) == ({"a", "c"}, ("b",))


def test_an_undivided_budget_with_leftovers_for_what_fits_is_plain_greedy():
    held = divided(leftover_budget=FITTING)
    assert set(count(held).selected) == set(count(held, "greedy").selected)


def test_a_project_that_belongs_to_no_part_has_no_money_to_draw_on():
    held = divided(neighborhoods="北", budget_per_neighborhood="100")
    assert count(held).selected == ("a",)
    assert sorted(round.project for round in count(held).rounds) == ["a", "b", "c", "d", "e"]


def test_a_division_that_does_not_fit_its_names_is_refused():
    with pytest.raises(BadInput, match="划分"):
        count(divided(neighborhoods="北", budget_per_neighborhood="100,50"))
    with pytest.raises(BadInput, match="多于预算"):
        count(divided(neighborhoods="北,南", budget_per_neighborhood="100,51"))


def test_a_tie_goes_to_the_cheaper_and_then_to_the_smaller_number():
    counted = count(election({"10": 20, "9": 20, "x": 10}, ["10,9,x"], 30))
    assert counted.selected == ("x", "9")
    assert [(tie.first, tie.behind) for tie in counted.certificate.ties] == [
        ("x", ("9", "10")),
        ("9", ("10",)),
    ]


def test_a_ranked_ballot_gives_its_last_choice_one_point_and_each_better_one_more():
    held = election(THREE, ["a,b,c", "b,a"], 200, Kind.ORDINAL)
    assert tally(held).score == (4, 4, 1)


def test_points_not_given_count_as_the_default_score():
    held = election(THREE, ["a:5", "b:1,c:2"], 200, Kind.SCORING, default_score="2")
    assert tally(held).score == (7, 3, 4)
    held = election(THREE, ["a:5", "b:1,c:2"], 200, Kind.SCORING, default_score="0.5")
    assert tally(held).score == (Fraction(11, 2), Fraction(3, 2), Fraction(5, 2))


def test_score_and_vote_weigh_as_told():
    held = election({"a": 10, "b": 10}, ["a:9", "b:1", "b:1"], 10, Kind.CUMULATIVE)
    votes_only, score_only = (Fraction(0), Fraction(1)), (Fraction(1), Fraction(0))
    assert count(held, "score").selected == ("a",)
    assert count(held, "score-and-vote", Given(weights=score_only)).selected == ("a",)
    assert count(held, "score-and-vote", Given(weights=votes_only)).selected == ("b",)
    # a: half of 9/9 and half of 1/2; b: half of 2/9 and half of 2/2
    assert count(held, "score-and-vote").selected == ("a",)
    assert count(held, "score-and-vote").certificate.parameters == {"weights": "1/2:1/2"}


def test_a_score_of_experts_is_read_where_ballots_give_none():
    held = election({"a": 10, "b": 10}, ["a", "a", "b"], 10)
    marked = tuple(Project(p.id, p.cost, score={"a": 60, "b": 90}[p.id]) for p in held.projects)
    assert count(Election(held.kind, "score", 10, marked, held.ballots)).selected == ("b",)
    with pytest.raises(BadInput, match="score"):
        count(held, "score")


@pytest.mark.parametrize("rule", ["", "unknown", "by lot"])
def test_a_file_without_a_known_rule_asks_for_one(rule):
    with pytest.raises(BadInput, match="计票规则"):
        count(election(THREE, BALLOTS, 100, rule=rule))


def naive(held: Election) -> set[str]:
    votes = {project.id: 0 for project in held.projects}
    for ballot, number in held.ballots:
        for choice in ballot.choices:
            votes[held.projects[choice].id] += number
    left, chosen = held.budget, set()

    def key(project):
        tail = project.id.lstrip("0123456789")
        head = project.id[: len(project.id) - len(tail)]
        return (-votes[project.id], project.cost, not head, int(head or 0), project.id)

    for project in sorted(held.projects, key=key):
        if project.cost <= left:
            chosen.add(project.id)
            left -= project.cost
    return chosen


@given(elections())
def test_greedy_is_what_a_plain_reading_of_the_rule_gives(held):
    assert set(count(held).selected) == naive(held)


@given(elections() | elections(Kind.CUMULATIVE) | elections(Kind.ORDINAL), st.sampled_from(sorted(METHODS)))
def test_no_method_spends_more_than_the_budget_and_each_project_is_looked_at_once(held, method):
    assume(held.kind.has_points or method not in {"score", "score-and-vote"})
    counted = count(held, method, Given(threshold=1))
    costs = {project.id: project.cost for project in held.projects}
    assert sum(costs[id] for id in counted.selected) <= held.budget
    assert sorted(round.project for round in counted.rounds) == sorted(costs)


@given(elections(), st.data())
def test_exclusive_sets_are_respected(held, data):
    ids = sorted(project.id for project in held.projects)
    sets = tuple(frozenset(data.draw(st.sets(st.sampled_from(ids), min_size=1))) for _ in range(2))
    chosen = set(count(held, "greedy-exclusive", Given(exclusive=sets)).selected)
    assert all(len(chosen & each) <= 1 for each in sets)


@given(st.data(), st.sampled_from(sorted(set(METHODS) - {"score", "score-and-vote"})))
def test_the_order_of_ballots_and_projects_changes_nothing(data, method):
    kind = data.draw(st.sampled_from([Kind.APPROVAL, Kind.CUMULATIVE, Kind.ORDINAL]))
    held = data.draw(elections(kind))
    other = shuffled(held, data.draw)
    given = Given(threshold=1)
    assert count(held, method, given).certificate == count(other, method, given).certificate
