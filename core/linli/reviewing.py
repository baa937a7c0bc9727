"""Reviewed texts: what people write goes out in a version that a person has redacted, and until a day.

A text never goes out by itself. Whoever holds the post of publisher hands in a redacted version (`approve`), which goes
out with the day on which it comes down. A personal text goes out only where a rule has found that the law wants it
posted (`duty_of`), and no longer than that. Taking down is `linli.publication.take_down`.
"""

from __future__ import annotations

from datetime import date

from msgspec import Struct, structs

from linli.appointments import Person
from linli.canonical import canonical
from linli.deciding import read_steps
from linli.desk import Desk
from linli.errors import BadInput, Conflict, NotFound
from linli.forms import Field, Mark, Widget, fields
from linli.indexing import step_key
from linli.intake import DOCUMENT, SEALED
from linli.permissions import permit
from linli.personal_data import scan
from linli.posts import PUBLISHER
from linli.procedures import Action, Outcome
from linli.publication import PUBLICATIONS, TAKEDOWNS
from linli.record import PublishedText, Sheet
from linli.sequencing import unplaced_row
from linli.steps import Step
from linli.store import Commit, Row
from linli.vault import Ref
from linli.writing import PEOPLE


def _never(*_: object) -> Outcome:
    raise AssertionError("publishing is no step of a matter")


REVIEW = Action(id="publish", title="审核公开", take=_never, by=(PUBLISHER,))


class Duty(Struct, frozen=True):
    """That the law wants a personal text posted: the day on which it comes down at the latest, and the articles."""

    until: date
    basis: str


def approve(
    desk: Desk,
    person: Person,
    matter: str,
    number: int,
    field: str,
    redacted: bytes,
    *,
    basis: str,
    takedown: date,
) -> PublishedText:
    """Publish a redacted version of a text of a step until a day; the next `publish` gives it its position.

    A personal text goes out under the duty that a rule has found, whose articles are its basis. Raises `Forbidden` for
    who is no publisher here, `NotFound` where the step has no such text, `BadInput` where the version is no UTF-8 text,
    holds what looks like personal data, would come down before it goes out or later than its duty allows.
    """
    steps = read_steps(desk, matter)
    if not 0 < number <= len(steps):
        raise NotFound(f"没有第 {number} 步", where="number")
    step = steps[number - 1]
    today = desk.clock.today()
    held = permit(person, REVIEW, step.place, "", desk.places, today)
    found_field = _text_field(desk, steps, step, field)
    title, original = found_field.title, str(step.facts.get(field, ""))
    if found_field.mark is Mark.PERSONAL:
        duty = duty_of(desk, step, found_field)
        if duty is None:
            raise BadInput(f"“{title}”里是个人信息，没有规定要公布", where=field)
        if takedown > duty.until:
            said = f"依{duty.basis}，“{title}”最迟 {duty.until} 撤下"
            raise BadInput(said, where="takedown", cure=f"把撤下的日期改为 {duty.until} 或更早")
        basis, original = duty.basis, ""
    try:
        text = redacted.decode()
    except UnicodeDecodeError:
        raise BadInput("只能公开 UTF-8 文本", where=field) from None
    found = sorted({hit.shown for hit in scan(text)})
    if found:
        raise BadInput(f"公开版里像是还有个人信息：{'、'.join(found)}", where=field, cure="隐去之后再提交")
    if takedown <= today:
        raise BadInput("撤下的日期要在今天之后", where="takedown")
    if not basis:
        raise BadInput("要写明公开的依据", where="basis")
    digest = desk.store.put_blob(redacted)
    published = PublishedText(
        matter=matter,
        number=number,
        field=field,
        title=title,
        original=original.removeprefix(DOCUMENT),
        digest=digest,
        reviewed=today,
        basis=basis,
        takedown=takedown,
    )
    key = f"{step_key(matter, number)}/{field}"
    if desk.store.row(PUBLICATIONS, key) is not None:
        raise Conflict("这段文字已经公开过", where=field, cure="先撤下，再按更正程序公开新的版本")
    sheet = Sheet(desk.store)
    sheet.set(f"texts/{key}", structs.replace(published, text=text))
    by = desk.pseudonym(person.subject, matter)
    rows = (
        Row(PUBLICATIONS, key, canonical(published)),
        Row("reviews", key, canonical({"by": by, "post": held.post, "on": today, "basis": basis})),
        unplaced_row(today.isoformat(), matter, number, bytes.fromhex(digest), field),
        Row(TAKEDOWNS, f"{takedown.isoformat()}/{key}"),
        *sheet.rows(),
    )
    desk.store.commit(Commit(rows=rows))
    return structs.replace(published, text=text)


def duty_of(desk: Desk, step: Step, field: Field) -> Duty | None:
    """The duty to post a personal text of a step, as a rule found it when the step was judged; None where none did."""
    judgement = step.judgement
    until = None if judgement is None or not field.shown_under else judgement.terms.get(field.shown_under)
    if judgement is None or until is None:
        return None
    cites = {
        (cite.source, cite.article): None
        for heard in judgement.findings
        if not heard.struck_by and any(term == field.shown_under for term, _ in heard.terms)
        for cite in heard.cites
    }
    sources = desk.deployment.sources
    labels = [sources[source].article(article).label for source, article in cites if source in sources]
    return Duty(date.fromisoformat(str(until)), "、".join(labels))


def posted_text(desk: Desk, person: Person, matter: str, number: int, field: str) -> str:
    """A personal text that is to be posted, opened for the publisher who reviews it; the read is logged.

    Raises `Forbidden` for who is no publisher here, `NotFound` where there is no such text or no duty to post it.
    """
    steps = read_steps(desk, matter)
    step = steps[number - 1]
    held = permit(person, REVIEW, step.place, "", desk.places, desk.clock.today())
    found = _text_field(desk, steps, step, field)
    owner = desk.store.row(PEOPLE, f"{matter}/{number}.{field}")
    duty = duty_of(desk, step, found)
    if owner is None or duty is None:
        raise NotFound(f"没有规定要公布“{found.title}”", where=field)
    reader = desk.pseudonym(person.subject, "vault-readers")
    ref = Ref(owner.decode(), matter, f"{number}.{field}")
    return desk.vault.open(ref, reader=reader, reason=f"{held.post}：依{duty.basis}公布", at=desk.clock.now())


def _text_field(desk: Desk, steps: list[Step], step: Step, field: str) -> Field:
    """A text field of a step; raises `NotFound` for what is no text, or is personal and never to be posted."""
    procedure = desk.deployment.procedures[step.procedure]
    named = steps[step.corrects - 1].action if step.corrects else step.action
    action = desk.actions(procedure).get(named)
    known = {each.name: each for each in fields(action.form)} if action and step.slot else {}
    found = known.get(field)
    kept_back = found is not None and found.mark is Mark.PERSONAL and not found.shown_under
    if found is None or found.widget is not Widget.TEXT or kept_back:
        texts = "、".join(each.name for each in known.values() if each.widget is Widget.TEXT)
        raise NotFound(f"这一步没有“{field}”这段文字", where="field", cure=f"有：{texts or '没有'}")
    if not str(step.facts.get(field, "")).startswith((DOCUMENT, SEALED)):
        raise NotFound(f"“{found.title}”没有填写", where="field")
    return found
