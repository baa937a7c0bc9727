"""Links between the pages: written relative to the page, and every one of them checked.

A link names a file, never a folder: ``places/990101/index.html``. So a page works from ``file://``, under
any base path, and out of a zip. What a finished page links to is read from its HTML by one scan, whoever
wrote it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

_ATTRIBUTE = re.compile(r"""\s(href|src|id)=(?:"([^"]*)"|'([^']*)')""")
_ELSEWHERE = re.compile(r"(?:[a-zA-Z][a-zA-Z0-9+.-]*:|//)")


@lru_cache(maxsize=8192)
def relative(folder: str, address: str) -> str:
    """Return ``address`` as seen from a page in ``folder`` (``""`` for the root, no slash at the end)."""
    here = folder.split("/") if folder else []
    there = address.split("/")
    shared = 0
    while shared < min(len(here), len(there) - 1) and here[shared] == there[shared]:
        shared += 1
    return "../" * (len(here) - shared) + "/".join(there[shared:])


@lru_cache(maxsize=8192)
def resolve(folder: str, link: str) -> str | None:
    """Return the address in the tree that ``link`` means in ``folder``, or ``None`` if it leads out of it."""
    parts = folder.split("/") if folder else []
    for part in link.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


class Scan(NamedTuple):
    """What one page links to, what can be linked to in it, and what is wrong with its links by itself."""

    targets: tuple[str, ...]
    """Addresses in the tree, with ``#fragment`` where the link has one; sorted, each once."""
    anchors: frozenset[str]
    faults: tuple[str, ...]


def scan(address: str, html: str) -> Scan:
    """Read the internal links and the anchors of a page."""
    folder = address.rpartition("/")[0]
    anchors: list[str] = []
    links: set[str] = set()
    for name, double, single in _ATTRIBUTE.findall(html):
        value = double or single
        if name == "id":
            anchors.append(value)
        else:
            links.add(value)
    faults = [f"the id {name!r} stands {n} times" for name, n in Counter(anchors).items() if n > 1]
    known = frozenset(anchors)
    targets = set()
    for link in links:
        if _ELSEWHERE.match(link):
            continue
        path, _, fragment = (unquote(link) if "%" in link else link).partition("#")
        path = path.partition("?")[0]
        if not path:
            if not fragment or fragment not in known:
                faults.append(f"link {link!r} leads nowhere in this page")
            continue
        if path.startswith("/"):
            faults.append(f"link {link!r} is absolute and breaks under another base path; use link(...)")
            continue
        target = resolve(folder, path)
        if target is None or path.endswith("/"):
            faults.append(f"link {link!r} names no file of this site; write index.html in full")
            continue
        targets.add(f"{target}#{fragment}" if fragment else target)
    return Scan(tuple(sorted(targets)), known, tuple(sorted(faults)))


class Fragments:
    """Which addresses, and which fragments of them, are linked to from other pages, and how often."""

    def __init__(self) -> None:
        self._wanted: dict[str, Counter[str]] = {}
        self._linked: dict[str, int] = {}

    def add(self, targets: Iterable[str]) -> None:
        """Count the links of a page."""
        for target in targets:
            address, mark, fragment = target.partition("#")
            self._linked[address] = self._linked.get(address, 0) + 1
            if mark:
                self._wanted.setdefault(address, Counter())[fragment] += 1

    def discard(self, targets: Iterable[str]) -> None:
        """Take back what :meth:`add` counted."""
        for target in targets:
            address, mark, fragment = target.partition("#")
            if self._linked[address] == 1:
                del self._linked[address]
            else:
                self._linked[address] -= 1
            if mark:
                wanted = self._wanted[address]
                wanted[fragment] -= 1
                if not wanted[fragment]:
                    del wanted[fragment]
                    if not wanted:
                        del self._wanted[address]

    def linked(self, address: str) -> bool:
        """Say whether some page links to ``address``."""
        return address in self._linked

    def wanted(self, address: str) -> Iterable[str]:
        """Return the fragments of ``address`` that some page links to."""
        return self._wanted.get(address, ())


def broken(
    drawn: Mapping[str, Scan],
    removed: set[str],
    standing: Iterable[tuple[str, tuple[str, ...]]],
    fragments: Fragments,
    exists: Callable[[str], bool],
    anchors_of: Callable[[str], frozenset[str]],
) -> list[str]:
    """Return a sentence for each link that would break if ``drawn`` pages went out and ``removed`` ones went.

    ``standing`` are the pages that stay as they are, with their targets; they are walked only if a page or an
    anchor goes that something linked to. ``fragments`` counts the links of the standing pages only.
    """
    faults = []
    seen: dict[str, frozenset[str]] = {address: scanned.anchors for address, scanned in drawn.items()}
    for address, scanned in drawn.items():
        faults += [f"{address}: {fault}" for fault in scanned.faults]
        for target in scanned.targets:
            page, mark, fragment = target.partition("#")
            if not exists(page):
                faults.append(f"{address}: links to {page}, and there is no such page")
            elif mark:
                if page not in seen:
                    seen[page] = anchors_of(page)
                if fragment not in seen[page]:
                    faults.append(f"{address}: links to {target}, and that page has no such anchor")
    lost = {
        f"{address}#{fragment}"
        for address, scanned in drawn.items()
        for fragment in fragments.wanted(address)
        if fragment not in scanned.anchors
    }
    # To find who links there, every page is looked at: only where somebody does.
    removed = {address for address in removed if fragments.linked(address)}
    if lost or removed:
        for address, targets in standing:
            for target in targets:
                if target in lost:
                    faults.append(f"{address}: links to {target}, and that page lost this anchor")
                elif target.partition("#")[0] in removed:
                    faults.append(f"{address}: links to {target}, and that page goes")
    return faults
