"""Money as whole fen: written for people, read from people, divided without losing any.

There is no float here and no decimal type: an amount is an ``int`` of fen from the form to the ledger.
"""

import re
from collections.abc import Sequence

from linli.errors import BadInput

MAX_FEN = 10**15
"""The largest amount that may be typed in, in fen (ten trillion yuan); more is a slip of the hand."""

# Only the full-width forms that a Chinese keyboard produces. NFKC would be shorter and wrong: it turns "5²"
# into 52.
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xFFE5: 0xA5}
_AMOUNT = re.compile(
    r"¥?(?P<whole>[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.(?P<part>[0-9]+))?(?P<unit>[万亿]?)元?"
)
_DECIMALS = {"": 2, "万": 6, "亿": 10}
_LONGEST_TEXT = 40


def yuan(fen: int) -> str:
    """Write an amount for a sentence: ``12,000 元``, or ``12,000.50 元`` when there are odd fen."""
    return f"{yuan_exact(fen).removesuffix('.00')} 元"


def yuan_exact(fen: int) -> str:
    """Write an amount for a table, always with two decimals and no unit: ``12,000.00``."""
    whole, part = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole:,}.{part:02d}"


def parse_yuan(text: str) -> int:
    """Read an amount in yuan as a person types it and return it in fen.

    ``12000``, ``12,000.5``, ``¥12,000 元``, ``1.2万`` and full-width digits are understood. Raises
    `BadInput`, in words for the person who typed it, for anything negative, finer than one fen, above
    `MAX_FEN` or not a number.
    """
    plain = re.sub(r"\s", "", text.translate(_FULL_WIDTH))
    if not plain:
        raise BadInput("金额为空，请填写以元为单位的数字，例如 12000 或 12,000.50")
    if len(plain) > _LONGEST_TEXT:
        raise BadInput(f"金额过长（{len(plain)} 个字符），请只填写数字，例如 12000")
    if plain[0] in "-−":
        raise BadInput(f"金额“{plain}”是负数，请填写不小于零的数字；要冲回已记的款项，请另办更正")
    found = _AMOUNT.fullmatch(plain)
    if found is None:
        raise BadInput(f"看不懂金额“{plain}”，请填写以元为单位的数字，例如 12000、12,000.50 或 1.2万")
    decimals = _DECIMALS[found["unit"]]
    part = found["part"] or ""
    if len(part) > decimals:
        raise BadInput(f"金额“{plain}”小于一分的部分无法记账，请最多填写到分（两位小数）")
    fen = int(found["whole"].replace(",", "") + part.ljust(decimals, "0"))
    if fen > MAX_FEN:
        raise BadInput(f"金额“{plain}”超过上限 {yuan(MAX_FEN)}，请核对单位是否写错")
    return fen


def split(fen: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Divide an amount in proportion to whole weights and lose no fen.

    Each share is rounded down, then the fen left over go one each to the largest remainders; of equal
    remainders the earlier share is served first, so the same input is always divided alike. Raises `BadInput`
    when the amount or a weight is negative, or when no weight is above zero.
    """
    if fen < 0:
        raise BadInput(f"不能分配负数金额 {yuan(fen)}，请填写不小于零的金额")
    if any(weight < 0 for weight in weights):
        raise BadInput("分配权重不能是负数，请检查各项权重")
    total = sum(weights)
    if total == 0:
        raise BadInput("分配权重全部为零，无法分配，请至少给一项大于零的权重")
    shares, remainders = [], []
    for weight in weights:
        share, remainder = divmod(fen * weight, total)
        shares.append(share)
        remainders.append(remainder)
    left_over = fen - sum(shares)
    for index in sorted(range(len(shares)), key=lambda index: -remainders[index])[:left_over]:
        shares[index] += 1
    return tuple(shares)
