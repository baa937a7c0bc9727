"""Receipt codes: what someone writes down to follow a case without an account.

A code carries 95 random bits and one check character, in Crockford's alphabet (no I, L, O, U), in groups of
four: ``7K3M-Q2XR-9D0A-VH5T-E8WC``. Only its hash is stored, so a copy of the store opens no case.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Final

from linli.errors import BadInput

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUES: Final = {character: value for value, character in enumerate(_ALPHABET)}
_RANDOM_CHARACTERS: Final = 19
_LENGTH: Final = _RANDOM_CHARACTERS + 1
_READ_AS: Final = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, "－": None, "–": None, "—": None})


def receipt_code(randomness: Callable[[int], bytes]) -> str:
    """Return a new code of 20 characters; ``randomness`` gives so many unpredictable bytes."""
    number = int.from_bytes(randomness(12), "big")
    digits = [number >> 5 * place & 31 for place in range(_RANDOM_CHARACTERS)]
    code = "".join(_ALPHABET[digit] for digit in [*digits, _check(digits)])
    return "-".join(code[at : at + 4] for at in range(0, _LENGTH, 4))


def receipt_hash(code: str) -> str:
    """Return what is stored of a code: 64 hexadecimal digits.

    Case, spaces and hyphens do not matter; O is read as 0, I and L as 1.

    :raises BadInput: when the code has another length, a foreign character, or a slip of the pen in it.
    """
    plain = "".join(code.upper().split()).translate(_READ_AS)
    try:
        digits = [_VALUES[character] for character in plain]
    except KeyError as error:
        raise BadInput(
            f"查询码中没有字符 {error.args[0]!r}", where="receipt", cure="请照回执逐字核对"
        ) from None
    if len(digits) != _LENGTH:
        raise BadInput(
            f"查询码应有 {_LENGTH} 个字符，得到 {len(digits)} 个", where="receipt", cure="请照回执核对"
        )
    if _check(digits[:-1]) != digits[-1]:
        raise BadInput("查询码有误，可能抄错了一个字符", where="receipt", cure="请照回执逐字核对")
    return hashlib.sha256(b"linli receipt\x00" + plain.encode()).hexdigest()


def _check(digits: list[int]) -> int:
    """Return the check digit over GF(32): it finds every single wrong character and every swap of two."""
    check = 0
    for digit in digits:
        # Doubling in the field of 32 elements with the polynomial x^5 + x^2 + 1.
        check = (check << 1 ^ (0x25 if check & 16 else 0)) ^ digit
    return check << 1 ^ (0x25 if check & 16 else 0)
