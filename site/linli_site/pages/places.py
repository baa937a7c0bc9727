"""Home, the tree of places, "find my community", and the page of each place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from linli.pages import Panel
from linli.places import Level
from linli.record import PlaceFact, PublicCheck
from linli_site.facts import Reader
from linli_site.letters import letter
from linli_site.pages import changes
from linli_site.plan import Kind, Page, PageKind

HOME = "index.html"
FIND = "places/index.html"
LETTERS = "places/letters.html"


def kinds(top: str, panels: Sequence[Panel]) -> list[Kind]:
    """Return the kinds of pages of places; ``top`` is the place of the deployment, whose page is the home page."""

    def planned(reader: Reader) -> Iterable[Page]:
        for key in reader.keys("places/"):
            place = reader.get(key, PlaceFact)
            if place.inside and place.code != top:
                yield Page(address_of(place.code, top), place.code)

    def place(reader: Reader, page: Page) -> Mapping[str, object]:
        fact = reader.get(f"places/{page.key}", PlaceFact)
        return _place(reader, fact, top, panels)

    def home(reader: Reader, page: Page) -> Mapping[str, object]:
        fact = reader.get(f"places/{top}", PlaceFact)
        found = _place(reader, fact, top, panels)
        # The heading names the place already: a path of one, and the same word above it, would say it three times.
        label = "" if fact.title == found["title"] else fact.title
        return {**found, "path": (), "label": label, "changes": changes.latest(reader, 8)}

    def find(reader: Reader, page: Page) -> Mapping[str, object]:
        fact = reader.get(f"places/{top}", PlaceFact)
        streets = [_branch(reader, child.code, top) for child in fact.children]
        return {"title": "找社区", "path": path_of(fact, top), "streets": streets, "top": fact.title}

    def letters(reader: Reader, page: Page) -> Mapping[str, object]:
        fact = reader.get(f"places/{top}", PlaceFact)
        found: dict[str, list[dict[str, str]]] = {}
        for item in _communities(reader, fact, top):
            found.setdefault(letter(item["text"]), []).append(item)
        ordered = sorted(found.items(), key=lambda pair: (pair[0] == "其他", pair[0]))
        return {"title": "按首字母找社区", "path": path_of(fact, top), "letters": ordered, "top": fact.title}

    return [
        PageKind("site.home", lambda _: [Page(HOME)], home, "pages/home.html"),
        PageKind("site.place", planned, place, "pages/place.html"),
        PageKind("site.find", lambda _: [Page(FIND)], find, "pages/find.html"),
        PageKind("site.letters", lambda _: [Page(LETTERS)], letters, "pages/letters.html"),
    ]


def address_of(code: str, top: str) -> str:
    """Return the address of a place's page."""
    return HOME if code == top else f"places/{code}/index.html"


def path_of(place: PlaceFact, top: str) -> list[tuple[str, str]]:
    """Return the masthead's path to a place."""
    return [(each.title, address_of(each.code, top)) for each in place.path]


def _place(reader: Reader, fact: PlaceFact, top: str, panels: Sequence[Panel]) -> dict[str, object]:
    from linli_site.portal import Asking  # the portal joins these pages; this is the one way back

    asking = Asking(reader)
    plain = reader.get(f"places/{fact.code}")
    shown: list[dict[str, Any]] = []
    for panel in panels:
        context = panel.context(asking, plain)
        if context is not None:
            shown.append({"template": panel.template, "panel": context})
    answers = [str(each["panel"].get("answer", "")) for each in shown]
    # A check that says the same on a later day is no news to a page: the last remark of each stands.
    remarks = reader.find(f"checks/{fact.code}", tuple[PublicCheck, ...]) or ()
    return {
        "title": fact.title,
        "heading": "".join(each.title for each in fact.path),
        "place": fact,
        "level": Level(fact.level).title,
        "path": path_of(fact, top),
        "as_of": max((str(each["panel"].get("as_of", "")) for each in shown), default=""),
        "answer": "".join(answers) or "这里还没有公开的事项。",
        "panels": shown,
        "children": [
            {"text": child.title, "address": address_of(child.code, top)} for child in fact.children
        ],
        "checks": remarks,
        "rules": f"rules/{fact.rulebook}/index.html",
    }


def _branch(reader: Reader, code: str, top: str) -> dict[str, Any]:
    fact = reader.get(f"places/{code}", PlaceFact)
    below = _communities(reader, fact, top) if fact.level != Level.COMMUNITY else []
    return {"code": code, "title": fact.title, "address": address_of(code, top), "communities": below}


def _communities(reader: Reader, fact: PlaceFact, top: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for child in fact.children:
        below = reader.get(f"places/{child.code}", PlaceFact)
        if below.level == Level.COMMUNITY:
            item = {"text": below.title, "address": address_of(below.code, top), "street": fact.title}
            found.append(item)
        else:
            found += _communities(reader, below, top)
    return found
