"""The result of a poll: its opened ballots as an election, counted, and held against quorum and thresholds.

Everything follows from the notice and the ballots alone, so that the page, the files and `linli count` cannot differ.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Annotated

from msgspec import Struct

from linli.forms import line, number
from linli_votes.certificates import Count, count
from linli_votes.elections import Amount, Ballot, Election, Kind, Project, exact
from linli_votes.marks import Marks, checked
from linli_votes.methods import Given
from linli_votes.notices import Notice, Paper, Tied, Way, Whole
from linli_votes.writing import write

_KINDS = {
    Paper.CHOOSE_ONE: Kind.CHOOSE_ONE,
    Paper.APPROVAL: Kind.APPROVAL,
    Paper.SOME: Kind.APPROVAL,
    Paper.POINTS: Kind.CUMULATIVE,
    Paper.RANKED: Kind.ORDINAL,
}


class Cast(Struct, frozen=True, forbid_unknown_fields=True):
    """Ballots that are alike, opened: the ids chosen, their points, and how many ballots say just this."""

    vote: Annotated[str, line("选项", max_length=3000)]
    points: Annotated[str, line("分数", max_length=2000)] = ""
    number: Annotated[int, number("张数", least=1, most=10_000_000)] = 1


class Result(Struct, frozen=True):
    """What a count came to.

    ``received`` are all ballots that came in, the spoiled among them; ``valid`` those that were counted. ``quorate``
    says whether enough took part; where they did not, nothing is selected. ``undecided`` are options that stand equal
    and cannot all win, where the notice says that such are voted on again.
    """

    count: Count
    election: Election
    electorate: int
    received: int
    valid: int
    quorate: bool
    selected: tuple[str, ...]
    undecided: tuple[str, ...] = ()


def grouped(opened: Iterable[tuple[Marks, int]]) -> tuple[Cast, ...]:
    """Ballots that are alike put together, in an order that depends on what they say and on nothing else."""
    found: dict[tuple[str, str], int] = {}
    for marks, number_ in opened:
        key = ",".join(marks.choices), ",".join(map(str, marks.points))
        found[key] = found.get(key, 0) + number_
    return tuple(Cast(vote, points, times) for (vote, points), times in sorted(found.items()))


def marks_of(notice: Notice, cast: Cast) -> Marks:
    """What grouped ballots say, held against the notice; raises `BadInput` where it does not allow them."""
    points = [int(each) for each in cast.points.split(",") if each.isdecimal()]
    return checked(notice, [id for id in cast.vote.split(",") if id], points)


def election_of(notice: Notice, cast: Sequence[Cast], received: int) -> Election:
    """The election that a notice and opened ballots make, as it is counted and published.

    Costs are in yuan, exact to the fen; where nothing costs anything every option costs 1 and the budget is the number
    of seats.
    """
    positions = {id: at for at, id in enumerate(notice.ids)}
    ballots = tuple((_ballot(each, positions), each.number) for each in cast)
    kind = _KINDS[notice.paper]
    if notice.paper is Paper.CHOOSE_ONE and not notice.least:
        kind = Kind.APPROVAL  # the format has no empty ballot where exactly one is chosen
    budget: Amount = notice.seats
    if notice.has_costs:
        budget = exact(Fraction(notice.budget_fen, 100))
    projects = tuple(
        Project(
            id=option.id,
            cost=exact(Fraction(option.cost_fen, 100)) if notice.has_costs else 1,
            name=option.title,
            score=option.score if option.score and not kind.has_points else None,
        )
        for option in notice.options
    )
    return Election(kind, _rule(notice), budget, projects, ballots, _meta(notice, received))


def _ballot(cast: Cast, positions: Mapping[str, int]) -> Ballot:
    choices = tuple(positions[id] for id in cast.vote.split(",") if id)
    return Ballot(choices, tuple(int(each) for each in cast.points.split(",") if each))


def _rule(notice: Notice) -> str:
    # Greedy alone would fund what nobody wants as long as money is left; a threshold of one vote keeps it from that.
    return (Way.THRESHOLD if notice.method is Way.GREEDY else notice.method).value


def needed_votes(notice: Notice, received: int) -> int:
    """The least number of votes that an option needs by the share that the notice asks for; 0 where there is none."""
    share = notice.passes.share
    if share is None:
        return 0
    whole = notice.electorate if notice.whole is Whole.ELECTORATE else received
    return share.least(whole) if whole else 1


def _meta(notice: Notice, received: int) -> dict[str, str]:
    """What the file says of the poll, in the order of the format; `linli_votes.writing` fills in the dashes."""
    meta = {
        "description": notice.question,
        "country": "China",
        "unit": notice.roll,
        "instance": str(notice.closes.year),
        **dict.fromkeys(("num_projects", "num_votes", "budget", "vote_type", "rule"), "-"),
        "date_begin": notice.opens.strftime("%d.%m.%Y"),
        "date_end": notice.closes.strftime("%d.%m.%Y"),
        "min_length": str(notice.least or ""),
        "max_length": str(notice.ceiling),
        "max_sum_points": str(notice.points or ""),
        "min_project_score_threshold": "",
        "language": "zh",
        "currency": "CNY",
        "comment": _comment(notice),
    }
    if not notice.method.shares_equally and notice.method is not Way.SCORE_AND_VOTE:
        meta["min_project_score_threshold"] = str(max(notice.threshold, needed_votes(notice, received), 1))
    return {key: value for key, value in meta.items() if value}


def _comment(notice: Notice) -> str:
    """What the format has no field for, in the words that `linli_votes.greedy_exclusive` and others look for."""
    said = [f"projects {', '.join(sorted(each))} are mutually exclusive" for each in notice.sets()]
    if notice.method is Way.POZNAN:
        said.append("the project that did not fit may be paid from outside where 80% of its cost are left")
    return " ".join(f"#{at}: {each}" for at, each in enumerate(said, 1))


def given_of(notice: Notice) -> Given:
    """What a count is handed besides the file; `options_of` says the same on the command line."""
    if notice.method is Way.SCORE_AND_VOTE:
        return Given(weights=(Fraction(notice.score_weight), Fraction(notice.vote_weight)))
    return Given(utility=notice.utility.value) if notice.method.shares_equally else Given()


def options_of(notice: Notice) -> str:
    """What `linli count` has to be told besides the file, or nothing."""
    if notice.method is Way.SCORE_AND_VOTE:
        return f"--weights {notice.score_weight}:{notice.vote_weight}"
    return f"--utility {notice.utility.value}" if notice.method.shares_equally else ""


def result_of(notice: Notice, cast: Sequence[Cast], spoiled: int) -> Result:
    """Count opened ballots by what the notice says."""
    valid = sum(each.number for each in cast)
    received = valid + spoiled
    election = election_of(notice, cast, received)
    counted = count(election, given=given_of(notice))
    share = notice.quorum.share
    quorate = share is None or received >= share.least(notice.electorate)
    selected, undecided = counted.selected, tuple[str, ...]()
    if notice.tied is Tied.AGAIN:
        selected, undecided = _untied(notice, counted)
    if not quorate:
        selected, undecided = (), ()
    return Result(counted, election, notice.electorate, received, valid, quorate, selected, undecided)


def _untied(notice: Notice, counted: Count) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Who is selected without a tie, and who stands equal at the last seat, where more do than there are seats left."""
    least = counted.certificate.parameters.get("threshold", "")
    scores = {
        round.project: round.votes
        for round in counted.rounds
        if round.votes and round.votes >= int(least or 0)
    }
    in_order = sorted(scores.values(), reverse=True)
    if len(in_order) <= notice.seats:
        return counted.selected, ()
    last, next_ = in_order[notice.seats - 1], in_order[notice.seats]
    if last != next_:
        return counted.selected, ()
    tied = tuple(id for id in notice.ids if scores.get(id) == last)
    return tuple(id for id in counted.selected if scores[id] > last), tied


def file_of(result: Result) -> bytes:
    """The file of ballots as it is published: in Pabulib's format, ballots in the order of what they say."""
    return write(result.election, _in_order, set(result.selected)).encode()


def file_digest(result: Result) -> str:
    """The SHA-256 of the file of ballots, in hexadecimal."""
    return hashlib.sha256(file_of(result)).hexdigest()


def _in_order(cast: list[Ballot]) -> None:
    """Put ballots into an order that depends on what they say and on nothing else."""
    cast.sort(key=lambda ballot: (ballot.choices, tuple(map(Fraction, ballot.points))))
