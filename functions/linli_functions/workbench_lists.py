"""Lists: what waits for me, my drafts, what we applied for, what goes on here; search; lists out as spreadsheets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import msgspec
from msgspec import Struct
from starlette.responses import Response

from linli import indexing
from linli.drafts import drafts, drop_draft
from linli.errors import BadInput, Forbidden, NotFound
from linli.matters import BUILT_IN_STAGES, Matter
from linli.procedures import Action, Procedure
from linli.spreadsheets import Column, Value, write_xlsx
from linli_functions import workbench_readings as readings
from linli_functions.workbench_sittings import Sitting
from linli_functions.workbench_units import applications, profiles

PAGE = 50
SCAN = 400
MOST_OUT = 2000
NOTICE_DAYS = 60
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def home(sitting: Sitting) -> Response:
    """What waits for me, the nearest day first; what my unit applied for and how it stands; what I may begin."""
    lines, bulk = _waiting(sitting)
    openers: dict[tuple[str, str], tuple[Procedure, Action]] = {}
    for procedure, action, _ in sitting.service.openers(sitting.person):
        openers[procedure, action.id] = (sitting.service.deployment.procedures[procedure], action)
    ours = applications(sitting)
    return sitting.page(
        "home.html",
        lines=lines,
        ours=ours,
        profiles=profiles(sitting, ours),
        bulk=bulk,
        openers=list(openers.values()),
        drafts=_drafts(sitting),
        notices=_notices(sitting)[:5],
    )


def _waiting(sitting: Sitting) -> tuple[list[readings.Line], list[tuple[str, str]]]:
    """The matters that wait, and the actions that can be taken on several of them at once."""
    service, lines = sitting.service, []
    bulk: dict[str, str] = {}
    for id in service.waiting(sitting.person):
        matter = service.matter(id)
        if not {each.post for each in readings.waiting(sitting.room, matter)} & sitting.person.posts():
            continue  # it waited when its last step was taken; a day has passed since that ended the waiting
        available = service.available(matter, sitting.person)
        if not available:
            continue  # it waits for the post, but this person took a part in it that keeps them apart
        several = [action for action in available if action.bulk]
        bulk.update({f"{matter.procedure.id}.{action.id}": action.title for action in several})
        lines.append(readings.line(sitting.room, matter, tuple(action.id for action in several)))
    return sorted(lines, key=lambda each: (each.due, each.id)), list(bulk.items())


def _drafts(sitting: Sitting) -> list[dict[str, Any]]:
    service, found = sitting.service, []
    for each in drafts(service.desk, sitting.person):
        procedure = service.deployment.procedures.get(each.procedure)
        action = service.desk.actions(procedure).get(each.action) if procedure else None
        if procedure is None or action is None:
            continue
        path = (
            f"/matters/{each.matter}/do/{each.action}"
            if each.matter
            else f"/new/{each.procedure}/{each.action}"
        )
        query = {"draft": each.id} if each.matter else {"draft": each.id, "place": each.place}
        found.append(
            {
                "id": each.id,
                "title": f"{procedure.title}：{action.title}",
                "address": sitting.to(path, **query),
                "saved": each.saved,
                "place": sitting.room.place(each.place) if each.place else each.matter,
            }
        )
    return sorted(found, key=lambda each: each["saved"], reverse=True)


def my_drafts(sitting: Sitting) -> Response:
    """My drafts; a POST throws one away."""
    if sitting.request.method == "POST":
        drop_draft(sitting.service.desk, sitting.said("draft"), sitting.person)
        return sitting.go("/drafts")
    return sitting.page("drafts.html", drafts=_drafts(sitting))


# Lists by procedure, place and period


class Filter(Struct, frozen=True, kw_only=True):
    """What a list shows: matters of a procedure, at a place or of the own unit, of one year, at one stage."""

    procedure: Procedure
    place: str
    unit: str
    year: int
    stage: str = ""
    text: str = ""
    after: str = ""


def listed(sitting: Sitting) -> Response:
    """A list by procedure and place, by years, with filters of a plain form."""
    chosen = _filter(sitting)
    lines, more = _page_of(sitting, chosen, PAGE)
    return sitting.page(
        "list.html",
        filter=chosen,
        lines=[readings.line(sitting.room, matter) for matter in lines],
        more=more,
        years=_years(sitting, chosen),
        procedures=list(sitting.service.deployment.procedures.values()),
        places=_list_places(sitting),
        stages=[*chosen.procedure.stages.values(), *BUILT_IN_STAGES.values()],
    )


def listed_xlsx(sitting: Sitting) -> Response:
    """The same list as a spreadsheet, whole years at once."""
    chosen = _filter(sitting)
    matters, _ = _page_of(sitting, chosen, MOST_OUT, scan=MOST_OUT)
    columns = (
        Column("id", "编号", "code"),
        Column("name", "名称"),
        Column("place", "地方"),
        Column("unit", "申请单位"),
        Column("stage", "环节"),
        Column("opened", "申请日期", "date"),
        Column("who", "等待谁"),
        Column("until", "应在哪天前", "date"),
    )
    rows: list[dict[str, Value]] = []
    for matter in matters:
        line = readings.line(sitting.room, matter)
        rows.append(
            {
                "id": line.id,
                "name": line.name,
                "place": line.place,
                "unit": line.unit,
                "stage": line.stage,
                "opened": line.opened,
                "who": line.waiting.who if line.waiting else None,
                "until": line.waiting.until if line.waiting else None,
            }
        )
    data = write_xlsx(columns, rows, chosen.procedure.title)
    return xlsx(data, f"{chosen.procedure.id}-{chosen.year}.xlsx")


def xlsx(data: bytes, name: str) -> Response:
    """A spreadsheet to take home."""
    return Response(data, 200, {"content-disposition": f'attachment; filename="{name}"'}, XLSX)


def _list_places(sitting: Sitting) -> list[tuple[str, str]]:
    """The places that a person's lists may be narrowed to: those of the appointments and what lies right below."""
    places, found = sitting.service.deployment.places, dict[str, None]()
    for held in sitting.person.appointments:
        found[held.place] = None
    for code in list(found):
        found.update(dict.fromkeys(child.code for child in places.children(code)))
    return [(code, sitting.room.place(code)) for code in found]


