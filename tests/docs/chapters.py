"""The handbook as tests read it: its chapters, their fenced blocks, the files that a chapter shows in full."""

from __future__ import annotations

import re
from pathlib import Path

from msgspec import Struct

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "site" / "docs"

_FENCE = re.compile(r"^```([\w-]*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_FILE = re.compile(r"^`([^`\n]+)`:\n\n```[\w-]*\n(.*?)^```$", re.DOTALL | re.MULTILINE)


class Block(Struct, frozen=True):
    """A fenced block: the language that is named, and the text."""

    language: str
    text: str


def chapters() -> list[Path]:
    """Every page of the handbook and both READMEs."""
    return [*sorted(DOCS.rglob("*.md")), ROOT / "README.md", ROOT / "README.zh-CN.md"]


def read(name: str) -> str:
    """A chapter's text."""
    return (DOCS / name).read_text("utf-8")


def blocks(text: str, language: str | None = None) -> list[Block]:
    """The fenced blocks of a text, or only those of a language."""
    found = [Block(match[1], match[2]) for match in _FENCE.finditer(text)]
    return [block for block in found if language is None or block.language == language]


def files(text: str) -> dict[str, str]:
    """The files that a text shows: a line with the path between backticks and a colon, then a fenced block."""
    return {match[1]: match[2] for match in _FILE.finditer(text)}


def sections(text: str, level: int = 2) -> dict[str, str]:
    """The text under each heading of a level, by the heading's words."""
    parts = re.split(rf"^{'#' * level} (.+)$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))
