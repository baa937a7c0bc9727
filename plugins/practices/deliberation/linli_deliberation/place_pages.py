"""What deliberation has to say of a place: the next meeting, what is late, and lists of everything by year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from linli.pages import PageKind, PagePlan, Panel, Reader
from linli_deliberation.meeting_pages import answer as meeting_answer
from linli_deliberation.meeting_pages import items_of
from linli_deliberation.reading import PACKAGE, dues, facts_of, matters, place_title, stands, steps_of
from linli_deliberation.wording import body_title, in_words

SORTS = {
    "meeting": ("会议", "meetings/{}.html"),
    "proposal": ("提案和建议", "proposals/{}.html"),
    "consultation": ("协商", "matters/{}/index.html"),
    "hearing": ("听证会", "matters/{}/index.html"),
    "open_space": ("开放空间", "matters/{}/index.html"),
    "task": ("自办任务", "matters/{}/index.html"),
    "manual": ("协商手册", "matters/{}/index.html"),
}
PREFIXES = tuple(f"lists/{procedure}/place/" for procedure in SORTS)
SHOWN = 5


def address_of(place: str, year: str) -> str:
    """Where the list of a place and a year lies."""
    return f"deliberation/{place}-{year}.html"


def calendar_of(place: str) -> str:
    """Where the calendar of a place lies."""
    return f"deliberation/{place}.ics"


def years(reader: Reader, place: str = "") -> list[tuple[str, str]]:
    """The places and years of which there is anything, sorted."""
    found = {
        (value.rpartition("-")[0], value.rpartition("-")[2])
        for prefix in PREFIXES
        for value in reader.children(prefix)
    }
    return sorted(each for each in found if not place or each[0] == place)


def _plan(reader: Reader) -> Iterable[PagePlan]:
    for place, year in years(reader):
        yield PagePlan(address_of(place, year), f"{place}-{year}", "议事和提案")


def _list(reader: Reader, page: PagePlan) -> Mapping[str, Any]:
    place, _, year = page.subject.rpartition("-")
    groups = []
    for procedure, (title, address) in SORTS.items():
        rows = []
        for part in reader.children(f"lists/{procedure}/place/{page.subject}/"):
            for each in reader.get(f"lists/{procedure}/place/{page.subject}/{part}") or ():
                opened, _, matter = str(each).partition("/")
                rows.append(_row(reader, procedure, matter, opened, address))
        if rows:
            groups.append({"title": title, "rows": rows})
    count = sum(len(group["rows"]) for group in groups)
    title = f"{place_title(reader, place)}{year}年的议事和提案"
    return {
        "title": title,
        "path": [(place_title(reader, place), f"places/{place}/index.html"), ("议事和提案", "")],
        "answer": f"这一年有 {count} 件，按开始日期从早到晚排列。",
        "groups": groups,
        "calendar": calendar_of(place),
    }


def _row(reader: Reader, procedure: str, matter: str, opened: str, address: str) -> list[Any]:
    line = reader.get(f"listed/{procedure}/{opened}/{matter}") or {"name": matter}
    steps = steps_of(reader, matter)
    stage = stands(reader, steps)
    late = any(due["late"] for due in dues(reader, steps))
    return [
        {"text": line["name"], "address": address.format(matter)},
        in_words(opened),
        {"text": f"{stage['title']}{'，逾期' if late else ''}", "status": stage["tone"]},
    ]


def _panel(reader: Reader, place: Mapping[str, Any]) -> Mapping[str, Any] | None:
    code = str(place["code"])
    known = years(reader, code)
    if not known:
        return None
    coming, held = _meetings(reader, code)
    papers = [(matter, steps_of(reader, matter)) for matter in matters(reader, "proposal", code)]
    open_papers = [(matter, steps) for matter, steps in papers if not stands(reader, steps).get("final")]
    open_papers = [(m, s) for m, s in open_papers if s[-1]["stage"] not in ("done", "retracted", "void")]
    late = [matter for matter, steps in open_papers if any(due["late"] for due in dues(reader, steps))]
    said = []
    if coming:
        said.append(f"下次会议：{coming[0]['text']}。")
    if open_papers:
        more = f"，{len(late)} 件逾期" if late else ""
        said.append(f"正在办理的提案和建议 {len(open_papers)} 件{more}。")
    return {
        "answer": "".join(said),
        "as_of": "",
        "coming": coming,
        "held": held[:SHOWN],
        "papers": [
            {
                "text": str(facts_of(steps, "paper")["title"]),
                "address": f"proposals/{matter}.html",
                "status": "逾期" if matter in late else stands(reader, steps)["title"],
                "tone": "stopped" if matter in late else stands(reader, steps)["tone"],
            }
            for matter, steps in open_papers[:SHOWN]
        ],
        "years": [{"text": f"{year}年", "address": address_of(code, year)} for _, year in reversed(known)],
        "calendar": calendar_of(code),
    }


def _meetings(reader: Reader, place: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The meetings to come, the next first, and those held, the last first."""
    coming, held = [], []
    for matter in matters(reader, "meeting", place):
        steps = steps_of(reader, matter)
        call, stage = facts_of(steps, "call"), str(steps[-1]["stage"])
        if not call:
            continue
        body, day = body_title(str(call["body"])), str(call["held_on"])
        line = {"address": f"meetings/{matter}.html", "day": day}
        if stage == "called" and not reader.reached(date.fromisoformat(day)):
            coming.append({**line, "text": f"{body}，{in_words(day)}"})
        elif stage not in ("called", "not_called", "cancelled"):
            items = items_of(reader, matter, steps)
            held.append({**line, "text": body, "note": meeting_answer(reader, steps, items)})
    coming.sort(key=lambda each: str(each["day"]))
    held.sort(key=lambda each: str(each["day"]), reverse=True)
    return coming, held


LISTS = PageKind("deliberation.list", "议事和提案", _plan, _list, "deliberation/list.html", PACKAGE, PREFIXES)
PANEL = Panel("deliberation", _panel, "deliberation/panel.html", PACKAGE, order=60)
