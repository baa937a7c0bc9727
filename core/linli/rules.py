"""A rule: a small pure function with a citation.

A rule is called as ``rule(facts, given)``. ``facts`` is the struct of its moment; ``given`` holds exactly what the
rule declared in ``uses``: parameters, facts of registers and balances. It does no input or output and knows no
clock: dates reach it in the facts or as parameters.
"""

from __future__ import annotations

import ast
import hashlib
import inspect
import textwrap
from collections.abc import Callable, Sequence
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar, cast, overload

from msgspec import Struct

from linli.citations import Citation
from linli.findings import Finding, Verdict
from linli.parameters import Parameter

if TYPE_CHECKING:
    from linli.calendar import WorkingCalendar

T = TypeVar("T")


class Governed(StrEnum):
    """The date whose law governs a rule."""

    HAPPENED = "happened"
    DECIDED = "decided"


HAPPENED, DECIDED = Governed.HAPPENED, Governed.DECIDED


class Force(StrEnum):
    """An ordinary rule, an exemption from named rules, or a guarantee that no lower rule may cut."""

    ORDINARY = "ordinary"
    EXEMPTION = "exemption"
    GUARANTEE = "guarantee"


class EntryFact(Struct, frozen=True):
    """What a rule sees of a register entry: its key, its version (0: there is none), its values on the day."""

    key: str
    version: int
    values: dict[str, Any]


class Asked(Struct, Generic[T], frozen=True, eq=False):
    """A fact of a register that rules ask for, read in one batch and committed with its version as a condition.

    ``keys(facts)`` names the entries; ``value(entries)`` makes of them, in the same order, what rules see. A key
    without an entry comes with version 0 and no values. ``public`` facts may be used in an anonymous dry run.
    """

    id: str
    title: str
    register: str
    keys: Callable[[Any], Sequence[str]]
    value: Callable[[Sequence[EntryFact]], T]
    public: bool = False


class Balance(Struct, frozen=True, eq=False):
    """The balance of an account that rules ask for; the commit is conditional on it.

    ``commodity`` is what the account holds (`linli.ledger`: fen, hours, pieces), ``unit`` the word that readers see.
    """

    id: str
    title: str
    account: Callable[[Any], str]
    unit: str = "分"
    public: bool = False
    commodity: str = "fen"


class Holdings(Struct, frozen=True, eq=False):
    """What all accounts hold whose names begin as the facts say; the commit is conditional on each of them.

    It is for actions (`Action.uses`), which get it by account and commodity: a year is closed, a fund handed over.
    """

    id: str
    title: str
    prefixes: Callable[[Any], Sequence[str]]


class Derived(Struct, Generic[T], frozen=True, eq=False):
    """A value worked out of the facts, the two dates and the working calendar: how many working days lie ahead.

    ``value(facts, happened, decided, calendar)`` is pure; the result is kept with the finding.
    """

    id: str
    title: str
    value: Callable[[Any, date, date, WorkingCalendar], T]
    unit: str = ""


class Given(Protocol):
    """What a rule declared in ``uses``, by the declared object: ``given[PRICE]``."""

    @overload
    def __getitem__(self, name: Parameter[T]) -> T: ...
    @overload
    def __getitem__(self, name: Asked[T]) -> T: ...
    @overload
    def __getitem__(self, name: Derived[T]) -> T: ...
    @overload
    def __getitem__(self, name: Balance) -> int: ...


Use = Parameter[Any] | Asked[Any] | Balance | Derived[Any]
Judge = Callable[[Any, Given], Finding]


class Rule(Struct, frozen=True):
    """A rule as its plugin registers it. Its id is ``<plugin>.<moment>.<slug>`` once a plugin is known.

    ``since`` and ``until`` are the first and last day on which it governs (inclusive). ``power`` is the most that
    it may answer; a rule of the rank ``account`` may refuse only inside its own place. ``exempts`` holds ids of rules
    that an exemption, when satisfied, strikes out. ``secures`` says of a guarantee that, when satisfied, it secures the
    act itself: what lower texts find against it is struck out.
    """

    moments: tuple[str, ...]
    slug: str
    title: str
    cites: tuple[Citation, ...]
    judge: Judge
    since: date
    until: date | None = None
    governed_by: Governed = DECIDED
    uses: tuple[Use, ...] = ()
    force: Force = Force.ORDINARY
    exempts: tuple[str, ...] = ()
    secures: bool = False
    power: Verdict = Verdict.REFUSE
    overridable: bool = False
    revision: int = 1
    changes: tuple[str, ...] = ()
    doc: str = ""

    def in_force(self, on: date) -> bool:
        """Whether the rule governs acts of that day."""
        return self.since <= on and (self.until is None or on <= self.until)

    def code_hash(self) -> str:
        """A hash of the function's syntax tree, without its docstring: it moves when the code does."""
        tree = ast.parse(textwrap.dedent(inspect.getsource(self.judge)))
        function = cast(ast.FunctionDef, tree.body[0])
        function.decorator_list = []
        if ast.get_docstring(function) is not None:
            function.body = function.body[1:]
        return hashlib.sha256(_shape(function).encode()).hexdigest()[:16]


def _shape(node: Any) -> str:
    """A syntax tree as text. Empty fields are left out: which of them there are differs between Python versions."""
    if isinstance(node, ast.AST):
        held = [
            f"{name}={_shape(value)}"
            for name, value in ast.iter_fields(node)
            if value is not None and value != []
        ]
        return f"{type(node).__name__}({', '.join(held)})"
    if isinstance(node, list):
        return f"[{', '.join(_shape(each) for each in node)}]"
    return repr(node)


def rule(
    *moments: str,
    title: str,
    cites: Citation | Sequence[Citation],
    since: date | None = None,
    until: date | None = None,
    governed_by: Governed = DECIDED,
    uses: Sequence[Use] = (),
    force: Force = Force.ORDINARY,
    exempts: Sequence[str] = (),
    secures: bool = False,
    power: Verdict = Verdict.REFUSE,
    overridable: bool = False,
    revision: int = 1,
    changes: Sequence[str] = (),
) -> Callable[[Judge], Rule]:
    """Make a `Rule` of a function ``(facts, given) -> Finding``; its name, with hyphens, is the slug.

    ``since`` and ``until`` default to the dates of the first text cited. ``exempts`` names rule ids (for an
    exemption). ``changes`` holds changelog ids of corrections, one for each revision after the first.
    """
    citations = (cites,) if isinstance(cites, Citation) else tuple(cites)

    def register(judge: Judge) -> Rule:
        return Rule(
            moments=moments,
            slug=judge.__name__.replace("_", "-"),
            title=title,
            cites=citations,
            judge=judge,
            since=since or (citations[0].source.since if citations else date.min),
            until=until or (citations[0].source.until if citations else None),
            governed_by=governed_by,
            uses=tuple(uses),
            force=force,
            exempts=tuple(exempts),
            secures=secures,
            power=power,
            overridable=overridable,
            revision=revision,
            changes=tuple(changes),
            doc=inspect.getdoc(judge) or "",
        )

    return register
