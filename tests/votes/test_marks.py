"""Marks on a ballot are held against the notice, and every packed ballot of a poll has one length."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.errors import BadInput
from linli.forms import read
from linli_votes.marks import SPOILED, Marks, checked, packed, packed_length, read_marks, unpacked
from linli_votes.notices import Notice
from tests.votes.polls import notice, question


def held(**more: Any) -> Notice:
    found: Notice = read(Notice, notice(**more))
    return found


APPROVAL, SOME = held(), held(paper="some", most=2, least=1)
POINTS, RANKED = held(paper="points", points=10), held(paper="ranked", most=2)
ONE: Notice = read(Notice, question("同意", "不同意", least=0))


@pytest.mark.parametrize(
    ("notice", "text", "expected"),
    [
        (APPROVAL, "3，1", Marks(("1", "3"))),
        (SOME, " 2 、3 ", Marks(("2", "3"))),
        (POINTS, "3：4;1:6", Marks(("1", "3"), (6, 4))),
        (POINTS, "3:4,1:0", Marks(("3",), (4,))),
        (RANKED, "3,1", Marks(("3", "1"))),
        (ONE, "", Marks()),
    ],
)
def test_what_a_clerk_types_is_read_as_it_is_meant(notice, text, expected):
    assert read_marks(notice, text) == expected


@pytest.mark.parametrize(
    ("notice", "text", "said"),
    [
        (APPROVAL, "1,9", "没有选项 9"),
        (APPROVAL, "1,1", "选项 1 写了两次"),
        (APPROVAL, "1:2", "不打分"),
        (APPROVAL, "", "选了 0 项，至少选 1 项"),
        (SOME, "1,2,3", "选了 3 项，最多选 2 项"),
        (POINTS, "1:6,2:5", "共给了 11 分，每人只有 10 分"),
        (POINTS, "1,2", "每个选项写一个分数"),
        (POINTS, "1:x", "看不懂"),
        (POINTS, "1:-1", "看不懂"),
        (RANKED, "1,2,3", "最多选 2 项"),
        (ONE, "1,2", "最多选 1 项"),
    ],
)
def test_a_ballot_that_the_notice_does_not_allow_is_refused_by_the_article_on_filling_in(notice, text, said):
    with pytest.raises(BadInput, match=said) as refused:
        read_marks(notice, text)
    assert "本次投票办法第四条" in refused.value.message
    assert refused.value.cure


def test_negative_points_are_refused():
    with pytest.raises(BadInput, match="负数"):
        checked(POINTS, ["1", "2"], [11, -1])


@given(st.data())
def test_every_packed_ballot_of_a_poll_has_one_length_and_comes_back(data):
    poll = data.draw(st.sampled_from([APPROVAL, SOME, POINTS, RANKED, ONE]))
    ids = data.draw(st.lists(st.sampled_from(poll.ids), unique=True, max_size=poll.ceiling))
    points = []
    if poll is POINTS:
        left = poll.points
        for _ in ids:
            points.append(data.draw(st.integers(0, left)))
            left -= points[-1]
    try:
        marks = checked(poll, ids, points)
    except BadInput:
        marks = SPOILED
    assert len(packed(poll, marks)) == packed_length(poll)
    assert unpacked(packed(poll, marks)) == marks


def test_the_longest_ballots_fit():
    ids = ["甲" * 12, "乙" * 12, "c"]
    options = [{"id": id, "title": id, "cost_fen": 100} for id in ids]
    for more, points in (({}, []), ({"paper": "points", "points": 1000}, [998, 1, 1])):
        poll = held(options=options, **more)
        assert len(packed(poll, checked(poll, ids, points))) == packed_length(poll)
