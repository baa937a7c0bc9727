"""The notice of a poll (投票公告): what is voted on, by whom, when, how a ballot is filled in and how it is counted.

A notice is complete: nothing that could decide the result is left to be settled after the first ballot. Its articles,
as residents read them, are in `linli_votes.articles`.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from msgspec import Struct

from linli.forms import choice, choices, day, document, line, money, number, rows
from linli.shares import (
    AT_LEAST_HALF,
    AT_LEAST_ONE_THIRD,
    AT_LEAST_THREE_QUARTERS,
    AT_LEAST_TWO_THIRDS,
    MORE_THAN_HALF,
    Share,
)
from linli_votes.methods import METHODS

MOST_OPTIONS = 200
ID_LENGTH = 12
KEY_LENGTH = 80


class Paper(StrEnum):
    """How a ballot is filled in."""

    CHOOSE_ONE = "choose_one"
    APPROVAL = "approval"
    SOME = "some"
    POINTS = "points"
    RANKED = "ranked"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The words that voters read."""
        return {
            "choose_one": "只选一项",
            "approval": "选几项都可以",
            "some": "最多选若干项",
            "points": "把分数分给各项",
            "ranked": "按喜欢的次序排列",
        }[self.value]

    @property
    def has_points(self) -> bool:
        """Whether choices weigh differently, by points or by rank."""
        return self in (Paper.POINTS, Paper.RANKED)


class Way(StrEnum):
    """The methods that a poll may be counted by: those of `linli_votes.methods`, under the same names."""

    GREEDY = "greedy"
    NO_SKIP = "greedy-no-skip"
    THRESHOLD = "greedy-threshold"
    EXCLUSIVE = "greedy-exclusive"
    POZNAN = "greedy-custom"
    EQUAL_SHARES = "equalshares"
    EQUAL_SHARES_ADD1 = "equalshares/add1"
    EQUAL_SHARES_COMPARISON = "equalshares-comparison"
    EQUAL_SHARES_ADD1_COMPARISON = "equalshares/add1-comparison"
    SCORE = "score"
    SCORE_AND_VOTE = "score-and-vote"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The words that voters read."""
        if self is Way.POZNAN:
            return "按票数从高到低，第一个放不下的为止；余钱够它的八成时可由其他资金补足"
        return METHODS[self.value].title

    @property
    def shares_equally(self) -> bool:
        """Whether the budget is divided equally among voters."""
        return self.value.startswith("equalshares")


class Utility(StrEnum):
    """What a funded project is worth to a supporter, for equal shares."""

    COST = "cost"
    CARDINALITY = "cardinality"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The words that voters read."""
        return {"cost": "按项目的费用", "cardinality": "每个项目一样"}[self.value]


class Needed(StrEnum):
    """The share that has to be met, in the words of the law: 以上 includes the figure itself (民法典 1259)."""

    NONE = "none"
    THIRD = "one_third"
    HALF = "half"
    MAJORITY = "majority"
    TWO_THIRDS = "two_thirds"
    THREE_QUARTERS = "three_quarters"

    @property
    def share(self) -> Share | None:
        """The exact share, None where nothing is needed."""
        return {
            "one_third": AT_LEAST_ONE_THIRD,
            "half": AT_LEAST_HALF,
            "majority": MORE_THAN_HALF,
            "two_thirds": AT_LEAST_TWO_THIRDS,
            "three_quarters": AT_LEAST_THREE_QUARTERS,
        }.get(self.value)

    @property
    def title(self) -> str:  # type: ignore[override]
        """The words that voters read."""
        return self.share.say() if self.share else "没有要求"


class Whole(StrEnum):
    """Of whom an option needs its share."""

    TAKING_PART = "taking_part"
    ELECTORATE = "electorate"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The words that voters read."""
        return {"taking_part": "参加投票的人", "electorate": "有权投票的人"}[self.value]


class Tied(StrEnum):
    """What is done where options that stand equal cannot all win."""

    BY_RULE = "by_rule"
    AGAIN = "again"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The words that voters read."""
        return {"by_rule": "按公布的次序", "again": "都不算入选，另行投票"}[self.value]


class Channel(StrEnum):
    """How ballots come in."""

    ONLINE = "online"
    PAPER = "paper"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The words that voters read."""
        return {"online": "网上", "paper": "纸质"}[self.value]


class Choosable(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An option of a poll. ``cost_fen``: what a project costs; ``score``: points that experts gave it beforehand.

    ``about`` is the number of the matter that the option stands for, where it stands for one: a grant, a proposal.
    """

    id: Annotated[str, line("编号", hint="例如 1、2、3", max_length=ID_LENGTH)]
    title: Annotated[str, line("名称", max_length=60)]
    cost_fen: Annotated[int, money("费用")] = 0
    score: Annotated[int, number("专家得分", most=1000)] = 0
    about: Annotated[str, line("有关事项", hint="这个选项是哪一件事项", max_length=120)] = ""


