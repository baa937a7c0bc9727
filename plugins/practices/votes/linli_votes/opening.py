"""Opening the box: every sealed ballot of a closed poll is opened with the private key, shuffled, and counted.

What links a ballot to its number is in memory only while it is opened, and nothing of it is written anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from msgspec import Struct

from linli.errors import BadInput, Corrupt, WrongStage
from linli.forms import plain
from linli.indexing import CHILDREN
from linli.matters import Matter
from linli.registers import decode_version
from linli.service import Service
from linli.steps import Step
from linli_votes.marks import unpacked
from linli_votes.notices import Channel, Notice
from linli_votes.polling import Opened, notice_of
from linli_votes.procedure import CLOSED, poll
from linli_votes.results import Result, file_digest, grouped, result_of
from linli_votes.rolls import VOTERS, voter_key
from linli_votes.sealing import Opener

_PAGE = 1000

Shuffle = Callable[[list[Any]], None]
"""Puts a list into a random order in place, as ``random.SystemRandom().shuffle`` does."""


class Sealed(Struct, frozen=True):
    """A sealed ballot, and what it is bound to."""

    text: str
    bound_to: str


class Emptied(Struct, frozen=True):
    """What lay in the boxes of a poll: sealed ballots, how many came in each way, how many were put aside."""

    sealed: tuple[Sealed, ...]
    channels: dict[Channel, int]
    revoked: int


class Count(Struct, frozen=True):
    """A count that is ready to be handed in: the facts of the step, and the result that they come to."""

    facts: dict[str, Any]
    result: Result


def open_and_count(service: Service, poll_id: str, private: str, shuffle: Shuffle) -> Count:
    """Open and count the ballots of a poll.

    Raises `WrongStage` while the poll is not closed, `BadInput` for another poll's key, `Corrupt` where a ballot does
    not open: then nothing is counted.
    """
    matter = service.matter(poll_id)
    if matter.procedure is not poll:
        raise BadInput(f"{poll_id} 不是投票", where="poll", cure="填投票的事项编号")
    if matter.state is None or matter.state.stage_id != CLOSED.id:
        stage = matter.stage.title if matter.stage else ""
        raise WrongStage(f"现在是“{stage}”，不能开票", where="stage", cure="截止以后才能开票，而且只开一次")
    notice, opener = notice_of(matter), Opener(private)
    if opener.public != notice.key:
        raise BadInput("这把密钥不是这次投票的", where="key", cure=f"这次投票的公钥是 {notice.key}")
    emptied = empty(service, matter)
    opened = [
        (unpacked(opener.open(each.text, each.bound_to)), 1) for each in _shuffled(emptied.sealed, shuffle)
    ]
    cast = grouped((marks, number) for marks, number in opened if not marks.spoiled)
    spoiled = sum(number for marks, number in opened if marks.spoiled)
    result = result_of(notice, cast, spoiled)
    facts = Opened(
        ballots=cast,
        spoiled=spoiled,
        online=emptied.channels[Channel.ONLINE],
        paper=emptied.channels[Channel.PAPER],
        revoked=emptied.revoked,
        on_roll=on_roll(service, notice),
        certificate=result.count.certificate.digest,
        file=file_digest(result),
    )
    return Count(plain(facts), result)


def _shuffled(sealed: tuple[Sealed, ...], shuffle: Shuffle) -> list[Sealed]:
    """The sealed ballots in an order that nobody knows, before the first is opened."""
    found = list(sealed)
    shuffle(found)
    return found


def empty(service: Service, matter: Matter) -> Emptied:
    """Everything that lies in the boxes of a poll, still sealed."""
    sealed: list[Sealed] = []
    channels = dict.fromkeys(Channel, 0)
    revoked = 0
    for steps in _ballots(service, matter.id):
        cast = steps[0]
        if steps[-1].action == "take_back":
            revoked += 1
            continue
        channels[Channel.PAPER if cast.action == "enter" else Channel.ONLINE] += 1
        sealed.append(Sealed(str(cast.facts["sealed"]), f"{matter.id}/{cast.facts['number']}"))
    return Emptied(tuple(sealed), channels, revoked)


def _ballots(service: Service, poll_id: str) -> Iterator[list[Step]]:
    after, until = f"{poll_id}/", f"{poll_id}0"
    while rows := service.store.rows(CHILDREN, after, until, _PAGE):
        for row in rows:
            steps = service.steps(row.key.removeprefix(f"{poll_id}/"))
            if not steps:
                raise Corrupt("有一张选票不见了", where=row.key, cure="运行 linli verify，并从备份恢复")
            yield steps
        after = rows[-1].key


def on_roll(service: Service, notice: Notice) -> int:
    """How many numbers the roll holds."""
    prefix = voter_key(notice.roll, "")
    after, found = prefix, 0
    while entries := service.store.register(VOTERS.id, after, _PAGE):
        for entry in entries:
            if not entry.key.startswith(prefix):
                return found
            found += bool(decode_version(entry.body).values)
        after = entries[-1].key
    return found
