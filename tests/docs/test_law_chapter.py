"""The chapter on the law against the values that it names and the texts that are cited without being held."""

import re
from enum import StrEnum

import pytest

from linli.access import Duty, Kind, Nature, StationFunction
from tests.docs.chapters import read, sections
from tests.rules.cases import brought, place_plugins

LAW = sections(read("law.md"))
AXES = LAW["The axes of an access matter"]


@pytest.mark.parametrize(("field", "members"), [("duty", Duty), ("nature", Nature), ("kinds", Kind)])
def test_an_axis_has_its_values_with_the_words_that_residents_read(
    field: str, members: type[StrEnum]
) -> None:
    (row,) = [row for row in AXES.splitlines() if f"| `{field}` |" in row]
    values = row.split("|")[3]
    assert re.findall(r"`(\w+)` (\S+?)(?:,|\s)", values) == [(each.value, each.title) for each in members]  # type: ignore[attr-defined]


def test_the_functions_of_a_station_are_mapped() -> None:
    (row,) = [row for row in AXES.splitlines() if row.startswith("| SC-05")]
    for each in StationFunction:
        assert each.title in row and f"`{each.value}`" in row


def test_the_labels_of_five_systems_are_mapped() -> None:
    assert set(re.findall(r"^\| (\w\w-\d\d) ", AXES, re.MULTILINE)) == {
        "DC-27",
        "JJ-08",
        "CC-29",
        "SC-08",
        "SC-05",
    }


def test_the_texts_that_are_not_held_are_listed() -> None:
    listed = set(re.findall(r"^\| `([\w-]+)` \| 《", LAW["Texts that are not held"], re.MULTILINE))
    cited = {
        cite.source.id
        for each in place_plugins().values()
        for _, cite in each.citations()
        if not cite.source.text
    }
    assert cited <= listed
    registered = {
        source.id
        for each in place_plugins().values()
        for source in brought(each.id, "linli_sources")
        if source.text is None
    }
    assert listed == registered
