"""Which systems of the catalogue are shown to work: `pass`, `fail` or `missing`, one line an id.

A system passes when every test with its mark passes, and every part has such a test where it has parts.
It fails as soon as one of them fails. All else is missing, a skipped test too: it has shown nothing.
"""

from collections.abc import Iterator
from typing import Literal, TypeAlias

import pytest

from tests.systems.catalogue import Entry
from tests.systems.marks import PROPERTY

Outcome: TypeAlias = Literal["passed", "failed", "skipped"]
Status: TypeAlias = Literal["pass", "fail", "missing"]
Shown: TypeAlias = tuple[str, str | None]


def status(entry: Entry, outcomes: dict[str | None, set[Outcome]]) -> Status:
    """Judge one entry by what its tests came to, by part (None for the whole)."""
    if any("failed" in found for found in outcomes.values()):
        return "fail"
    wanted: tuple[str | None, ...] = entry.parts or (None,)
    if all(outcomes.get(part) == {"passed"} for part in wanted):
        return "pass"
    return "missing"


def lines(catalogue: dict[str, Entry], outcomes: dict[Shown, set[Outcome]]) -> Iterator[str]:
    """Yield a line for each entry, then the counts."""
    counts: dict[Status, int] = {"pass": 0, "fail": 0, "missing": 0}
    for id, entry in catalogue.items():
        found = status(entry, {part: seen for (named, part), seen in outcomes.items() if named == id})
        counts[found] += 1
        yield f"{id} {found}"
    yield f"{len(catalogue)} systems: " + ", ".join(f"{count} {name}" for name, count in counts.items())


class Recorder:
    """A pytest plugin that notes what the marked tests came to, and the text of each failure."""

    def __init__(self) -> None:
        self.outcomes: dict[Shown, set[Outcome]] = {}
        self.failures: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a test's call, and its set-up or tear-down where these did not pass."""
        if report.failed:
            self.failures.append(f"{report.nodeid}\n{report.longreprtext}")
        if report.when != "call" and report.passed:
            return
        for name, value in report.user_properties:
            if name == PROPERTY:
                id, part = value
                self.outcomes.setdefault((id, part), set()).add(report.outcome)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note a file that could not be read: the marks in it are unknown, so the run cannot succeed."""
        if report.failed:
            self.failures.append(f"{report.nodeid}\n{report.longreprtext}")
