"""Rows 6 and 7: a full build of the portal, and one new step published into a running one.

The matters are one real application with its admission and one real refusal, filed through the service and copied under
new numbers, days and places, so that pages are as heavy as those of a real deployment. Floor of row 6: the same files
written by one process. Hugo is the peer of the targets; it is not here, so it is not measured.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

import msgspec

ROOT = Path(__file__).resolve().parents[2]
if __name__ == "__main__" and str(ROOT) not in sys.path:  # also runs by its path
    sys.path.insert(0, str(ROOT))

from linli.canonical import canonical  # noqa: E402
from linli.deployment import Deployment  # noqa: E402
from linli.places import Level  # noqa: E402
from linli.publication import publish  # noqa: E402
from linli.record import RECORD, PublicMatter, StoreRecord, listed  # noqa: E402
from linli.store import Commit, Row, Store  # noqa: E402
from linli.store_sqlite import SqliteStore  # noqa: E402
from linli_site.bucket import Folder  # noqa: E402
from linli_site.facts import OnDisk  # noqa: E402
from linli_site.portal import Portal, frame_of  # noqa: E402
from tests.access.conftest import Office, request, staffed  # noqa: E402

DAY = date(2026, 3, 2)
TODAY = date(2026, 11, 20)
YEARS = 5
STEPS = 15
SIZES = (1_000, 10_000)


class Step(msgspec.Struct):
    """A publish of one step, as the portal is told of it."""

    changes: dict[str, msgspec.Raw | None]
    before: dict[str, bytes | None]


def main() -> None:
    """Print both rows; ``--sizes`` for others than 1,000 and 10,000 matters."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args()
    medians = {}
    for size in given.sizes:
        with tempfile.TemporaryDirectory(prefix="linli-bench-") as folder:
            medians[size] = measured(Path(folder), size, given.processes)
    spread = max(medians.values()) / min(medians.values())
    print(f"#7 slowest size is {spread:.2f} of the fastest (target: the same at every size)")
    print("#6 #7 Hugo is not measured here")


def measured(folder: Path, size: int, processes: int) -> float:
    """Print both rows for one size; return the median milliseconds of one step."""
    store = SqliteStore(folder / "bench.sqlite", "chongchuan")
    deployment, ids = filled(store, folder, size)
    out = Folder(folder / "site")
    record = StoreRecord(store)
    start = perf_counter()
    portal = Portal(deployment, record, out, frame_of(deployment), processes=processes, values=OnDisk())
    joined = perf_counter() - start
    report = portal.build(TODAY)
    built = perf_counter() - start
    paths = [path for path in out.root.rglob("*") if path.is_file()]
    pages = sum(
        path.stat().st_size for path in paths if path.name == "index.html" and "matters" in path.parts
    )
    floor = raw_write(folder / "raw", [path.stat().st_size for path in paths])
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(
        f"#6 {size:,} matters: {report.pages:,} files in {built:.2f} s on {processes} processes, of which "
        f"{joined:.2f} s to list and count; a matter's page is {pages / size / 1000:.1f} KB; "
        f"{built / floor:.1f} × writing the same files ({floor:.2f} s); at most {peak // 1024} MB a process"
    )
    times, busy, written = [], [], []
    for at in range(STEPS):
        step = one_step(store, deployment, ids[at * 7 % len(ids)])
        start, worked = perf_counter(), process_time()
        done = portal.apply(step, TODAY)
        times.append((perf_counter() - start) * 1000)
        busy.append((process_time() - worked) * 1000)
        written.append(len(done.written))
    print(
        f"#7 {size:,} matters: one step in {median(times):.1f} ms ({min(times):.1f} to {max(times):.1f}; "
        f"{median(busy):.1f} ms of processor), "
        f"{median(written):.0f} files written (target 20 ms)"
    )
    store.close()
    return median(times)


