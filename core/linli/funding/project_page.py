"""The page of a project: what it is for, who decided and why, what was paid, what the next tranche waits for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from linli.accounts.reading import in_words
from linli.funding.tallied import tally_rows
from linli.funding.told import (
    BOOKS,
    Values,
    column_choice,
    facts_of,
    organization_cell,
    project_address,
    stage_cell,
    terms_of,
)
from linli.funding.tranches import missing, paid_at, tranches
from linli.funding.vocabulary import (
    AWARD_FEN,
    FINAL_SCORE,
    FUNDED_BY,
    GRADE,
    PARTS,
    PLACE_AMONG,
    RUBRIC,
    TRIMMED,
    WHY_NOT,
)
from linli.money import yuan, yuan_exact
from linli.pages import Each, PageKind, PagePlan, Reader, stage_now

PACKAGE = "linli.funding"
REPORTED = ("report", "settlement")


def _address(key: str) -> str:
    return project_address(key.rpartition("/")[2])


def _project(reader: Reader, page: PagePlan) -> Mapping[str, Any]:
    line = reader.get(page.subject)
    grant = str(line["id"])
    matter = reader.get(f"matters/{grant}")
    steps, facts, terms = matter["steps"], facts_of(matter), terms_of(matter)
    request, award = facts.get("request", {}), int(terms.get(AWARD_FEN.id, 0))
    parts = _tranches(steps, facts, terms, award)
    place = reader.get(f"places/{matter['place']}")
    return {
        "title": str(request.get("title", grant)),
        "path": _path(reader, str(request.get("call", ""))),
        "answer": _answer(stage_now(reader, line)["id"], steps, terms, award, parts, facts),
        "next": _next(parts),
        "as_of": steps[-1]["recorded"],
        "stage": stage_cell(reader, line),
        "matter": f"matters/{grant}/index.html",
        "organization": organization_cell(reader, str(request.get("code", ""))),
        "place": place["title"] if place else "",
        "purpose": _purpose(request),
        "decided": _decided(terms, facts, award),
        "sheets": _sheets(reader, steps),
        "tallies": tally_rows(reader, [grant]),
        "objections": _objections(steps),
        "budget": _budget(request, steps, award),
        "tranches": parts,
        "evaluations": _evaluations(facts, terms),
        "reports": _reports(steps),
    }


def _path(reader: Reader, call: str) -> list[tuple[str, str]]:
    known = reader.get(f"matters/{call}") if call else None
    return [BOOKS.index, (BOOKS.titled(known) or call, BOOKS.address(call))] if known else [BOOKS.index]


def _answer(
    stage: str,
    steps: Sequence[Values],
    terms: Values,
    award: int,
    parts: Sequence[Sequence[str]],
    facts: Mapping[str, Values],
) -> str:
    """The one sentence: how much it gets and how much of it was paid, or why it gets nothing."""
    if award:
        paid = sum(1 for part in parts if part[2].endswith("已拨付"))
        told = f"资助 {yuan(award)}，分 {len(parts)} 期，已经拨付 {paid} 期"
        if stage == "closed":
            return f"已经结项：{told}。"
        if stage == "stopped":
            return f"中期评估没有通过，停止拨款：{told}。"
        if stage == "void":
            return f"这个项目已作废；曾经{told}。"
        return f"{told}。"
    if FINAL_SCORE.id in terms:
        place = terms.get(PLACE_AMONG.id, "")
        return f"没有入选：得 {terms[FINAL_SCORE.id]} 分，第 {place} 名，{terms.get(WHY_NOT.id, '')}。"
    if stage == "returned":
        missing_ = str(facts.get("return", {}).get("missing", "")).rstrip("。")
        return f"已退回补正{'：' + missing_ if missing_ else ''}，还没有确定资助。"
    if stage == "refused":
        why = "；".join(_against(steps))
        return f"不符合申报条件：{why}。" if why else "不符合申报条件，理由见办理过程。"
    return "还没有确定是否资助。"


def _against(steps: Sequence[Values]) -> Iterator[str]:
    """Why the last judgement went against it, one reason a finding that counts."""
    judged = next((step["judgement"] for step in reversed(steps) if step.get("judgement")), None)
    for heard in judged["findings"] if judged else ():
        if heard["verdict"] == "refuse" and not heard.get("struck_by"):
            yield str(heard["reason"]).rstrip("。")


def _next(parts: Sequence[Sequence[str]]) -> str:
    """What the next tranche waits for."""
    waiting = next((part for part in parts if not part[2].endswith("已拨付")), None)
    return f"{waiting[0]} {waiting[1]} 元：{waiting[2]}。" if waiting else ""


def _purpose(request: Values) -> list[list[str]]:
    named = (
        ("回应的需求", "need"),
        ("服务对象", "target_group"),
        ("目标", "goal"),
        ("计划", "plan"),
        ("主体", "actors"),
        ("评价", "evaluation"),
    )
    return [[title, str(request[name])] for title, name in named if request.get(name)]


def _decided(terms: Values, facts: Mapping[str, Values], award: int) -> list[list[str]]:
    if FINAL_SCORE.id not in terms:
        return []
    rows = [
        ["资助方", str(terms.get(FUNDED_BY.id, ""))],
        ["评分标准", f"{terms.get(RUBRIC.id, '')}（{terms.get(TRIMMED.id, '')}）"],
        ["得分和名次", f"{terms[FINAL_SCORE.id]} 分，第 {terms.get(PLACE_AMONG.id, '')} 名"],
    ]
    if "bonus" in facts:
        bonus = facts["bonus"]
        rows.append(["其中加分", f"{bonus.get('points', 0)} 分：{bonus.get('ground', '')}"])
    if "discussion" in facts:
        held = facts["discussion"]
        day = in_words(date.fromisoformat(str(held["held"]))) if held.get("held") else ""
        told = f"{day}{held.get('form', '')}，{held.get('persons', '')} 人参加：{held.get('outcome', '')}"
        rows.append(["居民议事", told])
    what = f"资助 {yuan(award)}" if award else f"未入选，{terms.get(WHY_NOT.id, '')}"
    return [*rows, ["决定", f"{what}：{facts.get('award', {}).get('reason', '')}"]]


def _sheets(reader: Reader, steps: Sequence[Values]) -> list[list[str]]:
    """What each reviewer gave and said; who it was is nobody's business."""
    rows: list[list[str]] = []
    for step in steps:
        if step.get("slot") != "score" or not step.get("facts"):
            continue
        points = step["facts"].get("points", ())
        each = [
            f"{column_choice(reader, 'grant/score', 'points', 'criterion', str(p['criterion']))} {p['points']}"
            for p in points
        ]
        total = sum(int(p["points"]) for p in points)
        rows.append(
            [f"第 {len(rows) + 1} 位专家", "，".join(each), str(total), str(step["facts"].get("ground", ""))]
        )
    return rows


