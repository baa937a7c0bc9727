"""How matters are read at the workbench: facts with their words, reasons with their articles, the story, the money.

What someone may not see is left out here, before a template could show it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from msgspec import Struct

from linli.citations import Rank
from linli.desk import PAPER
from linli.errors import NotFound
from linli.findings import Verdict
from linli.forms import Field, Mark, Widget
from linli.intake import DOCUMENT, SEALED
from linli.ledger import FEN, OUTSIDE, Posting
from linli.matters import BUILT_IN_STAGES, Matter
from linli.money import yuan, yuan_exact
from linli.procedures import Action
from linli.rulebook import Heard, Judgement, UsedValue
from linli.service import Service
from linli.steps import DueBy, Publication, Step
from linli.writing import PEOPLE
from linli_functions.workbench_fields import names_a_place, shown_fields
from linli_functions.workbench_sittings import Room
from linli_site.wording import day as written_day


class Fact(Struct, frozen=True, kw_only=True):
    """One fact as a page shows it. ``document`` is a hash to open, ``sealed`` a personal field to ask for."""

    title: str
    text: str = ""
    mark: str = "public"
    document: str = ""
    sealed: str = ""
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


class Facts(Struct, frozen=True):
    """The facts of one slot: what they were given for, and the slot's name."""

    slot: str
    title: str
    facts: tuple[Fact, ...]


class Waiting(Struct, frozen=True):
    """Who is waited for and for what; ``left`` counts working days, None without a due day."""

    who: str
    what: str
    post: str
    until: date | None = None
    left: int | None = None
    provisional: bool = False
    basis: str = ""

    @property
    def sentence(self) -> str:
        """Who decides next and by when, as one sentence."""
        if self.until is None or self.left is None:
            return f"等待{self.who}{self.what}。"
        until = f"{written_day(self.until, weekday=True)}前"
        sure = "（暂定，放假安排公布后重新确定）" if self.provisional else ""
        return f"{self.who}应在{until}{self.what}，{remaining(self.left)}{sure}。"


def remaining(left: int) -> str:
    """Working days left, in words."""
    if left < 0:
        return f"已超过 {-left} 个工作日"
    return "今天到期" if left == 0 else f"还有 {left} 个工作日"


class Line(Struct, frozen=True, kw_only=True):
    """A matter in a list."""

    id: str
    name: str
    procedure: str
    procedure_id: str
    stage: str
    tone: str
    place: str
    unit: str
    opened: date
    waiting: Waiting | None
    bulk: tuple[str, ...] = ()

    @property
    def due(self) -> date:
        """The day to sort by: what has none comes last."""
        return self.waiting.until if self.waiting and self.waiting.until else date.max


def tone(matter: Matter) -> str:
    """The border of a stage's box."""
    stage = matter.stage
    if stage is None:
        return "plain"
    if stage.final:
        return "done" if stage.usable else "stopped"
    return "open" if stage.usable else "waiting"


def line(room: Room, matter: Matter, bulk: tuple[str, ...] = ()) -> Line:
    """A matter as a line of a list."""
    state = matter.state
    assert state is not None, "a stored matter has a state"
    waits = waiting(room, matter)
    return Line(
        id=matter.id,
        name=matter.procedure.name(state),
        procedure=matter.procedure.title,
        procedure_id=matter.procedure.id,
        stage=matter.stage.title if matter.stage else "",
        tone=tone(matter),
        place=room.place(matter.place),
        unit=state.unit,
        opened=state.opened,
        waiting=waits[0] if waits else None,
        bulk=bulk,
    )


def waiting(room: Room, matter: Matter) -> list[Waiting]:
    """Who is waited for: what falls due first, then whoever's turn it is without a day."""
    state, stage = matter.state, matter.stage
    if state is None or stage is None:
        return []
    asked = [each for each in sorted(state.due, key=lambda due: due.day) if each.post]
    found = [_due(room, each) for each in asked]
    named = {each.post for each in asked}
    found += [Waiting(room.post(post), "办理", post) for post in stage.waits_for if post not in named]
    return found


def _due(room: Room, due: DueBy) -> Waiting:
    left = room.left(due.day)
    return Waiting(
        room.post(due.post), due.title or "办理", due.post, due.day, left, due.provisional, due.basis
    )


# Facts


