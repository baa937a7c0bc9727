"""The chapter on votes: its example is a notice that fits, and what it names is there."""

from __future__ import annotations

import re

import msgspec

from linli_votes import poll_id
from linli_votes.casting import ballot
from linli_votes.checking import check
from linli_votes.notices import Notice
from linli_votes.polling import poll
from linli_votes.sealing import public_of
from tests.docs.chapters import ROOT, blocks, read
from tests.votes.polls import PRIVATE

TEXT = read("votes.md")


def test_the_example_opens_a_poll_of_a_notice_that_fits() -> None:
    (block,) = blocks(TEXT, "python")
    found: dict[str, object] = {}
    exec(compile(block.text, "votes.md", "exec"), found)
    notice = found["notice"]
    assert isinstance(notice, Notice)
    check(msgspec.structs.replace(notice, key=public_of(PRIVATE)), notice.opens)
    assert found["number"] == poll_id("320613-2026-7K3MQ2XR", "320613001001", key="chair")


def test_the_actions_and_the_test_that_the_chapter_names_are_there() -> None:
    named = set(re.findall(r"`(\w+)`", TEXT.split("## Who may vote")[0]))
    known = {*poll.actions, *ballot.actions}
    assert {"set_up", "announce", "enter", "take_back", "count", "reopen"} <= named & known
    assert {name for name in named if "_" in name} <= known
    assert (ROOT / "tests/votes/test_secrecy.py").is_file()
