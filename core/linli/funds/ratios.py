"""Spending and management of a charity over a year: figures of its whole accounts, never of one fund.

What a charity files is judged by the ratios of 慈善法 Art. 61 and of the notice that the law leaves the rest to.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from msgspec import Struct

from linli.forms import PUBLIC, choice, document, line, money, number, yes_no
from linli.funds.posts import CLERK, MANAGER
from linli.funds.wording import year_lead, year_name
from linli.matters import Matter
from linli.procedures import Outcome, Procedure, Scene, Stage, to
from linli.rulebook import Judgement

FILED = Stage("filed", "符合比例要求")
SHORT = Stage("short", "不符合比例要求，待说明", waits_for=(MANAGER.id,))
EXPLAINED = Stage("explained", "已报告并说明", final=True)


class CharityKind(StrEnum):
    """What kind of charity, as far as the ratios differ."""

    PUBLIC_FOUNDATION = "public_foundation"
    PUBLIC_BODY = "public_body"
    FOUNDATION = "foundation"
    ASSOCIATION = "association"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The label that residents read."""
        return {
            "public_foundation": "有公开募捐资格的基金会",
            "public_body": "有公开募捐资格的社会团体、社会服务机构",
            "foundation": "没有公开募捐资格的基金会",
            "association": "没有公开募捐资格的社会团体、社会服务机构",
        }[self.value]


class CharityYear(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A year of a charity's whole accounts, in fen.

    ``net_assets_fen`` is at the end of the year before, ``income_fen`` the whole income of the year before;
    ``income_mean_fen`` and ``net_assets_mean_fen`` are the means of the three years before, which may be taken instead
    (0: not given). ``spent_fen`` is what went into charity, ``management_fen`` the cost of management, ``total_fen``
    all that was spent.
    """

    charity: Annotated[str, line("慈善组织", max_length=60)]
    kind: Annotated[CharityKind, choice("类别")]
    year: Annotated[int, number("年度", least=2000, most=2100)]
    net_assets_fen: Annotated[int, money("上年末净资产")]
    income_fen: Annotated[int, money("上一年总收入")]
    spent_fen: Annotated[int, money("慈善活动支出")]
    management_fen: Annotated[int, money("管理费用")]
    total_fen: Annotated[int, money("总支出", least=1)]
    income_mean_fen: Annotated[int, money("前三年收入平均数", hint="不填就是 0")] = 0
    net_assets_mean_fen: Annotated[int, money("前三年年末净资产平均数", hint="不填就是 0")] = 0
    reported: Annotated[bool, yes_no("已报告登记机关并向社会说明")] = False
    report: Annotated[str, document("年度报告", PUBLIC)] = ""


class Explanation(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why the ratios were not met, as it was published."""

    reason: Annotated[str, line("向社会说明的原因", PUBLIC)]


charity_year = Procedure(
    "charity_year",
    title="慈善组织年度支出",
    stages=(FILED, SHORT, EXPLAINED),
    lead=year_lead,
    name=year_name,
    describe="慈善组织一年的支出和管理费用，是否符合规定的比例。",
    applicants=(CLERK,),
    deciders=(MANAGER,),
)


@charity_year.action(
    "file", title="登记年度收支", by=CLERK, form=CharityYear, slot="year", judged=True, reads=CharityYear
)
def file(matter: Matter, form: CharityYear, judgement: Judgement, scene: Scene) -> Outcome:
    """A charity's year is filed; where a ratio is not met, it has to be explained in public."""
    return to(SHORT if judgement.refused or judgement.incomplete else FILED)


@charity_year.action(
    "explain", title="公开说明", by=(MANAGER, CLERK), at=SHORT, form=Explanation, slot="explanation"
)
def explain(matter: Matter, form: Explanation, judgement: Judgement | None, scene: Scene) -> Outcome:
    """The reason is reported and published."""
    return to(EXPLAINED)
