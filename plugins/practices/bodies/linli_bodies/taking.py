"""What is given where somebody takes a seat or leaves it, and what rules see of it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from msgspec import Struct

from linli.forms import INTERNAL, choice, day, line, number, person, text, yes_no
from linli_bodies.keys import kind_of, place_of
from linli_bodies.registers import BODIES, KEY_LENGTH, Manner
from linli_bodies.seating import Sort


class Relatives(StrEnum):
    """What whoever takes a seat declares about near relatives among those from whom the law keeps them apart."""

    NONE = "none"
    SOME = "some"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The label in forms."""
        return {"none": "没有近亲属", "some": "有近亲属"}[self.value]


class Reason(StrEnum):
    """Why a seat falls vacant."""

    RESIGNED = "resigned"
    REPLACED = "replaced"
    RECALLED = "recalled"
    INCOMPETENT = "incompetent"
    SENTENCED = "sentenced"
    INCAPABLE = "incapable"
    MOVED = "moved"
    DIED = "died"
    DISMISSED = "dismissed"
    ANNULLED = "annulled"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The label that residents read."""
        return _REASON_TITLES[self]


_REASON_TITLES = {
    Reason.RESIGNED: "辞职",
    Reason.REPLACED: "调整",
    Reason.RECALLED: "罢免",
    Reason.INCOMPETENT: "连续两次评议不称职",
    Reason.SENTENCED: "被判处刑罚",
    Reason.INCAPABLE: "丧失行为能力",
    Reason.MOVED: "不再住在（在职于）本社区",
    Reason.DIED: "去世",
    Reason.DISMISSED: "解聘",
    Reason.ANNULLED: "当选无效",
}


class Taking(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody, or a unit, takes a seat.

    ``relatives`` and ``woman`` are declared by whoever takes the seat: they are counted and judged, never published.
    ``reference`` names the election, the resolution or the paper that it rests on.
    """

    body: Annotated[str, line("组织", hint="组织编号", max_length=KEY_LENGTH, names=BODIES.id)]
    seat: Annotated[int, number("第几个席位", least=1, most=999)]
    manner: Annotated[Manner, choice("产生方式")]
    who: Annotated[str, person("谁")] = ""
    holder: Annotated[
        str, line("由哪个单位或组织出任", hint="单位席位填", max_length=KEY_LENGTH, names=BODIES.id)
    ] = ""
    sort: Annotated[Sort | None, choice("来自")] = None
    until: Annotated[date | None, day("任期（聘期）到", hint="不填就随本届任期")] = None
    lives_here: Annotated[bool, yes_no("住在（或业主在）这里")] = True
    relatives: Annotated[Relatives | None, choice("近亲属情况声明", INTERNAL)] = None
    woman: Annotated[bool, yes_no("妇女", INTERNAL)] = False
    rank: Annotated[str, line("职级", hint="委派干部的填", max_length=20)] = ""
    group: Annotated[int, number("居民小组", most=9999)] = 0
    votes: Annotated[bool, yes_no("有表决权")] = True
    reference: Annotated[str, line("依据", hint="选举、决议或文件的编号", max_length=120)] = ""
    title: Annotated[str, line("席位名称", hint="不用填，由组织名称和职务得出", max_length=100)] = ""


class TakingAt(Taking, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The taking of a seat as rules see it: with the place of the matter."""

    place: Annotated[str, line("地方", max_length=40)] = ""

    @property
    def kind(self) -> str:
        """The kind of the body."""
        return kind_of(self.body)

    @property
    def body_place(self) -> str:
        """The place of the body."""
        return place_of(self.body)


class Leaving(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A seat falls vacant."""

    reason: Annotated[Reason, choice("原因")]
    reference: Annotated[str, line("依据", hint="决议或文件的编号", max_length=120)] = ""


class LeavingAt(Leaving, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A leaving as rules see it: with the body, the seat and how it was filled."""

    body: Annotated[str, line("组织", max_length=KEY_LENGTH, names=BODIES.id)] = ""
    seat: Annotated[int, number("席位", least=1, most=999)] = 1
    manner: Annotated[Manner, choice("产生方式")] = Manner.APPOINTED

    @property
    def kind(self) -> str:
        """The kind of the body."""
        return kind_of(self.body)


class Release(Leaving, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A seat that was entered by hand falls vacant."""

    body: Annotated[str, line("组织", max_length=KEY_LENGTH, names=BODIES.id)]
    seat: Annotated[int, number("第几个席位", least=1, most=999)]


class Base(StrEnum):
    """Of whom a share is counted."""

    RESIDENTS = "residents"
    HOUSEHOLDS = "households"
    REPRESENTATIVES = "representatives"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The label that residents read."""
        return {"residents": "有选举权的居民", "households": "户的代表", "representatives": "居民代表"}[
            self.value
        ]


class Petition(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """So many of so many ask for a recall, and say why."""

    base: Annotated[Base, choice("由谁联名")]
    whole: Annotated[int, number("总数")]
    signers: Annotated[int, number("联名人数")]
    why: Annotated[str, text("罢免理由", INTERNAL)]


class PetitionAt(Petition, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A petition as rules see it: with the body and how its member came there."""

    body: Annotated[str, line("组织", max_length=KEY_LENGTH, names=BODIES.id)] = ""
    manner: Annotated[Manner, choice("产生方式")] = Manner.ELECTED


class Defence(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What whoever is to be recalled has to say."""

    said: Annotated[str, text("申辩意见", INTERNAL)]


class RecallVote(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The vote on a recall, held as the election was: how many could, did, and were for it."""

    base: Annotated[Base, choice("由谁投票")]
    whole: Annotated[int, number("总数")]
    voted: Annotated[int, number("投票人数")]
    in_favour: Annotated[int, number("同意罢免")]
    tally: Annotated[str, line("计票结果编号", max_length=120)] = ""


class RecallVoteAt(RecallVote, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A vote on a recall as rules see it."""

    body: Annotated[str, line("组织", max_length=KEY_LENGTH, names=BODIES.id)] = ""
    defended: Annotated[bool, yes_no("听取了申辩")] = False
