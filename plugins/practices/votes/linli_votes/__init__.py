"""投票: polls of residents, secret ballots, and their count, as a practice plugin of Linli.

What other practices need is exported here; see `linli_votes.calling` for how to use it.

* **A notice** (`Notice` of `Choosable`, with `Paper`, `Way`, `Needed`, `Whole`, `Tied`, `Channel`): everything that
  could decide a result, settled before the first ballot. `linli_votes.checking.check` says what does not fit.
* **Putting to the vote**: `put_to_vote(place, notice, key)` is the `linli.procedures.Child` that opens the poll with a
  step of yours, `poll_id(matter, place, key)` its number. A poll is open from its first to its last day, is closed by
  the clock, opened with the tally key by whoever holds the post ``poll_teller`` (`linli poll count`), and hands its
  result to the core's register of tallies (`linli.resolutions.asked_tally`).
* **The roll** (register ``voters``): who may vote, by number, under the name that the notice gives; `voter_key`.
* **Counting without a poll**: `linli_votes.certificates.count` over `linli_votes.reading.read`.
"""

from linli_votes.calling import poll_id, put_to_vote
from linli_votes.notices import Channel, Choosable, Needed, Notice, Paper, Tied, Way, Whole
from linli_votes.rolls import voter_key

__all__ = [
    "Channel",
    "Choosable",
    "Needed",
    "Notice",
    "Paper",
    "Tied",
    "Way",
    "Whole",
    "poll_id",
    "put_to_vote",
    "voter_key",
]
