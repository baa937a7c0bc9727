"""Judge facts by the rules in force at a place on a day, without storing anything.

    linli judge access.admit facts.json --at 990101007001 --on 2026-03-01
    linli judge access.admit facts.json --at 990101007001 --on 2026-03-01 --happened 2025-12-20 --json

--on is the day of the decision; --happened the day of the act, the same day where it is not given. Facts
look as `linli schema MOMENT` says. What rules ask of registers and accounts comes from --figures, since
nothing is read from a store here:

    {"entries": {"<register>": {"<key>": {"<field>": "<value>"}}}, "balances": {"<account>": 100}}

The exit code is 1 where the case is refused.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from linli.citations import Citation
from linli.deployment import Deployment
from linli.errors import BadInput
from linli.findings import Verdict
from linli.forms import read
from linli.parameters import readable
from linli.rulebook import Ask, BoundRule, Dates, Figures, Heard, Judgement
from linli.rules import Asked, EntryFact, Use
from linli_cli.infra import Infra
from linli_cli.options import day, json_file
from linli_cli.output import note, plain, print_json


class _Given(Struct, frozen=True, forbid_unknown_fields=True):
    """The file that --figures names."""

    entries: dict[str, dict[str, dict[str, Any]]] = {}
    balances: dict[str, int] = {}


def configure(parser: argparse.ArgumentParser) -> None:
    """Take a moment, facts, place and dates."""
    parser.add_argument(
        "moment", metavar="环节", help="<程序>.<动作>，例如 access.admit；linli schema 列出全部"
    )
    parser.add_argument("facts", metavar="FACTS.json", type=Path, help="事实，JSON 文件")
    parser.add_argument("--at", required=True, metavar="地方", help="12 位区划代码，社区以下加后缀")
    parser.add_argument("--on", required=True, type=day, metavar="日期", help="决定的日期")
    parser.add_argument("--happened", type=day, metavar="日期", help="行为（申请）的日期，默认与决定同日")
    parser.add_argument("--figures", type=Path, metavar="FILE", help="名册和账户的数据，JSON 文件")
    parser.add_argument("--json", action="store_true", help="输出 JSON")


def run(arguments: argparse.Namespace, infra: Infra) -> int:
    """Print a judgement; 1 where it refuses."""
    deployment = infra.at(arguments.at)
    moment = deployment.moment(arguments.moment)
    facts = read(moment.facts, json_file(arguments.facts))
    rulebook = deployment.rulebook(arguments.at)
    dates = Dates(arguments.happened or arguments.on, arguments.on)
    figures = _figures(arguments.figures)
    missing = _missing(rulebook.ask(moment.id, facts, dates), figures)
    judgement = rulebook.judge(moment.id, facts, dates, figures)
    if arguments.json:
        print_json(as_json(judgement))
    else:
        print("\n".join(as_text(judgement, deployment)))
    if missing:
        note(f"注意：没有读取名册和账户，{'、'.join(missing)} 按没有记录处理（用 --figures 给出）")
    return 1 if judgement.refused else 0


def as_json(judgement: Judgement) -> dict[str, Any]:
    """A judgement in the public shape: verdict, findings with articles and values, terms by id."""
    return {
        "verdict": judgement.verdict.value,
        "findings": [_finding(heard) for heard in judgement.findings],
        "terms": judgement.terms,
    }


def _finding(heard: Heard) -> dict[str, Any]:
    told: dict[str, Any] = {
        "rule": heard.rule,
        "verdict": heard.verdict.value,
        "reason": heard.reason,
        "cure": heard.cure,
        "cites": [
            {"source": c.source, "article": c.article, "rank": c.rank, "since": c.since.isoformat()}
            for c in heard.cites
        ],
        "values": [{"name": v.name, "value": plain(v.value), "since": plain(v.since)} for v in heard.values],
    }
    if heard.struck_by:  # it is shown and does not count; who reads it has to know
        told["struck_by"] = heard.struck_by
    return told


def as_text(judgement: Judgement, deployment: Deployment) -> list[str]:
    """A judgement as a person reads it: the verdict, what speaks against the case, then all the rest."""
    bound = {each.id: each for each in deployment.rules}
    dates = judgement.dates
    when = f"{dates.decided} 决定" + (f"，{dates.happened} 申请" if dates.happened != dates.decided else "")
    where = deployment.places.title(judgement.place) or "全国"
    lines = [f"结论：{judgement.word}（{where}的规则，{when}）"]
    adverse = judgement.adverse()
    for heard in adverse:
        lines += ["", *_explained(heard, bound[heard.rule])]
    struck = [heard for heard in judgement.findings if heard.struck_by]
    for heard in struck:
        lines += [
            "",
            *_explained(heard, bound[heard.rule]),
            f"  不计入：被 {heard.struck_by} 排除",
        ]
    rest = [heard for heard in judgement.findings if heard not in adverse and heard not in struck]
    met = [heard for heard in rest if heard.verdict is Verdict.SATISFIED]
    if met:
        lines += ["", "符合："]
        lines += [
            f"  {bound[h.rule].rule.title}{'：' + h.reason if h.reason else ''}（{_article(bound[h.rule])}）"
            for h in met
        ]
    aside = [bound[heard.rule].rule.title for heard in rest if heard.verdict is Verdict.NOT_APPLICABLE]
    if aside:
        lines += ["", f"不适用：{'、'.join(aside)}"]
    for id, value in judgement.terms.items():
        term = deployment.terms[id]
        lines += ["", f"{term.title}：{term.say(value)}"]
    for id in judgement.disputed:
        lines += ["", f"{deployment.terms[id].title}：各规则说法不一，待人工审核"]
    if judgement.left_to_people:
        lines += ["", "这一天这里没有规则决定这个环节，由经办的人决定。"]
    return lines


def _explained(heard: Heard, bound: BoundRule) -> list[str]:
    lines = [f"[{heard.verdict.title}] {bound.rule.title}", f"  {heard.reason}"]
    if heard.cure:
        lines.append(f"  怎样补正：{heard.cure}")
    lines += [f"  依据：{_cited(cite)}" for cite in bound.rule.cites]
    used = {use.id: use for use in bound.rule.uses}
    for value in heard.values:
        since = f"（自 {value.since} 起）" if value.since else ""
        lines.append(f"  {used[value.name].title}：{_value(value.value, used[value.name])}{since}")
    lines.append(f"  规则：{heard.rule}")
    return lines


def _value(value: Any, use: Use) -> str:
    """A value as a person reads it; of an entry of a register its title, or all that it holds."""
    told = plain(value)
    if told is None or told in ("", [], {}):
        return "没有记录"
    if isinstance(told, dict):
        return str(told.get("title") or "、".join(f"{name} {each}" for name, each in told.items()))
    if isinstance(told, list):
        return "、".join(str(each) for each in told if each) or "没有记录"
    return readable(value, "" if isinstance(use, Asked) else use.unit)


def _article(bound: BoundRule) -> str:
    return bound.rule.cites[0].label


def _cited(cite: Citation) -> str:
    gist = f"：{cite.gist}" if cite.gist else ""
    return f"{cite.label}（{cite.rank.title}，{cite.source.since} 起施行）{gist}"


def _figures(path: Path | None) -> Figures:
    if path is None:
        return Figures()
    try:
        given = msgspec.convert(json_file(path), _Given)
    except msgspec.ValidationError as error:
        raise BadInput(f"格式不对：{error}", where=path.name, cure="见 linli judge --help") from None
    entries = {
        (register, key): EntryFact(key, 1, values)
        for register, rows in given.entries.items()
        for key, values in rows.items()
    }
    return Figures(entries, given.balances)


def _missing(ask: Ask, figures: Figures) -> list[str]:
    """What the rules ask for and nobody gave."""
    wanted = [
        f"{name}/{key}"
        for name, keys in ask.entries.items()
        for key in keys
        if (name, key) not in figures.entries
    ]
    return wanted + [account for account in ask.balances if account not in figures.balances]
