"""Files are read strictly, and everything wrong with one is told at once with its line."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.errors import BadInput, ManyFaults
from linli_votes.elections import Ballot, Kind
from linli_votes.numbers import amount, written
from linli_votes.reading import MOST_FAULTS, declared_winners, read
from tests.votes.drawn import paper


def faults(text: str | bytes) -> list[str]:
    with pytest.raises(ManyFaults) as refused:
        read(text if isinstance(text, bytes) else text.encode(), "f.pb")
    return [str(fault) for fault in refused.value.faults]


def test_a_file_is_read_with_its_projects_and_ballots():
    election = read(paper().encode())
    assert (election.kind, election.rule, election.budget, election.voters) == (
        Kind.APPROVAL,
        "greedy",
        1000,
        3,
    )
    assert [(project.id, project.cost, project.name) for project in election.projects] == [
        ("1", 600, "凉亭"),
        ("2", 800, "门口;灯"),
        ("10", 300, "书架"),
    ]
    assert dict(election.ballots) == {Ballot((0, 1)): 1, Ballot((0, 2)): 1, Ballot((2,)): 1}


def test_only_selected_1_counts_as_won():
    election = read(paper().replace("凉亭;1", "凉亭;2").encode())
    assert declared_winners(election.projects) == {"10"}


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\ufeff" + text,
        lambda text: text.replace(";", "; ").replace("1,2", "1, 2").replace('"门口; 灯"', "门口灯"),
        lambda text: text.replace("META", "meta").replace("VOTES", " Votes "),
        lambda text: text.replace("VOTES\n", "\nVOTES\n\n") + "\n\n",
        lambda text: text.replace("VOTES", "VOTES;;;").replace("key;value", "key;value;;"),
        lambda text: text.replace("甲;1,2;40;F", "甲;2,1"),
    ],
    ids=["windows lines", "byte order mark", "spaces", "case", "empty lines", "empty cells", "missing cells"],
)
def test_what_says_the_same_is_read_the_same(change):
    assert read(change(paper()).encode()).ballots == read(paper().encode()).ballots


def test_a_cell_may_run_over_several_lines_and_the_lines_after_it_keep_their_numbers():
    text = paper().replace('"门口;灯"', '"门口\n""灯"""').replace("10;300", "10;dear")
    assert faults(text) == ["f.pb：第 14 行：项目 10 的 cost 'dear' 不是有效的数（写成数字）"]


def test_amounts_are_exact():
    election = read(paper(budget="1000.10").replace("1;600;", "1;600,35;").encode())
    assert election.budget == Fraction(100010, 100)
    assert election.projects[0].cost == Fraction(60035, 100)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("budget;1000", "budget;much", "第 4 行：预算 'much' 不是正数"),
        ("budget;1000", "budget;-5", "第 4 行：预算 '-5' 不是正数"),
        ("budget;1000", "budget;0", "第 4 行：预算 '0' 不是正数"),
        ("budget;1000", "budget;1e3", "第 4 行：预算 '1e3' 不是正数"),
        ("budget;1000", "budget;", "第 4 行：META 里没有 budget"),
        ("vote_type;approval", "vote_type;shouting", "第 5 行：不认识投票方式 'shouting'"),
        ("num_votes;3", "num_votes;4", "第 8 行：num_votes 写的是 4，文件里有 3 个选票"),
        ("num_projects;3", "num_projects;three", "第 7 行：num_projects 写的是 three"),
        ("rule;greedy", "budget;7", "第 6 行：budget 出现了两次（先前在第 4 行）"),
        ("key;value", "name;what", "第 2 行：META 的列名应是 key;value"),
        ("1;600", "1;-600", "第 11 行：项目 1 的 cost '-600' 不是有效的数"),
        ("1;600", "1;", "第 11 行：项目 1 没有费用"),
        ("2;800", "1;800", "第 12 行：项目编号 1 重复（先前在第 11 行）"),
        ("2;800", ";800", "第 12 行：项目编号 '' 不能用"),
        ("凉亭;1", "凉亭;7", "第 11 行：项目 1 的 votes 或 selected"),
        ("project_id;cost", "project_id;price", "PROJECTS 缺少列 cost"),
        ("voter_id;vote", "voter_id;ballot", "VOTES 缺少列 vote"),
        ("乙;1,10", "乙;1,99", "第 17 行：选票 乙：没有项目 99"),
        ("乙;1,10", "乙;1,1", "第 17 行：选票 乙：项目 1 写了两次"),
        ("乙;1,10", "甲;1,10", "第 17 行：选票 甲 重复（先前在第 16 行）"),
        ("乙;1,10", ";1,10", "第 17 行：没有 voter_id"),
        ("乙;1,10;35;M", "乙;1,10;35;M;x", "第 17 行：有 5 格，VOTES 只有 4 列"),
        ('"门口;灯"', '"门口;灯', "引号用得不对"),
        ("VOTES", "VOICES", "缺少 VOTES 部分"),
        ("META", "x\nMETA", "第 1 行：META 之前还有内容"),
        ("丙;10", "VOTES\n丙;10", "第 18 行：VOTES 部分出现了两次"),
        ("voter_id;vote;age", "voter_id;vote;vote", "第 15 行：列 vote 出现了两次"),
    ],
)
def test_a_spoiled_file_is_refused_with_the_line(old, new, said):
    assert old in paper()
    assert any(said in each for each in faults(paper().replace(old, new, 1))), faults(
        paper().replace(old, new, 1)
    )


