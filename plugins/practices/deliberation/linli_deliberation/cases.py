"""What a consultation in five steps is asked, and what rules see of it.

民提 raise → 民议 discuss → 民决 decide → 民办 implement → 民评 appraise. ``scope`` are the places that an issue
concerns; the consultation itself lies at the place that holds them all, as a rule the community.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Annotated

from msgspec import Struct

from linli.forms import (
    INTERNAL,
    PUBLIC,
    choice,
    day,
    document,
    line,
    money,
    number,
    places,
    rows,
    text,
    yes_no,
)
from linli.funding import BudgetLine, Resource, Theme
from linli.funds.payments import PaymentKind
from linli.places import Level, Places
from linli_bodies import body_key
from linli_bodies.registers import BODIES
from linli_deliberation.stakeholders import Invited


class CaseKind(StrEnum):
    """What an issue is."""

    PUBLIC_AFFAIR = "public_affair"
    PROJECT = "project"
    MEDIATION = "mediation"
    PROPERTY_APPRAISAL = "property_appraisal"
    RESOURCES = "resources"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The word that residents read."""
        return _KINDS[self.value]


_KINDS = {
    "public_affair": "公共事务",
    "project": "项目",
    "mediation": "矛盾调解",
    "property_appraisal": "物业服务评议",
    "resources": "共建共享",
}


