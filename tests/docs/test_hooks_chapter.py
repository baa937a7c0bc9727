"""The chapter on hooks against `linli.hookspecs`: names, signatures, examples; every hook against what is shipped."""

import ast
from pathlib import Path
from types import ModuleType

import pytest

from linli import hookspecs
from linli.configuration import DeploymentFile, read
from linli.plugins import PRACTICE, Manifest, Plugins, hook, registered_types
from tests.docs.chapters import ROOT, blocks, sections
from tests.docs.chapters import read as chapter

SPECIFIED = {name: spec for name, spec in vars(hookspecs).items() if hasattr(spec, "linli_spec")}
SECTIONS = sections(chapter("hooks.md"))
REGISTERING = sorted(set(SPECIFIED) - {"linli_manifest"})

# A hook without a shipped user, and why. The test below fails when one is used after all.
NOT_USED_YET = {
    "linli_rules": "every shipped practice that rules judge brings a hook of its own",
}


def signatures() -> dict[str, str]:
    """The first line of each specification as the file has it."""
    tree = ast.parse(Path(str(hookspecs.__file__)).read_text("utf-8"))
    return {
        node.name: f"def {node.name}({ast.unparse(node.args)}) -> {ast.unparse(node.returns)}"
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name in SPECIFIED and node.returns is not None
    }


def test_every_hook_has_a_section_and_no_other_has() -> None:
    assert list(SECTIONS) == list(SPECIFIED)


@pytest.mark.parametrize("name", SPECIFIED)
def test_a_section_opens_with_the_exact_signature(name: str) -> None:
    assert blocks(SECTIONS[name], "python")[0].text.strip() == signatures()[name]


def example_of(name: str) -> ModuleType:
    """The section's example as a plugin's module; where it says nothing of itself, as a practice."""
    module = ModuleType("example")
    exec(compile(blocks(SECTIONS[name], "python")[1].text, f"hooks.md {name}", "exec"), module.__dict__)
    if not hasattr(module, "linli_manifest"):

        @hook
        def linli_manifest() -> Manifest:
            return Manifest("river", "乙区", PRACTICE)

        module.__dict__["linli_manifest"] = linli_manifest
    return module


def test_the_example_of_a_manifest_is_one() -> None:
    plugins, faults = Plugins.load([], [example_of("linli_manifest")])
    assert faults == []
    assert plugins["river"].requires == ("national",)


@pytest.mark.parametrize("name", REGISTERING)
def test_the_example_registers_what_the_hook_takes(name: str) -> None:
    plugins, faults = Plugins.load([], [example_of(name)])
    brought, wrong = plugins.brought(name)
    own = [each.what for each in brought if each.plugin == "river"]
    assert (faults, wrong) == ([], [])
    assert own and all(isinstance(thing, registered_types()[name]) for thing in own)


def shipped() -> Plugins:
    """Every plugin that a shipped deployment locks."""
    ids: set[str] = set()
    for path in sorted((ROOT / "infra" / "deployments").glob("*.toml")):
        config, _ = read(path, DeploymentFile)
        assert config is not None
        ids |= set(config.plugins)
    plugins, faults = Plugins.load(ids)
    assert faults == []
    return plugins


def test_every_hook_is_exercised_by_the_core_or_a_shipped_plugin() -> None:
    plugins = shipped()
    unused = {name for name in REGISTERING if not plugins.brought(name)[0]}
    assert unused == set(NOT_USED_YET)
