"""What every test of this repository shares, those beside the plugins too.

Skips, Hypothesis profiles, the reading matter beside the repository, and the marker of the catalogue.
"""

import os
import shutil
from collections.abc import Generator
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.systems.marks", "tests.store.emulated"]

ROOT = Path(__file__).parent
IN_CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}

# No deadline in either profile: how long an example takes says more about the machine than about the code.
settings.register_profile(
    "ci", deadline=None, max_examples=100, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("dev", deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if IN_CI else "dev"))


Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)


def _fail_if_skipped(report: Report, name: str) -> Report:
    """Turn a skip into a failure in CI, where every tool is installed and nothing may be left out."""
    if IN_CI and report.outcome == "skipped" and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{name} was skipped, and in CI nothing may be. {reason}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let no test be skipped in CI."""
    return _fail_if_skipped((yield), item.nodeid)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Let no file of tests be skipped in CI."""
    return _fail_if_skipped((yield), collector.nodeid)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of laws, sources and data beside the repository; `LINLI_SHARED` says where else it lies."""
    folder = Path(os.environ.get("LINLI_SHARED") or ROOT.parent / "shared")
    if not folder.is_dir():
        pytest.skip(f"The reading matter is not at {folder}; set LINLI_SHARED to where it lies.")
    return folder


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The Chromium that drives the browser tests, to be handed to playwright as `executable_path`."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("Chromium is not installed; on Debian: apt-get install chromium fonts-noto-cjk")
    return Path(found)
