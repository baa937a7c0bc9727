"""Row 10: append to the transparency log and prove, against a bare SHA-256 tree; canonical bytes against orjson."""

from __future__ import annotations

import hashlib
import statistics
import time
from datetime import date
from typing import Any

from linli.merkle import Tree, append_tiles, leaf_hash
from linli.steps import Actor, Step, encode

ROUNDS = 5
LEAVES = 20_000
LARGE = 1_000_003


def bare_tree(leaves: list[bytes]) -> bytes:
    """The root over leaves with hashlib alone: the floor."""
    level = [hashlib.sha256(b"\x00" + leaf).digest() for leaf in leaves]
    while len(level) > 1:
        paired = [
            hashlib.sha256(b"\x01" + a + b).digest() for a, b in zip(level[::2], level[1::2], strict=False)
        ]
        level = paired + ([level[-1]] if len(level) % 2 else [])
    return level[0]


def log_root(leaves: list[bytes]) -> bytes:
    """The root over the same leaves, appended as tiles."""
    tiles: dict[str, bytes] = {}
    tiles.update(append_tiles(0, [leaf_hash(leaf) for leaf in leaves], tiles.get))
    return Tree(len(leaves), tiles.get).root()


def _seconds(work: Any, *arguments: Any) -> float:
    start = time.perf_counter()
    work(*arguments)
    return time.perf_counter() - start


def appending() -> None:
    """Print the rate of appending as a ratio."""
    leaves = [number.to_bytes(8, "big") * 128 for number in range(LEAVES)]
    if bare_tree(leaves) != log_root(leaves):
        raise SystemExit("#10 the two trees differ")
    pairs = [(_seconds(log_root, leaves), _seconds(bare_tree, leaves)) for _ in range(ROUNDS)]
    ratio = statistics.median(floor / ours for ours, floor in pairs)
    rate = LEAVES / statistics.median(ours for ours, _ in pairs)
    print(
        f"#10 append to the log: {ratio:.2f} of a bare SHA-256 tree ({rate:,.0f} leaves of 1 KB/s; target 0.50)"
    )


def proving() -> None:
    """Print the time of an inclusion proof at a million entries."""
    tiles: dict[str, bytes] = {}
    for start in range(0, LARGE, 100_000):
        size = min(100_000, LARGE - start)
        hashes = [leaf_hash((start + each).to_bytes(8, "big")) for each in range(size)]
        tiles.update(append_tiles(start, hashes, tiles.get))
    wanted = [(each * 7919) % LARGE for each in range(200)]
    times = [_seconds(lambda at: Tree(LARGE, tiles.get).inclusion(at), at) for at in wanted]
    middle, worst = statistics.median(times) * 1000, max(times) * 1000
    print(
        f"#10 inclusion proof at {LARGE:,} entries: {middle:.2f} ms median, {worst:.2f} ms worst (target 1 ms)"
    )


def encoding() -> None:
    """Print the rate of canonical bytes of a step as a ratio to orjson with sorted keys."""
    try:
        import orjson
    except ImportError:
        print("#10 canonical bytes: orjson is not installed here, not measured (pip install orjson)")
        return
    facts = {
        "title": "老年人健康档案更新",
        "communities": [{"community": "110101007001", "offered_fen": 1_200_000}] * 20,
    }
    day = date(2026, 3, 2)
    actor = Actor("someone", "department", "110101000000", "区卫健委")
    step = Step(
        matter="110101-2026-AAAAAAAA", number=1, procedure="access", version=1, action="submit", place="110101000000",
        happened=day, decided=day, recorded=day, actor=actor, stage="under_review", slot="request", facts=facts,
    )  # fmt: skip
    plain = orjson.loads(encode(step))
    peer = lambda: orjson.dumps(plain, option=orjson.OPT_SORT_KEYS)  # noqa: E731
    if peer() != encode(step):
        raise SystemExit("#10 the two encoders differ")
    many = 5000
    pairs = []
    for _ in range(ROUNDS):
        ours = _seconds(lambda: [encode(step) for _ in range(many)])
        theirs = _seconds(lambda: [peer() for _ in range(many)])
        pairs.append((ours, theirs))
    ratio = statistics.median(theirs / ours for ours, theirs in pairs)
    print(f"#10 canonical bytes of a step: {ratio:.2f} of orjson sorted (target 0.70)")


def main() -> None:
    """Print the rows."""
    appending()
    proving()
    encoding()


if __name__ == "__main__":
    main()
