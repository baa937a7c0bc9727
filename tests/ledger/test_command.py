"""`linli ledger`, called as a script calls it, over a store on disk."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from linli.deployment import load
from linli.ledger import Posting
from linli.registry import find_register, write_entries
from linli_cli.main import BAD_USAGE, FINE, FOUND, main
from linli_functions.clocks import SystemClock
from linli_functions.opening import open_service
from tests.ledger.beancount import read
from tests.ledger.conftest import Books

INFRA = Path(__file__).parents[2] / "infra"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with one store, in which a resident gave 88.80 yuan."""
    deployment = load(INFRA / "deployments" / "chongchuan.toml")
    service = open_service(deployment, tmp_path / "home", SystemClock())
    books = Books()
    books.store = service.store  # type: ignore[assignment]
    books.post("c1", Posting("outside:source/居民自筹", "fund:f1:居民自筹:助老", 88_80, purpose="助老"))
    service.store.close()
    return tmp_path / "home"


@pytest.fixture
def ledger(home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("LINLI_INFRA", str(INFRA))

    def run(*arguments: object) -> tuple[int, str, str]:
        code = main(["--deployment", "chongchuan", "ledger", *map(str, arguments), "--home", str(home)])
        out, err = capsys.readouterr()
        return code, out, err

    return run


def test_balances_are_shown_in_yuan(ledger: Run) -> None:
    code, out, _ = ledger("balances", "--account", "fund:", "--json")
    assert code == FINE
    assert json.loads(out) == {
        "chongchuan": [{"account": "fund:f1:居民自筹:助老", "amount": "88.80", "unit": "元"}]
    }


def test_the_journal_shows_what_moved(ledger: Run) -> None:
    code, out, _ = ledger("journal")
    assert code == FINE
    assert "c1/1/0  outside:source/居民自筹  fund:f1:居民自筹:助老  88.80  元  助老" in out


def test_check_says_that_the_books_add_up(ledger: Run) -> None:
    assert ledger("check")[:2] == (FINE, "chongchuan：0 处不符，账目相符\n")


def test_check_finds_a_balance_that_was_changed_behind_its_back(ledger: Run, home: Path) -> None:
    import sqlite3

    (file,) = home.glob("*.sqlite*")
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE balances SET amount = amount + 1 WHERE account LIKE 'fund:%'")
    connection.close()
    code, out, _ = ledger("check")
    assert code == FOUND
    assert "余额 8881，账目合计 8880" in out


@pytest.mark.parametrize("format", ["beancount", "csv"])
def test_an_export_is_written_once_and_never_over_a_file(ledger: Run, tmp_path: Path, format: str) -> None:
    file = tmp_path / f"books.{format}"
    assert ledger("export", "--format", format, "--output", file)[0] == FINE
    assert "88.80" in file.read_text("utf-8")
    code, _, err = ledger("export", "--format", format, "--output", file)
    assert code == BAD_USAGE and "文件已经有了" in err


def test_the_export_of_a_store_on_disk_is_beancount(
    ledger: Run, tmp_path: Path, bean_check: Callable[[str], str]
) -> None:
    file = tmp_path / "books.beancount"
    ledger("export", "--format", "beancount", "--output", file)
    assert list(read(file.read_text("utf-8")).asserted.values()) == [88_80]
    assert bean_check(file.read_text("utf-8")) == ""


def test_an_export_without_a_file_goes_to_standard_output(ledger: Run) -> None:
    code, out, _ = ledger("export")
    assert code == FINE
    assert "居民自筹" in out


def test_the_package_of_an_audit_is_written_once(home: Path, ledger: Run, tmp_path: Path) -> None:
    service = open_service(load(INFRA / "deployments" / "chongchuan.toml"), home, SystemClock())
    row = {"id": "2026-1", "title": "审计", "place": service.deployment.place}
    row |= {"since": "2020-01-01", "until": "2030-12-31"}
    register = find_register(service.desk, "audits")
    write_entries(service.desk, register, [row], date(2020, 1, 1), "test")
    service.store.close()
    out = tmp_path / "audit.zip"
    assert ledger("package", "--audit", "2026-1", "--output", out)[0] == FINE
    with zipfile.ZipFile(out) as archive:
        assert {"说明.txt", "账册.xlsx", "journal.csv", "sha256.txt"} <= set(archive.namelist())
    code, _, err = ledger("package", "--audit", "2026-1", "--output", out)
    assert code == BAD_USAGE and "文件已经有了" in err
    code, _, err = ledger("package", "--audit", "2026-2", "--output", tmp_path / "other.zip")
    assert code == BAD_USAGE and "没有这项审计" in err
    code, _, err = ledger("package", "--output", tmp_path / "other.zip")
    assert code == BAD_USAGE and "审计委托" in err
