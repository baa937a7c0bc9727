"""What somebody is in a body, from which side, and in which order the seats are numbered."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct


class SeatPost(StrEnum):
    """What the holder of a seat is in its body."""

    SECRETARY = "secretary"
    DEPUTY_SECRETARY = "deputy_secretary"
    CHAIR = "chair"
    VICE_CHAIR = "vice_chair"
    MEMBER = "member"
    REPRESENTATIVE = "representative"
    HEAD = "head"
    STAFF = "staff"
    COMMISSIONER = "commissioner"
    UNIT = "unit"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The word that residents read."""
        return _POST_TITLES[self]


_POST_TITLES = {
    SeatPost.SECRETARY: "书记",
    SeatPost.DEPUTY_SECRETARY: "副书记",
    SeatPost.CHAIR: "主任",
    SeatPost.VICE_CHAIR: "副主任",
    SeatPost.MEMBER: "委员",
    SeatPost.REPRESENTATIVE: "代表",
    SeatPost.HEAD: "负责人",
    SeatPost.STAFF: "工作人员",
    SeatPost.COMMISSIONER: "专员",
    SeatPost.UNIT: "成员单位",
}


class Sort(StrEnum):
    """From which side a member comes; a body may need some of each."""

    RESIDENT = "resident"
    FLOATING = "floating"
    STANDING_MEMBER = "standing_member"
    COMMITTEE = "committee"
    PARTY = "party"
    OWNER = "owner"
    OWNERS_COMMITTEE = "owners_committee"
    PROPERTY = "property"
    ORGANIZATION = "organization"
    SOCIAL_WORKER = "social_worker"
    COMMUNITY_WORKER = "community_worker"
    UNIT = "unit"
    DEPARTMENT = "department"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The word that residents read."""
        return _SORT_TITLES[self]


_SORT_TITLES = {
    Sort.RESIDENT: "居民",
    Sort.FLOATING: "流动人口",
    Sort.STANDING_MEMBER: "居民会议常务会成员",
    Sort.COMMITTEE: "居委会成员",
    Sort.PARTY: "党组织成员",
    Sort.OWNER: "业主",
    Sort.OWNERS_COMMITTEE: "业主委员会成员",
    Sort.PROPERTY: "物业企业人员",
    Sort.ORGANIZATION: "社会组织代表",
    Sort.SOCIAL_WORKER: "社会工作者",
    Sort.COMMUNITY_WORKER: "社区工作者",
    Sort.UNIT: "驻区单位代表",
    Sort.DEPARTMENT: "政府部门人员",
}


class Planned(Struct, frozen=True):
    """What a seat is for: a post, and the side from which whoever sits there comes."""

    post: SeatPost
    sort: Sort | None = None


class Plan(Struct, frozen=True):
    """The seats of a body in the order of their numbers, from 1 on.

    Written as ``chair:1,vice_chair:1,member:5:resident``: post, how many, and the side where it matters.
    """

    seats: tuple[Planned, ...] = ()

    @classmethod
    def read(cls, written: str) -> Plan:
        """The plan that is written; raises ValueError for what cannot be read."""
        seats: list[Planned] = []
        for part in filter(None, (each.strip() for each in written.split(","))):
            post, _, rest = part.partition(":")
            count, _, sort = rest.partition(":")
            if not count.isdigit() or not 0 < int(count) < 1000:
                raise ValueError(f"席位安排里的“{part}”看不懂，写成 chair:1,member:5:resident")
            seats += [Planned(SeatPost(post), Sort(sort) if sort else None)] * int(count)
        return cls(tuple(seats))

    @classmethod
    def of(cls, wanted: Iterable[tuple[SeatPost, int, Sort | None]], head: SeatPost) -> Plan:
        """The plan of so many seats each; those of the head come first."""
        ordered = sorted(wanted, key=lambda each: each[0] is not head)
        return cls(tuple(Planned(post, sort) for post, count, sort in ordered for _ in range(count)))

    def plus(self, more: Plan) -> Plan:
        """The plan with more seats behind."""
        return Plan((*self.seats, *more.seats))

    def write(self) -> str:
        """The plan as it is written, runs of like seats together."""
        runs: list[tuple[Planned, int]] = []
        for seat in self.seats:
            if runs and runs[-1][0] == seat:
                runs[-1] = (seat, runs[-1][1] + 1)
            else:
                runs.append((seat, 1))
        return ",".join(f"{s.post}:{count}" + (f":{s.sort}" if s.sort else "") for s, count in runs)

    def at(self, number: int) -> Planned | None:
        """What the seat of a number is for, or None where there is no such seat."""
        return self.seats[number - 1] if 0 < number <= len(self.seats) else None
