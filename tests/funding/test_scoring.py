"""Scores and awards: exact, deterministic, within the budget."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.errors import BadInput
from linli.funding.awarding import Candidate, award, in_order, with_votes
from linli.funding.scoring import check_sheet, readable, score

RUBRIC = {"需求": 60, "可行": 40}


def sheet(total: int) -> dict[str, int]:
    return {"需求": min(total, 60), "可行": max(0, total - 60)}


def test_the_mean_is_exact() -> None:
    assert score([sheet(80), sheet(81), sheet(81)], RUBRIC, trimmed=False) == Fraction(242, 3)


def test_one_highest_and_one_lowest_are_dropped() -> None:
    sheets = [sheet(100), sheet(100), sheet(70), sheet(10)]
    assert score(sheets, RUBRIC, trimmed=True) == 85


def test_with_two_sheets_nothing_can_be_dropped() -> None:
    with pytest.raises(BadInput, match="至少要有 3 份"):
        score([sheet(80), sheet(90)], RUBRIC, trimmed=True)


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ({"需求": 60}, "没有给“可行”打分"),
        ({"需求": 60, "可行": 1, "颜值": 1}, "没有“颜值”"),
        ({"需求": 61, "可行": 1}, "0 到 60"),
        ({"需求": -1, "可行": 1}, "0 到 60"),
    ],
)
def test_a_sheet_that_does_not_fit_the_rubric_is_refused(points: dict[str, int], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        check_sheet(points, RUBRIC)


@pytest.mark.parametrize(
    ("points", "said"), [(Fraction(88), "88"), (Fraction(263, 3), "87 2/3"), (Fraction(1, 2), "1/2")]
)
def test_a_score_is_read_without_rounding(points: Fraction, said: str) -> None:
    assert readable(points) == said


def candidate(number: int, points: int | Fraction, asked: int, code: str = "", **means: int) -> Candidate:
    held = {name: Fraction(value) for name, value in means.items()}
    return Candidate(number, Fraction(points), asked, code or f"c{number}", held)


def test_of_equal_scores_a_preferred_kind_comes_first_and_never_of_lower_ones() -> None:
    def of(number: int, points: int, kind: str, need: int) -> Candidate:
        return Candidate(number, Fraction(points), 100, f"c{number}", {"需求": Fraction(need)}, kind)

    entered = [of(1, 80, "", 60), of(2, 80, "公益", 50), of(3, 80, "公益", 55), of(4, 79, "公益", 60)]
    assert [each.number for each in in_order(entered, ("需求",), ("公益",))] == [3, 2, 1, 4]
    assert [each.number for each in in_order(entered, ("需求",))] == [1, 3, 2, 4]


def test_equal_scores_are_parted_by_the_criteria_that_the_call_names_then_sum_then_code() -> None:
    one, two = candidate(1, 80, 500, need=30), candidate(2, 80, 900, need=31)
    three, four = candidate(3, 80, 400, code="b", need=30), candidate(4, 80, 400, code="a", need=30)
    assert [each.number for each in in_order([one, two, three, four], ["need"])] == [2, 4, 3, 1]


def test_a_project_that_is_too_large_is_passed_over() -> None:
    placed = award(
        [candidate(1, 90, 800), candidate(2, 80, 400), candidate(3, 70, 200)], 1000, threshold=Fraction(60)
    )
    assert [each.award_fen for each in placed] == [800, 0, 200]


def test_without_skipping_the_list_ends_at_the_first_that_does_not_fit() -> None:
    candidates = [candidate(1, 90, 800), candidate(2, 80, 400), candidate(3, 70, 200)]
    placed = award(candidates, 1000, threshold=Fraction(60), skip=False)
    assert [each.award_fen for each in placed] == [800, 0, 0]


@pytest.mark.parametrize(
    ("points", "funded"), [(Fraction(179, 3), 0), (Fraction(60), 100), (Fraction(181, 3), 100)]
)
def test_the_threshold_is_reached_exactly_or_not(points: Fraction, funded: int) -> None:
    (placed,) = award([candidate(1, points, 100)], 100, threshold=Fraction(60))
    assert placed.award_fen == funded


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 100), st.integers(1, 1000)), max_size=8),
    st.integers(0, 3000),
    st.booleans(),
    st.randoms(use_true_random=False),
)
def test_awards_stay_within_the_budget_in_whatever_order_candidates_come(
    drawn: list[tuple[int, int]], budget: int, skip: bool, shuffler: object
) -> None:
    candidates = [candidate(n, points, asked) for n, (points, asked) in enumerate(drawn)]
    placed = award(candidates, budget, threshold=Fraction(60), skip=skip)
    assert sum(each.award_fen for each in placed) <= budget
    shuffler.shuffle(candidates)  # type: ignore[attr-defined]
    assert award(candidates, budget, threshold=Fraction(60), skip=skip) == placed


@pytest.mark.parametrize(
    ("vote_percent", "first"), [(0, 2), (20, 2), (40, 1), (100, 1)], ids=lambda each: str(each)
)
def test_votes_and_scores_are_joined_by_the_weights_of_the_call(vote_percent: int, first: int) -> None:
    candidates = [Candidate(1, Fraction(80), 1, "a"), Candidate(2, Fraction(100), 1, "b")]
    ranked = in_order(with_votes(candidates, {1: 90, 2: 30}, vote_percent), ())
    assert ranked[0].number == first


def test_the_joined_worth_is_exact() -> None:
    candidates = [Candidate(1, Fraction(70), 1, "a"), Candidate(2, Fraction(90), 1, "b")]
    worths = [each.worth for each in with_votes(candidates, {1: 7, 2: 3}, 30)]
    assert worths == [70 * Fraction(7, 9) + 30, 70 + 30 * Fraction(3, 7)]


def test_where_nobody_voted_the_scores_alone_put_in_order() -> None:
    candidates = [Candidate(1, Fraction(70), 1, "a"), Candidate(2, Fraction(90), 1, "b")]
    assert [each.worth for each in with_votes(candidates, {1: 0, 2: 0}, 50)] == [Fraction(350, 9), 50]
