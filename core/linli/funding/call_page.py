"""The pages of calls: what is funded, how it is scored, what became of the money, who was funded and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from linli.accounts import account_kinds
from linli.accounts.files import CURRENT, file_links
from linli.accounts.kinds import entry_rows, figure
from linli.accounts.reading import in_words
from linli.funding.tallied import tally_rows
from linli.funding.told import (
    BOOKS,
    CALLS_ENTRY,
    Values,
    choice,
    column_choice,
    facts_of,
    mentioned,
    on_sheet,
    organization_cell,
    project_address,
    stage_cell,
    told_facts,
)
from linli.money import yuan, yuan_exact
from linli.pages import Each, PageKind, PagePlan, Panel, Reader, stage_now
from linli.statements import Book, apart, came, held

PACKAGE = "linli.funding"
CHUNK = 40
"""So many calls stand on one page of the list."""
ON_CALL = 20
"""With no more candidates than these, all stand on the page of their call; else only those that were funded."""
LATEST = 6
_HEADS = (
    "programme",
    "mode",
    "source",
    "themes",
    "service",
    "headcount",
    "unit_price_fen",
    "indicators",
    "operator",
)


# A page for each call


def _plan(reader: Reader) -> Iterable[PagePlan]:
    for line in _lines(reader):
        yield PagePlan(BOOKS.address(line["id"]), line["id"], line["name"])


def _lines(reader: Reader) -> list[Values]:
    return [reader.get(key) for key in reader.keys("listed/call/")]


def _page(reader: Reader, page: PagePlan) -> Mapping[str, Any]:
    call = page.subject
    matter = reader.get(f"matters/{call}")
    said = facts_of(matter).get("call", {})
    line = reader.get(f"listed/call/{matter['steps'][0]['happened']}/{call}")
    stage, book = stage_now(reader, line), BOOKS.read(reader, call)
    lines = list(mentioned(reader, f"call/{call}"))
    decided = [each for each in lines if "award_fen" in each["values"]]
    funded = [each for each in decided if each["values"]["award_fen"]]
    waiting = [each for each in lines if each not in decided and not _is_out(reader, each)]
    returned = int(said.get("budget_fen", 0)) - sum(came(book).values()) if book.periods else 0
    shown = decided if len(lines) <= ON_CALL else funded[:ON_CALL]
    return {
        "title": page.title,
        "path": [BOOKS.index],
        "answer": _answer(stage["id"], said, lines, decided, waiting, book),
        "next": _next(stage["id"], said),
        "as_of": max(
            [
                str(book.last or ""),
                *(str(each["line"]["updated"]) for each in lines),
                matter["steps"][-1]["recorded"],
            ]
        ),
        "funds": told_facts(reader, "call/call", {name: said.get(name) for name in _HEADS}),
        "limits": _limits(said),
        "rubric": _rubric(reader, said),
        "scoring": _scoring(reader, said),
        "schedule": _schedule(matter, said),
        "parts": [f"第 {n} 期 {each['percent']}%" for n, each in enumerate(said.get("parts", ()), 1)],
        "figure": figure(BOOKS, book) if book.periods else None,
        "left": yuan(sum(held(book).values())),
        "returned": yuan(returned) if returned else "",
        "candidates": candidate_rows(reader, shown),
        "undecided": len(waiting),
        "out": len(lines) - len(decided) - len(waiting),
        "all": [
            {
                "text": f"全部申报，第 {int(number)} 页",
                "address": BOOKS.address(call, f"candidates-{number}.html"),
            }
            for number in reader.children(f"sheets/mentions/call/{call}/")
        ],
        "tallies": tally_rows(reader, [str(each["line"]["id"]) for each in lines]),
        "entries": [
            row for each in BOOKS.latest(reader, call, LATEST) for row in entry_rows(BOOKS, call, each)
        ],
        "years": [
            {"text": f"{year}年", "address": BOOKS.address(call, f"{year}.html")}
            for year in sorted(book.periods, reverse=True)
        ],
        "data": [{"text": "资助数据（360Giving，JSON）", "address": BOOKS.address(call, "360giving.json")}]
        if funded
        else [],
        "current": file_links(BOOKS, reader, call, CURRENT),
        "matter": f"matters/{call}/index.html",
    }


def _is_out(reader: Reader, mentioned: Values) -> bool:
    """Whether a project left the call before anything was awarded: not eligible, taken back, or void."""
    return stage_now(reader, mentioned["line"])["id"] in ("refused", "retracted", "void")


def _answer(
    stage: str,
    said: Values,
    lines: Sequence[Values],
    decided: Sequence[Values],
    waiting: Sequence[Values],
    book: Book,
) -> str:
    """The one sentence: what is offered and until when, or what came of it and what is left."""
    budget = yuan(int(said.get("budget_fen", 0)))
    if stage == "void":
        return "这次征集已作废。"
    if not decided:
        if stage == "open":
            cap, closes = yuan(int(said.get("cap_fen", 0))), _day(said.get("closes"))
            return f"正在征集项目：总预算 {budget}，单个项目最多 {cap}，申报到{closes}为止。"
        if stage == "ended":
            return f"这次征集已经结束，没有资助项目，总预算是 {budget}。"
        return f"申报已经截止，收到 {len(lines)} 份申报，总预算 {budget}，还没有确定资助哪些项目。"
    funded = [each for each in decided if each["values"]["award_fen"]]
    awarded = sum(int(each["values"]["award_fen"]) for each in funded)
    told = f"总预算 {budget}，资助 {len(funded)} 个项目，共 {yuan(awarded)}"
    left = sum(held(book).values())
    if stage == "ended":
        return f"这次征集已经结束：{told}。"
    told += f"，还有 {yuan(left)}没有安排" if left else "，资金已经全部安排"
    return told + (f"；另有 {len(waiting)} 份申报还没有确定。" if waiting else "。")


def _next(stage: str, said: Values) -> str:
    """What comes next, and by when."""
    if stage != "open" or not said.get("closes"):
        return ""
    after = in_words(date.fromisoformat(str(said["closes"])) + timedelta(days=1))
    return f"申报从{_day(said.get('opens'))}到{_day(said['closes'])}；{after}起不再受理。"


def _day(value: Any) -> str:
    return in_words(date.fromisoformat(str(value))) if value else "截止日"


def _limits(said: Values) -> list[tuple[str, str]]:
    rows = [
        ("总预算", yuan(int(said.get("budget_fen", 0)))),
        ("单个项目最多", yuan(int(said.get("cap_fen", 0)))),
    ]
    if said.get("share_percent"):
        share = int(said["share_percent"])
        rows.append(("资助占项目总预算", f"不超过 {share}%，其余 {100 - share}% 自筹"))
    if said.get("micro"):
        rows.append(("微创投", "已备案、没有登记的组织，可以由代管单位收款"))
    return rows


def _rubric(reader: Reader, said: Values) -> dict[str, Any]:
    rows = [
        [column_choice(reader, "call/call", "rubric", "criterion", str(each["criterion"])), each["points"]]
        for each in said.get("rubric", ())
    ]
    return {"rows": rows, "foot": ["满分", sum(int(each["points"]) for each in said.get("rubric", ()))]}


def _scoring(reader: Reader, said: Values) -> list[str]:
    """How points become a decision, one sentence each."""
    found = [f"每个项目至少由 {said.get('reviewers', 3)} 位专家打分，与项目有利益关系的要回避。"]
    dropped = "去掉一个最高分和一个最低分以后取平均" if said.get("trimmed") else "取各位专家总分的平均"
    found.append(f"得分{dropped}，不四舍五入；{said.get('threshold', 60)} 分以上才能入选。")
    if said.get("bonus_most"):
        found.append(f"另外最多加 {said['bonus_most']} 分。")
    skipped = "看下一个项目够不够" if said.get("skip", True) else "到此为止"
    found.append(f"按得分从高到低资助；资金不够资助一个项目时，{skipped}。")
    ties = "、".join(choice(reader, "call/call", "ties", str(each)) for each in said.get("ties", ()))
    first = f"先比{ties}的得分，再" if ties else ""
    found.append(f"得分相同的，{first}看谁申请的钱少，最后按代码的次序；不抽签。")
    return found


def _schedule(matter: Values, said: Values) -> list[list[str]]:
    """The days of the call: those that it names, and those of its own steps."""
    rows = [(str(step["decided"]), str(step["title"])) for step in matter["steps"]]
    for name, title in (("opens", "开始申报"), ("closes", "申报截止")):
        if said.get(name):
            rows.append((str(said[name]), title))
    return [[title, in_words(date.fromisoformat(day))] for day, title in sorted(rows)]


# Candidates


def candidate_rows(reader: Reader, lines: Iterable[Values]) -> list[list[Any]]:
    """Candidates as rows, the best first: project, organisation, place, score, asked, awarded, how it stands."""
    ranked = sorted(
        lines, key=lambda each: (int(each["values"].get("place", 0)) or 10**6, each["line"]["id"])
    )
    return [_candidate(reader, each) for each in ranked]


def _candidate(reader: Reader, each: Values) -> list[Any]:
    line, values = each["line"], each["values"]
    decided = "award_fen" in values
    outcome: Any = stage_cell(reader, line)
    if decided and not values["award_fen"]:
        outcome = f"未入选：{values['why']}"
    return [
        {"text": line["name"], "address": project_address(line["id"])},
        organization_cell(reader, str(values["code"])),
        str(values.get("place") or "－"),
        str(values.get("score") or "－"),
        yuan_exact(int(values["asked_fen"])),
        yuan_exact(int(values["award_fen"])) if decided else "－",
        outcome,
    ]


def _candidates_plan(key: str) -> str:
    call, number = key.split("/")
    return BOOKS.address(call, f"candidates-{number}.html")


def _candidates(reader: Reader, page: PagePlan) -> Mapping[str, Any]:
    _, _, _, call, number = page.subject.split("/")
    lines = list(on_sheet(reader, f"call/{call}", number))
    name = BOOKS.title(reader, call)
    numbers = reader.children(f"sheets/mentions/call/{call}/")
    rows = [_candidate(reader, each) for each in lines]
    return {
        "title": f"{name}的全部申报" + (f"（第 {int(number)} 页）" if len(numbers) > 1 else ""),
        "path": [BOOKS.index, (name, BOOKS.address(call))],
        "answer": f"本页有 {len(rows)} 份申报，按申报日期从早到晚排列；得分和名次在确定以后公布。",
        "as_of": max((each["line"]["updated"] for each in lines), default=""),
        "rows": rows,
        "parts": [
            (f"第 {int(each)} 页", BOOKS.address(call, f"candidates-{each}.html"))
            for each in (numbers if len(numbers) > 1 else ())
        ],
        "here": page.address,
    }


# The list of calls, and what calls and projects say of a place


def _chunks(reader: Reader) -> list[list[Values]]:
    lines = _lines(reader)[::-1]
    return [lines[at : at + CHUNK] for at in range(0, len(lines), CHUNK)] or [[]]


def _list_address(number: int) -> str:
    return CALLS_ENTRY if number == 1 else f"calls/index-{number}.html"


def _listed(reader: Reader) -> Iterable[PagePlan]:
    for number, _ in enumerate(_chunks(reader), 1):
        yield PagePlan(_list_address(number), str(number), "公益创投")


def _index(reader: Reader, page: PagePlan) -> Mapping[str, Any]:
    chunks, number = _chunks(reader), int(page.subject)
    rows = []
    for line in chunks[number - 1]:
        said = facts_of(reader.get(f"matters/{line['id']}")).get("call", {})
        book = BOOKS.read(reader, line["id"])
        rows.append(
            [
                {"text": line["name"], "address": BOOKS.address(line["id"])},
                f"{_day(said.get('opens'))}至{_day(said.get('closes'))}",
                yuan_exact(int(said.get("budget_fen", 0))),
                yuan_exact(sum(apart(book).values())),
                yuan_exact(sum(held(book).values())),
                stage_cell(reader, line, "call"),
            ]
        )
    lines = [line for chunk in chunks for line in chunk]
    now = sum(stage_now(reader, line)["id"] == "open" for line in lines)
    said_of = f"有 {now} 次征集正在接受申报，一共公布了 {len(lines)} 次。" if lines else "还没有公布过征集。"
    return {
        "title": "公益创投" + (f"（第 {number} 页）" if number > 1 else ""),
        "path": (),
        "answer": said_of,
        "as_of": max((str(line["stages"][0]["since"]) for line in chunks[number - 1]), default=""),
        "rows": rows,
        "parts": [(f"第 {n} 页", _list_address(n)) for n in range(1, len(chunks) + 1)]
        if len(chunks) > 1
        else [],
        "here": page.address,
    }


def _panel(reader: Reader, place: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The calls and projects of a place itself, on its page."""
    calls = [(line, BOOKS.address(line["id"])) for line in _here(reader, "call", place["code"])]
    projects = [(line, project_address(line["id"])) for line in _here(reader, "grant", place["code"])]
    if not calls and not projects:
        return None
    return {
        "calls": [_link(reader, line, address, "call") for line, address in calls],
        "projects": [_link(reader, line, address, "grant") for line, address in projects[-CHUNK:]],
        "more": max(len(projects) - CHUNK, 0),
    }


def _here(reader: Reader, procedure: str, code: str) -> list[Values]:
    prefix = f"lists/{procedure}/place/{code}-"
    keys = (
        each
        for year in reader.children(prefix)
        for part in reader.children(f"{prefix}{year}/")
        for each in reader.get(f"{prefix}{year}/{part}") or ()
    )
    return [reader.get(f"listed/{procedure}/{each}") for each in keys]


def _link(reader: Reader, line: Values, address: str, procedure: str) -> dict[str, str]:
    cell = stage_cell(reader, line, procedure)
    return {"text": line["name"], "address": address, "status": cell["text"], "tone": cell["status"]}


INDEX = PageKind(
    "funding.index", "公益创投", _listed, _index, "funding/calls.html", PACKAGE, entry=CALLS_ENTRY
)
CALL = PageKind("funding.call", "征集", _plan, _page, "funding/call.html", PACKAGE)
CANDIDATES = PageKind(
    "funding.candidates",
    "一次征集的申报",
    Each("sheets/mentions/call/", _candidates_plan),
    _candidates,
    "funding/candidates.html",
    PACKAGE,
)
ACCOUNTS = account_kinds(BOOKS)
PANEL = Panel("funding.place", _panel, "funding/place.html", PACKAGE, 50)
