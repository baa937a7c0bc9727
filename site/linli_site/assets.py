"""The files of the look that every site carries: the stylesheet and the mark."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from linli_site.facts import Reader
from linli_site.plan import FileKind, Page

FOLDER = Path(__file__).parent / "assets"


def _plan(_: Reader) -> Iterable[Page]:
    return [Page(f"assets/{file.name}") for file in sorted(FOLDER.iterdir()) if file.is_file()]


def _content(_: Reader, page: Page) -> bytes:
    return (FOLDER / page.address.removeprefix("assets/")).read_bytes()


ASSETS = FileKind("site.assets", plan=_plan, content=_content)
"""Every :class:`~linli_site.build.Site` has this kind, whatever it is given."""
