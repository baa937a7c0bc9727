"""Registers over the API and the command line: read by everybody, written by a post, imported whole or not at all."""

import io

import pytest
from openpyxl import load_workbook

from linli.spreadsheets import write_xlsx
from linli_functions.entries import import_table
from linli_functions.tables import columns, entry_of, row_of, table_fields
from tests.functions.offices import COMMUNITY, STREET, TOP, Office, deployment

OTHER = "110101007002"
HEADINGS = "编号,服务站名称,所在街道,服务的社区"


@pytest.fixture
def office(tmp_path) -> Office:
    return Office(tmp_path)


def imported(office, text, *, subject="reviewer", name="stations.csv", more=""):
    return office.client(subject).post(
        f"registers/stations/import?name={name}{more}", content=text.encode(), headers=office.key()
    )


def test_a_table_is_imported_and_read_back_by_everybody(office):
    answer = imported(office, f"{HEADINGS}\nS1,史家站,{STREET},{COMMUNITY}、{OTHER}\n")
    assert answer.json() == {"rows": 1, "new": 1, "changed": 0, "same": 0}
    entry = office.client().get("registers/stations/S1").json()
    assert entry["values"]["serves"] == [COMMUNITY, OTHER]
    again = imported(office, f"{HEADINGS}\nS1,史家站,{STREET},{COMMUNITY}、{OTHER}\n")
    assert again.json()["same"] == 1


def test_every_fault_of_every_row_is_named_by_the_row_of_the_sheet_and_nothing_is_written(office):
    rows = [
        HEADINGS,
        f"S1,史家站,{STREET},{COMMUNITY}",
        "",
        f",没有编号的站,{STREET},{OTHER}",
        f"S3,{'长' * 80},{STREET},{OTHER}",
        f"S4,外地站,{STREET},",
    ]
    told = imported(office, "\n".join(rows)).json()
    assert told["status"] == 422
    found = {fault["where"].split(" 行")[0] for fault in told["faults"]}
    assert found == {"第 4", "第 5", "第 6"}
    assert office.client().get("registers/stations").json()["entries"] == []


def test_a_community_that_two_stations_serve_stops_the_whole_file(office):
    told = imported(
        office, f"{HEADINGS}\nS1,甲站,{STREET},{COMMUNITY}\nS2,乙站,{STREET},{COMMUNITY}\n"
    ).json()
    assert told["status"] == 422 and "S1" in told["faults"][0]["message"]
    assert office.client().get("registers/stations").json()["entries"] == []


def test_a_dry_run_of_an_import_needs_no_key_and_writes_nothing(office):
    text = f"{HEADINGS}\nS1,史家站,{STREET},{COMMUNITY}\n"
    address = "registers/stations/import?name=a.csv&dry_run=1"
    told = office.client("reviewer").post(address, content=text.encode())
    assert told.json() == {"rows": 1, "stored": False}
    assert office.client().get("registers/stations").json()["entries"] == []


def test_one_row_at_a_place_out_of_reach_stops_the_whole_file(office):
    text = f"{HEADINGS}\nS1,甲站,{STREET},{COMMUNITY}\nS2,乙站,{TOP},{OTHER}\n"
    assert imported(office, text, subject="street-administrator").status_code == 403
    assert imported(office, text, subject="clerk").status_code == 403
    assert office.client().get("registers/stations").json()["entries"] == []


@pytest.mark.parametrize("name", ["", "stations.pdf", "stations.xlsx"])
def test_a_file_that_is_no_such_table_is_refused(office, name):
    assert imported(office, "%PDF-1.7", name=name).status_code == 422


def test_a_template_names_every_field_and_its_choices(office):
    answer = office.client().get("registers/work_items/template.xlsx")
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    titles = [cell.value for cell in sheet[1]]
    assert titles == [field.title for field in deployment().registers["work_items"].fields()]


def test_what_was_exported_can_be_imported_again(office):
    imported(office, f"{HEADINGS}\nS1,史家站,{STREET},{COMMUNITY}\n")
    table = office.client("reviewer").get("registers/stations.xlsx")
    assert table.headers["content-disposition"] == 'attachment; filename="stations.xlsx"'
    answer = office.client("reviewer").post(
        "registers/stations/import?name=a.xlsx", content=table.content, headers=office.key()
    )
    assert answer.json()["same"] == 1


