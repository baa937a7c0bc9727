"""Draw pages: templates, the record behind them, and a note of what each page read."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import jinja2
import msgspec

from linli.errors import LoadFault
from linli_site import pictures, wording
from linli_site.facts import Decoded, Reader, Record, content_hash
from linli_site.frame import SITE, Frame
from linli_site.links import Scan, relative, scan
from linli_site.plan import FileKind, Kind, Page, PageKind

TEMPLATES = Path(__file__).parent / "templates"
Inspect = Callable[[str, str], Sequence[str]]
"""Looks at the address and the HTML of a page about to go out, and returns what must not."""


class Drawn(msgspec.Struct, array_like=True, frozen=True):
    """One page or file, drawn, with everything that the build needs to know of it."""

    address: str
    content: bytes
    digest: str
    marks: tuple[str, ...]
    scan: Scan | None
    """Its links; ``None`` for a file that is no page."""
    faults: tuple[str, ...]


class Shared:
    """Exchanges what many pages have in common for one copy: questions, links, anchors."""

    def __init__(self) -> None:
        self._strings: dict[str, str] = {}
        self._anchors: dict[frozenset[str], frozenset[str]] = {}

    def kept(self, drawn: Drawn) -> Drawn:
        """Return what is kept of a drawn page while others are drawn: all but its content."""
        one = self._strings.setdefault
        found = drawn.scan
        if found is not None:
            anchors = self._anchors.setdefault(found.anchors, found.anchors)
            found = Scan(tuple([one(each, each) for each in found.targets]), anchors, found.faults)
        marks = tuple([one(each, each) for each in drawn.marks])
        return Drawn(drawn.address, b"", drawn.digest, marks, found, drawn.faults)


class _Environment(jinja2.Environment):
    """Jinja's, but ``it.name`` looks into a dict first.

    Nearly all that templates are handed are dicts, and to fail as an attribute before each look is what costs most of
    a page; a key that is called ``items`` is found as well.
    """

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return ``obj.attribute`` as a template means it."""
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)


class Renderer:
    """The templates of some kinds, loaded once."""

    def __init__(self, kinds: Iterable[Kind], inspect: Inspect | None = None) -> None:
        self._inspect = inspect
        self._folder = ""
        self._decoded = Decoded()
        folders = [TEMPLATES]
        self._kinds = tuple(kinds)
        for kind in self._kinds:
            if isinstance(kind, PageKind) and kind.templates is not None and kind.templates not in folders:
                folders.append(kind.templates)
        _no_name_twice(folders)
        self.environment: jinja2.Environment = _Environment(
            loader=jinja2.FileSystemLoader(folders),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            auto_reload=False,
            cache_size=-1,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.do"],
        )
        self.environment.filters.update(
            day=wording.day, span=wording.span, yuan=wording.yuan, number=wording.number
        )
        # Macros are imported without context, so that Jinja loads them once and not for every page. All that
        # they need of the page is the folder it lies in; a renderer draws one page at a time and keeps that.
        self.environment.globals.update(link=self._link, pictures=pictures)

    def draw(self, kind: Kind, page: Page, record: Record, today: date) -> Drawn:
        """Draw one page. What is wrong with it is in ``faults``, so that a build can report all at once."""
        reader = Reader(record, today, self._decoded)
        try:
            if isinstance(kind, FileKind):
                content = kind.content(reader, page)
                return Drawn(page.address, content, content_hash(content), _sorted(reader), None, ())
            html = self._html(kind, page, reader)
        except Exception as error:  # whatever a plugin's page raises is named with all other faults
            what = f"{type(error).__name__}: {error}"
            fault = f"{page.address}: {what} (kind {kind.id}, {page.key or 'no key'})"
            return Drawn(page.address, b"", "", _sorted(reader), None, (fault,))
        content = html.encode()
        found = self._inspect(page.address, html) if self._inspect else ()
        return Drawn(
            page.address,
            content,
            content_hash(content),
            _sorted(reader),
            scan(page.address, html),
            tuple(f"{page.address}: {what}" for what in found),
        )

    def _html(self, kind: PageKind, page: Page, reader: Reader) -> str:
        self._folder = page.address.rpartition("/")[0]
        context = kind.context(reader, page)
        site = reader.get(SITE, Frame)
        return self.environment.get_template(kind.template).render(context, site=site, page=page)

    def _link(self, address: str, fragment: str = "") -> str:
        """Return the link from the page being drawn to ``address``, an explicit file of the tree."""
        found = relative(self._folder, address)
        return f"{found}#{fragment}" if fragment else found


def fingerprint(kind: Kind) -> str:
    """Return a hash over the code and the templates that pages of ``kind`` come from.

    It covers this package, ``linli``, the package of the kind's own functions, and its templates: more than a
    page may have used, never less.
    """
    digest = blake2b(digest_size=16)
    digest.update(f"{jinja2.__version__} {sys.version_info[:2]}".encode())
    plan = kind.plan if callable(kind.plan) else kind.plan.address
    draws = kind.content if isinstance(kind, FileKind) else kind.context
    names = {"linli", "linli_site", *(getattr(each, "__module__", "linli_site") for each in (plan, draws))}
    roots = {root for name in names for root in _roots(name)}
    if isinstance(kind, PageKind):
        digest.update(kind.template.encode())
        if kind.templates is not None:
            roots.add(kind.templates)
    for root in sorted(roots):
        digest.update(_tree_hash(root))
    return digest.hexdigest()


def _roots(module: str) -> list[Path]:
    top = sys.modules.get(module.partition(".")[0])
    paths = getattr(top, "__path__", None)
    if paths is not None:
        return [Path(path) for path in paths]
    file = getattr(top, "__file__", None)
    return [Path(file)] if file else []


@cache  # a process runs the code and the templates that it loaded, whatever becomes of the files meanwhile
def _tree_hash(root: Path) -> bytes:
    digest = blake2b(digest_size=16)
    files = [root] if root.is_file() else sorted(root.rglob("*"))
    for file in files:
        if file.suffix in (".py", ".html", ".css", ".svg", ".xml", ".txt") and file.is_file():
            digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.digest()


def _no_name_twice(folders: Sequence[Path]) -> None:
    owners: dict[str, Path] = {}
    for folder in folders:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                name = file.relative_to(folder).as_posix()
                if name in owners:
                    raise LoadFault(
                        f"模板 {name} 在两个文件夹中都有：{owners[name]} 和 {folder}",
                        where=name,
                        cure="把插件的模板放进以插件名命名的子文件夹",
                    )
                owners[name] = folder


def _sorted(reader: Reader) -> tuple[str, ...]:
    return tuple(sorted(reader.marks))
