"""From a commit to the writes of one transaction: pure, with no item touched twice.

Steps of one matter move its head once, versions of one entry replace it once, postings are netted into one change of
each account, and a condition on what is written as well becomes a condition of that write.

Every commit leaves something that no other can write: a step, a claim, a version of an entry, or else a marker. It
bears the commit's id; that is how a commit whose answer was lost is recognised (`Plan.witness`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

from linli.ledger import Posting, is_outside
from linli.store import Commit, EntryWrite, Row, StepWrite, StoredPosting
from linli.store_capacity import SMALLEST, too_long, too_many
from linli.store_dynamodb_calls import checked_key
from linli.store_dynamodb_layout import Item, Key, Layout, keyed, size_of
from linli.store_dynamodb_values import PartsOf, pack
from linli.store_refusals import MOST_HELD

MARKER_SECONDS = 86_400
"""A marker is kept for a day, far longer than any commit is tried again."""

_NEW = "attribute_not_exists(pk)"

Name = tuple[str, str]


class Witness(Struct, frozen=True):
    """Where to see whether a commit took effect; ``version`` and ``earlier`` where it is a version of an entry."""

    key: Key
    version: int = 0
    earlier: Key | None = None


class Plan(Struct, frozen=True):
    """The writes of a transaction, where each row's write stands among them, and the witness."""

    actions: list[dict[str, Any]]
    rows: dict[int, Name]
    witness: Witness


class Known(Struct):
    """What has to be known of a table before a commit can be planned.

    ``entries`` are the items of entries that will be replaced; ``parts`` those of rows whose value is in parts. The
    latter is learned from a transaction that was refused: few rows are that long.
    """

    entries: dict[Name, Item] = {}
    parts: dict[Name, PartsOf] = {}


def replaced(commit: Commit) -> list[Name]:
    """The entries whose standing version a commit puts aside."""
    first: dict[Name, int] = {}
    for entry in commit.entries:
        first.setdefault((entry.register, entry.key), entry.version)
    return [name for name, version in first.items() if version > 1]


def plan(
    layout: Layout,
    table: str,
    commit: Commit,
    changes: Mapping[Name, int],
    known: Known,
    id: str,
    now: float,
) -> Plan | None:
    """The writes of a commit, or None where they contradict each other or what is known, so that it must be refused.

    Raises `TooLarge`, and `BadInput` for a key that DynamoDB does not take.
    """
    work = _Work(layout, table, id)
    witnesses = [
        work.steps(commit.steps),
        work.claims(commit),
        work.entries(commit, known),
    ]
    if work.contradicts:
        return None
    work.rows(commit.rows, known)
    work.balances(commit, changes)
    work.postings(commit.steps)
    witness = next((each for each in witnesses if each is not None), None) or work.marker(now)
    if len(work.actions) > SMALLEST.writes:
        raise too_many(len(work.actions), SMALLEST.writes)
    if work.size > SMALLEST.bytes:
        raise too_long(work.size, SMALLEST.bytes)
    return Plan(work.actions, work.row_at, witness)


