"""Every relative link of the handbook and the READMEs leads somewhere, to the heading where it names one."""

import re
from pathlib import Path

import pytest

from tests.docs.chapters import DOCS, ROOT, chapters

_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_FENCED = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
PAGES = {str(path.relative_to(ROOT)): path for path in chapters()}


def anchors(path: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", _FENCED.sub("", path.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in headings}


@pytest.mark.parametrize("page", PAGES)
def test_every_relative_link_leads_somewhere(page: str) -> None:
    path, broken = PAGES[page], []
    for link in _LINK.findall(_FENCED.sub("", path.read_text("utf-8"))):
        if "://" in link:
            continue
        name, _, anchor = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def test_every_chapter_is_reached_from_the_index() -> None:
    linked = set(_LINK.findall((DOCS / "index.md").read_text("utf-8")))
    assert {path.name for path in DOCS.glob("*.md")} - {"index.md"} <= linked


def test_decisions_are_numbered_without_a_gap_and_have_the_four_parts() -> None:
    records = sorted((DOCS / "decisions").glob("[0-9]*.md"))
    assert [int(path.name[:4]) for path in records] == list(range(1, len(records) + 1))
    for path in records:
        text = path.read_text("utf-8")
        assert text.startswith(f"# {int(path.name[:4])}. "), path.name
        for part in ("\nStatus: ", "\n## Context\n", "\n## Decision\n", "\n## Consequences\n"):
            assert part in text, f"{path.name} lacks {part.strip()}"


@pytest.mark.parametrize("page", PAGES)
def test_every_path_between_backticks_is_there(page: str) -> None:
    """Paths of the checkout that a page names: those that begin with a folder of it and hold no placeholder."""
    text = _FENCED.sub("", PAGES[page].read_text("utf-8"))
    named = re.findall(r"`((?:core|functions|site|plugins|infra|tests|changes)/[\w./-]*)`", text)
    # What the chapter on plugins builds, and a folder that is there once a year has its notice.
    to_be = [each for each in named if "yiqu" in each or each.startswith("infra/notices/")]
    assert [each for each in named if each not in to_be and not (ROOT / each).exists()] == []
