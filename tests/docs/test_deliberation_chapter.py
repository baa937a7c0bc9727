"""The chapter on deliberation against what the three practices bring: hooks, moments, parameters, and its examples."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from types import ModuleType

import pytest

import linli_bodies.hookspecs
import linli_bodies.plugin
import linli_compacts.hookspecs
import linli_compacts.plugin
import linli_deliberation.hookspecs
import linli_deliberation.plugin
from linli_deliberation import Convening, Sitting, Way
from linli_deliberation.sittings import Basis
from linli_deliberation.vocabulary import ALL_PARAMETERS, QUORUM_LEAST
from tests.docs.chapters import blocks, read, sections

CHAPTER = read("deliberation.md")
PRACTICES = (linli_bodies.plugin, linli_deliberation.plugin, linli_compacts.plugin)
HOOKS = (linli_bodies.hookspecs, linli_deliberation.hookspecs, linli_compacts.hookspecs)
TUNING = sections(CHAPTER)["What a place can set"]


def test_every_hook_of_the_practices_is_named() -> None:
    hooks = {name for module in HOOKS for name, spec in vars(module).items() if hasattr(spec, "linli_spec")}
    named = re.findall(r"`(\w+)`", TUNING.splitlines()[2] + TUNING.splitlines()[1])
    assert hooks == set(named) - {"extends"}


def test_every_moment_is_listed_and_no_other() -> None:
    judged = {
        procedure.moment(action.id)
        for practice in PRACTICES
        for procedure in practice.linli_procedures()
        for action in procedure.actions.values()
        if action.judged
    }
    table = TUNING.split("Parameters.")[0]
    assert set(re.findall(r"`(\w+\.\w+)`", table)) == judged


def test_every_parameter_is_listed_with_its_bound() -> None:
    listed = re.findall(r"^\| `([\w.]+)` \| (\w+) \|", TUNING, re.MULTILINE)
    assert listed == [(p.id, p.bound.value) for practice in PRACTICES for p in practice.linli_parameters()]


def test_the_ways_to_carry_a_plan_out_are_the_three_there_are() -> None:
    table = sections(CHAPTER)["Consultation in five steps"]
    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == [way.value for way in Way]


def test_the_registers_to_import_are_there() -> None:
    known = {register.id for practice in PRACTICES for register in practice.linli_registers()}
    table = sections(CHAPTER)["Switch it on"]
    assert set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) <= known


def test_the_figure_is_one_that_a_place_may_give() -> None:
    (figure,) = tomllib.loads(blocks(TUNING, "toml")[0].text)["parameters"]
    assert figure["id"] in {parameter.id for parameter in ALL_PARAMETERS}


@pytest.mark.parametrize(("present", "verdict"), [(4, "refuse"), (5, "satisfied")])
def test_the_rule_of_the_example_counts(present: int, verdict: str) -> None:
    module = ModuleType("example")
    exec(compile(blocks(TUNING, "python")[0].text, "deliberation.md", "exec"), module.__dict__)
    (rule,) = module.deliberation_rules()
    call = Convening(
        body="320613001001-g01:grid_forum",
        convener="320613001001:residents_committee",
        basis=Basis.MEMBERS,
        base=10,
        held_on=date(2026, 3, 2),
    )
    found = rule.judge(Sitting(call=call, place="320613001001", counted=True, present=present), {})
    assert found.verdict.value == verdict
    assert dict(found.terms)[QUORUM_LEAST.id] == 5
