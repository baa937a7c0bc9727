"""What places and other practices may bring to compacts."""

from __future__ import annotations

from collections.abc import Iterable

from linli.hookspecs import hookspec
from linli.rules import Rule


@hookspec
def compacts_rules() -> Iterable[Rule]:
    """Register rules of compacts: moments ``compact.draft``, ``.adopt``, ``.file``, and ``compact_request.apply``.

    What they read is `linli_compacts.CompactFacts` and `linli_compacts.RequestFacts`.

    Example::

        @hook
        def compacts_rules():
            return [courtyard_compact_keeps_to_its_topics]
    """
