"""居委会拒绝: a committee's refusal of work that was never admitted, and the note of work done anyway."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from msgspec import Struct

from linli.access.request import Kind
from linli.forms import INTERNAL, choices, day, line, number, text


class Refusal(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was asked of the committee, by which department, and the admission it claims to have."""

    title: Annotated[str, line("要求做的工作", max_length=60)]
    asked_by: Annotated[str, line("提出要求的部门", max_length=40)]
    asked_on: Annotated[date, day("提出日期")]
    kinds: Annotated[tuple[Kind, ...], choices("事项类型")] = ()
    admission: Annotated[str, line("对方出示的准入编号", hint="没有出示就空着", max_length=60)] = ""
    item: Annotated[str, line("清单编号", hint="在本地清单上的填编号，不在的空着", max_length=40)] = ""
    remarks: Annotated[str, text("内部备注")] = ""


class RefusalAt(Refusal, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A refusal as rules see it: with the community that refuses, which its matter's place says."""

    community: Annotated[str, line("社区", hint="12 位区划代码", max_length=40)] = ""


class BurdenNote(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Work that was asked for and done without approval, noted in twenty seconds; published in aggregate only."""

    title: Annotated[str, line("做了什么", INTERNAL, max_length=60)]
    kinds: Annotated[tuple[Kind, ...], choices("事项类型", INTERNAL, least=1)]
    asked_by: Annotated[str, line("哪个部门要求的", INTERNAL, max_length=40)] = ""
    done_on: Annotated[date | None, day("哪天做的", INTERNAL, hint="不填就是今天")] = None
    hours: Annotated[int, number("大约用了几小时", INTERNAL, most=1000)] = 0


class Admission(Struct, frozen=True, kw_only=True):
    """An admission in a community as the register ``access.admissions`` keeps it, by the number of its matter."""

    title: str
    unit: str
    community: str
    starts: date
    ends: date
    item: str = ""
    landing: str = ""
    usable: bool = True
