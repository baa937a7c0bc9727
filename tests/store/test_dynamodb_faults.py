"""A whole case over a table whose calls fail in every way: opened again, all of it is there once."""

from __future__ import annotations

from pathlib import Path

import pytest

from linli.places import Level
from linli.publication import publish
from linli.replay import replay
from linli.sequencing import log_rows, sequence
from linli.store import Store
from linli.store_check import check
from linli.verification import verify
from linli_functions.cloud import CloudWire
from tests.access.conftest import Office, staffed
from tests.faults.test_killed_anywhere import DAY, SLUG, tell_the_case
from tests.store import emulators
from tests.store.faulty import FAULTS, Dying, EveryCallFailsFirst, Killed, SomeCallsFail


def office_over(store: Store, folder: Path) -> Office:
    return Office(SLUG, DAY, folder, store)


@pytest.fixture(scope="module")
def template(ministack: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """A table with the people of the case appointed, and the folder of its keys."""
    folder = tmp_path_factory.mktemp("keys")
    table = emulators.new_table(ministack)
    office = staffed(office_over(emulators.opened(ministack, table, SLUG), folder))
    home = office.deployment.places.below(office.top, Level.COMMUNITY)[0].code
    office.appoint("committee", "committee", home)
    office.appoint("street", "street", office.deployment.places[home].parent)
    return table, folder


def assert_told_once(store: Store, folder: Path, matter: str) -> None:
    """The ledger, the log and every judgement fit, and each act of the case happened once."""
    office = office_over(store, folder)
    assert check(store) == []
    actions = [step.action for step in office.service.steps(matter)]
    assert actions == ["submit", "return", "complete", "review", "admit", "batch_done"]
    home, near = (each.code for each in office.deployment.places.below(office.top, Level.COMMUNITY)[:2])
    child = f"{matter}.{home}"
    assert [step.action for step in office.service.steps(child)] == ["open", "report", "pay", "exit"]
    assert sorted(store.matters()) == sorted([matter, child, f"{matter}.{near}"])
    assert store.balance(f"community:{home}") == 500_000
    assert store.balance(f"committed:{child}") == 0
    while sequence(office.service.desk):
        pass
    assert (
        len({(placed.matter, placed.number) for _, placed in log_rows(store)}) == len(log_rows(store)) == 11
    )
    assert all(found.sort == "same" for found in replay(office.service.desk))
    assert verify(office.service.desk) == []


def test_every_call_may_fail_once_in_any_way(ministack: str, template: tuple[str, Path], fault: str) -> None:
    table, folder = emulators.copy_of(ministack, template[0]), template[1]
    wire = EveryCallFailsFirst(CloudWire(emulators.REGION, ministack), fault)
    office = office_over(emulators.opened(ministack, table, SLUG, wire=wire), folder)
    matter = tell_the_case(office, lambda said: None)
    sequence(office.service.desk)
    assert wire.failures > 70
    assert_told_once(emulators.opened(ministack, table, SLUG), folder, matter)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "fault" in metafunc.fixturenames:
        metafunc.parametrize("fault", FAULTS)


def test_publishing_over_calls_that_fail_now_and_then_publishes_everything_once(
    ministack: str, template: tuple[str, Path]
) -> None:
    table, folder = emulators.copy_of(ministack, template[0]), template[1]
    wire = SomeCallsFail(CloudWire(emulators.REGION, ministack), 11, 0.15)
    office = office_over(emulators.opened(ministack, table, SLUG, wire=wire), folder)
    matter = tell_the_case(office, lambda said: None)
    done = publish(office.service.desk)
    sound = emulators.opened(ministack, table, SLUG)
    assert verify(office_over(sound, folder).service.desk) == []
    assert done.steps + done.withheld == 11
    published = [row.key for row in sound.rows("publications")]
    assert len(published) == done.steps
    assert any(key.startswith(matter) for key in published)


@pytest.mark.parametrize("after", [False, True], ids=["before-the-call", "after-the-call"])
def test_dying_at_a_call_loses_nothing_and_doubles_nothing(
    ministack: str, template: tuple[str, Path], after: bool
) -> None:
    at, deaths = 3 if after else 1, 0
    while True:
        table, folder = emulators.copy_of(ministack, template[0]), template[1]
        wire = Dying(CloudWire(emulators.REGION, ministack), at, after)
        acknowledged: list[str] = []
        try:
            tell_the_case(
                office_over(emulators.opened(ministack, table, SLUG, wire=wire), folder), acknowledged.append
            )
        except Killed:
            deaths += 1
        store = emulators.opened(ministack, table, SLUG)
        assert check(store) == [], f"not sound after dying at call {at}"
        matter = tell_the_case(office_over(store, folder), lambda said: None)
        assert_told_once(store, folder, matter)
        if acknowledged[-1:] == ["exit"]:
            break
        at += 7
    assert deaths >= 10
