"""Where something was voted on: ``tallied/<key>``, the ids of the tallies that have it among their choices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from linli.record import PublicEntry
from linli.resolutions import TALLIES
from linli_site.facts import Record

PREFIX = f"registers/{TALLIES.id}/"

_entry = msgspec.json.Decoder(PublicEntry)


class Tallied:
    """What was voted on, kept up to date with the register of tallies."""

    def __init__(self) -> None:
        self._tallies: dict[str, set[str]] = {}

    def load(self, record: Record) -> Iterator[tuple[str, object]]:
        """Take in every tally of the record."""
        for key in record.keys(PREFIX):
            for choice in _choices(record.raw(key)):
                self._tallies.setdefault(choice, set()).add(key.removeprefix(PREFIX))
        for choice, ids in self._tallies.items():
            yield f"tallied/{choice}", sorted(ids)

    def update(
        self, before: Mapping[str, bytes | None], after: Mapping[str, Any]
    ) -> Iterator[tuple[str, object]]:
        """Take over tallies that changed; called with the two exchanged it undoes itself."""
        changed: set[str] = set()
        for key, value in after.items():
            if not key.startswith(PREFIX):
                continue
            had, has = set(_choices(before.get(key))), set(_choices(value))
            for choice in had ^ has:
                ids = self._tallies.setdefault(choice, set())
                (ids.add if choice in has else ids.discard)(key.removeprefix(PREFIX))
                changed.add(choice)
        for choice in changed:
            yield f"tallied/{choice}", sorted(self._tallies[choice]) or None


def _choices(raw: Any) -> list[str]:
    if raw is None:
        return []
    versions = _entry.decode(bytes(raw)).versions
    held = versions[-1].values if versions else {}
    return [str(choice["key"]) for choice in held.get("choices", ())]
