"""A commit to DynamoDB: one transaction, made again until its outcome is known.

What a refused transaction means is not read out of its reasons, which name actions and no sums. The store is asked
again what stands, and `linli.store_refusals` says why it cannot be, in the words of every store. Where nothing stands
against it any more, the commit is tried once more: somebody else was there in between and is gone.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Any

from linli.errors import LinliError
from linli.store import Commit, Store
from linli.store_dynamodb_calls import CANCELLED, CONDITION, NoAnswer, Refused, Surroundings, Table
from linli.store_dynamodb_layout import Key, Layout, whole
from linli.store_dynamodb_plan import Known, Plan, Witness, plan, replaced
from linli.store_dynamodb_values import parts_of
from linli.store_refusals import Unanswered, net_changes, refusal


class Stamps:
    """The ids of commits: they sort by time, never go back in a process, and no two are the same.

    A process that reads what another has written gives later ids than that (`seen`), whatever its clock says. So what
    depends on something stands after it in the journal.
    """

    def __init__(self, now: Callable[[], float], randomness: Callable[[int], bytes]) -> None:
        self._now = now
        self._randomness = randomness
        self._last = 0
        self._lock = Lock()

    def next(self) -> str:
        """An id for a commit: 14 hexadecimal digits of microseconds, 16 of chance."""
        with self._lock:
            self._last = max(int(self._now() * 1_000_000), self._last + 1)
            return f"{self._last:014x}{self._randomness(8).hex()}"

    def seen(self, id: str) -> None:
        """Take note of an id that was read."""
        with self._lock:
            self._last = max(self._last, int(id[:14], 16))


class Committing:
    """One commit on its way into the table."""

    def __init__(
        self, store: Store, table: Table, layout: Layout, id: str, commit: Commit, around: Surroundings
    ) -> None:
        self._store = store
        self._table = table
        self._layout = layout
        self._id = id
        self._commit = commit
        self._around = around
        self._changes = net_changes(commit)
        self._known = Known()

    def run(self) -> None:
        """Make the commit; see `linli.store.Store.commit`."""
        attempts = self._table.attempts(commits=True)
        planned = self._planned()
        rounds = 0
        while True:
            try:
                self._table.once("TransactWriteItems", self._request(planned, rounds))
            except (Refused, NoAnswer) as error:
                given_up: LinliError | None
                if isinstance(error, Refused) and error.code == CANCELLED and CONDITION in error.reasons:
                    if self._took_effect(planned.witness):
                        return
                    refused = refusal(self._commit, self._changes, self._store)
                    if refused is not None:
                        raise refused from error
                    self._learn(planned, error.reasons)
                    planned, rounds = self._planned(), rounds + 1
                    given_up = attempts.again(Refused("TransactionConflict"))
                else:
                    given_up = attempts.again(error)
                if given_up is not None:
                    if isinstance(given_up, Unanswered) and self._took_effect(planned.witness):
                        return
                    raise given_up from error
            else:
                return

    def _request(self, planned: Plan, rounds: int) -> dict[str, Any]:
        # A token stands for one request: a plan that was made anew needs one of its own.
        token = f"{self._id}-{rounds}" if rounds else self._id
        return {"TransactItems": planned.actions, "ClientRequestToken": token}

    def _planned(self) -> Plan:
        """The plan; where there can be none, the refusal is raised instead."""
        names = replaced(self._commit)
        keys = {self._layout.entry(*name): name for name in names}
        found = self._table.get_many(keys) if keys else {}
        self._known.entries = {keys[key]: item for key, item in found.items()}
        planned = plan(
            self._layout,
            self._table.name,
            self._commit,
            self._changes,
            self._known,
            self._id,
            self._around.now(),
        )
        if planned is not None:
            return planned
        refused = refusal(self._commit, self._changes, self._store)
        if refused is not None:
            raise refused
        return self._planned()  # an entry was replaced between two readings: read it again

    def _learn(self, planned: Plan, reasons: tuple[str, ...]) -> None:
        """Read which rows that were refused have a value in parts."""
        refused = [
            name for number, name in planned.rows.items() if reasons[number : number + 1] == (CONDITION,)
        ]
        keys: dict[Key, tuple[str, str]] = {self._layout.row(*name): name for name in refused}
        found = self._table.get_many(keys) if keys else {}
        for key, name in keys.items():
            parts = parts_of(found[key]) if key in found else None
            if parts is None:
                self._known.parts.pop(name, None)
            else:
                self._known.parts[name] = parts

    def _took_effect(self, witness: Witness) -> bool:
        """Whether an attempt whose answer was lost has done it: what only this commit can have written is there."""
        item = self._table.get(witness.key)
        if item is not None and witness.earlier and whole(item, "n") > witness.version:
            item = self._table.get(witness.earlier)
        elif item is not None and witness.version and whole(item, "n") < witness.version:
            item = None
        return item is not None and item["id"]["S"] == self._id
