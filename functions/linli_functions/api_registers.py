"""The ways of the API to registers: read, write one entry, import and export whole tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct
from starlette.responses import Response

from linli.appointments import Person
from linli.errors import BadInput, Conflict, Forbidden, LinliError, ManyFaults, NotFound
from linli.forms import Mark
from linli.intake import take_in
from linli.permissions import permit_entry
from linli.registers import Register, decode_version
from linli.registry import Written, current, end_entry, find_register, write_entries
from linli.service import Service
from linli_functions.bodies import DOCUMENT_LIMIT
from linli_functions.tables import columns, entry_of, row_of, table_fields
from linli_functions.views import PUBLIC_FOR_MINUTES, answer
from linli_functions.visits import Visit, Way

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ATTEMPTS_PAGE = 1000


class EntryBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Values of an entry from a day on (default: today). ``version`` is the version that the caller has seen."""

    values: dict[str, Any]
    since: date | None = None
    why: Annotated[str, Meta(max_length=200)] = ""
    version: int | None = None


_AFTER = (("after", "从哪一条之后"), ("limit", "最多几条"))


def ways() -> list[Way]:
    """The ways."""
    return [
        Way(method="GET", path="/registers", answer=registers, title="有哪些名册"),
        Way(
            method="GET",
            path="/registers/{register}/template.xlsx",
            answer=template,
            title="导入模板",
            result_media=XLSX,
        ),
        Way(
            method="GET", path="/registers/{register}.xlsx", answer=export, title="导出表格", result_media=XLSX
        ),
        Way(
            method="POST",
            path="/registers/{register}/import",
            answer=import_table,
            title="导入表格：全部写入，或者一条也不写",
            writes=True,
            signed_in=True,
            media="application/octet-stream",
            limit=DOCUMENT_LIMIT,
            query=(("name", "文件名，.xlsx 或 .csv"), ("since", "从哪一天起"), ("dry_run", "1：只检查")),
        ),
        Way(method="GET", path="/registers/{register}", answer=entries, title="名册里的条目", query=_AFTER),
        Way(method="GET", path="/registers/{register}/{key}", answer=entry, title="名册里的一条"),
        Way(
            method="PUT",
            path="/registers/{register}/{key}",
            answer=put_entry,
            title="登记一条",
            writes=True,
            signed_in=True,
            body=EntryBody,
        ),
        Way(
            method="DELETE",
            path="/registers/{register}/{key}",
            answer=end,
            title="终止一条，历史保留",
            writes=True,
            signed_in=True,
            query=(("since", "从哪一天起"), ("why", "理由")),
            status=204,
        ),
    ]


def registers(visit: Visit) -> Response:
    """List the registers that the visitor may read, with their fields."""
    person = visit.visitor
    told = [
        {
            "id": each.id,
            "title": each.title,
            "key": each.key,
            "public": each.public,
            "written_by": [post.id for post in each.written_by],
            "fields": [{"name": f.name, "title": f.title, "mark": f.mark.value} for f in each.fields()],
        }
        for each in visit.deployment.registers.values()
        if each.public or _writes_somewhere(each, person)
    ]
    return answer({"registers": told}, cache=PUBLIC_FOR_MINUTES if person is None else "no-store")


def entries(visit: Visit) -> Response:
    """List entries in order of their keys: public fields, and all fields of those that the visitor may write."""
    register = _readable(visit)
    limit = visit.limit()
    stored = visit.service.store.register(register.id, visit.query.get("after", ""), limit)
    shown = []
    for each in stored:
        version = decode_version(each.body)
        values = _visible(visit.service, register, version.values, visit.visitor)
        if values:
            shown.append(
                {"key": each.key, "version": each.version, "since": version.since, "values": values}
            )
    return answer({"entries": shown, "after": stored[-1].key if len(stored) == limit else ""})


def entry(visit: Visit) -> Response:
    """Show an entry as it stands."""
    register, key = _readable(visit), visit.path["key"]
    stored = visit.service.store.entries(register.id, (key,)).get(key)
    version = decode_version(stored.body) if stored else None
    values = _visible(visit.service, register, version.values, visit.visitor) if version else {}
    if stored is None or version is None or not values:
        raise NotFound(f"名册“{register.title}”里没有这一条", where="key")
    return answer({"key": key, "version": stored.version, "since": version.since, "values": values})


def put_entry(visit: Visit) -> Response:
    """Set an entry; the same values again change nothing."""
    visit.key()
    register, key, body = _known(visit), visit.path["key"], visit.json(EntryBody)
    if str(body.values.get(register.key, key)) != key:
        raise BadInput("编号与地址里的不同", where=register.key, cure="写成一样")
    if body.version is not None:
        stands = visit.service.store.entries(register.id, (key,)).get(key)
        if body.version != (stands.version if stands else 0):
            raise Conflict("这一条刚刚被人改过", where="version", cure="请重新读取后再改")
    written = _write(visit, register, [{**body.values, register.key: key}], body.since, body.why)
    return answer({"key": key, **msgspec.structs.asdict(written)})


