"""Personal data as its keeper sees it: who read what, what is held of a person, and deleting it. Never what it says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import msgspec
from msgspec import Struct

from linli.appointments import Person
from linli.errors import BadInput, NotFound
from linli.forgetting import Forgetting, Holding, forget_person, forget_values, held_in, held_of
from linli.forms import fields
from linli.permissions import permit_privacy
from linli.service import Service
from linli.vault_store import Read, reads

_PAGE = 1000
LONGEST_DAYS = 366


class Line(Struct, frozen=True):
    """A line of the log of reads: when, who (by the register of appointments), in which matter, which field, why."""

    key: str
    at: datetime
    reader: str
    posts: tuple[str, ...]
    matter: str
    field: str
    title: str
    reason: str


class Forget(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose data is to go: a person's by the name that the issuer gives, or fields of a matter (none: all of them)."""

    person: str = ""
    matter: str = ""
    fields: tuple[str, ...] = ()
    why: str = ""


def read_lines(
    service: Service, person: Person, since: date, until: date, after: str = "", limit: int = 200
) -> list[Line]:
    """Who read which personal field from a day to a day; raises `Forbidden`, and `BadInput` for too long a time."""
    permit_privacy(person, service.deployment.place, service.clock.today())
    if not since <= until <= since + timedelta(days=LONGEST_DAYS):
        raise BadInput(f"一次最多查看 {LONGEST_DAYS} 天", where="since", cure="改短起止日期")
    names = dict(_readers(service))
    return [
        _line(service, key, each, names) for key, each in reads(service.store, since, until, after, limit)
    ]


def held(service: Service, person: Person, asked: Forget) -> list[Holding]:
    """What is held, without opening it; raises `Forbidden`."""
    permit_privacy(person, service.deployment.place, service.clock.today())
    _one_of(asked)
    return (
        held_of(service.desk, asked.person)
        if asked.person
        else [held_in(service.desk, asked.matter, asked.fields)]
    )


def forget(service: Service, person: Person, asked: Forget) -> Forgetting:
    """Delete it; raises `Forbidden`, and what `linli.forgetting` raises."""
    permit_privacy(person, service.deployment.place, service.clock.today())
    _one_of(asked)
    by = service.desk.pseudonym(person.subject, "vault-readers")
    if asked.person:
        return forget_person(service.desk, asked.person, by, asked.why)
    return forget_values(service.desk, asked.matter, asked.fields, by, asked.why)


def _one_of(asked: Forget) -> None:
    if bool(asked.person) == bool(asked.matter) or "/" in asked.person + asked.matter:
        raise BadInput(
            "要写明人员标识或事项编号，只写一个", where="person", cure="本人提供的按人员，他人记下的按事项"
        )


def _readers(service: Service) -> Iterator[tuple[str, str]]:
    """The name under which everybody who ever held a post reads, with the person."""
    after = ""
    while rows := service.store.rows("appointments", after, limit=_PAGE):
        for subject in dict.fromkeys(row.key.rsplit("/", 1)[0] for row in rows):
            yield service.desk.pseudonym(subject, "vault-readers"), subject
        after = rows[-1].key


def _line(service: Service, key: str, read: Read, names: dict[str, str]) -> Line:
    subject = names.get(read.reader, "")
    held = service.person(subject).appointments if subject else ()
    posts = tuple(
        service.deployment.posts[each.post].title for each in held if each.post in service.deployment.posts
    )
    title = _title(service, read.matter, read.field)
    return Line(key, read.at, subject or read.reader, posts, read.matter, read.field, title, read.reason)


def _title(service: Service, matter: str, field: str) -> str:
    """What a field is called on its form."""
    number, _, name = field.partition(".")
    if number == "document":
        return "文件"
    try:
        found = service.matter(matter)
    except NotFound:
        return "草稿"
    steps = [step for step in found.steps if str(step.number) == number]
    action = service.desk.actions(found.procedure).get(steps[0].action) if steps else None
    known = {each.name: each.title for each in fields(action.form)} if action is not None else {}
    return known.get(name, field)


def holding_view(holding: Holding) -> dict[str, object]:
    """A holding as JSON has it."""
    return {
        "matter": holding.matter,
        "title": holding.title,
        "fields": holding.fields,
        "finished": holding.finished,
        "kept_until": holding.kept_until,
        "basis": holding.cites.label if holding.cites is not None else "",
    }


def line_view(line: Line) -> dict[str, object]:
    """A line as JSON has it."""
    return {name: value for name, value in msgspec.structs.asdict(line).items() if name != "key"}
