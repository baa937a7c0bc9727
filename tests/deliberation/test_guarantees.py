"""The numbers that let people call a meeting: a place may lower them, and is refused at load where it raises them."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import pytest

from linli.deployment import load
from linli.errors import LoadFault

INFRA = Path(__file__).parents[2] / "infra"
SHIJIA_STREET = "110101007000-chaoyangmen.toml"


def configured(folder: Path, parameter: str, value: str) -> Path:
    """The shipped deployment of 东城 with one figure more in a street's file."""
    copytree(INFRA, folder / "infra")
    file = folder / "infra" / "jurisdictions" / SHIJIA_STREET
    text = file.read_text("utf-8")
    more = f'\n[[parameters]]\nid = "{parameter}"\nvalue = "{value}"\nsince = 2026-01-01\n{CITES}\n'
    file.write_text(text + more, "utf-8")
    return folder / "infra" / "deployments" / "dongcheng.toml"


CITES = 'cites = { source = "dongcheng-account", article = "议事", gist = "本街道的做法" }'


@pytest.mark.parametrize(
    ("parameter", "raised", "lowered", "article"),
    [
        ("meeting.call_by_adults", "1/5", "1/20", "第二十六条"),
        ("meeting.call_by_households", "1/9", "1/11", "第二十六条"),
        ("meeting.representatives_call", "1/4", "1/6", "第二十八条"),
    ],
)
def test_a_place_lowers_the_number_and_never_raises_it(
    tmp_path: Path, parameter: str, raised: str, lowered: str, article: str
) -> None:
    with pytest.raises(LoadFault) as fault:
        load(configured(tmp_path / "raised", parameter, raised))
    said = str(fault.value)
    assert "放宽了上级" in said and article in said and "社区基层治理东城模式" in said
    load(configured(tmp_path / "lowered", parameter, lowered))
