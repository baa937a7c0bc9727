"""The chapter on commands against the parsers: every command, every option, every example."""

import argparse
import re
import shlex
from importlib.metadata import entry_points

import pytest

from linli_cli.main import COMMAND_GROUP, COMMANDS, _parser
from tests.docs.chapters import blocks, chapters, read, sections

# Those of linli, then those that installed plugins bring.
EVERY = [*COMMANDS, *sorted({point.name for point in entry_points(group=COMMAND_GROUP)} - set(COMMANDS))]
SECTIONS = {name.removeprefix("linli "): text for name, text in sections(read("commands.md")).items()}
_OPTION = re.compile(r"^\| `(--[\w-]+)[^`]*` \|", re.MULTILINE)
# In a chapter's block without a language: a call of linli, as it is or by its path in a checkout.
_CALL = re.compile(r"^(?:\.venv/bin/)?linli (.+)$", re.MULTILINE)
CALLS = sorted(
    {
        call
        for path in chapters()
        for block in blocks(path.read_text("utf-8"))
        for call in _CALL.findall(block.text)
    }
)


def options(parser: argparse.ArgumentParser) -> set[str]:
    """The long options of a parser and of what stands below it, without --help."""
    found: set[str] = set()
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                found |= options(below)
        found |= {name for name in action.option_strings if name.startswith("--")}
    return found - {"--help"}


def parser_of(command: str) -> argparse.ArgumentParser:
    """The parser of one command."""
    whole = _parser([command])
    (below,) = [action for action in whole._actions if isinstance(action, argparse._SubParsersAction)]
    parser = below.choices[command]
    assert isinstance(parser, argparse.ArgumentParser)
    return parser


def test_every_command_has_a_section_in_the_order_of_the_help() -> None:
    assert list(SECTIONS) == EVERY


@pytest.mark.parametrize("command", EVERY)
def test_a_section_names_exactly_the_options_there_are(command: str) -> None:
    assert set(_OPTION.findall(SECTIONS[command])) == options(parser_of(command))


def test_the_options_for_all_commands_are_named() -> None:
    whole = {
        name for action in _parser([])._actions for name in action.option_strings if name.startswith("--")
    }
    before = read("commands.md").split("\n## ", 1)[0]
    assert set(_OPTION.findall(before)) == whole - {"--help"}


@pytest.mark.parametrize("call", CALLS)
def test_a_printed_call_can_be_parsed(call: str) -> None:
    words = shlex.split(call, comments=True)
    _parser(words).parse_args(words)  # SystemExit where it cannot
