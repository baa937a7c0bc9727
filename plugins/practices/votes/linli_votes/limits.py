"""What one ballot may hold, as META says it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct

from linli_votes.elections import Amount, Ballot, Kind, Project
from linli_votes.numbers import amount, written

NUMBERS = (
    *("min_length", "max_length", "min_points", "max_points"),
    *("min_sum_points", "max_sum_points", "min_sum_cost", "max_sum_cost"),
    *("default_score", "min_project_score_threshold"),
)


class Limits(Struct, frozen=True):
    """The limits of a ballot; None where there is none.

    More than allowed, or fewer choices than asked for, is a fault of the ballot. Less points than asked for,
    and a sum of costs outside its limits, are remarks: published elections hold such ballots, and they were
    counted.
    """

    kind: Kind | None
    values: Mapping[str, Amount]

    @classmethod
    def of(
        cls,
        meta: Mapping[str, tuple[str, int]],
        kind: Kind | None,
        report: Callable[[int, str], None],
    ) -> Limits:
        """Read the limits from META, and report those that are no numbers with their line."""
        values: dict[str, Amount] = {}
        for key in NUMBERS:
            text, line = meta.get(key, ("", 0))
            if not text:
                continue
            value = amount(text)
            if value is None or (key.endswith("_length") and not isinstance(value, int)):
                report(line, f"{key} {text[:30]!r} 不是有效的数")
            else:
                values[key] = value
        return cls(kind, values)

    def fault(self, choices: tuple[int, ...], points: tuple[Amount, ...]) -> str:
        """What is wrong with a ballot of these choices and points, or nothing."""
        if not self.values and not points and self.kind is not Kind.CHOOSE_ONE:
            return ""
        chosen, limit = len(choices), self.values.get
        if self.kind is Kind.CHOOSE_ONE and chosen != 1:
            return f"选了 {chosen} 个项目，只能选 1 个"
        if chosen > limit("max_length", chosen):
            return f"选了 {chosen} 个项目，最多选 {limit('max_length')} 个"
        if chosen < limit("min_length", chosen):
            return f"选了 {chosen} 个项目，至少选 {limit('min_length')} 个"
        if not points:
            return ""
        if self.kind is Kind.CUMULATIVE and min(points) < 0:
            return "分数不能是负数"
        if max(points) > limit("max_points", max(points)):
            return f"一个项目得 {written(max(points))} 分，最多给 {written(limit('max_points', 0))} 分"
        if min(points) < limit("min_points", min(points)):
            return f"一个项目得 {written(min(points))} 分，至少给 {written(limit('min_points', 0))} 分"
        if sum(points) > limit("max_sum_points", sum(points)):
            return f"共给 {written(sum(points))} 分，最多给 {written(limit('max_sum_points', 0))} 分"
        return ""

    def remarks(
        self, projects: tuple[Project, ...], ballots: tuple[tuple[Ballot, int], ...]
    ) -> tuple[str, ...]:
        """Ballots that stay within what is counted and yet outside what META says, by number."""
        least_points = self.values.get("min_sum_points")
        least, most = self.values.get("min_sum_cost"), self.values.get("max_sum_cost")
        few = cheap = dear = 0
        if least_points is not None:
            few = sum(number for ballot, number in ballots if sum(ballot.points) < least_points)
        if least is not None or most is not None:
            for ballot, number in ballots:
                cost = sum(projects[choice].cost for choice in ballot.choices)
                cheap += number if least is not None and cost < least else 0
                dear += number if most is not None and cost > most else 0
        said = {
            f"{few} 张选票给的分少于 min_sum_points": few,
            f"{cheap} 张选票所选项目的费用少于 min_sum_cost": cheap,
            f"{dear} 张选票所选项目的费用多于 max_sum_cost": dear,
        }
        return tuple(text for text, number in said.items() if number)
