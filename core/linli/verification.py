"""Proving store, ledger, log and record against each other.

Every fault is a sentence that names what does not fit; the first one found comes first. Memory does not grow with the
number of steps: matters are read one at a time, postings and leaves as streams.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from itertools import islice

import msgspec

from linli.canonical import canonical
from linli.deciding import read_matter
from linli.desk import Desk, Receipt
from linli.errors import Corrupt, LinliError
from linli.indexing import UNPLACED, WAITING, opening_rows, step_key, waiting_keys
from linli.ledger import FEN, Posting
from linli.matters import state
from linli.merkle import Frontier, append_tiles, leaf_hash
from linli.notes import VerifierKey, verify_checkpoint
from linli.public_steps import PublicMatter, PublicStep
from linli.publication import BODY, PUBLICATIONS, all_published
from linli.record import RECORD, LogFact, PublishedText
from linli.sequencing import (
    PUBLICATION,
    STEP,
    Placed,
    log_rows,
    placed_key,
    position_of,
    read_head,
    read_tile,
)
from linli.statements import Turnover
from linli.steps import Step, decode, step_leaf
from linli.store import Store, StoredStep
from linli.store_check import MOST_FAULTS, check

_PAGE = 1000
_HASH_LENGTH = 64
_MODULUS = 1 << 256


def verify(desk: Desk, most: int = MOST_FAULTS) -> list[str]:
    """Everything that does not fit, at most ``most`` sentences; empty when the deployment is sound."""
    return list(islice(faults(desk), most))


def faults(desk: Desk) -> Iterator[str]:
    """What does not fit, as it is found: the store itself, steps, postings, the log, publications, claims."""
    store = desk.store
    sums = _Sums()
    stages: dict[str, Callable[[], Iterator[str]]] = {
        "存储": lambda: iter(check(store)),
        "步骤": lambda: _steps(store, sums),
        "账目": lambda: _postings(store, sums),
        "日志": lambda: _log(store, sums),
        "等待进入日志的": lambda: _unplaced(store),
        "检查点": lambda: _record(store),
        "登记": lambda: _claims(store),
        "索引": lambda: _indexed(desk),
        "公开的账目": lambda: _books(desk),
    }
    for title, stage in stages.items():
        try:
            yield from stage()
        except (LinliError, ValueError) as error:  # msgspec's and the integers' among them
            yield f"{title}：有一条读不出来，其后的没有核对：{error}"


class _Sums:
    """What streams in different orders have in common: counts, and sums of hashes."""

    def __init__(self) -> None:
        self.postings = 0
        self.placed = 0

    def add(self, matter: str, number: int, ordinal: int, posting: Posting) -> None:
        # As a list of values: what a struct leaves out as a default depends on where its values come from.
        said = canonical([matter, number, ordinal, *msgspec.structs.astuple(posting)])
        self.postings = (self.postings + int.from_bytes(hashlib.sha256(said).digest(), "big")) % _MODULUS


def _matters(store: Store) -> Iterator[str]:
    after = ""
    while page := store.matters(after, _PAGE):
        yield from page
        after = page[-1]


def _steps(store: Store, sums: _Sums) -> Iterator[str]:
    """Each step is the next one, can be read, is what its leaf says, and has the position that the log gives it."""
    for matter in _matters(store):
        for number, stored in enumerate(store.steps(matter), 1):
            where = f"事项 {matter} 第 {number} 步"
            if stored.number != number:
                yield f"{where}：编号是 {stored.number}"
                break
            if step_leaf(stored.body, stored.salt) != stored.leaf:
                yield f"{where}：内容与叶哈希不符"
            try:
                step = decode(stored.body)
            except Corrupt as error:
                yield f"{where}：{error.message}"
                continue
            yield from _one_step(store, stored, step, where)
            for ordinal, posting in enumerate(step.postings):
                sums.add(matter, number, ordinal, posting)
            sums.placed += position_of(store, matter, number) is not None


def _one_step(store: Store, stored: StoredStep, step: Step, where: str) -> Iterator[str]:
    if (step.matter, step.number) != (stored.matter, stored.number):
        yield f"{where}：内容写的是事项 {step.matter} 第 {step.number} 步"
    if canonical(step) != stored.body:
        yield f"{where}：不是规范字节"
    waiting = store.row(UNPLACED, f"{step.recorded.isoformat()}/{step_key(step.matter, step.number)}")
    position = position_of(store, stored.matter, stored.number)
    if position is None and waiting is None:
        yield f"{where}：日志里没有位置，也没有在等位置"
    if position is not None and waiting is not None:
        yield f"{where}：日志里已有位置，却还在等"
    if waiting is not None and waiting != stored.leaf:
        yield f"{where}：等待进入日志的叶哈希不符"


def _postings(store: Store, sums: _Sums) -> Iterator[str]:
    """The postings of the ledger are those in the steps, each once."""
    found = _Sums()
    for stored in store.postings():
        found.add(stored.matter, stored.number, stored.ordinal, stored.posting)
    if found.postings == sums.postings:
        return
    seen = False
    for stored in store.postings():
        steps = store.steps(stored.matter, stored.number - 1)[:1]
        postings = decode(steps[0].body).postings if steps else ()
        said = postings[stored.ordinal] if stored.ordinal < len(postings) else None
        if said != stored.posting:
            seen = True
            yield f"账目 {stored.matter}/{stored.number}/{stored.ordinal}：与步骤里的不符"
    if not seen:
        yield "账目：步骤里的有些账没有入账，或入了两次"


def _log(store: Store, sums: _Sums) -> Iterator[str]:
    """Positions without gaps, each leaf that of its step or publication, tiles and root those of the leaves."""
    head, _ = read_head(store)
    frontier = Frontier()
    steps = 0
    while rows := log_rows(store, frontier.size, _PAGE):
        start = frontier.size
        hashes: list[bytes] = []
        for position, placed in rows:
            if position != frontier.size:
                yield f"日志：第 {frontier.size} 条缺失"
                return
            yield from _leaf(store, position, placed)
            steps += placed.kind == STEP
            hashes.append(leaf_hash(bytes.fromhex(placed.leaf)))
            frontier.append(hashes[-1])
        yield from _tiles(store, start, hashes)
    if frontier.size != head.size:
        yield f"日志：共 {frontier.size} 条，记录为 {head.size} 条"
    elif frontier.root().hex() != head.root:
        yield "日志：各条的根哈希与记录的不符"
    if steps != sums.placed:
        yield f"日志：有 {steps} 条步骤，而 {sums.placed} 个步骤有位置"


def _leaf(store: Store, position: int, placed: Placed) -> Iterator[str]:
    where = f"日志第 {position} 条（{placed_key(placed.matter, placed.number, placed.what)}）"
    if position_of(store, placed.matter, placed.number, placed.what) != position:
        yield f"{where}：位置对不上，同一条进了日志两次或索引被改"
    if placed.kind == STEP:
        stored = store.steps(placed.matter, placed.number - 1)[:1]
        if not stored or stored[0].number != placed.number:
            yield f"{where}：没有这一步"
        elif stored[0].leaf.hex() != placed.leaf:
            yield f"{where}：与步骤的叶哈希不符"
    elif placed.kind == PUBLICATION:
        yield from _publication(store, placed, where)


def _publication(store: Store, placed: Placed, where: str) -> Iterator[str]:
    """A published body is what its leaf says, unless it was taken down."""
    name = step_key(placed.matter, placed.number)
    if placed.what == BODY:
        body = store.row(PUBLICATIONS, name)
        if body is None:
            yield f"{where}：没有公开的内容"
            return
        public = msgspec.json.decode(body, type=PublicStep)
        if public.taken_down is None and hashlib.sha256(body).hexdigest() != placed.leaf:
            yield f"{where}：公开的内容与叶哈希不符"
        elif not _shown(store, placed.matter, public, body):
            yield f"{where}：公开记录里的内容与公开的不同"
        return
    body = store.row(PUBLICATIONS, f"{name}/{placed.what}")
    text = msgspec.json.decode(body, type=PublishedText) if body else None
    if text is None or text.digest != placed.leaf:
        yield f"{where}：公开的文本与叶哈希不符"
    elif text.taken_down is None:
        data = store.blob(text.digest)
        shown = store.row(RECORD, f"texts/{name}/{placed.what}")
        said = msgspec.json.decode(shown, type=PublishedText).text.encode() if shown else None
        if data is None or hashlib.sha256(data).hexdigest() != placed.leaf or said != data:
            yield f"{where}：公开的文本与叶哈希不符"


def _shown(store: Store, matter: str, public: PublicStep, body: bytes) -> bool:
    raw = store.row(RECORD, f"matters/{matter}")
    steps = msgspec.json.decode(raw, type=PublicMatter).steps if raw else ()
    return public.number <= len(steps) and canonical(steps[public.number - 1]) == body


def _tiles(store: Store, start: int, hashes: list[bytes]) -> Iterator[str]:
    """The stored tiles hold the hashes; a partial one may have been filled since."""

    def read(path: str) -> bytes | None:
        return read_tile(store, path)

    try:
        expected = append_tiles(start, hashes, read)
    except Corrupt as error:
        yield f"日志：{error}"
        return
    for path, data in expected.items():
        if read(path) != data:
            yield f"日志：{path} 与各条不符"


def _unplaced(store: Store) -> Iterator[str]:
    """What waits for a position is there."""
    after = ""
    while rows := store.rows(UNPLACED, after, limit=_PAGE):
        for row in rows:
            _, matter, number, *what = row.key.split("/")
            key = f"{matter}/{number}" + (f"/{what[0]}" if what and what[0] != BODY else "")
            there = store.row(PUBLICATIONS, key) is not None if what else store.head(matter) >= int(number)
            if not there:
                yield f"等待进入日志的 {row.key}：没有这一条"
        after = rows[-1].key


def _record(store: Store) -> Iterator[str]:
    """The checkpoint that is published is signed by the key beside it and is one of this log."""
    raw = store.row(RECORD, "log")
    if raw is None:
        return
    fact = msgspec.json.decode(raw, type=LogFact)
    if not fact.checkpoint:
        return
    try:
        signed = verify_checkpoint(fact.checkpoint, VerifierKey.parse(fact.key))
    except Corrupt as error:
        yield f"检查点：{error.message}"
        return
    if (signed.size, signed.root.hex()) != (fact.size, fact.root):
        yield "检查点：与公开的条数和根哈希不符"
    grown = Frontier()
    while grown.size < signed.size and (rows := log_rows(store, grown.size, _PAGE)):
        for _, placed in rows[: signed.size - grown.size]:
            grown.append(leaf_hash(bytes.fromhex(placed.leaf)))
    if (grown.size, grown.root()) != (signed.size, signed.root):
        yield f"检查点：前 {signed.size} 条的根哈希与检查点的不符"


def _indexed(desk: Desk) -> Iterator[str]:
    """Every matter stands in the lists in which people find it: at its places, with its unit, before whose turn it is.

    What has lapsed by the calendar alone since the last step is left to the clock, which moves it.
    """
    for id in _matters(desk.store):
        matter = read_matter(desk, id)
        then = state(matter.steps, matter.steps[-1].recorded)
        wanted = [
            (row.index, row.key) for row in opening_rows(matter.steps[0], desk.places, desk.deployment.place)
        ]
        if matter.state is not None and (then.stage_id, then.due) == (
            matter.state.stage_id,
            matter.state.due,
        ):
            wanted.extend((WAITING, key) for key in sorted(waiting_keys(matter, matter.place)))
        for index, key in wanted:
            if desk.store.row(index, key) is None:
                yield f"事项 {id}：索引 {index} 里没有它（{key}）"


def _books(desk: Desk) -> Iterator[str]:
    """What the record tells of a book is what the ledger holds, once everything has been published."""
    store = desk.store
    if not all_published(desk):
        return
    told: dict[str, dict[str, int]] = {}
    after = "books/"
    while rows := store.rows(RECORD, after, "books0", _PAGE):
        for row in rows:
            sums = told.setdefault(row.key.split("/", 1)[1].rpartition("/")[0], {})
            for part, amount in msgspec.json.decode(row.value or b"", type=Turnover).held.items():
                sums[part] = sums.get(part, 0) + amount
        after = rows[-1].key
    for book, sums in told.items():
        account = book.replace("/", ":")
        kept = {name: n for (name, of), n in store.balances(account).items() if n and of == FEN}
        shown = {f"{account}:{part}" if part else account: n for part, n in sums.items() if n}
        # Another number may begin alike; what is asked for is the account itself and what lies below it.
        kept = {name: n for name, n in kept.items() if name == account or name.startswith(f"{account}:")}
        for name in sorted(kept.keys() | shown.keys()):
            if kept.get(name, 0) != shown.get(name, 0):
                yield f"公开的账目 {book}：账户 {name} 写的是 {shown.get(name, 0)}，账上是 {kept.get(name, 0)}"


def _claims(store: Store) -> Iterator[str]:
    """Claims stand for something that happened: a child was opened, a call had effect."""
    after = ""
    while page := store.claims(after, _PAGE):
        for claim in page:
            kind, *parts = claim.key.split("/")
            if kind == "batch" and len(parts) == 3 and store.head(f"{parts[0]}.{parts[2]}") == 0:
                yield f"登记 {claim.key}：没有对应的下级事项"
            elif kind == "key":
                yield from _call(store, claim.key, claim.value[_HASH_LENGTH:])
        after = page[-1].key


def _call(store: Store, key: str, body: bytes) -> Iterator[str]:
    try:
        receipt = msgspec.json.decode(body, type=Receipt)
    except msgspec.DecodeError:
        yield f"登记 {key}：回执读不出来"
        return
    if store.head(receipt.matter) < receipt.number:
        yield f"登记 {key}：没有事项 {receipt.matter} 第 {receipt.number} 步"
