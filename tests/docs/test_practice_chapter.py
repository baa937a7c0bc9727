"""The practice of the handbook: built outside the repository, installed with built wheels only, put to work."""

import json
import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

import pytest

from tests.docs.chapters import files, read
from tests.packaging.distributions import ROOT, all_distributions, build_wheel
from tests.packaging.installed_size import needed

OURS = ("linli", "linli-national")
DRIVER = Path(__file__).with_name("hall_booking.py")
DAY = "2026-03-02"
POSTS = (
    "编号,人员标识,岗位,地方,任职日期,离任日期,单位,代理谁\n"
    "a,administrator,administrator,990100000000,2020-01-01,,,\n"
    "r,resident,resident,990101001000,2020-01-01,,,\n"
    "n,neighbour,resident,990101001000,2020-01-01,,,\n"
)
HALLS = "编号,名称,所在社区,座位\nH1,一号活动室,990101001000,40\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of this chapter in a folder of their own, those of the chapter on places with what this one adds."""
    made = tmp_path_factory.mktemp("outside")
    practice = files(read("practice.md"))
    place = files(read("plugin.md"))
    place["linli_yiqu/halls.py"] = practice.pop("linli_yiqu/halls.py")
    place["linli_yiqu/__init__.py"] = place["linli_yiqu/__init__.py"].replace(
        'requires=("national",))', 'requires=("national",), extends=("halls",))'
    )
    deployment = "infra/deployments/yiqu.toml"
    place[deployment] = place[deployment].replace('yiqu = "0.1.0"\n', 'yiqu = "0.1.0"\nhalls = "0.1.0"\n')
    district = "infra/jurisdictions/990100000000-yiqu.toml"
    place[district] = place[district].replace('plugins = ["yiqu"]', 'plugins = ["yiqu", "halls"]')
    for name, texts in (("linli-halls", practice), ("linli-yiqu", place)):
        for path, text in texts.items():
            (made / name / path).parent.mkdir(parents=True, exist_ok=True)
            (made / name / path).write_text(text, "utf-8")
    return made


