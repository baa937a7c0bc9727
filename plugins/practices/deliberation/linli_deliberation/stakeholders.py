"""Who has a stake: the kinds of people and units that are invited to deliberate, and whether they came."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated

from msgspec import Struct

from linli.forms import choice, line, yes_no


class Stakeholder(StrEnum):
    """A kind of stakeholder. Units and kinds of people, never a person."""

    PARTY = "party"
    COMMITTEE = "committee"
    PROPERTY_FIRM = "property_firm"
    OWNERS_COMMITTEE = "owners_committee"
    ORGANIZATION = "organization"
    RESIDENTS = "residents"
    FIRM = "firm"
    SHOP = "shop"
    UNIT = "unit"
    SOCIAL_WORKER = "social_worker"
    DEPARTMENT = "department"
    STREET = "street"
    DEPUTY = "deputy"
    EXPERT = "expert"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The word that residents read."""
        return _TITLES[self.value]


_TITLES = {
    "party": "党组织",
    "committee": "居民委员会",
    "property_firm": "物业服务企业",
    "owners_committee": "业主委员会",
    "organization": "社会组织",
    "residents": "居民",
    "firm": "企业",
    "shop": "商户",
    "unit": "辖区单位",
    "social_worker": "社会工作者",
    "department": "政府部门",
    "street": "街道办事处",
    "deputy": "人大代表、政协委员",
    "expert": "专业人员",
}


class Invited(Struct, frozen=True, forbid_unknown_fields=True):
    """One that was invited, and whether it came. ``who`` names a unit or says which people, not a person."""

    kind: Annotated[Stakeholder, choice("哪一方")]
    who: Annotated[str, line("名称或哪些人", hint="写单位名称，不写个人姓名", max_length=60)] = ""
    came: Annotated[bool, yes_no("到会")] = False


def kinds_among(invited: Iterable[Invited], *, came: bool = False) -> set[Stakeholder]:
    """The kinds that were invited, or of those the ones that came."""
    return {each.kind for each in invited if each.came or not came}
