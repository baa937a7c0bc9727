"""The procedure of a compact: draft, consult, adopt, file, in force, revise. Its actions stand in modules beside it.

One matter holds a compact over its whole life. Whoever reads its texts finds them in the register of texts, each with
its days, and on the compact's page.
"""

from __future__ import annotations

from typing import Any

from msgspec import structs

from linli.access.posts import COMMITTEE, STREET
from linli.errors import BadInput
from linli.forms import plain
from linli.matters import Matter
from linli.procedures import EntryChange, Outcome, Procedure, Scene, Stage, to
from linli_compacts.facts import CompactFacts
from linli_compacts.forms import Adoption, Draft, Filing, Repeal
from linli_compacts.kinds import Kind
from linli_compacts.posts import REGISTRAR
from linli_compacts.stages import FIRST, REVISION, STAGES
from linli_compacts.texts import Event, Text, Texts, entries, events, in_force, texts, texts_of
from linli_compacts.wording import compact_lead, compact_name

READERS = (STREET, REGISTRAR)

compact = Procedure(
    "compact",
    title="居民公约",
    stages=STAGES,
    lead=compact_lead,
    name=compact_name,
    describe="居民自己定的规矩：起草、征求意见、通过、备案、施行、修订；每一版都留着。",
    applicants=(COMMITTEE,),
    deciders=READERS,
)


def again(matter: Matter, name: str) -> Stage:
    """The stage of a name in the round that the matter is in: a revision where a text is in force."""
    return (REVISION if in_force(texts_of(matter)) else FIRST)[name]


def newest(matter: Matter) -> Text:
    """The text that is worked on, or was last."""
    return texts_of(matter)[-1]


def happened(
    matter: Matter, action: str, facts: object, stage: Stage, scene: Scene
) -> tuple[Texts, tuple[EntryChange, ...]]:
    """The texts once an action has been taken, and what the registers are told of them."""
    before = events(matter)
    event = Event(0, action, plain(facts), scene.happened, scene.decided, stage.id)
    after = texts([*before, event])
    return after, entries(matter, texts(before), after, scene.decided)


def led(matter: Matter, action: str, facts: object, stage: Stage, scene: Scene, **more: Any) -> Outcome:
    """Lead to a stage, and tell the registers what that means for the texts."""
    return to(stage, entries=happened(matter, action, facts, stage, scene)[1], **more)


def draft_facts(matter: Matter, form: Draft) -> CompactFacts:
    """What rules see of a text that is handed in."""
    return CompactFacts(
        place=matter.place,
        title=form.title,
        kind=form.kind,
        nature=form.nature,
        clauses=form.clauses,
        unit=form.unit,
        unit_code=form.unit_code,
        committee=form.committee,
        vehicles=form.vehicles,
        matter=matter.id if matter.steps else "",
    )


def adoption_facts(matter: Matter, form: Adoption | Repeal) -> CompactFacts:
    """What rules see of a text that is adopted: it, and the resolution."""
    return _with(matter, form.resolution, form)


def filing_facts(matter: Matter, form: Filing) -> CompactFacts:
    """What rules see of a text that is filed: how it was adopted is looked at once more."""
    adoption = matter.facts("adoption", Adoption)
    assert adoption is not None, "what is filed was adopted"
    facts = _with(matter, adoption.resolution, adoption)
    return structs.replace(facts, office=form.office)


def _with(matter: Matter, resolution: str, form: Adoption | Repeal) -> CompactFacts:
    facts = draft_facts(matter, newest(matter).draft)
    return structs.replace(
        facts,
        matter=matter.id,
        resolution=resolution,
        delegation=form.delegation,
        discussed=form.discussed,
    )


def refuse_unfit(matter: Matter, form: Draft, scene: Scene) -> None:
    """Refuse a draft that contradicts itself, whatever the rules of a place say; raises `BadInput`."""
    topics = [clause.topic for clause in form.clauses]
    twice = sorted({topic for topic in topics if topics.count(topic) > 1})
    if twice:
        raise BadInput(f"同一条目写了两次：{'、'.join(twice)}", where="clauses", cure="合成一条")
    if form.committee and form.kind is not Kind.PARKING:
        raise BadInput("只有停车自治公约写停车自管会", where="committee", cure="去掉它，或改种类")
    if form.unit_code and not scene.places.within(form.unit_code, matter.place):
        raise BadInput(
            f"{form.unit_code} 不在这个社区里", where="unit_code", cure="填本社区内的代码，没有的不填"
        )
    if form.kind.of_the_whole and (form.unit or form.unit_code):
        raise BadInput(f"{form.kind.title}适用于全社区", where="unit", cure="去掉适用范围，或改种类")
    if not form.kind.of_the_whole and not (form.unit or form.unit_code):
        raise BadInput(
            f"{form.kind.title}要写明适用于哪里", where="unit", cure="写小区、胡同、院落或楼的名称"
        )
