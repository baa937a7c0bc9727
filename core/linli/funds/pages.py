"""The pages of funds: what came, what was spent, what is left, what is promised, and whether it was disclosed in time.

They read what the record keeps of a fund by itself, never all contributions of a deployment. Targets and what is
missing of one stand nowhere: pledges are not published before a meeting is over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import msgspec

from linli.accounts import Books, account_kinds
from linli.accounts.files import CURRENT, file_links
from linli.accounts.kinds import entry_rows, figure, gift_rows, held_rows, latest_gifts
from linli.accounts.reading import APART, in_words, this_year
from linli.funds.accounts import UNRESTRICTED
from linli.money import yuan, yuan_exact
from linli.pages import PageKind, PagePlan, Panel, Reader, stage_now
from linli.statements import OPENING, Book, Owing, apart, came, held, income, went

PACKAGE = "linli.funds"
ENTRY = "funds/index.html"
NOT_OPENED = ("refused", "returned", "retracted")
CLOSED = ("closed", "settled", "void")
CHUNK = 40
"""So many funds stand on one page of the list."""
LATEST = 6
"""So many of the last entries and gifts stand on a fund's own page."""


def _opening(matter: Mapping[str, Any]) -> Mapping[str, Any]:
    """What was laid down when the fund opened, as corrected."""
    found: Mapping[str, Any] = {}
    for step in matter["steps"]:
        if step.get("slot") == "fund":
            found = step.get("facts", {})
    return found


BOOKS = Books(
    "fund", "funds", "funds", ("社区基金", ENTRY), lambda matter: str(_opening(matter).get("title", ""))
)


def address(fund: str) -> str:
    """Where the page of a fund lies."""
    return BOOKS.address(fund)


# A page for each fund


def _plan(reader: Reader) -> Iterable[PagePlan]:
    for line in _lines(reader):
        yield PagePlan(address(line["id"]), line["id"], line["name"])


def _lines(reader: Reader) -> list[Mapping[str, Any]]:
    """The funds of the deployment as lists show them, the oldest first."""
    lines = [reader.get(key) for key in reader.keys("listed/fund/")]
    return [line for line in lines if stage_now(reader, line)["id"] not in NOT_OPENED]


def _page(reader: Reader, page: PagePlan) -> Mapping[str, Any]:
    fund = page.subject
    matter = reader.get(f"matters/{fund}")
    opening, book = _opening(matter), BOOKS.read(reader, fund)
    year = this_year(reader, max(book.periods, default=str(matter["steps"][0]["decided"])[:4]))
    dues = _dues(reader, matter)
    years = sorted({*book.periods, year}, reverse=True)
    return {
        "title": page.title,
        "path": [BOOKS.index],
        "answer": sentence(book, year),
        "next": _next(dues),
        "as_of": book.last or matter["steps"][-1]["decided"],
        "facts": _described(opening),
        "matter": f"matters/{fund}/index.html",
        "year": year,
        "now": figure(BOOKS, book, year) if year in book.periods and len(book.periods) > 1 else None,
        "whole": figure(BOOKS, book),
        "held": held_rows(BOOKS, fund, held(book)),
        "left": yuan_exact(sum(held(book).values())),
        "owing": _owing(reader, fund),
        "apart": [[APART.get(kind, kind), yuan_exact(amount)] for kind, amount in apart(book).items()],
        "planned": _planned(reader, fund, opening),
        "entries": [
            row for each in BOOKS.latest(reader, fund, LATEST) for row in entry_rows(BOOKS, fund, each)
        ],
        "gifts": [row for gift in latest_gifts(BOOKS, reader, fund, LATEST) for row in gift_rows(gift)],
        "years": [
            {"text": f"{each}年", "address": BOOKS.address(fund, f"{each}.html")}
            for each in years
            if each in book.periods
        ],
        "given": _given_links(reader, fund),
        "current": file_links(BOOKS, reader, fund, CURRENT),
        "dues": dues,
        "turns": _turns(dues, year),
    }


def sentence(book: Book, year: str) -> str:
    """What a reader comes for: this year's income and spending, what is left, and how much of it is bound to what."""
    if not book.periods:
        return "这个基金还没有收入。"
    spent = sum(went(book, year).values())
    before = sum(held(book, year).values()) + sum(apart(book, year).values())
    left = held(book)
    said = (
        f"今年收入 {yuan(income(book, year))}，支出 {yuan(spent)}"
        if year in book.periods
        else "今年还没有收支"
    )
    if before:
        said += "；加上以前年度结转，现在结余"
    else:
        said += "；加上期初余额，现在结余" if OPENING in came(book, year) else "，结余"
    said += f" {yuan(sum(left.values()))}"
    said += _bound(left)
    waiting = apart(book)
    if waiting:
        parts = "，".join(f"{yuan(amount)}{APART.get(kind, kind)}" for kind, amount in waiting.items())
        said += f"；另有 {parts}"
    return said + "。"