def _filter(sitting: Sitting) -> Filter:
    if not sitting.person.appointments:
        raise Forbidden("您现在没有任职，看不到事项", cure="请系统管理员在任职名册里登记您的岗位")
    procedures = sitting.service.deployment.procedures
    procedure = procedures.get(sitting.said("procedure") or next(iter(procedures)))
    if procedure is None:
        raise NotFound("没有这个程序", where="procedure")
    places = dict(_list_places(sitting))
    place = sitting.said("place") or next(iter(places))
    if place not in places:
        raise Forbidden("您的岗位看不到那里的事项", where="place")
    year = sitting.said("year") or str(sitting.today.year)
    if not year.isdecimal() or not 1949 <= int(year) <= 9999:
        raise BadInput("年份要写成四位数字", where="year")
    units = {held.unit for held in sitting.person.appointments if held.unit}
    unit = sitting.said("unit")
    if unit and unit not in units:
        raise Forbidden("只能列出本单位申请的事项", where="unit")
    return Filter(
        procedure=procedure,
        place=place,
        unit=unit,
        year=int(year),
        stage=sitting.said("stage"),
        text=sitting.said("text"),
        after=sitting.said("after"),
    )


def _rows(sitting: Sitting, chosen: Filter, after: str, limit: int) -> list[str]:
    """Keys of the index of a year: by place, or by the own unit."""
    index = indexing.UNITS if chosen.unit else indexing.MATTERS
    prefix = f"{chosen.unit or chosen.place}/{chosen.procedure.id}/"
    start = prefix + (after or f"{chosen.year:04}-")
    return [row.key for row in sitting.service.store.rows(index, start, f"{prefix}{chosen.year:04}.", limit)]


