"""What a meeting is asked: who wants it called, how it is called, who came, what was voted, what was written down.

Counting units follow the law of the body: adults, households (one each), delegates of groups, members, owners. Areas
are whole square centimetres. Nobody is named: people who sign, check in or vote are the matter's pseudonyms.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from msgspec import Struct

from linli.forms import INTERNAL, PUBLIC, choice, day, document, line, number, person, rows, text, yes_no
from linli_bodies.registers import BODIES
from linli_deliberation.stakeholders import Invited


class Basis(StrEnum):
    """What is counted."""

    ADULTS = "adults"
    HOUSEHOLDS = "households"
    GROUPS = "groups"
    DELEGATES = "delegates"
    REPRESENTATIVES = "representatives"
    MEMBERS = "members"
    OWNERS = "owners"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The word that residents read."""
        return _BASES[self.value][0]

    @property
    def unit(self) -> str:
        """The unit of a count."""
        return _BASES[self.value][1]


_BASES = {
    "adults": ("十八周岁以上居民", "人"),
    "households": ("户的代表", "户"),
    "groups": ("居民小组", "个小组"),
    "delegates": ("居民小组选举的代表", "人"),
    "representatives": ("居民代表", "人"),
    "members": ("组成人员", "人"),
    "owners": ("业主", "人"),
}


class Manner(StrEnum):
    """What kind of meeting it is."""

    DECIDING = "deciding"
    JOINT = "joint"
    CO_CONSULTATION = "co_consultation"
    APPRAISAL = "appraisal"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The word that residents read."""
        return _MANNERS[self.value]


_MANNERS = {
    "deciding": "议决会议",
    "joint": "联席会议",
    "co_consultation": "议事协商会议",
    "appraisal": "评议会",
}


class ItemKind(StrEnum):
    """What an item of the agenda is about; whose it is to decide follows from it."""

    ORDINARY = "ordinary"
    PROJECT = "project"
    IMPORTANT = "important"
    COMPACT = "compact"
    REPORT = "report"
    DELEGATION = "delegation"
    OWNERS = "owners"
    OWNERS_WEIGHTY = "owners_weighty"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The word that residents read."""
        return _ITEMS[self.value]


_ITEMS = {
    "ordinary": "一般议题",
    "project": "项目",
    "important": "涉及全体居民利益的重要事项",
    "compact": "自治章程、居民公约",
    "report": "年度工作报告和评议",
    "delegation": "授权居民代表会议决定",
    "owners": "业主共同决定的事项",
    "owners_weighty": "业主共同决定的重大事项",
}

# What the residents' assembly decides, or lets the representatives decide.
OF_ALL_RESIDENTS = (ItemKind.IMPORTANT, ItemKind.COMPACT, ItemKind.REPORT)
OF_OWNERS = (ItemKind.OWNERS, ItemKind.OWNERS_WEIGHTY)


