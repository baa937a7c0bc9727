"""The calendar of a place, read back line by line as RFC 5545 has it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from linli_deliberation.calendar import escaped, folded
from tests.systems.hall import Hall

SHIJIA = "110101007001"


def read(data: bytes) -> list[dict[str, str]]:
    """The events of a calendar; raises AssertionError for what the standard does not allow."""
    text = data.decode()
    assert text.endswith("\r\n") and "\n" not in text.replace("\r\n", "")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    lines = text.replace("\r\n ", "").split("\r\n")[:-1]
    assert (lines[0], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    assert "VERSION:2.0" in lines and any(line.startswith("PRODID:") for line in lines)
    events: list[dict[str, str]] = []
    within = False
    for line in lines[1:-1]:
        name, colon, value = line.partition(":")
        assert colon, line
        if line == "BEGIN:VEVENT":
            within = True
            events.append({})
        elif line == "END:VEVENT":
            within = False
            assert {"UID", "DTSTAMP"} <= set(events[-1])
        elif within:
            assert name.partition(";")[0] not in events[-1]
            events[-1][name.partition(";")[0]] = value
    return events


def calendar(hall: Hall) -> dict[str, dict[str, str]]:
    """The events of the community by summary."""
    hall.town.publish()
    found = hall.town._files.get(f"deliberation/{SHIJIA}.ics")
    assert found is not None
    events = read(found)
    assert len({event["UID"] for event in events}) == len(events)
    return {event["SUMMARY"]: event for event in events}


def test_meetings_and_deadlines_stand_in_the_calendar_and_keep_their_names(tmp_path: Path) -> None:
    hall = Hall("dongcheng", SHIJIA, date(2026, 3, 2), tmp_path)
    more = {"base": 9, "representatives": 8, "hour": "19:00", "venue": "活动室，二层"}
    told = hall.call("representative_assembly", "2026-03-10", **more)
    before = calendar(hall)["居民代表会议"]
    assert (before["DTSTART"], before["DTEND"]) == ("20260310T110000Z", "20260310T130000Z")
    assert before["LOCATION"] == "活动室，二层" and before["STATUS"] == "CONFIRMED"
    hall.meeting("cancel", told.matter, reason="改用书面征求意见")
    after = calendar(hall)["居民代表会议"]
    assert after["UID"] == before["UID"] and after["STATUS"] == "CANCELLED"
    assert int(after["SEQUENCE"]) > int(before["SEQUENCE"])
    held = hall.call("representative_assembly", "2026-03-02", base=9, representatives=8)
    hall.meeting("hold", held.matter, on_paper=6)
    assert calendar(hall)["期限：公布会议结果"]["DTSTART"] == "20260317"


@pytest.mark.parametrize(
    ("text", "value"), [("甲,乙;丙\\丁", "甲\\,乙\\;丙\\\\丁"), ("一\r\n二\n三", "一\\n二\\n三")]
)
def test_what_has_a_meaning_of_its_own_is_escaped(text: str, value: str) -> None:
    assert escaped(text) == value


def test_long_lines_are_folded_between_characters() -> None:
    line = "SUMMARY:" + "长" * 60
    pieces = folded(line).split("\r\n")
    assert all(len(piece.encode()) <= 75 for piece in pieces) and all(p[0] == " " for p in pieces[1:])
    assert folded(line).replace("\r\n ", "") == line
