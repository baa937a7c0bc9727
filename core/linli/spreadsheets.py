"""Tables in and out: spreadsheets that clerks fill in, lists that they take home.

Reading reports every bad cell at once and hands over nothing half-read. Writing gives the same bytes for
the same rows, and no cell that a spreadsheet program would run as a formula.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import PurePath
from typing import TYPE_CHECKING, Literal

import msgspec

from linli.errors import BadInput
from linli.money import parse_yuan, yuan_exact
from linli.workbooks import Heading, Sheet, sheet_title, workbook

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

MAX_BYTES = 20 * 1024 * 1024
"""The largest file that is read, in bytes."""
MAX_UNPACKED_BYTES = 200 * 1024 * 1024
"""The most that an .xlsx may claim to unpack to, in bytes; a zip bomb claims more."""
MAX_ROWS = 20_000
"""The most rows below the headings."""
MAX_COLUMNS = 200
"""The most columns that are looked at."""
MAX_CELL_CHARACTERS = 5_000
"""The longest text in a cell."""

CellKind = Literal["text", "integer", "money", "date", "choice", "code"]
"""What a column holds; ``money`` is yuan in the sheet and fen here, ``code`` keeps its leading zeros."""

Value = str | int | date | None
"""A cell once it is read; an empty one is None."""

# Excel has no day before this one and no entry in a zip file is older.
_BEGINNING = datetime(1980, 1, 1)  # noqa: DTZ001  (a spreadsheet's times have no zone)
_DATE = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?(?: 00:00:00)?")
_TEMPLATE_ROWS = 1_000
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")


class Column(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A column of a table: ``name`` is the key in a row, ``title`` the Chinese heading in the sheet."""

    name: str
    title: str
    kind: CellKind = "text"
    required: bool = False
    choices: tuple[str, ...] = ()
    hint: str = ""


class RowError(msgspec.Struct, frozen=True, order=True):
    """One bad cell: its row as the sheet counts it (headings are row 1), its heading, and what to do."""

    row: int
    column: str
    message: str


class Row(msgspec.Struct, frozen=True):
    """One row without faults: its number in the sheet and its values by column name."""

    number: int
    values: dict[str, Value]


class Table(msgspec.Struct, frozen=True):
    """What a sheet holds: rows without faults and every `RowError`. Take the rows only if there are none."""

    rows: tuple[Row, ...]
    errors: tuple[RowError, ...]


def read_rows(data: bytes, name: str, columns: Sequence[Column]) -> Table:
    """Read the first sheet of an .xlsx file, or a .csv file in UTF-8 or GB 18030.

    The first row holds the headings, in any order; empty rows are passed over. Bad cells are collected in
    `Table.errors`. Raises `BadInput` when the file as a whole cannot be read: another type, too large, too
    many rows, or headings that are missing, unknown or given twice (all of them named).
    """
    if len(data) > MAX_BYTES:
        raise BadInput(f"文件超过 {MAX_BYTES // 2**20} MB", where=name, cure="请拆成几个文件")
    extension = PurePath(name).suffix.lower()
    if extension not in {".xlsx", ".csv"}:
        raise BadInput("只能导入 .xlsx 或 .csv 文件", where=name, cure="请另存为 xlsx 后再导入")
    lines = _xlsx_lines(data, name) if extension == ".xlsx" else _csv_lines(data, name)
    headings = [_plain(cell) for cell in next(lines, ())]
    while headings and not headings[-1]:
        headings.pop()
    by_title = {column.title: column for column in columns}
    _check_headings(headings, by_title, name)
    rows: list[Row] = []
    errors: list[RowError] = []
    for number, cells in enumerate(lines, start=2):
        if number > MAX_ROWS + 1:
            raise BadInput(f"超过 {MAX_ROWS} 行", where=name, cure="请拆成几个文件，或删去末尾的空行")
        if not any(map(_plain, cells)):
            continue
        row, faults = _read_row(number, cells, headings, by_title)
        errors += faults
        if not faults:
            rows.append(row)
    return Table(tuple(rows), tuple(errors))


