"""Row 1: judge a case of 12 rules: 12 findings with citations, values asked and recorded, encoded.

The floor is the same twelve decisions as plain functions over structs, each building the record of its own finding by
hand, the list encoded once; no dates, no ranks, no limit on time, no register facts. The peer zen-engine is measured
where it is installed.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec

from linli.calendar import WorkingCalendar
from linli.canonical import canonical
from linli.citations import NATION, Rank, Source
from linli.findings import Finding, Verdict, not_applicable, refuse, require, satisfied
from linli.parameters import Bound, Parameter
from linli.places import Places
from linli.rulebook import BoundRule, CitedArticle, Dates, Heard, Rulebook, UsedValue
from linli.rules import Given, Rule, rule

LAW = Source("organic-law-2026", "城市居民委员会组织法", Rank.LAW, date(2026, 1, 1))
SINCE = date(2026, 1, 1)
CASES = 3000
ROUNDS = 7


class Case(msgspec.Struct, frozen=True):
    """The facts of a small application."""

    need: int
    offer: int
    days: int
    plates: int
    listed: bool
    basis: str
    staff: int
    temporary: bool


FIGURES = [Parameter(f"bench.limit{number}", f"限额{number}", int, Bound.CEILING) for number in range(12)]
LIMITS = [1, 0, 30, 3, 1, 2, 1, 366, 12, 5, 1, 100]


def _decide(number: int, case: Case, limit: int) -> Finding:
    """Twelve small decisions; about two in three are satisfied."""
    if number % 6 == 0:
        return satisfied() if case.offer >= case.need * limit else refuse("经费不足", "补足经费")
    if number % 6 == 1:
        return satisfied() if case.listed or case.staff > limit else require("缺人员", "写明人员")
    if number % 6 == 2:
        return satisfied() if case.days <= limit else refuse("期限太长", "缩短期限")
    if number % 6 == 3:
        return satisfied() if case.plates <= limit else refuse("牌子太多", "减少牌子")
    if number % 6 == 4:
        return satisfied() if len(case.basis) > limit else require("缺依据", "写明依据")
    return not_applicable() if not case.temporary else satisfied()


def _rules() -> list[Rule]:
    made = []
    for number, figure in enumerate(FIGURES):

        def judge(case: Case, given: Given, number: int = number, figure: Parameter[int] = figure) -> Finding:
            return _decide(number, case, given[figure])

        judge.__name__ = f"rule{number}"
        made.append(rule("bench.act", title=f"规则{number}", cites=LAW.article(43), uses=(figure,))(judge))
    return made


def linli_judge() -> Callable[[Case], bytes]:
    """Judging by a rulebook, encoded canonically."""
    settings = [
        f.at(NATION, v, since=SINCE, cites=LAW.article(2)) for f, v in zip(FIGURES, LIMITS, strict=True)
    ]
    bound = [BoundRule(f"bench.bench.act.{r.slug}", "bench", "bench.act", NATION, r) for r in _rules()]
    book = Rulebook(NATION, Places([]), bound, settings, {}, WorkingCalendar.official())
    dates = Dates.on(date(2026, 3, 2))
    return lambda case: canonical(book.judge("bench.act", case, dates))


def plain_judge() -> Callable[[Case], bytes]:
    """The floor: the same findings made by hand, encoded by msgspec."""
    cites = (CitedArticle("organic-law-2026", "43", "law", SINCE),)
    values = [(UsedValue(f.id, v, SINCE),) for f, v in zip(FIGURES, LIMITS, strict=True)]
    names = [f"bench.bench.act.rule{number}" for number in range(12)]
    encode = msgspec.json.Encoder(order="sorted").encode

    def judge(case: Case) -> bytes:
        heard = []
        verdict = "admissible"
        for number in range(12):
            found = _decide(number, case, LIMITS[number])
            if found.verdict is Verdict.REFUSE:
                verdict = "refused"
            heard.append(
                Heard(
                    names[number], found.verdict, found.reason, found.cure, cites, values[number], 1, "", ()
                )
            )
        return encode({"verdict": verdict, "findings": heard})

    return judge


def zen_judge() -> Callable[[Case], bytes] | None:
    """The peer: a decision graph of twelve expressions in zen-engine, or None where it is not installed."""
    try:
        import zen  # type: ignore[import-not-found]
    except ImportError:
        return None
    names = ["a", "b", "c"]
    nodes: list[dict[str, Any]] = [
        {"id": "in", "type": "inputNode", "name": "in", "position": {"x": 0, "y": 0}}
    ]
    edges = []
    texts = [
        "offer >= need ? 'satisfied' : 'refuse'",
        "listed or staff > 0 ? 'satisfied' : 'require'",
        "days <= 30 ? 'satisfied' : 'refuse'",
        "plates <= 3 ? 'satisfied' : 'refuse'",
        "len(basis) > 1 ? 'satisfied' : 'require'",
        "temporary ? 'satisfied' : 'not_applicable'",
    ]
    for number in range(12):
        expressions = [{"id": f"e{number}", "key": f"r{number}", "value": texts[number % 6]}]
        content = {"expressions": expressions, "passThrough": True, "inputField": None, "outputPath": None}
        node = {"id": f"n{number}", "type": "expressionNode", "name": f"n{number}", "content": content}
        nodes.append({**node, "position": {"x": 0, "y": 0}})
        source = "in" if number == 0 else f"n{number - 1}"
        edges.append({"id": f"l{number}", "sourceId": source, "targetId": f"n{number}", "type": "edge"})
    nodes.append({"id": "out", "type": "outputNode", "name": "out", "position": {"x": 0, "y": 0}})
    edges.append({"id": "last", "sourceId": "n11", "targetId": "out", "type": "edge"})
    del names
    graph = zen.ZenEngine().create_decision(msgspec.json.encode({"nodes": nodes, "edges": edges}).decode())
    return lambda case: msgspec.json.encode(graph.evaluate(msgspec.structs.asdict(case)))


def _cases() -> list[Case]:
    return [
        Case(1000 + i % 7, 1000 + i % 5, 20 + i % 40, i % 5, i % 3 == 0, "依据" * (i % 3), i % 4, i % 2 == 0)
        for i in range(CASES)
    ]


def _rate(judge: Callable[[Case], bytes], cases: list[Case]) -> float:
    start = time.perf_counter()
    for case in cases:
        judge(case)
    return len(cases) / (time.perf_counter() - start)


def main() -> None:
    """Print the row."""
    cases = _cases()
    ours, plain, zen = linli_judge(), plain_judge(), zen_judge()
    rates: list[tuple[float, float]] = []
    for judge in (ours, plain):
        _rate(judge, cases[:200])
    for _ in range(ROUNDS):
        rates.append((_rate(ours, cases), _rate(plain, cases)))
    ratio = statistics.median(a / b for a, b in rates)
    mine, floor = (statistics.median(column) for column in zip(*rates, strict=True))
    print(f"#1 judge 12 rules: {ratio:.2f} of plain functions ({mine:,.0f}/s vs {floor:,.0f}/s; target 0.70)")
    if zen is None:
        print("#1 peer zen-engine: not installed here, not measured (pip install zen-engine)")
    else:
        peer = statistics.median(_rate(zen, cases[:500]) for _ in range(ROUNDS))
        print(
            f"#1 judge 12 rules: {mine / peer:.1f} x zen-engine's decision graph ({peer:,.0f}/s; target 25)"
        )


if __name__ == "__main__":
    main()
