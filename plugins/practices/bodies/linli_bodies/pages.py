"""The page of a body: who may sit there by post, what is vacant, its term, its meetings and what it decided; a panel.

Everything is read from registers and from what matters mention a body, so the meetings and resolutions of whatever
practice holds them show here without being imported. No person stands in any of these.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from linli.pages import PageKind, PagePlan, Panel, Reader
from linli_bodies.kinds import ALL_KINDS, TITLES
from linli_bodies.registers import Manner
from linli_bodies.seating import Plan, Sort
from linli_bodies.wording import day_of

PACKAGE = "linli_bodies"
Values = Mapping[str, Any]
SIDES = {kind.id: "、".join(sort.title for sort in kind.sorts) for kind in ALL_KINDS if kind.sorts}
GATHERING = frozenset(kind.id for kind in ALL_KINDS if kind.gathers)


def address(code: str) -> str:
    """Where the page of a body lies."""
    return f"bodies/{code.replace(':', '/').replace('_', '-')}/index.html"


def _versions(reader: Reader, register: str, key: str) -> list[Values]:
    """The versions of an entry that hold by the as-of day, oldest first."""
    entry = reader.get(f"registers/{register}/{key}")
    versions = entry["versions"] if entry else ()
    return [each for each in versions if reader.reached(date.fromisoformat(each["since"]))]


def _current(reader: Reader, register: str, key: str) -> Values:
    held = _versions(reader, register, key)
    return dict(held[-1]["values"]) if held else {}


def _plan(reader: Reader) -> Iterable[PagePlan]:
    for key in reader.keys("registers/bodies/"):
        code = key.removeprefix("registers/bodies/")
        title = next((v["values"]["title"] for v in reversed(reader.get(key)["versions"]) if v["values"]), "")
        if title:
            yield PagePlan(address(code), code, str(title))


def _gone(reader: Reader, until: Any) -> bool:
    return bool(until) and reader.reached(date.fromordinal(date.fromisoformat(str(until)).toordinal() + 1))


def _seats(reader: Reader, body: Values) -> Iterator[list[str]]:
    """A row a seat: its post, from which side, how it was filled and until when; never who."""
    for number, planned in enumerate(Plan.read(str(body.get("plan", ""))).seats, 1):
        seat = _current(reader, "body_seats", f"{body['code']}@{number:03}")
        held = bool(seat.get("filled")) and not _gone(reader, seat.get("until"))
        sort = seat.get("sort") or planned.sort
        manner = Manner(seat["manner"]).title if held and seat.get("manner") else ""
        until = day_of(seat["until"]) if held and seat.get("until") else ""
        state = "在任" if held else "空缺"
        yield [f"{number}", planned.post.title, Sort(sort).title if sort else "", state, manner, until]


def _answer(reader: Reader, body: Values, rows: list[list[str]], term: Values) -> str:
    vacant = sum(row[3] == "空缺" for row in rows)
    if not body:
        return "这个组织已经撤销。"
    if not rows and body["kind"] in GATHERING:
        said = "由全体参加，不设席位"
    elif not rows:
        said = f"共 {body['seats']} 个席位" if body.get("seats") else "的席位还没有登记"
    else:
        said = f"共 {len(rows)} 个席位，{len(rows) - vacant} 个在任" + (
            f"，{vacant} 个空缺" if vacant else ""
        )
    if term:
        over = "已经届满" if _gone(reader, term["until"]) else f"到{day_of(term['until'])}"
        said += f"；第 {term['number']} 届任期{over}"
    return f"{body['title']}{said}。"


def _meetings(reader: Reader, code: str) -> list[tuple[str, str]]:
    met = _current(reader, "body_meetings", code)
    found = []
    if met.get("next") and not _gone(reader, met["next"]):
        found.append(("下一次会议", day_of(met["next"])))
    if met.get("held"):
        found.append(("最近一次会议", day_of(met["held"])))
    return found


def _resolutions(reader: Reader, body: Values) -> list[list[Any]]:
    """What the body decided: the resolutions of its place that name it, by its key or by its kind."""
    place, found = str(body["place"]), []
    prefix = f"here/{place}/resolutions/"
    for key in reader.keys(prefix):
        values = _current(reader, "resolutions", key[len(prefix) :])
        names = {values.get("body"), values.get("body_kind")}
        if values.get("place") == place and names & {body["code"], body["kind"], body["title"]}:
            result = (
                "不生效：" + values["void"]
                if values.get("void")
                else "通过"
                if values["adopted"]
                else "未通过"
            )
            matter = str(values["id"]).partition(":")[0]
            item: Any = values["item"]
            if reader.get(f"matters/{matter}") is not None:
                item = {"text": item, "address": f"matters/{matter}/index.html"}
            found.append((str(values["decided"]), [item, day_of(values["decided"]), result]))
    return [row for _, row in sorted(found, key=lambda each: each[0])]


def _story(reader: Reader, code: str) -> list[dict[str, Any]]:
    found = []
    for key in reader.keys(f"mentions/body/{code}/"):
        held = reader.get(key)
        line = held["line"]
        found.append(
            {
                "text": str(held.get("values", {}).get("title") or line["name"]),
                "address": f"matters/{line['id']}/index.html",
                "status": line["stages"][0]["title"],
                "day": line["opened"],
            }
        )
    return found


def _title(place: str, body: str) -> str:
    return body if body.startswith(place) else f"{place}：{body}"


def _context(reader: Reader, page: PagePlan) -> Mapping[str, Any]:
    code = page.subject
    versions = _versions(reader, "bodies", code)
    body = dict(versions[-1]["values"]) if versions else {}
    last: dict[str, Any] = body or next((v["values"] for v in reversed(versions) if v["values"]), {})
    last = last or reader.get(f"registers/bodies/{code}")["versions"][-1]["values"]
    place = reader.get(f"places/{last['place']}") or {"title": last["place"], "path": ()}
    rows = list(_seats(reader, body)) if body else []
    term = _current(reader, "body_terms", code)
    above = str(last.get("above", ""))
    named = _current(reader, "bodies", above).get("title", above) if above else ""
    facts = [("类别", TITLES.get(last["kind"], last["title"])), ("成立", day_of(last["since"]))]
    sides = SIDES.get(str(last["kind"]))
    facts += [("谁可以担任", f"{sides}，每一方至少一人")] if sides else []
    facts += [("挂在", named)] if named else []
    facts += [("章程", last["charter"])] if last.get("charter") else []
    facts += [("联系户数", f"{last['serves']} 户")] if last.get("serves") else []
    path = [(each["title"], f"places/{each['code']}/index.html") for each in place.get("path", ())[1:]]
    return {
        "title": _title(str(place["title"]), str(last["title"])),
        "path": path,
        "answer": _answer(reader, body, rows, term),
        "facts": [*facts, *_meetings(reader, code)],
        "rows": rows,
        "resolutions": _resolutions(reader, last),
        "story": _story(reader, code),
    }


def _place(reader: Reader, place: Values) -> Mapping[str, Any] | None:
    code = place["code"]
    prefix = f"here/{code}/bodies/"
    items = []
    for key in reader.keys(prefix):
        name = key[len(prefix) :]
        body = _current(reader, "bodies", name)
        if body and body["place"] == code:
            items.append({"text": body["title"], "address": address(name)})
    frames = [
        [version["values"]["title"], day_of(version["since"])]
        for version in _versions(reader, "place_frames", code)
        if version["values"]
    ]
    if not items and not frames:
        return None
    return {"answer": f"这里有 {len(items)} 个组织。" if items else "", "items": items, "frames": frames}


BODY = PageKind("bodies.body", "组织", _plan, _context, "bodies/body.html", PACKAGE, ("registers/bodies/",))
PLACE = Panel("bodies.place", _place, "bodies/place.html", PACKAGE, 60)
