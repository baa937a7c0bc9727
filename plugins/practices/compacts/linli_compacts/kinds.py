"""Kinds of compacts, how firm a text is (a trial, an agreement, a compact), the vehicles that it may cover."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What a compact is for. The first two are those of the law on residents' committees."""

    CHARTER = "charter"
    COMMUNITY = "community"
    ESTATE_OR_LANE = "estate_or_lane"
    COURTYARD = "courtyard"
    SELF_MANAGEMENT = "self_management"
    PARKING = "parking_compact"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The label that residents read."""
        return _KIND_TITLES[self]

    @property
    def of_the_whole(self) -> bool:
        """Whether it binds the whole community, and not a unit that is smaller."""
        return self in (Kind.CHARTER, Kind.COMMUNITY)


_KIND_TITLES = {
    Kind.CHARTER: "居民自治章程",
    Kind.COMMUNITY: "社区居民公约",
    Kind.ESTATE_OR_LANE: "小区、胡同居民自治公约",
    Kind.COURTYARD: "小院公约",
    Kind.SELF_MANAGEMENT: "自管公约",
    Kind.PARKING: "停车自治公约",
}


class Nature(StrEnum):
    """How firm a text is: tried out, agreed among those who use it, or adopted as a compact."""

    TRIAL = "trial"
    AGREEMENT = "agreement"
    COMPACT = "compact"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The label that residents read."""
        return {"trial": "试行规则", "agreement": "协议", "compact": "公约"}[self.value]


class Vehicle(StrEnum):
    """A class of vehicles."""

    CAR = "car"
    MOTORCYCLE = "motorcycle"
    E_BIKE = "e_bike"
    BICYCLE = "bicycle"
    TRICYCLE = "tricycle"
    PRAM = "pram"
    WHEELCHAIR = "wheelchair"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The label that residents read."""
        return _VEHICLE_TITLES[self]


_VEHICLE_TITLES = {
    Vehicle.CAR: "小汽车",
    Vehicle.MOTORCYCLE: "摩托车",
    Vehicle.E_BIKE: "电动自行车",
    Vehicle.BICYCLE: "自行车",
    Vehicle.TRICYCLE: "三轮车",
    Vehicle.PRAM: "婴儿车",
    Vehicle.WHEELCHAIR: "轮椅车",
}


class TextStage(StrEnum):
    """Where a text stands: read by residents, adopted and not yet in force, in force or once in force, given up."""

    CONSULTED = "consulted"
    ADOPTED = "adopted"
    FORCE = "force"
    DROPPED = "dropped"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The label that residents read."""
        return {"consulted": "征求意见稿", "adopted": "已通过", "force": "生效文本", "dropped": "没有采用"}[
            self.value
        ]


class Office(StrEnum):
    """With whom a compact is filed."""

    STREET = "street"
    DISTRICT = "district"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The label that residents read."""
        return {"street": "街道办事处", "district": "区人民政府"}[self.value]
