"""What the portal works out of the record beside it, so that a page reads a few small facts and not the whole.

======================================== ======================================================================
key                                      value
======================================== ======================================================================
``site``                                 :class:`~linli_site.frame.Frame`
``rule/<id>``                            :class:`RuleCard`: the title of a rule and the articles it cites
``source/<id>``                          :class:`SourceCard`: a text with its rank, dates and successor
``parameter/<id>``                       :class:`ParameterCard`: the title and the unit of a figure that rules use
``form/<procedure>/<slot>``              a list of :class:`FormField`: how the facts of a slot are called
``stage/<procedure>/<id>``               :class:`StageCard`: a stage, and whose turn it is
``post/<id>``                            the title of a post
``portal``                               where the portal is served, and where receipts are looked up
``workdays/<year>``                      a digit for each day of the year, 1 for a working day
``tally/<place>/<procedure>/<year>``     ``{day: {stage: change}}`` of the matters opened that year: add up what
                                         was reached, and you have how many stand at which stage
``changed/<yyyy-mm>``                     the days of a month, two digits each, on which something was recorded
``listed/<procedure>/<opened>/<id>``      :class:`Line`: what lists show of a matter; a step that changes nothing of
                                         it leaves the lists as they are
``lists/<procedure>/<by>/<value>/<nnn>`` ids of matters that no other called for, oldest first, at most
                                         :data:`CHUNK`; ``by`` is month, stage, unit, kind or place
``sheets/<list>/<nnn>``                  the names of facts of another long list: see :mod:`linli_site.sheets`
``tallied/<key>``                        the tallies that have it among their choices: see :mod:`linli_site.tallied`
======================================== ======================================================================

The first rows follow from the deployment; tallies and lists from the facts ``at/…``, and are kept up to date with
them. Where a list is cut depends on what is in it only, never on the order in which it came.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from hashlib import blake2b
from itertools import pairwise
from typing import Any

import msgspec

from linli.citations import Citation
from linli.deployment import Deployment
from linli.forms import Field, Widget, fields
from linli.matters import BUILT_IN_STAGES
from linli.parameters import Parameter
from linli.procedures import Action, Stage
from linli.record import Listed, StageFrom
from linli.standing import standing_actions
from linli_site.facts import Record
from linli_site.frame import SITE, Frame
from linli_site.sheets import CHUNK, Sheets
from linli_site.tallied import Tallied

PREFIXES = (
    "rule/",
    "source/",
    "parameter/",
    "form/",
    "stage/",
    "post/",
    "workdays/",
    "tally/",
    "listed/",
    "lists/",
    "changed/",
    "sheets/",
    "tallied/",
)
FIRST_YEAR, LAST_YEAR = 2018, 2035

_listed = msgspec.json.Decoder(Listed)


class CiteCard(msgspec.Struct, frozen=True, omit_defaults=True):
    """One article that a rule cites, with where the portal shows it."""

    source: str
    label: str
    rank: str
    since: date
    until: date | None = None
    gist: str = ""
    fragment: str = ""
    held: bool = True


class RuleCard(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a page of a matter needs to know of a rule."""

    id: str
    title: str
    cites: tuple[CiteCard, ...] = ()


class SourceCard(msgspec.Struct, frozen=True, omit_defaults=True):
    """A text that is cited."""

    id: str
    title: str
    rank: str
    rank_order: int
    since: date
    until: date | None = None
    number: str = ""
    place: str = ""
    replaced_by: str = ""
    note: str = ""
    held: bool = False


