"""The catalogue: the 164 systems of community governance that Linli is to make work, as data.

Each entry was taken from an account of one place; the titles are ours. `catalogue.toml` holds them.
"""

from collections.abc import Iterable
from pathlib import Path

import msgspec

FAMILIES = frozenset(
    [
        "access",
        "funding",
        "funds",
        "deliberation",
        "bodies",
        "orgs",
        "evaluation",
        "disclosure",
        "participation",
        "grid",
        "platform",
    ]
)


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One system: what it is, the families it belongs to, and its parts where it is shown part by part."""

    title: str
    families: tuple[str, ...]
    parts: tuple[str, ...] = ()


def load() -> dict[str, Entry]:
    """Return the catalogue by id, in the order of the file."""
    text = Path(__file__).with_name("catalogue.toml").read_bytes()
    return msgspec.toml.decode(text, type=dict[str, Entry])


def fault(catalogue: dict[str, Entry], id: str, part: str | None) -> str | None:
    """Say what is wrong with a mark, or return None for a good one."""
    entry = catalogue.get(id)
    if entry is None:
        return f"the catalogue has no {id!r}; see tests/systems/catalogue.toml"
    if entry.parts and part not in entry.parts:
        return f"{id} is shown part by part; name one of {_listed(entry.parts)} as part="
    if part is not None and not entry.parts:
        return f"{id} has no parts; leave out part={part!r}"
    return None


def _listed(names: Iterable[str]) -> str:
    return ", ".join(repr(name) for name in names)
