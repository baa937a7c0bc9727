"""Workbooks: tables written as .xlsx, fast enough to be part of a publish, the same bytes for the same tables.

Only what a table needs is written: bold headings that stay in sight, text as text (a value like ``=1+1`` is shown and
not run), days, whole numbers, and amounts that add up. An amount of fen is written as an exact decimal number of yuan;
what a spreadsheet program makes of more than fifteen digits is its affair.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Literal

from msgspec import Struct

Cell = str | int | date | None
"""What stands in a cell; an empty one is None."""
CellKind = Literal["text", "number", "fen", "day"]

_FIRST_DAY = date(1899, 12, 30)
"""Day 0 of spreadsheet programs, as every day after February 1900 counts."""
_BEGINNING = (1980, 1, 1, 0, 0, 0)  # no entry in a zip file is older
_LONGEST_TITLE = 31
_UNTITLED = re.compile(r"[\\/\[\]:*?]")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_NOT_PLAIN = re.compile('[&<>"\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]')

_ESCAPED = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;"})

_PLAIN, _BOLD, _TEXT, _DAY, _AMOUNT = range(5)
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def _style(format: int, *, bold: bool = False, quoted: bool = False) -> str:
    more = ' applyFont="1"' * bold + ' applyNumberFormat="1"' * bool(format) + ' quotePrefix="1"' * quoted
    return f'<xf numFmtId="{format}" fontId="{int(bold)}" fillId="0" borderId="0" xfId="0"{more}/>'


_FONT = '<sz val="11"/><name val="Calibri"/>'
_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}">'
    '<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>'
    f'<fonts count="2"><font>{_FONT}</font><font><b/>{_FONT}</font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1">'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="5">'
    f"{_style(0)}{_style(0, bold=True)}{_style(49, quoted=True)}{_style(164)}{_style(4)}</cellXfs>"
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


class Heading(Struct, frozen=True):
    """The heading of a column, and what its cells hold: amounts come in ``fen`` and are written in yuan."""

    title: str
    kind: CellKind = "text"


class Sheet(Struct, frozen=True):
    """One sheet: its name, its headings and its rows, each as long as the headings."""

    title: str
    headings: Sequence[Heading]
    rows: Iterable[Sequence[Cell]]


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """Return an .xlsx file of at least one sheet."""
    titles = _titles(sheets)
    parts = {
        "[Content_Types].xml": _content_types(len(sheets)),
        "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": _book(titles),
        "xl/_rels/workbook.xml.rels": _relations(
            [
                *(("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(sheets) + 1)),
                ("styles", "styles.xml"),
            ]
        ),
        "xl/styles.xml": _STYLES,
    }
    for number, sheet in enumerate(sheets, 1):
        parts[f"xl/worksheets/sheet{number}.xml"] = "".join(_sheet(sheet))
    out = io.BytesIO()
    import zipfile  # who answers JSON need not wait for it

    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, _BEGINNING)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content, compresslevel=6)
    return out.getvalue()


def printable(text: str) -> str:
    """Text without what XML has no way to write."""
    return _UNPRINTABLE.sub("", text)


def sheet_title(text: str) -> str:
    """Text as the name of a sheet may be."""
    return _UNTITLED.sub(" ", printable(text)).strip(" '")[:_LONGEST_TITLE] or "Sheet"


def decimal(fen: int) -> str:
    """An amount of fen as an exact decimal number of yuan without separators: ``-1234.50``."""
    whole, part = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole}.{part:02d}"


def _titles(sheets: Sequence[Sheet]) -> list[str]:
    """The names of the sheets; no two are the same, whatever their letters' case."""
    found: list[str] = []
    for sheet in sheets:
        title, number = sheet_title(sheet.title), 1
        while title.lower() in {each.lower() for each in found}:
            number += 1
            title = f"{sheet_title(sheet.title)[: _LONGEST_TITLE - 5]} {number}"
        found.append(title)
    return found


def _content_types(count: int) -> str:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    sheets = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{kind}.worksheet+xml"/>'
        for n in range(1, count + 1)
    )
    return (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>{sheets}'
        f'<Override PartName="/xl/styles.xml" ContentType="{kind}.styles+xml"/></Types>'
    )


def _relations(pairs: Sequence[tuple[str, str]]) -> str:
    each = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(pairs, 1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{each}</Relationships>'


def _book(titles: Sequence[str]) -> str:
    each = "".join(
        f'<sheet name="{_quoted(title)}" sheetId="{n}" r:id="rId{n}"/>' for n, title in enumerate(titles, 1)
    )
    return f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{each}</sheets></workbook>'


def _sheet(sheet: Sheet) -> Iterator[str]:
    widths = "".join(
        f'<col min="{n}" max="{n}" width="{max(12, 2 * len(head.title) + 4)}" customWidth="1"/>'
        for n, head in enumerate(sheet.headings, 1)
    )
    yield (
        f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f"<cols>{widths}</cols><sheetData>"
    )
    letters = [_letters(n) for n in range(len(sheet.headings))]
    yield _row(
        1, (_string(f"{at}1", head.title, _BOLD) for at, head in zip(letters, sheet.headings, strict=True))
    )
    kinds = [head.kind for head in sheet.headings]
    for number, row in enumerate(sheet.rows, 2):
        cells = zip(letters, kinds, row, strict=True)
        yield _row(
            number, (_cell(f"{at}{number}", kind, value) for at, kind, value in cells if value is not None)
        )
    yield "</sheetData></worksheet>"


def _row(number: int, cells: Iterable[str]) -> str:
    return f'<row r="{number}">{"".join(cells)}</row>'


def _cell(at: str, kind: CellKind, value: Cell) -> str:
    if isinstance(value, date):
        return f'<c r="{at}" s="{_DAY}"><v>{(value - _FIRST_DAY).days}</v></c>'
    if isinstance(value, int):
        amount = kind == "fen"
        return f'<c r="{at}" s="{_AMOUNT if amount else _PLAIN}"><v>{decimal(value) if amount else value}</v></c>'
    return _string(at, str(value), _TEXT)


def _string(at: str, text: str, style: int) -> str:
    return f'<c r="{at}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{_quoted(text)}</t></is></c>'


def _quoted(text: str) -> str:
    if _NOT_PLAIN.search(text) is None:
        return text
    return printable(text).translate(_ESCAPED)


def _letters(column: int) -> str:
    """The letters of a column, counted from 0: A, …, Z, AA."""
    said = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        said = chr(65 + rest) + said
    return said
