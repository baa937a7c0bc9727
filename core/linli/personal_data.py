"""The scanner for personal data: what must not go out is recognised by its shape and its check digit.

It finds id numbers, mobile numbers, bank cards, number plates, mail addresses and the names it is told to
look for. It cannot recognise a name that it was not told, an address, or a number that is spelt out: free
text is read by a person before it goes out. A hit never carries what was found in the clear, so it may be
logged.
"""

import html
import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from enum import StrEnum
from functools import lru_cache

import msgspec

from linli.identifiers import is_old_resident_id, is_resident_id, is_uscc, passes_luhn

__all__ = ["Hit", "HitKind", "mask_name", "redact", "scan", "scan_html"]


class HitKind(StrEnum):
    """What kind of personal data was recognised."""

    RESIDENT_ID = "resident_id"
    MOBILE = "mobile"
    BANK_CARD = "bank_card"
    NUMBER_PLATE = "number_plate"
    EMAIL = "email"
    NAME = "name"


class Hit(msgspec.Struct, frozen=True, order=True):
    """Personal data at ``text[start:end]``; ``shown`` is a form that may be logged and published."""

    start: int
    end: int
    kind: HitKind
    shown: str


_DIGIT = "0-9０-９"
_SEPARATOR = " \u00a0\u3000\\-‐‑–—－.·"
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"

# One pattern for all shapes. It opens with a plain character class, which lets the regex engine skip to the
# next possible start in C; every alternative then looks back at which of them it was. Digits are only
# gathered here: whether a run holds an id, a phone or a card is decided on the run, group by group.
_CANDIDATE = re.compile(
    rf"[{_DIGIT}{_PROVINCES}@＠]"
    rf"(?:(?<=[{_DIGIT}])(?:[{_SEPARATOR}]?[{_DIGIT}]){{10,}}+[xXｘＸ]?"
    rf"|(?<=[{_PROVINCES}])[A-HJ-NP-Za-hj-np-z][ ·•・.\-]?[A-HJ-NP-Za-hj-np-z0-9]{{4,6}}[挂学警港澳]?"
    r"|(?<=[@＠])[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,})"
)
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_GROUP = re.compile(r"[0-9]+[xX]?")
_MAILBOX = re.compile(r"[A-Za-z0-9._%+-]+\Z")

_MOBILE = re.compile(r"1(?:3[0-9]|4[015-9]|5[0-35-9]|6[2567]|7[0-8]|8[0-9]|9[0-35-9])[0-9]{8}\Z")
_MOBILE_SHAPES = {(11,), (3, 4, 4), (4, 4, 3), (3, 8), (7, 4), (3, 3, 5), (1,) * 11}
# Issuer ranges: UnionPay and its older domestic ranges at every length, the foreign schemes at their own. A
# range that begins with 9 would catch the credit codes of enterprises, so only the known domestic one is
# listed.
_CARD = re.compile(r"(?:6[0-9]{15,18}|955[0-9]{13,16}|(?:4[0-9]|5[1-5]|35)[0-9]{14})\Z")
_PLATE_BODY = re.compile(
    r"(?:[A-HJ-NP-Z0-9]{5}|[A-HJ-NP-Z0-9]{4}[挂学警港澳]|[A-HJK][A-HJ-NP-Z0-9][0-9]{4}|[0-9]{5}[A-HJK])\Z"
)

_CREDIT_CODE_LABEL = re.compile(r"(?:信用代码|uscc)[^0-9\n]{0,12}\Z", re.IGNORECASE)
_AMOUNT_LABEL = re.compile(r"(?:fen|amount|金额)[\"'”]?\s*[:=：]\s*\Z|[¥￥]\s*\Z", re.IGNORECASE)
_AMOUNT_UNIT = re.compile(r"\s*[万亿]?[元分]")
_WORD_BEFORE = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2,}\Z")
_HEX_LETTERS = frozenset("abcdefABCDEF")

_SHOWN = {
    HitKind.RESIDENT_ID: "〔身份证号已隐去〕",
    HitKind.MOBILE: "〔手机号已隐去〕",
    HitKind.BANK_CARD: "〔银行卡号已隐去〕",
    HitKind.NUMBER_PLATE: "〔车牌号已隐去〕",
    HitKind.EMAIL: "〔邮箱已隐去〕",
}

