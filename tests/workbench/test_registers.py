"""Registers: look up, correct with a date, end, import; only for those who keep them."""

from __future__ import annotations

from linli.registry import current
from linli.spreadsheets import write_xlsx
from linli_functions.workbench_registers import columns
from tests.workbench.offices import COMMUNITY, NEIGHBOUR, STREET, Office

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STATION = {
    "f.code": "S1",
    "f.title": "朝阳门服务站",
    "f.place": STREET,
    "f.serves": f"{COMMUNITY}\n{NEIGHBOUR}",
}


def _import(office: Office, rows: list[dict[str, str | None]], register: str = "stations") -> object:
    known = office.service.deployment.registers[register]
    data = write_xlsx(columns(known), rows, "t")
    files = {"file": ("stations.xlsx", data, XLSX)}
    return office.person("reviewer").send(f"/registers/{register}/import", {"since": "2026-03-02"}, "", files)


def test_an_entry_is_added_corrected_from_a_day_on_and_ended(office: Office) -> None:
    reviewer = office.person("reviewer")
    added = reviewer.send("/registers/stations/new", STATION | {"since": "2026-01-01", "why": "成立"}, "")
    assert "朝阳门服务站" in added.visible()
    path = "/registers/stations/entries/S1"
    form = reviewer.look(f"{path}/edit")
    assert form.value("f.title") == "朝阳门服务站"
    changed = reviewer.send(
        f"{path}/edit", STATION | {"f.title": "朝阳门社区服务站", "since": "2026-03-01"}, ""
    )
    assert "服务站名称：朝阳门服务站 → 朝阳门社区服务站" in changed.visible()
    assert "朝阳门社区服务站" in reviewer.look("/registers/stations?q=朝阳门").visible()
    csrf = reviewer.look(path).value("csrf")
    ended = reviewer.post(f"{path}/end", {"csrf": csrf, "since": "2026-03-02", "why": "撤并"})
    assert "这一条已经结束，历史保留。" in ended.visible()
    assert current(office.service.desk, "stations", "S1") == {}


def test_a_community_that_has_a_station_cannot_get_a_second(office: Office) -> None:
    reviewer = office.person("reviewer")
    reviewer.send("/registers/stations/new", STATION | {"since": "2026-01-01"}, "")
    page = reviewer.send("/registers/stations/new", STATION | {"f.code": "S2", "since": "2026-01-01"}, "")
    assert page.status == 422
    assert "已经属于 S1" in page.visible()
    assert page.value("f.code") == "S2"


def test_a_register_is_written_only_by_its_keepers(office: Office) -> None:
    health = office.person("health")
    assert "新增一条" not in health.look("/registers/stations").visible()
    refused = health.look("/registers/stations/new")
    assert refused.status == 403
    assert "可以改的岗位：准入审核人、系统管理员" in refused.visible()
    assert health.look("/registers/appointments").status == 403
    assert office.person("administrator").look("/registers/appointments").status == 200


def test_an_import_takes_in_the_whole_file(office: Office) -> None:
    rows = [
        {"code": "S1", "title": "甲站", "place": STREET, "serves": COMMUNITY},
        {"code": "S2", "title": "乙站", "place": STREET, "serves": NEIGHBOUR},
    ]
    page = _import(office, rows)
    assert "新增 2 条" in page.visible()  # type: ignore[attr-defined]
    assert current(office.service.desk, "stations", "S2")["serves"] == [NEIGHBOUR]


def test_rows_that_cannot_be_read_hide_no_fault_of_those_that_can(office: Office) -> None:
    rows = [
        {"code": "S1", "title": "甲站", "place": STREET, "serves": COMMUNITY},
        {"code": None, "title": "乙站", "place": STREET, "serves": NEIGHBOUR},
        {"code": "S1", "title": "丙站", "place": STREET, "serves": NEIGHBOUR},
        {"code": "S4", "title": "丁站13800138000", "place": STREET, "serves": NEIGHBOUR},
        {"code": "S5", "title": "戊站", "place": "11010", "serves": "110101007003"},
    ]
    said = _import(office, rows).visible()  # type: ignore[attr-defined]
    for row in ("第 3 行“编号”", "第 4 行“编号”", "第 5 行“服务站名称”", "第 6 行“所在街道”"):
        assert row in said
    assert "13800138000" not in said
    assert current(office.service.desk, "stations", "S1") == {}


def test_every_wrong_row_of_an_import_is_shown_and_nothing_is_taken_in(office: Office) -> None:
    rows = [
        {"code": "S1", "title": "甲站", "place": STREET, "serves": COMMUNITY},
        {"code": "S2", "title": None, "place": STREET, "serves": NEIGHBOUR},
        {"code": "S3", "title": "丙站", "place": STREET, "serves": None},
    ]
    said = _import(office, rows).visible()  # type: ignore[attr-defined]
    assert "第 3 行“服务站名称”" in said
    assert "第 4 行“服务的社区”" in said
    assert "什么都没有导入" in said
    assert current(office.service.desk, "stations", "S1") == {}


def test_rows_of_another_place_and_doubles_are_named_with_their_row(office: Office) -> None:
    rows = [
        {"code": "S1", "title": "甲站", "place": "110107011000", "serves": COMMUNITY},
        {"code": "S2", "title": "乙站", "place": STREET, "serves": NEIGHBOUR},
    ]
    said = _import(office, rows).visible()  # type: ignore[attr-defined]
    assert "第 2 行“所在街道”" in said
    assert current(office.service.desk, "stations", "S2") == {}
    doubles = [
        {"code": "S1", "title": "甲站", "place": STREET, "serves": COMMUNITY},
        {"code": "S2", "title": "乙站", "place": STREET, "serves": COMMUNITY},
    ]
    said = _import(office, doubles).visible()  # type: ignore[attr-defined]
    assert f"{COMMUNITY} 已经属于 S1" in said
    assert current(office.service.desk, "stations", "S1") == {}


def test_a_file_that_is_no_table_is_refused(office: Office) -> None:
    files = {"file": ("stations.xlsx", b"not a table", XLSX)}
    page = office.person("reviewer").send("/registers/stations/import", {"since": "2026-03-02"}, "", files)
    assert page.status == 422


def test_what_is_exported_can_be_imported_again(office: Office) -> None:
    _import(office, [{"code": "S1", "title": "甲站", "place": STREET, "serves": f"{COMMUNITY}、{NEIGHBOUR}"}])
    reviewer = office.person("reviewer")
    data = reviewer.browser.get("/registers/stations/export.xlsx").content
    files = {"file": ("stations.xlsx", data, XLSX)}
    page = reviewer.send("/registers/stations/import", {"since": "2026-03-02"}, "", files)
    assert "新增 0 条，更正 0 条，1 条与原来一样" in page.visible()
    assert reviewer.browser.get("/registers/stations/template.xlsx").content.startswith(b"PK")
