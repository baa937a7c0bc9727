"""What rules see of a compact: the text, and how it was adopted; and what they may ask registers for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec
from msgspec import Struct

from linli.calendar import WorkingCalendar
from linli.findings import Finding, refuse, require, satisfied
from linli.resolutions import Resolution, asked_resolution
from linli.rules import Asked, Derived, EntryFact
from linli_bodies import Body, asked_body
from linli_compacts.forms import Clause
from linli_compacts.kinds import Kind, Nature, Office, Vehicle
from linli_compacts.registers import COMPACTS, CompactEntry

SEPARATOR = "、"

AT_DRAFT = ("compact.draft",)
AT_ADOPTION = ("compact.adopt", "compact.file")
# The text is looked at when it is handed in, and again when it is adopted: what a place asks for may have grown.
AT_TEXT = (*AT_DRAFT, "compact.adopt")
AT_FILING = ("compact.file",)
AT_REQUEST = ("compact_request.apply",)


class CompactFacts(Struct, frozen=True, kw_only=True):
    """A text at the moments of drafting, adopting and filing.

    ``matter`` is empty before a matter is open. ``resolution``, ``delegation`` and ``discussed`` are empty before
    adoption, ``office`` before filing.
    """

    place: str
    title: str
    kind: Kind
    nature: Nature = Nature.COMPACT
    clauses: tuple[Clause, ...] = ()
    unit: str = ""
    unit_code: str = ""
    committee: str = ""
    vehicles: tuple[Vehicle, ...] = ()
    matter: str = ""
    resolution: str = ""
    delegation: str = ""
    discussed: date | None = None
    office: Office | None = None


RESOLUTION: Asked[Resolution | None] = asked_resolution(
    "compacts.resolution", "通过它的决议", lambda facts: facts.resolution
)
DELEGATION: Asked[Resolution | None] = asked_resolution(
    "compacts.delegation", "居民会议的授权决议", lambda facts: facts.delegation
)
COMMITTEE_BODY: Asked[Body | None] = asked_body(
    "compacts.committee", "停车自管会", lambda facts: facts.committee
)


class RequestFacts(Struct, frozen=True, kw_only=True):
    """What somebody asks for under a compact: which compact, which class of vehicle."""

    compact: str
    vehicle: Vehicle


class Covering(Struct, frozen=True):
    """A compact as a request sees it: what it is called, its days, the titles of the classes that it covers.

    What a rule reads is recorded with its finding, and there only plain values have a place: ``vehicles`` is a text.
    """

    title: str
    since: date | None
    until: date | None
    vehicles: str

    def holds(self, on: date) -> bool:
        """Whether it is in force on a day."""
        return (self.since is None or self.since <= on) and (self.until is None or on <= self.until)

    def covers(self, vehicle: Vehicle) -> bool:
        """Whether it has a rule for a class."""
        return vehicle.title in self.vehicles.split(SEPARATOR)


def _covering(entries: Sequence[EntryFact]) -> Covering | None:
    held = next((entry.values for entry in entries if entry.values), None)
    if held is None:
        return None
    entry = msgspec.convert(held, CompactEntry, str_keys=True)
    return Covering(
        entry.title, entry.since, entry.until, SEPARATOR.join(vehicle.title for vehicle in entry.vehicles)
    )


def _asked_on(facts: object, happened: date, decided: date, calendar: WorkingCalendar) -> date:
    return happened


COMPACT_ASKED: Asked[Covering | None] = Asked(
    "compacts.asked", "申请所依的公约", COMPACTS.id, lambda facts: (facts.compact,), _covering, public=True
)
ASKED_ON: Derived[date] = Derived("compacts.asked_on", "申请日期", _asked_on)


def complete(facts: CompactFacts, topics: Sequence[str], *, exactly: bool = False) -> Finding:
    """Whether a text speaks of every topic; ``exactly`` allows no others. Names all that is missing or blank."""
    written = {clause.topic: clause.text.strip() for clause in facts.clauses}
    blank = [topic for topic in topics if not written.get(topic)]
    if blank:
        return require(
            f"还没有写：{'、'.join(blank)}", cure=f"补上{'、'.join(f'“{each}”' for each in blank)}"
        )
    others = [topic for topic in written if topic not in topics]
    if exactly and others:
        return require(f"模板里没有这些条目：{'、'.join(others)}", cure=f"只写这几条：{'、'.join(topics)}")
    return satisfied(f"{len(topics)} 项都写了：{'、'.join(topics)}")


def resolved(facts: CompactFacts, resolution: Resolution | None) -> Finding | None:
    """What is wrong with a resolution whoever adopted it: none, not valid, of another place or on another thing."""
    if not facts.resolution:
        return refuse("没有写明由哪个决议通过", cure="填写决议编号")
    if resolution is None:
        return refuse(f"决议名册里没有 {facts.resolution}", cure="核对决议编号；会议的决议先要登记")
    if not resolution.stands:
        said = resolution.void or "没有通过"
        return refuse(f"{resolution.body}的决议不能作为依据：{said}", cure="重新召集会议，作出有效的决议")
    if not _covers(resolution.place, facts):
        return refuse("这个决议是别处的", cure="填写本社区（或本院落、本楼）作出的决议")
    if resolution.about not in ("", facts.matter):
        return refuse("这个决议不是关于这份公约的", cure="填写关于这份公约的决议")
    return None


def _covers(place: str, facts: CompactFacts) -> bool:
    """Whether a body of a place can decide for those whom a compact binds: its community, or its unit within it."""
    if place == facts.place or facts.kind.of_the_whole:
        return place == facts.place
    return place == facts.unit_code if facts.unit_code else place.startswith(f"{facts.place}-")
