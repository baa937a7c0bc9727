"""Pictures are markup from whole numbers: well-formed, described, escaped, the same every time."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from linli_site import pictures

TEXT = st.text("甲乙<>&\"' a", max_size=20)
ROWS = st.lists(st.tuples(TEXT, st.integers(0, 10**12)), max_size=6)
DAY = date(2026, 1, 1)


def check(svg: Markup) -> ElementTree.Element:
    """Return the parsed picture after looking at what holds for all of them."""
    root = ElementTree.fromstring(str(svg))
    name = "{http://www.w3.org/2000/svg}"
    assert root.find(f"{name}title") is not None
    assert (root.findtext(f"{name}desc") or "") != ""
    assert root.get("role") == "img"
    assert root.get("aria-label")
    _, _, width, height = map(int, str(root.get("viewBox")).split())
    for rect in root.iter(f"{name}rect"):
        assert 0 <= int(rect.get("x", "")) <= int(rect.get("x", "")) + int(rect.get("width", "")) <= width
        assert 0 <= int(rect.get("y", "")) <= int(rect.get("y", "")) + int(rect.get("height", "")) <= height
    assert not re.search(r'(?:\bd|x|y|width|height|cx)="[^"]*\.', str(svg)), "geometry in whole numbers only"
    return root


@given(TEXT, ROWS)
def test_bars(title: str, rows: list[tuple[str, int]]) -> None:
    root = check(pictures.bars(title, rows))
    words = ["".join(text.itertext()) for text in root.iter("{http://www.w3.org/2000/svg}text")]
    assert words[::2] == [label for label, _ in rows]


@given(TEXT, st.lists(st.integers(0, 10**6), max_size=12))
def test_months(title: str, counts: list[int]) -> None:
    check(pictures.month_strip(title, counts))


@given(TEXT, st.integers(1, 900), st.lists(st.tuples(st.integers(-30, 900), TEXT), max_size=5))
def test_deadlines(title: str, days: int, marks: list[tuple[int, str]]) -> None:
    dated = [(DAY + timedelta(day), label) for day, label in marks]
    check(pictures.deadline_strip(title, DAY, DAY + timedelta(days), dated))


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_threshold_says_whether_it_is_reached(present: int, needed: int, total: int) -> None:
    svg = pictures.threshold_bar("人数", present, needed, total)
    check(svg)
    assert ("没有达到" in svg) == (present < needed)


@given(TEXT, ROWS, ROWS)
def test_flows(title: str, sources: list[tuple[str, int]], uses: list[tuple[str, int]]) -> None:
    check(pictures.flow(title, sources, uses))


def test_longer_bars_mean_more() -> None:
    svg = pictures.bars("长短", [("一", 1), ("三", 3), ("二", 2)])
    widths = [int(width) for width in re.findall(r'<rect[^>]*width="(\d+)"', svg)]
    assert widths == [110, 330, 220]


@pytest.mark.parametrize(
    "draw",
    [
        lambda: pictures.bars("题", [("甲", 1)]),
        lambda: pictures.qr_svg("https://portal.example/a.html"),
        lambda: pictures.flow("题", [("甲", 5)], [("乙", 2), ("丙", 3)]),
    ],
)
def test_the_same_figures_give_the_same_bytes(draw: Callable[[], Markup]) -> None:
    first = draw()
    pictures.qr_svg.cache_clear()
    assert draw() == first


def test_a_qr_code_is_an_image_with_a_name() -> None:
    svg = pictures.qr_svg("https://portal.example/<a>.html")
    assert 'role="img"' in svg
    assert "<title>二维码：https://portal.example/&lt;a&gt;.html</title>" in svg
    ElementTree.fromstring(str(svg))