class Together(Struct, frozen=True, forbid_unknown_fields=True):
    """Options of which at most one may win, because they are meant for the same spot or the same money."""

    options: Annotated[str, line("互斥的选项", hint="写编号，用逗号分开，例如 1,2", max_length=200)]


class Notice(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The notice of a poll. Money in fen; ballots are taken from ``opens`` to ``closes``, both inclusive.

    Either options have costs, and those win that ``budget_fen`` reaches, or they have none, and ``seats`` of them win.
    ``most`` is how many options a ballot names at most (0: all), ``points`` how many points it gives in all, ``least``
    how many options it names at least; 0 lets voters abstain. ``threshold`` is the least number of votes or points of
    a winner. ``passes``: the share of ``whole`` that an option needs besides. ``quorum``: the share of the electorate
    that has to take part. ``key`` is the public tally key, ``roll`` the list of those who may vote, ``electorate`` how
    many they are.
    """

    question: Annotated[str, line("投票事项", max_length=100)]
    options: Annotated[tuple[Choosable, ...], rows("选项", most=MOST_OPTIONS)]
    paper: Annotated[Paper, choice("怎样填票")]
    opens: Annotated[date, day("开始日期")]
    closes: Annotated[date, day("截止日期", hint="这一天还可以投票")]
    electors: Annotated[str, line("谁可以投票", hint="例如：本社区每户一票", max_length=100)]
    roll: Annotated[str, line("名册名称", hint="名册里编号前面的一段", max_length=40)]
    electorate: Annotated[int, number("有权投票的总数", least=1, most=10_000_000)]
    key: Annotated[str, line("计票公钥", hint="由保管计票密钥的人提供", max_length=KEY_LENGTH)]
    method: Annotated[Way, choice("计票方法")] = Way.GREEDY
    seats: Annotated[int, number("选出几项", hint="各项没有费用时填写", most=MOST_OPTIONS)] = 0
    budget_fen: Annotated[int, money("总预算", hint="各项有费用时填写")] = 0
    most: Annotated[int, number("最多选（排）几项", hint="填 0 表示不限", most=MOST_OPTIONS)] = 0
    least: Annotated[int, number("至少选几项", hint="填 0 表示可以投弃权票", most=MOST_OPTIONS)] = 1
    points: Annotated[int, number("每人共几分", hint="分给各项时填写", most=1000)] = 0
    quorum: Annotated[Needed, choice("多少人参加才有效")] = Needed.NONE
    passes: Annotated[Needed, choice("得多少票才通过")] = Needed.NONE
    whole: Annotated[Whole, choice("得票比例以谁为基数")] = Whole.TAKING_PART
    threshold: Annotated[int, number("入选最低票数（分数）", most=10**9)] = 0
    exclusive: Annotated[tuple[Together, ...], rows("互斥的选项", most=50)] = ()
    score_weight: Annotated[int, number("专家得分的权重", most=100)] = 0
    vote_weight: Annotated[int, number("票数的权重", most=100)] = 0
    utility: Annotated[Utility, choice("均等份额的效用")] = Utility.COST
    tied: Annotated[Tied, choice("并列怎么办")] = Tied.BY_RULE
    channels: Annotated[tuple[Channel, ...], choices("投票方式", least=1)] = (Channel.ONLINE, Channel.PAPER)
    counting: Annotated[date | None, day("开票日期", hint="不填为截止后的第一天")] = None
    about: Annotated[str, line("有关事项", hint="为哪一件事投票，填事项编号", max_length=120)] = ""
    basis: Annotated[str, line("投票依据", hint="例如：居民会议决定，2026年第3号", max_length=100)] = ""
    attachment: Annotated[str, document("公告全文")] = ""

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the options, in the order of the notice."""
        return tuple(option.id for option in self.options)

    @property
    def has_costs(self) -> bool:
        """Whether the options are projects that cost something."""
        return any(option.cost_fen for option in self.options)

    @property
    def ceiling(self) -> int:
        """How many options a ballot names at most."""
        if self.paper is Paper.CHOOSE_ONE:
            return 1
        return min(self.most or len(self.options), len(self.options))

    def sets(self) -> tuple[frozenset[str], ...]:
        """The sets of options of which at most one may win."""
        return tuple(frozenset(split(each.options)) for each in self.exclusive)


_SEPARATORS = str.maketrans(dict.fromkeys("，、；;\n\t 　", ","))


def split(text: str) -> list[str]:
    """The ids that are written in a line, whatever stands between them."""
    return [each for each in text.translate(_SEPARATORS).split(",") if each]
