"""What a table holds that no interface shows, looked through once from end to end.

Names of matters and their heads, entries and their earlier versions, sums of accounts and the postings that made them,
long values and their parts, files and their hashes. It is no snapshot: run it over a restored copy, or when nobody
writes. Memory grows with the number of matters, accounts and long values, not with that of steps or postings.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from linli.store_dynamodb_layout import BLOB, HEAD, Item, Layout, whole
from linli.store_dynamodb_plan import decode_postings
from linli.store_dynamodb_values import parts_of

_Account = tuple[str, str]


class Look:
    """What was seen of the items of a deployment; `faults` says what does not fit."""

    def __init__(
        self, layout: Layout, value: Callable[[Item], bytes], blob: Callable[[str], bytes | None]
    ) -> None:
        self._layout = layout
        self._value = value
        self._blob = blob
        self._heads: set[str] = set()
        self._named: set[str] = set()
        self._latest: dict[tuple[str, str], int] = {}
        self._earlier: Counter[tuple[str, str]] = Counter()
        self._moved: Counter[_Account] = Counter()
        self._posted: Counter[_Account] = Counter()
        self._wanted: dict[str, int] = {}
        self._parts: Counter[str] = Counter()
        self._blobs: list[str] = []
        self._unfinished: list[str] = []

    def over(self, items: Iterable[Item]) -> Look:
        """Look at items; those of other deployments are passed over."""
        for item in items:
            if self._layout.is_own(item["pk"]["S"]):
                self._take(item)
        return self

    def faults(self) -> Iterator[str]:
        """What does not fit, in words."""
        for matter in sorted(self._heads ^ self._named):
            lacks = "目录里没有" if matter in self._heads else "只在目录里有"
            yield f"事项 {matter}：{lacks}"
        for name in sorted(self._latest.keys() | self._earlier.keys()):
            latest, earlier = self._latest.get(name, 0), self._earlier[name]
            if earlier != max(latest - 1, 0):
                yield f"登记条目 {'/'.join(name)}：版本有缺漏（现为第 {latest} 版，另存 {earlier} 版）"
        for account, commodity in sorted(self._moved.keys() | self._posted.keys()):
            moved, posted = self._moved[account, commodity], self._posted[account, commodity]
            if moved != posted:
                yield f"账户 {account}（{commodity}）：逐笔合计 {moved}，账目合计 {posted}"
        for long in sorted(self._wanted.keys() | self._parts.keys()):
            wanted, found = self._wanted.get(long), self._parts[long]
            if wanted is None:
                yield f"值的分段 {long}：没有条目用到它（{found} 段）"
            elif wanted != found:
                yield f"值的分段 {long}：应有 {wanted} 段，实有 {found} 段"
        yield from self._unfinished
        for digest in self._blobs:
            data = self._blob(digest)
            if data is None or hashlib.sha256(data).hexdigest() != digest:
                yield f"文件 {digest}：{'内容与哈希不符' if data is not None else '读不出来'}"

    def _take(self, item: Item) -> None:
        pk, sk = item["pk"]["S"], item["sk"]["S"]
        kind, *names = self._layout.parse(pk)
        parts = parts_of(item) if "parts" in item else None
        if parts is not None:
            self._wanted[parts.name] = parts.count
        match kind:
            case "m" if sk == HEAD:
                self._heads.add(names[0])
            case "dir":
                self._named.add(sk)
            case "e":
                self._latest[names[0], sk] = whole(item, "n")
            case "v":
                self._earlier[names[0], names[1]] += 1
            case "a":
                for commodity, amount in item["net"]["M"].items():
                    self._moved[names[0], commodity] += int(amount["N"])
            case "j":
                for stored in decode_postings(self._value(item)):
                    posting = stored.posting
                    self._posted[posting.source, posting.commodity] -= posting.amount
                    self._posted[posting.destination, posting.commodity] += posting.amount
            case "p":
                self._parts[names[0]] += 1
            case "f" if sk != BLOB or item["state"]["S"] != "here":
                self._unfinished.append(f"文件 {names[0]}：存入或撤下没有做完（{item['state']['S']}）")
            case "f":
                self._blobs.append(names[0])
            case _:
                pass  # what the interface shows is checked there, and a marker says nothing
