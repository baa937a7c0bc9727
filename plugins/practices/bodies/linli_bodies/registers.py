"""The registers of bodies: which there are, their terms and seats, the numbers behind a quorum.

Bodies and seats are written by steps, and may be imported where they were there before. No register of this practice
holds a person: who holds a seat is an appointment, which is not published.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from msgspec import Struct

from linli.access.posts import COMMITTEE, STREET
from linli.forms import INTERNAL, choice, day, line, number, yes_no
from linli.posts import ADMINISTRATOR
from linli.registers import Register
from linli_bodies.seating import Plan, SeatPost, Sort

KEY_LENGTH = 100


class Body(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A body: its kind, its place, the one body above it, how many seats it has (0: everyone of a roll takes part).

    ``plan`` says which posts the seats are, in the order of their numbers (`linli_bodies.seating.Plan`). ``charter``
    names the charter by its reference. ``serves`` is the number of households that hear of things through it, for the
    last bodies of a chain.
    """

    code: Annotated[str, line("编号", hint="地方代码:类别，第二个加 :2", max_length=KEY_LENGTH)]
    title: Annotated[str, line("名称", max_length=60)]
    kind: Annotated[str, line("类别", max_length=60)]
    place: Annotated[str, line("所在地方", hint="区划代码", max_length=40)]
    since: Annotated[date, day("成立日期")]
    above: Annotated[str, line("上一级组织", hint="编号", max_length=KEY_LENGTH)] = ""
    seats: Annotated[int, number("席位数", most=999)] = 0
    plan: Annotated[str, line("席位安排", hint="chair:1,member:5:resident", max_length=400)] = ""
    charter: Annotated[str, line("章程", hint="章程或公约的编号", max_length=80)] = ""
    serves: Annotated[int, number("联系的户数", most=100_000)] = 0

    def __post_init__(self) -> None:
        """Refuse a plan that cannot be read, or that plans other than the seats there are."""
        planned = len(Plan.read(self.plan).seats)
        if self.plan and planned != self.seats:
            raise ValueError(f"席位安排里有 {planned} 个席位，席位数是 {self.seats}")


class Manner(StrEnum):
    """How a seat was filled."""

    ELECTED = "elected"
    RECOMMENDED = "recommended"
    APPOINTED = "appointed"
    EMPLOYED = "employed"
    EX_OFFICIO = "ex_officio"
    HELD_FOR = "held_for"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The word that residents read."""
        return _MANNER_TITLES[self]


_MANNER_TITLES = {
    Manner.ELECTED: "选举产生",
    Manner.RECOMMENDED: "推荐产生",
    Manner.APPOINTED: "委派",
    Manner.EMPLOYED: "聘用",
    Manner.EX_OFFICIO: "因职务担任",
    Manner.HELD_FOR: "代为行使",
}


class Seat(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A seat of a body and whether it is filled; who fills it is an appointment.

    ``until`` is the last day of its holder's term. ``matter`` is the matter in which it was filled or left. ``woman``
    is declared by whoever fills the seat, counted and not published. ``holder`` names the body or unit that sits there,
    where no person does.
    """

    code: Annotated[str, line("编号", max_length=KEY_LENGTH)]
    body: Annotated[str, line("组织", max_length=KEY_LENGTH)]
    place: Annotated[str, line("所在地方", max_length=40)]
    seat: Annotated[int, number("席位", least=1, most=999)]
    post: Annotated[SeatPost, choice("职务")]
    filled: Annotated[bool, yes_no("在任")]
    since: Annotated[date, day("自")]
    until: Annotated[date | None, day("任期到")] = None
    sort: Annotated[Sort | None, choice("来自")] = None
    manner: Annotated[Manner | None, choice("产生方式")] = None
    group: Annotated[int, number("居民小组", most=9999)] = 0
    votes: Annotated[bool, yes_no("有表决权")] = True
    holder: Annotated[str, line("由哪个组织或单位出任", max_length=KEY_LENGTH)] = ""
    woman: Annotated[bool, yes_no("妇女", INTERNAL)] = False
    matter: Annotated[str, line("有关事项", max_length=60)] = ""

    def held(self, on: date) -> bool:
        """Whether somebody sits there on a day: a term that is over leaves the seat vacant."""
        return self.filled and self.since <= on and (self.until is None or on <= self.until)


class BodyTerm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The term of a body: which one it is, its first and its last day, the election from which it comes."""

    body: Annotated[str, line("组织", max_length=KEY_LENGTH)]
    place: Annotated[str, line("所在地方", max_length=40)]
    number: Annotated[int, number("第几届", most=999)]
    since: Annotated[date, day("任期自")]
    until: Annotated[date, day("任期到")]
    matter: Annotated[str, line("选举", max_length=60)] = ""

    def holds(self, on: date) -> bool:
        """Whether the term runs on a day."""
        return self.since <= on <= self.until


class Constituency(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many there are at a place: the bases of quorum and thresholds. Areas in square centimetres."""

    place: Annotated[str, line("地方", hint="区划代码", max_length=40)]
    adults: Annotated[int, number("十八周岁以上居民")] = 0
    households: Annotated[int, number("户数")] = 0
    groups: Annotated[int, number("居民小组")] = 0
    representatives: Annotated[int, number("居民代表")] = 0
    owners: Annotated[int, number("业主人数")] = 0
    area_cm2: Annotated[int, number("专有部分面积（平方厘米）", most=10**15)] = 0


class LastMeeting(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When a body met last and when it will meet, and in which matters; written by the practice of meetings."""

    body: Annotated[str, line("组织", max_length=KEY_LENGTH)]
    place: Annotated[str, line("所在地方", max_length=40)]
    held: Annotated[date | None, day("最近一次会议")] = None
    matter: Annotated[str, line("最近的会议事项", max_length=60)] = ""
    next: Annotated[date | None, day("下一次会议")] = None
    next_matter: Annotated[str, line("下一次会议事项", max_length=60)] = ""


class PlaceFrame(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which frame a place goes by, from the day of the entry on."""

    place: Annotated[str, line("地方", max_length=40)]
    frame: Annotated[str, line("组织架构编号", max_length=60)]
    title: Annotated[str, line("组织架构", max_length=60)] = ""


class Election(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An election as the procedures around it see it: of which body, how, when, and how far it has come."""

    code: Annotated[str, line("选举", max_length=60)]
    title: Annotated[str, line("名称", max_length=100)]
    body: Annotated[str, line("组织", max_length=KEY_LENGTH)]
    place: Annotated[str, line("所在地方", max_length=40)]
    type: Annotated[str, line("选举方式", max_length=40)]
    election_day: Annotated[date, day("选举日")]
    registering: Annotated[bool, yes_no("正在登记选民")]
    voters: Annotated[int, number("选民人数")] = 0


_BY_HAND = (STREET, ADMINISTRATOR)

BODIES = Register("bodies", "组织名册", Body, key="code", place="place", written_by=_BY_HAND)
SEATS = Register("body_seats", "席位", Seat, key="code", place="place", written_by=_BY_HAND)
TERMS = Register("body_terms", "届次", BodyTerm, key="body", place="place", written_by=_BY_HAND)
CONSTITUENCIES = Register(
    "constituencies", "居民底数", Constituency, key="place", place="place", written_by=(COMMITTEE, *_BY_HAND)
)
LAST_MEETINGS = Register(
    "body_meetings", "最近会议", LastMeeting, key="body", place="place", written_by=_BY_HAND
)
ELECTIONS = Register("elections", "选举", Election, key="code", place="place")
PLACE_FRAMES = Register("place_frames", "组织架构", PlaceFrame, key="place", place="place")
