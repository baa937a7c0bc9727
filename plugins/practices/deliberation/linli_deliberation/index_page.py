"""The page that the navigation names: the meetings that are called, and for each place what was held and what waits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from linli.pages import PageKind, PagePlan, Reader, stage_now
from linli_deliberation.place_pages import address_of, years
from linli_deliberation.proposal import OPEN, SUBMITTED, SUGGESTED
from linli_deliberation.reading import PACKAGE, facts_of, place_title, steps_of
from linli_deliberation.wording import body_title, in_words

ENTRY = "deliberation/index.html"
IN_HAND = frozenset(stage.id for stage in (SUBMITTED, SUGGESTED, *OPEN))
HELD = frozenset({"held", "inquorate", "concluded", "closed"})
SHOWN = 20


class Coming(NamedTuple):
    """A meeting that is called and not over."""

    day: str
    text: str
    address: str


def _here(_: Reader) -> Iterable[PagePlan]:
    return [PagePlan(ENTRY, "", "议事和提案")]


def _index(reader: Reader, page: PagePlan) -> Mapping[str, Any]:
    newest = dict(years(reader))  # sorted by year within a place, so that the last one stays
    coming: list[Coming] = []
    counts: dict[str, Counter[str]] = {}
    for place, year in years(reader):
        count = counts.setdefault(place, Counter())
        for id, stage in _stages(reader, "meeting", place, year):
            count["held"] += stage in HELD
            if stage == "called" and (found := _coming(reader, id, place)):
                coming.append(found)
        count["papers"] += sum(stage in IN_HAND for _, stage in _stages(reader, "proposal", place, year))
    rows = [
        [
            {"text": place_title(reader, place), "address": f"places/{place}/index.html"},
            count["held"],
            count["papers"],
            {"text": f"{newest[place]}年", "address": address_of(place, newest[place])},
        ]
        for place, count in counts.items()
    ]
    papers = sum(count["papers"] for count in counts.values())
    return {
        "title": "议事和提案",
        "path": (),
        "answer": _answer(len(coming), papers) if rows else "还没有开过会，也没有提案。",
        "coming": [each._asdict() for each in sorted(coming)[:SHOWN]],
        "rows": rows,
    }


def _answer(coming: int, papers: int) -> str:
    if not coming and not papers:
        return "现在没有将要召开的会议，也没有正在办理的提案。"
    said = [f"有 {coming} 次会议将要召开"] if coming else []
    said += [f"{papers} 件提案和建议正在办理"] if papers else []
    return "，".join(said) + "。"


def _stages(reader: Reader, procedure: str, place: str, year: str) -> Iterator[tuple[str, str]]:
    """The number and the stage of each matter of a procedure that was opened at a place in a year."""
    head = f"lists/{procedure}/place/{place}-{year}/"
    for part in reader.children(head):
        for each in reader.get(f"{head}{part}") or ():
            line = reader.get(f"listed/{procedure}/{each}")
            yield str(each).rpartition("/")[2], str(stage_now(reader, line)["id"])


def _coming(reader: Reader, id: str, place: str) -> Coming | None:
    call = facts_of(steps_of(reader, id), "call")
    if not call or reader.reached(date.fromisoformat(day := str(call["held_on"]))):
        return None
    text = f"{place_title(reader, place)}：{body_title(str(call['body']))}，{in_words(day)}"
    return Coming(day, text, f"meetings/{id}.html")


INDEX = PageKind("deliberation.index", "议事", _here, _index, "deliberation/index.html", PACKAGE, entry=ENTRY)
