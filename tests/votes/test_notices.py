"""A notice is refused, with the field and what would cure it, where something in it does not fit."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from linli.errors import ManyFaults
from linli.forms import read
from linli.personal_data import scan
from linli_votes.articles import articles
from linli_votes.checking import check
from linli_votes.notices import Notice
from tests.votes.polls import CLOSES, OPENS, notice, question

ONE = {"id": "1", "title": "凉亭", "cost_fen": 60_000}
TWO = {"id": "2", "title": "门灯", "cost_fen": 80_000}
SCORED = [{**ONE, "score": 80}, {**TWO, "score": 70}]

FINE: list[dict[str, Any]] = [
    notice(),
    notice(paper="some", most=2),
    notice(paper="points", points=10, method="score"),
    notice(paper="ranked", method="equalshares"),
    notice(method="greedy-no-skip"),
    notice(method="greedy-custom"),
    notice(method="greedy-threshold", threshold=5),
    notice(method="greedy-exclusive", exclusive=[{"options": "1，2"}]),
    notice(method="equalshares/add1-comparison", utility="cardinality"),
    notice(method="score-and-vote", options=SCORED, score_weight=60, vote_weight=40),
    question("同意", "不同意", passes="two_thirds", whole="electorate", quorum="majority", least=0),
    question("甲", "乙", "丙", seats=2, paper="some", most=2, tied="again"),
    notice(counting="2026-03-20", channels=["paper"]),
]

WRONG: list[tuple[str, str, dict[str, Any]]] = [
    ("options", "至少要有两个选项", notice(options=[ONE])),
    ("options", "编号“1”写了两次", notice(options=[ONE, {**TWO, "id": "1"}])),
    ("options", "名称“凉亭”写了两次", notice(options=[ONE, {**TWO, "title": "凉亭"}])),
    ("options", "选项编号“1,2”不能用", notice(options=[ONE, {**TWO, "id": "1,2"}])),
    ("options", "选项 2 没有名称", notice(options=[ONE, {**TWO, "title": " "}])),
    ("options", "选项 2 没有费用", notice(options=[ONE, {"id": "2", "title": "门灯"}])),
    ("options", "费用超过总预算", notice(budget_fen=70_000)),
    ("options", "专家得分都是 0", notice(method="score-and-vote", score_weight=1)),
    ("options", "写在两个选项里", notice(options=[{**ONE, "about": "m"}, {**TWO, "about": "m"}])),
    ("budget_fen", "要写明总预算", notice(budget_fen=0)),
    ("budget_fen", "选项却没有费用", question("甲", "乙", budget_fen=100)),
    ("seats", "要写明从这些选项里选出几项", question("甲", "乙", seats=3)),
    ("seats", "不填选出几项", notice(seats=1)),
    ("most", "不填最多选几项", notice(most=2)),
    ("most", "要写明最多选几项", notice(paper="some")),
    ("most", "只有 3 个选项", notice(paper="ranked", most=4)),
    ("points", "要写明每人共有几分", notice(paper="points")),
    ("points", "选票不打分", notice(points=3)),
    ("least", "至少选的比最多选的还多", notice(paper="some", most=1, least=2)),
    ("method", "用于有费用的项目", question("甲", "乙", method="equalshares")),
    ("method", "选票要打分或排序", notice(method="score")),
    ("threshold", "要一起用", notice(threshold=5)),
    ("threshold", "要一起用", notice(method="greedy-threshold")),
    ("exclusive", "要一起用", notice(method="greedy-exclusive")),
    ("exclusive", "没有选项 9", notice(method="greedy-exclusive", exclusive=[{"options": "1,9"}])),
    ("exclusive", "至少写两个", notice(method="greedy-exclusive", exclusive=[{"options": "1"}])),
    ("score_weight", "权重和计票方法对不上", notice(score_weight=5)),
    ("tied", "另行投票只用于", notice(tied="again")),
    ("passes", "得票比例只用于", notice(paper="points", points=3, passes="half")),
    ("whole", "不用写基数", notice(whole="electorate")),
    ("closes", "早于开始日期", notice(closes="2026-03-10", opens="2026-03-20")),
    ("closes", "已经过了", notice(opens="2026-02-01", closes="2026-02-28")),
    ("counting", "开票要在截止以后", notice(counting=CLOSES.isoformat())),
    ("roll", "名册名称", notice(roll="a-b")),
    ("key", "不是完整的计票公钥", notice(key="linli-tally-x")),
]


def faults_of(facts: dict[str, Any], on: date = OPENS) -> dict[str, str]:
    with pytest.raises(ManyFaults) as refused:
        check(read(Notice, facts), on)
    assert all(fault.where for fault in refused.value.faults)
    return {fault.where: fault.message for fault in refused.value.faults}


@pytest.mark.parametrize("facts", FINE, ids=lambda facts: f"{facts['paper']} {facts.get('method', '')}")
def test_a_notice_that_fits_is_taken_and_has_nine_articles(facts):
    held = read(Notice, facts)
    check(held, OPENS)
    texts = articles(held)
    assert [number for number, _, _ in texts] == list(range(1, 10))
    assert all(text for _, _, text in texts)
    assert not scan("".join(text for _, _, text in texts))


@pytest.mark.parametrize(
    ("where", "said", "facts"), WRONG, ids=[f"{where} {said}" for where, said, _ in WRONG]
)
def test_what_does_not_fit_is_refused_where_it_stands(where, said, facts):
    assert said in faults_of(facts)[where]


def test_everything_that_does_not_fit_is_told_at_once():
    found = faults_of(notice(options=[ONE], budget_fen=0, closes="2026-03-01", roll="", key=""))
    assert {"options", "budget_fen", "closes", "roll", "key"} <= set(found)


def test_a_cited_article_names_the_poll_and_the_article():
    from linli_votes.articles import FILLING, cited

    assert (
        cited("选了 4 项，最多选 3 项", FILLING) == "选了 4 项，最多选 3 项（本次投票办法第四条：怎样填票）"
    )
