"""`linli forget`: looks first, deletes only with --yes, and says what stands against it."""

import json
from pathlib import Path

import pytest

from linli_cli.main import main
from linli_functions.clocks import DemoClock
from linli_functions.opening import open_desk
from tests.functions.offices import INFRA, TODAY

DEPLOYMENT = INFRA / "deployments" / "dongcheng.toml"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    service = open_desk(DEPLOYMENT, tmp_path, DemoClock(TODAY))
    service.desk.vault.seal("residents:8f2c", "110101-2026-NOTTAKEN", "draft", "张三 13800138000")
    service.store.close()
    return tmp_path


def run(home: Path, *words: str) -> int:
    return main(["--infra", str(INFRA), "--deployment", "dongcheng", "forget", *words, "--home", str(home)])


def test_it_says_what_is_held_and_deletes_nothing(home, capsys):
    assert run(home, "residents:8f2c") == 0
    said = capsys.readouterr().out
    assert "110101-2026-NOTTAKEN" in said and "可以删除" in said and "没有删除任何内容" in said
    assert "张三" not in said
    assert run(home, "residents:8f2c", "--json") == 0
    assert len(json.loads(capsys.readouterr().out)["held"]) == 1


def test_it_deletes_with_a_reason_and_once(home, capsys):
    assert run(home, "residents:8f2c", "--yes") == 2
    assert "理由" in capsys.readouterr().err
    assert run(home, "residents:8f2c", "--why", "本人要求", "--yes") == 0
    assert "已删除 1 项" in capsys.readouterr().out
    assert run(home, "residents:8f2c", "--why", "本人要求", "--yes") == 2
    assert "没有保存此人的个人信息" in capsys.readouterr().err


@pytest.mark.parametrize("words", [[], ["a", "--matter", "b"], ["a", "--field", "1.x"]])
def test_whom_it_concerns_has_to_be_said(home, words, capsys):
    assert run(home, *words) == 2
    assert "人员标识" in capsys.readouterr().err
