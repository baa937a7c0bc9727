"""Exact words, exact fractions: one below, on, and one above."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.errors import BadInput
from linli.shares import (
    AT_LEAST_TWO_THIRDS,
    EVERYONE,
    MORE_THAN_HALF,
    MORE_THAN_TWO_THIRDS,
    Share,
)


@pytest.mark.parametrize(
    ("share", "whole", "least"),
    [
        (MORE_THAN_HALF, 100, 51),
        (MORE_THAN_HALF, 101, 51),
        (MORE_THAN_HALF, 1, 1),
        (AT_LEAST_TWO_THIRDS, 90, 60),
        (AT_LEAST_TWO_THIRDS, 91, 61),
        (MORE_THAN_TWO_THIRDS, 90, 61),
        (MORE_THAN_TWO_THIRDS, 91, 61),
        (Share(1, 10), 6500, 650),
        (Share(1, 5), 6500, 1300),
        (Share(4, 5), 71, 57),
        (EVERYONE, 12, 12),
    ],
)
def test_one_below_on_and_one_above(share: Share, whole: int, least: int):
    assert share.least(whole) == least
    assert not share.met(least - 1, whole)
    assert share.met(least, whole)
    assert share.missing(least - 1, whole) == 1
    assert share.missing(least, whole) == 0
    if least < whole:
        assert share.met(least + 1, whole)


def test_the_words_of_the_law():
    said = [share.say() for share in (MORE_THAN_HALF, AT_LEAST_TWO_THIRDS, MORE_THAN_TWO_THIRDS, Share(1, 5))]
    assert said == ["过半数", "三分之二以上", "超过三分之二", "五分之一以上"]
    assert Share(3, 20).say() == "3/20以上"
    assert EVERYONE.say() == "全部"


def test_a_base_of_zero_is_refused():
    with pytest.raises(BadInput, match="基数是零"):
        MORE_THAN_HALF.met(0, 0)


@pytest.mark.parametrize(("part", "whole"), [(11, 10), (-1, 10)])
def test_more_than_there_are_is_refused(part: int, whole: int):
    with pytest.raises(BadInput):
        MORE_THAN_HALF.met(part, whole)


@pytest.mark.parametrize("numbers", [(0, 2, False), (3, 2, False), (1, 1, True), (-1, 2, False)])
def test_what_nobody_could_meet_is_no_share(numbers: tuple[int, int, bool]):
    with pytest.raises(ValueError, match="no share"):
        Share(*numbers)


@given(st.fractions(0, 1), st.booleans(), st.integers(1, 10**6), st.data())
def test_meeting_a_share_is_what_exact_fractions_say(
    fraction: Fraction, beyond: bool, whole: int, data: st.DataObject
):
    if fraction == 0 or (fraction == 1 and beyond):
        return
    share = Share.more_than(fraction) if beyond else Share.at_least(fraction)
    part = data.draw(st.integers(0, whole))
    expected = Fraction(part, whole) > fraction if beyond else Fraction(part, whole) >= fraction
    assert share.met(part, whole) is expected
    assert share.missing(part, whole) == max(0, share.least(whole) - part)
