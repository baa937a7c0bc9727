"""No name of a place stands in core, functions or site: not in code, nor in a comment, a template or an example.

The names come from what place plugins say of themselves: the places that they register, with their codes, and their
own slugs. Names of practices are plain words, see `test_layers`; what is looked for here is how they would be reached,
their import packages. The nation is no such place: the core knows it as the top of every tree. The handbook in
site/docs may name real places where it tells of them.
"""

import re
from collections.abc import Iterator
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from linli.places import Level, Place
from linli.plugins import GROUP
from tests.architecture.test_layers import PARTS, ROOT, plain_words, plugin_packages

TEXTS = {".py", ".html", ".css", ".js", ".xml", ".txt", ".md", ".toml", ".json", ".csv", ".svg"}
LARGE = {Level.PROVINCE, Level.CITY, Level.DISTRICT}
# A term of administration that is also the title of a node in the tree of places.
NO_NAMES = {"市辖区"}


@cache
def places() -> dict[str, Place]:
    """Every place below the nation that a plugin of this repository registers, by code."""
    found: dict[str, Place] = {}
    for point in entry_points(group=GROUP):
        module = point.load()
        if point.value.split(".")[0] in plugin_packages() and hasattr(module, "linli_places"):
            found |= {p.code: p for p in module.linli_places() if p.level is not Level.NATION}
    assert found
    return found


@cache
def words() -> re.Pattern[str]:
    """Names and codes of places, slugs of place plugins, import packages of all plugins."""
    named = {place.title for place in places().values()} - NO_NAMES
    # What people call a large place: without the word for its level, if a name is left.
    named |= {
        short
        for place in places().values()
        if place.level in LARGE and place.title not in NO_NAMES
        if len(short := re.sub(r"[省市区县]$", "", place.title)) > 1
    }
    packages = set(plugin_packages())
    latin = packages | {name.replace("_", "-") for name in packages}
    latin |= {package.removeprefix("linli_") for package in packages} - plain_words()
    latin |= set(places()) | {code[:6] for code in places() if not code[:6].endswith("0000")}
    chinese = "|".join(map(re.escape, sorted(named, key=len, reverse=True)))
    other = "|".join(map(re.escape, sorted(latin, key=len, reverse=True)))
    return re.compile(rf"{chinese}|(?<![A-Za-z0-9])(?:{other})(?![A-Za-z0-9])", re.IGNORECASE)


def named(text: str) -> Iterator[tuple[int, str]]:
    """Each name in a text, with the number of its line."""
    for number, line in enumerate(text.splitlines(), 1):
        for found in words().finditer(line):
            yield number, found[0]


def named_below(folder: Path) -> list[str]:
    """Where a name stands in the texts of a folder."""
    return [
        f"{path.relative_to(ROOT)}:{number}: {name}"
        for path in sorted(folder.rglob("*"))
        if path.suffix in TEXTS and "__pycache__" not in path.parts
        for number, name in named(path.read_text("utf-8"))
    ]


@pytest.mark.parametrize("part", PARTS)
def test_no_place_is_named(part):
    wrong = named_below(ROOT / PARTS[part])
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("package", [p for p, path in plugin_packages().items() if "practices" in path.parts])
def test_a_practice_names_no_place(package):
    # It names itself, and the practices that it extends.
    allowed = re.compile(r": linli[_-]", re.IGNORECASE)
    wrong = [each for each in named_below(plugin_packages()[package]) if not allowed.search(each)]
    assert not wrong, "\n".join(wrong)


def test_names_are_found_in_comments_codes_paths_and_longer_words():
    assert [
        name for _, name in named("# as 东城 does it\nplaces/110101/index.html\nx = '110101007001-g03'")
    ] == [
        "东城",
        "110101",
        "110101007001",
    ]
    assert [name for _, name in named("dongcheng-next.toml, linli_votes, linli-dongcheng")] == [
        "dongcheng",
        "linli_votes",
        "linli-dongcheng",
    ]
    assert list(named("votes, bodies and compacts are plain words; national too; 市辖区 is a term")) == []
