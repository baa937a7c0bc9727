"""What the record says of access as a whole: burden by kind and year, refusals, work done without approval.

Each matter's share in a sum is kept in the index ``tallied``, so that a sum is corrected by what one matter changed and
never counted anew. A community is never compared with another; what was done without approval is told of the district
only, and of a kind only from a least count on, so that it points at nobody.
"""

from __future__ import annotations

from datetime import date

import msgspec
from msgspec import Struct

from linli.access.notes import burden, refusal
from linli.access.procedure import EXITED, NOT_HERE, access
from linli.access.vocabulary import MINIMUM_COUNT
from linli.canonical import canonical
from linli.desk import Desk
from linli.matters import VOID, State, state
from linli.places import Level
from linli.public_steps import PublicMatter, public_state, stage_title
from linli.record import Burden, Refused, Sheet
from linli.steps import Step
from linli.store import Row

TALLIED, COUNTED = "tallied", "counted"
# A term that was mistyped must not write rows for every year of a millennium, and a publication with its sums must fit
# into one commit: each year is a sum and a fact, and a change moves the years before and those after.
LONGEST_YEARS = 15


class Share(Struct, frozen=True):
    """What one matter adds to sums: to which, and of which kinds."""

    sums: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


class _Counted(Struct):
    """A sum with everything in it, of which the record may show only a part."""

    matters: int
    kinds: dict[str, int]


class Tallies:
    """Sums being changed by a publish; `rows` are committed with it."""

    def __init__(self, desk: Desk, sheet: Sheet) -> None:
        self._desk = desk
        self._sheet = sheet
        self._shares: dict[str, Share] = {}
        self._sums: dict[str, _Counted] = {}

    def count(self, steps: list[Step], public: PublicMatter | None) -> None:
        """Bring sums up to date with a matter: all its steps, and what of it is public, if anything."""
        first = steps[0]
        if first.procedure == access.id and first.parent and public is not None:
            folded = public_state(public, public.steps[-1].recorded)
            self._move(first.matter, _burden(folded))
        elif first.procedure == burden.id:
            folded = state(steps, steps[-1].recorded)
            self._move(first.matter, self._unapproved(folded))
        elif first.procedure == refusal.id and public is not None:
            folded = public_state(public, public.steps[-1].recorded)
            refused = None if folded.reached == VOID.id else _refused(folded)
            key = f"refusals/{folded.place}/{folded.opened.isoformat()}/{folded.matter}"
            self._sheet.set(key, refused)

    def rows(self) -> list[Row]:
        """The rows that keep shares and sums."""
        rows = [Row(TALLIED, matter, canonical(share)) for matter, share in self._shares.items()]
        return rows + [Row(COUNTED, key, canonical(counted)) for key, counted in self._sums.items()]

    def _move(self, matter: str, share: Share) -> None:
        before = self._shares.get(matter)
        if before is None:
            stored = self._desk.store.row(TALLIED, matter)
            before = msgspec.json.decode(stored, type=Share) if stored else Share()
        if before == share:
            return
        for key in before.sums:
            self._add(key, before.kinds, -1)
        for key in share.sums:
            self._add(key, share.kinds, 1)
        self._shares[matter] = share
        for key in {*before.sums, *share.sums}:
            self._show(key)

    def _add(self, key: str, kinds: tuple[str, ...], sign: int) -> None:
        counted = self._sums.get(key)
        if counted is None:
            stored = self._desk.store.row(COUNTED, key)
            counted = msgspec.json.decode(stored, type=_Counted) if stored else _Counted(0, {})
            self._sums[key] = counted
        counted.matters += sign
        for kind in kinds:
            counted.kinds[kind] = counted.kinds.get(kind, 0) + sign

    def _show(self, key: str) -> None:
        counted = self._sums[key]
        least = 1
        if key.startswith("unapproved/"):
            found = self._least(key.split("/")[1])
            if found is None:
                return  # no text says from how many on it may be told, so nothing is
            least = found
        kinds = {kind: n for kind, n in sorted(counted.kinds.items()) if n >= least}
        shown = counted.matters >= least and bool(kinds)
        # Beside a kind that is not told, the total would tell how many there are of it.
        told_all = len(kinds) == sum(n > 0 for n in counted.kinds.values())
        self._sheet.set(key, Burden(kinds, counted.matters if told_all else None) if shown else None)

    def _least(self, place: str) -> int | None:
        value = self._desk.deployment.rulebook(place).value(MINIMUM_COUNT, self._desk.clock.today())
        return None if value is None else max(1, int(value))

    def _unapproved(self, folded: State) -> Share:
        places = self._desk.places
        district = places.above(folded.place, Level.DISTRICT)
        code = district.code if district else self._desk.deployment.place
        facts = folded.facts.get("note", {})
        if folded.reached == VOID.id or not facts.get("kinds"):
            return Share()
        day = date.fromisoformat(facts["done_on"]) if facts.get("done_on") else folded.opened
        return Share((f"unapproved/{code}/{day.year}",), tuple(facts["kinds"]))


def _burden(folded: State) -> Share:
    """The years in which an admitted piece of work runs, until it left the community."""
    request = folded.facts.get("request", {})
    if folded.reached in (NOT_HERE.id, VOID.id) or not request.get("kinds"):
        return Share()
    starts, ends = _day(request.get("starts")) or folded.opened, _day(request.get("ends")) or folded.opened
    if folded.did("renew") and folded.reached not in (EXITED.id,):
        ends = max(ends, *(due.day for due in folded.due if due.what == "end"), ends)
    if folded.reached == EXITED.id:
        ends = min(ends, folded.since)
    years = range(starts.year, min(ends.year, starts.year + LONGEST_YEARS) + 1)
    return Share(tuple(f"burden/{folded.place}/{year}" for year in years), tuple(request["kinds"]))


def _refused(folded: State) -> Refused:
    facts = folded.facts.get("refusal", {})
    findings = [heard for judgement in folded.judgements.values() for heard in judgement.findings]
    spoke = [heard for heard in findings if heard.verdict != "not_applicable" and not heard.struck_by]
    articles = {(cite.source, cite.article): cite for heard in spoke for cite in heard.cites}
    return Refused(
        id=folded.matter,
        title=str(facts.get("title", "")),
        asked_by=str(facts.get("asked_by", "")),
        asked_on=_day(facts.get("asked_on")) or folded.opened,
        stage=folded.reached,
        stage_title=stage_title(refusal, folded.reached),
        item=str(facts.get("item", "")),
        kinds=tuple(facts.get("kinds", ())),
        reasons=tuple(heard.reason for heard in spoke if heard.reason),
        articles=tuple(articles.values()),
    )


def _day(value: object) -> date | None:
    if isinstance(value, date):
        return value
    return date.fromisoformat(str(value)) if value else None
