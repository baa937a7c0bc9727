"""Registers at the workbench: look up, an entry with its history, correct with a date, end, import.

Who may write follows from `Register.written_by` and the places of the appointments: an entry lies in one of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from msgspec import structs
from starlette.responses import Response

from linli.errors import BadInput, Forbidden, LinliError, ManyFaults, NotFound
from linli.forms import Field, Widget
from linli.registers import Register, decode_version
from linli.registry import current, end_entry, find_register, write_entries
from linli.spreadsheets import CellKind, Column, Table, read_rows, template_xlsx, write_xlsx
from linli_functions import workbench_readings as readings
from linli_functions.entries import may_write, visible
from linli_functions.workbench_fields import PREFIX, Offers, all_faults, facts_of, offers, sections, typed_of
from linli_functions.workbench_lists import xlsx
from linli_functions.workbench_sittings import Sitting

PAGE = 100
SCAN = 5000
MOST_SHOWN = 200


def registers(sitting: Sitting) -> Response:
    """The registers that this person may look at."""
    known = sitting.service.deployment.registers.values()
    return sitting.page(
        "registers.html",
        registers=[(each, bool(_writes_at(sitting, each))) for each in known if _reads(sitting, each)],
    )


def _reads(sitting: Sitting, register: Register) -> bool:
    """Staff read what is public; what is not public only those who keep it."""
    if register.public:
        return any(held.post != "resident" for held in sitting.person.appointments)
    return bool(_writes_at(sitting, register))


def _writes_at(sitting: Sitting, register: Register) -> list[str]:
    """The places at and below which this person may write entries."""
    posts = {post.id for post in register.written_by}
    return [held.place for held in sitting.person.appointments if held.post in posts]


def _open(sitting: Sitting) -> Register:
    register = find_register(sitting.service.desk, sitting.part("register"))
    if not _reads(sitting, register):
        raise Forbidden("您的岗位不能查看这个名册", where=register.id)
    return register


def _may_write(sitting: Sitting, register: Register, rows: list[Mapping[str, Any]]) -> None:
    """Raise `Forbidden`, or `ManyFaults` naming each row that lies outside the person's places, or did so before."""
    if not _writes_at(sitting, register):
        who = "、".join(post.title for post in register.written_by) or "没有人"
        raise Forbidden(f"您的岗位不能改“{register.title}”", where=register.id, cure=f"可以改的岗位：{who}")
    faults: list[LinliError] = []
    for number, row in enumerate(rows, 1):
        before = current(sitting.service.desk, register.id, str(row.get(register.key, "")))
        for each in (row, before):
            if each and not may_write(sitting.service, register, each, sitting.person):
                top = sitting.service.deployment.place
                title = sitting.room.place(str(each.get(register.place, top)) if register.place else top)
                where = f"第 {number} 行 {register.place or register.key}"
                faults.append(BadInput(f"您的岗位不管{title}的条目", where=where))
                break
    if faults:
        raise ManyFaults(faults)


def look_up(sitting: Sitting) -> Response:
    """Entries of a register, those that hold the words looked for."""
    register = _open(sitting)
    text, after = sitting.said("q"), sitting.said("after")
    found: list[tuple[str, list[str]]] = []
    scanned, last, more = 0, after, ""
    while len(found) < PAGE and scanned < SCAN:
        batch = sitting.service.store.register(register.id, last, PAGE)
        for stored in batch:
            last = stored.key
            scanned += 1
            cells = _cells(sitting, register, _visible(sitting, register, decode_version(stored.body).values))
            if cells and (not text or any(text in cell for cell in cells)):
                found.append((stored.key, cells))
            if len(found) == PAGE:
                break
        more = last if len(batch) == PAGE or len(found) == PAGE else ""
        if len(batch) < PAGE:
            break
    return sitting.page(
        "register.html",
        register=register,
        heads=[field.title for field in register.fields()],
        entries=found,
        text=text,
        more=more,
        writes=bool(_writes_at(sitting, register)),
    )


