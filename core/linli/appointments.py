"""Who holds which post where, from when to when, and who stands in: a register, not a configuration.

What a person may do on a day follows from the appointments that hold on that day; a leaver loses the post the same
day, a deputy has it for its dates.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any

import msgspec
from msgspec import Struct

from linli.forms import INTERNAL, day, line
from linli.places import Places
from linli.procedures import Action, Post, Reach

REGISTER = "appointments"


class Appointment(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A post held by a person at a place from ``since`` to ``until`` (inclusive; None: open).

    ``person`` is the subject that the issuer of identities knows (never a name). ``unit`` is the department or office;
    ``deputy_for`` the person whose post it is.
    """

    id: Annotated[str, line("编号", max_length=60)]
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
