"""Checks and indicators: a rule over registers and matters as a whole.

A check looks at one place and says what it found. It never ranks communities and never counts log-ins or silence:
national rules forbid both (《整治形式主义为基层减负若干规定》, 国办函〔2026〕12号).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from msgspec import Struct

from linli.citations import Citation
from linli.matters import State
from linli.places import Level, Places
from linli.rulebook import Rulebook


class Survey(Protocol):
    """What a check may look at: one place on one day."""

    place: str
    on: date
    places: Places
    rulebook: Rulebook

    def brought(self, hook: str) -> tuple[Any, ...]:
        """What plugins registered at the place through a hook that a practice specified."""

    def entries(self, register: str) -> Mapping[str, Mapping[str, Any]]:
        """The entries of a register, for the place, below or above it, that hold on the day, by key."""

    def states(self, procedure: str) -> Sequence[State]:
        """The states of the place's matters of a procedure on the day."""


class Remark(Struct, frozen=True):
    """What a check found: a sentence, whether it is an alarm, and the figures behind it by name."""

    text: str
    alarm: bool = False
    figures: tuple[tuple[str, int], ...] = ()


class Check(Struct, frozen=True):
    """A check at places of one level. ``public``: its remarks may stand on the place's page."""

    id: str
    title: str
    level: Level
    cites: tuple[Citation, ...]
    look: Callable[[Survey], Iterable[Remark]]
    public: bool = True