_COMPOUND_SURNAMES = frozenset(
    {"欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒", "夏侯", "端木"}
    | {"独孤", "南宫", "长孙", "宇文", "轩辕", "百里", "呼延", "西门", "东郭", "申屠", "澹台", "公冶", "太史"}
)


def scan(text: str, known_names: Collection[str] = ()) -> tuple[Hit, ...]:
    """Return every piece of personal data in a text, in order and without overlaps.

    ``known_names`` are names to look for as they stand. Full-width digits, and spaces, dots and hyphens
    between digits are seen through. Region codes, hashes, dates, amounts and labelled credit codes are left
    alone.
    """
    hits = list(_shapes(text))
    if known_names:
        taken = list(hits)
        for found in _names_pattern(frozenset(known_names)).finditer(text):
            start, end = found.span()
            if not any(hit.start < end and start < hit.end for hit in taken):
                hits.append(Hit(start, end, HitKind.NAME, mask_name(found[0])))
        hits.sort()
    return tuple(hits)


def redact(text: str, known_names: Collection[str] = ()) -> str:
    """Return the text with every hit of `scan` replaced by its shown form; a second scan finds nothing."""
    hits = scan(text, known_names)
    while hits:
        parts, place = [], 0
        for hit in hits:
            parts += [text[place : hit.start], hit.shown]
            place = hit.end
        text = "".join([*parts, text[place:]])
        # What was run together with a hit can be recognised only now. Masked names are not looked for again.
        hits = tuple(_shapes(text))
    return text


def mask_name(name: str) -> str:
    """Keep the surname and star the rest: ``张三`` to ``张*``, ``欧阳某某`` to ``欧阳**``."""
    surname = 2 if len(name) > 2 and name[:2] in _COMPOUND_SURNAMES else 1
    return name[:surname] + "*" * max(1, len(name) - surname)


