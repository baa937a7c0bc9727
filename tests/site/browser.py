"""Look at built pages as a browser, a screen reader and an HTML checker do; skip with a reason without them.

Chromium is Debian's (``apt-get install chromium fonts-noto-cjk``). The HTML checker is the npm package
vnu-jar, run by Java: ``npm install --prefix ~/.cache/linli --no-save --ignore-scripts vnu-jar``. Its jar is
found there, or where ``$LINLI_VNU`` says.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

CHROMIUM = "/usr/bin/chromium"
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def chromium() -> Iterator[Any]:
    """Yield a playwright browser context; skip where there is no Chromium."""
    if not Path(CHROMIUM).exists():
        pytest.skip(f"{CHROMIUM} is not installed")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with TemporaryDirectory() as profile, playwright.sync_playwright() as started:
        context = started.chromium.launch_persistent_context(
            profile, executable_path=CHROMIUM, headless=True, args=list(_ARGUMENTS)
        )
        try:
            yield context
        finally:
            context.close()


def screenshot(browser: Any, html: Path, image: Path, width: int, **media: Any) -> None:
    """Save a picture of the whole page at ``width`` CSS pixels; ``media`` as in emulate_media."""
    page = browser.new_page()
    page.set_viewport_size({"width": width, "height": 800})
    if media:
        page.emulate_media(**media)
    page.goto(html.resolve().as_uri())
    page.screenshot(path=str(image), full_page=True)
    page.close()


def axe_violations(browser: Any, html: Path, width: int = 1280, **media: Any) -> list[str]:
    """Return a line for each violation that axe-core finds on the page."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="no axe-playwright-python")
    page = browser.new_page()
    page.set_viewport_size({"width": width, "height": 800})
    if media:
        page.emulate_media(**media)
    page.goto(html.resolve().as_uri())
    found = axe.Axe().run(page).response["violations"]
    page.close()
    return [
        f"{html.name}: {each['id']}: {each['help']}: {node['html'][:160]}"
        for each in found
        for node in each["nodes"]
    ]


def overflow(browser: Any, html: Path, width: int, *, zoom: int = 1, large: bool = False) -> int:
    """Return by how many pixels the page is wider than the window, with ``zoom`` as a browser's zoom acts."""
    page = browser.new_page()
    page.set_viewport_size({"width": width // zoom, "height": 800})
    page.goto(html.resolve().as_uri())
    if large:
        page.check("#big", force=True)
    wider: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    page.close()
    return wider


def _vnu() -> Path:
    given = os.environ.get("LINLI_VNU")
    home = Path.home() / ".cache/linli/node_modules/vnu-jar/build/dist/vnu.jar"
    jar = Path(given) if given else home
    if not jar.exists():
        pytest.skip(f"the HTML checker is not at {jar}; see tests/site/browser.py")
    return jar


def html_errors(folder: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return a line for each error that the HTML checker finds below ``folder`` (or in ``files``)."""
    if shutil.which("java") is None:
        pytest.skip("java is not installed")
    done = subprocess.run(
        [
            "java",
            "-jar",
            str(_vnu()),
            "--errors-only",
            "--also-check-css",
            "--skip-non-html",
            "--format",
            "text",
        ]
        + [str(file) for file in files or [folder]],
        capture_output=True,
        text=True,
        check=False,
    )
    said = [
        line
        for line in done.stderr.splitlines()
        if line.strip() and not line.startswith("Document checking completed.")
    ]

    if done.returncode and not said:
        raise RuntimeError(f"the HTML checker ended with {done.returncode} and said nothing")
    return said
