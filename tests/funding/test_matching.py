"""Stable matching: the property that names it, and the cases that people would ask about."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.errors import BadInput
from linli.funding.matching import Choices, Matching, blocking_pairs, match

NEEDS, OFFERS = ("n1", "n2", "n3", "n4", "n5"), ("o1", "o2", "o3", "o4")


def lists(names: tuple[str, ...], others: tuple[str, ...]) -> st.SearchStrategy[dict[str, list[str]]]:
    """A list of some of the others, in some order, for each name."""
    one = st.permutations(others).flatmap(lambda p: st.integers(0, len(p)).map(lambda n: list(p[:n])))
    return st.fixed_dictionaries(dict.fromkeys(names, one))


@settings(max_examples=150, deadline=None)
@given(lists(NEEDS, OFFERS), lists(OFFERS, NEEDS))
def test_no_need_and_offer_would_both_rather_have_each_other(needs: Choices, offers: Choices) -> None:
    assert blocking_pairs(match(needs, offers), needs, offers) == []


@settings(max_examples=100, deadline=None)
@given(lists(NEEDS, OFFERS), lists(OFFERS, NEEDS))
def test_everyone_is_matched_once_or_listed_as_alone_and_only_with_whom_they_accept(
    needs: Choices, offers: Choices
) -> None:
    found = match(needs, offers)
    assert sorted([need for need, _ in found.pairs] + list(found.needs_alone)) == sorted(NEEDS)
    assert sorted([offer for _, offer in found.pairs] + list(found.offers_alone)) == sorted(OFFERS)
    assert all(offer in needs[need] and need in offers[offer] for need, offer in found.pairs)


@settings(max_examples=60, deadline=None)
@given(lists(NEEDS, OFFERS), lists(OFFERS, NEEDS), st.permutations(NEEDS))
def test_the_order_of_entry_decides_nothing(needs: Choices, offers: Choices, order: list[str]) -> None:
    assert match({need: needs[need] for need in order}, offers) == match(needs, offers)


def test_needs_get_the_best_that_is_stable_for_them() -> None:
    needs = {"a": ["x", "y"], "b": ["y", "x"]}
    offers = {"x": ["b", "a"], "y": ["a", "b"]}
    assert match(needs, offers).pairs == (("a", "x"), ("b", "y"))


def test_an_unstable_matching_is_found_out() -> None:
    needs, offers = {"a": ["x", "y"], "b": ["x", "y"]}, {"x": ["a", "b"], "y": ["a", "b"]}
    wrong = Matching((("a", "y"), ("b", "x")), (), ())
    assert blocking_pairs(wrong, needs, offers) == [("a", "x")]


def test_who_is_on_nobodys_list_is_listed_as_alone() -> None:
    found = match({"a": ["x"], "b": ["x"]}, {"x": ["a"], "y": []})
    assert found == Matching((("a", "x"),), ("b",), ("y",))


def test_a_name_that_nobody_knows_is_refused() -> None:
    with pytest.raises(BadInput, match="不在名单上"):
        match({"a": ["z"]}, {"x": ["a"]})


def test_a_name_listed_twice_is_refused() -> None:
    with pytest.raises(BadInput, match="两次"):
        match({"a": ["x", "x"]}, {"x": ["a"]})
