"""No ballot is lost and none doubled: killed at any store call, many voters at once, a poll stopped meanwhile."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from linli.errors import WrongStage
from linli.ledger import PIECES
from linli.registry import find_register, write_entries
from linli.sequencing import sequence
from linli.service import Call, Service
from linli.store_check import check
from linli_functions.threads import ready_for_threads
from linli_votes.opening import open_and_count
from linli_votes.procedure import box
from linli_votes.rolls import code_hash, new_code, voter_key
from tests.faults.test_killed_anywhere import Dying
from tests.votes.polls import COUNTING, OPENS, PRIVATE, ROLL, notice
from tests.votes.voters import opened, vote

HOME = "320613001001"
LONG_AGO = date(2020, 1, 1)
POSTS = (("clerk", "committee"), ("teller", "poll_teller"), ("resident", "resident"))


def held(home: Path, numbers: int) -> tuple[str, dict[str, str]]:
    """A folder with an open poll and its roll: the poll's number, and the codes."""
    service = opened(home)
    rows = [{"id": n, "person": n, "post": p, "place": HOME, "since": "2020-01-01"} for n, p in POSTS]
    write_entries(service.desk, find_register(service.desk, "appointments"), rows, LONG_AGO, "test")
    chance = random.Random(4)
    codes = {f"{number:03}": new_code(chance.randbytes(16)) for number in range(1, numbers + 1)}
    voters = [
        {"id": voter_key(ROLL, n), "place": HOME, "code": code_hash(ROLL, n, c)} for n, c in codes.items()
    ]
    write_entries(service.desk, find_register(service.desk, "voters"), voters, LONG_AGO, "test")
    call = Call(procedure="poll", action="announce", place=HOME, facts=notice(electorate=numbers))
    poll = service.take(call, service.person("clerk")).matter
    service.store.close()
    return poll, codes


def in_box(service: Service, poll: str) -> dict[str, int]:
    return {
        channel: service.store.balance(box(poll, channel), PIECES)
        for channel in ("online", "paper", "revoked")
    }


# Killed anywhere


def tell(service: Service, poll: str, codes: dict[str, str], acknowledge: Callable[[str], None]) -> None:
    """Vote online and on paper, take a ballot back and enter it anew, close, count; keys throughout."""

    def take(who: str, action: str, key: str, **more: Any) -> str:
        procedure = "poll" if action == "count" else "ballot"
        call = Call(procedure=procedure, action=action, key=key, **more)
        matter = service.take(call, service.person(who)).matter
        acknowledge(key)
        return matter

    service.clock.set_day(OPENS)  # type: ignore[attr-defined]
    under = {"above": poll, "place": HOME}
    for number, choices in (("001", ["1"]), ("002", ["1", "3"])):
        facts = {"number": number, "code": codes[number], "choices": choices}
        take("resident", "approve", f"cast {number}", facts=facts, **under)
    wrong = take("clerk", "enter", "enter 003", facts={"number": "003", "marks": "2"}, **under)
    take("teller", "take_back", "take back", matter=wrong, facts={"reason": "编号看错"})
    take("clerk", "enter", "enter 004", facts={"number": "004", "marks": "2"}, **under)
    take("clerk", "enter", "enter 003 again", facts={"number": "003", "marks": "3"}, **under)
    service.clock.set_day(COUNTING)  # type: ignore[attr-defined]
    if service.matter(poll).state.stage_id == "closed":  # type: ignore[union-attr]
        facts = open_and_count(service, poll, PRIVATE, random.Random(1).shuffle).facts
        take("teller", "count", "count", matter=poll, facts=facts)
    acknowledge("done")


