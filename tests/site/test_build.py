"""Record, plan, pages: what a build promises, one promise a test."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from linli.errors import BadInput, LoadFault
from linli_site import (
    BuildFault,
    DictRecord,
    Each,
    FileKind,
    Folder,
    Frame,
    Manifest,
    ManifestFile,
    Memory,
    OnDisk,
    Page,
    PageKind,
    Reader,
    Site,
    build,
)

DAY = date(2026, 3, 1)
TEMPLATES = Path(__file__).parent / "templates"
Context = Callable[[Reader, Page], dict[str, object]]


def kind(plan: object, context: Context, name: str = "t.kind", template: str = "t/plain.html") -> PageKind:
    return PageKind(name, plan, context, template, TEMPLATES)  # type: ignore[arg-type]


def one(address: str) -> Callable[[Reader], Iterable[Page]]:
    return lambda _: [Page(address)]


def lines(*given: object, links: Iterable[str] = ()) -> dict[str, object]:
    return {"title": "题", "lines": list(given), "links": list(links)}


def record(**facts: object) -> DictRecord:
    return DictRecord({"site": Frame("某站", "某区", home="a.html"), **facts})


def title_of(reader: Reader, page: Page) -> dict[str, object]:
    return lines(reader.get(page.key))


EACH = (
    kind(one("a.html"), lambda r, p: lines(), "t.home"),
    kind(Each("m/", lambda n: f"m/{n}.html"), title_of),
)


def facts(count: int) -> DictRecord:
    return record(**{f"m/{number}": f"事项 {number}" for number in range(count)})


def test_a_changed_fact_writes_only_the_pages_that_read_it() -> None:
    site = Site(facts(50), EACH, Memory())
    site.build(DAY)
    report = site.apply({"m/7": "改过"})
    assert report.reasons == {"m/7.html": "because m/7 changed"}
    assert report.written == ("m/7.html",)


def test_a_fact_that_is_set_to_what_it_was_costs_nothing() -> None:
    site = Site(facts(3), EACH, Memory())
    site.build(DAY)
    assert site.apply({"m/1": "事项 1"}).reasons == {}


def test_a_page_whose_bytes_stay_is_drawn_and_not_written() -> None:
    counted = kind(one("a.html"), lambda r, p: lines(len(r.get("name"))))
    site = Site(record(name="甲"), [counted], Memory())
    site.build(DAY)
    report = site.apply({"name": "乙"})
    assert list(report.reasons) == ["a.html"]
    assert report.written == ()
    assert list(report.explain()) == ["a.html: because name changed (its bytes are the same)"]


def test_a_page_that_found_nothing_is_built_when_there_is_something() -> None:
    site = Site(record(), [kind(one("a.html"), lambda r, p: lines(r.find("late")))], Memory())
    site.build(DAY)
    assert site.apply({"late": "来了"}).written == ("a.html",)


def test_a_page_that_asked_only_for_presence_ignores_the_value() -> None:
    site = Site(record(x=1), [kind(one("a.html"), lambda r, p: lines(r.has("x")))], Memory())
    site.build(DAY)
    assert site.apply({"x": 2}).reasons == {}
    assert site.apply({"x": None}).reasons == {"a.html": "because x came or went"}


def test_children_change_only_when_a_segment_comes_or_goes() -> None:
    site = Site(
        record(**{"m/03/a": 1}), [kind(one("a.html"), lambda r, p: lines(*r.children("m/")))], Memory()
    )
    site.build(DAY)
    assert site.apply({"m/03/b": 1}).reasons == {}
    assert list(site.apply({"m/04/a": 1}).reasons) == ["a.html"]
    assert site.apply({"m/03/a": None}).reasons == {}
    assert list(site.apply({"m/03/b": None}).reasons) == ["a.html"]


def test_a_page_that_waits_for_a_day_is_built_on_that_day_and_on_no_other() -> None:
    ends = DAY + timedelta(10)
    site = Site(record(), [kind(one("a.html"), lambda r, p: lines(r.reached(ends)))], Memory())
    site.build(DAY)
    built = [day for day in range(1, 20) if site.apply({}, DAY + timedelta(day)).reasons]
    assert built == [10]


def test_the_current_value_is_the_one_reached_last() -> None:
    dated = [(DAY + timedelta(5), "后"), (DAY, "先")]
    reads = [Reader(record(), DAY + timedelta(days)).current(dated) for days in (-1, 0, 4, 5)]
    assert reads == [None, "先", "先", "后"]


def test_two_pages_with_one_address_are_an_error_that_names_both() -> None:
    kinds = [kind(one("a.html"), lambda r, p: lines(), "t.first"), kind(one("a.html"), title_of, "t.second")]
    with pytest.raises(LoadFault) as caught:
        build(record(), kinds, Memory(), DAY)
    assert "t.first" in str(caught.value)
    assert "t.second" in str(caught.value)
    assert "a.html" in str(caught.value)


def test_a_new_fact_that_claims_a_standing_address_changes_nothing() -> None:
    clash = kind(Each("n/", lambda name: f"m/{name}.html"), title_of, "t.clash")
    out = Memory()
    site = Site(facts(2), [*EACH, clash], out)
    site.build(DAY)
    before = dict(out.files)
    with pytest.raises(LoadFault, match=r"t\.clash"):
        site.apply({"n/1": "同址"})
    assert out.files == before
    assert site.apply({"n/9": "别处"}).written == ("m/9.html",)


@pytest.mark.parametrize(
    "address",
    [
        "/a.html",
        "../a.html",
        "a/../../b.html",
        "a//b.html",
        "a/",
        "a",
        ".hidden.html",
        "a b.html",
        "a\\b.html",
        "",
    ],
)
def test_an_address_that_could_leave_the_tree_is_refused(address: str) -> None:
    with pytest.raises(LoadFault):
        build(record(), [kind(one(address), lambda r, p: lines())], Memory(), DAY)


@pytest.mark.parametrize("address", ["../a.html", "/etc/x", "a/../../b", "a//b", "", ".", "a\\..\\b"])
def test_a_folder_refuses_what_lies_outside(tmp_path: Path, address: str) -> None:
    with pytest.raises(BadInput):
        Folder(tmp_path / "out").put(address, b"")


def test_a_folder_does_not_follow_a_link_out_of_it(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out/m").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(BadInput):
        Folder(tmp_path / "out").put("m/a.html", b"")
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_orphans_go_and_so_do_the_folders_that_are_empty_without_them(tmp_path: Path) -> None:
    out = Folder(tmp_path)
    site = Site(facts(1), EACH, out)
    site.build(DAY)
    assert (tmp_path / "m/0.html").exists()
    assert site.apply({"m/0": None}).deleted == ("m/0.html",)
    assert not (tmp_path / "m").exists()


def test_a_kind_that_is_gone_takes_its_pages_along() -> None:
    out = Memory()
    _, manifest = build(facts(2), EACH, out, DAY)
    report, _ = build(facts(2), EACH[:1], out, DAY, previous=manifest)
    assert report.deleted == ("m/0.html", "m/1.html")


def test_a_link_to_nothing_stops_the_build_before_anything_is_written() -> None:
    out = Memory()
    with pytest.raises(BuildFault, match=r"nowhere\.html"):
        build(record(), [kind(one("a.html"), lambda r, p: lines(links=["nowhere.html"]))], out, DAY)
    assert out.files == {}


def test_a_page_that_others_link_to_cannot_go() -> None:
    links = kind(one("a.html"), lambda r, p: lines(links=["m/0.html"]), "t.links")
    out = Memory()
    site = Site(facts(1), [links, EACH[1]], out)
    site.build(DAY)
    with pytest.raises(BuildFault, match=r"a\.html: links to m/0\.html, and that page goes"):
        site.apply({"m/0": None})
    assert "m/0.html" in out.files


def test_an_anchor_that_others_link_to_cannot_go() -> None:
    target = kind(one("b.html"), lambda r, p: {"title": "", "id": r.get("id")}, "t.b", "t/anchor.html")
    linking = kind(
        one("a.html"), lambda r, p: {"title": "", "to": "b.html", "at": r.get("at")}, "t.a", "t/to.html"
    )
    site = Site(record(id="x", at="x"), [target, linking], Memory())
    site.build(DAY)
    with pytest.raises(BuildFault, match=r"b\.html#x"):
        site.apply({"id": "y"})
    with pytest.raises(BuildFault, match=r"b\.html#y"):
        site.apply({"at": "y"})
    assert len(site.apply({"at": "y", "id": "y"}).written) == 2


def test_what_the_inspection_reports_stops_the_build_before_anything_is_written() -> None:
    def inspect(address: str, html: str) -> list[str]:
        return ["身份证号"] if "110101" in html else []

    out = Memory()
    site = Site(facts(2), EACH, out, inspect=inspect)
    site.build(DAY)
    before = dict(out.files)
    with pytest.raises(BuildFault, match=r"m/1\.html: 身份证号"):
        site.apply({"m/0": "别的", "m/1": "110101199001011234"})
    assert out.files == before
    assert site.apply({"m/0": "别的"}).written == ("m/0.html",)


def test_every_fault_is_reported_at_once_with_its_page() -> None:
    kinds = [
        kind(one("a.html"), lambda r, p: lines(r.get("none"))),
        kind(one("b.html"), lambda r, p: {}, "t.b"),
    ]
    with pytest.raises(BuildFault) as caught:
        build(record(), kinds, Memory(), DAY)
    assert [fault.split(":")[0] for fault in caught.value.faults] == ["a.html", "b.html"]


def test_a_variable_that_is_not_given_is_an_error_and_no_empty_word() -> None:
    with pytest.raises(BuildFault, match="lines"):
        build(record(), [kind(one("a.html"), lambda r, p: {"title": "题", "links": []})], Memory(), DAY)


def test_markup_in_a_fact_is_shown_and_not_obeyed() -> None:
    out = Memory()
    build(record(x="<b>&"), [kind(one("a.html"), lambda r, p: lines(r.get("x")))], out, DAY)
    assert b"&lt;b&gt;&amp;" in out.files["a.html"]


def test_a_template_name_that_two_folders_have_is_refused(tmp_path: Path) -> None:
    (tmp_path / "layout.html").write_text("")
    with pytest.raises(LoadFault, match=r"layout\.html"):
        Site(record(), [PageKind("t.x", one("a.html"), lambda r, p: {}, "layout.html", tmp_path)], Memory())


class Failing(Memory):
    """A bucket whose disk is full after a number of writes."""

    left = 10**9

    def put(self, address: str, content: bytes) -> None:
        if self.left == 0:
            raise OSError(28, "No space left on device")
        self.left -= 1
        super().put(address, content)


@pytest.mark.parametrize("left", range(4))
def test_a_failed_write_is_made_good_by_the_next_build(left: int) -> None:
    out = Failing()
    site = Site(facts(3), EACH, out)
    site.build(DAY)
    change = {"m/0": "新", "m/1": None, "m/2": "新", "m/3": "新"}
    out.left = left
    try:
        site.apply(change)
    except OSError:
        out.left = 10**9
        site.apply({})
        clean = Memory()
        build(facts(3), EACH, clean, DAY)
        assert out.files == clean.files
    else:
        assert left == 3


def test_a_tree_that_was_touched_behind_our_back_is_mended_when_the_last_build_did_not_end(
    tmp_path: Path,
) -> None:
    out = Folder(tmp_path / "out")
    with ManifestFile(tmp_path / "manifest.json") as file:
        _, manifest = build(facts(2), EACH, out, DAY)
        file.save(manifest)
    with ManifestFile(tmp_path / "manifest.json"):  # a build that is killed between two writes
        out.put("m/0.html", b"half")
    with ManifestFile(tmp_path / "manifest.json") as file:
        assert file.manifest is not None
        report, manifest = build(facts(2), EACH, out, DAY, previous=file.manifest)
        file.save(manifest)
    assert report.reasons == {"m/0.html": "what lay in the tree was not what was built"}
    assert out.get("m/0.html") != b"half"


def test_a_manifest_of_another_version_is_no_manifest() -> None:
    assert Manifest.decode(b'{"version": 0}') is None
    assert Manifest.decode(b"?") is None


def test_changed_templates_rebuild_the_pages_of_their_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    out = Memory()
    _, manifest = build(facts(1), EACH, out, DAY)
    aged = [(name, "before" if name == "t.kind" else mark) for name, mark in manifest.kinds]
    older = Manifest(manifest.today, aged, manifest.plans, manifest.marks, manifest.targets, manifest.pages)
    report, _ = build(facts(1), EACH, out, DAY, previous=older)
    assert report.reasons == {"m/0.html": "because the code or the templates of t.kind changed"}


def test_several_processes_write_the_same_bytes_as_one(tmp_path: Path) -> None:
    one_out, two_out = Memory(), Folder(tmp_path)
    build(facts(600), EACH, one_out, DAY)
    report, _ = build(facts(600), EACH, two_out, DAY, processes=2)
    assert {address: two_out.get(address) for address in two_out.list()} == one_out.files
    assert len(report.written) == len(one_out.files)


def test_a_fault_in_another_process_is_reported_and_nothing_is_written(tmp_path: Path) -> None:
    broken = facts(600)
    broken.put("m/599", b'{"not": "closed"')
    with pytest.raises(BuildFault, match=r"m/599\.html"):
        build(broken, EACH, Folder(tmp_path), DAY, processes=2)
    assert list(tmp_path.iterdir()) == []


def test_the_same_record_gives_the_same_bytes_in_whatever_order_it_came() -> None:
    forwards, backwards = Memory(), Memory()
    pairs = [
        ("site", Frame("某站", "某区", home="a.html")),
        *((f"m/{n}", {"b": n, "a": n}) for n in range(9)),
    ]
    build(DictRecord(pairs), EACH, forwards, DAY)
    build(DictRecord(reversed(pairs)), EACH, backwards, DAY)
    assert forwards.files == backwards.files


def test_pages_work_under_any_path_because_their_links_are_relative() -> None:
    out = Memory()
    build(facts(1), EACH, out, DAY)
    html = out.files["m/0.html"].decode()
    assert 'href="../assets/linli.css"' in html
    assert 'href="../a.html"' in html


def test_a_record_on_disk_gives_the_same_bytes_as_one_in_memory(tmp_path: Path) -> None:
    in_memory, on_disk = Memory(), Folder(tmp_path)
    pairs = {"site": Frame("某站", "某区", home="a.html"), **{f"m/{n}": f"事项 {n}" for n in range(600)}}
    first = Site(DictRecord(pairs), EACH, in_memory)
    second = Site(DictRecord(pairs, values=OnDisk()), EACH, on_disk, processes=2)
    for site in (first, second):
        site.build(DAY)
        site.apply({"m/1": "改", "m/2": None, "m/x": "新"})
    assert {address: on_disk.get(address) for address in on_disk.list()} == in_memory.files


def test_a_file_kind_writes_bytes_as_they_are() -> None:
    csv = FileKind("t.csv", Each("m/", lambda n: f"data/{n}.csv"), lambda r, p: r.get(p.key).encode("gbk"))
    out = Memory()
    build(facts(1), [csv], out, DAY)
    assert out.files["data/0.csv"] == "事项 0".encode("gbk")


def _walk(folder: Path) -> Iterator[str]:
    yield from (path.name for path in folder.rglob("*") if path.is_file())


def test_half_a_file_of_a_dead_process_is_swept_away(tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()
    (tmp_path / "m/.partial-1").write_bytes(b"half")
    build(facts(1), EACH, Folder(tmp_path), DAY)
    assert not any(name.startswith(".") for name in _walk(tmp_path))
