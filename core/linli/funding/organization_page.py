"""The page of an organisation: what the register says of it, what it applied for, what it got, and how it did."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from linli.accounts.reading import in_words
from linli.funding.mentions import plain
from linli.funding.told import (
    BOOKS,
    Values,
    mentioned,
    on_sheet,
    organization,
    organization_address,
    project_address,
    stage_cell,
)
from linli.money import yuan, yuan_exact
from linli.pages import Each, PageKind, PagePlan, Reader, stage_now

PACKAGE = "linli.funding"
LATEST = 20
RUNNING = ("running", "evaluated", "settled", "contracting", "notice")
_SHOWN = ("code", "standing", "since", "report_year", "sponsor")


def _page(reader: Reader, page: PagePlan) -> Mapping[str, Any]:
    code = page.subject.removeprefix("registers/organizations/")
    name = plain(code)
    entry = reader.get(page.subject)
    versions = [version for version in entry["versions"] if version["values"]]
    profile: Values = versions[-1]["values"] if versions else {}
    lines = list(mentioned(reader, f"organization/{name}"))
    return {
        "title": str(profile.get("title", code)),
        "path": [BOOKS.index],
        "answer": _answer(reader, profile, lines),
        "as_of": max([str(entry["versions"][-1]["recorded"]), *(str(e["line"]["updated"]) for e in lines)]),
        "profile": _profile(reader, profile),
        "rows": [row_of(reader, each) for each in lines[-LATEST:]],
        "all": [
            {"text": f"全部申报（第 {int(number)} 页）", "address": _sheet_address(f"{name}/{number}")}
            for number in (
                reader.children(f"sheets/mentions/organization/{name}/") if len(lines) > LATEST else ()
            )
        ],
    }


def _answer(reader: Reader, profile: Values, lines: list[Values]) -> str:
    if not profile:
        return "这个组织已经不在名册里。"
    if not lines:
        return "还没有申报过公益创投项目。"
    awards = [int(each["values"].get("award_fen", 0)) for each in lines]
    funded = sum(award > 0 for award in awards)
    running = sum(
        award > 0 and stage_now(reader, each["line"])["id"] in RUNNING
        for award, each in zip(awards, lines, strict=True)
    )
    said = f"申报过 {len(lines)} 个项目"
    said += f"，入选 {funded} 个，共 {yuan(sum(awards))}" if funded else "，还没有入选的"
    return said + (f"；正在办理 {running} 个。" if running else "。")


def _profile(reader: Reader, profile: Values) -> list[tuple[str, str]]:
    titles = {
        "code": "代码或备案编号",
        "standing": "登记情况",
        "since": "登记或备案日期",
        "report_year": "最近一次年报合格",
        "sponsor": "代管单位代码",
    }
    found = []
    for name in _SHOWN:
        value = profile.get(name)
        if not value:
            continue
        if name == "standing":
            value = {"registered": "已登记", "filed": "已备案"}.get(str(value), value)
        elif name == "since":
            value = in_words(date.fromisoformat(str(value)))
        elif name == "report_year":
            value = f"{value}年度"
        found.append((titles[name], str(value)))
    place = reader.get(f"places/{profile.get('place', '')}")
    return [*found, ("登记或备案的地方", place["full_title"])] if place else found


def row_of(reader: Reader, each: Values) -> list[Any]:
    """A project of an organisation as a row: what, to which call, when, how much, and how it stands or why not."""
    line, values = each["line"], each["values"]
    call = reader.get(f"matters/{values['call']}")
    name: Any = str(values["call"])
    if call:
        name = {"text": BOOKS.titled(call) or name, "address": BOOKS.address(str(values["call"]))}
    decided = "award_fen" in values
    outcome: Any = stage_cell(reader, line)
    if decided and not values["award_fen"]:
        outcome = f"未入选：{values['score']} 分，第 {values['place']} 名，{values['why']}"
    elif values.get("grade"):
        outcome = f"{outcome['text']}，结项评估“{values['grade']}”"
    return [
        {"text": line["name"], "address": project_address(line["id"])},
        name,
        in_words(date.fromisoformat(str(line["opened"]))),
        yuan_exact(int(values["asked_fen"])),
        yuan_exact(int(values["award_fen"])) if decided else "－",
        outcome,
    ]


def _sheet_address(key: str) -> str:
    name, number = key.split("/")
    return f"organizations/{name}/{number}.html"


def _sheet(reader: Reader, page: PagePlan) -> Mapping[str, Any]:
    _, _, _, name, number = page.subject.split("/")
    lines = list(on_sheet(reader, f"organization/{name}", number))
    code = str(lines[0]["values"]["code"])
    known = organization(reader, code)
    title = str(known.get("title", code)) if known else code
    numbers = reader.children(f"sheets/mentions/organization/{name}/")
    return {
        "title": f"{title}的申报" + (f"（第 {int(number)} 页）" if len(numbers) > 1 else ""),
        "path": [BOOKS.index, *([(title, organization_address(code))] if known else [])],
        "answer": f"本页有 {len(lines)} 份申报，按日期从早到晚排列。",
        "as_of": max(str(each["line"]["updated"]) for each in lines),
        "rows": [row_of(reader, each) for each in lines],
        "parts": [
            (f"第 {int(each)} 页", _sheet_address(f"{name}/{each}"))
            for each in (numbers if len(numbers) > 1 else ())
        ],
        "here": page.address,
    }


ORGANIZATION = PageKind(
    "funding.organization",
    "社会组织",
    Each("registers/organizations/", organization_address),
    _page,
    "funding/organization.html",
    PACKAGE,
)
APPLICATIONS = PageKind(
    "funding.applications",
    "一个组织的申报",
    Each("sheets/mentions/organization/", _sheet_address),
    _sheet,
    "funding/applications.html",
    PACKAGE,
)
