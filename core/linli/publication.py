"""Publishing: steps that may go out are projected, given a leaf of their own, and written into the record.

``publish`` walks the log from where the last publish stopped, so its cost is that of the new steps and what they touch,
never of the number of matters. A cursor (the entry ``published`` of the register ``log``) moves in the same commit as
the rows, so that two publishers, or one that was interrupted, publish everything once. A body in which the scanner
recognises personal data is held back, and said so loudly: it stands in the index ``held`` and in the outbox.

A text never goes out by itself, see `linli.reviewing`. Taking down removes a body and leaves the leaf in the log.

============ ============================== ==========================================================
index        key                            value
============ ============================== ==========================================================
publications ``<matter>/<number>``          the canonical `PublicStep`; its SHA-256 is the leaf data
publications ``<matter>/<number>/<field>``  the canonical `PublishedText`, with the text in a blob
held         ``<matter>/<number>``          what was recognised, in a form that may be logged
takedowns    ``<day>/<matter>/<number>/…``  what comes down on that day
stale        ``<register>/<key>``           register entries that changed since the last publish
============ ============================== ==========================================================
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple, TypeVar

import msgspec
from msgspec import Struct, structs

from linli import record
from linli.canonical import canonical
from linli.deciding import read_steps
from linli.desk import Desk
from linli.errors import Conflict, NotFound
from linli.indexing import OUTBOX, UNPLACED, step_key
from linli.notes import Signer, signed_by, signers_of
from linli.posts import PUBLISHER
from linli.public_books import PublicBooks
from linli.public_steps import (
    PublicMatter,
    PublicStep,
    personal_data,
    public_facts,
    public_view,
    stub,
)
from linli.record import Change, LogFact, PublishedText, Sheet
from linli.registers import Register, Version, decode_version
from linli.registry import STALE
from linli.sequencing import (
    HEAD,
    LOG,
    PUBLICATION,
    Placed,
    checkpoint,
    log_rows,
    read_head,
    sequence,
    unplaced_row,
)
from linli.standing_facts import PREFIXES, standing_facts
from linli.steps import Publication, Step
from linli.store import Capacity, Commit, EntryCondition, EntryWrite, Row
from linli.store_capacity import fits, row_slices
from linli.tallies import Tallies

__all__ = ["PublicMatter", "PublicStep", "Published", "public_view", "publish", "take_down"]

PUBLICATIONS, HELD, TAKEDOWNS = "publications", "held", "takedowns"
CURSOR = "published"
BODY = "body"
ATTEMPTS = 8

T = TypeVar("T")


class Published(Struct, kw_only=True):
    """What a publish did: leaves given a position, steps that went out, those that may not, those held back.

    ``changes`` are the facts of the record as they now are (None: gone), ``before`` as they were, for a portal that is
    kept in memory. ``held`` says which steps were held back and why.
    """

    placed: int = 0
    steps: int = 0
    withheld: int = 0
    entries: int = 0
    held: tuple[str, ...] = ()
    changes: dict[str, msgspec.Raw | None] = {}
    before: dict[str, bytes | None] = {}

    def _add(self, sheet: Sheet, keys: Iterable[str] | None = None) -> None:
        """Take in what was written of a sheet: those facts, or all that changed."""
        changes = sheet.changes()
        for key in changes if keys is None else keys:
            value = changes[key]
            self.before.setdefault(key, sheet.before[key])
            self.changes[key] = None if value is None else msgspec.Raw(value)


class _Cursor(Struct, frozen=True):
    """The first position that was not published yet, and the hash of the standing facts that were.

    ``counted`` is the first position that books do not count yet. It lies behind only in a store that was published
    before there were books; the next publish catches up.
    """

    next: int = 0
    standing: str = ""
    counted: int = 0


def publish(desk: Desk, signer: Signer | None = None, limit: int = 500) -> Published:
    """Publish everything that can be; ``limit`` leaves a commit. Without a signer the log has no checkpoint.

    A store that takes little at once gets it in more commits, and whoever was interrupted goes on where it stopped.
    Raises `Conflict` where another publisher was faster again and again.
    """
    done = Published(changes={}, before={})
    _place_all(desk, done)
    while _goes_out(desk, done, limit):
        # All that has a position goes out before what went out gets positions of its own: so these do not depend on
        # how much goes out at once.
        while _goes_out(desk, done, limit):
            pass
        _place_all(desk, done)
    _tell_log(desk, signer, done)
    return done


def all_published(desk: Desk) -> bool:
    """Whether nothing waits to be published or to be counted in books."""
    cursor, _ = _read_cursor(desk)
    head, _ = read_head(desk.store)
    return cursor.counted == cursor.next == head.size and not desk.store.rows(UNPLACED, limit=1)


def _place_all(desk: Desk, done: Published) -> None:
    while placed := sequence(desk):
        done.placed += placed


def _goes_out(desk: Desk, done: Published, limit: int) -> bool:
    """Publish a slice, again where somebody else was faster; whether there was anything to do."""
    for attempt in range(ATTEMPTS):
        try:
            return _publish_standing(desk, done) or _publish_some(desk, done, limit)
        except Conflict:
            if attempt + 1 == ATTEMPTS:
                raise
    raise AssertionError("the loop returns or raises")


def _publish_standing(desk: Desk, done: Published) -> bool:
    """Publish what follows from the configuration, if it has changed; whether it had."""
    cursor, version = _read_cursor(desk)
    standing, digest = standing_facts(desk.deployment)
    if cursor.standing == digest:
        return False
    sheet = Sheet(desk.store)
    _write_standing(desk, sheet, standing)
    moved = Commit(entries=(_cursor_entry(structs.replace(cursor, standing=digest), version),))
    for keys in _commit_sheet(desk, sheet, moved, version):
        done._add(sheet, keys)
    return True


class _Slice(NamedTuple):
    """What goes out in one commit."""

    sheet: Sheet
    work: _Projection
    commit: Commit


def _publish_some(desk: Desk, done: Published, limit: int) -> bool:
    """Publish the next leaves in one commit, or where there are none entries; whether there was anything to do."""
    store = desk.store
    cursor, version = _read_cursor(desk)
    # A leaf writes about ten rows and an entry two: so many are tried first, and fewer where they do not fit.
    leaves_at_once = min(limit, max(1, store.capacity.writes // 12))
    if cursor.counted < cursor.next:
        late = log_rows(store, cursor.counted, min(leaves_at_once, cursor.next - cursor.counted))
        done._add(_committed(desk, late, lambda some: _recalled(desk, some, cursor, version)).sheet)
        return True
    if leaves := log_rows(store, cursor.next, leaves_at_once):
        out = _committed(desk, leaves, lambda some: _projected(desk, some, cursor, version))
    elif entries := store.rows(STALE, limit=min(limit, max(1, store.capacity.writes // 3))):
        out = _committed(desk, entries, lambda some: _entered(desk, some, cursor, version))
        done.entries += sum(row.index == STALE for row in out.commit.rows)
    else:
        return False
    done.steps += out.work.steps
    done.withheld += out.work.withheld
    done.held += tuple(out.work.held)
    done._add(out.sheet)
    return True


def _committed(desk: Desk, many: Sequence[T], made: Callable[[Sequence[T]], _Slice]) -> _Slice:
    """Commit the slice that is made of as many as fit, a single one in any case."""
    while True:
        found = made(many)
        if len(many) == 1 or fits(found.commit, desk.store.capacity):
            desk.store.commit(found.commit)
            return found
        many = many[: (len(many) + 1) // 2]


def _projected(desk: Desk, leaves: Sequence[tuple[int, Placed]], cursor: _Cursor, version: int) -> _Slice:
    """The slice that publishes leaves."""
    sheet = Sheet(desk.store)
    work = _Projection(desk, sheet)
    for position, placed in leaves:
        work.take(position, placed)
    rows = list(work.finish())
    if work.last_day:
        known = msgspec.json.decode(sheet.raw("as-of") or b'{"day":""}')["day"]
        sheet.set("as-of", {"day": max(known, work.last_day)})
    upto = cursor.next + len(leaves)
    after = structs.replace(cursor, next=upto, counted=upto)
    return _Slice(sheet, work, _moving(sheet, rows, after, version))


def _recalled(desk: Desk, leaves: Sequence[tuple[int, Placed]], cursor: _Cursor, version: int) -> _Slice:
    """The slice that brings into the record books and mentions of what was published before they were kept."""
    sheet = Sheet(desk.store)
    work = _Projection(desk, sheet)
    for _, placed in leaves:
        work.recall(placed)
    after = structs.replace(cursor, counted=cursor.counted + len(leaves))
    return _Slice(sheet, work, _moving(sheet, list(work.finish()), after, version))


def _entered(desk: Desk, entries: Sequence[Row], cursor: _Cursor, version: int) -> _Slice:
    """The slice that publishes register entries that have changed."""
    sheet = Sheet(desk.store)
    rows = [Row(STALE, row.key, None) for row in entries]
    for row in entries:
        rows.extend(_write_entry(desk, sheet, row.key))
    return _Slice(sheet, _Projection(desk, sheet), _moving(sheet, rows, cursor, version))


def _moving(sheet: Sheet, rows: Sequence[Row], after: _Cursor, version: int) -> Commit:
    return Commit(rows=(*rows, *sheet.rows()), entries=(_cursor_entry(after, version),))


def _cursor_entry(cursor: _Cursor, version: int) -> EntryWrite:
    return EntryWrite(LOG, CURSOR, version + 1, canonical(cursor))


def _commit_sheet(desk: Desk, sheet: Sheet, last: Commit, version: int) -> Iterator[list[str]]:
    """Commit the facts of a sheet and then what completes them, in one commit if they fit; the facts of each commit.

    The cursor must stand at ``version`` all the time, and moves with the last commit. Whoever is interrupted begins
    again, and finds that what was written needs no more writing.
    """
    store, rows = desk.store, sheet.rows()
    whole = structs.replace(last, rows=(*last.rows, *rows))
    if fits(whole, store.capacity):
        store.commit(whole)
        yield [row.key for row in rows]
        return
    condition = EntryCondition(LOG, CURSOR, version)
    room = Capacity(store.capacity.writes - 1, store.capacity.bytes)
    for part in row_slices(rows, room):
        store.commit(structs.replace(part, conditions=(condition,)))
        yield [row.key for row in part.rows]
    store.commit(last)
    yield []


def _read_cursor(desk: Desk) -> tuple[_Cursor, int]:
    stored = desk.store.entries(LOG, (CURSOR,)).get(CURSOR)
    return (msgspec.json.decode(stored.body, type=_Cursor), stored.version) if stored else (_Cursor(), 0)


class _Projection:
    """Leaves of the log on their way into the record."""

    def __init__(self, desk: Desk, sheet: Sheet) -> None:
        self._desk = desk
        self._sheet = sheet
        self._steps: dict[str, list[Step]] = {}
        self._matters: dict[str, PublicMatter | None] = {}
        self._numbers: dict[tuple[str, int], int] = {}
        self._rows: list[Row] = []
        self._withheld: dict[str, dict[str, int]] = {}
        self._upto: dict[str, int] = {}
        self.steps = 0
        self.withheld = 0
        self.held: list[str] = []
        self.last_day = ""

    def take(self, position: int, placed: Placed) -> None:
        """Take in one leaf."""
        if placed.kind == PUBLICATION:
            self._locate(position, placed)
            return
        step = self._read(placed.matter)[placed.number - 1]
        self._upto[placed.matter] = max(placed.number, self._upto.get(placed.matter, 0))
        if step.publication is not Publication.PUBLIC:
            # What is opened under a matter is told by that matter, when it is time to.
            if not self._desk.deployment.procedures[step.procedure].under:
                self._count_withheld(step)
            return
        public = self._public(step, position)
        hits = personal_data(msgspec.to_builtins(public))
        if hits:
            self._hold(step, "、".join(sorted({hit.shown for hit in hits})))
            return
        self._send(step, public)

    def recall(self, placed: Placed) -> None:
        """Take in a leaf that was published before, for what the record did not keep then."""
        if placed.kind != PUBLICATION:
            self._read(placed.matter)
            self._upto[placed.matter] = max(placed.number, self._upto.get(placed.matter, 0))

    def exchange(self, matter: PublicMatter) -> None:
        """Show a matter anew wherever the record names it."""
        self._matters[matter.id] = matter
        self._list(matter)
        for step in matter.steps:
            self._sheet.set(_change_key(step), self._change(step))

    def finish(self) -> Iterator[Row]:
        """Write what follows from all leaves together, and give the rows beside the record's."""
        tallies, books = Tallies(self._desk, self._sheet), PublicBooks(self._desk, self._sheet)
        for matter, steps in self._steps.items():
            public = self._matter(matter)
            if public is not None:
                self._list(public)
            tallies.count(steps, public)
            books.count(steps, public, self._upto[matter])
        for key, counts in self._withheld.items():
            self._sheet.set(key, counts)
        yield from self._rows
        yield from tallies.rows()
        yield from books.rows()

    def _read(self, matter: str) -> list[Step]:
        if matter not in self._steps:
            self._steps[matter] = read_steps(self._desk, matter)
        return self._steps[matter]

    def _matter(self, matter: str) -> PublicMatter | None:
        if matter not in self._matters:
            raw = self._sheet.raw(f"matters/{matter}")
            self._matters[matter] = msgspec.json.decode(raw, type=PublicMatter) if raw else None
        return self._matters[matter]

    def _public(self, step: Step, position: int) -> PublicStep:
        known = self._matter(step.matter)
        deployment = self._desk.deployment
        return public_view(
            step,
            deployment.procedures[step.procedure],
            deployment,
            earlier=self._read(step.matter)[: step.number - 1],
            number=len(known.steps) + 1 if known else 1,
            corrects=self._number(step.matter, step.corrects) if step.corrects else 0,
            log=position,
        )

    def _number(self, matter: str, number: int) -> int:
        """The public number of a step, 0 where it is not published."""
        known = self._numbers.get((matter, number))
        if known is None:
            body = self._desk.store.row(PUBLICATIONS, step_key(matter, number))
            known = msgspec.json.decode(body, type=PublicStep).number if body else 0
        return known

    def _send(self, step: Step, public: PublicStep) -> None:
        key, body = step_key(step.matter, step.number), canonical(public)
        known = self._matter(step.matter)
        steps = (*known.steps, public) if known else (public,)
        self._matters[step.matter] = PublicMatter(step.matter, step.procedure, step.place, steps)
        self._numbers[step.matter, step.number] = public.number
        self._rows.append(Row(PUBLICATIONS, key, body))
        day = step.recorded.isoformat()
        leaf = hashlib.sha256(body).digest()
        self._rows.append(unplaced_row(day, step.matter, step.number, leaf, BODY))
        if step.takedown is not None:
            self._rows.append(Row(TAKEDOWNS, f"{step.takedown.isoformat()}/{key}/{BODY}"))
        self._sheet.set(_change_key(public), self._change(public))
        self.steps += 1
        self.last_day = max(self.last_day, day)

    def _change(self, public: PublicStep) -> Change:
        matter = self._matters[public.matter]
        assert matter is not None, "a step was just added to it"
        procedure = self._desk.deployment.procedures[public.procedure]
        state = record.public_state(matter, public.recorded)
        return Change(
            matter=public.matter,
            number=public.number,
            procedure=public.procedure,
            action=public.action,
            title=public.title,
            name=procedure.name(state),
            place=public.place,
            stage=public.stage,
            stage_title=public.stage_title,
            day=public.recorded,
            unit=state.unit,
        )

    def _list(self, public: PublicMatter) -> None:
        procedure = self._desk.deployment.procedures[public.procedure]
        if procedure.mentions is not None:
            raw = self._sheet.raw(f"matters/{public.id}")
            before = record.mentioned(msgspec.json.decode(raw, type=PublicMatter), procedure) if raw else {}
            after = record.mentioned(public, procedure)
            for key in (*before, *after):
                self._sheet.set(key, after.get(key))
        self._sheet.set(f"matters/{public.id}", public)
        line = record.listed(public, procedure)
        path = self._desk.places.path(public.place)
        top = self._desk.deployment.place
        for place in path[path.index(top) if top in path else 0 :]:
            self._sheet.set(f"at/{place}/{public.procedure}/{line.opened.isoformat()}/{public.id}", line)

    def _locate(self, position: int, placed: Placed) -> None:
        """A publication has its position: readers can ask for the proof of it."""
        if placed.what == BODY:
            number = self._number(placed.matter, placed.number)
            where = {"position": position, "leaf": placed.leaf}
            self._sheet.set(f"published/{placed.matter}/{number:06}", where)

    def _count_withheld(self, step: Step) -> None:
        key = f"withheld/{self._desk.deployment.place}/{step.recorded.year}"
        if key not in self._withheld:
            raw = self._sheet.raw(key)
            self._withheld[key] = msgspec.json.decode(raw, type=dict[str, int]) if raw else {}
        basis = step.basis or ("依申请公开" if step.publication is Publication.ON_REQUEST else "不予公开")
        self._withheld[key][basis] = self._withheld[key].get(basis, 0) + 1
        self.withheld += 1

    def _hold(self, step: Step, found: str) -> None:
        key = step_key(step.matter, step.number)
        said = f"{step.matter} 第 {step.number} 步没有公开：公开的字段里像是有个人信息（{found}）"
        self.held.append(said)
        self._rows.append(Row(HELD, key, said.encode()))
        self._rows.append(_notice(step.recorded, key, self._desk.deployment.place, step.matter, said))


