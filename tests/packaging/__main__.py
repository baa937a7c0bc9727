"""Build every wheel and print what each weighs, then what the dependencies of `linli` take when installed.

Usage: python -m tests.packaging FOLDER
"""

import sys
from pathlib import Path

from tests.packaging.distributions import all_distributions, build_wheel
from tests.packaging.installed_size import bytes_of, needed


def main(folder: Path) -> None:
    """Print one line a wheel, one line a dependency, and their sum."""
    wheels = [build_wheel(distribution, folder) for distribution in all_distributions()]
    for wheel in wheels:
        print(f"{wheel.stat().st_size / 1e6:8.2f} MB  {wheel.name}")
    print("\ninstalled, without boto3:")
    sizes = {name: bytes_of(name) for name in needed("linli") - {"linli"}}
    for name, size in sorted(sizes.items(), key=lambda item: -item[1]):
        print(f"{size / 1e6:8.2f} MB  {name}")
    print(f"{sum(sizes.values()) / 1e6:8.2f} MB  in all")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
