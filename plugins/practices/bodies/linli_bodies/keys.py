"""How bodies, seats and appointments are called in registers: a place, a kind, a number; never a name.

No key holds a slash, so that keys can stand in addresses and index rows.
"""

from __future__ import annotations


def body_key(place: str, kind: str, number: int = 1) -> str:
    """The key of a body: ``990101007001:residents_committee``; a second one of the kind there ends with ``:2``."""
    return f"{place}:{kind}" + (f":{number}" if number > 1 else "")


def place_of(body: str) -> str:
    """The code of the place of a body."""
    return body.partition(":")[0]


def kind_of(body: str) -> str:
    """The id of the kind of a body."""
    return body.split(":")[1] if ":" in body else ""


def seat_key(body: str, seat: int) -> str:
    """The key of a seat: the body's and a number from 1, as ``…@003``."""
    return f"{body}@{seat:03}"


def appointment_key(seat: str, *, head: bool = False) -> str:
    """The id of the appointment that goes with a seat, or of the further one that goes with being the head."""
    return f"seat-{seat}" + ("-head" if head else "")
