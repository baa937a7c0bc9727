"""Numbers in a file, read exactly."""

from __future__ import annotations

import re
from fractions import Fraction

from linli_votes.elections import Amount, exact

# Thirty digits hold any budget; a longer one is a fault and not worth the time to read.
_NUMBER = re.compile(r"\s*(-?[0-9]{1,30})(?:[.,]([0-9]{1,30}))?\s*")


def amount(text: str) -> Amount | None:
    """The number that a text writes, with a point or comma before decimals; None where it writes none."""
    found = _NUMBER.fullmatch(text)
    if found is None:
        return None
    whole, decimals = found.groups()
    return int(whole) if decimals is None else exact(Fraction(f"{whole}.{decimals}"))


def written(value: Amount) -> str:
    """A number as text: decimals where they end within four places, otherwise a fraction."""
    if isinstance(value, int):
        return str(value)
    scaled = value * 10_000
    if scaled.denominator != 1:
        return f"{value.numerator}/{value.denominator}"
    sign, digits = "-" if scaled < 0 else "", str(abs(scaled.numerator)).rjust(5, "0")
    return f"{sign}{digits[:-4]}.{digits[-4:]}".rstrip("0").rstrip(".")
