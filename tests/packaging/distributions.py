"""The distributions of this repository: where they lie, what belongs into their wheels, how to build them."""

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
NOT_SHIPPED = {"__pycache__", "tests"}


class Distribution(NamedTuple):
    """One distribution: its name and the folder with its pyproject.toml."""

    name: str
    folder: Path

    @property
    def project(self) -> dict:
        """The tables of its pyproject.toml."""
        return tomllib.loads((self.folder / "pyproject.toml").read_text("utf-8"))

    def packages(self) -> list[Path]:
        """The folders of its import packages, as its wheel target names them."""
        wheel = self.project["tool"]["hatch"]["build"]["targets"]["wheel"]
        return [self.folder / package for package in wheel["packages"]]

    def shipped(self) -> set[str]:
        """Every file that its wheel must hold, as the path in the wheel."""
        return {
            path.relative_to(package.parent).as_posix()
            for package in self.packages()
            for path in package.rglob("*")
            if path.is_file() and not NOT_SHIPPED & set(path.relative_to(package).parts)
        }


def all_distributions() -> list[Distribution]:
    """Return the root distribution and every plugin, the root first."""
    files = [ROOT / "pyproject.toml", *sorted(ROOT.glob("plugins/*/*/pyproject.toml"))]
    return [
        Distribution(tomllib.loads(file.read_text("utf-8"))["project"]["name"], file.parent) for file in files
    ]


def build_wheel(distribution: Distribution, into: Path) -> Path:
    """Build a wheel with the standard front end, offline, and return its path."""
    into.mkdir(parents=True, exist_ok=True)
    before = set(into.glob("*.whl"))
    subprocess.run(
        [
            *[sys.executable, "-m", "build", "--wheel", "--no-isolation"],
            *["--outdir", str(into), str(distribution.folder)],
        ],
        check=True,
        capture_output=True,
        text=True,
    )
    prefix = distribution.name.replace("-", "_") + "-"
    (wheel,) = (path for path in into.glob("*.whl") if path not in before or path.name.startswith(prefix))
    return wheel
