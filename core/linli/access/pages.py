"""The pages of access: the lists of applications, what a community must do and may refuse, and its burden.

They come through the same hook that plugins use and read JSON values of the record only. Communities are never set
against each other: what is counted is counted for one place, and work done without approval for the district alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from linli.access.procedure import (
    ACTIVE,
    ADMITTED,
    EMERGENCY,
    PENDING,
    REFUSED,
    RETURNED,
    REVIEWED,
    UNDER_REVIEW,
)
from linli.access.request import Duty, Kind, Landing
from linli.access.vocabulary import LANDING
from linli.citations import chinese_number
from linli.money import yuan_exact
from linli.pages import PageKind, PagePlan, Panel, Reader, stage_now

PACKAGE = "linli.access"
ENTRY = "access/index.html"
IN_HAND = (UNDER_REVIEW.id, RETURNED.id, REVIEWED.id)
AT_WORK = (ACTIVE.id, EMERGENCY.id)
CANNOT_REFUSE = ("不能拒绝", "不得拒绝", "不可以拒绝")
"""By one of these the title of a rule of ``refusal.record`` says that it limits the right to refuse."""
BY = {"month": "按月份", "stage": "按状态", "unit": "按部门", "kind": "按类型"}


# Lists: one page for each part of each list, so that filters need no script.


def _lists(reader: Reader) -> Iterable[PagePlan]:
    for by in (*BY, "place"):
        for value in reader.children(f"lists/access/{by}/"):
            for part in reader.children(f"lists/access/{by}/{value}/"):
                yield PagePlan(f"access/{by}/{value}-{part}.html", f"lists/access/{by}/{value}/{part}", by)


def _list(reader: Reader, page: PagePlan) -> Mapping[str, Any]:
    _, _, by, value, part = page.subject.split("/")
    lines = [reader.get(f"listed/access/{each}") for each in reader.get(page.subject) or ()]
    title = _named(reader, by, value, lines)
    held = [stage_now(reader, line) for line in lines]
    shown = [at for at, stage in enumerate(held) if by != "stage" or stage["id"] == value[:-5]]
    rows = [_row(lines[at], _card(reader, "access", held[at])) for at in shown]
    parts = reader.children(f"lists/access/{by}/{value}/")
    return {
        "title": f"{title}的准入事项" + (f"（第 {int(part)} 页）" if len(parts) > 1 else ""),
        "path": [("准入事项", ENTRY)],
        "answer": f"本页有 {len(rows)} 件，按申请日期从早到晚排列。",
        "as_of": max((stage["since"] for stage in held), default=""),
        "rows": rows,
        "parts": [(f"第 {int(each)} 页", f"access/{by}/{value}-{each}.html") for each in parts],
        "here": page.address,
    }


def _row(line: Mapping[str, Any], stage: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": line["name"],
        "address": f"matters/{line['id']}/index.html",
        "unit": line.get("unit", ""),
        "opened": line["opened"],
        "stage": stage["title"],
        "tone": stage["tone"],
        "children": line.get("children", 0),
    }


def _stage(reader: Reader, line: Mapping[str, Any]) -> Mapping[str, Any]:
    """The stage of a listed matter on the as-of day, as pages show it."""
    return _card(reader, line["procedure"], stage_now(reader, line))


def _card(reader: Reader, procedure: str, stage: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = reader.get(f"stage/{procedure}/{stage['id']}")
    return found


def _named(reader: Reader, by: str, value: str, lines: Sequence[Mapping[str, Any]]) -> str:
    """What a list is called."""
    if by == "month":
        return f"{int(value[:4])}年{int(value[5:])}月"
    name, year = value[:-5], f"{value[-4:]}年"
    if by == "stage":
        card = reader.get(f"stage/access/{name}")
        return f"{year}申请、{card['title'] if card else name}"
    if by == "kind":
        return f"{year}{Kind(name).title}类"
    if by == "unit":
        return f"{year}{lines[0].get('unit', '') if lines else ''}"
    place = reader.get(f"places/{name}")
    return f"{year}{place['title'] if place else name}"


def _index(reader: Reader, page: PagePlan) -> Mapping[str, Any]:
    top = _top(reader)
    groups = []
    for by, title in BY.items():
        items = []
        for value in reversed(reader.children(f"lists/access/{by}/")):
            first = reader.children(f"lists/access/{by}/{value}/")[0]
            held = reader.get(f"lists/access/{by}/{value}/{first}") or []
            lines = [reader.get(f"at/{top}/access/{held[0]}")] if held and by == "unit" else []
            items.append(
                {"text": _named(reader, by, value, lines), "address": f"access/{by}/{value}-{first}.html"}
            )
        groups.append({"title": title, "items": items})
    counts = _counts(reader, top)
    return {
        "title": "准入事项",
        "path": (),
        "answer": _answer(reader, counts, reader.today().year),
        "groups": groups,
        "filled": any(group["items"] for group in groups),
        "rows": _stage_rows(reader, counts),
    }


# Counts, from the tallies that the portal keeps.


def _counts(reader: Reader, place: str) -> dict[str, dict[str, int]]:
    """How many matters of each year stand at which stage on the as-of day."""
    today = reader.today().isoformat()
    found: dict[str, dict[str, int]] = {}
    for year in reader.children(f"tally/{place}/access/"):
        at = found.setdefault(year, {})
        for day, changes in (reader.get(f"tally/{place}/access/{year}") or {}).items():
            if day <= today:
                for stage, count in changes.items():
                    at[stage] = at.get(stage, 0) + count
    return found


def _answer(reader: Reader, counts: Mapping[str, Mapping[str, int]], year: int) -> str:
    now = counts.get(str(year), {})
    hand = sum(at.get(stage, 0) for at in counts.values() for stage in IN_HAND)
    if not counts:
        return "还没有部门申请把工作放到社区。"
    return (
        f"今年申请的事项中，准入 {now.get(ADMITTED.id, 0)} 件，不予准入 {now.get(REFUSED.id, 0)} 件；"
        f"正在办理 {hand} 件。"
    )


def _stage_rows(reader: Reader, counts: Mapping[str, Mapping[str, int]]) -> list[list[Any]]:
    order = (UNDER_REVIEW, RETURNED, REVIEWED, ADMITTED, REFUSED, EMERGENCY)
    rows = []
    for stage in order:
        total = sum(at.get(stage.id, 0) for at in counts.values())
        if total:
            rows.append([stage.title, total])
    return rows


# Panels: what access says of a place.


def _district(reader: Reader, place: Mapping[str, Any]) -> Mapping[str, Any] | None:
    if place["level"] == "community" or place["code"] != _top(reader):
        return None
    counts, year = _counts(reader, place["code"]), reader.today().year
    running = sum(at.get(stage, 0) for at in counts.values() for stage in AT_WORK)
    return {
        "answer": _answer(reader, counts, year) + (f"社区里进行中的工作有 {running} 项。" if running else ""),
        "entry": ENTRY,
        "rows": _stage_rows(reader, counts),
        "unapproved": _unapproved(reader, place["code"]),
    }


def _unapproved(reader: Reader, district: str) -> list[dict[str, Any]]:
    """Work done without approval, by kind and year; kinds below the least count are not in the record."""
    found = []
    for year in reversed(reader.children(f"unapproved/{district}/")):
        held = reader.get(f"unapproved/{district}/{year}") or {"kinds": {}}
        found.append(
            {"year": year, "rows": [[Kind(kind).title, count] for kind, count in held["kinds"].items()]}
        )
    return found


def _street(reader: Reader, place: Mapping[str, Any]) -> Mapping[str, Any] | None:
    if place["level"] == "community" or place["code"] == _top(reader):
        return None
    counts = _counts(reader, place["code"])
    running = sum(at.get(stage, 0) for at in counts.values() for stage in AT_WORK)
    ahead = sum(at.get(PENDING.id, 0) for at in counts.values())
    answer = f"{place['title']}各社区现有 {running} 项准入工作" + (
        f"，另有 {ahead} 项还没有开始" if ahead else ""
    )
    return {"answer": answer + "。", "lists": _place_lists(reader, place["code"])}


def _community(reader: Reader, place: Mapping[str, Any]) -> Mapping[str, Any] | None:
    if place["level"] != "community":
        return None
    code, year = place["code"], reader.today().year
    must, ended, updated = [], [], ""
    for opened in reader.children(f"at/{code}/access/"):
        for key in reader.keys(f"at/{code}/access/{opened}/"):
            line = reader.get(key)
            updated = max(updated, line["updated"])
            if not line.get("parent"):
                continue
            stage = _stage(reader, line)
            if stage["id"] in (*AT_WORK, PENDING.id):
                must.append(_duty(reader, line, stage))
            else:
                ended.append(_row(line, stage))
    refused = [reader.get(key) for key in reader.keys(f"refusals/{code}/")]
    this_year = sum(each["stage"] == "recorded" and each["asked_on"][:4] == str(year) for each in refused)
    burden = _burden(reader, code)
    count = next((each["count"] for each in burden if each["year"] == str(year)), 0)
    answer = f"今年有 {count} 项准入工作" if count else "今年没有准入的工作"
    answer += f"；居委会拒绝了 {this_year} 项未经准入的要求。" if this_year else "。"
    return {
        "answer": answer,
        "as_of": updated,
        "must": [each for each in must if each["landing"] != Landing.DEPARTMENT.title],
        # Enforcement and what else a department answers for itself is never a committee's to do.
        "departments": [each for each in must if each["landing"] == Landing.DEPARTMENT.title],
        "ended": ended,
        "refused": [_refused(reader, each) for each in refused],
        "may_refuse": _may_refuse(reader, place),
        "listed": _listed(reader, place),
        "burden": burden,
        "lists": _place_lists(reader, code),
    }


def _duty(reader: Reader, line: Mapping[str, Any], stage: Mapping[str, Any]) -> dict[str, Any]:
    """An admission in force: until when, with what money, from which department, where it lands, by which article."""
    matter = reader.get(f"matters/{line['id']}")
    request: Mapping[str, Any] = {}
    judgement: Mapping[str, Any] = {}
    ends = ""
    for step in matter["steps"]:
        if step.get("slot") == "request":
            request = step["facts"]
        judgement = step.get("judgement") or judgement
        ends = next((due["day"] for due in step.get("due", ()) if due["what"] == "end"), ends)
    landing = judgement.get("terms", {}).get(LANDING.id) or request.get("wanted") or Landing.COMMITTEE.value
    shares = request.get("communities", ())
    return {
        "name": line["name"],
        "address": f"matters/{line['id']}/index.html",
        "unit": line.get("unit", ""),
        "starts": request.get("starts") or line["opened"],
        "ends": ends or request.get("ends") or "",
        "money": yuan_exact(sum(share.get("offered_fen", 0) for share in shares)),
        "landing": Landing(landing).title if landing in set(Landing) else str(landing),
        "stage": stage["title"],
        "tone": stage["tone"],
        "articles": _articles(reader, judgement),
    }


def _articles(reader: Reader, judgement: Mapping[str, Any]) -> list[dict[str, str]]:
    """The articles by which an item was found to meet the rules, each once, the highest three."""
    found: dict[str, dict[str, str]] = {}
    for heard in judgement.get("findings", ()):
        if heard["verdict"] == "satisfied" and not heard.get("struck_by"):
            card = reader.get(f"rule/{heard['rule']}")
            for cite in card["cites"] if card else ():
                found.setdefault(cite["label"], _article(cite))
    return list(found.values())[:3]


def _article(cite: Mapping[str, Any]) -> dict[str, str]:
    return {
        "label": cite["label"],
        "address": f"sources/{cite['source']}.html",
        "fragment": cite.get("fragment", ""),
        "gist": cite.get("gist", ""),
    }


def _refused(reader: Reader, each: Mapping[str, Any]) -> dict[str, Any]:
    articles = []
    for cite in each.get("articles", ()):
        source = reader.get(f"source/{cite['source']}")
        if source:
            number = cite["article"]
            written = f"第{chinese_number(int(number))}条" if number.isdigit() else number
            label = f"《{source['title']}》{written}"
            articles.append({"label": label, "address": f"sources/{cite['source']}.html"})
    return {
        "title": each["title"],
        "address": f"matters/{each['id']}/index.html",
        "unit": each["asked_by"],
        "day": each["asked_on"],
        "stage": each["stage_title"],
        "item": each.get("item", ""),
        "reasons": each.get("reasons", ()),
        "articles": articles,
    }


def _may_refuse(reader: Reader, place: Mapping[str, Any]) -> dict[str, Any]:
    """What the committee may refuse, by the articles in force; what it may not, apart; items listed as prohibited."""
    right: dict[str, dict[str, str]] = {}
    limits: dict[str, dict[str, str]] = {}
    book = reader.get(f"rulebook/{place['rulebook']}") or {"rules": ()}
    for rule in book["rules"]:
        if rule["moment"] != "refusal.record" or not _in_force(reader, rule):
            continue
        # Both kinds judge one moment. What a reader tells them apart by is the title, and so do we: a rule that
        # says what cannot be refused must never stand among those by which one refuses.
        found = limits if any(word in rule["title"] for word in CANNOT_REFUSE) else right
        card = reader.get(f"rule/{rule['id']}")
        for cite in rule["cites"]:
            shown = next((c for c in card["cites"] if c["label"] == cite["label"]), None) if card else None
            if shown:
                found.setdefault(cite["label"], {**_article(shown), "rule": rule["title"]})
    items = [
        [item["title"], item.get("owner") or "相关部门", item["code"]]
        for item in _items(reader, place)
        if item["duty"] == Duty.PROHIBITED
    ]
    return {"articles": list(right.values()), "limits": list(limits.values()), "items": items}


def _listed(reader: Reader, place: Mapping[str, Any]) -> list[list[str]]:
    """The place's list of work: each item with its label, and the department that it belongs to, if any."""
    return [
        [item["title"], Duty(item["duty"]).title, item.get("owner") or "", item["code"]]
        for item in _items(reader, place)
        if item["duty"] != Duty.PROHIBITED
    ]


