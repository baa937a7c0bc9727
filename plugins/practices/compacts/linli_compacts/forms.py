"""What the actions of a compact ask for.

The clauses of a draft are internal until a person has read them: they reach the public through the register of texts.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from msgspec import Struct

from linli.forms import INTERNAL, choice, choices, day, line, number, rows, text, yes_no
from linli_bodies.registers import BODIES
from linli_compacts.kinds import Kind, Nature, Office, Vehicle

KEY_LENGTH = 100
TITLE_LENGTH = 60
TOPIC_LENGTH = 40
CLAUSE_LENGTH = 1000
MOST_CLAUSES = 60


class Clause(Struct, frozen=True, forbid_unknown_fields=True):
    """One clause: what it is about, and what it says. No topic stands twice in a text."""

    topic: Annotated[str, line("条目", max_length=TOPIC_LENGTH)]
    text: Annotated[str, line("内容", hint="不写任何人的姓名、电话、车牌", max_length=CLAUSE_LENGTH)] = ""


class Draft(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The text of a compact as it is handed in.

    ``unit`` names what it binds where that is smaller than the community, ``unit_code`` its code where it has one.
    ``committee`` is the key of the one parking committee of a parking compact, ``code`` the number of a compact that
    stands in the register already.
    """

    title: Annotated[str, line("名称", max_length=TITLE_LENGTH)]
    kind: Annotated[Kind, choice("种类")]
    clauses: Annotated[tuple[Clause, ...], rows("条文", INTERNAL, most=MOST_CLAUSES)] = ()
    nature: Annotated[Nature, choice("性质")] = Nature.COMPACT
    unit: Annotated[
        str, line("适用的小区、胡同、院落或楼", hint="适用于全社区的不填", max_length=TITLE_LENGTH)
    ] = ""
    unit_code: Annotated[str, line("它的代码", hint="有区划代码后缀的填写", max_length=40)] = ""
    committee: Annotated[
        str,
        line("停车自管会", hint="组织名册里的编号；停车自治公约必填", max_length=KEY_LENGTH, names=BODIES.id),
    ] = ""
    vehicles: Annotated[tuple[Vehicle, ...], choices("管哪些车", hint="停车公约填写")] = ()
    code: Annotated[str, line("名册编号", hint="名册里已有的公约填写", max_length=KEY_LENGTH)] = ""


class Review(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a person found who read every clause before residents see it.

    ``clauses`` are those of the draft; with both answers yes they go out with this step as they were read, and with one
    no they are left out.
    """

    lawful: Annotated[bool, yes_no("没有违反法律法规、侵犯居民权利的条文")]
    no_names: Annotated[bool, yes_no("没有写任何人的姓名和个人信息")]
    reason: Annotated[str, line("意见", hint="退回的写明哪一条、为什么")] = ""
    clauses: Annotated[
        tuple[Clause, ...], rows("审查的条文", hint="照原文，不在这里改", most=MOST_CLAUSES)
    ] = ()


class Opinion(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a resident says of a draft."""

    topic: Annotated[str, line("对哪一条", INTERNAL, max_length=TOPIC_LENGTH)] = ""
    opinion: Annotated[str, text("意见")] = ""


class Taken(Struct, frozen=True, forbid_unknown_fields=True):
    """An opinion in short, whether it was taken up, and why or why not."""

    opinion: Annotated[str, line("意见", max_length=200)]
    taken: Annotated[bool, yes_no("采纳")]
    reason: Annotated[str, line("说明", max_length=200)] = ""


class Conclusion(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What became of the opinions; ``paper`` counts those that came on paper or by word of mouth.

    ``received`` is how many there were in all, counted when the step is taken.
    """

    opinions: Annotated[tuple[Taken, ...], rows("意见采纳情况", most=200)] = ()
    paper: Annotated[int, number("线下收到的意见", most=100_000)] = 0
    received: Annotated[int, number("共收到的意见", hint="自动计算", most=200_000)] = 0


class Adoption(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The resolution by which a text was adopted, the one that delegated it, and when the party organisation met."""

    resolution: Annotated[str, line("决议编号", hint="决议名册里的编号", max_length=120)]
    delegation: Annotated[
        str, line("居民会议授权决议的编号", hint="由居民代表会议通过的填写", max_length=120)
    ] = ""
    discussed: Annotated[date | None, day("社区党组织研究讨论的日期")] = None


class Filing(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """That a compact was filed: with whom, under which number, from which day it is in force."""

    office: Annotated[Office, choice("向谁备案")]
    number: Annotated[str, line("备案号", max_length=60)]
    since: Annotated[date, day("施行日期")]


class Beginning(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From which day a trial or an agreement holds."""

    since: Annotated[date, day("自哪天起")]


class Repeal(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The resolution by which a compact ends, its last day, and why. A trial or an agreement ends without one."""

    until: Annotated[date, day("最后一天")]
    reason: Annotated[str, line("理由")]
    resolution: Annotated[str, line("决议编号", max_length=120)] = ""
    delegation: Annotated[str, line("居民会议授权决议的编号", max_length=120)] = ""
    discussed: Annotated[date | None, day("社区党组织研究讨论的日期")] = None
