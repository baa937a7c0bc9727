"""The ways of the API to registers: read, write one entry, import and export whole tables."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from linli.errors import BadInput, Conflict, Forbidden, NotFound
from linli.registers import Register, decode_version
from linli.registry import current, end_entry, find_register
from linli_functions.answers import PUBLIC_FOR_MINUTES, answer
from linli_functions.bodies import DOCUMENT_LIMIT
from linli_functions.entries import (
    export_table,
    import_table,
    permit_rows,
    visible,
    write,
    writes_somewhere,
    written_by,
)
from linli_functions.once import once
from linli_functions.replies import Reply
from linli_functions.tables import columns, table_fields
from linli_functions.visits import Visit, Way

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


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
            method="GET",
            path="/registers/{register}.xlsx",
            answer=export,
            title="导出表格",
            result_media=XLSX,
        ),
        Way(
            method="POST",
            path="/registers/{register}/import",
            answer=import_file,
            title="导入表格：全部写入，或者一条也不写",
            writes=True,
            signed_in=True,
            media="application/octet-stream",
            limit=DOCUMENT_LIMIT,
            query=(("name", "文件名，.xlsx 或 .csv"), ("since", "从哪一天起"), ("dry_run", "1：只检查")),
        ),
        Way(method="GET", path="/registers/{register}", answer=entries, title="名册里的条目", query=_AFTER),
        Way(
            method="GET",
            path="/registers/{register}/{key}",
            answer=entry,
            title="名册里的一条",
            query=(("on", "在哪一天，不填就是现在"),),
        ),
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


def registers(visit: Visit) -> Reply:
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
        if each.public or writes_somewhere(each, person)
    ]
    return answer({"registers": told}, cache=PUBLIC_FOR_MINUTES if person is None else "no-store")


def entries(visit: Visit) -> Reply:
    """List entries in order of their keys: public fields, and all fields of those that the visitor may write."""
    register = _readable(visit)
    limit = visit.limit()
    stored = visit.service.store.register(register.id, visit.query.get("after", ""), limit)
    shown = []
    for each in stored:
        version = decode_version(each.body)
        values = visible(visit.service, register, version.values, visit.visitor)
        if values:
            shown.append({"key": each.key, "version": each.version, "since": version.since, "values": values})
    return answer({"entries": shown, "after": stored[-1].key if len(stored) == limit else ""})


def entry(visit: Visit) -> Reply:
    """Show an entry as it stands, or as it stood on a day."""
    register, key, on = _readable(visit), visit.path["key"], visit.day("on")
    stored = visit.service.store.entries(register.id, (key,)).get(key)
    if stored is not None and on is not None:
        history = visit.service.store.entry_history(register.id, key)
        held = [each for each in history if decode_version(each.body).since <= on]
        stored = held[-1] if held else None
    version = decode_version(stored.body) if stored else None
    values = visible(visit.service, register, version.values, visit.visitor) if version else {}
    if stored is None or version is None or not values:
        raise NotFound(f"名册“{register.title}”里没有这一条", where="key")
    return answer({"key": key, "version": stored.version, "since": version.since, "values": values})


def put_entry(visit: Visit) -> Reply:
    """Set an entry; the same values again change nothing."""
    register, key, body = _known(visit), visit.path["key"], visit.json(EntryBody)
    if str(body.values.get(register.key, key)) != key:
        raise BadInput("编号与地址里的不同", where=register.key, cure="写成一样")

    def put() -> dict[str, Any]:
        stands = visit.service.store.entries(register.id, (key,)).get(key)
        if body.version is not None and body.version != (stands.version if stands else 0):
            raise Conflict("这一条刚刚被人改过", where="version", cure="请重新读取后再改")
        rows = [{**body.values, register.key: key}]
        written = write(visit.service, register, rows, visit.person, body.since, body.why)
        return {"key": key, **msgspec.structs.asdict(written)}

    return answer(once(visit, put))


def end(visit: Visit) -> Reply:
    """End an entry from a day on; its history stays."""
    register, key, person = _known(visit), visit.path["key"], visit.person
    why = visit.query.get("why", "").strip()
    if not why:
        raise BadInput("终止一条登记要写明理由", where="why")
    service = visit.service
    since = visit.day("since") or service.clock.today()

    def ended() -> dict[str, Any]:
        permit_rows(service, person, register, [current(service.desk, register.id, key)])
        end_entry(service.desk, register, key, since, written_by(service, register, person), why)
        return {}

    once(visit, ended)
    return Reply(status=204, headers={"cache-control": "no-store"})


def import_file(visit: Visit) -> Reply:
    """Import a table: every fault of every row is named at once, and with one fault nothing is written."""
    register, dry = _known(visit), visit.flag("dry_run")

    def imported() -> dict[str, Any]:
        name, since = visit.query.get("name", ""), visit.day("since")
        rows, written = import_table(
            visit.service, register, visit.body, name, visit.person, since, dry_run=dry
        )
        if written is None:
            return {"rows": rows, "stored": False}
        return {"rows": rows, **msgspec.structs.asdict(written)}

    return answer(imported() if dry else once(visit, imported))


def template(visit: Visit) -> Reply:
    """An empty table to fill in."""
    from linli.spreadsheets import template_xlsx

    register = _known(visit)
    return _file(
        template_xlsx(columns(table_fields(register)), register.title), f"{register.id}-template.xlsx"
    )


def export(visit: Visit) -> Reply:
    """The entries as a table: public fields, or all fields of what the visitor may write."""
    register = _readable(visit)
    return _file(export_table(visit.service, register, visit.visitor), f"{register.id}.xlsx")


def _known(visit: Visit) -> Register:
    return find_register(visit.service.desk, visit.path["register"])


def _readable(visit: Visit) -> Register:
    register = _known(visit)
    if not register.public and not writes_somewhere(register, visit.visitor):
        visit.person  # noqa: B018 (the public is asked to sign in first)
        raise Forbidden(f"您的岗位不能查看名册“{register.title}”", where="register")
    return register


def _file(data: bytes, name: str) -> Reply:
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Reply(data, 200, headers, XLSX)
