"""What a proposal is asked: the paper, its signers, its way to whoever can carry it out, the evidence that it was done.

A paper with enough signers is a *proposal* (提案) and has to be followed to its end; one with fewer is kept as a
*suggestion* (建议). Both are closed by evidence only.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from msgspec import Struct

from linli.forms import INTERNAL, PUBLIC, day, document, line, number, person, rows, text, yes_no


class Origin(StrEnum):
    """Who makes a proposal."""

    RESIDENTS = "residents"
    PARTY = "party"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The word that residents read."""
        return {"residents": "居民联名", "party": "社区党组织"}[self.value]


class CoSigner(Struct, frozen=True, forbid_unknown_fields=True):
    """One that signs a paper, named by whoever enters it."""

    who: Annotated[str, person("人员标识")]


class Paper(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A paper on a matter of weight.

    ``lead`` and ``signers`` are named where a clerk enters it from paper; whoever makes it online signs first.
    """

    title: Annotated[str, line("提案题目", max_length=60)]
    wanted: Annotated[str, line("希望怎样办", max_length=120)]
    reason: Annotated[str, text("理由和情况", PUBLIC)] = ""
    signers: Annotated[tuple[CoSigner, ...], rows("联名人", INTERNAL, hint="纸质提案逐人登记", most=500)] = ()


class Signing(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One more who signs."""


class Signers(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """More signers from paper."""

    signers: Annotated[tuple[CoSigner, ...], rows("联名人", INTERNAL, most=500)]


class Acceptance(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A paper is taken up under a number of the year; ``handler`` is the body or unit that carries it out here."""

    number: Annotated[int, number("编号（本年第几件）", least=1, most=9999)]
    handler: Annotated[str, line("由谁办理", max_length=60)]
    note: Annotated[str, line("说明", PUBLIC)] = ""


class Declined(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why a paper is not taken up, and where it belongs."""

    reason: Annotated[str, line("不受理的理由", PUBLIC)]
    where_to: Annotated[str, line("可以向哪里反映", PUBLIC)]


class Forwarding(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A paper goes to a department outside; ``reply_by`` is set only where it is sooner than the rules ask."""

    unit: Annotated[str, line("转给哪个单位", max_length=60)]
    asked: Annotated[str, line("请它做什么", PUBLIC)]
    reply_by: Annotated[date | None, day("要求答复的日期", hint="不填按规定的期限")] = None
    letter: Annotated[str, document("转办函")] = ""


class Reply(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the department said, and until when it will have done it."""

    said: Annotated[str, line("答复", PUBLIC)]
    agrees: Annotated[bool, yes_no("同意办理")]
    done_by: Annotated[date | None, day("办结日期")] = None
    letter: Annotated[str, document("复函")] = ""


class Completion(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was done, and the evidence of it: what anyone can see on the spot, and the document."""

    said: Annotated[str, line("办理结果", PUBLIC)]
    evidence: Annotated[
        str, line("办结凭据", PUBLIC, hint="现场可以看到什么、哪份文件；没有凭据不算办结")
    ] = ""
    document: Annotated[str, document("凭据文件")] = ""


class Supervision(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the representatives say of how a paper was handled; not satisfied, it is open again."""

    satisfied: Annotated[bool, yes_no("认可办结")]
    said: Annotated[str, line("监督意见", PUBLIC)]


class Submission(Struct, frozen=True, kw_only=True):
    """What rules see of a paper: it, where it came from, how many signed it, each once; who stands on the sheet."""

    paper: Paper
    place: str
    origin: Origin
    signed: int
    named: tuple[str, ...] = ()
