"""Links are relative, name files, and are found wherever they stand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli_site.links import relative, resolve, scan

SEGMENTS = st.lists(st.sampled_from(["a", "b", "地点", "index"]), min_size=0, max_size=4)


@given(SEGMENTS, SEGMENTS, st.sampled_from(["index.html", "x.html"]))
def test_a_relative_link_leads_where_it_was_meant_to(here: list[str], there: list[str], name: str) -> None:
    folder, address = "/".join(here), "/".join([*there, name])
    assert resolve(folder, relative(folder, address)) == address


def test_a_scan_finds_links_however_they_are_quoted() -> None:
    found = scan(
        "m/a.html", """<a href="../b.html#x">1</a> <img src='c.svg'> <i id="y"></i> <a href="#y">2</a>"""
    )
    assert found.targets == ("b.html#x", "m/c.svg")
    assert found.anchors == {"y"}
    assert found.faults == ()


@pytest.mark.parametrize("link", ["https://example.org/x", "mailto:a@example.org", "tel:12345", "//host/x"])
def test_a_link_to_elsewhere_is_left_alone(link: str) -> None:
    assert scan("a.html", f'<a href="{link}">') == ((), frozenset(), ())


@pytest.mark.parametrize("link", ["/a.html", "m/", "../../x.html", "#none", "", "#"])
def test_a_link_that_cannot_work_everywhere_is_a_fault(link: str) -> None:
    assert len(scan("m/a.html", f'<a href="{link}">').faults) == 1


def test_an_anchor_that_stands_twice_is_a_fault() -> None:
    assert scan("a.html", '<i id="x"></i><i id="x"></i>').faults == ("the id 'x' stands 2 times",)
