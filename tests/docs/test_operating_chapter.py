"""What the chapter on operating prints is run: the home folder, the open service, forgetting."""

from pathlib import Path
from random import Random

import pytest

from linli.vault import Forgotten
from linli_functions.clocks import SystemClock, instant
from linli_functions.opening import KEYS, log_signer, open_desk, session_key
from tests.docs.chapters import ROOT, blocks, read

TEXT = read("operating.md")
DEPLOYMENT = ROOT / "infra" / "deployments" / "dongcheng.toml"


def printed(number: int) -> dict[str, object]:
    names: dict[str, object] = {}
    exec(compile(blocks(TEXT, "python")[number].text, "operating.md", "exec"), names)
    return names


def test_the_home_folder_holds_what_the_table_says(tmp_path: Path) -> None:
    service = open_desk(DEPLOYMENT, tmp_path, SystemClock(), Random(1).randbytes)
    service.desk.vault.seal("someone", "matter", "field", "secret")
    log_signer(tmp_path, "dongcheng", Random(2).randbytes)
    session_key(tmp_path, Random(3).randbytes)
    found = {f"{KEYS}/{each.name}" for each in (tmp_path / KEYS).iterdir()}
    service.store.close()
    assert found == {name.replace("<slug>", "dongcheng") for name in _paths() if name.startswith("keys/")}
    assert {each.stat().st_mode & 0o777 for each in (tmp_path / KEYS).iterdir()} == {0o600}


def _paths() -> list[str]:
    rows = TEXT.split("## The home folder", 1)[1].split("## ", 1)[0].splitlines()
    return [row.split("`")[1] for row in rows if row.startswith("| `")]


def test_the_open_service_of_the_chapter_forgets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "infra").symlink_to(ROOT / "infra")
    service = printed(0)["service"]
    vault = service.desk.vault  # type: ignore[attr-defined]
    ref = vault.seal("someone", "matter", "field", "secret")
    vault.forget("someone")
    with pytest.raises(Forgotten):
        vault.open(ref, reader="reader", reason="test", at=instant())
    service.store.close()  # type: ignore[attr-defined]
