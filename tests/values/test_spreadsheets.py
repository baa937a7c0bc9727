"""Tables: every bad cell is reported at once, and what is written is read again."""

import io
import subprocess
import sys
import zipfile
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from linli import spreadsheets
from linli.errors import BadInput
from linli.spreadsheets import MAX_ROWS, Column, RowError, Value, read_rows, template_xlsx, write_xlsx

COLUMNS = (
    Column("name", "名称", required=True),
    Column("households", "户数", "integer"),
    Column("budget_fen", "经费", "money"),
    Column("since", "成立日期", "date"),
    Column("kind", "类别", "choice", choices=("服务类", "执法类")),
    Column("region_code", "区划代码", "code", hint="12 位"),
)
HEADINGS = "名称,户数,经费,成立日期,类别,区划代码"


def csv_of(*lines: str, headings: str = HEADINGS) -> bytes:
    return "\n".join([headings, *lines]).encode()


def xlsx_of(*rows: list[object]) -> bytes:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


FIRST: dict[str, Value] = {
    "name": "和平里社区",
    "households": 1200,
    "budget_fen": 1_200_050,
    "since": date(2020, 2, 29),
    "kind": "服务类",
    "region_code": "010101010001",
}
FIRST_LINE = '和平里社区,1200,"12,000.50",2020-02-29,服务类,010101010001'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_is_read_in_the_encodings_that_offices_use(encoding: str) -> None:
    table = read_rows(csv_of(FIRST_LINE).decode().encode(encoding), "名册.csv", COLUMNS)
    assert [row.values for row in table.rows] == [FIRST]
    assert table.errors == ()


def test_an_xlsx_with_real_numbers_and_dates_is_read() -> None:
    since = datetime(2020, 2, 29)  # noqa: DTZ001  (a spreadsheet's times have no zone)
    data = xlsx_of(HEADINGS.split(","), ["和平里社区", 1200, 12000.5, since, "服务类", "010101010001"])
    assert [row.values for row in read_rows(data, "名册.xlsx", COLUMNS).rows] == [FIRST]


def test_headings_may_stand_in_any_order_and_empty_rows_are_passed_over() -> None:
    columns = (Column("a", "甲"), Column("b", "乙"))
    table = read_rows("乙,甲\n\n2,1\n,\n4,3\n".encode(), "a.csv", columns)
    assert [(row.number, row.values) for row in table.rows] == [
        (3, {"a": "1", "b": "2"}),
        (5, {"a": "3", "b": "4"}),
    ]


def test_all_bad_cells_are_reported_at_once_with_row_and_heading() -> None:
    table = read_rows(
        csv_of(FIRST_LINE, ",一千,-5,2020-02-30,其他,1", FIRST_LINE, "好,1.5,1.234,昨天,,"),
        "名册.csv",
        COLUMNS,
    )
    assert [row.number for row in table.rows] == [2, 4]
    assert [(error.row, error.column) for error in table.errors] == [
        (3, "名称"),
        (3, "户数"),
        (3, "经费"),
        (3, "成立日期"),
        (3, "类别"),
        (5, "户数"),
        (5, "经费"),
        (5, "成立日期"),
    ]
    assert table.errors[0] == RowError(3, "名称", "必填，请补上")
    assert all("请" in error.message for error in table.errors)


def test_missing_unknown_and_doubled_headings_are_all_named() -> None:
    with pytest.raises(BadInput) as refused:
        read_rows(csv_of(headings="名称,名称,人数,户数,经费,成立日期,类别"), "名册.csv", COLUMNS)
    message = str(refused.value)
    assert "缺少列：区划代码" in message
    assert "不认识的列：人数" in message
    assert "重复的列：名称" in message
    assert "名册.csv" in message


def test_content_beyond_the_headings_is_an_error() -> None:
    table = read_rows(b"\xe7\x94\xb2\n1,2\n", "a.csv", (Column("a", "甲"),))
    assert [error.row for error in table.errors] == [2]


def test_a_long_code_that_became_a_number_is_refused() -> None:
    data = xlsx_of(["编码"], [110101194912310021])
    [error] = read_rows(data, "a.xlsx", (Column("code", "编码", "code"),)).errors
    assert "末尾数位已丢失" in error.message


