"""Every procedure that a practice brings is reached in the same ways: API, dry run, schema, command line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from linli.procedures import Procedure
from linli_cli.main import main
from tests.systems.hall import Denied, Hall
from tests.systems.town import deployment

PEOPLE = {
    "committee": {"committee"},
    "street office": {"street"},
    "resident1": {"resident"},
    "runner": {"election_committee", "affairs_supervision", "convener"},
    "party": {"party_org"},
}
SLUGS = {"dongcheng": "110101007001", "chongchuan": "320613001001"}


def brought(slug: str) -> Iterator[Procedure]:
    """The procedures that practices bring to a deployment."""
    for each in deployment(slug).plugins.brought("linli_procedures")[0]:
        yield each.what


@pytest.fixture(scope="module", params=SLUGS)
def hall(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Hall:
    home = SLUGS[request.param]
    people = {"runner": [(post, home) for post in sorted(PEOPLE["runner"])]}
    return Hall(request.param, home, date(2026, 3, 2), tmp_path_factory.mktemp("interfaces"), people=people)


def test_every_procedure_shows_its_stages_actions_and_forms(hall: Hall) -> None:
    listed = {each["id"] for each in hall.town.get("procedures")["procedures"]}
    for procedure in brought(hall.town.slug):
        assert procedure.id in listed
        shown: dict[str, Any] = hall.town.get(f"procedures/{procedure.id}")
        assert [each["id"] for each in shown["stages"]] == list(procedure.stages)
        actions = {each["id"]: each for each in shown["actions"]}
        assert actions.keys() >= {id for id, action in procedure.actions.items() if not action.system}


def test_every_moment_has_a_schema_on_the_api_and_the_command_line(
    hall: Hall, capsys: pytest.CaptureFixture[str]
) -> None:
    moments = {
        procedure.moment(action.id)
        for procedure in brought(hall.town.slug)
        for action in procedure.actions.values()
        if action.judged
    }
    assert moments
    for moment in sorted(moments):
        assert hall.town.get(f"moments/{moment}/schema").keys() >= {"$ref", "$defs"}
        assert main(["--deployment", hall.town.slug, "schema", moment]) == 0
        assert '"properties"' in capsys.readouterr().out


def test_whatever_begins_a_matter_can_be_tried_and_an_empty_form_names_the_fields(hall: Hall) -> None:
    tried = 0
    for procedure in brought(hall.town.slug):
        for action in procedure.actions.values():
            if not action.opens or action.system or procedure.under:
                continue
            posts = {post.id for post in action.by}
            who = next((name for name, held in PEOPLE.items() if posts & held), None)
            if who is None or not action.form or not action.form.__struct_fields__:
                continue
            with pytest.raises(Denied) as empty:
                hall.town.would(who, action.id, {}, procedure=procedure.id, place=hall.home)
            assert empty.value.status == 422, f"{procedure.id}.{action.id}: {empty.value}"
            named = {fault["where"] for fault in empty.value.problem.get("faults", ())}
            named |= {empty.value.problem.get("where", "")}
            assert named & set(action.form.__struct_fields__), f"{procedure.id}.{action.id} names {named}"
            tried += 1
    assert tried >= 15
