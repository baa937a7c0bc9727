"""Both stores against a model that is too simple to be wrong, over any sequence of commits."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from linli.errors import ClaimTaken, Conflict, LinliError, Overdrawn
from linli.ledger import Posting, is_outside
from linli.store import BalanceCondition, Claim, Commit, EntryCondition, EntryWrite, Row, StepWrite, Store
from linli.store_check import check
from linli.store_memory import MemoryStore
from linli.store_sqlite import SqliteStore

ACCOUNTS = st.sampled_from(["outside:bank", "outside:shop", "fund", "fund:a", "fund:b"])
INSIDE = ACCOUNTS.filter(lambda account: not is_outside(account))
COMMODITIES = st.sampled_from(["fen", "hours"])
MATTERS = st.sampled_from(["m", "n", "号"])
KEYS = st.sampled_from(["", "a", "ab", "b", "é"]).filter(bool)
VALUES = st.binary(max_size=3)

POSTINGS = st.builds(Posting, ACCOUNTS, ACCOUNTS, st.integers(1, 20), COMMODITIES).filter(
    lambda posting: posting.source != posting.destination
)


class Stores(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "store.db"
        self.sqlite = SqliteStore(self.path, "model")
        self.memory = MemoryStore("model")
        self.heads: dict[str, int] = {}
        self.claims: dict[str, bytes] = {}
        self.versions: dict[str, list[bytes]] = {}
        self.rows: dict[str, bytes] = {}
        self.postings: list[Posting] = []

    def holds(self, account: str, commodity: str, more: tuple[Posting, ...] = ()) -> int:
        moved = [posting for posting in (*self.postings, *more) if posting.commodity == commodity]
        received = sum(posting.amount for posting in moved if posting.destination == account)
        return received - sum(posting.amount for posting in moved if posting.source == account)

    @rule(
        matters=st.lists(
            st.tuples(MATTERS, st.sampled_from([1, 1, 1, 1, 0, 2]), st.lists(POSTINGS, max_size=3)),
            max_size=3,
        ),
        claims=st.lists(st.builds(Claim, st.integers(0, 40).map(str), VALUES), max_size=2),
        entries=st.lists(st.tuples(KEYS, st.sampled_from([1, 1, 1, 0, 2]), VALUES), max_size=2),
        rows=st.lists(st.builds(Row, st.just("i"), KEYS, st.none() | VALUES), max_size=3),
        condition=st.none() | st.tuples(KEYS, st.sampled_from([0, 0, 0, 1])),
        balance=st.none() | st.tuples(INSIDE, COMMODITIES, st.sampled_from([0, 0, 0, 1])),
    )
    def commit(
        self, matters: Any, claims: Any, entries: Any, rows: Any, condition: Any, balance: Any
    ) -> None:
        heads, versions, made = dict(self.heads), {**self.versions}, dict(self.claims)
        expected: type[LinliError] | None = None
        steps, writes = [], []
        for claim in claims:
            if claim.key in made:
                expected = expected or ClaimTaken
            made[claim.key] = claim.value
        for matter, ahead, postings in matters:
            number = heads.get(matter, 0) + ahead
            if ahead != 1:
                expected = expected or Conflict
            else:
                heads[matter] = number
            steps.append(StepWrite(matter, number, b"b", b"s", b"l", tuple(postings)))
        for key, ahead, body in entries:
            version = len(versions.get(key, [])) + ahead
            if ahead != 1:
                expected = expected or Conflict
            else:
                versions[key] = [*versions.get(key, []), body]
            writes.append(EntryWrite("r", key, version, body))
        conditions, balances = [], []
        if condition:
            key, off = condition
            conditions = [EntryCondition("r", key, len(self.versions.get(key, [])) + off)]
            expected = expected or (Conflict if off else None)
        if balance:
            account, commodity, off = balance
            balances = [BalanceCondition(account, commodity, self.holds(account, commodity) + off)]
            expected = expected or (Conflict if off else None)
        moved = tuple(posting for step in steps for posting in step.postings)
        if any(
            self.holds(posting.source, posting.commodity, moved) < 0
            for posting in moved
            if not is_outside(posting.source)
        ):
            expected = expected or Overdrawn
        commit = Commit(
            steps=tuple(steps),
            claims=tuple(claims),
            entries=tuple(writes),
            rows=tuple(rows),
            conditions=tuple(conditions),
            balances=tuple(balances),
        )
        said = [answer(store, commit) for store in (self.memory, self.sqlite)]
        assert said[0] == said[1]
        assert said[0][0] is expected
        if expected is None:
            self.heads, self.versions, self.claims = heads, versions, made
            self.postings.extend(moved)
            for row in rows:
                if row.value is None:
                    self.rows.pop(row.key, None)
                else:
                    self.rows[row.key] = row.value

    @rule()
    def reopen(self) -> None:
        self.sqlite.close()
        self.sqlite = SqliteStore(self.path, "model")

    @invariant()
    def both_hold_what_the_model_holds(self) -> None:
        for store in (self.memory, self.sqlite):
            assert {matter: store.head(matter) for matter in store.matters()} == self.heads
            assert store.matters() == sorted(self.heads)
            assert {claim.key: claim.value for claim in store.claims()} == self.claims
            assert {
                entry.key: [version.body for version in store.entry_history("r", entry.key)]
                for entry in store.register("r")
            } == self.versions
            assert [(row.key, row.value) for row in store.rows("i")] == sorted(self.rows.items())
            assert [found.posting for found in store.postings()] == self.postings
        assert self.memory.balances() == self.sqlite.balances()
        assert list(self.memory.postings("fund")) == list(self.sqlite.postings("fund"))

    @invariant()
    def money_is_conserved_and_nothing_is_below_zero(self) -> None:
        for store in (self.memory, self.sqlite):
            balances = store.balances()
            assert all(amount >= 0 for amount in balances.values())
            assert all(amount == self.holds(*key) for key, amount in balances.items())
            for commodity in ("fen", "hours"):
                inside = sum(amount for (_, kind), amount in balances.items() if kind == commodity)
                assert (
                    inside + sum(store.balance(f"outside:{name}", commodity) for name in ("bank", "shop"))
                    == 0
                )
            assert check(store) == []

    def teardown(self) -> None:
        self.sqlite.close()
        self.folder.cleanup()


def answer(store: Store, commit: Commit) -> tuple[type[LinliError] | None, str]:
    try:
        store.commit(commit)
    except LinliError as error:
        return type(error), str(error)
    return None, ""


TestStores = Stores.TestCase
TestStores.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
