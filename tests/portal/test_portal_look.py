"""Every kind of page of a filled portal, seen by a browser, by axe and by an HTML checker."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from linli_site.bucket import Folder
from tests.portal.conftest import Town
from tests.portal.deliberation import deliberation_site
from tests.portal.money import MoneyTown
from tests.site.browser import axe_violations, chromium, html_errors, overflow
from tests.systems.town import read

HEAVIEST = 30_000
"""Bytes of HTML."""
WHOLE_TEXTS = ("sources/", "rules/")


def access_site(folder: Path) -> None:
    """A portal of work that was asked for, admitted, refused and done anyway."""
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


def money_site(folder: Path) -> None:
    """A portal of a fund and a call, and of one of each in which nothing has happened yet."""
    town = MoneyTown(folder, Folder(folder / "site"))
    _, won, lost = town.filled()
    town.office.open_fund(title="刚设立的基金")
    town.venture.publish(title="第二批征集", opens="2026-04-01", closes="2026-05-30")
    choices = [{"key": won, "count": 61, "selected": True}, {"key": lost, "count": 20}]
    tally = {"id": "320613-2026-POLL", "place": town.office.top, "question": "选哪些项目", "choices": choices}
    tally |= {"method": "按得票从高到低", "counted": "2026-03-08", "ballots": 81, "electors": 120}
    town.office.enter("tallies", {**tally, "certificate": "ab" * 32})
    town.built()


class Site(NamedTuple):
    """A filled portal, how many kinds of pages it has at the least, and in which folders to look (none: everywhere)."""

    root: Path
    kinds: int
    folders: tuple[str, ...] = ()

    def pages(self) -> list[Path]:
        """The pages to look at."""
        below = [self.root / folder for folder in self.folders] or [self.root]
        return sorted(page for each in below for page in each.rglob("*.html"))


# The pages of deliberation lie in folders of their own; what they share with the others is looked at there.
DELIBERATED = ("meetings", "proposals", "deliberation", "compacts", "bodies")
SITES = [(access_site, 18, ()), (money_site, 24, ()), (deliberation_site, 12, DELIBERATED)]


@pytest.fixture(scope="module", params=SITES, ids=["access", "money", "deliberation"])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Site:
    fill, kinds, folders = request.param
    folder = tmp_path_factory.mktemp("portal")
    fill(folder)
    return Site(folder / "site", kinds, folders)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as opened:
        yield opened


def one_of_each(site: Site) -> list[Path]:
    """A page of every kind: of those that lie beside each other by the hundred, the heaviest."""
    found: dict[str, Path] = {}
    for page in site.pages():
        parts = page.relative_to(site.root).parts
        name = "*"
        if len(parts) == 1 or parts[-1] in ("index.html", "board.html", "figures.html"):
            name = parts[-1]
        elif parts[0] == "meetings":
            name = parts[-1]  # each of them is in another state, and looks so
        elif parts[0] in ("funds", "calls", "organizations"):
            name = re.sub(
                r"[0-9A-Z]+", "0", parts[-1]
            )  # what differs are numbers of matters, years, months, sheets
        kind = f"{'/'.join(parts[: min(len(parts) - 1, 1)])}/{len(parts)}/{name}"
        known = found.get(kind)
        if known is None or page.stat().st_size > known.stat().st_size:
            found[kind] = page
    return list(found.values())


@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_on_any_kind_of_page(site: Site, browser: Any, width: int) -> None:
    pages = one_of_each(site)
    assert len(pages) >= site.kinds
    assert [line for page in pages for line in axe_violations(browser, page, width)] == []


@pytest.mark.parametrize(("width", "zoom", "large"), [(360, 1, True), (1280, 4, False)])
def test_no_kind_of_page_scrolls_sideways(
    site: Site, browser: Any, width: int, zoom: int, large: bool
) -> None:
    wider = {
        str(p.relative_to(site.root)): overflow(browser, p, width, zoom=zoom, large=large)
        for p in one_of_each(site)
    }
    assert {name: pixels for name, pixels in wider.items() if pixels > 0} == {}


def test_no_kind_of_page_is_heavier_than_a_phone_should_carry(site: Site) -> None:
    sizes = {str(page.relative_to(site.root)): page.stat().st_size for page in one_of_each(site)}
    # The texts of the law are as long as they are; every other page keeps the target.
    heavy = {
        name: size for name, size in sizes.items() if size > HEAVIEST and not name.startswith(WHOLE_TEXTS)
    }
    assert heavy == {}


def test_the_html_checker_finds_nothing_on_the_whole_portal(site: Site) -> None:
    assert html_errors(site.root, site.pages() if site.folders else ()) == []


# The key of an entry as a rule reads it, or a word that only programs read: residents meet neither.
IDENTIFIER = re.compile(r"\d{6,}[-\w]*:[a-z_]+|(?<![\w/.-])[a-z]+_[a-z_]+(?![\w/.-])")


def test_no_identifier_of_a_program_stands_on_a_page(site: Site) -> None:
    pages = [page for page in site.root.rglob("*.html") if page.parent.name not in ("sources", "rules")]
    assert len(pages) > 100
    read_pages = {str(page.relative_to(site.root)): read(page.read_text("utf-8")) for page in pages}
    found = {name: said for name, text in read_pages.items() if (said := IDENTIFIER.findall(text))}
    assert found == {}
