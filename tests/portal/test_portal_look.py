"""Every kind of page of a filled portal, seen by a browser, by axe and by an HTML checker."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from linli_site.bucket import Folder
from tests.portal.conftest import Town
from tests.site.browser import axe_violations, chromium, html_errors, overflow


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("portal")
    town = Town(folder, Folder(folder / "site"))
    town.decide(town.submit(town.home, town.near))
    town.decide(town.submit(offer=1_000_000))
    town.submit(title="社区食堂调查", kinds=["survey"])
    town.submit(title="缺材料的事", basis="")
    town.refuse()
    for _ in range(5):
        note = {"title": "填报表", "kinds": ["report"]}
        town.office.take("committee", "burden", "note", note, place=town.home)
    town.built()
    return folder / "site"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as opened:
        yield opened


def one_of_each(site: Path) -> list[Path]:
    """A page of every kind: of those that lie beside each other by the hundred, the heaviest."""
    found: dict[str, Path] = {}
    for page in sorted(site.rglob("*.html")):
        parts = page.relative_to(site).parts
        name = (
            parts[-1] if len(parts) == 1 or parts[-1] in ("index.html", "board.html", "figures.html") else "*"
        )
        kind = f"{'/'.join(parts[: min(len(parts) - 1, 1)])}/{len(parts)}/{name}"
        known = found.get(kind)
        if known is None or page.stat().st_size > known.stat().st_size:
            found[kind] = page
    return list(found.values())


@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_on_any_kind_of_page(site: Path, browser: Any, width: int) -> None:
    pages = one_of_each(site)
    assert len(pages) >= 18
    assert [line for page in pages for line in axe_violations(browser, page, width)] == []


@pytest.mark.parametrize(("width", "zoom", "large"), [(360, 1, True), (1280, 4, False)])
def test_no_kind_of_page_scrolls_sideways(
    site: Path, browser: Any, width: int, zoom: int, large: bool
) -> None:
    wider = {
        str(p.relative_to(site)): overflow(browser, p, width, zoom=zoom, large=large)
        for p in one_of_each(site)
    }
    assert {name: pixels for name, pixels in wider.items() if pixels > 0} == {}


def test_the_html_checker_finds_nothing_on_the_whole_portal(site: Path) -> None:
    assert html_errors(site) == []
