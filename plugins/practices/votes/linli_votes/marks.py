"""Marks on a ballot: what a voter chose, held against the notice, and written so that every ballot has one length."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec
from msgspec import Struct

from linli.errors import BadInput, Corrupt
from linli_votes.articles import FILLING, cited
from linli_votes.notices import Notice, Paper, split


class Marks(Struct, frozen=True, omit_defaults=True):
    """What a ballot says: ids of options, best first where it ranks, and their points. ``spoiled``: it counts not."""

    choices: tuple[str, ...] = ()
    points: tuple[int, ...] = ()
    spoiled: bool = False


SPOILED = Marks(spoiled=True)


def checked(notice: Notice, choices: Sequence[str], points: Sequence[int] = ()) -> Marks:
    """The marks, in the order of the notice unless they rank; raises `BadInput`, citing the article, for any fault.

    Options given no points count as not chosen.
    """
    if notice.paper is Paper.POINTS:
        if len(choices) != len(points):
            raise _fault("每个选项写一个分数", "例如 1:3，2:2")
        given = [(id, each) for id, each in zip(choices, points, strict=True) if each]
        choices, points = [id for id, _ in given], [each for _, each in given]
    elif points:
        raise _fault(f"这次投票“{notice.paper.title}”，不打分", "只写选项的编号")
    unknown = [id for id in choices if id not in notice.ids]
    if unknown:
        raise _fault(
            f"没有选项 {'、'.join(id[:12] for id in unknown[:5])}", f"选项有：{'、'.join(notice.ids[:20])}"
        )
    twice = [id for id, times in Counter(choices).items() if times > 1]
    if twice:
        raise _fault(f"选项 {'、'.join(twice[:5])} 写了两次", "每个选项只写一次")
    if len(choices) > notice.ceiling:
        raise _fault(f"选了 {len(choices)} 项，最多选 {notice.ceiling} 项", "去掉几项再投")
    if len(choices) < notice.least:
        raise _fault(f"选了 {len(choices)} 项，至少选 {notice.least} 项", "补选几项再投")
    if any(each < 0 for each in points):
        raise _fault("分数不能是负数", "填 0 以上的整数")
    if sum(points) > notice.points:
        raise _fault(f"共给了 {sum(points)} 分，每人只有 {notice.points} 分", "减少几分再投")
    if notice.paper is Paper.RANKED:
        return Marks(tuple(choices))
    place = {id: at for at, id in enumerate(notice.ids)}
    ordered = sorted(range(len(choices)), key=lambda at: place[choices[at]])
    return Marks(tuple(choices[at] for at in ordered), tuple(points[at] for at in ordered) if points else ())


def read_marks(notice: Notice, text: str) -> Marks:
    """The marks that a clerk typed from a paper ballot: ``1，3``, by rank where it ranks, with points ``1:3，2:2``."""
    choices: list[str] = []
    points: list[int] = []
    for each in split(text):
        id, colon, said = each.replace("：", ":").partition(":")
        choices.append(id)
        if colon:
            if not (said.isascii() and said.isdecimal() and len(said) < 6):
                raise _fault(f"“{each[:20]}”里的分数看不懂", "写成 1:3")
            points.append(int(said))
    return checked(notice, choices, points)


def packed(notice: Notice, marks: Marks) -> bytes:
    """The marks as bytes of one length for all ballots of the poll."""
    body = msgspec.json.encode(marks)
    length = packed_length(notice)
    assert len(body) <= length, "no ballot that was checked is longer than the longest"
    return body.ljust(length)


def packed_length(notice: Notice) -> int:
    """The length of every packed ballot of the poll, in bytes: that of the longest possible one."""
    longest = sorted((len(id.encode()) for id in notice.ids), reverse=True)[: notice.ceiling]
    digits = len(str(notice.points))
    return len(b'{"choices":[],"points":[],"spoiled":true}') + sum(longest) + (3 + digits + 1) * len(longest)


def unpacked(data: bytes) -> Marks:
    """The marks of a packed ballot; raises `Corrupt` where they are none."""
    try:
        return msgspec.json.decode(data, type=Marks)
    except msgspec.DecodeError as error:
        raise Corrupt(f"打开的选票读不出来：{error}", cure="从备份恢复") from error


def _fault(said: str, cure: str) -> BadInput:
    return BadInput(cited(said, FILLING), where="choices", cure=cure)