def _change_key(public: PublicStep) -> str:
    day = public.recorded.isoformat()
    return f"changes/{day[:7]}/{day[8:]}/{public.log:012}"


def _notice(day: date, key: str, place: str, matter: str, text: str) -> Row:
    body = canonical({"post": PUBLISHER.id, "place": place, "text": text, "matter": matter})
    return Row(OUTBOX, f"{day.isoformat()}/{key}/held", body)


def _write_standing(desk: Desk, sheet: Sheet, standing: Mapping[str, bytes]) -> None:
    stored = record.StoreRecord(desk.store)
    for prefix in PREFIXES:
        for key in stored.keys(prefix):
            if key not in standing:
                sheet.set(key, None)
    for key, value in standing.items():
        sheet.set(key, msgspec.Raw(value))


def _write_entry(desk: Desk, sheet: Sheet, key: str) -> Iterator[Row]:
    """The public side of a register entry that has changed."""
    name, entry = key.split("/", 1)
    register = desk.deployment.registers.get(name)
    if register is None or not register.public:
        return
    versions = [decode_version(stored.body) for stored in desk.store.entry_history(name, entry)]
    shown = _public_entry(register, entry, versions)
    hits = personal_data(msgspec.to_builtins(shown))
    if hits:
        found = "、".join(sorted({hit.shown for hit in hits}))
        said = f"名册“{register.title}”的 {entry} 没有公开：像是有个人信息（{found}）"
        yield Row(HELD, f"{name}/{entry}", said.encode())
        yield _notice(desk.clock.today(), f"{name}/{entry}", desk.deployment.place, "", said)
        return
    sheet.set(f"registers/{name}/{entry}", shown)
    here = _up_from(desk, shown.place)
    for earlier in {str(version.values.get(register.place, "")) for version in versions} - {shown.place}:
        for place in set(_up_from(desk, earlier)) - set(here):
            sheet.set(f"here/{place}/{name}/{entry}", None)
    for place in here:
        sheet.set(f"here/{place}/{name}/{entry}", {"place": shown.place})


