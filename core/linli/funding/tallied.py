"""What residents voted on, as pages of calls and projects show it: the values of a count that a practice handed in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from linli.accounts.reading import in_words
from linli.pages import Reader


def tally_rows(reader: Reader, keys: Sequence[str]) -> list[dict[str, Any]]:
    """Each count that had one of these among its choices: what, when, how, how many, what it came to, where it is."""
    ids = dict.fromkeys(id for key in keys for id in reader.get(f"tallied/{key}") or ())
    found = []
    for id in ids:
        entry = reader.get(f"registers/tallies/{id}")
        tally = entry["versions"][-1]["values"] if entry else {}
        if not tally:
            continue  # a count that was taken back, or of a vote that is void, is none
        asked = [choice for choice in tally.get("choices", ()) if choice["key"] in keys]
        matter = reader.get(f"matters/{id}")
        found.append(
            {
                "question": str(tally.get("question", "")),
                "day": in_words(date.fromisoformat(str(tally["counted"]))),
                "method": str(tally.get("method", "")),
                "ballots": int(tally.get("ballots", 0)),
                "electors": int(tally.get("electors", 0)),
                "rows": [
                    [_name(reader, str(choice["key"])), choice.get("count", 0), _word(choice)]
                    for choice in asked
                ],
                "certificate": str(tally.get("certificate", "")),
                "address": f"matters/{id}/index.html" if matter else "",
            }
        )
    return found


def _word(choice: Any) -> dict[str, str]:
    return (
        {"text": "入选", "status": "open"}
        if choice.get("selected")
        else {"text": "未入选", "status": "plain"}
    )


def _name(reader: Reader, key: str) -> Any:
    matter = reader.get(f"matters/{key}")
    title = ""
    for step in matter["steps"] if matter else ():
        if step.get("slot") == "request":
            title = str(step.get("facts", {}).get("title", ""))
    return {"text": title, "address": f"projects/{key}.html"} if title else key
