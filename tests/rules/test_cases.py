"""The cases that each place plugin ships: every one holds, and together they try every rule on every edge."""

from datetime import timedelta

import pytest

from linli.findings import Verdict
from linli.rules import Force, Rule
from tests.rules.cases import NOT_IN_FORCE, STRUCK, Case, cases_of, heard_on, judge, place_plugins, said

PLUGINS = sorted(place_plugins())
CASES = {f"{plugin}: {case.name}": case for plugin in PLUGINS for case in cases_of(plugin)}
WITH_DAYS = {name: case for name, case in CASES.items() if case.days}
STOPPED = {Verdict.REFUSE.value, Verdict.REQUIRE.value, Verdict.REVIEW.value, STRUCK}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_case_is_judged_as_the_plugin_says(case: Case) -> None:
    judgement = judge(case)
    heard = {rule: said(judgement, rule) for rule in case.findings}
    assert heard == case.findings, _explain(case)
    if case.verdict:
        assert judgement.verdict.value == case.verdict, _explain(case)
    terms = {
        id: list(set_to) if isinstance(set_to, tuple) else set_to for id, set_to in judgement.terms.items()
    }
    assert {term: terms.get(term) for term in case.terms} == case.terms, _explain(case)


@pytest.mark.parametrize("case", WITH_DAYS.values(), ids=WITH_DAYS)
def test_the_rule_says_each_day_what_the_law_of_that_day_says(case: Case) -> None:
    for rule, days in case.days.items():
        assert {day: said(judge(case, day), rule) for day in days} == days, rule


@pytest.mark.parametrize("plugin", PLUGINS)
def test_every_case_names_only_rules_that_there_are(plugin: str) -> None:
    known = {bound.id for each in place_plugins().values() for bound in each.bound()}
    named = {id for case in cases_of(plugin) for id in (*case.findings, *case.days)}
    assert sorted(named - known) == []


@pytest.mark.parametrize("plugin", PLUGINS)
def test_every_reason_to_stop_says_what_would_cure_it(plugin: str) -> None:
    without = [
        (case.name, heard.rule)
        for case in cases_of(plugin)
        for heard in judge(case).findings
        if heard.verdict in (Verdict.REFUSE, Verdict.REQUIRE) and not (heard.reason and heard.cure)
    ]
    assert without == []


@pytest.mark.parametrize("plugin", PLUGINS)
def test_every_rule_is_stopped_and_passed(plugin: str) -> None:
    heard = {rule.slug: set[str]() for rule in place_plugins()[plugin].rules}
    for slug, _, answer in heard_on(plugin):
        heard[slug].add(answer)
    missing = [
        f"{rule.slug} has no case that {what}"
        for rule in place_plugins()[plugin].rules
        for what, answers in _wanted(rule).items()
        if not heard[rule.slug] & answers
    ]
    assert missing == []


@pytest.mark.parametrize("plugin", PLUGINS)
def test_every_rule_is_tried_on_its_first_and_last_day_and_beside_them(plugin: str) -> None:
    heard = {(slug, day): answer for slug, day, answer in heard_on(plugin)}
    missing = []
    for rule in place_plugins()[plugin].rules:
        day = timedelta(days=1)
        edges = {rule.since: True, rule.since - day: False}
        if rule.until is not None:
            edges |= {rule.until: True, rule.until + day: False}
        for on, in_force in edges.items():
            answer = heard.get((rule.slug, on))
            if answer is None:
                missing.append(f"{rule.slug} has no case on {on}")
            elif (answer != NOT_IN_FORCE) is not in_force:
                missing.append(f"{rule.slug} on {on} is {answer}")
    assert missing == []


def _wanted(rule: Rule) -> dict[str, set[str]]:
    """The answers that cases of a rule must show: one that lets pass and one that stops.

    An exemption, a guarantee that secures the act and a rule that only sets terms stop nothing: they hold or do not.
    """
    stops_nothing = rule.force is Force.EXEMPTION or rule.secures or rule.power is Verdict.SATISFIED
    if stops_nothing:
        return {"it holds for": {Verdict.SATISFIED.value}, "it leaves alone": {Verdict.NOT_APPLICABLE.value}}
    return {"it lets pass": {Verdict.SATISFIED.value}, "it stops": STOPPED}


def _explain(case: Case) -> str:
    judgement = judge(case)
    lines = [f"{judgement.verdict} {judgement.terms} {judgement.disputed}"]
    lines += [f"  {h.rule}: {said(judgement, h.rule)} {h.reason} → {h.cure}" for h in judgement.findings]
    return "\n".join(lines)
