"""The real elections beside the repository come out as officially selected."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from linli_votes.certificates import count
from linli_votes.reading import declared_winners, read
from linli_votes.tallies import differences, tally
from linli_votes.writing import write

FOLDER = Path(os.environ.get("LINLI_SHARED") or Path(__file__).parents[3] / "shared") / "data" / "pb"
FILES = sorted(FOLDER.glob("*.pb"))

if not FILES:
    pytest.skip(f"No elections at {FOLDER}; set LINLI_SHARED to where they lie.", allow_module_level=True)

every = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


@every
def test_an_election_comes_out_as_officially_selected(path: Path) -> None:
    election = read(path.read_bytes(), path.name)
    assert set(count(election).selected) == declared_winners(election.projects)


@every
def test_the_ballots_add_up_to_the_published_totals(path: Path) -> None:
    election = read(path.read_bytes(), path.name)
    assert differences(election, tally(election)) == ()


@every
def test_a_published_file_shows_no_voter_and_has_the_same_certificate(path: Path) -> None:
    election = read(path.read_bytes(), path.name)
    text = write(election, random.Random(7).shuffle)
    again = read(text.encode(), "published.pb")
    assert count(again).certificate == count(election).certificate
    assert text[text.index("\nVOTES\n") :].split("\n")[2] in {"voter_id;vote", "voter_id;vote;points"}