def actions_by_slot(service: Service, matter: Matter) -> dict[str, Action]:
    """The action whose form a slot's facts were given in, by slot."""
    found: dict[str, Action] = {}
    for action in service.desk.actions(matter.procedure).values():
        if action.slot and action.slot not in found:
            found[action.slot] = action
    return found


def facts(room: Room, matter: Matter, *, internal: bool) -> list[Facts]:
    """The facts of a matter by slot; without ``internal`` only the public fields of public steps."""
    state = matter.state
    assert state is not None, "a stored matter has a state"
    known = actions_by_slot(room.service, matter)
    withheld = {step.slot for step in matter.steps if step.publication is not Publication.PUBLIC}
    found = []
    for slot, values in state.facts.items():
        action = known.get(slot)
        if action is None or (slot in withheld and not internal):
            continue
        shown = tuple(
            fact
            for field in shown_fields(action.form)
            if internal or field.mark is Mark.PUBLIC
            for fact in _fact(room, matter, slot, field, values.get(field.name))
        )
        if shown:
            found.append(Facts(slot, action.title, shown))
    return found


def _fact(room: Room, matter: Matter, slot: str, field: Field, value: Any) -> Iterator[Fact]:
    if value is None or value in ("", [], (), False) or (value == 0 and not field.required):
        return
    title, mark = field.title, field.mark.value
    if field.widget is Widget.ROWS:
        heads = tuple(_heading(column) for column in field.columns)
        cells = tuple(
            tuple(words(room, column, row.get(column.name)) for column in field.columns) for row in value
        )
        yield Fact(title=title, mark=mark, columns=heads, rows=cells)
    elif str(value).startswith(SEALED):
        yield Fact(title=title, mark=mark, sealed=sealed_field(room.service, matter, slot, field.name))
    elif field.widget is Widget.DOCUMENT:
        yield Fact(title=title, mark=mark, document=str(value).removeprefix(DOCUMENT))
    elif field.widget is Widget.TEXT:
        yield Fact(title=title, mark=mark, text=text_of(room.service, str(value)))
    else:
        yield Fact(title=title, mark=mark, text=words(room, field, value))


def _heading(field: Field) -> str:
    return f"{field.title}（元）" if field.widget is Widget.MONEY else field.title


def sealed_field(service: Service, matter: Matter, slot: str, name: str) -> str:
    """The name under which the vault keeps a personal field: ``<step number>.<name>`` of the step that gave it."""
    for step in reversed(matter.steps):
        field = f"{step.number}.{name}"
        if step.slot == slot and service.store.row(PEOPLE, f"{matter.id}/{field}") is not None:
            return field
    return ""


def text_of(service: Service, value: str) -> str:
    """A free text by its reference; what is not held any more says so."""
    if not value.startswith(DOCUMENT):
        return value
    data = service.store.blob(value.removeprefix(DOCUMENT))
    return data.decode() if data is not None else "（这份文字已不再保存）"


def words(room: Room, field: Field, value: Any) -> str:
    """A value in the words of its reader."""
    if value is None or value == "":
        return ""
    if field.widget is Widget.MONEY:
        return yuan_exact(int(value))
    if field.widget is Widget.DATE:
        return written_day(str(value))
    if field.widget is Widget.YES_NO:
        return "是" if value else "否"
    if field.widget is Widget.PLACES:
        return "、".join(room.place(str(each)) for each in value)
    if isinstance(value, (list, tuple)):
        labels = dict(field.options)
        return "、".join(labels.get(str(each), str(each)) for each in value)
    if field.options:
        return dict(field.options).get(str(value), str(value))
    return room.place(str(value)) if names_a_place(field) else str(value)


# Reasons


def reasons(service: Service, judgement: Judgement | None) -> list[dict[str, Any]]:
    """The findings of a judgement as the page's block of reasons takes them; the heaviest first."""
    if judgement is None:
        return []
    titles = {bound.id: bound.rule.title for bound in service.deployment.rules}
    return [_finding(service, heard, titles) for heard in judgement.findings]


