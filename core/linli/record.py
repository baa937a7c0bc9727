"""The public record: what may be published, as keys with values; the portal is a pure function of it.

Values are canonical JSON in the index ``record`` of the store. `linli.publication` writes them, and each publish
touches only the keys that its new steps touch.

============================================== ====================================================================
key                                            value
============================================== ====================================================================
``deployment``                                 `DeploymentFact`: title, owner, top place, lock
``as-of``                                      ``{"day"}``: the last day on which something published was recorded
``log``                                        `LogFact`: size, root, signed checkpoint, public key
``procedures/<id>``                            `ProcedureFact`: titles of stages and actions
``places/<code>``                              `PlaceFact`; every place of the deployment and those above it
``rulebook/<code>``                            `RulebookFact`; only places with rules or values of their own
``matters/<id>``                               `PublicMatter`: fold it with `public_state(value, on)`
``at/<place>/<procedure>/<opened>/<id>``       `Listed`; for the place of the matter and every place above it
``changes/<yyyy-mm>/<dd>/<position>``          `Change`; by the day of recording, in the order of the log
``published/<id>/<number>``                    ``{"position", "leaf"}``: the leaf of the step's published body
``texts/<id>/<number>/<field>``                `PublishedText`: the reviewed version of a text of a step
``burden/<community>/<year>``                  `Burden`: admitted work that runs in the year, by kind
``unapproved/<district>/<year>``               `Burden`: work done without approval, kinds from a least count on
``refusals/<community>/<day>/<id>``            `Refused`: a committee's refusal, with department, item and articles
``withheld/<district>/<year>``                 ``{basis: count}`` of steps that are not published
``mentions/<under>/<opened>-<id>``             `Mentioned`: a matter under another thing (``call/<number>``)
``kept/<book>``                                ``{"book"}``: there are books of ``fund/<number>``
``books/<book>/<yyyy>``                        `linli.statements.Turnover`: what a year changed in a book
``months/<book>/<yyyy-mm>``                    `linli.statements.Turnover`: what a month changed in it
``planned/<book>/<yyyy>``                      ``{programme: fen}`` committed for a budget year
``entries/<book>/<yyyy-mm>/<dd>-<position>``   `linli.statements.BookEntry`: a step that moved its money
``gifts/<book>/<yyyy>/<position>-<account>``   `linli.statements.Gift`: what came, and what it was used for
``owing/<book>/<matter>``                      `linli.statements.Owing`: what a matter holds of its money
``registers/<register>/<key>``                 `PublicEntry`: all versions, public fields only
``here/<place>/<register>/<key>``              ``{"place"}`` of an entry; for that place and every place above it
``checks/<place>``                             ``[PublicCheck]``: what checks remark, and since when
============================================== ====================================================================

``<number>`` and ``<position>`` are written with 6 and 12 digits. ``<opened>`` and ``<day>`` are ISO dates. The frame of
the portal (``site``) is no part of the record: whoever builds hands it to `StoreRecord` as an extra fact.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import blake2b
from typing import Any

import msgspec
from msgspec import Struct

from linli.canonical import canonical
from linli.checks import Remark
from linli.procedures import Procedure
from linli.public_steps import PublicMatter, PublicStep, public_matter, public_state, stage_title
from linli.rulebook import CitedArticle
from linli.store import Row, Store

__all__ = [
    "RECORD",
    "Burden",
    "Change",
    "DeploymentFact",
    "Listed",
    "LogFact",
    "Mentioned",
    "PlaceFact",
    "ProcedureFact",
    "PublicCheck",
    "PublicEntry",
    "PublicMatter",
    "PublicStep",
    "PublishedText",
    "Refused",
    "RulebookFact",
    "Sheet",
    "StoreRecord",
    "listed",
    "mentioned",
    "public_matter",
    "public_state",
]

RECORD = "record"
_LAST = "\U0010ffff"


class DeploymentFact(Struct, frozen=True):
    """Who publishes what, for which place, under which lock of plugins and configuration."""

    slug: str
    title: str
    owner: str
    place: str
    contact: str
    icp: str
    lock: str


class LogFact(Struct, frozen=True, omit_defaults=True):
    """The log as it stands: number of leaves, root as hex, the signed checkpoint and the key that verifies it."""

    size: int
    root: str
    checkpoint: str = ""
    key: str = ""


class StageFact(Struct, frozen=True):
    """A stage as readers see it."""

    title: str
    usable: bool
    final: bool


class ProcedureFact(Struct, frozen=True):
    """What a procedure is called, and its stages and actions by id."""

    id: str
    title: str
    describe: str
    stages: dict[str, StageFact]
    actions: dict[str, str]


class Named(Struct, frozen=True):
    """A code with its title."""

    code: str
    title: str


class PlaceFact(Struct, frozen=True, omit_defaults=True):
    """A place in its tree. ``rulebook`` is the place whose `RulebookFact` holds here; ``path`` begins at the top."""

    code: str
    level: str
    title: str
    full_title: str
    rulebook: str
    inside: bool
    parent: str = ""
    path: tuple[Named, ...] = ()
    children: tuple[Named, ...] = ()
    since: date | None = None
    until: date | None = None
    predecessors: tuple[str, ...] = ()
    note: str = ""


class CiteFact(Struct, frozen=True, omit_defaults=True):
    """An article that is cited, with its label, its rank and the dates of its text."""

    source: str
    title: str
    article: str
    label: str
    rank: str
    rank_title: str
    since: date
    until: date | None = None
    gist: str = ""
    number: str = ""
    held: bool = True


class RuleFact(Struct, frozen=True, omit_defaults=True):
    """A rule with its texts and dates. ``place`` is where it is bound; ``uses`` are ids of parameters and facts."""

    id: str
    plugin: str
    moment: str
    place: str
    title: str
    cites: tuple[CiteFact, ...]
    since: date
    until: date | None = None
    governed_by: str = ""
    force: str = ""
    power: str = ""
    overridable: bool = False
    revision: int = 1
    changes: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    doc: str = ""


class SettingFact(Struct, frozen=True, omit_defaults=True):
    """A value of a parameter at a place, with its dates and text; ``readable`` is the value as a sentence has it."""

    place: str
    place_title: str
    value: Any
    readable: str
    since: date
    until: date | None = None
    cite: CiteFact | None = None
    example: bool = False
    local_choice: bool = False


class ParameterFact(Struct, frozen=True, omit_defaults=True):
    """A parameter with every value that holds here at some time, oldest first."""

    id: str
    title: str
    unit: str
    bound: str
    note: str
    settings: tuple[SettingFact, ...]


class RulebookFact(Struct, frozen=True):
    """All rules and parameters that hold at a place at some time, its own and those from above."""

    place: str
    title: str
    rules: tuple[RuleFact, ...]
    parameters: tuple[ParameterFact, ...]


class StageFrom(Struct, frozen=True):
    """A stage and the first day on which it counts."""

    since: date
    id: str
    title: str


class Listed(Struct, frozen=True, omit_defaults=True):
    """A matter in a list. ``stages``: the last stage, then those it lapses to by itself; `stage_on` chooses."""

    id: str
    procedure: str
    place: str
    name: str
    opened: date
    updated: date
    stages: tuple[StageFrom, ...]
    unit: str = ""
    parent: str = ""
    children: int = 0
    kinds: tuple[str, ...] = ()

    def stage_on(self, day: date) -> StageFrom:
        """The stage that counts on a day on or after the last step."""
        return max((s for s in self.stages if s.since <= day), key=lambda s: s.since, default=self.stages[0])


class Mentioned(Struct, frozen=True, omit_defaults=True):
    """A matter as another thing's page shows it: its line, and the values that its procedure tells there."""

    line: Listed
    values: dict[str, Any] = {}


