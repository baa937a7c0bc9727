"""Books to look at: a store with postings of real steps, and beancount's own checker where it is installed."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from linli.ledger import Posting
from linli.steps import Actor, Step, encode, step_leaf
from linli.store import Commit, StepWrite
from linli.store_memory import MemoryStore

DAY = date(2026, 3, 2)
SALT = b"s" * 16


class Books:
    """A store to post to, one step a posting or several."""

    def __init__(self) -> None:
        self.store = MemoryStore("river")

    def post(self, matter: str, *postings: Posting, day: date = DAY) -> str:
        """Commit a step with postings; returns the name of the first."""
        number = self.store.head(matter) + 1
        step = Step(
            matter=matter,
            number=number,
            procedure="fund",
            version=1,
            action="record",
            place="110101007001",
            happened=day,
            decided=day,
            recorded=day,
            actor=Actor("p", "fund_clerk", "110101007001"),
            stage="recorded",
            postings=postings,
        )
        body = encode(step)
        write = StepWrite(matter, number, body, SALT, step_leaf(body, SALT), postings)
        self.store.commit(Commit(steps=(write,)))
        return f"{matter}/{number}/0"


@pytest.fixture
def books() -> Books:
    return Books()


@pytest.fixture
def bean_check(tmp_path: Path) -> Callable[[str], str]:
    """What beancount's checker finds wrong with a text.

    Beancount is under the GPL and no dependency of ours: where LINLI_BEANCOUNT names a Python that has it, it is asked;
    elsewhere it finds nothing, and the tests stand on their own reading of the grammar.
    """

    def checked(text: str) -> str:
        python = os.environ.get("LINLI_BEANCOUNT")
        if not python:
            return ""
        file = tmp_path / "books.beancount"
        file.write_text(text, "utf-8")
        script = (
            "import sys; from beancount import loader; _, errors, _ = loader.load_file(sys.argv[1]); "
            "[print(e.source, e.message) for e in errors]"
        )
        done = subprocess.run([python, "-c", script, str(file)], capture_output=True, text=True, check=False)
        return done.stdout + done.stderr

    return checked