def die_at(home: Path, poll: str, codes: dict[str, str], at: int, after: bool) -> tuple[bool, list[str]]:
    """Tell it in a child that dies at a store call: whether it died, and what it had acknowledged by then."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            service = opened(home)
            service.store = service.desk.store = Dying(service.store, at, after)  # type: ignore[arg-type, assignment]
            tell(service, poll, codes, lambda said: os.write(writing, f"{said}\n".encode()) and None)
        except BaseException:  # a failure of the case itself must not look like a death
            os._exit(3)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as heard:
        acknowledged = heard.read().splitlines()
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, 9), f"the case itself failed when dying at call {at}"
    return code == 9, acknowledged


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, dict[str, str]]:
    folder = tmp_path_factory.mktemp("template") / "home"
    return folder, *held(folder, 4)


@pytest.mark.parametrize("after", [False, True], ids=["before-the-call", "after-the-call"])
def test_dying_at_any_store_call_loses_no_ballot_and_doubles_none(
    template: tuple[Path, str, dict[str, str]], tmp_path: Path, after: bool
) -> None:
    source, poll, codes = template
    at, deaths = 0, 0
    while True:
        at += 1 if at < 20 else 4
        home = tmp_path / str(at)
        shutil.copytree(source, home)
        died, acknowledged = die_at(home, poll, codes, at, after)
        service = opened(home)
        assert check(service.store) == [], f"not sound after dying at call {at}"
        # What had been acknowledged lies in the box before anything is repeated.
        cast = [said for said in acknowledged if said.startswith(("cast", "enter"))]
        assert sum(in_box(service, poll).values()) - len(cast) in (0, 1)
        tell(service, poll, codes, lambda said: None)
        assert in_box(service, poll) == {"online": 2, "paper": 2, "revoked": 1}
        facts = service.matter(poll).state.facts["count"]  # type: ignore[union-attr]
        assert [(each["vote"], each["number"]) for each in facts["ballots"]] == [
            ("1", 1),
            ("1,3", 1),
            ("2", 1),
            ("3", 1),
        ]
        assert (facts["online"], facts["paper"], facts["revoked"]) == (2, 2, 1)
        assert check(service.store) == []
        sequence(service.desk)
        service.store.close()
        shutil.rmtree(home)
        if not died:
            assert acknowledged[-1] == "done"
            break
        deaths += 1
    assert deaths > 30


# Many at once


def test_of_two_processes_with_eight_threads_each_every_number_gets_one_ballot(tmp_path: Path) -> None:
    poll, codes = held(tmp_path / "home", 30)
    (tmp_path / "codes.json").write_text(json.dumps(codes))
    words = [
        sys.executable,
        "-m",
        "tests.votes.voters",
        str(tmp_path / "home"),
        poll,
        str(tmp_path / "codes.json"),
    ]
    running = [subprocess.Popen(words, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    told = [line.split() for each in running for line in (each.communicate()[0]).splitlines()]
    assert [each.returncode for each in running] == [0, 0]
    cast = [(number, channel) for said, number, channel in told if said == "cast"]
    assert sorted(number for number, _ in cast) == sorted(codes)
    assert len(told) == 4 * len(codes)
    service = opened(tmp_path / "home")
    assert check(service.store) == []
    channels = [channel for _, channel in cast]
    held_now = {"online": channels.count("online"), "paper": channels.count("paper"), "revoked": 0}
    assert in_box(service, poll) == held_now
    service.clock.set_day(COUNTING)  # type: ignore[attr-defined]
    facts = open_and_count(service, poll, PRIVATE, random.Random(1).shuffle).facts
    counted = {each["vote"]: each["number"] for each in facts["ballots"]}
    assert counted == {vote: n for vote, n in (("1", held_now["online"]), ("2", held_now["paper"])) if n}
    service.store.close()


def test_a_ballot_that_was_acknowledged_while_the_poll_is_stopped_lies_in_the_box(tmp_path: Path) -> None:
    poll, codes = held(tmp_path / "home", 40)
    service = opened(tmp_path / "home")

    def one(number: str) -> str:
        return vote(service, poll, HOME, number, codes[number], "online")

    ready_for_threads()
    early, late = list(codes)[:20], list(codes)[20:]
    with ThreadPoolExecutor(8) as threads:
        running = [threads.submit(one, number) for number in early]
        running[5].result()
        call = Call(procedure="poll", action="suspend", matter=poll, facts={"reason": "核实"})
        service.take(call, service.person("clerk"))
        running += [threads.submit(one, number) for number in late]
        said = [each.result() for each in running]
    assert "closed" in said
    assert in_box(service, poll)["online"] == said.count("cast") > 0
    with pytest.raises(WrongStage):
        open_and_count(service, poll, PRIVATE, random.Random(1).shuffle)
    assert check(service.store) == []
    service.store.close()
