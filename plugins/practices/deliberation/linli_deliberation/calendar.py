"""A calendar of each place for subscribing (RFC 5545): its meetings, hearings and sessions, and what falls due.

It is made of the record alone: the same bytes from the same record. An event keeps its UID for ever, whatever becomes
of it; its sequence number is that of the matter's last public step, so that a reader's calendar takes the newer one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from msgspec import Struct

from linli.calendar import SHANGHAI
from linli.pages import FileKind, PagePlan, Reader
from linli_deliberation.place_pages import SORTS, calendar_of, years
from linli_deliberation.reading import Steps, facts_of, matters, place_title, steps_of
from linli_deliberation.wording import body_title

LINE_OCTETS = 75
HOURS = timedelta(hours=2)
"""How long an event with an hour is shown: no call says when a meeting ends, so this is an example."""
OVER = ("cancelled", "void", "retracted")


class Event(Struct, frozen=True):
    """One event: its name within the matter, its day and perhaps hour, what it is, whether it was called off."""

    name: str
    day: date
    summary: str
    hour: str = ""
    venue: str = ""
    cancelled: bool = False


def _plan(reader: Reader) -> Iterable[PagePlan]:
    for place in sorted({place for place, _ in years(reader)}):
        yield PagePlan(calendar_of(place), place, "日历")


def _content(reader: Reader, page: PagePlan) -> bytes:
    deployment = reader.get("deployment")
    title = f"{place_title(reader, page.subject)}：会议和期限"
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Linli//deliberation//ZH",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escaped(title)}",
    ]
    for procedure in SORTS:
        for matter in matters(reader, procedure, page.subject):
            steps = steps_of(reader, matter)
            for event in events(procedure, matter, steps):
                lines += _event(event, matter, steps, str(deployment["slug"]))
    lines.append("END:VCALENDAR")
    return "".join(f"{folded(line)}\r\n" for line in lines).encode()


def events(procedure: str, matter: str, steps: Steps) -> Iterator[Event]:
    """What a matter puts into the calendar: the day on which people meet, and what falls due."""
    gone = str(steps[-1]["stage"]) in OVER
    if (call := facts_of(steps, "call")) and procedure == "meeting":
        yield Event(
            "meeting",
            date.fromisoformat(call["held_on"]),
            body_title(str(call["body"])),
            str(call.get("hour", "")),
            str(call.get("venue", "")),
            gone or str(steps[-1]["stage"]) == "not_called",
        )
    if announced := facts_of(steps, "announced"):
        day = date.fromisoformat(announced["held_on"])
        yield Event(
            "hearing", day, f"听证会：{announced['topic']}", "", str(announced.get("venue", "")), gone
        )
    if session := facts_of(steps, "session"):
        day = date.fromisoformat(session["held_on"])
        yield Event(
            "session", day, f"开放空间：{session['question']}", "", str(session.get("venue", "")), gone
        )
    for due in () if gone else steps[-1].get("due", ()):
        if due["what"] in ("meeting", "hearing", "session") or due.get("lapses_to"):
            continue
        yield Event(f"due-{due['what']}", date.fromisoformat(due["day"]), f"期限：{due.get('title', '')}")


def _event(event: Event, matter: str, steps: Steps, slug: str) -> list[str]:
    last: Mapping[str, Any] = steps[-1]
    stamp = datetime.combine(date.fromisoformat(str(last["recorded"])), datetime.min.time(), UTC)
    lines = [
        "BEGIN:VEVENT",
        f"UID:{matter}-{event.name}@{slug}.linli",
        f"DTSTAMP:{_instant(stamp)}",
        f"SEQUENCE:{int(last['number']) - 1}",
        *_when(event),
        f"SUMMARY:{escaped(event.summary)}",
    ]
    if event.venue:
        lines.append(f"LOCATION:{escaped(event.venue)}")
    lines.append(f"STATUS:{'CANCELLED' if event.cancelled else 'CONFIRMED'}")
    lines.append("TRANSP:TRANSPARENT" if event.name.startswith("due-") else "TRANSP:OPAQUE")
    lines.append("END:VEVENT")
    return lines


def _when(event: Event) -> list[str]:
    """A whole day, or from the hour on; civil time in China has one offset, so that UTC says it exactly."""
    hour, _, minute = event.hour.partition(":")
    if hour.isdigit() and minute.isdigit() and int(hour) < 24 and int(minute) < 60:
        begins = datetime(
            event.day.year, event.day.month, event.day.day, int(hour), int(minute), tzinfo=SHANGHAI
        )
        return [f"DTSTART:{_instant(begins)}", f"DTEND:{_instant(begins + HOURS)}"]
    following = event.day + timedelta(days=1)
    return [f"DTSTART;VALUE=DATE:{event.day:%Y%m%d}", f"DTEND;VALUE=DATE:{following:%Y%m%d}"]


def _instant(when: datetime) -> str:
    return f"{when.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def escaped(text: str) -> str:
    """A text as a value: backslash, semicolon, comma and line breaks are escaped (RFC 5545, 3.3.11)."""
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "")


def folded(line: str) -> str:
    """A content line in pieces of at most 75 octets, never cut inside a character (RFC 5545, 3.1)."""
    pieces, piece, octets = [], "", 0
    for character in line:
        size = len(character.encode())
        if octets + size > LINE_OCTETS:
            pieces.append(piece)
            piece, octets = " ", 1
        piece += character
        octets += size
    return "\r\n".join([*pieces, piece])


CALENDAR = FileKind("deliberation.calendar", "会议和期限", _plan, _content)
