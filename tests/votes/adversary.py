"""Whoever has everything but the tally key: dumps of the store at several times, logs, the portal, and all codes.

The adversary knows for half of the voters what they voted (they told) and wants to know it of the others. It tries to
find ballots in the clear, to guess them from hashes, to match sealed ballots that are equal, to line up anything that
has an order with the order of the published ballots, and to learn from anything that differs between voters.

Every attack answers with findings in words; none found means that it did no better than chance. Chance is reckoned by
permuting what is known, with a fixed seed, and allowing for the number of things that were tried.
"""

from __future__ import annotations

import itertools
import json
import random
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from linli.canonical import digest

Vote = tuple[str, ...]

# In so many permutations none may do as well as what was seen, divided by the number of things tried: see `unlikely`.
PERMUTATIONS = 200
ALPHA = 0.01


class Dump(NamedTuple):
    """All that one can get hold of at one time: rows of every table, every file as it is, what was logged."""

    tables: dict[str, list[dict[str, Any]]]
    files: dict[str, bytes]
    log: str


class Known(NamedTuple):
    """What the adversary knows besides: the poll, its options, all codes, how ballots are sent, how half of them voted.

    ``sent(number, key, vote)`` gives the bytes over which a hash of a ballot could have been made.
    """

    poll: str
    options: tuple[str, ...]
    codes: Mapping[str, str]
    sent: Callable[[str, str, Vote], list[bytes]]
    told: Mapping[str, Vote]