def end(visit: Visit) -> Response:
    """End an entry from a day on; its history stays."""
    visit.key()
    register, key, person = _known(visit), visit.path["key"], visit.person
    why = visit.query.get("why", "").strip()
    if not why:
        raise BadInput("终止一条登记要写明理由", where="why")
    service = visit.service
    _permit(service, person, register, [current(service.desk, register.id, key)])
    since = _since(service, visit.day("since"))
    end_entry(service.desk, register, key, since, _by(service, register, person), why)
    return Response(status_code=204, headers={"cache-control": "no-store"})


def import_table(visit: Visit) -> Response:
    """Import a table: every fault of every row is named at once, and with one fault nothing is written."""
    from linli.spreadsheets import read_rows

    dry = visit.flag("dry_run")
    if not dry:
        visit.key()
    register, person = _known(visit), visit.person
    if not _writes_somewhere(register, person):
        _permit(visit.service, person, register, [{}])
    known = table_fields(register)
    table = read_rows(visit.body, visit.query.get("name", ""), columns(known))
    faults: list[LinliError] = [
        BadInput(each.message, where=f"第 {each.row} 行 {each.column}".strip()) for each in table.errors
    ]
    rows = [(row.number, entry_of(known, row.values)) for row in table.rows]
    if faults or dry:  # what can be read is looked at too, so that nothing has to be handed in three times
        for number, values in rows:
            try:
                take_in(register.form, values)
            except ManyFaults as error:
                faults.extend(BadInput(f.message, where=f"第 {number} 行 {f.where}", cure=f.cure) for f in error.faults)
    if faults:
        raise ManyFaults(faults)
    if dry:
        _permit(visit.service, person, register, [values for _, values in rows])
        return answer({"rows": len(rows), "stored": False})
    written = _write(
        visit, register, [values for _, values in rows], visit.day("since"), "导入", [n for n, _ in rows]
    )
    return answer({"rows": len(rows), **msgspec.structs.asdict(written)})


def template(visit: Visit) -> Response:
    """An empty table to fill in."""
    from linli.spreadsheets import template_xlsx

    register = _known(visit)
    return _file(template_xlsx(columns(table_fields(register)), register.title), f"{register.id}-template.xlsx")


def export(visit: Visit) -> Response:
    """The entries as a table: public fields, or all fields of what the visitor may write."""
    from linli.spreadsheets import write_xlsx

    register, person, service = _readable(visit), visit.visitor, visit.service
    every = _writes_somewhere(register, person)
    known = table_fields(register, public=not every)
    rows = []
    after = ""
    while stored := service.store.register(register.id, after, ATTEMPTS_PAGE):
        for each in stored:
            values = decode_version(each.body).values
            if every and not _may_write(service, register, values, person):
                continue
            if values:
                rows.append(row_of(known, values))
        after = stored[-1].key
    return _file(write_xlsx(columns(known), rows, register.title), f"{register.id}.xlsx")


def _write(
    visit: Visit,
    register: Register,
    rows: Sequence[Mapping[str, Any]],
    since: date | None,
    why: str,
    numbers: Sequence[int] = (),
) -> Written:
    service, person = visit.service, visit.person
    # What an entry says now counts too: nobody takes an entry of another street over by writing a new place into it.
    before = [current(service.desk, register.id, str(row.get(register.key, ""))) for row in rows]
    _permit(service, person, register, [*rows, *(each for each in before if each)])
    day = _since(service, since)
    return write_entries(service.desk, register, rows, day, _by(service, register, person), why, numbers)


def _permit(
    service: Service, person: Person, register: Register, rows: Sequence[Mapping[str, Any]]
) -> None:
    top = service.deployment.place
    for place in sorted({str(row.get(register.place, top)) if register.place else top for row in rows}):
        permit_entry(person, register, place, service.deployment.places, service.clock.today())


def _may_write(
    service: Service, register: Register, values: Mapping[str, Any], person: Person | None
) -> bool:
    if person is None:
        return False
    try:
        _permit(service, person, register, [values])
    except Forbidden:
        return False
    return True


def _writes_somewhere(register: Register, person: Person | None) -> bool:
    return person is not None and bool(person.posts() & {post.id for post in register.written_by})


def _visible(
    service: Service, register: Register, values: dict[str, Any], person: Person | None
) -> dict[str, Any]:
    """The values of an entry as a person sees them; empty where the person may not know of it."""
    if _may_write(service, register, values, person):
        return values
    if not register.public:
        return {}
    shown = {field.name for field in register.fields() if field.mark is Mark.PUBLIC}
    return {name: value for name, value in values.items() if name in shown}


def _known(visit: Visit) -> Register:
    return find_register(visit.service.desk, visit.path["register"])


def _readable(visit: Visit) -> Register:
    register = _known(visit)
    if not register.public and not _writes_somewhere(register, visit.visitor):
        visit.person  # noqa: B018 (the public is asked to sign in first)
        raise Forbidden(f"您的岗位不能查看名册“{register.title}”", where="register")
    return register


def _since(service: Service, since: date | None) -> date:
    return since or service.clock.today()


def _by(service: Service, register: Register, person: Person) -> str:
    return service.desk.pseudonym(person.subject, f"register/{register.id}")


def _file(data: bytes, name: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(data, 200, headers, XLSX)