def _objections(steps: Sequence[Values]) -> list[list[str]]:
    """That somebody objected, and what was answered."""
    rows = []
    for step in steps:
        day = in_words(date.fromisoformat(str(step["decided"])))
        if step["action"] == "object":
            rows.append([day, "提出异议", ""])
        elif step["action"] == "answer":
            facts = step.get("facts", {})
            rows.append(
                [day, "异议成立" if facts.get("upheld") else "异议不成立", str(facts.get("reason", ""))]
            )
    return rows


def _budget(request: Values, steps: Sequence[Values], award: int) -> dict[str, Any] | None:
    """Grant money by lines of the budget: as applied for, after shifts, spent as last reported, and what is left."""
    lines = {str(each["name"]): int(each.get("grant_fen", 0)) for each in request.get("budget", ())}
    if not lines:
        return None
    plan, spent = dict(lines), dict.fromkeys(lines, 0)
    told = False
    for step in steps:
        facts = step.get("facts", {})
        if step.get("slot") == "shift" and facts:
            for name, sign in ((str(facts["source"]), -1), (str(facts["destination"]), 1)):
                plan[name] = plan.get(name, 0) + sign * int(facts["amount_fen"])
        if step.get("slot") in REPORTED and facts.get("spent"):
            told = True
            spent = {**spent, **{str(each["name"]): int(each["spent_fen"]) for each in facts["spent"]}}
    own = sum(int(each.get("own_fen", 0)) for each in request.get("budget", ()))
    rows = [
        [name, yuan_exact(lines.get(name, 0)), yuan_exact(plan[name]), yuan_exact(spent.get(name, 0)),
         yuan_exact(plan[name] - spent.get(name, 0))]
        for name in plan
    ]  # fmt: skip
    totals = (
        sum(lines.values()),
        sum(plan.values()),
        sum(spent.values()),
        sum(plan.values()) - sum(spent.values()),
    )
    return {
        "rows": rows if award else [[row[0], row[1]] for row in rows],
        "foot": ["合计", *map(yuan_exact, totals)] if award else ["合计", yuan_exact(totals[0])],
        "running": bool(award),
        "told": told,
        "own": yuan(own) if own else "",
    }


def _tranches(
    steps: Sequence[Values], facts: Mapping[str, Values], terms: Values, award: int
) -> list[list[str]]:
    """Each tranche with its amount, and that it was paid or what it waits for."""
    if not award or PARTS.id not in terms:
        return []
    done = [str(step["action"]) for step in steps]
    days = [in_words(date.fromisoformat(str(steps[index]["decided"]))) for index in paid_at(done)]
    parts = tranches(award, str(terms[PARTS.id]))
    passed = bool(facts.get("midterm", {}).get("passed"))
    stopped = "midterm" in facts and not passed
    rows = []
    for number, amount in enumerate(parts, 1):
        if number <= len(days):
            said = f"{days[number - 1]} 已拨付"
        elif stopped:
            said = "中期评估没有通过，停止拨款"
        else:
            gate = missing(done, number, len(parts), passed=passed, grade=str(terms.get(GRADE.id, "")))
            said = gate or "条件已经具备，等待拨付"
        rows.append([f"第 {number} 期", yuan_exact(amount), said])
    return rows


def _evaluations(facts: Mapping[str, Values], terms: Values) -> list[list[str]]:
    rows = []
    if "midterm" in facts:
        said = facts["midterm"]
        rows.append(["中期评估", "通过" if said.get("passed") else "没有通过", str(said.get("finding", ""))])
    if "evaluation" in facts:
        rows.append(["结项评估", str(terms.get(GRADE.id, "")), str(facts["evaluation"].get("finding", ""))])
    if "opinion" in facts:
        said = facts["opinion"]
        rows.append(
            ["居务监督委员会", "认可" if said.get("satisfied") else "不认可", str(said.get("opinion", ""))]
        )
    return rows


def _reports(steps: Sequence[Values]) -> list[list[str]]:
    """What the organisation reported, the oldest first."""
    return [
        [
            in_words(date.fromisoformat(str(step["decided"]))),
            str(step["facts"].get("done", "")),
            str(step["facts"].get("served", "") or "－"),
        ]
        for step in steps
        if step.get("slot") == "report" and step.get("facts")
    ]


PROJECTS = PageKind(
    "funding.project", "资助项目", Each("listed/grant/", _address), _project, "funding/project.html", PACKAGE
)
