"""The application of an organisation: for which need, what it will do, with whose means, for how much by lines."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from msgspec import Struct

from linli.forms import PERSONAL, choice, document, line, money, number, rows, text, yes_no
from linli.funding.announcement import Theme


class Means(StrEnum):
    """Who brings what a project lives on."""

    COMMUNITY = "community"
    DEPARTMENT = "department"
    ENTERPRISE = "enterprise"
    ORGANIZATION = "organization"
    PROFESSIONALS = "professionals"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The label that residents read."""
        return _MEANS[self.value]


_MEANS = {
    "community": "社区自有",
    "department": "政府部门",
    "enterprise": "企业",
    "organization": "社会组织",
    "professionals": "专业人员",
}


class BudgetLine(Struct, frozen=True, forbid_unknown_fields=True):
    """One line of the budget: of its sum, how much the grant is asked for and how much comes from elsewhere, in fen."""

    name: Annotated[str, line("支出项目", max_length=40)]
    grant_fen: Annotated[int, money("申请资助")]
    own_fen: Annotated[int, money("自筹及其他")] = 0


class Resource(Struct, frozen=True, forbid_unknown_fields=True):
    """What one side brings to the project: people, things or money."""

    means: Annotated[Means, choice("来自")]
    what: Annotated[str, line("人、财、物", max_length=60)]


class Price(Struct, frozen=True, forbid_unknown_fields=True):
    """A service that users pay for, and its price in fen."""

    service: Annotated[str, line("收费服务", max_length=40)]
    price_fen: Annotated[int, money("价格", least=1)]
    per: Annotated[str, line("计价单位", max_length=20)] = "次"


class GrantRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An application for a grant. ``code`` is a unified social credit code, or a filing number in a micro grant."""

    call: Annotated[str, line("征集编号", max_length=60)]
    title: Annotated[str, line("项目名称", max_length=60)]
    code: Annotated[str, line("统一社会信用代码或备案编号", max_length=40)]
    theme: Annotated[Theme, choice("项目类别")]
    need: Annotated[str, line("回应的需求", hint="居民提出的需求及其编号或出处")] = ""
    target_group: Annotated[str, line("服务对象", hint="哪些人、多少人")] = ""
    goal: Annotated[str, line("目标")] = ""
    plan: Annotated[str, line("计划")] = ""
    actors: Annotated[str, line("主体", hint="谁来做")] = ""
    evaluation: Annotated[str, line("评价", hint="怎样知道做得好不好")] = ""
    budget: Annotated[tuple[BudgetLine, ...], rows("预算", most=60)]
    resources: Annotated[tuple[Resource, ...], rows("资源组合", most=20)] = ()
    paid: Annotated[bool, yes_no("向使用者收费")] = False
    prices: Annotated[tuple[Price, ...], rows("价目表", hint="收费的服务逐项填写", most=40)] = ()
    months: Annotated[int, number("实施几个月", least=1, most=36)] = 12
    resolution: Annotated[
        str, line("决议编号", hint="居民会议、居民代表会议表决过的，填决议编号", max_length=120)
    ] = ""
    description: Annotated[str, text("项目书")] = ""
    contact: Annotated[str, line("联系人和电话", PERSONAL)] = ""
    attachment: Annotated[str, document("附件")] = ""

    @property
    def asked_fen(self) -> int:
        """The grant that is asked for, in fen."""
        return sum(each.grant_fen for each in self.budget)

    @property
    def own_fen(self) -> int:
        """What comes from elsewhere, in fen."""
        return sum(each.own_fen for each in self.budget)

    @property
    def total_fen(self) -> int:
        """The whole budget, in fen."""
        return self.asked_fen + self.own_fen

    @property
    def brought_by(self) -> frozenset[Means]:
        """Whose means the project lives on."""
        return frozenset(each.means for each in self.resources)


class Candidacy(Struct, frozen=True, kw_only=True):
    """What rules see when an application is examined: it, its place, its number within the call, and who funds.

    ``discussed`` says that residents discussed the project. ``projects`` is how many the call numbered, known only when
    it is decided; ``left_out`` are the numbers of those that were withdrawn or struck off since. ``poll`` is the number
    of the vote of residents, where the call asks for one.
    """

    request: GrantRequest
    place: str = ""
    funder: str = ""
    number: int = 0
    discussed: bool = False
    projects: int = 0
    left_out: tuple[int, ...] = ()
    poll: str = ""