def _bound(left: Mapping[str, int]) -> str:
    """How much of what is left can be used for one purpose only."""
    by_purpose: dict[str, int] = {}
    for part, amount in left.items():
        purpose = part.partition(":")[2]
        if purpose != UNRESTRICTED:
            by_purpose[purpose] = by_purpose.get(purpose, 0) + amount
    if not by_purpose:
        return ""
    if len(by_purpose) == 1:
        ((purpose, amount),) = by_purpose.items()
        return f"，其中 {yuan(amount)}只能用于{purpose}"
    whole = sum(by_purpose.values())
    named = sorted(by_purpose.items(), key=lambda pair: -pair[1])[:3]
    parts = "、".join(f"{purpose} {yuan(amount)}" for purpose, amount in named)
    return f"，其中 {yuan(whole)}限定了用途（{parts}{'等' if len(by_purpose) > len(named) else ''}）"


def _described(opening: Mapping[str, Any]) -> list[tuple[str, str]]:
    rows = [("持有单位", str(opening.get("holder", "")))]
    if opening.get("custodian"):
        rows.append(("代管单位和子账户", f"{opening['custodian']}，“{opening.get('sub_account', '')}”"))
    purposes = "、".join(each["name"] for each in opening.get("purposes", ()))
    rows.append(("可以限定的用途", purposes or "没有另设"))
    if opening.get("yearly_fen"):
        rows.append(("每年最多支出", yuan(opening["yearly_fen"])))
    if opening.get("basis"):
        rows.append(("设立依据", str(opening["basis"])))
    return rows


def _owing(reader: Reader, fund: str) -> dict[str, Any]:
    """What is promised or has to come back: each matter that holds money of the fund, the oldest first."""
    keys = reader.keys(f"owing/fund/{fund}/")
    found = sorted(
        (msgspec.convert(reader.get(key), Owing) for key in keys), key=lambda each: (each.day, each.matter)
    )
    rows = []
    for each in found[:CHUNK]:
        name: Any = each.name
        if each.matter:
            name = {"text": each.name, "address": f"matters/{each.matter}/index.html"}
        for kind, amount in each.amounts.items():
            rows.append([name, in_words(each.day), APART.get(kind, kind), yuan_exact(amount)])
    return {"rows": rows, "more": len(found) - len(found[:CHUNK])}


def _planned(reader: Reader, fund: str, opening: Mapping[str, Any]) -> dict[str, Any] | None:
    """What was committed for each budget year by programme, beside the limits; the programmes add up to the total."""
    years = {
        year: reader.get(f"planned/fund/{fund}/{year}") for year in reader.children(f"planned/fund/{fund}/")
    }
    limits = {each["name"]: each.get("yearly_fen", 0) for each in opening.get("programmes", ())}
    if not limits and not (opening.get("yearly_fen") and years):
        return None
    names = list(dict.fromkeys([*limits, *(name for sums in years.values() for name in sums if name)]))
    shown = list(years) or [str(reader.today().year)]
    rows = [
        [name, *(yuan_exact(years.get(y, {}).get(name, 0)) for y in shown), _limit(limits.get(name, 0))]
        for name in names
    ]
    unnamed = [years.get(year, {}).get("", 0) for year in shown]
    if any(unnamed):
        rows.append(["没有计划", *map(yuan_exact, unnamed), ""])
    totals = [yuan_exact(sum(years.get(year, {}).values())) for year in shown]
    return {"years": shown, "rows": rows, "foot": ["合计", *totals, _limit(opening.get("yearly_fen", 0))]}


def _limit(fen: int) -> str:
    return yuan_exact(fen) if fen else "不另设"


def _given_links(reader: Reader, fund: str) -> list[dict[str, str]]:
    found = []
    for year in reversed(reader.children(f"sheets/gifts/fund/{fund}/")):
        numbers = reader.children(f"sheets/gifts/fund/{fund}/{year}/")
        for number in numbers:
            part = f"（第 {int(number)} 页）" if len(numbers) > 1 else ""
            found.append(
                {
                    "text": f"{year}年的收入{part}",
                    "address": BOOKS.address(fund, f"gifts-{year}-{number}.html"),
                }
            )
    return found


