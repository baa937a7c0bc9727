"""Structs are made ready before threads begin; two first uses at once would crash the interpreter."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
import msgspec
from linli_functions.threads import ready_for_threads
from tests.votes.polls import notice
from linli_votes.notices import Notice

assert ready_for_threads() > 100
barrier = Barrier(8)

def first(_):
    barrier.wait()
    return msgspec.convert(notice(), Notice).question

with ThreadPoolExecutor(8) as threads:
    print(len(set(threads.map(first, range(8)))))
"""


def test_every_struct_that_is_read_is_ready_before_the_first_thread_begins() -> None:
    for _ in range(2):
        told = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False)
        assert (told.returncode, told.stdout.strip()) == (0, "1"), told.stderr