@pytest.fixture(scope="module")
def python(folder: Path) -> Path:
    """The interpreter of an environment with the built wheels, and of all else only what `linli` depends on."""
    wheels = [build_wheel(each, folder / "wheels") for each in all_distributions() if each.name in OURS]
    for name in ("linli-halls", "linli-yiqu"):
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel"]
        subprocess.run(command, cwd=folder / name, check=True, capture_output=True)
        wheels += (folder / name / "dist").glob("*.whl")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder / "env")], check=True)
    made = folder / "env" / "bin" / "python"
    (site,) = (folder / "env" / "lib").glob("python3*/site-packages")
    for name in needed("linli") - {"linli"}:
        known = distribution(name)
        for first in {
            file.parts[0] for file in known.files or () if file.parts[0] not in ("..", "__pycache__")
        }:
            found = Path(str(known.locate_file(first)))
            if not (site / first).exists():
                (site / first).symlink_to(found)
    pip = [sys.executable, "-m", "pip", "--python", str(made), "--disable-pip-version-check"]
    install = ["install", "--no-index", "--no-deps", "--quiet", *map(str, wheels)]
    subprocess.run([*pip, *install], check=True, capture_output=True)
    checked = subprocess.run([*pip, "check"], check=False, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout
    return made


def run(python: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run something in the environment, from outside the repository and without its path."""
    return subprocess.run(
        [str(python), *words],
        cwd=python.parents[2],
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        capture_output=True,
        text=True,
        check=False,
    )


def linli(python: Path, *words: str) -> str:
    """Run a command of linli; it has to succeed."""
    infra = python.parents[2] / "linli-yiqu" / "infra"
    done = run(python, str(python.with_name("linli")), "--infra", str(infra), *words)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def home(python: Path, folder: Path) -> Path:
    """A home with the posts and the hall entered by command."""
    for name, text in (("posts", POSTS), ("halls", HALLS)):
        (folder / f"{name}.csv").write_text(text, "utf-8")
    at = ("--home", str(folder / "home"), "--day", DAY, "--since", "2020-01-01")
    linli(python, "import", "appointments", str(folder / "posts.csv"), *at)
    linli(python, "import", "halls", str(folder / "halls.csv"), *at, "--as", "administrator")
    return folder / "home"


def test_the_wheel_holds_the_template_and_no_test(folder: Path, python: Path) -> None:
    (site,) = (folder / "env" / "lib").glob("python3*/site-packages")
    assert (site / "linli_halls" / "templates" / "halls" / "index.html").is_file()
    assert not (site / "test_bookings.py").exists()


def test_the_deployment_loads_with_the_practice_and_what_the_place_says_of_it(python: Path) -> None:
    shown = json.loads(linli(python, "plugins", "show", "yiqu", "--json"))
    assert "yiqu.booking.book.hall-seats-them-all" in json.dumps(shown)
    assert '"persons"' in linli(python, "schema", "booking.book")


def test_the_command_line_tries_books_and_shows(python: Path, folder: Path, home: Path) -> None:
    facts = folder / "booking.json"
    facts.write_text(json.dumps({"hall": "H1", "on": "2026-03-08", "use": "meeting", "persons": 40}), "utf-8")
    place = ("--at", "990101001000", "--as", "resident", "--home", str(home), "--day", DAY)
    linli(python, "take", "booking.book", str(facts), *place, "--dry-run")
    told = json.loads(linli(python, "take", "booking.book", str(facts), *place, "--json"))
    assert told["stage"] == "booked"
    assert "2026-03-08，H1 已经约好，40 人。" in linli(
        python, "show", told["matter"], "--home", str(home), "--day", DAY
    )


@pytest.fixture(scope="module")
def said(python: Path, folder: Path, home: Path) -> dict:
    """What the API answered."""
    deployment = folder / "linli-yiqu" / "infra" / "deployments" / "yiqu.toml"
    done = run(python, str(DRIVER), str(deployment), str(home))
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_what_ran_were_the_built_wheels(said: dict, folder: Path) -> None:
    for name in ("linli", "halls"):
        assert Path(said[name]).is_relative_to(folder / "env")
        assert not Path(said[name]).is_relative_to(ROOT)


def test_the_api_has_the_procedure_with_all_that_comes_by_itself(said: dict) -> None:
    assert {"book", "give_back", "void", "object", "answer", "suspend"} <= set(said["actions"])
    assert "哪个活动室" in said["form"]


def test_the_api_tries_books_once_and_refuses_with_reasons(said: dict) -> None:
    assert said["dry_run"] == {"stored": False}
    assert said["booked"]["stage"] == "booked"
    assert "这一天已经有人预约" in said["twice"]
    assert said["too_many"]["stage"] == "refused"
    assert "这里的活动室不作这个用途" in said["no_such_use"]


def test_the_built_portal_has_the_page_the_file_and_a_page_for_each_booking(
    python: Path, folder: Path, home: Path, said: dict
) -> None:
    linli(python, "build", "--home", str(home), "--out", str(folder / "public"), "--on", DAY)
    site = folder / "public" / "yiqu"
    assert "2026-03-09,一号活动室,30" in (site / "halls" / "bookings.csv").read_text("utf-8")
    page = (site / "halls" / "index.html").read_text("utf-8")
    assert "一号活动室" in page and 'href="bookings.csv"' in page
    refused = (site / "matters" / said["too_many"]["matter"] / "index.html").read_text("utf-8")
    assert "一号活动室只有 40 个座位" in refused and "第十二条" in refused
    assert "halls/index.html" in (site / "index.html").read_text("utf-8")


def test_the_tests_of_the_chapter_pass(python: Path, folder: Path) -> None:
    (site,) = (folder / "env" / "lib").glob("python3*/site-packages")
    copied = folder / "aside"
    shutil.copytree(site / "linli_halls", copied / "linli_halls")
    shutil.copy(folder / "linli-halls" / "test_bookings.py", copied)
    # pytest is no dependency: it runs where we do, with the practice beside it.
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "."]
    done = subprocess.run(
        command,
        cwd=copied,
        env={**os.environ, "PYTHONPATH": str(copied)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert re.search(r"\b2 passed", done.stdout), done.stdout + done.stderr