class AgendaItem(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing to be decided. ``about`` is the matter it concerns, ``hearing`` the hearing that was held on it.

    ``delegated`` is the resolution by which the residents' assembly let the representatives decide.
    """

    title: Annotated[str, line("议题", max_length=80)]
    kind: Annotated[ItemKind, choice("性质")] = ItemKind.ORDINARY
    about: Annotated[str, line("有关事项编号", max_length=80)] = ""
    hearing: Annotated[str, line("听证会编号", max_length=80)] = ""
    delegated: Annotated[str, line("居民会议授权的决议编号", max_length=120)] = ""
    sponsor: Annotated[str, line("由谁提出", hint="组织名称", max_length=60)] = ""


class Demand(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A demand that a body be called; whoever makes it is the first to sign."""

    body: Annotated[str, line("要求召集哪个会议", hint="组织编号", max_length=100, names=BODIES.id)]
    basis: Annotated[Basis, choice("由谁提议")]
    topic: Annotated[str, line("要讨论什么", max_length=80)]
    household: Annotated[str, line("户编号", INTERNAL, hint="以户提议的填写", max_length=40)] = ""
    signed_on_paper: Annotated[int, number("纸质签名数", hint="没有逐人登记的", most=10**6)] = 0
    sheet: Annotated[str, document("签名册")] = ""


class Signature(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One more who signs."""

    household: Annotated[str, line("户编号", INTERNAL, hint="以户提议的填写", max_length=40)] = ""


class OnSheet(Struct, frozen=True, forbid_unknown_fields=True):
    """One line of a paper sheet: who, and for which household."""

    who: Annotated[str, person("人员标识")]
    household: Annotated[str, line("户编号", INTERNAL, max_length=40)] = ""


class Sheet(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A paper sheet, line by line; who is counted already is not counted again."""

    lines: Annotated[tuple[OnSheet, ...], rows("纸质名单", INTERNAL, most=500)]
    sheet: Annotated[str, document("扫描件")] = ""


class Convening(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a meeting is called.

    ``convener`` is the body that calls. ``base`` is how many there are of what is counted, ``representatives`` how many
    of the members are residents' representatives; ``area_cm2`` the area of all owners. ``special`` says why notice is
    short. ``discussed_by_party`` is the day on which the party organisation discussed the important items.
    """

    body: Annotated[str, line("什么会议", hint="组织编号", max_length=100, names=BODIES.id)]
    convener: Annotated[str, line("由谁召集", hint="组织编号", max_length=100, names=BODIES.id)]
    manner: Annotated[Manner, choice("会议种类")] = Manner.DECIDING
    basis: Annotated[Basis, choice("按什么计数")]
    base: Annotated[int, number("应到", most=10**6)]
    representatives: Annotated[int, number("其中居民代表", most=10**6)] = 0
    area_cm2: Annotated[int, number("专有部分总面积（平方厘米）", most=10**15)] = 0
    held_on: Annotated[date, day("开会日期")]
    hour: Annotated[str, line("时间", hint="24小时制，如 19:00", max_length=5)] = ""
    venue: Annotated[str, line("地点", max_length=60)] = ""
    online: Annotated[bool, yes_no("可以网上参加")] = False
    agenda: Annotated[tuple[AgendaItem, ...], rows("议程", most=60)] = ()
    special: Annotated[str, line("临时通知的特殊情况", hint="提前通知不足法定天数时写明")] = ""
    discussed_by_party: Annotated[date | None, day("社区党组织研究讨论的日期")] = None
    invited: Annotated[tuple[Invited, ...], rows("邀请", most=60)] = ()


class CheckIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody is there, online or at the door; a household is counted once, whoever comes for it."""

    household: Annotated[str, line("户编号", INTERNAL, hint="按户计数的会议填写", max_length=40)] = ""


class Attendance(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The count of those present: those who checked in or stand on sheets, and others counted on paper."""

    on_paper: Annotated[int, number("另有纸质签到", hint="没有逐人登记的人数", most=10**6)] = 0
    area_cm2: Annotated[int, number("到会业主的专有部分面积（平方厘米）", most=10**15)] = 0
    came: Annotated[tuple[Invited, ...], rows("受邀各方", most=60)] = ()
    sheet: Annotated[str, document("签到表")] = ""


class Voice(StrEnum):
    """How somebody votes."""

    FOR = "for"
    AGAINST = "against"
    ABSTAIN = "abstain"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The word that residents read."""
        return {"for": "同意", "against": "反对", "abstain": "弃权"}[self.value]


class Cast(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An open vote on one item by somebody who is there."""

    item: Annotated[int, number("第几项议题", least=1, most=60)]
    voice: Annotated[Voice, choice("意见")]


class CastOnSheet(Struct, frozen=True, forbid_unknown_fields=True):
    """One line of a sheet of open votes."""

    who: Annotated[str, person("人员标识")]
    voice: Annotated[Voice, choice("意见", INTERNAL)]


class VotingSheet(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Open votes on one item from paper; who has voted already is not counted again."""

    item: Annotated[int, number("第几项议题", least=1, most=60)]
    lines: Annotated[tuple[CastOnSheet, ...], rows("表决单", INTERNAL, most=500)]


class Count(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The count on one item: votes that were not given one by one; those that were are added.

    ``tally`` names the count of a secret ballot on the item: then its figures are the count. ``executor`` and
    ``supervisor`` name bodies or units that carry the decision out and watch over it; ``use_of_opinions`` says what
    became of what a hearing said.
    """

    item: Annotated[int, number("第几项议题", least=1, most=60)]
    votes_for: Annotated[int, number("同意", most=10**6)] = 0
    votes_against: Annotated[int, number("反对", most=10**6)] = 0
    abstained: Annotated[int, number("弃权", most=10**6)] = 0
    area_for_cm2: Annotated[int, number("同意的专有部分面积（平方厘米）", most=10**15)] = 0
    tally: Annotated[str, line("计票结果编号", hint="无记名投票表决的填写", max_length=120)] = ""
    executor: Annotated[str, line("由谁执行", max_length=100, names=BODIES.id)] = ""
    supervisor: Annotated[str, line("由谁监督", max_length=100, names=BODIES.id)] = ""
    use_of_opinions: Annotated[str, line("听证意见怎样采纳")] = ""
    reason: Annotated[str, line("更正理由", hint="重新清点时填写")] = ""


class Shared(Struct, frozen=True, forbid_unknown_fields=True):
    """What one side brings: space, people, things, money."""

    who: Annotated[str, line("单位", max_length=60)]
    what: Annotated[str, line("提供什么", max_length=80)]


class Minutes(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was written down: a sentence that goes out, the minutes themselves after review, what units will share."""

    summary: Annotated[str, line("会议结果", PUBLIC)]
    minutes: Annotated[str, text("会议记录", PUBLIC)] = ""
    resources: Annotated[tuple[Shared, ...], rows("共享的资源", most=60)] = ()


class Progress(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a decision is being carried out."""

    item: Annotated[int, number("第几项议题", least=1, most=60)]
    done: Annotated[bool, yes_no("已经办结")]
    said: Annotated[str, line("进展", PUBLIC)]
    evidence: Annotated[str, document("材料")] = ""


class Sitting(Struct, frozen=True, kw_only=True):
    """What rules see of a meeting when it is called and when those present are counted.

    ``demanded``: enough have asked for it. ``counted``: those present are known; ``present`` counts each once.
    """

    call: Convening
    place: str
    demanded: bool = False
    counted: bool = False
    present: int = 0
    area_present_cm2: int = 0
    came: tuple[Invited, ...] = ()


class Asking(Struct, frozen=True, kw_only=True):
    """What rules see of a demand: it, its place, how many have signed so far, each once; who stands on a sheet."""

    demand: Demand
    place: str
    signed: int
    named: tuple[str, ...] = ()


class Ballot(Struct, frozen=True, kw_only=True):
    """What rules see of a vote on one item: the meeting, the item, its number, the votes, each once.

    ``inquorate`` is the reason why the meeting could not decide, empty where it could.
    """

    sitting: Sitting
    item: AgendaItem
    count: Count
    votes_for: int
    votes_against: int
    abstained: int
    inquorate: str = ""

    @property
    def body(self) -> str:
        """The key of the body that votes."""
        return self.sitting.call.body

    @property
    def cast(self) -> int:
        """All votes, abstentions too."""
        return self.votes_for + self.votes_against + self.abstained


class Conclusion(Struct, frozen=True, kw_only=True):
    """What rules see when a meeting is written down: the meeting, its minutes, how many items were voted on."""

    sitting: Sitting
    minutes: Minutes
    voted: int