def test_a_register_that_is_not_public_is_shown_to_those_who_write_it(office):
    assert office.client().get("registers/appointments").status_code == 401
    assert office.client("clerk").get("registers/appointments").status_code == 403
    assert office.client("clerk").get("registers/appointments.xlsx").status_code == 403
    every = office.client("administrator").get("registers/appointments").json()["entries"]
    assert {entry["values"]["person"] for entry in every} >= {"clerk", "reviewer"}
    street = office.client("street-administrator").get("registers/appointments").json()["entries"]
    assert {entry["values"]["person"] for entry in street} == {
        "committee",
        "street-administrator",
        "resident",
    }
    names = {each["id"] for each in office.client().get("registers").json()["registers"]}
    assert "appointments" not in names and "stations" in names


def test_an_entry_that_someone_else_has_changed_is_a_conflict(office):
    client = office.client("reviewer")
    values = {"code": "S1", "title": "史家站", "place": STREET, "serves": [COMMUNITY]}
    assert client.put("registers/stations/S1", json={"values": values}, headers=office.key()).is_success
    renamed = {"values": {**values, "title": "新名"}, "version": 0}
    assert client.put("registers/stations/S1", json=renamed, headers=office.key()).status_code == 409
    renamed["version"] = client.get("registers/stations/S1").json()["version"]
    assert client.put("registers/stations/S1", json=renamed, headers=office.key()).json()["changed"] == 1


def test_a_write_that_is_sent_again_is_answered_as_the_first_time(office):
    client, key = office.client("reviewer"), office.key()
    values = {"code": "S1", "title": "史家站", "place": STREET, "serves": [COMMUNITY]}
    body = {"values": values, "version": 0}
    answers = [client.put("registers/stations/S1", json=body, headers=key) for _ in range(2)]
    assert [each.json() for each in answers] == [{"key": "S1", "new": 1, "changed": 0, "same": 0}] * 2
    other = {**body, "values": {**values, "title": "别的站"}}
    assert client.put("registers/stations/S1", json=other, headers=key).json()["where"] == "Idempotency-Key"
    key = office.key()
    for _ in range(2):
        assert client.delete("registers/stations/S1?why=撤站", headers=key).status_code == 204
    assert len(office.service.store.entry_history("stations", "S1")) == 2


def test_an_entry_is_ended_with_a_reason_and_its_history_stays(office):
    client = office.client("reviewer")
    values = {"code": "S1", "title": "史家站", "place": STREET, "serves": [COMMUNITY]}
    client.put("registers/stations/S1", json={"values": values}, headers=office.key())
    assert client.delete("registers/stations/S1", headers=office.key()).status_code == 422
    assert client.delete("registers/stations/S1?why=撤站", headers=office.key()).status_code == 204
    assert client.get("registers/stations/S1").status_code == 404
    assert len(office.service.store.entry_history("stations", "S1")) == 2


def test_the_first_administrator_is_entered_by_whoever_has_the_machine(tmp_path):
    office = Office(tmp_path, posts=())
    register = deployment().registers["appointments"]
    headings = ",".join(field.title for field in register.fields())
    row = f"1,first,administrator,{TOP},2025-01-01,,,"
    rows, written = import_table(office.service, register, f"{headings}\n{row}\n".encode(), "a.csv", None)
    assert (rows, written.new) == (1, 1)
    assert office.service.person("first").posts() == {"administrator"}


@pytest.mark.parametrize("name", ["stations", "work_items", "appointments"])
def test_an_entry_comes_back_from_its_row_as_it_was(name):
    register = deployment().registers[name]
    known = table_fields(register)
    samples = {
        "stations": {"code": "S1", "title": "站", "place": STREET, "serves": [COMMUNITY, OTHER]},
        "work_items": {"code": "W1", "title": "走访", "place": TOP, "duty": "assist", "nature": "service"},
        "appointments": {"id": "1", "person": "p", "post": "street", "place": TOP, "since": "2025-01-01"},
    }
    row = row_of(known, samples[name])
    assert entry_of(known, row) == samples[name]
    assert write_xlsx(columns(known), [row], register.title).startswith(b"PK")
