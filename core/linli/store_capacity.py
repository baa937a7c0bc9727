"""What a commit weighs, and how callers cut what is more than a store takes at once.

A store on one machine takes as much as memory holds; a transaction of DynamoDB takes 100 writes and 4 MB. So every
caller that writes for many (an import, the log, a publication) asks here how much fits and goes on in slices, each of
which leaves the store sound and is not done twice when the whole is done again. The count is the same for every store,
that of the most demanding one, so that what was tried in memory holds in the cloud.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import structs

from linli.errors import LinliError
from linli.ledger import is_outside
from linli.store import Capacity, Commit, Row

SMALLEST = Capacity(writes=100, bytes=4_000_000)
"""The least that a store takes in one commit: a transaction of DynamoDB has no more room."""

PART_BYTES = 256 * 1024
"""A value longer than this is kept in parts, each of which is a write of its own."""

_KEYS_BYTES = 200  # the keys and names beside the value of a write, generously


class TooLarge(LinliError):
    """A commit is more than the store takes at once; nothing of it was written."""

    code = "too-large"
    status = 413


def weigh(commit: Commit) -> Capacity:
    """How many writes and bytes a commit is, at most.

    A matter counts one write for its head and one for being new, a step one, an entry one and one for the version that
    it replaces, each condition, claim and row one, the postings together one and two for each account that they touch.
    """
    written = {(entry.register, entry.key) for entry in commit.entries}
    asked = {(each.register, each.key) for each in commit.conditions} - written
    writes = len(commit.steps) + len({step.matter for step in commit.steps})
    writes += sum(step.number == 1 for step in commit.steps)
    writes += len(commit.claims) + len(asked)
    writes += len(commit.entries) + sum(entry.version > 1 for entry in commit.entries)
    rows = {(row.index, row.key): row for row in commit.rows}
    writes += len(rows)
    postings = [posting for step in commit.steps for posting in step.postings]
    touched = {account for each in postings for account in (each.source, each.destination)}
    held = {each.account for each in commit.balances} | {each for each in touched if not is_outside(each)}
    writes += bool(postings) + len(touched) + len(held)
    writes += not (commit.steps or commit.claims or commit.entries)
    values = [
        *(len(step.body) for step in commit.steps),
        *(len(claim.value) for claim in commit.claims),
        *(len(entry.body) for entry in commit.entries),
        *(len(row.value or b"") for row in rows.values()),
        sum(len(p.source) + len(p.destination) + len(p.purpose) + len(p.reverses) + 40 for p in postings),
    ]
    writes += sum((size - 1) // PART_BYTES for size in values if size > PART_BYTES)
    return Capacity(writes, sum(values) + writes * _KEYS_BYTES)


def fits(commit: Commit, capacity: Capacity) -> bool:
    """Whether a commit is no more than a store takes at once."""
    weight = weigh(commit)
    return weight.writes <= capacity.writes and weight.bytes <= capacity.bytes


def must_fit(commit: Commit, capacity: Capacity) -> None:
    """Raise `TooLarge` for a commit that is more than a store takes at once."""
    weight = weigh(commit)
    if weight.writes > capacity.writes:
        raise too_many(weight.writes, capacity.writes)
    if weight.bytes > capacity.bytes:
        raise too_long(weight.bytes, capacity.bytes)


def too_many(writes: int, most: int) -> TooLarge:
    """More writes than one commit takes."""
    said = f"这一次要写 {writes} 项，存储一次最多写 {most} 项；什么都没有写入"
    return TooLarge(said, cure="分成几次办理")


def too_long(size: int, most: int) -> TooLarge:
    """More bytes than one commit takes."""
    said = f"这一次要写 {size} 字节，存储一次最多写 {most} 字节；什么都没有写入"
    return TooLarge(said, cure="分成几次办理")


def slices(groups: Iterable[Commit], capacity: Capacity) -> Iterator[Commit]:
    """Join commits, each of which must be whole, into as few as fit, in order.

    A commit that is too much by itself comes out alone, for the store to refuse.
    """
    joined: list[Commit] = []
    writes = size = 0
    for group in groups:
        weight = weigh(group)
        if joined and (writes + weight.writes > capacity.writes or size + weight.bytes > capacity.bytes):
            yield _joined(joined)
            joined, writes, size = [], 0, 0
        joined.append(group)
        writes, size = writes + weight.writes, size + weight.bytes
    if joined:
        yield _joined(joined)


def row_slices(rows: Iterable[Row], capacity: Capacity) -> Iterator[Commit]:
    """Rows in as few commits as they fit in, in order."""
    # A commit of nothing but rows is one write more than its rows, however many they are.
    room = Capacity(capacity.writes - 1, capacity.bytes)
    taken: list[Row] = []
    writes = size = 0
    for row in rows:
        weight = weigh(Commit(rows=(row,)))
        if taken and (writes + weight.writes - 1 > room.writes or size + weight.bytes > room.bytes):
            yield Commit(rows=tuple(taken))
            taken, writes, size = [], 0, 0
        taken.append(row)
        writes, size = writes + weight.writes - 1, size + weight.bytes
    if taken:
        yield Commit(rows=tuple(taken))


def _joined(commits: Iterable[Commit]) -> Commit:
    held: dict[str, list[Any]] = {field.name: [] for field in structs.fields(Commit)}
    for commit in commits:
        for name, values in held.items():
            values.extend(getattr(commit, name))
    return Commit(**{name: tuple(values) for name, values in held.items()})
