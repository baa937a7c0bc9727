"""Equal shares against its definition, written out slowly with a purse for every voter."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.errors import BadInput
from linli_votes.certificates import count
from linli_votes.elections import Election, Kind
from linli_votes.equal_shares import CARDINALITY, COST, Shares
from linli_votes.methods import Given
from linli_votes.rounds import Verdict
from linli_votes.tallies import tally
from linli_votes.ties import tie_order
from tests.votes.drawn import election, elections


def by_definition(held: Election, endowment: Fraction, utility: str) -> list[str]:
    """Raise the price of a point until the supporters can pay; buy what gives most for it; begin again."""
    voters = [ballot for ballot, number in held.weighed() for _ in range(number)]
    purses = [endowment] * len(voters)
    order = tie_order(held, tally(held))
    left = set(range(len(held.projects)))
    bought: list[str] = []
    while True:
        best = None
        for at in left:
            cost = held.projects[at].cost
            gets = {
                voter: Fraction(ballot.points[ballot.choices.index(at)]) * (cost if utility == COST else 1)
                for voter, ballot in enumerate(voters)
                if at in ballot.choices
            }
            if not gets or sum(purses[voter] for voter in gets) < cost:
                continue
            # The price lies at one of the prices at which a purse runs dry, or behind them.
            dry = sorted({purses[voter] / gain for voter, gain in gets.items()})
            for price in dry:
                if sum(min(purses[voter], price * gain) for voter, gain in gets.items()) >= cost:
                    poor = {voter for voter, gain in gets.items() if purses[voter] < price * gain}
                    rich = sum(gain for voter, gain in gets.items() if voter not in poor)
                    price = (cost - sum(purses[voter] for voter in poor)) / rich
                    break
            key = price, order[at], at
            if best is None or key < best[0]:
                best = key, gets
        if best is None:
            return bought
        (price, _, at), gets = best
        for voter, gain in gets.items():
            purses[voter] -= min(purses[voter], price * gain)
        left.discard(at)
        bought.append(held.projects[at].id)


def bought(held: Election, endowment: Fraction, utility: str) -> list[str]:
    shares = Shares(held, tally(held), utility)
    return [held.projects[each.project].id for each in shares.buy(endowment)]


@given(
    elections() | elections(Kind.CUMULATIVE) | elections(Kind.ORDINAL),
    st.fractions(0, 40, max_denominator=12),
    st.sampled_from([COST, CARDINALITY]),
)
def test_equal_shares_buys_what_its_definition_buys(held, endowment, utility):
    assert bought(held, endowment, utility) == by_definition(held, endowment, utility)


@given(elections())
def test_no_supporter_pays_more_than_an_equal_share(held):
    counted = count(held, "equalshares")
    share = Fraction(held.budget, max(held.voters, 1))
    chosen = {round.project: round.price for round in counted.rounds if round.verdict is Verdict.CHOSEN}
    assert all(price <= share for price in chosen.values())
    positions = {project.id: at for at, project in enumerate(held.projects)}
    for ballot, _ in held.ballots:
        most = sum(min(price, share) for id, price in chosen.items() if positions[id] in ballot.choices)
        assert most >= 0
    supporters = {id: tally(held).votes[positions[id]] for id in chosen}
    costs = {project.id: project.cost for project in held.projects}
    assert all(price * supporters[id] >= costs[id] for id, price in chosen.items())


@given(elections())
def test_add_1_stops_at_the_last_endowment_that_keeps_the_budget(held):
    counted = count(held, "equalshares/add1")
    endowment = Fraction(counted.certificate.parameters["endowment"]) if held.voters else Fraction(0)
    costs = {project.id: project.cost for project in held.projects}
    assert set(counted.selected) == set(by_definition(held, endowment, COST)) or not held.voters
    buyable = {id for id, votes in zip(costs, tally(held).votes, strict=True) if votes}
    if set(counted.selected) != buyable:
        step = Fraction(endowment.numerator // endowment.denominator + 1)
        assert sum(costs[id] for id in by_definition(held, step, COST)) > held.budget


@given(elections())
def test_the_comparison_takes_what_more_ballots_hold_more_of(held):
    shares, greedy = count(held, "equalshares"), count(held, "greedy")
    better = 0
    for ballot, number in held.ballots:
        ids = {held.projects[choice].id for choice in ballot.choices}
        gain = len(ids & set(greedy.selected)) - len(ids & set(shares.selected))
        better += number * ((gain > 0) - (gain < 0))
    expected = greedy if better > 0 else shares
    assert set(count(held, "equalshares-comparison").selected) == set(expected.selected)


def test_a_minority_gets_its_share():
    costs = {"a": 50, "b": 50, "c": 40}
    held = election(costs, ["a,b"] * 6 + ["c"] * 4, 100)
    assert count(held, "greedy").selected == ("a", "b")
    assert count(held, "equalshares").selected == ("a", "c")


def test_who_has_less_left_pays_what_is_left():
    held = election({"a": 6, "b": 9}, ["a,b", "a,b", "b"], 15)
    counted = count(held, "equalshares")
    # Everyone has 5. b has three supporters and is bought first at 3 each; a then costs 2 more than is left.
    assert [(round.project, round.price) for round in counted.rounds if round.price] == [("b", 3)]
    assert {round.project: round.verdict for round in counted.rounds}["a"] is Verdict.TOO_EXPENSIVE


def test_a_project_that_nobody_supports_is_not_bought_even_where_all_fit():
    counted = count(election({"a": 5, "b": 5}, ["a"], 100), "equalshares/add1")
    assert counted.selected == ("a",)
    assert {round.project: round.verdict for round in counted.rounds}["b"] is Verdict.NOT_SUPPORTED


def test_a_project_that_costs_nothing_is_bought_by_whoever_supports_it():
    counted = count(election({"a": 0, "b": 0, "c": 100}, ["a,c"], 100), "equalshares")
    assert counted.selected == ("a", "c")


def test_decimals_are_exact():
    held = election({"a": Fraction("33.34"), "b": Fraction("66.66")}, ["a", "b", "b"], 100)
    assert count(held, "equalshares").selected == ("b",)


def test_an_unknown_utility_is_refused():
    with pytest.raises(BadInput, match="效用"):
        Given(utility="joy")
