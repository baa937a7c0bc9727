"""How much disk a distribution takes with all that it needs, as it lies in this environment."""

import re
from importlib.metadata import distribution
from pathlib import Path

from packaging.markers import Marker


def needed(name: str) -> set[str]:
    """Return the distributions that `name` needs without extras, itself included, by normalised name."""
    found: set[str] = set()
    open_names = [name]
    while open_names:
        current = normalised(open_names.pop())
        if current in found:
            continue
        found.add(current)
        for requirement in distribution(current).requires or []:
            # Requirements of an extra or of another platform are not installed for their own sake.
            required, _, marker = requirement.partition(";")
            if marker and not applies(marker):
                continue
            open_names.append(re.split(r"[^A-Za-z0-9._-]", required.strip(), maxsplit=1)[0])
    return found


def applies(marker: str) -> bool:
    """Whether an environment marker holds here, without any extra."""
    return Marker(marker).evaluate({"extra": ""})


def bytes_of(name: str) -> int:
    """Return the bytes of a distribution's installed files, without compiled byte code."""
    files = distribution(name).files or []
    paths = [Path(str(file.locate())) for file in files if "__pycache__" not in file.parts]
    return sum(path.stat().st_size for path in paths if path.is_file())


def normalised(name: str) -> str:
    """Return the name as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()
