"""Reading calls, projects and organisations from the record, for their pages and files; JSON values only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from linli.accounts import Books
from linli.funding.mentions import plain
from linli.money import yuan
from linli.pages import Reader, stage_now

Values = Mapping[str, Any]

CALLS_ENTRY = "calls/index.html"


def facts_of(matter: Values) -> dict[str, Values]:
    """The facts of a matter by slot, the last of each."""
    return {step["slot"]: step.get("facts", {}) for step in matter["steps"] if step.get("slot")}


def terms_of(matter: Values) -> dict[str, Any]:
    """What rules settled about a matter, the last of each."""
    found: dict[str, Any] = {}
    for step in matter["steps"]:
        found |= (step.get("judgement") or {}).get("terms", {})
    return found


BOOKS = Books(
    "call",
    "funding",
    "calls",
    ("公益创投", CALLS_ENTRY),
    lambda matter: str(facts_of(matter).get("call", {}).get("title", "")),
    own="还没有安排",
    left="还没有安排",
)


def project_address(grant: str) -> str:
    """Where the page of a project lies."""
    return f"projects/{grant}.html"


def organization_address(code: str) -> str:
    """Where the page of an organisation lies."""
    return f"organizations/{plain(code)}.html"


def organization(reader: Reader, code: str) -> Values | None:
    """What the register says publicly of an organisation, or None for one that is not in it."""
    entry = reader.get(f"registers/organizations/{code}")
    held = [version["values"] for version in entry["versions"] if version["values"]] if entry else []
    return held[-1] if held else None


def organization_cell(reader: Reader, code: str) -> Any:
    """An organisation as a cell of a table: by name and with its page where there is one, else by its number."""
    known = organization(reader, code)
    return {"text": known.get("title") or code, "address": organization_address(code)} if known else code


def mentioned(reader: Reader, under: str) -> Iterator[Values]:
    """What stands under a thing (``call/<number>``), the oldest first: lines with their values."""
    for number in reader.children(f"sheets/mentions/{under}/"):
        yield from on_sheet(reader, under, number)


def on_sheet(reader: Reader, under: str, number: str) -> Iterator[Values]:
    """What stands on one sheet of it."""
    for name in reader.get(f"sheets/mentions/{under}/{number}") or ():
        yield reader.get(f"mentions/{under}/{name}")


def stage_cell(reader: Reader, line: Values, procedure: str = "grant") -> dict[str, str]:
    """The stage of a listed matter on the as-of day as a cell: a word in a box."""
    stage = stage_now(reader, line)
    card = reader.get(f"stage/{procedure}/{stage['id']}")
    return {"text": card["title"] if card else stage["title"], "status": card["tone"] if card else "plain"}


def choice(reader: Reader, slot: str, field: str, value: str) -> str:
    """The title of a choice in the form of a slot ``<procedure>/<slot>``."""
    for each in reader.get(f"form/{slot}") or ():
        if each["name"] == field:
            return str(each.get("options", {}).get(value, value))
    return value


def column_choice(reader: Reader, slot: str, field: str, column: str, value: str) -> str:
    """The title of a choice in a column of a table in the form of a slot."""
    for each in reader.get(f"form/{slot}") or ():
        if each["name"] == field:
            for col in each.get("columns", ()):
                if col["name"] == column:
                    return str(col.get("options", {}).get(value, value))
    return value


def told_facts(
    reader: Reader, slot: str, facts: Values, *, without: tuple[str, ...] = ()
) -> list[tuple[str, str]]:
    """The filled fields of a form as pairs of title and value, tables and what is named in ``without`` left out."""
    found = []
    for field in reader.get(f"form/{slot}") or ():
        name, value = field["name"], facts.get(field["name"])
        if name in without or field["widget"] == "rows" or value in (None, "", [], False, 0):
            continue
        found.append((str(field["title"]), _plain(field, value)))
    return found


def _plain(field: Values, value: Any) -> str:
    if field["widget"] == "money":
        return yuan(int(value))
    if isinstance(value, bool):
        return "是"
    options = field.get("options", {})
    if isinstance(value, list):
        return "、".join(str(options.get(each, each)) for each in value)
    if field["widget"] == "date":
        year, month, day = str(value).split("-")
        return f"{int(year)}年{int(month)}月{int(day)}日"
    return str(options.get(str(value), value))
