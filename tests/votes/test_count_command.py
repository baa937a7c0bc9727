"""`linli count`: what it prints, and how it refuses."""

from __future__ import annotations

import json
import sys
from importlib.metadata import EntryPoint
from types import ModuleType

import pytest

from linli_cli.main import BAD_USAGE, FINE, FOUND, main
from tests.votes.drawn import paper


@pytest.fixture
def counted(tmp_path, capsys):
    def run(text: str | bytes, *options: str) -> tuple[int, str, str]:
        file = tmp_path / "poll.pb"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        code = main(["count", str(file), *options])
        out, err = capsys.readouterr()
        return code, out, err

    return run


def test_the_selected_ids_are_printed_as_json_with_the_rounds_and_a_certificate(counted):
    code, out, _ = counted(paper(), "--json")
    found = json.loads(out)
    assert code == FINE
    assert found["selected"] == ["10", "1"]
    assert found["method"] == "greedy"
    assert [round["project"] for round in found["rounds"]] == ["10", "1", "2"]
    assert found["certificate"]["selected"] == ["10", "1"]


def test_the_text_says_what_was_chosen_what_not_and_why(counted):
    code, out, _ = counted(paper())
    assert code == FINE
    assert "入选 2 个，合计 900，剩余 100。" in out
    assert "1. 10 书架" in out
    assert "与 1 并列，按公布的办法排在前面" in out
    assert "- 2 门口;灯：1 票，费用 800；剩余预算 100 不够" in out


def test_a_method_can_be_named(counted):
    _, out, _ = counted(paper(), "--method", "equalshares/add1", "--utility", "cardinality", "--json")
    assert json.loads(out)["certificate"]["parameters"]["utility"] == "cardinality"


def test_what_a_method_needs_can_be_handed_in(counted):
    options = ["--json", "--method"]
    _, out, _ = counted(paper(), *options, "greedy-threshold", "--threshold", "2")
    assert json.loads(out)["selected"] == ["10", "1"]
    _, out, _ = counted(paper(), *options, "greedy-exclusive", "--exclusive", "1,10")
    assert json.loads(out)["selected"] == ["10"]
    _, out, _ = counted(scored(), *options, "score-and-vote", "--weights", "60:40")
    assert json.loads(out)["certificate"]["parameters"] == {
        "weights": "3/5:2/5",
        "scores": "1 80；10 70；2 95",
    }


def scored() -> str:
    text = paper().replace("cost;name", "cost;score;name").replace("1;600", "1;600;80")
    return text.replace("2;800", "2;800;95").replace("10;300", "10;300;70")


@pytest.mark.parametrize(
    "options",
    [
        ["--method", "by-lot"],
        ["--method", "greedy-threshold"],
        ["--method", "greedy-threshold", "--threshold", "many"],
        ["--method", "score-and-vote", "--weights", "60"],
        ["--method", "score"],
        ["--utility", "joy"],
        ["--method", "greedy-exclusive", "--exclusive", "1,99"],
    ],
)
def test_what_cannot_be_done_is_refused_with_exit_code_2(counted, options):
    code, out, err = counted(paper(), *options)
    assert (code, out) == (BAD_USAGE, "")
    assert err.startswith("linli: ")


def test_a_spoiled_file_is_refused_with_every_line_that_is_wrong(counted):
    code, out, err = counted(paper().replace("乙;1,10", "乙;1,99").replace("丙;10", "甲;10"))
    assert (code, out) == (BAD_USAGE, "")
    assert "poll.pb：第 17 行" in err
    assert "poll.pb：第 18 行" in err


@pytest.mark.parametrize("data", [b"", b"\xff\xff", b"PK\x03\x04", b"META\nkey;value\n"])
def test_what_is_no_such_file_is_refused_with_exit_code_2(counted, data):
    assert counted(data)[0] == BAD_USAGE


def test_a_file_that_is_not_there_is_told(capsys, tmp_path):
    assert main(["count", str(tmp_path / "lost.pb")]) == BAD_USAGE
    assert "lost.pb" in capsys.readouterr().err
    assert main(["count", str(tmp_path)]) == BAD_USAGE


def test_a_command_of_a_plugin_stands_in_the_list_of_commands(capsys):
    assert main(["--help"]) == FINE
    assert "清点一份选票文件" in capsys.readouterr().out


def test_a_broken_command_of_a_plugin_names_itself_and_harms_no_other(monkeypatch, capsys):
    points = [EntryPoint("broken", "no_such_module_here", "linli.commands")]
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: points)
    assert main(["broken"]) == FOUND
    assert "no_such_module_here" in capsys.readouterr().err
    assert main(["--help"]) == FINE
    out = capsys.readouterr().out
    assert "broken" in out
    assert "命令导入时出错" in out


def test_a_plugin_cannot_take_the_name_of_a_command_that_is_there(monkeypatch, capsys):
    thief = ModuleType("thief")
    thief.TITLE = "偷换的命令"  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "thief", thief)
    points = [EntryPoint("check", "thief", "linli.commands")]
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: points)
    assert main(["check", "--help"]) == FINE
    assert "偷换的命令" not in capsys.readouterr().out
    assert main(["--help"]) == FINE
    assert "偷换的命令" not in capsys.readouterr().out
