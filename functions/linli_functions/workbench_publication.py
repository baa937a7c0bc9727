"""Review before publication: a text goes out only in the version that a publisher hands in, until a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import msgspec
from msgspec import Struct
from starlette.responses import Response

from linli import indexing
from linli.errors import BadInput, Conflict, Forbidden, LinliError, NotFound
from linli.forms import Mark, Widget
from linli.intake import DOCUMENT
from linli.matters import Matter
from linli.permissions import permit
from linli.posts import PUBLISHER
from linli.publication import HELD, PUBLICATIONS
from linli.record import PublishedText
from linli.reviewing import REVIEW, Duty, approve, duty_of, posted_text
from linli.steps import Publication, Step
from linli_functions import workbench_readings as readings
from linli_functions.workbench_fields import shown_fields
from linli_functions.workbench_sittings import Sitting

BACK_DAYS = 90
MOST = 200
KEPT_DAYS = 365 * 5


class Text(Struct, frozen=True, kw_only=True):
    """A text of a step, and what was published of it, if anything; of a personal one the duty to post it."""

    matter: str
    name: str
    number: int
    field: str
    title: str
    given: date
    published: PublishedText | None = None
    duty: Duty | None = None


def review(sitting: Sitting) -> Response:
    """The texts of the last weeks that nobody has reviewed yet, and what was held back."""
    places = _places(sitting)
    texts = [
        text
        for matter in _recent(sitting, places)
        for text in _texts(sitting, matter)
        if text.published is None
    ]
    rows = sitting.service.store.rows(HELD, limit=MOST)
    held = [(row.value or b"").decode() for row in rows if _lies_in(sitting, row.key.split("/")[0], places)]
    return sitting.page("publication.html", texts=texts[:MOST], held=held, days=BACK_DAYS)


def _places(sitting: Sitting) -> list[str]:
    held = [each.place for each in sitting.person.appointments if each.post == PUBLISHER.id]
    if not held:
        raise Forbidden("您不是公开审核人", where="publication", cure="公开审核由“公开审核人”岗位办理")
    return held


def _lies_in(sitting: Sitting, matter: str, places: list[str]) -> bool:
    try:
        place = sitting.service.matter(matter).place
    except (
        NotFound
    ):  # a register entry that was held back: its place is not known here, the deployment's keepers see it
        place = sitting.service.deployment.place
    return any(sitting.service.deployment.places.within(place, each) for each in places)


def _recent(sitting: Sitting, places: list[str]) -> Iterator[Matter]:
    since = (sitting.today - timedelta(days=BACK_DAYS)).isoformat()
    for procedure in sitting.service.deployment.procedures:
        for place in dict.fromkeys(places):
            prefix = f"{place}/{procedure}/"
            for row in sitting.service.store.rows(
                indexing.MATTERS, prefix + since, f"{place}/{procedure}0", MOST
            ):
                yield sitting.service.matter(row.key.rsplit("/", 1)[1])


def _texts(sitting: Sitting, matter: Matter) -> Iterator[Text]:
    actions = sitting.service.desk.actions(matter.procedure)
    assert matter.state is not None, "a stored matter has a state"
    for step in matter.steps:
        if step.publication is not Publication.PUBLIC or not step.slot or matter.state.parent:
            continue
        named = matter.steps[step.corrects - 1].action if step.corrects else step.action
        for field in shown_fields(actions[named].form) if named in actions else ():
            said = str(step.facts.get(field.name, ""))
            if field.widget is not Widget.TEXT or not said:
                continue
            duty = duty_of(sitting.service.desk, step, field)
            reviewed = duty is not None if field.mark is Mark.PERSONAL else said.startswith(DOCUMENT)
            if reviewed:
                yield Text(
                    matter=matter.id,
                    name=matter.procedure.name(matter.state),
                    number=step.number,
                    field=field.name,
                    title=field.title,
                    given=step.recorded,
                    published=_published(sitting, step, field.name),
                    duty=duty,
                )


def _published(sitting: Sitting, step: Step, field: str) -> PublishedText | None:
    body = sitting.service.store.row(PUBLICATIONS, f"{indexing.step_key(step.matter, step.number)}/{field}")
    return msgspec.json.decode(body, type=PublishedText) if body is not None else None


def review_text(sitting: Sitting) -> Response:
    """One text beside the version that would go out; a POST publishes that version."""
    matter = readings.read(sitting.service, sitting.part("matter"))
    places, today = sitting.service.deployment.places, sitting.today
    permit(sitting.person, REVIEW, matter.place, "", places, today)
    number, field = sitting.part("number"), sitting.part("field")
    text = next((t for t in _texts(sitting, matter) if str(t.number) == number and t.field == field), None)
    if text is None:
        raise NotFound("没有这段文字", where="field")
    if text.duty is None:
        original = readings.text_of(sitting.service, str(matter.steps[text.number - 1].facts[field]))
    else:
        original = posted_text(sitting.service.desk, sitting.person, matter.id, text.number, field)
    if sitting.request.method == "GET":
        until = today + timedelta(days=KEPT_DAYS) if text.duty is None else text.duty.until
        basis = "" if text.duty is None else text.duty.basis
        return _page(sitting, text, original, original, basis, until.isoformat(), [])
    redacted, basis, until_said = sitting.said("redacted"), sitting.said("basis"), sitting.said("takedown")
    try:
        until_day = sitting.day("takedown")
        if not redacted:
            raise BadInput("公开版是空的", where="redacted", cure="不想公开这段文字，就不用办理")
        if until_day is None:
            raise BadInput("请填写撤下的日期", where="takedown")
        data = redacted.encode()
        approve(
            sitting.service.desk,
            sitting.person,
            text.matter,
            text.number,
            field,
            data,
            basis=basis,
            takedown=until_day,
        )
    except (BadInput, Conflict) as error:
        return _page(sitting, text, original, redacted, basis, until_said, [error])
    return sitting.go("/publication", done=text.title)


def _page(
    sitting: Sitting,
    text: Text,
    original: str,
    redacted: str,
    basis: str,
    takedown: str,
    faults: list[LinliError],
) -> Response:
    ids = {"redacted": "redacted", "basis": "basis", "takedown": "takedown", text.field: "redacted"}
    return sitting.page(
        "publication_text.html",
        422 if faults else 200,
        text=text,
        original=original,
        redacted=redacted,
        basis=basis,
        takedown=takedown,
        faults=[(fault, ids.get(fault.where, "")) for fault in faults],
    )