@pytest.mark.parametrize(
    ("data", "name", "hint"),
    [
        (b"x", "a.xls", "xlsx"),
        (b"x", "a.xlsx", "损坏"),
        (b"PK\x03\x04" + bytes(50), "a.xlsx", "损坏"),
        (b"\xff\xff\xff", "a.csv", "编码"),
        (b'"open', "a.csv", "csv 格式"),
        (b"", "a.csv", "缺少列"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_its_name(data: bytes, name: str, hint: str) -> None:
    with pytest.raises(BadInput, match=hint) as refused:
        read_rows(data, name, COLUMNS)
    assert name in str(refused.value)


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(11):
            archive.writestr(f"xl/{number}.xml", bytes(20 * 1024 * 1024))
    assert len(out.getvalue()) < spreadsheets.MAX_BYTES
    with pytest.raises(BadInput, match="解压后过大"):
        read_rows(out.getvalue(), "a.xlsx", COLUMNS)


def test_a_file_that_is_too_large_is_refused() -> None:
    with pytest.raises(BadInput, match="MB"):
        read_rows(bytes(spreadsheets.MAX_BYTES + 1), "a.csv", COLUMNS)


def test_the_last_row_allowed_is_read_and_one_more_is_refused() -> None:
    column = (Column("a", "甲"),)
    assert len(read_rows(("甲\n" + "1\n" * MAX_ROWS).encode(), "a.csv", column).rows) == MAX_ROWS
    with pytest.raises(BadInput, match="行"):
        read_rows(("甲\n" + "1\n" * (MAX_ROWS + 1)).encode(), "a.csv", column)


def test_the_same_rows_give_the_same_bytes() -> None:
    first = write_xlsx(COLUMNS, [FIRST], "名册")
    assert first == write_xlsx(COLUMNS, [FIRST], "名册")
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}
        assert "docProps/core.xml" not in archive.namelist(), "no time and no machine stands in it"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("x")', "=cmd|' /C calc'!A0"])
def test_text_that_looks_like_a_formula_stays_text(text: str) -> None:
    written = write_xlsx(COLUMNS, [{"name": text}], "名册")
    cell = load_workbook(io.BytesIO(written)).worksheets[0]["A2"]
    assert (cell.data_type, cell.value) == ("s", text)
    assert cell.quotePrefix


@pytest.mark.parametrize("title", ["", "[名册]/2026:*?", "长" * 60, "'引'"])
def test_any_title_gives_a_sheet(title: str) -> None:
    assert load_workbook(io.BytesIO(write_xlsx(COLUMNS, [], title))).worksheets[0].title


words = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co")), max_size=30).map(str.strip)
table_rows = st.fixed_dictionaries(
    {
        "name": words.filter(bool),
        "households": st.none() | st.integers(-(10**14), 10**14),
        "budget_fen": st.none() | st.integers(0, 10**15),
        "since": st.none() | st.dates(date(1901, 1, 1), date(2100, 1, 1)),
        "kind": st.none() | st.sampled_from(["服务类", "执法类"]),
        "region_code": st.none() | st.from_regex(r"[0-9]{12}", fullmatch=True).filter(str.isascii),
    }
)


@settings(max_examples=40, deadline=None)
@given(st.lists(table_rows, max_size=5))
def test_what_is_written_is_read_again(rows: list[dict[str, Value]]) -> None:
    table = read_rows(write_xlsx(COLUMNS, rows, "名册"), "名册.xlsx", COLUMNS)
    assert table.errors == ()
    assert [row.values for row in table.rows] == rows


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200), st.sampled_from(["a.csv", "a.xlsx"]))
def test_any_bytes_give_a_table_or_a_clear_refusal(data: bytes, name: str) -> None:
    try:
        read_rows(data, name, COLUMNS)
    except BadInput as refused:
        assert name in str(refused)


def test_an_empty_template_reads_as_a_table_without_rows() -> None:
    table = read_rows(template_xlsx(COLUMNS), "模板.xlsx", COLUMNS)
    assert (table.rows, table.errors) == ((), ())


def test_a_template_has_hints_and_drop_down_lists() -> None:
    book = load_workbook(io.BytesIO(template_xlsx(COLUMNS)))
    sheet = book.worksheets[0]
    assert "必填" in sheet["A1"].comment.text
    assert "12 位" in sheet["F1"].comment.text
    [choices] = sheet.data_validations.dataValidation
    assert "E2" in choices.sqref
    assert [cell.value for cell in book["选项"]["E"]] == ["服务类", "执法类"]
    assert sheet["F2"].number_format == "@"


def test_a_template_is_the_same_bytes_each_time() -> None:
    assert template_xlsx(COLUMNS) == template_xlsx(COLUMNS)


def test_reading_a_csv_does_not_load_openpyxl() -> None:
    code = (
        "import sys; from linli.spreadsheets import Column, read_rows;"
        "read_rows(b'a\\n1', 'a.csv', [Column('a', 'a')]); print('openpyxl' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
