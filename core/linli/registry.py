"""Writing registers: entries set, ended and imported; a file with one fault in it writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec
from msgspec import Struct, structs

from linli.appointments import APPOINTEES, Appointee, appointment_of
from linli.appointments import REGISTER as APPOINTMENTS
from linli.canonical import canonical
from linli.desk import Desk
from linli.errors import BadInput, Conflict, LinliError, ManyFaults, NotFound
from linli.intake import take_in
from linli.registers import Register, Version, decode_version, encode_version
from linli.store import Capacity, Commit, EntryWrite, Row
from linli.store_capacity import slices

ENTRIES_AT_ONCE = 20_000

# The index of entries that changed since the last publish: ``<register>/<key>``.
STALE = "stale"


class Written(Struct, frozen=True):
    """What an import did: how many entries were new, changed, and the same as before."""

    new: int
    changed: int
    same: int


def find_register(desk: Desk, register: str) -> Register:
    """A register; raises `NotFound`, naming those there are."""
    found = desk.deployment.registers.get(register)
    if found is None:
        raise NotFound(
            f"没有“{register}”这个名册", where="register", cure=f"有：{'、'.join(desk.deployment.registers)}"
        )
    return found


def current(desk: Desk, register: str, key: str) -> dict[str, Any]:
    """The values of an entry as they stand now; empty where there is none or it has ended."""
    stored = desk.store.entries(register, (key,)).get(key)
    return decode_version(stored.body).values if stored else {}


class _Read(Struct, frozen=True):
    """A row that was read: its number, the key of its entry, and the values."""

    number: int
    key: str
    values: dict[str, Any]


def write_entries(
    desk: Desk,
    register: Register,
    rows: Sequence[Mapping[str, Any]],
    since: date,
    by: str,
    why: str = "",
    numbers: Sequence[int] = (),
    *,
    dry_run: bool = False,
) -> Written:
    """Set entries from their values; raises `ManyFaults` naming every faulty row, and then nothing is written.

    ``dry_run`` finds the same faults and writes nothing.

    A list that is more than the store takes at once is written in slices, each entry whole with all that belongs to
    it. Whoever was interrupted hands in the same list again: what stands already is counted as the same.

    Rows are counted from 1, or as ``numbers`` says (a sheet's first row below its headings is 2).

    A value of a field that may stand in one entry only moves nothing by itself: where another entry has it, it is a
    fault.
    """
    faults: list[LinliError] = []
    groups: list[Commit] = []
    counts = {"new": 0, "changed": 0, "same": 0}
    owners: dict[tuple[str, str], str] = {}
    moved: dict[str, Moved] = {}
    recorded = desk.clock.today()
    numbered = zip(numbers or range(1, len(rows) + 1), rows, strict=True)
    read = list(_read_rows(desk, register, numbered, faults))
    stands = _Stands(desk, register, [(row.key, row.values) for row in read])
    for row in read:
        before = stands.values(register.id, row.key)
        if before and canonical(before) == canonical(row.values):  # a stored list comes back as no tuple
            counts["same"] += 1
            continue
        counts["changed" if before else "new"] += 1
        version = Version(row.values, since, recorded, by, why)
        number = stands.next(register.id, row.key)
        writes = [EntryWrite(register.id, row.key, number, encode_version(version))]
        for name in register.unique:
            where = f"第 {row.number} 行 {name}"
            faults.extend(_claim_values(register, name, row.key, row.values, stands, owners, where))
            writes.extend(_unique_writes(register, name, row.key, version, stands))
        index = [Row(STALE, f"{register.id}/{row.key}")]
        if register.id == APPOINTMENTS:
            index.append(Row("appointments", f"{row.values['person']}/{row.key}"))
            moved[row.key] = Moved(row.key, before, row.values, since)
        groups.append(Commit(entries=tuple(writes), rows=tuple(index)))
    if faults:
        raise ManyFaults(faults)
    if len(groups) > ENTRIES_AT_ONCE:
        raise BadInput(f"一次最多写入 {ENTRIES_AT_ONCE} 条", where=register.id, cure="分成几个文件")
    if not dry_run:
        # Of the people whose appointments change no more is written than of the appointments themselves.
        share = 2 if moved else 1
        room = Capacity(desk.store.capacity.writes // share, desk.store.capacity.bytes // share)
        for part in slices(groups, room):
            people = [moved[each.key] for each in part.entries if moved and each.register == register.id]
            entries = (*part.entries, *appointee_writes(desk, people, by, why))
            desk.store.commit(structs.replace(part, entries=entries))
    return Written(counts["new"], counts["changed"], counts["same"])


def _read_rows(
    desk: Desk,
    register: Register,
    numbered: Iterable[tuple[int, Mapping[str, Any]]],
    faults: list[LinliError],
) -> Iterator[_Read]:
    """The rows that can be read; what is wrong with rows is added to the faults."""
    keys: set[str] = set()
    for number, raw in numbered:
        try:
            values = take_in(register.form, raw).facts
        except ManyFaults as error:
            faults.extend(
                BadInput(f.message, where=f"第 {number} 行 {f.where}", cure=f.cure) for f in error.faults
            )
            continue
        key = str(values[register.key])
        if key in keys:
            faults.append(BadInput(f"{key} 出现了两次", where=f"第 {number} 行 {register.key}"))
        keys.add(key)
        if register.place and not desk.places.within(
            str(values.get(register.place, "")), desk.deployment.place
        ):
            faults.append(
                BadInput(f"这里不管 {values.get(register.place)}", where=f"第 {number} 行 {register.place}")
            )
            continue
        yield _Read(number, key, values)


class _Stands:
    """What stands of the entries that a list of keys and new values concerns, read in one go."""

    def __init__(
        self, desk: Desk, register: Register, wanted: Sequence[tuple[str, Mapping[str, Any]]]
    ) -> None:
        self._entries = {register.id: desk.store.entries(register.id, [key for key, _ in wanted])}
        for name in register.unique:
            shadow = f"{register.id}.{name}"
            new = [value for _, values in wanted for value in _values(values, name)]
            old = [value for key, _ in wanted for value in _values(self.values(register.id, key), name)]
            self._entries[shadow] = desk.store.entries(shadow, list(dict.fromkeys(new + old)))

    def values(self, register: str, key: str) -> dict[str, Any]:
        """The values of an entry; empty where there is none or it has ended."""
        stored = self._entries[register].get(key)
        return decode_version(stored.body).values if stored else {}

    def next(self, register: str, key: str) -> int:
        """The number of an entry's next version."""
        stored = self._entries[register].get(key)
        return stored.version + 1 if stored else 1


def step_writes(
    desk: Desk, register: Register, key: str, values: Mapping[str, Any], since: date, by: str, why: str
) -> tuple[list[EntryWrite], list[Row]]:
    """What a step writes to set an entry, or to end it (no values): its version, what is unique of it, index rows.

    Raises `BadInput` for values that are none of the register's form, and `Conflict` where another entry has a value
    that may stand in one only.
    """
    if values:
        values = take_in(register.form, values).facts
    stands = _Stands(desk, register, [(key, values)])
    version = Version(dict(values), since, desk.clock.today(), by, why)
    writes = [EntryWrite(register.id, key, stands.next(register.id, key), encode_version(version))]
    for name in register.unique:
        for fault in _claim_values(register, name, key, values, stands, {}, ""):
            raise fault
        writes.extend(_unique_writes(register, name, key, version, stands))
    rows = [Row(STALE, f"{register.id}/{key}")]
    if register.id == APPOINTMENTS and values:
        rows.append(Row("appointments", f"{values['person']}/{key}"))
    return writes, rows


class Moved(Struct, frozen=True):
    """An appointment that changes: its values before and after (empty: none), and from which day on."""

    key: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    since: date


def appointee_writes(desk: Desk, moved: Sequence[Moved], by: str, why: str) -> list[EntryWrite]:
    """What has to be written of the people whose appointments change: one entry each, whatever moved.

    Who asked for it meanwhile judged on what is no longer so, and is refused by the version.
    """
    people = {str(values["person"]): None for each in moved for values in (each.before, each.after) if values}
    stored = desk.store.entries(APPOINTEES, list(people))
    held: dict[str, Appointee] = {}
    for person in people:
        known = decode_version(stored[person].body).values if person in stored else {}
        held[person] = (
            msgspec.convert(known, Appointee, str_keys=True) if known else Appointee(person=person, held=())
        )
    for each in moved:
        if each.before:
            person = str(each.before["person"])
            held[person] = held[person].left(each.key, each.since)
        if each.after:
            person = str(each.after["person"])
            held[person] = held[person].took(appointment_of(each.after))
    writes = []
    for person, appointee in held.items():
        # What is known of a person is known for every day: a day's posts are told apart by their dates.
        since = min((each.since for each in appointee.held), default=desk.clock.today())
        values = msgspec.to_builtins(appointee)
        version = stored[person].version + 1 if person in stored else 1
        body = encode_version(Version(values, since, desk.clock.today(), by, why))
        writes.append(EntryWrite(APPOINTEES, person, version, body))
    return writes


def end_entry(desk: Desk, register: Register, key: str, since: date, by: str, why: str) -> None:
    """End an entry from a day on; its history stays. Raises `NotFound`."""
    stands = _Stands(desk, register, [(key, {})])
    before = stands.values(register.id, key)
    if not before:
        raise NotFound(f"名册“{register.title}”里没有 {key}", where="key")
    ended = encode_version(Version({}, since, desk.clock.today(), by, why))
    writes = [EntryWrite(register.id, key, stands.next(register.id, key), ended)]
    for name in register.unique:
        for value in _values(before, name):
            shadow = f"{register.id}.{name}"
            writes.append(EntryWrite(shadow, value, stands.next(shadow, value), ended))
    if register.id == APPOINTMENTS:
        writes.extend(appointee_writes(desk, [Moved(key, before, {}, since)], by, why))
    desk.store.commit(Commit(entries=tuple(writes), rows=(Row(STALE, f"{register.id}/{key}"),)))


def _values(values: Mapping[str, Any], name: str) -> list[str]:
    held = values.get(name) or ()
    return [str(each) for each in held] if isinstance(held, (list, tuple)) else [str(held)]


def _claim_values(
    register: Register,
    name: str,
    key: str,
    values: Mapping[str, Any],
    stands: _Stands,
    owners: dict[tuple[str, str], str],
    where: str,
) -> list[LinliError]:
    faults: list[LinliError] = []
    for value in _values(values, name):
        stored = stands.values(f"{register.id}.{name}", value)
        owner = owners.get((name, value)) or str(stored.get(register.key, ""))
        if owner and owner != key:
            faults.append(Conflict(f"{value} 已经属于 {owner}", where=where or name, cure="先从那一条里去掉"))
        owners[(name, value)] = key
    return faults


def _unique_writes(
    register: Register, name: str, key: str, version: Version, stands: _Stands
) -> list[EntryWrite]:
    """The shadow entries ``<register>.<field>``: one for each value, holding the entry that has it."""
    shadow = f"{register.id}.{name}"
    writes = []
    now = set(_values(version.values, name))
    for value in sorted(now | set(_values(stands.values(register.id, key), name))):
        held = version.values if value in now else {}
        body = encode_version(Version(dict(held), version.since, version.recorded, version.by))
        writes.append(EntryWrite(shadow, value, stands.next(shadow, value), body))
    return writes
