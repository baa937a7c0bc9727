"""Opening deployments: stores and keys in a home folder, several in one house, and the clocks they run by."""

import os
import stat
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from linli.errors import BadInput, LoadFault, NotFound
from linli.store import Commit, Row
from linli_functions.clocks import DemoClock
from linli_functions.opening import House, log_signer, open_service, session_key
from tests.functions.offices import TODAY, StandingClock, deployment, randomness


def opened(home: Path, slug: str = "dongcheng"):
    return open_service(deployment(slug), home, StandingClock(), randomness(len(slug)))


def test_keys_are_made_once_and_readable_by_their_owner_only(tmp_path):
    opened(tmp_path).store.close()
    session_key(tmp_path, randomness(2))
    log_signer(tmp_path, "dongcheng", randomness(3))
    keys = {path.name: path.read_bytes() for path in (tmp_path / "keys").iterdir()}
    assert set(keys) == {"dongcheng.pseudonyms", "dongcheng.vault", "dongcheng.log", "sessions"}
    for name in keys:
        assert stat.S_IMODE((tmp_path / "keys" / name).stat().st_mode) == 0o600, name
    open_service(deployment(), tmp_path, StandingClock(), randomness(9)).store.close()
    assert {path.name: path.read_bytes() for path in (tmp_path / "keys").iterdir()} == keys


def test_what_was_stored_is_there_after_opening_again(tmp_path):
    service = opened(tmp_path)
    service.store.commit(Commit(rows=(Row("drafts", "a", b"kept"),)))
    name = service.desk.pseudonym("someone", "a-matter")
    service.store.close()
    again = opened(tmp_path)
    assert again.store.row("drafts", "a") == b"kept"
    assert again.desk.pseudonym("someone", "a-matter") == name
    again.store.close()


def test_a_key_file_that_others_can_read_stops_the_opening(tmp_path):
    opened(tmp_path).store.close()
    os.chmod(tmp_path / "keys" / "dongcheng.vault", 0o644)
    with pytest.raises(LoadFault, match="chmod 600"):
        opened(tmp_path)


def test_a_store_of_another_deployment_is_refused(tmp_path):
    opened(tmp_path).store.close()
    other = deployment("lugu")
    (tmp_path / other.store).write_bytes((tmp_path / "dongcheng.sqlite").read_bytes())
    with pytest.raises(LoadFault):
        opened(tmp_path, "lugu")


def test_a_house_holds_each_deployment_with_a_store_of_its_own(tmp_path):
    with House([opened(tmp_path), opened(tmp_path, "lugu")]) as house:
        assert list(house) == ["dongcheng", "lugu"]
        house["dongcheng"].store.commit(Commit(rows=(Row("drafts", "a", b"kept"),)))
        assert house["lugu"].store.row("drafts", "a") is None
        assert house["dongcheng"].desk.pseudonym("p", "m") != house["lugu"].desk.pseudonym("p", "m")
        with pytest.raises(NotFound, match="dongcheng、lugu"):
            house.service("nowhere")


def test_two_deployments_of_one_slug_do_not_fit_in_a_house(tmp_path):
    first, second = opened(tmp_path / "a"), opened(tmp_path / "b")
    with pytest.raises(BadInput, match="dongcheng"):
        House([first, second])
    first.store.close()
    second.store.close()


def test_a_demo_clock_starts_on_its_day_and_runs_on():
    machine = [datetime(2031, 5, 5, 15, 59, tzinfo=UTC)]  # 23:59 in China
    clock = DemoClock(TODAY, lambda: machine[0])
    assert clock.today() == TODAY
    machine[0] += timedelta(minutes=2)
    assert clock.today() == TODAY + timedelta(days=1)
    clock.set_day(date(2026, 11, 1))
    assert clock.today() == date(2026, 11, 1)
    assert clock.now().tzinfo is UTC
