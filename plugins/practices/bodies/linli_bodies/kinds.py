"""Kinds of bodies as data: where a body of the kind can stand, who sits in it by post, which members it must have.

The constants say what a kind is; from when on it is known at a place, and by which text, is said by the plugins that
bring it (`BodyKind.by`) through the hook ``bodies_kinds``. So a kind that only one place has is that place's.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from msgspec import Struct, structs

from linli.citations import Citation
from linli.places import Level
from linli_bodies.seating import SeatPost, Sort


class BodyKind(Struct, frozen=True, kw_only=True):
    """A kind of body.

    ``levels``: of which places a body of the kind can be one. ``head``: the post that leads it. ``seats``: the fewest
    and the most seats, (0, 0) where a text gives none. ``sorts``: sides of which it needs at least one member each.
    ``chartered``: it must have a charter. ``hangs_on``: kinds of the one body above it. ``gathers``: everyone of a
    roll takes part (an assembly), so that nobody is seated. ``role``: the post that whoever sits there gets; the kind's
    own id where none is named. ``since`` and ``until``: the days between which the kind is known, both inclusive;
    ``cites`` on which texts it rests.
    """

    id: str
    title: str
    levels: tuple[Level, ...] = (Level.COMMUNITY,)
    head: SeatPost = SeatPost.CHAIR
    seats: tuple[int, int] = (0, 0)
    sorts: tuple[Sort, ...] = ()
    chartered: bool = False
    hangs_on: tuple[str, ...] = ()
    gathers: bool = False
    role: str = ""
    does: str = ""
    since: date = date.min
    until: date | None = None
    cites: tuple[Citation, ...] = ()

    def by(
        self,
        *cites: Citation,
        since: date | None = None,
        until: date | None = None,
        title: str = "",
        sorts: tuple[Sort, ...] = (),
        seats: tuple[int, int] | None = None,
        does: str = "",
    ) -> BodyKind:
        """The kind as texts know it; the dates default to those of the first text, the rest to what the kind says."""
        first = cites[0].source
        return structs.replace(
            self,
            cites=cites,
            since=since or first.since,
            until=until or first.until,
            title=title or self.title,
            sorts=sorts or self.sorts,
            seats=seats or self.seats,
            does=does or self.does,
        )

    def roles(self, post: SeatPost) -> tuple[str, ...]:
        """The ids of the posts that come with a seat: the kind's role, and for its head one more."""
        if post is SeatPost.COMMISSIONER:
            return ("community_commissioner",)
        role = self.role or self.id
        return (role, f"{self.id}_head") if post is self.head else (role,)

    def label(self) -> str:
        """The first article on which the kind rests, as a sentence names it; empty where none is known."""
        return self.cites[0].label if self.cites else ""

    def known(self, on: date) -> bool:
        """Whether the kind is known on a day."""
        return self.since <= on and (self.until is None or on <= self.until)


def kind_on(kinds: Iterable[BodyKind], id: str, on: date) -> BodyKind | None:
    """The kind of an id as it is known on a day: of several, the one that began last."""
    found = [kind for kind in kinds if kind.id == id and kind.known(on)]
    return max(found, key=lambda kind: kind.since, default=None)


_LEAVES = (Level.NEIGHBOURHOOD, Level.GRID_CELL, Level.COURTYARD, Level.BUILDING)
_WITHIN = (Level.COMMUNITY, *_LEAVES)

