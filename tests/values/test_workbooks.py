"""Tables as .xlsx: another program reads back what was written, and the same tables give the same bytes."""

from __future__ import annotations

import io
from datetime import date, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from linli.workbooks import Heading, Sheet, decimal, printable, workbook

HEADINGS = (Heading("事项"), Heading("日期", "day"), Heading("金额", "fen"), Heading("次数", "number"))


def read(data: bytes) -> dict[str, list[list[object]]]:
    """The cells of every sheet, as openpyxl reads them."""
    book = load_workbook(io.BytesIO(data))
    return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book}


def test_amounts_are_numbers_that_add_up_and_formulas_are_shown() -> None:
    rows = [("=1+1", date(2026, 3, 2), 123_456, 3), ("退回", date(2026, 3, 3), -50, None)]
    book = load_workbook(io.BytesIO(workbook([Sheet("账", HEADINGS, rows)])))
    first, second = list(book["账"].iter_rows(min_row=2))
    assert [cell.value for cell in first] == ["=1+1", datetime(2026, 3, 2), 1234.56, 3]  # noqa: DTZ001
    assert first[0].data_type == "s" and first[0].quotePrefix, "shown and not run"
    assert first[2].number_format == "#,##0.00" and second[2].value == -0.5
    assert book["账"].freeze_panes == "A2"


def test_sheets_that_would_share_a_name_get_names_of_their_own() -> None:
    long = "很长的名称" * 10
    data = workbook([Sheet(title, HEADINGS, ()) for title in ("a/b", "A?B", "", long, long)])
    assert list(read(data)) == ["a b", "A B 2", "Sheet", long[:31], f"{long[:26]} 2"]


@given(st.lists(st.tuples(st.text(max_size=20), st.integers(-(10**12), 10**12)), max_size=5))
def test_what_was_written_is_read_back(rows: list[tuple[str, int]]) -> None:
    data = workbook([Sheet("t", HEADINGS[:3:2], rows)])
    assert data == workbook([Sheet("t", HEADINGS[:3:2], rows)])
    (told,) = read(data).values()
    for (text, fen), (said, amount) in zip(rows, told[1:], strict=True):
        assert (said or "") == printable(text)
        assert Decimal(str(amount)) * 100 == fen == Decimal(decimal(fen)) * 100
