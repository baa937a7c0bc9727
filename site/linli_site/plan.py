"""Which pages there are: kinds of pages and of files, and the addresses they claim."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from linli.errors import LoadFault
from linli_site.facts import Reader

# One address is one file in every bucket and on every file system that a zip may be unpacked to.
_SEGMENT = r"[\w一-鿿][\w一-鿿.~-]*"
_ADDRESS = re.compile(rf"(?:{_SEGMENT}/)*{_SEGMENT}\.[a-z0-9]+")
_BARE = re.compile(rf"(?:{_SEGMENT}/)*{_SEGMENT}")


class Page(msgspec.Struct, frozen=True, gc=False):
    """One file of the tree, planned but not yet drawn."""

    address: str
    """Where it lies, relative to the root: ``places/990101/index.html``."""
    key: str = ""
    """What it is about, as its kind understands it: as a rule the key of a fact."""
    part: str = ""
    """Which part of that, for example the period ``2026-03``."""


@dataclass(frozen=True)
class Each:
    """A plan of one page for each key under ``prefix``.

    The engine keeps such a plan up to date key by key, so that a new fact costs one page and no new plan of
    100,000. ``address`` gets what follows the prefix and reads nothing.
    """

    prefix: str
    address: Callable[[str], str]

    def page(self, key: str) -> Page:
        """Return the page of one key."""
        return Page(self.address(key[len(self.prefix) :]), key)


Plan = Each | Callable[[Reader], Iterable[Page]]


@dataclass(frozen=True)
class PageKind:
    """A kind of HTML page: which there are, what each shows, and the template that shows it.

    ``context`` returns the template's variables; ``title`` must be among them. ``templates`` is a folder of
    the kind's own, searched beside the site's; names in it should begin with the owner's slug
    (``access/matter.html``), since two files of one name are refused.
    """

    id: str
    plan: Plan
    context: Callable[[Reader, Page], Mapping[str, object]]
    template: str
    templates: Path | None = None


@dataclass(frozen=True)
class FileKind:
    """A kind of file that is no HTML page: open data, a feed, a picture, a stylesheet.

    ``bare`` allows addresses without a suffix, for files whose names a format prescribes.
    """

    id: str
    plan: Plan
    content: Callable[[Reader, Page], bytes]
    bare: bool = False


Kind = PageKind | FileKind


def checked_address(address: str, kind: Kind) -> str:
    """Return ``address`` if it is a plain relative path to a file inside the tree.

    Raises:
        LoadFault: it is absolute, climbs, hides, or has no suffix where it needs one.
    """
    form = _BARE if isinstance(kind, FileKind) and kind.bare else _ADDRESS
    if not form.fullmatch(address) or ".." in address:
        raise LoadFault(
            f"页面地址 {address!r} 不能用",
            where=kind.id,
            cure="写成站内相对路径，例如 places/990101/index.html：不以 / 开头，不含 .. 和空格，有后缀",
        )
    return address


def planned(kind: Kind, reader: Reader) -> list[Page]:
    """Return the pages of a kind as the record stands, leaving marks in ``reader``."""
    if isinstance(kind.plan, Each):
        return [kind.plan.page(key) for key in reader.keys(kind.plan.prefix)]
    return list(kind.plan(reader))
