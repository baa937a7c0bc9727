"""The streets and communities of the three districts, and what else lies beside their rules as data."""

import csv
import tomllib
from datetime import date
from pathlib import Path

import pytest

from linli.access.registers import Station, WorkItem
from linli.citations import Rank
from linli.forms import read
from linli.places import Level, Places
from linli_jinjiang.places import SHAHE, SHUANGGUILU
from tests.rules.cases import place_plugins

DISTRICTS = {"chongchuan": (19, 182), "jinjiang": (11, 76), "shangcheng": (14, 203)}


def places_of(plugin: str) -> Places:
    return Places(place_plugins()[plugin].module.linli_places())


@pytest.mark.parametrize("plugin", DISTRICTS)
def test_a_district_has_its_streets_and_communities(plugin: str) -> None:
    places, district = places_of(plugin), place_plugins()[plugin].manifest.place
    streets = [place for place in places.below(district, Level.STREET) if place.until is None]
    assert (len(streets), len(places.below(district, Level.COMMUNITY))) == DISTRICTS[plugin]


@pytest.mark.parametrize("plugin", DISTRICTS)
def test_every_place_is_in_the_table_of_codes_under_the_same_parent(plugin: str, shared: Path) -> None:
    with (shared / "data" / "places.csv").open(encoding="utf-8") as table:
        known = {row["code"]: row for row in csv.DictReader(table)}
    for place in places_of(plugin):
        if place.code == SHUANGGUILU:
            continue
        row = known[place.code]
        assert (place.level.value, place.parent) == (row["level"], row["parent"])
        assert row["name"].startswith(place.title.removesuffix("村")), place


@pytest.mark.parametrize("plugin", DISTRICTS)
def test_titles_name_the_place_and_not_its_committee(plugin: str) -> None:
    assert [place.title for place in places_of(plugin) if place.title.endswith("委会")] == []


def test_the_street_of_the_first_station_stands_until_it_was_taken_over() -> None:
    places = places_of("jinjiang")
    assert places[SHUANGGUILU].exists(date(2008, 12, 5))
    assert not places[SHUANGGUILU].exists(date(2020, 1, 1))
    assert places[SHAHE].predecessors == (SHUANGGUILU,)


@pytest.mark.parametrize("plugin", DISTRICTS)
def test_rules_of_an_account_have_its_rank_and_hold_at_home_only(plugin: str) -> None:
    home = place_plugins()[plugin]
    for bound in home.bound():
        assert bound.rank is Rank.ACCOUNT
        assert bound.place == home.manifest.place
        assert {cite.source.place for cite in bound.rule.cites} == {home.manifest.place}


@pytest.mark.parametrize("plugin", DISTRICTS)
def test_an_account_says_how_its_dates_were_found(plugin: str) -> None:
    accounts = [each for each in place_plugins()[plugin].module.linli_sources() if each.rank is Rank.ACCOUNT]
    assert accounts
    for source in accounts:
        assert str(source.since.year) in source.note


@pytest.mark.parametrize("plugin", DISTRICTS)
def test_the_list_of_work_can_be_entered_in_its_register(plugin: str) -> None:
    home = place_plugins()[plugin]
    rows = tomllib.loads((home.folder / "work_items.toml").read_text("utf-8"))["item"]
    items = [read(WorkItem, row) for row in rows]
    assert len({item.code for item in items}) == len(items)
    assert {item.place for item in items} == {home.manifest.place}
    assert all(item.owner for item in items if item.duty == "prohibited")


@pytest.mark.parametrize("plugin", ["jinjiang", "shangcheng"])
def test_stations_can_be_entered_and_a_community_has_one(plugin: str) -> None:
    home, places = place_plugins()[plugin], places_of(plugin)
    rows = tomllib.loads((home.folder / "stations.toml").read_text("utf-8"))["station"]
    stations = [read(Station, {key: value for key, value in row.items() if key != "since"}) for row in rows]
    served = [code for station in stations for code in station.serves]
    assert len(set(served)) == len(served)
    assert all(places[code].level is Level.COMMUNITY for code in served)
    assert all(places.within(station.place, home.manifest.place) for station in stations)
