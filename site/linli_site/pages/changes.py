"""What changed: a page for each day and each month, and the feed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from xml.sax.saxutils import escape

from linli.record import Change, PlaceFact
from linli_site.facts import Reader
from linli_site.frame import SITE, Frame
from linli_site.plan import FileKind, Kind, Page, PageKind
from linli_site.wording import day as in_words

INDEX = "changes/index.html"
FEED = "feed.xml"
FEED_ENTRIES = 30


def kinds() -> list[Kind]:
    """Return the pages of changes and the feed."""
    return [
        PageKind("site.changes", lambda _: [Page(INDEX)], _index, "pages/changes.html"),
        PageKind("site.changes-month", _months, _month, "pages/changes_month.html"),
        PageKind("site.changes-day", _days, _day, "pages/changes_day.html"),
        FileKind("site.feed", lambda _: [Page(FEED)], _feed),
    ]


def latest(reader: Reader, most: int) -> list[dict[str, object]]:
    """Return the last public steps, the newest first."""
    found: list[dict[str, object]] = []
    for month in reversed(_known_months(reader)):
        for day in reversed(reader.get(f"changed/{month}", list[str])):
            for key in reversed(reader.keys(f"changes/{month}/{day}/")):
                found.append(_item(reader, reader.get(key, Change)))
                if len(found) == most:
                    return found
    return found


def _item(reader: Reader, change: Change) -> dict[str, object]:
    place = reader.find(f"places/{change.place}", PlaceFact)
    where = place.title if place else ""
    note = "　".join(
        part for part in (change.title, f"现在：{change.stage_title}", where, change.unit) if part
    )
    return {
        "text": change.name,
        "address": f"matters/{change.matter}/index.html",
        "day": change.day,
        "note": note,
        "change": change,
    }


def _index(reader: Reader, page: Page) -> Mapping[str, object]:
    months = [
        {"text": _month_words(month), "address": f"changes/{month}/index.html"}
        for month in reversed(_known_months(reader))
    ]
    return {"title": "最近变化", "path": (), "months": months, "latest": latest(reader, 20)}


def _months(reader: Reader) -> Iterable[Page]:
    return [
        Page(f"changes/{month}/index.html", f"changes/{month}/", month) for month in _known_months(reader)
    ]


def _month(reader: Reader, page: Page) -> Mapping[str, object]:
    days = [
        {"text": in_words(f"{page.part}-{day}", weekday=True), "address": f"changes/{page.part}/{day}.html"}
        for day in reader.get(f"changed/{page.part}", list[str])
    ]
    return {"title": f"{_month_words(page.part)}的变化", "path": _path(), "days": days}


def _days(reader: Reader) -> Iterable[Page]:
    for month in _known_months(reader):
        for day in reader.get(f"changed/{month}", list[str]):
            yield Page(f"changes/{month}/{day}.html", f"changes/{month}/{day}/", f"{month}-{day}")


def _day(reader: Reader, page: Page) -> Mapping[str, object]:
    items = [_item(reader, reader.get(key, Change)) for key in reader.keys(page.key)]
    on = date.fromisoformat(page.part)
    return {
        "title": f"{in_words(on)}的变化",
        "heading": f"{in_words(on, weekday=True)}的变化",
        "path": [*_path(), (_month_words(page.part[:7]), f"changes/{page.part[:7]}/index.html")],
        "as_of": on,
        "items": items,
        "count": len(items),
    }


def _path() -> list[tuple[str, str]]:
    return [("变化", INDEX)]


def _known_months(reader: Reader) -> list[str]:
    return [key.removeprefix("changed/") for key in reader.keys("changed/")]


def _month_words(month: str) -> str:
    return f"{int(month[:4])}年{int(month[5:])}月"


def _feed(reader: Reader, page: Page) -> bytes:
    """The feed as Atom (RFC 4287). Ids are tags of the matter's step, so that they hold wherever the site lies."""
    frame, items = reader.get(SITE, Frame), latest(reader, FEED_ENTRIES)
    base = str(reader.get("portal")["address"])
    updated = str(items[0]["day"]) if items else "2000-01-01"
    slug = str(reader.get("deployment")["slug"]) if reader.has("deployment") else "portal"
    entries = []
    for item in items:
        change = item["change"]
        assert isinstance(change, Change)
        link = f"{base}/{item['address']}" if base else str(item["address"])
        entries.append(
            f"<entry><id>tag:{slug},{change.day.year}:{escape(change.matter)}/{change.number}</id>"
            f"<title>{escape(f'{change.name}：{change.title}')}</title>"
            f'<link href="{escape(link)}"/><updated>{change.day}T00:00:00+08:00</updated>'
            f"<summary>{escape(str(item['note']))}</summary></entry>"
        )
    head = (
        f'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh-CN">'
        f"<id>tag:{slug},2000:changes</id><title>{escape(frame.name)}：最近变化</title>"
        f"<updated>{updated}T00:00:00+08:00</updated><author><name>{escape(frame.owner)}</name></author>"
    )
    return (head + "".join(entries) + "</feed>\n").encode()
