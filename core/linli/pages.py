"""Page kinds: how core procedures and plugins bring pages to the portal.

A page kind plans which pages exist and makes the context of each from the record alone; the site's generator does
the rest: it records what each page read and rebuilds a page only when that has changed. A *panel* is what a procedure
has to say of a place; it stands on that place's own page, with its sentence first. A *file kind* brings files that
are no pages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from msgspec import Struct


class Reader(Protocol):
    """What a page may read; every read is recorded.

    The keys are those of `linli.record`, and those that the portal works out of them: see `linli_site.derived`.
    """

    def get(self, key: str) -> Any:
        """The value of a key of the record, or None."""

    def keys(self, prefix: str) -> Sequence[str]:
        """The keys below a prefix, sorted."""

    def children(self, prefix: str) -> Sequence[str]:
        """The next segments of the keys below a prefix, up to the next ``/``, sorted."""

    def today(self) -> date:
        """The as-of day; a page that reads it is rebuilt when the day changes."""

    def reached(self, day: date) -> bool:
        """Whether a day has come; a page that asks is rebuilt once, when it has."""


class PagePlan(Struct, frozen=True):
    """One page to be: its address below the portal's root (``matters/x/index.html``) and what it is about."""

    address: str
    subject: str
    title: str


class Each(Struct, frozen=True):
    """A plan of one page for each key of the record under ``prefix``; the key is the subject of the page.

    The generator keeps such a plan up to date key by key, so that one page more costs one page, however many there
    are. ``address`` gets what follows the prefix and reads nothing.
    """

    prefix: str
    address: Callable[[str], str]


Plan = Callable[[Reader], Iterable[PagePlan]] | Each


class PageKind(Struct, frozen=True):
    """A kind of page. ``template`` lies in the folder ``templates`` of the import package ``package``.

    Names of templates begin with the owner's slug (``access/list.html``). ``context`` gives the variables of the
    template; ``title`` is among them. ``prefixes`` are the parts of the record that ``plan`` reads, so that the
    generator knows when to plan again. ``entry`` is the address of the kind's page that the navigation names, if any.
    """

    id: str
    title: str
    plan: Plan
    context: Callable[[Reader, PagePlan], Mapping[str, Any]]
    template: str
    package: str
    prefixes: tuple[str, ...] = ()
    entry: str = ""


class FileKind(Struct, frozen=True):
    """A kind of file that is no page: a calendar, a table to download.

    ``plan`` says which files there are, each under an address with a suffix (``funds/x/entries.csv``); ``content``
    makes the bytes of one from the record alone, the same bytes from the same record.
    """

    id: str
    title: str
    plan: Plan
    content: Callable[[Reader, PagePlan], bytes]


class Panel(Struct, frozen=True):
    """What a procedure says of a place, on that place's page; panels stand in the order of ``order``, then of ``id``.

    ``context`` gets the `linli.record.PlaceFact` as JSON values and returns the variables of the template, or None
    where there is nothing to say at that level. ``answer`` among them is the sentence that stands first on the page.
    ``template`` is included with these variables under the name ``panel``.
    """

    id: str
    context: Callable[[Reader, Mapping[str, Any]], Mapping[str, Any] | None]
    template: str
    package: str
    order: int = 100


def stage_now(reader: Reader, line: Mapping[str, Any]) -> Mapping[str, Any]:
    """The stage of a listed matter (`linli.record.Listed`, as JSON values) on the as-of day, and since when it counts.

    Only the days on which the matter lapses by itself are asked for.
    """
    found: Mapping[str, Any] = line["stages"][0]
    for later in line["stages"][1:]:
        if reader.reached(date.fromisoformat(later["since"])) and later["since"] >= found["since"]:
            found = later
    return found
