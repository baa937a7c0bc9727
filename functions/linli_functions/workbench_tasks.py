"""Tasks: one action with its form, on a new matter or on one that is there; filled in, tried, kept, taken.

Every action of every procedure comes this way: nothing here knows what a procedure is about.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

import msgspec
from msgspec import Struct
from starlette.responses import Response

from linli.appointments import Appointment
from linli.desk import PAPER, Receipt
from linli.documents import Visibility, add_document, may_refer
from linli.drafts import draft as read_draft
from linli.drafts import save_draft
from linli.errors import BadInput, Conflict, Forbidden, LinliError, ManyFaults, NotFound, WrongStage
from linli.forms import Mark, has_secrets
from linli.matters import Matter
from linli.posts import RESIDENT
from linli.procedures import Action, Procedure, Reach
from linli.rulebook import Judgement
from linli.service import Call
from linli.standing import Correction
from linli_functions import workbench_readings as readings
from linli_functions.workbench_corrections import correction_of, correction_sections
from linli_functions.workbench_fields import (
    KEPT,
    PREFIX,
    Option,
    Parsed,
    Section,
    a_year_later,
    all_faults,
    facts_of,
    row_count,
    sections,
    shown_fields,
    typed_of,
)
from linli_functions.workbench_offers import begun_with, offered
from linli_functions.workbench_sittings import Sitting
from linli_functions.workbench_units import slot_of
from linli_site.wording import day as written_day

MORE_ROWS = 3
MOST_EARLIER, MOST_LOOKED_AT = 20, 60


class Task(Struct, frozen=True, kw_only=True):
    """One action as someone is about to take it.

    ``matter`` is None for an action that begins one, ``above`` the matter under which it is begun.
    """

    procedure: Procedure
    action: Action
    place: str
    matter: Matter | None = None
    above: Matter | None = None
    slot: str = ""
    places: tuple[Option, ...] = ()

    @property
    def form(self) -> type:
        """The form to fill in; for a correction that of the facts to correct."""
        return self.action.form

    @property
    def name(self) -> str:
        """The name of the matter, or of the one above; empty for one that is not begun."""
        named = self.matter or self.above
        return named.procedure.name(named.state) if named and named.state else ""

    @property
    def takes_paper(self) -> bool:
        """Whether it may be entered from paper by somebody else: not what residents do for themselves alone."""
        return any(post.id != RESIDENT.id for post in self.action.by)

    @property
    def keeps_drafts(self) -> bool:
        """Whether what is filled in may be kept: not where something of it is secret, nor for a correction."""
        return not self.slot and not has_secrets(self.form)


class Tried(Struct, frozen=True):
    """What a dry run said."""

    judgement: Judgement | None
    sentence: str


# Pages


def begin(sitting: Sitting) -> Response:
    """What can be begun, and earlier matters that can be copied."""
    service = sitting.service
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for procedure, action, place in service.openers(sitting.person):
        entry = found.setdefault(
            (procedure, action.id),
            {
                "procedure": service.deployment.procedures[procedure],
                "action": action,
                "places": [],
                "earlier": [],
            },
        )
        if place not in entry["places"]:
            entry["places"].append(place)
    for (procedure, _), entry in found.items():
        units = {held.unit for held in sitting.person.appointments if held.unit}
        ids = [each for unit in sorted(units) for each in service.applied_by(unit, procedure)]
        # Two streets may call their offices alike: what is not one's own to see is not there to be copied.
        opened = (service.matter(each) for each in reversed(ids[-MOST_LOOKED_AT:]))
        own = (each for each in opened if service.sees_internal(each, sitting.person))
        alike = (each for each in own if slot_of(each, entry["action"].form))
        entry["earlier"] = [readings.line(sitting.room, each) for each in islice(alike, MOST_EARLIER)]
    return sitting.page("begin.html", entries=list(found.values()))


def open_new(sitting: Sitting) -> Response:
    """The form of an action that begins a matter: blank, from a draft, or from an earlier matter."""
    task = _new_task(sitting)
    if sitting.request.method == "POST":
        return _posted(sitting, task)
    name, earlier = sitting.said("draft"), sitting.said("from")
    typed = typed_of(task.form, begun_with(task), _text(sitting))
    said = ""
    if name:
        kept = read_draft(sitting.service.desk, name, sitting.person)
        typed = typed_of(task.form, kept.facts, _text(sitting), own=True)
        said = f"接着填 {written_day(kept.saved)} 存的草稿。"
    elif earlier:
        typed = _copied(sitting, task, earlier)
        said = "已照以前的那一件填好，日期顺延了一年；个人信息、附件和别的事项的编号没有照抄，请逐项核对。"
    typed |= _prefilled(sitting)
    return _form(sitting, task, typed, draft=name, said=said)


def open_action(sitting: Sitting) -> Response:
    """The form of an action on a matter that is there, filled in with what was given before where it is asked again."""
    task = _task(sitting)
    if sitting.request.method == "POST":
        return _posted(sitting, task)
    matter = task.matter
    assert matter is not None and matter.state is not None, "an action on a matter has one"
    name = sitting.said("draft")
    if name:
        kept = read_draft(sitting.service.desk, name, sitting.person)
        return _form(sitting, task, typed_of(task.form, kept.facts, _text(sitting), own=True), draft=name)
    if task.action.form is Correction and not task.slot:
        return sitting.page(
            "slots.html", task=task, slots=readings.facts(sitting.room, matter, internal=True)
        )
    before = matter.state.facts.get(task.slot or task.action.slot, {})
    known = matter.state.forms.get(task.slot or task.action.slot, ("", 0))[0]
    asked_again = known == task.form.__name__ and task.action.begins is None
    return _form(
        sitting, task, typed_of(task.form, before if asked_again else begun_with(task), _text(sitting))
    )


def open_under(sitting: Sitting) -> Response:
    """The form of an action that begins a matter under another."""
    above = open_matter(sitting, sitting.part("matter"))
    wanted = sitting.part("procedure"), sitting.part("action")
    held = [
        (found, place)
        for id, found, place in sitting.service.openers_under(above, sitting.person)
        if (id, found.id) == wanted
    ]
    if not held:
        stage = above.stage.title if above.stage else ""
        said = f"现在是“{stage}”，或者您的岗位不能办理这一项"
        raise Forbidden(said, where=wanted[1], cure="请回到这件事的页面，看现在能办什么")
    action, place = held[0]
    procedure = sitting.service.deployment.procedures[wanted[0]]
    task = Task(procedure=procedure, action=action, place=place, above=above)
    if sitting.request.method == "POST":
        return _posted(sitting, task)
    return _form(sitting, task, typed_of(task.form, begun_with(task), _text(sitting)))


def _text(sitting: Sitting) -> Any:
    return lambda value: readings.text_of(sitting.service, value)


def _new_task(sitting: Sitting) -> Task:
    procedure, action = sitting.part("procedure"), sitting.part("action")
    held = [
        (found, place)
        for id, found, place in sitting.service.openers(sitting.person)
        if (id, found.id) == (procedure, action)
    ]
    if not held:
        raise Forbidden("您的岗位不能办理这一项", where=action, cure="在“新办”里看看您能办理什么")
    found = held[0][0]
    options = _places(
        sitting, found, [a for a in sitting.person.appointments if a.post in {post.id for post in found.by}]
    )
    chosen = sitting.said("place") or options[0].value
    if chosen not in {option.value for option in options}:
        raise Forbidden("您的岗位不能在那里办理这一项", where="place")
    return Task(
        procedure=sitting.service.deployment.procedures[procedure],
        action=found,
        place=chosen,
        places=tuple(options),
    )


def _places(sitting: Sitting, action: Action, held: Sequence[Appointment]) -> list[Option]:
    """Where someone may begin: the places of the appointments, and below them the places with rules of their own."""
    deployment = sitting.service.deployment
    reach = {post.id: post.reach for post in action.by}
    found: dict[str, None] = {}
    for appointment in held:
        found[appointment.place] = None
        if reach[appointment.post] is not Reach.OWN_PLACE:
            below = (
                code for code in deployment.jurisdictions if deployment.places.within(code, appointment.place)
            )
            found.update(dict.fromkeys(sorted(below)))
    return [Option(code, sitting.room.place(code)) for code in found]


def _task(sitting: Sitting) -> Task:
    service = sitting.service
    matter = open_matter(sitting, sitting.part("matter"))
    wanted = sitting.part("action")
    action = service.desk.actions(matter.procedure).get(wanted)
    if action is None or action.system or action.opens:
        raise NotFound("没有这个动作", where="action")
    if wanted not in {each.id for each in service.available(matter, sitting.person)}:
        stage = matter.stage.title if matter.stage else ""
        if wanted not in {each.id for each in service.actions(matter)}:
            raise WrongStage(
                f"现在是“{stage}”，不能“{action.title}”", cure="请回到这件事的页面，看现在能办什么"
            )
        who = "、".join(dict.fromkeys(post.title for post in action.by))
        raise Forbidden(
            f"您不能在这件事上“{action.title}”", cure=f"可以办理的岗位：{who}；同一个人不能既申请又审核、决定"
        )
    slot = ""
    if action.form is Correction:
        assert matter.state is not None, "a stored matter has a state"
        known = readings.actions_by_slot(service, matter)
        slots = [name for name in matter.state.facts if name in known and known[name].form is not Correction]
        slot = sitting.said("slot") or (slots[0] if len(slots) == 1 else "")
        if slot and slot not in slots:
            raise NotFound("这件事没有这一部分内容", where="slot")
        if slot:
            action = msgspec.structs.replace(action, form=known[slot].form)
    return Task(procedure=matter.procedure, action=action, place=matter.place, matter=matter, slot=slot)


def open_matter(sitting: Sitting, id: str) -> Matter:
    """A matter that someone may open: whoever may see its internal facts or may act in it now.

    For anyone else it is as if there were none: raises `NotFound`.
    """
    try:
        matter = readings.read(sitting.service, id)
    except NotFound:
        matter = None
    if matter is not None:
        seen = sitting.service.sees_internal(matter, sitting.person)
        if seen or sitting.service.available(matter, sitting.person):
            return matter
    raise NotFound(
        "没有这个编号的事项，或者您的岗位看不到它",
        where="matter",
        cure="请核对编号；公开的内容可以在公开网站上查看",
    )


def _copied(sitting: Sitting, task: Task, earlier: str) -> dict[str, list[str]]:
    """What an earlier matter was given on the same form, a year later.

    A number of another matter is left out: last year's call is not this year's.
    """
    matter = open_matter(sitting, earlier)
    assert matter.state is not None, "a stored matter has a state"
    if not sitting.service.sees_internal(matter, sitting.person) or matter.procedure.id != task.procedure.id:
        raise Forbidden("这一件不能照抄", where="from")
    slot = slot_of(matter, task.form)
    if not slot:
        raise NotFound("这一件没有填过这张表，不能照抄", where="from", cure="换一件，或者从头填写")
    facts = a_year_later(matter.state.facts[slot], task.form)
    kept = {name: value for name, value in facts.items() if not _names_a_matter(sitting, value)}
    return typed_of(task.form, kept, _text(sitting))


def _names_a_matter(sitting: Sitting, value: Any) -> bool:
    return isinstance(value, str) and sitting.service.store.head(value) > 0


def _prefilled(sitting: Sitting) -> dict[str, list[str]]:
    """What the address says of fields: a link can name the call to apply to."""
    said = sitting.request.query_params
    return {name: said.getlist(name) for name in said if name.startswith(PREFIX)}


def _kept(task: Task) -> dict[str, str]:
    """What an empty personal field stands for: what was given in the same slot before."""
    if task.matter is None or task.matter.state is None:
        return {}
    before = task.matter.state.facts.get(task.slot or task.action.slot, {})
    return {
        f.name: str(before[f.name])
        for f in shown_fields(task.form)
        if f.mark is Mark.PERSONAL and before.get(f.name)
    }


# Drawing


def _form(
    sitting: Sitting,
    task: Task,
    typed: Mapping[str, Sequence[str]],
    *,
    faults: Sequence[LinliError] = (),
    tried: Tried | None = None,
    draft: str = "",
    said: str = "",
    key: str = "",
) -> Response:
    known = offered(sitting, task)
    shown: list[Section]
    if task.slot:
        shown = correction_sections(task.form, typed, faults, known)
    else:
        shown = sections(task.form, typed, faults, known, _kept(task))
    inputs = {each.name.removeprefix(PREFIX): each for section in shown for each in _all(section)}
    return sitting.page(
        "task.html",
        200 if not faults else 422,
        task=task,
        sections=shown,
        faults=[(fault, inputs[fault.where].id if fault.where in inputs else "") for fault in faults],
        tried=tried,
        reasons=readings.reasons(sitting.service, tried.judgement) if tried else [],
        draft=draft,
        said=said,
        lead=_lead(sitting, task.above) if task.above else "",
        key=key or sitting.service.desk.randomness(16).hex(),
        expected=str(task.matter.steps[-1].number) if task.matter else "",
        paper=sitting.said("paper"),
        happened=sitting.said("happened"),
        decided=sitting.said("decided"),
    )


def _lead(sitting: Sitting, matter: Matter) -> str:
    assert matter.state is not None, "a stored matter has a state"
    return matter.procedure.lead(matter.state, sitting.today)


def _all(section: Section) -> list[Any]:
    return [each for top in section.inputs for each in (top, *(cell for row in top.rows for cell in row))]


# What was sent


def _posted(sitting: Sitting, task: Task) -> Response:
    typed = {name: list(values) for name, values in sitting.typed.items()}
    uploads = take_files(sitting, typed, _internal(sitting, task))
    do, draft, key = sitting.said("do"), sitting.said("draft"), sitting.said("key")
    if do.startswith("more:"):
        name = PREFIX + do.removeprefix("more:")
        typed[f"{name}.rows"] = [str(row_count(name, typed) + MORE_ROWS)]
        return _form(sitting, task, typed, draft=draft, key=key)
    parsed = facts_of(task.form, typed, offered(sitting, task), _kept(task))
    parsed = Parsed(parsed.facts, [*uploads, *parsed.faults])
    if do == "save":
        return _saved(sitting, task, typed, parsed, draft, key)
    try:
        call = _call(sitting, task, parsed, draft, key)
        if do != "take":
            judgement, stage = sitting.service.dry_run(call, sitting.person)
            tried = Tried(judgement, readings.preview(judgement, stage))
            return _form(sitting, task, typed, tried=tried, draft=draft, key=key)
        receipt = sitting.service.take(call, sitting.person)
    except ManyFaults as many:
        return _form(sitting, task, typed, faults=many.faults, draft=draft, key=key)
    except (BadInput, Conflict, WrongStage) as error:
        # With a key of its own the form can be sent again once it is put right.
        return _form(sitting, task, typed, faults=[error], draft=draft)
    return _taken(sitting, task, receipt)


def _call(sitting: Sitting, task: Task, parsed: Parsed, draft: str, key: str) -> Call:
    facts = (
        correction_of(sitting, task.slot, task.matter, parsed) if task.slot and task.matter else parsed.facts
    )
    faults = parsed.faults if task.slot else all_faults(task.form, parsed)
    if faults:
        raise ManyFaults(list(faults))
    # A hash that someone read somewhere must not open what lies behind it.
    may_refer(sitting.service, task.form, parsed.facts, task.matter.id if task.matter else "", sitting.person)
    paper = sitting.said("paper") == "yes"
    expected = sitting.said("expected")
    return Call(
        procedure=task.procedure.id,
        action=task.action.id,
        facts=facts,
        matter=task.matter.id if task.matter else "",
        place="" if task.matter else task.place,
        happened=sitting.day("happened") if paper else None,
        decided=sitting.day("decided") if paper else None,
        key=key,
        on_behalf_of=PAPER if paper else "",
        expected=int(expected) if expected.isdecimal() else None,
        draft=draft,
        above=task.above.id if task.above else "",
    )


def _saved(
    sitting: Sitting, task: Task, typed: Mapping[str, Sequence[str]], parsed: Parsed, draft: str, key: str
) -> Response:
    """Keep what could be read; what could not stays on the page, marked."""
    call = Call(
        procedure=task.procedure.id,
        action=task.action.id,
        facts=parsed.facts,
        matter=task.matter.id if task.matter else "",
        place=task.place,
        draft=draft,
    )
    kept = save_draft(sitting.service.desk, call, sitting.person)
    if parsed.faults:
        said = "草稿存好了；下面标出的几项还看不懂，没有存进去。"
        return _form(sitting, task, typed, faults=parsed.faults, draft=kept.id, said=said, key=key)
    return _form(sitting, task, typed, draft=kept.id, said="草稿存好了，在“我的草稿”里可以接着填。", key=key)


def _internal(sitting: Sitting, task: Task) -> str:
    """The matter that a file is handed in for, where the person sees its inside; a resident's lies by itself."""
    seen = task.matter is not None and sitting.service.sees_internal(task.matter, sitting.person)
    return task.matter.id if task.matter is not None and seen else ""


