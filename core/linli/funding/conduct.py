"""The forms of a project that runs: reports, payments, evaluations, changes, settlement, closing."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from msgspec import Struct

from linli.forms import INTERNAL, PUBLIC, day, document, line, money, number, rows, yes_no


class Spent(Struct, frozen=True, forbid_unknown_fields=True):
    """What was spent of the grant on one line of the budget so far, in fen."""

    name: Annotated[str, line("支出项目", max_length=40)]
    spent_fen: Annotated[int, money("已支出的资助款")]


class Report(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A progress report: what was done, what was spent by line, with vouchers."""

    done: Annotated[str, line("完成情况", PUBLIC)]
    served: Annotated[int, number("服务人次", most=10**7)] = 0
    spent: Annotated[tuple[Spent, ...], rows("支出", most=60)] = ()
    vouchers: Annotated[str, document("票据凭证")] = ""


class Release(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which tranche is released; its amount follows from the award and the split."""

    tranche: Annotated[int, number("第几期", least=1, most=12)]


class Shown(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The line of the bank's statement that shows a tranche."""

    line: Annotated[str, line("银行流水号", INTERNAL, max_length=40)] = ""


class Midterm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The evaluation on the way."""

    no_interest: Annotated[bool, yes_no("声明没有利益关系")]
    passed: Annotated[bool, yes_no("通过")]
    finding: Annotated[str, line("评估意见", PUBLIC)]


class Evaluation(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The evaluation at the end, out of 100 points; the grade follows from the points."""

    no_interest: Annotated[bool, yes_no("声明没有利益关系")]
    points: Annotated[int, number("得分（百分制）", most=100)]
    finding: Annotated[str, line("评估意见", PUBLIC)]


class Shift(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Grant money that moves from one line of the budget to another, in fen."""

    source: Annotated[str, line("从哪一项", max_length=40)]
    destination: Annotated[str, line("调到哪一项", max_length=40)]
    amount_fen: Annotated[int, money("金额", least=1)]
    reason: Annotated[str, line("理由", PUBLIC)]


class Extension(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A later end."""

    ends: Annotated[date, day("延期到")]
    reason: Annotated[str, line("理由", PUBLIC)]


class NewLeader(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Another leader of the project."""

    leader: Annotated[str, line("新的项目负责人", INTERNAL, max_length=40)]
    reason: Annotated[str, line("理由", PUBLIC)]


class Income(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What users paid for a service, in fen; it belongs to the community's account."""

    service: Annotated[str, line("收费服务", max_length=40)]
    amount_fen: Annotated[int, money("收入", least=1)]


class Settlement(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the grant was spent on, line by line, when all is over."""

    spent: Annotated[tuple[Spent, ...], rows("决算", most=60)]
    result: Annotated[str, line("结果", PUBLIC)] = ""
    vouchers: Annotated[str, document("票据凭证")] = ""


class Repayment(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Money that came back, in fen."""

    amount_fen: Annotated[int, money("退回金额", least=1)]


class Opinion(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the supervision committee says of the result."""

    satisfied: Annotated[bool, yes_no("认可服务成果")]
    opinion: Annotated[str, line("监督意见", PUBLIC)]


class Closing(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The last word on a project."""

    reason: Annotated[str, line("结项说明", PUBLIC)]


class PollOfCall(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The vote of residents that counts for a call."""

    poll: Annotated[str, line("居民投票", hint="投票的事项编号", max_length=120)]
