"""Run the tests that carry an id of the catalogue and print where each system stands.

Usage: python -m tests.systems [PATH…]

One line an id on standard output, the failures on standard error. Exit code 0 when nothing failed, even
where systems are missing; 1 when something failed; 2 when the tests could not be run, as with a wrong mark.
"""

import contextlib
import io
import sys

import pytest

from tests.systems import catalogue, report


def main(paths: list[str]) -> int:
    """Run the marked tests below the paths, or all of them, and return the exit code."""
    recorder = report.Recorder()
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        code = pytest.main(
            ["-m", "system", "-p", "tests.systems.marks", "-p", "no:cacheprovider", "-q", *paths],
            plugins=[recorder],
        )
    if code in {
        pytest.ExitCode.USAGE_ERROR,
        pytest.ExitCode.INTERNAL_ERROR,
        pytest.ExitCode.INTERRUPTED,
    } and (not recorder.failures):
        print(said.getvalue(), file=sys.stderr)
        return 2
    for failure in recorder.failures:
        print(failure, end="\n\n", file=sys.stderr)
    for line in report.lines(catalogue.load(), recorder.outcomes):
        print(line)
    return 1 if recorder.failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
