"""Frames: of which bodies a community is made, as data with dates, and which layer of them does what.

Plugins bring frames through the hook ``bodies_frames``. Of those that hold at a place on a day the one counts that the
place has chosen (register ``place_frames``), else the one that began last. A row may ask for one of several kinds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from enum import StrEnum

from msgspec import Struct

from linli.citations import NATION, Citation
from linli.places import Level


class Power(StrEnum):
    """What a layer does in the affairs of a community."""

    LEAD = "lead"
    DECIDE = "decide"
    ADVISE = "advise"
    EXECUTE = "execute"
    SERVE = "serve"
    ASSIST = "assist"
    SUPERVISE = "supervise"
    PARTICIPATE = "participate"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The word that residents read."""
        return _POWER_TITLES[self]


_POWER_TITLES = {
    Power.LEAD: "领导",
    Power.DECIDE: "决定",
    Power.ADVISE: "咨询议事",
    Power.EXECUTE: "执行",
    Power.SERVE: "公共服务",
    Power.ASSIST: "协同",
    Power.SUPERVISE: "监督",
    Power.PARTICIPATE: "参与",
}


class FrameRow(Struct, frozen=True):
    """A layer: its name, the kinds of which one fills it, what it does.

    ``required``: without it the frame is not complete. ``level`` is that of the place where it stands: the community
    itself, or a place above it. ``may_be_given``: powers that a higher layer may delegate to it. ``stand_in``: the kind
    that acts for it as long as nobody fills it.
    """

    layer: str
    kinds: tuple[str, ...]
    powers: tuple[Power, ...] = ()
    required: bool = True
    level: Level = Level.COMMUNITY
    may_be_given: tuple[Power, ...] = ()
    stand_in: str = ""


class Frame(Struct, frozen=True, kw_only=True):
    """A frame: its rows in order, the level of place that is framed, and the days between which it holds.

    ``name`` is what people call it; a name is no count. ``bodies``: what the required bodies are called together.
    Frames of different ``use`` stand side by side: who is there (``structure``), what the law wants everywhere
    (``law``), who plays which part in deliberating (``roles``), who bears a duty together (``duty``). ``place`` is the
    place for which it was made: of two that began together the lower one's counts.
    """

    id: str
    title: str
    rows: tuple[FrameRow, ...]
    since: date
    until: date | None = None
    level: Level = Level.COMMUNITY
    name: str = ""
    bodies: str = ""
    use: str = "structure"
    place: str = NATION
    cites: tuple[Citation, ...] = ()

    def holds(self, on: date) -> bool:
        """Whether the frame holds on a day."""
        return self.since <= on and (self.until is None or on <= self.until)

    def missing(self, kinds: Collection[str]) -> tuple[FrameRow, ...]:
        """The required rows that none of the kinds fills."""
        return tuple(row for row in self.rows if row.required and not set(row.kinds) & set(kinds))

    def row(self, kind: str) -> FrameRow | None:
        """The row that a kind fills, or None."""
        return next((row for row in self.rows if kind in row.kinds), None)

    def may(self, kind: str, power: Power) -> bool:
        """Whether a kind has a power of its own."""
        row = self.row(kind)
        return row is not None and power in row.powers

    def may_be_given(self, kind: str, power: Power) -> bool:
        """Whether a power may be delegated to a kind."""
        row = self.row(kind)
        return row is not None and power in row.may_be_given

    def who(self, power: Power) -> tuple[str, ...]:
        """The kinds that have a power of their own."""
        return tuple(kind for row in self.rows if power in row.powers for kind in row.kinds)


def frame_on(frames: Iterable[Frame], on: date, *, chosen: str = "", use: str = "structure") -> Frame | None:
    """The frame that counts on a day: the chosen one where it holds, else the one that began last."""
    held = [frame for frame in frames if frame.use == use and frame.holds(on)]
    named = next((frame for frame in held if frame.id == chosen), None)
    return named or max(
        held, key=lambda frame: (frame.since, frame.place.rstrip("0"), frame.id), default=None
    )