class Change(Struct, frozen=True, omit_defaults=True):
    """A public step as the list of changes shows it."""

    matter: str
    number: int
    procedure: str
    action: str
    title: str
    name: str
    place: str
    stage: str
    stage_title: str
    day: date
    unit: str = ""


class PublishedText(Struct, frozen=True, omit_defaults=True):
    """A reviewed text: the hash of the published version and the text itself, empty once it was taken down.

    Its leaf in the log (``position``) is over `digest`; ``original`` is the hash of the document in the step.
    """

    matter: str
    number: int
    field: str
    title: str
    original: str
    digest: str
    reviewed: date
    basis: str
    text: str = ""
    takedown: date | None = None
    taken_down: date | None = None


class Burden(Struct, frozen=True, omit_defaults=True):
    """How many pieces of work of each kind, and in all; a piece may be of several kinds.

    ``matters`` is None where a kind is left out because too few are of it.
    """

    kinds: dict[str, int]
    matters: int | None = None


class Refused(Struct, frozen=True, omit_defaults=True):
    """A committee's refusal of work: what, by which department, by which articles."""

    id: str
    title: str
    asked_by: str
    asked_on: date
    stage: str
    stage_title: str
    item: str = ""
    kinds: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    articles: tuple[CitedArticle, ...] = ()


class EntryVersion(Struct, frozen=True):
    """The public values of an entry from a day on; none where it has ended."""

    since: date
    recorded: date
    values: dict[str, Any]


class PublicEntry(Struct, frozen=True):
    """A register entry as it is published, oldest version first."""

    register: str
    key: str
    place: str
    versions: tuple[EntryVersion, ...]


class PublicCheck(Struct, frozen=True):
    """What a check remarks at a place, and since which day it remarks just this."""

    check: str
    title: str
    since: date
    remarks: tuple[Remark, ...]


def listed(matter: PublicMatter, procedure: Procedure) -> Listed:
    """A matter as lists show it."""
    last = matter.steps[-1]
    state = public_state(matter, last.recorded)
    stages = [StageFrom(last.recorded, state.stage_id, stage_title(procedure, state.stage_id))]
    if not last.suspended:
        for due in sorted((due for due in last.due if due.lapses_to), key=lambda due: due.day):
            after = date.fromordinal(due.day.toordinal() + 1)
            if after > last.recorded:
                stages.append(StageFrom(after, due.lapses_to, stage_title(procedure, due.lapses_to)))
    return Listed(
        id=matter.id,
        procedure=matter.procedure,
        place=matter.place,
        name=procedure.name(state),
        opened=state.opened,
        updated=last.recorded,
        stages=tuple(stages),
        unit=state.unit,
        parent=state.parent,
        children=len(set(state.children)),
        kinds=tuple(kinds_of(state.facts)),
    )


