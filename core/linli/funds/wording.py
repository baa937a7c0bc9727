"""The sentences that open the pages of funds; they read public facts only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from linli.calendar import chinese_date
from linli.matters import State
from linli.money import yuan

ANONYMOUS = "匿名"


def _facts(state: State, slot: str) -> Mapping[str, Any]:
    return state.facts.get(slot, {})


def _why(state: State) -> str:
    """The heaviest reason against, with what would cure it."""
    for judgement in reversed(list(state.judgements.values())):
        for heard in judgement.adverse():
            cure = f"可以这样改：{heard.cure.rstrip('。')}。" if heard.cure else ""
            return f"{heard.reason.rstrip('。')}。{cure}"
    return "见下方理由。"


def _bound(facts: Mapping[str, Any]) -> str:
    return f"限定用于{facts['purpose']}" if facts.get("purpose") else "不限定用途"


def _due(state: State, what: str, on: date) -> str:
    due = next((each for each in state.due if each.what == what), None)
    if due is None:
        return ""
    day = chinese_date(due.day).split("（")[0]
    return f"应在{day}前{due.title}" + ("，已经逾期" if due.day < on else "")


def fund_name(state: State) -> str:
    """The name of a fund."""
    return str(_facts(state, "fund").get("title", state.matter))


def fund_lead(state: State, on: date) -> str:
    """Who holds a fund, and when it is disclosed next."""
    facts = _facts(state, "fund")
    held = f"由{facts.get('holder', '')}持有"
    if facts.get("custodian"):
        held += f"，在{facts['custodian']}的子账户“{facts.get('sub_account', '')}”名下代管"
    if state.stage_id == "refused":
        return f"不能设立：{_why(state)}"
    if state.stage_id == "returned":
        return f"退回补正：{_why(state)}"
    if state.stage_id in ("closed", "settled"):
        return f"基金已经关闭，{held}。"
    next_time = _due(state, "disclosure", on)
    return f"基金{held}" + (f"；{next_time}。" if next_time else "。")


def donor(facts: Mapping[str, Any]) -> str:
    """Who gave, as it is shown."""
    if facts.get("channel") == "opening":
        return "期初余额"
    return str(facts.get("donor") or ANONYMOUS)


def giver(state: State) -> str:
    """Who gave, with the kind of source, as the list of gifts names it; empty for what is no contribution."""
    facts = _facts(state, "contribution")
    return f"{donor(facts)}（{facts.get('source', '')}）" if facts else ""


def contribution_name(state: State) -> str:
    """Who gave how much."""
    facts = _facts(state, "contribution")
    return f"{donor(facts)}：{yuan(facts.get('amount_fen', 0))}"


def contribution_lead(state: State, on: date) -> str:
    """Who gave how much, from which kind of source, bound to what."""
    facts = _facts(state, "contribution")
    what = f"{donor(facts)}的 {yuan(facts.get('amount_fen', 0))}（{facts.get('source', '')}）"
    if state.stage_id == "refused":
        return f"{what}不能接受：{_why(state)}"
    if state.stage_id == "returned":
        return f"{what}退回补正：{_why(state)}"
    if state.stage_id == "bounced":
        return f"{what}被银行退回，没有入账。"
    if state.stage_id == "void":
        return f"{what}的登记已作废。"
    if facts.get("channel") == "opening":
        return f"建账以前的余额 {yuan(facts.get('amount_fen', 0))}（{facts.get('source', '')}），{_bound(facts)}。"
    return f"收到{what}，{_bound(facts)}。"


def payment_name(state: State) -> str:
    """What a payment is for."""
    return str(_facts(state, "request").get("reason", state.matter))


def payment_lead(state: State, on: date) -> str:
    """How much is paid for what, and where it stands."""
    facts = _facts(state, "request")
    what = f"支出 {yuan(facts.get('amount_fen', 0))}，{_bound(facts)}"
    said = {
        "awaiting": f"{what}，正在等待批准。",
        "returned": f"{what}，退回补正：{_why(state)}",
        "refused": f"{what}，没有批准：{_refused(state)}",
        "committed": f"{what}，已经批准，还没有付款。",
        "ordered": f"{what}，已经提交银行。",
        "paid": f"{what}，已经付清。",
        "claimed": f"{what}，已经付出，正在追回其中一部分；{_due(state, 'repay', on)}。",
        "void": f"{what}，已作废，钱退回基金。",
        "retracted": f"{what}，申请人撤回了。",
    }
    return said.get(state.stage_id, f"{what}。")


def _refused(state: State) -> str:
    reason = _facts(state, "refusal").get("reason")
    return f"{reason.rstrip('。')}。" if reason and state.did("refuse") else _why(state)


def pledge_name(state: State) -> str:
    """What a meeting is called; before its end nothing of it is public."""
    return str(_facts(state, "list").get("title", "资本众筹会"))


def pledge_lead(state: State, on: date) -> str:
    """What came of a meeting."""
    if state.stage_id == "met":
        return "资本众筹会的认捐已经成立，到账后列入基金收入。"
    if state.stage_id == "released":
        return "资本众筹会的认捐没有成立，已经全部解除。"
    return "资本众筹会在名单内进行，结束后公布结果。"


def lot_name(state: State) -> str:
    """What a lot holds."""
    facts = _facts(state, "lot")
    return f"{facts.get('item', state.matter)} {facts.get('quantity', '')}{facts.get('unit', '件')}"


def lot_lead(state: State, on: date) -> str:
    """How much of a lot is left, and until when it can be used."""
    facts = _facts(state, "lot")
    held = f"goods:{state.matter}"
    left = sum(
        p.amount if p.destination == held else -p.amount
        for p in state.postings
        if held in (p.source, p.destination)
    )
    unit, expires = facts.get("unit", "件"), facts.get("expires")
    until = f"，可以用到{chinese_date(date.fromisoformat(str(expires))).split('（')[0]}" if expires else ""
    if state.stage_id == "expired":
        return f"已经过期，还剩 {left} {unit}，等待核销。"
    if state.stage_id == "written_off":
        return "过期的部分已经核销。"
    return f"{donor(facts)}捐赠，还剩 {left} {unit}{until}。"


def year_name(state: State) -> str:
    """Whose year it is."""
    facts = _facts(state, "year")
    return f"{facts.get('charity', state.matter)}{facts.get('year', '')}年度"


def year_lead(state: State, on: date) -> str:
    """Whether the ratios were met."""
    if state.stage_id == "filed":
        return "这一年的慈善活动支出和管理费用符合规定的比例。"
    if state.stage_id == "explained":
        return f"没有达到规定的比例，已经报告并说明：{_facts(state, 'explanation').get('reason', '')}。"
    return f"没有达到规定的比例：{_why(state)}"


def campaign_name(state: State) -> str:
    """What a campaign is called."""
    return str(_facts(state, "plan").get("title", state.matter))


def campaign_lead(state: State, on: date) -> str:
    """Who asks, for what, whether it runs, and what has to be made public by when. Never a target."""
    facts = _facts(state, "plan")
    who = f"{facts.get('charity', '')}为{facts.get('purpose') or '公益'}公开募捐"
    if state.stage_id == "refused":
        return f"{who}，不能开展：{_why(state)}"
    if state.stage_id == "returned":
        return f"{who}，方案退回补正：{_why(state)}"
    if state.stage_id == "void":
        return f"{who}，没有开展。"
    starts, ends = (date.fromisoformat(str(facts[name])) for name in ("starts", "ends"))
    days = f"从{_day(starts)}到{_day(ends)}"
    if state.stage_id == "preparing":
        return f"{who}，{days}，还没有备案；{_due(state, 'file', on)}。"
    if state.stage_id == "disclosed":
        return f"{who}，{days}，已经结束并全面公开。"
    now = "还没有开始" if on < starts else "已经结束" if on > ends else "正在进行"
    late = [each for each in (_due(state, "disclosure", on), _due(state, "whole", on)) if each]
    return f"{who}，{days}，{now}；{late[0]}。" if late else f"{who}，{days}，{now}。"


def _day(day: date) -> str:
    return chinese_date(day).split("（")[0]


def reconciliation_name(state: State) -> str:
    """Which days a statement covers."""
    facts = _facts(state, "statement")
    return f"{facts.get('since', '')}至{facts.get('until', '')}银行对账"


def reconciliation_lead(state: State, on: date) -> str:
    """How the books compare with the bank, in numbers of entries and lines."""
    facts = _facts(state, "statement")
    counted = {
        "核对上": facts.get("cleared", 0),
        "在途": facts.get("on_the_way", 0),
        "银行退回": facts.get("bounced", 0),
        "对应不明": facts.get("unclear", 0),
        "账上没有": facts.get("unknown", 0),
    }
    said = "，".join(f"{name} {number} 笔" for name, number in counted.items() if number)
    whole = f"对账单 {facts.get('lines', 0)} 行，{said or '没有可核对的'}"
    if state.stage_id in ("explained", "confirmed"):
        reason = str(_facts(state, "explanation").get("reason", "")).rstrip("。")
        return f"{whole}；已经说明：{reason}。"
    return f"{whole}，账实相符。" if state.stage_id == "fits" else f"{whole}，等待说明。"
