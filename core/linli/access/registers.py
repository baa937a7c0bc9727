"""The registers that access reads: lists of work, stations, admissions in force, units."""

from __future__ import annotations

from typing import Annotated

from msgspec import Struct

from linli.access.posts import REVIEWER
from linli.access.request import Duty, Nature
from linli.appointments import APPOINTEES, Appointee, Appointment
from linli.appointments import REGISTER as APPOINTMENTS
from linli.forms import choice, line, places
from linli.posts import ADMINISTRATOR
from linli.registers import Register


class WorkItem(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An item on a place's list of work: whose it is, and the department that it belongs to by law, if any."""

    code: Annotated[str, line("编号", max_length=40)]
    title: Annotated[str, line("事项名称", max_length=80)]
    place: Annotated[str, line("适用地方", hint="12 位区划代码", max_length=40)]
    duty: Annotated[Duty, choice("职责归属")]
    nature: Annotated[Nature | None, choice("事项性质")] = None
    owner: Annotated[str, line("主责部门", max_length=40)] = ""


class Station(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A service station and the communities it serves: at least one, and a community has exactly one station."""

    code: Annotated[str, line("编号", max_length=40)]
    title: Annotated[str, line("服务站名称", max_length=60)]
    place: Annotated[str, line("所在街道", hint="12 位区划代码", max_length=40)]
    serves: Annotated[tuple[str, ...], places("服务的社区", hint="至少一个")]

    def __post_init__(self) -> None:
        """Refuse a station that serves no community."""
        if not self.serves:
            raise ValueError("服务站至少要服务一个社区")


WORK_ITEMS = Register(
    "work_items", "社区工作清单", WorkItem, key="code", place="place", written_by=(REVIEWER, ADMINISTRATOR)
)
STATIONS = Register(
    "stations",
    "社区服务站",
    Station,
    key="code",
    place="place",
    unique=("serves",),
    written_by=(REVIEWER, ADMINISTRATOR),
)
APPOINTMENT_REGISTER = Register(
    APPOINTMENTS, "任职名册", Appointment, key="id", place="place", written_by=(ADMINISTRATOR,), public=False
)
APPOINTEE_REGISTER = Register(APPOINTEES, "任职人名册", Appointee, key="person", written_by=(), public=False)
ADMISSIONS = "access.admissions"
