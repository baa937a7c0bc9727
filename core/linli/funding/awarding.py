"""Who is funded: candidates in order of their scores, as far as the budget of the call reaches.

Ties are broken by what was published beforehand, never by chance or by the order of entry: the kinds of organisation
that the place puts first, the mean of each criterion that the call names, then the smaller sum asked for, then the
organisation's code. Everything is exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from msgspec import Struct, structs


class Candidate(Struct, frozen=True):
    """A reviewed project: its number within the call, its score, what it asks for in fen, and what breaks ties.

    ``means`` holds the mean of each criterion, by name; ``kind`` is the organisation's, as its register has it.
    ``worth`` is what it is ranked by where that is not the score alone, see `with_votes`.
    """

    number: int
    score: Fraction
    asked_fen: int
    code: str
    means: dict[str, Fraction] = {}
    kind: str = ""
    worth: Fraction | None = None

    @property
    def ranked_by(self) -> Fraction:
        """What puts it before or behind others."""
        return self.score if self.worth is None else self.worth


class Placed(Struct, frozen=True):
    """A candidate with its place, counted from 1, and the award in fen; 0 where it is not funded.

    ``why`` says in Chinese why it is not.
    """

    candidate: Candidate
    place: int
    award_fen: int
    why: str = ""


def in_order(
    candidates: Iterable[Candidate], ties: Sequence[str], first: Sequence[str] = ()
) -> list[Candidate]:
    """Candidates, the best first.

    Of equal scores one of the kinds in ``first`` comes before any other; then ``ties`` names the criteria that are
    compared in turn.
    """

    def key(each: Candidate) -> tuple[object, ...]:
        means = tuple(-each.means.get(name, Fraction(0)) for name in ties)
        return (-each.ranked_by, each.kind not in first, means, each.asked_fen, each.code, each.number)

    return sorted(candidates, key=key)


def with_votes(
    candidates: Iterable[Candidate], votes: Mapping[int, int], vote_percent: int
) -> list[Candidate]:
    """Candidates ranked by score and residents' votes together, each as a share of the best, out of 100.

    ``votes`` are by number. Exact; where nobody has any points, or any votes, that part adds nothing.
    """
    listed = list(candidates)
    most_score = max((each.score for each in listed), default=Fraction(0))
    most_votes = max((votes[each.number] for each in listed), default=0)

    def worth(each: Candidate) -> Fraction:
        score = each.score / most_score if most_score else Fraction(0)
        vote = Fraction(votes[each.number], most_votes) if most_votes else Fraction(0)
        return (100 - vote_percent) * score + vote_percent * vote

    return [structs.replace(each, worth=worth(each)) for each in listed]


def award(
    candidates: Iterable[Candidate],
    budget_fen: int,
    *,
    threshold: Fraction,
    ties: Sequence[str] = (),
    first: tuple[str, ...] = (),
    skip: bool = True,
) -> list[Placed]:
    """Award in order: each gets what it asks for, if its score reaches the threshold and the budget still holds it.

    With ``skip`` a project that is too large is passed over and the next one is tried; without it the list ends there.
    Nobody gets a part of what was asked.
    """
    left, ended = budget_fen, False
    placed: list[Placed] = []
    for place, each in enumerate(in_order(candidates, ties, first), 1):
        if each.score < threshold:
            placed.append(Placed(each, place, 0, "得分没有达到入选线"))
        elif ended or each.asked_fen > left:
            ended = ended or not skip
            placed.append(Placed(each, place, 0, "本次征集的资金已按得分次序用完"))
        else:
            left -= each.asked_fen
            placed.append(Placed(each, place, each.asked_fen))
    return placed
