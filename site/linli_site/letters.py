"""The letter under which a Chinese name is looked up: the initial of its first character in pinyin.

GB 2312 puts its 3,755 common characters in the order of pinyin, so the letter follows from where a character stands in
it; a rare character has no letter.
"""

from __future__ import annotations

from bisect import bisect_right

# The first character of each initial, by its two bytes in GB 2312; no syllable begins with I, U or V.
_FIRST = (
    (0xB0A1, "A"), (0xB0C5, "B"), (0xB2C1, "C"), (0xB4EE, "D"), (0xB6EA, "E"), (0xB7A2, "F"), (0xB8C1, "G"),
    (0xB9FE, "H"), (0xBBF7, "J"), (0xBFA6, "K"), (0xC0AC, "L"), (0xC2E8, "M"), (0xC4C3, "N"), (0xC5B6, "O"),
    (0xC5BE, "P"), (0xC6DA, "Q"), (0xC8BB, "R"), (0xC8F6, "S"), (0xCBFA, "T"), (0xCDDA, "W"), (0xCEF4, "X"),
    (0xD1B9, "Y"), (0xD4D1, "Z"),
)  # fmt: skip
_STARTS = [start for start, _ in _FIRST]
_LAST = 0xD7F9


def letter(name: str) -> str:
    """Return the letter of a name, or 其他 where there is none."""
    first = name[:1]
    if first.isascii() and first.isalpha():
        return first.upper()
    try:
        code = int.from_bytes(first.encode("gb2312"), "big")
    except UnicodeEncodeError:
        return "其他"
    if not _STARTS[0] <= code <= _LAST:
        return "其他"
    return _FIRST[bisect_right(_STARTS, code) - 1][1]