STREET_PARTY_COMMITTEE = BodyKind(
    id="street_party_committee", title="街道党工委", levels=(Level.STREET,), head=SeatPost.SECRETARY
)
STREET_OFFICE = BodyKind(
    id="street_office", title="街道办事处", levels=(Level.STREET,), head=SeatPost.CHAIR, role="street"
)
PARTY_COMMITTEE = BodyKind(
    id="party_committee", title="社区党组织", head=SeatPost.SECRETARY, role="party_org"
)
PARTY_BRANCH = BodyKind(id="party_branch", title="党支部", levels=_WITHIN, head=SeatPost.SECRETARY)
PARTY_GROUP = BodyKind(id="party_group", title="党小组", levels=_WITHIN, head=SeatPost.HEAD)
JOINT_BRANCH = BodyKind(
    id="joint_branch",
    title="联合党支部",
    levels=_WITHIN,
    head=SeatPost.SECRETARY,
    sorts=(Sort.RESIDENT, Sort.FLOATING, Sort.PROPERTY),
)
PARTY_JOINT_MEETING = BodyKind(id="party_joint_meeting", title="党建工作联席会议", sorts=(Sort.UNIT,))
RESIDENTS_ASSEMBLY = BodyKind(id="residents_assembly", title="居民会议", gathers=True)
RESIDENTS_ASSEMBLY_STANDING = BodyKind(
    id="residents_assembly_standing", title="居民会议常务会", hangs_on=("residents_assembly",)
)
REPRESENTATIVE_ASSEMBLY = BodyKind(
    id="representative_assembly",
    title="居民代表会议",
    hangs_on=("residents_assembly",),
    role="representative",
)
STANDING_REPRESENTATIVE_COUNCIL = BodyKind(
    id="standing_representative_council", title="居民常务代表会议", sorts=(Sort.RESIDENT,)
)
ASSEMBLY_WORKING_COMMITTEE = BodyKind(id="assembly_working_committee", title="居民代表会议工作委员会")
REPRESENTATIVES_SUPERVISION_COMMITTEE = BodyKind(
    id="representatives_supervision_committee", title="居民代表委员会"
)
COMMUNITY_CONSULTATIVE_ASSEMBLY = BodyKind(id="community_consultative_assembly", title="社区代表会议")
RESIDENTS_COMMITTEE = BodyKind(id="residents_committee", title="居民委员会", role="committee")
RESIDENT_GROUP = BodyKind(
    id="resident_group",
    title="居民小组",
    levels=_WITHIN,
    head=SeatPost.HEAD,
    hangs_on=("residents_committee",),
)
ELECTION_COMMITTEE = BodyKind(id="election_committee", title="居民选举委员会", role="election_committee")
AFFAIRS_SUPERVISION_COMMITTEE = BodyKind(
    id="affairs_supervision_committee", title="居务监督委员会", role="affairs_supervision"
)
SERVICE_STATION = BodyKind(
    id="service_station",
    title="社区服务站",
    levels=(Level.COMMUNITY, Level.STREET),
    head=SeatPost.HEAD,
    role="station",
)
COMMUNITY_OFFICE = BodyKind(id="community_office", title="社区办公室", head=SeatPost.HEAD)
OWNERS_ASSEMBLY = BodyKind(id="owners_assembly", title="业主大会", levels=_WITHIN, gathers=True)
OWNERS_COMMITTEE = BodyKind(
    id="owners_committee", title="业主委员会", levels=_WITHIN, hangs_on=("owners_assembly",)
)
PROPERTY_MANAGEMENT_COMMITTEE = BodyKind(
    id="property_management_committee", title="物业管理委员会", levels=_WITHIN
)
PROPERTY_FIRM = BodyKind(id="property_firm", title="物业服务企业", levels=_WITHIN, head=SeatPost.HEAD)
NEIGHBOURHOOD_COUNCIL = BodyKind(
    id="neighbourhood_council", title="邻里理事会", levels=(Level.NEIGHBOURHOOD,), role="convener"
)
PARTY_MASS_COUNCIL = BodyKind(
    id="party_mass_council",
    title="党群议事会",
    levels=(Level.COMMUNITY, Level.NEIGHBOURHOOD),
    role="convener",
)
COMMUNITY_DEVELOPMENT_ASSOCIATION = BodyKind(
    id="community_development_association",
    title="社区发展协会",
    sorts=(
        Sort.COMMITTEE,
        Sort.RESIDENT,
        Sort.OWNERS_COMMITTEE,
        Sort.PROPERTY,
        Sort.ORGANIZATION,
        Sort.SOCIAL_WORKER,
        Sort.UNIT,
    ),
)
SELF_GOVERNMENT_CARRIER = BodyKind(
    id="self_government_carrier",
    title="居民自治载体",
    levels=_LEAVES,
    hangs_on=("community_development_association",),
)
COMMUNITY_FORUM = BodyKind(
    id="community_forum", title="社区议事厅", hangs_on=("residents_committee",), role="convener"
)
GRID_FORUM = BodyKind(
    id="grid_forum",
    title="网格议事会",
    levels=(Level.GRID_CELL,),
    hangs_on=("residents_committee",),
    role="convener",
)
PARTY_MEMBER_PARLOUR = BodyKind(
    id="party_member_parlour", title="党员会客厅", levels=_WITHIN, hangs_on=("party_committee",)
)
SELF_MANAGEMENT_COMMITTEE = BodyKind(
    id="self_management_committee",
    title="院落自管会",
    levels=(Level.COURTYARD,),
    chartered=True,
    hangs_on=("residents_committee",),
)
PARKING_COMMITTEE = BodyKind(
    id="parking_committee",
    title="停车自管会",
    levels=(Level.COURTYARD, Level.BUILDING, Level.GRID_CELL, Level.NEIGHBOURHOOD),
    chartered=True,
    hangs_on=("residents_committee",),
)
GRID_SELF_MANAGEMENT_GROUP = BodyKind(
    id="grid_self_management_group",
    title="网格自治小组",
    levels=(Level.GRID_CELL,),
    head=SeatPost.HEAD,
    chartered=True,
    hangs_on=("residents_committee",),
)
SERVICE_CENTRE_COMMITTEE = BodyKind(
    id="service_centre_committee",
    title="邻里服务中心自管会",
    levels=(Level.COMMUNITY, Level.NEIGHBOURHOOD),
    chartered=True,
    hangs_on=("residents_committee",),
)
SECTOR_DIRECTOR = BodyKind(
    id="sector_director", title="分片主任", levels=_WITHIN, head=SeatPost.HEAD, seats=(1, 1)
)
LANE_HEAD = BodyKind(id="lane_head", title="巷长", levels=_WITHIN, head=SeatPost.HEAD, seats=(1, 1))
BUILDING_HEAD = BodyKind(
    id="building_head", title="楼门院长", levels=_LEAVES, head=SeatPost.HEAD, seats=(1, 1)
)
VOLUNTEER_TEAM = BodyKind(id="volunteer_team", title="志愿者队伍", levels=_WITHIN, head=SeatPost.HEAD)
SOCIAL_ORGANIZATIONS = BodyKind(id="social_organizations", title="社区社会组织", head=SeatPost.HEAD)
STAKEHOLDERS = BodyKind(id="stakeholders", title="社区各利益方", gathers=True)

ALL_KINDS = tuple(value for value in tuple(vars().values()) if isinstance(value, BodyKind))
TITLES = {kind.id: kind.title for kind in ALL_KINDS}
