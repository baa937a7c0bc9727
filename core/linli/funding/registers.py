"""The registers of venture grants: organisations with one profile for all calls, and what the procedures write."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from msgspec import Struct

from linli.forms import choice, day, line, number, yes_no
from linli.funding.posts import FUNDER, OPERATOR
from linli.identifiers import is_uscc
from linli.posts import ADMINISTRATOR
from linli.registers import Register


class Standing(StrEnum):
    """Whether an organisation is registered, or only filed with its street."""

    REGISTERED = "registered"
    FILED = "filed"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The label that residents read."""
        return {"registered": "已登记", "filed": "已备案"}[self.value]


class Organization(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An organisation as its registering authority or its street knows it.

    ``code`` is the unified social credit code of a registered one, the filing number of a filed one; ``sponsor`` the
    code of the registered organisation that receives money for a filed one. ``report_year`` is the year of the last
    annual report that passed, 0 for none. ``kind`` is what the place calls its kind, such as 公益服务类.
    """

    code: Annotated[str, line("统一社会信用代码或备案编号", max_length=40)]
    title: Annotated[str, line("组织名称", max_length=60)]
    place: Annotated[str, line("登记或备案的地方", hint="区划代码", max_length=40)]
    standing: Annotated[Standing, choice("登记情况")]
    since: Annotated[date, day("登记或备案日期")]
    sponsor: Annotated[str, line("代管单位的统一社会信用代码", max_length=40)] = ""
    report_year: Annotated[int, number("最近一次年报合格的年度", most=2100)] = 0
    bad_record: Annotated[bool, yes_no("列入严重失信名单")] = False
    kind: Annotated[str, line("组织类别", hint="按本地的分类，例如公益服务类", max_length=20)] = ""

    def __post_init__(self) -> None:
        """Refuse a registered organisation or a sponsor whose code is none."""
        if self.standing is Standing.REGISTERED and not is_uscc(self.code):
            raise ValueError("已登记组织的统一社会信用代码不对，请对照登记证书填写")
        if self.sponsor and not is_uscc(self.sponsor):
            raise ValueError("代管单位的统一社会信用代码不对，请对照登记证书填写")


ORGANIZATIONS = Register(
    "organizations",
    "社会组织名册",
    Organization,
    key="code",
    place="place",
    written_by=(FUNDER, OPERATOR, ADMINISTRATOR),
)

# Written by the steps of the procedures, never by hand: the figures of each call, its numbered candidates, and who is
# barred by whom.
CALLS = "funding.calls"
CANDIDATES = "funding.candidates"
BARS = "funding.bars"
