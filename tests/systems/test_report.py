"""The tool behind `make systems`: its data, its marks and what it prints."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.systems.catalogue import FAMILIES, Entry, fault, load
from tests.systems.report import lines, status

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parents[2]
WHOLE = Entry(title="whole", families=("access",))
IN_PARTS = Entry(title="in parts", families=("orgs",), parts=("a", "b"))


def test_the_catalogue_has_164_entries_of_known_families():
    catalogue = load()
    assert len(catalogue) == 164
    for id, entry in catalogue.items():
        assert re.fullmatch(r"(DC|CC|JJ|BJ|SC)-\d\d[b]?", id)
        assert entry.families and set(entry.families) <= FAMILIES, id
        assert len(entry.title) <= 80, id
    assert len({entry.title for entry in catalogue.values()}) == 164


def test_the_catalogue_names_what_the_accounts_name(shared):
    blocks = re.split(r"\n(?=\*\*[A-Z]{2}-\d)", (shared / "domain" / "catalogue.md").read_text("utf-8"))[1:]
    found = {}
    for block in blocks:
        id = re.match(r"\*\*([A-Z]{2}-\d+[a-z]?) ", block)
        families = re.search(r"F: ([a-z, ]+)\.", block)
        assert id and families, block[:80]
        found[id[1]] = tuple(families[1].split(", "))
    assert found == {id: entry.families for id, entry in load().items()}


def test_an_entry_without_a_test_is_missing():
    assert status(WHOLE, {}) == "missing"


def test_an_entry_passes_when_all_its_tests_pass():
    assert status(WHOLE, {None: {"passed"}}) == "pass"


def test_one_failure_fails_the_entry_whatever_else_passed():
    assert status(WHOLE, {None: {"passed", "failed"}}) == "fail"
    assert status(IN_PARTS, {"a": {"passed"}, "b": {"failed"}}) == "fail"


def test_a_skipped_test_has_shown_nothing():
    assert status(WHOLE, {None: {"passed", "skipped"}}) == "missing"


def test_an_entry_with_parts_passes_when_every_part_does():
    assert status(IN_PARTS, {"a": {"passed"}}) == "missing"
    assert status(IN_PARTS, {"a": {"passed"}, "b": {"passed"}}) == "pass"


def test_the_last_line_counts_them():
    catalogue = {"JJ-07": WHOLE, "JJ-08": WHOLE, "DC-30": IN_PARTS}
    outcomes = {("JJ-07", None): {"passed"}, ("DC-30", "a"): {"failed"}}
    assert list(lines(catalogue, outcomes)) == [
        "JJ-07 pass",
        "JJ-08 missing",
        "DC-30 fail",
        "3 systems: 1 pass, 1 fail, 1 missing",
    ]


@pytest.mark.parametrize(
    ("id", "part", "said"),
    [
        ("JJ-99", None, "has no 'JJ-99'"),
        ("DC-30", None, "part by part"),
        ("DC-30", "e", "'a', 'b', 'c', 'd'"),
        ("JJ-07", "a", "has no parts"),
    ],
)
def test_a_wrong_mark_is_told_what_is_wrong(id, part, said):
    assert said in fault(load(), id, part)


def test_a_mark_without_an_entry_stops_the_run(pytester):
    pytester.makepyfile("import pytest\n@pytest.mark.system('JJ-99')\ndef test_it(): pass\n")
    result = pytester.runpytest_inprocess("-p", "tests.systems.marks")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*test_it*the catalogue has no 'JJ-99'*"])


def run_systems(*paths: Path) -> subprocess.CompletedProcess[str]:
    """Run the tool as `make systems` does, but over tests of our own."""
    command = [sys.executable, "-m", "tests.systems", "--rootdir", str(paths[0].parent), *map(str, paths)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_tool_prints_a_line_an_id_and_fails_with_a_failure(tmp_path):
    tests = tmp_path / "test_planted.py"
    tests.write_text(
        "import pytest\n"
        "@pytest.mark.system('JJ-07')\n@pytest.mark.system('BJ-03')\ndef test_good(): pass\n"
        "@pytest.mark.system('JJ-08')\ndef test_bad(): assert 1 == 2\n"
        "@pytest.mark.parametrize('part', ['a', 'b'])\n"
        "def test_not_marked(part): assert False, 'not to be run'\n"
        + "".join(
            f"@pytest.mark.system('DC-30', part='{part}')\ndef test_part_{part}(): pass\n" for part in "abcd"
        )
    )
    run = run_systems(tests)
    printed = run.stdout.splitlines()
    assert run.returncode == 1
    assert len(printed) == 165
    assert {"JJ-07 pass", "BJ-03 pass", "JJ-08 fail", "DC-30 pass", "JJ-09 missing"} <= set(printed)
    assert printed[-1] == "164 systems: 3 pass, 1 fail, 160 missing"
    assert "test_bad" in run.stderr and "not to be run" not in run.stderr


def test_missing_systems_are_no_failure(tmp_path):
    tests = tmp_path / "test_planted.py"
    tests.write_text("import pytest\n@pytest.mark.system('JJ-07')\ndef test_good(): pass\n")
    run = run_systems(tests)
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines()[-1] == "164 systems: 1 pass, 0 fail, 163 missing"


def test_a_file_that_cannot_be_read_is_a_failure(tmp_path):
    tests = tmp_path / "test_planted.py"
    tests.write_text("import there_is_no_such_module\n")
    run = run_systems(tests)
    assert run.returncode == 1
    assert "there_is_no_such_module" in run.stderr
