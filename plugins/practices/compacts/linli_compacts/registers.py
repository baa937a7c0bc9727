"""The registers of compacts: what is in force where, and every text with its days.

Compacts that were there before can be imported as a table (a district has hundreds of them on paper); what goes the
whole way here is written by its steps. Texts are written by steps only.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from msgspec import Struct

from linli.forms import choice, choices, day, line, number, rows
from linli.posts import ADMINISTRATOR
from linli.registers import Register
from linli_compacts.forms import KEY_LENGTH, MOST_CLAUSES, TITLE_LENGTH, Clause
from linli_compacts.kinds import Kind, Nature, TextStage, Vehicle
from linli_compacts.posts import REGISTRAR


class CompactEntry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A compact: what it is called, whom it binds, from when on. Refuses a parking compact without its committee.

    ``number`` is that of the text in force (0: its text is not held here), ``matter`` the matter in which it came
    about. ``until`` is its last day.
    """

    code: Annotated[str, line("编号", max_length=KEY_LENGTH)]
    title: Annotated[str, line("名称", max_length=TITLE_LENGTH)]
    kind: Annotated[Kind, choice("种类")]
    place: Annotated[str, line("所在社区", hint="区划代码", max_length=40)]
    since: Annotated[date | None, day("施行日期")] = None
    until: Annotated[date | None, day("最后一天")] = None
    nature: Annotated[Nature, choice("性质")] = Nature.COMPACT
    unit: Annotated[str, line("适用的小区、胡同、院落或楼", max_length=TITLE_LENGTH)] = ""
    unit_code: Annotated[str, line("它的代码", max_length=40)] = ""
    committee: Annotated[str, line("停车自管会", hint="组织名册里的编号", max_length=KEY_LENGTH)] = ""
    vehicles: Annotated[tuple[Vehicle, ...], choices("管哪些车")] = ()
    number: Annotated[int, number("第几版文本", most=999)] = 0
    adopted: Annotated[date | None, day("通过日期")] = None
    filed: Annotated[date | None, day("备案日期")] = None
    filing: Annotated[str, line("备案号", max_length=60)] = ""
    matter: Annotated[str, line("事项", max_length=60)] = ""
    note: Annotated[str, line("说明", max_length=60)] = ""

    def __post_init__(self) -> None:
        """Refuse what contradicts itself."""
        if self.kind is Kind.PARKING and self.nature is Nature.COMPACT and not self.committee:
            raise ValueError("停车自治公约要写明停车自管会：每份恰好一个")
        if self.committee and self.kind is not Kind.PARKING:
            raise ValueError("只有停车自治公约写停车自管会")
        if self.since and self.until and self.until < self.since:
            raise ValueError("最后一天早于施行日期")

    def holds(self, on: date) -> bool:
        """Whether it is in force on a day; one whose first day is not known has been so all along."""
        return (self.since is None or self.since <= on) and (self.until is None or on <= self.until)


class TextEntry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One text of a compact, key ``<compact>.v<number>``: its clauses, its first and last day, who went before.

    ``opinions`` counts what residents said of it. ``predecessor`` and ``successor`` are keys of texts.
    """

    code: Annotated[str, line("编号", max_length=KEY_LENGTH + 10)]
    compact: Annotated[str, line("公约", max_length=KEY_LENGTH)]
    number: Annotated[int, number("第几版", least=1, most=999)]
    place: Annotated[str, line("所在社区", max_length=40)]
    title: Annotated[str, line("名称", max_length=TITLE_LENGTH)]
    kind: Annotated[Kind, choice("种类")]
    nature: Annotated[Nature, choice("性质")]
    stage: Annotated[TextStage, choice("状态")]
    clauses: Annotated[tuple[Clause, ...], rows("条文", most=MOST_CLAUSES)]
    unit: Annotated[str, line("适用范围", max_length=TITLE_LENGTH)] = ""
    unit_code: Annotated[str, line("范围代码", max_length=40)] = ""
    committee: Annotated[str, line("停车自管会", max_length=KEY_LENGTH)] = ""
    vehicles: Annotated[tuple[Vehicle, ...], choices("管哪些车")] = ()
    opinions: Annotated[int, number("收到的意见", most=200_000)] = 0
    adopted: Annotated[date | None, day("通过日期")] = None
    resolution: Annotated[str, line("决议", max_length=120)] = ""
    filed: Annotated[date | None, day("备案日期")] = None
    filing: Annotated[str, line("备案号", max_length=60)] = ""
    since: Annotated[date | None, day("施行日期")] = None
    until: Annotated[date | None, day("最后一天")] = None
    predecessor: Annotated[str, line("前一版", max_length=KEY_LENGTH + 10)] = ""
    successor: Annotated[str, line("后一版", max_length=KEY_LENGTH + 10)] = ""


COMPACTS = Register(
    "compacts",
    "公约名册",
    CompactEntry,
    key="code",
    place="place",
    unique=("committee",),
    written_by=(REGISTRAR, ADMINISTRATOR),
)
TEXTS = Register("compact_texts", "公约文本", TextEntry, key="code", place="place")
