"""The sentences that open the pages of access; they read public facts only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from linli.calendar import chinese_date
from linli.matters import State
from linli.money import yuan


def admission_name(state: State) -> str:
    """The short public title of an application."""
    return str(state.facts.get("request", {}).get("title", state.matter))


def admission_lead(state: State, on: date) -> str:
    """The one sentence that a reader of a matter came for."""
    request = state.facts.get("request", {})
    unit = state.unit or "申请单位"
    lead = _LEADS.get(state.stage_id)
    return lead(state, request, unit) if lead else f"这件事现在是“{state.stage_id}”。"


def _span(request: dict[str, Any]) -> str:
    starts, ends = request.get("starts"), request.get("ends")
    if not starts or not ends:
        return ""
    return f"从{_day(starts)}到{_day(ends)}"


def _day(value: Any) -> str:
    return chinese_date(date.fromisoformat(value) if isinstance(value, str) else value).split("（")[0]


def _money(request: dict[str, Any], unit: str) -> str:
    shares = request.get("communities", ())
    offers = {share.get("offered_fen", 0) for share in shares}
    if not shares or offers == {0}:
        return "没有经费"
    if len(offers) == 1:
        each = "每个社区 " if len(shares) > 1 else ""
        return f"{each}{yuan(offers.pop())}，由{unit}支付"
    return f"共 {yuan(sum(share.get('offered_fen', 0) for share in shares))}，由{unit}支付"


def _reasons(state: State) -> tuple[str, str]:
    """The heaviest reason against, and what would cure it."""
    for judgement in reversed(list(state.judgements.values())):
        for heard in judgement.adverse():
            return heard.reason.rstrip("。"), heard.cure.rstrip("。")
    decided = state.facts.get("decision", {}).get("reason", "")
    return str(decided).rstrip("。"), ""


def _refused(state: State, request: dict[str, Any], unit: str) -> str:
    reason, cure = _reasons(state)
    return f"不予准入：{reason or '见下方理由'}。" + (f"可以这样改：{cure}。" if cure else "")


def _returned(state: State, request: dict[str, Any], unit: str) -> str:
    missing = state.facts.get("return", {}).get("missing", "") if state.did("return") else ""
    reason, cure = _reasons(state)
    return f"已退回{unit}补正：{(missing or cure or reason).rstrip('。')}。"


def _waiting(state: State, request: dict[str, Any], unit: str) -> str:
    due = next((each for each in state.due if each.what == "review"), None)
    until = f"，应在{_day(due.day)}前{due.title}" if due else ""
    return f"{unit}的申请正在办理，还没有决定{until}。"


def _exited(state: State, request: dict[str, Any], unit: str) -> str:
    ground = str(state.facts.get("exit", {}).get("ground", "")).rstrip("。")
    return f"已退出社区，自{_day(state.since)}起不再要求社区做这项工作" + (
        f"：{ground}。" if ground else "。"
    )


def _expired(state: State, request: dict[str, Any], unit: str) -> str:
    ends = request.get("ends")
    after = _day(date.fromisoformat(ends) + timedelta(days=1)) if ends else "到期后"
    return f"已经到期，{after}起社区可以不再做这项工作。"


_LEADS: dict[str, Callable[[State, dict[str, Any], str], str]] = {
    "under_review": _waiting,
    "reviewed": _waiting,
    "returned": _returned,
    "refused": _refused,
    "not_here": _refused,
    "admitted": lambda s, r, u: f"已准入：{_span(r)}，{_money(r, u)}。",
    "active": lambda s, r, u: f"进行中：{_span(r)}，{_money(r, u)}。",
    "pending": lambda s, r, u: f"已准入，还没有开始：{_span(r)}，{_money(r, u)}。",
    "emergency": lambda s, r, u: "情况紧急，已先开始做，审核随后补办。",
    "expired": _expired,
    "exited": _exited,
    "void": lambda s, r, u: "这件事已作废。",
    "suspended": lambda s, r, u: "这件事已中止，恢复前不计时限。",
    "retracted": lambda s, r, u: f"{u}撤回了申请。",
}
