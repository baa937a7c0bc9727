"""What a gift was used for, first in, first out, and which gifts a change can touch."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from linli.funds.tracing import Portion, Traced
from linli.matter_books import Item
from linli.public_books import changed_gifts

AMOUNTS = st.lists(st.integers(1, 50), max_size=12)
KEY = "fund/F/居民自筹:非限定"


def test_every_fen_of_a_gift_is_followed_once() -> None:
    traced = Traced([300, 700], [500, 100])
    assert [list(traced.portions(gift)) for gift in (0, 1)] == [
        [Portion(300, 0)],
        [Portion(200, 0), Portion(100, 1), Portion(400)],
    ]


@given(AMOUNTS, AMOUNTS)
def test_portions_add_up_to_their_gift_and_to_what_was_spent(came: list[int], went: list[int]) -> None:
    while sum(went) > sum(came):
        went = went[:-1]
    traced = Traced(came, went)
    spent = [0] * len(went)
    for gift, amount in enumerate(came):
        portions = list(traced.portions(gift))
        assert sum(portion.amount for portion in portions) == amount
        for portion in portions:
            if portion.by is not None:
                spent[portion.by] += portion.amount
    assert spent == went


def items(amounts: list[int]) -> list[Item]:
    """Items in the order of the log; what would take more than is there is left out."""
    found: list[Item] = []
    held = 0
    for position, amount in enumerate(amounts):
        if held + amount >= 0 and amount:
            held += amount
            found.append(
                Item(f"M{position}", position, date(2026, 1, 1), amount, f"第{position}笔", f"M{position}")
            )
    return found


SIGNED = st.lists(st.integers(-40, 40), max_size=14)


@given(SIGNED, SIGNED, st.integers(0, 14))
def test_a_change_touches_no_gift_that_is_not_looked_at(one: list[int], two: list[int], kept: int) -> None:
    before, after = items(one), items([*one[:kept], *two])
    was, now = changed_gifts(KEY, before, after)
    _, whole_before = changed_gifts(KEY, [], before)
    _, whole_after = changed_gifts(KEY, [], after)
    differing = {
        name
        for name in whole_before.keys() | whole_after.keys()
        if whole_before.get(name) != whole_after.get(name)
    }
    assert {name for name in was.keys() | now.keys() if was.get(name) != now.get(name)} == differing
    assert all(whole_before[name] == gift for name, gift in was.items())
    assert all(whole_after[name] == gift for name, gift in now.items())