def write_xlsx(columns: Sequence[Column], rows: Iterable[Mapping[str, Value]], title: str) -> bytes:
    """Return an .xlsx file with headings and rows; the same input gives the same bytes.

    Text is always written as text, so that a value like ``=1+1`` is shown and not run. Money comes in fen
    and is written in yuan as text with two decimals, because a spreadsheet's numbers are floats.
    """
    headings = [Heading(column.title) for column in columns]
    kinds = {column.name: column.kind for column in columns}
    lines = (tuple(_written(row.get(name), kind) for name, kind in kinds.items()) for row in rows)
    return workbook([Sheet(title, headings, lines)])


def template_xlsx(columns: Sequence[Column], title: str = "导入模板") -> bytes:
    """Return an empty .xlsx file to fill in: headings with hints, drop-down lists, codes kept as text."""
    from openpyxl.comments import Comment
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    book, sheet = _new_book(columns, title)
    lists = book.create_sheet("选项")
    lists.sheet_state = "hidden"
    for number, column in enumerate(columns, start=1):
        letter = get_column_letter(number)
        sheet.cell(1, number).comment = Comment(_hint(column), "Linli")
        sheet.column_dimensions[letter].number_format = "@"
        # A column's format counts for new cells only in some programs; so the first rows get it cell by cell.
        if column.kind in {"code", "date", "money"}:
            for row in range(2, 102):
                sheet.cell(row, number).number_format = "@"
        if column.choices:
            for row, choice in enumerate(column.choices, start=1):
                lists.cell(row, number, choice).data_type = "s"
            # Choices in a hidden sheet: a list inside the formula may be 255 characters long and hold no
            # comma.
            choices = DataValidation(
                type="list",
                formula1=f"选项!${letter}$1:${letter}${len(column.choices)}",
                allow_blank=not column.required,
                showErrorMessage=True,
                errorTitle=column.title,
                error="请从列表中选择",
            )
            choices.add(f"{letter}2:{letter}{_TEMPLATE_ROWS + 1}")
            sheet.add_data_validation(choices)
    return _bytes_of(book)


def _xlsx_lines(data: bytes, name: str) -> Iterator[tuple[object, ...]]:
    from openpyxl import load_workbook

    damaged = BadInput("无法打开，文件已损坏或不是 xlsx", where=name, cure="请用表格软件另存为 xlsx")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
        if unpacked > MAX_UNPACKED_BYTES:
            raise BadInput("解压后过大", where=name, cure="请删去多余的工作表和图片")
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        # The size a sheet states may be wrong in either direction; the rows themselves are counted by the
        # caller.
        sheet.reset_dimensions()
        yield from sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS, max_row=MAX_ROWS + 2)
    except BadInput:
        raise
    except Exception as fault:
        # openpyxl answers damage with whatever its XML parser, zip reader or own lookups raise.
        raise damaged from fault