class Raised(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """民提: an issue that people want deliberated.

    ``convener`` is the body that brings people together. ``vital``: it touches the residents' vital interests;
    ``party_concern``: party members want it deliberated among themselves.
    """

    title: Annotated[str, line("议什么", max_length=60)]
    scope: Annotated[tuple[str, ...], places("涉及哪些地方", hint="网格、院落、楼栋或整个社区", most=200)]
    convener: Annotated[str, line("由谁召集", hint="组织编号", max_length=100, names=BODIES.id)] = ""
    kind: Annotated[CaseKind, choice("哪一类")] = CaseKind.PUBLIC_AFFAIR
    vital: Annotated[bool, yes_no("涉及居民切身利益")] = False
    party_concern: Annotated[bool, yes_no("党员关注的事")] = False
    story: Annotated[str, text("情况说明", PUBLIC)] = ""


class Discussed(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """民议: a round of deliberation, who was invited and came, and whether those present agreed."""

    forum: Annotated[str, line("在哪里议", hint="组织编号", max_length=100, names=BODIES.id)]
    held_on: Annotated[date, day("议事日期")]
    present: Annotated[int, number("到会人数", least=1, most=100_000)]
    invited: Annotated[tuple[Invited, ...], rows("各方", most=60)] = ()
    consensus: Annotated[bool, yes_no("达成共识")]
    said: Annotated[str, line("议事结果", PUBLIC)]
    minutes: Annotated[str, text("议事记录", PUBLIC)] = ""


class Decision(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """民决: the plan on which there was consensus, who decided, who carries it out, who watches.

    ``resolution`` is that of a meeting where one was needed. ``project``, ``carrier``, ``method`` and
    ``self_management`` say by which project, through which organisation, in which way and on what self-management a
    participatory case rests.
    """

    plan: Annotated[str, line("方案", PUBLIC)]
    details: Annotated[str, text("方案全文", PUBLIC)] = ""
    decider: Annotated[str, line("由谁决定", hint="组织编号或名称", max_length=100, names=BODIES.id)]
    executor: Annotated[str, line("由谁执行", hint="组织编号或名称", max_length=100, names=BODIES.id)]
    supervisor: Annotated[str, line("由谁监督", hint="组织编号或名称", max_length=100, names=BODIES.id)]
    resolution: Annotated[str, line("决议编号", hint="会议表决过的填写", max_length=120)] = ""
    hearing: Annotated[str, line("听证会编号", max_length=80)] = ""
    use_of_opinions: Annotated[str, line("听证意见怎样采纳")] = ""
    participatory: Annotated[bool, yes_no("参与式项目")] = False
    project: Annotated[str, line("项目纽带", hint="以哪个项目为纽带", max_length=60)] = ""
    carrier: Annotated[str, line("组织载体", hint="由哪个组织承载", max_length=60)] = ""
    method: Annotated[str, line("协商方法", hint="如议事会、开放空间", max_length=60)] = ""
    self_management: Annotated[str, line("自我管理的依托", hint="如自管会、公约", max_length=60)] = ""


class Way(StrEnum):
    """How a plan is carried out."""

    GRANT = "grant"
    PAYMENT = "payment"
    TASK = "task"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The word that residents read."""
        return {"grant": "申报公益创投项目", "payment": "从社区基金支出", "task": "自办任务"}[self.value]


class Implementation(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """民办: what is opened to carry out the plan: an application for a grant, a payment, or a task of one's own.

    What the chosen way needs is filled in: call, code and budget for a grant; fund, source and payee for a payment; a
    last day for a task. Money in fen.
    """

    way: Annotated[Way, choice("怎样办")]
    done_by: Annotated[date | None, day("办结日期", hint="自办任务填写")] = None
    amount_fen: Annotated[int, money("金额", hint="支出，或自办任务用的社区经费")] = 0
    call: Annotated[str, line("征集编号", hint="申报项目填写", max_length=60)] = ""
    code: Annotated[str, line("承办组织的统一社会信用代码或备案编号", max_length=40)] = ""
    theme: Annotated[Theme | None, choice("项目类别", hint="申报项目填写")] = None
    target_group: Annotated[str, line("服务对象", max_length=60)] = ""
    evaluation: Annotated[str, line("怎样评价", max_length=80)] = ""
    budget: Annotated[tuple[BudgetLine, ...], rows("项目预算", most=60)] = ()
    resources: Annotated[tuple[Resource, ...], rows("资源组合", most=20)] = ()
    fund: Annotated[str, line("基金编号", hint="从基金支出填写", max_length=60)] = ""
    source: Annotated[str, line("从哪种来源支出", max_length=40)] = ""
    kind: Annotated[PaymentKind, choice("支出种类")] = PaymentKind.SERVICE
    payee: Annotated[str, line("收款单位", max_length=60)] = ""


class Appraised(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """民评: what those concerned say of the result, out of 100 points, and what follows."""

    score: Annotated[int, number("得分（百分制）", most=100)]
    asked: Annotated[int, number("多少人参加评议", least=1, most=100_000)] = 1
    said: Annotated[str, line("评议意见", PUBLIC)]
    follow_up: Annotated[str, line("改进措施", PUBLIC)] = ""
    report: Annotated[str, document("评议材料", INTERNAL)] = ""


class UnitOfPlace(Struct, frozen=True):
    """A place on the way down to an issue: its code and its level."""

    code: str
    level: str


class Opening(Struct, frozen=True, kw_only=True):
    """What rules see of an issue: it, and the places from the community down to the smallest that holds its scope.

    ``street`` is the street in which the community lies, empty where it lies in none.
    """

    raised: Raised
    place: str
    street: str
    path: tuple[UnitOfPlace, ...]

    def bodies(self, kinds: Sequence[str]) -> list[str]:
        """The keys that bodies of some kinds would have on the way, from the smallest place up."""
        return [body_key(unit.code, kind) for unit in reversed(self.path) for kind in kinds]

    @property
    def smallest(self) -> str:
        """The level of the smallest place that holds the whole issue."""
        return self.path[-1].level


class Round(Struct, frozen=True, kw_only=True):
    """What rules see of a discussion: the issue, the forum that rules settled (empty: none), the round."""

    title: str
    place: str
    forum: str
    discussed: Discussed


class Choice(Struct, frozen=True, kw_only=True):
    """What rules see when it is decided and carried out: the issue, and what was decided.

    ``raised`` is None where the issue came with its money from a department.
    """

    title: str
    place: str
    decision: Decision
    raised: Raised | None = None
    implementation: Implementation | None = None

    @property
    def vital(self) -> bool:
        """Whether residents' vital interests are touched."""
        return self.raised is not None and self.raised.vital


def way_down(place: str, scope: Sequence[str], tree: Places) -> tuple[UnitOfPlace, ...]:
    """The places from the community (or where the matter lies) down to the smallest that holds all of the scope."""
    shared = _shared([tree.path(code) for code in scope if code in tree] or [tree.path(place)])
    top = tree.above(shared[-1], Level.COMMUNITY)
    start = shared.index(top.code) if top is not None else len(shared) - 1
    return tuple(UnitOfPlace(code, tree[code].level.value) for code in shared[start:])


def _shared(paths: Sequence[tuple[str, ...]]) -> list[str]:
    """The places, from the nation down, that lie on all of some ways."""
    shared: list[str] = []
    for codes in zip(*paths, strict=False):
        if len(set(codes)) > 1:
            break
        shared.append(codes[0])
    return shared