def take_files(sitting: Sitting, typed: dict[str, list[str]], matter: str = "") -> list[LinliError]:
    """Keep the files that came along as documents and put their hashes where the form expects them; returns faults."""
    faults: list[LinliError] = []
    for name, (file, data) in sitting.files.items():
        try:
            kept = add_document(
                sitting.service, data, file, Visibility.INTERNAL, sitting.person, matter=matter
            )
            typed[name + KEPT] = [kept.hash]
        except BadInput as error:
            faults.append(BadInput(error.message, where=name.removeprefix(PREFIX), cure=error.cure))
    return faults


def _taken(sitting: Sitting, task: Task, receipt: Receipt) -> Response:
    """After a beginning the receipt, whose code is shown this once; else back to the matter."""
    if task.matter is None:
        matter = sitting.service.matter(receipt.matter)
        assert matter.state is not None, "what was just taken is stored"
        return sitting.page(
            "receipt.html",
            matter=matter,
            lead=matter.procedure.lead(matter.state, sitting.today),
            name=matter.procedure.name(matter.state),
            receipt=receipt,
            above=task.above.id if task.above else "",
            again=task.action.title if task.above and task.takes_paper else "",
            waiting=readings.waiting(sitting.room, matter),
            reasons=readings.reasons(sitting.service, receipt.judgement),
        )
    return sitting.go(f"/matters/{receipt.matter}", done=str(receipt.number))
