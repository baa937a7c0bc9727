"""组织架构: a place goes over to another frame from a day on; the one before stays readable with its days."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from msgspec import Struct

from linli.access.posts import STREET
from linli.errors import BadInput
from linli.forms import day, line, plain
from linli.matters import Matter, State
from linli.procedures import EntryChange, Outcome, Procedure, Scene, Stage, to
from linli.rulebook import Judgement
from linli_bodies.registers import PLACE_FRAMES, PlaceFrame
from linli_bodies.wording import day_of

CHOSEN = Stage("chosen", "已确定", final=True)


class FrameChoice(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """By which frame a place goes from a day on."""

    frame: Annotated[str, line("组织架构", max_length=60)]
    since: Annotated[date, day("自哪天起")]
    basis: Annotated[str, line("依据", max_length=80)] = ""
    title: Annotated[str, line("名称", hint="不用填", max_length=60)] = ""


def _lead(state: State, on: date) -> str:
    facts = state.facts.get("frame", {})
    return f"自{day_of(facts['since'])}起，这里的组织架构是“{facts.get('title')}”。" if facts else ""


frame = Procedure(
    "frame",
    title="组织架构",
    stages=(CHOSEN,),
    lead=_lead,
    name=lambda state: f"组织架构：{state.facts.get('frame', {}).get('title', '')}",
    describe="一个社区由哪些组织构成；换了架构，原来的和日期一起留着。",
    applicants=(STREET,),
    deciders=(STREET,),
)


@frame.action("choose", title="确定组织架构", by=STREET, form=FrameChoice, slot="frame")
def choose(matter: Matter, form: FrameChoice, judgement: Judgement | None, scene: Scene) -> Outcome:
    """A place goes over to a frame that holds there on the day."""
    level = scene.places[scene.place].level
    brought = [each for each in scene.brought("bodies_frames") if each.level is level]
    found = next((each for each in brought if each.id == form.frame), None)
    if found is None:
        known = "、".join(f"{each.id}（{each.title}）" for each in brought)
        raise BadInput(f"这里没有“{form.frame}”这种组织架构", where="frame", cure=f"有：{known}")
    if not found.holds(form.since):
        said = f"“{found.title}”自 {found.since} 起" + (f"至 {found.until} 止" if found.until else "")
        raise BadInput(f"{said}，{form.since} 不能用", where="since")
    entry = PlaceFrame(place=scene.place, frame=found.id, title=found.title)
    change = EntryChange(PLACE_FRAMES.id, scene.place, plain(entry), since=form.since)
    return to(CHOSEN, entries=change, kept={"title": found.title})
