"""Entries of registers as someone may read and write them, one by one or as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from linli.appointments import Person
from linli.desk import SYSTEM
from linli.errors import BadInput, Forbidden, LinliError, ManyFaults
from linli.forms import Mark
from linli.permissions import permit_entry
from linli.registers import Register, decode_version
from linli.registry import Written, current, write_entries
from linli.service import Service
from linli_functions.tables import columns, entry_of, row_of, table_fields

_PAGE = 1000


def write(
    service: Service,
    register: Register,
    rows: Sequence[Mapping[str, Any]],
    person: Person | None,
    since: date | None = None,
    why: str = "",
    numbers: Sequence[int] = (),
) -> Written:
    """Set entries as a person; None is whoever has the machine and its keys. Raises `Forbidden` or `ManyFaults`."""
    if person is not None:
        # What an entry says now counts too: nobody takes another street's entry by writing a new place into it.
        before = [current(service.desk, register.id, str(row.get(register.key, ""))) for row in rows]
        permit_rows(service, person, register, [*rows, *(each for each in before if each)])
    day = since or service.clock.today()
    return write_entries(
        service.desk, register, rows, day, written_by(service, register, person), why, numbers
    )


def import_table(
    service: Service,
    register: Register,
    data: bytes,
    name: str,
    person: Person | None,
    since: date | None = None,
    *,
    dry_run: bool = False,
) -> tuple[int, Written | None]:
    """Import a table, whole or not at all; returns how many rows it has and what was written (None in a dry run).

    Raises `ManyFaults` naming every fault of every row as the sheet counts them, and `Forbidden` where a row is at a
    place that the person may not write at.
    """
    from linli.spreadsheets import read_rows

    if person is not None and not writes_somewhere(register, person):
        permit_rows(service, person, register, [{}])
    known = table_fields(register)
    table = read_rows(data, name, columns(known))
    faults: list[LinliError] = [
        BadInput(each.message, where=f"第 {each.row} 行 {each.column}".strip()) for each in table.errors
    ]
    rows = [(row.number, entry_of(known, row.values)) for row in table.rows]
    entries, numbers = [values for _, values in rows], [number for number, _ in rows]
    if faults or dry_run:
        # What can be read is looked at too, so that nothing has to be handed in three times.
        day = since or service.clock.today()
        try:
            write_entries(service.desk, register, entries, day, "", "导入", numbers, dry_run=True)
        except ManyFaults as error:
            faults.extend(error.faults)
    if faults:
        raise ManyFaults(faults)
    if dry_run:
        if person is not None:
            permit_rows(service, person, register, entries)
        return len(rows), None
    return len(rows), write(service, register, entries, person, since, "导入", numbers)


def export_table(
    service: Service, register: Register, person: Person | None, *, every: bool = False
) -> bytes:
    """The entries as an .xlsx: public fields, or all fields of what the person may write, or everything."""
    from linli.spreadsheets import write_xlsx

    whole = every or writes_somewhere(register, person)
    known = table_fields(register, public=not whole)
    rows = []
    after = ""
    while stored := service.store.register(register.id, after, _PAGE):
        for each in stored:
            values = decode_version(each.body).values
            if values and (every or not whole or may_write(service, register, values, person)):
                rows.append(row_of(known, values))
        after = stored[-1].key
    return write_xlsx(columns(known), rows, register.title)


def permit_rows(
    service: Service, person: Person, register: Register, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Raise `Forbidden` unless the person may write the register at the place of every row."""
    top = service.deployment.place
    for place in sorted({str(row.get(register.place, top)) if register.place else top for row in rows}):
        permit_entry(person, register, place, service.deployment.places, service.clock.today())


def may_write(service: Service, register: Register, values: Mapping[str, Any], person: Person | None) -> bool:
    """Whether a person may write an entry with these values."""
    if person is None:
        return False
    try:
        permit_rows(service, person, register, [values])
    except Forbidden:
        return False
    return True


def writes_somewhere(register: Register, person: Person | None) -> bool:
    """Whether a person holds a post that writes the register, at whatever place."""
    return person is not None and bool(person.posts() & {post.id for post in register.written_by})


def visible(
    service: Service, register: Register, values: dict[str, Any], person: Person | None
) -> dict[str, Any]:
    """The values of an entry as a person sees them; empty where the person may not know of it."""
    if may_write(service, register, values, person):
        return values
    if not register.public:
        return {}
    shown = {field.name for field in register.fields() if field.mark is Mark.PUBLIC}
    return {name: value for name, value in values.items() if name in shown}


def written_by(service: Service, register: Register, person: Person | None) -> str:
    """The name under which a person writes a register: another in every register."""
    return SYSTEM if person is None else service.desk.pseudonym(person.subject, f"register/{register.id}")
