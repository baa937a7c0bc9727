"""The tables of polls and ballots: their stages, their posts, and the boxes in which ballots are counted.

A poll is prepared → announced → open → closed → counted, or it failed for want of a quorum; a clock closes it. Every
ballot is a matter of its own under its poll, in a commit that reads no other ballot. With it one piece moves into the
box of its channel, so that a count that leaves one out, or has one too many, is refused.
"""

from __future__ import annotations

from linli.access.posts import COMMITTEE, STREET
from linli.ledger import OUTSIDE, PIECES, Posting
from linli.procedures import Post, Procedure, Reach, Stage
from linli.resolutions import TALLIES
from linli.rules import Balance
from linli_votes.notices import Channel
from linli_votes.rolls import REVOKED
from linli_votes.wording import ballot_lead, ballot_name, poll_lead, poll_name

TELLER = Post("poll_teller", "计票人", Reach.BELOW)
ORGANIZERS = (COMMITTEE, STREET)

PREPARED = Stage("prepared", "拟定中", waits_for=("committee", "street"))
ANNOUNCED = Stage("announced", "已公布，还没有开始")
OPEN = Stage("open", "正在投票", usable=True)
CLOSED = Stage("closed", "已截止，等待开票", waits_for=(TELLER.id,))
COUNTED = Stage("counted", "已开票", final=True)
FAILED = Stage("failed", "参加的人不够，投票无效", final=True)

CAST = Stage("cast", "已投入票箱", final=True)
TAKEN_BACK = Stage("taken_back", "已作废", final=True)

_REVOKED = "revoked"


def box(poll: str, channel: str) -> str:
    """The account that holds the ballots of a poll that came in one way."""
    return f"ballots:{poll}:{channel}"


def put_in(poll: str, channel: Channel) -> Posting:
    """A ballot goes into the box."""
    return Posting(f"{OUTSIDE}ballots", box(poll, channel), 1, PIECES, "选票")


def taken_out(poll: str, channel: Channel) -> Posting:
    """A ballot that was entered by mistake is put aside."""
    return Posting(box(poll, channel), box(poll, _REVOKED), 1, PIECES, "误录的选票")


def _held(id: str, title: str, channel: str) -> Balance:
    return Balance(id, title, lambda facts: box(facts.poll, channel), "张", commodity=PIECES)


IN_BOX = {
    Channel.ONLINE: _held("poll.online", "网上投的选票", Channel.ONLINE),
    Channel.PAPER: _held("poll.paper", "纸质选票", Channel.PAPER),
}
PUT_ASIDE = _held("poll.revoked", "作废的选票", _REVOKED)

poll = Procedure(
    "poll",
    title="投票",
    stages=(PREPARED, ANNOUNCED, OPEN, CLOSED, COUNTED, FAILED),
    lead=poll_lead,
    name=poll_name,
    describe="公布投票事项和办法，居民网上或在纸上投票，截止后开票，结果人人可以重算。",
    applicants=ORGANIZERS,
    deciders=(STREET, COMMITTEE),
    registers=(TALLIES.id,),
    page="polls/{matter}.html",
)

ballot = Procedure(
    "ballot",
    title="选票",
    stages=(CAST, TAKEN_BACK),
    lead=ballot_lead,
    name=ballot_name,
    describe="一个编号投一张选票。",
    residents_object=False,
    registers=(REVOKED,),
    under="poll",
)
