"""The pages of polls: who won and how many took part, by channel; how it was counted, and the files to check it with.

They are made of the public record alone. While a poll is open nothing in the record tells how many ballots there are,
so no page does; who voted stands nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

import msgspec
from msgspec import Struct

from linli.calendar import chinese_date
from linli.matters import State
from linli.money import yuan_exact
from linli.pages import FileKind, PageKind, PagePlan, Panel, Reader
from linli.record import PublicMatter, public_state
from linli_votes.articles import articles
from linli_votes.certificates import Tie
from linli_votes.notices import Notice, Utility, Whole
from linli_votes.numbers import written
from linli_votes.procedure import poll
from linli_votes.results import Cast, Result, file_of, needed_votes, options_of, result_of
from linli_votes.rounds import Round, Verdict
from linli_votes.ties import TIE_RULE
from linli_votes.wording import poll_lead, poll_name

PACKAGE = "linli_votes"
ENTRY = "polls/index.html"
COUNTED_STAGES = ("counted", "failed")

_BECAME = {
    Verdict.CHOSEN: "入选",
    Verdict.RESERVE: "可由其他资金补足",
    Verdict.TOO_EXPENSIVE: "未入选",
    Verdict.BELOW_THRESHOLD: "未达到门槛",
    Verdict.EXCLUDED: "与入选的互斥",
    Verdict.STOPPED: "未入选",
    Verdict.WITHDRAWN: "已撤回",
    Verdict.NOT_SUPPORTED: "没有人选",
}

_PARAMETERS = {
    "threshold": "入选最低票数（分数）",
    "exclusive": "互斥的选项",
    "weights": "专家得分和票数的权重",
    "scores": "专家得分",
    "utility": "均等份额的效用",
    "endowment": "每人的份额（元）",
    "rest": "余下的钱",
    "taken": "比较后采用",
    "better_with_equal_shares": "均等份额法下更好的人数",
    "better_with_greedy": "按票数分配下更好的人数",
}

_VALUES = {
    "cost": Utility.COST.title,
    "cardinality": Utility.CARDINALITY.title,
    "greedy": "按票数分配",
    "equalshares": "均等份额法",
    "most paid": "够放不下的项目八成时，可由其他资金补足",
}


class Counted(Struct, frozen=True):
    """A counted poll as its public facts give it."""

    notice: Notice
    facts: Mapping[str, Any]
    result: Result


def page_of(id: str) -> str:
    """Where the page of a poll lies."""
    return poll.page.format(matter=id)


def ballots_file(id: str) -> str:
    """Where the published ballots of a poll lie."""
    return f"polls/{id}/ballots.pb"


def certificate_file(id: str) -> str:
    """Where the certificate of a poll lies."""
    return f"polls/{id}/certificate.json"


def _ids(reader: Reader) -> list[str]:
    """Every public poll, oldest first."""
    top = str(reader.get("deployment")["place"])
    return [key.rsplit("/", 1)[1] for key in reader.keys(f"at/{top}/{poll.id}/")]


def _state(reader: Reader, id: str) -> tuple[State, date]:
    """A poll as its public steps give it on the as-of day, and the day from which on it has stood so."""
    matter = msgspec.convert(reader.get(f"matters/{id}"), PublicMatter)
    last = matter.steps[-1]
    day = last.recorded
    if not last.suspended:
        for due in last.due:
            after = due.day + timedelta(days=1)
            if due.lapses_to and after > last.recorded and reader.reached(after):
                day = max(day, after)
    return public_state(matter, day), day


def counted_of(state: State) -> Counted | None:
    """The result of a poll that was counted, worked out of its public facts; None before."""
    if state.stage_id not in COUNTED_STAGES:
        return None
    notice = msgspec.convert(state.facts["poll"], Notice)
    facts = state.facts["count"]
    cast = msgspec.convert(facts["ballots"], tuple[Cast, ...])
    return Counted(notice, facts, result_of(notice, cast, int(facts["spoiled"])))


def _day(day: date) -> str:
    return chinese_date(day).split("（")[0]


# The page of a poll


def _plan(reader: Reader) -> Iterable[PagePlan]:
    return [PagePlan(page_of(id), id, "投票") for id in _ids(reader)]


def _page(reader: Reader, page: PagePlan) -> Mapping[str, Any]:
    state, day = _state(reader, page.subject)
    notice = msgspec.convert(state.facts["poll"], Notice)
    counted = counted_of(state)
    place = reader.get(f"places/{state.place}")
    return {
        "title": notice.question,
        "label": f"投票　{page.subject}",
        "path": [*_path(reader, place), ("投票", ENTRY), (notice.question, "")],
        "as_of": day,
        "answer": poll_lead(state, day),
        "matter": f"matters/{page.subject}/index.html",
        "is_open": state.stage_id == "open",
        "options": _options(notice) if counted is None else [],
        "has_costs": notice.has_costs,
        "articles": articles(notice),
        "outcome": None if counted is None else _outcome(page.subject, counted),
    }


def _path(reader: Reader, place: Mapping[str, Any]) -> list[tuple[str, str]]:
    top = str(reader.get("deployment")["place"])
    codes = [(each["title"], each["code"]) for each in place.get("path", ())]
    return [(title, "index.html" if code == top else f"places/{code}/index.html") for title, code in codes]


def _options(notice: Notice) -> list[list[str]]:
    return [
        [f"{option.id}. {option.title}", *([yuan_exact(option.cost_fen)] if notice.has_costs else [])]
        for option in notice.options
    ]


def _outcome(id: str, counted: Counted) -> dict[str, Any]:
    notice, facts, result = counted.notice, counted.facts, counted.result
    certificate = result.count.certificate
    unit = "分" if notice.paper.has_points else "票"
    titles = {option.id: f"{option.id}. {option.title}" for option in notice.options}
    in_order = sorted(result.count.rounds, key=lambda round: -round.score)
    command = f"linli count ballots.pb {options_of(notice)}".strip()
    return {
        "unit": unit,
        "bars": [(titles[round.project], int(round.score)) for round in in_order],
        "rows": [_row(round, titles, notice, result) for round in in_order],
        "method": notice.method.title,
        "ties": [_tie(tie, titles) for tie in certificate.ties],
        "undecided": [titles[each] for each in result.undecided],
        "channels": _channels(facts, result),
        "quorum": _quorum(notice, result),
        "passing": _passing(notice, result, titles),
        "on_roll": facts.get("on_roll", 0),
        "electorate": notice.electorate,
        "remarks": result.count.remarks,
        "certificate": certificate.digest,
        "ballots_hash": certificate.ballots,
        "file_hash": facts["file"],
        "parameters": [
            [_named(name), _VALUES.get(value, value)]
            for name, value in sorted(certificate.parameters.items())
        ],
        "command": command,
        "ballots_file": ballots_file(id),
        "certificate_file": certificate_file(id),
    }


def _row(round: Round, titles: Mapping[str, str], notice: Notice, result: Result) -> list[Any]:
    became = _BECAME[round.verdict] if round.votes else "没有人选"
    if round.project in result.undecided:
        became = "并列，另行投票"
    elif round.project in result.count.selected and round.project not in result.selected:
        became = "参加的人不够，无效"
    row: list[Any] = [titles[round.project], written(round.score)]
    shown = {"text": became, "status": "done" if round.project in result.selected else "plain"}
    if not notice.has_costs:
        return [*row, shown]
    return [*row, yuan_exact(int(round.cost * 100)), shown, round.reason]


def _named(parameter: str) -> str:
    """A parameter of a count as readers know it."""
    name, colon, rest = parameter.partition("：")
    return _PARAMETERS.get(name, name) + colon + rest


def _tie(tie: Tie, titles: Mapping[str, str]) -> str:
    behind = "、".join(f"“{titles[other]}”" for other in tie.behind)
    return f"“{titles[tie.first]}”与{behind}并列，{TIE_RULE}"


def _channels(facts: Mapping[str, Any], result: Result) -> list[list[str]]:
    rows = [
        ["应投", str(result.electorate)],
        ["收到", str(result.received)],
        ["其中网上", str(facts["online"])],
        ["其中纸质", str(facts["paper"])],
        ["其中废票", str(facts["spoiled"])],
        ["有效", str(result.valid)],
    ]
    return [*rows, ["误录作废、没有计入", str(facts["revoked"])]] if facts.get("revoked") else rows


def _quorum(notice: Notice, result: Result) -> dict[str, Any] | None:
    share = notice.quorum.share
    if share is None:
        return None
    needed = share.least(notice.electorate)
    return {"words": share.say(), "present": result.received, "needed": needed, "total": notice.electorate}


def _passing(notice: Notice, result: Result, titles: Mapping[str, str]) -> dict[str, Any] | None:
    """The best option against the share that it needs, where one is asked for."""
    share = notice.passes.share
    if share is None or not result.received:
        return None
    best = max(result.count.rounds, key=lambda round: round.votes)
    whole = notice.electorate if notice.whole is Whole.ELECTORATE else result.received
    return {
        "words": share.say(),
        "of": notice.whole.title,
        "best": titles[best.project],
        "present": best.votes,
        "needed": needed_votes(notice, result.received),
        "total": whole,
    }


# The files to check a count with


def _counted_plan(address: Any) -> Any:
    def plan(reader: Reader) -> Iterable[PagePlan]:
        return [
            PagePlan(address(id), id, "投票")
            for id in _ids(reader)
            if _state(reader, id)[0].stage_id in COUNTED_STAGES
        ]

    return plan


def _counted(reader: Reader, page: PagePlan) -> Counted:
    counted = counted_of(_state(reader, page.subject)[0])
    assert counted is not None, "files are planned for counted polls only"
    return counted


def _ballots(reader: Reader, page: PagePlan) -> bytes:
    return file_of(_counted(reader, page).result)


def _certificate(reader: Reader, page: PagePlan) -> bytes:
    counted = _counted(reader, page)
    count = counted.result.count
    told = {
        "poll": page.subject,
        "question": counted.notice.question,
        "certificate": count.certificate,
        "rounds": count.rounds,
        "electorate": counted.result.electorate,
        "received": counted.result.received,
        "online": counted.facts["online"],
        "paper": counted.facts["paper"],
        "spoiled": counted.facts["spoiled"],
        "quorate": counted.result.quorate,
        "selected": counted.result.selected,
        "undecided": counted.result.undecided,
        "ballots_file": {"name": "ballots.pb", "sha256": counted.facts["file"]},
        "reproduce": f"linli count ballots.pb {options_of(counted.notice)} --json".replace("  ", " "),
    }
    return msgspec.json.format(msgspec.json.encode(told, enc_hook=str), indent=2)


# The list of polls, and the polls of a place


def _here(_: Reader) -> Iterable[PagePlan]:
    return [PagePlan(ENTRY, "", "投票")]


def _line(reader: Reader, id: str) -> dict[str, Any]:
    state, day = _state(reader, id)
    titles = {stage.id: stage.title for stage in poll.stages.values()}
    running = state.stage_id in ("open", "announced")
    return {
        "text": poll_name(state),
        "address": page_of(id),
        "status": titles.get(state.stage_id, "已结束"),
        "tone": "open" if running else "done" if state.stage_id == "counted" else "plain",
        "note": poll_lead(state, day),
        "running": running,
        "place": state.place,
    }


def _index(reader: Reader, page: PagePlan) -> Mapping[str, Any]:
    lines = [_line(reader, id) for id in reversed(_ids(reader))]
    running = [line for line in lines if line["running"]]
    answer = f"现在有 {len(running)} 次投票正在进行或即将开始。" if running else "现在没有正在进行的投票。"
    return {
        "title": "投票",
        "path": (),
        "answer": answer if lines else "还没有举行过投票。",
        "running": running,
        "over": [line for line in lines if not line["running"]],
    }


def _panel(reader: Reader, place: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The polls of a place, on its page: those that run, then the last ones that are over."""
    ids = [key.rsplit("/", 1)[1] for key in reader.keys(f"at/{place['code']}/{poll.id}/")]
    lines = [line for line in (_line(reader, id) for id in reversed(ids)) if line["place"] == place["code"]]
    running = [line for line in lines if line["running"]]
    return {"lines": running + [line for line in lines if not line["running"]][:5]} if lines else None


POLLS = PageKind("votes.poll", "投票", _plan, _page, "votes/poll.html", PACKAGE, ("at/", "matters/"))
INDEX = PageKind("votes.index", "投票", _here, _index, "votes/index.html", PACKAGE, entry=ENTRY)
BALLOTS = FileKind("votes.ballots", "选票文件", _counted_plan(ballots_file), _ballots)
CERTIFICATES = FileKind("votes.certificate", "计票证书", _counted_plan(certificate_file), _certificate)
PANEL = Panel("votes.place", _panel, "votes/place.html", PACKAGE, 30)