def _finding(service: Service, heard: Heard, titles: Mapping[str, str]) -> dict[str, Any]:
    verdict, reason = heard.verdict, heard.reason
    if heard.struck_by:
        by = titles.get(heard.struck_by, "一份决议")
        verdict, reason = Verdict.NOT_APPLICABLE, f"{reason}（因“{by}”，这一条不计）"
    return {
        "verdict": verdict.value,
        "title": titles.get(heard.rule, heard.rule),
        "reason": reason or ("符合要求。" if verdict is Verdict.SATISFIED else "与这件事无关。"),
        "cure": heard.cure if not heard.struck_by else "",
        "cites": [_cite(service, c.source, c.article, c.rank, c.since) for c in heard.cites],
        "values": [value for each in heard.values if (value := _used(service, each)) is not None],
    }


def _cite(service: Service, source: str, article: str, rank: str, since: date) -> dict[str, Any]:
    known = service.deployment.sources.get(source)
    named = known.article(article).label.removeprefix(f"《{known.title}》") if known is not None else article
    return {
        "name": f"《{known.title}》" if known is not None else source,
        "article": named,
        "rank": Rank[rank.upper()].title,
        "since": since,
        "address": "",
    }


def _used(service: Service, used: UsedValue) -> dict[str, Any] | None:
    parameter = service.deployment.parameters.get(used.name)
    if parameter is None:
        return None
    value = used.value
    if isinstance(value, bool):
        shown = "是" if value else "否"
    elif isinstance(value, (list, tuple)):
        shown = "、".join(str(each) for each in value)
    else:
        shown = f"{value} {parameter.unit}".strip()
    return {"name": parameter.title, "value": shown, "since": used.since}


def preview(judgement: Judgement | None, stage: str) -> str:
    """What a dry run says, as one sentence."""
    if judgement is None:
        return f"这一步不由规则判断；提交后进入“{stage}”。"
    heavy = judgement.adverse()
    because = "；".join(dict.fromkeys(heard.reason.rstrip("。") for heard in heavy))
    if judgement.refused:
        return f"这样会不予通过，因为{because}。"
    if judgement.incomplete:
        return f"这样会被退回，因为{because}。"
    if heavy:
        return f"这样会转人工审核，因为{because}。提交后进入“{stage}”。"
    return f"规则都符合；提交后进入“{stage}”。"


# The story and the money


def story(room: Room, matter: Matter, *, internal: bool) -> list[dict[str, Any]]:
    """The steps, oldest first: day, post (never a name), what was done, what moved."""
    actions = room.service.desk.actions(matter.procedure)
    return [
        _told(room, matter, step, actions)
        for step in matter.steps
        if internal or step.publication is Publication.PUBLIC
    ]


def _told(room: Room, matter: Matter, step: Step, actions: Mapping[str, Action]) -> dict[str, Any]:
    action = actions.get(step.action)
    actor = step.actor
    who = room.post(actor.post)
    if actor.unit and actor.post != "clock":
        who = f"{actor.unit}（{who}）"
    notes = []
    if actor.on_behalf_of == PAPER:
        notes.append(f"纸质件补录，{written_day(step.recorded)}录入")
    if actor.deputy:
        notes.append("代理")
    if step.corrects:
        notes.append(f"更正第 {step.corrects} 步的内容")
    stage = matter.procedure.stages.get(step.stage) or BUILT_IN_STAGES[step.stage]
    notes.append(f"办理后：{stage.title}")
    return {
        "day": step.decided,
        "who": who,
        "what": action.title if action is not None else "各社区办理完毕",
        "detail": "；".join(notes),
        "moved": "；".join(
            f"{account(room, p.source)} → {account(room, p.destination)}：{amount(p)}" for p in step.postings
        ),
    }


def account(room: Room, name: str) -> str:
    """An account in words."""
    kind, _, rest = name.partition(":")
    if name.startswith(OUTSIDE):
        return rest.rpartition("/")[2]
    if kind == "community":
        return room.place(rest)
    if kind in ("allowance", "used"):
        what, _, where = rest.partition("/")
        titles = {"plates": "挂牌名额"}
        return f"{room.place(where)}{titles.get(what, '额度')}（{'可用' if kind == 'allowance' else '已用'}）"
    return "本事项已安排的经费" if kind == "committed" else rest or name


def amount(posting: Posting) -> str:
    """An amount with its unit."""
    return yuan(posting.amount) if posting.commodity == FEN else f"{posting.amount}"


def read(service: Service, matter: str) -> Matter:
    """A matter of this deployment; what does not exist and what is no id look alike. Raises `NotFound`."""
    if not matter or "/" in matter:
        raise NotFound("没有这个编号的事项", where="matter", cure="请核对编号")
    return service.matter(matter)
