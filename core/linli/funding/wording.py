"""The sentences that open the pages of calls and projects; they read public facts only."""

from __future__ import annotations

from datetime import date
from typing import Any

from linli.calendar import chinese_date
from linli.funding.vocabulary import AWARD_FEN, FINAL_SCORE, GRADE, PLACE_AMONG, WHY_NOT
from linli.matters import State
from linli.money import yuan


def call_name(state: State) -> str:
    """The title of a call."""
    return str(state.facts.get("call", {}).get("title", state.matter))


def call_lead(state: State, on: date) -> str:
    """What is funded, with how much, and until when one may apply."""
    said = state.facts.get("call", {})
    budget = f"{said.get('source', '')} {yuan(int(said.get('budget_fen', 0)))}"
    if state.stage_id == "open":
        return f"正在征集项目，资金是{budget}，申报到{_day(said.get('closes'))}为止。"
    if state.stage_id == "reviewing":
        return f"申报已经截止，资金是{budget}，项目正在评审和实施。"
    if state.stage_id == "ended":
        return f"这次征集已经结束，资金是{budget}。"
    return "这次征集已作废。" if state.stage_id == "void" else "这次征集已中止。"


def grant_name(state: State) -> str:
    """The title of a project."""
    return str(state.facts.get("request", {}).get("title", state.matter))


def grant_lead(state: State, on: date) -> str:
    """How the project stands: the one sentence that a reader came for."""
    awarded = _term(state, "grant.award", AWARD_FEN.id)
    money = yuan(int(awarded)) if awarded else ""
    if state.stage_id == "notice":
        until = next((each.day for each in state.due if each.what == "notice"), None)
        return f"拟资助 {money}，公示到{_day(until)}为止，可以提出异议。"
    if state.stage_id == "lost":
        score, place = (
            _term(state, "grant.award", FINAL_SCORE.id),
            _term(state, "grant.award", PLACE_AMONG.id),
        )
        return f"没有入选：得 {score} 分，第 {place} 名，{_term(state, 'grant.award', WHY_NOT.id)}。"
    if state.stage_id in ("refused", "returned"):
        return _against(state)
    if state.stage_id == "stopped":
        ground = str(state.facts.get("midterm", {}).get("finding", "")).rstrip("。")
        return f"中期评估没有通过，停止拨款，项目终止：{ground}。"
    said = {
        "submitted": "已经申报，正在审查是否符合条件。",
        "scoring": "正在由专家评审。",
        "scored": "评审已经汇总，还没有确定是否入选。",
        "contracting": f"资助 {money}，公示已经结束，等待签订协议。",
        "running": f"正在实施，资助 {money}{_paid(state)}。",
        "evaluated": f"结项评估为“{_term(state, 'grant.evaluate', GRADE.id)}”，等待决算。",
        "settled": "已经决算，等待居务监督委员会的意见和结项。",
        "closed": f"已经结项，资助 {money}。" if money else "已经结项。",
        "void": "这个项目已作废。",
        "suspended": "这个项目已中止，恢复前不计时限。",
        "retracted": "申报单位撤回了申报。",
    }
    return said.get(state.stage_id, f"这个项目现在是“{state.stage_id}”。")


def _paid(state: State) -> str:
    """How much of the grant was paid so far."""
    account = f"project:{state.matter}"
    paid = sum(each.amount for each in state.postings if each.destination == account)
    paid -= sum(each.amount for each in state.postings if each.source == account and each.reverses)
    return f"，已经拨付 {yuan(paid)}" if paid else "，还没有拨付"


def _term(state: State, moment: str, term: str) -> Any:
    judgement = state.judgements.get(moment)
    return "" if judgement is None else judgement.terms.get(term, "")


def _against(state: State) -> str:
    missing = str(state.facts.get("return", {}).get("missing", "")).rstrip("。")
    head = "不符合申报条件：" if state.stage_id == "refused" else "已退回补正："
    for judgement in reversed(list(state.judgements.values())):
        for heard in judgement.adverse():
            cure = heard.cure.rstrip("。")
            return f"{head}{heard.reason.rstrip('。')}。" + (f"可以这样改：{cure}。" if cure else "")
    return f"{head}{missing or '见下方理由'}。"


def _day(value: Any) -> str:
    if not value:
        return "截止日"
    return chinese_date(date.fromisoformat(value) if isinstance(value, str) else value).split("（")[0]
