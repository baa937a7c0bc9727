"""The portal of a deployment: the record and the page kinds joined into a site.

Generic pages are here; what a procedure has to show comes through the hook ``linli_pages``, the core's own pages of
access not excepted. Build once from a store, or keep a :class:`Portal` and hand it each publish::

    portal = Portal(deployment, StoreRecord(store), Folder(path), frame_of(deployment))
    portal.build(today)
    portal.apply(publish(desk, signer), today)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any, Protocol, TypeVar

import msgspec

from linli import pages
from linli.canonical import canonical
from linli.deployment import Deployment
from linli.errors import LoadFault
from linli.personal_data import scan_html
from linli.record import RECORD, StoreRecord
from linli.store import Store
from linli_site.bucket import Bucket
from linli_site.build import Report, Site
from linli_site.derived import PREFIXES, Derived, standing
from linli_site.facts import DictRecord, Reader, content_hash
from linli_site.frame import SITE, Frame, NavItem
from linli_site.log_files import TILES, tile_fact
from linli_site.manifest import Manifest
from linli_site.pages import generic
from linli_site.plan import Each, FileKind, Kind, Page, PageKind, Plan

STANDING = ("places/", "procedures/", "rulebook/")
NEAR = 512
"""So many facts read last are kept at hand: enough for the pages of a matter and for one list."""
_OWN = (*PREFIXES, *STANDING)

T = TypeVar("T")


class Changes(Protocol):
    """What a publish hands over: the facts of the record that changed, as they are and as they were."""

    changes: dict[str, msgspec.Raw | None]
    before: dict[str, bytes | None]


def frame_of(deployment: Deployment, notice: str = "") -> Frame:
    """Return the frame of a deployment's pages; ``notice`` is a sentence above each of them."""
    access = [page for page in deployment.page_kinds if isinstance(page, pages.PageKind) and page.entry]
    return Frame(
        name=deployment.title,
        owner=deployment.owner,
        nav=(
            NavItem("首页", "index.html"),
            NavItem("找社区", "places/index.html"),
            *(NavItem(page.title, page.entry) for page in access),
            NavItem("规则", "rules/index.html"),
            NavItem("变化", "changes/index.html"),
        ),
        icp=deployment.icp,
        check="check.html",
        feed="feed.xml",
        contact=deployment.contact,
        notice=notice,
    )


class Portal:
    """The site of one deployment, kept in step with its record. ``address`` is where it is served, with no slash
    at its end, for the codes on board sheets; ``receipts`` is the address of the function that looks up receipts.
    """

    def __init__(
        self,
        deployment: Deployment,
        record: StoreRecord,
        out: Bucket,
        frame: Frame,
        *,
        address: str = "",
        receipts: str = "",
        processes: int = 1,
        values: MutableMapping[str, bytes] | None = None,
    ) -> None:
        """Join them; ``values`` keeps what is worked out of the record, in memory unless told otherwise."""
        self._source = record
        self._derived = Derived(deployment.place)
        copied = [(key, msgspec.Raw(record.raw(key) or b"null")) for key in _standing_keys(record)]
        facts = [
            *copied,
            *standing(deployment, frame),
            ("portal", {"address": address, "receipts": receipts}),
        ]
        own = DictRecord(_encoded([*facts, *self._derived.load(record)]), values)
        self._record = Joined(record, own)
        self._site = Site(self._record, kinds(deployment), out, inspect=inspect, processes=processes)

    def build(self, today: date, previous: Manifest | None = None) -> Report:
        """Bring the tree up to date; see :meth:`linli_site.build.Site.build`."""
        self._record.forget()
        return self._site.build(today, previous)

    def apply(self, published: Changes, today: date | None = None) -> Report:
        """Write the pages that read what a publish changed; see :meth:`linli_site.build.Site.apply`."""
        self._record.forget()
        before, after = published.before, published.changes
        self._source.rewind({key: value for key, value in before.items() if not _is_own(key)})
        worked_out = self._derived.update(before, after)
        try:
            return self._site.apply({**after, **worked_out}, today)
        except BaseException:
            self._derived.update(_bytes(after), before)
            raise

    def manifest(self) -> Manifest:
        """Return what the next process has to know to go on from here."""
        return self._site.manifest()


