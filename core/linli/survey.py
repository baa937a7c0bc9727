"""What a check looks at: the registers and matters of one place as they stand on one day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

from linli import indexing
from linli.checks import Check, Remark
from linli.deciding import read_steps
from linli.desk import Desk
from linli.matters import State, state
from linli.places import Places
from linli.public_steps import personal_data
from linli.record import RECORD, PublicCheck, Sheet
from linli.registers import Version, decode_version
from linli.rulebook import Rulebook
from linli.store import StoredEntry
from linli.store_capacity import row_slices

_PAGE = 1000


class _Registers:
    """Registers as they stand on one day, read once however many places are looked at."""

    def __init__(self, desk: Desk, on: date) -> None:
        self._desk = desk
        self._on = on
        self._read: dict[str, dict[str, dict[str, Mapping[str, Any]]]] = {}

    def concerning(self, register: str, place: str) -> dict[str, Mapping[str, Any]]:
        """The entries written for a place, for one below, or for one above: a district's list is each community's."""
        by_place = self._by_place(register)
        found = dict(by_place.get(f"in {place}", {}))
        for code in self._desk.places.path(place):
            found.update(by_place.get(f"at {code}", {}))
        return dict(sorted({**found, **by_place.get("", {})}.items()))

    def _by_place(self, register: str) -> dict[str, dict[str, Mapping[str, Any]]]:
        """Entries by where they are written (``at``) and by every place in which that lies (``in``)."""
        if register in self._read:
            return self._read[register]
        known = self._desk.deployment.registers.get(register)
        field = known.place if known else ""
        found = self._read[register] = {}
        after = ""
        while page := self._desk.store.register(register, after, _PAGE):
            for stored in page:
                values = self._on_day(stored)
                place = str(values.get(field, ""))
                if not field and values:
                    found.setdefault("", {})[stored.key] = values
                elif values and place in self._desk.places:
                    found.setdefault(f"at {place}", {})[stored.key] = values
                    for code in self._desk.places.path(place):
                        found.setdefault(f"in {code}", {})[stored.key] = values
            after = page[-1].key
        return found

    def _on_day(self, stored: StoredEntry) -> Mapping[str, Any]:
        version = decode_version(stored.body)
        if version.since <= self._on or stored.version == 1:
            return version.values if version.since <= self._on else {}
        held: Version | None = None
        for each in self._desk.store.entry_history(stored.register, stored.key):
            version = decode_version(each.body)
            held = version if version.since <= self._on else held
        return held.values if held else {}


class DeskSurvey:
    """The `linli.checks.Survey` of a place on a day, read from the store when it is asked for."""

    def __init__(self, desk: Desk, place: str, on: date, registers: _Registers | None = None) -> None:
        self._desk = desk
        self._registers = registers or _Registers(desk, on)
        self.place = place
        self.on = on
        self.places: Places = desk.places
        self.rulebook: Rulebook = desk.deployment.rulebook(place)

    def brought(self, hook: str) -> tuple[Any, ...]:
        """What plugins registered at the place through a hook that a practice specified."""
        return self._desk.deployment.answers(self.place)[hook]

    def entries(self, register: str) -> Mapping[str, Mapping[str, Any]]:
        """The entries of a register that concern the place and hold on the day, by key."""
        return self._registers.concerning(register, self.place)

    def states(self, procedure: str) -> Sequence[State]:
        """The states on the day of the place's matters of a procedure, oldest first; not yet opened ones are absent."""
        found: list[State] = []
        for matter in self._matters(procedure):
            steps = read_steps(self._desk, matter)
            if steps[0].recorded <= self.on:
                found.append(state(steps, self.on))
        return found

    def _matters(self, procedure: str) -> Iterator[str]:
        after, until = f"{self.place}/{procedure}/", f"{self.place}/{procedure}0"
        while rows := self._desk.store.rows(indexing.MATTERS, after, until, _PAGE):
            yield from (row.key.rsplit("/", 1)[1] for row in rows)
            after = rows[-1].key


def run_checks(desk: Desk, on: date) -> Iterator[tuple[Check, str, Remark]]:
    """What the checks of a deployment remark on a day: check, place, remark, by check and code of the place."""
    registers = _Registers(desk, on)
    for check in desk.deployment.checks:
        for place in desk.places.below(desk.deployment.place, check.level):
            for remark in check.look(DeskSurvey(desk, place.code, on, registers)):
                yield check, place.code, remark


def publish_checks(desk: Desk, on: date) -> Sheet:
    """Write what public checks remark into the record (``checks/<place>``); a remark with personal data stays in.

    Looks at whole places, so it is the clock's work and not that of a publish. Returns what was changed.
    """
    remarks: dict[str, dict[str, list[Remark]]] = {}
    titles = {check.id: check.title for check in desk.deployment.checks}
    for check, place, remark in run_checks(desk, on):
        if check.public and not personal_data([remark.text]):
            remarks.setdefault(place, {}).setdefault(check.id, []).append(remark)
    sheet = Sheet(desk.store)
    for row in desk.store.rows(RECORD, "checks/", "checks0", 1_000_000):
        sheet.set(row.key, None)
    for place, by_check in remarks.items():
        raw = desk.store.row(RECORD, f"checks/{place}")
        known = {each.check: each for each in msgspec.json.decode(raw, type=list[PublicCheck])} if raw else {}
        shown = [PublicCheck(id, titles[id], on, tuple(said)) for id, said in by_check.items()]
        # What is remarked again keeps its day, so that a page does not change because a day has passed.
        same = [
            known[e.check] if e.check in known and known[e.check].remarks == e.remarks else e for e in shown
        ]
        sheet.set(f"checks/{place}", same)
    for part in row_slices(sheet.rows(), desk.store.capacity):
        desk.store.commit(part)
    return sheet