def mentioned(matter: PublicMatter, procedure: Procedure) -> dict[str, Mentioned]:
    """Where else a matter is named, by key of the record."""
    if procedure.mentions is None:
        return {}
    line = listed(matter, procedure)
    told = procedure.mentions(public_state(matter, matter.steps[-1].recorded))
    day = line.opened.isoformat()
    return {f"mentions/{each.under}/{day}-{matter.id}": Mentioned(line, each.values) for each in told}


def kinds_of(facts: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The kinds that a matter's facts name, of whichever slot has them."""
    return next((list(held["kinds"]) for held in facts.values() if held.get("kinds")), [])


class Sheet:
    """Facts being changed: reads see what was set before, and only what really changed is written."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.before: dict[str, bytes | None] = {}
        self.after: dict[str, bytes | None] = {}

    def raw(self, key: str) -> bytes | None:
        """The canonical JSON of a fact, as set on this sheet or as stored."""
        if key not in self.before:
            self.before[key] = self.after[key] = self._store.row(RECORD, key)
        return self.after[key]

    def set(self, key: str, value: object) -> None:
        """Set a fact; None takes it away."""
        self.raw(key)
        self.after[key] = None if value is None else canonical(value)

    def changes(self) -> dict[str, bytes | None]:
        """The facts that differ from what is stored."""
        return {key: value for key, value in self.after.items() if value != self.before[key]}

    def rows(self) -> list[Row]:
        """The rows to commit."""
        return [Row(RECORD, key, value) for key, value in sorted(self.changes().items())]


class StoreRecord:
    """The record of a store as the generator reads it; facts of the builder's own are handed in as ``extra``.

    A process that keeps its portal in memory and hears of a publish calls `rewind` with what the facts were before,
    so that the generator sees them change when it puts the new values in.
    """

    def __init__(self, store: Store, extra: Mapping[str, object] | None = None) -> None:
        self._store = store
        self._held: dict[str, bytes | None] = {
            key: self.encode(value) for key, value in (extra or {}).items()
        }

    @property
    def store(self) -> Store:
        """The store that is read."""
        return self._store

    def encode(self, value: object) -> bytes:
        """The canonical JSON under which a value is kept; a ``msgspec.Raw`` is taken as it is."""
        return canonical(value)

    def raw(self, key: str) -> bytes | None:
        """The canonical JSON of a fact, or None."""
        return self._held[key] if key in self._held else self._store.row(RECORD, key)

    def hash(self, key: str) -> str | None:
        """The content hash of a fact (BLAKE2b, 32 hexadecimal digits), or None."""
        value = self.raw(key)
        return None if value is None else blake2b(value, digest_size=16).hexdigest()

    def get(self, key: str) -> Any:
        """The value of a fact as plain JSON values, or None."""
        value = self.raw(key)
        return None if value is None else msgspec.json.decode(value)

    def keys(self, prefix: str) -> Sequence[str]:
        """The keys that begin with a prefix, sorted."""
        found: list[str] = []
        if self._store.row(RECORD, prefix) is not None:
            found.append(prefix)
        after, until = prefix, prefix + _LAST
        while rows := self._store.rows(RECORD, after, until):
            found.extend(row.key for row in rows)
            after = rows[-1].key
        held = {key: value for key, value in self._held.items() if key.startswith(prefix)}
        if not held:
            return found
        kept = (set(found) - held.keys()) | {key for key, value in held.items() if value is not None}
        return sorted(kept)

    def children(self, prefix: str) -> Sequence[str]:
        """The distinct segments, up to the next ``/``, that follow a prefix, sorted; skips what lies below each."""
        if any(key.startswith(prefix) for key in self._held):
            return sorted({key[len(prefix) :].partition("/")[0] for key in self.keys(prefix)})
        found: list[str] = []
        after, until = prefix, prefix + _LAST
        if self._store.row(RECORD, prefix) is not None:
            found.append("")
        while rows := self._store.rows(RECORD, after, until, 1):
            segment = rows[0].key[len(prefix) :].partition("/")[0]
            found.append(segment)
            below = f"{prefix}{segment}/"
            # "0" is the character after "/"; a key that ends with the segment may still have keys below it.
            after = f"{prefix}{segment}/{_LAST}" if rows[0].key.startswith(below) else rows[0].key
        return sorted(set(found))

    def put(self, key: str, value: bytes | None) -> bytes | None:
        """Show a value for a fact, whatever the store holds, and return what was shown before."""
        before = self.raw(key)
        if self._store.row(RECORD, key) == value:
            self._held.pop(key, None)
        else:
            self._held[key] = value
        return before

    def rewind(self, before: Mapping[str, bytes | None]) -> None:
        """Show facts as they were before a publish, until they are put in anew."""
        self._held.update(before)
