"""What changed between two texts, clause by clause: which are new, which are gone, and in which words one differs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from msgspec import Struct

# Pieces of so few characters between two changes are no common ground: they make a sentence unreadable.
SHORTEST = 2


class Piece(Struct, frozen=True):
    """A piece of a clause: its text, and whether it is only in this version."""

    text: str
    changed: bool = False


class Change(Struct, frozen=True):
    """One clause that differs. ``before`` is empty for a new one, ``after`` for one that is gone."""

    topic: str
    before: tuple[Piece, ...] = ()
    after: tuple[Piece, ...] = ()

    @property
    def word(self) -> str:
        """What happened to it."""
        return "修改" if self.before and self.after else "删去" if self.before else "新增"


def changes(earlier: Sequence[Mapping[str, Any]], later: Sequence[Mapping[str, Any]]) -> list[Change]:
    """The clauses that differ, in the order of the later text, those that are gone at the end."""
    old = {str(clause["topic"]): str(clause.get("text", "")) for clause in earlier}
    new = {str(clause["topic"]): str(clause.get("text", "")) for clause in later}
    found = []
    for topic, text in new.items():
        if topic not in old:
            found.append(Change(topic, after=(Piece(text, changed=True),)))
        elif old[topic] != text:
            found.append(Change(topic, *pieces(old[topic], text)))
    found += [Change(topic, before=(Piece(old[topic], changed=True),)) for topic in old if topic not in new]
    return found


def pieces(before: str, after: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Two versions of a clause, each cut into what both have and what only it has; joined, each is itself again."""
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    ours: list[Piece] = []
    theirs: list[Piece] = []
    at, there = 0, 0
    for block in matcher.get_matching_blocks():
        if 0 < block.size < SHORTEST:
            continue
        _add(ours, before[at : block.a], changed=True)
        _add(theirs, after[there : block.b], changed=True)
        _add(ours, before[block.a : block.a + block.size], changed=False)
        _add(theirs, after[block.b : block.b + block.size], changed=False)
        at, there = block.a + block.size, block.b + block.size
    return tuple(ours), tuple(theirs)


def _add(pieces: list[Piece], text: str, *, changed: bool) -> None:
    if not text:
        return
    if pieces and pieces[-1].changed == changed:
        pieces[-1] = Piece(pieces[-1].text + text, changed)
    else:
        pieces.append(Piece(text, changed))
