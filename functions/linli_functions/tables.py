"""Registers as spreadsheets: their columns, and the way of an entry into a row and back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from linli.errors import BadInput
from linli.forms import Field, Mark, Widget
from linli.registers import Register

if TYPE_CHECKING:
    from linli.spreadsheets import Column, Value

YES, NO = "是", "否"
_BETWEEN = re.compile(r"[、,，;；\s]+")
_SEVERAL = (Widget.PLACES, Widget.CHOICES)


def table_fields(register: Register, *, public: bool = False) -> list[Field]:
    """The fields of a register that fit into a table; only public ones where that is asked.

    Raises `BadInput` for a register whose entries hold tables themselves.
    """
    known = [field for field in register.fields() if not public or field.mark is Mark.PUBLIC]
    if any(field.widget is Widget.ROWS for field in known):
        raise BadInput(f"名册“{register.title}”不能用表格导入或导出", where=register.id, cure="请逐条登记")
    return known


def columns(known: Sequence[Field]) -> list[Column]:
    """The columns of fields, in order."""
    from linli.spreadsheets import Column

    return [
        Column(
            name=field.name,
            title=field.title,
            kind=_kind(field),
            required=field.required,
            choices=_choices(field),
            hint=f"{field.hint}；多项用顿号分开" if field.widget in _SEVERAL else field.hint,
        )
        for field in known
    ]


def entry_of(known: Sequence[Field], row: Mapping[str, Value]) -> dict[str, Any]:
    """The values of an entry from the cells of a row; empty cells are left out."""
    values: dict[str, Any] = {}
    for field in known:
        cell = row.get(field.name)
        if cell is None:
            continue
        codes = {title: code for code, title in field.options}
        if field.widget in _SEVERAL:
            values[field.name] = [codes.get(each, each) for each in _BETWEEN.split(str(cell)) if each]
        elif field.widget is Widget.YES_NO:
            values[field.name] = cell == YES
        elif field.widget is Widget.CHOICE:
            values[field.name] = codes.get(str(cell), cell)
        else:
            values[field.name] = cell.isoformat() if isinstance(cell, date) else cell
    return values


def row_of(known: Sequence[Field], values: Mapping[str, Any]) -> dict[str, Value]:
    """The cells of a row from the values of an entry."""
    row: dict[str, Value] = {}
    for field in known:
        value = values.get(field.name)
        if value is None or value == "":
            continue
        titles = dict(field.options)
        if field.widget in _SEVERAL:
            row[field.name] = "、".join(titles.get(each, each) for each in value)
        elif field.widget is Widget.YES_NO:
            row[field.name] = YES if value else NO
        elif field.widget is Widget.CHOICE:
            row[field.name] = titles.get(value, value)
        elif field.widget is Widget.DATE and isinstance(value, str):
            row[field.name] = date.fromisoformat(value)
        else:
            row[field.name] = value
    return row


def _kind(field: Field) -> Any:
    if field.widget is Widget.NUMBER:
        return "integer"
    if field.widget is Widget.MONEY:
        return "money"
    if field.widget is Widget.DATE:
        return "date"
    if field.widget in (Widget.CHOICE, Widget.YES_NO):
        return "choice"
    return "code" if field.widget is Widget.LINE else "text"


def _choices(field: Field) -> tuple[str, ...]:
    if field.widget is Widget.YES_NO:
        return (YES, NO)
    return tuple(title for _, title in field.options) if field.widget is Widget.CHOICE else ()
