"""The clock does once what a day brings, whether it runs late, twice, or dies half-way."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.clockwork import Ticked, tick
from linli.indexing import DUE, OUTBOX
from linli.record import StoreRecord
from linli.replay import Sort, replay
from linli.reviewing import approve
from linli.sequencing import log_rows
from linli.store import Commit
from linli.store_check import check
from linli.store_memory import MemoryStore
from linli.store_sqlite import SqliteStore
from linli.survey import DeskSurvey, run_checks
from linli.verification import verify
from tests.record.town import DISTRICT, NORTH, SOUTH, START, STREET, Town, deployed


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


def actions(town: Town, matter: str) -> list[str]:
    return [step.action for step in town.service.steps(matter)]


def overdue(town: Town) -> list[str]:
    return [row.key for row in town.store.rows(OUTBOX, limit=10_000) if "overdue" in row.key]


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
def test_what_has_run_out_is_settled_once_and_its_money_goes_back(tmp_path: Path, kind: str) -> None:
    store = SqliteStore(tmp_path / "town.sqlite", "town") if kind == "sqlite" else None
    town = Town(tmp_path, store)
    matter = town.admit()
    child = f"{matter}.{NORTH}"
    assert town.store.balance(f"committed:{child}") == 50_000
    town.clock.day = date(2026, 12, 31)
    assert tick(town.desk).settled == 0
    town.clock.day = date(2027, 1, 1)
    assert tick(town.desk).settled == 2
    assert tick(town.desk).settled == 0
    assert actions(town, child) == ["open", "settle"]
    assert town.store.balance(f"committed:{child}") == 0
    assert verify(town.desk) == []
    town.store.close()


def test_what_lapses_to_a_stage_that_needs_no_settling_is_looked_at_no_more(town: Town) -> None:
    child = f"{town.admit(starts='2026-04-01')}.{NORTH}"
    assert town.service.matter(child).state.stage_id == "pending"  # type: ignore[union-attr]
    town.clock.day = date(2026, 4, 1)
    tick(town.desk)
    assert town.service.matter(child).state.stage_id == "active"  # type: ignore[union-attr]
    assert town.store.rows(DUE, "", "2026-04-01") == []
    assert actions(town, child) == ["open"]


def test_an_overdue_review_is_reminded_of_once(town: Town) -> None:
    matter = town.submit()
    [due] = town.service.matter(matter).state.due  # type: ignore[union-attr]
    town.clock.day = due.day
    assert tick(town.desk).reminded == 0
    town.clock.day = due.day + timedelta(days=1)
    assert tick(town.desk).reminded == 1
    town.clock.day = due.day + timedelta(days=2)
    assert tick(town.desk).reminded == 0
    assert len(overdue(town)) == 1
    assert town.service.matter(matter).state.stage_id == "under_review"  # type: ignore[union-attr]


def test_a_matter_that_is_suspended_is_neither_reminded_of_nor_forgotten(town: Town) -> None:
    matter = town.submit()
    [due] = town.service.matter(matter).state.due  # type: ignore[union-attr]
    town.take("decides", "suspend", {"reason": "等一等"}, matter=matter)
    town.clock.day = due.day + timedelta(days=1)
    assert tick(town.desk).reminded == 0
    town.take("decides", "resume", {"reason": "继续"}, matter=matter)
    assert tick(town.desk).reminded == 1


def test_a_batch_that_was_interrupted_goes_on(town: Town) -> None:
    stopped, commit = [2], town.store.commit

    def dying(change: Commit) -> None:
        if change.steps and change.steps[0].matter.endswith(SOUTH):
            stopped[0] -= 1
            raise KeyboardInterrupt
        commit(change)

    town.store.commit = dying  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        town.admit()
    town.store.commit = commit  # type: ignore[method-assign]
    [matter] = [each for each in town.store.matters() if "." not in each]
    assert town.store.head(f"{matter}.{SOUTH}") == 0
    assert tick(town.desk).batches == 1
    assert tick(town.desk).batches == 0
    assert town.store.head(f"{matter}.{SOUTH}") == 1
    assert actions(town, matter) == ["submit", "review", "admit", "batch_done"]


@settings(max_examples=25, deadline=None)
@given(fails=st.lists(st.tuples(st.integers(0, 12), st.booleans()), max_size=6))
def test_a_clock_that_dies_anywhere_has_done_everything_once_in_the_end(
    tmp_path_factory: pytest.TempPathFactory, fails: list[tuple[int, bool]]
) -> None:
    town = Town(tmp_path_factory.mktemp("town"))
    matter = town.admit()
    waiting = town.submit()
    town.clock.day = date(2027, 1, 4)
    commit = town.store.commit
    for calls, after in fails:
        town.store.commit = _dying(commit, calls, after=after)  # type: ignore[method-assign]
        with suppress(KeyboardInterrupt):
            tick(town.desk)
    town.store.commit = commit  # type: ignore[method-assign]
    tick(town.desk)
    for community in (NORTH, SOUTH):
        assert actions(town, f"{matter}.{community}") == ["open", "settle"]
        assert town.store.balance(f"committed:{matter}.{community}") == 0
    assert len([key for key in overdue(town) if waiting in key]) == 1
    assert verify(town.desk) == []
    bodies = [placed for _, placed in log_rows(town.store) if placed.kind == "publication"]
    assert len({(each.matter, each.number) for each in bodies}) == len(bodies) == 9


def _dying(commit: Callable[[Commit], None], calls: int, *, after: bool) -> Callable[[Commit], None]:
    """A commit that dies at its ``calls``-th call, before or after it took effect."""
    left = [calls]

    def dying(change: Commit) -> None:
        left[0] -= 1
        if left[0] >= 0:
            commit(change)
            return
        if after:
            commit(change)
        raise KeyboardInterrupt

    return dying


# Provisional dates

LATE = date(2026, 12, 21)
NOTICE = """
[[notices]]
year = 2027
title = "为测试而写的放假安排"
number = "示例〔2026〕1号"
issued = 2026-11-20
holidays = [{ name = "长假", first = 2027-01-01, last = 2027-01-10 }]
"""


def late(town: Town) -> str:
    """An application so late in the year that nobody knows yet when its review is due."""
    town.clock.day = LATE
    return town.submit(starts="2027-03-01", ends="2027-12-31")


def test_a_provisional_date_is_set_anew_by_a_step_when_its_year_is_known(tmp_path: Path) -> None:
    town = Town(tmp_path)
    matter = late(town)
    [before] = town.service.matter(matter).state.due  # type: ignore[union-attr]
    assert before.provisional and "暂按双休日推算" in before.basis
    assert tick(town.desk).redated == 0
    town.clock.day += timedelta(days=1)
    knowing = town.under(deployed(tmp_path / "knowing", notice=NOTICE))
    assert tick(knowing).redated == 1
    [after] = town.service.matter(matter).state.due  # type: ignore[union-attr]
    assert not after.provisional and after.day > before.day
    assert (after.what, after.post, after.title) == (before.what, before.post, before.title)
    assert tick(knowing).redated == 0
    assert actions(town, matter) == ["submit", "redate"]
    assert [row.key for row in town.store.rows(DUE)] == [f"{after.day}/{matter}"]
    assert verify(knowing) == []
    shown = StoreRecord(town.store).get(f"matters/{matter}")["steps"][-1]
    assert (shown["title"], shown["stage"], shown["actor"]["title"]) == (
        "重新确定时限",
        "under_review",
        "系统",
    )
    assert [each.sort for each in replay(knowing)] == [Sort.SAME]


def test_a_date_that_was_handed_on_is_set_anew_for_whoever_has_to_act_now(tmp_path: Path) -> None:
    town = Town(tmp_path)
    matter = late(town)
    town.take("reviews", "review", {"duty": "entrusted", "nature": "service"}, matter=matter)
    knowing = town.under(deployed(tmp_path / "knowing", notice=NOTICE))
    assert tick(knowing).redated == 1
    [due] = town.service.matter(matter).state.due  # type: ignore[union-attr]
    assert (due.post, due.provisional) == ("access_decider", False)
    assert town.service.matter(matter).state.stage_id == "reviewed"  # type: ignore[union-attr]


# Taking down


def test_a_text_comes_down_on_its_day(town: Town) -> None:
    matter = town.submit()
    day = START + timedelta(days=10)
    person = town.service.person("publishes")
    approve(town.desk, person, matter, 1, "content", "公开版".encode(), basis="条例", takedown=day)
    key = f"texts/{matter}/000001/content"
    town.clock.day = day - timedelta(days=1)
    assert tick(town.desk).taken_down == 0
    assert StoreRecord(town.store).get(key)["text"] == "公开版"
    town.clock.day = day
    ticked = tick(town.desk)
    assert ticked.taken_down == 1
    assert "text" not in StoreRecord(town.store).get(key)
    assert key in ticked.published.changes and key in ticked.published.before
    assert tick(town.desk).taken_down == 0
    assert verify(town.desk) == []


# Checks


def test_checks_look_at_a_place_on_a_day_and_their_remarks_are_published(town: Town) -> None:
    town.admit()
    ticked = tick(town.desk)
    [(check_, place, remark)] = run_checks(town.desk, START)
    assert (check_.id, place, dict(remark.figures)) == ("town.work", DISTRICT, {"matters": 3, "stations": 0})
    assert f"checks/{DISTRICT}" in ticked.published.changes
    shown = StoreRecord(town.store).get(f"checks/{DISTRICT}")
    assert (shown[0]["check"], shown[0]["since"]) == ("town.work", "2026-03-02")
    town.clock.day += timedelta(days=1)
    assert f"checks/{DISTRICT}" not in tick(town.desk).published.changes


def test_a_survey_knows_only_what_was_recorded_by_its_day(town: Town) -> None:
    town.admit()
    assert len(DeskSurvey(town.desk, STREET, START).states("access")) == 2
    assert DeskSurvey(town.desk, STREET, START - timedelta(days=1)).states("access") == []
    assert len(DeskSurvey(town.desk, NORTH, START).states("access")) == 1
    late_day = DeskSurvey(town.desk, NORTH, date(2027, 5, 1)).states("access")
    assert [each.stage_id for each in late_day] == ["expired"]
    assert len(DeskSurvey(town.desk, DISTRICT, START).entries("appointments")) == 7
    assert sorted(DeskSurvey(town.desk, NORTH, START).entries("appointments")) == [
        "1",
        "2",
        "3",
        "4",
        "6",
        "7",
    ]
    assert DeskSurvey(town.desk, DISTRICT, date(2024, 1, 1)).entries("appointments") == {}


def test_a_tick_of_an_empty_store_does_nothing(tmp_path: Path) -> None:
    town = Town(tmp_path, MemoryStore("town"))
    ticked: Ticked = tick(town.desk)
    assert (ticked.settled, ticked.reminded, ticked.batches, ticked.redated, ticked.taken_down) == (
        0,
        0,
        0,
        0,
        0,
    )
    assert check(town.store) == []