def _up_from(desk: Desk, place: str) -> tuple[str, ...]:
    """A place and those above it, from the deployment's own down; none for a place outside."""
    if not desk.deployment.covers(place):
        return ()
    path = desk.places.path(place)
    return path[path.index(desk.deployment.place) :]


def _public_entry(register: Register, key: str, versions: Sequence[Version]) -> record.PublicEntry:
    shown = tuple(
        record.EntryVersion(each.since, each.recorded, public_facts(register.form, each.values))
        for each in versions
    )
    place = next(
        (str(v.values[register.place]) for v in reversed(versions) if register.place in v.values), ""
    )
    return record.PublicEntry(register.id, key, place, shown)


def _tell_log(desk: Desk, signer: Signer | None, done: Published) -> None:
    """Say in the record how long the log is, unless it has grown meanwhile: then whoever made it grow says so."""
    head, version = read_head(desk.store)
    known = desk.store.row(record.RECORD, "log")
    before = msgspec.json.decode(known, type=LogFact) if known else None
    wanted = {(each.key.name, each.key.id) for each in signers_of(signer)} if signer else set()
    resigned = signer is not None and (before is None or signed_by(before.checkpoint) != wanted)
    if before is not None and before.root == head.root and not resigned:
        return
    signed = checkpoint(desk.store, signer) if signer else ""
    sheet = Sheet(desk.store)
    sheet.set("log", LogFact(head.size, head.root, signed, str(signer.key) if signer else ""))
    try:
        desk.store.commit(Commit(rows=tuple(sheet.rows()), conditions=(EntryCondition(LOG, HEAD, version),)))
    except Conflict:
        return
    done._add(sheet)


