"""What is given where a body is set up, changed or dissolved, and what rules see of it."""

from __future__ import annotations

from typing import Annotated

from msgspec import Struct

from linli.forms import choice, line, number, rows
from linli.places import Level
from linli_bodies.kinds import TITLES
from linli_bodies.registers import BODIES, KEY_LENGTH
from linli_bodies.seating import SeatPost, Sort


class SeatPlan(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """So many seats of one post, for members of one side."""

    post: Annotated[SeatPost, choice("职务")]
    count: Annotated[int, number("几个", least=1, most=500)] = 1
    sort: Annotated[Sort | None, choice("来自")] = None


class Founding(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A body that is to be: its kind, its seats by post, what it hangs on, its charter."""

    kind: Annotated[str, line("类别", hint="例如 residents_committee", max_length=60, words=TITLES)]
    title: Annotated[str, line("名称", hint="不填就用类别的名称", max_length=60)] = ""
    number: Annotated[int, number("本地第几个", hint="同一地方有几个时填", least=1, most=99)] = 1
    above: Annotated[str, line("上一级组织", hint="组织编号", max_length=KEY_LENGTH, names=BODIES.id)] = ""
    seats: Annotated[tuple[SeatPlan, ...], rows("席位", hint="全体参加的会议不设席位", most=50)] = ()
    charter: Annotated[str, line("章程", hint="章程或公约的编号", max_length=80)] = ""
    serves: Annotated[int, number("联系的户数", most=100_000)] = 0
    basis: Annotated[str, line("成立依据", hint="决议、批复或文件的编号", max_length=80)] = ""


class FoundingAt(Founding, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A founding as rules see it: with the place and its level."""

    place: Annotated[str, line("地方", max_length=40)] = ""
    level: Annotated[Level, choice("层级")] = Level.COMMUNITY

    @property
    def seat_count(self) -> int:
        """How many seats there are to be."""
        return sum(each.count for each in self.seats)

    @property
    def sorts(self) -> set[Sort]:
        """From which sides members are to come."""
        return {each.sort for each in self.seats if each.sort is not None}


class Change(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What becomes different of a body; what is left empty stays."""

    title: Annotated[str, line("新名称", max_length=60)] = ""
    above: Annotated[str, line("新的上一级组织", max_length=KEY_LENGTH, names=BODIES.id)] = ""
    charter: Annotated[str, line("新章程", max_length=80)] = ""
    serves: Annotated[int, number("新的联系户数", hint="0 表示不变", most=100_000)] = 0
    more: Annotated[tuple[SeatPlan, ...], rows("增加的席位", most=50)] = ()
    basis: Annotated[str, line("依据", max_length=80)]


class Ending(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why a body is dissolved."""

    basis: Annotated[str, line("撤销依据", max_length=80)]
