"""``make bench``: run every benchmark in a process of its own and print its rows, in the order of their names."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main() -> int:
    """Run them; the number of those that failed."""
    failed = 0
    for path in sorted(HERE.glob("bench_*.py")):
        ran = subprocess.run(
            [sys.executable, "-m", f"tests.benchmarks.{path.stem}"], cwd=HERE.parents[1], check=False
        )
        if ran.returncode:
            print(f"{path.stem}: failed with exit code {ran.returncode}")
            failed += 1
    return failed


if __name__ == "__main__":
    sys.exit(main())
