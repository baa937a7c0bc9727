"""The facts of an application for access, and the three axes on which an item lies.

*Duty* says whose work it is, *nature* what sort of work, *kinds* what it lays on a community; *temporary* or not is a
fourth answer. The labels that places use map onto these axes: 自治/协助/委托/禁入 are duties; 行政事务/自治事务/
政府委托事务 are an assisted duty of administrative nature, self-government, and an entrusted duty; 服务类/执法类 are
natures; six burdens that a place counts are kinds. The handbook's chapter on law has the whole table.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from msgspec import Struct

from linli.forms import (
    INTERNAL,
    PERSONAL,
    choice,
    choices,
    day,
    document,
    line,
    money,
    number,
    rows,
    text,
    yes_no,
)


class Duty(StrEnum):
    """Whose work it is."""

    SELF_GOVERNMENT = "self_government"
    ASSIST = "assist"
    ENTRUSTED = "entrusted"
    PROHIBITED = "prohibited"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The label that residents read."""
        return {"self_government": "自治", "assist": "协助", "entrusted": "委托", "prohibited": "禁入"}[
            self.value
        ]


class Nature(StrEnum):
    """What sort of work it is."""

    ADMINISTRATIVE = "administrative"
    SERVICE = "service"
    ENFORCEMENT = "enforcement"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The label that residents read."""
        return {"administrative": "行政事务类", "service": "服务类", "enforcement": "执法类"}[self.value]


class Kind(StrEnum):
    """What it lays on a community."""

    BODY = "body"
    TASK = "task"
    PLATE = "plate"
    LEDGER = "ledger"
    REPORT = "report"
    INSPECTION = "inspection"
    SURVEY = "survey"
    CERTIFICATE = "certificate"
    MEETING = "meeting"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The label that residents read."""
        return _KINDS[self.value]


_KINDS = {
    "body": "机构",
    "task": "工作任务",
    "plate": "挂牌",
    "ledger": "台账",
    "report": "报表",
    "inspection": "检查评比",
    "survey": "普查调查",
    "certificate": "证明盖章",
    "meeting": "会议",
}


class Theme(StrEnum):
    """Themes that texts single out; everything else is ordinary."""

    ORDINARY = "ordinary"
    INVESTMENT = "investment"
    TAX = "tax"
    REVENUE = "revenue"
    DEMOLITION = "demolition"
    CITY_MANAGEMENT = "city_management"
    SAFETY_ENFORCEMENT = "safety_enforcement"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The label that residents read."""
        return _THEMES[self.value]


_THEMES = {
    "ordinary": "一般事项",
    "investment": "招商引资",
    "tax": "协税护税",
    "revenue": "经济创收",
    "demolition": "拆迁拆违",
    "city_management": "城市管理执法",
    "safety_enforcement": "安全生产执法",
}


class Manner(StrEnum):
    """How it is put to the committee."""

    ASSISTANCE = "assistance"
    ORDER = "order"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The label that residents read."""
        return {"assistance": "请求协助", "order": "下达指令"}[self.value]


class Landing(StrEnum):
    """Where the work lands in a community."""

    COMMITTEE = "committee"
    STATION = "station"
    DEPARTMENT = "department"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The label that residents read."""
        return {"committee": "居民委员会", "station": "社区服务站", "department": "主责部门"}[self.value]


class StationFunction(StrEnum):
    """The functions of a service station."""

    GENERAL_SERVICE = "general_service"
    PUBLIC_AFFAIRS = "public_affairs"
    SOCIAL_WORK = "social_work"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The label that residents read."""
        return {"general_service": "综合服务", "public_affairs": "公共事务", "social_work": "社会工作"}[
            self.value
        ]


class Share(Struct, frozen=True, forbid_unknown_fields=True):
    """What one community needs and is offered, in fen for the whole term; plates it would have to hang."""

    community: Annotated[str, line("社区", hint="12 位区划代码", max_length=40)]
    need_fen: Annotated[int, money("测算所需经费", hint="按人天、材料等测算")] = 0
    offered_fen: Annotated[int, money("安排经费")] = 0
    plates: Annotated[int, number("新增牌子", most=100)] = 0


class AccessRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An application of a department to place work on communities. Money in fen, ``starts`` and ``ends`` inclusive."""

    title: Annotated[str, line("事项名称", max_length=60)]
    communities: Annotated[tuple[Share, ...], rows("进入的社区和经费")]
    item: Annotated[str, line("清单编号", hint="在本地清单上的填编号，不在的空着", max_length=40)] = ""
    basis: Annotated[str, line("法律或政策依据", hint="文件名称、文号、条款")] = ""
    duty: Annotated[Duty | None, choice("职责归属")] = None
    nature: Annotated[Nature | None, choice("事项性质")] = None
    kinds: Annotated[tuple[Kind, ...], choices("事项类型", hint="涉及几类选几类")] = ()
    theme: Annotated[Theme, choice("所属主题")] = Theme.ORDINARY
    manner: Annotated[Manner, choice("提出方式")] = Manner.ASSISTANCE
    temporary: Annotated[bool, yes_no("临时性工作")] = False
    emergency: Annotated[bool, yes_no("应急处置", hint="涉及人身、财产或公共安全的紧急情况")] = False
    requested_by_community: Annotated[bool, yes_no("应社区请求")] = False
    starts: Annotated[date | None, day("开始日期")] = None
    ends: Annotated[date | None, day("结束日期")] = None
    content: Annotated[str, text("工作内容和要求")] = ""
    targets: Annotated[str, line("完成目标", hint="付款时对照这一项")] = ""
    persons: Annotated[int, number("所需人数", most=10_000)] = 0
    days: Annotated[int, number("每人天数", most=10_000)] = 0
    staff: Annotated[int, number("派出或配备人员", hint="由申请单位提供的人数", most=10_000)] = 0
    equipment: Annotated[str, line("配备设备")] = ""
    training: Annotated[str, line("培训安排")] = ""
    payment: Annotated[str, line("付款方式", hint="一次付清、按月、按完成情况")] = ""
    powers: Annotated[str, line("一并下放的权限")] = ""
    data_collected: Annotated[str, line("需要采集的信息")] = ""
    data_basis: Annotated[str, line("采集依据")] = ""
    consent: Annotated[str, line("区政府同意文号", hint="需要区政府（或街道办）同意并统一安排时填写")] = ""
    responsible: Annotated[tuple[str, ...], choices("主责部门", hint="执法类只能有一个")] = ()
    wanted: Annotated[Landing | None, choice("希望落到", hint="不填则由规则确定")] = None
    station_function: Annotated[StationFunction | None, choice("服务站职能")] = None
    opinion: Annotated[str, text("社区意见")] = ""
    contact: Annotated[str, line("联系人和电话", PERSONAL)] = ""
    attachment: Annotated[str, document("附件")] = ""
    remarks: Annotated[str, text("内部备注", INTERNAL)] = ""

    @property
    def person_days(self) -> int:
        """The workload in person-days."""
        return self.persons * self.days

    @property
    def need_fen(self) -> int:
        """The costed need of all communities, in fen."""
        return sum(share.need_fen for share in self.communities)

    @property
    def offered_fen(self) -> int:
        """The money offered to all communities, in fen."""
        return sum(share.offered_fen for share in self.communities)

    @property
    def community_codes(self) -> tuple[str, ...]:
        """The codes of the communities, in the order given."""
        return tuple(share.community for share in self.communities)


class HandedDown(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Work that comes with its money and is the residents' to settle: what an action opened with it gets.

    ``admission`` is the number of the placement in the community; the money, in fen, is on the community's account.
    """

    title: Annotated[str, line("事项名称", max_length=60)]
    admission: Annotated[str, line("准入编号", max_length=80)]
    unit: Annotated[str, line("下放的部门", max_length=60)]
    amount_fen: Annotated[int, money("下放的经费")]
