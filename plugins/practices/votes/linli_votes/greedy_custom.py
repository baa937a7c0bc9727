"""The greedy rules of single cities, which files declare as ``greedy-custom``.

All begin alike: projects are funded by votes until one does not fit. Where the budget is divided by
neighbourhood or by category (``budget_per_neighborhood``, ``budget_per_category``: Amsterdam), each part is
spent so on its own. What happens with the rest is what the files' fields and comments say:

- *Poznań*: where it pays at least 80 % of the project that did not fit, that one is funded too, with money
  from outside the budget. It is no winner of the budget (``selected`` is 2 in the files): it is *reserve*.
- ``leftover_budget`` "… projects that fit … ordered by score": the rest of the whole budget goes to what
  still fits, by votes, wherever it belongs.
- ``leftover_budget`` "Partially fund one additional project …": the best that was left out is reserve.
- otherwise nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from msgspec.structs import replace

from linli.errors import BadInput
from linli_votes.elections import Amount, Election
from linli_votes.numbers import amount, written
from linli_votes.rounds import Outcome, Round, Verdict
from linli_votes.tallies import Tally
from linli_votes.walking import Ranked, ranking, threshold_of, walk

ENOUGH = Fraction(4, 5)
"""The share of its cost that must be left for a project to be paid from outside (Poznań)."""

# The column that says where a project belongs, the field that names the parts, and the one with their money.
_DIVISIONS = (
    ("neighborhood", "neighborhoods", "budget_per_neighborhood"),
    ("category", "categories", "budget_per_category"),
)


def greedy_custom(election: Election, counted: Tally) -> Outcome:
    """Fund by the rule that the file describes."""
    ranked = ranking(election, counted, counted.score)
    least = threshold_of(election)
    rounds: list[Round] = []
    parameters: dict[str, str] = {}
    for part, budget, members in _parts(election, ranked):
        rounds += walk(election, counted, members, budget, stops=True, threshold=least)
        parameters |= {f"budget：{part}": written(budget)} if part else {}
    rest = _rest(election)
    parameters["rest"] = rest
    if rest == "fitting":
        chosen = [round for round in rounds if round.verdict is Verdict.CHOSEN]
        taken = {round.project for round in chosen}
        left = election.budget - sum(round.cost for round in chosen)
        others = [each for each in ranked if election.projects[each[0]].id not in taken]
        rounds = [*chosen, *walk(election, counted, others, left, threshold=least)]
    elif rest == "best":
        rounds = _reserve(rounds, "剩余预算不够，按规则可由其他资金补足", Fraction(0))
    elif rest == "most paid":
        rounds = _reserve(rounds, "剩余预算达到费用的八成，可由预算外的资金补足", ENOUGH)
    return Outcome(tuple(rounds), parameters)


def _rest(election: Election) -> str:
    """What is done with the rest: ``fitting``, ``best``, ``most paid`` or ``nothing``."""
    said = election.meta.get("leftover_budget", "").lower()
    if "partial" in said:
        return "best"
    if said:
        return "fitting"
    if election.meta.get("unit") == "Poznań" or "80%" in election.meta.get("comment", ""):
        return "most paid"
    return "nothing"


def _reserve(rounds: Sequence[Round], reason: str, enough: Fraction) -> list[Round]:
    """Mark the best project that did not fit, where what was left pays this share of it."""
    short = [place for place, round in enumerate(rounds) if round.verdict is Verdict.TOO_EXPENSIVE]
    marked = list(rounds)
    if short:
        place = max(short, key=lambda at: rounds[at].score)
        if rounds[place].left >= rounds[place].cost * enough:
            marked[place] = replace(rounds[place], verdict=Verdict.RESERVE, reason=reason)
    return marked


def _parts(election: Election, ranked: Ranked) -> list[tuple[str, Amount, Ranked]]:
    """The parts of the budget with the projects that draw on them; one part without a name where it is whole.

    A project that belongs to no part has no money to draw on.
    """
    for column, names, budgets in _DIVISIONS:
        texts = [text for text in election.meta.get(budgets, "").split(",") if text.strip()]
        if not texts:
            continue
        named = [name.strip() for name in election.meta.get(names, "").split(",") if name.strip()]
        values = [value for text in texts if (value := amount(text)) is not None]
        if not len(named) == len(texts) == len(values) or len(set(named)) != len(named):
            cure = f"{names} 和 {budgets} 各写同样多项，用逗号分开"
            raise BadInput("预算的划分与名称对不上", where=f"META：{budgets}", cure=cure)
        if sum(values) > election.budget:
            said = f"各部分合计 {written(sum(values))}，多于预算 {written(election.budget)}"
            raise BadInput(said, where=f"META：{budgets}", cure="核对各部分的预算")
        members: dict[str, list[tuple[int, tuple[str, ...]]]] = {name: [] for name in (*named, "")}
        for each in ranked:
            # Of several categories the first decides.
            part = election.projects[each[0]].details.get(column, "").split(",")[0].strip()
            members[part if part in members else ""].append(each)
        money = dict(zip(named, values, strict=True))
        return [(part, money.get(part, 0), those) for part, those in members.items() if part or those]
    return [("", election.budget, ranked)]
