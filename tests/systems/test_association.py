"""上城's three means in one plugin, as far as they are here: the association and the fund; appraisal is yet to come."""

from __future__ import annotations

import json

import pytest

from linli_cli.main import main


def rules_of_shangcheng(capsys: pytest.CaptureFixture[str]) -> set[str]:
    """The moments at which the plugin's rules judge, as the command line tells them."""
    assert main(["plugins", "show", "shangcheng", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["rules"]
    return {rule["id"].split(".")[1] + " " + rule["title"] for rule in found}


@pytest.mark.system("SC-31", part="a")
def test_the_plugin_brings_the_association(capsys: pytest.CaptureFixture[str]) -> None:
    assert any("社区发展协会" in said for said in rules_of_shangcheng(capsys))


@pytest.mark.system("SC-31", part="c")
def test_the_plugin_brings_the_fund(capsys: pytest.CaptureFixture[str]) -> None:
    moments = {said.split()[0] for said in rules_of_shangcheng(capsys)}
    assert moments & {"fund", "contribution", "payment"}
