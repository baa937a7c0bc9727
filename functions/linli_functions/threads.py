"""Before threads begin: what msgspec works out of a struct when it is first used.

msgspec keeps what it needs to read a struct on the class, and builds it at the first use. Two threads that use a struct
for the first time at the same moment crash the interpreter (seen with msgspec 0.22: SIGSEGV in `msgspec.convert`). So a
process that answers in several threads has everything built while it is still one. A function answers one call at a
time; of those only the one that publishes has threads, which send pages.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec import Struct


def ready_for_threads() -> int:
    """Build it for every struct that is loaded, and say for how many; those that are never read are passed over."""
    built = 0
    for kind in dict.fromkeys(_below(Struct)):
        try:
            msgspec.json.Decoder(kind)
        except (TypeError, NameError, AttributeError):
            continue  # it holds functions or names of types only: nobody reads it from JSON
        built += 1
    return built


def _below(kind: type[Struct]) -> Iterator[type[Struct]]:
    for each in kind.__subclasses__():
        yield each
        yield from _below(each)
