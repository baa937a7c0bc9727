"""Dated, cited, bound figures that rules read.

A parameter is declared once, with a bound that says how lower levels may depart from higher ones:
a *ceiling* may only be lowered, a *floor* only raised, a *fixed* value not changed at all, a *default* freely.
Places give it values by `Parameter.at` in a plugin or by their configuration.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any, Generic, TypeVar

from msgspec import Struct

from linli.citations import Citation

T = TypeVar("T")


class Bound(StrEnum):
    """How a lower level may depart from the value of a higher one."""

    CEILING = "ceiling"
    FLOOR = "floor"
    FIXED = "fixed"
    DEFAULT = "default"

    @property
    def title(self) -> str:  # type: ignore[override]
        """What the rulebook page says of it."""
        return {"ceiling": "只可更低", "floor": "只可更高", "fixed": "不可改动", "default": "可由地方自定"}[
            self.value
        ]

    def title_for(self, value: object) -> str:
        """What is said of it beside a value; a list can only be added to under a floor, and cut under a ceiling."""
        if isinstance(value, (tuple, list)):
            return {"ceiling": "只可减少", "floor": "只可增加"}.get(self.value, self.title)
        return self.title


class Parameter(Struct, Generic[T], frozen=True, eq=False):
    """A figure with an id (``<procedure>.<name>``), a title, a unit, a type and a bound.

    ``kind`` is int, str, bool, Fraction, date, or tuple (of str). A figure without a source in law or in the
    catalogue is an example and every setting of it says so.
    """

    id: str
    title: str
    kind: type
    bound: Bound
    unit: str = ""
    note: str = ""

    def at(
        self,
        place: str,
        value: T,
        *,
        since: date,
        cites: Citation | None = None,
        until: date | None = None,
        example: bool = False,
        local_choice: bool = False,
    ) -> Setting[T]:
        """Give the parameter a value at a place (12-digit code, with suffix below the community) from a day on.

        ``local_choice`` says that the text cited leaves the figure to lower levels, so that they may loosen it.
        Raises TypeError for a value of another type, ValueError where neither a citation nor ``example`` is given.
        """
        if type(value) is not self.kind:
            raise TypeError(f"{self.id} takes {self.kind.__name__}, not {value!r}")
        if cites is None and not example:
            raise ValueError(f"{self.id} at {place}: give the text it rests on, or label it an example")
        return Setting(self, place, value, since, until, cites, example, local_choice)


def kept_years(procedure: str) -> Parameter[int]:
    """How many years a procedure's matters keep what they hold of persons, counted from the year after their end."""
    return Parameter(
        f"{procedure}.kept_years", "办结后随档案保存的年数", int, Bound.FLOOR, "年", "从办结的次年起算"
    )


class Setting(Struct, Generic[T], frozen=True):
    """The value of a parameter at a place, from ``since`` to ``until`` (last day, inclusive; None: open).

    ``local_choice``: levels below may loosen it, because the text cited leaves the figure to them.
    """

    parameter: Parameter[T]
    place: str
    value: T
    since: date
    until: date | None = None
    cites: Citation | None = None
    example: bool = False
    local_choice: bool = False
    origin: str = ""

    def in_force(self, on: date) -> bool:
        """Whether it holds on that day."""
        return self.since <= on and (self.until is None or on <= self.until)


def loosens(parameter: Parameter[Any], lower: Any, higher: Any) -> bool:
    """Whether the value of a lower level is looser than that of a higher one under the parameter's bound.

    A list loosens a floor where it leaves something of the higher one out, and a ceiling where it has something more.
    """
    if parameter.bound is Bound.CEILING:
        return not _ordered(lower) <= _ordered(higher)
    if parameter.bound is Bound.FLOOR:
        return not _ordered(lower) >= _ordered(higher)
    return bool(parameter.bound is Bound.FIXED and lower != higher)


def tightens(parameter: Parameter[Any], lower: Any, higher: Any) -> bool:
    """Whether the value of a lower level is stricter than that of a higher one under a ceiling or a floor."""
    return lower != higher and parameter.bound in _ORDERING and not loosens(parameter, lower, higher)


_ORDERING = (Bound.CEILING, Bound.FLOOR)


def _ordered(value: Any) -> Any:
    """A value as it is compared: of lists that have different things in them neither is more than the other."""
    return frozenset(value) if isinstance(value, tuple) else value


def readable(value: object, unit: str = "") -> str:
    """A value as a sentence shows it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}" + unit
    if isinstance(value, tuple):
        return "、".join(str(item) for item in value)
    if isinstance(value, int) and unit == "分":
        from linli.money import yuan

        return yuan(value)
    return f"{value}{' ' if unit and isinstance(value, int) else ''}{unit}"
