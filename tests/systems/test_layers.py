"""Who decides what all residents have in common: the layers of Beijing's account; delegation from 2026."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.systems.hall import Hall
from tests.systems.town import Told, deployment

SHIJIA = "110101007001"
ASSEMBLY, REPRESENTATIVES, STATION = "residents_assembly", "representative_assembly", "service_station"
IMPORTANT = {"title": "社区活动用房怎么用", "kind": "important"}


def hall(day: date, folder: Path) -> Hall:
    opened = Hall("dongcheng", SHIJIA, day, folder)
    opened.roll(adults=100)
    opened.bodies(STATION, since="2009-01-01")
    return opened


def voted(at: Hall, kind: str, day: date, **more: object) -> tuple[str, Told]:
    """A meeting of a body that everybody attends and in which everybody agrees, on the one item of its agenda."""
    base = 100 if kind == ASSEMBLY else 9
    facts = {
        "basis": "adults" if kind == ASSEMBLY else "members",
        "base": base,
        "agenda": [IMPORTANT],
        **more,
    }
    if kind == REPRESENTATIVES:
        facts["representatives"] = 8
    called = at.call(kind, day.isoformat(), **facts)
    assert called.stage == "called", called.adverse
    at.on(day.year, day.month, day.day)
    at.meeting("hold", called.matter, on_paper=base)
    return called.matter, at.meeting("vote", called.matter, item=1, votes_for=base)


def void(at: Hall, meeting: str) -> str:
    return str(at.entry("resolutions", f"{meeting}:1")["void"])


@pytest.mark.system("BJ-11")
def test_under_the_frame_of_the_account_only_the_assembly_decides(tmp_path: Path) -> None:
    at = hall(date(2025, 9, 1), tmp_path)
    advised, told = voted(at, REPRESENTATIVES, date(2025, 9, 12))
    assert "必须由居民会议决定，不归这个会议" in told.adverse and void(at, advised)
    decided, told = voted(at, ASSEMBLY, date(2025, 9, 24))
    assert told.adverse == "" and void(at, decided) == ""
    assert at.entry("resolutions", f"{decided}:1")["adopted"]
    assert "这项决议无效" in at.meeting_page(advised)
    assert "这项决议无效" not in at.town.page(f"meetings/{decided}.html")


@pytest.mark.system("BJ-11")
@pytest.mark.parametrize("day", [date(2025, 9, 12), date(2026, 3, 20)])
def test_the_station_is_asked_to_decide_in_vain(tmp_path: Path, day: date) -> None:
    at = hall(date(day.year, day.month, 1), tmp_path)
    meeting, told = voted(at, STATION, day, discussed_by_party=date(day.year, day.month, 1).isoformat())
    assert "居民会议决定，不归这个会议" in told.adverse
    assert "这项决议无效" in at.meeting_page(meeting)


@pytest.mark.system("BJ-11")
def test_from_2026_the_assembly_may_delegate_and_without_it_the_representatives_decide_nothing(
    tmp_path: Path,
) -> None:
    at = hall(date(2026, 3, 1), tmp_path)
    discussed = {"discussed_by_party": "2026-03-01"}
    alone, told = voted(at, REPRESENTATIVES, date(2026, 3, 12), **discussed)
    assert "居民会议没有授权居民代表会议决定这件事" in told.adverse and void(at, alone)
    delegation = [{"title": "授权居民代表会议决定活动用房", "kind": "delegation"}]
    given, _ = voted(at, ASSEMBLY, date(2026, 3, 24), agenda=delegation, **discussed)
    agenda = [{**IMPORTANT, "delegated": f"{given}:1"}]
    decided, told = voted(at, REPRESENTATIVES, date(2026, 4, 7), agenda=agenda, **discussed)
    assert told.adverse == "" and void(at, decided) == ""
    assert "这项决议无效" not in at.meeting_page(decided)


def test_the_six_layers_of_the_account_are_seven_rows_as_data() -> None:
    frames = [each.what for each in deployment("lugu").plugins.brought("bodies_frames")[0]]
    layers = next(frame for frame in frames if frame.id == "one-three-one")
    assert layers.name == "六层联动"
    assert len(layers.rows) == 7
    assert [row.layer for row in layers.rows][:2] == ["领导层", "决策层"]