def _visible(sitting: Sitting, register: Register, values: Mapping[str, Any]) -> dict[str, Any]:
    """What of an entry this person may see: all of what they keep, of the others what is public."""
    return visible(sitting.service, register, dict(values), sitting.person) if values else {}


def _cells(sitting: Sitting, register: Register, values: Mapping[str, Any]) -> list[str]:
    return (
        [readings.words(sitting.room, field, values.get(field.name)) for field in register.fields()]
        if values
        else []
    )


def entry(sitting: Sitting) -> Response:
    """One entry with its history, oldest first."""
    register, key = _open(sitting), sitting.part("key")
    history = sitting.service.store.entry_history(register.id, key)
    if not history:
        raise NotFound(f"名册“{register.title}”里没有 {key}", where="key")
    stored = [decode_version(each.body) for each in history]
    versions = [structs.replace(each, values=_visible(sitting, register, each.values)) for each in stored]
    if not any(each.values for each in versions):
        raise NotFound(f"名册“{register.title}”里没有 {key}", where="key")
    # One that has ended says so; one that may not be seen any more shows what it was while it might.
    versions = [now for now, was in zip(versions, stored, strict=True) if now.values or not was.values]
    fields = register.fields()
    return sitting.page(
        "entry.html",
        register=register,
        key=key,
        facts=[(f.title, readings.words(sitting.room, f, versions[-1].values.get(f.name))) for f in fields],
        ended=not versions[-1].values,
        history=[
            (version, _changes(sitting, fields, before, version.values))
            for before, version in _pairs(versions)
        ],
        writes=may_write(sitting.service, register, stored[-1].values, sitting.person),
    )


def _pairs(versions: list[Any]) -> list[tuple[Mapping[str, Any], Any]]:
    return [(versions[index - 1].values if index else {}, version) for index, version in enumerate(versions)]


def _changes(
    sitting: Sitting, fields: tuple[Field, ...], before: Mapping[str, Any], after: Mapping[str, Any]
) -> str:
    """What a version changed, in words."""
    if not after:
        return "结束"
    if not before:
        return "新增"
    said = [
        f"{f.title}：{readings.words(sitting.room, f, before.get(f.name)) or '（空）'} → "
        f"{readings.words(sitting.room, f, after.get(f.name)) or '（空）'}"
        for f in fields
        if before.get(f.name) != after.get(f.name)
    ]
    return "；".join(said) or "内容不变，更正生效日期"


# Writing


def edit(sitting: Sitting) -> Response:
    """A new entry, or an entry corrected from a day on; what stood before stays in its history."""
    register = _open(sitting)
    key = sitting.request.path_params.get("key", "")
    _may_write(sitting, register, [])
    before = current(sitting.service.desk, register.id, key) if key else {}
    if key and not _visible(sitting, register, before):
        raise NotFound(f"名册“{register.title}”里没有 {key}，或者它已经结束", where="key")
    _may_write(sitting, register, [before] if before else [])
    if sitting.request.method == "GET":
        return _edit(sitting, register, key, typed_of(register.form, before, str), [])
    typed = sitting.typed
    parsed = facts_of(register.form, typed, _offers(sitting, register))
    faults = list(all_faults(register.form, parsed))
    try:
        since = sitting.day("since")
        if since is None:
            raise BadInput("请填写从哪天起", where="since")
        if key and parsed.facts.get(register.key) != key:
            raise BadInput(
                "编号不能改", where=register.key, cure=f"编号保持 {key}；要换编号，请结束这一条再新增"
            )
        if not faults:
            _may_write(sitting, register, [parsed.facts])
            _write(sitting, register, [parsed.facts], since)
            return sitting.go(f"/registers/{register.id}/entries/{parsed.facts[register.key]}")
    except ManyFaults as many:
        # There is one row here: its number would only puzzle.
        faults += [BadInput(f.message, where=f.where.rpartition(" ")[2], cure=f.cure) for f in many.faults]
    except BadInput as error:
        faults.append(error)
    return _edit(sitting, register, key, typed, faults)


