"""What checks of places look at: whether papers are closed, how much was deliberated in a quarter."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from linli.checks import Check, Remark, Survey
from linli.citations import Citation
from linli.matters import State
from linli.places import Level
from linli_deliberation.proposal import closed, counted, kind_of_paper

DELIBERATING = ("meeting", "proposal", "consultation", "hearing", "open_space")
MOST_NAMED = 12


def closure(id: str, *cites: Citation) -> Check:
    """How many of the papers taken up are closed by evidence, and which are not: 48/48, then 47/48."""

    def look(survey: Survey) -> Iterable[Remark]:
        papers = [state for state in survey.states("proposal") if counted(state)]
        if not papers:
            return
        still = [state for state in papers if not closed(state)]
        kinds = [kind_of_paper(state) for state in papers]
        proposals, suggestions = kinds.count("proposal"), kinds.count("suggestion")
        said = f"提案 {proposals} 件、建议 {suggestions} 件，办结 {len(papers) - len(still)}/{len(papers)}"
        if still:
            named = "、".join(_named(state) for state in still[:MOST_NAMED])
            said += f"；没有办结的：{named}" + ("等" if len(still) > MOST_NAMED else "")
        yield Remark(
            said,
            alarm=bool(still),
            figures=(
                ("提案和建议", len(papers)),
                ("办结", len(papers) - len(still)),
                ("没有办结", len(still)),
            ),
        )

    return Check(id, "提案和建议的办结", Level.COMMUNITY, cites, look)


def _named(state: State) -> str:
    number = state.facts.get("acceptance", {}).get("number", 0)
    return f"第 {number} 号“{state.facts['paper']['title']}”"


def quarter_before(on: date) -> tuple[date, date]:
    """The first and the last day of the last quarter that is over."""
    first = date(on.year, (on.month - 1) // 3 * 3 + 1, 1)
    last = first - timedelta(days=1)
    return date(last.year, last.month - 2, 1), last


def deliberations(survey: Survey, first: date, last: date) -> int:
    """How many acts of self-government began in a period: meetings, proposals, consultations, hearings, open spaces."""
    return sum(
        first <= state.opened <= last for procedure in DELIBERATING for state in survey.states(procedure)
    )
