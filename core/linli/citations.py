"""The texts that rules rest on: their rank, their dates, and the articles cited from them.

Ranks follow 立法法: law, administrative regulation, local regulation, rule of a ministry or a local government,
normative document, local agreement, and below them all the mere account of how a place works.
"""

from __future__ import annotations

from datetime import date
from enum import IntEnum

from msgspec import Struct

NATION = "000000000000"


class Rank(IntEnum):
    """The strength of a text; a higher number prevails. The level of a place is not the rank of a text."""

    ACCOUNT = 10
    AGREEMENT = 20
    NORMATIVE_DOCUMENT = 30
    RULE = 40
    LOCAL_REGULATION = 50
    ADMINISTRATIVE_REGULATION = 60
    LAW = 70

    @property
    def title(self) -> str:
        """The name that residents read."""
        return _RANK_TITLES[self]


_RANK_TITLES = {
    Rank.ACCOUNT: "地方做法记述",
    Rank.AGREEMENT: "基层约定",
    Rank.NORMATIVE_DOCUMENT: "规范性文件",
    Rank.RULE: "规章",
    Rank.LOCAL_REGULATION: "地方性法规",
    Rank.ADMINISTRATIVE_REGULATION: "行政法规",
    Rank.LAW: "法律",
}


class Source(Struct, frozen=True):
    """One text in one version: a law as of a date, a document, an account.

    ``since`` and ``until`` are the first and the last day in force (both inclusive); ``place`` is the 12-digit
    code of the area in which it holds; ``text`` names the stored text that anchors are searched in, or is None
    where the text is not held. ``replaced_by`` is the id of the next version.
    """

    id: str
    title: str
    rank: Rank
    since: date
    until: date | None = None
    place: str = NATION
    number: str = ""
    text: str | None = None
    replaced_by: str = ""
    note: str = ""

    def in_force(self, on: date) -> bool:
        """Whether the text holds on that day."""
        return self.since <= on and (self.until is None or on <= self.until)

    def article(self, article: int | str, anchor: str = "", *, gist: str = "") -> Citation:
        """Cite one article; ``anchor`` is a short phrase that stands in it word for word."""
        return Citation(self, str(article), anchor, gist)


class Citation(Struct, frozen=True):
    """One article of one source. ``gist`` says in our own words what it lays down."""

    source: Source
    article: str
    anchor: str = ""
    gist: str = ""

    @property
    def rank(self) -> Rank:
        """The rank of the text cited."""
        return self.source.rank

    @property
    def label(self) -> str:
        """How a page names it: 《城市居民委员会组织法》第四十三条."""
        if not self.article:
            return f"《{self.source.title}》"
        if self.article.isdigit():
            return f"《{self.source.title}》第{chinese_number(int(self.article))}条"
        return f"《{self.source.title}》{self.article}"

    def in_force(self, on: date) -> bool:
        """Whether the cited text holds on that day."""
        return self.source.in_force(on)


_DIGITS = "零一二三四五六七八九"


def chinese_number(number: int) -> str:
    """An article's number as statutes write it: 43 is 四十三, 278 is 二百七十八. From 1 to 9,999."""
    if not 0 < number < 10_000:
        raise ValueError(f"article numbers run from 1 to 9999, not {number}")
    written, pending_zero = "", False
    for power, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, power)
        if digit:
            written += ("零" if pending_zero else "") + _DIGITS[digit] + unit
            pending_zero = False
        else:
            pending_zero = bool(written)
    return written.removeprefix("一") if written.startswith("一十") else written
