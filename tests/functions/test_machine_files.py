"""What infra/machine starts is what the command line takes, and what it copies is there."""

import re
import shlex
from pathlib import Path

import pytest

from linli_cli.main import _parser

ROOT = Path(__file__).parents[2]
MACHINE = ROOT / "infra" / "machine"
_UNIT_CALL = re.compile(r"^Exec\w+=.*?/bin/linli (.+?)'?$", re.MULTILINE)
_IMAGE_CALL = re.compile(r'^CMD \["linli", (.+)\]$', re.MULTILINE)


def calls() -> list[str]:
    found = [
        call for path in MACHINE.glob("*.service") for call in _UNIT_CALL.findall(path.read_text("utf-8"))
    ]
    for call in _IMAGE_CALL.findall((MACHINE / "Containerfile").read_text("utf-8")):
        found.append(call.replace('", "', " ").strip('"'))
    return found


def test_every_file_starts_something() -> None:
    assert sorted(call.split()[0] for call in calls()) == ["backup", "check", "serve", "serve"]


@pytest.mark.parametrize("call", calls())
def test_what_is_started_is_a_command_with_its_options(call: str) -> None:
    words = shlex.split(call.replace("$$(", "").replace(")", ""))
    _parser(words).parse_args([word for word in words if not word.startswith(("-u", "+%"))])


def test_the_image_copies_what_the_repository_has() -> None:
    copied = re.findall(r"^COPY (\S+) ", (MACHINE / "Containerfile").read_text("utf-8"), re.MULTILINE)
    for name in copied:
        assert name == "dist/*.whl" or (ROOT / name).exists(), name


def test_the_service_writes_nowhere_but_its_home() -> None:
    unit = (MACHINE / "linli.service").read_text("utf-8")
    assert "ProtectSystem=strict" in unit
    assert re.findall(r"^ReadWritePaths=(.+)$", unit, re.MULTILINE) == ["/srv/linli/home"]
