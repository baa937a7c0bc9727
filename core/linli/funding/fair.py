"""公益相亲会: communities' needs and organisations' offers rank each other, and stable matches come out.

The host enters the lists of both sides, as they were handed in at the fair. Whoever finds no partner is named too.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec
from msgspec import Struct

from linli.access.posts import STREET
from linli.errors import BadInput
from linli.forms import line, rows
from linli.funding.matching import match
from linli.funding.posts import FUNDER, OPERATOR
from linli.matters import Matter, State
from linli.procedures import Outcome, Procedure, Scene, Stage, to
from linli.rulebook import Judgement

SEPARATOR = "、"


class Ranking(Struct, frozen=True, forbid_unknown_fields=True):
    """One participant: its name at the fair, who brings it, and whom of the other side it would take, dearest first."""

    name: Annotated[str, line("名称", hint="例如：需求一", max_length=30)]
    by: Annotated[str, line("社区或组织", max_length=60)]
    choices: Annotated[
        str, line("愿意对接的，从最想的排起", hint="用顿号分开；不愿意的不写", max_length=1000)
    ] = ""

    @property
    def listed(self) -> list[str]:
        """The names chosen, in order."""
        return [name.strip() for name in self.choices.split(SEPARATOR) if name.strip()]


class Lists(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The lists of both sides of a fair."""

    title: Annotated[str, line("对接会名称", max_length=60)]
    needs: Annotated[tuple[Ranking, ...], rows("需求", hint="社区提出的", most=200)]
    offers: Annotated[tuple[Ranking, ...], rows("服务", hint="组织提供的", most=200)]


class Pair(Struct, frozen=True, forbid_unknown_fields=True):
    """A need and the offer that it was matched with."""

    need: str
    offer: str


RANKED = Stage("ranked", "已收齐排序", waits_for=("street", "funder", "grant_operator"))
MATCHED = Stage("matched", "已配对", final=True)


def pairs(lists: Lists) -> tuple[tuple[Pair, ...], tuple[str, ...], tuple[str, ...]]:
    """The pairs, the needs that found none, the offers that found none. Raises `BadInput` for lists that do not fit."""
    for side in (lists.needs, lists.offers):
        names = [each.name for each in side]
        if len(set(names)) != len(names):
            raise BadInput("同一个名称用了两次", where="needs", cure="每项需求、每项服务用不同的名称")
    found = match(
        {each.name: each.listed for each in lists.needs}, {each.name: each.listed for each in lists.offers}
    )
    made = tuple(Pair(need, offer) for need, offer in found.pairs)
    return made, found.needs_alone, found.offers_alone


def fair_name(state: State) -> str:
    """The title of a fair."""
    return str(state.facts.get("lists", {}).get("title", state.matter))


def fair_lead(state: State, on: date) -> str:
    """Who was matched with whom, and who was not; worked out of the published lists, as anyone can do again."""
    if state.stage_id != MATCHED.id:
        return "两边的意愿已经收齐，还没有配对。" if state.stage_id == RANKED.id else "这次对接会没有办成。"
    made, needs, offers = pairs(msgspec.convert(state.facts["lists"], Lists, str_keys=True))
    said = SEPARATOR.join(f"{pair.need}配{pair.offer}" for pair in made) or "没有一对配成"
    alone = SEPARATOR.join((*needs, *offers))
    return f"配成 {len(made)} 对：{said}。" + (f"没有配成的：{alone}。" if alone else "全部配成。")


fair = Procedure(
    "fair",
    title="公益相亲会",
    stages=(RANKED, MATCHED),
    lead=fair_lead,
    name=fair_name,
    describe="社区的需求和组织的服务互相排序，按稳定匹配配对。",
    applicants=(STREET,),
    deciders=(FUNDER,),
)


@fair.action("enter", title="登记双方意愿", by=(STREET, FUNDER, OPERATOR), form=Lists, slot="lists")
def enter(matter: Matter, form: Lists, judgement: Judgement | None, scene: Scene) -> Outcome:
    """The lists are entered, and must fit each other."""
    pairs(form)
    return to(RANKED)


@fair.action(
    "revise", title="修改双方意愿", by=(STREET, FUNDER, OPERATOR), at=RANKED, form=Lists, slot="lists"
)
def revise(matter: Matter, form: Lists, judgement: Judgement | None, scene: Scene) -> Outcome:
    """Someone ranked anew before the match."""
    pairs(form)
    return to(RANKED)


@fair.action("match", title="配对", by=(STREET, FUNDER, OPERATOR), at=RANKED)
def make_match(matter: Matter, form: object, judgement: Judgement | None, scene: Scene) -> Outcome:
    """The matching follows from the lists alone: no hand chooses."""
    return to(MATCHED)
