"""The rules of one poll (本次投票办法): numbered articles that follow from its notice, and how a refusal cites them.

A poll has no text of its own beside its notice. What its notice settles stands here as articles with fixed numbers, so
that a page can show them, and whoever is turned away is told by which of them.
"""

from __future__ import annotations

from linli.calendar import chinese_date
from linli.money import yuan
from linli_votes.notices import Channel, Needed, Notice, Paper, Tied, Way
from linli_votes.ties import TIE_RULE

MATTER, ELECTORS, WINDOW, FILLING, COUNTING, TIES, QUORUM, SECRECY, OBJECTIONS = range(1, 10)

TITLES = {
    MATTER: "投票事项和选项",
    ELECTORS: "谁可以投票",
    WINDOW: "投票时间和方式",
    FILLING: "怎样填票",
    COUNTING: "怎样计票",
    TIES: "并列怎么办",
    QUORUM: "多少人参加才有效，得多少票才通过",
    SECRECY: "选票保密",
    OBJECTIONS: "异议",
}

_DIGITS = "零一二三四五六七八九"
ONCE = "每个编号只投一次，网上投了就不能再投纸质票，纸质票投了就不能再网上投；投入后不能更改"


def cited(said: str, article: int) -> str:
    """What is said, with the article of the poll that it rests on."""
    return f"{said}（本次投票办法第{_DIGITS[article]}条：{TITLES[article]}）"


def articles(notice: Notice) -> list[tuple[int, str, str]]:
    """Every article: its number, its title, its text."""
    texts = {
        MATTER: _matter(notice),
        ELECTORS: f"{notice.electors}，共 {notice.electorate} 个编号，以名册“{notice.roll}”为准。{ONCE}。",
        WINDOW: f"从{_day(notice.opens)}到{_day(notice.closes)}，最后一天也可以投。{_channels(notice)}",
        FILLING: filling(notice),
        COUNTING: _counting(notice),
        TIES: f"{TIE_RULE}。"
        if notice.tied is Tied.BY_RULE
        else "并列的选项不能都入选时，都不算入选，另行投票。",
        QUORUM: _quorum(notice),
        SECRECY: "选票投入时就用计票公钥密封，开票时打乱次序一起打开；公布的选票不带编号和次序。开票前不公布任何票数。",
        OBJECTIONS: "对结果有异议的，可以申请复议；任何人可以用公布的选票文件重新计票。",
    }
    return [(number, TITLES[number], text) for number, text in texts.items()]


def _day(day: object) -> str:
    return chinese_date(day).split("（")[0]  # type: ignore[arg-type]


def _matter(notice: Notice) -> str:
    said = f"{notice.question}。选项 {len(notice.options)} 个：" + "；".join(
        f"{option.id}. {option.title}" + (f"（{yuan(option.cost_fen)}）" if option.cost_fen else "")
        for option in notice.options
    )
    return said + "。" + (f"依据：{notice.basis}。" if notice.basis else "")


def _channels(notice: Notice) -> str:
    said = "、".join(channel.title for channel in Channel if channel in notice.channels)
    return f"投票方式：{said}。" + (
        "截止前收到的纸质票，可以在开票前补录。" if Channel.PAPER in notice.channels else ""
    )


def filling(notice: Notice) -> str:
    """How a ballot is filled in."""
    paper, ceiling, least = notice.paper, notice.ceiling, notice.least
    abstain = "可以一项也不选，算弃权。" if not least else ""
    if paper is Paper.CHOOSE_ONE:
        return f"只选一项。{abstain}"
    at_least = f"至少选 {least} 项，" if least > 1 else ""
    if paper is Paper.POINTS:
        return f"每人共 {notice.points} 分，可以分给 {ceiling} 项以内。{abstain}"
    if paper is Paper.RANKED:
        return f"按喜欢的次序排列，最多排 {ceiling} 项；排在最后的得 1 分，往前每一位多 1 分。{abstain}"
    return f"{at_least}最多选 {ceiling} 项。{abstain}"


def _counting(notice: Notice) -> str:
    said = f"{notice.method.title}。"
    if notice.has_costs:
        said += f"总预算 {yuan(notice.budget_fen)}。"
    else:
        said += f"选出 {notice.seats} 项。"
    if not notice.method.shares_equally and notice.method is not Way.SCORE_AND_VOTE:
        said += "没有人选的不入选。"
    if notice.threshold:
        said += f"入选至少要有 {notice.threshold} {'分' if notice.paper.has_points else '票'}。"
    if notice.exclusive:
        named = "；".join("、".join(sorted(each)) for each in notice.sets())
        said += f"互斥的选项只取一个：{named}。"
    if notice.method is Way.SCORE_AND_VOTE:
        said += f"专家得分占 {notice.score_weight}，票数占 {notice.vote_weight}，都按最高者折算。"
    if notice.method.shares_equally:
        said += f"均等份额的效用：{notice.utility.title}。"
    return said


def _quorum(notice: Notice) -> str:
    said = []
    if notice.quorum is not Needed.NONE:
        said.append(
            f"参加投票的{notice.quorum.title}（以有权投票的 {notice.electorate} 个编号为基数），投票才有效。"
        )
    if notice.passes is not Needed.NONE:
        said.append(f"一个选项得票{notice.passes.title}（以{notice.whole.title}为基数）才通过。")
    return "".join(said) or "没有另外的要求。"
