"""The announcement of a call: what is funded, with how much, judged by what, paid in which parts."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from msgspec import Struct

from linli.forms import choice, choices, day, document, line, money, number, rows, yes_no


class Programme(StrEnum):
    """What a call is for."""

    VENTURE_GRANT = "venture_grant"
    CAPACITY_BUILDING = "capacity_building"
    RESOURCE_MATCHING = "resource_matching"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The label that residents read."""
        return {
            "venture_grant": "公益创投",
            "capacity_building": "能力建设",
            "resource_matching": "资源对接",
        }[self.value]


class Mode(StrEnum):
    """Whether projects are funded or bought, or the work of posts is bought."""

    GRANT = "grant"
    PROJECT = "project"
    POST = "post"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The label that residents read."""
        return {"grant": "资助项目", "project": "购买项目", "post": "购买岗位"}[self.value]


class Theme(StrEnum):
    """The classes of projects."""

    ELDERLY = "elderly"
    CHILDREN = "children"
    DISABLED = "disabled"
    HARDSHIP = "hardship"
    CULTURE = "culture"
    ENVIRONMENT = "environment"
    PARKING = "parking"
    OTHER = "other"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The label that residents read."""
        return _THEMES[self.value]


_THEMES = {
    "elderly": "为老服务",
    "children": "儿童青少年",
    "disabled": "助残服务",
    "hardship": "救助帮困",
    "culture": "文化体育",
    "environment": "环境营造",
    "parking": "停车治理",
    "other": "其他公益",
}


class Criterion(StrEnum):
    """What reviewers score."""

    NEED = "need"
    BENEFIT = "benefit"
    FEASIBILITY = "feasibility"
    SUSTAINABILITY = "sustainability"
    CAPACITY = "capacity"
    BUDGET = "budget"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The label that residents read."""
        return _CRITERIA[self.value]


_CRITERIA = {
    "need": "需求",
    "benefit": "受益",
    "feasibility": "可行",
    "sustainability": "可持续",
    "capacity": "执行能力",
    "budget": "预算合理",
}


class Weight(Struct, frozen=True, forbid_unknown_fields=True):
    """One line of the rubric: a criterion and the most points it gives."""

    criterion: Annotated[Criterion, choice("评审标准")]
    points: Annotated[int, number("满分", least=1, most=1000)]


class Part(Struct, frozen=True, forbid_unknown_fields=True):
    """One tranche: its share in percent of the award."""

    percent: Annotated[int, number("比例（%）", least=1, most=100)]


class Announcement(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A call for projects. Money in fen; applications are taken from ``opens`` to ``closes``, both inclusive.

    ``share_percent`` is the most that the grant may be of a project's whole budget, 0 for no limit. ``parts`` empty:
    the split that the place sets. ``ties`` are compared in turn where scores are equal. ``vote_percent`` is the weight
    of a vote of residents beside the experts' score: 0 for none, 100 where residents alone put the projects in order.
    """

    title: Annotated[str, line("征集名称", max_length=60)]
    programme: Annotated[Programme, choice("类别")]
    mode: Annotated[Mode, choice("方式")] = Mode.GRANT
    source: Annotated[str, line("资金来源", hint="例如：福利彩票公益金", max_length=60)]
    budget_fen: Annotated[int, money("总预算", least=1)]
    opens: Annotated[date, day("申报开始")]
    closes: Annotated[date, day("申报截止")]
    themes: Annotated[tuple[Theme, ...], choices("项目类别", hint="不选表示不限")] = ()
    cap_fen: Annotated[int, money("单个项目上限", least=1)]
    share_percent: Annotated[int, number("资助占项目总预算不超过（%）", hint="填 0 表示不限", most=100)] = 0
    micro: Annotated[bool, yes_no("微创投", hint="已备案、未登记的组织可以由代管单位收款")] = False
    rubric: Annotated[tuple[Weight, ...], rows("评分标准", most=20)]
    reviewers: Annotated[int, number("每个项目至少几位专家", least=1, most=50)] = 3
    trimmed: Annotated[bool, yes_no("去掉一个最高分和一个最低分")] = False
    bonus_most: Annotated[int, number("加分最多（分）", most=100)] = 0
    threshold: Annotated[int, number("入选最低分", most=1000)] = 60
    skip: Annotated[bool, yes_no("资金不够时看下一个项目")] = True
    ties: Annotated[tuple[Criterion, ...], choices("同分时依次比较")] = ()
    vote_percent: Annotated[
        int,
        number("居民投票占（%）", hint="其余为专家评审；填 0 表示不投票，100 表示只按居民投票排序", most=100),
    ] = 0
    parts: Annotated[tuple[Part, ...], rows("分期拨付", hint="不填则按本地规定", most=12)] = ()
    indicators: Annotated[str, line("绩效指标")] = ""
    service: Annotated[str, line("服务内容", hint="购买服务的，写明服务内容和要求")] = ""
    headcount: Annotated[int, number("岗位数", hint="购买岗位时填写", most=10_000)] = 0
    unit_price_fen: Annotated[int, money("每个岗位的价格")] = 0
    operator: Annotated[str, line("第三方机构", hint="委托管理项目的机构", max_length=60)] = ""
    attachment: Annotated[str, document("征集公告全文")] = ""

    @property
    def full_points(self) -> int:
        """The sum of the rubric."""
        return sum(weight.points for weight in self.rubric)
