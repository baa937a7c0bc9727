"""What the practice of votes registers."""

from __future__ import annotations

from collections.abc import Iterable

from linli.pages import FileKind, PageKind, Panel
from linli.plugins import PRACTICE, Manifest, hook
from linli.procedures import Procedure
from linli.registers import Register
from linli_votes import casting, polling
from linli_votes.pages import BALLOTS, CERTIFICATES, INDEX, PANEL, POLLS
from linli_votes.procedure import ballot, poll
from linli_votes.rolls import VOTERS

# Importing them fills the tables of polls and ballots.
FILLED_BY = (casting, polling)


@hook
def linli_manifest() -> Manifest:
    """Say that this is the practice of residents' votes."""
    return Manifest("votes", "居民投票与计票", PRACTICE, description="按公布的办法投票、开票，人人可以重算。")


@hook
def linli_procedures() -> Iterable[Procedure]:
    """Polls, and the ballots that are cast in them."""
    return [poll, ballot]


@hook
def linli_registers() -> Iterable[Register]:
    """The roll."""
    return [VOTERS]


@hook
def linli_pages() -> Iterable[PageKind | FileKind | Panel]:
    """The pages of polls, and the files to count them again."""
    return [POLLS, INDEX, BALLOTS, CERTIFICATES, PANEL]
