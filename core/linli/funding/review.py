"""The forms of those who examine, score, discuss and decide."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from msgspec import Struct

from linli.forms import INTERNAL, PUBLIC, choice, day, document, line, number, rows, text, yes_no
from linli.funding.announcement import Criterion


class Numbering(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The number that an application gets within its call: the next one, from 1."""

    number: Annotated[int, number("受理号", hint="本次征集的下一个号，从 1 开始", least=1, most=100_000)]
    opinion: Annotated[str, text("审查意见")] = ""


class Missing(Struct, frozen=True, forbid_unknown_fields=True):
    """What has to be completed."""

    missing: Annotated[str, line("需要补充什么", PUBLIC)]


class Recusal(Struct, frozen=True, forbid_unknown_fields=True):
    """That a reviewer has an interest in a project and keeps away from it."""

    interest: Annotated[str, line("利益关系", INTERNAL)]


class Points(Struct, frozen=True, forbid_unknown_fields=True):
    """The points for one criterion."""

    criterion: Annotated[Criterion, choice("评审标准")]
    points: Annotated[int, number("得分", most=1000)]


class ScoreSheet(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one reviewer gives a project, who declares to have no interest in it."""

    no_interest: Annotated[bool, yes_no("声明没有利益关系")]
    points: Annotated[tuple[Points, ...], rows("打分", most=20)]
    ground: Annotated[str, line("评语", PUBLIC)]

    def by_criterion(self) -> dict[str, int]:
        """The points by criterion; of a criterion given twice the last counts."""
        return {each.criterion.value: each.points for each in self.points}


class Bonus(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Points on top of the score, for matching money or as the call says, with the ground."""

    points: Annotated[int, number("加分", least=1, most=100)]
    ground: Annotated[str, line("加分依据", PUBLIC)]


class Discussion(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """That residents discussed a project: when, in which form, how many, with which result."""

    held: Annotated[date, day("日期")]
    form: Annotated[str, line("形式", hint="例如：居民议事会", max_length=40)]
    persons: Annotated[int, number("到会人数", least=1, most=100_000)]
    outcome: Annotated[str, line("结果", PUBLIC)]


class LeftOut(Struct, frozen=True, forbid_unknown_fields=True):
    """A number that takes no part any more, and why."""

    number: Annotated[int, number("受理号", least=1, most=100_000)]
    reason: Annotated[str, line("原因", PUBLIC)]


class AwardDecision(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The decision on a project among all of its call. ``projects`` is the last number that the call gave.

    ``poll`` is the number of the vote of residents, where the call asks for one.
    """

    projects: Annotated[int, number("本次征集受理总数", least=1, most=500)]
    left_out: Annotated[tuple[LeftOut, ...], rows("不再参加的受理号", most=500)] = ()
    poll: Annotated[str, line("居民投票", hint="征集要居民投票的，填登记过的投票编号", max_length=120)] = ""
    reason: Annotated[str, line("决定理由", PUBLIC)] = "按得分次序"
    minutes: Annotated[str, document("会议纪要")] = ""


class Contract(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The agreement with the organisation."""

    starts: Annotated[date, day("开始")]
    ends: Annotated[date, day("结束")]
    payee: Annotated[str, line("收款单位", hint="未登记的组织写代管单位", max_length=60)]
    leader: Annotated[str, line("项目负责人", INTERNAL, max_length=40)] = ""
    paper: Annotated[str, document("协议文本")] = ""
