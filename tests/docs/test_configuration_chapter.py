"""The chapter on configuration against the structs that read it, and its examples against the loader."""

import re
import types
import typing
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from linli import configuration
from linli.calendar import WorkingCalendar, read_notices
from linli.citations import Rank
from linli.configuration import JurisdictionFile
from linli.deployment import examine
from linli.places import Level
from tests.docs.chapters import ROOT, blocks, read

TEXT = read("configuration.md")
STRUCTS = [
    "DeploymentFile",
    "IdentityTable",
    "IssuerTable",
    "CloudTable",
    "JurisdictionFile",
    "ParameterTable",
    "CitesTable",
    "SourceTable",
    "PlaceTable",
]
_TABLE = re.compile(r"<!-- (\w+) -->\n((?:\|.*\n)+)")
TABLES = {match[1]: match[2].splitlines()[2:] for match in _TABLE.finditer(TEXT)}


def told(hint: Any) -> str:
    """A type in the words of the chapter."""
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        members = [each for each in typing.get_args(hint) if each is not type(None)]
        return " or ".join(told(each) for each in members)
    if typing.get_origin(hint) is tuple:
        return "list of texts" if typing.get_args(hint)[0] is str else "list of tables"
    if typing.get_origin(hint) is dict:
        return "table of texts"
    simple: dict[Any, str] = {Any: "value", int: "whole number", date: "date", bool: "true or false"}
    if hint in simple:
        return simple[hint]
    return "text" if issubclass(hint, str) else "table"


def test_every_struct_has_a_table() -> None:
    assert list(TABLES) == STRUCTS


@pytest.mark.parametrize("name", STRUCTS)
def test_a_table_has_the_keys_types_and_needs_of_its_struct(name: str) -> None:
    struct = getattr(configuration, name)
    hints = typing.get_type_hints(struct)
    wanted = [
        (f"`{field.name}`", told(hints[field.name]), "yes" if field.required else "no")
        for field in msgspec.structs.fields(struct)
    ]
    cells = [tuple(cell.strip() for cell in row.strip("|").split("|")) for row in TABLES[name]]
    assert [row[:3] for row in cells] == wanted
    assert all(row[3] for row in cells)


def test_every_level_is_named() -> None:
    (row,) = [row for row in TABLES["PlaceTable"] if row.startswith("| `level`")]
    assert re.findall(r"`(\w+)`", row)[1:] == [level.value for level in Level]


def test_every_rank_is_named_from_the_highest_down() -> None:
    table = re.findall(r"^\| `(\w+)` \| (\S+) \| (\d+) \|$", read("law.md"), re.MULTILINE)
    ranks = sorted(Rank, reverse=True)
    assert table == [(rank.name.lower(), rank.title, str(rank.value)) for rank in ranks]


def test_the_street_of_the_chapter_loads(tmp_path: Path) -> None:
    infra = tmp_path / "infra"
    for folder in ("deployments", "jurisdictions"):
        (infra / folder).mkdir(parents=True)
        for file in (ROOT / "infra" / folder).glob("*.toml"):
            (infra / folder / file.name).write_bytes(file.read_bytes())
    street = infra / "jurisdictions" / "110107011000-lugu.toml"
    places = re.search(r"^places = \[.*?^\]", street.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert places is not None
    example = blocks(TEXT, "toml")[0].text.replace(
        'title = "鲁谷街道"\n', f'title = "鲁谷街道"\n{places[0]}\n'
    )
    street.write_text(example, "utf-8")
    file, faults = configuration.read(street, JurisdictionFile)
    assert file is not None and faults == []
    deployment, faults = examine(infra / "deployments" / "lugu.toml")
    assert deployment is not None
    assert [str(fault) for fault in faults] == []
    values = [s.value for s in deployment.settings if s.origin == street.name]
    assert values == [15]


def test_the_notice_of_the_chapter_can_be_read() -> None:
    notices = read_notices(blocks(TEXT, "toml")[1].text, "2027.toml")
    assert WorkingCalendar.official(notices).is_working(date(2027, 1, 9))
