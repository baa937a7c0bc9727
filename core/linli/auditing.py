"""Handing over the package of an audit: who may have it, and the note that it was had.

Nobody gets one unless an audit stands in the register and an appointment to the post of auditor reaches its place
today; everybody else is told what they would be told if there were none. Every package that is handed over is noted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

import msgspec
from msgspec import Struct

from linli.appointments import Person
from linli.audit_package import package
from linli.audits import AUDITS, Audit
from linli.bank import Line
from linli.canonical import canonical
from linli.desk import SYSTEM
from linli.errors import NotFound
from linli.registers import decode_version
from linli.service import Service
from linli.store import Commit, Row

HANDED_OVER = "audit-packages"
_PAGE = 1000


class Handed(Struct, frozen=True):
    """That a package was handed over: of which audit, to whom (a pseudonym), when (UTC), its hash and its size."""

    audit: str
    by: str
    at: str
    sha256: str
    size: int


def audits_for(service: Service, person: Person) -> list[Audit]:
    """The audits whose package the person may have today, in order of their numbers."""
    return [each for each in _audits(service) if _may(service, person, each)]


def audit_for(service: Service, id: str, person: Person | None) -> Audit:
    """An audit that the person may see; without a person whoever has the machine and its keys asks.

    Raises `NotFound`, in the same words where there is none and where it is somebody else's.
    """
    for each in _audits(service):
        if each.id == id and (person is None or _may(service, person, each)):
            return each
    raise NotFound(
        "没有这项审计，或者您现在不能查看", where="audit", cure="核对编号；审计人员限任职地方和任期内"
    )


def handed_over(service: Service, audit: Audit) -> list[Handed]:
    """Every time that the package of an audit was handed over, oldest first."""
    rows = service.store.rows(HANDED_OVER, f"{audit.id}/", f"{audit.id}0")
    return [msgspec.json.decode(row.value or b"", type=Handed) for row in rows]


def hand_over(service: Service, audit: Audit, person: Person | None, statement: Sequence[Line] = ()) -> bytes:
    """Make the package of an audit and note that it was handed over; the caller has asked `audit_for`.

    ``statement`` are lines of the bank to compare with.
    """
    data = package(service, audit, statement)
    by = SYSTEM if person is None else service.desk.pseudonym(person.subject, AUDITS.id)
    at = service.clock.now().isoformat(timespec="milliseconds")
    noted = Handed(audit.id, by, at, hashlib.sha256(data).hexdigest(), len(data))
    key = f"{audit.id}/{at}/{by}"
    service.store.commit(Commit(rows=(Row(HANDED_OVER, key, canonical(noted)),)))
    return data


def _audits(service: Service) -> Iterator[Audit]:
    after = ""
    while stored := service.store.register(AUDITS.id, after, _PAGE):
        for each in stored:
            values = decode_version(each.body).values
            if values:
                yield msgspec.convert(values, Audit, str_keys=True)
        after = stored[-1].key


def _may(service: Service, person: Person, audit: Audit) -> bool:
    places, today = service.deployment.places, service.clock.today()
    return any(audit.given_to(held, places, today) for held in person.appointments)
