"""Identifiers that carry their own proof: credit codes, resident id numbers, region codes.

Facts about the shapes are from GB 32100-2015 (credit code), GB 11643-1999 (resident id number), GB/T 2260 and
GB/T 10114 (region codes). A number that passes is well formed; whether it was ever issued only its register
knows.
"""

import re
from datetime import date
from typing import Literal, get_args

import msgspec

from linli.errors import BadInput

USCC_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 characters of a credit code in order of value: no I, O, S, V or Z, which look like digits."""

_USCC_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_USCC_VALUES = {character: value for value, character in enumerate(USCC_CHARACTERS)}

_ID_WEIGHTS = tuple(pow(2, 17 - place, 11) for place in range(17))
_ID_CHECKS = "10X98765432"

PROVINCE_CODES = frozenset(
    str(code)
    for region in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 83))
    for code in range(region[0], region[1] + 1)
)
"""The first two digits of a resident id number (GB/T 2260; 83 is used on permits of Taiwan residents)."""

RegionLevel = Literal["nation", "province", "prefecture", "county", "street", "community"]
"""How far down a region code reaches."""

REGION_LEVELS: tuple[RegionLevel, ...] = get_args(RegionLevel)
"""The levels of a region code, from the whole country down."""

_REGION_DIGITS = (0, 2, 4, 6, 9, 12)


def uscc_check_character(body: str) -> str:
    """Return the 18th character that belongs to the first 17 of a credit code (GB 32100-2015).

    Raises `BadInput` when the body does not have 17 characters of `USCC_CHARACTERS`.
    """
    if len(body) != 17 or not set(body) <= _USCC_VALUES.keys():
        raise BadInput(f"统一社会信用代码的前 17 位“{body}”有误：应为数字或大写字母，不含 I、O、S、V、Z")
    total = sum(
        _USCC_VALUES[character] * weight for character, weight in zip(body, _USCC_WEIGHTS, strict=True)
    )
    return USCC_CHARACTERS[-total % 31]


def is_uscc(text: str) -> bool:
    """Whether a text is a well-formed unified social credit code in capitals, without spaces."""
    return (
        len(text) == 18
        and _USCC_VALUES.keys() >= set(text)
        and text[2:8].isdigit()
        and text[17] == uscc_check_character(text[:17])
    )


def parse_uscc(text: str) -> str:
    """Read a unified social credit code as people type it: spaces, hyphens and small letters are put right.

    Raises `BadInput` that tells a wrong length from a wrong character from a wrong check character.
    """
    code = re.sub(r"[\s-]", "", text).upper()
    if len(code) != 18:
        raise BadInput(f"统一社会信用代码应为 18 位，“{code}”是 {len(code)} 位，请对照登记证书填写")
    wrong = sorted(set(code) - _USCC_VALUES.keys())
    if wrong:
        raise BadInput(f"统一社会信用代码“{code}”含有不使用的字符 {'、'.join(wrong)}，请对照登记证书填写")
    if not is_uscc(code):
        raise BadInput(f"统一社会信用代码“{code}”的校验位不符，可能抄错一位，请对照登记证书填写")
    return code


def resident_id_check_digit(body: str) -> str:
    """Return the 18th character (``0``–``9`` or ``X``) that belongs to 17 digits (GB 11643, mod 11).

    Raises `BadInput` when the body is not 17 digits.
    """
    if not re.fullmatch(r"[0-9]{17}", body):
        raise BadInput("身份证号的前 17 位应全部是数字，请核对")
    return _ID_CHECKS[sum(int(digit) * weight for digit, weight in zip(body, _ID_WEIGHTS, strict=True)) % 11]


def is_resident_id(text: str) -> bool:
    """Whether a text is a well-formed 18-character resident id number.

    Province, day of birth (from 1850 on) and check digit must all fit; a small ``x`` counts as ``X``.
    """
    return (
        re.fullmatch(r"[0-9]{17}[0-9Xx]", text) is not None
        and text[:2] in PROVINCE_CODES
        and 1850 <= int(text[6:10]) <= 2099
        and _is_day(int(text[6:10]), int(text[10:12]), int(text[12:14]))
        and text[17].upper() == resident_id_check_digit(text[:17])
    )


def is_old_resident_id(text: str) -> bool:
    """Whether a text may be a resident id number of 15 digits, as issued until 1999.

    It has no check digit, so province and day of birth are all there is to go by. Years of birth before 1920
    are left out: a region code with a serial number behind it would look like them.
    """
    return (
        re.fullmatch(r"[0-9]{15}", text) is not None
        and text[:2] in PROVINCE_CODES
        and int(text[6:8]) >= 20
        and _is_day(1900 + int(text[6:8]), int(text[8:10]), int(text[10:12]))
    )


def passes_luhn(digits: str) -> bool:
    """Whether a string of digits ends in its Luhn digit, as numbers of payment cards do (ISO/IEC 7812)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


class RegionCode(msgspec.Struct, frozen=True, order=True):
    """A statistical region code of 12 digits, taken apart; make one with `parse_region_code`."""

    code: str

    @property
    def level(self) -> RegionLevel:
        """How far down the code reaches: a street's code ends in ``000``, a county's in ``000000``."""
        used = len(self.code.rstrip("0"))
        return next(
            level for level, digits in zip(REGION_LEVELS, _REGION_DIGITS, strict=True) if used <= digits
        )

    @property
    def parent(self) -> "RegionCode | None":
        """The code one level up, or None for the whole country."""
        depth = REGION_LEVELS.index(self.level)
        if depth == 0:
            return None
        return RegionCode(self.code[: _REGION_DIGITS[depth - 1]].ljust(12, "0"))

    @property
    def county(self) -> str:
        """The first six digits: province, prefecture and county (GB/T 2260)."""
        return self.code[:6]

    @property
    def street(self) -> str:
        """The three digits of the street or township inside its county (GB/T 10114); ``000`` above."""
        return self.code[6:9]

    @property
    def community(self) -> str:
        """The three digits of the community or village inside its street; ``000`` above."""
        return self.code[9:]

    def contains(self, other: "RegionCode") -> bool:
        """Whether the other code is this one or lies below it."""
        return other.code.startswith(self.code[: _REGION_DIGITS[REGION_LEVELS.index(self.level)]])


def parse_region_code(text: str) -> RegionCode:
    """Read a region code of 12 digits; the 6 of a county or the 9 of a street are filled up with zeros.

    Raises `BadInput` when it has another length or leaves a level out (digits below a level of zeros).
    """
    if not re.fullmatch(r"[0-9]{6}|[0-9]{9}|[0-9]{12}", text):
        raise BadInput(f"区划代码“{text}”应为 12 位数字（区县可写 6 位，街道可写 9 位），请核对")
    code = text.ljust(12, "0")
    if code[9:] != "000" and code[6:9] == "000":
        raise BadInput(f"区划代码“{text}”有社区段而没有街道段，请核对第 7 至 9 位")
    if code[:2] == "00" and code != "0" * 12:
        raise BadInput(f"区划代码“{text}”没有省级段，请核对前两位")
    return RegionCode(code)


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
