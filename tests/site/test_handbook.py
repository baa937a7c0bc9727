"""The handbook is built by the same generator as the portals, with the same check of links."""

from datetime import date
from pathlib import Path

import pytest

from linli.errors import LoadFault
from linli_site.bucket import Memory
from linli_site.build import BuildFault
from linli_site.handbook import address_of, build_handbook, html_of

DOCS = Path(__file__).parents[2] / "site" / "docs"
DAY = date(2026, 3, 2)


def test_the_handbook_of_this_repository_builds_and_every_link_in_it_leads_somewhere() -> None:
    out = Memory()
    build_handbook(DOCS, out, DAY)
    pages = {address for address in out.files if address.endswith(".html")}
    assert pages == {address_of(file.relative_to(DOCS).as_posix()) for file in DOCS.rglob("*.md")}
    assert b'href="law.html"' in out.files["index.html"] and b'lang="zh-CN"' in out.files["clerk.zh.html"]


@pytest.mark.parametrize("link", ["gone.md", "law.md#gone", "#gone", "../outside.md"])
def test_a_link_that_leads_nowhere_stops_the_handbook(tmp_path: Path, link: str) -> None:
    chapter = tmp_path / "index.md"
    (tmp_path / "law.md").write_text("# Law\n\n## Ranks\n", "utf-8")
    chapter.write_text("# Index\n\nSee [this](law.md#ranks).\n", "utf-8")
    build_handbook(tmp_path, Memory(), DAY)
    chapter.write_text(f"# Index\n\nSee [this]({link}).\n", "utf-8")
    with pytest.raises(BuildFault):
        build_handbook(tmp_path, Memory(), DAY)


def test_html_in_a_chapter_is_shown_and_not_obeyed() -> None:
    assert "<script" not in html_of("# A\n\n<script>alert(1)</script>\n\n[x](javascript:alert(1))")
    assert 'href="javascript' not in html_of("[x](javascript:alert(1))")


def test_headings_have_the_anchors_that_they_have_in_the_repository() -> None:
    html = html_of("# What is `not` protected?\n\n## 备份\n\n## 备份\n")
    assert all(f'id="{anchor}"' in html for anchor in ("what-is-not-protected", "备份", "备份-1"))


def test_a_chapter_without_a_title_is_refused(tmp_path: Path) -> None:
    (tmp_path / "index.md").write_text("no title\n", "utf-8")
    with pytest.raises(LoadFault):
        build_handbook(tmp_path, Memory(), DAY)
