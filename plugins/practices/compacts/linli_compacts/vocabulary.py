"""The figures that places give values to, and the term that a request under a compact gets."""

from __future__ import annotations

from linli.parameters import Bound, Parameter
from linli.terms import Combine, Term
from linli_compacts.kinds import Kind

CONSULTATION_DAYS: Parameter[int] = Parameter(
    "compacts.consultation_days", "公约草案至少征求意见多久", int, Bound.FLOOR, "天"
)
SMALL_BODIES: Parameter[tuple[str, ...]] = Parameter(
    "compacts.small_bodies",
    "小区、胡同、院落的公约可以由哪些组织通过",
    tuple,
    Bound.CEILING,
    note="组织类别的编号",
)
# What a text of each kind has to speak of. A level below may ask for more and for nothing less.
TOPICS: dict[Kind, Parameter[tuple[str, ...]]] = {
    kind: Parameter(f"compacts.{kind.value}_topics", f"{kind.title}要写明的条目", tuple, Bound.FLOOR)
    for kind in Kind
}

COVERED: Term[str] = Term(
    "compacts.covered",
    "公约是否管到",
    str,
    Combine.EXACTLY_ONE,
    words={"covered": "公约有规定", "no_rule": "公约没有规定"},
)
