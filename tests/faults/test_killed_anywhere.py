"""A process that dies at any store call loses nothing that was acknowledged and leaves nothing half done.

The whole of a small case runs in a child process that dies, without any clean-up, just before or just after one store
call. A new process opens the store, finds it sound, and takes the same calls again with the same keys: the case ends as
if nothing had happened, with every step once and the money where it belongs.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from linli import batches
from linli.desk import Call
from linli.drafts import DRAFTS, save_draft
from linli.places import Level
from linli.replay import replay
from linli.sequencing import sequence
from linli.store import Commit, Row
from linli.store_check import check
from linli.store_sqlite import SqliteStore
from tests.access.conftest import Office, request, staffed

DAY = date(2026, 3, 2)
LATER = date(2026, 6, 15)
SLUG = "chongchuan"


class Dying:
    """A store whose process dies at its n-th call, before or after the call is made."""

    def __init__(self, store: SqliteStore, at: int, after: bool) -> None:
        self._store, self._left, self._after = store, at, after

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._store, name)
        if not callable(found):
            return found

        def call(*arguments: Any, **named: Any) -> Any:
            self._left -= 1
            if self._left == 0 and not self._after:
                os._exit(9)
            answer = found(*arguments, **named)
            if self._left == 0:
                os._exit(9)
            return answer

        return call


def home_of(folder: Path) -> Office:
    """An office over SQLite with the people of the case appointed."""
    office = staffed(Office(SLUG, DAY, folder, SqliteStore(folder / "store.sqlite", SLUG)))
    home = office.deployment.places.below(office.top, Level.COMMUNITY)[0].code
    office.appoint("committee", "committee", home)
    office.appoint("street", "street", office.deployment.places[home].parent)
    return office


def reopened(folder: Path, store: Any = None) -> Office:
    """The same office after a restart."""
    return Office(SLUG, DAY, folder, store or SqliteStore(folder / "store.sqlite", SLUG))


def tell_the_case(office: Office, acknowledge: Callable[[str], None]) -> str:
    """Draft, submit, return, complete, review, admit for two communities, report, pay, withdraw; keys throughout."""
    home, near = (place.code for place in office.deployment.places.below(office.top, Level.COMMUNITY)[:2])
    office.clock.day = DAY
    clerk = office.service.person("clerk")
    facts = request(home, near, contact="13800138000")
    call = Call(
        procedure="access", action="submit", place=office.top, facts=facts, draft="320613-2026-KILLED22"
    )
    known = office.store.claim(f"key/{office.service.desk.pseudonym('clerk', 'keys')}/submit")
    if known is None:
        # The id was handed out when the draft was begun: a draft is saved again only by whoever has it.
        begun = f"{office.service.desk.pseudonym('clerk', DRAFTS)}/{call.draft}"
        office.store.commit(Commit(rows=(Row(DRAFTS, begun),)))
        save_draft(office.service.desk, call, clerk)
    matter = office.take(
        "clerk", "access", "submit", facts, place=office.top, draft="320613-2026-KILLED22", key="submit"
    ).matter
    acknowledge("submit")
    child = f"{matter}.{home}"
    office.take("reviewer", "access", "return", {"missing": "培训安排"}, matter=matter, key="return")
    acknowledge("return")
    office.take("clerk", "access", "complete", facts, matter=matter, key="complete")
    acknowledge("complete")
    verified = {"duty": "entrusted", "nature": "service"}
    office.take("reviewer", "access", "review", verified, matter=matter, key="review")
    acknowledge("review")
    office.take("decider", "access", "admit", {"reason": "符合条件"}, matter=matter, key="admit")
    batches.run_batches(office.service.desk)
    acknowledge("admit")
    office.clock.day = LATER
    office.take("committee", "access", "report", {"target": "完成一半"}, matter=child, key="report")
    acknowledge("report")
    office.take("street", "access", "pay", {"amount_fen": 500_000}, matter=child, key="pay")
    acknowledge("pay")
    office.take("decider", "access", "exit", {"ground": "任务取消"}, matter=child, key="exit")
    acknowledge("exit")
    return matter


def die_at(folder: Path, at: int, after: bool) -> tuple[bool, list[str]]:
    """Tell the case in a child that dies at a store call: whether it died, and what it had acknowledged by then."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        store = Dying(SqliteStore(folder / "store.sqlite", SLUG), at, after)
        try:
            tell_the_case(reopened(folder, store), lambda said: os.write(writing, f"{said}\n".encode()))
        except BaseException:  # a failure of the case itself must not look like a death
            os._exit(3)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as heard:
        acknowledged = heard.read().split()
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, 9), f"the case itself failed when dying at call {at}"
    return code == 9, acknowledged


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that is copied for every death."""
    folder = tmp_path_factory.mktemp("template")
    home_of(folder).store.close()
    return folder


@pytest.mark.parametrize("after", [False, True], ids=["before-the-call", "after-the-call"])
def test_dying_at_any_store_call_loses_nothing_and_doubles_nothing(
    template: Path, tmp_path: Path, after: bool
) -> None:
    at, deaths = 0, 0
    while True:
        # Every call at first, then every third: the calls of one action repeat themselves.
        at += 1 if at < 40 else 3
        folder = tmp_path / str(at)
        shutil.copytree(template, folder)
        died, acknowledged = die_at(folder, at, after)
        office = reopened(folder)
        assert check(office.store) == [], f"not sound after dying at call {at}"
        matter = tell_the_case(office, lambda said: None)
        assert check(office.store) == []
        assert [step.action for step in office.service.steps(matter)] == [
            "submit",
            "return",
            "complete",
            "review",
            "admit",
            "batch_done",
        ]
        home = office.deployment.places.below(office.top, Level.COMMUNITY)[0].code
        child = f"{matter}.{home}"
        assert [step.action for step in office.service.steps(child)] == ["open", "report", "pay", "exit"]
        assert office.store.balance(f"community:{home}") == 500_000
        assert office.store.balance(f"committed:{child}") == 0
        sequence(office.service.desk)
        assert all(found.sort == "same" for found in replay(office.service.desk))
        office.store.close()
        shutil.rmtree(folder)
        if not died:
            assert acknowledged[-1] == "exit"
            break
        deaths += 1
    assert deaths > 50
