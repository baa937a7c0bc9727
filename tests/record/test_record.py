"""The record: keys that pages read, values that fold, sums that stay right, and a reader over the store."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.matters import state
from linli.publication import publish
from linli.record import (
    Burden,
    Listed,
    PublicMatter,
    RulebookFact,
    StoreRecord,
    public_matter,
    public_state,
)
from linli.store import Commit, Row
from linli.store_memory import MemoryStore
from linli_site import DictRecord, Each, FileKind, Frame, Memory, Page, Reader, Site
from tests.record.town import DISTRICT, NORTH, SOUTH, START, STREET, Town, deployed


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


def read(town: Town, key: str, kind: type) -> object:
    raw = StoreRecord(town.store).raw(key)
    assert raw is not None, key
    return msgspec.json.decode(raw, type=kind)


def test_public_steps_fold_to_the_stage_that_the_matter_has_on_any_day(town: Town) -> None:
    matter = town.admit()
    child = f"{matter}.{NORTH}"
    publish(town.desk)
    procedure = town.deployment.procedures["access"]
    for name in (matter, child):
        public: PublicMatter = read(town, f"matters/{name}", PublicMatter)  # type: ignore[assignment]
        for day in (START, date(2026, 12, 31), date(2027, 1, 1), date(2027, 6, 1)):
            inside = state(town.service.steps(name), day)
            outside = public_state(public, day)
            assert (outside.stage_id, outside.reached, outside.due) == (
                inside.stage_id,
                inside.reached,
                inside.due,
            )
            assert procedure.lead(outside, day) == procedure.lead(inside, day)
            assert procedure.name(outside) == procedure.name(inside) == "健康档案更新"
        known = public_matter(public, procedure, START)
        assert known.stage is not None and known.stage.title in ("已准入", "进行中")
    with pytest.raises(ValueError, match="no step"):
        public_state(public, START - timedelta(days=1))


def test_a_matter_is_listed_at_its_place_and_at_every_place_above_it(town: Town) -> None:
    child = f"{town.admit()}.{NORTH}"
    publish(town.desk)
    record = StoreRecord(town.store)
    where = [
        place
        for place in (NORTH, SOUTH, STREET, DISTRICT, "990000000000")
        if _is_listed(record, place, child)
    ]
    assert where == [NORTH, STREET, DISTRICT]


def _is_listed(record: StoreRecord, place: str, matter: str) -> bool:
    return f"at/{place}/access/{START}/{matter}" in record.keys(f"at/{place}/access/")


def test_a_list_says_the_stage_of_a_later_day_without_a_fold(town: Town) -> None:
    child = f"{town.admit()}.{NORTH}"
    publish(town.desk)
    line: Listed = read(town, f"at/{NORTH}/access/{START}/{child}", Listed)  # type: ignore[assignment]
    public: PublicMatter = read(town, f"matters/{child}", PublicMatter)  # type: ignore[assignment]
    for day in (START, date(2026, 12, 31), date(2027, 1, 1), date(2028, 1, 1)):
        assert line.stage_on(day).id == public_state(public, day).stage_id
    assert (line.unit, line.name, line.kinds) == ("区卫健委", "健康档案更新", ("task", "ledger"))


def burden(town: Town, community: str, year: int) -> Burden | None:
    raw = StoreRecord(town.store).raw(f"burden/{community}/{year}")
    return msgspec.json.decode(raw, type=Burden) if raw else None


def test_burden_counts_admitted_work_by_kind_in_each_year_in_which_it_runs(town: Town) -> None:
    town.admit(ends="2027-03-31")
    town.admit(kinds=["report"])
    town.submit()
    publish(town.desk)
    assert burden(town, NORTH, 2026) == Burden({"ledger": 1, "report": 1, "task": 1}, 2)
    assert burden(town, NORTH, 2027) == Burden({"ledger": 1, "task": 1}, 1)
    assert burden(town, NORTH, 2028) is None


def test_what_leaves_a_community_early_no_longer_burdens_the_years_after(town: Town) -> None:
    child = f"{town.admit(ends='2027-03-31')}.{NORTH}"
    publish(town.desk)
    town.take("decides", "exit", {"ground": "居民反映"}, matter=child)
    publish(town.desk)
    assert burden(town, NORTH, 2026) == Burden({"ledger": 1, "task": 1}, 1)
    assert burden(town, NORTH, 2027) is None
    assert burden(town, SOUTH, 2027) == Burden({"ledger": 1, "task": 1}, 1)


def test_what_is_voided_was_never_a_burden(town: Town) -> None:
    child = f"{town.admit()}.{NORTH}"
    publish(town.desk)
    town.take("decides", "void", {"reason": "登记错误"}, matter=child)
    publish(town.desk)
    assert burden(town, NORTH, 2026) is None
    assert burden(town, SOUTH, 2026) is not None


@settings(max_examples=10, deadline=None)
@given(
    kinds=st.lists(st.sampled_from(["ledger", "report", "plate"]), min_size=1, max_size=9),
    bite=st.integers(1, 9),
)
def test_work_without_approval_is_told_of_the_district_only_and_from_three_of_a_kind_on(
    tmp_path_factory: pytest.TempPathFactory, kinds: list[str], bite: int
) -> None:
    town = Town(tmp_path_factory.mktemp("town"))
    for number, kind in enumerate(kinds):
        town.note(kind, community=NORTH if number % 2 else SOUTH)
        if number % bite == 0:
            publish(town.desk)
    publish(town.desk)
    record = StoreRecord(town.store)
    counts = {kind: kinds.count(kind) for kind in sorted(set(kinds))}
    told = {kind: count for kind, count in counts.items() if count >= 3}
    shown = record.get(f"unapproved/{DISTRICT}/2026")
    assert (shown["kinds"] if shown else {}) == told
    assert (shown or {}).get("matters") == (len(kinds) if told == counts else None)
    assert record.keys("unapproved/") == ([f"unapproved/{DISTRICT}/2026"] if told else [])
    assert not [key for key in record.keys("") if NORTH in key and "burden" in key]


def test_a_refusal_stands_with_department_item_and_article_at_its_community(town: Town) -> None:
    matter = town.refuse()
    publish(town.desk)
    shown = StoreRecord(town.store).get(f"refusals/{NORTH}/{START}/{matter}")
    assert (shown["asked_by"], shown["title"], shown["stage_title"]) == ("区统计局", "填表", "已记录")
    assert [cite["article"] for cite in shown["articles"]] == ["3"]


def test_the_rulebook_is_published_with_rules_values_and_history(town: Town) -> None:
    publish(town.desk)
    book: RulebookFact = read(town, f"rulebook/{DISTRICT}", RulebookFact)  # type: ignore[assignment]
    rule = next(each for each in book.rules if each.moment == "access.admit")
    assert (rule.title, rule.cites[0].label, rule.cites[0].rank) == (
        "谁委托谁付费",
        "《社区法》第一条",
        "law",
    )
    price = next(each for each in book.parameters if each.id == "access.town_price_fen")
    assert [(s.value, s.readable, s.since) for s in price.settings] == [(100, "1 元", date(2000, 1, 1))]
    place = StoreRecord(town.store).get(f"places/{NORTH}")
    assert place["rulebook"] == DISTRICT
    assert [step["title"] for step in place["path"]] == ["乙区", "丙街道", "北社区"]


def test_another_configuration_rewrites_what_hangs_on_it_and_nothing_else(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.admit()
    publish(town.desk)
    (tmp_path / "next").mkdir()
    dearer = deployed(tmp_path / "next", price=200)
    done = publish(town.under(dearer))
    assert f"rulebook/{DISTRICT}" in done.changes
    assert {key.split("/")[0] for key in done.changes} <= {"deployment", "rulebook"}
    assert publish(town.under(dearer)).changes == {}


def test_changes_are_listed_by_day_in_the_order_of_the_log(town: Town) -> None:
    first = town.submit()
    publish(town.desk)
    town.clock.day += timedelta(days=1)
    second = town.submit()
    publish(town.desk)
    record = StoreRecord(town.store)
    assert record.children("changes/") == ["2026-03"]
    assert record.children("changes/2026-03/") == ["02", "03"]
    found = [record.get(key) for key in record.keys("changes/2026-03/")]
    assert [(each["matter"], each["day"]) for each in found] == [
        (first, "2026-03-02"),
        (second, "2026-03-03"),
    ]
    assert record.get("as-of") == {"day": "2026-03-03"}


# The reader over the store

_KEYS = st.lists(st.text("ab/-.", min_size=1, max_size=6), max_size=20, unique=True)


@settings(max_examples=60, deadline=None)
@given(keys=_KEYS, prefix=st.text("ab/", max_size=4), extra=_KEYS)
def test_the_store_is_read_like_a_record_in_memory(keys: list[str], prefix: str, extra: list[str]) -> None:
    store = MemoryStore("town")
    store.commit(Commit(rows=tuple(Row("record", key, b'"v"') for key in keys)))
    ours = StoreRecord(store, dict.fromkeys(extra, "x"))
    theirs = DictRecord({**dict.fromkeys(keys, "v"), **dict.fromkeys(extra, "x")})
    assert list(ours.keys(prefix)) == list(theirs.keys(prefix))
    assert list(ours.children(prefix)) == list(theirs.children(prefix))
    assert list(StoreRecord(store).children(prefix)) == list(
        DictRecord(dict.fromkeys(keys, "v")).children(prefix)
    )
    for key in [*keys, *extra, "none"]:
        assert ours.raw(key) == theirs.raw(key)
        assert ours.hash(key) == theirs.hash(key)


def test_a_portal_in_memory_hears_of_a_publish_and_draws_the_pages_that_read_what_changed(town: Town) -> None:
    def content(reader: Reader, page: Page) -> bytes:
        return str(len(reader.get(page.key)["steps"])).encode()

    kind = FileKind("matter", Each("matters/", lambda name: f"matters/{name}.json"), content)
    frame = {"site": Frame(name="乙区", owner="乙区人民政府")}
    first, second = town.submit(), town.submit()
    publish(town.desk)
    record, kept, clean = StoreRecord(town.store, frame), Memory(), Memory()
    site = Site(record, [kind], kept)
    site.build(START)
    town.take("reviews", "review", {"duty": "entrusted", "nature": "service"}, matter=first)
    third = town.submit()
    done = publish(town.desk)
    record.rewind(done.before)
    report = site.apply(done.changes)
    drawn = {name for name in (first, second, third) if f"matters/{name}.json" in report.written}
    assert drawn == {first, third}
    assert kept.files[f"matters/{first}.json"] == b"2"
    Site(StoreRecord(town.store, frame), [kind], clean).build(START)
    assert kept.files == clean.files
