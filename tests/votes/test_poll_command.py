"""`linli poll`: the key, the roll with its letters, and the count, on a store in a folder."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from linli.registry import find_register, write_entries
from linli.service import Service
from linli_cli.main import main
from linli_functions.clocks import DemoClock
from linli_functions.opening import open_desk
from linli_votes.rolls import ALPHABET, CODE_LENGTH
from tests.systems.town import INFRA
from tests.votes.polls import COUNTING, OPENS, notice

PATH = INFRA / "deployments" / "chongchuan.toml"
HOME = "320613001001"


def opened(home: Path, day: date) -> Service:
    return open_desk(PATH, home, DemoClock(day))


@pytest.fixture
def key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """The public key of a new key file ``tally.key``."""
    assert main(["poll", "key", str(tmp_path / "tally.key")]) == 0
    return capsys.readouterr().out.strip()


def roll(tmp_path: Path, text: str = "001\n002\n\n003\n") -> int:
    (tmp_path / "numbers.txt").write_text(text, "utf-8")
    files = ["--entries", str(tmp_path / "roll.csv"), "--letters", str(tmp_path / "letters.csv")]
    return main(["poll", "roll", str(tmp_path / "numbers.txt"), "--roll", "户代表", "--place", HOME, *files])


def test_a_key_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path, key: str, capsys: Any) -> None:
    path = tmp_path / "tally.key"
    assert path.stat().st_mode & 0o777 == 0o600
    assert key.startswith("linli-tally-") and key not in path.read_text()
    private = path.read_text()
    assert main(["poll", "key", str(path)]) == 0
    assert capsys.readouterr().out.strip() == key
    assert path.read_text() == private


def test_a_file_that_is_no_key_is_said_to_be_none(tmp_path: Path, capsys: Any) -> None:
    (tmp_path / "x").write_text("nothing")
    (tmp_path / "x").chmod(0o600)
    assert main(["poll", "key", str(tmp_path / "x")]) == 2
    assert "不是完整的计票密钥" in capsys.readouterr().err


def test_a_roll_has_hashes_and_the_letters_have_codes(tmp_path: Path) -> None:
    assert roll(tmp_path) == 0
    letters = list(csv.DictReader((tmp_path / "letters.csv").open(encoding="utf-8-sig")))
    entries = list(csv.DictReader((tmp_path / "roll.csv").open(encoding="utf-8-sig")))
    assert [row["编号"] for row in letters] == ["001", "002", "003"]
    assert [row["名册和编号"] for row in entries] == ["户代表-001", "户代表-002", "户代表-003"]
    codes = {row["投票码"] for row in letters}
    assert len(codes) == 3
    assert all(set(code) <= {*ALPHABET, "-"} and len(code) == CODE_LENGTH + 2 for code in codes)
    assert not any(code in (tmp_path / "roll.csv").read_text("utf-8") for code in codes)
    assert (tmp_path / "letters.csv").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("text", "said"),
    [("1\n1\n", "1 写了两次（先前在第 1 行）"), ("a b\n", "不能作编号"), ("\n", "没有编号")],
)
def test_numbers_that_cannot_be_are_refused_with_their_line(tmp_path, capsys, text, said):
    assert roll(tmp_path, text) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "roll.csv").exists()


def test_no_file_is_written_over(tmp_path: Path, capsys: Any) -> None:
    assert roll(tmp_path) == 0
    before = (tmp_path / "letters.csv").read_bytes()
    assert roll(tmp_path) == 2
    assert "文件已经有了" in capsys.readouterr().err
    assert (tmp_path / "letters.csv").read_bytes() == before


def test_a_poll_is_held_from_the_command_line_alone(tmp_path: Path, key: str, capsys: Any) -> None:
    home = tmp_path / "home"
    common = ["--home", str(home)]
    with_service = opened(home, OPENS)
    posts = [("clerk", "committee"), ("teller", "poll_teller"), ("resident", "resident")]
    rows = [{"id": n, "person": n, "post": p, "place": HOME, "since": "2020-01-01"} for n, p in posts]
    write_entries(
        with_service.desk, find_register(with_service.desk, "appointments"), rows, date(2020, 1, 1), "test"
    )
    with_service.store.close()
    assert roll(tmp_path) == 0
    chosen = ["--infra", str(INFRA), "--deployment", "chongchuan"]
    assert (
        main([*chosen, "import", "voters", str(tmp_path / "roll.csv"), "--day", "2026-03-01", *common]) == 0
    )
    capsys.readouterr()
    (tmp_path / "notice.json").write_text(json.dumps(notice(key=key, roll="户代表", electorate=3)), "utf-8")

    def take(*words: str, day: date = OPENS) -> dict[str, Any]:
        assert main([*chosen, "take", *words, "--json", "--day", day.isoformat(), *common]) == 0
        found: dict[str, Any] = json.loads(capsys.readouterr().out)
        return found

    poll = take("poll.announce", str(tmp_path / "notice.json"), "--at", HOME, "--as", "clerk")["matter"]
    letters = list(csv.DictReader((tmp_path / "letters.csv").open(encoding="utf-8-sig")))
    for row, choices in zip(letters, (["1"], ["1", "3"]), strict=False):
        ballot = {"number": row["编号"], "code": row["投票码"], "choices": choices}
        (tmp_path / "ballot.json").write_text(json.dumps(ballot), "utf-8")
        take(
            "ballot.approve", str(tmp_path / "ballot.json"), "--above", poll, "--at", HOME, "--as", "resident"
        )
    count = [*chosen, "poll", "count", poll, "--key", str(tmp_path / "tally.key"), "--as", "teller"]
    late = ["--day", COUNTING.isoformat(), *common]
    assert main([*count, "--day", OPENS.isoformat(), *common]) == 1
    assert "不能开票" in capsys.readouterr().err
    assert main([*count, "--dry-run", "--ballots", str(tmp_path / "ballots.pb"), *late]) == 0
    assert "网上 2 张，纸质 0 张" in capsys.readouterr().out
    assert main([*count, "--json", *late]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["selected"] == ["1", "3"]
    assert main(["count", str(tmp_path / "ballots.pb"), "--json"]) == 0
    again = json.loads(capsys.readouterr().out)
    assert again["certificate"] == told["certificate"]
    assert main([*count, *late]) == 1
    assert main([*chosen, "show", poll, *late]) == 0
    assert "“凉亭”“书架”入选" in capsys.readouterr().out


def test_a_count_says_what_is_missing(tmp_path: Path, capsys: Any) -> None:
    assert main(["poll", "count", "x"]) == 2
    assert "密钥文件和计票人" in capsys.readouterr().err
    assert main(["poll", "count", "x", "--key", str(tmp_path / "none"), "--as", "teller"]) == 2
    assert "读不出来" in capsys.readouterr().err
    assert main(["poll", "roll", str(tmp_path / "none")]) == 2
    assert "--roll" in capsys.readouterr().err