class ParameterCard(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a value that a rule used is called. ``unit`` as readers see it; ``register``: of whose keys it may be."""

    id: str
    title: str
    unit: str = ""
    register: str = ""


class StageCard(msgspec.Struct, frozen=True, omit_defaults=True):
    """A stage as pages show it: its word, the border of the box, the titles of the posts whose turn it is."""

    id: str
    title: str
    tone: str
    usable: bool = False
    final: bool = False
    waits_for: tuple[str, ...] = ()


class FormField(msgspec.Struct, frozen=True, omit_defaults=True):
    """A field of a form as a page of a matter shows it; ``options`` are the titles of choices by value.

    ``names`` is the register of which it names an entry.
    """

    name: str
    title: str
    widget: str
    options: dict[str, str] = {}
    columns: tuple[FormField, ...] = ()
    names: str = ""


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """A matter as a line of a list; ``stages`` as in :class:`~linli.record.Listed`."""

    id: str
    name: str
    opened: date
    stages: tuple[StageFrom, ...]
    unit: str = ""
    children: int = 0


def slug_of(text: str) -> str:
    """Return a short name for a text that may hold anything, for an address."""
    return blake2b(text.encode(), digest_size=5).hexdigest()


def article_fragment(article: str) -> str:
    """Return the fragment of a text's page at which an article is shown."""
    if article.isdigit():
        return f"article-{article}"
    return f"a-{slug_of(article)}" if article else ""


def cite_card(cite: Citation) -> CiteCard:
    """Return what pages show of a citation."""
    source = cite.source
    return CiteCard(
        source.id,
        cite.label,
        source.rank.title,
        source.since,
        source.until,
        cite.gist,
        article_fragment(cite.article),
        source.text is not None,
    )


def standing(deployment: Deployment, frame: Frame) -> Iterator[tuple[str, object]]:
    """Yield the facts that follow from the deployment alone."""
    yield SITE, frame
    for bound in deployment.rules:
        cites = tuple(cite_card(cite) for cite in bound.rule.cites)
        yield f"rule/{bound.id}", RuleCard(bound.id, bound.rule.title, cites)
        for use in bound.rule.uses:
            if not isinstance(use, Parameter):
                yield (
                    f"parameter/{use.id}",
                    ParameterCard(use.id, use.title, getattr(use, "unit", ""), getattr(use, "register", "")),
                )
    for parameter in deployment.parameters.values():
        yield f"parameter/{parameter.id}", ParameterCard(parameter.id, parameter.title, parameter.unit)
    for source in deployment.sources.values():
        yield (
            f"source/{source.id}",
            SourceCard(
                source.id,
                source.title,
                source.rank.title,
                int(source.rank),
                source.since,
                source.until,
                source.number,
                source.place,
                source.replaced_by if source.replaced_by in deployment.sources else "",
                source.note,
                source.text is not None,
            ),
        )
    for procedure in deployment.procedures.values():
        for stage in {**BUILT_IN_STAGES, **procedure.stages}.values():
            yield f"stage/{procedure.id}/{stage.id}", _stage(deployment, stage)
        actions: Iterable[Action] = {**standing_actions(procedure), **procedure.actions}.values()
        for action in actions:
            if action.slot:
                yield f"form/{procedure.id}/{action.slot}", [_field(each) for each in fields(action.form)]
    for post in deployment.posts.values():
        yield f"post/{post.id}", post.title
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        yield f"workdays/{year}", _workdays(deployment, year)


def _stage(deployment: Deployment, stage: Stage) -> StageCard:
    # The tone draws the border of the box only; what it means is said by the word in it.
    tone = "done"
    if stage.waits_for:
        tone = "waiting"
    elif stage.usable:
        tone = "open"
    elif stage.final and (stage.title.startswith("不") or stage.id in BUILT_IN_STAGES):
        tone = "stopped"
    waits = tuple(deployment.posts[post].title for post in stage.waits_for if post in deployment.posts)
    return StageCard(stage.id, stage.title, tone, stage.usable, stage.final, waits)


def _field(field: Field) -> FormField:
    return FormField(
        field.name,
        field.title,
        field.widget.value,
        dict(field.options if field.widget in (Widget.CHOICE, Widget.CHOICES) else field.words),
        tuple(_field(each) for each in field.columns),
        field.names,
    )


def _workdays(deployment: Deployment, year: int) -> str:
    first, days = date(year, 1, 1), (date(year + 1, 1, 1) - date(year, 1, 1)).days
    likely = deployment.calendar.is_likely_working
    return "".join("1" if likely(first + timedelta(days=at)) else "0" for at in range(days))


class Derived:
    """Tallies and lists, kept up to date with the facts ``at/…`` of a record."""

    def __init__(self, top: str) -> None:
        self._top = f"at/{top}/"
        self._tallies: dict[str, dict[str, dict[str, int]]] = {}
        self._lists: dict[str, list[tuple[str, str]]] = {}
        self._days: dict[str, dict[str, int]] = {}
        self._sheets, self._tallied = Sheets(), Tallied()

    def load(self, record: Record) -> Iterator[tuple[str, object]]:
        """Count everything that the record lists, and yield the facts that follow."""
        for key in record.keys("at/"):
            raw = record.raw(key)
            if raw is None:
                continue
            line = _listed.decode(raw)
            self._count(key, line, 1)
            if key.startswith(self._top):
                for name in memberships(line):
                    insort(self._lists.setdefault(name, []), _member(key))
                yield _shown(key, line)
        for month in record.children("changes/"):
            prefix = f"changes/{month}/"
            self._days[month] = dict(
                Counter(key[len(prefix) :].partition("/")[0] for key in record.keys(prefix))
            )
            yield f"changed/{month}", sorted(self._days[month])
        yield from self._sheets.load(record)
        yield from self._tallied.load(record)
        for key, tally in self._tallies.items():
            yield key, _clean(tally)
        for name, members in self._lists.items():
            for number in range(len(members) // CHUNK + 1):
                if members[number * CHUNK :]:
                    yield _chunk(name, members, number)

    def update(self, before: Mapping[str, bytes | None], after: Mapping[str, Any]) -> dict[str, object]:
        """Take over facts that changed, and return the facts that change with them (None: gone).

        ``before`` and ``after`` hold canonical JSON by key; called with the two exchanged it undoes itself.
        """
        tallies: set[str] = set()
        found: dict[str, object] = {}
        moved: dict[str, int] = {}  # for each list the first place from which on it differs
        for key in after:
            if not key.startswith("at/"):
                continue
            was, now = _line(before.get(key)), _line(after[key])
            if was is not None:
                tallies.add(self._count(key, was, -1))
            if now is not None:
                tallies.add(self._count(key, now, 1))
            if key.startswith(self._top):
                found.update([_shown(key, now)])
                had = set() if was is None else set(memberships(was))
                has = set() if now is None else set(memberships(now))
                for name in had ^ has:
                    members = self._lists.setdefault(name, [])
                    at = bisect_left(members, _member(key))
                    if name in has:
                        members.insert(at, _member(key))
                    else:
                        del members[at]
                    moved[name] = min(at, moved.get(name, at))
        found.update({key: _clean(self._tallies[key]) or None for key in tallies})
        found.update(self._dated(before, after))
        found.update(self._sheets.update(before, after))
        found.update(self._tallied.update(before, after))
        for name, first in moved.items():
            members = self._lists[name]
            # One chunk more than there are: the last member of the last one may have gone.
            for number in range(first // CHUNK, len(members) // CHUNK + 2):
                found.update([_chunk(name, members, number)])
        return found

    def _dated(
        self, before: Mapping[str, bytes | None], after: Mapping[str, Any]
    ) -> Iterator[tuple[str, object]]:
        months = set()
        for key, value in after.items():
            if key.startswith("changes/"):
                _, month, day, _ = key.split("/")
                days = self._days.setdefault(month, {})
                days[day] = days.get(day, 0) + (value is not None) - (before.get(key) is not None)
                months.add(month)
        for month in months:
            yield f"changed/{month}", sorted(day for day, count in self._days[month].items() if count) or None

    def _count(self, key: str, line: Listed, sign: int) -> str:
        """Add a matter to a tally, or take it out; return the tally's key."""
        _, place, procedure, opened, _ = key.split("/", 4)
        name = f"tally/{place}/{procedure}/{opened[:4]}"
        tally = self._tallies.setdefault(name, {})
        _add(tally, line.stages[0].since.isoformat(), line.stages[0].id, sign)
        for earlier, later in pairwise(line.stages):
            _add(tally, later.since.isoformat(), earlier.id, -sign)
            _add(tally, later.since.isoformat(), later.id, sign)
        return name


def memberships(line: Listed) -> list[str]:
    """Return the lists in which a matter stands."""
    head, year = f"lists/{line.procedure}", line.opened.year
    names = [f"{head}/place/{line.place}-{year}"]
    if not line.parent:
        names.append(f"{head}/month/{line.opened.isoformat()[:7]}")
        names += sorted({f"{head}/stage/{stage.id}-{year}" for stage in line.stages})
        names += [f"{head}/kind/{kind}-{year}" for kind in sorted(set(line.kinds))]
        if line.unit:
            names.append(f"{head}/unit/{slug_of(line.unit)}-{year}")
    return names


def _shown(key: str, line: Listed | None) -> tuple[str, Line | None]:
    """The fact ``listed/…`` that goes with a fact ``at/<top>/…``; None with the line gone."""
    name = f"listed/{key.split('/', 2)[2]}"
    if line is None:
        return name, None
    return name, Line(line.id, line.name, line.opened, line.stages, line.unit, line.children)


def _member(key: str) -> tuple[str, str]:
    opened, _, id = key.split("/", 3)[3].partition("/")
    return opened, id


def _line(value: Any) -> Listed | None:
    return None if value is None else _listed.decode(bytes(value))


def _chunk(name: str, members: list[tuple[str, str]], number: int) -> tuple[str, object]:
    part = members[number * CHUNK : (number + 1) * CHUNK]
    return f"{name}/{number + 1:03}", [f"{opened}/{id}" for opened, id in part] or None


def _add(tally: dict[str, dict[str, int]], day: str, stage: str, sign: int) -> None:
    at = tally.setdefault(day, {})
    at[stage] = at.get(stage, 0) + sign


def _clean(tally: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
    kept = {day: {stage: n for stage, n in sorted(at.items()) if n} for day, at in sorted(tally.items())}
    return {day: at for day, at in kept.items() if at}
