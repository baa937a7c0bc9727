"""The store in one DynamoDB table, for functions that run side by side.

A commit is one ``TransactWriteItems``; every read is strongly consistent; no request scans, and no item is written by
every commit. `linli.store_dynamodb_layout` says where everything lies, `linli.store_dynamodb_plan` what a commit
writes, `linli.store_dynamodb_calls` what is tried again.

Nothing is asked of the table before the first call; that call also sees whether the table is of this version.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from heapq import merge
from itertools import chain, islice
from threading import Lock

from linli.errors import Corrupt
from linli.ledger import FEN, is_outside
from linli.store import Claim, Commit, Names, Row, StoredEntry, StoredPosting, StoredStep
from linli.store_capacity import SMALLEST
from linli.store_check import unsound_balances, unsound_matters
from linli.store_dynamodb_blobs import Blobs, Bucket
from linli.store_dynamodb_calls import Patience, Surroundings, Table, Wire
from linli.store_dynamodb_check import Look
from linli.store_dynamodb_commit import Committing, Stamps
from linli.store_dynamodb_layout import BLOB, HEAD, Item, Layout, key_of, step_sk, whole
from linli.store_dynamodb_plan import decode_postings, held
from linli.store_dynamodb_table import check_version, moving, set_moving
from linli.store_dynamodb_values import PartsMissing, PartsOf, unpack
from linli.store_refusals import StoreFailed

__all__ = ["DynamoStore"]

_PAGE = 200
_READ_AGAIN = 5


class DynamoStore:
    """The `Store` of a deployment in a table that exists.

    ``wire`` makes the calls (`linli_functions.cloud` has one), ``bucket`` keeps what is too large for a table, if there
    is one. Every method raises `StoreFailed` where the table cannot be reached, and `LoadFault` where there is none or
    it is of another version.
    """

    def __init__(
        self,
        table: str,
        deployment: str,
        wire: Wire,
        around: Surroundings,
        *,
        bucket: Bucket | None = None,
        patience: Patience | None = None,
        arriving: bool = False,
    ) -> None:
        """Take what it needs; ``arriving`` is for `linli.moving`, which alone opens what has not arrived whole."""
        self.deployment = deployment
        self.capacity = SMALLEST
        self._around = around
        self._layout = Layout(deployment)
        self._unchecked = Table(wire, table, patience or Patience(), around)
        self._stamps = Stamps(around.now, around.randomness)
        self._blobs = Blobs(lambda: self._table, self._layout, self._stamps, bucket)
        self._state = Lock()
        self._arriving = arriving
        self._checked = False
        self._closed = False

    def commit(self, commit: Commit) -> None:
        """Write all of it or nothing; see `Store.commit`.

        Raises `Unanswered` where the service did not say whether it was done, however often it was asked.
        """
        if commit != Commit():
            id = self._stamps.next()
            Committing(self, self._table, self._layout, id, commit, self._around).run()

    def head(self, matter: str) -> int:
        """The number of the last step of a matter; 0 where there is none."""
        found = self._table.get(self._layout.head(matter))
        return whole(found, "n") if found else 0

    def steps(self, matter: str, after: int = 0) -> list[StoredStep]:
        """The steps of a matter after a number, in order."""
        found: list[StoredStep] = []
        lower = step_sk(after) if after > 0 else HEAD
        for item in self._table.query(self._layout.matter(matter), lower):
            self._stamps.seen(item["id"]["S"])
            number = int(item["sk"]["S"][1:])
            salt, leaf = (bytes(item[name]["B"]) for name in ("salt", "leaf"))
            found.append(StoredStep(matter, number, self._value(item), salt, leaf))
        return found

    def matters(self, after: str = "", limit: int = 1000) -> list[str]:
        """Ids of matters in order, after one; for checks and replay, not for requests."""
        return [item["sk"]["S"] for item in self._listed(self._layout.directory(), after, "", limit)]

    def claim(self, key: str) -> bytes | None:
        """The value of a claim, or None where it was never made."""
        found = self._table.get(self._layout.claim(key))
        return None if found is None else self._value(found)

    def claims(self, after: str = "", limit: int = 1000) -> list[Claim]:
        """Claims in order of their keys; for checks."""
        found = self._listed(self._layout.claims(), after, "", limit)
        return [Claim(item["sk"]["S"], self._value(item)) for item in found]

    def entries(self, register: str, keys: Sequence[str]) -> dict[str, StoredEntry]:
        """The entries that exist among the keys, in their latest version."""
        found = self._table.get_many(self._layout.entry(register, key) for key in keys)
        by_key = {key[1]: item for key, item in found.items()}
        return {key: self._entry(register, key, by_key[key]) for key in keys if key in by_key}

    def register(self, register: str, after: str = "", limit: int = 1000) -> list[StoredEntry]:
        """Entries of a register in order of their keys, in their latest version."""
        found = self._listed([self._layout.register(register)], after, "", limit)
        return [self._entry(register, item["sk"]["S"], item) for item in found]

    def entry_history(self, register: str, key: str) -> list[StoredEntry]:
        """All versions of an entry, oldest first."""
        while True:
            latest = self._table.get(self._layout.entry(register, key))
            if latest is None:
                return []
            version = whole(latest, "n")
            earlier = list(self._table.query(self._layout.history(register, key))) if version > 1 else []
            # A version that was put aside between the two readings is read with its successor.
            if len(earlier) == version - 1:
                return [self._entry(register, key, item) for item in (*earlier, latest)]
            if len(earlier) < version - 1:
                raise Corrupt("登记条目的版本有缺漏", where=f"{register}/{key}", cure="请运行 linli verify")

    def rows(self, index: str, after: str = "", until: str = "", limit: int = 1000) -> list[Row]:
        """Rows of an index with ``after < key`` and, if given, ``key < until``, in order."""
        found: list[Row] = []
        for item in self._listed(self._layout.index(index), after, until, limit):
            value = self._row_value(item)
            if value is not None:
                found.append(Row(index, item["sk"]["S"], value))
        return found

    def row(self, index: str, key: str) -> bytes | None:
        """The value of one row, or None."""
        found = self._table.get(self._layout.row(index, key))
        return None if found is None else self._row_value(found)

    def balance(self, account: str, commodity: str = FEN) -> int:
        """What an account holds; an account that lies outside is summed."""
        if is_outside(account):
            moved = self._table.query(self._layout.account(account), names=("sk", "net"))
            return sum(whole(item["net"]["M"], commodity) for item in moved)
        found = self._table.get(self._layout.balance(account))
        if found is None:
            return 0
        self._stamps.seen(found["id"]["S"])
        return whole(found, held(commodity))

    def balances(self, prefix: str = "") -> dict[tuple[str, str], int]:
        """What the accounts below a prefix hold, by (account, commodity), in order; emptied ones with 0."""
        found: dict[tuple[str, str], int] = {}
        for item in self._beginning_with(prefix):
            account = item["sk"]["S"]
            for name in sorted(item):
                if name.startswith(held("")):
                    found[account, name.removeprefix(held(""))] = whole(item, name)
        return found

    def postings(self, account: str = "") -> Iterator[StoredPosting]:
        """Postings in order of commit, of one account or of all, as they stood when the first was read.

        The order is that of the clocks of those who committed, and what depends on something that was read comes after
        it. Reads some hundreds at a time, whatever the number.
        """
        last = self._stamps.next()
        if not account:
            for item in self._merged(self._layout.journals(), "", last, _PAGE):
                yield from decode_postings(self._value(item))
            return
        moved = self._table.query(self._layout.account(account), "", last, names=("sk",))
        while page := [item["sk"]["S"] for item in islice(moved, _PAGE)]:
            journals = {id: self._layout.journal(id) for id in page}
            items = self._table.get_many(journals.values())
            for id in page:
                if journals[id] not in items:
                    raise Corrupt("一笔账缺了明细", where=account, cure="请运行 linli verify")
                for stored in decode_postings(self._value(items[journals[id]])):
                    if account in (stored.posting.source, stored.posting.destination):
                        yield stored

    def put_blob(self, data: bytes) -> str:
        """Keep bytes under their SHA-256 (hex), which is returned; twice is once."""
        return self._blobs.put(data)

    def blob(self, digest: str) -> bytes | None:
        """The bytes of that hash, or None where there are none or they were taken down."""
        return self._blobs.get(digest)

    def delete_blob(self, digest: str) -> None:
        """Take bytes down for good; where there are none, nothing happens."""
        self._blobs.delete(digest)

    def names(self) -> Names:
        """Indexes, registers and blobs that are there; scans the table."""
        found: dict[str, set[str]] = {"r": set(), "e": set(), "f": set()}
        for item in self._table.scan():
            pk, sk = key_of(item)
            if self._layout.is_own(pk):
                kind, *named = self._layout.parse(pk)
                if kind in found and (kind != "f" or sk == BLOB):
                    found[kind].add(named[0])
        return Names(*(tuple(sorted(found[kind])) for kind in "ref"))

    def moving(self) -> str:
        """What is being moved here, by the hash of its archive; empty where nothing is."""
        return moving(self._table, self._layout)

    def set_moving(self, archive: str) -> None:
        """Note what is being moved here; empty: it has arrived."""
        set_moving(self._table, self._layout, archive)

    def audit(self, most: int) -> list[str]:
        """Up to ``most`` faults of the store, for `linli.store_check.check`; reads the whole table."""
        looked = Look(self._layout, self._value, self._blobs.get)
        found = (
            unsound_matters(self),
            unsound_balances(self),
            looked.over(self._table.scan()).faults(),
        )
        return list(islice(chain.from_iterable(found), most))

    def close(self) -> None:
        """Let go of connections; later calls raise `StoreFailed`."""
        self._closed = True
        self._unchecked.close()

    @property
    def _table(self) -> Table:
        if self._closed:
            raise StoreFailed("存储已经关闭", where=self._unchecked.name, cure="请重新打开")
        if not self._checked:
            with self._state:
                if not self._checked:
                    check_version(self._unchecked, self._layout, self.deployment, arriving=self._arriving)
                    self._checked = True
        return self._unchecked

    def _entry(self, register: str, key: str, item: Item) -> StoredEntry:
        self._stamps.seen(item["id"]["S"])
        return StoredEntry(register, key, whole(item, "n"), self._value(item))

    def _value(self, item: Item) -> bytes:
        """The value of an item that is never changed, or of an entry, whose parts stay."""
        try:
            return unpack(item, self._read_parts)
        except PartsMissing:
            raise Corrupt("一个长的值缺了一部分", where="/".join(key_of(item)), cure="从备份恢复") from None

    def _row_value(self, item: Item) -> bytes | None:
        """The value of a row, which may be replaced or deleted while its parts are read; None where it is gone."""
        found: Item | None = item
        for _ in range(_READ_AGAIN):
            if found is None:
                return None
            try:
                return unpack(found, self._read_parts)
            except PartsMissing:
                found = self._table.get(key_of(item))
        raise Corrupt("一个长的值缺了一部分", where="/".join(key_of(item)), cure="从备份恢复")

    def _read_parts(self, parts: PartsOf) -> list[bytes]:
        return [bytes(item["v"]["B"]) for item in self._table.query(self._layout.parts(parts.name))]

    def _listed(self, partitions: Sequence[str], after: str, until: str, limit: int) -> Iterable[Item]:
        if limit <= 0:
            return ()
        page = limit if len(partitions) == 1 else limit // len(partitions) + 1
        return islice(self._merged(partitions, after, until, page), limit)

    def _merged(self, partitions: Sequence[str], after: str, until: str, page: int) -> Iterator[Item]:
        """The items of several partitions in order of their keys."""
        found = [self._table.query(pk, after, until, page=min(page, 1000)) for pk in partitions]
        return found[0] if len(found) == 1 else merge(*found, key=_by_bytes)

    def _beginning_with(self, prefix: str) -> Iterator[Item]:
        """The balances of accounts that begin with a prefix; the one that ends them is read and dropped."""
        if prefix:
            exact = self._table.get(self._layout.balance(prefix))
            if exact is not None:
                yield exact
        for item in self._table.query(self._layout.balances(), prefix):
            if not item["sk"]["S"].startswith(prefix):
                return
            yield item


def _by_bytes(item: Item) -> bytes:
    return str(item["sk"]["S"]).encode()
