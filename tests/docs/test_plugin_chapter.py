"""The plugin that the handbook writes: built as it stands there, installed aside, loaded, tried."""

import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import date
from importlib import import_module, invalidate_caches
from pathlib import Path
from types import ModuleType

import msgspec
import pytest

from linli.access import NOTICE_WORKING_DAYS, AccessRequest
from linli.deployment import check, load
from linli.rulebook import Dates
from tests.docs.chapters import ROOT, files, read

DAY = date(2026, 3, 2)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The chapter's files in a folder of their own."""
    folder = tmp_path_factory.mktemp("yiqu")
    for name, text in files(read("plugin.md")).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="module")
def installed(written: Path) -> Path:
    """The built wheel, unpacked: what an installation puts on the path, metadata and all."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel"],
        cwd=written,
        check=True,
        capture_output=True,
    )
    (wheel,) = (written / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(written / "installed")
    return written / "installed"


@pytest.fixture
def module(installed: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    monkeypatch.syspath_prepend(str(installed))
    invalidate_caches()
    yield import_module("linli_yiqu")
    for name in [name for name in sys.modules if name.split(".")[0] == "linli_yiqu"]:
        del sys.modules[name]


def called(installed: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run Python with the plugin installed beside the rest."""
    path = os.pathsep.join([str(installed), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    return subprocess.run(
        [sys.executable, "-m", *words],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


def linli(installed: Path, *words: str) -> subprocess.CompletedProcess[str]:
    run = "import sys; from linli_cli.main import main; sys.exit(main())"
    path = os.pathsep.join([str(installed), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    return subprocess.run(
        [sys.executable, "-c", run, "--infra", str(installed.parent / "infra"), *words],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_wheel_holds_the_cases_too(installed: Path) -> None:
    assert (installed / "linli_yiqu" / "cases" / "access.toml").is_file()


def test_the_deployment_of_the_chapter_loads_with_the_module_handed_in(
    written: Path, module: ModuleType
) -> None:
    deployment = load(written / "infra" / "deployments" / "yiqu.toml", modules=[module])
    assert [bound.id for bound in deployment.rules if bound.plugin == "yiqu"] == [
        "yiqu.access.submit.workload-is-bearable"
    ]
    assert deployment.rulebook("990101001000").value(NOTICE_WORKING_DAYS, DAY) == 10


def test_the_rule_of_the_chapter_judges_a_case(written: Path, module: ModuleType) -> None:
    deployment = load(written / "infra" / "deployments" / "yiqu.toml", modules=[module])
    facts = {"title": "档案", "communities": [{"community": "990101001000"}], "persons": 2, "days": 31}
    judgement = deployment.rulebook("990101001000").judge(
        "access.submit", msgspec.convert(facts, AccessRequest), Dates.on(DAY)
    )
    (heard,) = [each for each in judgement.findings if each.rule.startswith("yiqu.")]
    assert heard.verdict.value == "review"
    assert heard.reason == "需要 62 人天，超过 60 人天"
    assert [(value.name, value.value) for value in heard.values] == [("yiqu.person_days", 60)]


def test_a_street_that_loosens_the_chapters_figure_is_refused(written: Path, module: ModuleType) -> None:
    folder = written / "loosened"
    for name in ("deployments", "jurisdictions"):
        (folder / name).mkdir(parents=True, exist_ok=True)
        for file in (written / "infra" / name).iterdir():
            (folder / name / file.name).write_bytes(file.read_bytes())
    street = folder / "jurisdictions" / "990101000000-bing.toml"
    street.write_text(
        'place = "990101000000"\ntitle = "丙街道"\n[[parameters]]\nid = "yiqu.person_days"\nvalue = 61\n'
        "since = 2025-01-01\nexample = true\n",
        "utf-8",
    )
    deployment = folder / "deployments" / "yiqu.toml"
    text = deployment.read_text("utf-8")
    deployment.write_text(text.replace('yiqu.toml"]', f'yiqu.toml", "{street.name}"]'), "utf-8")
    (fault,) = [each for each in check([deployment], DAY, modules=[module]) if not each.alarm]
    assert "放宽了上级" in fault.message


def test_the_commands_of_the_chapter_work_in_its_order(installed: Path) -> None:
    before = linli(installed, "check")
    assert before.returncode == 1 and "revisions.toml" in before.stdout
    wrote = linli(installed, "plugins", "revisions", "yiqu", "--write")
    assert (wrote.returncode, (installed / "linli_yiqu" / "revisions.toml").is_file()) == (0, True), (
        wrote.stderr
    )
    after = linli(installed, "check", str(installed.parent / "infra" / "deployments" / "yiqu.toml"))
    assert after.returncode == 0, after.stdout + after.stderr
    shown = linli(installed, "plugins", "show", "yiqu")
    assert "yiqu.access.submit.workload-is-bearable" in shown.stdout, shown.stderr


def test_the_cases_of_the_chapter_pass_the_trial_of_all_plugins(installed: Path) -> None:
    tried = called(installed, "pytest", "-q", "-p", "no:cacheprovider", "tests/rules", "-k", "yiqu")
    assert tried.returncode == 0, tried.stdout
    assert "failed" not in tried.stdout
