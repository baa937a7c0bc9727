"""The READMEs: the case of the tour is judged, and what is printed of it is what comes out."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from linli.deployment import load
from linli.forms import fields
from linli.standing import standing_actions
from tests.docs.chapters import DOCS, ROOT, blocks

README = (ROOT / "README.md").read_text("utf-8")
CHINESE = (ROOT / "README.zh-CN.md").read_text("utf-8")


def judged(folder: Path, day: str) -> subprocess.CompletedProcess[str]:
    """The tour's command with the tour's facts."""
    (facts,) = blocks(README, "json")
    file = folder / "facts.json"
    file.write_text(facts.text, "utf-8")
    run = "import sys; from linli_cli.main import main; sys.exit(main())"
    words = ["judge", "access.admit", str(file), "--at", "320613005002", "--on", day]
    return subprocess.run(
        [sys.executable, "-c", run, *words], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_the_tour_prints_the_beginning_of_what_comes_out(tmp_path: Path) -> None:
    (shown,) = blocks(README, "text")
    beginning = shown.text.removesuffix("…\n")
    assert beginning != shown.text
    ran = judged(tmp_path, "2026-01-20")
    assert (ran.returncode, ran.stdout[: len(beginning)]) == (1, beginning), ran.stderr


def test_a_day_earlier_another_law_answers_as_the_tour_says(tmp_path: Path) -> None:
    said = judged(tmp_path, "2025-12-31").stdout
    assert "[不符合] 部门工作进社区须经区里同意" in said
    assert "第二十条" in said and "谁委托谁付费" not in said


@pytest.mark.parametrize(
    "command", ["make demo", "make test", ".venv/bin/linli judge", ".venv/bin/linli verify"]
)
def test_both_readmes_have_the_same_commands(command: str) -> None:
    assert command in README and command in CHINESE


def test_the_places_of_the_tour_are_what_it_says() -> None:
    (facts,) = blocks(README, "json")
    deployment = load(ROOT / "infra" / "deployments" / "chongchuan.toml")
    (share,) = json.loads(facts.text)["communities"]
    assert deployment.places[share["community"]].title == "虹东社区"


def test_the_clerks_guide_names_only_words_that_stand_on_the_screen() -> None:
    deployments = [load(path) for path in sorted((ROOT / "infra" / "deployments").glob("*.toml"))]
    words: set[str] = set()
    for procedure in (each for deployment in deployments for each in deployment.procedures.values()):
        words |= {stage.title for stage in procedure.stages.values()}
        for action in {**standing_actions(procedure), **procedure.actions}.values():
            words |= {action.title, *(field.title for field in fields(action.form))}
            for field in fields(action.form):
                words |= {column.title for column in field.columns}
    words |= {"自治", "协助", "委托", "不符合"}  # the labels of duties and of a verdict
    templates = ROOT / "functions" / "linli_functions" / "templates" / "desk"
    screen = "".join(path.read_text("utf-8") for path in sorted(templates.glob("*.html")))
    guide = (DOCS / "clerk.zh.md").read_text("utf-8")
    quoted = {each.split("”")[0] for each in guide.split("“")[1:]}
    personas = {"区民政局经办人", "某栏"}
    assert sorted(each for each in quoted - personas if each not in words and each not in screen) == []
