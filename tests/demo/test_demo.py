"""The demo shows everything there is: a test fails that names what never occurs."""

from __future__ import annotations

from pathlib import Path

import pytest

from linli.places import Level
from linli.registry import current
from linli.store_check import check
from linli_functions.demo_build import AS_OF
from linli_functions.demo_cast import cast, streets
from linli_functions.demo_home import prepare
from linli_functions.demo_script import read_script
from linli_functions.opening import House
from tests.demo.conftest import INFRA
from tests.demo.occurred import (
    Occurred,
    every_matter,
    heard_by_slug,
    possible_actions,
    possible_sayings,
    possible_verdicts,
    shipped_rules,
)

Story = dict[str, Occurred]
DISTRICT, STREET = 300, 40

# A verification without its ground is turned away as bad input, so no step ever holds this finding.
TURNED_AWAY = {("jinjiang.ambiguous-items-need-a-ground", "require")}


def test_every_action_occurs(house: House, story: Story) -> None:
    taken = set().union(*(each.actions for each in story.values()))
    assert sorted(possible_actions(house.values()) - taken) == []


@pytest.mark.parametrize("verdict", sorted(possible_verdicts()))
def test_every_verdict_occurs(story: Story, verdict: str) -> None:
    assert any(verdict in each.verdicts for each in story.values())


def test_every_shipped_rule_says_something(house: House, story: Story) -> None:
    said = set().union(*(each.said for each in story.values()))
    spoke = {rule for rule, what in said if what != "not_applicable"}
    assert sorted(shipped_rules(service.deployment for service in house.values()) - spoke) == []


def test_every_rule_says_all_that_its_cases_say(story: Story) -> None:
    heard = heard_by_slug(set().union(*(each.said for each in story.values())))
    assert sorted(possible_sayings() - heard - TURNED_AWAY) == []


# A call from its announcement to the last fen, and a fund from its opening to the accounts of the year, everywhere;
# what a place is known for, there.
MONEY = {
    "": {
        "call": {"publish", "close"},
        "grant": {
            "apply",
            "qualify",
            "score",
            "conclude",
            "discuss",
            "award",
            "object",
            "answer",
            "sign",
            "report",
        }
        | {"midterm", "pay", "shift", "extend", "evaluate", "settlement", "repay", "opine", "close"},
        "fund": {"open", "disclose", "close_year"},
        "contribution": {"record"},
        "payment": {"submit", "approve", "pay", "bounce", "clear"},
        "goods": {"receive", "hand_out"},
    },
    "shangcheng": {
        "fund": {"hand_back"},
        "pledge": {"invite", "pledge", "conclude"},
        "fair": {"enter", "match"},
    },
    "dongcheng": {"fund": {"complete"}},
}
# What has to be refused or sent back in the demo of a place, so that visitors can read why.
STOPPED = {
    "jinjiang": {
        "jinjiang.payment.submit.allowance-of-a-community-holds",
        "jinjiang.payment.submit.emergency-money-is-for-emergencies",
        "jinjiang.payment.submit.reward-is-paid-once",
    },
    "shangcheng": {
        "national.contribution.record.source-is-known",
        "national.payment.submit.yearly-limits-hold",
        "national.pledge.invite.online-collection-needs-a-licence",
        "shangcheng.fund.open.special-fund-has-four-programmes",
    },
    "dongcheng": {
        "dongcheng.fund.open.committee-money-has-a-named-sub-account",
        "dongcheng.fund.open.special-fund-keeps-its-yearly-sum",
        "national.payment.submit.yearly-limits-hold",
    },
    "chongchuan": {
        "chongchuan.grant.apply.resources-fit-the-task",
        "national.grant.apply.project-is-described",
    },
    "lugu": {
        "national.grant.qualify.applicant-may-receive-money",
        "national.payment.submit.restricted-money-keeps-its-purpose",
    },
}