def _seen(sitting: Sitting, chosen: Filter, after: str, scan: int) -> Iterator[tuple[str, Matter]]:
    """The matters of a list that this person may see, with the end of their index keys."""
    for key in _rows(sitting, chosen, after, scan):
        matter = sitting.service.matter(key.rsplit("/", 1)[1])
        if not sitting.service.sees_internal(matter, sitting.person):
            continue
        if chosen.stage and (matter.stage is None or matter.stage.id != chosen.stage):
            continue
        assert matter.state is not None, "a stored matter has a state"
        if not chosen.stage and _shown_above(sitting, chosen, matter.state.parent):
            continue
        if chosen.text and chosen.text not in matter.procedure.name(matter.state):
            continue
        yield "/".join(key.split("/")[-2:]), matter


def _shown_above(sitting: Sitting, chosen: Filter, parent: str) -> bool:
    """Whether the matter that a child belongs to stands in the same list: its page leads to the child."""
    if not parent:
        return False
    place = sitting.service.steps(parent)[0].place
    return bool(chosen.unit) or sitting.service.deployment.places.within(place, chosen.place)


def _page_of(sitting: Sitting, chosen: Filter, size: int, scan: int = SCAN) -> tuple[list[Matter], str]:
    """One page of a list, oldest first, and where the next one begins (empty where there is none)."""
    found: list[Matter] = []
    last = ""
    for end, matter in _seen(sitting, chosen, chosen.after, scan):
        if len(found) == size:
            return found, last
        found.append(matter)
        last = end
    keys = _rows(sitting, chosen, chosen.after, scan)
    more = "/".join(keys[-1].split("/")[-2:]) if len(keys) == scan else ""
    return found, more


def _years(sitting: Sitting, chosen: Filter) -> list[int]:
    """The years from the first matter of the list on."""
    index = indexing.UNITS if chosen.unit else indexing.MATTERS
    prefix = f"{chosen.unit or chosen.place}/{chosen.procedure.id}/"
    rows = sitting.service.store.rows(index, prefix, prefix[:-1] + "0", 1)
    first = int(rows[0].key.rsplit("/", 2)[1][:4]) if rows else sitting.today.year
    return list(range(min(first, chosen.year), max(sitting.today.year, chosen.year) + 1))


# Search and notices


def search(sitting: Sitting) -> Response:
    """Find a matter by its number or by the receipt code."""
    said = sitting.said("q")
    if not said:
        return sitting.page("search.html", said="", fault=None)
    fault = BadInput("没有这个编号或回执号，或者您的岗位看不到它", cure="请照表上或回执上的号码逐字核对")
    for by_receipt in (False, True):
        try:
            matter = sitting.service.matter(sitting.service.by_receipt(said) if by_receipt else said.upper())
        except (NotFound, BadInput):
            continue
        if sitting.service.sees_internal(matter, sitting.person) or sitting.service.available(
            matter, sitting.person
        ):
            return sitting.go(f"/matters/{matter.id}")
    return sitting.page("search.html", 404, said=said, fault=fault)


def notices(sitting: Sitting) -> Response:
    """The notices to my posts of the last weeks."""
    return sitting.page("notices.html", notices=_notices(sitting), days=NOTICE_DAYS)


def _notices(sitting: Sitting) -> list[dict[str, Any]]:
    since = sitting.today - timedelta(days=NOTICE_DAYS)
    held = [(each.post, each.place) for each in sitting.person.appointments]
    found: list[dict[str, Any]] = []
    after = since.isoformat()
    while rows := sitting.service.store.rows(indexing.OUTBOX, after, "", 1000):
        for row in rows:
            found.extend(_notice(sitting, row.key, row.value or b"", held))
        after = rows[-1].key
        if len(rows) < 1000:
            break
    return list(reversed(found))[:200]


def _notice(
    sitting: Sitting, key: str, body: bytes, held: Sequence[tuple[str, str]]
) -> Iterator[dict[str, Any]]:
    said = msgspec.json.decode(body, type=dict[str, str])
    within = sitting.service.deployment.places.within
    if not any(post == said["post"] and within(said["place"], place) for post, place in held):
        return
    matter = sitting.service.matter(said["matter"])
    if sitting.service.sees_internal(matter, sitting.person):
        yield {"day": date.fromisoformat(key.split("/")[0]), "text": said["text"], "matter": said["matter"]}
