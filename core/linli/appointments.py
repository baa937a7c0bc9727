"""Who holds which post where, from when to when, and who stands in: a register, not a configuration.

What a person may do on a day follows from the appointments that hold on that day; a leaver loses the post the same
day, a deputy has it for its dates. Beside the register of appointments stands that of *appointees*: for each person
which posts were held where, from when to when. Rules ask it whether someone sits elsewhere already (`asked_posts`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Annotated, Any

import msgspec
from msgspec import Struct

from linli.forms import INTERNAL, day, line, rows
from linli.places import Places
from linli.procedures import Action, Post, Reach
from linli.rules import Asked, EntryFact

REGISTER = "appointments"
APPOINTEES = "appointees"


class Appointment(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A post held by a person at a place from ``since`` to ``until`` (inclusive; None: open).

    ``person`` is the subject that the issuer of identities knows (never a name). ``unit`` is the department or office;
    ``deputy_for`` the person whose post it is.
    """

    id: Annotated[str, line("编号", max_length=120)]
    person: Annotated[str, line("人员标识", INTERNAL, hint="登录系统给出的标识，不是姓名", max_length=80)]
    post: Annotated[str, line("岗位", max_length=40)]
    place: Annotated[str, line("地方", hint="12 位区划代码", max_length=40)]
    since: Annotated[date, day("任职日期")]
    until: Annotated[date | None, day("离任日期", hint="最后一天；在任的空着")] = None
    unit: Annotated[str, line("单位", max_length=40)] = ""
    deputy_for: Annotated[str, line("代理谁", INTERNAL, max_length=80)] = ""

    def holds(self, on: date) -> bool:
        """Whether the appointment holds on a day."""
        return self.since <= on and (self.until is None or on <= self.until)


class Held(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A post that a person held or holds: under which appointment, where, and between which days (inclusive)."""

    id: Annotated[str, line("任职编号", INTERNAL, max_length=120)]
    post: Annotated[str, line("岗位", INTERNAL, max_length=60)]
    place: Annotated[str, line("地方", INTERNAL, max_length=40)]
    since: Annotated[date, day("自", INTERNAL)]
    until: Annotated[date | None, day("至", INTERNAL)] = None

    def on(self, day: date) -> bool:
        """Whether the post is held on a day."""
        return self.since <= day and (self.until is None or day <= self.until)


class Appointee(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person and all posts that the person ever held; kept by the service beside the appointments."""

    person: Annotated[str, line("人员标识", INTERNAL, max_length=80)]
    held: Annotated[tuple[Held, ...], rows("任职", INTERNAL)]

    def left(self, appointment: str, since: date) -> Appointee:
        """The same, after an appointment ended on the day before ``since``; what never began is gone."""
        last = since - timedelta(days=1)
        ended = (
            each
            if each.id != appointment or (each.until is not None and each.until <= last)
            else msgspec.structs.replace(each, until=last)
            for each in self.held
        )
        kept = tuple(each for each in ended if each.until is None or each.since <= each.until)
        return msgspec.structs.replace(self, held=kept)

    def took(self, appointment: Appointment) -> Appointee:
        """The same, with an appointment; one of the same id that began on the same day gives way."""
        before = (e for e in self.held if (e.id, e.since) != (appointment.id, appointment.since))
        held = Held(
            id=appointment.id,
            post=appointment.post,
            place=appointment.place,
            since=appointment.since,
            until=appointment.until,
        )
        return msgspec.structs.replace(self, held=(*before, held))


def asked_posts(
    id: str, title: str, who: Callable[[Any], str], *, ever: bool = False
) -> Asked[tuple[str, ...]]:
    """The posts that a person named in the facts holds on the day of the decision, each as ``<post>@<place>``.

    ``who`` gives the person as the facts name it (`linli.forms.person`); an empty name asks for nothing. With ``ever``
    those that the person held before are among them.
    """

    def keys(facts: Any) -> Sequence[str]:
        named = who(facts)
        return (named,) if named else ()

    def value(entries: Sequence[EntryFact]) -> tuple[str, ...]:
        names = ("held", "before") if ever else ("held",)
        held = (each for entry in entries for name in names for each in entry.values.get(name, ()))
        return tuple(sorted({f"{each['post']}@{each['place']}" for each in held}))

    return Asked(id, title, APPOINTEES, keys, value)


def held_on(values: Mapping[str, Any], day: date) -> dict[str, Any]:
    """What rules see of an appointee: the posts of one day and those held before, and not who it is."""
    appointee = msgspec.convert(values, Appointee, str_keys=True)
    before = [each for each in appointee.held if each.until is not None and each.until < day]
    held = [each for each in appointee.held if each.on(day)]
    return {"held": msgspec.to_builtins(held), "before": msgspec.to_builtins(before)}


class Person(Struct, frozen=True):
    """Someone who is logged in, and the appointments that hold today. ``title`` is shown to the person alone."""

    subject: str
    title: str = ""
    appointments: tuple[Appointment, ...] = ()

    def posts(self) -> set[str]:
        """The ids of the posts held."""
        return {each.post for each in self.appointments}


def appointment_of(values: Mapping[str, Any]) -> Appointment:
    """The appointment of an entry's values."""
    return msgspec.convert(values, Appointment, str_keys=True)


def reaches(appointment: Appointment, post: Post, place: str, unit: str, places: Places) -> bool:
    """Whether an appointment to a post reaches a matter at a place that a unit opened (empty: not opened yet)."""
    if appointment.post != post.id:
        return False
    if post.reach is Reach.OWN_PLACE:
        return appointment.place == place
    if not places.within(place, appointment.place):
        return False
    return post.reach is Reach.BELOW or not unit or appointment.unit == unit


def allowed_by(
    appointments: Iterable[Appointment], action: Action, place: str, unit: str, places: Places, on: date
) -> Appointment | None:
    """The first appointment, one's own before a deputy's, that lets its holder take an action; None where none does."""
    held = sorted((a for a in appointments if a.holds(on)), key=lambda a: (bool(a.deputy_for), a.id))
    for post in action.by:
        for appointment in held:
            if reaches(appointment, post, place, unit, places):
                return appointment
    return None