def filled(store: Store, folder: Path, size: int) -> tuple[Deployment, list[str]]:
    """A record of so many matters: real ones, and copies of them over the years and the communities."""
    office = staffed(Office("chongchuan", DAY, folder, store))
    communities = [place.code for place in office.deployment.places.below(office.top, Level.COMMUNITY)]
    receipt = office.take("clerk", "access", "submit", request(communities[0]), place=office.top)
    verified = {"duty": "entrusted", "nature": "service"}
    office.take("reviewer", "access", "review", verified, matter=receipt.matter)
    office.take("decider", "access", "admit", {"reason": "符合条件"}, matter=receipt.matter)
    publish(office.service.desk)
    record = StoreRecord(store)
    originals = [decoded(record, key) for key in record.keys("matters/")]
    rows: list[Row] = []
    ids = []
    for number in range(size):
        matter = originals[number % len(originals)]
        copy = copied(matter, number, communities[number // 2 % len(communities)])
        ids.append(copy.id)
        rows += [Row(RECORD, key, value) for key, value in facts_of(copy, office.deployment).items()]
        if len(rows) > 5_000:
            store.commit(Commit(rows=tuple(rows)))
            rows.clear()
    store.commit(Commit(rows=tuple(rows)))
    return office.deployment, ids


def decoded(record: StoreRecord, key: str) -> PublicMatter:
    """A matter of the record."""
    return msgspec.json.decode(record.raw(key) or b"", type=PublicMatter)


def copied(matter: PublicMatter, number: int, community: str) -> PublicMatter:
    """The same story under another number, on other days; a placement goes to another community."""
    shift = timedelta(days=number // 2 * 365 * YEARS // 5_000 % (365 * YEARS))
    id = f"320613-{2021 + number % 5}-B{number // 2:07}"
    child = "." in matter.id
    place = community if child else matter.place
    steps = tuple(
        msgspec.structs.replace(
            step,
            matter=f"{id}.{place}" if child else id,
            place=place,
            parent=id if child else "",
            children=(),
            happened=step.happened - shift,
            decided=step.decided - shift,
            recorded=step.recorded - shift,
            log=number * 8 + step.number,
        )
        for step in matter.steps
    )
    return PublicMatter(steps[0].matter, matter.procedure, place, steps)


def facts_of(matter: PublicMatter, deployment: Deployment) -> dict[str, bytes]:
    """The facts of the record that follow from a matter, as publishing writes them."""
    line = listed(matter, deployment.procedures[matter.procedure])
    path = deployment.places.path(matter.place)
    found: dict[str, bytes] = {f"matters/{matter.id}": canonical(matter)}
    for place in path[path.index(deployment.place) :]:
        found[f"at/{place}/{matter.procedure}/{line.opened}/{matter.id}"] = canonical(line)
    for step in matter.steps:
        found[f"changes/{step.recorded:%Y-%m/%d}/{step.log:012}"] = change(matter, step.number)
        found[f"published/{matter.id}/{step.number:06}"] = canonical({"position": step.log, "leaf": "0" * 64})
    return found


def change(matter: PublicMatter, number: int) -> bytes:
    """The line of a step in the list of changes."""
    step = matter.steps[number - 1]
    fields: Mapping[str, Any] = {
        "matter": matter.id,
        "number": number,
        "procedure": matter.procedure,
        "action": step.action,
        "title": step.title,
        "name": "老年人健康档案更新",
        "place": matter.place,
        "stage": step.stage,
        "stage_title": step.stage_title,
        "day": step.recorded.isoformat(),
        "unit": "区卫健委",
    }
    return canonical(dict(fields))


def one_step(store: Store, deployment: Deployment, id: str) -> Step:
    """Commit what publishing one more step of a matter would, and say what changed."""
    record = StoreRecord(store)
    matter = decoded(record, f"matters/{id}")
    last = matter.steps[-1]
    number = last.number + 1
    again = msgspec.structs.replace(
        last, number=number, happened=TODAY, decided=TODAY, recorded=TODAY, log=last.log
    )
    grown = PublicMatter(matter.id, matter.procedure, matter.place, (*matter.steps, again))
    new = facts_of(grown, deployment)
    new["as-of"] = canonical({"day": TODAY.isoformat()})
    new["log"] = canonical({"size": number, "root": f"{number:064}"})
    before = {key: record.raw(key) for key in new}
    changed = {key: value for key, value in new.items() if before[key] != value}
    store.commit(Commit(rows=tuple(Row(RECORD, key, value) for key, value in changed.items())))
    return Step(
        {key: msgspec.Raw(value) for key, value in changed.items()}, {key: before[key] for key in changed}
    )


def raw_write(folder: Path, sizes: list[int]) -> float:
    """Seconds to write as many files of the same sizes, in folders of a hundred."""
    block = b"x" * max(sizes)
    start = perf_counter()
    for number, size in enumerate(sizes):
        if number % 100 == 0:
            (folder / str(number // 100)).mkdir(parents=True)
        (folder / str(number // 100) / str(number)).write_bytes(block[:size])
    seconds = perf_counter() - start
    with suppress(OSError):
        shutil.rmtree(folder)
    return seconds


if __name__ == "__main__":
    main()
