"""The page of a project: what it is for, who decided and why, what was paid, what the next tranche waits for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from linli.funding.tranches import missing, tranches
from linli.funding.vocabulary import (
    AWARD_FEN,
    FINAL_SCORE,
    FUNDED_BY,
    GRADE,
    PARTS,
    PLACE_AMONG,
    RUBRIC,
    TRIMMED,
)
from linli.money import yuan, yuan_exact
from linli.pages import PageKind, PagePlan, Reader


def _projects(reader: Reader) -> Iterable[PagePlan]:
    for month in reader.children("lists/grant/month/"):
        for part in reader.children(f"lists/grant/month/{month}/"):
            for listed in reader.get(f"lists/grant/month/{month}/{part}") or ():
                matter = str(listed).rpartition("/")[2]  # listed as <day opened>/<matter>
                yield PagePlan(f"projects/{matter}.html", matter, "资助项目")


def _project(reader: Reader, page: PagePlan) -> Mapping[str, Any]:
    matter = reader.get(f"matters/{page.subject}")
    steps = matter["steps"]
    facts = {step["slot"]: step.get("facts", {}) for step in steps if step.get("slot")}
    terms: dict[str, Any] = {}
    for step in steps:
        terms |= (step.get("judgement") or {}).get("terms", {})
    request, award = facts.get("request", {}), int(terms.get(AWARD_FEN.id, 0))
    return {
        "title": str(request.get("title", page.subject)),
        "path": [("公益创投项目", f"matters/{page.subject}/index.html")],
        "answer": f"资助 {yuan(award)}。" if award else "还没有确定资助。",
        "matter": f"matters/{page.subject}/index.html",
        "purpose": _purpose(request),
        "decided": _decided(terms, facts, award),
        "tranches": _tranches(steps, facts, terms, award),
        "evaluations": _evaluations(facts, terms),
    }


def _purpose(request: Mapping[str, Any]) -> list[list[str]]:
    named = (
        ("回应的需求", "need"),
        ("服务对象", "target_group"),
        ("目标", "goal"),
        ("计划", "plan"),
        ("主体", "actors"),
        ("评价", "evaluation"),
    )
    return [[title, str(request[name])] for title, name in named if request.get(name)]


def _decided(terms: Mapping[str, Any], facts: Mapping[str, Any], award: int) -> list[list[str]]:
    if FINAL_SCORE.id not in terms:
        return []
    return [
        ["资助方", str(terms.get(FUNDED_BY.id, ""))],
        ["评分标准", f"{terms.get(RUBRIC.id, '')}（{terms.get(TRIMMED.id, '')}）"],
        ["得分和名次", f"{terms[FINAL_SCORE.id]} 分，第 {terms.get(PLACE_AMONG.id, '')} 名"],
        [
            "决定",
            f"{'资助 ' + yuan(award) if award else '未入选'}：{facts.get('award', {}).get('reason', '')}",
        ],
    ]


def _tranches(
    steps: list[Mapping[str, Any]], facts: Mapping[str, Any], terms: Mapping[str, Any], award: int
) -> list[list[str]]:
    """Each tranche with its amount, and that it was paid or what it waits for."""
    if not award:
        return []
    done = [str(step["action"]) for step in steps]
    days = [str(step["decided"]) for step in steps if step["action"] == "pay"]
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


def _evaluations(facts: Mapping[str, Any], terms: Mapping[str, Any]) -> list[list[str]]:
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


PROJECTS = PageKind(
    "funding.project",
    "资助项目",
    _projects,
    _project,
    "funding/project.html",
    "linli.funding",
    ("lists/grant/",),
)