def _csv_lines(data: bytes, name: str) -> Iterator[tuple[object, ...]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        break
    else:
        raise BadInput("文字编码无法识别", where=name, cure="请另存为 UTF-8 编码的 csv，或改用 xlsx")
    try:
        for line in csv.reader(io.StringIO(text, newline=""), strict=True):
            yield tuple(line[:MAX_COLUMNS])
    except csv.Error as fault:
        raise BadInput(f"csv 格式有误（{fault}）", where=name, cure="请检查引号，或改用 xlsx") from fault


def _check_headings(headings: Sequence[str], by_title: Mapping[str, Column], name: str) -> None:
    faults = []
    if missing := [title for title in by_title if title not in headings]:
        faults.append(f"缺少列：{'、'.join(missing)}")
    if unknown := [heading or "（空）" for heading in headings if heading not in by_title]:
        faults.append(f"不认识的列：{'、'.join(unknown)}")
    if twice := sorted(
        {heading for heading in headings if heading in by_title and headings.count(heading) > 1}
    ):
        faults.append(f"重复的列：{'、'.join(twice)}")
    if faults:
        raise BadInput("；".join(faults), where=f"{name} 第 1 行", cure="请使用下载的模板，不要改动表头")


def _read_row(
    number: int, cells: Sequence[object], headings: Sequence[str], by_title: Mapping[str, Column]
) -> tuple[Row, list[RowError]]:
    values: dict[str, Value] = {}
    faults = []
    if any(map(_plain, cells[len(headings) :])):
        faults.append(RowError(number, "", "表头之外还有内容，请删去多出的单元格"))
    for place, heading in enumerate(headings):
        column = by_title[heading]
        try:
            values[column.name] = _read_cell(cells[place] if place < len(cells) else None, column)
        except BadInput as fault:
            faults.append(RowError(number, heading, str(fault)))
    return Row(number, values), faults


def _read_cell(cell: object, column: Column) -> Value:
    text = _plain(cell)
    if not text:
        if column.required:
            raise BadInput("必填，请补上")
        return None
    if len(text) > MAX_CELL_CHARACTERS:
        raise BadInput(f"超过 {MAX_CELL_CHARACTERS} 个字符，请缩短")
    if column.kind == "money":
        return parse_yuan(text)
    if column.kind == "integer":
        if not re.fullmatch(r"-?[0-9]{1,15}", text):
            raise BadInput(f"“{text[:30]}”不是整数，请填写整数")
        return int(text)
    if column.kind == "date":
        return _read_date(cell, text)
    if column.kind == "choice" and text not in column.choices:
        raise BadInput(f"“{text[:30]}”不在选项中，请填写 {'、'.join(column.choices)} 之一")
    if column.kind == "code" and isinstance(cell, (int, float)) and len(text) > 15:
        # A spreadsheet keeps 15 digits of a number; what stands behind them is already lost.
        raise BadInput("长编码被存成了数字，末尾数位已丢失，请把单元格设为文本后重新填写")
    return text


def _read_date(cell: object, text: str) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if found := _DATE.fullmatch(text):
        try:
            return date(int(found[1]), int(found[2]), int(found[3]))
        except ValueError:
            pass
    raise BadInput(f"“{text[:30]}”不是日期，请按 2026-01-31 的样子填写")


def _plain(cell: object) -> str:
    """Return a cell as a person sees it: whole floats without their point, no blanks around."""
    if cell is None:
        return ""
    if isinstance(cell, float):
        # Up to 15 digits are what the spreadsheet itself shows; the float's own noise lies behind them.
        return str(int(cell)) if cell.is_integer() and abs(cell) < 10**18 else f"{cell:.15g}"
    return str(cell).strip()


def _new_book(columns: Sequence[Column], title: str) -> "tuple[Workbook, Worksheet]":
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = sheet_title(title)
    sheet.freeze_panes = "A2"
    for number, column in enumerate(columns, start=1):
        heading = sheet.cell(1, number, column.title)
        heading.data_type = "s"
        heading.font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(number)].width = max(12, 2 * len(column.title) + 4)
    return book, sheet


def _bytes_of(book: "Workbook") -> bytes:
    """Save a workbook without the time of day: fixed dates in its properties and in every archive entry."""
    from openpyxl.writer.excel import ExcelWriter

    book.properties.creator = "Linli"
    book.properties.created = _BEGINNING
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        # Not Workbook.save: that one sets the time of modification just before it writes.
        writer = ExcelWriter(book, archive)
        book.properties.modified = _BEGINNING
        writer.write_data()
    out = io.BytesIO()
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename == "docProps/core.xml":
                content = _MODIFIED.sub(rb"\g<1>1980-01-01T00:00:00Z\g<2>", content)
            fixed = zipfile.ZipInfo(entry.filename, _BEGINNING.timetuple()[:6])
            fixed.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(fixed, content)
    return out.getvalue()


def _written(value: Value, kind: CellKind) -> Value:
    return yuan_exact(value) if kind == "money" and isinstance(value, int) else value


def _hint(column: Column) -> str:
    kinds = {
        "text": "文字",
        "integer": "整数",
        "money": "金额，单位元，例如 12000.50",
        "date": "日期，例如 2026-01-31",
        "choice": "从列表中选择",
        "code": "编码，按文本填写，保留开头的 0",
    }
    parts = ["必填" if column.required else "选填", kinds[column.kind], column.hint]
    return "；".join(part for part in parts if part)
