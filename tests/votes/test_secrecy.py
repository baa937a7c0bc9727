"""A ballot cannot be linked to its voter by whoever has everything but the tally key; and the test would notice."""

from __future__ import annotations

import io
import json
import logging
import random
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

from linli import service
from linli.clockwork import tick
from linli.desk import Call
from linli.store_sqlite import SqliteStore
from linli_votes import casting
from linli_votes.reading import read
from linli_votes.results import file_of
from tests.votes import adversary
from tests.votes.adversary import Dump, Known, Vote
from tests.votes.polls import SLUG, Polling, notice

VOTERS = 60
OPTIONS = ("qel", "vox", "zim")
"""Names that nothing else in a dump contains by accident."""


class Taken(NamedTuple):
    """Everything that the adversary got hold of, and beside it the truth."""

    dumps: list[Dump]
    published: list[Vote]
    known: Known
    truth: dict[str, Vote]


@contextmanager
def logged() -> Iterator[io.StringIO]:
    """Everything that anybody logs, however small."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield text
    finally:
        root.setLevel(level)
        root.removeHandler(handler)


def held(folder: Path, *, portal: bool = False) -> Taken:
    """Hold a poll over SQLite: votes by chance, in an order by chance, on both channels; dumps all the way.

    What is published is always in the store's record; with ``portal`` the built pages and files are taken as well.
    """
    chance = random.Random(2026)
    path = folder / "store.sqlite"
    store = SqliteStore(path, SLUG)
    with logged() as log:
        polling = Polling(folder, electorate=VOTERS, store=store)
        options = [
            {"id": id, "title": title, "cost_fen": cost * 10_000}
            for id, title, cost in zip(OPTIONS, ("凉亭", "门灯", "书架"), (6, 8, 3), strict=True)
        ]
        poll = polling.announce(notice(options=options, least=0, electorate=VOTERS))
        truth = {number: tuple(id for id in OPTIONS if chance.random() < 0.5) for number in polling.codes}
        order = list(truth)
        chance.shuffle(order)
        dumps = []
        for at, number in enumerate(order):
            if at % 4 == 3:
                polling.enter(poll, number, ",".join(truth[number]))
            else:
                polling.cast(poll, number, truth[number])
            if at % 20 == 19:
                tick(polling.town.service.desk)
                dumps.append(adversary.dump(path, folder, log.getvalue()))
        polling.close()
        dumps.append(adversary.dump(path, folder, log.getvalue()))
        polling.counted(poll)
        ballots = file_of(polling.result(poll))
        tick(polling.town.service.desk)
        files: dict[str, bytes] = {}
        if portal:
            polling.town.publish()
            files = files_of(polling)
            assert files[f"portal/polls/{poll}/ballots.pb"] == ballots
        dumps.append(adversary.dump(path, folder, log.getvalue(), files))
    store.close()
    told = {number: truth[number] for number in sorted(truth)[::2]}
    known = Known(poll, OPTIONS, polling.codes, partial(sent, polling, poll), told)
    return Taken(dumps, published_votes(ballots), known, truth)


def sent(polling: Polling, poll: str, number: str, key: str, vote: Vote) -> list[bytes]:
    """A ballot as it would have been sent, in every form over which a hash could have been made."""
    online = {"number": number, "code": polling.codes[number], "choices": list(vote)}
    paper = {"number": number, "marks": ",".join(vote)}
    found = [",".join(vote).encode()]
    for action, facts in (("approve", online), ("enter", paper)):
        begin = {
            "procedure": "ballot",
            "action": action,
            "place": polling.home,
            "facts": facts,
            "above": poll,
        }
        for each in (Call(**begin, key=key), Call(**begin), begin, facts):  # type: ignore[arg-type]
            found += [msgspec.json.encode(each, order="sorted"), msgspec.json.encode(each)]
    return found


def files_of(polling: Polling) -> dict[str, bytes]:
    """The portal as it stands."""
    files = polling.town._files
    return {f"portal/{address}": files.get(address) or b"" for address in files.list()}


def published_votes(ballots: bytes) -> list[Vote]:
    """The ballots in the order of the published file."""
    assert read(ballots).voters == VOTERS
    lines = ballots.decode().split("VOTES\n")[1].splitlines()[1:]
    return [tuple(id for id in line.split(";")[1].split(",") if id) for line in lines]


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Taken:
    """One poll that all attacks are tried on."""
    return held(tmp_path_factory.mktemp("poll"), portal=True)


def test_no_ballot_stands_anywhere_in_the_clear_before_the_box_is_opened(taken: Taken) -> None:
    assert adversary.in_the_clear(taken.dumps[:-1], taken.known) == []


def test_no_ballot_can_be_guessed_from_a_hash(taken: Taken) -> None:
    assert adversary.from_hashes(taken.dumps[-1], taken.known) == []


def test_no_two_sealed_ballots_are_alike(taken: Taken) -> None:
    assert adversary.from_equal_ballots(taken.dumps[-1], taken.known) == []


def test_no_order_of_anything_is_the_order_of_the_published_ballots(taken: Taken) -> None:
    assert adversary.from_order(taken.dumps, taken.published, taken.known, taken.truth) == []


def test_nothing_that_differs_between_voters_tells_how_they_voted(taken: Taken) -> None:
    assert adversary.from_differences(taken.dumps, taken.known, taken.truth) == []


def test_the_adversary_measures_rows_times_sizes_ids_claims_pseudonyms_and_positions(taken: Taken) -> None:
    seen = adversary.signals(taken.dumps, taken.known)
    for part in (
        "steps#0 seq value",
        "steps#0 body actor text",
        "steps#0 body sealed 50",
        "steps#0 leaf bytes",
        "claims#0 key bytes",
        "postings#0 seq value",
        "rows rows",
        "dump 0 has it",
        "dump 1 named in log",
    ):
        assert part in seen, sorted(seen)
    whole = [name for name, values in seen.items() if set(values) == set(taken.truth)]
    assert len(whole) > 60
    # A third voted before the first dump: the adversary can tell who was early.
    assert len(set(seen["dump 0 has it"].values())) == 2


# The test can fail: each leak that is planted is found by the attack that it is meant for.


def test_ballots_published_in_the_order_of_casting_would_be_linked(taken: Taken) -> None:
    bodies = [json.loads(row["body"]) for row in taken.dumps[-1].tables["steps"]]
    numbers = [body["facts"]["number"] for body in bodies if body.get("parent") == taken.known.poll]
    leaked = [taken.truth[number] for number in numbers]
    found = adversary.from_order(taken.dumps, leaked, taken.known, taken.truth)
    assert any("steps#0 seq value" in each for each in found)


def test_ballots_without_padding_would_be_told_apart_by_their_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(casting, "packed", lambda notice, marks: msgspec.json.encode(marks))
    leaky = held(tmp_path)
    assert adversary.from_differences(leaky.dumps, leaky.known, leaky.truth)


def test_a_hash_over_what_was_sent_would_give_the_ballot_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "without_secrets", lambda form, facts: dict(facts))
    leaky = held(tmp_path)
    assert len(adversary.from_hashes(leaky.dumps[-1], leaky.known)) >= VOTERS // 2


def test_ballots_sealed_with_the_same_randomness_would_be_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = casting.seal
    monkeypatch.setattr(
        casting, "seal", lambda key, data, to, entropy: sealed(key, data, to, bytes(range(32)))
    )
    leaky = held(tmp_path)
    assert adversary.from_equal_ballots(leaky.dumps[-1], leaky.known)


def test_a_ballot_that_is_logged_would_be_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checked = casting.checked

    def careless(notice: Any, choices: Any, points: Any = ()) -> Any:
        logging.getLogger("careless").debug("choices %s", list(choices))
        return checked(notice, choices, points)

    monkeypatch.setattr(casting, "checked", careless)
    leaky = held(tmp_path)
    assert adversary.in_the_clear(leaky.dumps[:-1], leaky.known)
