"""Guarantee F: an incremental build equals a clean build byte for byte."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from linli_site import (
    BuildFault,
    DictRecord,
    Each,
    FileKind,
    Frame,
    Manifest,
    Memory,
    NavItem,
    Page,
    PageKind,
    Reader,
    Site,
    build,
)

TEMPLATES = Path(__file__).parent / "templates"
START = date(2026, 3, 1)
FRAME = Frame(name="试点公开", owner="某区民政局", nav=(NavItem("首页", "index.html"),))


def _matter(reader: Reader, page: Page) -> dict[str, object]:
    matter = reader.get(page.key)
    return {
        "title": matter["title"],
        "lines": [
            f"地点 {reader.find('place/' + matter['place'])}",
            f"附件 {reader.has('file/' + matter['place'])}",
            f"已到期 {reader.reached(date.fromisoformat(matter['ends']))}",
        ],
        "links": [f"months/{matter['month']}.html"],
    }


def _months(reader: Reader) -> Iterable[Page]:
    return [Page(f"months/{part}.html", part=part) for part in reader.children("by-month/")]


def _month(reader: Reader, page: Page) -> dict[str, object]:
    names = [key.rpartition("/")[2] for key in reader.keys(f"by-month/{page.part}/")]
    return {"title": page.part, "lines": names, "links": [f"matters/{name}.html" for name in names]}


def _home(reader: Reader, page: Page) -> dict[str, object]:
    return {
        "title": "首页",
        "lines": [f"{reader.today()}", *reader.keys("place/")],
        "links": [f"months/{part}.html" for part in reader.children("by-month/")],
    }


KINDS = (
    PageKind("t.home", lambda _: [Page("index.html")], _home, "t/plain.html", TEMPLATES),
    PageKind("t.matter", Each("matter/", lambda n: f"matters/{n}.html"), _matter, "t/plain.html", TEMPLATES),
    PageKind("t.month", _months, _month, "t/plain.html", TEMPLATES),
    FileKind("t.open", Each("place/", lambda n: f"data/{n}.json"), lambda r, p: r.get(p.key).encode()),
)


def facts_of(
    matters: dict[str, dict[str, str]], places: dict[str, str], files: set[str]
) -> dict[str, object]:
    """Return the record that holds these matters, with the index by month that the lists read."""
    facts: dict[str, object] = {"site": FRAME}
    facts |= {f"matter/{name}": matter for name, matter in matters.items()}
    facts |= {f"by-month/{matter['month']}/{name}": True for name, matter in matters.items()}
    facts |= {f"place/{name}": label for name, label in places.items()}
    facts |= {f"file/{name}": True for name in files}
    return facts


NAMES = st.sampled_from("abcd")
MATTERS = st.fixed_dictionaries(
    {
        "title": st.sampled_from(["甲 <b>", "乙 & 丙"]),
        "place": NAMES,
        "month": st.sampled_from(["2026-01", "2026-02", "2026-03"]),
        "ends": st.integers(0, 6).map(lambda n: (START + timedelta(n)).isoformat()),
    }
)


class Edits(RuleBasedStateMachine):
    """Random edits to a record, followed by a site in memory and by builds from a manifest."""

    @initialize()
    def begin(self) -> None:
        self.matters: dict[str, dict[str, str]] = {}
        self.places: dict[str, str] = {}
        self.files: set[str] = set()
        self.today = START
        self.record = DictRecord(self.facts())
        self.live, self.shelf = Memory(), Memory()
        self.site = Site(self.record, KINDS, self.live)
        self.site.build(self.today)
        self.manifest: Manifest | None = None

    def facts(self) -> dict[str, object]:
        return facts_of(self.matters, self.places, self.files)

    def publish(self) -> None:
        wanted = self.facts()
        changes: dict[str, object] = {key: None for key in self.record.keys("") if key not in wanted}
        self.site.apply(changes | wanted, self.today)

    @rule(name=NAMES, matter=MATTERS)
    def add_or_change_a_matter(self, name: str, matter: dict[str, str]) -> None:
        self.matters[name] = matter
        self.publish()

    @rule(name=NAMES)
    def take_a_matter_away(self, name: str) -> None:
        self.matters.pop(name, None)
        self.publish()

    @rule(name=NAMES, label=st.sampled_from(["朝阳门", "和平桥"]), with_file=st.booleans())
    def change_a_place(self, name: str, label: str, with_file: bool) -> None:
        self.places[name] = label
        (self.files.add if with_file else self.files.discard)(name)
        self.publish()

    @rule(name=NAMES)
    def take_a_place_away(self, name: str) -> None:
        self.places.pop(name, None)
        self.publish()

    @rule(days=st.integers(-3, 3))
    def another_day(self, days: int) -> None:
        self.today += timedelta(days)
        self.publish()

    @rule(trusted=st.booleans())
    def build_from_the_manifest(self, trusted: bool) -> None:
        if not trusted:
            self.shelf.files["stray.html"] = b"?"
            self.shelf.files["index.html"] = b"?"
        before = self.manifest and Manifest.decode(self.manifest.encode())
        if before is not None and not trusted:
            before = msgspec.structs.replace(before, trusted=False)
        _, self.manifest = build(self.record, KINDS, self.shelf, self.today, previous=before)
        assert self.shelf.files == self.clean()

    @rule(name=NAMES)
    def a_faulty_edit_changes_nothing(self, name: str) -> None:
        before, manifest = dict(self.live.files), self.site.manifest()
        try:
            self.site.apply({f"matter/{name}": {"title": "没有地点"}})
        except BuildFault as fault:
            assert any(f"matters/{name}.html" in line for line in fault.faults)
        else:
            raise AssertionError("a page that cannot be drawn went out")
        assert self.live.files == before
        assert self.site.manifest() == manifest

    @invariant()
    def incremental_equals_clean(self) -> None:
        if hasattr(self, "site"):
            assert self.live.files == self.clean()

    def clean(self) -> dict[str, bytes]:
        out = Memory()
        build(DictRecord(self.facts()), KINDS, out, self.today)
        return out.files


TestEdits = Edits.TestCase
TestEdits.settings = settings(max_examples=40, stateful_step_count=15, deadline=None)