class _Work:
    """The writes that are being gathered."""

    def __init__(self, layout: Layout, table: str, id: str) -> None:
        self._layout = layout
        self._table = table
        self._id = id
        self._values = 0
        self.actions: list[dict[str, Any]] = []
        self.row_at: dict[int, Name] = {}
        self.size = 0
        self.contradicts = False

    def steps(self, steps: tuple[StepWrite, ...]) -> Witness | None:
        """Steps, the head of each matter, and the name of each new one."""
        last: dict[str, int] = {}
        first: dict[str, int] = {}
        for step in steps:
            if step.number != last.get(step.matter, step.number - 1) + 1:
                self.contradicts = True
            last[step.matter] = step.number
            first.setdefault(step.matter, step.number)
            item = {"salt": {"B": step.salt}, "leaf": {"B": step.leaf}}
            self._put(self._layout.step(step.matter, step.number), item, value=step.body, condition=_NEW)
        for matter, number in last.items():
            before = first[matter] - 1
            if not before:
                self._put(self._layout.named(matter), {})
            self._update(
                self._layout.head(matter),
                {"n": {"N": str(number)}},
                [_NEW] if not before else [self._at("n", before)],
            )
        return Witness(self._layout.step(steps[0].matter, steps[0].number)) if steps else None

    def claims(self, commit: Commit) -> Witness | None:
        """Claims, none of which may be there."""
        if len({claim.key for claim in commit.claims}) < len(commit.claims):
            self.contradicts = True
        for claim in commit.claims:
            self._put(self._layout.claim(claim.key), {}, value=claim.value, condition=_NEW)
        return Witness(self._layout.claim(commit.claims[0].key)) if commit.claims else None

    def entries(self, commit: Commit, known: Known) -> Witness | None:
        """Entries in their latest version, the versions that they replace, and conditions on entries."""
        wanted: dict[Name, set[int]] = {}
        for condition in commit.conditions:
            wanted.setdefault((condition.register, condition.key), set()).add(condition.version)
        writes: dict[Name, list[EntryWrite]] = {}
        for entry in commit.entries:
            writes.setdefault((entry.register, entry.key), []).append(entry)
        for name, versions in writes.items():
            self._entry(name, versions, wanted.pop(name, set()), known.entries.get(name))
        for name, stands in wanted.items():
            self.contradicts = self.contradicts or len(stands) > 1
            self._check(self._layout.entry(*name), self._version_is(min(stands)))
        if not commit.entries:
            return None
        written = commit.entries[0]
        earlier = self._layout.version(written.register, written.key, written.version)
        return Witness(self._layout.entry(written.register, written.key), written.version, earlier)

    def _entry(self, name: Name, writes: list[EntryWrite], wanted: set[int], standing: Item | None) -> None:
        before = writes[0].version - 1
        numbers = [entry.version for entry in writes]
        in_order = numbers == list(range(numbers[0], numbers[0] + len(numbers)))
        if before < 0 or not in_order or wanted - {before}:
            self.contradicts = True
            return
        if before:
            if standing is None or standing["n"]["N"] != str(before):
                self.contradicts = True
                return
            put_aside = {each: value for each, value in standing.items() if each not in ("pk", "sk")}
            self._put(self._layout.version(*name, before), put_aside, id=None)
        for entry in writes[:-1]:
            item = {"n": {"N": str(entry.version)}}
            self._put(self._layout.version(*name, entry.version), item, value=entry.body)
        item = {"n": {"N": str(writes[-1].version)}}
        self._put(self._layout.entry(*name), item, value=writes[-1].body, condition=self._version_is(before))

    def rows(self, rows: tuple[Row, ...], known: Known) -> None:
        """Rows put and deleted; the parts of a value that goes go with it."""
        for name, row in {(row.index, row.key): row for row in rows}.items():
            parts = known.parts.get(name)
            condition = "attribute_not_exists(#of)"
            values: Item = {}
            if parts is not None:
                condition, values = "#of = :of", {":of": {"S": parts.name}}
            self.row_at[len(self.actions)] = name
            key = self._layout.row(*name)
            guard: dict[str, Any] = {
                "ConditionExpression": condition,
                "ExpressionAttributeNames": {"#of": "of"},
            }
            if values:
                guard["ExpressionAttributeValues"] = values
            if row.value is None:
                self._delete(key, guard)
            else:
                self._put(key, {}, value=row.value, guard=guard)
            for number in range(parts.count if parts else 0):
                assert parts is not None
                self._delete(self._layout.part(parts.name, number), {})

    def balances(self, commit: Commit, changes: Mapping[Name, int]) -> None:
        """One write for each account that holds something: its changes, and what it must hold for them."""
        accounts = dict.fromkeys(account for account, _ in changes)
        accounts |= dict.fromkeys(each.account for each in commit.balances)
        for account in accounts:
            conditions: list[tuple[str, str, int]] = []
            for asked in commit.balances:
                if asked.account == account:
                    conditions.append((asked.commodity, "=", asked.amount))
            moved = {commodity: change for (each, commodity), change in changes.items() if each == account}
            for commodity, change in moved.items():
                bound = ("<=", MOST_HELD - change) if change > 0 else (">=", -change)
                conditions.append((commodity, *bound))
            self._balance(account, moved, conditions)

    def postings(self, steps: tuple[StepWrite, ...]) -> None:
        """The postings together, and what they moved in each account, inside and outside."""
        stored = [
            StoredPosting(step.matter, step.number, ordinal, posting)
            for step in steps
            for ordinal, posting in enumerate(step.postings)
        ]
        if not stored:
            return
        self._put(self._layout.journal(self._id), {}, value=encode_postings(stored))
        moved: dict[str, dict[str, int]] = {}
        for each in stored:
            posting = each.posting
            for account, sign in ((posting.source, -1), (posting.destination, 1)):
                sums = moved.setdefault(account, {})
                sums[posting.commodity] = sums.get(posting.commodity, 0) + sign * posting.amount
        for account, sums in moved.items():
            net = {commodity: {"N": str(amount)} for commodity, amount in sums.items()}
            self._put((self._layout.account(account), self._id), {"net": {"M": net}}, id=None)

    def marker(self, now: float) -> Witness:
        """The trace of a commit that leaves no other; the table drops it after a day."""
        key = self._layout.marker(self._id)
        self._put(key, {"ttl": {"N": str(int(now) + MARKER_SECONDS)}}, condition=_NEW)
        return Witness(key)

    def _balance(self, account: str, moved: dict[str, int], conditions: list[tuple[str, str, int]]) -> None:
        assert not is_outside(account)
        names: dict[str, str] = {}
        values: Item = {}

        def named(commodity: str) -> str:
            return next((n for n, c in names.items() if c == held(commodity)), f"#b{len(names)}")

        told: list[str] = []
        for number, (commodity, sign, amount) in enumerate(conditions):
            name = named(commodity)
            names[name] = held(commodity)
            values[f":c{number}"] = {"N": str(amount)}
            test = f"{name} {sign} :c{number}"
            # An account that nothing was ever posted to holds nothing.
            nothing = {"=": amount == 0, "<=": amount >= 0, ">=": False}[sign]
            told.append(f"(attribute_not_exists({name}) OR {test})" if nothing else test)
        guard: dict[str, Any] = {
            "Key": keyed(checked_key(self._layout.balance(account))),
            "ConditionExpression": " AND ".join(told),
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": values,
        }
        if not moved:
            self._act("ConditionCheck", guard)
            return
        sets = []
        values[":zero"] = {"N": "0"}
        for number, (commodity, change) in enumerate(moved.items()):
            name = named(commodity)
            values[f":d{number}"] = {"N": str(change)}
            sets.append(f"{name} = if_not_exists({name}, :zero) + :d{number}")
        values[":id"] = {"S": self._id}
        guard["UpdateExpression"] = f"SET {', '.join(sets)}, id = :id"
        self._act("Update", guard)

    def _version_is(self, version: int) -> tuple[str, Item]:
        return (_NEW, {}) if not version else self._at("n", version)

    @staticmethod
    def _at(name: str, number: int) -> tuple[str, Item]:
        return f"{name} = :at", {":at": {"N": str(number)}}

    def _put(
        self,
        key: Key,
        item: Item,
        *,
        value: bytes | None = None,
        condition: str | tuple[str, Item] = "",
        guard: dict[str, Any] | None = None,
        id: str | None = "",
    ) -> None:
        whole = {**keyed(checked_key(key)), **item}
        if id is not None:
            whole["id"] = {"S": self._id}
        parts: tuple[bytes, ...] = ()
        name = f"{self._id}.{self._values}"
        if value is not None:
            packed = pack(value, name)
            whole |= packed.attributes
            parts = packed.parts
        self._act("Put", {"Item": whole, **(guard or _guard(condition))})
        if parts:
            self._values += 1
        for number, part in enumerate(parts):
            self._act("Put", {"Item": {**keyed(self._layout.part(name, number)), "v": {"B": part}}})

    def _update(self, key: Key, item: Item, conditions: list[Any]) -> None:
        guard = _guard(conditions[0])
        values = guard.setdefault("ExpressionAttributeValues", {})
        values |= {f":{name}": value for name, value in item.items()}
        values[":id"] = {"S": self._id}
        sets = ", ".join(f"{name} = :{name}" for name in item)
        self._act(
            "Update", {"Key": keyed(checked_key(key)), "UpdateExpression": f"SET {sets}, id = :id", **guard}
        )

    def _delete(self, key: Key, guard: dict[str, Any]) -> None:
        self._act("Delete", {"Key": keyed(checked_key(key)), **guard})

    def _check(self, key: Key, condition: tuple[str, Item]) -> None:
        self._act("ConditionCheck", {"Key": keyed(checked_key(key)), **_guard(condition)})

    def _act(self, kind: str, action: dict[str, Any]) -> None:
        self.size += size_of(action.get("Item") or action["Key"])
        self.size += size_of(action.get("ExpressionAttributeValues", {}))
        self.actions.append({kind: {"TableName": self._table, **action}})


def held(commodity: str) -> str:
    """The attribute in which an account holds a commodity."""
    return f"={commodity}"


def encode_postings(stored: list[StoredPosting]) -> bytes:
    """The postings of a commit as one value."""
    return msgspec.msgpack.encode(
        [
            (
                s.matter,
                s.number,
                s.ordinal,
                p.source,
                p.destination,
                p.amount,
                p.commodity,
                p.purpose,
                p.reverses,
            )
            for s, p in ((each, each.posting) for each in stored)
        ]
    )


_Written = tuple[str, int, int, str, str, int, str, str, str]
_postings = msgspec.msgpack.Decoder(list[_Written])


def decode_postings(value: bytes) -> list[StoredPosting]:
    """The postings of a commit, in order."""
    return [StoredPosting(*written[:3], Posting(*written[3:])) for written in _postings.decode(value)]


def _guard(condition: str | tuple[str, Item]) -> dict[str, Any]:
    if isinstance(condition, str):
        return {"ConditionExpression": condition} if condition else {}
    told, values = condition
    guard: dict[str, Any] = {"ConditionExpression": told}
    if values:
        guard["ExpressionAttributeValues"] = dict(values)
    return guard