@pytest.mark.parametrize(
    ("meta", "ballot", "said"),
    [
        ("max_length;1\n", "1,2", "选了 2 个项目，最多选 1 个"),
        ("min_length;2\n", "10", "选了 1 个项目，至少选 2 个"),
        ("max_length;many\n", "10", "max_length 'many' 不是有效的数"),
    ],
)
def test_a_ballot_for_more_or_less_than_allowed_is_refused(meta, ballot, said):
    assert any(said in each for each in faults(paper(meta=meta)))


def scored(points: str, kind: str = "cumulative", meta: str = "max_sum_points;5\n") -> str:
    text = paper(vote_type=kind, meta=meta).replace("voter_id;vote;age;sex", "voter_id;vote;points")
    text = text.replace("甲;1,2;40;F", f"甲;1,2;{points}")
    return text.replace("乙;1,10;35;M", "乙;1,10;2,1").replace("丙;10;70;F", "丙;10;3")


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ("5,1", "共给 6 分，最多给 5 分"),
        ("5", "选了 2 个项目，却有 1 个分数"),
        ("5,-1", "分数不能是负数"),
        ("many,1", "分数 'many,1' 不都是数"),
        ("", "没有分数"),
    ],
)
def test_points_beyond_what_is_allowed_are_refused(points, said):
    assert any(said in each for each in faults(scored(points)))


@pytest.mark.parametrize(
    ("meta", "said"),
    [
        ("max_points;2\n", "一个项目得 3 分，最多给 2 分"),
        ("min_points;2\n", "一个项目得 1 分，至少给 2 分"),
    ],
)
def test_points_for_one_project_stay_within_their_limits(meta, said):
    assert any(said in each for each in faults(scored("3,3", meta=meta)))


def test_points_may_be_negative_where_ballots_score():
    assert dict(read(scored("5,-1", "scoring", "").encode()).ballots)[Ballot((0, 1), (5, -1))] == 1


@pytest.mark.parametrize(
    ("text", "remark"),
    [
        (paper(meta="min_sum_cost;500\n"), "1 张选票所选项目的费用少于 min_sum_cost"),
        (paper(meta="max_sum_cost;1000\n"), "1 张选票所选项目的费用多于 max_sum_cost"),
        (scored("2,3", meta="min_sum_points;4\n"), "2 张选票给的分少于 min_sum_points"),
    ],
)
def test_what_was_counted_in_published_elections_is_counted_and_remarked(text, remark):
    assert read(text.encode()).remarks == (remark,)


def test_points_are_read_with_their_ballot():
    election = read(scored("2,3").encode())
    assert dict(election.ballots)[Ballot((0, 1), (2, 3))] == 1


def test_points_on_an_approval_ballot_are_refused():
    assert any("approval 的选票不能有 points" in each for each in faults(scored("2,3", "approval", "")))


def test_all_faults_are_told_at_once():
    text = paper().replace("budget;1000", "budget;x").replace("1;600", "1;y").replace("丙;10", "丙;11")
    assert len(faults(text)) == 3


def test_very_many_faults_are_counted_and_not_listed():
    text = paper() + "".join(f"v{number};none{number}\n" for number in range(500))
    told = faults(text)
    assert len(told) == MOST_FAULTS + 1
    assert "另有" in told[-1]


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", b"META\0", b"META\nPROJECTS\nVOTES\n", b";;;\n\n"])
def test_what_is_no_such_file_is_refused(data):
    assert faults(data)


@given(st.data())
def test_no_spoiled_file_escapes_as_anything_but_bad_input(data):
    text = list(paper(meta="max_length;2\ncomment;#1: so\n"))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(text) - 1))
        text[at] = data.draw(
            st.sampled_from(["", "\n", ";", ",", '"', "0", "9", "-", "\r", "é", "VOTES\n", "\x1f"])
        )
    try:
        election = read("".join(text).encode())
    except BadInput as refused:
        assert str(refused)
    else:
        assert election.voters >= 0


@given(st.binary(max_size=300))
def test_no_bytes_escape_as_anything_but_bad_input(data):
    with pytest.raises(BadInput):
        read(data)


@given(st.fractions())
def test_an_amount_that_ends_is_written_and_read_back(value):
    near = Fraction(round(value * 10_000), 10_000)
    if abs(near) < 10**29:
        assert amount(written(near)) == near


@pytest.mark.parametrize("text", ["", " ", "1e5", "٣", "1.2.3", "0x1", "1 000", "nan", "9" * 31, "--1", "1."])
def test_what_is_no_number_is_no_number(text):
    assert amount(text) is None
