"""The sentences that open the pages of compacts; they read public facts only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from linli.calendar import chinese_date
from linli.matters import State
from linli_compacts.kinds import Kind
from linli_compacts.stages import REVISION, round_of


def compact_name(state: State) -> str:
    """The title of a compact, with the place that it binds where that is smaller than the community."""
    return titled(state.facts.get("draft", {})) or state.matter


def titled(facts: Mapping[str, Any]) -> str:
    """A title as lists show it: 《停车自治公约》（22号楼）."""
    title, unit = str(facts.get("title", "")), str(facts.get("unit", ""))
    if not title:
        return ""
    return f"《{title}》（{unit}）" if unit and unit not in title else f"《{title}》"


def kind_title(kind: str) -> str:
    """What residents call a kind."""
    return Kind(kind).title if kind in set(Kind) else kind


def compact_lead(state: State, on: date) -> str:
    """The one sentence that a reader of a compact's matter came for."""
    name, said = compact_name(state), _LEADS.get(round_of(state.stage_id))
    told = said(state) if said else f"现在是“{state.stage_id}”。"
    if state.stage_id in {stage.id for stage in REVISION.values()}:
        return f"{name}的现行文本继续施行；修订：{told}"
    return f"{name}{told}"


def _day(value: Any) -> str:
    if not value:
        return ""
    return chinese_date(date.fromisoformat(value) if isinstance(value, str) else value).split("（")[0]


def _drafted(state: State) -> str:
    return "草案已经提交，街道正在看有没有违法的条文、有没有写人名。"


def _returned(state: State) -> str:
    for judgement in reversed(list(state.judgements.values())):
        for heard in judgement.adverse():
            return f"草案退回修改：{heard.reason.rstrip('。')}。"
    reasons = (state.facts.get(slot, {}).get("reason", "") for slot in ("sent_back", "review"))
    reason = next((str(each) for each in reasons if each), "")
    return f"草案退回修改：{reason.rstrip('。')}。" if reason else "草案退回修改。"


def _consulting(state: State) -> str:
    until = next((due.day for due in state.due if due.what == "consultation"), None)
    return f"正在征求居民意见，到{_day(until)}为止。" if until else "正在征求居民意见。"


def _concluded(state: State) -> str:
    judged = state.judgements.get("compact.adopt")
    against = judged.adverse() if judged else []
    received = state.facts.get("conclusion", {}).get("received", 0)
    if against:
        return f"还没有通过：{against[0].reason.rstrip('。')}。"
    return f"征求意见结束，收到 {received} 条意见，等待表决。"


def _adopted(state: State) -> str:
    return "已经通过，等街道备案。"


def _filed(state: State) -> str:
    return f"已经备案，自{_day(state.facts.get('filing', {}).get('since'))}起施行。"


def _in_force(state: State) -> str:
    nature = state.facts.get("draft", {}).get("nature", "compact")
    slot = "filing" if nature == "compact" else "beginning"
    since = _day(state.facts.get(slot, {}).get("since"))
    word = {"trial": "试行", "agreement": "按协议施行"}.get(nature, "施行")
    return f"自{since}起{word}。" if since else f"正在{word}。"


def _to_correct(state: State) -> str:
    reason = str(state.facts.get("order", {}).get("reason", "")).rstrip("。")
    return f"要改正：{reason}。"


def _ended(state: State) -> str:
    repeal = state.facts.get("repeal", {})
    return f"施行到{_day(repeal.get('until'))}为止：{str(repeal.get('reason', '')).rstrip('。')}。"


def _gone(state: State) -> str:
    return "没有办下去。"


_LEADS = {
    "drafted": _drafted,
    "returned": _returned,
    "consulting": _consulting,
    "concluded": _concluded,
    "adopted": _adopted,
    "filed": _filed,
    "in_force": _in_force,
    "to_correct": _to_correct,
    "ending": _ended,
    "ended": _ended,
    "void": _gone,
    "retracted": _gone,
}
