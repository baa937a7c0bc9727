"""The hooks that the practice of bodies adds: kinds of bodies and frames that plugins bring."""

from __future__ import annotations

from collections.abc import Iterable

import pluggy

from linli.rules import Rule
from linli_bodies.frames import Frame
from linli_bodies.kinds import BodyKind

hookspec = pluggy.HookspecMarker("linli")


@hookspec
def bodies_kinds() -> Iterable[BodyKind]:
    """Bring the kinds of bodies that a text knows, each with its text and its days.

    Example::

        @hook
        def bodies_kinds():
            return [RESIDENTS_COMMITTEE.by(COMMITTEE_LAW_2026.article(8), seats=(5, 9))]
    """


@hookspec
def bodies_frames() -> Iterable[Frame]:
    """Bring frames: of which bodies a community is made, from which day on.

    Example::

        @hook
        def bodies_frames():
            return [
                Frame(
                    id="later",
                    title="邻里自理、街坊共治",
                    rows=ROWS,
                    since=date(2014, 1, 1),
                    cites=(ACCOUNT,),
                )
            ]
    """


@hookspec
def bodies_rules() -> Iterable[Rule]:
    """Register rules of the procedures of this practice: moments of bodies, seats, elections, recalls, demands, duties.

    Example::

        @hook
        def bodies_rules():
            return [one_woman_at_least]
    """
