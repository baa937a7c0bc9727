"""The greedy rules of single cities, which files declare as ``greedy-custom``.

*Poznań*: fund by votes until a project does not fit; where the rest pays at least 80 % of that project, it is
funded too with money from outside the budget. Such a project is no winner of the budget (``selected`` is 2 in
the files): it comes out as *reserve*.

*Amsterdam*: the budget may be divided by neighbourhood or by category (``budget_per_neighborhood``,
``budget_per_category``), and then each part is spent on its own. Where the file says how the leftover budget
is spent (``leftover_budget``), projects that do not fit are skipped; where it does not, the first ends it.
"""

from __future__ import annotations

from fractions import Fraction

from msgspec.structs import replace

from linli.errors import BadInput
from linli_votes.elections import Amount, Election
from linli_votes.numbers import amount, written
from linli_votes.rounds import Outcome, Round, Verdict
from linli_votes.tallies import Tally
from linli_votes.walking import ranking, threshold_of, walk

ENOUGH = Fraction(4, 5)
"""The share of its cost that must be left for a project to be paid from outside (Poznań)."""

# The name of a part, the column that says where a project belongs, and the fields that divide the budget.
_DIVISIONS = (
    ("neighborhood", "neighborhoods", "budget_per_neighborhood"),
    ("category", "categories", "budget_per_category"),
)


def greedy_custom(election: Election, counted: Tally) -> Outcome:
    """Fund by the rule that the file's fields describe."""
    ranked = ranking(election, counted, counted.score)
    least = threshold_of(election)
    skips = bool(election.meta.get("leftover_budget"))
    for column, names, budgets in _DIVISIONS:
        parts = _parts(election, names, budgets)
        if parts:
            rounds: list[Round] = []
            for part, budget in parts.items():
                within = [each for each in ranked if _belongs(election, each[0], column, part)]
                rounds += walk(election, counted, within, budget, stops=not skips, threshold=least)
            placed = {round.project for round in rounds}
            lost = [each for each in ranked if election.projects[each[0]].id not in placed]
            rounds += walk(election, counted, lost, 0, threshold=least)
            divided = "，".join(f"{part} {written(budget)}" for part, budget in parts.items())
            return Outcome(tuple(rounds), {"rule": "divided", column: divided, "skips": str(skips).lower()})
    if skips:
        rounds_ = walk(election, counted, ranked, election.budget, threshold=least)
        return Outcome(rounds_, {"rule": "leftover", "skips": "true"})
    return _poznan(walk(election, counted, ranked, election.budget, stops=True, threshold=least))


def _poznan(rounds: tuple[Round, ...]) -> Outcome:
    """Mark the project that ended the walk, where what was left pays most of it."""
    marked = list(rounds)
    for place, round in enumerate(rounds):
        if round.verdict is Verdict.TOO_EXPENSIVE:
            if round.left >= round.cost * ENOUGH:
                said = f"剩余预算 {written(round.left)} 达到费用的八成，可由预算外的资金补足"
                marked[place] = replace(round, verdict=Verdict.RESERVE, reason=said)
            break
    return Outcome(tuple(marked), {"rule": "poznan", "enough": "4/5"})


def _parts(election: Election, names: str, budgets: str) -> dict[str, Amount]:
    """The parts of the budget by name; empty where the file divides nothing."""
    texts = [text for text in election.meta.get(budgets, "").split(",") if text.strip()]
    if not texts:
        return {}
    named = [name.strip() for name in election.meta.get(names, "").split(",") if name.strip()]
    values = [value for text in texts if (value := amount(text)) is not None]
    if not len(named) == len(texts) == len(values) or len(set(named)) != len(named):
        cure = f"{names} 和 {budgets} 各写同样多项，用逗号分开"
        raise BadInput("预算的划分与名称对不上", where=budgets, cure=cure)
    return dict(zip(named, values, strict=True))


def _belongs(election: Election, at: int, column: str, part: str) -> bool:
    """Whether a project draws on this part; of several categories the first decides."""
    first, *_ = election.projects[at].details.get(column, "").split(",")
    return first.strip() == part
