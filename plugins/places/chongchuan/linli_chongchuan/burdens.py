"""The yearly meter of burdens: what was admitted in a community, by the six kinds that the account names.

The six kinds are tasks, inspections, ledgers, uploads (reports and surveys), ad-hoc tasks and plates. One
item can lay several of them on a community and then counts in each. It counts items, never people, and
compares no communities.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from linli.access import Kind
from linli.access.procedure import NOT_HERE
from linli.checks import Check, Remark, Survey
from linli.places import Level
from linli_chongchuan.access_rules import BURDENS

KINDS_OF_BURDEN: dict[str, frozenset[Kind]] = {
    "承接任务": frozenset({Kind.TASK}),
    "检查评比": frozenset({Kind.INSPECTION}),
    "台账": frozenset({Kind.LEDGER}),
    "信息上报": frozenset({Kind.REPORT, Kind.SURVEY}),
    "挂牌": frozenset({Kind.PLATE}),
}
TEMPORARY = "临时任务"


def burdens_of(request: Mapping[str, Any]) -> list[str]:
    """The kinds of burden, by title, that an application (as JSON values) lays on a community."""
    kinds = {Kind(kind) for kind in request.get("kinds", ())}
    laid = [title for title, members in KINDS_OF_BURDEN.items() if members & kinds]
    return [*laid, TEMPORARY] if request.get("temporary") else laid


def _look(survey: Survey) -> Iterable[Remark]:
    counts = dict.fromkeys([*KINDS_OF_BURDEN, TEMPORARY], 0)
    for state in survey.states("access"):
        opened = state.did("open")
        if opened is None or opened.decided.year != survey.on.year or state.stage_id == NOT_HERE.id:
            continue
        for title in burdens_of(state.facts.get("request", {})):
            counts[title] += 1
    named = "、".join(f"{title} {count} 件" for title, count in counts.items() if count)
    yield Remark(f"{survey.on.year} 年经准入进入本社区的：{named or '没有'}", figures=tuple(counts.items()))


BURDEN_METER = Check("chongchuan.burden-meter", "社区负担年度统计", Level.COMMUNITY, (BURDENS,), _look)
