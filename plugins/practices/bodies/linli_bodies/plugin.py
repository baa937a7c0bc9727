"""What the practice of bodies registers."""

from __future__ import annotations

from collections.abc import Iterable
from types import ModuleType

from linli.plugins import PRACTICE, Manifest, hook
from linli.registers import Register
from linli_bodies import hookspecs, registers


@hook
def linli_manifest() -> Manifest:
    """The practice of bodies."""
    return Manifest("bodies", "组织和席位", PRACTICE)


@hook
def linli_hookspecs() -> Iterable[ModuleType]:
    """The hooks that places answer: kinds of bodies, frames, rules."""
    return [hookspecs]


@hook
def linli_registers() -> Iterable[Register]:
    """Bodies, seats, terms, the numbers behind a quorum, last meetings, chosen frames."""
    return [value for value in vars(registers).values() if isinstance(value, Register)]
