"""Long lists of facts, cut into sheets: what stands on one page, so that a new fact rewrites few of them.

A sheet is the fact ``sheets/<list>/<nnn>``: the names of at most :data:`CHUNK` facts of a list, in order; the list is
what their keys have in common before the last ``/``. Where it is cut depends on what is in it only.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from typing import Any

from linli_site.facts import Record

CHUNK = 40
"""So many lines stand on one page of a list: more would make a page heavy for a phone."""
LISTS = ("entries/", "gifts/", "mentions/")
"""The facts of the record that are cut into sheets."""


class Sheets:
    """The sheets of a record, kept up to date with its facts."""

    def __init__(self) -> None:
        self._lists: dict[str, list[str]] = {}

    def load(self, record: Record) -> Iterator[tuple[str, object]]:
        """Cut every list of the record, and yield the sheets."""
        for prefix in LISTS:
            for key in record.keys(prefix):
                name, _, member = key.rpartition("/")
                self._lists.setdefault(name, []).append(member)  # keys come in order
        for name, members in self._lists.items():
            for number in range(0, len(members), CHUNK):
                yield _sheet(name, members, number // CHUNK)

    def update(
        self, before: Mapping[str, bytes | None], after: Mapping[str, Any]
    ) -> Iterator[tuple[str, object]]:
        """Take over facts that came or went, and yield the sheets that change with them (None: gone).

        Called with the two exchanged it undoes itself.
        """
        moved: dict[str, int] = {}  # for each list the first place from which on it differs
        for key in after:
            if not key.startswith(LISTS):
                continue
            name, _, member = key.rpartition("/")
            members = self._lists.setdefault(name, [])
            at = bisect_left(members, member)
            there = at < len(members) and members[at] == member
            if (after[key] is not None) == there:
                continue
            if there:
                del members[at]
            else:
                members.insert(at, member)
            moved[name] = min(at, moved.get(name, at))
        for name, first in moved.items():
            members = self._lists[name]
            # One sheet more than there are: the last member of the last one may have gone.
            for number in range(first // CHUNK, len(members) // CHUNK + 2):
                yield _sheet(name, members, number)


def _sheet(name: str, members: list[str], number: int) -> tuple[str, object]:
    return f"sheets/{name}/{number + 1:03}", members[number * CHUNK : (number + 1) * CHUNK] or None
