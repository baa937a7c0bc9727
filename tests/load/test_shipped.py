"""The deployments that ship with the repository."""

from datetime import date
from pathlib import Path

import pytest

from linli.deployment import check, load

ROOT = Path(__file__).parents[2]
SHIPPED = sorted((ROOT / "infra" / "deployments").glob("*.toml"))
AS_OF = date(2026, 11, 22)


@pytest.fixture(scope="module")
def deployments():
    return {path.stem: load(path) for path in SHIPPED}


def test_the_shipped_deployments_have_no_fault_and_no_alarm():
    assert SHIPPED
    assert [str(fault) for fault in check(SHIPPED, AS_OF)] == []


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_jurisdiction_file_is_named_by_its_code(path):
    for jurisdiction in load(path).jurisdictions.values():
        assert jurisdiction.file.startswith(f"{jurisdiction.place}-")


def test_every_jurisdiction_file_is_used_by_a_deployment(deployments):
    used = {j.file for deployment in deployments.values() for j in deployment.jurisdictions.values()}
    assert used == {path.name for path in (ROOT / "infra" / "jurisdictions").glob("*.toml")}


def test_no_two_deployments_share_a_store_or_a_place(deployments):
    assert len({each.store for each in deployments.values()}) == len(deployments)
    assert len({each.place for each in deployments.values()}) == len(deployments)


def test_a_street_without_code_has_rules_figures_and_communities(deployments):
    lugu = deployments["lugu"]
    assert {bound.plugin for bound in lugu.rulebook(lugu.place).rules} == {"national", "beijing"}
    assert len(lugu.places.children(lugu.place)) == 22
    assert any(setting.place == lugu.place for setting in lugu.settings)


def test_two_streets_of_one_district_have_contradictory_figures(deployments):
    dongcheng = deployments["dongcheng"]
    parameter = dongcheng.parameters["access.notice_working_days"]
    streets = [dongcheng.rulebook(code) for code in ("110101006000", "110101007000")]
    assert [rulebook.value(parameter, AS_OF) for rulebook in streets] == [30, 15]
