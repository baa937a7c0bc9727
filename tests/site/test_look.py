"""The look, tried on a gallery that shows every part of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from linli_site import Folder, build
from linli_site.render import TEMPLATES
from tests.site.browser import axe_violations, chromium, html_errors, overflow
from tests.site.gallery import KINDS, TODAY, record


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("gallery")
    build(record(), KINDS, Folder(folder), TODAY)
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as opened:
        yield opened


def pages(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.html"))


def test_the_gallery_shows_every_part(gallery: Path) -> None:
    imported = set()
    for template in (Path(__file__).parent / "templates/g").iterdir():
        imported |= set(re.findall(r'from "(parts/[a-z]+\.html)"', template.read_text()))
    assert imported == {f"parts/{part.name}" for part in (TEMPLATES / "parts").iterdir()}


def test_the_stylesheet_is_under_15_kilobytes_and_no_page_carries_a_script(gallery: Path) -> None:
    assert (gallery / "assets/linli.css").stat().st_size < 15_000
    for page in pages(gallery):
        html = page.read_text()
        assert len(html.encode()) < 30_000
        assert "<script" not in html
        assert not re.search(r"\son[a-z]+=", html)


def test_every_page_names_its_language_its_main_part_and_one_heading(gallery: Path) -> None:
    for page in pages(gallery):
        html = page.read_text()
        assert '<html lang="zh-CN">' in html
        assert html.count("<h1") == 1
        assert html.count('<main id="main"') == 1
        assert '<a class="skip" href="#main">' in html


def test_the_violated_reason_stands_before_the_others(gallery: Path) -> None:
    html = (gallery / "access/matter.html").read_text()
    words = ("不符合</span>", "需要补充</span>", "待人工审核</span>", "符合的 1 条", "不适用的 1 条")
    places = [html.index(word) for word in words]
    assert places == sorted(places)


def test_what_is_not_markup_is_escaped_in_pictures(gallery: Path) -> None:
    html = (gallery / "index.html").read_text()
    assert "<专项>" not in html
    assert "&lt;专项&gt;" in html


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing(gallery: Path, browser: Any, scheme: str, width: int) -> None:
    found = [
        line for page in pages(gallery) for line in axe_violations(browser, page, width, color_scheme=scheme)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("width", "zoom", "large"),
    [(360, 1, False), (360, 1, True), (1280, 1, True), (1280, 2, False), (1280, 4, False)],
)
def test_no_page_scrolls_sideways(gallery: Path, browser: Any, width: int, zoom: int, large: bool) -> None:
    wider = {page.name: overflow(browser, page, width, zoom=zoom, large=large) for page in pages(gallery)}
    assert {name: pixels for name, pixels in wider.items() if pixels > 0} == {}


def test_large_print_is_1_4_times_as_large_without_a_script(gallery: Path, browser: Any) -> None:
    page = browser.new_page()
    page.goto((gallery / "index.html").as_uri())
    size = "parseFloat(getComputedStyle(document.body).fontSize)"
    before = page.evaluate(size)
    page.check("#big")
    assert (before, page.evaluate(size)) == (18, 25)
    page.close()


def test_what_is_folded_away_is_open_in_print(gallery: Path, browser: Any) -> None:
    page = browser.new_page()
    page.goto((gallery / "access/matter.html").as_uri())
    height = "document.querySelector('details.folded').offsetHeight"
    folded = page.evaluate(height)
    page.emulate_media(media="print")
    assert page.evaluate(height) > folded + 50
    assert page.evaluate("document.querySelector('details.folded .finding').checkVisibility()")
    page.close()


def test_a_board_sheet_prints_alone_on_one_page(gallery: Path, browser: Any) -> None:
    page = browser.new_page()
    page.goto((gallery / "access/sheet.html").as_uri())
    page.emulate_media(media="print")
    assert page.locator(".masthead").is_visible() is False
    pdf = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
    # A3 upright is 842 by 1191 points.
    box = re.search(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", pdf)
    assert box is not None
    assert [round(float(side)) for side in box.groups()] == [842, 1191]
    page.close()


def test_the_html_checker_finds_nothing(gallery: Path) -> None:
    assert html_errors(gallery) == []