# Taking down


def take_down(desk: Desk, matter: str, number: int, what: str = BODY) -> dict[str, bytes | None]:
    """Take a published step or text down for good; its leaf stays. Returns the facts changed, as they were before.

    ``what`` is ``body`` or the field of a text. Taking down twice is once. Raises `NotFound` for what was never
    published, `Conflict` where publishers were faster again and again.
    """
    key = step_key(matter, number) if what == BODY else f"{step_key(matter, number)}/{what}"
    before: dict[str, bytes | None] = {}
    for attempt in range(ATTEMPTS):
        sheet = Sheet(desk.store)
        body = desk.store.row(PUBLICATIONS, key)
        if body is None:
            raise NotFound("没有公开过", where=key)
        rows = (
            _without_body(desk, sheet, key, body) if what == BODY else _without_text(desk, sheet, key, body)
        )
        if not rows:
            return {}
        # The cursor moves on the spot: a publish that has read what is taken down here must read it again.
        cursor, version = _read_cursor(desk)
        last = Commit(rows=tuple(rows), entries=(_cursor_entry(cursor, version),))
        try:
            for changed in _commit_sheet(desk, sheet, last, version):
                before |= {name: sheet.before[name] for name in changed if name not in before}
        except Conflict:
            if attempt + 1 == ATTEMPTS:
                raise
            continue
        if what != BODY:
            desk.store.delete_blob(msgspec.json.decode(body, type=PublishedText).digest)
        return before
    raise AssertionError("the loop returns or raises")


