"""``linli build``: from a store on disk to a folder of pages, and again with only what has changed."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from linli.store_sqlite import SqliteStore
from linli_cli.main import main
from tests.access.conftest import INFRA, Office, request, staffed

DAY = date(2026, 3, 2)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home folder with the store of one deployment, in which an application was filed."""
    folder = tmp_path / "home"
    folder.mkdir()
    store = SqliteStore(folder / "lugu.sqlite", "lugu")
    office = staffed(Office("lugu", DAY, tmp_path, store))
    first = next(place.code for place in office.deployment.places.children(office.top))
    office.take("clerk", "access", "submit", request(first), place=office.top)
    store.close()
    return folder


def build(home: Path, out: Path, *more: str) -> int:
    given = ["--infra", str(INFRA), "--deployment", "lugu", "build", "--home", str(home), "--out", str(out)]
    return main([*given, "--on", DAY.isoformat(), *more])


def test_a_store_becomes_a_folder_of_pages_and_a_second_build_draws_nothing(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "public"
    assert build(home, out, "--json") == 0
    first = json.loads(capsys.readouterr().out)["lugu"]
    assert (out / "lugu/index.html").is_file()
    assert len(first["written"]) == first["pages"]
    assert build(home, out, "--json", "--explain") == 0
    second = json.loads(capsys.readouterr().out)["lugu"]
    assert second["written"] == [] and second["reasons"] == {}


def test_explain_says_of_each_page_what_made_it_be_drawn_again(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "public"
    build(home, out)
    (out / "lugu/check.html").unlink()
    capsys.readouterr()
    assert build(home, out, "--explain") == 0
    assert "check.html: it was missing in the tree" in capsys.readouterr().out
    assert (out / "lugu/check.html").is_file()