class WholeRecord(StoreRecord):
    """The record of a store, read at once for one build, where each question of its own would be a call elsewhere."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self._whole = DictRecord(_all_rows(store))

    def raw(self, key: str) -> bytes | None:
        """Return the canonical JSON of a fact, or None."""
        return self._whole.raw(key)

    def keys(self, prefix: str) -> Sequence[str]:
        """Return the keys that begin with a prefix, sorted."""
        return self._whole.keys(prefix)

    def children(self, prefix: str) -> Sequence[str]:
        """Return the next segments below a prefix, sorted."""
        return self._whole.children(prefix)


class Joined:
    """The record of the store, with what the portal works out of it beside it.

    What was read last is kept at hand: the pages of a matter are drawn one after another and read the same facts.
    """

    def __init__(self, record: StoreRecord, own: DictRecord) -> None:
        self._record = record
        self._own = own
        self._near: dict[str, bytes | None] = {}

    def forget(self) -> None:
        """Read everything anew from here on: others write to the store as well."""
        self._near.clear()

    def _of(self, key: str) -> StoreRecord | DictRecord:
        return self._own if _is_own(key) else self._record

    def encode(self, value: object) -> bytes:
        """Return the canonical JSON under which a value is kept."""
        return self._record.encode(value)

    def raw(self, key: str) -> bytes | None:
        """Return the value's canonical JSON, or None."""
        try:
            return self._near[key]
        except KeyError:
            tile = key.startswith(TILES)
            value = tile_fact(self._record.store, key) if tile else self._of(key).raw(key)
        if len(self._near) >= NEAR:
            del self._near[next(iter(self._near))]
        self._near[key] = value
        return value

    def hash(self, key: str) -> str | None:
        """Return the content hash of the value, or None."""
        value = self.raw(key)
        return None if value is None else content_hash(value)

    def keys(self, prefix: str) -> Sequence[str]:
        """Return the keys that begin with ``prefix``, sorted."""
        return self._of(prefix).keys(prefix)

    def children(self, prefix: str) -> Sequence[str]:
        """Return the next segments below ``prefix``, sorted."""
        return self._of(prefix).children(prefix)

    def put(self, key: str, value: bytes | None) -> bytes | None:
        """Set a fact and return what was there before."""
        self._near.pop(key, None)
        return self._of(key).put(key, value)


def kinds(deployment: Deployment) -> list[Kind]:
    """Return every kind of page of a deployment: the generic ones, then those that came through the hook."""
    panels = [each for each in deployment.page_kinds if isinstance(each, pages.Panel)]
    brought = [adapted(each) for each in deployment.page_kinds if not isinstance(each, pages.Panel)]
    ordered = sorted(panels, key=lambda panel: (panel.order, panel.id))
    return [*generic(deployment, ordered, [templates_of(panel.package) for panel in ordered]), *brought]


def adapted(kind: pages.PageKind | pages.FileKind) -> Kind:
    """Return the engine's form of a kind of pages or of files that a procedure or a plugin brings."""

    plan = _planned_of(kind.plan)
    if isinstance(kind, pages.FileKind):
        return FileKind(kind.id, plan, _told_of(kind.content))
    return PageKind(kind.id, plan, _told_of(kind.context), kind.template, templates_of(kind.package))


def _planned_of(plan: pages.Plan) -> Plan:
    """Return the engine's form of a plan."""
    if isinstance(plan, pages.Each):
        return Each(plan.prefix, plan.address)

    def planned(reader: Reader) -> Iterable[Page]:
        return [Page(each.address, each.subject, each.title) for each in plan(Asking(reader))]

    # The fingerprint of a kind covers the package of its functions: let it be the owner's, not ours.
    planned.__module__ = _module(plan)
    return planned


def _told_of(tells: Callable[[pages.Reader, pages.PagePlan], T]) -> Callable[[Reader, Page], T]:
    """Return the engine's form of a function that tells what stands on a page or in a file."""

    def told(reader: Reader, page: Page) -> T:
        return tells(Asking(reader), pages.PagePlan(page.address, page.key, page.part))

    told.__module__ = _module(tells)
    return told


def templates_of(package: str) -> Path:
    """Return the folder ``templates`` of an import package; raises `LoadFault` where there is none."""
    folder = Path(str(files(package))) / "templates"
    if not folder.is_dir():
        raise LoadFault("页面没有模板文件夹", where=package, cure="在这个包里建 templates 文件夹")
    return folder


class Asking:
    """The engine's reader as page kinds of plugins see it: a key that is not there is None."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def get(self, key: str) -> Any:
        """Return the value of a key, or None."""
        return self._reader.find(key)

    def keys(self, prefix: str) -> Sequence[str]:
        """Return the keys below a prefix."""
        return self._reader.keys(prefix)

    def children(self, prefix: str) -> Sequence[str]:
        """Return the next segments below a prefix."""
        return self._reader.children(prefix)

    def today(self) -> date:
        """Return the as-of day."""
        return self._reader.today()

    def reached(self, day: date) -> bool:
        """Say whether a day has come."""
        return self._reader.reached(day)


def inspect(address: str, html: str) -> list[str]:
    """Return what of a page must not go out: personal data that the scanner recognises."""
    return [f"页面上像是有个人信息：{hit.kind.value} {hit.shown}" for hit in scan_html(html)]


def _all_rows(store: Store) -> Iterator[tuple[str, msgspec.Raw]]:
    after = ""
    while rows := store.rows(RECORD, after):
        yield from ((row.key, msgspec.Raw(row.value or b"null")) for row in rows)
        after = rows[-1].key


def _is_own(key: str) -> bool:
    return key.startswith(_OWN) or key in (SITE, "portal", "deployment")


def _standing_keys(record: StoreRecord) -> Iterator[str]:
    """The keys that change with the deployment only: read for nearly every page, so they are kept at hand."""
    yield from (key for key in ("deployment",) if record.raw(key) is not None)
    for prefix in STANDING:
        yield from record.keys(prefix)


def _encoded(facts: Iterable[tuple[str, object]]) -> Iterator[tuple[str, msgspec.Raw]]:
    """Yield facts in the canonical JSON in which later changes will come."""
    for key, value in facts:
        yield key, msgspec.Raw(canonical(value))


def _module(function: Callable[..., Any]) -> str:
    return str(getattr(function, "__module__", "linli_site"))


def _bytes(values: Mapping[str, Any]) -> dict[str, bytes | None]:
    return {key: None if value is None else bytes(value) for key, value in values.items()}