# Disclosure


def _dues(reader: Reader, matter: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What has to be made public by when, the nearest first, and whether that day has passed."""
    found = []
    for due in sorted(matter["steps"][-1].get("due", ()), key=lambda due: str(due["day"])):
        after = date.fromisoformat(due["day"]) + timedelta(days=1)
        who = reader.get(f"post/{due['post']}") if due.get("post") else None
        found.append(
            {
                "title": due.get("title") or "公开收支",
                "who": who or "经办人",
                "day": due["day"],
                "late": reader.reached(after),
                "turns": after.isoformat(),
                "basis": due.get("basis", ""),
                "provisional": bool(due.get("provisional")),
            }
        )
    return found


def _next(dues: Sequence[Mapping[str, Any]]) -> str:
    """Who has to disclose next, by when."""
    if not dues:
        return ""
    due = dues[0]
    day = date.fromisoformat(due["day"])
    said = f"{due['who']}应在{day.year}年{day.month}月{day.day}日前{due['title']}"
    return said + ("，已经逾期。" if due["late"] else "。")


def _turns(dues: Sequence[Mapping[str, Any]], year: str) -> list[tuple[str, str]]:
    """The days on which this page changes by the calendar alone, and what then changes."""
    found = [(str(due["turns"]), f"还没有{due['title']}的，标为逾期") for due in dues if not due["late"]]
    return sorted([*found, (f"{int(year) + 1}-01-01", "开头的一句改为新一年的收支")])


# The list of funds


def _chunks(reader: Reader) -> list[list[Mapping[str, Any]]]:
    lines = _lines(reader)
    return [lines[at : at + CHUNK] for at in range(0, len(lines), CHUNK)] or [[]]


def _list_address(number: int) -> str:
    return ENTRY if number == 1 else f"funds/index-{number}.html"


def _listed(reader: Reader) -> Iterable[PagePlan]:
    for number, _ in enumerate(_chunks(reader), 1):
        yield PagePlan(_list_address(number), str(number), "社区基金")


def _index(reader: Reader, page: PagePlan) -> Mapping[str, Any]:
    chunks, number = _chunks(reader), int(page.subject)
    rows, days = [], []
    for line in chunks[number - 1]:
        matter = reader.get(f"matters/{line['id']}")
        book = BOOKS.read(reader, line["id"])
        closed = stage_now(reader, line)["id"] in CLOSED
        late = any(due["late"] for due in _dues(reader, matter))
        days.append(str(book.last or line["opened"]))
        rows.append(
            [
                {"text": line["name"], "address": address(line["id"])},
                _opening(matter).get("holder", ""),
                yuan_exact(income(book)),
                yuan_exact(sum(went(book).values())),
                yuan_exact(sum(held(book).values())),
                {"text": "逾期", "status": "stopped"} if late else "已关闭" if closed else "",
            ]
        )
    total = sum(len(chunk) for chunk in chunks)
    said = f"这里有 {total} 个基金，每个都列出来源、去向和结余。" if total else "还没有设立基金。"
    return {
        "title": "社区基金" + (f"（第 {number} 页）" if number > 1 else ""),
        "path": (),
        "answer": said,
        "as_of": max(days, default=""),
        "rows": rows,
        "parts": [(f"第 {n} 页", _list_address(n)) for n in range(1, len(chunks) + 1)]
        if len(chunks) > 1
        else [],
        "here": page.address,
    }


def _panel(reader: Reader, place: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The funds of a place, on its page."""
    found: list[dict[str, str]] = []
    for year in reader.children(f"lists/fund/place/{place['code']}-"):
        for part in reader.children(f"lists/fund/place/{place['code']}-{year}/"):
            for each in reader.get(f"lists/fund/place/{place['code']}-{year}/{part}") or ():
                line = reader.get(f"listed/fund/{each}")
                if stage_now(reader, line)["id"] not in NOT_OPENED:
                    found.append({"text": line["name"], "address": address(line["id"])})
    return {"links": found} if found else None


INDEX = PageKind("funds.index", "社区基金", _listed, _index, "funds/index.html", PACKAGE, entry=ENTRY)
FUND_PAGES = PageKind("funds.fund", "社区基金", _plan, _page, "funds/fund.html", PACKAGE)
ACCOUNTS = account_kinds(BOOKS, gifts=True)
PANEL = Panel("funds.place", _panel, "funds/place.html", PACKAGE, 40)
