"""The sentences that open the pages of polls and ballots; those of polls read public facts only."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from linli.calendar import chinese_date
from linli.matters import State
from linli_votes.articles import filling
from linli_votes.notices import Notice


def poll_name(state: State) -> str:
    """The question."""
    return str(state.facts.get("poll", {}).get("question", state.matter))


def poll_lead(state: State, on: date) -> str:
    """How the poll stands; while it is open no number of ballots."""
    said = state.facts.get("poll", {})
    if state.stage_id in ("counted", "failed"):
        return outcome(said, state.facts.get("count", {}))
    return {
        "prepared": "正在拟定，还没有公布。",
        "announced": f"{_day(said.get('opens'))}开始投票，到{_day(said.get('closes'))}为止。",
        "open": f"正在投票，到{_day(said.get('closes'))}为止。{_filling(said)}开票前不公布任何票数。",
        "closed": "投票已经截止，等待开票。",
        "void": "这次投票已作废。",
        "suspended": "投票已中止，恢复前不能投票。",
        "retracted": "这次投票已撤回。",
    }.get(state.stage_id, "这次投票还没有结果。")


def _filling(notice: dict[str, Any]) -> str:
    return filling(msgspec.convert(notice, Notice)) if notice else ""


def outcome(notice: dict[str, Any], counted: dict[str, Any]) -> str:
    """Who won, and how many of how many took part."""
    took_part = f"应投 {notice.get('electorate', 0)} 票，收到 {int(counted.get('received', 0))} 票"
    if not counted.get("quorate", True):
        return f"投票无效：{took_part}，没有达到规定的数目。"
    titles = {str(each["id"]): str(each["title"]) for each in notice.get("options", ())}
    chosen = [titles.get(str(id), str(id)) for id in counted.get("selected", ())]
    tied = [titles.get(str(id), str(id)) for id in counted.get("undecided", ())]
    several = int(notice.get("budget_fen", 0)) or int(notice.get("seats", 0)) > 1
    word = "入选" if several else "获得通过"
    said = f"{_listed(chosen)}{word}" if chosen else f"没有一项{word}"
    return f"{said}；{took_part}。" + (f"{_listed(tied)}并列，另行投票。" if tied else "")


def _listed(titles: list[str]) -> str:
    """Titles in quotation marks; of more than four the first three and how many there are."""
    if len(titles) <= 4:
        return "".join(f"“{title}”" for title in titles)
    return "".join(f"“{title}”" for title in titles[:3]) + f"等 {len(titles)} 项"


def ballot_name(state: State) -> str:
    """What a ballot is called: nothing of who cast it, or of what it says."""
    return "选票"


def ballot_lead(state: State, on: date) -> str:
    """What became of a ballot."""
    if state.stage_id == "taken_back":
        return "这张选票是误录的，已经作废，没有计入。"
    return "选票已经密封、投入票箱，不能更改；重复提交的，以第一次为准。"


def _day(value: Any) -> str:
    if not value:
        return "截止日"
    return chinese_date(date.fromisoformat(value) if isinstance(value, str) else value).split("（")[0]
