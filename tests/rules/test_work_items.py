"""The lists of work that place plugins ship for the demo: every item bears one of the four labels."""

import tomllib
from collections import Counter

import msgspec
import pytest

from linli.access import Duty
from linli.access.registers import WorkItem
from tests.rules.cases import place_plugins, rulebook

FILES = {id: each.folder / "work_items.toml" for id, each in place_plugins().items()}
LISTS = {
    id: msgspec.convert(tomllib.loads(file.read_text("utf-8"))["item"], list[WorkItem])
    for id, file in FILES.items()
    if file.is_file()
}


@pytest.mark.parametrize("plugin", LISTS)
def test_every_item_on_a_list_has_a_number_of_its_own_and_lies_at_a_place_that_there_is(plugin: str) -> None:
    numbers = Counter(item.code for item in LISTS[plugin])
    assert [code for code, count in numbers.items() if count > 1] == []
    assert {rulebook(item.place).place for item in LISTS[plugin]} == {item.place for item in LISTS[plugin]}


def test_dongcheng_lists_items_of_all_four_labels() -> None:
    assert {item.duty for item in LISTS["dongcheng"]} == set(Duty)


def test_dongcheng_names_the_department_to_which_a_forbidden_item_goes_back() -> None:
    assert all(item.owner for item in LISTS["dongcheng"] if item.duty is Duty.PROHIBITED)