def _write(
    sitting: Sitting, register: Register, rows: list[Mapping[str, Any]], since: date, *, dry_run: bool = False
) -> Any:
    desk = sitting.service.desk
    by = desk.pseudonym(sitting.person.subject, f"register/{register.id}")
    return write_entries(desk, register, rows, since, by, sitting.said("why"), dry_run=dry_run)


def _offers(sitting: Sitting, register: Register) -> Offers:
    return offers(sitting.service.deployment.places, sitting.service.deployment.place, sitting.today)


def _edit(
    sitting: Sitting, register: Register, key: str, typed: Mapping[str, Any], faults: list[LinliError]
) -> Response:
    shown = sections(register.form, typed, faults, _offers(sitting, register))
    ids = {each.name.removeprefix(PREFIX): each.id for section in shown for each in section.inputs}
    ids["since"] = "since"
    return sitting.page(
        "entry_edit.html",
        422 if faults else 200,
        register=register,
        key=key,
        sections=shown,
        faults=[(fault, ids.get(fault.where, "")) for fault in faults],
        since=sitting.said("since") or sitting.today.isoformat(),
        why=sitting.said("why"),
    )


def end(sitting: Sitting) -> Response:
    """End an entry from a day on."""
    register, key = _open(sitting), sitting.part("key")
    before = current(sitting.service.desk, register.id, key)
    if not _visible(sitting, register, before):
        raise NotFound(f"名册“{register.title}”里没有 {key}，或者它已经结束", where="key")
    _may_write(sitting, register, [before])
    since, why = sitting.day("since"), sitting.said("why")
    if since is None or not why:
        raise BadInput("结束一条要写明从哪天起和理由", where="why", cure="返回上一页补上")
    by = sitting.service.desk.pseudonym(sitting.person.subject, f"register/{register.id}")
    end_entry(sitting.service.desk, register, key, since, by, why)
    return sitting.go(f"/registers/{register.id}/entries/{key}")


# Files


def columns(register: Register) -> list[Column]:
    """The columns of a register's spreadsheet. Codes stay text; several values stand in one cell, parted by 、."""
    return [_column(field, register) for field in register.fields()]


def _column(field: Field, register: Register) -> Column:
    kinds: dict[Widget, CellKind] = {Widget.NUMBER: "integer", Widget.MONEY: "money", Widget.DATE: "date"}
    kind: CellKind = kinds.get(field.widget, "text")
    if field.widget is Widget.CHOICE:
        kind = "choice"
    if field.name in (register.key, register.place) or "区划代码" in field.hint:
        kind = "code"
    hint = field.hint
    if field.widget in (Widget.CHOICES, Widget.PLACES):
        hint = f"{hint}；几个之间用顿号隔开".lstrip("；")
    labels = tuple(label for _, label in field.options) if kind == "choice" else ()
    return Column(field.name, field.title, kind, field.required, labels, hint)


def template(sitting: Sitting) -> Response:
    """An empty spreadsheet with the headings, for filling in."""
    register = _open(sitting)
    return xlsx(template_xlsx(columns(register), register.title), f"{register.id}-template.xlsx")


def export(sitting: Sitting) -> Response:
    """What of the register this person may see, as it stands today, in the shape in which it can be imported again."""
    register = _open(sitting)
    rows, last = [], ""
    while batch := sitting.service.store.register(register.id, last, 1000):
        for stored in batch:
            last = stored.key
            values = _visible(sitting, register, decode_version(stored.body).values)
            if values:
                rows.append({field.name: _cell(field, values.get(field.name)) for field in register.fields()})
        if len(batch) < 1000:
            break
    return xlsx(write_xlsx(columns(register), rows, register.title), f"{register.id}.xlsx")


