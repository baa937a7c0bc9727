"""The page of a proposal: where it stands, who has it and who is late, how many signed, its story."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from linli.pages import PageKind, PagePlan, Reader
from linli_deliberation.reading import (
    PACKAGE,
    Steps,
    dues,
    facts_of,
    judged,
    listed,
    place_title,
    reasons,
    stands,
    steps_of,
    term,
)
from linli_deliberation.vocabulary import PROPOSAL_KIND, SIGNERS, SIGNERS_NEEDED
from linli_deliberation.wording import in_words

WORDS = PROPOSAL_KIND.words


def kind_of(steps: Steps) -> str:
    """提案 or 建议, as the rules settled it; 提案 while it is open."""
    if steps[-1]["stage"] == "gathering":
        return "提案"
    return WORDS.get(str(term(judged(steps, "proposal.submit"), PROPOSAL_KIND, "")), "提案")


def _proposal(reader: Reader, page: PagePlan) -> Mapping[str, Any]:
    steps = steps_of(reader, page.subject)
    place, paper = str(steps[0]["place"]), facts_of(steps, "paper")
    number = facts_of(steps, "acceptance").get("number")
    due = dues(reader, steps)
    title = f"第 {number} 号：{paper['title']}" if number else str(paper["title"])
    return {
        "title": title,
        "path": [(place_title(reader, place), f"places/{place}/index.html"), (title, "")],
        "label": f"{place_title(reader, place)}　{kind_of(steps)}",
        "answer": answer(steps, due),
        "as_of": str(steps[-1]["recorded"]),
        "stage": stands(reader, steps),
        "due": due,
        "wanted": str(paper.get("wanted", "")),
        "texts": [reader.get(key) for key in reader.keys(f"texts/{page.subject}/")],
        "signatures": _signatures(steps),
        "story": [_told(step) for step in steps if step["title"]],
        "reasons": reasons(reader, judged(steps, "proposal.submit")),
        "matter": f"matters/{page.subject}/index.html",
    }


def answer(steps: Steps, due: list[dict[str, Any]]) -> str:
    """Where the paper stands, and who is late."""
    word, stage = kind_of(steps), str(steps[-1]["stage"])
    late = next((each for each in due if each["late"]), None)
    if late is not None:
        return f"这件{word}逾期了：{late['title']}的期限是{in_words(late['day'])}。"
    if stage == "done":
        completion = facts_of(steps, "completion")
        if not str(completion.get("evidence", "")).strip():
            return f"这件{word}报了办结，但没有凭据，还不算办结。"
        return f"已落实：{completion['said']}。"
    if stage == "gathering":
        found = judged(steps, "proposal.submit")
        missing = max(term(found, SIGNERS_NEEDED, 0) - term(found, SIGNERS, 0), 0)
        signed = f"已有 {term(found, SIGNERS, 0)} 人联名"
        return f"{signed}，还差 {missing} 人才是提案。" if missing else f"{signed}，可以提交。"
    if stage == "forwarded":
        return f"已经转给{facts_of(steps, 'forwarding')['unit']}，等它答复。"
    if stage == "declined":
        return f"没有受理：{facts_of(steps, 'decline')['reason']}。"
    if stage == "disputed":
        return "居民代表不认可办结，继续办理。"
    if stage == "accepted":
        by = facts_of(steps, "acceptance")["handler"]
        until = f"，{in_words(due[0]['day'])}前办结" if due else ""
        return f"由{by}办理{until}。"
    return f"按{word}办理，等待受理。"


def _signatures(steps: Steps) -> dict[str, Any] | None:
    found = judged(steps, "proposal.submit")
    signed, least = term(found, SIGNERS), term(found, SIGNERS_NEEDED)
    if not least or signed is None:
        return None
    return {"signed": signed, "least": least, "missing": max(least - signed, 0)}


def _told(step: Mapping[str, Any]) -> dict[str, str]:
    """A step of the story, in a sentence of its own where it has one."""
    facts = step.get("facts", {})
    details = {
        "acceptance": lambda: f"第 {facts.get('number')} 号，由{facts.get('handler', '')}办理。",
        "forwarding": lambda: f"转给{facts.get('unit', '')}：{facts.get('asked', '')}",
        "reply": lambda: str(facts.get("said", "")),
        "completion": lambda: f"{facts.get('said', '')}。凭据：{facts.get('evidence') or '没有'}",
        "supervision": lambda: f"{'认可' if facts.get('satisfied') else '不认可'}：{facts.get('said', '')}",
        "decline": lambda: f"{facts.get('reason', '')}；{facts.get('where_to', '')}",
    }
    make = details.get(str(step.get("slot", "")))
    return {
        "day": str(step["decided"]),
        "who": str(step["actor"]["title"]),
        "what": str(step["title"]),
        "detail": make() if make and facts else "",
    }


PROPOSALS = PageKind(
    "deliberation.proposal",
    "提案",
    listed("proposal", "proposals"),
    _proposal,
    "deliberation/proposal.html",
    PACKAGE,
    ("lists/proposal/place/",),
)
