"""Reading what was published of a matter: its steps as JSON values, the facts of a slot, what rules settled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from linli.pages import PagePlan, Reader
from linli.terms import Term

Steps = Sequence[Mapping[str, Any]]
PACKAGE = "linli_deliberation"


def steps_of(reader: Reader, matter: str) -> Steps:
    """The public steps of a matter."""
    found: Steps = reader.get(f"matters/{matter}")["steps"]
    return found


def facts_of(steps: Steps, slot: str) -> Mapping[str, Any]:
    """The facts of a slot as the last step set them, empty where none did."""
    return next((s.get("facts", {}) for s in reversed(steps) if s.get("slot") == slot), {})


def every(steps: Steps, slot: str) -> list[Mapping[str, Any]]:
    """The steps that set a slot, in order."""
    return [step for step in steps if step.get("slot") == slot and step.get("facts")]


def judged(steps: Steps, moment: str) -> Mapping[str, Any]:
    """The last judgement of a moment, empty where there is none."""
    found = (s["judgement"] for s in reversed(steps) if (s.get("judgement") or {}).get("moment") == moment)
    return next(found, {})


def term(judgement: Mapping[str, Any], of: Term[Any], otherwise: Any = None) -> Any:
    """What rules settled."""
    return judgement.get("terms", {}).get(of.id, otherwise)


def listed(procedure: str, folder: str) -> Any:
    """A plan of one page for each matter of a procedure, wherever it lies."""

    def plan(reader: Reader) -> Iterable[PagePlan]:
        for matter in matters(reader, procedure):
            yield PagePlan(f"{folder}/{matter}.html", matter, "")

    return plan


def matters(reader: Reader, procedure: str, place: str = "") -> Iterable[str]:
    """The matters of a procedure, of one place or of all, oldest first at each place and year."""
    head = f"lists/{procedure}/place/"
    for value in reader.children(head):
        if place and value.rpartition("-")[0] != place:
            continue
        for part in reader.children(f"{head}{value}/"):
            for each in reader.get(f"{head}{value}/{part}") or ():
                yield str(each).rpartition("/")[2]


def reasons(reader: Reader, judgement: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What rules said, with the articles; what stands against comes first, what does not apply is left out."""
    order = {"refuse": 0, "require": 1, "review": 2, "satisfied": 3}
    shown = [f for f in judgement.get("findings", ()) if f["verdict"] in order and not f.get("struck_by")]
    found = []
    for each in sorted(shown, key=lambda f: order[f["verdict"]]):
        card = reader.get(f"rule/{each['rule']}") or {}
        found.append(
            {
                "verdict": each["verdict"],
                "title": card.get("title", ""),
                "reason": each.get("reason", ""),
                "cure": each.get("cure", ""),
                "cites": [cite["label"] for cite in card.get("cites", ())],
            }
        )
    return found


def place_title(reader: Reader, code: str) -> str:
    """What a place is called."""
    found = reader.get(f"places/{code}")
    return str(found["title"]) if found else code


def stands(reader: Reader, steps: Steps) -> Mapping[str, Any]:
    """The stage of a matter after its last step, as pages show it."""
    last = steps[-1]
    found: Mapping[str, Any] | None = reader.get(f"stage/{last['procedure']}/{last['stage']}")
    return found or {"id": last["stage"], "title": last["stage_title"], "tone": "plain"}


def dues(reader: Reader, steps: Steps) -> list[dict[str, Any]]:
    """What falls due, the earliest first, and whether it is late; a page that says so is rebuilt when the day comes."""
    found = []
    for each in sorted(steps[-1].get("due", ()), key=lambda due: str(due["day"])):
        if each.get("lapses_to"):
            continue
        day = date.fromisoformat(each["day"])
        late = reader.reached(date.fromordinal(day.toordinal() + 1))
        found.append({"what": each["what"], "title": each.get("title", ""), "day": each["day"], "late": late})
    return found
