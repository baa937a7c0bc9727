"""Book halls through the JSON API with what is installed beside the interpreter, and print what came of it as JSON.

Run by `test_practice_chapter` in an environment of built wheels only: ``python hall_booking.py DEPLOYMENT HOME``.
"""

import json
import os
import sys
from datetime import date
from pathlib import Path
from typing import Any

import linli_halls

import linli
from linli_functions.api import api
from linli_functions.clocks import DemoClock, instant
from linli_functions.demo_wire import Problem, Wire
from linli_functions.identity import DemoIdentity, Persona
from linli_functions.opening import open_desk, session_key

PLACE = "990101001000"
BOOKING = {"hall": "H1", "on": "2026-03-09", "use": "talk", "persons": 30}


def main(deployment: Path, home: Path) -> dict[str, Any]:
    """Drive the procedure and say what the API answered."""
    service = open_desk(deployment, home, DemoClock(date(2026, 3, 2)))
    slug = service.deployment.slug
    names = ("resident", "neighbour")
    identity = DemoIdentity(
        [Persona(name, name, slug) for name in names], session_key(home), instant, os.urandom, demo=True
    )
    wire, calls = Wire(api(service, identity)), iter(range(100))

    def post(who: str, facts: dict[str, Any], **query: str) -> Any:
        body = {"procedure": "booking", "action": "book", "place": PLACE, "facts": facts}
        key = f"k{next(calls)}"
        try:
            told = wire.call("POST", "/matters", identity.token(who, slug), body=body, query=query, key=key)
        except Problem as problem:
            return str(problem)
        return {name: told[name] for name in ("stage", "matter", "stored") if name in told}

    known = wire.call("GET", "/procedures/booking")
    said = {
        "linli": str(Path(linli.__file__).parent),
        "halls": str(Path(linli_halls.__file__).parent),
        "form": json.dumps(known, ensure_ascii=False),
        "actions": [action["id"] for action in known["actions"]],
        "dry_run": post("resident", BOOKING, dry_run="1"),
        "booked": post("resident", BOOKING),
        "twice": post("neighbour", BOOKING),
        "too_many": post("neighbour", {**BOOKING, "on": "2026-03-10", "persons": 41}),
        "no_such_use": post("neighbour", {**BOOKING, "use": "wedding"}),
    }
    wire.close()
    service.store.close()
    return said


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), Path(sys.argv[2])), ensure_ascii=False))
