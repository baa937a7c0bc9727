"""The place plugins as they are shipped: loaded by the configurations of the repository, cases and all."""

from datetime import date
from functools import cache
from pathlib import Path

import msgspec
import pytest

from linli.access import NOTICE_WORKING_DAYS, PLATE_LIMIT, REVIEW_WORKING_DAYS, TERM_MONTHS, vocabulary
from linli.citations import NATION
from linli.deployment import Deployment, check, load
from linli.findings import Verdict
from linli.parameters import Parameter
from linli.rulebook import Dates, Figures
from linli.rules import EntryFact
from tests.rules.cases import ROOT, Case, cases_of, facts_at, place_plugins, rulebook, said

CONFIGURATIONS = sorted((ROOT / "infra" / "deployments").glob("*.toml"))
DONGSI, CHAOYANGMEN = "110101006000", "110101007000"


@cache
def deployment(path: Path) -> Deployment:
    return load(path)


def covered(path: Path) -> list[Case]:
    """The cases of plugins that a deployment switches on, at places that it knows."""
    loaded = deployment(path)
    return [
        case
        for plugin in place_plugins()
        if plugin in loaded.plugins
        for case in cases_of(plugin)
        if case.place in loaded.places and case.moment in loaded.moments
    ]


@pytest.mark.parametrize("path", CONFIGURATIONS, ids=lambda path: path.stem)
def test_a_deployment_judges_the_cases_of_its_plugins_as_they_say(path: Path) -> None:
    cases = covered(path)
    assert cases
    for case in cases:
        facts: object = msgspec.convert(case.facts, facts_at(case.moment))
        entries = {(each.register, each.key): EntryFact(each.key, 1, each.values) for each in case.figures}
        book, dates = deployment(path).rulebook(case.place), Dates(case.happened, case.decided)
        judgement = book.judge(case.moment, facts, dates, Figures(entries, case.balances))
        assert {rule: said(judgement, rule) for rule in case.findings} == case.findings, case.name
        assert not case.verdict or judgement.verdict.value == case.verdict, case.name


@pytest.mark.parametrize("path", CONFIGURATIONS, ids=lambda path: path.stem)
def test_a_deployment_checks_without_a_fault_or_an_alarm(path: Path) -> None:
    assert [str(fault) for fault in check([path], date(2026, 11, 22))] == []


def test_every_figure_of_access_has_a_national_value_so_that_no_case_is_without_one() -> None:
    declared = [each for each in vars(vocabulary).values() if isinstance(each, Parameter)]
    for day in (date(1990, 1, 1), date(2026, 1, 1)):
        assert [each.id for each in declared if rulebook(NATION).setting(each, day) is None] == []


def test_a_figure_without_a_text_is_labelled_an_example() -> None:
    for plugin in place_plugins().values():
        assert [s.parameter.id for s in plugin.settings if s.cites is None and not s.example] == []


def test_two_streets_of_one_district_have_contradictory_figures_and_keep_apart() -> None:
    dongcheng = deployment(ROOT / "infra" / "deployments" / "dongcheng.toml")
    on = date(2026, 3, 2)
    for parameter in (NOTICE_WORKING_DAYS, REVIEW_WORKING_DAYS, TERM_MONTHS, PLATE_LIMIT):
        one, other = (dongcheng.rulebook(street).setting(parameter, on) for street in (DONGSI, CHAOYANGMEN))
        assert one is not None and other is not None
        assert (one.place, other.place) == (DONGSI, CHAOYANGMEN)
        assert one.value != other.value


def test_the_five_documents_that_the_account_of_beijing_names_are_cited_by_their_ids() -> None:
    named = {
        "beijing-community-measures-trial",
        "beijing-community-worker-measures-trial",
        "beijing-residents-assembly-rules",
        "beijing-consultation-meeting-rules",
        "beijing-disclosure-opinions",
    }
    on = Dates.on(date(2026, 3, 2))
    in_force = rulebook("110000000000").in_force("access.admit", on)
    cited = {cite.source.id: bound for bound in in_force for cite in bound.rule.cites}
    assert named <= set(cited)
    # Nobody here has read them, so nothing that cites them refuses.
    assert not [document for document in named if cited[document].rule.power is Verdict.REFUSE]