def _cell(field: Field, value: Any) -> Any:
    if value is None or value == "":
        return None
    labels = dict(field.options)
    if isinstance(value, (list, tuple)):
        return "、".join(labels.get(str(each), str(each)) for each in value)
    if field.widget is Widget.DATE:
        return date.fromisoformat(str(value))
    if field.widget in (Widget.NUMBER, Widget.MONEY):
        return value
    return labels.get(str(value), str(value))


def import_file(sitting: Sitting) -> Response:
    """Take in a whole file or nothing: every wrong row is shown at once."""
    register = _open(sitting)
    _may_write(sitting, register, [])
    if sitting.request.method == "GET":
        return _import_page(sitting, register)
    try:
        since = sitting.day("since")
        if "file" not in sitting.files:
            raise BadInput("还没有选文件", where="file", cure="选一个 .xlsx 或 .csv 文件")
        if since is None:
            raise BadInput("请填写从哪天起", where="since")
        name, data = sitting.files["file"]
        table = read_rows(data, name, columns(register))
        if not table.rows and not table.errors:
            raise BadInput("文件里没有内容", where="file", cure="在表头下面填写，一行一条")
        rows = [_raw(register, row.values) for row in table.rows]
        numbers = [row.number for row in table.rows]
    except BadInput as error:
        return _import_page(sitting, register, faults=[error])
    try:
        # Rows that can be read are looked at too where others cannot, so that nothing is handed in three times.
        if not table.errors:
            _may_write(sitting, register, rows)
        _write(sitting, register, rows, since, dry_run=True)
        if table.errors:
            return _import_page(sitting, register, table=table)
        written = _write(sitting, register, rows, since)
    except ManyFaults as many:
        faults = [_in_sheet(fault, numbers, register) for fault in many.faults]
        return _import_page(sitting, register, table=table, faults=faults)
    return sitting.page("import_done.html", register=register, written=written)


def _raw(register: Register, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """A row of a sheet as raw facts: labels become values, lists are taken apart, empty cells are left out."""
    raw: dict[str, Any] = {}
    for field in register.fields():
        value = values.get(field.name)
        if value is None:
            continue
        by_label = {label: code for code, label in field.options}
        if field.widget in (Widget.CHOICES, Widget.PLACES):
            parts = [each.strip() for each in str(value).replace("，", "、").replace(",", "、").split("、")]
            raw[field.name] = [by_label.get(each, each) for each in parts if each]
        elif field.widget is Widget.YES_NO:
            raw[field.name] = str(value) in ("是", "1", "true")
        elif isinstance(value, date):
            raw[field.name] = value.isoformat()
        else:
            raw[field.name] = by_label.get(str(value), value)
    return raw


def _in_sheet(fault: LinliError, numbers: list[int], register: Register) -> BadInput:
    """A fault with the row as the sheet counts it and the heading instead of the field's name."""
    row, _, name = fault.where.removeprefix("第 ").partition(" 行 ")
    titles = {field.name: field.title for field in register.fields()}
    if row.isdecimal() and int(row) <= len(numbers):
        where = f"第 {numbers[int(row) - 1]} 行“{titles.get(name, name)}”"
        return BadInput(fault.message, where=where, cure=fault.cure)
    return BadInput(fault.message, where=fault.where, cure=fault.cure)


def _import_page(
    sitting: Sitting, register: Register, *, table: Table | None = None, faults: list[Any] | None = None
) -> Response:
    errors = (
        [
            (f"第 {each.row} 行“{each.column}”" if each.column else f"第 {each.row} 行", each.message)
            for each in table.errors
        ]
        if table
        else []
    )
    errors += [
        (str(fault.where), fault.message + (f"（{fault.cure}）" if fault.cure else ""))
        for fault in faults or ()
    ]
    names = {"file": "文件", "since": "从哪天起"}
    return sitting.page(
        "import.html",
        422 if errors else 200,
        register=register,
        columns=columns(register),
        errors=[(names.get(where, where), said) for where, said in errors[:MOST_SHOWN]],
        count=len(errors),
        since=sitting.said("since") or sitting.today.isoformat(),
        why=sitting.said("why"),
    )