@pytest.mark.parametrize("slug", sorted(STOPPED))
def test_the_money_of_a_place_is_told_from_the_call_to_the_last_fen(story: Story, slug: str) -> None:
    for told in ("", slug):
        for procedure, actions in MONEY.get(told, {}).items():
            missing = {(procedure, action) for action in actions} - story[slug].actions
            assert sorted(missing) == [], slug
    stopped = {rule for rule, said in story[slug].said if said in ("refuse", "require")}
    assert sorted(STOPPED[slug] - stopped) == [], slug


# What residents settled among themselves, where an account tells of it: the real cases and how each of them went.
SETTLED = {
    "dongcheng": {
        "meeting": {"call", "hold", "vote", "conclude", "follow"},
        "compact": {"draft", "review", "begin", "revise", "conclude", "adopt", "file"},
        "compact_request": {"apply", "settle"},
        "manual": {"issue"},
        "consultation": {"raise", "discuss", "decide", "implement", "appraise"},
        "task": {"open", "report", "accept"},
    },
    "jinjiang": {
        "proposal": {"raise_on_paper", "submit", "accept", "forward", "complete"},
        "meeting": {"call", "hold", "vote", "conclude"},
    },
}


@pytest.mark.parametrize("slug", sorted(SETTLED))
def test_what_residents_settled_is_told(story: Story, slug: str) -> None:
    for procedure, actions in SETTLED[slug].items():
        assert sorted({(procedure, action) for action in actions} - story[slug].actions) == [], slug


def test_the_parking_rules_of_a_building_go_from_trial_to_rule(house: House) -> None:
    texts = [current(house["dongcheng"].desk, "compact_texts", f"DC-TC-12.v{number}") for number in (1, 2, 3)]
    assert [each["nature"] for each in texts] == ["trial", "agreement", "compact"]
    assert [str(each["since"])[:7] for each in texts] == ["2014-06", "2016-04", "2018-09"]
    assert [each["predecessor"] for each in texts] == ["", "DC-TC-12.v1", "DC-TC-12.v2"]


def test_seven_signed_and_eighty_one_came(house: House) -> None:
    steps = [step for steps in every_matter(house["jinjiang"]) for step in steps]
    signed = [step.facts["signers"] for step in steps if step.action == "raise_on_paper"]
    assert 7 in [len(signers) for signers in signed]
    (came,) = [step for step in steps if step.facts.get("on_paper") == 81]
    assert came.happened.isoformat() == "2009-09-18"
    votes = [step for step in steps if step.matter == came.matter and step.action == "vote"]
    adopted = [
        current(house["jinjiang"].desk, "resolutions", f"{came.matter}:{n}")["adopted"] for n in range(1, 6)
    ]
    assert (len(votes), adopted) == (5, [True, True, True, False, False])


def test_a_district_has_hundreds_of_matters_in_all_its_streets(house: House, story: Story) -> None:
    for slug, each in story.items():
        deployment = house[slug].deployment
        top = deployment.places[deployment.place].level
        assert each.matters >= (DISTRICT if top is Level.DISTRICT else STREET), slug
        communities = {place.code for place in deployment.places.below(deployment.place, Level.COMMUNITY)}
        assert len(each.places & communities) > len(communities) * 0.8, slug
        for street in streets(deployment):
            below = {place.code for place in deployment.places.below(street.code, Level.COMMUNITY)}
            assert not below or below & each.places, f"{slug} {street.title}"


def test_every_step_is_entered_on_its_day_of_the_story(story: Story) -> None:
    for slug, each in story.items():
        assert min(each.days).year == 2025, slug
        assert max(each.days) <= AS_OF, slug


def test_the_stores_are_sound(house: House) -> None:
    for service in house.values():
        assert check(service.store) == []


def test_nobody_has_a_name(house: House) -> None:
    for service in house.values():
        members = cast(service.deployment, read_script(service.deployment))
        assert all(member.subject.startswith("demo-") for member in members)


def test_a_second_start_builds_nothing(home: Path) -> None:
    known, fresh = prepare(INFRA, home, print)
    assert (known.state, fresh) == ("ready", False)
