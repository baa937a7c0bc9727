"""The portal generator: what may be published of the record becomes static pages.

The engine knows no domain. It is given three things and makes a tree of files from them:

* a **record** (:class:`~linli_site.facts.Record`): a flat mapping from keys such as ``matter/2026-0017`` to
  values that msgspec can encode, each with a content hash;
* **kinds** (:class:`~linli_site.plan.PageKind`, :class:`~linli_site.plan.FileKind`): which pages there are,
  what each reads, and the template that shows it;
* a **bucket** (:class:`~linli_site.bucket.Bucket`) that takes the files: a folder, or memory.

A page kind in full::

    from linli_site import Each, Page, PageKind, Reader


    def context(reader: Reader, page: Page) -> dict[str, object]:
        matter = reader.get(page.key, MatterView)  # recorded: this page depends on that fact
        place = reader.get(f"place/{matter.place}", PlaceView)
        return {
            "title": matter.title,  # every page needs a title
            "path": place.path,  # the masthead's path: (label, address) pairs
            "lead": matter.answer,  # the sentence that the reader came for
            "as_of": matter.last_recorded,  # the newest day that the page rests on
            "expired": reader.reached(matter.ends),  # only this boundary rebuilds the page
            "matter": matter,
        }


    MATTERS = PageKind(
        "access.matter",
        plan=Each("matter/", lambda name: f"matters/{name}.html"),  # one page for each key with this prefix
        context=context,
        template="access/matter.html",  # extends "layout.html"
        templates=Path(__file__).parent / "templates",
    )

Instead of :class:`~linli_site.plan.Each` a plan may be a function ``(reader) -> Iterable[Page]``; what it
reads is recorded too. Everything goes through the :class:`~linli_site.facts.Reader`, so that the engine knows
why a page is as it is: ``get``, ``find`` (``None`` when absent), ``has``, ``keys`` (all keys with a prefix),
``children`` (the next segments below a prefix), ``today``, ``reached`` and ``current``. Prefer the narrowest:
a page that asks ``today`` is built again every day, one that asks ``reached(day)`` once.

The record needs one fact that the engine itself reads: ``site``, a :class:`~linli_site.frame.Frame`.

A template links with ``link("places/990101/index.html")`` (relative to the page; always an explicit file, so
that pages work from ``file://`` and under any path), and takes the pieces of the look from
``parts/*.html``: see ``templates/parts``. Filters: ``day``, ``span``, ``yuan``, ``number``.

Build once with :func:`~linli_site.build.build`, or keep a :class:`~linli_site.build.Site` in memory and
hand it the changed facts.
"""

from linli_site.bucket import Bucket, Folder, Memory
from linli_site.build import BuildFault, Report, Site, build
from linli_site.facts import DictRecord, OnDisk, Reader, Record
from linli_site.frame import Frame, NavItem
from linli_site.manifest import Manifest, ManifestFile
from linli_site.plan import Each, FileKind, Kind, Page, PageKind

__all__ = [
    "Bucket",
    "BuildFault",
    "DictRecord",
    "Each",
    "FileKind",
    "Folder",
    "Frame",
    "Kind",
    "Manifest",
    "ManifestFile",
    "Memory",
    "NavItem",
    "OnDisk",
    "Page",
    "PageKind",
    "Reader",
    "Record",
    "Report",
    "Site",
    "build",
]
