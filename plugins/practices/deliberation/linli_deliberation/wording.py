"""The sentences that open the page of a meeting, a proposal, a consultation, and their short titles."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from linli.matters import State
from linli_bodies import kind_of
from linli_bodies.kinds import TITLES

# Terms are looked up by id: these sentences are needed before the vocabulary can be loaded.
_ABOVE = {"过半数": "超过半数", "全部": "全部到会"}


def body_title(body: str) -> str:
    """What a body is called: by its kind where its key names one."""
    return TITLES.get(kind_of(body), body)


def in_words(day: str) -> str:
    """An ISO day as readers have it."""
    found = date.fromisoformat(day)
    return f"{found.year}年{found.month}月{found.day}日"


def above(words: Iterable[str]) -> str:
    """By which shares a quorum is met: 过半数 becomes 超过半数, 三分之二以上 becomes 达到三分之二以上."""
    return "、".join(_ABOVE.get(each, f"达到{each}") for each in words)


def _terms(state: State, moment: str) -> dict[str, Any]:
    judged = state.judgements.get(moment)
    return dict(judged.terms) if judged else {}


def meeting_name(state: State) -> str:
    """Which body meets, and when."""
    call, demand = state.facts.get("call"), state.facts.get("demand")
    if call:
        return f"{body_title(str(call['body']))}（{in_words(str(call['held_on']))}）"
    return f"提议召集{body_title(str(demand['body']))}" if demand else "会议"


def meeting_lead(state: State, on: date) -> str:
    """What became of the meeting, or how many are still missing."""
    call = state.facts.get("call", {})
    stage = state.stage_id
    if stage in ("asked", "demanded"):
        return _demand_lead(state)
    held = in_words(str(call["held_on"])) if call else ""
    if stage == "not_called":
        judged = state.judgements.get("meeting.call")
        why = judged.adverse()[0].reason if judged and judged.adverse() else ""
        return f"这次会议的召集不成立：{why}。"
    if stage == "called":
        least = _terms(state, "meeting.call").get("meeting.quorum_least")
        unit = _units(str(call.get("basis", "")))
        wanted = f"至少 {least} {unit}到会才能开。" if least else ""
        where = "，".join(part for part in (str(call.get("hour", "")), str(call.get("venue", ""))) if part)
        return f"定于{held}{'，' + where if where else ''}开会，共 {len(call.get('agenda', ()))} 项议题。{wanted}"
    if stage == "cancelled":
        return "这次会议取消了。"
    return _held_lead(state, held)


def _demand_lead(state: State) -> str:
    terms = _terms(state, "meeting.demand")
    signed, least = terms.get("meeting.signed", 0), terms.get("meeting.sign_least", 0)
    unit = _units(str(state.facts.get("demand", {}).get("basis", "")))
    if state.stage_id == "demanded":
        return f"提议已经达到 {least} {unit}，居民委员会应当召集会议。"
    missing = max(int(least) - int(signed), 0)
    return f"已有 {signed} {unit}提议，达到 {least} {unit}就应当召集会议，还差 {missing} {unit}。"


def _held_lead(state: State, held: str) -> str:
    attendance, judged = state.facts.get("attendance"), state.judgements.get("meeting.hold")
    if attendance is None or judged is None:
        return f"定于{held}开会。"
    terms: dict[str, Any] = dict(judged.terms)
    present, least = terms.get("meeting.present"), terms.get("meeting.quorum_least")
    unit = _units(str(state.facts["call"].get("basis", "")))
    if state.stage_id == "inquorate" or judged.refused:
        missing = (
            f"，还差 {least - present} {unit}" if present is not None and least and least > present else ""
        )
        return f"到会 {present if present is not None else 0} {unit}，没有达到法定人数{missing}；这次会议不能作出决定。"
    said = above(terms.get("meeting.quorum_words", ()))
    summary = str(state.facts.get("minutes", {}).get("summary", ""))
    return f"到会 {present} {unit}{'，' + said if said else ''}。{summary}"


def _units(basis: str) -> str:
    return {"households": "户", "groups": "个小组"}.get(basis, "人")


def proposal_name(state: State) -> str:
    """The title of the paper, with its number once it has one."""
    title = str(state.facts["paper"]["title"])
    number = state.facts.get("acceptance", {}).get("number")
    return f"第 {number} 号：{title}" if number else title


def proposal_lead(state: State, on: date) -> str:
    """Where the paper stands: how many signatures are missing, who has it, what was done."""
    terms = _terms(state, "proposal.submit")
    signed, least = terms.get("proposal.signers", 0), terms.get("proposal.signers_needed", 0)
    word = "建议" if terms.get("proposal.kind") == "suggestion" else "提案"
    stage, facts = state.stage_id, state.facts
    if stage == "gathering":
        missing = max(int(least) - int(signed), 0)
        more = f"，还差 {missing} 人才是提案" if missing else "，够提案的人数了"
        return f"已有 {signed} 人联名{more}。"
    if stage in ("submitted", "suggested"):
        by = "社区党组织提出" if not signed else f"{signed} 人联名"
        return f"{by}，按{word}办理，等待受理。"
    if stage == "declined":
        said = facts.get("decline", {})
        return f"这件{word}没有受理：{said.get('reason', '')}。{said.get('where_to', '')}。"
    if stage == "done":
        said = facts.get("completion", {})
        if not str(said.get("evidence", "")).strip():
            return f"这件{word}报了办结，但没有凭据，还不算办结。"
        return f"已落实：{said.get('said', '')}。凭据：{said['evidence']}。"
    return _being_done(state, on, word)


def _being_done(state: State, on: date, word: str) -> str:
    late = [due for due in state.due if due.day < on]
    if late:
        due = min(late, key=lambda each: each.day)
        return f"这件{word}逾期了：{due.title}的期限是{in_words(due.day.isoformat())}，还没有办结。"
    if state.stage_id == "forwarded":
        said = state.facts.get("forwarding", {})
        return f"这件{word}已经转给{said.get('unit', '')}：{said.get('asked', '')}，等它答复。"
    if state.stage_id == "disputed":
        return f"居民代表不认可办结，这件{word}继续办理。"
    by = state.facts.get("acceptance", {}).get("handler", "")
    when = next((due for due in state.due if due.what == "done"), None)
    until = f"，{in_words(when.day.isoformat())}前办结" if when else ""
    return f"这件{word}由{by}办理{until}。"


def consultation_name(state: State) -> str:
    """What is deliberated."""
    facts = state.facts.get("raised") or state.facts.get("handed") or {}
    return str(facts.get("title", "协商"))


def consultation_lead(state: State, on: date) -> str:
    """At which of the five steps the issue is, and what came of the last one."""
    facts = state.facts
    if state.stage_id == "not_opened":
        judged = state.judgements.get("consultation.raise")
        why = judged.adverse()[0].reason if judged and judged.adverse() else ""
        return f"这件事还不能开始协商：{why}。"
    if state.stage_id == "raised":
        handed = facts.get("handed")
        if handed:
            return f"{handed['unit']}把“{handed['title']}”的经费下放到社区，由居民协商使用。"
        forum = str(_terms(state, "consultation.raise").get("consultation.forum", ""))
        return f"居民提出了这件事，{'由' + body_title(forum) + '议' if forum else '等待议事'}。"
    if state.stage_id == "no_consensus":
        return f"议过一次，还没有达成共识：{facts['discussed']['said']}。"
    if state.stage_id == "discussed":
        return f"已经达成共识：{facts['discussed']['said']}。等待作出决定。"
    if state.stage_id == "not_decided":
        judged = state.judgements.get("consultation.decide")
        why = judged.adverse()[0].reason if judged and judged.adverse() else ""
        return f"决定不成立：{why}。"
    decision = facts.get("decision", {})
    if state.stage_id == "decided":
        return f"已经决定：{decision.get('plan', '')}。等待实施。"
    if state.stage_id == "implementing":
        return (
            f"正在实施：{decision.get('plan', '')}，由{body_title(str(decision.get('executor', '')))}执行。"
        )
    said = facts.get("appraised", {})
    return f"已经办完并评议：{said.get('score', 0)} 分，{said.get('asked', 0)} 人参加评议。{said.get('said', '')}。"


def task_name(state: State) -> str:
    """What is to be done."""
    return str(state.facts["order"]["title"])


def task_lead(state: State, on: date) -> str:
    """Who does it until when, or what came of it."""
    order, report = state.facts["order"], state.facts.get("report", {})
    if state.stage_id == "accepted":
        return f"已经办完并验收：{report.get('said', '')}。"
    if state.stage_id == "reported":
        return f"已报告完成，等待验收：{report.get('said', '')}。"
    late = "，已经逾期" if date.fromisoformat(str(order["done_by"])) < on else ""
    return f"由{body_title(str(order['executor']))}执行，{in_words(str(order['done_by']))}前办结{late}。"


def manual_name(state: State) -> str:
    """The title of the manual."""
    return str(state.facts["text"]["title"])


def manual_lead(state: State, on: date) -> str:
    """Which version is in force, or which part is missing."""
    if state.stage_id == "in_force":
        published = [done for done in state.done if done.action in ("issue", "revise")]
        return f"正在施行，{in_words(published[-1].decided.isoformat())}公布。"
    judged = state.judgements.get("manual.issue")
    why = judged.adverse()[0].reason if judged and judged.adverse() else ""
    return f"还不能公布：{why}。"


def hearing_name(state: State) -> str:
    """What is heard."""
    return str(state.facts["announced"]["topic"])


def hearing_lead(state: State, on: date) -> str:
    """When it is, what was said, what became of it."""
    facts = state.facts
    held = in_words(str(facts["announced"]["held_on"]))
    if state.stage_id == "not_announced":
        judged = state.judgements.get("hearing.announce")
        why = judged.adverse()[0].reason if judged and judged.adverse() else ""
        return f"听证会的公告不合规定：{why}。"
    if state.stage_id == "announced":
        return f"定于{held}举行听证会。"
    opinions = len(facts.get("heard", {}).get("statements", ()))
    if state.stage_id == "heard":
        return f"{held}举行了听证会，听到 {opinions} 条意见，报告还没有公布。"
    if state.stage_id == "reported":
        return f"听到 {opinions} 条意见：{facts['report']['summary']}。决定时要逐条说明怎样采纳。"
    used = sum(bool(use["used"]) for use in facts["answered"].get("uses", ()))
    return f"{facts['answered']['decision']}。听到的 {opinions} 条意见，采纳了 {used} 条。"


def open_space_name(state: State) -> str:
    """The question of the session."""
    return str(state.facts["session"]["question"])


def open_space_lead(state: State, on: date) -> str:
    """When it is, or what comes first of what is to be done."""
    held = in_words(str(state.facts["session"]["held_on"]))
    if state.stage_id == "ranked":
        actions = state.facts["ranking"]["actions"]
        first = max(actions, key=lambda each: int(each["points"]))
        return f"排出 {len(actions)} 项行动，得票最多的是：{first['action']}。"
    if state.stage_id == "talked":
        return "各组讨论完毕，等待给行动排序。"
    return f"{held}举行，欢迎提出话题，自己选组。"