def dump(store: Path, folder: Path, log: str, published: Mapping[str, bytes] = {}) -> Dump:
    """Take everything there is."""
    connection = sqlite3.connect(store)
    connection.row_factory = sqlite3.Row
    names = [row["name"] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    tables = {name: [dict(row) for row in connection.execute(f'SELECT * FROM "{name}"')] for name in names}
    connection.close()
    files = {path.name: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
    return Dump(tables, {**files, **published}, log)


# In the clear


def in_the_clear(dumps: Sequence[Dump], known: Known) -> list[str]:
    """Two options side by side, or one as the answer to a question, in whatever a ballot could be written as."""
    found = []
    pairs = [re.escape(each) for each in known.options]
    any_option = "|".join(pairs)
    shapes = (
        rf"(?:{any_option})\W{{1,6}}(?:{any_option})",
        rf"(?:choices?|marks|ranking|option|vote)\W{{1,6}}(?:{any_option})",
    )
    pattern = re.compile("|".join(shapes).encode())
    for at, taken in enumerate(dumps):
        for name, data in {**taken.files, "log": taken.log.encode()}.items():
            hit = pattern.search(data)
            if hit:
                found.append(f"dump {at}, {name}: {hit[0]!r}")
    return found


# From hashes


def from_hashes(taken: Dump, known: Known) -> list[str]:
    """Try every possible ballot of every voter, as it was sent, against every hash that is kept.

    The empty ballot is left out: what is hashed of every ballot looks as if nothing had been marked on it.
    """
    kept = _bytes_of(taken)
    sizes = range(1, len(known.options) + 1)
    votes = [vote for size in sizes for vote in itertools.combinations(known.options, size)]
    keys = _keys(taken)
    return [
        f"{number}: {vote}"
        for number, ballot in _ballots(taken, known).items()
        for vote in votes
        for sent in known.sent(number, keys.get(ballot, ""), vote)
        if digest(sent).encode() in kept or bytes.fromhex(digest(sent)) in kept
    ]


def _keys(taken: Dump) -> dict[str, str]:
    """The idempotency key under which each ballot was sent: it is kept with the receipt."""
    found = {}
    for row in taken.tables["claims"]:
        if row["key"].startswith("key/"):
            receipt = json.loads(row["value"][64:])
            found[receipt["matter"]] = row["key"].rsplit("/", 1)[1]
    return found


def _bytes_of(taken: Dump) -> bytes:
    cells = [value for rows in taken.tables.values() for row in rows for value in row.values()]
    return b"\n".join(value if isinstance(value, bytes) else str(value).encode() for value in cells)


# From sealed ballots that are alike


def from_equal_ballots(taken: Dump, known: Known) -> list[str]:
    """Voters whose sealed ballots are the same, or begin with the same key."""
    sealed = _sealed(taken, known.poll)
    heads = Counter(text[:52] for text in sealed.values())
    return [f"{number}: {text[:20]}" for number, text in sealed.items() if heads[text[:52]] > 1]


def _sealed(taken: Dump, poll: str) -> dict[str, str]:
    found = {}
    for row in taken.tables["steps"]:
        body = json.loads(row["body"])
        if body.get("parent") == poll:
            found[body["facts"]["number"]] = body["facts"]["sealed"]
    return found


# From order


def from_order(
    dumps: Sequence[Dump], published: Sequence[Vote], known: Known, truth: Mapping[str, Vote]
) -> list[str]:
    """Line up every order there is, forwards and backwards, with the order of the published ballots.

    ``truth`` is for telling how well it did, and for nothing else.
    """
    seen = signals(dumps, known)
    numbers = sorted(truth)
    chance = random.Random(11)
    best: list[tuple[float, str]] = []
    for name, values in seen.items():
        if set(values) != set(numbers):
            continue
        in_order = sorted(numbers, key=lambda each: (values[each], each))
        for way, order in (("", in_order), (" backwards", in_order[::-1])):
            right = sum(truth[number] == vote for number, vote in zip(order, published, strict=True))
            best.append((right, name + way))
    shuffled = []
    for _ in range(PERMUTATIONS):
        order = list(numbers)
        chance.shuffle(order)
        shuffled.append(sum(truth[n] == vote for n, vote in zip(order, published, strict=True)))
    return [f"{name}: {right} right" for right, name in best if unlikely(right, shuffled, len(best))]


# From anything that differs


def from_differences(dumps: Sequence[Dump], known: Known, truth: Mapping[str, Vote]) -> list[str]:
    """Learn from the voters who told which values go with which votes, and tell it of the others.

    For every signal: are those who chose an option, or more than one, apart from those who did not? Split where the
    voters who told are told apart best, and see how many of the others come out right.
    """
    chance = random.Random(12)
    others = sorted(set(truth) - set(known.told))
    wanted: dict[str, Callable[[Vote], bool]] = {
        option: lambda vote, option=option: option in vote  # type: ignore[misc]
        for option in known.options
    }
    wanted["more than one"] = lambda vote: len(vote) > 1
    tried: list[tuple[int, str, list[bool], list[bool]]] = []
    for name, values in signals(dumps, known).items():
        if set(values) != set(truth) or len(set(values.values())) < 2:
            continue
        for what, holds in wanted.items():
            split = _best_split([(values[n], holds(known.told[n])) for n in sorted(known.told)])
            said = [(values[n] > split[0]) == split[1] for n in others]
            real = [holds(truth[n]) for n in others]
            tried.append(
                (sum(a == b for a, b in zip(said, real, strict=True)), f"{name} → {what}", said, real)
            )
    found = []
    for right, name, said, real in tried:
        shuffled = []
        for _ in range(PERMUTATIONS):
            mixed = list(real)
            chance.shuffle(mixed)
            shuffled.append(sum(a == b for a, b in zip(said, mixed, strict=True)))
        if unlikely(right, shuffled, len(tried)):
            found.append(f"{name}: {right} of {len(others)} right")
    return found


def _best_split(seen: list[tuple[Any, bool]]) -> tuple[Any, bool]:
    """The value and the side of it that tell the voters who told apart best."""
    best = (-1, (seen[0][0], True))
    for value, _ in seen:
        for side in (True, False):
            right = sum(((each > value) == side) == chose for each, chose in seen)
            best = max(best, (right, (value, side)), key=lambda pair: pair[0])
    return best[1]


def unlikely(right: int, shuffled: Sequence[int], tried: int) -> bool:
    """Whether so many right is more than chance gives, when so many things were tried.

    The tail of the permutations is continued by the normal curve, because more permutations than things tried would be
    needed to count it.
    """
    mean = sum(shuffled) / len(shuffled)
    variance = sum((each - mean) ** 2 for each in shuffled) / len(shuffled)
    if not variance:
        return right > mean
    from statistics import NormalDist

    tail = 1 - NormalDist().cdf((right - 0.5 - mean) / variance**0.5)
    return tail * max(tried, 1) < ALPHA


# What differs between voters


def signals(dumps: Sequence[Dump], known: Known) -> dict[str, dict[str, Any]]:
    """Everything that can be measured of each voter: positions, numbers, sizes, hashes, by name and voter.

    What belongs to a voter is every row of every table that names the voter's ballot or number.
    """
    last = dumps[-1]
    of_ballot = _owners(last, known)
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    for table, rows in last.tables.items():
        times: Counter[str] = Counter()
        for position, row in enumerate(rows):
            for number in _named_in(row, of_ballot):
                turn = f"{table}#{times[number]}"
                times[number] += 1
                found[f"{turn} position"][number] = position
                for column, value in row.items():
                    for name, measured in _measured(value):
                        found[f"{turn} {column} {name}"][number] = measured
        for number in known.codes:
            if times[number]:
                found[f"{table} rows"][number] = times[number]
    for at, taken in enumerate(dumps):
        for number, ballot in _ballots(last, known).items():
            here = any(ballot in str(row.get("matter", "")) for row in taken.tables["steps"])
            found[f"dump {at} has it"][number] = here
            found[f"dump {at} named in files"][number] = sum(
                ballot.encode() in d for d in taken.files.values()
            )
            found[f"dump {at} named in log"][number] = taken.log.find(ballot)
    return found


def _measured(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, int):
        yield "value", value
        return
    data = value if isinstance(value, bytes) else str(value).encode()
    yield "length", len(data)
    yield "bytes", data[:32]
    yield "end", data[-16:]
    yield "hash", digest(data)
    if data.startswith(b"{"):
        try:
            body = json.loads(data)
        except ValueError:  # what is random may begin with a brace
            return
        for name in ("matter", "actor", "facts", "postings", "judgement", "due"):
            if name in body:
                yield f"{name} length", len(json.dumps(body[name]))
                yield f"{name} text", json.dumps(body[name], sort_keys=True)
        sealed = body.get("facts", {}).get("sealed", "")
        for at in range(0, min(len(sealed), 60), 10):
            yield f"sealed {at}", sealed[at : at + 10]


def _ballots(taken: Dump, known: Known) -> dict[str, str]:
    """The number of each voter's ballot."""
    found = {}
    for row in taken.tables["steps"]:
        body = json.loads(row["body"])
        if body.get("parent") == known.poll:
            found[body["facts"]["number"]] = body["matter"]
    return found


def _owners(taken: Dump, known: Known) -> dict[bytes, str]:
    """What in a row points at a voter: the ballot's number, the claim, the key on the roll."""
    found: dict[bytes, str] = {}
    for number, ballot in _ballots(taken, known).items():
        found[ballot.encode()] = number
        found[f"{known.poll}/{number}".encode()] = number
        found[f"-{number}".encode()] = number
    return found


def _named_in(row: Mapping[str, Any], owners: Mapping[bytes, str]) -> set[str]:
    data = b"\x00".join(v if isinstance(v, bytes) else str(v).encode() for v in row.values())
    return {number for mark, number in owners.items() if mark in data}
