"""Who is elected: pure arithmetic over candidates, seats and votes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from linli.errors import BadInput, LinliError
from linli.shares import part_of
from linli_bodies.balloting import Candidate, Count, SeatUp, Votes
from linli_bodies.seating import SeatPost


def elected(
    candidates: Sequence[Candidate], up: Sequence[SeatUp], votes: Sequence[Votes], least: int
) -> list[tuple[Candidate, SeatUp]]:
    """Who takes which seat: of each post those with most votes, of at least ``least``, as far as seats go.

    Where two have the same number of votes and there is one seat for both, neither is elected: they are voted on again.
    """
    got = {each.number: each.votes for each in votes}
    seated: list[tuple[Candidate, SeatUp]] = []
    for post in dict.fromkeys(seat.post for seat in up):
        seats = [seat for seat in up if seat.post is post]
        able = [each for each in candidates if each.post is post and got.get(each.number, 0) >= max(1, least)]
        ranked = sorted(able, key=lambda each: (-got[each.number], each.number))
        if len(ranked) > len(seats):
            last = got[ranked[len(seats)].number]
            ranked = [each for each in ranked[: len(seats)] if got[each.number] > last]
        seated += zip(ranked, seats, strict=False)
    return seated


def left_over(up: Sequence[SeatUp], seated: Sequence[tuple[Candidate, SeatUp]]) -> list[SeatUp]:
    """The seats that nobody was elected to."""
    taken = {seat.seat for _, seat in seated}
    return [seat for seat in up if seat.seat not in taken]


def miscounts(count: Count, candidates: Sequence[Candidate], up: Sequence[SeatUp]) -> Iterator[LinliError]:
    """What cannot be: more who voted than could, more votes than ballots, votes for nobody, or for one twice."""
    try:
        part_of(count.voted, count.whole)
    except BadInput as error:
        yield BadInput(error.message, where="voted", cure=error.cure)
    if count.whole == 0:
        yield BadInput("应参加投票的人数是零，选举没有办法计算", where="whole")
    known = {each.number: each for each in candidates}
    numbers = [each.number for each in count.votes]
    for number in sorted(set(numbers) - known.keys()):
        yield BadInput(f"没有 {number} 号候选人", where="votes")
    for number in sorted({n for n in numbers if numbers.count(n) > 1}):
        yield BadInput(f"{number} 号的得票写了两次", where="votes")
    for each in count.votes:
        if each.votes > count.voted:
            said = f"{each.number} 号得 {each.votes} 票，多于投票的 {count.voted} 人"
            yield BadInput(said, where="votes")
    for post in dict.fromkeys(seat.post for seat in up if seat.post is not None):
        total = sum(v.votes for v in count.votes if v.number in known and known[v.number].post is post)
        seats = sum(seat.post is post for seat in up)
        if total > count.voted * seats:
            said = f"{_title(post)}共得 {total} 票，{count.voted} 张选票最多选出 {count.voted * seats} 票"
            yield BadInput(said, where="votes", cure="所选人数多于应选名额的选票无效，不计票")


def _title(post: SeatPost) -> str:
    return post.title
