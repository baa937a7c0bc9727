"""Terms of a case that rules set: who reviews, until when, where the work lands.

Several rules may answer one term. How their answers combine is declared with the term; two different answers
to a term that takes exactly one send the case to review, naming both.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Generic, TypeVar

from msgspec import Struct

T = TypeVar("T")


class Combine(StrEnum):
    """How several answers to one term become one."""

    SMALLEST = "smallest"
    LARGEST = "largest"
    UNION = "union"
    EXACTLY_ONE = "exactly_one"


class Term(Struct, Generic[T], frozen=True, eq=False):
    """A term: its id (``<procedure>.<name>``), the title residents read, its unit, its type and its combiner.

    The type is ``int``, ``str`` or ``tuple`` (of str, for `Combine.UNION`). ``words`` are what residents read for
    values that are identifiers.
    """

    id: str
    title: str
    kind: type
    combine: Combine
    unit: str = ""
    words: dict[str, str] = {}

    def say(self, value: Any) -> str:
        """A value as people read it: by its word where it has one, else as it stands, with the unit."""
        values = value if isinstance(value, tuple | list) else (value,)
        return "、".join(self.words.get(str(each), str(each)) for each in values) + (
            f" {self.unit}" if self.unit else ""
        )

    def check(self, value: T) -> T:
        """Return the value, or raise TypeError where it is not of the term's type."""
        if type(value) is not self.kind:
            raise TypeError(f"term {self.id} takes {self.kind.__name__}, not {value!r}")
        return value

    def join(self, values: list[Any]) -> Any:
        """Combine answers (at least one); None where exactly one is wanted and they differ."""
        if self.combine is Combine.SMALLEST:
            return min(values)
        if self.combine is Combine.LARGEST:
            return max(values)
        if self.combine is Combine.UNION:
            return tuple(sorted({item for value in values for item in value}))
        return values[0] if all(value == values[0] for value in values) else None
