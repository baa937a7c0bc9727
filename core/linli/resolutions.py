"""What the core knows of those who decide: the values of a decision or of a count, handed in with a reference.

Bodies, meetings, polls and ballots are practices. What a money procedure has to know of them stands in two registers
that steps of practices write and nobody edits by hand: *resolutions* (a body adopted or rejected something) and
*tallies* (ballots were counted). Rules ask for them by key, see
`asked_resolution` and `asked_tally`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Annotated, Any

import msgspec
from msgspec import Struct

from linli.forms import day, line, number, rows, yes_no
from linli.registers import Register
from linli.rules import Asked, EntryFact


class Resolution(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a body resolved about one item. ``id`` is ``<matter>:<item>`` of the matter in which it was resolved.

    ``about`` is the number of the matter or the key of the thing that was decided on, empty where there is none.
    ``void`` says why the resolution does not count (no quorum, not that body's to decide); empty where it does.
    What is counted are persons, or whatever the body's law counts (``unit``). ``body_kind`` is an identifier
    (``residents_assembly``) for those who have to know whether it was the right body; which kinds there are says the
    practice that brings bodies.
    """

    id: Annotated[str, line("编号", max_length=120)]
    place: Annotated[str, line("地方", hint="区划代码", max_length=40)]
    body: Annotated[str, line("作出决议的组织", max_length=60)]
    item: Annotated[str, line("议题", max_length=120)]
    adopted: Annotated[bool, yes_no("通过")]
    decided: Annotated[date, day("决议日期")]
    body_kind: Annotated[str, line("组织的类别", max_length=40)] = ""
    about: Annotated[str, line("有关事项", max_length=120)] = ""
    base: Annotated[int, number("应到")] = 0
    present: Annotated[int, number("实到")] = 0
    votes_for: Annotated[int, number("同意")] = 0
    votes_against: Annotated[int, number("反对")] = 0
    abstained: Annotated[int, number("弃权")] = 0
    unit: Annotated[str, line("计数单位", max_length=20)] = "人"
    void: Annotated[str, line("不生效的原因", max_length=120)] = ""

    @property
    def stands(self) -> bool:
        """Whether something was validly adopted."""
        return self.adopted and not self.void


class Choice(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that was voted on: its key, what it got, whether it was selected."""

    key: Annotated[str, line("选项", max_length=120)]
    count: Annotated[int, number("得票")]
    selected: Annotated[bool, yes_no("入选")] = False


class Tally(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a count of ballots came to. ``id`` is the number of the matter in which it was counted.

    ``certificate`` is the SHA-256 (hexadecimal) of the published certificate from which anyone can count again.
    """

    id: Annotated[str, line("编号", max_length=120)]
    place: Annotated[str, line("地方", hint="区划代码", max_length=40)]
    question: Annotated[str, line("表决什么", max_length=120)]
    method: Annotated[str, line("计票方法", max_length=60)]
    counted: Annotated[date, day("计票日期")]
    ballots: Annotated[int, number("有效票")]
    electors: Annotated[int, number("有权投票的人")]
    choices: Annotated[tuple[Choice, ...], rows("各选项")]
    certificate: Annotated[str, line("计票凭证", max_length=64)]

    def count_of(self, key: str) -> int | None:
        """What one thing got, or None where it was not voted on."""
        return next((choice.count for choice in self.choices if choice.key == key), None)


RESOLUTIONS = Register("resolutions", "决议", Resolution, key="id", place="place")
TALLIES = Register("tallies", "计票结果", Tally, key="id", place="place")


def asked_resolution(id: str, title: str, key: Callable[[Any], str]) -> Asked[Resolution | None]:
    """A fact for rules: the resolution under the key that the facts name, or None. An empty key asks for nothing."""
    return Asked(id, title, RESOLUTIONS.id, _keys(key), _one(Resolution), public=True)


def asked_tally(id: str, title: str, key: Callable[[Any], str]) -> Asked[Tally | None]:
    """A fact for rules: the tally under the key that the facts name, or None. An empty key asks for nothing."""
    return Asked(id, title, TALLIES.id, _keys(key), _one(Tally), public=True)


def _keys(key: Callable[[Any], str]) -> Callable[[Any], Sequence[str]]:
    def keys(facts: Any) -> Sequence[str]:
        found = key(facts)
        return (found,) if found else ()

    return keys


def _one(form: type[Any]) -> Callable[[Sequence[EntryFact]], Any]:
    def value(entries: Sequence[EntryFact]) -> Any:
        held = next((entry.values for entry in entries if entry.values), None)
        return None if held is None else msgspec.convert(held, form, str_keys=True)

    return value
