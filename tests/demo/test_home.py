"""The home of a demo is recognised: half-built it is built anew, and what is not a demo's is left alone."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import msgspec
import pytest

from linli.errors import LoadFault
from linli_functions.demo_home import BUILDING, MARKER, DemoHome, held, prepare
from tests.demo.conftest import INFRA


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("mine")
    with pytest.raises(LoadFault):
        prepare(INFRA, tmp_path, print)
    assert [entry.name for entry in tmp_path.iterdir()] == ["letters.txt"]


def test_a_half_built_home_is_built_anew(tmp_path: Path) -> None:
    infra, home = tmp_path / "infra", tmp_path / "home"
    shutil.copytree(INFRA, infra, ignore=lambda folder, names: [n for n in names if _too_large(folder, n)])
    home.mkdir()
    day = date(2026, 11, 20)
    left = DemoHome(state=BUILDING, story="", as_of=day, built_on=day)
    (home / MARKER).write_bytes(msgspec.json.encode(left))
    (home / "lugu.sqlite").write_bytes(b"half of a store")
    said: list[str] = []
    known, fresh = prepare(infra, home, said.append)
    assert (known.state, fresh, [built.slug for built in known.built]) == ("ready", True, ["lugu"])


def test_a_home_is_held_by_one_process_at_a_time(tmp_path: Path) -> None:
    with held(tmp_path), pytest.raises(LoadFault), held(tmp_path):
        pass


def _too_large(folder: str, name: str) -> bool:
    """Every deployment but the smallest."""
    return folder.endswith("deployments") and name != "lugu.toml"
