"""The score of a project: exact means of what its reviewers gave, the extremes dropped where the call says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from linli.errors import BadInput

# With fewer reviewers nothing would be left once the highest and the lowest are gone.
LEAST_FOR_TRIMMING = 3


def mean(points: Sequence[int]) -> Fraction:
    """The exact mean of at least one number of points."""
    return Fraction(sum(points), len(points))


def score(sheets: Sequence[Mapping[str, int]], rubric: Mapping[str, int], *, trimmed: bool) -> Fraction:
    """The score of a project out of the sum of the rubric.

    ``sheets`` holds the points of each reviewer by criterion, ``rubric`` the most points of each. With ``trimmed`` the
    sheet with the highest and the one with the lowest sum are left out, one each. Raises `BadInput` where a sheet does
    not fit the rubric or too few are there.
    """
    if not sheets:
        raise BadInput("还没有评审打分", where="score", cure="由评审专家逐个打分")
    for sheet in sheets:
        check_sheet(sheet, rubric)
    sums = sorted(sum(sheet.values()) for sheet in sheets)
    if not trimmed:
        return mean(sums)
    if len(sums) < LEAST_FOR_TRIMMING:
        raise BadInput(
            f"去掉最高分和最低分，至少要有 {LEAST_FOR_TRIMMING} 份打分，现在有 {len(sums)} 份",
            where="score",
            cure="请更多专家打分",
        )
    return mean(sums[1:-1])


def check_sheet(sheet: Mapping[str, int], rubric: Mapping[str, int]) -> None:
    """Raise `BadInput` where a sheet leaves out a criterion, adds one, or gives more points than there are."""
    missing, unknown = rubric.keys() - sheet.keys(), sheet.keys() - rubric.keys()
    if missing or unknown:
        said = [f"没有给“{name}”打分" for name in sorted(missing)]
        said += [f"评分标准里没有“{name}”" for name in sorted(unknown)]
        raise BadInput("；".join(said), where="points", cure=f"评分标准：{'、'.join(rubric)}")
    for name, points in sheet.items():
        if not 0 <= points <= rubric[name]:
            raise BadInput(f"“{name}”打了 {points} 分，应在 0 到 {rubric[name]} 之间", where="points")


def by_criterion(sheets: Sequence[Mapping[str, int]], rubric: Mapping[str, int]) -> dict[str, Fraction]:
    """The mean of each criterion over all sheets, for breaking ties."""
    return {name: mean([sheet[name] for sheet in sheets]) for name in rubric}


def readable(points: Fraction) -> str:
    """A score for readers: ``88``, or ``87 2/3`` where it is no whole number; nothing is rounded."""
    whole, rest = divmod(points, 1)
    return f"{whole} {rest}" if rest and whole else str(points)
