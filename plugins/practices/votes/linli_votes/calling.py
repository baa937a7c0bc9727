"""How other practices put something to the vote: an election, a resolution by secret ballot, a choice of projects.

An action of theirs opens a poll beside its own step::

    from linli_votes import Choosable, Notice, Paper, put_to_vote

    notice = Notice(question="选举居民小组长", options=(…), paper=Paper.CHOOSE_ONE, seats=1, …)
    return to(VOTING, children=put_to_vote(scene.place, notice, key="chair"))

The notice is checked before the step is stored: what does not fit together stops it. The poll's number is
`poll_id(matter.id, place, key)`. What the count came to stands in the core's register of tallies under that number,
from the step of the count on and until that is taken back or the poll is void: rules and actions ask for it with
`linli.resolutions.asked_tally`. The key of each option there is its ``about`` where it has one, else its ``id``.
"""

from __future__ import annotations

from linli.forms import plain
from linli.procedures import Child
from linli_votes.notices import Notice

POLL = "poll"
"""The id of the procedure of polls, see `linli_votes.procedure`."""


def put_to_vote(place: str, notice: Notice, key: str = "") -> Child:
    """The poll of a notice at a place, made public with the step; ``key`` tells several of one matter apart."""
    return Child(place, "announce", plain(notice), procedure=POLL, key=key)


def poll_id(matter: str, place: str, key: str = "") -> str:
    """The number of the poll that a matter opened with `put_to_vote`."""
    from linli.writing import child_id  # the service is needed here only

    return child_id(matter, Child(place, "announce", {}, procedure=POLL, key=key))