def _without_text(desk: Desk, sheet: Sheet, key: str, body: bytes) -> list[Row]:
    text = msgspec.json.decode(body, type=PublishedText)
    if text.taken_down:
        return []
    down = structs.replace(text, text="", taken_down=desk.clock.today())
    sheet.set(f"texts/{key}", down)
    rows = [Row(PUBLICATIONS, key, canonical(down))]
    if text.takedown:
        rows.append(Row(TAKEDOWNS, f"{text.takedown.isoformat()}/{key}", None))
    return rows


def _without_body(desk: Desk, sheet: Sheet, key: str, body: bytes) -> list[Row]:
    """Exchange a step for its stub wherever the record shows it."""
    public = msgspec.json.decode(body, type=PublicStep)
    if public.taken_down:
        return []
    gone = stub(public, desk.clock.today())
    raw = sheet.raw(f"matters/{gone.matter}")
    matter = msgspec.json.decode(raw or b"", type=PublicMatter)
    steps = tuple(gone if step.number == gone.number else step for step in matter.steps)
    work = _Projection(desk, sheet)
    work.exchange(structs.replace(matter, steps=steps))
    tallies, books = Tallies(desk, sheet), PublicBooks(desk, sheet)
    shown, whole = structs.replace(matter, steps=steps), read_steps(desk, gone.matter)
    tallies.count(whole, shown)
    books.count(whole, shown)
    rows = [Row(PUBLICATIONS, key, canonical(gone)), *tallies.rows(), *books.rows()]
    if public.takedown:
        rows.append(Row(TAKEDOWNS, f"{public.takedown.isoformat()}/{key}/{BODY}", None))
    return rows
