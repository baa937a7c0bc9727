"""The handbook as a site of its own: ``site/docs/*.md`` through the same engine as the portals.

``python -m linli_site.handbook site/docs build/handbook`` (``make docs``) writes it; a link that leads nowhere stops
it. Chapters are Markdown without HTML, and link to each other as files (``law.md#ranks``), so that they read well in
the repository too.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from markupsafe import Markup

from linli.errors import LoadFault
from linli_site.bucket import Bucket, Folder
from linli_site.build import Report, build
from linli_site.facts import DictRecord, Reader
from linli_site.frame import SITE, Frame, NavItem
from linli_site.plan import Each, Page, PageKind

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

PREFIX = "chapter/"
NAV = (("目录", "index.html"), ("办事指南", "clerk.zh.html"), ("Decisions", "decisions/index.html"))
_ELSEWHERE = re.compile(r"(?:[a-zA-Z][a-zA-Z0-9+.-]*:|//|#)")
_NOT_IN_ANCHOR = re.compile(r"[^\w\- ]")


class Chapter(msgspec.Struct, frozen=True):
    """A chapter: its title, its language (``en`` or ``zh-CN``), and its Markdown."""

    title: str
    language: str
    text: str


def chapters(folder: Path) -> Iterator[tuple[str, Chapter]]:
    """Yield the chapters below a folder as facts; raises `LoadFault` for one without a title, or if there is none."""
    files = sorted(folder.rglob("*.md"))
    if not files:
        raise LoadFault("没有手册的章节", where=str(folder), cure="给出有 .md 文件的文件夹")
    for file in files:
        name, text = file.relative_to(folder).as_posix(), file.read_text("utf-8")
        title = text.partition("\n")[0]
        if not title.startswith("# "):
            raise LoadFault("章节没有标题", where=name, cure="第一行写成 # 标题")
        language = "zh-CN" if name.endswith(".zh.md") else "en"
        yield PREFIX + name, Chapter(title.removeprefix("# ").strip().replace("`", ""), language, text)


def address_of(name: str) -> str:
    """Return the address of a chapter: ``law.md`` is ``law.html``, the README of a folder its index."""
    folder, slash, file = name.rpartition("/")
    return f"{folder}{slash}{'index' if file == 'README.md' else file.removesuffix('.md')}.html"


def build_handbook(folder: Path, out: Bucket, today: date) -> Report:
    """Build the handbook of a folder; raises `BuildFault` where a link leads nowhere."""
    facts = list(chapters(folder))
    there = {address_of(key.removeprefix(PREFIX)) for key, _ in facts}
    nav = tuple(NavItem(label, address) for label, address in NAV if address in there)
    record = DictRecord([(SITE, Frame(name="Linli 手册", owner="Linli", nav=nav)), *facts])
    kind = PageKind("handbook.chapter", Each(PREFIX, address_of), _chapter, "handbook.html")
    report, _ = build(record, [kind], out, today)
    return report


def _chapter(reader: Reader, page: Page) -> Mapping[str, object]:
    chapter = reader.get(page.key, Chapter)
    return {"title": chapter.title, "language": chapter.language, "body": html_of(chapter.text)}


def html_of(text: str) -> Markup:
    """Return Markdown as HTML: no HTML of its own passes, headings have the anchors that GitHub gives them."""
    reader = _reader()
    tokens = reader.parse(text)
    known: dict[str, int] = {}
    for token, inside in zip(tokens, [*tokens[1:], None], strict=True):
        if token.type == "heading_open" and inside is not None:
            token.attrSet("id", _anchor(inside.content, known))
        _turn_links(token)
    return Markup(reader.renderer.render(tokens, reader.options, {}))  # noqa: S704 - written by markdown-it, html off


@cache
def _reader() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable("table")


def _turn_links(token: Token) -> None:
    """Let links between chapters lead to their pages."""
    for each in token.children or ():
        target = str(each.attrGet("href") or "")
        if each.type == "link_open" and not _ELSEWHERE.match(target):
            path, mark, fragment = target.partition("#")
            each.attrSet("href", f"{address_of(path) if path.endswith('.md') else path}{mark}{fragment}")


def _anchor(heading: str, known: dict[str, int]) -> str:
    """The anchor of a heading; one that is there already gets a number."""
    anchor = _NOT_IN_ANCHOR.sub("", heading.lower()).replace(" ", "-")
    known[anchor] = known.get(anchor, -1) + 1
    return f"{anchor}-{known[anchor]}" if known[anchor] else anchor


def main() -> None:
    """Build the handbook into a folder, and say how many chapters it has."""
    parser = argparse.ArgumentParser(description=build_handbook.__doc__)
    parser.add_argument("source", type=Path, help="the folder of the chapters")
    parser.add_argument("out", type=Path, help="where to write it")
    given = parser.parse_args()
    report = build_handbook(given.source, Folder(given.out), datetime.now(UTC).date())
    sys.stdout.write(f"{given.out}: {report.pages} files, {len(report.written)} written\n")


if __name__ == "__main__":
    main()
