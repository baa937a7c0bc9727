"""The wheels hold what the source holds: hatchling leaves out what .gitignore names without a word."""

import configparser
import itertools
import re
import zipfile
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

import linli
from tests.packaging.distributions import ROOT, Distribution, all_distributions, build_wheel
from tests.packaging.installed_size import needed

DISTRIBUTIONS = all_distributions()
LINLI, *PLUGINS = DISTRIBUTIONS
each = pytest.mark.parametrize("distribution", DISTRIBUTIONS, ids=lambda found: found.name)
each_plugin = pytest.mark.parametrize("plugin", PLUGINS, ids=lambda found: found.name)


@pytest.fixture(scope="module")
def wheels(tmp_path_factory) -> dict[str, zipfile.ZipFile]:
    folder = tmp_path_factory.mktemp("wheels")
    return {found.name: zipfile.ZipFile(build_wheel(found, folder)) for found in DISTRIBUTIONS}


def entry_points(wheel: zipfile.ZipFile) -> configparser.ConfigParser:
    (name,) = (name for name in wheel.namelist() if name.endswith(".dist-info/entry_points.txt"))
    parser = configparser.ConfigParser()
    parser.optionxform = str
    parser.read_string(wheel.read(name).decode())
    return parser


@each
def test_a_wheel_holds_every_file_of_its_packages_and_nothing_else(wheels, distribution: Distribution):
    held = {name for name in wheels[distribution.name].namelist() if ".dist-info/" not in name}
    assert held == distribution.shipped()


@each
def test_every_package_is_typed(wheels, distribution: Distribution):
    held = set(wheels[distribution.name].namelist())
    assert {f"{package.name}/py.typed" for package in distribution.packages()} <= held


@each
def test_no_test_is_shipped(wheels, distribution: Distribution):
    wrong = [
        name
        for name in wheels[distribution.name].namelist()
        if "tests" in Path(name).parts or Path(name).name.startswith(("test_", "conftest"))
    ]
    assert not wrong


def test_the_root_names_every_package_of_its_folders():
    found = {
        path.parent
        for folder in ("core", "site", "functions")
        for path in (ROOT / folder).glob("*/__init__.py")
    }
    assert found == set(LINLI.packages())


def test_linli_brings_its_command_and_its_licence(wheels):
    wheel = wheels["linli"]
    assert entry_points(wheel)["console_scripts"]["linli"] == "linli_cli.main:main"
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in wheel.namelist())


@each_plugin
def test_a_plugin_is_found_by_its_slug(wheels, plugin: Distribution):
    slug = plugin.folder.name
    assert plugin.name == f"linli-{slug}"
    assert [package.name for package in plugin.packages()] == [f"linli_{slug}"]
    # The hooks stand in the package itself, or in a module of their own where others import the package.
    hooks = {slug: f"linli_{slug}"}, {slug: f"linli_{slug}.plugin"}
    assert dict(entry_points(wheels[plugin.name])["linli.plugins"]) in hooks


@each_plugin
def test_a_plugin_asks_for_a_linli_that_this_one_is(plugin: Distribution):
    (wanted,) = (
        found for found in plugin.project["project"]["dependencies"] if re.match(r"linli\b(?!-)", found)
    )
    assert linli.__version__ in SpecifierSet(wanted.removeprefix("linli"))


def test_the_version_is_the_same_in_the_package_and_in_its_metadata():
    assert linli.__version__ == LINLI.project["project"]["version"]


def test_the_size_counts_what_linli_needs_and_not_what_its_extras_need():
    names = needed("linli")
    assert {"linli", "starlette", "anyio", "msgspec"} <= names
    assert not {"boto3", "pytest", "mypy"} & names


def test_the_lock_names_no_address_and_gives_every_package_a_hash():
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    assert "://" not in lock and "index" not in lock
    pinned = re.split(r"\n(?=[a-z0-9])", lock.strip())
    assert len(pinned) > 20
    assert not [entry.splitlines()[0] for entry in pinned if "--hash=sha256:" not in entry]


def test_the_lock_holds_every_dependency_that_the_project_names():
    project = LINLI.project["project"]
    named = [*project["dependencies"], *itertools.chain(*project["optional-dependencies"].values())]
    locked = set(re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements.lock").read_text("utf-8"), re.M))
    wanted = {re.split(r"[<>=!~\[]", name)[0].lower() for name in named}
    assert wanted <= locked
