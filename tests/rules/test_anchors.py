"""Every citation stands in the text it cites: the anchor is found, word for word, inside that article.

What cannot be looked up is not skipped: it is listed here, and the list has to be true.
"""

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from linli.citations import Citation, chinese_number
from tests.rules.cases import brought, place_plugins

CITED = sorted(
    {(by, cite) for plugin in place_plugins().values() for by, cite in plugin.citations()}, key=str
)
HELD = [pytest.param(by, cite, id=f"{by} {cite.label}") for by, cite in CITED if cite.source.text]
ARTICLE = re.compile(r"^[*\s　]*第([一二三四五六七八九十百千零]+)条[*\s　]", re.MULTILINE)

# Texts that rules rest on and that are not held, and how often they are cited. A text that is found is struck off.
NOT_HELD = {
    "accounting-archives-2016": 2,
    "beijing-community-measures-trial": 1,
    "beijing-community-worker-measures-trial": 1,
    "beijing-consultation-meeting-rules": 2,
    "beijing-disclosure-opinions": 1,
    "beijing-residents-assembly-rules": 2,
    "budget-law-2018": 3,
    "civil-affairs-order-74": 2,
    "deliberation-agreement": 6,
    "emergency-response-law-2007": 2,
    "emergency-response-law-2024": 2,
    "finance-order-102": 1,
    "funding-announcement": 16,
    "minfa-2015-136": 10,
    "minfa-2016-189": 8,
    "minfa-2020-20": 1,
    "party-constitution": 4,
    "property-law-2007": 4,
    "residents-committee-law-1990": 28,
    "xicheng-access-2018": 2,
}


@cache
def articles(file: Path) -> dict[str, str]:
    """The articles of a stored text, by number in Chinese."""
    text = file.read_text("utf-8")
    found = list(ARTICLE.finditer(text))
    ends = [match.start() for match in found[1:]] + [len(text)]
    return {match[1]: text[match.end() : end] for match, end in zip(found, ends, strict=True)}


def stored(shared: Path, cite: Citation) -> Path:
    """Where the text of a citation lies: statutes in law, accounts in sources."""
    name = str(cite.source.text)
    files = [shared / folder / name for folder in ("law", "sources")]
    return next((file for file in files if file.is_file()), shared / name)


@pytest.mark.parametrize(("by", "cite"), HELD)
def test_the_anchor_stands_in_the_article_cited(by: str, cite: Citation, shared: Path) -> None:
    file = stored(shared, cite)
    assert file.is_file(), f"{by} cites {cite.source.id}, whose text should be {file.name}"
    assert len(cite.anchor) >= 4, f"{by}: {cite.label} needs an anchor of at least four characters"
    body = file.read_text("utf-8")
    if cite.article.isdigit():
        body = articles(file).get(chinese_number(int(cite.article)), "")
    assert cite.anchor in body, f"{by}: “{cite.anchor}” does not stand in {cite.label}"


@pytest.mark.parametrize(
    ("by", "cite"), [pytest.param(by, cite, id=f"{by} {cite.label}") for by, cite in CITED]
)
def test_every_citation_says_in_our_words_what_it_lays_down(by: str, cite: Citation) -> None:
    assert len(cite.gist) >= 6, f"{by}: {cite.label} has no gist"


def test_citations_whose_text_is_not_held_are_listed_and_counted() -> None:
    missing = [(by, cite) for by, cite in CITED if not cite.source.text]
    for by, cite in missing:
        print(f"text not held: {cite.label}, cited by {by}")
    print(f"{len(missing)} of {len(CITED)} citations rest on texts that are not held")
    assert Counter(cite.source.id for _, cite in missing) == NOT_HELD


def test_every_source_is_dated_and_its_successor_begins_when_it_ends() -> None:
    sources = {s.id: s for plugin in place_plugins() for s in brought(plugin, "linli_sources")}
    for source in sources.values():
        if source.replaced_by:
            assert source.until is not None, source.id
            assert (sources[source.replaced_by].since - source.until).days == 1, source.id
