"""A process in which many vote at once: prints the number of each voter whose ballot was acknowledged.

    voters.py HOME POLL CODES.json

Every number is tried on both channels, by eight threads, in an order of the process's own.
"""

from __future__ import annotations

import json
import os
import random
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from linli.errors import Conflict, LinliError, WrongStage
from linli.service import Call, Service
from linli_functions.clocks import DemoClock
from linli_functions.opening import open_service
from linli_functions.threads import ready_for_threads
from tests.systems.town import deployment
from tests.votes.polls import OPENS, SLUG

THREADS = 8


def opened(home: Path) -> Service:
    """The service over the store in a folder."""
    return open_service(deployment(SLUG), home, DemoClock(OPENS))


def vote(service: Service, poll: str, place: str, number: str, code: str, channel: str) -> str:
    """Try to vote: ``cast``, ``twice`` or ``closed``."""
    online = channel == "online"
    facts = {"number": number, "code": code, "choices": ["1"]} if online else {"number": number, "marks": "2"}
    call = Call(
        procedure="ballot",
        action="approve" if online else "enter",
        facts=facts,
        above=poll,
        place=place,
        key=f"{os.getpid()}-{number}-{channel}",
    )
    person = service.person("resident" if online else "clerk")
    for _ in range(50):  # whoever lost against somebody else tries again, as a person would
        try:
            service.take(call, person)
        except WrongStage:
            return "closed"
        except Conflict as error:
            if "已经投过票" in error.message:
                return "twice"
        else:
            return "cast"
    raise LinliError("nobody loses fifty times in a row")


def main() -> None:
    home, poll, codes = Path(sys.argv[1]), sys.argv[2], json.loads(Path(sys.argv[3]).read_text())
    service = opened(home)
    place = service.matter(poll).place
    ready_for_threads()
    tries = [(number, code, channel) for number, code in codes.items() for channel in ("online", "paper")]
    random.Random(os.getpid()).shuffle(tries)

    def one(each: tuple[str, str, str]) -> str:
        return f"{vote(service, poll, place, *each)} {each[0]} {each[2]}"

    with ThreadPoolExecutor(THREADS) as threads:
        sys.stdout.write("\n".join(threads.map(one, tries)) + "\n")


if __name__ == "__main__":
    main()
