"""Row 8: read and count Łódź 2022 by greedy and by equal shares, against pabutools in the same run.

pabutools is GPL and no dependency: it lives in an environment of its own, whose python LINLI_PABUTOOLS names.
It is run once, as one run takes minutes; ours is the median of five. The winners must be the same on every
election that both can count.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import time
from pathlib import Path

from linli_votes.certificates import count
from linli_votes.elections import Election
from linli_votes.methods import METHODS, Given
from linli_votes.reading import declared_winners, read
from linli_votes.tallies import tally

ROUNDS = 5
LARGE = "Poland_Lodz_2022.pb"
SHARED = Path(os.environ.get("LINLI_SHARED") or Path(__file__).resolve().parents[3] / "shared")

# Run by the other python. Ties are broken as ours are: lower cost, more voters, smaller number.
ORACLE = r"""
import json, re, sys, time
from pabutools.election import Cost_Sat, parse_pabulib
from pabutools.rules import greedy_utilitarian_welfare, method_of_equal_shares
from pabutools.tiebreaking import TieBreakingRule

def natural(id):
    parts = re.findall(r"[0-9]+|[^0-9]+", id)
    return tuple((0, int(p), "") if p[0] in "0123456789" else (1, 0, p) for p in parts)

def rule(profile):
    votes = {}
    for ballot in profile:
        for project in ballot:
            votes[project.name] = votes.get(project.name, 0) + 1
    return TieBreakingRule(lambda i, p, x: (x.cost, -votes.get(x.name, 0), natural(x.name)))

for path in sys.argv[1:]:
    start = time.perf_counter()
    instance, profile = parse_pabulib(path)
    read = time.perf_counter() - start
    ties = rule(profile)
    start = time.perf_counter()
    greedy = greedy_utilitarian_welfare(instance, profile, sat_class=Cost_Sat, tie_breaking=ties)
    greedy_took = time.perf_counter() - start
    start = time.perf_counter()
    shares = method_of_equal_shares(instance, profile, sat_class=Cost_Sat, tie_breaking=ties)
    shares_took = time.perf_counter() - start
    print(json.dumps({
        "seconds": [read, greedy_took, shares_took],
        "greedy": sorted(p.name for p in greedy), "equalshares": sorted(p.name for p in shares),
    }), flush=True)
"""


def main() -> None:
    """Print the rows."""
    if not (SHARED / "data" / "pb" / LARGE).is_file():
        print("#8 count: the elections are not here, not measured (LINLI_SHARED names their folder)")
        return
    files = sorted((SHARED / "data" / "pb").glob("*.pb"))
    reproduced = [path for path in files if _reproduces(path)]
    print(f"#8 elections that come out as officially selected: {len(reproduced)} of {len(files)}")
    runs = [_timed(files[0].parent / LARGE) for _ in range(ROUNDS)]
    total = statistics.median(map(sum, runs))
    parts = [statistics.median(part) for part in zip(*runs, strict=True)]
    print(
        f"#8 Łódź 2022: {total:.3f} s (read {parts[0]:.3f}, greedy {parts[1]:.3f}, equal shares {parts[2]:.3f})"
    )
    oracle = os.environ.get("LINLI_PABUTOOLS")
    if not oracle:
        print("#8 ratio to pabutools: not measured (LINLI_PABUTOOLS names the python that has it)")
        return
    approval = [path for path in files if not read(path.read_bytes()).kind.has_points]
    ran = subprocess.run(
        [oracle, "-c", ORACLE, *map(str, approval)], capture_output=True, text=True, check=True
    )
    answers = dict(zip(approval, map(json.loads, ran.stdout.splitlines()), strict=True))
    wrong = [path.name for path, answer in answers.items() if not _agrees(path, answer)]
    if wrong:
        raise SystemExit(f"#8 winners differ from pabutools: {', '.join(wrong)}")
    took = sum(answers[files[0].parent / LARGE]["seconds"])
    print(
        f"#8 ratio to pabutools: {took / total:.0f} ({took:.1f} s; target 60), winners the same on {len(answers)} files"
    )


def _reproduces(path: Path) -> bool:
    election = read(path.read_bytes())
    return set(count(election).selected) == declared_winners(election.projects)


def _timed(path: Path) -> tuple[float, float, float]:
    start = time.perf_counter()
    election = read(path.read_bytes())
    was_read = time.perf_counter()
    _winners(election, "greedy")
    greedy_done = time.perf_counter()
    _winners(election, "equalshares")
    return was_read - start, greedy_done - was_read, time.perf_counter() - greedy_done


def _winners(election: Election, method: str) -> list[str]:
    return sorted(METHODS[method].apply(election, tally(election), Given()).selected)


def _agrees(path: Path, answer: dict[str, list[str]]) -> bool:
    election = read(path.read_bytes())
    return all(_winners(election, method) == answer[method] for method in ("greedy", "equalshares"))


if __name__ == "__main__":
    main()
