"""Hooks that practices specify: named after the practice, answered by others, read where the answering plugin holds."""

import sys
from collections.abc import Iterable
from types import ModuleType
from typing import Any

import pytest

from linli.hookspecs import hookspec
from linli.plugins import Plugins, hook
from linli.rules import Rule
from tests.load.planted import (
    COMMUNITY,
    DISTRICT,
    OTHER_DISTRICT,
    PROVINCE,
    STREET,
    district,
    faults_of,
    hooked,
    keys_of,
    loaded,
    made_rule,
    practice,
    province,
    written,
)

LOCKED = ("province", "district", "practice")
SWITCHED_ON = {
    "990000000000-jia.toml": f'place = "{PROVINCE}"\ntitle = "甲省"\nplugins = ["province", "practice"]\n'
}


def specifying(**specs: type) -> ModuleType:
    """A practice that specifies hooks, each with the type of what it returns."""
    module = ModuleType("specified")
    for name, kind in specs.items():

        def spec() -> object:
            """Register something."""

        spec.__name__ = name
        spec.__annotations__["return"] = Iterable[kind]  # type: ignore[valid-type]
        setattr(module, name, hookspec(spec))
    return practice(linli_hookspecs=[module])


def test_an_answer_holds_where_the_plugin_that_gave_it_holds(tmp_path):
    path = written(tmp_path, SWITCHED_ON, plugins=LOCKED)
    own = specifying(practice_words=str)
    own.practice_words = hook(lambda: ["everywhere"])
    deployment = loaded(path, province(), district(practice_words=["here"]), own)
    assert deployment.answers(COMMUNITY) == {"practice_words": ("here", "everywhere")}
    assert deployment.answers(STREET) == deployment.answers(DISTRICT) == deployment.answers(COMMUNITY)
    assert deployment.answers(OTHER_DISTRICT) == {"practice_words": ("everywhere",)}


def test_a_practice_that_is_not_switched_on_at_a_place_answers_nothing_there(tmp_path):
    only = {
        "990100000000-yi.toml": f'place = "{DISTRICT}"\ntitle = "乙区"\nplugins = ["district"]\n',
        "990101000000-bing.toml": f'place = "{STREET}"\ntitle = "丙街道"\nplugins = ["practice"]\n',
    }
    own = specifying(practice_words=str)
    own.practice_words = hook(lambda: ["street"])
    deployment = loaded(written(tmp_path, only, plugins=LOCKED), province(), district(), own)
    assert deployment.answers(DISTRICT) == {"practice_words": ()}
    assert deployment.answers(COMMUNITY) == {"practice_words": ("street",)}


def test_rules_come_through_a_hook_of_a_practice(tmp_path):
    path = written(tmp_path, SWITCHED_ON, plugins=LOCKED)
    rules = [made_rule("quiet")]
    deployment = loaded(path, province(), district(practice_rules=rules), specifying(practice_rules=Rule))
    assert [bound.id for bound in deployment.rules] == ["district.hall.ask.quiet"]
    assert deployment.answers(COMMUNITY) == {}


def test_an_answer_of_another_type_is_told(tmp_path):
    path = written(tmp_path, SWITCHED_ON, plugins=LOCKED)
    faults = faults_of(path, province(), district(practice_words=[7]), specifying(practice_words=str))
    assert keys_of(faults) == [("district", "practice_words")]
    assert "第 1 项是 int，应是 str" in faults[0].message


def test_a_hook_is_named_after_the_practice_that_specifies_it(tmp_path):
    path = written(tmp_path, SWITCHED_ON, plugins=LOCKED)
    faults = faults_of(path, province(), district(), specifying(words=str, linli_rules=str))
    assert keys_of(faults) == [("practice", "linli_rules"), ("practice", "words")]


def test_without_the_practice_its_hook_is_unknown(tmp_path):
    faults = faults_of(written(tmp_path), province(), district(practice_words=["x"]))
    assert keys_of(faults) == [("district", "practice_words")]
    assert "没有这个钩子" in faults[0].message


def test_specifications_that_cannot_be_read_are_told(tmp_path):
    path = written(tmp_path, SWITCHED_ON, plugins=LOCKED)
    faults = faults_of(path, province(), district(), practice(linli_hookspecs=["no module"]))
    assert keys_of(faults) == [("practice", "linli_hookspecs")]


def test_hooks_of_one_deployment_are_unknown_in_another():
    one, faults = Plugins.load(["practice"], [specifying(practice_words=str)])
    other, _ = Plugins.load([])
    assert faults == []
    assert one.practice_hooks() == ["practice_words"]
    assert other.practice_hooks() == []


# What a plugin has to say of another one that it does not need


def extension(monkeypatch: pytest.MonkeyPatch, **hooks: Any) -> ModuleType:
    """The district's plugin, with a module of hooks for the practice beside it."""
    own = hooked("planted_district.practice", **hooks)
    monkeypatch.setitem(sys.modules, "planted_district.practice", own)
    return district(extends=["practice"])


def test_a_plugin_answers_a_practice_where_that_is_locked(tmp_path, monkeypatch):
    path = written(tmp_path, SWITCHED_ON, plugins=LOCKED)
    speaking = extension(monkeypatch, practice_words=["here"], practice_rules=[made_rule("quiet")])
    deployment = loaded(path, province(), speaking, specifying(practice_words=str, practice_rules=Rule))
    assert deployment.answers(COMMUNITY) == {"practice_words": ("here",)}
    assert [bound.id for bound in deployment.rules] == ["district.hall.ask.quiet"]
    assert [manifest.id for manifest in deployment.plugins if manifest.id.startswith("d")] == ["district"]


def test_where_the_practice_is_not_locked_nobody_looks_for_the_module(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "planted_district.practice", None)  # importing it would fail
    deployment = loaded(written(tmp_path), province(), district(extends=["practice"]))
    assert deployment.answers(COMMUNITY) == {}


def test_an_extension_that_is_not_there_is_told_with_its_name(tmp_path):
    path = written(tmp_path, SWITCHED_ON, plugins=LOCKED)
    faults = faults_of(path, province(), district(extends=["practice"]), specifying(practice_words=str))
    assert keys_of(faults) == [("district", "planted_district.practice")]
    assert "从 extends 里去掉 practice" in faults[0].cure


@pytest.mark.parametrize("name", ["linli_manifest", "linli_hookspecs", "practice_weather"])
def test_an_extension_is_no_plugin_and_knows_only_known_hooks(tmp_path, monkeypatch, name):
    path = written(tmp_path, SWITCHED_ON, plugins=LOCKED)
    speaking = extension(monkeypatch, **{name: []})
    faults = faults_of(path, province(), speaking, specifying(practice_words=str))
    assert keys_of(faults) == [("district", name)]
    assert "没有这个钩子" in faults[0].message
