"""Money: what is written can be read, and what is divided adds up."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.errors import BadInput
from linli.money import MAX_FEN, parse_yuan, split, yuan, yuan_exact

amounts = st.integers(min_value=0, max_value=MAX_FEN)


def test_a_whole_amount_is_written_without_decimals() -> None:
    assert yuan(1_200_000) == "12,000 元"


def test_odd_fen_are_written_with_two_decimals() -> None:
    assert yuan(1_200_050) == "12,000.50 元"
    assert yuan(5) == "0.05 元"


def test_a_table_always_shows_two_decimals() -> None:
    assert yuan_exact(1_200_000) == "12,000.00"
    assert yuan_exact(0) == "0.00"


def test_a_correction_keeps_its_sign() -> None:
    assert yuan(-150) == "-1.50 元"
    assert yuan_exact(-5) == "-0.05"


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("12000", 1_200_000),
        ("12,000.5", 1_200_050),
        ("1.2万", 1_200_000),
        ("1.234567 万元", 1_234_567),
        ("3亿", 30_000_000_000),
        ("１２，０００．５０", 1_200_050),
        (" ￥12,000.50 元 ", 1_200_050),
        ("0", 0),
        ("0.01", 1),
    ],
)
def test_amounts_are_read_as_people_type_them(text: str, fen: int) -> None:
    assert parse_yuan(text) == fen


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("", "为空"),
        ("   ", "为空"),
        ("-5", "负数"),
        ("－5", "负数"),
        ("0.001", "最多填写到分"),
        ("1.2345678万", "最多填写到分"),
        ("10000000000000.01", "超过上限"),
        ("999999亿", "超过上限"),
        ("1,20", "看不懂"),
        ("12.000,50", "看不懂"),
        ("5²", "看不懂"),
        ("٥", "看不懂"),
        ("约五千", "看不懂"),
        ("1e5", "看不懂"),
        ("1" * 5000, "过长"),
    ],
)
def test_an_amount_that_cannot_be_booked_is_refused_with_what_to_do(text: str, hint: str) -> None:
    with pytest.raises(BadInput, match=hint) as refused:
        parse_yuan(text)
    assert "请" in str(refused.value)


def test_the_largest_amount_is_still_accepted() -> None:
    assert parse_yuan("10,000,000,000,000.00") == MAX_FEN


@settings(max_examples=200)
@given(amounts)
def test_what_is_written_can_be_read_again(fen: int) -> None:
    assert parse_yuan(yuan(fen)) == fen
    assert parse_yuan(yuan_exact(fen)) == fen


@settings(max_examples=200)
@given(st.text(max_size=50))
def test_any_text_gives_an_amount_or_a_clear_refusal(text: str) -> None:
    try:
        fen = parse_yuan(text)
    except BadInput:
        return
    assert 0 <= fen <= MAX_FEN


weights_with_a_share = st.lists(st.integers(0, 10**6), min_size=1, max_size=40).filter(any)


@settings(max_examples=200)
@given(amounts, weights_with_a_share)
def test_splitting_loses_no_fen(fen: int, weights: list[int]) -> None:
    assert sum(split(fen, weights)) == fen


@settings(max_examples=200)
@given(amounts, weights_with_a_share)
def test_no_share_is_a_whole_fen_away_from_its_proportion(fen: int, weights: list[int]) -> None:
    total = sum(weights)
    for share, weight in zip(split(fen, weights), weights, strict=True):
        assert abs(share * total - fen * weight) < total


@settings(max_examples=100)
@given(amounts, weights_with_a_share)
def test_a_share_without_weight_gets_nothing(fen: int, weights: list[int]) -> None:
    assert split(fen, [*weights, 0])[-1] == 0


def test_of_equal_remainders_the_earlier_share_is_served_first() -> None:
    assert split(100, [1, 1, 1]) == (34, 33, 33)
    assert split(101, [1, 1, 1]) == (34, 34, 33)


def test_the_largest_remainder_comes_before_the_earlier_share() -> None:
    # 1 × 2/7 leaves 2/7, 1 × 5/7 leaves 5/7: the second share is nearer to the whole fen.
    assert split(1, [2, 5]) == (0, 1)


@pytest.mark.parametrize(("fen", "weights"), [(-1, [1]), (1, [1, -1]), (1, [0, 0]), (1, [])])
def test_a_division_that_makes_no_sense_is_refused(fen: int, weights: list[int]) -> None:
    with pytest.raises(BadInput):
        split(fen, weights)
