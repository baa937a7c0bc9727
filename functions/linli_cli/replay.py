"""Judge stored decisions again, and sort them: same, the law changed, a rule was corrected, not decidable, faulty.

    linli replay
    linli replay --at 990101007000
    linli replay --on 2025-12-31 --at 990101000000
    linli replay --with infra/deployments/yiqu-next.toml

Without options every judgement is made again as on its own day; all must come out the same, or by a correction
that names its changelog entry. With --on or --with it says which decisions would change, and which sentence
of which rule does it. The exit code is 1 where a judgement is faulty or cannot be made again.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linli_cli.infra import Infra
from linli_cli.opened import add_home, home_of, opened, stored
from linli_cli.options import day
from linli_cli.output import print_json

if TYPE_CHECKING:
    from linli.deployment import Deployment
    from linli.desk import Desk
    from linli.replay import Difference, Replayed

_MOST_SHOWN = 50


def configure(parser: argparse.ArgumentParser) -> None:
    """Take a place, a day, another configuration."""
    add_home(parser)
    parser.add_argument("--at", metavar="地方", help="只看这个地方及其以下（12 位区划代码）")
    parser.add_argument("--on", type=day, metavar="日期", help="按这一天的法律重判")
    parser.add_argument("--with", dest="other", type=Path, metavar="CONFIG", help="按另一个部署的规则重判")
    parser.add_argument("--json", action="store_true", help="输出 JSON，全部列出")


def run(arguments: argparse.Namespace, infra: Infra) -> int:
    """Print what comes of judging again; 1 where something is faulty or cannot be judged."""
    from linli.deployment import load

    home = home_of(arguments)
    other = load(arguments.other) if arguments.other else None
    deployments = [each for each in stored(infra, home) if not arguments.at or each.covers(arguments.at)]
    told = {each.slug: _replayed(each, home, arguments, other) for each in deployments}
    if arguments.json:
        print_json(told)
    else:
        for slug, found in told.items():
            print("\n".join(as_text(slug, found)))
    bad = sum(found["counts"].get(sort, 0) for found in told.values() for sort in ("fault", "undecidable"))
    return 1 if bad else 0


def _replayed(
    deployment: Deployment, home: Path, arguments: argparse.Namespace, other: Deployment | None
) -> dict[str, Any]:
    with opened(deployment, home) as service:
        return judged_again(service.desk, arguments.at, arguments.on, other, whole=arguments.json)


def judged_again(
    desk: Desk,
    place: str | None = None,
    on: date | None = None,
    other: Deployment | None = None,
    *,
    whole: bool = False,
) -> dict[str, Any]:
    """How often each sort came out, and what differs: all of it where ``whole``, else as much as people read."""
    from linli.replay import Sort, replay

    counts: Counter[str] = Counter()
    shown: list[Replayed] = []
    for each in replay(desk, place, on, other):
        counts[each.sort.value] += 1
        counts["turned"] += each.turned
        if each.sort is not Sort.SAME and (whole or len(shown) < _MOST_SHOWN):
            shown.append(each)
    return {"counts": dict(counts), "differing": shown}


def as_text(slug: str, found: dict[str, Any]) -> Iterator[str]:
    """What `judged_again` found, in lines."""
    from linli.replay import Sort

    counts = found["counts"]
    total = sum(counts.get(sort.value, 0) for sort in Sort)
    sorts = "，".join(f"{sort.title} {counts.get(sort.value, 0)}" for sort in Sort)
    yield f"{slug}：重判 {total} 次；{sorts}；结论不同 {counts.get('turned', 0)}"
    for each in found["differing"]:
        verdict = f"{each.was} → {each.now}" if each.turned else each.was
        yield f"\n{each.matter} 第 {each.number} 步 {each.moment}（{each.decided}）：{each.sort.title}，{verdict}"
        if each.why:
            yield f"  {each.why}"
        yield from (f"  {line}" for difference in each.differences for line in _difference(difference))
    left = total - counts.get("same", 0) - len(found["differing"])
    if left:
        yield f"\n还有 {left} 次没有列出，用 --json 看全部"


def _difference(difference: Difference) -> Iterator[str]:
    named = f"（更正：{'、'.join(difference.changes)}）" if difference.changes else ""
    yield f"{difference.rule}：{difference.was or '未适用'} → {difference.now or '未适用'}{named}"
    if difference.said:
        yield f"  原来：{difference.said}"
    if difference.says:
        yield f"  现在：{difference.says}"
