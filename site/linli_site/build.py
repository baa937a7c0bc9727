"""Build the tree: all of it, or only the pages that read something that has changed.

A :class:`Site` knows which page read what, from its own build or from the manifest of an earlier one. Both
ways of building end in the same bytes; a test with random edits holds that.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Protocol

import msgspec

from linli.errors import LinliError, LoadFault
from linli_site.asked import Asked, Built, PlanAnswer
from linli_site.assets import ASSETS
from linli_site.batch import Batch, Forked, Here, Job, can_fork
from linli_site.bucket import Bucket
from linli_site.facts import Reader, Record, answer, content_hash, spoken
from linli_site.links import Fragments, broken, scan
from linli_site.manifest import Entry, Manifest
from linli_site.plan import Each, Kind, Page, checked_address, planned
from linli_site.render import Drawn, Inspect, Renderer, fingerprint

FORK_FROM = 500
"""Fewer pages than this are drawn sooner by one process than by several."""


class BuildFault(LinliError):
    """The site cannot go out as it is; nothing was written. ``faults`` names every reason."""

    code = "build-fault"

    def __init__(self, faults: Sequence[str]) -> None:
        shown = "\n  ".join(faults[:50])
        more = f"\n  … 另有 {len(faults) - 50} 处" if len(faults) > 50 else ""
        super().__init__(f"站点有 {len(faults)} 处问题，没有写出任何文件：\n  {shown}{more}")
        self.faults = tuple(faults)


class Report(msgspec.Struct, frozen=True):
    """What a build did, and why."""

    reasons: dict[str, str]
    """Each page that was drawn, with the reason."""
    written: tuple[str, ...]
    """The pages among them whose bytes are new."""
    deleted: tuple[str, ...]
    pages: int
    """How many files the tree holds now."""

    def explain(self) -> Iterator[str]:
        """Yield a line for each page that was drawn or deleted."""
        written = set(self.written)
        for address, reason in sorted(self.reasons.items()):
            yield f"{address}: {reason}" + ("" if address in written else " (its bytes are the same)")
        for address in self.deleted:
            yield f"{address}: deleted, nothing plans it any more"


class EditableRecord(Record, Protocol):
    """A record whose facts a :class:`Site` may exchange, as :class:`~linli_site.facts.DictRecord` is."""

    def encode(self, value: object) -> bytes:
        """Return the canonical JSON of ``value``."""

    def put(self, key: str, value: bytes | None) -> bytes | None:
        """Set one fact (``None`` takes it away) and return what was there before."""


class _Change(msgspec.Struct):
    """What has to be done, before any of it is."""

    stale: dict[str, str] = msgspec.field(default_factory=dict)
    """Standing pages to draw again, with the reason."""
    plans: dict[int, str] = msgspec.field(default_factory=dict)
    """Kinds to plan anew."""
    added: list[tuple[int, Page, str]] = msgspec.field(default_factory=list)
    removed: set[str] = msgspec.field(default_factory=set)
    present: frozenset[str] = frozenset()
    """What lies in the tree already, where that was looked up."""


class Site:
    """A built site in a running process: hand it changed facts, and it writes the pages that read them.

    ``inspect`` sees every page before anything is written; what it reports stops the build. ``processes`` are
    used for large batches only. A site is used by one thread at a time.
    """

    def __init__(
        self,
        record: Record,
        kinds: Sequence[Kind],
        out: Bucket,
        *,
        inspect: Inspect | None = None,
        processes: int = 1,
    ) -> None:
        kinds = (ASSETS, *kinds)
        ids = [kind.id for kind in kinds]
        if twice := sorted({each for each in ids if ids.count(each) > 1}):
            raise LoadFault("同一种页面登记了两次", where=", ".join(twice), cure="每种页面的 id 只能用一次")
        self._record = record
        self._kinds = kinds
        self._out = out
        self._processes = processes if can_fork() else 1
        self._renderer = Renderer(kinds, inspect)
        self._pages: dict[str, Built] = {}
        self._plans = [PlanAnswer(number) for number in range(len(kinds))]
        self._each: dict[str, list[int]] = {}
        for number, kind in enumerate(kinds):
            if isinstance(kind.plan, Each):
                self._each.setdefault(kind.plan.prefix, []).append(number)
        self._asked = Asked()
        self._fragments = Fragments()
        self._anchors: dict[str, tuple[str, frozenset[str]]] = {}
        self._unsure: set[str] = set()
        """Addresses whose file may differ from what we believe, since a write failed."""
        self._today: date | None = None

    def build(self, today: date, previous: Manifest | None = None) -> Report:
        """Bring the tree up to date with the record, from nothing or from the manifest of an earlier build.

        Raises:
            BuildFault: a page cannot be drawn, may not go out, or links to nothing.
            LoadFault: two pages claim one address, or an address is no address.
        """
        change = _Change()
        if previous is None:
            change.plans = dict.fromkeys(range(len(self._kinds)), "it is planned for the first time")
        else:
            self._recall(previous, today, change)
        self._compare(change, by_content=previous is None or not previous.trusted)
        return self._advance(change, today)

    def apply(self, changes: Mapping[str, object], today: date | None = None) -> Report:
        """Exchange facts (``None`` takes one away) and write the pages that read them.

        Either all of it happens or, where an error is raised before the first write, nothing does.

        Raises:
            BuildFault: a page cannot be drawn, may not go out, or links to nothing.
            LoadFault: two pages claim one address.
        """
        if self._today is None:
            raise RuntimeError("call build() before apply(): there is no tree yet")
        record: EditableRecord = self._record  # type: ignore[assignment]
        day = today or self._today
        change = _Change()
        undo: list[tuple[str, bytes | None]] = []
        try:
            for key, value in sorted(changes.items()):
                encoded = None if value is None else record.encode(value)
                before = record.raw(key)
                if encoded != before:
                    had = self._segments(key) if (before is None) != (encoded is None) else None
                    undo.append((key, record.put(key, encoded)))
                    self._ask("=" + key, change)
                    if had is not None:
                        self._came_or_went(key, had, encoded is not None, change)
            if day != self._today:
                self._ask("@today", change)
                for mark in sorted(self._asked.days):
                    if answer(record, day, mark) != answer(record, self._today, mark):
                        self._ask(mark, change)
            for address in sorted(self._unsure):
                if address in self._pages:
                    change.stale.setdefault(address, "the last attempt to write it failed")
            return self._advance(change, day)
        except BaseException:
            for key, value in reversed(undo):
                record.put(key, value)
            raise

    def manifest(self) -> Manifest:
        """Return what the next process has to know to go on from here."""
        if self._today is None:
            raise RuntimeError("call build() before manifest(): there is no tree yet")
        marks = {mark: at for at, mark in enumerate(sorted(self._asked.marks()))}
        targets: dict[str, int] = {}
        pages = []
        for address in sorted(self._pages):
            built = self._pages[address]
            pages.append(
                Entry(
                    address,
                    built.kind,
                    built.page.key,
                    built.page.part,
                    built.digest,
                    [marks[mark] for mark in built.marks],
                    [targets.setdefault(target, len(targets)) for target in built.targets],
                )
            )
        return Manifest(
            today=self._today,
            kinds=[(kind.id, fingerprint(kind)) for kind in self._kinds],
            plans=[[marks[mark] for mark in plan.marks] for plan in self._plans],
            marks=[(mark, answer(self._record, self._today, mark)) for mark in marks],
            targets=list(targets),
            pages=pages,
            trusted=not self._unsure,
        )

    # From here on: what changed?

    def _segments(self, key: str) -> set[str]:
        """Return the marks of children listings that show ``key`` or something beside or below it."""
        marks = set()
        for at in _cuts(key):
            prefix = key[:at]
            if self._asked.who("/" + prefix) and key[at:].partition("/")[0] in self._record.children(prefix):
                marks.add("/" + prefix)
        return marks

    def _came_or_went(self, key: str, had: set[str], came: bool, change: _Change) -> None:
        self._ask("?" + key, change)
        for mark in sorted(self._segments(key) ^ had):
            self._ask(mark, change)
        for at in _cuts(key):
            prefix = key[:at]
            for number in self._each.get(prefix, ()):
                plan = self._kinds[number].plan
                assert isinstance(plan, Each)
                page = plan.page(key)
                if came:
                    change.added.append((number, page, f"{key} is new"))
                else:
                    change.removed.add(page.address)
            self._ask("*" + prefix, change)

    def _ask(self, mark: str, change: _Change) -> None:
        for who in self._asked.who(mark):
            if isinstance(who, Built):
                change.stale.setdefault(who.page.address, f"because {spoken(mark)}")
            elif not isinstance(self._kinds[who.kind].plan, Each):
                change.plans.setdefault(who.kind, f"because {spoken(mark)}")

    def _recall(self, previous: Manifest, today: date, change: _Change) -> None:
        """Take over the pages of an earlier build, and find what has changed since."""
        numbers = {kind.id: number for number, kind in enumerate(self._kinds)}
        marks = [sys.intern(mark) for mark, _ in previous.marks]
        targets = [sys.intern(target) for target in previous.targets]
        changed = {
            mark: f"because {spoken(mark)}"
            for mark, (_, before) in zip(marks, previous.marks, strict=True)
            if answer(self._record, today, mark) != before
        }
        known: dict[int, int] = {}
        renewed: dict[int, str] = {}
        for old, (name, print_before) in enumerate(previous.kinds):
            if name not in numbers:
                continue
            number = known[old] = numbers[name]
            plan = self._plans[number]
            plan.marks = tuple(marks[at] for at in previous.plans[old])
            self._asked.add(plan)
            if fingerprint(self._kinds[number]) != print_before:
                renewed[number] = f"because the code or the templates of {name} changed"
                change.plans[number] = renewed[number]
            elif hit := next((changed[mark] for mark in plan.marks if mark in changed), None):
                change.plans[number] = hit
        for entry in previous.pages:
            if entry.kind not in known:
                change.removed.add(entry.address)
                continue
            number = known[entry.kind]
            page = Page(entry.address, entry.key, entry.part)
            read = tuple(marks[at] for at in entry.marks)
            built = Built(number, page, entry.digest, read, tuple(targets[at] for at in entry.targets))
            self._stand(built)
            if not isinstance(self._kinds[number].plan, Each):
                self._plans[number].pages[page.address] = page
            if number in renewed:
                change.stale[page.address] = renewed[number]
            elif hit := next((changed[mark] for mark in read if mark in changed), None):
                change.stale[page.address] = hit
        for number, kind in enumerate(self._kinds):
            if number not in known.values():
                change.plans[number] = f"{kind.id} is a new kind"

    def _compare(self, change: _Change, by_content: bool) -> None:
        """Find what lies in the tree and should not, or should and does not."""
        present = set(self._out.list())
        for address, built in self._pages.items():
            if address not in present:
                change.stale.setdefault(address, "it was missing in the tree")
                built.digest = ""
            elif not built.digest:
                change.stale.setdefault(address, "what lies in the tree is not what was built")
            elif by_content and content_hash(self._out.get(address) or b"") != built.digest:
                change.stale.setdefault(address, "what lay in the tree was not what was built")
                built.digest = ""
        change.removed.update(present - self._pages.keys())
        change.present = frozenset(present)

    # From here on: bring it about.

    def _advance(self, change: _Change, today: date) -> Report:
        added = change.added
        removed = set(change.removed)
        answers: list[PlanAnswer] = []
        for number in sorted(change.plans):
            added += self._replan(number, change.plans[number], today, removed, answers)
        fresh = self._claims(added, removed)
        stale = {
            address: reason
            for address, reason in change.stale.items()
            if address not in removed and address not in fresh
        }
        gone = (removed | {a for a in self._unsure if a not in self._pages}) - fresh.keys()
        todo = {address: (number, page) for address, (number, page, _) in fresh.items()}
        todo |= {address: (self._pages[address].kind, self._pages[address].page) for address in stale}
        order = sorted(todo)
        batch = self._draw([(self._kinds[todo[address][0]], todo[address][1]) for address in order], today)
        try:
            self._check(batch.drawn, gone, fresh.keys())
            written = [
                drawn.address
                for drawn in batch.drawn
                if drawn.address in self._unsure
                or self._standing_digest(drawn.address, change.present) != drawn.digest
            ]
            # Until all is written, what lies at these addresses is uncertain.
            self._unsure.update(written, gone)
            batch.publish(set(written))
            for address in sorted(gone):
                self._out.delete(address)
            self._unsure.clear()
        finally:
            batch.close()
        for address in gone | fresh.keys():
            if address in self._pages:
                self._fall(self._pages[address])
        for drawn in batch.drawn:
            self._renew(todo[drawn.address], drawn)
        for plan in answers:
            self._asked.discard(self._plans[plan.kind])
            self._plans[plan.kind] = plan
            self._asked.add(plan)
        self._today = today
        reasons = stale | {address: reason for address, (_, _, reason) in fresh.items()}
        deleted = tuple(sorted(gone))
        return Report(dict(sorted(reasons.items())), tuple(written), deleted, len(self._pages))

    def _replan(
        self, number: int, reason: str, today: date, removed: set[str], answers: list[PlanAnswer]
    ) -> list[tuple[int, Page, str]]:
        """Ask a plan again; return its new pages and add those it no longer wants to ``removed``."""
        kind = self._kinds[number]
        reader = Reader(self._record, today)
        wanted: dict[str, Page] = {}
        try:
            pages = planned(kind, reader)
        except Exception as error:
            raise BuildFault([f"plan of {kind.id}: {type(error).__name__}: {error}"]) from error
        for page in pages:
            if page.address in wanted:
                raise _claimed_twice(page.address, kind, wanted[page.address], kind, page)
            wanted[page.address] = page
        plan = PlanAnswer(number)
        plan.marks = tuple(sorted(map(sys.intern, reader.marks)))
        if isinstance(kind.plan, Each):
            standing = {a: built.page for a, built in self._pages.items() if built.kind == number}
        else:
            plan.pages = wanted
            standing = self._plans[number].pages
        answers.append(plan)
        removed.update(standing.keys() - wanted.keys())
        removed.update(address for address in standing if wanted.get(address) != standing[address])
        return [(number, page, reason) for address, page in wanted.items() if standing.get(address) != page]

    def _claims(
        self, added: list[tuple[int, Page, str]], removed: set[str]
    ) -> dict[str, tuple[int, Page, str]]:
        """Return the new pages by address, each claimed by one page only."""
        fresh: dict[str, tuple[int, Page, str]] = {}
        for number, page, reason in added:
            kind, address = self._kinds[number], page.address
            checked_address(address, kind)
            if address in fresh:
                other, first, _ = fresh[address]
                if (other, first) != (number, page):
                    raise _claimed_twice(address, self._kinds[other], first, kind, page)
            elif address in self._pages and address not in removed:
                built = self._pages[address]
                raise _claimed_twice(address, self._kinds[built.kind], built.page, kind, page)
            fresh[address] = (number, page, reason)
        return fresh

    def _draw(self, jobs: list[Job], today: date) -> Batch:
        def here(share: Sequence[Job]) -> Here:
            return Here(share, self._renderer, self._record, today, self._out)

        if self._processes > 1 and len(jobs) >= FORK_FROM:
            return Forked(jobs, here, self._processes)
        return here(jobs)

    def _check(self, drawn: Sequence[Drawn], gone: set[str], fresh: Collection[str]) -> None:
        faults = [fault for each in drawn for fault in each.faults]
        scans = {each.address: each.scan for each in drawn if each.scan is not None}
        for address in scans.keys() & self._pages.keys():
            self._fragments.discard(self._pages[address].targets)
        try:
            lost = {address for address in gone if address in self._pages}
            faults += broken(
                scans,
                lost,
                ((a, b.targets) for a, b in self._pages.items() if a not in scans and a not in gone),
                self._fragments,
                lambda address: address in fresh or (address in self._pages and address not in lost),
                self._anchors_of,
            )
        finally:
            for address in scans.keys() & self._pages.keys():
                self._fragments.add(self._pages[address].targets)
        if faults:
            raise BuildFault(sorted(faults))

    def _anchors_of(self, address: str) -> frozenset[str]:
        """The anchors of a standing page: read once, for pages that many link into are rarely drawn."""
        digest = self._pages[address].digest if address in self._pages else ""
        known = self._anchors.get(address)
        if known is None or known[0] != digest:
            html = (self._out.get(address) or b"").decode(errors="replace")
            known = self._anchors[address] = (digest, scan(address, html).anchors)
        return known[1]

    def _standing_digest(self, address: str, present: Collection[str]) -> str:
        if address in self._pages:
            return self._pages[address].digest
        return content_hash(self._out.get(address) or b"") if address in present else ""

    def _renew(self, job: tuple[int, Page], drawn: Drawn) -> None:
        number, page = job
        if drawn.address in self._pages:
            self._fall(self._pages[drawn.address])
        targets = drawn.scan.targets if drawn.scan else ()
        marks = tuple(map(sys.intern, drawn.marks))
        self._stand(Built(number, page, drawn.digest, marks, tuple(map(sys.intern, targets))))

    def _stand(self, built: Built) -> None:
        self._pages[built.page.address] = built
        self._asked.add(built)
        self._fragments.add(built.targets)

    def _fall(self, built: Built) -> None:
        del self._pages[built.page.address]
        self._asked.discard(built)
        self._fragments.discard(built.targets)


def _cuts(key: str) -> Iterator[int]:
    """Yield the lengths of the prefixes of ``key``, the empty one and the whole key included."""
    return iter(range(len(key) + 1))


def _claimed_twice(address: str, kind: Kind, page: Page, other: Kind, second: Page) -> LoadFault:
    return LoadFault(
        f"两个页面要用同一个地址：{kind.id}（{page.key or page.part or '无主题'}）"
        f"和 {other.id}（{second.key or second.part or '无主题'}）",
        where=address,
        cure="给其中一个换地址",
    )


def build(
    record: Record,
    kinds: Sequence[Kind],
    out: Bucket,
    today: date,
    *,
    previous: Manifest | None = None,
    inspect: Callable[[str, str], Sequence[str]] | None = None,
    processes: int = 1,
) -> tuple[Report, Manifest]:
    """Build the tree once; with ``previous`` only what has changed since that manifest was made.

    Raises:
        BuildFault: a page cannot be drawn, may not go out, or links to nothing; nothing was written.
        LoadFault: two pages claim one address, or an address is no address.
    """
    site = Site(record, kinds, out, inspect=inspect, processes=processes)
    report = site.build(today, previous)
    return report, site.manifest()
