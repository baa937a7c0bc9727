"""The pages that every portal has, whatever procedures it shows: places, matters, rules, changes, and how to check."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from linli.deployment import Deployment
from linli.pages import Panel
from linli_site.pages import changes, checking, matters, places, rules
from linli_site.plan import Kind, Page, PageKind


def generic(deployment: Deployment, panels: Sequence[Panel], folders: Sequence[Path]) -> list[Kind]:
    """Return the generic kinds; ``panels`` stand on the pages of places, their templates lie in ``folders``."""
    return [
        *places.kinds(deployment.place, panels),
        *matters.kinds(deployment),
        *rules.kinds(),
        *changes.kinds(),
        *checking.kinds(),
        *(_templates(panel, folder) for panel, folder in zip(panels, folders, strict=True)),
    ]


def _templates(panel: Panel, folder: Path) -> Kind:
    """A kind without pages: it only brings the folder in which a panel's template lies."""
    return PageKind(f"panel.{panel.id}", _nothing, lambda reader, page: {}, panel.template, folder)


def _nothing(_: object) -> list[Page]:
    return []
