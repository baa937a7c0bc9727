"""Quorum and thresholds in the exact words of the law: more than half, at least two thirds, more than two thirds.

A share is a fraction and whether it must be passed or only reached: 过半数 is more than 1/2, 三分之二以上 is 2/3 or
more (民法典 1259: 以上 includes the figure itself), 超过三分之二 is more than 2/3. Everything is whole numbers: people,
households, square centimetres.
"""

from __future__ import annotations

from fractions import Fraction

from msgspec import Struct

from linli.errors import BadInput

_DIGITS = "零一二三四五六七八九十"


class Share(Struct, frozen=True):
    """A part of a whole. ``beyond``: it must be passed; otherwise reaching it is enough."""

    numerator: int
    denominator: int
    beyond: bool = False

    def __post_init__(self) -> None:
        """Refuse what is no share of a whole."""
        if not 0 < self.numerator <= self.denominator or (self.beyond and self.numerator == self.denominator):
            raise ValueError(f"{self.numerator}/{self.denominator} is no share that can be met")

    @classmethod
    def at_least(cls, fraction: Fraction) -> Share:
        """The share that is met when a fraction is reached."""
        return cls(fraction.numerator, fraction.denominator)

    @classmethod
    def more_than(cls, fraction: Fraction) -> Share:
        """The share that is met when a fraction is passed."""
        return cls(fraction.numerator, fraction.denominator, beyond=True)

    def least(self, whole: int) -> int:
        """The smallest number that meets the share; raises `BadInput` for a whole that is not above zero."""
        if whole <= 0:
            raise BadInput("基数是零，没有办法计算比例", where="base", cure="先登记应到人数（户数、代表数）")
        reached, rest = divmod(self.numerator * whole, self.denominator)
        return reached + 1 if rest or self.beyond else reached

    def met(self, part: int, whole: int) -> bool:
        """Whether a part of a whole meets the share; raises `BadInput` for what cannot be a part of it."""
        return part_of(part, whole) >= self.least(whole)

    def missing(self, part: int, whole: int) -> int:
        """How many are still missing; 0 where the share is met. Raises `BadInput` as `met` does."""
        return max(0, self.least(whole) - part_of(part, whole))

    def say(self) -> str:
        """The share in the words of the law: 过半数, 三分之二以上, 超过三分之二."""
        if (self.numerator, self.denominator) == (1, 2) and self.beyond:
            return "过半数"
        if self.numerator == self.denominator:
            return "全部"
        if self.denominator <= 10:
            fraction = f"{_DIGITS[self.denominator]}分之{_DIGITS[self.numerator]}"
        else:
            fraction = f"{self.numerator}/{self.denominator}"
        return f"超过{fraction}" if self.beyond else f"{fraction}以上"


def part_of(part: int, whole: int) -> int:
    """The part, where it can be one of the whole; raises `BadInput` for a negative one or more than there are."""
    if part < 0:
        raise BadInput("人数（票数）不能是负数", where="part")
    if part > whole:
        raise BadInput(f"{part} 多于总数 {whole}", where="part", cure="核对总数和实际数")
    return part


MORE_THAN_HALF = Share(1, 2, beyond=True)
AT_LEAST_HALF = Share(1, 2)
AT_LEAST_ONE_THIRD = Share(1, 3)
AT_LEAST_TWO_THIRDS = Share(2, 3)
MORE_THAN_TWO_THIRDS = Share(2, 3, beyond=True)
AT_LEAST_THREE_QUARTERS = Share(3, 4)
EVERYONE = Share(1, 1)
