"""The methods of counting, by the names that Pabulib's files declare."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from msgspec import Struct

from linli.errors import BadInput
from linli_votes.elections import Amount, Election
from linli_votes.equal_shares import CARDINALITY, COST
from linli_votes.equal_shares_methods import (
    equal_shares,
    equal_shares_add1,
    equal_shares_add1_comparison,
    equal_shares_comparison,
)
from linli_votes.greedy import greedy
from linli_votes.greedy_custom import greedy_custom
from linli_votes.greedy_exclusive import ExclusiveSets, greedy_exclusive
from linli_votes.greedy_no_skip import greedy_no_skip
from linli_votes.greedy_threshold import greedy_threshold
from linli_votes.rounds import Outcome
from linli_votes.scored import EQUAL_WEIGHTS, by_score, by_score_and_vote
from linli_votes.tallies import Tally


class Given(Struct, frozen=True):
    """What is handed in besides the file: it takes the place of what the file says.

    ``weights`` are those of score and votes, ``utility`` is `COST` or `CARDINALITY`.
    """

    threshold: Amount | None = None
    exclusive: ExclusiveSets = ()
    weights: tuple[Fraction, Fraction] = EQUAL_WEIGHTS
    utility: str = COST

    def __post_init__(self) -> None:
        """Refuse a utility that is not known."""
        if self.utility not in (COST, CARDINALITY):
            raise BadInput(
                f"不认识效用 {self.utility!r}", where="--utility", cure=f"用 {COST} 或 {CARDINALITY}"
            )


class Method(Struct, frozen=True):
    """A method: what residents call it, and the function that applies it."""

    title: str
    apply: Callable[[Election, Tally, Given], Outcome]


METHODS: Mapping[str, Method] = {
    "greedy": Method("按票数从高到低，放不下的跳过", lambda e, t, g: greedy(e, t)),
    "greedy-no-skip": Method("按票数从高到低，放不下就停止", lambda e, t, g: greedy_no_skip(e, t)),
    "greedy-threshold": Method(
        "按票数从高到低，须过门槛，放不下的跳过", lambda e, t, g: greedy_threshold(e, t, g.threshold)
    ),
    "greedy-exclusive": Method(
        "按票数从高到低，互斥的只取其一", lambda e, t, g: greedy_exclusive(e, t, g.exclusive)
    ),
    "greedy-custom": Method("按票数从高到低，依当地的特别规则", lambda e, t, g: greedy_custom(e, t)),
    "equalshares": Method("均等份额法", lambda e, t, g: equal_shares(e, t, g.utility)),
    "equalshares/add1": Method(
        "均等份额法，逐一增加份额", lambda e, t, g: equal_shares_add1(e, t, g.utility)
    ),
    "equalshares-comparison": Method(
        "均等份额法，与按票数分配比较", lambda e, t, g: equal_shares_comparison(e, t, g.utility)
    ),
    "equalshares/add1-comparison": Method(
        "均等份额法，逐一增加份额，与按票数分配比较",
        lambda e, t, g: equal_shares_add1_comparison(e, t, g.utility),
    ),
    "score": Method("按得分从高到低，放不下的跳过", lambda e, t, g: by_score(e, t)),
    "score-and-vote": Method(
        "得分与票数按权重合计，放不下的跳过", lambda e, t, g: by_score_and_vote(e, t, g.weights)
    ),
}


def method_of(election: Election, named: str = "") -> tuple[str, Method]:
    """The method that is named, or else the one that the file declares, with its name.

    BadInput where there is no such method or the file declares none.
    """
    name = named or election.rule
    if name not in METHODS:
        known = "、".join(METHODS)
        if not named and name in ("", "unknown"):
            raise BadInput("文件没有写明计票规则", where="META：rule", cure=f"用 --method 指明：{known}")
        where = "--method" if named else "META：rule"
        raise BadInput(f"不认识计票规则 {name[:60]!r}", where=where, cure=f"可用的有：{known}")
    return name, METHODS[name]
