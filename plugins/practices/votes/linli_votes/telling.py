"""A count as residents read it."""

from __future__ import annotations

from linli_votes.certificates import Count
from linli_votes.elections import Election
from linli_votes.numbers import written
from linli_votes.rounds import Round, Verdict

_HEADINGS = {
    Verdict.RESERVE: "可由预算外资金补足",
    Verdict.TOO_EXPENSIVE: "钱不够",
    Verdict.STOPPED: "排在停止处之后",
    Verdict.EXCLUDED: "与入选项目互斥",
    Verdict.BELOW_THRESHOLD: "没有达到门槛",
    Verdict.NOT_SUPPORTED: "没有人支持",
    Verdict.WITHDRAWN: "已撤回",
}


def told(election: Election, count: Count) -> str:
    """The count in plain words: what was chosen and why, what was not and why, and how to check it."""
    projects = {project.id: project for project in election.projects}
    chosen = [round for round in count.rounds if round.verdict is Verdict.CHOSEN]
    spent = sum(round.cost for round in chosen)
    lines = [
        f"规则：{count.title}（{count.method}）",
        f"选票 {election.voters} 张，项目 {len(projects)} 个，预算 {written(election.budget)}。",
        f"入选 {len(chosen)} 个，合计 {written(spent)}，剩余 {written(election.budget - spent)}。",
        "",
    ]
    for place, round in enumerate(chosen, 1):
        lines.append(f"{place}. {_named(round, projects[round.project].name)}")
        lines.append(f"   {_support(election, round)}，费用 {written(round.cost)}；{round.reason}")
        if round.tied:
            lines.append(f"   与 {'、'.join(round.tied)} 并列，按公布的办法排在前面")
    for verdict, heading in _HEADINGS.items():
        those = [round for round in count.rounds if round.verdict is verdict]
        if those:
            lines += ["", f"未入选（{heading}）："]
            lines += [
                f"- {_named(round, projects[round.project].name)}"
                f"：{_support(election, round)}，费用 {written(round.cost)}；{round.reason}"
                for round in those
            ]
    lines += ["", *(f"注意：{remark}" for remark in count.remarks)]
    certificate = count.certificate
    lines += [
        f"并列时：{certificate.tie_rule}。",
        f"选票摘要 {certificate.ballots}",
        f"计票证书 {certificate.digest}",
        "任何人用公布的选票文件再数一遍，应得到同样的两行。",
    ]
    return "\n".join(lines)


def _named(round: Round, name: str) -> str:
    return f"{round.project} {name}".strip()


def _support(election: Election, round: Round) -> str:
    votes = f"{round.votes} 票"
    return f"{written(round.score)} 分（{votes}）" if election.kind.has_points else votes
