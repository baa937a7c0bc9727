"""The pages of compacts: one for each with its text in force and every earlier one, lists by kind and street, a panel.

Everything is read from the two registers of compacts; who adopted a text, from the register of resolutions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from linli.calendar import chinese_date
from linli.pages import FileKind, PageKind, PagePlan, Panel, Reader
from linli.places import Level
from linli_compacts.differences import Change, changes
from linli_compacts.kinds import Kind, Nature, TextStage, Vehicle
from linli_compacts.wording import titled

PACKAGE = "linli_compacts"
ENTRY = "compacts/index.html"
REGISTER, TEXTS = "compacts", "compact_texts"
Values = Mapping[str, Any]


def address(code: str) -> str:
    """Where the page of a compact lies."""
    return f"compacts/one/{code}.html"


def kind_address(kind: str) -> str:
    """Where the list of a kind lies."""
    return f"compacts/{kind.replace('_', '-')}/index.html"


def street_address(kind: str, street: str) -> str:
    """Where the compacts of a kind in a street lie."""
    return f"compacts/{kind.replace('_', '-')}/{street}.html"


def day(value: Any) -> str:
    """A day without its weekday, as sentences have it."""
    if not value:
        return ""
    return chinese_date(date.fromisoformat(str(value))).split("（")[0]


# What registers hold


def _top(reader: Reader) -> str:
    return str(reader.get("deployment")["place"])


def _current(reader: Reader, register: str, key: str) -> Values | None:
    """The values of an entry that hold on the as-of day: the last version entered among those that hold by then."""
    entry = reader.get(f"registers/{register}/{key}")
    if entry is None:
        return None
    held: Values | None = None
    for version in entry["versions"]:
        if reader.reached(date.fromisoformat(version["since"])):
            held = version["values"]
    return held or None


def _latest(reader: Reader, register: str, key: str) -> Values | None:
    entry = reader.get(f"registers/{register}/{key}")
    return (entry["versions"][-1]["values"] or None) if entry else None


def _compacts(reader: Reader, place: str) -> Iterator[Values]:
    """The compacts of a place and below, as they stand."""
    prefix = f"here/{place}/{REGISTER}/"
    for key in reader.keys(prefix):
        values = _current(reader, REGISTER, key[len(prefix) :])
        if values:
            yield values


def _texts(reader: Reader, code: str) -> list[Values]:
    """The texts of a compact that residents may read, oldest first."""
    prefix = f"registers/{TEXTS}/{code}.v"
    found = [_latest(reader, TEXTS, f"{code}.v{key[len(prefix) :]}") for key in reader.keys(prefix)]
    return sorted((text for text in found if text), key=lambda text: int(text["number"]))


def _holds(reader: Reader, values: Values) -> bool:
    """Whether a compact or a text is in force on the as-of day."""
    since, until = values.get("since"), values.get("until")
    if since and not reader.reached(date.fromisoformat(since)):
        return False
    return not until or not reader.reached(date.fromisoformat(until) + timedelta(days=1))


def _standing(reader: Reader, values: Values) -> tuple[str, str]:
    """The word for where a compact stands, and the border of its box."""
    if not _holds(reader, values):
        until = values.get("until")
        return ("已废止", "done") if until else ("还没有施行", "waiting")
    return {"trial": ("试行中", "waiting"), "agreement": ("按协议施行", "open")}.get(
        str(values.get("nature", "compact")), ("施行中", "open")
    )


# The page of a compact


def _plan(reader: Reader) -> Iterable[PagePlan]:
    known: dict[str, str] = {}
    for register, head in ((REGISTER, "here/{}/" + REGISTER + "/"), (TEXTS, "here/{}/" + TEXTS + "/")):
        prefix = head.format(_top(reader))
        for key in reader.keys(prefix):
            name = key[len(prefix) :]
            values = _latest(reader, register, name)
            if values:
                code = str(values["code"] if register == REGISTER else values["compact"])
                known.setdefault(code, titled(values))
    for code, title in known.items():
        yield PagePlan(address(code), code, title)


def _page(reader: Reader, page: PagePlan) -> Values:
    entry, texts = _current(reader, REGISTER, page.subject), _texts(reader, page.subject)
    shown = [_shown(reader, text) for text in texts if text["stage"] == TextStage.FORCE.value]
    held = next((text for text in reversed(shown) if text["holds"]), None)
    told = entry or texts[-1]
    drafts = [text for text in texts if text["stage"] in (TextStage.CONSULTED.value, TextStage.ADOPTED.value)]
    draft = drafts[-1] if drafts else None
    before = next((text for text in reversed(texts) if text["stage"] == TextStage.FORCE.value), None)
    matter = str(told.get("matter") or (entry or {}).get("matter") or "")
    place = reader.get(f"places/{told['place']}")
    return {
        "title": titled(told),
        "path": [(each["title"], _place_address(reader, each["code"])) for each in place["path"]],
        "answer": _answer(reader, told, held, draft),
        "stands": _standing(reader, told) if entry else ("征求意见", "waiting"),
        "facts": list(_facts(reader, told)),
        "held": held,
        "draft": _drafted(draft, before) if draft else None,
        "opinions": _opinions(reader, page.subject, matter),
        "earlier": [text for text in reversed(shown) if text is not held],
        "story": _story(shown),
        "differences": _differences(texts),
        "matter": _matter(reader, page.subject, matter),
        "list": ENTRY,
        "kind": Kind(told["kind"]).title,
    }


def _matter(reader: Reader, code: str, matter: str) -> str:
    """The address of the matter in which a compact came about, where there is one."""
    found = matter or code
    return f"matters/{found}/index.html" if reader.get(f"matters/{found}") else ""


def _opinions(reader: Reader, code: str, matter: str) -> list[list[str]]:
    """What residents said of the newest text, whether it was taken up, and why."""
    known = reader.get(f"matters/{matter or code}") or {"steps": ()}
    said: list[list[str]] = []
    for step in known["steps"]:
        if step["action"] in ("draft", "revise", "redraft"):
            said = []
        for each in step.get("facts", {}).get("opinions", ()) if step["action"] == "conclude" else ():
            said.append([each["opinion"], "采纳" if each["taken"] else "没有采纳", each.get("reason", "")])
    return said


def _place_address(reader: Reader, code: str) -> str:
    return "index.html" if code == _top(reader) else f"places/{code}/index.html"


def _answer(reader: Reader, told: Values, held: Values | None, draft: Values | None) -> str:
    said = _standing_said(reader, told, held)
    if draft is None:
        return said
    return said + ("修订草案正在办理，见下。" if held else "")


def _standing_said(reader: Reader, told: Values, held: Values | None) -> str:
    since, until = told.get("since"), told.get("until")
    if held is not None:
        word = {"trial": "试行", "agreement": "按协议施行"}.get(held["nature"], "施行")
        number = f"，现在是第 {held['number']} 版" if int(held["number"]) > 1 else ""
        ends = f"，到{day(held['until'])}为止" if held["until"] else ""
        return f"自{day(held['since'])}起{word}{number}{ends}。"
    if "stage" in told:
        return "还没有施行，正在征求意见。" if told["stage"] == TextStage.CONSULTED.value else "还没有施行。"
    if until and not _holds(reader, told):
        return f"施行到{day(until)}为止。"
    if since and not _holds(reader, told):
        return f"自{day(since)}起施行。"
    return (f"自{day(since)}起施行；" if since else "") + "文本还没有录到这里，可以到居委会查阅。"


def _facts(reader: Reader, told: Values) -> Iterator[tuple[str, str]]:
    yield "种类", Kind(told["kind"]).title
    if told.get("nature", "compact") != Nature.COMPACT.value:
        yield "性质", Nature(told["nature"]).title
    yield "社区", str(reader.get(f"places/{told['place']}")["full_title"])
    if told.get("unit") or told.get("unit_code"):
        yield "适用于", str(told.get("unit") or told["unit_code"])
    if told.get("committee"):
        body = _current(reader, "bodies", str(told["committee"]))
        yield "停车自管会", str(body["title"]) if body else str(told["committee"])
    if told["kind"] == Kind.PARKING.value:
        classes = "、".join(Vehicle(each).title for each in told.get("vehicles", ()))
        yield "管哪些车", f"{classes}。其他的车没有规定。" if classes else "没有写明"
    if told.get("filed"):
        yield "备案", f"{day(told['filed'])}，{told.get('filing', '')}".rstrip("，")
    if told.get("note"):
        yield "说明", str(told["note"])


def _shown(reader: Reader, text: Values) -> dict[str, Any]:
    """A text as the page has it."""
    nature = Nature(text.get("nature", "compact"))
    return {
        "number": text["number"],
        "nature": nature.value,
        "name": nature.title if nature is not Nature.COMPACT else "正式文本",
        "title": text["title"],
        "since": text.get("since"),
        "until": text.get("until"),
        "holds": _holds(reader, text),
        "adopted": _adopted(reader, text),
        "clauses": [(each["topic"], each.get("text", "")) for each in text["clauses"]],
        "id": f"text-{text['number']}",
    }


def _adopted(reader: Reader, text: Values) -> str:
    """Who adopted a text and by how many, as its resolution has it."""
    resolution = _latest(reader, "resolutions", str(text["resolution"])) if text.get("resolution") else None
    if resolution is None:
        return ""
    said = f"{day(resolution['decided'])}由{resolution['body']}通过"
    if resolution.get("base"):
        unit = resolution.get("unit", "人")
        counted = (("应到", "base"), ("实到", "present"), ("同意", "votes_for"))
        said += "：" + "，".join(f"{word} {resolution[name]} {unit}" for word, name in counted)
    return said


def _drafted(draft: Values, before: Values | None) -> dict[str, Any]:
    """A text on its way: what it says, and what it would change."""
    return {
        "name": TextStage(draft["stage"]).title,
        "clauses": [(each["topic"], each.get("text", "")) for each in draft["clauses"]],
        "changes": changes(before["clauses"], draft["clauses"]) if before else [],
        "opinions": draft.get("opinions", 0),
    }


def _story(shown: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """How one text followed another: when each began and ended, oldest first."""
    return [
        {
            "name": text["name"],
            "since": text["since"],
            "until": text["until"],
            "fragment": text["id"],
            "after": shown[at - 1]["name"] if at else "",
        }
        for at, text in enumerate(shown)
    ]


def _differences(texts: Sequence[Values]) -> list[dict[str, Any]]:
    """What each text in force changed against the one before it, the newest first."""
    force = [text for text in texts if text["stage"] == TextStage.FORCE.value]
    found: list[dict[str, Any]] = []
    for earlier, later in pairwise(force):
        differing: list[Change] = changes(earlier["clauses"], later["clauses"])
        same = len(later["clauses"]) - sum(1 for change in differing if change.after)
        found.append(
            {
                "from": earlier["number"],
                "to": later["number"],
                "since": later["since"],
                "changes": differing,
                "same": same,
            }
        )
    return list(reversed(found))


# Lists


def _row(reader: Reader, values: Values) -> list[Any]:
    """A compact in a list: its name, its community, from when on, where it stands."""
    place = reader.get(f"places/{values['place']}")
    word, tone = _standing(reader, values)
    return [
        {"text": titled(values), "address": address(str(values["code"]))},
        str(place["title"]),
        day(values.get("since")) or "没有登记",
        {"text": word, "status": tone},
    ]


def _by_street(reader: Reader, kind: str) -> dict[str, list[Values]]:
    """The compacts of a kind by the street in which they lie."""
    found: dict[str, list[Values]] = {}
    for values in _compacts(reader, _top(reader)):
        if values["kind"] == kind:
            found.setdefault(_street(reader, str(values["place"])), []).append(values)
    return dict(sorted(found.items()))


def _street(reader: Reader, code: str) -> str:
    """The street of a place; the place itself where it lies in none."""
    place = reader.get(f"places/{code}")
    for each in place["path"]:
        if reader.get(f"places/{each['code']}")["level"] == Level.STREET:
            return str(each["code"])
    return code


def _kinds(reader: Reader) -> Iterable[PagePlan]:
    kinds = {str(values["kind"]) for values in _compacts(reader, _top(reader))}
    return [PagePlan(kind_address(kind), kind, Kind(kind).title) for kind in sorted(kinds)]


def _kind(reader: Reader, page: PagePlan) -> Values:
    streets = _by_street(reader, page.subject)
    counts = {code: [each for each in found if _counts(reader, each)] for code, found in streets.items()}
    total = sum(len(each) for each in counts.values())
    return {
        "title": page.title,
        "path": [("公约", ENTRY)],
        "answer": f"这里施行中的{page.title}有 {total} 份。",
        "rows": [
            [
                {
                    "text": str(reader.get(f"places/{code}")["title"]),
                    "address": street_address(page.subject, code),
                },
                len(counts[code]),
            ]
            for code in streets
        ],
        "total": total,
    }


def _counts(reader: Reader, values: Values) -> bool:
    return values.get("nature", "compact") == Nature.COMPACT.value and _holds(reader, values)


def _streets(reader: Reader) -> Iterable[PagePlan]:
    for kind in Kind:
        for code in _by_street(reader, kind.value):
            title = f"{reader.get(f'places/{code}')['title']}：{kind.title}"
            yield PagePlan(street_address(kind.value, code), f"{kind.value} {code}", title)


def _listed(reader: Reader, page: PagePlan) -> Values:
    kind, code = page.subject.split(" ")
    found = [values for values in _compacts(reader, code) if values["kind"] == kind]
    holding = sum(1 for values in found if _counts(reader, values))
    return {
        "title": page.title,
        "path": [("公约", ENTRY), (Kind(kind).title, kind_address(kind))],
        "answer": f"施行中的 {holding} 份。",
        "rows": [_row(reader, values) for values in found],
    }


def _here(_: Reader) -> Iterable[PagePlan]:
    return [PagePlan(ENTRY, "", "公约")]


def _index(reader: Reader, page: PagePlan) -> Values:
    counts = _counted(reader, _top(reader))
    return {
        "title": page.title,
        "path": (),
        "answer": _said(counts) if counts else "这里还没有登记公约。",
        "rows": [
            [{"text": Kind(kind).title, "address": kind_address(kind)}, count] for kind, count in counts
        ],
        "topics": list(_topics(reader)),
    }


def _counted(reader: Reader, place: str) -> list[tuple[str, int]]:
    """How many compacts of each kind are in force at a place, in the order of the kinds."""
    found: dict[str, int] = {}
    for values in _compacts(reader, place):
        found[values["kind"]] = found.get(values["kind"], 0) + _counts(reader, values)
    return [(kind.value, found[kind.value]) for kind in Kind if kind.value in found]


def _said(counts: Sequence[tuple[str, int]]) -> str:
    told = "、".join(f"{Kind(kind).title} {count} 份" for kind, count in counts if count)
    return f"施行中的有{told}。" if told else "没有施行中的公约。"


def _topics(reader: Reader) -> Iterator[dict[str, Any]]:
    """What a text of each kind has to speak of here, by place and day, from the rulebooks."""
    for key in reader.keys("rulebook/"):
        book = reader.get(key)
        for parameter in book["parameters"]:
            if not parameter["id"].startswith("compacts.") or not parameter["id"].endswith("_topics"):
                continue
            for setting in parameter["settings"]:
                if setting["place"] == book["place"] and _holds(reader, setting):
                    yield {
                        "title": parameter["title"],
                        "place": setting["place_title"],
                        "topics": list(setting["value"]),
                        "cite": (setting.get("cite") or {}).get("label", "示例"),
                    }


# What stands on the page of a place


def _panel(reader: Reader, place: Values) -> Values | None:
    if place["level"] in (Level.DISTRICT, Level.STREET):
        counts = _counted(reader, str(place["code"]))
        if not counts:
            return None
        rows = [
            [{"text": Kind(kind).title, "address": _kind_here(place, kind)}, count] for kind, count in counts
        ]
        return {"rows": rows, "links": [], "index": ENTRY}
    found = list(_compacts(reader, str(place["code"])))
    found += list(_around(reader, place))
    links = []
    for values in found:
        word, tone = _standing(reader, values)
        links.append(
            {"text": titled(values), "address": address(str(values["code"])), "status": word, "tone": tone}
        )
    links += [
        {
            "text": titled(text),
            "address": address(str(text["compact"])),
            "status": TextStage(text["stage"]).title,
            "tone": "waiting",
        }
        for text in _on_the_way(reader, str(place["code"]))
    ]
    if not links:
        return None
    return {"rows": [], "links": links, "index": ENTRY}


def _on_the_way(reader: Reader, place: str) -> Iterator[Values]:
    """The texts of a place that residents are asked about, or that wait to be filed."""
    prefix = f"here/{place}/{TEXTS}/"
    for key in reader.keys(prefix):
        text = _latest(reader, TEXTS, key[len(prefix) :])
        if text and text["stage"] in (TextStage.CONSULTED.value, TextStage.ADOPTED.value):
            yield text


def _around(reader: Reader, place: Values) -> Iterator[Values]:
    """The compacts of the community that bind just this unit, where the place is smaller than a community."""
    if place["level"] == Level.COMMUNITY or not place.get("parent"):
        return
    for values in _compacts(reader, str(place["path"][-2]["code"]) if len(place["path"]) > 1 else ""):
        if values.get("unit_code") == place["code"]:
            yield values


def _kind_here(place: Values, kind: str) -> str:
    street = place["level"] == Level.STREET
    return street_address(kind, str(place["code"])) if street else kind_address(kind)


_RECORD = ("here/", "registers/compacts/", "registers/compact_texts/", "places/", "deployment")

PAGES: tuple[PageKind | FileKind | Panel, ...] = (
    PageKind("compacts.index", "公约", _here, _index, "compacts/index.html", PACKAGE, entry=ENTRY),
    PageKind("compacts.kind", "公约", _kinds, _kind, "compacts/kind.html", PACKAGE, _RECORD),
    PageKind("compacts.street", "公约", _streets, _listed, "compacts/street.html", PACKAGE, _RECORD),
    PageKind("compacts.one", "公约", _plan, _page, "compacts/one.html", PACKAGE, _RECORD),
    Panel("compacts.place", _panel, "compacts/place.html", PACKAGE, 50),
)
