"""The forms of those who verify, decide, object, complain, renew and pay."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from msgspec import Struct

from linli.access.request import Duty, Nature
from linli.forms import INTERNAL, PUBLIC, choice, day, document, line, money, places, text, yes_no


class Verification(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The verifier's answer to what an item is; an ambiguous one needs the ground for the answer."""

    duty: Annotated[Duty, choice("核定的职责归属")]
    nature: Annotated[Nature, choice("核定的事项性质")]
    ambiguous: Annotated[bool, yes_no("界限不清")] = False
    ground: Annotated[str, line("核定理由", hint="界限不清时必须写明")] = ""
    opinion: Annotated[str, text("审核意见")] = ""


class Decision(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The decision of those who may decide. ``communities`` empty: all that were applied for."""

    reason: Annotated[str, line("决定理由", PUBLIC)]
    communities: Annotated[tuple[str, ...], places("准入的社区", hint="不填表示全部准入")] = ()
    opinion: Annotated[str, text("会议意见")] = ""
    resolution: Annotated[str, document("会议纪要")] = ""


class Return(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What has to be completed."""

    missing: Annotated[str, line("需要补充什么", PUBLIC)]


class Renewal(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A further term: until when, with what money for this community."""

    ends: Annotated[date, day("续期到")]
    need_fen: Annotated[int, money("续期测算所需经费")]
    offered_fen: Annotated[int, money("续期安排经费")]
    reason: Annotated[str, line("续期理由", PUBLIC)] = ""


class Complaint(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A complaint about work in a community."""

    subject: Annotated[str, line("反映的问题", INTERNAL)]
    details: Annotated[str, text("具体情况")] = ""


class Exit(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why work leaves a community before its term."""

    ground: Annotated[str, line("退出理由", PUBLIC)]


class Achievement(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Evidence that a target was met."""

    target: Annotated[str, line("完成的目标", PUBLIC)]
    evidence: Annotated[str, document("证明材料")] = ""


class Payment(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An amount released to the community, in fen."""

    amount_fen: Annotated[int, money("付给社区", least=1)]
