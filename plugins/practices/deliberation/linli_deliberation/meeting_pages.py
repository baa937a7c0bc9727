"""The page of a meeting: who came and what was voted, as pictures and as numbers; what is missing; what follows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from linli.pages import PageKind, PagePlan, Reader
from linli_deliberation.reading import (
    PACKAGE,
    Steps,
    dues,
    every,
    facts_of,
    judged,
    listed,
    place_title,
    reasons,
    stands,
    steps_of,
    term,
)
from linli_deliberation.sittings import Basis, ItemKind
from linli_deliberation.stakeholders import Stakeholder
from linli_deliberation.vocabulary import (
    ABSTAINED,
    PASS_LEAST,
    PRESENT,
    QUORUM_AREA,
    QUORUM_LEAST,
    QUORUM_WORDS,
    SIGN_BASE,
    SIGN_LEAST,
    SIGNED,
    VOTES_AGAINST,
    VOTES_FOR,
)
from linli_deliberation.wording import above, body_title, in_words


def _meeting(reader: Reader, page: PagePlan) -> Mapping[str, Any]:
    steps = steps_of(reader, page.subject)
    call, place = facts_of(steps, "call"), str(steps[0]["place"])
    demand = facts_of(steps, "demand")
    body = body_title(str((call or demand).get("body", "")))
    items = items_of(reader, page.subject, steps)
    held = f"{body}（{in_words(str(call['held_on']))}）" if call else f"提议召集{body}"
    hold = judged(steps, "meeting.hold")
    return {
        "title": held,
        "path": [(place_title(reader, place), f"places/{place}/index.html"), (held, "")],
        "answer": answer(reader, steps, items),
        "as_of": str(steps[-1]["recorded"]),
        "stage": stands(reader, steps),
        "facts": _facts(call, demand),
        "signatures": _signatures(steps, demand),
        "quorum": _quorum(steps, call),
        "items": items,
        "reasons": reasons(reader, hold or judged(steps, "meeting.call")),
        "sides": _sides(steps),
        "summary": str(facts_of(steps, "minutes").get("summary", "")),
        "shared": [[each["who"], each["what"]] for each in facts_of(steps, "minutes").get("resources", ())],
        "texts": [reader.get(key) for key in reader.keys(f"texts/{page.subject}/")],
        "due": dues(reader, steps),
        "matter": f"matters/{page.subject}/index.html",
        "place": place_title(reader, place),
    }


def answer(reader: Reader, steps: Steps, items: list[dict[str, Any]]) -> str:
    """The one sentence that a reader came for (到会 81 人，超过半数；5 个项目通过 3 个)."""
    call = facts_of(steps, "call")
    last = str(steps[-1]["stage"])
    if not call:
        asked = judged(steps, "meeting.demand")
        signed, least = term(asked, SIGNED, 0), term(asked, SIGN_LEAST, 0)
        missing = max(least - signed, 0)
        unit = Basis(facts_of(steps, "demand")["basis"]).unit
        return f"已有 {signed} {unit}提议，" + (
            f"还差 {missing} {unit}就应当召集会议。" if missing else "应当召集会议。"
        )
    hold = judged(steps, "meeting.hold")
    unit = Basis(call["basis"]).unit
    if last == "not_called":
        against = [
            f for f in judged(steps, "meeting.call").get("findings", ()) if f["verdict"] != "satisfied"
        ]
        why = next((f["reason"] for f in against if f.get("reason")), "")
        return f"这次会议的召集不成立：{why}。"
    if last == "cancelled":
        return "这次会议取消了。"
    if last == "called" and any(due["late"] for due in dues(reader, steps)):
        return f"原定{in_words(call['held_on'])}开会，还没有登记开成没有。"
    if last == "called" or not hold:
        least = term(judged(steps, "meeting.call"), QUORUM_LEAST)
        where = "，".join(part for part in (call.get("hour"), call.get("venue")) if part)
        at = f"{in_words(call['held_on'])}{'，' + where if where else ''}开会"
        return f"{at}，至少 {least} {unit}到会才能开。" if least else f"{at}。"
    present, least = term(hold, PRESENT, 0), term(hold, QUORUM_LEAST, 0)
    if last == "inquorate" or not any(step["stage"] == "held" for step in steps):
        missing = f"，还差 {least - present} {unit}" if least > present else ""
        return f"到会 {present} {unit}{missing}，不够法定人数，不能作出决定。"
    words = above(term(hold, QUORUM_WORDS, ()))
    came = f"到会 {present} {unit}{'，' + words if words else ''}"
    voted = [item for item in items if item["voted"]]
    if not voted:
        return f"{came}。"
    adopted = sum(item["adopted"] for item in voted)
    noun = "个项目" if all(item["kind"] == ItemKind.PROJECT for item in voted) else "项议题"
    return f"{came}；{len(voted)} {noun}通过 {adopted} {noun[0]}。"


def items_of(reader: Reader, matter: str, steps: Steps) -> list[dict[str, Any]]:
    """Each item of the agenda with its votes, what came of it, and how it is being carried out."""
    counted = {int(step["facts"]["item"]): step for step in every(steps, "count")}
    progress = {int(step["facts"]["item"]): step["facts"] for step in every(steps, "progress")}
    found = []
    for number, item in enumerate(facts_of(steps, "call").get("agenda", ()), 1):
        step = counted.get(number)
        shown: dict[str, Any] = {
            "number": number,
            "title": item["title"],
            "kind": item.get("kind", ""),
            "sponsor": item.get("sponsor", ""),
            "voted": step is not None,
            "adopted": False,
            "void": "",
            "progress": progress.get(number, {}),
        }
        if step is not None:
            resolution = _resolution(reader, matter, number)
            verdict = step.get("judgement") or {}
            shown |= {
                "for": term(verdict, VOTES_FOR, 0),
                "against": term(verdict, VOTES_AGAINST, 0),
                "abstained": term(verdict, ABSTAINED, 0),
                "present": term(verdict, PRESENT, 0),
                "least": term(verdict, PASS_LEAST, 0),
                "adopted": bool(resolution.get("adopted")) and not resolution.get("void"),
                "void": resolution.get("void", ""),
                "executor": step["facts"].get("executor", ""),
                "supervisor": step["facts"].get("supervisor", ""),
                "tally": step["facts"].get("tally", ""),
                "opinions": step["facts"].get("use_of_opinions", ""),
                "reasons": reasons(reader, verdict),
            }
            shown["result"] = "无效" if shown["void"] else "通过" if shown["adopted"] else "没有通过"
            missing = shown["least"] - shown["for"]
            shown["missing"] = missing if missing > 0 and not shown["void"] else 0
        found.append(shown)
    return found


def _resolution(reader: Reader, matter: str, number: int) -> Mapping[str, Any]:
    entry = reader.get(f"registers/resolutions/{matter}:{number}")
    values: Mapping[str, Any] = entry["versions"][-1]["values"] if entry else {}
    return values


def _facts(call: Mapping[str, Any], demand: Mapping[str, Any]) -> list[list[str]]:
    if not call:
        basis = Basis(demand["basis"]).title if demand else ""
        return [["要讨论", str(demand.get("topic", ""))], ["由谁提议", basis]]
    rows = [
        ["由谁召集", body_title(str(call["convener"]))],
        ["开会日期", in_words(str(call["held_on"]))],
        ["时间", str(call.get("hour", ""))],
        ["地点", str(call.get("venue", ""))],
        ["网上参加", "可以" if call.get("online") else ""],
        ["应到", f"{call['base']} {Basis(call['basis']).unit}（{Basis(call['basis']).title}）"],
        ["临时通知的特殊情况", str(call.get("special", ""))],
    ]
    party = call.get("discussed_by_party")
    rows.append(["社区党组织研究讨论", in_words(str(party)) if party else ""])
    return [row for row in rows if row[1]]


def _signatures(steps: Steps, demand: Mapping[str, Any]) -> dict[str, Any] | None:
    if not demand:
        return None
    asked = judged(steps, "meeting.demand")
    signed, least, base = term(asked, SIGNED, 0), term(asked, SIGN_LEAST), term(asked, SIGN_BASE, 0)
    if least is None:
        return None
    unit = Basis(demand["basis"]).unit
    return {"signed": signed, "least": least, "base": base, "unit": unit, "missing": max(least - signed, 0)}


def _quorum(steps: Steps, call: Mapping[str, Any]) -> dict[str, Any] | None:
    """Those present against those needed, persons and, for owners, areas; None before anybody was counted."""
    hold = judged(steps, "meeting.hold")
    least = term(hold, QUORUM_LEAST)
    if least is None:
        return None
    unit = Basis(call["basis"]).unit
    present = term(hold, PRESENT, 0)
    found: dict[str, Any] = {
        "present": present,
        "least": least,
        "base": int(call["base"]),
        "unit": unit,
        "words": "、".join(term(hold, QUORUM_WORDS, ())),
        "missing": max(least - present, 0),
        "area": None,
    }
    area = term(hold, QUORUM_AREA)
    if area is not None:
        here = int(facts_of(steps, "attendance").get("area_cm2", 0))
        metres = [int(each) // 10_000 for each in (here, area, call.get("area_cm2", 0))]
        found["area"] = {"present": metres[0], "least": metres[1], "base": metres[2]}
    return found


def _sides(steps: Steps) -> list[list[str]]:
    """Who was invited, and who came."""
    came = facts_of(steps, "attendance").get("came", ())
    invited = came or facts_of(steps, "call").get("invited", ())
    counted = bool(facts_of(steps, "attendance"))
    rows = []
    for each in invited:
        said = "到会" if each.get("came") else "没有到会" if counted else "已邀请"
        rows.append([Stakeholder(each["kind"]).title, str(each.get("who", "")), said])
    return rows


MEETINGS = PageKind(
    "deliberation.meeting",
    "会议",
    listed("meeting", "meetings"),
    _meeting,
    "deliberation/meeting.html",
    PACKAGE,
    ("lists/meeting/place/",),
)
