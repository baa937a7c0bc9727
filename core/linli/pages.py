"""Page kinds: how core procedures and plugins bring pages to the portal.

A page kind plans which pages exist and makes the context of each from the record alone; the site's generator does
the rest: it records what each page read and rebuilds a page only when that has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from msgspec import Struct


class Reader(Protocol):
    """What a page may read; every read is recorded."""

    def get(self, key: str) -> Any:
        """The value of a key of the record, or None."""

    def keys(self, prefix: str) -> Sequence[str]:
        """The keys below a prefix, sorted."""

    def today(self) -> date:
        """The as-of day; a page that reads it is rebuilt when the day changes."""


class PagePlan(Struct, frozen=True):
    """One page to be: its address below the portal's root (``matters/x/index.html``) and what it is about."""

    address: str
    subject: str
    title: str


class PageKind(Struct, frozen=True):
    """A kind of page. ``template`` lies in the folder ``templates`` of the import package ``package``.

    ``prefixes`` are the parts of the record that ``plan`` reads, so that the generator knows when to plan again.
    """

    id: str
    title: str
    plan: Callable[[Reader], Iterable[PagePlan]]
    context: Callable[[Reader, PagePlan], Mapping[str, Any]]
    template: str
    package: str
    prefixes: tuple[str, ...] = ()
