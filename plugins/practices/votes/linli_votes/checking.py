"""Whether a notice can be held to: everything in it fits together before the first ballot is cast."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date

from linli.errors import BadInput, LinliError, ManyFaults
from linli_votes.notices import Needed, Notice, Paper, Tied, Way, Whole
from linli_votes.sealing import check_public_key

_ID = re.compile(r"[0-9A-Za-z一-鿿]{1,12}")
_ROLL = re.compile(r"[0-9A-Za-z一-鿿]{1,40}")
# Where options have no cost these would ask for a budget that there is not.
_NEED_COSTS = {Way.NO_SKIP, Way.POZNAN, *(way for way in Way if way.shares_equally)}


def check(notice: Notice, today: date) -> None:
    """Raise `ManyFaults` with everything that does not fit, each with its field and what would cure it."""
    faults: list[LinliError] = list(_faults(notice, today))
    if faults:
        raise ManyFaults(faults)


def _faults(notice: Notice, today: date) -> Iterator[LinliError]:
    yield from _options(notice)
    yield from _money(notice)
    yield from _paper(notice)
    yield from _method(notice)
    yield from _shares(notice)
    yield from _window(notice, today)
    if not _ROLL.fullmatch(notice.roll):
        yield BadInput("名册名称只能用汉字、字母和数字", where="roll", cure="例如 户代表2026")
    try:
        check_public_key(notice.key)
    except BadInput as error:
        yield error


def _options(notice: Notice) -> Iterator[LinliError]:
    if len(notice.options) < 2:
        yield BadInput("至少要有两个选项", where="options", cure="表决一件事，可以写“同意”和“不同意”")
    for what, values in (("编号", notice.ids), ("名称", [option.title for option in notice.options])):
        for value in _twice(values):
            yield BadInput(f"{what}“{value}”写了两次", where="options", cure=f"每个选项的{what}都不相同")
    for about in _twice([option.about for option in notice.options if option.about]):
        yield BadInput(f"事项 {about} 写在两个选项里", where="options", cure="一件事项只作一个选项")
    for option in notice.options:
        if not _ID.fullmatch(option.id):
            yield BadInput(f"选项编号“{option.id}”不能用", where="options", cure="用汉字、字母和数字，例如 1")
        if not option.title.strip():
            yield BadInput(f"选项 {option.id} 没有名称", where="options", cure="写上名称")


def _money(notice: Notice) -> Iterator[LinliError]:
    if not notice.has_costs:
        if notice.budget_fen:
            yield BadInput(
                "填了总预算，选项却没有费用", where="budget_fen", cure="给每个选项填费用，或去掉总预算"
            )
        if not 1 <= notice.seats <= len(notice.options):
            cure = f"填 1 到 {len(notice.options)}"
            yield BadInput("要写明从这些选项里选出几项", where="seats", cure=cure)
        return
    if notice.seats:
        yield BadInput("选项有费用时按总预算确定入选，不填选出几项", where="seats", cure="改为 0")
    if not notice.budget_fen:
        yield BadInput("选项有费用，要写明总预算", where="budget_fen", cure="填总预算")
    for option in notice.options:
        if not option.cost_fen:
            yield BadInput(f"选项 {option.id} 没有费用", where="options", cure="有一个填了费用，就都要填")
        elif notice.budget_fen and option.cost_fen > notice.budget_fen:
            said = f"选项 {option.id} 的费用超过总预算，不可能入选"
            yield BadInput(said, where="options", cure="去掉它，或改正费用")


def _paper(notice: Notice) -> Iterator[LinliError]:
    paper, count = notice.paper, len(notice.options)
    if paper in (Paper.CHOOSE_ONE, Paper.APPROVAL) and notice.most:
        yield BadInput(f"“{paper.title}”不填最多选几项", where="most", cure="改为 0，或选“最多选若干项”")
    if paper is Paper.SOME and not 1 <= notice.most <= count:
        yield BadInput("要写明最多选几项", where="most", cure=f"填 1 到 {count}")
    if paper in (Paper.POINTS, Paper.RANKED) and notice.most > count:
        yield BadInput(f"只有 {count} 个选项", where="most", cure=f"填 0 到 {count}")
    if paper is Paper.POINTS and not notice.points:
        yield BadInput("要写明每人共有几分", where="points", cure="例如 10")
    if paper is not Paper.POINTS and notice.points:
        yield BadInput(f"“{paper.title}”的选票不打分", where="points", cure="改为 0，或选“把分数分给各项”")
    if notice.least > notice.ceiling:
        yield BadInput("至少选的比最多选的还多", where="least", cure=f"填 0 到 {notice.ceiling}")


def _method(notice: Notice) -> Iterator[LinliError]:
    way, paper = notice.method, notice.paper
    if way in _NEED_COSTS and not notice.has_costs:
        yield BadInput(
            f"“{way.title}”用于有费用的项目", where="method", cure="改用“按票数从高到低，放不下的跳过”"
        )
    if way is Way.SCORE and not paper.has_points:
        yield BadInput("按得分计票，选票要打分或排序", where="method", cure="改填票的办法，或改按票数计票")
    if (way is Way.THRESHOLD) != bool(notice.threshold):
        cure = "两项一起填，或都不填"
        yield BadInput("最低票数和“须过门槛”的计票方法要一起用", where="threshold", cure=cure)
    if (way is Way.EXCLUSIVE) != bool(notice.exclusive):
        yield BadInput("互斥的选项和“互斥的只取其一”要一起用", where="exclusive", cure="两项一起填，或都不填")
    for named in notice.sets():
        unknown = sorted(named - set(notice.ids))
        if unknown:
            yield BadInput(f"没有选项 {'、'.join(unknown)}", where="exclusive", cure="写选项的编号")
        elif "and" in named:
            yield BadInput("互斥的选项不能用 and 作编号", where="exclusive", cure="换一个编号")
        elif len(named) < 2:
            yield BadInput("互斥的选项一行至少写两个", where="exclusive", cure="例如 1,2")
    weights = notice.score_weight + notice.vote_weight
    if (way is Way.SCORE_AND_VOTE) != bool(weights):
        cure = "选“得分与票数按权重合计”时填两个权重，例如 60 和 40；否则都填 0"
        yield BadInput("权重和计票方法对不上", where="score_weight", cure=cure)
    if way is Way.SCORE_AND_VOTE and not paper.has_points and not any(each.score for each in notice.options):
        yield BadInput("专家得分都是 0", where="options", cure="给每个选项填专家得分")
    if notice.tied is Tied.AGAIN and (notice.has_costs or way is not Way.GREEDY):
        cure = "改为“按公布的次序”"
        yield BadInput("另行投票只用于按票数选出若干项的投票", where="tied", cure=cure)


def _shares(notice: Notice) -> Iterator[LinliError]:
    if notice.passes is Needed.NONE:
        if notice.whole is not Whole.TAKING_PART:
            yield BadInput("没有要求得票比例，不用写基数", where="whole", cure="选“参加投票的人”")
        return
    if notice.paper.has_points or notice.method is not Way.GREEDY:
        cure = "选票改为选一项或几项，计票方法用“按票数从高到低，放不下的跳过”"
        yield BadInput("得票比例只用于按票数计票的投票", where="passes", cure=cure)


def _window(notice: Notice, today: date) -> Iterator[LinliError]:
    if notice.closes < notice.opens:
        yield BadInput("截止日期早于开始日期", where="closes", cure="改正日期")
    if notice.closes < today:
        yield BadInput("截止日期已经过了", where="closes", cure="改为今天或以后的日期")
    if notice.counting is not None and notice.counting <= notice.closes:
        yield BadInput("开票要在截止以后", where="counting", cure="填截止日期之后的日期")


def _twice(values: Iterable[str]) -> list[str]:
    return [value for value, times in Counter(values).items() if times > 1]
