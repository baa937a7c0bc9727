"""A certificate holds what is needed to count again, and nothing of the voters."""

from __future__ import annotations

import random

import msgspec
from hypothesis import given

from linli_votes.certificates import count
from linli_votes.elections import Kind
from linli_votes.methods import Given
from linli_votes.reading import read
from linli_votes.writing import write
from tests.votes.drawn import election, elections, paper


def test_the_digest_changes_with_every_part_of_the_count():
    text = paper()
    changed = [
        text.replace("乙;1,10", "乙;10"),
        text.replace("1;600", "1;601"),
        text.replace("budget;1000", "budget;1001"),
        text.replace("rule;greedy", "rule;greedy-no-skip"),
        text.replace("rule;greedy", "rule;equalshares"),
    ]
    digests = {count(read(each.encode())).certificate.digest for each in [text, *changed]}
    assert len(digests) == 1 + len(changed)


def test_the_digest_does_not_depend_on_names_of_projects_or_numbers_and_ages_of_voters():
    other = paper().replace("凉亭", "亭子").replace("甲;", "丁;").replace("40;F", "41;M")
    assert count(read(other.encode())).certificate == count(read(paper().encode())).certificate


def test_the_ballots_hash_tells_points_and_ranks_apart():
    scored = [election({"a": 1, "b": 1}, [text], 5, Kind.CUMULATIVE) for text in ("a:1,b:2", "a:2,b:1")]
    ranked = [election({"a": 1, "b": 1}, [text], 5, Kind.ORDINAL) for text in ("a,b", "b,a")]
    assert len({count(held).certificate.ballots for held in scored + ranked}) == 4


def test_a_parameter_handed_in_is_in_the_certificate():
    held = election({"a": 1, "b": 1}, ["a"], 5)
    assert count(held, "greedy-threshold", Given(threshold=1)).certificate.parameters == {"threshold": "1"}


def test_a_total_that_the_ballots_do_not_give_is_remarked_and_the_ballots_are_followed():
    text = paper().replace("project_id;cost;name", "project_id;cost;votes;name")
    text = text.replace("1;600;", "1;600;2;").replace("2;800;", "2;800;9;").replace("10;300;", "10;300;2;")
    counted = count(read(text.encode()))
    assert counted.remarks == ("项目 2：文件写 9 票，选票中数出 1 票",)
    assert counted.selected == ("10", "1")


@given(elections() | elections(Kind.CUMULATIVE) | elections(Kind.ORDINAL))
def test_a_written_file_has_the_certificate_of_the_original(held):
    again = read(write(held, random.Random(1).shuffle).encode())
    assert count(again).certificate == count(held).certificate


def test_a_written_file_holds_nothing_of_the_voters():
    text = write(read(paper().encode()), random.Random(1).shuffle)
    votes = text[text.index("VOTES") :]
    assert not any(trace in votes for trace in ("甲", "乙", "丙", "40", "35", "70", "F", "M", "age", "sex"))
    assert sorted(line.split(";")[1] for line in votes.split("\n")[2:] if line) == ["1,10", "1,2", "10"]


def test_a_written_file_keeps_what_is_said_of_projects_but_not_who_proposed_them():
    text = paper().replace("cost;name;selected", "cost;name;selected;category;proposer")
    text = text.replace("凉亭;1", "凉亭;1;公共空间;张三")
    again = write(read(text.encode()), random.Random(1).shuffle)
    assert "project_id;cost;votes;name;category;selected\n1;600;2;凉亭;公共空间;1\n" in again
    assert "张三" not in again


def test_a_written_file_is_shuffled_by_what_is_handed_in():
    seen = []
    write(read(paper().encode()), seen.append)
    assert len(seen) == 1
    assert len(seen[0]) == 3


def test_a_written_file_marks_the_winners_that_are_handed_in():
    text = write(read(paper().encode()), random.Random(1).shuffle, selected={"2"})
    chosen = [project.id for project in read(text.encode()).projects if project.selected == 1]
    assert chosen == ["2"]


def test_a_count_can_be_written_as_json_without_a_float():
    counted = count(election({"a": 7, "b": 9}, ["a,b", "b", "a"], 16), "equalshares")
    found = msgspec.json.decode(msgspec.json.encode(counted, enc_hook=str))
    assert not [price for round in found["rounds"] if isinstance(price := round.get("price"), float)]
