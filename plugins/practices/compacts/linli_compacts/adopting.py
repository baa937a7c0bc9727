"""Adopting: the right body with the right quorum, then the street; a trial or an agreement begins without either.

That a body met, who was there and what came of it is handed in as a resolution (`linli.resolutions`), from whichever
practice. Rules look at it when a text is adopted, and once more when it is filed.
"""

from __future__ import annotations

from datetime import timedelta

from linli.access.posts import COMMITTEE
from linli.errors import BadInput
from linli.matters import Matter
from linli.procedures import Notice, Outcome, Scene, to
from linli.rulebook import Judgement
from linli.standing import Why
from linli.steps import DueBy
from linli_compacts.facts import RESOLUTION, CompactFacts, resolved
from linli_compacts.forms import Adoption, Beginning, Filing, Repeal
from linli_compacts.kinds import Nature
from linli_compacts.procedure import (
    READERS,
    adoption_facts,
    again,
    compact,
    filing_facts,
    led,
    newest,
)
from linli_compacts.stages import ENDED, ENDING, IN_FORCE, TO_CORRECT, both
from linli_compacts.texts import in_force, texts_of

FORCE = "force"


def _refuse_uncarried(facts: CompactFacts, scene: Scene) -> None:
    """Refuse a resolution that carries nothing where no rule of the place has said so; raises `BadInput`."""
    wrong = resolved(facts, scene.given[RESOLUTION])
    if wrong is not None:
        raise BadInput(wrong.reason, where="resolution", cure=wrong.cure)


@compact.action(
    "adopt",
    title="登记通过",
    by=COMMITTEE,
    at=both("concluded"),
    form=Adoption,
    slot="adoption",
    judged=True,
    facts=adoption_facts,
    reads=CompactFacts,
    uses=(RESOLUTION,),
    hint="填写通过它的决议；人数不够、组织不对的决议不能作为依据",
)
def adopt(matter: Matter, form: Adoption, judgement: Judgement, scene: Scene) -> Outcome:
    """A body has adopted the text. A resolution that does not carry it changes nothing, and is on record."""
    text = newest(matter)
    if text.draft.nature is not Nature.COMPACT:
        raise BadInput(f"{text.draft.nature.title}不用登记通过", where="adopt", cure="用“开始施行”")
    if judgement.refused or judgement.incomplete:
        return to(again(matter, "concluded"))
    _refuse_uncarried(adoption_facts(matter, form), scene)
    notice = Notice("street", scene.place, f"《{text.draft.title}》已通过，等待备案")
    return led(matter, "adopt", form, again(matter, "adopted"), scene, notices=notice)


@compact.action(
    "file",
    title="备案",
    by=READERS,
    at=both("adopted"),
    form=Filing,
    slot="filing",
    judged=True,
    facts=filing_facts,
    reads=CompactFacts,
    uses=(RESOLUTION,),
    decides="adopt",
    apart_from=("adopt",),
)
def file(matter: Matter, form: Filing, judgement: Judgement, scene: Scene) -> Outcome:
    """The street or the district has it: in force from its day on; the text before it ends on the day before."""
    text, before = newest(matter), in_force(texts_of(matter))
    if judgement.refused:
        return led(matter, "file", form, again(matter, "concluded"), scene)
    if judgement.incomplete:
        return to(again(matter, "adopted"))
    _refuse_uncarried(filing_facts(matter, form), scene)
    if text.adopted is not None and form.since < text.adopted:
        raise BadInput("施行日期早于通过日期", where="since", cure=f"通过日期是 {text.adopted}")
    if before is not None and before.since is not None and form.since <= before.since:
        raise BadInput("施行日期要在现行文本之后", where="since", cure=f"现行文本自 {before.since} 起施行")
    if form.since <= scene.decided:
        return led(matter, "file", form, IN_FORCE, scene)
    begins = DueBy(FORCE, form.since - timedelta(days=1), "", "施行", False, IN_FORCE.id)
    return led(matter, "file", form, again(matter, "filed"), scene, due=begins)


@compact.action(
    "send_back", title="退回，不予备案", by=READERS, at=both("adopted"), form=Why, slot="sent_back"
)
def send_back(matter: Matter, form: Why, judgement: Judgement | None, scene: Scene) -> Outcome:
    """Whoever files has found what may not stand in a compact: the text is written anew."""
    return led(matter, "send_back", form, again(matter, "returned"), scene)


@compact.action(
    "begin",
    title="开始施行",
    by=COMMITTEE,
    at=both("consulting", "concluded"),
    form=Beginning,
    slot="beginning",
    hint="试行规则和使用人之间的协议，没有经过居民会议，也不用备案",
)
def begin(matter: Matter, form: Beginning, judgement: Judgement | None, scene: Scene) -> Outcome:
    """A trial or an agreement holds from a day on; a compact needs a resolution."""
    text, before = newest(matter), in_force(texts_of(matter))
    if text.draft.nature is Nature.COMPACT:
        raise BadInput("公约要由有权的会议通过并备案，才能施行", where="begin", cure="先登记通过，再备案")
    if before is not None and before.since is not None and form.since <= before.since:
        raise BadInput("开始的日期要在现行文本之后", where="since", cure=f"现行文本自 {before.since} 起施行")
    if form.since > scene.decided:
        raise BadInput("试行和协议从当天或以前的日期起", where="since")
    return led(matter, "begin", form, IN_FORCE, scene)


@compact.action(
    "order",
    title="责令改正",
    by=READERS,
    at=IN_FORCE,
    form=Why,
    slot="order",
    hint="内容违反法律法规、违背公序良俗或侵犯居民权利的",
)
def order(matter: Matter, form: Why, judgement: Judgement | None, scene: Scene) -> Outcome:
    """A compact in force that breaks the law has to be changed."""
    return to(TO_CORRECT, notices=Notice("committee", scene.place, f"《{newest(matter).draft.title}》要改正"))


@compact.action(
    "repeal",
    title="废止",
    by=COMMITTEE,
    at=(IN_FORCE, TO_CORRECT),
    form=Repeal,
    slot="repeal",
    judged=True,
    judged_as="adopt",
    facts=adoption_facts,
    reads=CompactFacts,
    uses=(RESOLUTION,),
)
def repeal(matter: Matter, form: Repeal, judgement: Judgement, scene: Scene) -> Outcome:
    """A compact ends by the same body that could adopt it; a trial and an agreement end by themselves."""
    text = in_force(texts_of(matter))
    assert text is not None and text.since is not None and matter.stage is not None, "it is in force"
    if form.until < text.since:
        raise BadInput("最后一天早于施行日期", where="until", cure=f"施行日期是 {text.since}")
    if text.draft.nature is Nature.COMPACT and (judgement.refused or judgement.incomplete):
        return to(matter.stage)
    if text.draft.nature is Nature.COMPACT:
        _refuse_uncarried(adoption_facts(matter, form), scene)
    if form.until < scene.decided:
        return led(matter, "repeal", form, ENDED, scene)
    ends = DueBy("end", form.until, "", "废止", False, ENDED.id)
    return led(matter, "repeal", form, ENDING, scene, due=ends)
