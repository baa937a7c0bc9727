"""审计委托: who was commissioned to audit which place's books, for which period.

Two things have to agree before anybody sees a book from the inside: an audit that stands in this register, and an
appointment to the post of auditor that reaches its place today. The audit's period bounds which postings are handed
over, the dates of the appointment bound when.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from msgspec import Struct

from linli.appointments import Appointment
from linli.forms import day, line
from linli.places import Places
from linli.posts import ADMINISTRATOR, AUDITOR
from linli.registers import Register


class Audit(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An audit of what lies at a place and below, of what was decided from ``since`` to ``until`` (both inclusive).

    ``unit`` is the office that audits; empty: whoever holds the post at the place.
    """

    id: Annotated[str, line("审计编号", max_length=60)]
    title: Annotated[str, line("审计名称", max_length=60)]
    place: Annotated[str, line("审计哪个地方", hint="12 位区划代码，包括下面的地方", max_length=40)]
    since: Annotated[date, day("审计期间从哪天")]
    until: Annotated[date, day("到哪天")]
    unit: Annotated[
        str, line("审计单位", hint="任职名册里的单位；空着表示这个地方的审计人员", max_length=60)
    ] = ""

    def __post_init__(self) -> None:
        """Refuse a period that ends before it begins."""
        if self.until < self.since:
            raise ValueError("审计期间的结束早于开始")

    def given_to(self, held: Appointment, places: Places, on: date) -> bool:
        """Whether an appointment lets its holder have the package on a day."""
        return (
            held.post == AUDITOR.id
            and held.holds(on)
            and self.place in places
            and places.within(self.place, held.place)
            and (not self.unit or held.unit == self.unit)
        )


AUDITS = Register(
    "audits", "审计委托", Audit, key="id", place="place", written_by=(ADMINISTRATOR,), public=False
)
