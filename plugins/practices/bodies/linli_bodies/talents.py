"""人才梯队: people who serve a community are counted in tiers and rise by a record; nobody is shown, none ranked."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from msgspec import Struct, structs

from linli.access.posts import COMMITTEE, STREET
from linli.errors import BadInput
from linli.forms import choice, line, person
from linli.matters import Matter
from linli.procedures import Once, Outcome, Procedure, Scene, Stage, to
from linli.rulebook import Judgement
from linli.steps import Publication
from linli_bodies.judged import stopped

LEFT = Stage("left", "已退出", final=True)
REFUSED = Stage("refused", "不能列入", final=True)
BASIS = "人才名册不逐人公布，只公布人数"


class Tier(StrEnum):
    """The tiers, from residents who help to professional bodies that are brought in."""

    RESIDENT = "resident"
    WORKER = "worker"
    PROFESSIONAL = "professional"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The label that residents read."""
        return {
            "resident": "社区公益人才（居民）",
            "worker": "平台运营人才（社区工作者）",
            "professional": "专业社会工作机构",
        }[self.value]


class Talent(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody, or a professional body, is listed in a tier."""

    tier: Annotated[Tier, choice("层级")]
    who: Annotated[str, person("谁")] = ""
    organization: Annotated[str, line("专业机构", max_length=60)] = ""


class Promotion(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody rises to another tier."""

    to: Annotated[Tier, choice("升到")]


class PromotionAt(Promotion, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A promotion as rules see it: who, and from where."""

    who: Annotated[str, person("谁")] = ""
    source: Annotated[Tier, choice("现在的层级")] = Tier.RESIDENT


TIERS = {tier: Stage(tier.value, tier.title, usable=True) for tier in Tier}

talent = Procedure(
    "talent",
    title="人才梯队",
    stages=(*TIERS.values(), LEFT, REFUSED),
    lead=lambda state, on: f"{BASIS}。",
    name=lambda state: "人才梯队",
    describe="为社区服务的人和机构，按层级计数。",
    applicants=(COMMITTEE, STREET),
    deciders=(STREET,),
)


@talent.action(
    "enrol",
    title="列入",
    by=(COMMITTEE, STREET),
    form=Talent,
    judged=True,
    publication=Publication.WITHHELD,
    basis=BASIS,
)
def enrol(matter: Matter, form: Talent, judgement: Judgement, scene: Scene) -> Outcome:
    """A resident enters the first tier, a professional body the third; whoever works rises to the second."""
    if bool(form.who) == bool(form.organization):
        raise BadInput("个人和机构填一项", where="who")
    if (form.tier is Tier.PROFESSIONAL) != bool(form.organization):
        raise BadInput("专业机构列在第三层，个人列在第一、二层", where="tier")
    if stopped(judgement):
        return to(REFUSED)
    once = Once(matter.place, "这个人已经在列", "要升层级的，办理升级", who=form.who) if form.who else ()
    return to(TIERS[form.tier], claims=once)


def _promotion_at(matter: Matter, form: Promotion) -> PromotionAt:
    assert matter.state is not None, "who rises is listed"
    who = str(matter.state.facts["enrol"].get("who", ""))
    return PromotionAt(**structs.asdict(form), who=who, source=Tier(matter.state.stage_id))


@talent.action(
    "promote",
    title="升级",
    by=(COMMITTEE, STREET),
    at=tuple(TIERS.values()),
    form=Promotion,
    judged=True,
    facts=_promotion_at,
    reads=PromotionAt,
    publication=Publication.WITHHELD,
    basis=BASIS,
)
def promote(matter: Matter, form: Promotion, judgement: Judgement, scene: Scene) -> Outcome:
    """Somebody rises where the rules let it."""
    assert matter.stage is not None, "who rises is listed"
    return to(matter.stage if stopped(judgement) else TIERS[form.to])


@talent.action(
    "leave",
    title="退出",
    by=(COMMITTEE, STREET),
    at=tuple(TIERS.values()),
    publication=Publication.WITHHELD,
    basis=BASIS,
)
def leave(matter: Matter, form: object, judgement: Judgement | None, scene: Scene) -> Outcome:
    """Somebody is listed no longer."""
    return to(LEFT)
