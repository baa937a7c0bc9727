"""In CI a skipped test is a failure, so that nothing is left out for want of a tool without a word."""

from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parents[2]
SKIPPING = """
    import pytest

    def test_wants_a_tool():
        pytest.skip("the tool is not here")

    @pytest.mark.skip(reason="not today")
    def test_is_marked():
        pass

    @pytest.mark.xfail(reason="known", strict=True)
    def test_known_fault():
        assert False
"""


@pytest.fixture
def planted(pytester, monkeypatch):
    """A folder with our conftest and tests that skip."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    pytester.makeconftest((ROOT / "conftest.py").read_text("utf-8"))
    pytester.makepyfile(SKIPPING)
    return pytester


def test_a_skip_fails_in_ci_and_says_why(planted, monkeypatch):
    monkeypatch.setenv("CI", "true")
    result = planted.runpytest_subprocess()
    result.assert_outcomes(failed=1, errors=1, xfailed=1)
    result.stdout.fnmatch_lines(
        ["*test_wants_a_tool was skipped, and in CI nothing may be*the tool is not here*"]
    )


def test_a_file_that_skips_as_a_whole_fails_in_ci(planted, monkeypatch):
    monkeypatch.setenv("CI", "true")
    planted.makepyfile("import pytest\npytest.importorskip('there_is_no_such_module')\n")
    result = planted.runpytest_subprocess()
    assert result.ret != 0
    result.stdout.fnmatch_lines(["*was skipped, and in CI nothing may be*there_is_no_such_module*"])


def test_a_skip_is_a_skip_on_a_desk(planted, monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    planted.runpytest_subprocess().assert_outcomes(skipped=2, xfailed=1)