_TAG = re.compile(r"(</?[A-Za-z][^\"'>]*+(?:(?:\"[^\"]*+\"|'[^']*+')[^\"'>]*+)*+>)")
_TAG_NAME = re.compile(r"</?([A-Za-z][A-Za-z0-9-]*)")
_ATTRIBUTE_VALUE = re.compile(r"=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
# Tags that do not interrupt a word: a number may be split over them and still be read as one.
_INLINE = frozenset(
    [
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "cite",
        "code",
        "data",
        "dfn",
        "em",
        "font",
        "i",
        "kbd",
        "mark",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "time",
        "u",
        "var",
        "wbr",
    ]
)


def scan_html(page: str, known_names: Collection[str] = ()) -> tuple[Hit, ...]:
    """Return the personal data on a page: in its text, in the values of its attributes, in scripts and
    comments.

    Tags inside a line are seen through (``138<b>1234</b>5678``), other tags end a word, character
    references are resolved. ``start`` and ``end`` count in the text so taken, attribute values after it:
    they tell hits apart but are no positions in the page.
    """
    pieces = _TAG.split(page)
    tags = [_seen_tag(tag) for tag in pieces[1::2]]
    pieces[1::2] = [between for between, _ in tags]
    text = "".join([*pieces, *dict.fromkeys(values for _, values in tags)])
    return scan(html.unescape(text) if "&" in text else text, known_names)


@lru_cache(maxsize=8192)
def _seen_tag(tag: str) -> tuple[str, str]:
    """What stands in the text in place of a tag, and the values of its attributes, one a line.

    Pages of a site repeat the same few tags, so that most of them are looked up here and not read again.
    """
    name = _TAG_NAME.match(tag)
    values = ("".join(groups) for groups in _ATTRIBUTE_VALUE.findall(tag))
    between = "" if name and name[1].lower() in _INLINE else "\n"
    return between, "".join(f"\n{value}" for value in values)


def _shapes(text: str) -> Iterator[Hit]:
    for found in _CANDIDATE.finditer(text):
        first = text[found.start()]
        if first in "@＠":
            yield from _email(text, found)
        elif first in _PROVINCES:
            yield from _plate(text, found)
        elif _stands_alone(text, found.start(), found.end()):
            yield from _numbers(text, found)


def _email(text: str, found: re.Match[str]) -> Iterator[Hit]:
    mailbox = _MAILBOX.search(text, max(0, found.start() - 64), found.start())
    if mailbox is not None:
        yield _hit(HitKind.EMAIL, mailbox.start(), found.end())


def _plate(text: str, found: re.Match[str]) -> Iterator[Hit]:
    body = re.sub(r"[ ·•・.\-]", "", found[0][2:]).upper()
    follows = text[found.end() : found.end() + 1]
    # A real number has at most two letters behind the one of the city, and nothing written on to it.
    enough_digits = sum(character.isdigit() for character in body) >= (4 if len(body) == 6 else 3)
    if enough_digits and _PLATE_BODY.match(body) and not (follows.isascii() and follows.isalnum()):
        yield _hit(HitKind.NUMBER_PLATE, found.start(), found.end())


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Tell a number from digits inside a hash, a decimal fraction or some other machine-made word."""
    follows, before = text[end : end + 2], text[max(0, start - 24) : start]
    if follows[:1].isascii() and (follows[:1].isalnum() or follows[:1] == "_"):
        return False
    if not before or not before[-1].isascii():
        return True
    if before[-1] == "." and before[-2:-1].isdigit():
        return False
    if before[-1].isalpha():
        # "tel13812345678" is a number with a label; "…cd13812345678" is a piece of a hash.
        word = _WORD_BEFORE.search(before)
        return word is not None and not _HEX_LETTERS.issuperset(word[0])
    return before[-1] != "_"


def _numbers(text: str, found: re.Match[str]) -> Iterator[Hit]:
    run = found[0].translate(_FULL_WIDTH)
    groups = [group.span() for group in _GROUP.finditer(run)]
    index = 0
    while index < len(groups):
        hit = _number_from(text, found.start(), run, groups, index)
        if hit is None:
            index += 1
            continue
        yield hit
        while index < len(groups) and found.start() + groups[index][0] < hit.end:
            index += 1


def _number_from(text: str, offset: int, run: str, groups: list[tuple[int, int]], index: int) -> Hit | None:
    """Return the longest piece of personal data that begins with this group of digits."""
    joined, shape = "", []
    best: Hit | None = None
    for start, end in groups[index:]:
        joined += run[start:end]
        shape.append(end - start)
        if len(joined) > 19:
            break
        kind = _kind_of(joined, tuple(shape))
        if kind is None or _is_innocent(kind, joined, text, offset + groups[index][0], offset + end):
            continue
        best = _hit(kind, offset + groups[index][0], offset + end)
    return best


def _kind_of(digits: str, shape: tuple[int, ...]) -> HitKind | None:
    if len(digits) == 18 and is_resident_id(digits):
        return HitKind.RESIDENT_ID
    if not digits.isdigit():
        return None
    if len(digits) == 15 and shape in {(15,), (6, 6, 3)} and is_old_resident_id(digits):
        return HitKind.RESIDENT_ID
    if shape in _MOBILE_SHAPES and _MOBILE.match(digits):
        return HitKind.MOBILE
    if len(shape) == 1 and digits.startswith(("86", "0086")) and _MOBILE.match(digits.removeprefix("00")[2:]):
        return HitKind.MOBILE
    if 16 <= len(digits) <= 19 and _is_card_shape(shape) and _CARD.match(digits) and passes_luhn(digits):
        return HitKind.BANK_CARD
    return None


def _is_card_shape(shape: tuple[int, ...]) -> bool:
    return len(shape) == 1 or set(shape[:-1]) in ({4}, {1}) or (shape[0] == 6 and len(shape) == 2)


def _is_innocent(kind: HitKind, digits: str, text: str, start: int, end: int) -> bool:
    before = text[max(0, start - 24) : start]
    if kind is HitKind.MOBILE:
        return bool(_AMOUNT_LABEL.search(before) or _AMOUNT_UNIT.match(text, end))
    return len(digits) == 18 and is_uscc(digits) and _CREDIT_CODE_LABEL.search(before) is not None


def _hit(kind: HitKind, start: int, end: int) -> Hit:
    return Hit(start, end, kind, _SHOWN[kind])


@lru_cache(maxsize=8)
def _names_pattern(names: frozenset[str]) -> re.Pattern[str]:
    # Grouped by first character, so that most places in a text are left after one look.
    by_first: defaultdict[str, list[str]] = defaultdict(list)
    for name in names:
        if name:
            by_first[name[0]].append(name[1:])
    branches = (
        re.escape(first) + "(?:" + "|".join(map(re.escape, sorted(rests, key=len, reverse=True))) + ")"
        for first, rests in sorted(by_first.items())
    )
    return re.compile("|".join(branches) or r"(?!)")