def _items(reader: Reader, place: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The items of the list of work that hold at a place, as they stand."""
    found = []
    for key in reader.keys("registers/work_items/"):
        entry = reader.get(key)
        if entry and entry["versions"][-1]["values"] and _applies(reader, entry, place):
            found.append(entry["versions"][-1]["values"])
    return found


def _in_force(reader: Reader, rule: Mapping[str, Any]) -> bool:
    if not reader.reached(date.fromisoformat(rule["since"])):
        return False
    until = rule.get("until")
    return until is None or not reader.reached(date.fromordinal(date.fromisoformat(until).toordinal() + 1))


def _applies(reader: Reader, entry: Mapping[str, Any], place: Mapping[str, Any]) -> bool:
    return any(each["code"] == entry["place"] for each in place.get("path", ()))


def _burden(reader: Reader, code: str) -> list[dict[str, Any]]:
    found = []
    for year in reversed(reader.children(f"burden/{code}/")):
        held = reader.get(f"burden/{code}/{year}")
        if held:
            ahead = int(year) > reader.today().year
            rows = [(Kind(kind).title, count) for kind, count in sorted(held["kinds"].items())]
            found.append({"year": year, "count": held["matters"], "rows": rows, "ahead": ahead})
    return found


def _place_lists(reader: Reader, code: str) -> list[dict[str, str]]:
    found = []
    for value in reversed(reader.children("lists/access/place/")):
        if value.startswith(f"{code}-"):
            parts = reader.children(f"lists/access/place/{value}/")
            found.append(
                {"text": f"{value[-4:]}年的全部记录", "address": f"access/place/{value}-{parts[0]}.html"}
            )
    return found


def _top(reader: Reader) -> str:
    return str(reader.get("deployment")["place"])


def _here(_: Reader) -> Iterable[PagePlan]:
    return [PagePlan(ENTRY, "", "准入事项")]


LISTS = PageKind("access.list", "准入事项", _lists, _list, "access/list.html", PACKAGE, ("lists/access/",))
INDEX = PageKind("access.index", "准入事项", _here, _index, "access/index.html", PACKAGE, entry=ENTRY)
PANELS = (
    Panel("access.district", _district, "access/district.html", PACKAGE, 10),
    Panel("access.street", _street, "access/street.html", PACKAGE, 10),
    Panel("access.community", _community, "access/community.html", PACKAGE, 10),
)
